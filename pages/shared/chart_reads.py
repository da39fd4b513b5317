"""Control charts that the pages show, kept between reruns, with what people said about them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import streamlit as st

from core.analysis import control
from core.analysis.control import Chart, ChartRule
from core.analysis.notes import records as notes_records
from core.analysis.series import all_series
from core.frames import Scope
from core.months import add_months, month_range
from pages.shared import reads
from pages.shared.kept import kept
from pages.shared.scope import View
from pages.shared.session import catalog, store

MONTHS = 36
Key = tuple[str, str]
Row = dict[Any, Any]
ORDER = ("concern", "neutral_high", "neutral_low", "improvement", "common")


@dataclass(frozen=True)
class Options:
    """How the charts of the page are drawn.

    merged: January and February are one point. near: a point beyond the limits counts in two of
    three. fixed: limits of the first so many points hold for the rest, 0 where they do not.
    """

    merged: bool = True
    near: bool = False
    fixed: int = 0


@dataclass(frozen=True)
class Said:
    """Notes and rebases of the months shown, oldest first."""

    notes: tuple[Row, ...]
    rebases: tuple[Row, ...]

    def of(self, code: str, department: str) -> Said:
        """Those of one chart: its own, and notes made for the whole hospital."""
        notes = [
            row
            for row in self.notes
            if row["indicator"] == code and row["department"] in ("", department)
        ]
        rebases = [
            row
            for row in self.rebases
            if row["indicator"] == code and row["department"] == department
        ]
        return Said(tuple(notes), tuple(rebases))


def months_of(view: View) -> tuple[int, ...]:
    """The 36 months up to the view's, as far as there are data."""
    return month_range(max(view.first, add_months(view.month, 1 - MONTHS)), view.month)


@kept(64)
def _said(key: tuple[str, int], scope: Scope) -> Said:
    return Said(
        tuple(notes_records.notes(store(), scope).to_dict("records")),
        tuple(notes_records.rebases(store(), scope).to_dict("records")),
    )


def said(view: View) -> Said:
    """What people said about the months shown."""
    months = months_of(view)
    scope = Scope(view.hospital_id, months[0], months[-1])
    return _said(st.session_state["store_key"], scope)


def starts(view: View) -> tuple[tuple[str, str, int], ...]:
    """Where limits begin anew: indicator, department, month."""
    return tuple((row["indicator"], row["department"], row["month"]) for row in said(view).rebases)


def charted() -> tuple[str, ...]:
    """Indicators in use that have a chart, in the order of the catalogue."""
    return _charted(len(catalog().indicators))


@kept(1)
def _charted(count: int) -> tuple[str, ...]:
    known = catalog().indicators.items()
    return tuple(code for code, one in known if one.in_use and one.chart != "none")


@kept(1)
def _spare(count: int) -> tuple[str, ...]:
    known = catalog().indicators.items()
    return tuple(code for code, one in known if not one.in_use and one.chart != "none")


def openable() -> tuple[str, ...]:
    """Indicators that have a chart: those in use, then the others of the catalogue."""
    return charted() + _spare(len(catalog().indicators))


class Wanted(NamedTuple):
    """Which indicators; of every department, or of the view's place alone."""

    codes: tuple[str, ...]
    everywhere: bool = False


@kept(64)
def _charts(
    key: reads.Key,
    view: View,
    wanted: Wanted,
    options: Options,
    anew: tuple[tuple[str, str, int], ...],
) -> dict[Key, Chart]:
    codes = wanted.codes
    cube, months = reads.cube_for(view.scope, codes), months_of(view)
    if wanted.everywhere:
        series = all_series(catalog(), codes, cube, months, "department")
    elif view.department:
        own = cube.restrict({view.department})
        series = all_series(catalog(), codes, own, months, "department")
    else:
        series = all_series(catalog(), codes, cube, months, "hospital")
    rules = {one: _rule(view, one, options, anew) for one in series}
    drawn = control.charts(catalog(), series, rules, options.merged)
    return {one: drawn[one] for one in sorted(drawn, key=lambda one: _rank(drawn[one], one))}


def _rule(
    view: View, one: Key, options: Options, anew: tuple[tuple[str, str, int], ...]
) -> ChartRule:
    indicator = catalog().indicators[one[0]]
    reading = reading_of(view, *one)
    aim = control.aim_of(indicator, reading["low"], reading["high"]) if reading else None
    return ChartRule(
        control.direction_of(indicator),
        aim,
        tuple(month for code, place, month in anew if (code, place) == one),
        options.merged,
        fixed=options.fixed or None,
        near_counts_outside=options.near,
    )


def _rank(chart: Chart, one: Key) -> tuple[int, int, str, str]:
    """What is worse first, then what cannot meet its target, then by code."""
    mark = chart.marks[chart.last] if chart.last >= 0 else "common"
    return (ORDER.index(mark), chart.assurance != "fail", *one)


def wall(view: View, options: Options) -> Mapping[Key, Chart]:
    """The charts of the view's department, or of the hospital: what is worse first."""
    wanted = Wanted(charted())
    return _charts(reads.judged_key(view.scope), view, wanted, options, starts(view))


def chart_of(view: View, one: Key, options: Options) -> Chart | None:
    """The chart of one indicator in the view's place; None where it has no data."""
    if one[0] in charted():
        return wall(view, options).get(one)
    wanted = Wanted((one[0],))
    return _charts(reads.judged_key(view.scope), view, wanted, options, starts(view)).get(one)


def places(view: View, code: str, options: Options) -> Mapping[Key, Chart]:
    """The charts of one indicator, a department each: what is worse first."""
    wanted = Wanted((code,), everywhere=True)
    return _charts(reads.judged_key(view.scope), view, wanted, options, starts(view))


def reading_of(view: View, code: str, department: str) -> Row | None:
    """The reading of the view's month, with its target; None where there is none."""
    return reads.board(view).place(department).get(code)
