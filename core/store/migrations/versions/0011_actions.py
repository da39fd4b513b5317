"""Improvement actions, their steps and their evidence."""

import sqlalchemy as sa
from alembic import op

from core.store.types import UtcDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def _text(*names: str) -> list[sa.Column]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _words(*names: str) -> list[sa.Column]:
    return [sa.Column(name, sa.String(), nullable=False) for name in names]


def _numbers(*names: str) -> list[sa.Column]:
    return [sa.Column(name, sa.Integer(), nullable=False) for name in names]


def upgrade() -> None:
    op.create_table(
        "improvement_action",
        *_numbers("id", "hospital_id"),
        *_words("title", "department", "origin_kind", "origin_key"),
        *_text("origin_codes"),
        *_words("severity"),
        *_text("problem", "expected"),
        *_words("indicator"),
        *_numbers("periods"),
        *_words("owner"),
        *_text("helpers"),
        *_words("verifier"),
        *_text("handed_in"),
        *_numbers("due"),
        *_words("state"),
        *_numbers("round"),
        *_words("raised_by"),
        sa.Column("raised_at", UtcDateTime(), nullable=False),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        *_words("effect"),
        *_numbers("effect_month"),
        *_text("effect_content"),
        *_words("who"),
        sa.Column("at", UtcDateTime(), nullable=False),
        *_numbers("version"),
        sa.ForeignKeyConstraint(["hospital_id"], ["hospital.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_improvement_action_hospital_id", "improvement_action", ["hospital_id"])
    op.create_table(
        "action_step",
        *_numbers("id", "hospital_id", "action_id", "number"),
        *_words("move", "state", "who"),
        sa.Column("at", UtcDateTime(), nullable=False),
        *_text("text", "content"),
        sa.ForeignKeyConstraint(["hospital_id"], ["hospital.id"]),
        sa.ForeignKeyConstraint(["action_id"], ["improvement_action.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("action_id", "number", name="uq_action_step_number"),
    )
    op.create_table(
        "action_file",
        *_numbers("id", "hospital_id", "action_id", "step"),
        *_words("name", "kind"),
        *_numbers("bytes"),
        *_words("sha256"),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        *_words("who"),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["hospital_id"], ["hospital.id"]),
        sa.ForeignKeyConstraint(["action_id"], ["improvement_action.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    for table in ("action_step", "action_file"):
        for column in ("hospital_id", "action_id"):
            op.create_index(f"ix_{table}_{column}", table, [column])


def downgrade() -> None:
    raise NotImplementedError("restore the backup that was made before the upgrade")
