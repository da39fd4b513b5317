"""Long rows of counts -> a grid of series by periods, with what is missing kept missing."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.errors import DataError
from core.flow.rhythm import Clock, Freq, Steps, clock_of
from core.frames import Frame

PANEL = Frame(
    "panel",
    {
        "series": "name or code",
        "time": "moment in the period; local time",
        "count": "arrivals, 0 or more; NaN or an absent row is missing, never 0",
    },
    key=("series", "time"),
)
Matrix = npt.NDArray[np.float64]
MOST_PERIODS = 500_000
WIDE = 40


@dataclass(frozen=True)
class Grid:
    """counts [series, periods], NaN where missing; period p is step `first + p` of the clock."""

    clock: Clock
    names: tuple[str, ...]
    first: int
    counts: Matrix

    @property
    def length(self) -> int:
        return self.counts.shape[1]

    def steps(self, beyond: int = 0) -> Steps:
        """The steps of all periods, and of `beyond` more."""
        return np.arange(self.first, self.first + self.length + beyond, dtype=np.int64)

    def until(self, length: int, memory: int) -> Grid:
        """The first `length` periods of the grid, at most `memory` of them."""
        start = max(0, length - memory)
        return replace(self, first=self.first + start, counts=self.counts[:, start:length])


def grid_of(panel: pd.DataFrame, freq: Freq, as_of: pd.Timestamp | None = None) -> Grid:
    """The grid of PANEL rows up to `as_of`. Rows of one period are added up.

    A first or last period that the rows fill only in part is dropped: where rows are finer than
    the period, and where `as_of` lies inside the last period. DataError E_FLOW_EMPTY without rows,
    E_FLOW_NEGATIVE, E_FLOW_TOO_LONG.
    """
    PANEL.check(panel)
    times = panel["time"].to_numpy().astype("datetime64[s]")
    counts = panel["count"].to_numpy(dtype=float)
    codes, names = pd.factorize(panel["series"], sort=True)
    if as_of is not None:
        kept = times <= np.datetime64(as_of, "s")
        times, counts, codes = times[kept], counts[kept], codes[kept]
    known = np.isfinite(counts)
    if not known.all():
        times, counts, codes = times[known], counts[known], codes[known]
    if not len(counts):
        raise DataError("E_FLOW_EMPTY")
    if counts.min() < 0:
        raise DataError("E_FLOW_NEGATIVE", value=float(counts.min()))
    clock = clock_of(times, freq)
    steps = clock.steps(times)
    first, last = _whole(clock, times, steps, as_of)
    if last - first >= MOST_PERIODS:
        raise DataError("E_FLOW_TOO_LONG", periods=last - first + 1, most=MOST_PERIODS)
    present = np.unique(codes)
    place = np.searchsorted(present, codes)
    inside = (steps >= first) & (steps <= last)
    if not inside.all():
        place, steps, counts = place[inside], steps[inside], counts[inside]
    shape = (len(present), int(last - first + 1))
    # Millions of rows: worked on in place.
    place *= shape[1]
    place += steps
    place -= first
    totals = _summed(place, counts, shape)
    return Grid(clock, tuple(str(names[code]) for code in present), int(first), totals)


def _summed(flat: Steps, counts: Matrix, shape: tuple[int, int]) -> Matrix:
    size = shape[0] * shape[1]
    total = np.bincount(flat, weights=counts, minlength=size)
    seen = np.zeros(size, dtype=bool)
    seen[flat] = True
    total[~seen] = np.nan
    return total.astype(float, copy=False).reshape(shape)


def _whole(
    clock: Clock, times: npt.NDArray[np.datetime64], steps: Steps, as_of: pd.Timestamp | None
) -> tuple[int, int]:
    """First and last period that are filled as the others are."""
    first, last = int(steps.min()), int(steps.max())
    if last - first < 3:
        return first, _before(clock, last, first, as_of, times)
    begun = clock.starts(steps)
    into = (times.astype("datetime64[s]") - begun.astype("datetime64[s]")).astype(np.int64)
    if (into == into[0]).all():
        return first, _before(clock, last, first, as_of, times)
    order = np.argsort(steps, kind="stable")
    edges = np.flatnonzero(np.diff(steps[order], prepend=first - 1))
    earliest = np.minimum.reduceat(into[order], edges)
    latest = np.maximum.reduceat(into[order], edges)
    if (earliest == latest).mean() > 0.5:  # one moment a period: nothing tells a part of it
        return first, _before(clock, last, first, as_of, times)
    if latest[-1] < latest[-WIDE:-1].min():
        last -= 1
    if earliest[0] > earliest[1:WIDE].max():
        first += 1
    return first, last


def _before(
    clock: Clock,
    last: int,
    first: int,
    as_of: pd.Timestamp | None,
    times: npt.NDArray[np.datetime64],
) -> int:
    """The last period, or the one before it where `as_of` lies strictly inside it."""
    if as_of is None or clock.freq == "h" or last == first:
        return last
    written = times.max().astype("datetime64[s]")
    ends = clock.starts(np.array([last + 1]))[0].astype("datetime64[s]")
    unit = "s" if clock.freq == "D" else "D"
    inside = written.astype(f"M8[{unit}]") < np.datetime64(as_of, unit)
    return last - 1 if inside and np.datetime64(as_of, unit) + 1 < ends else last


def opening_mask(
    counts: Matrix, weekday: Steps, names: tuple[str, ...], given: Mapping[str, Collection[int]]
) -> npt.NDArray[np.bool_]:
    """Which weekdays (0-6, Monday first) each series is open: given, or learned from half a year.

    A weekday counts as closed when at least nine in ten of its days are zero or absent although
    the others bring two or more a day; then zero is structural, not a day without patients.
    """
    recent, days = counts[:, -182:], weekday[-182:]
    begun = np.maximum.accumulate(np.isfinite(recent), axis=1)
    some = np.nan_to_num(recent)
    means, idle = np.zeros((len(counts), 7)), np.zeros((len(counts), 7))
    for day in range(7):
        seen = begun & (days == day)
        number = seen.sum(axis=1)
        means[:, day] = (some * seen).sum(axis=1) / np.maximum(number, 1)
        none = ((some == 0) & seen).sum(axis=1) / np.maximum(number, 1)
        idle[:, day] = np.where(number >= 3, none, 0.0)
    busy = means.max(axis=1, keepdims=True)
    open_days = ~((idle >= 0.9) & (busy >= 2) & (means < 0.1 * busy))
    for place, name in enumerate(names):
        if name in given:
            open_days[place] = [day in given[name] for day in range(7)]
    return open_days
