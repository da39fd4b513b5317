"""Cached reads of disease groups and of cost by side; keys as in pages.shared.reads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from core.costing import groups
from core.costing.allocation import Allocation
from core.costing.cvp import Behaviour, load_behaviour
from core.costing.group_view import summary
from core.costing.model import AllocationError
from core.costing.patients import records as patients
from core.costing.sides import by_class, income_by_class, side_pools
from core.frames import Scope
from core.hospital.rollups.reads import records as rollups
from core.months import add_months, month_range
from core.words import language, pick
from pages.shared import costing_reads, reads
from pages.shared.kept import kept
from pages.shared.scope import View
from pages.shared.session import settings, store

TREND = 24


@dataclass(frozen=True, eq=False)
class Held:
    """All months of what is costed, by month; a month without rows is absent."""

    cost: dict[int, pd.DataFrame]
    income: dict[int, pd.DataFrame]
    volumes: dict[int, pd.DataFrame]
    cases: dict[int, pd.DataFrame]


@dataclass(frozen=True, eq=False)
class Sides:
    """One month that could be allocated: full cost by department, part and side."""

    found: Allocation
    pools: pd.DataFrame


@dataclass(frozen=True, eq=False)
class Period:
    """The groups of some months; months that lack cost or cases are left out and named."""

    months: tuple[int, ...]
    left_out: tuple[int, ...]
    costed: groups.Costed
    hospital: pd.DataFrame
    """SUMMARY of every group, whatever the department."""


def _by_month(rows: pd.DataFrame) -> dict[int, pd.DataFrame]:
    return {int(month): part for month, part in rows.groupby("month", sort=True)}  # type: ignore[arg-type]


@kept(4)
def _held(key: reads.Key, scope: Scope) -> Held:
    read: tuple[Callable[..., pd.DataFrame], ...] = (
        patients.side_cost,
        patients.side_income,
        patients.volumes,
        rollups.cases,
    )
    return Held(*[_by_month(one(store(), scope)) for one in read])


def held(shown: View) -> Held:
    """What the store has of all months."""
    return _held(costing_reads.key(shown), shown.scope)


@kept(1)
def behaviour() -> Behaviour:
    """What follows volume and what does not."""
    return load_behaviour(Path(settings().data_folder) / "costing" / "behaviour.toml")


@kept(64)
def _sides(key: reads.Key, scope: Scope, month: int) -> Sides | None:
    facts = _held(key, scope)
    if month not in facts.cost:
        return None
    whole = View(scope.hospital_id, scope.first, scope.last, "month", month, "", "target")
    try:
        found = costing_reads.allocated(whole, "three_level")
    except AllocationError:
        return None
    income = facts.income.get(month, pd.DataFrame(columns=_INCOME))
    return Sides(found, side_pools(found, facts.cost[month], income))


_INCOME = pd.Index(["month", "ordering", "performing", "unit", "category", "amount_fen"])


def sides(shown: View, month: int) -> Sides | None:
    """Full cost by side of a month; None where it has no cost or cannot be allocated."""
    return _sides(costing_reads.key(shown), shown.scope, month)


@kept(128)
def _costed(key: reads.Key, scope: Scope, month: int, way: groups.Way) -> groups.Costed | None:
    facts, own = _held(key, scope), _sides(key, scope, month)
    if own is None or month not in facts.cases or month not in facts.income:
        return None
    work = facts.volumes.get(month)
    days = work.set_index("department")["bed_days"] if work is not None else pd.Series(dtype=float)
    given = groups.Month(
        by_class(own.pools, "inpatient"), income_by_class(facts.income[month], "inpatient"), days
    )
    rule = patients.payment(store(), scope.hospital_id, month)
    return groups.costed(facts.cases[month], given, rule, way)


@kept(64)
def _outliers(key: reads.Key, scope: Scope, first: int, last: int) -> pd.DataFrame:
    return patients.outliers(store(), Scope(scope.hospital_id, first, last))


@kept(128)
def _period(
    key: reads.Key, scope: Scope, months: tuple[int, ...], way: groups.Way
) -> Period | None:
    each = {month: _costed(key, scope, month, way) for month in months}
    known = {month: one for month, one in each.items() if one is not None}
    if not known:
        return None
    beyond = _outliers(key, scope, min(known), max(known))
    beyond = beyond[beyond["month"].isin(list(known))]
    whole = groups.added(list(known.values()), beyond)
    left = tuple(month for month in months if month not in known)
    return Period(tuple(known), left, whole, summary(whole.groups))


def period(shown: View, way: groups.Way, months: tuple[int, ...]) -> Period | None:
    """The groups of these months; None where none of them can be costed."""
    return _period(costing_reads.key(shown), shown.scope, months, way)


@kept(64)
def _of_department(
    key: reads.Key, scope: Scope, months: tuple[int, ...], way: groups.Way, department: str
) -> pd.DataFrame | None:
    whole = _period(key, scope, months, way)
    if whole is None:
        return None
    if not department:
        return whole.hospital
    rows = whole.costed.groups
    return summary(rows[rows["department"] == department])


def groups_of(shown: View, way: groups.Way, months: tuple[int, ...]) -> pd.DataFrame | None:
    """SUMMARY of the view's department, or of the hospital."""
    key = costing_reads.key(shown)
    return _of_department(key, shown.scope, months, way, shown.department)


