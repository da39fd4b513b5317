"""Cases: a question as a JSON object, its answer as one. Control charts and funnels.

`KINDS` names what can be asked; further rooms add theirs in `core.commands_solve`. The answers
have the names of the packages that the shared cases were computed with: NHSRplotthedots (xmr),
qicharts2 (the other charts), FunnelPlotR. What is missing or not finite is None.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from core.errors import DataError
from core.statistics import given
from core.statistics.funnel import Band, FunnelKind, FunnelRule, exact_limit, funnel
from core.statistics.shewhart import BY_DENOMINATOR, ChartKind, Counted, Runs, Shewhart, shewhart
from core.statistics.xmr import (
    SCREEN,
    TRIAL_BELOW,
    Cause,
    Direction,
    Limits,
    Xmr,
    XmrRule,
    causes_of,
    mark,
    xmr,
)

Case = Mapping[str, Any]
Answer = dict[str, Any]
Solver = Callable[[Case], Answer]

CAUSES: dict[Cause, str] = {
    "": "Common Cause",
    "above": "Above UCL",
    "below": "Below LCL",
    "rising": "7 Point Trend (Increasing)",
    "falling": "7 Point Trend (Decreasing)",
    "near_high": "2 in 3 Above CL",
    "near_low": "2 in 3 Below CL",
    "high": "7 Points Above CL",
    "low": "7 Points Below CL",
}
SHORT = (
    "Some groups have 'n < 12' observations. These have trial limits, which will be revised with "
    "each additional observation until 'n = fix_after_n_points' has been reached."
)
DIRECTIONS: dict[Any, Direction] = {
    **{"increase": "increase", "decrease": "decrease", "neutral": "neutral"},
    **{1: "increase", -1: "decrease", 0: "neutral"},
}
CHARTS = ("i", "mr", "ip", "p", "pp", "u", "up", "c", "g", "t", "run")
FUNNELS: dict[str, FunnelKind] = {"PR": "proportion", "SR": "standardised", "RC": "ratio"}
FIX_LEAST = 12
"""Fewer points than these fix no limits (NHSRplotthedots)."""
_DATE = re.compile(r"\d{4}-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01])(T.*)?)?")


def control_chart(case: Case) -> Answer:
    """The chart of `chart`; DataError E_CASE_CHART, E_CASE_MISSING, E_CASE_INPUT, E_CASE_LENGTH."""
    inputs = given.inputs(case)
    code = case.get("chart", inputs.get("chart"))
    if code is None and "values" not in inputs:
        raise DataError("E_CASE_MISSING", where="chart")
    if code in ("xmr", None):
        return _xmr(inputs)
    if code not in CHARTS:
        raise DataError("E_CASE_CHART", where="chart", chart=given.shown(code))
    return _shewhart(code, inputs)


def _xmr(inputs: Case) -> Answer:
    name = "values" if "values" in inputs or "y" not in inputs else "y"
    values = given.numbers(inputs, name)
    dates = _dates(inputs, len(values), name)
    order = sorted(range(len(values)), key=lambda place: dates[place])
    dates = [dates[place] for place in order]
    rebase = inputs.get("rebase")
    again = set(_date_list("rebase", [rebase] if isinstance(rebase, str) else rebase or []))
    starts = [date in again for date in dates]
    rule = XmrRule(
        direction=given.choice(inputs, "improvement_direction", DIRECTIONS, "increase"),
        target=given.number(inputs, "target", None),
        starts=tuple(int(place) for place in np.flatnonzero(starts)),
        fixed=_fixed(inputs),
        screened=given.flag(inputs, "screen_outliers", True),
    )
    chart = _still(xmr([values[place] for place in order], rule))
    told = _told(chart, np.cumsum(starts).tolist())
    return ({"dates": dates} if "dates" in inputs else {}) | told


def _dates(inputs: Case, count: int, name: str) -> list[str]:
    if "dates" not in inputs and name == "y":
        return [f"{place:06d}" for place in range(count)]
    dates = _date_list("dates", inputs.get("dates"))
    if len(dates) != count:
        raise DataError("E_CASE_LENGTH", where="dates", wanted=count, found=len(dates))
    if len(set(dates)) < len(dates):
        twice = next(place for place, date in enumerate(dates) if date in dates[:place])
        raise DataError("E_CASE_INPUT", where=f"dates[{twice}]", value=dates[twice])
    return dates


def _date_list(name: str, values: Any) -> list[str]:
    if values is None:
        raise DataError("E_CASE_MISSING", where=name)
    if not isinstance(values, list):
        raise DataError("E_CASE_INPUT", where=name, value=given.shown(values))
    for place, value in enumerate(values):
        if not isinstance(value, str) or not _DATE.fullmatch(value):
            raise DataError("E_CASE_INPUT", where=f"{name}[{place}]", value=given.shown(value))
    return values


def _fixed(inputs: Case) -> int | None:
    count = given.whole(inputs, "fix_after_n_points", None)
    if count is not None and count < FIX_LEAST:
        raise DataError("E_CASE_INPUT", where="fix_after_n_points", value=count)
    return count


def _still(chart: Xmr) -> Xmr:
    """The package's limits where what remains of the moving ranges is 0: both are the mean."""
    causes = list(chart.causes)
    for number in np.unique(chart.segment):
        inside = np.flatnonzero(chart.segment == number)
        base = chart.values[inside][: chart.rule.fixed]
        ranges = np.abs(np.diff(base))
        ranges = ranges[np.isfinite(ranges)]
        if chart.rule.screened:
            ranges = ranges[ranges < SCREEN * (ranges.mean() if len(ranges) else 0)]
        if not len(ranges) or ranges.any():
            continue
        if np.nanmin(base) == np.nanmax(base):
            chart.mean[inside] = np.nanmin(base)
        for row in (chart.lower, chart.upper, chart.near_lower, chart.near_upper):
            row[inside] = chart.mean[inside]
        nothing = np.zeros(len(inside))
        limits = Limits(chart.mean[inside], nothing, nothing, nothing, nothing)
        for place, cause in zip(inside, causes_of(chart.values[inside], limits), strict=True):
            causes[place] = cause
    return replace(chart, causes=tuple(causes))


