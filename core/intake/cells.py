"""One cell of one column: its typed value, or why it is refused, and what to warn of.

A column's reader is called once for each distinct cell and remembers: hospital tables repeat.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from core.intake import numbers
from core.intake.definitions import TIMES, Column
from core.intake.hashing import keyed
from core.intake.personal import holds_identity, holds_personal_data, rounded_identity
from core.intake.read import Cell, Typed, blank, text_of
from core.intake.spelling import forbidden_character, plain

ERROR_VALUES = frozenset(
    ("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#SPILL!", "#CALC!")
)
_UNKNOWN = {"departments": "R_UNKNOWN_DEPT", "elements": "R_UNKNOWN_ELEMENT"}
_LONGEST_CODE = 50
_SHORTEST_ID = 15
# Where nearly every cell differs, remembering them all would cost more than it saves.
_REMEMBERED = 50_000
# A number with more digits has lost its last ones in Excel.
_EXACT_DIGITS = 15
_FLAGS = {
    **dict.fromkeys(("是", "有", "1", "1.0", "y", "yes", "true", "t", "√", "✓"), 1),
    **dict.fromkeys(("否", "无", "0", "0.0", "n", "no", "false", "f", "×"), 0),
}
# Longer is no code, number or month, and patterns need not be tried on it.
_LONGEST_CELL = 200
_LONGEST_TEXT = 4_000
_ACTIVE = re.compile(r"\s*[=+@]|[\t\r]|\s*-(?![\s\-—]*$)")
_HTML = re.compile(r"<\s*/?\s*[a-zA-Z!?][^>]*>|<\s*(?:script|img|svg|iframe)\b|javascript:", re.I)
_FLOATED = re.compile(r"\d+\.0+", re.ASCII)


@dataclass(frozen=True)
class Known:
    """What codes are known, and the last month and day that may be delivered.

    masters: codes and names by master; units: unit by driver; new_departments: accept unknown
    departments; shares: items whose numerator is part of the denominator; secret: key of hashes.
    """

    masters: Mapping[str, Mapping[str, str]]
    units: Mapping[str, str]
    last_month: int
    last_day: int = 99991231
    new_departments: bool = False
    shares: frozenset[str] = frozenset()
    secret: bytes = b""


class CellRead(NamedTuple):
    """The value (None: nothing written), the code that refuses it, the codes to warn of."""

    value: object
    code: str = ""
    warnings: tuple[str, ...] = ()


Reader = Callable[[Cell], CellRead]


def column_reader(column: Column, known: Known) -> Reader:
    """The reader of a column's cells."""
    remembered: dict[Cell, CellRead] = {}
    by_type = _reader_of(column, known)

    def read(cell: Cell) -> CellRead:
        found = remembered.get(cell)
        if found is None:
            found = _read(cell, column, by_type)
            if len(remembered) < _REMEMBERED:
                remembered[cell] = found
        return found

    return read


def personal_cell(cell: Cell) -> bool:
    """Whether a cell outside the numbers holds personal data."""
    text = text_of(cell)
    if isinstance(cell, Typed) and cell.kind == "number" and rounded_identity(text):
        return True
    return holds_personal_data(text)


def _read(cell: Cell, column: Column, by_type: Reader) -> CellRead:
    text = text_of(cell)
    if column.type == "hashed":
        return _read_hashed(cell, by_type)
    if len(text) > _LONGEST_CELL and column.type != "text":
        return CellRead(None, "R_PII" if personal_cell(cell) else "R_TEXT_LEN")
    found = by_type(cell)
    if column.numeric and found.value is not None and not found.code and len(text) < _SHORTEST_ID:
        return found
    if column.numeric or column.type in TIMES:
        # 11 digits may be an amount; in a cell that is refused anyway they are a person's.
        personal = holds_identity(text) or (bool(found.code) and personal_cell(cell))
    else:
        personal = personal_cell(cell)
    if personal:
        return CellRead(None, "R_PII")
    unreadable = _unreadable(cell)
    if unreadable:
        return CellRead(None, unreadable)
    if column.type != "text" and forbidden_character(plain(text), line_breaks=False):
        return CellRead(None, "R_CONTROL_CHAR")
    if found.value is None and not found.code and column.required:
        return CellRead(None, "R_MISSING")
    return found


def _unreadable(cell: Cell) -> str:
    """The code of a formula without a value, or of an error value; '' for every other cell."""
    if isinstance(cell, Typed) and cell.kind == "formula":
        return "R_FORMULA"
    if isinstance(cell, Typed) and cell.kind == "error":
        return "R_ERROR_CELL"
    return "R_ERROR_CELL" if text_of(cell).strip() in ERROR_VALUES else ""


def _read_hashed(cell: Cell, by_type: Reader) -> CellRead:
    """A number that is hashed may be anyone's: whatever it looks like, it is hashed."""
    text = text_of(cell)
    if len(text) > _LONGEST_CELL:
        return CellRead(None, "R_TEXT_LEN")
    unreadable = _unreadable(cell)
    if unreadable:
        return CellRead(None, unreadable)
    if forbidden_character(plain(text), line_breaks=False):
        return CellRead(None, "R_CONTROL_CHAR")
    return by_type(cell)


