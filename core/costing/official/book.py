"""The tables of the norm in its order, which of them are made, and the workbook."""

from __future__ import annotations

import io
from typing import Any

import xlsxwriter

from core.costing.official import cases, departments, items, units
from core.costing.official.material import Material, Table
from core.costing.unit_costs import UNITS
from core.words import t

NORM = (
    *("direct", "direct_whole", "full", "full_whole", "composition", "summary"),
    *("visit_hospital", "visit", "day_hospital", "day"),
    *("item_summary", "item_detail"),
    *("disease", "disease_composition", "disease_units"),
    *("drg", "drg_composition", "drg_units"),
)
"""Every table of the norm."""
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}


def tables(given: Material) -> tuple[Table, ...]:
    """The tables that can be made, in the order of the norm."""
    kinds = dict(zip(given.direct["item"], given.direct["kind"], strict=True))
    costs = given.costs.assign(kind=given.costs["item"].map(kinds))
    made = [
        *(departments.direct(given), departments.direct_whole(given)),
        *(departments.full(given, costs), departments.full_whole(given)),
        *(departments.composition(given, costs), departments.summary(given)),
    ]
    for unit in UNITS:
        made += [units.unit_whole(given, costs, unit), units.units(given, unit)]
    made += items.tables(given)
    for system in cases.SYSTEMS:
        made += cases.tables(given, system)
    return tuple(made)


def contents(made: tuple[Table, ...]) -> list[tuple[str, str, str]]:
    """Every table of the norm: name, whether it is made, and what it lacks or why it is not."""
    found = {table.code: table for table in made}
    lines = []
    for code in NORM:
        table = found.get(code)
        if table is None:
            state, why = "absent", t(f"official.absent.{code.partition('_')[0]}")
        else:
            state, why = "part" if table.lacks else "made", table.lacks
        lines.append((t(f"official.table.{code}"), t(f"official.{state}"), why))
    return lines


def workbook(given: Material, made: tuple[Table, ...]) -> bytes:
    """The xlsx: a list of the norm's tables, then a sheet for each that can be made."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, _OPTIONS) as book:
        _contents(book, given, made)
        for table in made:
            _sheet(book, given, table)
    return buffer.getvalue()


def _contents(book: Any, given: Material, made: tuple[Table, ...]) -> None:
    sheet, bold = book.add_worksheet(t("official.contents")), book.add_format({"bold": True})
    sheet.write_string(0, 0, f"{given.hospital} {given.period}", bold)
    sheet.write_string(1, 0, t("official.note"))
    heads = (t("official.column.table"), t("official.column.state"), t("official.column.why"))
    for at, text in enumerate(heads):
        sheet.write_string(3, at, text, bold)
    for row, texts in enumerate(contents(made), start=4):
        for at, text in enumerate(texts):
            sheet.write_string(row, at, text)
    sheet.set_column(0, 0, 52)
    sheet.set_column(1, 1, 12)
    sheet.set_column(2, 2, 60)


def _sheet(book: Any, given: Material, table: Table) -> None:
    """Title, period, unit, heads, lines; below them what is missing and what to know."""
    sheet = book.add_worksheet(t(f"official.sheet.{table.code}")[:31])
    bold = book.add_format({"bold": True, "text_wrap": True})
    look = book.add_format({"num_format": "#,##0.00"})
    sheet.write_string(0, 0, table.title, book.add_format({"bold": True, "font_size": 14}))
    sheet.write_string(1, 0, t("official.under", hospital=given.hospital, period=given.period))
    for at, text in enumerate(table.heads):
        sheet.write_string(2, at, text, bold)
    for row, cells in enumerate(table.lines, start=3):
        for at, cell in enumerate(cells):
            if isinstance(cell, str):
                sheet.write_string(row, at, cell)
            elif cell is not None:
                sheet.write_number(row, at, float(cell), look)
    for at, text in enumerate(text for text in (table.lacks, table.note) if text):
        sheet.write_string(len(table.lines) + 4 + at, 0, text)
    _widths(sheet, table)


def _widths(sheet: Any, table: Table) -> None:
    """Names wide, figures less so; heads and names stay in sight."""
    for at in range(len(table.heads)):
        is_text = any(isinstance(line[at], str) and line[at] for line in table.lines)
        sheet.set_column(at, at, 24 if is_text and at else 14)
    sheet.freeze_panes(3, 2)