def _told(chart: Xmr, groups: list[int]) -> Answer:
    y, causes = chart.values, list(chart.causes)
    known = ~np.isnan(y) & ~np.isnan(chart.lower)
    outside = (y > chart.upper) | (y < chart.lower)
    close = ~outside & ((y > chart.near_upper) | (y < chart.near_lower))
    side = np.sign(y - chart.mean)
    points = [_point(mark(cause, chart.rule.direction)) for cause in causes]
    short = [groups.count(group) < TRIAL_BELOW for group in groups]
    return {
        "y": given.plain(y),
        "rebase_group": groups,
        "mean": given.plain(chart.mean),
        "lpl": given.plain(chart.lower),
        "upl": given.plain(chart.upper),
        "outside_limits": given.known(outside, known),
        "close_to_limits": given.known(close, known),
        "relative_to_mean": [None if np.isnan(one) else int(one) for one in side],
        "special_cause_type": [CAUSES[cause] for cause in causes],
        "special_cause_flag": [bool(cause) for cause in causes],
        "point_type": points,
        "short_group_warning": short,
        "variation_icon": points[-1],
        "assurance": _assurance(chart),
        "warnings": SHORT if any(short) else [],
    }


def _point(told: str) -> str:
    return "common_cause" if told == "common" else f"special_cause_{told}"


def _assurance(chart: Xmr) -> str | None:
    if chart.rule.target is None or chart.rule.direction == "neutral":
        return None
    told = chart.assurance or "inconsistent"  # the package's word where there are no limits
    return told if told == "inconsistent" else f"consistent_{told}"


