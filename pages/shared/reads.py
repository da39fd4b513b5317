"""Cached reads. Every key holds the store, how far it has come, and the scope.

What is kept is never changed by a page, so it is shared, not copied.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from core.access.records import staff, welcome_dismissed
from core.analysis import overview
from core.catalog.cube import Cube, cube_of
from core.catalog.needs import needed
from core.frames import Scope
from core.hospital import records
from core.intake.delivered import records as delivered
from core.months import add_months, month_range
from core.words import language, pick
from pages.shared.kept import kept
from pages.shared.scope import View
from pages.shared.session import catalog, store

Key = tuple[Any, ...]


@dataclass(frozen=True)
class Board:
    """Everything the overview and the department page show of one view."""

    hospital: pd.DataFrame
    departments: pd.DataFrame
    places: dict[str, dict[str, dict[Any, Any]]]
    """Every reading by department and indicator: a page looks up, it does not search."""

    def place(self, department: str) -> dict[str, dict[Any, Any]]:
        """Readings of the hospital ('') or of one department, by indicator."""
        return self.places.get(department, {})


def begin() -> None:
    """Called once a run: ask how far the store has come."""
    st.session_state["store_key"] = (store().url, store().version())


def _key() -> tuple[str, int]:
    return st.session_state["store_key"]


@kept(64)
def _marks(key: tuple[str, int], hospital_id: int) -> tuple[Any, Any]:
    return records.marks(store(), hospital_id)


def facts_key(scope: Scope) -> tuple[Any, ...]:
    """The store and how far this hospital's facts have come: other writes change nothing here."""
    return (_key()[0], _marks(_key(), scope.hospital_id)[0])


def judged_key(scope: Scope) -> tuple[Any, ...]:
    """The same, and how far its targets have come."""
    return (_key()[0], _marks(_key(), scope.hospital_id))


@kept(16)
def _hospitals(key: tuple[str, int]) -> tuple[dict[Any, Any], ...]:
    return tuple(records.hospitals(store()).to_dict("records"))


def hospitals() -> tuple[dict[Any, Any], ...]:
    """The hospitals in use, oldest first."""
    return _hospitals(_key())


@kept(16)
def _people(key: tuple[str, int], hospital_id: int) -> dict[str, str]:
    rows = staff(store(), hospital_id)
    return dict(zip(rows["name"].astype(str), rows["title"].astype(str), strict=True))


def titles(hospital_id: int) -> dict[str, str]:
    """Titles of those who can act, by name."""
    return _people(_key(), hospital_id)


def people(hospital_id: int) -> tuple[str, ...]:
    """Names that can be chosen as the one who acts."""
    return tuple(titles(hospital_id))


def department_of(title: str, rows: pd.DataFrame) -> str:
    """Code of the department (DEPARTMENTS rows) with whose name a title begins, the longest name
    first, what stands in brackets aside; '' without one.
    """
    named = [
        (len(plain), code)
        for code, name in zip(rows["department"], rows["name_zh"], strict=True)
        if (plain := re.split(r"[（(]", str(name))[0]) and title.startswith(plain)
    ]
    return max(named)[1] if named else ""


@kept(16)
def _welcomed(key: tuple[str, int], hospital_id: int) -> bool:
    return welcome_dismissed(store(), hospital_id)


def welcomed(hospital_id: int) -> bool:
    """Whether the first-run welcome was put away for good."""
    return _welcomed(_key(), hospital_id)


@kept(16)
def _names(key: Key, scope: Scope, in_language: str) -> dict[str, str]:
    rows = _departments(facts_key(scope), scope)
    texts = zip(rows["department"], rows["name_zh"], rows["name_en"], strict=True)
    return {code: pick(zh, en) for code, zh, en in texts}


@kept(16)
def _departments(key: Key, scope: Scope) -> pd.DataFrame:
    return records.departments(store(), scope)


def departments(scope: Scope) -> pd.DataFrame:
    """DEPARTMENTS rows of the scope."""
    return _departments(facts_key(scope), scope)


def names(scope: Scope) -> dict[str, str]:
    """Department names by code, in the session's language."""
    return _names(facts_key(scope), scope, language())


@kept(64)
def _delivered_lately(key: tuple[str, int], hospital_id: int, month: int) -> frozenset[str]:
    return delivered.delivered_lately(store(), hospital_id, month)


def delivered_lately(hospital_id: int, month: int) -> frozenset[str]:
    """The tables that came in for any of the 12 months up to this one."""
    return _delivered_lately(_key(), hospital_id, month)


@kept(16)
def _months_reported(key: tuple[str, int], hospital_id: int) -> tuple[int, int] | None:
    return records.months_reported(store(), hospital_id)


def months_reported(hospital_id: int) -> tuple[int, int] | None:
    """First and last month with data; None when there is none."""
    return _months_reported(_key(), hospital_id)


@kept(1)
def _daily() -> frozenset[str]:
    """Measures that the pages opened every day rest on: a third of what is held."""
    in_use = [code for code, indicator in catalog().indicators.items() if indicator.in_use]
    return needed(catalog(), (*in_use, *overview.AMOUNTS))


