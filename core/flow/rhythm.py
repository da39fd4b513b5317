"""The four rhythms of counting: day, week, month, hour; steps between dates and whole numbers.

A period is a whole number of steps since 1970, so that gaps, lags and horizons are subtractions.
Weeks keep the weekday on which the file's weeks begin, months the day of the file's months.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

Freq = Literal["D", "W", "M", "h"]
Steps = npt.NDArray[np.int64]
DAY = np.timedelta64(1, "D")
WEEK_DAYS = 7


@dataclass(frozen=True)
class Rhythm:
    """What differs between daily, weekly, monthly and hourly counts; in periods."""

    freq: Freq
    season: int
    """Lag of the seasonal naive: same weekday, same week, same month, same hour of the week."""
    cycle: int
    """Period of the short cycle inside the models; 1 where there is none."""
    year: float
    year_lag: int
    windows: tuple[int, int, int, int]
    """Averages that the trees see; the second is the level by which they scale."""
    gap: int
    """Between past origins from which errors are taken."""
    origins: int
    refit: int
    """Between past refits of the models."""
    halves: tuple[float, ...]
    """Half-lives of the level correction."""
    memory: int
    """The oldest periods that are looked at, counted from the origin."""


RHYTHMS: dict[str, Rhythm] = {
    "D": Rhythm("D", 7, 7, 365.25, 364, (7, 28, 91, 364), 14, 26, 112, (10, 25, 60, 150), 365 * 6),
    "W": Rhythm("W", 52, 1, 52.18, 52, (2, 6, 13, 52), 2, 26, 16, (2, 5, 12, 30), 52 * 8),
    "M": Rhythm("M", 12, 1, 12.0, 12, (1, 3, 6, 12), 1, 12, 4, (1, 2.5, 6, 15), 12 * 12),
    "h": Rhythm(
        "h", 168, 168, 8766.0, 8736, (24, 168, 672, 2184), 84, 26, 336, (24, 96, 336, 1344), 8766
    ),
}


@dataclass(frozen=True)
class Clock:
    """How this file writes its periods."""

    freq: Freq
    anchor: int = 0
    """Week: days from Thursday 1970-01-01 to the week's first day, 0-6. Month: 1 = last day."""

    def steps(self, times: npt.NDArray[np.datetime64]) -> Steps:
        """The period in which each moment lies."""
        if self.freq == "h":
            return times.astype("datetime64[h]").astype(np.int64)
        if self.freq == "M":
            return times.astype("datetime64[M]").astype(np.int64)
        days = times.astype("datetime64[D]").astype(np.int64)
        return (days - self.anchor) // WEEK_DAYS if self.freq == "W" else days

    def starts(self, steps: Steps) -> npt.NDArray[np.datetime64]:
        """The first moment of each period."""
        if self.freq == "h":
            return steps.astype("datetime64[h]").astype("datetime64[s]")
        if self.freq == "M":
            return steps.astype("datetime64[M]").astype("datetime64[s]")
        days = steps * WEEK_DAYS + self.anchor if self.freq == "W" else steps
        return days.astype("datetime64[D]").astype("datetime64[s]")

    def labels(self, steps: Steps) -> pd.DatetimeIndex:
        """How the file would write each period: months by their last day where it does."""
        starts = self.starts(steps)
        if self.freq == "M" and self.anchor:
            starts = (self.starts(steps + 1) - DAY).astype("datetime64[s]")
        return pd.DatetimeIndex(starts)


def clock_of(times: npt.NDArray[np.datetime64], freq: Freq) -> Clock:
    """The weekday on which weeks begin (most rows tell), or months written by their last day."""
    if freq == "W" and len(times):
        days = times.astype("datetime64[D]").astype(np.int64) % WEEK_DAYS
        seen = np.bincount(days, minlength=WEEK_DAYS)
        one_day = seen.max() >= 0.9 * len(times)
        return Clock("W", int(seen.argmax()) if one_day else 4)  # 1970-01-05 was a Monday
    if freq == "M" and len(times):
        following = times.astype("datetime64[D]") + DAY
        last = following.astype("datetime64[M]") != times.astype("datetime64[M]")
        return Clock("M", int(bool(last.all())))
    return Clock(freq)
