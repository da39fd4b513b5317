"""A control chart whose limits are those of the months before a change."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.analysis.control import Chart, ChartRule, chart, direction_of
from core.analysis.series import Series, merge_spring
from core.catalog.model import Indicator
from core.months import add_months


@dataclass(frozen=True, eq=False)
class BeforeAfter:
    """The chart, and the levels on both sides of the change; NaN where unknown."""

    chart: Chart
    before: float
    after: float


def before_after(series: Series, indicator: Indicator, start: int, months: int) -> BeforeAfter:
    """The chart of the `months` before `start` (YYYYMM) and all months since.

    January and February are one point. Levels are sums of tops over sums of bottoms where the
    indicator is a ratio, else the mean of the points.
    """
    first = add_months(start, -months)
    inside = [place for place, month in enumerate(series.months) if month >= first]
    cut = Series(
        tuple(series.months[place] for place in inside),
        *(array[inside] for array in (series.y, series.top, series.bottom)),
    )
    together, _, _ = merge_spring(cut, indicator)
    base = sum(month < start for month in together.months)
    drawn = chart(cut, indicator, ChartRule(direction_of(indicator), fixed=base or None))
    return BeforeAfter(
        drawn, _level(cut, indicator, 0, start), _level(cut, indicator, start, 999999)
    )


def _level(series: Series, indicator: Indicator, first: int, end: int) -> float:
    """The level of the months from `first` to before `end`."""
    inside = [place for place, month in enumerate(series.months) if first <= month < end]
    y, top, bottom = (array[inside] for array in (series.y, series.top, series.bottom))
    known = ~np.isnan(y)
    if not known.any():
        return float("nan")
    summed = known & ~np.isnan(top) & (bottom > 0)
    if indicator.formula.kind in ("ratio", "reported") and (summed == known).all():
        per = float(getattr(indicator.formula, "per", 1))
        return float(top[known].sum() / bottom[known].sum() * per)
    return float(y[known].mean())
