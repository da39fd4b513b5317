"""How many will come: forecasts of many series of counts, with intervals that hold.

One pure function over a panel: no session, no file, no clock, no random state. It can be pickled
and run by group wherever there are more series than one machine likes.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from core.errors import DataError
from core.flow.calendar import Calendar
from core.flow.engine import Engine, Foresight
from core.flow.hours import hours_at
from core.flow.intervals import bands
from core.flow.panel import Grid, grid_of
from core.flow.rhythm import RHYTHMS, Freq
from core.flow.sums import Groups, summed
from core.frames import Frame

LEVELS = (80, 95)
LONGEST = {"D": 730, "W": 260, "M": 60, "h": 24 * 92}
FORECAST = Frame(
    "forecast",
    {
        "series": "name or code",
        "time": "first moment of the period, written as the panel writes it",
        "mean": "expected count",
        "median": "as often above as below",
        "lower_80": "lower bound by level",
        "upper_80": "upper bound by level",
        "model": "what was weighed together, the heaviest first",
    },
    key=("series", "time"),
)


@dataclass(frozen=True)
class Settings:
    """What a forecast may be told beside its panel."""

    levels: tuple[int, ...] = LEVELS
    calendar: Calendar = field(default_factory=Calendar)
    opening: Mapping[str, Collection[int]] = field(default_factory=dict)
    """Weekdays (0 is Monday) on which a series is open; learned for those not named."""
    as_of: pd.Timestamp | None = None


def forecast(
    panel: pd.DataFrame,
    horizon: int,
    freq: Freq,
    levels: tuple[int, ...] = LEVELS,
    *,
    calendar: Calendar | None = None,
    opening: Mapping[str, Collection[int]] | None = None,
    as_of: pd.Timestamp | None = None,
    groups: Groups | None = None,
) -> pd.DataFrame:
    """FORECAST rows of the `horizon` periods after the panel's last whole period.

    panel: PANEL rows; gaps are missing, never 0. Rows after `as_of` are not read. All series are
    forecast from the same origin: the last period that any of them has. Means are expectations
    and may be added up, quantiles may not: `groups` names totals (name: members), whose rows come
    last, with intervals of their own.
    DataError E_FLOW_EMPTY, E_FLOW_NEGATIVE, E_FLOW_HORIZON, E_FLOW_FREQ, E_FLOW_LEVEL.
    """
    checked(horizon, freq, levels)
    asked = Settings(levels, calendar or Calendar(), opening or {}, as_of)
    grid = grid_of(panel, freq, as_of)
    grid = grid.until(grid.length, RHYTHMS[freq].memory)
    found = foresight(grid, horizon, asked)
    rows = rows_of(grid, found, asked)
    if not groups:
        return rows
    return pd.concat([rows, rows_of(*summed(grid, found, groups), asked)], ignore_index=True)


def foresight(grid: Grid, horizon: int, asked: Settings) -> Foresight:
    """Forecasts of the periods after a grid, with the past errors to measure them by."""
    if grid.clock.freq == "h":
        return hours_at(grid, grid.length, horizon, asked.calendar, asked.opening)
    return Engine(grid, horizon, asked.calendar, asked.opening).at(grid.length)


def checked(horizon: int, freq: str, levels: tuple[int, ...]) -> None:
    """DataError where a question has no answer."""
    if freq not in RHYTHMS:
        raise DataError("E_FLOW_FREQ", freq=freq, known=", ".join(RHYTHMS))
    if not 1 <= horizon <= LONGEST[freq]:
        raise DataError("E_FLOW_HORIZON", horizon=horizon, most=LONGEST[freq])
    if not levels or any(not 1 <= level <= 99 for level in levels):
        raise DataError("E_FLOW_LEVEL", levels=", ".join(map(str, levels)))


def whole(grid: Grid) -> bool:
    """Whether all counts are whole numbers."""
    known = grid.counts[np.isfinite(grid.counts)]
    return bool((known == np.round(known)).all())


def rows_of(grid: Grid, found: Foresight, asked: Settings) -> pd.DataFrame:
    """Long rows of one origin, series by series, in the order of their names."""
    made = bands(found, asked.levels, whole(grid))
    horizon = found.mean.shape[1]
    first = grid.first + grid.length
    times = grid.clock.labels(np.arange(first, first + horizon, dtype=np.int64))
    columns = {
        "series": np.repeat(np.array(grid.names, dtype=object), horizon),
        "time": np.tile(times.to_numpy(), len(grid.names)),
        "mean": found.mean.ravel(),
        "median": made.median.ravel(),
    }
    for level in made.lower:
        columns[f"lower_{level}"] = made.lower[level].ravel()
        columns[f"upper_{level}"] = made.upper[level].ravel()
    columns["model"] = np.repeat(np.array(found.model, dtype=object), horizon)
    return pd.DataFrame(columns)
