"""A week's roster: what the forecast needs by hour, a roster as it is typed, where it falls short.

Weeks start on Monday 00:00. A typed roster is lines of a shift with people for each of the seven
days, written as short text so that an address and a saved what-if can hold it.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.flow.effects import Event, factor_of_day
from core.flow.rosters import Duty, staffed
from core.flow.staffing import DAY_HOURS, pooled, split
from core.flow.standards import Workload

Array = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]
WEEK_DAYS, WEEK_HOURS = 7, 168
QUANTILES = {80: 60, 90: 80}
"""Demand that is not exceeded in so many of 100 hours: the interval whose upper end it is."""
NOBODY = 0.5
"""A quantile of less than half a patient is none: a closed clinic needs no one at night."""
MOST_LINES = 40
MOST_PEOPLE = 999
_LINE = re.compile(r"(\d{1,2})-(\d{1,2}):(\d{1,3}(?:\.\d{1,3}){6})")


def monday_after(last: dt.date, week: int = 0) -> dt.date:
    """The Monday of the first whole week after `last`, or `week` weeks later."""
    return last + dt.timedelta(days=(7 - last.weekday()) + 7 * week)


@dataclass(frozen=True)
class Need:
    """People needed by hour of a week, and what they are needed for."""

    mean: Array
    """Arrivals expected, all departments together."""
    median: Array
    high: Array
    """Sums over departments; a quantile of one only where there is one."""
    base: Codes
    apart: Codes
    """Floats if every department held its own."""
    pool: Codes
    """One float for all."""
    by_department: pd.DataFrame
    """department, base_hours, base_most, float_hours, float_most: person-hours and people."""

    @property
    def needed(self) -> Codes:
        return self.base + self.pool


def need(rows: pd.DataFrame, workload: Workload, staff: str, level: int) -> Need | None:
    """The people of `staff` for a week's forecast; None where an hour of it is missing.

    rows: FORECAST of 168 hours from a Monday 00:00 for each department, with the interval of
    QUANTILES[level].
    """
    column = f"upper_{QUANTILES[level]}"
    means, medians, highs, bases, floats, told = [], [], [], [], [], []
    for name, part in rows.groupby("series", sort=True):
        own = part.sort_values("time")
        numbers = own[["mean", "median", column]].to_numpy(dtype=float)
        if len(own) != WEEK_HOURS or not np.isfinite(numbers).all():
            return None
        median, high = (np.where(one < NOBODY, 0.0, one) for one in numbers[:, 1:].T)
        both = split(median, high, workload, staff)
        means.append(numbers[:, 0])
        medians.append(median)
        highs.append(high)
        bases.append(both.base)
        floats.append(both.float_)
        ends = (both.base.sum(), both.base.max(), both.float_.sum(), both.float_.max())
        told.append((str(name), *map(int, ends)))
    if not told:
        return None
    together = pooled(floats)
    columns = ["department", "base_hours", "base_most", "float_hours", "float_most"]
    return Need(
        np.sum(means, axis=0),
        np.sum(medians, axis=0),
        np.sum(highs, axis=0),
        np.sum(bases, axis=0).astype(np.int64),
        together.apart,
        together.pool,
        pd.DataFrame(told, columns=pd.Index(columns)),
    )


def eventful(rows: pd.DataFrame, stream: str, events: Sequence[Event]) -> pd.DataFrame:
    """FORECAST rows by department with what the events make of each of their days.

    Mean and bounds alike are multiplied; bounds are whole numbers, outwards.
    """
    days = rows["time"].dt.strftime("%Y%m%d").astype("int64")
    places = list(zip(rows["series"], days, strict=True))
    known = {
        (name, day): factor_of_day(day, (stream, str(name)), events, {})
        for name, day in set(places)
    }
    factor = np.array([known[place] for place in places])
    made, touched = rows.copy(), factor != 1.0
    if not touched.any():
        return made
    for name in rows.columns.drop(["series", "time", "model"], errors="ignore"):
        values = rows[name].to_numpy(dtype=float) * factor
        if str(name).startswith(("lower", "upper")):
            outward = np.floor if str(name).startswith("lower") else np.ceil
            values = np.where(touched, outward(values), values)
        made[name] = values
    return made


@dataclass(frozen=True)
class Line:
    """A line of a typed roster: a shift, and how many work it on each day from Monday."""

    start: int
    hours: int
    people: tuple[int, ...]


def written(lines: Sequence[Line]) -> str:
    """The lines as short text: 8-8:3.3.3.3.3.2.2;16-8:..."""
    return ";".join(
        f"{line.start}-{line.hours}:{'.'.join(map(str, line.people))}" for line in lines
    )


def read(text: str) -> tuple[Line, ...] | None:
    """The lines of such a text; None where it is not one."""
    found = []
    parts = [part for part in text.split(";") if part]
    if len(parts) > MOST_LINES:
        return None
    for part in parts:
        match = _LINE.fullmatch(part)
        if match is None:
            return None
        start, hours = int(match[1]), int(match[2])
        if start >= DAY_HOURS or not 1 <= hours <= DAY_HOURS:
            return None
        found.append(Line(start, hours, tuple(int(one) for one in match[3].split("."))))
    return tuple(found)


def on_duty(lines: Sequence[Line]) -> Array:
    """People on duty in each of the 168 hours; a shift of Sunday night runs into Monday."""
    return staffed(
        [
            Duty(day * DAY_HOURS + line.start, line.hours, people)
            for line in lines
            for day, people in enumerate(line.people)
            if people
        ]
    )


@dataclass(frozen=True)
class Shortage:
    """The longest stretch of hours of one day in which most people are missing."""

    start: int
    """Hour of the week."""
    hours: int
    people: int


def worst(gap: Array) -> Shortage | None:
    """The deepest shortage; None where nobody is missing. gap: rostered minus needed, NaN silent.

    Of stretches as deep, the longest; of those as long, the first.
    """
    known = np.nan_to_num(gap, nan=0.0)
    deepest = float(known.min(initial=0.0))
    if deepest >= 0:
        return None
    best: Shortage | None = None
    hour = 0
    while hour < len(known):
        end = hour
        while end < len(known) and known[end] == deepest and end // DAY_HOURS == hour // DAY_HOURS:
            end += 1
        if end > hour and (best is None or end - hour > best.hours):
            best = Shortage(hour, end - hour, math.ceil(-deepest))
        hour = max(end, hour + 1)
    return best
