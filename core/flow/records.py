"""Reads of arrivals as panels to forecast from, and of the hospital's calendar."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import Select, Table, func, select

from core.flow.arrivals import daily, hourly, periods, reported, whole
from core.flow.calendar import Calendar
from core.flow.rhythm import Freq
from core.frames import Scope
from core.hospital.history.tables import METADATA
from core.hospital.masters.records import calendar_days
from core.hospital.rollups.sums.records import LOCAL
from core.months import add_months
from core.store.engine import Store

HOURLY_MONTHS = 15
"""Months of hours that are read: the engine looks back one year, its back-test a little more."""
SECONDS = 3600
"""Of an hour."""


def arrivals(
    store: Store, scope: Scope, stream: str, freq: Freq, together: bool = False
) -> pd.DataFrame:
    """PANEL of a stream's arrivals by department, for forecasts by D, W, M or h.

    Months and departments of the scope; together: added up, as the series WHOLE. Days that were
    reported and have no patient are 0; days that were not reported are absent, and so are weeks
    and months that lack a day (week: its Monday, month: its first day). By the hour: the last
    HOURLY_MONTHS months. Empty without rows.
    """
    if freq == "h":
        first = max(scope.first, add_months(scope.last, 1 - HOURLY_MONTHS))
        scope = Scope(scope.hospital_id, first, scope.last, scope.departments)
        panel = hourly(_hours(store, scope, stream), _known(store, scope, stream))
    else:
        panel = daily(_dated(_days(store, scope, stream)), _known(store, scope, stream))
    return periods(whole(panel) if together else panel, freq)


def streams(store: Store, scope: Scope) -> dict[str, tuple[str, ...]]:
    """The departments that have arrivals of each stream, by stream."""
    rollup = METADATA.tables["rollup_arrival_day"]
    statement = _within(select(rollup.c.stream, rollup.c.department).distinct(), rollup, scope)
    rows = store.frame(statement.order_by(rollup.c.stream, rollup.c.department))
    return {str(name): tuple(part["department"]) for name, part in rows.groupby("stream")}


def calendar(store: Store, hospital_id: int) -> Calendar:
    """China's calendar with the hospital's own days over it."""
    return Calendar("CN", calendar_days(store, hospital_id)[["date", "kind", "name"]])


def _known(store: Store, scope: Scope, stream: str) -> pd.DatetimeIndex:
    """Reported days, whoever reported: dates only, of all departments."""
    rollup = METADATA.tables["rollup_arrival_day"]
    everyone = Scope(scope.hospital_id, scope.first, scope.last)
    dates = select(rollup.c.date).distinct().order_by(rollup.c.date)
    every = store.frame(_within(dates, rollup, everyone))
    own = store.frame(_within(dates.where(rollup.c.stream == stream), rollup, everyone))
    return reported(_moments(every), _moments(own))


def _moments(rows: pd.DataFrame) -> pd.DatetimeIndex:
    return pd.DatetimeIndex(pd.to_datetime(rows["date"].astype(str), format="%Y%m%d"))


def _days(store: Store, scope: Scope, stream: str) -> pd.DataFrame:
    rollup = METADATA.tables["rollup_arrival_day"]
    statement = select(rollup.c.date, rollup.c.department, rollup.c.count)
    statement = _within(statement.where(rollup.c.stream == stream), rollup, scope)
    return store.frame(statement.order_by(rollup.c.date, rollup.c.department))


def _dated(rows: pd.DataFrame) -> pd.DataFrame:
    """time, department, count."""
    return rows.assign(time=_moments(rows)).drop(columns="date")


def _hours(store: Store, scope: Scope, stream: str) -> pd.DataFrame:
    """time, department, count by hour; of months that brought no arrivals, from visits."""
    facts = METADATA.tables["arrival"]
    statement = select(facts.c.date, facts.c.hour, facts.c.department, facts.c.count)
    statement = _within(statement.where(facts.c.stream == stream), facts, scope)
    rows = store.frame(statement.order_by(facts.c.date, facts.c.hour, facts.c.department))
    brought = _within(
        select(facts.c.month).distinct(), facts, Scope(scope.hospital_id, *_ends(scope))
    )
    months = set(store.frame(brought)["month"])
    found = _dated(rows)
    found["time"] += pd.to_timedelta(found.pop("hour").astype("int64"), unit="h")
    lacking = [month for month in scope.months if month not in months]
    if not lacking:
        return found
    return pd.concat([found, _visits(store, scope, stream, lacking)], ignore_index=True)


def _ends(scope: Scope) -> tuple[int, int]:
    return scope.first, scope.last


def _visits(store: Store, scope: Scope, stream: str, months: list[int]) -> pd.DataFrame:
    facts = METADATA.tables["visit"]
    hour = ((facts.c.visited_at + LOCAL) // (SECONDS)).label("at")
    keys = (hour, facts.c.department)
    statement = select(*keys, func.count().label("count"))
    statement = statement.where(facts.c.stream == stream, facts.c.month.in_(months))
    rows = store.frame(_within(statement, facts, scope).group_by(*keys).order_by(*keys))
    at = pd.to_datetime(rows.pop("at").astype("int64") * SECONDS, unit="s")
    return rows.assign(time=at)


def _within(statement: Select, table: Table, scope: Scope) -> Select:
    statement = statement.where(
        table.c.hospital_id == scope.hospital_id, table.c.month.between(scope.first, scope.last)
    )
    if scope.departments is not None:
        statement = statement.where(table.c.department.in_(scope.departments))
    return statement
