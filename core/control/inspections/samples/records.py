"""The inpatient cases of a month as records to inspect."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
from sqlalchemy import or_, select
from sqlmodel import col

from core.control.inspections.drawing import POPULATION
from core.frames import Scope
from core.hospital.patients.tables import InpatientCase
from core.months import LOCAL, days_in_month, first_day
from core.store.engine import Store

EAST = 8 * 3600
"""Seconds by which Asia/Shanghai is ahead of UTC; there is no summer time since 1992."""
_NAMES = ("month", "case_key", "department", "admitted_at", "discharged_at", "disease_group")


def population(store: Store, scope: Scope, as_at: int = 0) -> pd.DataFrame:
    """POPULATION of the scope's last month, by kind, department and record.

    as_at: YYYYMMDD; running records are those in bed at its end; the last day of the month
    unless given. Discharges that are brought in later change nothing of it.
    """
    month = scope.last
    day = as_at or month * 100 + days_in_month(month)
    midnight = dt.datetime(day // 10000, day // 100 % 100, day % 100, tzinfo=LOCAL)
    end = int((midnight + dt.timedelta(days=1)).timestamp())
    case = InpatientCase
    left = col(case.discharged_at)
    archived = _rows(store, scope, (col(case.discharge_month) == month,))
    running = _rows(
        store,
        scope,
        (
            or_(col(case.discharge_month).is_(None), col(case.discharge_month) >= day // 100),
            col(case.month) <= day // 100,  # in the index: no row that came later is read
            or_(left.is_(None), left >= end),
            col(case.admitted_at) < end,
        ),
    )
    found = pd.concat(
        [running.assign(kind="running", discharged=np.nan), archived.assign(kind="archived")],
        ignore_index=True,
    )
    return POPULATION.check(found[list(POPULATION.columns)])


def has_cases(store: Store, scope: Scope) -> bool:
    """Whether any inpatient case of the scope's last month can be drawn."""
    end = first_day(scope.last)
    statement = (
        select(col(InpatientCase.case_key))
        .where(
            col(InpatientCase.hospital_id) == scope.hospital_id,
            col(InpatientCase.month) <= end.year * 100 + end.month,
            or_(
                col(InpatientCase.discharge_month).is_(None),
                col(InpatientCase.discharge_month) >= scope.last,
            ),
        )
        .limit(1)
    )
    return not store.frame(statement).empty


def _rows(store: Store, scope: Scope, where: tuple) -> pd.DataFrame:
    case = InpatientCase
    statement = select(*[getattr(case, name) for name in _NAMES]).where(
        col(case.hospital_id) == scope.hospital_id, *where
    )
    if scope.departments is not None:
        statement = statement.where(col(case.department).in_(scope.departments))
    with store.read() as connection:
        rows = connection.execute(statement.order_by("department", "month", "case_key")).all()
    texts = {
        "department": [row.department for row in rows],
        "record": [record_name(row.month, row.case_key) for row in rows],
        "disease_group": [row.disease_group or "" for row in rows],
    }
    days = {
        "admitted": _days([row.admitted_at for row in rows]),
        "discharged": _days([row.discharged_at for row in rows]),
    }
    plain = {name: pd.Series(told, dtype="object") for name, told in texts.items()}
    return pd.DataFrame(plain | {name: pd.Series(told) for name, told in days.items()})


def record_name(month: int, key: int) -> str:
    """A case's own name: month of admission, and its keyed hash in 16 hexadecimal digits."""
    return f"{month}-{key:016X}"


def _days(seconds: list[int | None]) -> np.ndarray:
    """YYYYMMDD in Asia/Shanghai (UTC+8 all year) of seconds UTC; NaN where missing."""
    told = np.array(seconds, dtype=float)
    known = ~np.isnan(told)
    days = ((told[known] + EAST) // 86_400).astype("datetime64[D]")
    months = days.astype("datetime64[M]")
    year = days.astype("datetime64[Y]").astype(int) + 1970
    month = months.astype(int) % 12 + 1
    found = np.full(len(told), np.nan)
    found[known] = year * 10000 + month * 100 + (days - months).astype(int) + 1
    return found
