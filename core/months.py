"""Months as integers YYYYMM (202610), the form in which facts are keyed.

Integers sort, compare and travel the same in every store and frame; text is YYYY-MM.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Callable
from zoneinfo import ZoneInfo

LOCAL = ZoneInfo("Asia/Shanghai")
Clock = Callable[[], dt.datetime]


def utc_now() -> dt.datetime:
    """The one clock: an aware datetime in UTC. Hand it in; do not call it from a calculation."""
    return dt.datetime.now(dt.UTC)


def local_date(moment: dt.datetime) -> dt.date:
    """The date in Asia/Shanghai of an aware datetime."""
    return moment.astimezone(LOCAL).date()


def month_of(moment: dt.date | dt.datetime) -> int:
    """The month in which a date lies; an aware datetime is read in Asia/Shanghai."""
    if isinstance(moment, dt.datetime) and moment.tzinfo is not None:
        moment = moment.astimezone(LOCAL)
    return moment.year * 100 + moment.month


def add_months(month: int, count: int) -> int:
    """The month `count` months later (earlier when negative)."""
    year, offset = divmod(month // 100 * 12 + month % 100 - 1 + count, 12)
    return year * 100 + offset + 1


def month_range(first: int, last: int) -> tuple[int, ...]:
    """Every month from `first` to `last`, both included; empty when first is later."""
    return tuple(add_months(first, step) for step in range(months_between(first, last) + 1))


def months_between(first: int, last: int) -> int:
    """How many months `last` is after `first`."""
    return (last // 100 - first // 100) * 12 + last % 100 - first % 100


def days_in_month(month: int) -> int:
    """Calendar days of the month."""
    return calendar.monthrange(month // 100, month % 100)[1]


def first_day(month: int) -> dt.date:
    """The first day of the month."""
    return dt.date(month // 100, month % 100, 1)


def month_text(month: int) -> str:
    """YYYY-MM."""
    return f"{month // 100:04d}-{month % 100:02d}"


def parse_month(text: str) -> int:
    """YYYYMM of a text YYYY-MM; ValueError when it is not one."""
    found = re.fullmatch(r"(\d{4})-(\d{2})", text)
    if not found or not 1 <= int(found[2]) <= 12:
        raise ValueError(f"a month is written YYYY-MM, not {text!r}")
    return int(found[1]) * 100 + int(found[2])
