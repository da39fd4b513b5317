"""PostgreSQL through psycopg 3."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.engine import URL
from sqlalchemy.exc import OperationalError

READING = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
_REASONS = (
    ("55P03", "E_STORE_BUSY"),  # lock timeout
    ("40", "E_STORE_BUSY"),  # deadlock, serialization
    ("53100", "E_STORE_FULL"),
    ("53300", "E_STORE_BUSY"),  # too many connections
    ("25006", "E_STORE_READONLY"),
    ("XX001", "E_STORE_DAMAGED"),
    ("XX002", "E_STORE_DAMAGED"),
    ("08", "E_STORE_OPEN"),
    ("57P", "E_STORE_OPEN"),  # server shuts down or starts
    ("28", "E_STORE_OPEN"),
    ("3D", "E_STORE_OPEN"),
)


def create(url: URL) -> Engine:
    """One pooled engine; connections are checked before use."""
    return create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_size=5,
        max_overflow=10,
        pool_timeout=15,
        pool_pre_ping=True,
        connect_args={"options": "-c timezone=utc -c lock_timeout=10s", "connect_timeout": 10},
    )


def notes(engine: Engine) -> tuple[str, ...]:
    """Banners this engine asks for: none."""
    return ()


def bulk_insert(
    connection: Connection, table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> None:
    """COPY typed tuples in the connection's transaction."""
    names = ", ".join(f'"{column}"' for column in columns)
    driver: Any = connection.connection
    with (
        driver.cursor() as cursor,
        cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy,
    ):
        for row in rows:
            copy.write_row(row)


def order_commits(connection: Connection) -> None:
    """Wait for whoever is about to commit; the lock goes with the transaction."""
    connection.exec_driver_sql("SELECT pg_advisory_xact_lock(20261123)")


def append_only(table: str) -> list[str]:
    """A trigger that refuses to change or remove a row."""
    return [
        f"CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'append only'; END $$",
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_append_only()",
    ]


@contextmanager
def migrating(connection: Connection) -> Iterator[None]:
    """DDL is transactional and ALTER TABLE complete: a transaction is enough."""
    with connection.begin():
        # One migration at a time when several processes start together.
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(20261122)")
        yield


def reason(error: Exception) -> str:
    """The code of a fault that a person can act on; '' for others."""
    state = getattr(getattr(error, "orig", None), "sqlstate", None)
    if state is None:  # the driver's own: it could not reach the server, or lost it
        return "E_STORE_OPEN" if isinstance(error, OperationalError) else ""
    return next((code for sign, code in _REASONS if state.startswith(sign)), "")
