"""An allocation as a workbook whose levels are live formulas: finance can add it up again by hand.

The three levels share exact 元 by drivers that stand in the book; the last sheet holds them
against the figures rounded to the 分, whose difference is rounding only.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_range_abs, xl_rowcol_to_cell

from core.costing.allocation import Allocation
from core.costing.inputs import Inputs
from core.costing.model import CATEGORIES
from core.costing.results import by_level
from core.costing.rules import Rules
from core.formats import listed
from core.months import month_text
from core.words import t

_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
_HEAD, _SIDE = 1, 3
"""Rows above and columns left of the amounts: code, name, category."""
_LEVELS = (1, 2, 3)


@dataclass(frozen=True)
class Names:
    """Departments and cost items by code, in the language of the book."""

    departments: Mapping[str, str]
    items: Mapping[str, str]

    def with_pools(self, rules: Rules) -> Names:
        """The same with the pools of the rules, named by department and items."""
        pools = {
            own.place: t(
                "costing.pool",
                department=self.departments.get(own.department, own.department),
                items=listed([self.items.get(item, item) for item in own.items]),
            )
            for own in rules.pools
        }
        return Names({**self.departments, **pools}, self.items) if pools else self


@dataclass(frozen=True, eq=False)
class Book:
    """The book in the making: every sheet has a row for each department, in the same order."""

    file: Any
    found: Allocation
    names: Names
    order: tuple[int, ...]
    """Places in the network, by category and code."""

    def rows_of(self, category: str) -> tuple[int, int]:
        """First and last row of a category; the first is after the last where it has none."""
        rank = CATEGORIES.index(category)
        rows = [_HEAD + at for at, place in enumerate(self.order) if self._rank(place) == rank]
        return (rows[0], rows[-1]) if rows else (1, 0)

    def _rank(self, place: int) -> int:
        return int(self.found.network.rank[place])

    def sheet(self, name: str, columns: list[str]) -> Any:
        """A sheet with its departments named; the columns' heads in the first row."""
        made, look = self.file.add_worksheet(name), self.file.add_format({"bold": True})
        heads = [t("costing.column.code"), t("column.department"), t("column.category")]
        for at, text in enumerate([*heads, *columns]):
            made.write_string(0, at, text, look)
        for row, place in enumerate(self.order, start=_HEAD):
            code = self.found.network.codes[place]
            category = CATEGORIES[self._rank(place)]
            texts = (code, self.names.departments.get(code, code), t(f"category.{category}"))
            for at, text in enumerate(texts):
                made.write_string(row, at, text)
        made.set_column(0, 0, 8)
        made.set_column(1, 1, 22)
        made.set_column(2, _SIDE + len(columns), 14)
        made.freeze_panes(_HEAD, _SIDE)
        return made


def workbook(inputs: Inputs, found: Allocation, names: Names) -> bytes:
    """The xlsx: what was asked, direct cost, drivers, levels as formulas (three_level), result."""
    network, buffer = found.network, io.BytesIO()
    order = sorted(range(len(network.codes)), key=lambda at: (network.rank[at], network.codes[at]))
    with xlsxwriter.Workbook(buffer, _OPTIONS) as file:
        book = Book(file, found, names, tuple(order))
        _about(book, inputs)
        _direct(book)
        if found.method == "three_level":
            for level in _LEVELS:
                _drivers(book, level)
            for level in _LEVELS:
                _level(book, level)
            _full(book)
        _result(book)
    return buffer.getvalue()


def _about(book: Book, inputs: Inputs) -> None:
    proof = book.found.certificate
    made = book.file.add_worksheet(t("costing.sheet.about"))
    lines = [
        (t("costing.about.month"), month_text(inputs.month)),
        (t("costing.about.method"), t(f"costing.method.{book.found.method}")),
        (t("costing.about.inputs"), proof.inputs),
        (t("costing.about.rules"), proof.rules),
        (t("costing.about.result"), proof.result),
        (t("costing.about.formulas"), t("costing.about.formulas.text")),
        (t("costing.about.source"), t("costing.about.source.text")),
    ]
    for row, (name, text) in enumerate(lines):
        made.write_string(row, 0, name)
        made.write_string(row, 1, text)
    made.set_column(0, 0, 22)
    made.set_column(1, 1, 90)


def _items(book: Book) -> list[str]:
    return [book.names.items.get(item, item) for item in book.found.network.items]


def _yuan(book: Book) -> Any:
    return book.file.add_format({"num_format": "#,##0.00"})


