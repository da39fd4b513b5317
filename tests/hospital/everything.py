"""A hospital with two rows in every table there is, made from the tables themselves."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import Boolean, Column, Float, Table, insert, select

from core.hospital.history.tables import METADATA
from core.store.engine import Actor, Store
from core.store.tables import Audit
from core.store.types import UtcDateTime
from core.workshop.records import NOT_COPIED, copied_tables

ACTOR = Actor("测试员", "tests")
AT = dt.datetime(2026, 1, 15, 8, 0, tzinfo=dt.UTC)


def fill(store: Store, hospital_id: int) -> None:
    """Two rows a table, the first referring to the first and the second to the second."""
    with store.write(ACTOR) as work:
        for table in METADATA.sorted_tables:
            if "hospital_id" in table.c and table.name != Audit.__tablename__:
                for place in (1, 2):
                    values = _row(work.connection, table, hospital_id, place)
                    work.connection.execute(insert(table).values(values))
        work.record("test.fill", "everything", hospital_id)


def _row(connection: Any, table: Table, hospital_id: int, place: int) -> dict[str, Any]:
    row: dict[str, Any] = {"hospital_id": hospital_id}
    for column in table.c:
        if column.name == "hospital_id" or (column.name == "id" and column.primary_key):
            continue
        parent = numbered_parent(column)
        if parent is not None:
            numbers = select(parent.c.id).where(parent.c.hospital_id == hospital_id)
            row[column.name] = connection.execute(numbers.order_by(parent.c.id)).all()[place - 1][0]
        elif table.name == "import_batch" and column.name == "status":
            row[column.name] = ("done", "undone")[place - 1]
        else:
            row[column.name] = _value(column, place)
    return row


def numbered_parent(column: Column[Any]) -> Table | None:
    """The table whose numbers the column holds."""
    parents = [key.column.table for key in column.foreign_keys if key.column.name == "id"]
    return next((parent for parent in parents if parent.name != "hospital"), None)


def _value(column: Column[Any], place: int) -> Any:
    if isinstance(column.type, Boolean):
        return True
    if isinstance(column.type, Float):
        return place + 0.5
    if isinstance(column.type, UtcDateTime):
        return AT
    kind = column.type.python_type
    if kind is bytes:
        return f"X{place}".encode()
    return place if kind is int else f"X{place}"


def rows(store: Store, hospital_id: int) -> dict[str, list[tuple[Any, ...]]]:
    """Every row that a copy takes along, numbers given by the database left out."""
    found = {}
    with store.read() as connection:
        for table in copied_tables():
            kept = [
                column
                for column in table.c
                if column.name not in ("hospital_id", "id") and numbered_parent(column) is None
            ]
            statement = select(*kept).where(table.c.hospital_id == hospital_id)
            found[table.name] = sorted(map(tuple, connection.execute(statement)), key=repr)
    return found


def apart() -> set[str]:
    return set(NOT_COPIED)
