"""The audit becomes a chain: a hash in each row, and a head that knows the last one."""

import secrets

import sqlalchemy as sa
from alembic import op

from core.store.chain import COLUMNS, chained
from core.store.dialects import dialect_of
from core.store.types import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TYPES = {"id": sa.Integer(), "hospital_id": sa.Integer(), "at": UtcDateTime()}


def upgrade() -> None:
    connection = op.get_bind()
    dialect = dialect_of(connection.engine.url)
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("hash", sa.String(length=64), nullable=False, server_default="")
        )
    head = op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column("last_id", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    for statement in dialect.open_to_change("audit"):
        op.execute(statement)
    seed = secrets.token_hex(32)
    last_id, last_hash = _chain(connection, seed)
    connection.execute(
        sa.insert(head), {"id": 1, "seed": seed, "last_id": last_id, "hash": last_hash}
    )
    for statement in (
        *dialect.append_only("audit"),
        *dialect.only_forward("audit_head", "last_id"),
        *dialect.number_by_hand("audit"),
    ):
        op.execute(statement)


def _chain(connection: sa.Connection, seed: str) -> tuple[int, str]:
    """Give every row its hash; the last row's number and hash."""
    audit = sa.table(
        "audit", *[sa.column(name, TYPES.get(name, sa.Text())) for name in (*COLUMNS, "hash")]
    )
    columns = [audit.c[name] for name in COLUMNS]
    rows = connection.execute(sa.select(*columns).order_by(audit.c.id)).mappings().all()
    if not rows:
        return 0, seed
    hashes = list(chained(seed, rows))
    connection.execute(
        sa.update(audit).where(audit.c.id == sa.bindparam("row")).values(hash=sa.bindparam("of")),
        [{"row": row["id"], "of": of} for row, of in zip(rows, hashes, strict=True)],
    )
    return rows[-1]["id"], hashes[-1]
