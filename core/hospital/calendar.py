"""Periods and what they are compared with, the Spring Festival included.

Spring Festival moves between January and February, so "same month last year" misleads every
January and February: they can be taken together, or months can be aligned to the festival.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache

import holidays
import pandas as pd

from core.months import add_months, month_of, month_range

SATURDAY = 5

SPANS = ("month", "quarter", "ytd", "year12")
COMPARISONS = ("last_year", "last_period", "janfeb", "lunar", "target")


@dataclass(frozen=True)
class Comparison:
    """Two sets of months that are held against each other."""

    now: tuple[int, ...]
    then: tuple[int, ...]
    """Empty when the comparison is with the target."""
    how: str
    """One of COMPARISONS: what was really done, where it differs from what was asked."""


def period(span: str, month: int) -> tuple[int, ...]:
    """The months of a span that ends in `month`; a quarter or year only up to it."""
    if span == "month":
        return (month,)
    if span == "quarter":
        return month_range(month - (month % 100 - 1) % 3, month)
    if span == "ytd":
        return month_range(month // 100 * 100 + 1, month)
    if span == "year12":
        return month_range(add_months(month, -11), month)
    raise ValueError(f"no such span: {span}")


@cache
def spring_festival(year: int) -> dt.date:
    """The first day of the lunar new year that falls in `year`."""
    days = holidays.China(years=year, language="zh_CN")  # type: ignore[attr-defined]
    return min(day for day, name in days.items() if name == "春节")


def day_kinds(
    first: dt.date, last: dt.date, corrections: pd.DataFrame | None = None
) -> pd.DataFrame:
    """What each day is: date (YYYYMMDD), kind, name (Chinese, "" of ordinary days), announced.

    kind: workday, weekend, holiday or makeup (a weekend day worked in exchange). announced is
    False in years whose exchanged days the State Council has not published: only the legal days
    are known, a makeup day cannot be. `corrections` are rows of the hospital's own calendar
    (date, kind, name); such a day is announced.
    """
    years = range(first.year, last.year + 1)
    known = holidays.China(years=years, language="zh_CN")  # type: ignore[attr-defined]
    decreed = {day.year for day in known.weekend_workdays}
    dates = [first + dt.timedelta(days=step) for step in range((last - first).days + 1)]
    rows = []
    for date in dates:
        name = known.get(date) or ""
        kind = "holiday" if name else "weekend" if date.weekday() >= SATURDAY else "workday"
        if kind == "weekend" and date in known.weekend_workdays:
            kind, name = "makeup", "补班"
        rows.append((int(f"{date:%Y%m%d}"), kind, name, date.year in decreed))
    days = pd.DataFrame(rows, columns=pd.Index(["date", "kind", "name", "announced"]))
    if corrections is None or corrections.empty:
        return days
    own = corrections.drop_duplicates("date", keep="last").set_index("date")
    corrected = days["date"].isin(own.index)
    for column in ("kind", "name"):
        values = days["date"].map(own[column]).fillna("")
        days[column] = days[column].mask(corrected, values)
    days["announced"] |= corrected
    return days


def compare(span: str, month: int, how: str, last: int) -> Comparison:
    """What the span is held against. `last` is the newest month with data.

    janfeb: a January or February is widened to both months, in both years; before February is
    reported it falls back to last_year. lunar: the festival's month and its neighbours are held
    against the months at the same distance from last year's festival. Other months, and spans
    that already hold both months, compare with the same months last year.
    """
    now = period(span, month)
    if how == "target":
        return Comparison(now, (), how)
    if how == "last_period" and span in ("month", "quarter"):
        step = 1 if span == "month" else 3
        return Comparison(now, tuple(add_months(m, -step) for m in now), how)
    if how == "janfeb" and span == "month" and month % 100 in (1, 2):
        february = month // 100 * 100 + 2
        if february <= last:
            now = (february - 1, february)
            return Comparison(now, tuple(m - 100 for m in now), how)
    if how == "lunar":
        then = tuple(_lunar_year_before(m) for m in now)
        same = then == tuple(m - 100 for m in now)
        return Comparison(now, then, "last_year" if same else how)
    return Comparison(now, tuple(m - 100 for m in now), "last_year")


def _lunar_year_before(month: int) -> int:
    """The month as far from last year's festival month as this one from this year's."""
    festival = month_of(spring_festival(month // 100))
    before = month_of(spring_festival(month // 100 - 1))
    if add_months(festival, -1) <= month <= add_months(festival, 1):
        return add_months(before, month - festival)
    return month - 100
