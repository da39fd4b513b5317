"""A document as xlsx: a sheet a section, numbers as numbers, texts never formulas."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from core.reports.documents import pictures
from core.reports.documents.blocks import (
    Block,
    Cell,
    Document,
    Heading,
    Note,
    Number,
    Picture,
    Quote,
    Table,
    cell_text,
    tone_of,
)
from core.reports.documents.colours import GRID, INK, MUTED, PRIMARY, TONES

FONT = "微软雅黑"
_CHARACTERS = 100
"""Width of a sheet, in characters, shared out among the columns of its widest table."""
_PICTURE_ROW = 20
"""Height of a row in pixels: how many rows a picture covers."""


def xlsx(document: Document) -> bytes:
    """The file."""
    import xlsxwriter

    written = BytesIO()
    safe = {"strings_to_formulas": False, "strings_to_urls": False, "nan_inf_to_errors": False}
    with xlsxwriter.Workbook(written, {"in_memory": True, **safe}) as book:
        book.set_properties({"title": document.title})
        looks = _Looks(book)
        names: set[str] = set()
        for name, blocks in _sheets(document):
            sheet = _Sheet(book.add_worksheet(_sheet_name(name, names)), looks)
            sheet.begin(name, blocks)
            for block in blocks:
                sheet.add(block)
    return written.getvalue()


def _sheets(document: Document) -> list[tuple[str, tuple[Block, ...]]]:
    """Sections; the first sheet says what the document is."""
    (title, first), *rest = document.sections()
    lines = tuple(Note(line) for line in document.lines)
    return [(title.text, (*lines, *first)), *((heading.text, own) for heading, own in rest)]


def _sheet_name(name: str, taken: set[str]) -> str:
    """What a spreadsheet allows: 31 characters, no brackets or slashes, no two alike."""
    plain = re.sub(r"[\[\]:*?/\\]", " ", name).strip(" '")[:28] or "-"
    found = next(
        candidate
        for candidate in (plain, *(f"{plain} {count}" for count in range(2, 1000)))
        if candidate.lower() not in taken
    )
    taken.add(found.lower())
    return found


@dataclass
class _Looks:
    """Formats of a workbook, each made once."""

    book: Any
    made: dict[tuple[tuple[str, Any], ...], Any] = field(default_factory=dict)

    def of(self, **properties: Any) -> Any:
        key = tuple(sorted(properties.items()))
        if key not in self.made:
            base = {"font_name": FONT, "font_size": 10, "font_color": INK, "valign": "vcenter"}
            self.made[key] = self.book.add_format(base | properties)
        return self.made[key]

    def cell(self, cell: Cell) -> Any:
        ruled = {"bottom": 1, "bottom_color": GRID, "font_color": TONES[tone_of(cell)]}
        if isinstance(cell, Number):
            return self.of(**ruled, align="right", num_format=_number_format(cell))
        return self.of(**ruled, text_wrap=True)


def _number_format(number: Number) -> str:
    """#,##0.0 with its sign and its unit, where it has one."""
    digits = "#,##0" + (f".{'0' * number.decimals}" if number.decimals else "")
    unit = number.unit.replace('"', "")
    tail = f'"{"" if unit in ("%", "‰") else " "}{unit}"' if unit else ""
    plain = f"{digits}{tail}"
    return f"+{plain};−{plain};{plain}" if number.signed else f"{plain};−{plain}"


@dataclass
class _Sheet:
    """A worksheet that is being written from top to bottom."""

    sheet: Any
    looks: _Looks
    row: int = 0
    frozen: bool = False

    def begin(self, name: str, blocks: tuple[Block, ...]) -> None:
        """Its title, its paper, and columns as wide as its widest table wants them."""
        self.sheet.hide_gridlines(2)
        self.sheet.set_paper(9)
        self.sheet.fit_to_pages(1, 0)
        tables = [block for block in blocks if isinstance(block, Table)]
        columns = max((table.columns for table in tables), key=len, default=())
        whole = sum(column.width for column in columns)
        self.sheet.set_column(0, 0, _CHARACTERS)
        for place, column in enumerate(columns):
            width = max(_CHARACTERS * column.width / whole, 8)
            self.sheet.set_column(place, place, width)
        self._line(name, self.looks.of(font_size=14, font_color=PRIMARY))

    def add(self, block: Block) -> None:
        match block:
            case Table():
                self._table(block)
            case Picture():
                self._picture(block)
            case Heading():
                self._line(block.text, self.looks.of(font_size=12, font_color=PRIMARY))
            case Note():
                self._line(block.text, self.looks.of(font_color=MUTED))
            case Quote():
                self._line(block.text, self.looks.of())
                self._line(block.by, self.looks.of(font_color=MUTED))
            case _:
                self._line(block.text, self.looks.of())

    def _line(self, text: str, look: Any) -> None:
        for line in text.split("\n"):
            self.sheet.write_string(self.row, 0, line[:32_000], look)
            self.row += 1

    def _table(self, table: Table) -> None:
        self.row += 1
        if table.title:
            self._line(table.title, self.looks.of(font_size=12, font_color=PRIMARY))
        head = {"bg_color": "#F5F7F8", "font_color": MUTED, "text_wrap": True, "bottom": 1}
        for place, column in enumerate(table.columns):
            side = "right" if column.cells == "number" else "left"
            self.sheet.write_string(
                self.row, place, column.title, self.looks.of(**head, align=side)
            )
        self.row += 1
        if not self.frozen:
            self.sheet.freeze_panes(self.row, 1)
            self.frozen = True
        for row in table.rows:
            for place, cell in enumerate(row):
                self._cell(place, cell)
            self.row += 1
        self.row += 1

    def _cell(self, place: int, cell: Cell) -> None:
        look = self.looks.cell(cell)
        if isinstance(cell, Number) and not cell.missing:
            self.sheet.write_number(self.row, place, cell.value, look)
        else:
            self.sheet.write_string(self.row, place, cell_text(cell)[:32_000], look)

    def _picture(self, picture: Picture) -> None:
        image = pictures.png(picture.spec)
        tall = int.from_bytes(image[20:24], "big") / 2  # PNG: height in the header, drawn twice
        options = {"image_data": BytesIO(image), "description": picture.alt}
        scale = {"x_scale": 0.5, "y_scale": 0.5}
        self.sheet.insert_image(self.row, 0, "chart.png", options | scale)
        self.row += int(tall / _PICTURE_ROW) + 1
        self._line(picture.alt, self.looks.of(font_color=MUTED))
