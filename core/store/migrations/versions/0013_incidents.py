"""Adverse events: reports without a reporter, triage, root cause analyses."""

import sqlalchemy as sa
from alembic import op

from core.store.types import UtcDateTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def _texts(*names: str) -> list[sa.Column]:
    return [sa.Column(name, sa.String(), nullable=False) for name in names]


def _numbers(*names: str) -> list[sa.Column]:
    return [sa.Column(name, sa.Integer(), nullable=False) for name in names]


def _long(name: str) -> sa.Column:
    return sa.Column(name, sa.Text(), nullable=False)


def _by_whom() -> list[sa.Column]:
    return [*_texts("who"), sa.Column("at", UtcDateTime(), nullable=False)]


def _of_hospital() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["hospital_id"], ["hospital.id"])


def upgrade() -> None:
    op.create_table(
        "incident",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        *_numbers("hospital_id"),
        *_texts("department", "kind", "type", "stage"),
        *_numbers("occurred_on"),
        *_texts("part", "harm"),
        _long("narrative"),
        _long("remedy"),
        *_numbers("reported_on"),
        *_texts("receipt", "state"),
        *_numbers("grade"),
        *_texts("severity", "probability"),
        *_numbers("sac"),
        sa.Column("chosen", sa.Boolean(), nullable=False),
        *_numbers("version"),
        _of_hospital(),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("receipt"),
    )
    op.create_index("ix_incident_hospital_id", "incident", ["hospital_id"])
    _about_events()
    _analyses()
    op.create_table(
        "incident_rule",
        *_numbers("hospital_id"),
        *_texts("code"),
        sa.Column("value", sa.Float(), nullable=False),
        *_by_whom(),
        *_numbers("version"),
        _of_hospital(),
        sa.PrimaryKeyConstraint("hospital_id", "code"),
    )


def _about_events() -> None:
    event = sa.ForeignKeyConstraint(["incident_id"], ["incident.id"])
    op.create_table(
        "incident_step",
        *_numbers("id", "hospital_id", "incident_id"),
        *_texts("before", "after"),
        _long("note"),
        *_by_whom(),
        _of_hospital(),
        event,
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "incident_message",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        *_numbers("hospital_id", "incident_id", "place"),
        *_texts("side"),
        _long("body"),
        *_numbers("said_on"),
        _of_hospital(),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    for table in ("incident_step", "incident_message"):
        for column in ("hospital_id", "incident_id"):
            op.create_index(f"ix_{table}_{column}", table, [column])


def _analyses() -> None:
    op.create_table(
        "incident_analysis",
        *_numbers("id", "hospital_id", "incident_id"),
        *_texts("state"),
        _long("team"),
        *_numbers("begun_on", "due_on", "finished_on"),
        *_by_whom(),
        *_numbers("version"),
        _of_hospital(),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("incident_id"),
    )
    op.create_table(
        "incident_analysis_entry",
        *_numbers("id", "hospital_id", "analysis_id"),
        *_texts("section"),
        *_numbers("place"),
        _long("content"),
        *_by_whom(),
        *_numbers("version"),
        _of_hospital(),
        sa.ForeignKeyConstraint(["analysis_id"], ["incident_analysis.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_incident_analysis_hospital_id", "incident_analysis", ["hospital_id"])
    for column in ("hospital_id", "analysis_id"):
        op.create_index(f"ix_incident_analysis_entry_{column}", "incident_analysis_entry", [column])


def downgrade() -> None:
    raise NotImplementedError("restore the backup that was made before the upgrade")
