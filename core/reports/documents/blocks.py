"""A document as plain blocks: what is said, in which order; not how it looks.

The same blocks make the page on the screen, the docx, the pdf and the xlsx, and travel as JSON
(`to_json`, `from_json`). Every text is taken literally: nothing typed in is ever markup.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from core.formats import MISSING, number, signed

Tone = Literal["", "good", "watch", "bad", "none", "muted"]
"""How a text stands out: the state it tells, or less than the rest. Never alone: words say it."""


@dataclass(frozen=True)
class Number:
    """A number that stays a number in a spreadsheet; NaN and None are missing."""

    value: float | None
    decimals: int = 0
    unit: str = ""
    """In words; said in the cell, where the column has several."""
    signed: bool = False
    tone: Tone = ""
    kind: Literal["number"] = "number"

    @property
    def missing(self) -> bool:
        return self.value is None or math.isnan(self.value)

    @property
    def text(self) -> str:
        """As it is read: +1.2%, −0.4 个百分点, 12,345; — when missing."""
        if self.value is None or self.missing:
            return MISSING
        said = (signed if self.signed else number)(self.value, self.decimals)
        if not self.unit:
            return said
        return f"{said}{'' if self.unit in ('%', '‰') else ' '}{self.unit}"


@dataclass(frozen=True)
class Mark:
    """A short text with a tone: ● 达标."""

    text: str
    tone: Tone = ""
    kind: Literal["mark"] = "mark"


Cell = str | Annotated[Number | Mark, Field(discriminator="kind")]


@dataclass(frozen=True)
class Column:
    """A column of a table: name, what its cells are, their unit in words, share of the width."""

    name: str
    cells: Literal["text", "number"] = "text"
    unit: str = ""
    width: float = 1.0

    @property
    def title(self) -> str:
        """The name with its unit: 本月（万元）."""
        if not self.unit:
            return self.name
        return (
            f"{self.name} ({self.unit})" if self.name.isascii() else f"{self.name}（{self.unit}）"
        )


@dataclass(frozen=True)
class Heading:
    """The beginning of a section (level 1: a sheet of its own in a workbook) or of a part of it."""

    text: str
    level: Literal[1, 2] = 1
    code: str = ""
    """What the section is called by those who look for it."""
    kind: Literal["heading"] = "heading"


@dataclass(frozen=True)
class Paragraph:
    """Some sentences; a new line stays one."""

    text: str
    kind: Literal["paragraph"] = "paragraph"


@dataclass(frozen=True)
class Note:
    """Small print: a source, a footnote, why something is missing."""

    text: str
    kind: Literal["note"] = "note"


@dataclass(frozen=True)
class Quote:
    """What a person wrote, with who and when."""

    text: str
    by: str
    kind: Literal["quote"] = "quote"


@dataclass(frozen=True)
class Table:
    """Rows under typed columns; each row has a cell for every column."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    kind: Literal["table"] = "table"

    def __post_init__(self) -> None:
        wrong = [row for row in self.rows if len(row) != len(self.columns)]
        if wrong:
            raise ValueError(f"{self.title}: a row has {len(wrong[0])} of {len(self.columns)}")


@dataclass(frozen=True)
class Picture:
    """A chart as its Vega-Lite specification (JSON, data inside), with the sentence it shows."""

    spec: str
    alt: str
    figures: Table | None = None
    """What is drawn, for a file of its own; reports that were frozen before have none."""
    kind: Literal["picture"] = "picture"


Block = Annotated[Heading | Paragraph | Note | Quote | Table | Picture, Field(discriminator="kind")]


@dataclass(frozen=True)
class Document:
    """A title, the lines under it (hospital, month, data date) and the blocks."""

    title: str
    lines: tuple[str, ...]
    blocks: tuple[Block, ...]

    def sections(self) -> tuple[tuple[Heading, tuple[Block, ...]], ...]:
        """Blocks by the heading of level 1 they stand under; those before it under the title."""
        found: list[tuple[Heading, list[Block]]] = [(Heading(self.title, code="title"), [])]
        for block in self.blocks:
            if isinstance(block, Heading) and block.level == 1:
                found.append((block, []))
            else:
                found[-1][1].append(block)
        return tuple((heading, tuple(blocks)) for heading, blocks in found)


_DOCUMENT = TypeAdapter(Document)


def to_json(document: Document) -> str:
    """The document as JSON, to be kept as it is."""
    return _DOCUMENT.dump_json(document).decode("utf-8")


def from_json(text: str) -> Document:
    """The document that `to_json` wrote."""
    return _DOCUMENT.validate_json(text)


def cell_text(cell: Cell) -> str:
    """A cell as it is read."""
    return cell if isinstance(cell, str) else cell.text


def tone_of(cell: Cell) -> Tone:
    return "" if isinstance(cell, str) else cell.tone


def texts_of(document: Document) -> Iterable[str]:
    """Every text of the document, but those inside pictures."""
    yield document.title
    yield from document.lines
    for block in document.blocks:
        match block:
            case Table():
                yield block.title
                yield from (column.title for column in block.columns)
                yield from (cell_text(cell) for row in block.rows for cell in row)
            case Picture():
                yield block.alt
            case Quote():
                yield from (block.text, block.by)
            case _:
                yield block.text