def _shewhart(code: ChartKind, inputs: Case) -> Answer:
    y = given.numbers(inputs, "y")
    n = _denominators(code, inputs, len(y))
    _check_counts(code, y, n)
    if n is not None and code not in (*BY_DENOMINATOR, "c"):
        y, n = _divided(y, n), None
    if n is None and code == "ip":
        n = [1.0] * len(y)
    chart = shewhart(
        code,
        Counted(
            y,
            n,
            given.positive(inputs, "multiply", 1.0),
            _parts(inputs, len(y)),
            given.flag(inputs, "screen_mr", True),
        ),
    )
    lower2 = chart.lower2
    if code == "t":  # the package states no limit where the transformed one is negative
        lower2 = np.where(lower2 > 0, lower2, np.nan)
    answer = {
        "y": given.plain(chart.values),
        "cl": given.plain(chart.centre),
        "lcl": given.plain(chart.lower),
        "ucl": given.plain(chart.upper),
        "lcl2": given.plain(lower2),
        "ucl2": given.plain(chart.upper2),
        "sigma_signal": [bool(one) for one in chart.outside],
    }
    return answer | _runs(code, chart)


def _denominators(code: str, inputs: Case, count: int) -> list[float] | None:
    if inputs.get("n") is None:
        if code in BY_DENOMINATOR and code != "ip":
            raise DataError("E_CASE_MISSING", where="n")
        return None
    found = given.numbers(inputs, "n")
    if len(found) != count:
        raise DataError("E_CASE_LENGTH", where="n", wanted=count, found=len(found))
    given.refuse("n", found, lambda value: value < 0)
    return found


def _check_counts(code: str, y: list[float], n: list[float] | None) -> None:
    if code in ("p", "pp", "u", "up", "c", "g"):
        given.refuse("y", y, lambda value: value < 0)
    if code == "t":
        given.refuse("y", y, lambda value: value <= 0)
    if code in ("p", "pp") and n is not None:
        beyond = [top > bottom > 0 for top, bottom in zip(y, n, strict=True)]
        if any(beyond):
            place = beyond.index(True)
            raise DataError("E_CASE_INPUT", where=f"y[{place}]", value=y[place])


def _divided(y: Sequence[float], n: Sequence[float]) -> list[float]:
    pairs = zip(y, n, strict=True)
    return [top / bottom if bottom > 0 else np.nan for top, bottom in pairs]


def _parts(inputs: Case, count: int) -> list[int]:
    parts = inputs.get("part")
    found = [] if parts is None else parts if isinstance(parts, list) else [parts]
    for place, part in enumerate(found):
        if given.as_whole(part) is None or not 0 < part <= count:
            raise DataError("E_CASE_INPUT", where=f"part[{place}]", value=given.shown(part))
    return [int(part) for part in found]


def _runs(code: str, chart: Shewhart) -> Answer:
    """Of the first part, and of each where there are several."""
    every = [_run(one, judged=code != "mr") for one in chart.runs]
    return {"runs": every[0]} | ({"runs_by_part": every} if len(every) > 1 else {})


def _run(runs: Runs, judged: bool) -> Answer:
    told = bool(runs.useful)
    return {
        "n_useful": runs.useful,
        "longest_run": runs.longest if told else None,
        "longest_run_max": runs.longest_allowed if told else None,
        "n_crossings": runs.crossings if told else None,
        "n_crossings_min": runs.crossings_needed if told else None,
        "runs_signal": runs.signal if judged and told else False,
    }


