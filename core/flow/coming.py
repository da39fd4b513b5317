"""Admissions of the days ahead by ward: the forecast, or the usual weekday where it has lost.

A ward's admissions are all who are put into its beds: admitted and moved in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.errors import DataError
from core.flow.calendar import Calendar
from core.flow.engine import Foresight
from core.flow.forecast import Settings, foresight
from core.flow.intervals import dispersion_of
from core.flow.panel import PANEL, Grid, grid_of
from core.flow.rhythm import RHYTHMS
from core.flow.sums import summed

Matrix = npt.NDArray[np.float64]
WEEKS = 8
"""The usual weekday is the mean of so many weeks."""


@dataclass(frozen=True, eq=False)
class Coming:
    """What is expected of each ward, and how good that would have been."""

    days: pd.DatetimeIndex
    mean: dict[str, Matrix]
    """By ward, patients a day."""
    dispersion: dict[str, float]
    """By ward, variance of past errors over the mean, 1 or more."""
    whole: float
    """The same of all wards together: what swings in common included."""
    usual: tuple[str, ...]
    """Wards whose forecast would have lost to the usual weekday: that one is taken."""
    error: float
    """Mean absolute error of past forecasts a ward and day, patients; NaN without a past."""
    usual_error: float
    """The same of the usual weekday."""
    past: Mapping[pd.Timestamp, dict[str, Matrix]] = field(default_factory=dict)
    """What was said of each ward at past origins, by the last day known; whole pasts only."""


def panel_of(census: pd.DataFrame) -> pd.DataFrame:
    """PANEL rows of CENSUS_DAYS: who is put into a ward's beds by day."""
    return PANEL.check(
        pd.DataFrame(
            {
                "series": census["ward"].astype(str),
                "time": pd.to_datetime(census["date"].astype(str), format="%Y%m%d"),
                "count": (census["admitted"] + census["transfers_in"]).astype(float),
            }
        )
    )


def coming(census: pd.DataFrame, horizon: int, calendar: Calendar) -> Coming:
    """Admissions of the `horizon` days after the last of CENSUS_DAYS. DataError E_FLOW_EMPTY."""
    if census.empty:
        raise DataError("E_FLOW_EMPTY")
    grid = grid_of(panel_of(census), "D")
    grid = grid.until(grid.length, RHYTHMS["D"].memory)
    found = foresight(grid, horizon, Settings((80,), calendar))
    weekday = usual(grid, grid.length, horizon)
    own, other = _misses(found.past.means, found), _misses(_usual_past(grid, found), found)
    lost = np.nan_to_num(own) > np.nan_to_num(other)
    mean = np.where(lost[:, None] & np.isfinite(weekday), weekday, found.mean)
    spread = np.maximum(dispersion_of(found), 1.0)
    _, total = summed(grid, found, {"": ()})
    known = np.isfinite(own) & np.isfinite(other)
    first = grid.first + grid.length
    return Coming(
        grid.clock.labels(np.arange(first, first + horizon, dtype=np.int64)),
        dict(zip(grid.names, np.maximum(np.nan_to_num(mean), 0.0), strict=True)),
        dict(zip(grid.names, map(float, spread), strict=True)),
        float(max(1.0, dispersion_of(total)[0])),
        tuple(name for name, one in zip(grid.names, lost, strict=True) if one),
        float(own[known].mean()) if known.any() else np.nan,
        float(other[known].mean()) if known.any() else np.nan,
        _said(grid, found, horizon),
    )


def _said(grid: Grid, found: Foresight, horizon: int) -> dict[pd.Timestamp, dict[str, Matrix]]:
    said = {}
    for origin, means in zip(found.past.origins, found.past.means, strict=True):
        if origin + horizon <= grid.length:
            last = grid.clock.labels(np.array([grid.first + origin - 1], dtype=np.int64))[0]
            said[last] = dict(zip(grid.names, means, strict=True))
    return said


def usual(grid: Grid, origin: int, horizon: int) -> Matrix:
    """Mean of the same weekday in the last weeks [series, horizon]; NaN where none is known."""
    found = np.full((len(grid.names), horizon), np.nan)
    for ahead in range(horizon):
        places = [origin + ahead % 7 - 7 * week for week in range(1, WEEKS + 1)]
        seen = grid.counts[:, [place for place in places if place >= 0]]
        known = np.isfinite(seen)
        total = np.where(known, seen, 0.0).sum(axis=1)
        number = known.sum(axis=1)
        found[:, ahead] = np.divide(total, number, out=found[:, ahead], where=number > 0)
    return found


def _usual_past(grid: Grid, found: Foresight) -> Matrix:
    """What the usual weekday would have said at the origins of the forecast's past."""
    horizon = found.mean.shape[1]
    said = [usual(grid, int(origin), horizon) for origin in found.past.origins]
    return np.stack(said) if said else np.zeros_like(found.past.means)


def _misses(said: Matrix, found: Foresight) -> Matrix:
    """Mean absolute error by series over the past; NaN where nothing is known."""
    if not len(found.past.origins):
        return np.full(len(found.mean), np.nan)
    miss = np.abs(said - found.past.counts)
    known = np.isfinite(miss)
    number = known.sum(axis=(0, 2))
    total = np.where(known, miss, 0.0).sum(axis=(0, 2))
    return np.divide(total, number, out=np.full(len(number), np.nan), where=number > 0)
