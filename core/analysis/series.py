"""Monthly series of indicators, with January and February as one point where that is wanted.

Spring Festival moves between the two months, so that each alone looks like a signal every year
(domain_review, 春节). Tops and bottoms are added up, amounts are averaged a month. The point
stands at February; a January whose February is not in yet is left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

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


def merge_spring(
    series: Series, indicator: Indicator
) -> tuple[Series, npt.NDArray[np.bool_], float]:
    """The series, which points are joined, and a last January taken out (NaN when none is)."""
    months, kept, flags = series.months, [], []
    y, top, bottom = series.y.copy(), series.top.copy(), series.bottom.copy()
    per = float(getattr(indicator.formula, "per", 1))
    waiting = np.nan
    for place, month in enumerate(months):
        if month % 100 == JANUARY:
            follows = place + 1 < len(months) and months[place + 1] == month + 1
            if follows and not np.isnan(y[place : place + 2]).any():
                continue
            if place + 1 == len(months):
                waiting = float(y[place])
                continue
        pair = slice(place - 1, place + 1)
        joined = bool(
            month % 100 == FEBRUARY
            and place
            and months[place - 1] == month - 1
            and not np.isnan(y[pair]).any()
        )
        if joined:
            both = not np.isnan(top[pair]).any() and not np.isnan(bottom[pair]).any()
            if both and indicator.formula.kind in ("ratio", "reported") and bottom[pair].sum() > 0:
                top[place], bottom[place] = top[pair].sum(), bottom[pair].sum()
                y[place] = top[place] / bottom[place] * per
            else:
                y[place] = y[pair].mean()
        kept.append(place)
        flags.append(joined)
    shortened = Series(tuple(months[place] for place in kept), y[kept], top[kept], bottom[kept])
    return shortened, np.array(flags, dtype=bool), waiting