def funnel_plot(case: Case) -> Answer:
    """The funnel, groups in order of their names; DataError as in `control_chart`."""
    inputs = given.inputs(case)
    code = str(case.get("chart") or inputs.get("chart") or inputs.get("data_type") or "")
    kind = FUNNELS.get(code.removeprefix("funnel_").upper())
    if kind is None:
        raise DataError("E_CASE_CHART", where="chart", chart=given.shown(code))
    rule = _funnel_rule(kind, inputs)
    groups, top, bottom = _groups(inputs)
    if rule.kind == "standardised" and rule.method == "shmi":
        bottom = [round(value, 2) for value in bottom]  # as the package does
    if rule.kind == "proportion" and any(a > b > 0 for a, b in zip(top, bottom, strict=True)):
        place = next(place for place, a in enumerate(top) if a > bottom[place] > 0)
        raise DataError("E_CASE_INPUT", where=f"numerator: {groups[place]}", value=top[place])
    if not any(value > 0 for value in bottom):
        raise DataError("E_CASE_INPUT", where="denominator", value=0)
    found = funnel(top, bottom, rule)
    answer = {
        "phi": given.one(found.phi),
        "tau2": given.one(found.tau2),
        "target": given.one(found.target),
        "group": groups,
        "rr": given.plain(found.values),
        **_limits(found.narrow, "LCL{}", "UCL{}"),
        **_limits(found.wide, "OD{}LCL", "OD{}UCL"),
        "outlier": [int(one) for one in found.outlier],
        "Uzscore": given.plain(found.score),
        "Wuzscore": given.plain(found.trimmed),
        "s": given.plain(found.deviation),
    }
    if kind == "proportion":
        answer["exact"] = _exact(found.target, bottom, rule.multiplier)
    return answer


def _funnel_rule(kind: FunnelKind, inputs: Case) -> FunnelRule:
    trim = given.number(inputs, "trim_by", 0.1)
    if trim is None or not 0 <= trim < 0.5:
        raise DataError("E_CASE_INPUT", where="trim_by", value=given.shown(trim))
    limits: dict[Any, Any] = {95: 95, 99: 99, 99.8: 99}
    method = {"SHMI": "shmi", "CQC": "cqc_flat", "shmi": "shmi", "cqc": "cqc_flat"}
    return FunnelRule(
        kind=kind,
        adjusted=given.flag(inputs, "draw_adjusted", True),
        multiplier=given.positive(inputs, "multiplier", 1.0),
        method=given.choice(inputs, "sr_method", method, "shmi"),
        trim=trim,
        limit=given.choice(inputs, "limit", limits, 99),
    )


def _groups(inputs: Case) -> tuple[list[Any], list[float], list[float]]:
    """Groups by name with what they sum up to; several rows of a group are added up."""
    top, bottom = given.numbers(inputs, "numerator"), given.numbers(inputs, "denominator")
    names = inputs.get("group")
    if not isinstance(names, list):
        raise DataError("E_CASE_MISSING", where="group")
    for name, row in (("group", names), ("denominator", bottom)):
        if len(row) != len(top):
            raise DataError("E_CASE_LENGTH", where=name, wanted=len(top), found=len(row))
    for place, name in enumerate(names):
        if isinstance(name, bool) or not isinstance(name, str | int | float):
            raise DataError("E_CASE_INPUT", where=f"group[{place}]", value=given.shown(name))
    given.refuse("numerator", top, lambda value: value < 0)
    given.refuse("denominator", bottom, lambda value: value < 0)
    sums: dict[Any, tuple[float, float]] = {}
    for name, a, b in zip(names, top, bottom, strict=True):
        before = sums.get(name, (0.0, 0.0))
        sums[name] = (before[0] + a, before[1] + b)
    numeric = all(isinstance(name, int | float) for name in sums)
    order = sorted(sums, key=None if numeric else str)
    return order, [sums[name][0] for name in order], [sums[name][1] for name in order]


def _limits(band: Band, low: str, high: str) -> Answer:
    return {
        low.format(95): given.plain(band.lower95),
        high.format(95): given.plain(band.upper95),
        low.format(99): given.plain(band.lower998),
        high.format(99): given.plain(band.upper998),
    }


def _exact(target: float, bottom: Sequence[float], multiplier: float) -> Answer:
    """Binomial limits, as far as the denominators are whole numbers."""
    whole = [value if value > 0 and value == int(value) else np.nan for value in bottom]
    tails = {"lo95": 0.025, "hi95": 0.975, "lo998": 0.001, "hi998": 0.999}
    if not 0 < target < 1:
        return {name: [None] * len(bottom) for name in tails}
    return {
        name: [
            None if np.isnan(value) else given.one(exact_limit(tail, target, value) * multiplier)
            for value in whole
        ]
        for name, tail in tails.items()
    }


KINDS: dict[str, Solver] = {"control_chart": control_chart, "funnel": funnel_plot}
