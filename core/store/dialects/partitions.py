"""PostgreSQL tables divided by month, where JINGGUAN_POSTGRES_PARTITIONS=month asks for it.

The key of a divided table holds its month, so every month is a table of its own, and a query of
some months touches no other. What comes before its month has a table goes to DEFAULT.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, Engine, text

DIVIDED = ("inpatient_case", "visit", "arrival")
"""The tables that run to millions of rows."""
_ROOM = 20261124

_CONSTRAINTS = text(
    "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
    " WHERE conrelid = to_regclass(:name) AND contype IN ('p', 'f', 'u', 'c')"
    " ORDER BY contype DESC, conname"
)
_INDEXES = text(
    "SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = to_regclass(:name)"
    " AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = indexrelid)"
    " ORDER BY indexrelid"
)
_IS_DIVIDED = text("SELECT 1 FROM pg_partitioned_table WHERE partrelid = to_regclass(:name)")
_PARTS = text(
    "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
    " WHERE i.inhparent = to_regclass(:name)"
)


def divide(connection: Connection, tables: Iterable[str] = DIVIDED) -> None:
    """Turn whole tables into tables divided by month; their rows, keys and indexes are kept."""
    for name in tables:
        if connection.execute(_IS_DIVIDED, {"name": name}).first():
            continue
        constraints = connection.execute(_CONSTRAINTS, {"name": name}).all()
        indexes = connection.execute(_INDEXES, {"name": name}).scalars().all()
        months = connection.exec_driver_sql(f"SELECT DISTINCT month FROM {name}").scalars().all()  # noqa: S608
        connection.exec_driver_sql(f"ALTER TABLE {name} RENAME TO {name}_whole")
        connection.exec_driver_sql(
            f"CREATE TABLE {name} (LIKE {name}_whole INCLUDING DEFAULTS) PARTITION BY RANGE (month)"
        )
        connection.exec_driver_sql(f"CREATE TABLE {name}_default PARTITION OF {name} DEFAULT")
        _add_months(connection, name, months)
        connection.exec_driver_sql(f"INSERT INTO {name} SELECT * FROM {name}_whole")  # noqa: S608
        connection.exec_driver_sql(f"DROP TABLE {name}_whole")
        for constraint, definition in constraints:
            connection.exec_driver_sql(
                f'ALTER TABLE {name} ADD CONSTRAINT "{constraint}" {definition}'
            )
        for definition in indexes:
            connection.exec_driver_sql(definition)


def make_room(engine: Engine, name: str, months: Sequence[int]) -> None:
    """A table of its own for each of these months, where `name` is divided."""
    if name not in DIVIDED:
        return
    with engine.begin() as connection:
        if not connection.execute(_IS_DIVIDED, {"name": name}).first():
            return
        have = set(connection.execute(_PARTS, {"name": name}).scalars())
        fresh = [month for month in months if f"{name}_{month}" not in have]
        if fresh:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ROOM})")
            have = set(connection.execute(_PARTS, {"name": name}).scalars())
            _add_months(connection, name, [m for m in fresh if f"{name}_{m}" not in have])


def analyse(connection: Connection, name: str) -> None:
    """Let the planner know what a table holds now.

    It would learn it by itself minutes later; until then it takes a new table for a short one,
    and joins it row by row.
    """
    connection.exec_driver_sql(f'ANALYZE "{name}"')


def _add_months(connection: Connection, name: str, months: Iterable[int]) -> None:
    for month in sorted({int(month) for month in months}):
        held = f"SELECT 1 FROM {name}_default WHERE month = {month} LIMIT 1"  # noqa: S608
        if connection.exec_driver_sql(held).first():
            continue  # its rows are in DEFAULT already, and are found there
        connection.exec_driver_sql(
            f"CREATE TABLE {name}_{month} PARTITION OF {name}"
            f" FOR VALUES FROM ({month}) TO ({month + 1})"
        )