@kept(16)
def _cube(key: Key, scope: Scope, every: bool) -> Cube:
    facts = records.facts(store(), scope, None if every else _daily())
    return cube_of(facts, catalog(), records.departments(store(), scope))


def cube_for(scope: Scope, codes: tuple[str, ...] = ()) -> Cube:
    """The facts of the scope: those of every day, or all where one of the codes asks for more."""
    every = not needed(catalog(), codes) <= _daily()
    return _cube(facts_key(scope), scope, every)


@kept(16)
def _targets(key: Key, scope: Scope) -> pd.DataFrame:
    return records.targets(store(), scope)


def targets(scope: Scope) -> pd.DataFrame:
    """TARGETS rows of the scope."""
    return _targets(judged_key(scope), scope)


@kept(256)
def _board(key: Key, scope: Scope, asked: overview.Asked) -> Board:
    facts, judged = cube_for(scope), _targets(judged_key(scope), scope)
    hospital = overview.readings(catalog(), facts, judged, asked, "hospital")
    own = overview.readings(catalog(), facts, judged, asked, "department")
    places: dict[str, dict[str, dict[Any, Any]]] = {}
    for row in (*hospital.to_dict("records"), *own.to_dict("records")):
        places.setdefault(row["department"], {})[row["indicator"]] = row
    return Board(hospital, own, places)


def board(view: View) -> Board:
    """Readings of the hospital and its departments."""
    comparison = view.comparison
    return _board(
        judged_key(view.scope), view.scope, overview.Asked(comparison.now, comparison.then)
    )


@kept(512)
def _reading(key: Key, scope: Scope, asked: overview.Asked) -> dict[Any, Any]:
    rows = overview.readings(
        catalog(),
        cube_for(scope, asked.codes),
        _targets(judged_key(scope), scope),
        asked,
        "hospital",
    )
    return rows.iloc[0].to_dict()


def reading(view: View, code: str) -> dict[Any, Any]:
    """The hospital's reading of one indicator, also of one that is not in use."""
    comparison = view.comparison
    asked = overview.Asked(comparison.now, comparison.then, (code,))
    return _reading(judged_key(view.scope), view.scope, asked)


@kept(64)
def _by_department(key: Key, scope: Scope, code: str, months: tuple[int, ...]) -> pd.DataFrame:
    return overview.by_department(catalog(), cube_for(scope, (code,)), code, months)


def by_department(view: View, code: str, count: int) -> pd.DataFrame:
    """One row a department, one column a month (YYYYMM): the `count` months up to the view's."""
    last, first = view.month, max(view.first, add_months(view.month, 1 - count))
    return _by_department(facts_key(view.scope), view.scope, code, month_range(first, last))


@kept(512)
def _series(
    key: Key, scope: Scope, codes: tuple[str, ...], months: tuple[int, ...], place: str
) -> dict[str, dict[int, float]]:
    values = overview.history(catalog(), cube_for(scope, codes), codes, months, place)
    found: dict[str, dict[int, float]] = {code: {} for code in codes}
    for row in values.to_dict("records"):
        found[row["indicator"]][int(row["period"])] = row["value"]
    return found


def series(
    view: View, codes: tuple[str, ...], count: int, department: str = ""
) -> dict[str, dict[int, float]]:
    """Values by indicator and month, of the `count` months up to the view's."""
    months = month_range(add_months(view.month, 1 - count), view.month)
    return _series(facts_key(view.scope), view.scope, codes, months, department)


@kept(512)
def _amounts(key: Key, scope: Scope, asked: overview.Asked, department: str) -> pd.DataFrame:
    return overview.amounts(catalog(), cube_for(scope), asked, department)


def amounts(view: View) -> pd.DataFrame:
    """Income, cost and staff of the view's department."""
    comparison = view.comparison
    asked = overview.Asked(comparison.now, comparison.then)
    return _amounts(facts_key(view.scope), view.scope, asked, view.department)


@kept(16)
def _batches(key: tuple[str, int], hospital_id: int) -> pd.DataFrame:
    return delivered.batches(store(), hospital_id)


def batches(hospital_id: int) -> pd.DataFrame:
    """Imports of the hospital, newest first."""
    return _batches(_key(), hospital_id)


@kept(16)
def _newest_batch(key: tuple[str, int], hospital_id: int) -> dict[Any, Any] | None:
    done = _batches(key, hospital_id)
    return next(iter(done[done["status"] != "undone"].head(1).to_dict("records")), None)


def newest_batch(hospital_id: int) -> dict[Any, Any] | None:
    """The newest import that was not undone; None where there is none."""
    return _newest_batch(_key(), hospital_id)


@kept(64)
def _reported(key: tuple[str, int], hospital_id: int, month: int) -> pd.DataFrame:
    return delivered.reported(store(), hospital_id, month)


def reported(hospital_id: int, month: int) -> pd.DataFrame:
    """What each table holds for one month."""
    return _reported(_key(), hospital_id, month)
