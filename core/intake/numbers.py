"""Numbers, months, dates and times as people write them, read exactly or refused with a code.

Each reader returns (value, code): the value is None when the code is not "", or when nothing
was written.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from decimal import Decimal

from core.intake.spelling import plain
from core.months import LOCAL

Read = tuple[object, str]

_DASHES = "-—–―‐‑‒─_/\\~"
_NOTHING = ("无", "/", "\\")
_AMOUNT = r"(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?|\.\d+"
_NUMBER = re.compile(rf"([+-]?)({_AMOUNT})", re.ASCII)
_IN_BRACKETS = re.compile(rf"\(({_AMOUNT})\)", re.ASCII)
_UNIT_WORD = (
    r"(?:[十百千万亿]+|[十百千万亿]*(?:人民币|美元|元|角|分|人次|人|床日|台次|台|例次|例|次|张|个|天|日|件|床"
    r"|小时|分钟|月|年|岁|名|平方米|平米|m2|米|公斤|千克|吨|度|科|间|套|份|页|吨)"
    r"|%|‰|k|w|wan|rmb|cny|usd|yuan|hkd|eur|days?|persons?|people|visits?|hours?|h|beds?|cases?)"
)
_WITH_UNIT = re.compile(
    rf"[+-]?(?:{_AMOUNT})\s*{_UNIT_WORD}|(?:[$€£]|usd|hkd|eur)\s*[+-]?(?:{_AMOUNT})",
    re.ASCII | re.IGNORECASE,
)
# What exports mostly hold; other spellings give the same value a little later.
_PLAIN_NUMBER = re.compile(r"\d{1,14}(?:\.\d{1,6})?", re.ASCII)
_PLAIN_AMOUNT = re.compile(r"(\d{1,12})(?:\.(\d)(\d?))?", re.ASCII)
_LONGEST = 40
_PLAIN_DIGITS = 15
_LARGEST = Decimal(10) ** 15
_TEXT_MARK = re.compile(r"=\"([^\"]*)\"|'(.*)")

_SEPARATED = re.compile(r"(\d{4})([-/.])(\d{1,2})(?:\2(\d{1,2}))?", re.ASCII)
_CHINESE = re.compile(r"(\d{4})年(\d{1,2})月(?:份|(\d{1,2})日)?", re.ASCII)
_RUN_TOGETHER = re.compile(r"(\d{4})(\d{2})(\d{2})?", re.ASCII)
_TIME = re.compile(
    r"(?P<day>.*?\d日?)(?:[T ]+(?P<hour>\d{1,2})[:时点](?P<minute>\d{1,2})"
    r"(?:分|[:分](?P<second>\d{1,2})(?:\.\d+)?秒?)?(?P<offset>Z|[+-]\d{2}:?\d{2})?)?",
    re.ASCII,
)
_STAMP = re.compile(r"(\d{8})[T ]?(\d{2})(\d{2})(\d{2})?", re.ASCII)
_CLOCK = re.compile(r"[T ]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?$", re.ASCII)
_AROUND = re.compile(r"\s*([年月日/.\-])\s*")
_FIRST_MONTH = 200001
_FIRST_DAY = 20000101


def written(text: str) -> str:
    """The plain text of a code, number or month; '' where a dash or 无 stands for nothing."""
    read = plain(text)
    marked = _TEXT_MARK.fullmatch(read)  # ="0101" and '0101 keep Excel from making numbers
    if marked:
        read = plain(marked[1] or marked[2] or "")
    return "" if read in _NOTHING or not read.strip(_DASHES) else read


def number(text: str) -> Read:
    """The exact Decimal of a text: digits, well-formed thousands groups, a decimal point."""
    if _PLAIN_NUMBER.fullmatch(text):
        return Decimal(text), ""
    read = written(text)
    if not read:
        return None, ""
    # NFKC makes 5² into 52 and ① into 1.
    if not text.isascii() and any(unicodedata.category(char) == "No" for char in text):
        return None, "R_TYPE"
    read = re.sub(r"^([−–﹣])(?=[\d.])", "-", read)
    found = _NUMBER.fullmatch(read)
    if not found:
        return None, _why_no_number(read)
    if len(read) > _LONGEST:
        return None, "R_RANGE"
    value = Decimal(found[1] + found[2].replace(",", ""))
    return (value, "") if abs(value) < _LARGEST else (None, "R_RANGE")


def whole(text: str) -> Read:
    """The int of a text; 5505.0 is whole, 5505.5 is R_TYPE."""
    if len(text) < _PLAIN_DIGITS and text.isascii() and text.isdigit():
        return int(text), ""
    value, code = number(text)
    if not isinstance(value, Decimal):
        return value, code
    return (int(value), "") if value == int(value) else (None, "R_TYPE")


def money(text: str) -> Read:
    """The 分 of an amount in 元; R_PRECISION when finer. (1,234.00) is negative."""
    amount = _PLAIN_AMOUNT.fullmatch(text)
    if amount:
        yuan, tenth, hundredth = amount.groups("0")
        return int(yuan) * 100 + int(tenth) * 10 + int(hundredth or 0), ""
    read = written(text)
    in_brackets = _IN_BRACKETS.fullmatch(_without_sign(read))
    if in_brackets:
        read = "-" + in_brackets[1]
    value, code = number(_without_sign(read))
    if not isinstance(value, Decimal):
        return value, code
    fen = value * 100
    return (int(fen), "") if fen == int(fen) else (None, "R_PRECISION")


def month(text: str, numeric: bool, last: int) -> Read:
    """YYYYMM of a text or date; R_DATE when it is none, R_DATE_RANGE before 2000 or after `last`.

    numeric: the cell is a number, where 2025.1 may have been 2025.10.
    """
    read = written(text)
    if not read:
        return None, ""
    read = _AROUND.sub(r"\1", _CLOCK.sub("", read))
    parts = _parts(read, numeric)
    if parts is None:
        return None, "R_DATE"
    try:
        day = dt.date(*parts)
    except ValueError:
        return None, "R_DATE"
    value = day.year * 100 + day.month
    return (value, "") if _FIRST_MONTH <= value <= last else (None, "R_DATE_RANGE")


def date(text: str, numeric: bool, last: int) -> Read:
    """YYYYMMDD of a text or date; R_DATE when no day is written or there is no such day.

    R_DATE_RANGE before 2000 or after `last` (YYYYMMDD). A clock behind the date is passed over.
    """
    read = written(text)
    if not read:
        return None, ""
    day = _day(_AROUND.sub(r"\1", _CLOCK.sub("", read)), numeric)
    if day is None:
        return None, "R_DATE"
    value = day.year * 10_000 + day.month * 100 + day.day
    return (value, "") if _FIRST_DAY <= value <= last else (None, "R_DATE_RANGE")


def moment(text: str, numeric: bool, last: int) -> Read:
    """Whole seconds since 1970-01-01 UTC of a local date and time; a date alone is its midnight.

    R_DATE when it is no time of a day; R_DATE_RANGE before 2000 or after the day `last`.
    """
    read = written(text)
    if not read:
        return None, ""
    stamp = _STAMP.fullmatch(read)
    if stamp and not numeric:
        read = f"{stamp[1]} {stamp[2]}:{stamp[3]}:{stamp[4] or '00'}"
    found = _TIME.fullmatch(read)
    day = _day(_AROUND.sub(r"\1", found["day"]), numeric) if found else None
    if found is None or day is None or found["offset"]:
        return None, "R_DATE"
    try:
        hour, minute, second = (int(found[part] or 0) for part in ("hour", "minute", "second"))
        clock = dt.time(hour, minute, second)
    except ValueError:
        return None, "R_DATE"
    value = day.year * 10_000 + day.month * 100 + day.day
    if not _FIRST_DAY <= value <= last:
        return None, "R_DATE_RANGE"
    return int(dt.datetime.combine(day, clock, LOCAL).timestamp()), ""


def _day(read: str, numeric: bool) -> dt.date | None:
    """The day that is written out in full; None where there is none."""
    parts = _written_parts(read, numeric)
    if parts is None or not parts[2]:
        return None
    try:
        return dt.date(int(parts[0]), int(parts[1]), int(parts[2]))
    except ValueError:
        return None


def _without_sign(read: str) -> str:
    """The amount without ¥, also between the minus or the bracket and the digits."""
    return re.sub(r"^([+\-−(]?)\s*[¥￥]\s*", r"\1", read)


def _why_no_number(read: str) -> str:
    if read.startswith("="):
        return "R_FORMULA"
    return "R_UNIT" if _WITH_UNIT.fullmatch(read) else "R_TYPE"


def _parts(read: str, numeric: bool) -> tuple[int, int, int] | None:
    """Year, month and day that are written; the day is 1 where none is."""
    parts = _written_parts(read, numeric)
    return (int(parts[0]), int(parts[1]), int(parts[2] or 1)) if parts else None


def _written_parts(read: str, numeric: bool) -> tuple[str, str, str] | None:
    """The digits of year, month and day; the day is '' where none is written."""
    if numeric and "." in read:
        return None
    separated = _SEPARATED.fullmatch(read)
    if separated:
        year, separator, month_, day = separated.groups()
        # 2025.1 may be what is left of 2025.10.
        if separator == "." and len(month_) == 1 and day is None:
            return None
    else:
        found = _CHINESE.fullmatch(read) or _RUN_TOGETHER.fullmatch(read)
        if not found:
            return None
        year, month_, day = found.groups()
    return year, month_, day or ""
