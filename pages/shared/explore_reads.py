"""Cached reads of the explore page; keys as in pages.shared.reads."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from core.analysis import control, decompose, explore
from core.analysis.decompose import Explained
from core.analysis.explore import Cut
from core.analysis.levels import (
    INSIDE,
    OTHER,
    STAFF,
    levels_of,
    machine_cube,
    read_as,
    staff_cube,
)
from core.analysis.machines.records import machine_use, register
from core.analysis.overview import Asked
from core.analysis.series import all_series
from core.catalog.disease import disease_cube
from core.errors import DataError
from core.frames import Scope
from core.hospital.masters import records as masters
from core.hospital.rollups.reads.records import cases
from core.hospital.views.records import views
from core.months import add_months, month_range
from core.words import language, pick, t
from pages.shared import reads
from pages.shared.explore_choice import Choice
from pages.shared.kept import kept
from pages.shared.phrases import name_of
from pages.shared.reads import Key
from pages.shared.scope import View
from pages.shared.session import catalog, store

MONTHS, WIDE = 36, 12
"""Months of a trend, and of a heat map or a pivot."""


def trend_months(shown: View) -> tuple[int, ...]:
    """The months of a trend."""
    return month_range(max(shown.first, add_months(shown.month, 1 - MONTHS)), shown.month)


def wide_months(shown: View) -> tuple[int, ...]:
    """The months of a heat map or a pivot."""
    return month_range(max(shown.first, add_months(shown.month, 1 - WIDE)), shown.month)


@kept(4)
def _cases(key: Key, scope: Scope) -> pd.DataFrame:
    return cases(store(), scope)


@kept(4)
def _machines(key: Key, scope: Scope) -> tuple[pd.DataFrame, pd.DataFrame]:
    return register(store(), scope), machine_use(store(), scope)


@kept(8)
def _campuses(key: Key, scope: Scope) -> Mapping[str, tuple[str, ...]]:
    rows = reads.departments(scope)
    sites = masters.sites(store(), scope.hospital_id)
    found: dict[str, tuple[str, ...]] = {}
    for department in rows["department"]:
        campus = sites.get(department, "")
        if campus:
            found[campus] = (*found.get(campus, ()), department)
    return dict(sorted(found.items()))


def campuses(shown: View) -> Mapping[str, tuple[str, ...]]:
    """The departments of each campus."""
    return _campuses(reads.facts_key(shown.scope), shown.scope)


@kept(8)
def _member_names(key: Key, scope: Scope, by: str, in_language: str) -> dict[str, str]:
    """Names by code of a level; of departments as everywhere."""
    if by == "department":
        return reads.names(scope)
    if by == "category":
        return {code: t(f"category.{code}") for code in reads.departments(scope)["category"]}
    read = {
        "disease_group": masters.disease_groups,
        "machine": masters.machines,
        "campus": masters.campuses,
    }
    if by == "staff_group":
        return {code: t(f"explore.staff.{code}") for code in (*STAFF, OTHER)}
    if by not in read:
        return {"": t("scope.whole")}
    rows = read[by](store(), scope.hospital_id)
    texts = zip(rows["code"], rows["name_zh"], rows["name_en"], strict=True)
    plain = {code: pick(zh, en) for code, zh, en in texts}
    return {code: f"{code} {name}" for code, name in plain.items()} if by != "campus" else plain


def member_names(shown: View, by: str) -> dict[str, str]:
    """Names of a level's members, in the session's language."""
    return _member_names(reads.facts_key(shown.scope), shown.scope, by, language())


@kept(1)
def codes() -> tuple[str, ...]:
    """Every indicator, those in use first."""
    known = catalog().indicators
    return tuple(sorted(known, key=lambda code: (not known[code].in_use, code)))


@kept(2)
def names_of_indicators(in_language: str) -> dict[str, str]:
    """Names by code."""
    return {code: name_of(one) for code, one in catalog().indicators.items()}


@kept(128)
def _questions(key: Key, shown: View) -> tuple[tuple[str, int], ...]:
    return tuple(explore.questions(catalog(), reads.board(shown).hospital))


def questions(shown: View) -> tuple[tuple[str, int], ...]:
    """The moves of the whole that ask most for a reason, with their signs."""
    return _questions(reads.judged_key(shown.scope), shown)


@kept(64)
def _cut(key: Key, scope: Scope, codes: tuple[str, ...], by: str, place: tuple[str, str]) -> Cut:
    cube = reads.cube_for(scope, codes)
    department, which = place
    if by == "disease_group":
        cube = disease_cube(catalog(), _cases(key, scope), cube, department)
    elif by == "machine":
        cube = machine_cube(catalog(), _machines(key, scope), cube, department)
    elif by == "staff_group":
        # The groups are more than the head count itself needs.
        cube = staff_cube(reads.cube_for(scope, tuple(catalog().indicators)), department)
    return explore.only(Cut(by, cube, _campuses(key, scope)), which)


def _cut_of(shown: View, choice: Choice, codes: tuple[str, ...]) -> Cut:
    own = shown.department if choice.by in INSIDE else ""
    key = reads.facts_key(shown.scope)
    return _cut(key, shown.scope, codes, choice.by, (own, choice.only))


@kept(512)
def _readings(key: Key, shown: View, choice: Choice, code: str) -> pd.DataFrame:
    if choice.by not in levels_of(catalog(), catalog().find(code)):
        return explore.nothing()
    asked = Asked(shown.comparison.now, shown.comparison.then, (code,))
    cut = _cut_of(shown, choice, (code,))
    rows = explore.read(catalog(), cut, reads.targets(shown.scope), asked)
    if choice.only == "missed":
        rows = rows[rows["state"] == "bad"].reset_index(drop=True)
    return explore.ranked(catalog(), rows, choice.sort)


def shares(shown: View, choice: Choice, code: str, rows: pd.DataFrame) -> list[float]:
    """What part of the whole each of READINGS is, in %; none where they do not share it out."""
    if choice.by != "staff_group":
        return []
    asked = Asked(shown.comparison.now, shown.comparison.then, (code,))
    return explore.shares(catalog(), _cut_of(shown, choice, (code,)), asked, rows)


def _plain(choice: Choice) -> Choice:
    """The choice as far as readings depend on it, so that other pictures share them."""
    return Choice((), choice.by, "", choice.sort, choice.only, "", "")


def readings(shown: View, choice: Choice, code: str) -> pd.DataFrame:
    """READINGS of the level's members that have a value, in the order chosen."""
    return _readings(reads.judged_key(shown.scope), shown, _plain(choice), code)


