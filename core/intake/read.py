"""A file as numbered records of cells, opened by a child process that may die."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple

from core.errors import DataError
from core.intake.definitions import Limits
from core.intake.gate import Kind, column_bound, row_bound
from core.intake.reader import SECONDS

_ROOT = Path(__file__).resolve().parent.parent.parent


class Typed(NamedTuple):
    """A cell that Excel typed. kind: number | date | time | bool | error | formula."""

    kind: str
    text: str


Cell = str | Typed
Merged = tuple[tuple[int, int], tuple[int, int]]
"""First and last cell (row, column), both counted from 0."""


class Record(NamedTuple):
    """A record numbered as in the file: CSV record or Excel row, the first is 1."""

    number: int
    cells: list[Cell]


@dataclass(frozen=True)
class Sheet:
    """A sheet without its blank records; a hidden one is named and not read."""

    name: str
    visible: bool
    records: tuple[Record, ...]
    merged: tuple[Merged, ...] = ()


@dataclass(frozen=True)
class Workbook:
    """What is in a file; a CSV is one sheet without a name."""

    kind: Kind
    sheets: tuple[Sheet, ...]
    encoding: str = ""


def read(path: Path, kind: Kind, limits: Limits, seconds: float = SECONDS) -> Workbook:
    """The sheets of a file that has passed the gate; DataError with an F_ code otherwise."""
    answer = _ask_child(path, kind, limits, seconds)
    if "fault" in answer:
        limit = limits.max_columns if "COLUMN" in answer["fault"] else limits.max_rows
        raise DataError(answer["fault"], limit=limit)
    sheets = tuple(_sheet(sheet) for sheet in answer["sheets"])
    return Workbook(kind, sheets, answer["encoding"])


def text_of(cell: Cell) -> str:
    """The characters of a cell, whatever its type."""
    return cell if isinstance(cell, str) else cell.text


def blank(cell: Cell) -> bool:
    """Whether nothing is written in the cell."""
    return isinstance(cell, str) and (not cell or cell.isspace())


def cells_at(records: Sequence[Record], at: int) -> list[Cell]:
    """The cell of each record at this place, '' where the record ends before it."""
    rows = [record[1] for record in records]
    if at < min(map(len, rows), default=0):
        return list(map(itemgetter(at), rows))
    return [cells[at] if at < len(cells) else "" for cells in rows]


def _ask_child(path: Path, kind: Kind, limits: Limits, seconds: float) -> dict[str, Any]:
    bounds = [str(row_bound(limits)), str(column_bound(limits))]
    command = [sys.executable, "-m", "core.intake.reader", str(path.resolve()), kind, *bounds]
    try:
        child = subprocess.run(  # noqa: S603 - our own interpreter and module
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=seconds,
            check=False,
            cwd=_ROOT,
        )
    except subprocess.TimeoutExpired as error:
        raise DataError("F_CORRUPT") from error
    if child.returncode != 0:
        raise DataError("F_CORRUPT")
    try:
        return json.loads(child.stdout)
    except ValueError as error:
        raise DataError("F_CORRUPT") from error


def _sheet(sheet: dict[str, Any]) -> Sheet:
    typed: dict[str, Cell] = {}
    records = tuple(
        Record(
            number,
            [
                cell if cell[:1] != "\0" else typed.get(cell) or _typed(cell, typed)
                for cell in cells
            ],
        )
        for number, cells in sheet["records"]
    )
    merged = tuple((tuple(first), tuple(last)) for first, last in sheet["merged"])
    return Sheet(sheet["name"], sheet["visible"], records, merged)


def _typed(marked: str, typed: dict[str, Cell]) -> Cell:
    """The cell that the reader marked; one object for equal cells."""
    _, kind, text = marked.split("\0", 2)
    typed[marked] = text if kind == "text" else Typed(kind, text)
    return typed[marked]