def trend_months(shown: View) -> tuple[int, ...]:
    """The 24 months up to the view's, as far as there are data."""
    return month_range(max(shown.first, add_months(shown.month, 1 - TREND)), shown.month)


@kept(128)
def _trend(
    key: reads.Key, scope: Scope, months: tuple[int, ...], way: groups.Way, what: tuple[str, str]
) -> pd.DataFrame:
    group, department = what
    found = []
    for month in months:
        one = _costed(key, scope, month, way)
        if one is None:
            continue
        rows = one.groups[one.groups["group"] == group]
        rows = rows[rows["department"] == department] if department else rows
        if len(rows):
            found.append(summary(rows).assign(month=month))
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame()


def trend(shown: View, way: groups.Way, group: str) -> pd.DataFrame:
    """A group's SUMMARY by month; no row for a month without cases or cost."""
    what = (group, shown.department)
    key = costing_reads.key(shown)
    return _trend(key, shown.scope, trend_months(shown), way, what)


@kept(16)
def _group_rows(key: reads.Key, hospital_id: int, in_language: str) -> dict[str, dict[Any, Any]]:
    rows = patients.group_names(store(), hospital_id).to_dict("records")
    return {row["code"]: row | {"name": pick(row["name_zh"], row["name_en"])} for row in rows}


def group_rows(shown: View) -> dict[str, dict[Any, Any]]:
    """The master of disease groups by code, with the name in the session's language."""
    return _group_rows(costing_reads.key(shown), shown.hospital_id, language())


@kept(64)
def _payment(key: reads.Key, hospital_id: int, month: int) -> groups.Payment:
    return patients.payment(store(), hospital_id, month)


def payment(shown: View) -> groups.Payment:
    """How the hospital's own area pays in the view's month."""
    return _payment(costing_reads.key(shown), shown.hospital_id, shown.month)


@kept(64)
def _beyond(
    key: reads.Key, scope: Scope, months: tuple[int, ...], group: str, department: str
) -> pd.DataFrame:
    inside = Scope(scope.hospital_id, min(months), max(months))
    return patients.outlier_cases(store(), inside, group, department)


def beyond(shown: View, months: tuple[int, ...], group: str) -> pd.DataFrame:
    """At most 500 cases of a group beyond their bounds."""
    key = costing_reads.key(shown)
    return _beyond(key, shown.scope, months, group, shown.department)
