"""Arrivals by hour: emergencies, clinics, admissions; months add up to the workload table."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.demo.clock import (
    HOURS,
    SECONDS_IN_HOUR,
    arrivals,
    by_hour,
    time_of_admission,
)
from core.demo.days import WHOLE_HOSPITAL, daily_curve
from core.demo.drawn import Drawn
from core.demo.parameters import Department

SATURDAY = 5
NOON = 12


def arrival_frame(drawn: Drawn) -> pd.DataFrame:
    """The contract table, hours without arrivals left out; by date, hour, stream, department."""
    draw = drawn.stream("arrival")
    pieces = []
    for position, department in enumerate(drawn.given.clinical):
        if department.outpatient_visits:
            counts = drawn.work.filled("outpatient_visits")[:, position]
            shares = _clinic_hours(drawn, department)
            pieces.append(("outpatient", position, _shared_out(drawn, counts, shares, draw)))
        if department.emergency_visits:
            counts = drawn.work.filled("emergency_visits")[:, position]
            shares = _emergency_hours(drawn)
            pieces.append(("emergency", position, _shared_out(drawn, counts, shares, draw)))
    admitted = _admissions(drawn)
    beds = np.flatnonzero(admitted.any(axis=(0, 1)))
    pieces += [("inpatient", int(position), admitted[..., position]) for position in beds]
    return _rows(drawn, pieces)


def _shared_out(
    drawn: Drawn, counts: np.ndarray, shares: np.ndarray, draw: np.random.Generator
) -> np.ndarray:
    """Visits of each month put on its days and hours by chance [day, hour], exactly."""
    found = np.zeros(shares.shape, dtype=np.int64)
    ends = np.append(drawn.days.starts[1:], len(shares))
    for month in range(drawn.kept.start, len(counts)):
        part = slice(drawn.days.starts[month], ends[month])
        weights = shares[part].ravel()
        found[part] = draw.multinomial(int(counts[month]), weights / weights.sum()).reshape(
            -1, HOURS
        )
    return found


def _free_days(drawn: Drawn) -> np.ndarray:
    """Weekends and holidays; a weekend worked in exchange is a working day."""
    days = drawn.days
    kinds = np.array(days.holiday)
    weekend = np.array([date.weekday() >= SATURDAY for date in days.dates])
    festival = (days.festival_day >= -1) & (days.after_work < 0)
    return ((weekend | (kinds != "")) & (kinds != "makeup")) | festival


def _emergency_hours(drawn: Drawn) -> np.ndarray:
    told = arrivals().emergency
    weekday = by_hour(told.hours)
    free = weekday.copy()
    for start, end, factor in told.weekend:
        free[start:end] *= factor
    daily = daily_curve(drawn.days, drawn.given.calendar, "emergency", WHOLE_HOSPITAL)
    return daily[:, None] * np.where(_free_days(drawn)[:, None], free, weekday)


def _clinic_hours(drawn: Drawn, department: Department) -> np.ndarray:
    """Expected visits of each day and hour, in proportion."""
    told = arrivals().outpatient
    own = told.own_hours.get(department.code)
    hours = by_hour(own or told.hours)
    free = hours.copy()
    if own is None:
        free[NOON:] *= told.weekend_afternoon
    if department.code in told.evening_departments:
        evening = by_hour(told.evening_hours)
        hours = hours * (1 - told.evening_share) + evening * told.evening_share
    group = drawn.given.calendar.group[department.season]
    daily = daily_curve(drawn.days, drawn.given.calendar, "outpatient", group)
    free = free / free.sum()
    return daily[:, None] * np.where(_free_days(drawn)[:, None], free, hours)


def _admissions(drawn: Drawn) -> np.ndarray:
    """Admissions of reported days [day, hour, department of admission]."""
    stays, days = drawn.stays, drawn.days
    hour = time_of_admission(drawn) // SECONDS_IN_HOUR
    inside = stays.admitted >= days.starts[drawn.kept.start]
    departments = len(drawn.given.clinical)
    cell = (stays.admitted[inside] * HOURS + hour[inside]) * departments + stays.first[inside]
    shape = (len(days.dates), HOURS, departments)
    return np.bincount(cell, minlength=int(np.prod(shape))).reshape(shape)


def _rows(drawn: Drawn, pieces: list[tuple[str, int, np.ndarray]]) -> pd.DataFrame:
    dates = np.array([int(f"{date:%Y%m%d}") for date in drawn.days.dates])
    codes = np.array([department.code for department in drawn.given.clinical], dtype=object)
    columns: dict[str, list[np.ndarray]] = {"day": [], "hour": [], "piece": [], "count": []}
    for number, (_, _, counts) in enumerate(pieces):
        day, hour = np.nonzero(counts)
        columns["day"].append(day)
        columns["hour"].append(hour)
        columns["piece"].append(np.full(len(day), number))
        columns["count"].append(counts[day, hour])
    day, hour, piece, count = (np.concatenate(values) for values in columns.values())
    order = np.lexsort((piece, hour, day))
    streams = np.array([stream for stream, _, _ in pieces], dtype=object)
    departments = codes[[position for _, position, _ in pieces]]
    date = dates[day[order]]
    return pd.DataFrame(
        {
            "date": date,
            "hour": hour[order],
            "stream": streams[piece[order]],
            "dept_code": departments[piece[order]],
            "count": count[order],
            "month": date // 100,
        }
    )
