"""How one source's file becomes a contract table: its headers, constants and what it lacks.

A small TOML file for each source; stored as JSON through `to_dict`.
"""

from __future__ import annotations

import datetime as dt
import json
import tomllib
from collections.abc import Mapping as Dictionary
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from core.errors import DataError
from core.intake.definitions import TableDefinition


class Mapping(BaseModel):
    """What to know of a source before its file is read.

    aggregate: rows of one key are added up. create_departments: unknown departments are taken
    in. absent: columns that the source does not report; they stay missing and never become 0.
    columns: header in the file by contract column. constants: value by contract column.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    table: str
    aggregate: Literal["", "sum"] = ""
    create_departments: bool = False
    absent: tuple[str, ...] = ()
    columns: dict[str, str] = {}
    constants: dict[str, str] = {}

    @field_validator("constants", mode="before")
    @classmethod
    def _constants_as_text(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        plain = (str, int, float, dt.date)
        return {
            key: str(one) if isinstance(one, plain) and not isinstance(one, bool) else one
            for key, one in value.items()
        }

    @property
    def given(self) -> frozenset[str]:
        """Columns that need not be in the file."""
        return frozenset((*self.absent, *self.constants))

    def to_dict(self) -> dict[str, Any]:
        """As JSON stores it."""
        return self.model_dump(mode="json")

    def to_toml(self) -> str:
        """As a person edits it; `read_mapping` reads it back."""
        lines = [f"table = {_quoted(self.table)}"]
        if self.aggregate:
            lines.append(f"aggregate = {_quoted(self.aggregate)}")
        if self.create_departments:
            lines.append("create_departments = true")
        if self.absent:
            lines.append(f"absent = [{', '.join(map(_quoted, self.absent))}]")
        for name, entries in (("columns", self.columns), ("constants", self.constants)):
            if entries:
                lines += ["", f"[{name}]"]
                lines += [f"{_quoted(key)} = {_quoted(value)}" for key, value in entries.items()]
        return "\n".join(lines) + "\n"


def read_mapping(text: str, definitions: Dictionary[str, TableDefinition]) -> Mapping:
    """The mapping of a TOML text; DataError says what is wrong with it."""
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DataError("E_MAPPING_TOML", reason=str(error)) from error
    return mapping_from(content, definitions)


def mapping_from(
    content: Dictionary[str, Any], definitions: Dictionary[str, TableDefinition]
) -> Mapping:
    """The mapping of a parsed TOML or JSON; DataError says what is wrong with it."""
    try:
        mapping = Mapping.model_validate(dict(content))
    except ValidationError as error:
        faults = error.errors()
        unknown = [fault for fault in faults if fault["type"] == "extra_forbidden"]
        code = "E_MAPPING_KEY" if unknown else "E_MAPPING_VALUE"
        places = {".".join(map(str, fault["loc"])) for fault in unknown or faults}
        raise DataError(code, keys=", ".join(sorted(places))) from error
    _fit(mapping, definitions)
    return mapping


def _fit(mapping: Mapping, definitions: Dictionary[str, TableDefinition]) -> None:
    definition = definitions.get(mapping.table)
    if definition is None:
        raise DataError(
            "E_MAPPING_TABLE", table=mapping.table, tables=", ".join(sorted(definitions))
        )
    stated = [*mapping.columns, *mapping.constants, *mapping.absent]
    unknown = sorted(set(stated) - set(definition.names))
    if unknown:
        raise DataError("E_MAPPING_COLUMN", columns=", ".join(unknown), table=mapping.table)
    twice = sorted({name for name in stated if stated.count(name) > 1})
    if twice:
        raise DataError("E_MAPPING_TWICE", columns=", ".join(twice))
    # Optional parts of a key have a rule of their own (inpatient or not: shared).
    keyless = [
        name
        for name in mapping.absent
        if name in definition.key and definition.column(name).required
    ]
    if keyless:
        raise DataError("E_MAPPING_KEYLESS", columns=", ".join(keyless))


def _quoted(text: str) -> str:
    # JSON's escapes are TOML's, but for DEL, which TOML forbids unescaped.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
