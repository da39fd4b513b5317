"""Cached reads and work of the staffing page: the week's need, suggested shifts, standards."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from core.flow import arrivals
from core.flow.backtest import Plan, backtest, summary
from core.flow.effects import Event, ahead, unlearned
from core.flow.forecast import Settings, forecast
from core.flow.rostering import QUANTILES, WEEK_HOURS, Need, eventful, monday_after, need
from core.flow.rosters import Preset, load_rosters
from core.flow.staffing import DAY_HOURS, Suggestion, suggest
from core.flow.standards import Standards, Workload, load_standards
from core.frames import Scope
from pages.shared import flow_reads, reads
from pages.shared.background import Step
from pages.shared.kept import kept
from pages.shared.scope import View
from pages.shared.session import settings

LEVELS = tuple(QUANTILES.values())
ORIGINS = 2
"""Past weeks on which a forecast is held against "same as last week"."""
STAFF = {"doctor": "physician", "nurse": "nurse"}
"""Kinds of staff that are rostered, with their profession in the groups of staff."""


@kept(1)
def standards() -> Standards:
    return load_standards(Path(settings().data_folder) / "flow" / "standards.toml")


@kept(1)
def presets() -> dict[str, Preset]:
    """Rosters of the sources, by stream."""
    found = load_rosters(Path(settings().data_folder) / "hospital" / "rosters.toml")
    return {one.stream: one for one in found}


def workload(stream: str, staff: str) -> Workload | None:
    """The standard of a stream's staff; None where there is none."""
    by_code = {one.code: one for one in standards().workloads}
    return by_code.get(f"{stream}_{staff}")


def streams(shown: View) -> tuple[str, ...]:
    """Streams that have arrivals here and a standard of work."""
    known = flow_reads.streams(shown.scope)
    return tuple(
        one for one in flow_reads.STREAMS if one in known and workload(one, "doctor") is not None
    )


def departments(shown: View, stream: str) -> tuple[str, ...]:
    """The view's department where it has the stream, else all that have it."""
    known = flow_reads.streams(shown.scope).get(stream, ())
    return (shown.department,) if shown.department in known else known


@dataclass(frozen=True)
class Week:
    """What a forecast is asked for."""

    stream: str
    departments: tuple[str, ...]
    ahead: int
    """Whole weeks after the first one."""


def known(shown: View) -> tuple[Event, ...]:
    """The events of the hospital."""
    return flow_reads.events(shown.hospital_id)


def _panel(scope: Scope, week: Week, entered: tuple[Event, ...]) -> pd.DataFrame:
    """PANEL of hours of the week's departments, without the days that events leave out."""
    rows = flow_reads.every(scope, week.stream, "h")
    parts = [
        unlearned(rows[rows["series"] == name], "h", (week.stream, name), entered)
        for name in week.departments
    ]
    return pd.concat(parts, ignore_index=True) if parts else rows.iloc[:0]


@kept(16)
def _forecast(
    key: reads.Key, scope: Scope, week: Week, entered: tuple[Event, ...]
) -> tuple[pd.DataFrame, dt.date] | None:
    panel = _panel(scope, week, entered)
    if panel.empty:
        return None
    last = panel["time"].max().date()
    monday = monday_after(last, week.ahead)
    horizon = (monday - last).days * DAY_HOURS + WEEK_HOURS
    rows = forecast(panel, horizon, "h", LEVELS, calendar=flow_reads.calendar(scope))
    begin = pd.Timestamp(monday)
    own = (rows["time"] >= begin) & (rows["time"] < begin + pd.Timedelta(days=7))
    coming = ahead(entered, int(f"{last:%Y%m%d}"))
    return eventful(rows[own].reset_index(drop=True), week.stream, coming), monday


def forecast_week(shown: View, week: Week) -> tuple[pd.DataFrame, dt.date] | None:
    """FORECAST of the 168 hours by department, and the Monday; None without hourly arrivals."""
    return _forecast(reads.facts_key(shown.scope), shown.scope, week, known(shown))


@kept(16)
def _licence(
    key: reads.Key, scope: Scope, week: Week, entered: tuple[Event, ...]
) -> dict[str, Any]:
    asked = Settings(LEVELS, flow_reads.calendar(scope))
    plan, panel = Plan(ORIGINS, WEEK_HOURS), _panel(scope, week, entered)
    if len(week.departments) > 1:
        panel = arrivals.whole(panel)
    return summary(backtest(panel, WEEK_HOURS, "h", plan, asked), LEVELS)


def licence(shown: View, week: Week) -> dict[str, Any]:
    """How the forecast fared in the last weeks: `summary`'s figures, of departments added up."""
    first = replace(week, ahead=0)
    told = _licence(reads.facts_key(shown.scope), shown.scope, first, known(shown))
    return told["pooled"]


def work(shown: View, week: Week) -> tuple[Hashable, list[Step]]:
    """What takes seconds the first time: the forecast, and its test."""
    key = ("staffing", reads.facts_key(shown.scope), shown.scope, week, known(shown))
    return key, [
        ("staffing.forecasting", lambda: forecast_week(shown, week)),
        ("staffing.checking", lambda: licence(shown, week)),
    ]


@dataclass(frozen=True)
class Rule:
    """How work becomes people."""

    staff: str
    level: int
    per: float
    least: int


@dataclass(frozen=True)
class Basis:
    """What the need of a week depends on, beside the facts."""

    scope: Scope
    week: Week
    rule: Rule
    entered: tuple[Event, ...]


@kept(64)
def _need(key: reads.Key, of: Basis) -> Need | None:
    found = _forecast(key, of.scope, of.week, of.entered)
    standard = workload(of.week.stream, of.rule.staff)
    if found is None or standard is None:
        return None
    own = standard.model_copy(update={"per": of.rule.per, "least": of.rule.least})
    return need(found[0], own, of.rule.staff, of.rule.level)


def needed(shown: View, week: Week, rule: Rule) -> Need | None:
    """People by hour of the week; None without hourly arrivals."""
    of = Basis(shown.scope, week, rule, known(shown))
    return _need(reads.facts_key(shown.scope), of)


@kept(64)
def _suggested(key: reads.Key, of: Basis, wage_fen: int, every: int) -> Suggestion | None:
    found = _need(key, of)
    if found is None:
        return None
    starts = tuple(range(0, DAY_HOURS, every))
    return suggest(found.needed, standards().shifts, wage_fen, starts)


def suggested(shown: View, week: Week, rule: Rule, wage_fen: int, every: int) -> Suggestion | None:
    """The cheapest shifts that begin every so many hours."""
    of = Basis(shown.scope, week, rule, known(shown))
    return _suggested(reads.facts_key(shown.scope), of, wage_fen, every)
