"""The calendar of the demo hospital: how busy each day is, by curve and season group.

Dates come from the hospital's calendar and the `holidays` package; what they weigh is data.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import holidays
import numpy as np

from core.demo.parameters import CalendarEffects, Curve, Group, Steps
from core.hospital.calendar import spring_festival
from core.months import add_months, days_in_month, first_day, month_of, month_range

FRIDAY = 4
DAYS_IN_A_YEAR = 365.25
WHOLE_HOSPITAL = Group(months=[1.0] * 12, festival=1.0)
WARM_UP_MONTHS = 3
"""Months simulated before the first one, so that wards start in their usual state."""


@dataclass(frozen=True)
class Days:
    """Every simulated day, warm-up included, with what the calendar says about it."""

    dates: tuple[dt.date, ...]
    month: np.ndarray
    """YYYYMM of each day."""
    year: np.ndarray
    """Years from the middle of the most recent twelve months; negative is earlier."""
    starts: np.ndarray
    """Index of the first day of each month."""
    months: tuple[int, ...]
    festival_day: np.ndarray
    """Days from the nearest 初一."""
    after_work: np.ndarray
    """Days from the first working day after the festival; negative before."""
    holiday: tuple[str, ...]
    """national_day, labour_day, other, makeup or ''."""

    @property
    def last_year(self) -> np.ndarray:
        """Days of the most recent twelve months."""
        return self.month >= self.months[-12]

    @property
    def month_years(self) -> np.ndarray:
        """`year` in the middle of each month."""
        lengths = np.diff(np.append(self.starts, len(self.dates)))
        return self.year[self.starts] + lengths / 2 / DAYS_IN_A_YEAR

    def monthly(self, daily: np.ndarray) -> np.ndarray:
        """Sums of a daily array (days first) by month."""
        return np.add.reduceat(daily, self.starts, axis=0)


def days_until(last_month: int, months: int) -> Days:
    """The days of `months` months up to `last_month`, after a warm-up."""
    months_all = month_range(add_months(last_month, 1 - months - WARM_UP_MONTHS), last_month)
    lengths = [days_in_month(month) for month in months_all]
    start = first_day(months_all[0])
    dates = tuple(start + dt.timedelta(days=step) for step in range(sum(lengths)))
    calendar = holidays.China(years=range(dates[0].year - 1, dates[-1].year + 2), language="zh_CN")
    festival_day, after_work = _festival_distances(dates, calendar)
    middle = first_day(add_months(last_month, -5)).toordinal()
    return Days(
        dates=dates,
        month=np.array([month_of(date) for date in dates]),
        year=np.array([(date.toordinal() - middle) / DAYS_IN_A_YEAR for date in dates]),
        starts=np.concatenate([[0], np.cumsum(lengths)[:-1]]),
        months=months_all,
        festival_day=festival_day,
        after_work=after_work,
        holiday=tuple(
            _holiday_kind(date, int(offset), calendar)
            for date, offset in zip(dates, festival_day, strict=True)
        ),
    )


def daily_curve(days: Days, effects: CalendarEffects, curve: Curve, group: Group) -> np.ndarray:
    """How busy each day is relative to an ordinary one, growth apart."""
    reach = group.festival
    weekday = np.array(effects.weekday[curve])[[date.weekday() for date in days.dates]]
    season = np.array(effects.season[curve])[days.month % 100 - 1]
    own_season = np.array(group.months)[days.month % 100 - 1]
    makeup = effects.weekday[curve][FRIDAY] * effects.holidays["makeup"].get(curve, 1)
    kinds = np.array(days.holiday)
    weekday = np.where((kinds == "makeup") & (curve in effects.holidays["makeup"]), makeup, weekday)
    festival = _festival_factor(days, effects, curve)
    for kind in ("national_day", "labour_day", "other"):
        factor = effects.holidays[kind].get(curve, 1)
        festival = festival * np.where(kinds == kind, factor, 1)
    return weekday * season * own_season * festival**reach


def in_bed_curve(days: Days, effects: CalendarEffects, group: Group) -> np.ndarray:
    """How many patients wards mean to keep around the Spring Festival, 1 is usual."""
    in_bed = effects.spring_festival.in_bed
    return np.interp(days.festival_day, in_bed.days, in_bed.levels) ** group.festival


def growth(days: Days, pct_per_year: float) -> np.ndarray:
    """Level of each day relative to the middle of the most recent year."""
    return (1 + pct_per_year / 100) ** days.year


def _festival_factor(days: Days, effects: CalendarEffects, curve: Curve) -> np.ndarray:
    festival = effects.spring_festival
    steps = festival.steps[curve]
    before_work = days.after_work < 0
    factor = _stepped(days.festival_day, steps)
    # The last step lasts until work begins again: 初七 can be a weekend.
    idle = (days.festival_day > steps[-1][1]) & (days.festival_day < 20) & before_work
    factor = np.where(idle, steps[-1][2], factor)
    return factor * _stepped(days.after_work, festival.after[curve])


def _stepped(position: np.ndarray, steps: Steps) -> np.ndarray:
    factor = np.ones(len(position))
    for first, last, value in steps:
        factor[(position >= first) & (position <= last)] = value
    return factor


def _festival_distances(
    dates: tuple[dt.date, ...], calendar: holidays.HolidayBase
) -> tuple[np.ndarray, np.ndarray]:
    """Signed days from the nearest 初一, and from the first working day after it."""
    firsts = [spring_festival(year) for year in range(dates[0].year, dates[-1].year + 2)]
    works = [_first_working_day(first, calendar) for first in firsts]
    ordinals = np.array([date.toordinal() for date in dates])
    gaps = ordinals[:, None] - np.array([first.toordinal() for first in firsts])
    nearest = np.abs(gaps).argmin(axis=1)
    work = np.array([date.toordinal() for date in works])[nearest]
    return gaps[np.arange(len(dates)), nearest], ordinals - work


def _first_working_day(first: dt.date, calendar: holidays.HolidayBase) -> dt.date:
    """The first working day from 初七 on: years not yet decreed know only the legal days."""
    day = first + dt.timedelta(days=7)
    while not calendar.is_working_day(day):
        day += dt.timedelta(days=1)
    return day


def _holiday_kind(date: dt.date, festival_day: int, calendar: holidays.HolidayBase) -> str:
    """Which of the other holidays a day belongs to; the Spring Festival has its own steps."""
    if date.month == 10 and date.day <= 7:
        return "national_day"
    if date.month == 5 and date.day <= 5:
        return "labour_day"
    if date.weekday() > FRIDAY and calendar.is_working_day(date):
        return "makeup"
    return "other" if date in calendar and not -3 <= festival_day <= 10 else ""
