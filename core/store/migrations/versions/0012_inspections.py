"""Inspections: template versions, rounds, forms, answers, weights."""

import sqlalchemy as sa
from alembic import op

from core.store.types import UtcDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def _text(name: str) -> sa.Column:
    return sa.Column(name, sa.String(), nullable=False)


def _whole(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Integer(), nullable=nullable)


def _at(name: str = "at", nullable: bool = False) -> sa.Column:
    return sa.Column(name, UtcDateTime(), nullable=nullable)


def _versions(table: str, key: str) -> None:
    op.create_table(
        table,
        _whole("id"),
        _whole("hospital_id"),
        _text(key),
        _whole("number"),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        _text("who"),
        _at(),
        sa.ForeignKeyConstraint(["hospital_id"], ["hospital.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("hospital_id", key, "number", name=f"uq_{table}"),
    )
    op.create_index(f"ix_{table}_hospital_id", table, ["hospital_id"])


def upgrade() -> None:
    _versions("checklist_version", "code")
    _versions("control_weight", "kind")
    op.create_table(
        "inspection_round",
        _whole("id"),
        _whole("hospital_id"),
        _whole("month"),
        _whole("level"),
        _text("checklist"),
        _whole("checklist_version"),
        _text("title"),
        _text("seed"),
        _whole("as_at"),
        _whole("running"),
        _whole("archived"),
        sa.Column("population", sa.Text(), nullable=False),
        _text("off_hours"),
        _whole("due"),
        _text("who"),
        _at(),
        _whole("version"),
        sa.ForeignKeyConstraint(["hospital_id"], ["hospital.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_inspection_round_hospital_id", "inspection_round", ["hospital_id"])
    op.create_table(
        "inspection",
        _whole("id"),
        _whole("hospital_id"),
        _whole("round_id"),
        _whole("place"),
        _text("kind"),
        _text("department"),
        _text("record"),
        _whole("admitted", nullable=True),
        _whole("discharged", nullable=True),
        _text("disease_group"),
        _text("off_hours"),
        _text("state"),
        _whole("revision"),
        sa.Column("score", sa.Float(), nullable=True),
        _text("grade"),
        _text("own_grade"),
        _text("submitted_by"),
        _at("submitted_at", nullable=True),
        sa.ForeignKeyConstraint(["hospital_id"], ["hospital.id"]),
        sa.ForeignKeyConstraint(["round_id"], ["inspection_round.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("round_id", "place", name="uq_inspection_place"),
    )
    for column in ("hospital_id", "round_id"):
        op.create_index(f"ix_inspection_{column}", "inspection", [column])
    record = ["hospital_id", "department", "record"]
    op.create_index("ix_inspection_record", "inspection", record)
    op.create_table(
        "inspection_answer",
        _whole("inspection_id"),
        _text("item"),
        _whole("hospital_id"),
        _text("result"),
        _whole("defects", nullable=True),
        sa.Column("vetoed", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        _text("who"),
        _at(),
        _whole("version"),
        sa.ForeignKeyConstraint(["hospital_id"], ["hospital.id"]),
        sa.ForeignKeyConstraint(["inspection_id"], ["inspection.id"]),
        sa.PrimaryKeyConstraint("inspection_id", "item"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_inspection_answer_hospital_id", "inspection_answer", ["hospital_id"])


def downgrade() -> None:
    raise NotImplementedError("restore the backup that was made before the upgrade")