def _direct(book: Book) -> None:
    made, look = book.sheet(t("costing.sheet.direct"), _items(book)), _yuan(book)
    for row, place in enumerate(book.order, start=_HEAD):
        for at, fen in enumerate(book.found.network.direct[place]):
            made.write_number(row, _SIDE + at, int(fen) / 100, look)


def _drivers(book: Book, level: int) -> None:
    """Quantities: a row for each receiver, a column for each source of the level."""
    network = book.found.network
    sources = _sources(book, level)
    made = book.sheet(t(f"costing.sheet.driver{level}"), [network.codes[at] for at in sources])
    quantity = network.quantity[sources].toarray() if sources else None
    for row, place in enumerate(book.order, start=_HEAD):
        for at in range(len(sources)):
            allowed = network.rank[place] > level - 1
            amount = float(quantity[at, place]) if quantity is not None and allowed else 0.0
            made.write_number(row, _SIDE + at, amount)


def _sources(book: Book, level: int) -> list[int]:
    rank = level - 1
    return [place for place in book.order if book.found.network.rank[place] == rank]


def _level(book: Book, level: int) -> None:
    """Each cell: over the sources, its part of the driver times what they had until then."""
    network, look = book.found.network, _yuan(book)
    made = book.sheet(t(f"costing.sheet.level{level}"), _items(book))
    first, last = book.rows_of(CATEGORIES[level - 1])
    for row, place in enumerate(book.order, start=_HEAD):
        receives = network.rank[place] > level - 1 and last >= first
        for at in range(len(network.items)):
            cell = _SIDE + at
            if not receives:
                made.write_number(row, cell, 0, look)
                continue
            parts = [
                _share(book, level, (source, row), _pool(level, first + source, cell))
                for source in range(last - first + 1)
            ]
            value = _received(book, level, place, at)
            made.write_formula(row, cell, "=" + "+".join(parts), look, value)


def _pool(level: int, row: int, column: int) -> str:
    """What a source has before its level: direct cost and what came from the levels above."""
    cell = xl_rowcol_to_cell(row, column)
    above = [t("costing.sheet.direct"), *(t(f"costing.sheet.level{at}") for at in range(1, level))]
    return "(" + "+".join(f"'{sheet}'!{cell}" for sheet in above) + ")"


def _share(book: Book, level: int, at: tuple[int, int], pool: str) -> str:
    source, row = at
    sheet = t(f"costing.sheet.driver{level}")
    cell = xl_rowcol_to_cell(row, _SIDE + source)
    whole = xl_range_abs(_HEAD, _SIDE + source, len(book.order), _SIDE + source)
    return f"'{sheet}'!{cell}/SUM('{sheet}'!{whole})*{pool}"


def _received(book: Book, level: int, place: int, item: int) -> float:
    """What the run gave, for programs that show a book without computing it."""
    for stage in book.found.stages:
        if stage.level == level:
            where = (stage.receivers == place).nonzero()[0]
            return float(stage.received[where[0], item]) / 100 if len(where) else 0.0
    return 0.0


def _full(book: Book) -> None:
    """Direct cost and the three levels, by formula; only departments that keep what they get."""
    network, look = book.found.network, _yuan(book)
    items = _items(book)
    made = book.sheet(t("costing.sheet.full"), [*items, t("costing.column.full")])
    sheets = ["direct", *(f"level{level}" for level in _LEVELS)]
    for row, place in enumerate(book.order, start=_HEAD):
        if not network.final[place]:
            continue
        for at in range(len(items)):
            cell = xl_rowcol_to_cell(row, _SIDE + at)
            terms = "+".join(f"'{t('costing.sheet.' + sheet)}'!{cell}" for sheet in sheets)
            value = int(book.found.kept[place, at]) / 100
            made.write_formula(row, _SIDE + at, f"={terms}", look, value)
        line = f"{xl_rowcol_to_cell(row, _SIDE)}:{xl_rowcol_to_cell(row, _SIDE + len(items) - 1)}"
        whole = int(book.found.kept[place].sum()) / 100
        made.write_formula(row, _SIDE + len(items), f"=SUM({line})", look, whole)


def _result(book: Book) -> None:
    """The run's own figures to the 分, by level."""
    levels, look = by_level(book.found), _yuan(book)
    names = [t(f"costing.column.{name}") for name in levels.columns]
    made = book.sheet(t("costing.sheet.result"), names)
    for row, place in enumerate(book.order, start=_HEAD):
        code = book.found.network.codes[place]
        if code not in levels.index:
            continue
        for at, fen in enumerate(levels.loc[code].to_numpy(float)):
            made.write_number(row, _SIDE + at, float(fen) / 100, look)
