"""Series and indicators for tests of charts; and the rules of a chart, slow and obvious."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from core.analysis.series import Series
from core.catalog.load import load_catalog
from core.catalog.model import Catalog, Indicator
from core.months import add_months, month_range

NAN = math.nan
MONTHS = month_range(202301, 202612)


@cache
def catalog() -> Catalog:
    return load_catalog(Path(__file__).resolve().parents[2] / "data" / "catalog")


def indicator(kind: str, per: float = 1.0, **changes: Any) -> Indicator:
    """An indicator of a kind of chart: xmr and c are totals, p and u ratios."""
    total = catalog().find("OP018")
    share = next(one for one in catalog().indicators.values() if one.formula.kind == "ratio")
    model = total if kind in ("xmr", "c") else share
    formula = model.formula
    if formula.kind == "ratio":
        formula = formula.model_copy(update={"per": per})
    return model.model_copy(update={"chart": kind, "formula": formula} | changes)


def amounts(values: Sequence[float], first: int = 202303) -> Series:
    """A series of amounts, from a March unless told otherwise."""
    months = month_range(first, add_months(first, len(values) - 1))
    y = np.array(values, dtype=float)
    return Series(months, y, np.full(len(y), NAN), np.full(len(y), NAN))


def ratios(
    top: Sequence[float], bottom: Sequence[float], first: int = 202303, per: float = 1.0
) -> Series:
    """A series of tops over bottoms; a bottom of zero has no value."""
    months = month_range(first, add_months(first, len(top) - 1))
    a, b = np.array(top, dtype=float), np.array(bottom, dtype=float)
    return Series(months, a / np.where(b > 0, b, NAN) * per, a, b)


def slow_causes(y: Sequence[float], mean: float, far: float, near: float) -> list[str]:
    """Each point by the first rule that applies, as the rules are written down."""
    found = []
    for place, value in enumerate(y):
        side = _side(value, mean)
        if math.isnan(value):
            found.append("")
        elif abs(value - mean) > far:
            found.append("above" if side > 0 else "below")
        elif _trend(y, place):
            found.append("rising" if _trend(y, place) > 0 else "falling")
        elif _near_pair(y, place, mean, far, near):
            found.append("near_high" if side > 0 else "near_low")
        elif _shift(y, place, mean):
            found.append("high" if side > 0 else "low")
        else:
            found.append("")
    return found


def _side(value: float, mean: float) -> int:
    return 0 if math.isnan(value) or value == mean else 1 if value > mean else -1


def _windows(y: Sequence[float], place: int, size: int) -> list[list[int]]:
    starts = range(max(0, place - size + 1), min(place, len(y) - size) + 1)
    return [list(range(start, start + size)) for start in starts]


def _trend(y: Sequence[float], place: int) -> int:
    """Of the windows of seven that hold the point, the last in which all steps agree."""
    found = 0
    for window in _windows(y, place, 7):
        steps = [y[b] - y[a] for a, b in itertools.pairwise(window)]
        if all(step > 0 for step in steps):
            found = 1
        elif all(step < 0 for step in steps):
            found = -1
    return found


def _near_pair(y: Sequence[float], place: int, mean: float, far: float, near: float) -> bool:
    def close(spot: int) -> bool:
        return near < abs(y[spot] - mean) <= far

    for window in _windows(y, place, 3):
        sides = {_side(y[spot], mean) for spot in window}
        if close(place) and len(sides) == 1 and 0 not in sides and sum(map(close, window)) >= 2:
            return True
    return False


def _shift(y: Sequence[float], place: int, mean: float) -> bool:
    for window in _windows(y, place, 7):
        sides = {_side(y[spot], mean) for spot in window}
        if len(sides) == 1 and 0 not in sides:
            return True
    return False


def slow_xmr(values: Sequence[float]) -> tuple[float, float]:
    """Mean and mean moving range, screened once."""
    known = [value for value in values if not math.isnan(value)]
    ranges = [abs(b - a) for a, b in itertools.pairwise(values)]
    ranges = [one for one in ranges if not math.isnan(one)]
    if not ranges or not sum(ranges):
        return sum(known) / len(known), NAN
    usual = sum(ranges) / len(ranges)
    kept = [one for one in ranges if one < 3.267 * usual]
    return sum(known) / len(known), sum(kept) / len(kept) or NAN
