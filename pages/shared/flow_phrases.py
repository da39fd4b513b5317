"""Days, weeks and hours of patient flow in words."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from core.flow.outlook import end_of
from core.flow.rhythm import Freq
from core.formats import month_name
from core.words import language, t


def weekday_name(weekday: int) -> str:
    """周一, Mon; 0 is Monday."""
    return t(f"forecast.weekday.{weekday}")


def date_name(day: dt.date) -> str:
    """11月2日, 2 Nov."""
    return f"{day.day} {day:%b}" if language() == "en" else f"{day.month}月{day.day}日"


def day_name(day: dt.date) -> str:
    """11月2日 周一, Mon 2 Nov."""
    weekday = weekday_name(day.weekday())
    return f"{weekday} {date_name(day)}" if language() == "en" else f"{date_name(day)} {weekday}"


def range_name(first: dt.date, last: dt.date) -> str:
    """11月2日–11月8日; the year beside it where it is another one than the first's."""
    if first == last:
        return day_name(first)
    return f"{date_name(first)}–{date_name(last)}"


def period_name(start: pd.Timestamp, freq: Freq) -> str:
    """A day with its weekday, a week by its days, an hour, a month."""
    if freq == "M":
        return month_name(start.year * 100 + start.month)
    if freq == "W":
        return range_name(start.date(), end_of(start, "W", 1))
    if freq == "h":
        return f"{day_name(start.date())} {start:%H}:00"
    return day_name(start.date())


def date_of(code: int) -> dt.date:
    """The date of YYYYMMDD."""
    return dt.datetime.strptime(str(code), "%Y%m%d").date()
