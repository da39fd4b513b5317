"""The tables that a hospital delivers, read from data/intake/*.toml into frozen models."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, PositiveInt, ValidationError, model_validator

from core.errors import DefinitionError
from core.intake.spelling import label

ColumnType = Literal["month", "code", "text", "choice", "int", "money", "decimal", "unit_of"]
NUMBERS = ("int", "money", "decimal")


class _Frozen(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=False)


class Names(_Frozen):
    """A name in both languages."""

    zh: str
    en: str


class Limits(_Frozen):
    """What a file may weigh; the row limit counts data rows."""

    max_bytes: PositiveInt
    max_unpacked_bytes: PositiveInt
    max_ratio: PositiveInt
    max_entries: PositiveInt
    max_rows: PositiveInt
    max_columns: PositiveInt


class Column(_Frozen):
    """One column of a table. `unit` is the unit of its numbers, money in 元."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    zh: str
    en: str
    aliases: tuple[str, ...] = ()
    type: ColumnType
    required: bool = False
    master: Literal["departments", "elements", "drivers"] | None = None
    choices: dict[str, tuple[str, ...]] = {}
    minimum: float | None = None
    maximum: float | None = None
    max_length: PositiveInt | None = None
    unit: str = ""

    @property
    def numeric(self) -> bool:
        """Whether its cells are added up."""
        return self.type in NUMBERS

    @property
    def labels(self) -> tuple[str, ...]:
        """Every header by which the column is known."""
        return (self.zh, self.en, self.name, *self.aliases)

    @model_validator(mode="after")
    def _fits_its_type(self) -> Column:
        if bool(self.choices) != (self.type == "choice"):
            raise ValueError("choices belong to a column of type choice, and to no other")
        if self.type == "unit_of" and self.master is None:
            raise ValueError("a unit_of column names the master that holds the units")
        if not self.numeric and (self.minimum is not None or self.maximum is not None):
            raise ValueError("minimum and maximum belong to numbers")
        return self


class TableDefinition(_Frozen):
    """One table: its columns, its key, and the column whose total people compare."""

    table: str
    title: Names
    owner: Names
    due_day: int = Field(ge=0, le=31)
    key: tuple[str, ...] = Field(min_length=1)
    control: str
    limits: Limits
    columns: tuple[Column, ...] = Field(alias="column", min_length=1)

    def column(self, name: str) -> Column:
        """The column of that name; KeyError when there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    @property
    def names(self) -> tuple[str, ...]:
        """Column names in the order of the contract."""
        return tuple(column.name for column in self.columns)

    @model_validator(mode="after")
    def _columns_hang_together(self) -> TableDefinition:
        unknown = sorted({*self.key, self.control} - set(self.names))
        if unknown:
            raise ValueError(f"key or control names no column: {', '.join(unknown)}")
        if not self.column(self.control).numeric:
            raise ValueError(f"control column {self.control} is not a number")
        owners: dict[str, str] = {}
        for column in self.columns:
            for spelled in {label(text) for text in column.labels}:
                if owners.setdefault(spelled, column.name) != column.name:
                    raise ValueError(f"{spelled} names {owners[spelled]} and {column.name}")
        return self


def load_tables(folder: Path) -> dict[str, TableDefinition]:
    """Every table of the folder by its code; DefinitionError lists all faults of all files."""
    tables: dict[str, TableDefinition] = {}
    faults: list[str] = []
    for path in sorted(folder.glob("*.toml")):
        try:
            definition = TableDefinition.model_validate(tomllib.loads(path.read_text("utf-8")))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            faults.append(f"{path.name}: {error}")
        except ValidationError as error:
            faults.extend(_wordings(path.name, error))
        else:
            if definition.table != path.stem:
                faults.append(f"{path.name}: table is {definition.table}; the file says another")
            tables[definition.table] = definition
    if not tables and not faults:
        faults.append(f"{folder.name}: no table definitions")
    if faults:
        raise DefinitionError(faults)
    return tables


def _wordings(name: str, error: ValidationError) -> list[str]:
    return [
        f"{name}: {'.'.join(map(str, fault['loc'])) or 'table'}: {fault['msg']}"
        for fault in error.errors()
    ]
