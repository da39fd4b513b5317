"""Planning: plans, goals with their versions and links; rounds of judging a plan."""

import sqlalchemy as sa
from alembic import op

from core.store.types import UtcDateTime

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def _text(name: str) -> sa.Column:
    return sa.Column(name, sa.Text(), nullable=False)


def _string(*names: str) -> list[sa.Column]:
    return [sa.Column(name, sa.String(), nullable=False) for name in names]


def _whole(*names: str) -> list[sa.Column]:
    return [sa.Column(name, sa.Integer(), nullable=False) for name in names]


def _made() -> list[sa.Column]:
    return [*_string("who"), sa.Column("at", UtcDateTime(), nullable=False)]


def _belongs(column: str, table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{table}.id"])


def upgrade() -> None:
    _plans()
    _reviews()


def _plans() -> None:
    op.create_table(
        "strategic_plan",
        *_whole("id", "hospital_id"),
        *_string("name"),
        *_whole("first", "last"),
        *_string("office"),
        sa.Column("budget_fen", sa.BigInteger(), nullable=True),
        *_string("state"),
        *_made(),
        *_whole("version"),
        _belongs("hospital_id", "hospital"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_strategic_plan_hospital_id", "strategic_plan", ["hospital_id"])
    op.create_table(
        "plan_goal",
        *_whole("plan_id", "number", "hospital_id", "parent"),
        _text("content"),
        sa.Column("removed", sa.Boolean(), nullable=False),
        *_made(),
        *_whole("version"),
        _belongs("plan_id", "strategic_plan"),
        _belongs("hospital_id", "hospital"),
        sa.PrimaryKeyConstraint("plan_id", "number"),
    )
    op.create_index("ix_plan_goal_hospital_id", "plan_goal", ["hospital_id"])
    op.create_table(
        "goal_version",
        *_whole("plan_id", "number", "version", "hospital_id", "parent"),
        _text("content"),
        _text("reason"),
        *_made(),
        _belongs("plan_id", "strategic_plan"),
        _belongs("hospital_id", "hospital"),
        sa.PrimaryKeyConstraint("plan_id", "number", "version"),
    )
    op.create_index("ix_goal_version_hospital_id", "goal_version", ["hospital_id"])
    op.create_table(
        "goal_link",
        *_whole("plan_id", "goal", "supports", "hospital_id"),
        *_string("strength"),
        _belongs("plan_id", "strategic_plan"),
        _belongs("hospital_id", "hospital"),
        sa.PrimaryKeyConstraint("plan_id", "goal", "supports"),
    )
    op.create_index("ix_goal_link_hospital_id", "goal_link", ["hospital_id"])


def _reviews() -> None:
    op.create_table(
        "review_round",
        *_whole("id", "hospital_id", "plan_id"),
        *_string("name", "form", "state", "weighing"),
        _text("weights"),
        _text("judgements"),
        *_whole("due"),
        *_made(),
        *_whole("version"),
        _belongs("hospital_id", "hospital"),
        _belongs("plan_id", "strategic_plan"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_review_round_hospital_id", "review_round", ["hospital_id"])
    op.create_index("ix_review_round_plan_id", "review_round", ["plan_id"])
    op.create_table(
        "review_member",
        *_whole("round_id"),
        *_string("name"),
        *_whole("hospital_id"),
        *_string("conflict"),
        _belongs("round_id", "review_round"),
        _belongs("hospital_id", "hospital"),
        sa.PrimaryKeyConstraint("round_id", "name"),
    )
    op.create_index("ix_review_member_hospital_id", "review_member", ["hospital_id"])
    op.create_table(
        "review_sheet",
        *_whole("round_id"),
        *_string("name"),
        *_whole("turn", "hospital_id"),
        _text("scores"),
        _text("remark"),
        sa.Column("at", UtcDateTime(), nullable=False),
        _belongs("round_id", "review_round"),
        _belongs("hospital_id", "hospital"),
        sa.PrimaryKeyConstraint("round_id", "name", "turn"),
    )
    op.create_index("ix_review_sheet_hospital_id", "review_sheet", ["hospital_id"])
    op.create_table(
        "review_note",
        *_whole("id", "hospital_id", "round_id"),
        *_string("item"),
        _text("text"),
        *_made(),
        _belongs("hospital_id", "hospital"),
        _belongs("round_id", "review_round"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_review_note_hospital_id", "review_note", ["hospital_id"])
    op.create_index("ix_review_note_round_id", "review_note", ["round_id"])


def downgrade() -> None:
    raise NotImplementedError("restore the backup that was made before the upgrade")
