"""What the indicators say of each goal: values by month, read live, and a baseline out of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from core.catalog.cube import Cube
from core.catalog.evaluate import tables
from core.catalog.formulas import Result
from core.catalog.model import Catalog, Indicator
from core.months import month_range
from core.planning.goals.model import Baseline, Tree
from core.statistics.xmr import xmr

Array = npt.NDArray[np.float64]
Subject = tuple[str, str]
"""Code of an indicator, and of a department ('' the whole hospital)."""
Way = Literal["ratio", "sum", "mean"]
DIVIDED = ("ratio", "reported")
STOCKS = ("HR029",)
"""Totals of what is there, not of what happens: staff in post."""
YEAR = 12
LIMITS_FROM = 12
"""Months from which limits of natural variation are told."""


@dataclass(frozen=True, eq=False)
class Line:
    """An indicator in one place, a value a month; missing as NaN.

    top, bottom: of a ratio, NaN for other formulas; per: what the ratio is multiplied by. Amounts
    that add up over months (way `sum`) are told as of a year: twelve times the month's.
    """

    months: tuple[int, ...]
    value: Array
    top: Array
    bottom: Array
    per: float
    way: Way
    """How months are joined: tops over bottoms, amounts added up, or the mean."""

    def over(self, months: Collection[int]) -> float:
        """The value of these months together, as a month's: NaN where none has a value."""
        wanted = set(months)
        inside = np.array([month in wanted for month in self.months], dtype=bool)
        told = inside & ~np.isnan(self.value)
        if not told.any():
            return float("nan")
        if self.way == "sum":
            return float(self.value[told].sum()) / int(inside.sum())
        if self.way == "ratio":
            both = told & ~np.isnan(self.top) & ~np.isnan(self.bottom)
            bottom = float(self.bottom[both].sum())
            if bottom > 0:
                return float(self.top[both].sum()) / bottom * self.per
        return float(self.value[told].mean())

    def until(self, month: int) -> Line:
        """The same without what comes after the month."""
        kept = sum(one <= month for one in self.months)
        return replace(
            self,
            months=self.months[:kept],
            value=self.value[:kept],
            top=self.top[:kept],
            bottom=self.bottom[:kept],
        )


def lines(
    catalog: Catalog, cube: Cube, subjects: Collection[Subject], months: Sequence[int]
) -> dict[Subject, Line]:
    """A line for every subject whose indicator and department are known."""
    periods = {str(month): (month,) for month in months}
    found: dict[Subject, Line] = {}
    own = {code for _, code in subjects} - {""}
    for level, wanted in (("hospital", {""}), ("department", own)):
        codes = sorted({code for code, place in subjects if place in wanted})
        codes = [code for code in codes if code in catalog.indicators]
        if not codes:
            continue
        part = cube if level == "hospital" else cube.restrict(own)
        labels, results = tables(catalog, codes, part, periods, level)  # type: ignore[arg-type]
        for code in codes:
            for place, label in enumerate(labels):
                if (code, label) in subjects:
                    indicator = catalog.indicators[code]
                    found[code, label] = _line(tuple(months), results[code], place, indicator)
    return found


def subjects_of(catalog: Catalog, tree: Tree) -> dict[int, Subject]:
    """What each goal with a known indicator reads, by number."""
    return {
        number: (one.goal.indicator, one.goal.department)
        for number, one in tree.goals.items()
        if one.goal.indicator in catalog.indicators
    }


def _line(months: tuple[int, ...], result: Result, place: int, indicator: Indicator) -> Line:
    kind = indicator.formula.kind
    value, top, bottom = (
        np.array(one[:, place], dtype=float) for one in (result.value, result.top, result.bottom)
    )
    per = float(getattr(indicator.formula, "per", 1))
    if adds_up(indicator):
        return Line(months, value * YEAR, top, bottom, per, "sum")
    return Line(months, value, top, bottom, per, "ratio" if kind in DIVIDED else "mean")


def adds_up(indicator: Indicator) -> bool:
    """Whether the indicator's months add up, so that goals speak of a year of it."""
    kind = indicator.formula.kind
    adds = kind == "total" or getattr(indicator.formula, "over", "") == "sum"
    return adds and indicator.code not in STOCKS


def baseline_of(line: Line, first: int, last: int) -> Baseline | None:
    """The value of the months together, and the limits of a month by the control chart.

    None where no month has a value; no limits of fewer than twelve months, or where the line
    does not move. Limits: mean ± 2.66 moving ranges, as on the control chart.
    """
    span = set(month_range(first, last))
    inside = np.array([month in span for month in line.months], dtype=bool)
    values = line.value[inside]
    points = int(np.count_nonzero(~np.isnan(values)))
    whole = line.over(span)
    if np.isnan(whole):
        return None
    lower = upper = None
    if points >= LIMITS_FROM:
        chart = xmr(values)
        if not np.isnan(chart.lower[0]):
            lower, upper = float(chart.lower[0]), float(chart.upper[0])
    return Baseline(whole, first, last, lower, upper, points)


def joined(only: Sequence[Line], how: str) -> Line | None:
    """Lines of sub-goals as one: `sum` adds values up, `ratio` divides the summed tops and
    bottoms; None without parts. A month in which one of them is missing reads as missing.
    """
    if not only:
        return None
    months = only[0].months
    if any(line.months != months for line in only):
        raise ValueError("lines of the same months")
    empty = np.full(len(months), np.nan)
    if how == "sum":
        value = np.sum([line.value for line in only], axis=0)
        return Line(months, value, empty, empty, 1.0, only[0].way)
    top = np.sum([line.top for line in only], axis=0)
    bottom = np.sum([line.bottom for line in only], axis=0)
    per = only[0].per
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where(bottom > 0, top / bottom * per, np.nan)
    return Line(months, value, top, bottom, per, "ratio")
