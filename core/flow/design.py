"""The calendar as columns of a regression, by period: all of it may be known beforehand.

Logarithmic terms: a level, slow bends of the trend, weekday, season of the year, holidays. A week
or a month holds the mean of its days' holiday columns; months also carry their number of days.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from core.flow.calendar import SATURDAY, Calendar, DayTerms, day_terms, festival_distance
from core.flow.panel import Grid, Matrix
from core.flow.regression import Terms
from core.flow.rhythm import RHYTHMS, Steps

LOOSE = 100.0
SLOWING = 0.25
"""Years for which a trend goes on after the last refit, at most."""
SPREADS = {
    "level": LOOSE,
    "trend": 0.15,
    "weekday": 0.5,
    "year": 0.12,
    "holiday": 0.15,
    "festival": 0.3,
    "work": 0.2,
}


@dataclass(frozen=True)
class Design:
    """Columns by period of a grid and of the horizon after it."""

    columns: Matrix
    """[periods, terms], without level and trend."""
    groups: tuple[str, ...]
    exposure: Matrix
    """Days of a month relative to the mean month; 1 for the other rhythms."""
    special: np.ndarray
    """Whether a holiday lies in the period."""
    weekday: Steps
    """0 is Monday, a make-up day is 4; zeros unless daily."""
    off: np.ndarray
    """Public holidays, daily."""
    phase: Matrix
    """Place in the year, 0-1."""


def design_of(grid: Grid, horizon: int, calendar: Calendar) -> Design:
    """The columns of all periods of the grid and of the horizon."""
    steps = grid.steps(horizon)
    clock = grid.clock
    begun = clock.starts(steps).astype("datetime64[D]")
    ended = clock.starts(steps + 1).astype("datetime64[D]")
    first, last = _date(begun[0]), _date(ended[-1] - 1)
    days = day_terms(calendar, first, last)
    return {"D": _daily, "W": _weekly, "M": _monthly}[clock.freq](days, begun, ended, calendar)


def _date(day: np.datetime64) -> dt.date:
    return pd.Timestamp(day).date()


def _daily(days: DayTerms, begun: np.ndarray, _ended: np.ndarray, calendar: Calendar) -> Design:
    weekdays = np.stack([days.weekday == day for day in range(7)], axis=1).astype(float)
    weekdays -= 1 / 7
    phase = _phase(begun)
    waves = _waves(phase, 6)
    return Design(
        np.column_stack([weekdays, waves, days.columns]),
        ("weekday",) * 7 + ("year",) * waves.shape[1] + tuple(map(_group, days.names)),
        np.ones(len(begun)),
        days.holiday,
        days.weekday,
        days.off,
        phase,
    )


def _group(name: str) -> str:
    return "festival" if name.startswith("festival") else "holiday"


def _phase(dates: np.ndarray) -> Matrix:
    years = dates.astype("datetime64[Y]")
    length = ((years + 1).astype("datetime64[D]") - years.astype("datetime64[D]")).astype(float)
    return (dates.astype("datetime64[D]") - years.astype("datetime64[D]")).astype(float) / length


def _waves(phase: Matrix, count: int) -> Matrix:
    turns = np.arange(1, count + 1)
    angles = 2 * np.pi * phase[:, None] * turns
    # Quick waves are smaller, and so shrink sooner.
    return np.column_stack([np.sin(angles), np.cos(angles)]) / np.tile(np.sqrt(turns), 2)


def _means(days: DayTerms, columns: Matrix, begun: np.ndarray, ended: np.ndarray) -> Matrix:
    """The mean of daily columns over each period."""
    total = np.concatenate([np.zeros((1, columns.shape[1])), np.cumsum(columns, axis=0)])
    start = (begun - days.dates[0]).astype(int)
    stop = (ended - days.dates[0]).astype(int)
    return (total[stop] - total[start]) / (stop - start)[:, None]


def _weekly(days: DayTerms, begun: np.ndarray, ended: np.ndarray, calendar: Calendar) -> Design:
    kept = [place for place, name in enumerate(days.names) if not name.startswith("festival")]
    columns = _means(days, days.columns[:, kept], begun, ended) * 2
    columns = np.where(np.abs(columns) > 1e-9, columns, 0.0)
    seen = (columns != 0).sum(axis=0) > 0
    columns, groups = columns[:, seen], ["holiday"] * int(seen.sum())
    if calendar.country in ("CN", "TW"):
        near = _weeks_to_festival(begun)
        columns = np.column_stack([columns, near])
        groups += ["festival"] * near.shape[1]
    middle = begun + 3
    waves = _waves(_phase(middle), 12)
    return Design(
        np.column_stack([waves, columns]),
        ("year",) * waves.shape[1] + tuple(groups),
        np.ones(len(begun)),
        np.asarray((np.abs(columns) > 0).any(axis=1)),
        np.zeros(len(begun), dtype=np.int64),
        np.zeros(len(begun), dtype=bool),
        _phase(middle),
    )


def _weeks_to_festival(begun: np.ndarray) -> Matrix:
    """Share of each week by distance to the festival, in week-long pieces: -2 .. +2 weeks.

    Pieces move with the festival, so a festival on a Tuesday and one on a Friday share terms.
    """
    days = begun[:, None] + np.arange(7).astype("timedelta64[D]")
    distance = festival_distance(days.ravel()).reshape(days.shape)
    edges = ((-14, -8), (-7, -2), (-1, -1), (0, 2), (3, 6), (7, 10), (11, 15))
    return np.column_stack(
        [((distance >= low) & (distance <= high)).sum(axis=1) / 3.5 for low, high in edges]
    )


def _monthly(days: DayTerms, begun: np.ndarray, ended: np.ndarray, calendar: Calendar) -> Design:
    work = ((days.weekday < SATURDAY) & ~days.off).astype(float)
    columns = [_means(days, work[:, None], begun, ended) - 0.69]
    groups = ["work"]
    if calendar.country in ("CN", "TW"):
        distance = festival_distance(days.dates)
        near = np.column_stack(
            [(distance >= low) & (distance <= high) for low, high in ((-10, -1), (0, 9), (10, 15))]
        ).astype(float)
        columns.append(_means(days, near, begun, ended) * 3)
        groups += ["festival"] * 3
    months = begun.astype("datetime64[M]").astype(int) % 12
    season = np.stack([months == month for month in range(12)], axis=1) - 1 / 12
    length = (ended - begun).astype(float)
    return Design(
        np.column_stack([season, *columns]),
        ("year",) * 12 + tuple(groups),
        length / (365.25 / 12),
        np.zeros(len(begun), dtype=bool),
        np.zeros(len(begun), dtype=np.int64),
        np.zeros(len(begun), dtype=bool),
        _phase(begun + 14),
    )


def terms_of(design: Design, grid: Grid, cut: int) -> Terms:
    """All terms for a fit on the periods before `cut`: level and trend, then the calendar's.

    Under a year no season of the year is told from a trend, and under two it is told cautiously.
    """
    rhythm = RHYTHMS[grid.clock.freq]
    years = cut / rhythm.year
    calendar = design.columns
    bends = years if grid.clock.freq == "D" else years / 4
    trend = _bends(len(calendar), cut, rhythm.year, int(np.clip(bends, 0, 8)))
    scale = np.ones(len(design.groups))
    of_year = np.array([group == "year" for group in design.groups])
    if years < 0.9:
        scale[of_year] = 1e-3
    elif years < 1.9:
        scale[of_year] = 0.5
    spread = np.array([SPREADS[group] for group in design.groups]) * scale
    values = np.column_stack([np.ones(len(trend)), trend, calendar])
    groups = ("level",) + ("trend",) * trend.shape[1] + design.groups
    ahead = [SPREADS["level"]] + [SPREADS["trend"]] * trend.shape[1]
    return Terms(values, np.concatenate([ahead, spread]), groups)


def _bends(length: int, cut: int, year: float, pieces: int) -> Matrix:
    """Slopes of the trend, by year, with so many bends; soon flat after `cut`."""
    if cut < year * 0.5:
        return np.zeros((length, 0))
    edges = np.linspace(0, cut, pieces + 2)
    at = _slowing(length, cut, year * SLOWING)
    parts = [np.clip(at, low, high) - high for low, high in pairwise(edges)]
    parts[-1] = np.maximum(at, edges[-2]) - cut
    return np.column_stack(parts) / year


def _slowing(length: int, cut: int, reach: float) -> Matrix:
    """Time that slows down after `cut`: a trend goes on for `reach` periods at most."""
    at = np.arange(length, dtype=float)
    past = np.maximum(at - cut, 0.0)
    return np.minimum(at, cut) + reach * (1 - np.exp(-past / max(reach, 1e-9)))
