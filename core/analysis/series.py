"""Monthly series of indicators, with January and February as one point where that is wanted.

Spring Festival moves between the two months, so that each alone looks like a signal every year
(domain_review, 春节). Tops and bottoms are added up, amounts are averaged a month. The point
stands at February; a January whose February is not in yet is left out, and one half alone reads as
missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from core.catalog.cube import Cube
from core.catalog.evaluate import tables
from core.catalog.formulas import Result
from core.catalog.model import Catalog, Indicator

Array = npt.NDArray[np.floating]
JANUARY, FEBRUARY = 1, 2


@dataclass(frozen=True, eq=False)
class Series:
    """One indicator in one place, a value a month; missing as NaN."""

    months: tuple[int, ...]
    y: Array
    top: Array
    bottom: Array


def all_series(
    catalog: Catalog,
    codes: Sequence[str],
    cube: Cube,
    months: Sequence[int],
    level: Literal["hospital", "department"],
) -> dict[tuple[str, str], Series]:
    """Series with some value, by indicator and department ('' is the hospital)."""
    periods = {str(month): (month,) for month in months}
    labels, results = tables(catalog, codes, cube, periods, level)
    found = {}
    for code, result in results.items():
        told = ~np.isnan(result.value).all(axis=0)
        for place in np.flatnonzero(told):
            found[code, labels[place]] = _series(tuple(months), result, int(place))
    return found


def _series(months: tuple[int, ...], result: Result, place: int) -> Series:
    columns = (
        np.array(a[:, place], dtype=float) for a in (result.value, result.top, result.bottom)
    )
    return Series(months, *columns)


class Plan(NamedTuple):
    """What becomes of a row of months: places that stay, and which are joined."""

    months: tuple[int, ...]
    kept: list[int]
    joined: npt.NDArray[np.intp]
    """Februaries whose January is the place before."""
    alone: list[int]
    """One half whose other half is not among the months, but for the last January."""


@cache
def _plan(months: tuple[int, ...]) -> Plan:
    places = range(len(months))
    joined = [
        place
        for place in places[1:]
        if months[place] % 100 == FEBRUARY and months[place - 1] == months[place] - 1
    ]
    gone = {place - 1 for place in joined} | {
        place for place in places[-1:] if months[place] % 100 == JANUARY
    }
    kept = [place for place in places if place not in gone]
    halves = (JANUARY, FEBRUARY)
    alone = [place for place in kept if months[place] % 100 in halves and place not in joined]
    return Plan(
        tuple(months[place] for place in kept), kept, np.array(joined, dtype=np.intp), alone
    )


def merge_spring(
    series: Series, indicator: Indicator
) -> tuple[Series, npt.NDArray[np.bool_], float]:
    """The series, which points are joined, and a last January taken out (NaN when none is).

    A January or February whose other half is missing reads as missing: neither can be judged
    alone.
    """
    plan, y = _plan(series.months), series.y.copy()
    top, bottom = series.top.copy(), series.bottom.copy()
    first, second = plan.joined - 1, plan.joined
    waiting = float(y[-1]) if series.months and series.months[-1] % 100 == JANUARY else np.nan
    both = (y[first] + y[second]) / 2
    tops, bottoms = top[first] + top[second], bottom[first] + bottom[second]
    if indicator.formula.kind in ("ratio", "reported"):
        per = float(getattr(indicator.formula, "per", 1))
        summed = ~np.isnan(both + tops) & (bottoms > 0)
        both[summed] = tops[summed] / bottoms[summed] * per
    y[second], top[second], bottom[second] = both, tops, bottoms
    y[plan.alone] = np.nan
    joined = np.zeros(len(y), dtype=bool)
    joined[second] = ~np.isnan(both)
    shortened = Series(plan.months, y[plan.kept], top[plan.kept], bottom[plan.kept])
    return shortened, joined[plan.kept], waiting
