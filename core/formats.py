"""Numbers, money and months as text in the language of the session.

Missing is —; its reason is told beside it. Money comes in 分.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable

from core.months import LOCAL, first_day
from core.words import has, language, pick, t

MISSING = "—"
_SAID_BY_THE_NAME = ("人次", "台次")
"""Units for which English has one word per noun: visits, discharges, operations."""
_NO_UNIT = ("指数", "比值")
"""Pure numbers: the name says what they are."""
_WAN_FROM, _YI_FROM = 99_999.5, 99_999_500.0
"""What would round to six digits of 元, or to 10,000.0 万元, is told in the next unit."""
_MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec"


def number(value: float, decimals: int = 0) -> str:
    """12,345.6; — when missing. Minus is a true minus sign; what rounds to 0 has none."""
    if value is None or math.isnan(value):
        return MISSING
    return f"{value:z,.{decimals}f}".replace("-", "−")


def signed(value: float, decimals: int = 1) -> str:
    """+2.1, −0.5, 0.0; — when missing."""
    if value is None or math.isnan(value):
        return MISSING
    rounded = round(value, decimals)
    return f"+{number(rounded, decimals)}" if rounded > 0 else number(rounded, decimals)


def money(fen: float) -> str:
    """元 up to five digits, then 万元 with one decimal, 亿元 with two; in English CNY 12.3 m."""
    if fen is None or math.isnan(fen):
        return MISSING
    yuan = fen / 100
    if language() == "en":
        for size, mark in ((1e9, " bn"), (1e6, " m")):
            if abs(yuan) >= size:
                return f"CNY {number(yuan / size, 2 if mark == ' bn' else 1)}{mark}"
        return f"CNY {number(yuan)}"
    if abs(yuan) >= _YI_FROM:
        return f"{number(yuan / 1e8, 2)} 亿元"
    return f"{number(yuan / 1e4, 1)} 万元" if abs(yuan) >= _WAN_FROM else f"{number(yuan)} 元"


def unit_name(unit: str) -> str:
    """A unit's name in the session's language."""
    return t(f"catalog.unit.{unit}") if has(f"catalog.unit.{unit}") else unit


def value_text(value: float, unit: str, decimals: int) -> str:
    """A value with its unit: 86.6%, 7.19 天, 1:1.50, 392 元, 23.1 万元."""
    if unit == "元" and value is not None and abs(value) >= _WAN_FROM:
        return money(value * 100)
    return value_text_in_full(value, unit, decimals)


def value_text_in_full(value: float, unit: str, decimals: int) -> str:
    """A value with its unit, money in 元 however much it is."""
    if value is None or math.isnan(value):
        return MISSING
    if unit == "1:x":
        return f"1:{number(value, decimals)}"
    if unit in _NO_UNIT or (unit in _SAID_BY_THE_NAME and language() == "en"):
        return number(value, decimals)
    space = "" if unit in ("%", "‰") else " "
    return f"{number(value, decimals)}{space}{unit_name(unit)}"


def amount_text(amount: float, unit: str) -> str:
    """A quantity of a measure: money (in 分) as money, the rest with its unit."""
    return money(amount) if unit == "元" else value_text(amount, unit, 0)


def change_text(change: float, points: bool, unit: str = "%") -> str:
    """+1.2 个百分点 for indicators in percent, +3.4% for others."""
    if change is None or math.isnan(change):
        return MISSING
    if points:
        return f"{signed(change)} {t('format.points' if unit == '%' else 'format.permille')}"
    return f"{signed(change)}%"


def month_name(month: int) -> str:
    """2026年10月, Oct 2026."""
    year, number_of_month = divmod(month, 100)
    if language() == "en":
        return f"{_MONTHS[number_of_month * 3 - 3 : number_of_month * 3]} {year}"
    return f"{year}年{number_of_month}月"


def months_name(months: tuple[int, ...]) -> str:
    """One month, or the first and last of several."""
    if not months:
        return MISSING
    if len(months) == 1:
        return month_name(months[0])
    return t("format.months", first=month_name(months[0]), last=month_name(months[-1]))


def moment_text(moment: dt.datetime) -> str:
    """An aware time as people in Shanghai read it: 2026-10-21 08:30."""
    return f"{moment.astimezone(LOCAL):%Y-%m-%d %H:%M}"


def month_date(month: int) -> str:
    """The first day as ISO text, what charts take for a point in time."""
    return first_day(month).isoformat()


def listed(names: Iterable[str]) -> str:
    """Names side by side: 甲、乙 in Chinese; a, b in English."""
    return pick("、", ", ").join(names)
