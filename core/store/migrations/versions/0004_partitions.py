"""PostgreSQL: cases, visits and arrivals divided by month, where the settings ask for it."""

from alembic import op

from core.settings import Settings
from core.store.dialects import dialect_of

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    connection = op.get_bind()
    if Settings().postgres_partitions == "month":
        dialect_of(connection.engine.url).divide(connection)


def downgrade() -> None:
    raise NotImplementedError("restore the backup that was made before the upgrade")
