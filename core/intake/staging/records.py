"""Fact rows: into a temporary table, from there in one swap, and back out of the history.

Staging is a temporary table of the importing connection: it takes no lock that others wait for,
and a killed import leaves nothing.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from pandas.api.types import is_numeric_dtype
from sqlalchemy import (
    Column,
    Connection,
    Integer,
    and_,
    column,
    delete,
    func,
    insert,
    literal,
    select,
    table,
)
from sqlalchemy.sql.expression import TableClause

from core.errors import DataError
from core.hospital.facts import FactTable
from core.hospital.history.tables import HISTORIES, METADATA
from core.intake.delivery import Progress
from core.store.engine import Store

_CHUNK = 20_000


def stage(
    store: Store, connection: Connection, facts: FactTable, rows: pd.DataFrame, progress: Progress
) -> str:
    """Fill the temporary table of this fact table; its name."""
    name = f"staged_{facts.store}"
    kept = [contract for contract in facts.columns if contract in rows.columns]
    names = [facts.columns[contract] for contract in kept]
    every = ", ".join(facts.columns.values())
    connection.exec_driver_sql(f"DROP TABLE IF EXISTS {name}")
    connection.exec_driver_sql(
        f"CREATE TEMPORARY TABLE {name} AS SELECT {every} FROM {facts.store} WHERE 1 = 0"  # noqa: S608
    )
    keys = [contract for contract, stored in facts.columns.items() if stored in facts.key]
    ordered = rows[kept].sort_values(keys, kind="stable")
    types = METADATA.tables[facts.store].c
    for start in range(0, len(ordered), _CHUNK):
        part = ordered.iloc[start : start + _CHUNK]
        values = [
            _plain(pd.Series(part[contract]), types[facts.columns[contract]]) for contract in kept
        ]
        store.insert_many(connection, name, names, list(zip(*values, strict=True)))
        progress(0.6 * min(1.0, (start + _CHUNK) / len(ordered)), "import.step.stage")
    store.dialect.analyse(connection, name)
    connection.commit()
    return name


def _plain(values: pd.Series, stored: Column[Any]) -> list[Any]:
    """Python values as the stored column wants them: NULL where missing, '' in a key."""
    if values.dtype.kind == "f" and isinstance(stored.type, Integer):
        values = values.astype("Int64")
    plain = values.tolist()
    if values.hasnans:
        for place in np.flatnonzero(values.isna()):
            plain[place] = None
    if not is_numeric_dtype(values):
        blank = None if stored.nullable else ""
        plain = [blank if value is None or value == "" else value for value in plain]
    return plain


def swap(connection: Connection, facts: FactTable, hospital_id: int, batch: int) -> list[int]:
    """Move staged rows in; rows that they replace go to the history, under this batch.

    The months that roll-ups must be rebuilt for: of what came and of what went.
    """
    stored = METADATA.tables[facts.store]
    names = list(facts.columns.values())
    staged = table(f"staged_{facts.store}", *[column(name) for name in names])
    if _keep_replaced(connection, facts, staged, (hospital_id, batch)):
        _delete_replaced(connection, facts, staged, (hospital_id, batch))
    connection.execute(
        insert(stored).from_select(
            ["hospital_id", *names, "batch_id"],
            select(literal(hospital_id), *[staged.c[name] for name in names], literal(batch)),
        )
    )
    history = HISTORIES[facts.store]
    went = select(history.c[facts.month]).where(history.c.replaced_by == batch)
    return _months(connection, select(staged.c[facts.month]), went)


def _keep_replaced(
    connection: Connection, facts: FactTable, staged: TableClause, place: tuple[int, int]
) -> int:
    """Copy the rows that staged ones take the place of into the history; how many."""
    hospital_id, batch = place
    stored = METADATA.tables[facts.store]
    columns = [c.name for c in stored.c]
    taken = select(*[stored.c[name] for name in columns], literal(batch))
    if facts.replaces:
        # Not all of the key: a join would look through every row once for each that came.
        for key in facts.identity:
            taken = taken.where(stored.c[key].in_(select(staged.c[key])))
    else:
        same = and_(*[stored.c[key] == staged.c[key] for key in facts.identity])
        taken = taken.select_from(stored.join(staged, same))
    return connection.execute(
        insert(HISTORIES[facts.store]).from_select(
            [*columns, "replaced_by"], taken.where(stored.c.hospital_id == hospital_id)
        )
    ).rowcount


def _delete_replaced(
    connection: Connection, facts: FactTable, staged: TableClause, place: tuple[int, int]
) -> None:
    hospital_id, batch = place
    stored, history = METADATA.tables[facts.store], HISTORIES[facts.store]
    kept = and_(*[history.c[key] == stored.c[key] for key in ("hospital_id", *facts.key)])
    # A row may replace one of another month only where the month is not part of what it is.
    if facts.replaces:
        months = select(history.c.month).where(history.c.replaced_by == batch).distinct()
    else:
        months = select(staged.c.month).distinct()
    connection.execute(
        delete(stored).where(
            stored.c.hospital_id == hospital_id,
            stored.c.month.in_(months.scalar_subquery()),
            select(literal(1))
            .where(kept, history.c.replaced_by == batch)
            .correlate(stored)
            .exists(),
        )
    )


def restore(connection: Connection, facts: FactTable, batch_id: int) -> list[int]:
    """Put back what the batch replaced; the months that roll-ups must be rebuilt for.

    DataError E_UNDO_LATER when a later batch replaced some of its rows.
    """
    stored, history = METADATA.tables[facts.store], HISTORIES[facts.store]
    batch = METADATA.tables["import_batch"]
    named = batch.c.hospital_id, batch.c.month_first, batch.c.month_last
    hospital_id, *between = connection.execute(select(*named).where(batch.c.id == batch_id)).one()
    later = connection.execute(
        select(func.min(history.c.replaced_by)).where(history.c.batch_id == batch_id)
    ).scalar()
    if later is not None:
        raise DataError("E_UNDO_LATER", batch=batch_id, later=later)
    # The months lead to the rows: no index knows batches.
    within = stored.c.hospital_id == hospital_id, stored.c.month.between(*between)
    own, back = and_(*within, stored.c.batch_id == batch_id), history.c.replaced_by == batch_id
    months = _months(
        connection,
        select(stored.c[facts.month]).where(own),
        select(history.c[facts.month]).where(back),
    )
    connection.execute(delete(stored).where(own))
    columns = [c.name for c in stored.c]
    connection.execute(
        insert(stored).from_select(
            columns, select(*[history.c[name] for name in columns]).where(back)
        )
    )
    connection.execute(delete(history).where(back))
    return months


def _months(connection: Connection, *selects: Any) -> list[int]:
    """The months that any of the selects finds, in order; what has none is in no roll-up."""
    found: set[int] = set()
    for statement in selects:
        found |= {month for month in connection.execute(statement.distinct()).scalars() if month}
    return sorted(found)
