"""Cached reads. Every key holds the store, its version (it grows with each write) and the scope.

What is kept is never changed by a page, so it is shared, not copied.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from core.access.records import staff, welcome_dismissed
from core.analysis import overview
from core.catalog.cube import Cube, cube_of
from core.frames import Scope
from core.hospital import records
from core.intake.delivered import records as delivered
from core.months import add_months, month_range
from core.words import language, pick
from pages.shared.kept import kept
from pages.shared.scope import View
from pages.shared.session import catalog, store


@dataclass(frozen=True)
class Board:
    """Everything the overview and the department page show of one view."""

    hospital: pd.DataFrame
    departments: pd.DataFrame
    attention: tuple[dict[Any, Any], ...]
    rows: dict[tuple[str, str], dict[Any, Any]]
    """Every reading by indicator and department: a page looks up, it does not search."""

    def place(self, department: str) -> dict[str, dict[Any, Any]]:
        """Readings of the hospital ('') or of one department, by indicator."""
        return {code: row for (code, where), row in self.rows.items() if where == department}


def begin() -> None:
    """Called once a run: ask how far the store has come."""
    st.session_state["store_key"] = (store().url, store().version())


def _key() -> tuple[str, int]:
    return st.session_state["store_key"]


@kept(16)
def _hospitals(key: tuple[str, int]) -> tuple[dict[Any, Any], ...]:
    return tuple(records.hospitals(store()).to_dict("records"))


def hospitals() -> tuple[dict[Any, Any], ...]:
    """The hospitals in use, oldest first."""
    return _hospitals(_key())


@kept(16)
def _people(key: tuple[str, int], hospital_id: int) -> tuple[str, ...]:
    return tuple(staff(store(), hospital_id)["name"])


def people(hospital_id: int) -> tuple[str, ...]:
    """Names that can be chosen as the one who acts."""
    return _people(_key(), hospital_id)


@kept(16)
def _welcomed(key: tuple[str, int], hospital_id: int) -> bool:
    return welcome_dismissed(store(), hospital_id)


def welcomed(hospital_id: int) -> bool:
    """Whether the first-run welcome was put away for good."""
    return _welcomed(_key(), hospital_id)


@kept(16)
def _names(key: tuple[str, int], scope: Scope, in_language: str) -> dict[str, str]:
    rows = _departments(key, scope)
    texts = zip(rows["department"], rows["name_zh"], rows["name_en"], strict=True)
    return {code: pick(zh, en) for code, zh, en in texts}


@kept(16)
def _departments(key: tuple[str, int], scope: Scope) -> pd.DataFrame:
    return records.departments(store(), scope)


def departments(scope: Scope) -> pd.DataFrame:
    """DEPARTMENTS rows of the scope."""
    return _departments(_key(), scope)


def names(scope: Scope) -> dict[str, str]:
    """Department names by code, in the session's language."""
    return _names(_key(), scope, language())


@kept(16)
def _months_reported(key: tuple[str, int], hospital_id: int) -> tuple[int, int] | None:
    return records.months_reported(store(), hospital_id)


def months_reported(hospital_id: int) -> tuple[int, int] | None:
    """First and last month with data; None when there is none."""
    return _months_reported(_key(), hospital_id)


@kept(16)
def _cube(key: tuple[str, int], scope: Scope) -> Cube:
    return cube_of(records.facts(store(), scope), catalog(), records.departments(store(), scope))


def cube(scope: Scope) -> Cube:
    """The facts of the scope, ready to be added up."""
    return _cube(_key(), scope)


@kept(16)
def _targets(key: tuple[str, int], scope: Scope) -> pd.DataFrame:
    return records.targets(store(), scope)


def targets(scope: Scope) -> pd.DataFrame:
    """TARGETS rows of the scope."""
    return _targets(_key(), scope)


@kept(256)
def _board(key: tuple[str, int], scope: Scope, asked: overview.Asked) -> Board:
    facts, judged = _cube(key, scope), _targets(key, scope)
    hospital = overview.readings(catalog(), facts, judged, asked, "hospital")
    own = overview.readings(catalog(), facts, judged, asked, "department")
    missing = overview.gaps(facts, asked.now[-1])
    matters = overview.attention(catalog(), hospital, own, missing).to_dict("records")
    every = [*hospital.to_dict("records"), *own.to_dict("records")]
    rows = {(row["indicator"], row["department"]): row for row in every}
    return Board(hospital, own, tuple(matters), rows)


def board(view: View) -> Board:
    """Readings of the hospital and its departments, and what needs attention."""
    comparison = view.comparison
    return _board(_key(), view.scope, overview.Asked(comparison.now, comparison.then))


@kept(512)
def _series(
    key: tuple[str, int], scope: Scope, codes: tuple[str, ...], months: tuple[int, ...], place: str
) -> dict[str, dict[int, float]]:
    values = overview.history(catalog(), _cube(key, scope), codes, months, place)
    found: dict[str, dict[int, float]] = {code: {} for code in codes}
    for row in values.to_dict("records"):
        found[row["indicator"]][int(row["period"])] = row["value"]
    return found


def series(
    view: View, codes: tuple[str, ...], count: int, department: str = ""
) -> dict[str, dict[int, float]]:
    """Values by indicator and month, of the `count` months up to the view's."""
    months = month_range(add_months(view.month, 1 - count), view.month)
    return _series(_key(), view.scope, codes, months, department)


@kept(512)
def _amounts(
    key: tuple[str, int], scope: Scope, asked: overview.Asked, department: str
) -> pd.DataFrame:
    return overview.amounts(catalog(), _cube(key, scope), asked, department)


def amounts(view: View) -> pd.DataFrame:
    """Income, cost and staff of the view's department."""
    comparison = view.comparison
    asked = overview.Asked(comparison.now, comparison.then)
    return _amounts(_key(), view.scope, asked, view.department)


@kept(16)
def _batches(key: tuple[str, int], hospital_id: int) -> pd.DataFrame:
    return delivered.batches(store(), hospital_id)


def batches(hospital_id: int) -> pd.DataFrame:
    """Imports of the hospital, newest first."""
    return _batches(_key(), hospital_id)


@kept(64)
def _reported(key: tuple[str, int], hospital_id: int, month: int) -> pd.DataFrame:
    return delivered.reported(store(), hospital_id, month)


def reported(hospital_id: int, month: int) -> pd.DataFrame:
    """What each table holds for one month."""
    return _reported(_key(), hospital_id, month)
