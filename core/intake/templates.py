"""Templates to fill in: the header a hospital may keep, and a sheet that explains each column."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter

from core.formats import listed
from core.intake.definitions import Column, TableDefinition
from core.words import pick, t


def template(definition: TableDefinition) -> bytes:
    """A workbook with one sheet to fill in and one that explains it."""
    return workbook_of_all([definition])


def sheet_name(definition: TableDefinition) -> str:
    """The title of the table, as far as Excel takes it."""
    return pick(definition.title.zh, definition.title.en)[:31]


def workbook_of_all(definitions: Sequence[TableDefinition]) -> bytes:
    """A workbook with a sheet a table, and one that explains every column."""
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        must = book.add_format({"bold": True, "bg_color": "#DCEBED", "border": 1})
        may = book.add_format({"bg_color": "#F5F7F8", "border": 1})
        # Text, so that 0101 keeps its zero and 2025-10 stays a month.
        text = book.add_format({"num_format": "@"})
        formats = dict.fromkeys(("code", "month", "hashed"), text) | {
            "date": book.add_format({"num_format": "yyyy-mm-dd"}),
            "datetime": book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
        }
        for definition in definitions:
            sheet = book.add_worksheet(sheet_name(definition))
            for place, column in enumerate(definition.columns):
                heading = pick(column.zh, column.en)
                sheet.write_string(0, place, heading, must if column.required else may)
                width = max(12, len(heading) * 2 + 3)
                sheet.set_column(place, place, width, formats.get(column.type))
            sheet.freeze_panes(1, 0)
        _explain(book, definitions)
    return buffer.getvalue()


def _explain(book: Any, definitions: Sequence[TableDefinition]) -> None:
    sheet = book.add_worksheet(t("template.about"))
    bold = book.add_format({"bold": True})
    heads = ("table", "column", "required", "what", "aliases")
    for place, head in enumerate(heads):
        sheet.write_string(0, place, t(f"template.{head}"), bold)
    line = 1
    for definition in definitions:
        for column in definition.columns:
            cells = (
                pick(definition.title.zh, definition.title.en),
                pick(column.zh, column.en),
                t("template.yes") if column.required else t("template.no"),
                _what(column),
                listed(column.aliases),
            )
            for place, cell in enumerate(cells):
                sheet.write_string(line, place, cell)
            line += 1
    for place, width in enumerate((22, 22, 8, 60, 40)):
        sheet.set_column(place, place, width)


def _what(column: Column) -> str:
    """What may stand in the column."""
    if column.choices:
        return t(
            "template.choice", choices=" / ".join(words[0] for words in column.choices.values())
        )
    return t(f"template.type.{column.type}", unit=column.unit or "")
