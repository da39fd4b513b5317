"""Saved scenarios belong to a page; those saved before are the sandbox's."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

NAMES = {"uq": "uq_%(table_name)s_%(column_0_N_name)s"}
"""What the older constraint, made without a name, is called while SQLite rebuilds the table."""


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    older = (
        "saved_scenario_hospital_id_name_key"
        if dialect == "postgresql"
        else "uq_saved_scenario_hospital_id_name"
    )
    with op.batch_alter_table("saved_scenario", schema=None, naming_convention=NAMES) as batch_op:
        batch_op.add_column(
            sa.Column("page", sa.String(), nullable=False, server_default="costing_sandbox")
        )
        batch_op.drop_constraint(older, type_="unique")
        batch_op.create_unique_constraint(
            "uq_saved_scenario_name", ["hospital_id", "page", "name"]
        )


def downgrade() -> None:
    raise NotImplementedError("restore the backup that was made before the upgrade")