@kept(256)
def _explained(key: Key, shown: View, by: str, code: str) -> Explained | str:
    comparison = shown.comparison
    place = (shown.department if by in INSIDE else "", "all")
    level = by if by in INSIDE else "department"
    alone = level == "department" and bool(shown.department) and bool(comparison.then)
    # Details of a side (complaints by kind) are more than the indicator itself needs.
    needs = tuple(catalog().indicators) if alone else (code,)
    cube = _cut(reads.facts_key(shown.scope), shown.scope, needs, level, place).cube
    read = read_as(catalog(), code, level)
    try:
        if level != "department" and level not in levels_of(catalog(), catalog().find(code)):
            raise DataError("E_EXPLAIN_LEVEL", indicator=code, value=t(f"explore.by.{level}"))
        if not comparison.then:
            row = reads.reading(shown, code)
            target = explore.bound_of(row)
            if math.isnan(target):
                raise DataError("E_EXPLAIN_TARGET", indicator=code)
            return decompose.explain_target(read, code, cube, comparison.now, target)
        if alone:
            cube = cube.restrict({shown.department})
            return decompose.explain_sides(read, code, cube, comparison.then, comparison.now)
        return decompose.explain(read, code, cube, comparison.then, comparison.now)
    except DataError as error:
        return error.code


def explained(shown: View, choice: Choice, code: str) -> Explained | str:
    """What the change of the view is made of; the code of the reason why it cannot be said.

    By the level's members; of one department at its own level by the two sides of the quotient.
    """
    return _explained(reads.judged_key(shown.scope), shown, choice.by, code)


@kept(256)
def _charted(key: Key, shown: View, choice: Choice, code: str) -> control.Chart | None:
    months = trend_months(shown)
    cut = _cut_of(shown, choice, (code,))
    read = read_as(catalog(), code, choice.by)
    indicator = catalog().find(code)
    if choice.member:
        place, cube, level = choice.member, cut.cube.restrict({choice.member}), choice.by
    elif choice.by == "department" and shown.department:
        place, cube, level = shown.department, cut.cube.restrict({shown.department}), "department"
    else:
        place, cube, level = "", cut.cube, "hospital"
    series = all_series(read, [code], cube, months, level)  # type: ignore[arg-type]
    if (code, place) not in series:
        return None
    judged = level in ("hospital", "department") and choice.by in ("hospital", "department")
    row = reads.board(shown).place(place).get(code, {}) if judged else {}
    nan = float("nan")
    target = control.aim_of(indicator, row.get("low", nan), row.get("high", nan))
    rule = control.ChartRule(control.direction_of(indicator), target)
    return control.chart(series[code, place], indicator, rule)


def charted(shown: View, choice: Choice, code: str) -> control.Chart | None:
    """The control chart of the member, the department or the whole that is looked at."""
    return _charted(reads.judged_key(shown.scope), shown, choice, code)


@kept(128)
def _pivot(key: Key, shown: View, choice: Choice, months: bool) -> pd.DataFrame:
    codes = choice.codes[:1] if months else choice.codes
    periods = {"": shown.comparison.now}
    if months:
        every = wide_months(shown)
        periods = {str(month): (month,) for month in every} | {explore.TOTAL: every}
    cut = _cut_of(shown, choice, codes)
    known = [c for c in codes if choice.by in levels_of(catalog(), catalog().find(c))]
    wide = explore.pivot(catalog(), cut, known, periods)
    if choice.only == "missed":
        kept_rows = [*_readings(key, shown, _plain(choice), codes[0])["department"], explore.TOTAL]
        wide = wide[wide.index.isin(kept_rows)]
    return wide


def pivot(shown: View, choice: Choice, months: bool) -> pd.DataFrame:
    """Values of members by (period, indicator), the whole in the row ''."""
    return _pivot(reads.judged_key(shown.scope), shown, choice, months)


@kept(32)
def _saved(key: Any, hospital_id: int, page: str) -> tuple[dict[Any, Any], ...]:
    return tuple(views(store(), hospital_id, page).to_dict("records"))


def saved(hospital_id: int, page: str) -> tuple[dict[Any, Any], ...]:
    """Views saved of a page, by name."""
    return _saved(st.session_state["store_key"], hospital_id, page)
