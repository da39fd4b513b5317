"""Totals of runs of periods: the week of seven days, the day of 24 hours.

As with totals of series, means add up and quantiles do not: the interval of a run comes from past
errors of the run itself, so that errors which cancel from day to day, and a level that was missed
on all of them, count as they really did.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from core.flow.engine import Foresight, Past
from core.flow.forecast import Settings, whole
from core.flow.intervals import bands
from core.flow.panel import Grid, Matrix
from core.flow.rhythm import Freq

SPANS: dict[Freq, tuple[int, ...]] = {"D": (7, 28), "W": (4,), "h": (24, 168), "M": ()}
"""Runs that each rhythm tells beside its periods."""


def blocked(found: Foresight, size: int) -> Foresight:
    """Forecasts of runs of `size` periods after the origin; what is left over is not told.

    A past run is unknown where any of its periods is.
    """
    past = found.past
    return replace(
        found,
        mean=_sums(found.mean, size),
        special=_any(found.special, size),
        closed=_any(~found.closed, size) == 0,
        past=Past(
            past.origins,
            _sums(past.means, size),
            _sums(past.counts, size),
            _any(past.special, size),
        ),
    )


def _cut(values: np.ndarray, size: int) -> np.ndarray:
    """The last axis in runs [..., run, size]."""
    runs = values.shape[-1] // size
    return values[..., : runs * size].reshape(*values.shape[:-1], runs, size)


def _sums(values: Matrix, size: int) -> Matrix:
    return _cut(values, size).sum(axis=-1)


def _any(values: np.ndarray, size: int) -> np.ndarray:
    return np.asarray(_cut(values, size).any(axis=-1))


def block_rows(grid: Grid, found: Foresight, asked: Settings, size: int) -> pd.DataFrame:
    """step, time, mean, median and bounds of runs of the grid's only series."""
    runs = blocked(found, size)
    made = bands(runs, asked.levels, whole(grid))
    count = runs.mean.shape[1]
    first = grid.first + grid.length
    starts = grid.clock.starts(first + size * np.arange(count, dtype=np.int64))
    columns = {
        "span": size,
        "step": np.arange(1, count + 1),
        "time": pd.DatetimeIndex(starts),
        "mean": runs.mean[0],
        "median": made.median[0],
    }
    for level in made.lower:
        columns[f"lower_{level}"] = made.lower[level][0]
        columns[f"upper_{level}"] = made.upper[level][0]
    return pd.DataFrame(columns)
