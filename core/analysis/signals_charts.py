"""Signals from control charts: special causes, for the worse and for the better.

Left out are points that only repeat the last Spring Festival, and what small counts bring about:
a point beyond its limits that the exact Poisson chance explains, a run where less than one event
a month is usual, and changes too small to act on (assumptions, named below).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd

from core.analysis.control import Chart, chart, seasonal
from core.analysis.overview import POINTS
from core.analysis.series import Series
from core.analysis.signals import CAUSE, Found, Size, few, rows_of, size_of, whole_of
from core.catalog.model import Catalog, Indicator
from core.statistics.poisson import poisson_tail
from core.statistics.xmr import PATTERN

CHANCE = 0.00135
"""One side of three sigma: what a point beyond the limits must be rarer than."""
LEAST_EXPECTED = 1.0
"""Assumption: a run of months is judged where at least one event a month is usual."""
LEAST_SHARE, LEAST_POINTS = 0.05, 1.0
"""Assumption: a change of less than 5 %, or of less than a point where the unit is %, is left out.

Of a rate below 10 % a fifth of itself is enough.
"""
SOLE = ("above", "below")
DIRECTIONS = {"concern": "worse", "improvement": "better"}
Key = tuple[str, str]


def special_causes(
    catalog: Catalog,
    charts: Mapping[Key, Chart],
    series: Mapping[Key, Series],
    month: int,
    met: Collection[Key] = (),
) -> pd.DataFrame:
    """FOUND rows of the charts whose last point is this month's and a special cause.

    charts, series: by indicator and department; the series with the tops and bottoms. met: those
    that keep a target that is a figure: a turn for the worse within it is nobody's matter.
    """
    found = []
    for key, drawn in charts.items():
        place = drawn.last
        if place < 0 or drawn.months[place] != month or not drawn.causes[place]:
            continue
        direction = DIRECTIONS.get(drawn.marks[place], "neutral")
        if direction == "worse" and key in met:
            continue
        if seasonal(drawn) or _only_now(catalog.indicators[key[0]], drawn, series[key]):
            continue
        one = _found(catalog, key, drawn, series)
        if one:
            found.append(one)
    return rows_of(found)


def _found(catalog: Catalog, key: Key, drawn: Chart, series: Mapping[Key, Series]) -> Found | None:
    indicator, place = catalog.indicators[key[0]], drawn.last
    month, value = drawn.months[place], float(drawn.y[place])
    top, bottom = _sides(series[key], month)
    cause = _beyond_chance(drawn, indicator, top, bottom)
    if not cause:
        return None
    start = _began(drawn, cause)
    usual = _usual(drawn, start)
    if not _matters(indicator, value - usual, usual):
        return None
    whole = np.nan
    if (key[0], "") in series:
        whole = whole_of(catalog, indicator, *_sides(series[key[0], ""], month))
    size = size_of(catalog, indicator, value - usual, bottom, whole)
    lasted = Size(size.stake * (place - start + 1), size.unit, size.share)
    if few(lasted):
        return None
    return Found(
        *key,
        month,
        drawn.months[start],
        CAUSE,
        DIRECTIONS.get(drawn.marks[place], "neutral"),
        value,
        indicator.unit,
        usual=usual,
        detail=cause,
        stake=size.stake,
        stake_unit=size.unit,
        share=size.share,
    )


def _only_now(indicator: Indicator, drawn: Chart, series: Series) -> bool:
    """Whether January and February together show a low or a run that was none before.

    The festival makes them low by itself: without a mark at the end of December it is too early.
    """
    place = drawn.last
    if not drawn.merged[place] or drawn.causes[place] == "above":
        return False
    until = sum(month < drawn.months[place] - 1 for month in series.months)
    numbers = (part[:until] for part in (series.y, series.top, series.bottom))
    before = chart(Series(series.months[:until], *numbers), indicator, drawn.rule)
    return before.last < 0 or before.marks[before.last] != drawn.marks[place]


def _sides(series: Series, month: int) -> tuple[float, float]:
    """Top and bottom in the month; an amount is its own top."""
    place = series.months.index(month)
    top = series.top[place]
    return float(series.y[place] if np.isnan(top) else top), float(series.bottom[place])


def _began(drawn: Chart, cause: str) -> int:
    """The place at which the pattern began: the step that best parts what was before from it.

    Looked for from two points before the first marked one up to six after; a single point
    beyond the limits began where it stands.
    """
    place = drawn.last
    first = drawn.months.index(drawn.since)
    if first == place and cause in SOLE:
        return place
    begin = int(np.flatnonzero(drawn.segment == drawn.segment[place])[0])
    best, most = first, -1.0
    for step in range(max(begin + 1, first - 2), min(place, first + 6) + 1):
        before, after = drawn.y[begin:step], drawn.y[step : place + 1]
        before, after = before[~np.isnan(before)], after[~np.isnan(after)]
        if not len(before) or not len(after):
            continue
        apart = (after.mean() - before.mean()) ** 2
        between = len(before) * len(after) / (len(before) + len(after)) * apart
        if between > most:
            best, most = step, between
    return best


def _usual(drawn: Chart, start: int) -> float:
    """The mean of the stretch before the pattern; the centre line where that is short."""
    same = drawn.segment[:start] == drawn.segment[drawn.last]
    before = drawn.y[:start][same]
    before = before[~np.isnan(before)]
    return float(before.mean()) if len(before) >= 6 else float(drawn.mean[drawn.last])


def _matters(indicator: Indicator, change: float, usual: float) -> bool:
    """Whether the change is large enough that somebody would act on it."""
    if indicator.unit not in POINTS:
        return abs(change) >= LEAST_SHARE * abs(usual)
    rare = abs(usual) < 10 or abs(usual) > 90
    if rare and indicator.unit == "%":
        return abs(change) >= 0.2 * min(abs(usual), abs(100 - usual))
    return abs(change) >= (LEAST_POINTS if indicator.unit == "%" else 0.2 * abs(usual))


def _beyond_chance(drawn: Chart, indicator: Indicator, top: float, bottom: float) -> str:
    """The rule that the last point breaks; '' where small counts explain it.

    Charts of other kinds keep theirs. A point beyond the limits by chance may still end a run.
    """
    place, per = drawn.last, float(getattr(indicator.formula, "per", 1))
    cause = drawn.causes[place]
    if drawn.kind == "xmr" or np.isnan(bottom):
        return cause
    expected = float(drawn.mean[place]) * bottom / per
    if indicator.better == "higher" and indicator.unit == "%":  # what is counted are the misses
        top, expected = bottom - top, bottom - expected
    if cause in SOLE and poisson_tail(top, expected) <= CHANCE:
        return cause
    if expected < LEAST_EXPECTED:
        return ""
    return _run(drawn) if cause in SOLE else cause


def _run(drawn: Chart) -> str:
    """The side, high or low, on which the last seven points lie; '' when on both."""
    place = drawn.last
    last = slice(max(0, place + 1 - PATTERN), place + 1)
    inside = drawn.segment[last] == drawn.segment[place]
    apart = np.sign(drawn.y[last] - drawn.mean[last])
    if len(apart) < PATTERN or not inside.all() or abs(apart.sum()) != PATTERN:
        return ""
    return "high" if apart[0] > 0 else "low"
