"""Costing: a change of basis may be for some cost items of its department."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("allocation_rule", schema=None) as batch_op:
        batch_op.add_column(sa.Column("items", sa.String(), nullable=False, server_default=""))


def downgrade() -> None:
    raise NotImplementedError("restore the backup that was made before the upgrade")
