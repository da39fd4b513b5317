"""Reads of the roll-ups beside rollup_month: scope -> contracted frame."""

from __future__ import annotations

from typing import Any

import pandas as pd
from sqlalchemy import Select, Table, and_, select

from core.frames import ARRIVAL_DAYS, ARRIVAL_WEEK, CASES, VISITS, Frame, Scope
from core.hospital.history.tables import METADATA
from core.store.engine import Store

_GROUP = ("risk", "benchmark_days", "benchmark_charge")


def cases(store: Store, scope: Scope) -> pd.DataFrame:
    """CASES rows of the scope, in the order of their key."""
    rollup, group = METADATA.tables["rollup_case"], METADATA.tables["disease_group"]
    same = and_(group.c.hospital_id == rollup.c.hospital_id, group.c.code == rollup.c.disease_group)
    names = [name for name in CASES.columns if name not in _GROUP]
    statement = select(*_named(rollup, names), *_named(group, list(_GROUP))).select_from(
        rollup.join(group, same, isouter=True)
    )
    rows = store.frame(_within(statement, rollup, scope, CASES))
    rows["risk"] = rows["risk"].fillna("").astype(str)
    return CASES.check(_typed(rows, ("weight", "benchmark_days", "benchmark_charge")))


def visits(store: Store, scope: Scope) -> pd.DataFrame:
    """VISITS rows of the scope, in the order of their key."""
    return _read(store, scope, "rollup_visit", VISITS)


def arrival_days(store: Store, scope: Scope) -> pd.DataFrame:
    """ARRIVAL_DAYS rows of the scope, in the order of their key."""
    return _read(store, scope, "rollup_arrival_day", ARRIVAL_DAYS)


def arrival_week(store: Store, scope: Scope, stream: str = "") -> pd.DataFrame:
    """ARRIVAL_WEEK rows of the scope, by their key; of one stream where it is named."""
    return _read(store, scope, "rollup_arrival_week", ARRIVAL_WEEK, stream)


def _read(store: Store, scope: Scope, name: str, frame: Frame, stream: str = "") -> pd.DataFrame:
    rollup = METADATA.tables[name]
    statement = select(*_named(rollup, list(frame.columns)))
    if stream:
        statement = statement.where(rollup.c.stream == stream)
    return frame.check(_typed(store.frame(_within(statement, rollup, scope, frame))))


def _named(table: Table, names: list[str]) -> list[Any]:
    """Columns under the names of the frame: money without its unit."""
    return [
        table.c[name] if name in table.c else table.c[f"{name}_fen"].label(name) for name in names
    ]


def _within(statement: Select, rollup: Table, scope: Scope, frame: Frame) -> Select:
    statement = statement.where(
        rollup.c.hospital_id == scope.hospital_id,
        rollup.c.month.between(scope.first, scope.last),
    )
    if scope.departments is not None:
        statement = statement.where(rollup.c.department.in_(scope.departments))
    return statement.order_by(*[rollup.c[name] for name in frame.key])


def _typed(rows: pd.DataFrame, floats: tuple[str, ...] = ()) -> pd.DataFrame:
    """The same types whether there are rows or none."""
    texts = ("department", "disease_group", "payer", "stream", "risk")
    types = {
        name: "float64" if name in floats else "str" if name in texts else "int64"
        for name in rows.columns
    }
    return rows.astype(types)
