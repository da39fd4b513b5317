"""Cached reads and work of the staffing page: the week's need, suggested shifts, standards."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from core.flow.backtest import Plan, backtest, summary
from core.flow.forecast import Settings, forecast
from core.flow.rostering import QUANTILES, WEEK_HOURS, Need, monday_after, need
from core.flow.rosters import Preset, load_rosters
from core.flow.staffing import DAY_HOURS, Suggestion, suggest
from core.flow.standards import Standards, Workload, load_standards
from core.frames import Scope
from pages.shared import flow_reads, reads
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


@kept(16)
def _forecast(key: reads.Key, scope: Scope, week: Week) -> tuple[pd.DataFrame, dt.date] | None:
    panel = flow_reads.every(scope, week.stream, "h")
    panel = panel[panel["series"].isin(week.departments)]
    if panel.empty:
        return None
    last = panel["time"].max().date()
    monday = monday_after(last, week.ahead)
    horizon = (monday - last).days * DAY_HOURS + WEEK_HOURS
    rows = forecast(panel, horizon, "h", LEVELS, calendar=flow_reads.calendar(scope))
    begin = pd.Timestamp(monday)
    own = (rows["time"] >= begin) & (rows["time"] < begin + pd.Timedelta(days=7))
    return rows[own].reset_index(drop=True), monday


def forecast_week(shown: View, week: Week) -> tuple[pd.DataFrame, dt.date] | None:
    """FORECAST of the 168 hours by department, and the Monday; None without hourly arrivals."""
    return _forecast(reads.facts_key(shown.scope), shown.scope, week)


@kept(16)
def _licence(
    key: reads.Key, scope: Scope, stream: str, departments: tuple[str, ...]
) -> dict[str, Any]:
    panel = flow_reads.every(scope, stream, "h")
    panel = panel[panel["series"].isin(departments)]
    asked = Settings(LEVELS, flow_reads.calendar(scope))
    return summary(backtest(panel, WEEK_HOURS, "h", Plan(ORIGINS, WEEK_HOURS), asked), LEVELS)


def licence(shown: View, week: Week) -> dict[str, Any]:
    """How the forecast fared in the last weeks: `summary`'s figures of all series together."""
    scope = shown.scope
    told = _licence(reads.facts_key(scope), scope, week.stream, week.departments)
    return told["pooled"]


@dataclass(frozen=True)
class Rule:
    """How work becomes people."""

    staff: str
    level: int
    per: float
    least: int


@kept(64)
def _need(key: reads.Key, scope: Scope, week: Week, rule: Rule) -> Need | None:
    found = _forecast(key, scope, week)
    standard = workload(week.stream, rule.staff)
    if found is None or standard is None:
        return None
    own = standard.model_copy(update={"per": rule.per, "least": rule.least})
    return need(found[0], own, rule.staff, rule.level)


def needed(shown: View, week: Week, rule: Rule) -> Need | None:
    """People by hour of the week; None without hourly arrivals."""
    return _need(reads.facts_key(shown.scope), shown.scope, week, rule)


@kept(64)
def _suggested(
    key: reads.Key, scope: Scope, asked: tuple[Week, Rule], wage_fen: int, every: int
) -> Suggestion | None:
    found = _need(key, scope, *asked)
    if found is None:
        return None
    starts = tuple(range(0, DAY_HOURS, every))
    return suggest(found.needed, standards().shifts, wage_fen, starts)


def suggested(shown: View, week: Week, rule: Rule, wage_fen: int, every: int) -> Suggestion | None:
    """The cheapest shifts that begin every so many hours; the same ones whatever the pay."""
    key = reads.facts_key(shown.scope)
    return _suggested(key, shown.scope, (week, rule), wage_fen, every)
