"""The xlsx of a table as it is read on screen: what is a number there is one in Excel too.

A column is numbers when every cell of it that says something is a number with the same kind of
unit; percentages become Excel's own, money becomes 元, each to the digits that were shown.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any

import pandas as pd
import xlsxwriter

from core.formats import MISSING

_NUMBER = re.compile(
    r"(?P<money>CNY )?(?P<value>[+−-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?|[+−-]?\d+(?:\.\d+)?)"
    r"(?P<unit>%|‰| [^\d\s][^\d]*)?"
)
_SIZES = {" 元": 1.0, " 万元": 1e4, " 亿元": 1e8, "": 1.0, " m": 1e6, " bn": 1e9}
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}

Number = tuple[float, str]
"""A value and its Excel number format."""


def workbook(sheets: Sequence[tuple[str, pd.DataFrame]]) -> bytes:
    """An xlsx of the sheets: no text of it is ever a formula."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, _OPTIONS) as book:
        bold = book.add_format({"bold": True, "bg_color": "#F5F7F8", "border": 1})
        look_of = cache(lambda look: book.add_format({"num_format": look}))
        for name, rows in sheets:
            sheet = book.add_worksheet(name[:31])
            for place, title in enumerate(rows.columns):
                sheet.write_string(0, place, str(title), bold)
                sheet.set_column(place, place, max(12, min(40, len(str(title)) * 2 + 4)))
                values = rows.iloc[:, place]
                for line, cell in enumerate(numbers(values) or values, start=1):
                    _write(sheet, (line, place), cell, look_of)
            sheet.freeze_panes(1, 0)
    return buffer.getvalue()


def _write(sheet: Any, at: tuple[int, int], cell: Any, look_of: Callable[[str], Any]) -> None:
    if isinstance(cell, tuple):
        value, look = cell
        sheet.write_number(*at, value, look_of(look))
    elif isinstance(cell, str):
        sheet.write_string(*at, cell)
    elif not pd.isna(cell):
        sheet.write_number(*at, float(cell))


def numbers(texts: Iterable[Any]) -> list[Number | str] | None:
    """What the cells of a column are as numbers; None when they are no column of numbers.

    Bare whole numbers alone are left as they are: they may be codes.
    """
    found: list[Number | str] = []
    units, plain = set(), True
    for text in texts:
        if not isinstance(text, str):
            return None
        if text in ("", MISSING):
            found.append(text)
            continue
        read = _NUMBER.fullmatch(text)
        if read is None:
            return None
        plain &= text.isdigit()
        units.add(_kind(read))
        found.append(_cell(read))
    return None if plain or len(units) != 1 else found


def _kind(read: re.Match[str]) -> str:
    unit = read["unit"] or ""
    is_money = read["money"] or (unit and unit in _SIZES and unit.endswith("元"))
    return "元" if is_money else unit


def _cell(read: re.Match[str]) -> Number:
    """1,234.5 人次 is 1234.5 shown with its unit; 3.2% is 0.032; 23.1 万元 is 231000 元."""
    digits, unit = read["value"], read["unit"] or ""
    value = float(digits.replace(",", "").replace("−", "-"))
    decimals = len(digits.partition(".")[2])
    look = "#,##0" + ("." + "0" * decimals if decimals else "")
    if _kind(read) == "元":
        value, look = round(value * _SIZES[unit]), "#,##0"
    elif unit == "%":
        value, look = value / 100, look + "%"
    elif unit:
        look += f'"{unit}"'
    return value, f"+{look};-{look};{look}" if digits.startswith("+") else look