def _reader_of(column: Column, known: Known) -> Reader:
    if column.numeric:
        return _number_reader(column)
    if column.type in TIMES:
        return _time_reader(column, known)
    if column.type == "hashed":
        return lambda cell: _hashed(cell, column, known.secret)
    if column.type == "flag":
        return _flag
    if column.type == "choice":
        spelled = {
            plain(text).casefold(): code
            for code, texts in column.choices.items()
            for text in (code, *texts)
        }
        return lambda cell: _choice(cell, spelled)
    if column.type == "code":
        return lambda cell: _code(cell, column, known)
    if column.type == "unit_of":
        return lambda cell: CellRead(numbers.written(text_of(cell)) or None)
    return lambda cell: _text(cell, column)


def _number_reader(column: Column) -> Reader:
    """The reader of numbers; bounds are in the column's unit, values of money in 分."""
    scale = 100 if column.type == "money" else 1
    low, high = (
        None if bound is None else Decimal(str(bound)) * scale
        for bound in (column.minimum, column.maximum)
    )
    parse = {"int": numbers.whole, "money": numbers.money, "decimal": numbers.number}[column.type]

    def read(cell: Cell) -> CellRead:
        if isinstance(cell, Typed) and cell.kind not in ("number", "error", "formula"):
            return CellRead(None, "R_TYPE")
        value, code = parse(text_of(cell))
        if not isinstance(value, int | Decimal):
            return CellRead(None, code)
        if low is not None and value < low:
            return CellRead(value, "R_NEGATIVE" if value < 0 else "R_RANGE")
        return CellRead(value, "R_RANGE" if high is not None and value > high else "")

    return read


def _time_reader(column: Column, known: Known) -> Reader:
    """The reader of months, dates and times; what may lie ahead is bounded by its spelling."""
    parse = {"month": numbers.month, "date": numbers.date, "datetime": numbers.moment}[column.type]
    last = known.last_month if column.type == "month" else known.last_day
    last = last if not column.future else 999912 if column.type == "month" else 99991231

    def read(cell: Cell) -> CellRead:
        if isinstance(cell, Typed) and cell.kind in ("bool", "time"):
            return CellRead(None, "R_DATE")
        numeric = isinstance(cell, Typed) and cell.kind == "number"
        return CellRead(*parse(text_of(cell), numeric, last))

    return read


def _hashed(cell: Cell, column: Column, secret: bytes) -> CellRead:
    text = numbers.written(text_of(cell))
    if not text:
        return CellRead(None, "R_MISSING" if column.required else "")
    if isinstance(cell, Typed) and (cell.kind != "number" or _rounded(text)):
        return CellRead(None, "R_TYPE")
    return CellRead(keyed(text, secret))


def _rounded(digits: str) -> bool:
    """Whether Excel has kept only the first digits of a long number."""
    return len(digits.lstrip("-").partition(".")[0]) > _EXACT_DIGITS


def _flag(cell: Cell) -> CellRead:
    # Not `written`, which reads 无 as nothing: here it is an answer.
    word = plain(text_of(cell)).casefold()
    if not word.strip("-—–/\\_"):
        return CellRead(None)
    value = _FLAGS.get(word)
    return CellRead(value) if value is not None else CellRead(None, "R_UNKNOWN_CODE")


def _choice(cell: Cell, spelled: Mapping[str, str]) -> CellRead:
    written = numbers.written(text_of(cell))
    if not written:
        return CellRead(None)
    code = spelled.get(written.casefold())
    return CellRead(code) if code else CellRead(None, "R_UNKNOWN_CODE")


def _code(cell: Cell, column: Column, known: Known) -> CellRead:
    written = numbers.written(text_of(cell))
    if not written:
        return CellRead(None)
    if column.master is None or written in known.masters[column.master]:
        too_long = len(written) > (column.max_length or _LONGEST_CODE)
        return CellRead(written, "R_TEXT_LEN" if too_long else "")
    padded = _with_zeros(written, known.masters[column.master])
    if padded:
        return CellRead(padded, "", ("W_LEADING_ZERO",))
    if column.master == "departments" and known.new_departments:
        return CellRead(written, "R_TEXT_LEN" if len(written) > _LONGEST_CODE else "")
    return CellRead(None, _UNKNOWN.get(column.master, "R_UNKNOWN_CODE"))


def _with_zeros(written: str, master: Mapping[str, str]) -> str:
    """The only known code that the digits become with zeros before them; '' when none or more."""
    digits = written.partition(".")[0] if _FLOATED.fullmatch(written) else written
    if not (digits.isascii() and digits.isdigit()):
        return ""
    found = [code for code in master if code == digits.zfill(len(code))]
    return found[0] if len(found) == 1 else ""


def _text(cell: Cell, column: Column) -> CellRead:
    text = text_of(cell)
    if blank(cell):
        return CellRead(None)
    if len(text) > (column.max_length or _LONGEST_TEXT):
        return CellRead(None, "R_TEXT_LEN")
    if forbidden_character(text, line_breaks=True):
        return CellRead(None, "R_CONTROL_CHAR")
    typed = isinstance(cell, Typed)  # a number such as -5 is no formula
    warnings = ("W_FORMULA_TEXT",) if not typed and _ACTIVE.match(text) else ()
    if _HTML.search(text):
        warnings += ("W_HTML_TEXT",)
    return CellRead(text, "", warnings)
