"""What is wrong with a file or a row, as codes; worded in core.words under intake.code.*."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from core.intake.definitions import TableDefinition
from core.intake.personal import masked
from core.intake.spelling import forbidden_character
from core.words import has, pick, t

_LONGEST_VALUE = 40
_FIELDS = ("row", "rows", "column", "columns", "value", "limit", "size", "table", "unit")
_FIELDS += ("sheets", "count", "stated", "found", "ending", "last", "other")
_OF_TWO_ROWS = ("R_DUP_KEY", "R_DUP_CONFLICT")


@dataclass(frozen=True)
class Notice:
    """A fault of the whole file (F_) or a warning (W_), with the fields of its wording.

    The fields `column` and `columns` hold names of the definition, or headers of the file.
    """

    code: str
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class RowFault:
    """Why a row is refused: record number, column of the contract, code, value if it is safe.

    because: the other record of the same key: the one that it repeats or contradicts, or the one
    whose fault pulled it out of a sum. 0 when the fault is its own. rule: what several columns owe
    each other: its kind, then the columns.
    """

    row: int
    column: str
    code: str
    value: str = ""
    because: int = 0
    rule: tuple[str, ...] = ()


def shown_value(text: str) -> str:
    """A value that may be shown: personal data blotted out, legible, one line, 40 characters."""
    words = " ".join(masked(text).split())[: 2 * _LONGEST_VALUE]
    short = "".join(char for char in words if not forbidden_character(char, line_breaks=True))
    return short if len(short) <= _LONGEST_VALUE else short[: _LONGEST_VALUE - 1] + "…"


def fault_text(fault: Notice | RowFault, definition: TableDefinition) -> str:
    """The fault in the session's language: what, where, and the way out."""
    fields: dict[str, Any] = dict.fromkeys(_FIELDS, "")
    fields["table"] = pick(definition.title.zh, definition.title.en)
    if isinstance(fault, RowFault):
        fields |= {"row": fault.row, "value": fault.value, "other": fault.because}
        fields["column"] = _column_name(fault.column, definition)
        if fault.rule:
            return _rule_text(fault, fields, definition)
    else:
        fields |= fault.fields
        if "titles" in fault.fields:
            fields["found"] = pick(*fault.fields["titles"])
        for key in ("column", "columns"):
            value = fields[key]
            names = value if isinstance(value, tuple | list) else [value] if value else []
            fields[key] = t("intake.and").join(
                _column_name(str(name), definition) for name in names
            )
    text = t(_text_id(fault, definition), **{key: _flat(value) for key, value in fields.items()})
    if isinstance(fault, RowFault) and fault.because and fault.code not in _OF_TWO_ROWS:
        text += t("intake.because", row=fault.because)
    return text


def _text_id(fault: Notice | RowFault, definition: TableDefinition) -> str:
    """The words for the type of the column, where it has words of its own."""
    if isinstance(fault, RowFault) and fault.column in definition.names:
        own = f"intake.code.{fault.code}.{definition.column(fault.column).type}"
        if has(own):
            return own
    return f"intake.code.{fault.code}"


def _rule_text(fault: RowFault, fields: dict[str, Any], definition: TableDefinition) -> str:
    """What the columns of the row owe each other, by their names."""
    kind, *names = fault.rule
    fields["columns"] = t("intake.and").join(_column_name(name, definition) for name in names)
    if kind in ("at_most", "equals"):
        fields["other"] = _column_name(names[0], definition)
        parts = t("intake.plus").join(_column_name(name, definition) for name in names[1:])
        fields["column"] = parts
        if fault.code == "R_DATE_RANGE":
            kind = "not_before"
    return t(f"intake.rule.{kind}", **{key: _flat(value) for key, value in fields.items()})


def _column_name(name: str, definition: TableDefinition) -> str:
    if name not in definition.names:
        return name
    column = definition.column(name)
    return pick(column.zh, column.en)


def _flat(value: object) -> str:
    if isinstance(value, tuple | list):
        return t("intake.and").join(map(str, value))
    return str(value)
