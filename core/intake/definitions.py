"""The tables that a hospital delivers, read from data/intake/*.toml into frozen models."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, PositiveInt, ValidationError, model_validator

from core.errors import DefinitionError
from core.intake.spelling import label

ColumnType = Literal[
    "month",
    "date",
    "datetime",
    "code",
    "hashed",
    "text",
    "choice",
    "flag",
    "int",
    "money",
    "decimal",
    "unit_of",
]
Master = Literal[
    "departments",
    "elements",
    "drivers",
    "campus",
    "ward",
    "disease_group",
    "machine",
    "quality_items",
    "indicators",
]
NUMBERS = ("int", "money", "decimal")
TIMES = ("month", "date", "datetime")
_JUDGEMENTS = ("at_most", "equals", "together", "any_of")


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
    """One column of a table. `unit` is the unit of its numbers, money in 元.

    future: a month or date may lie after today. hashed: kept as a keyed hash, never as written.
    """

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    zh: str
    en: str
    aliases: tuple[str, ...] = ()
    type: ColumnType
    required: bool = False
    master: Master | None = None
    choices: dict[str, tuple[str, ...]] = {}
    minimum: float | None = None
    maximum: float | None = None
    max_length: PositiveInt | None = None
    unit: str = ""
    future: bool = False

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
        if self.future and self.type not in TIMES:
            raise ValueError("future belongs to months and dates")
        return self


class Rule(_Frozen):
    """What several columns of one row owe each other; judged where all are stated.

    sum_of: their sum is `at_most` or `equals` that of another column; a summand left blank counts
    0 under `at_most`. shares_of: only rows whose item is a share. together: all or none. any_of:
    at least one.
    """

    sum_of: tuple[str, ...] = ()
    at_most: str = ""
    equals: str = ""
    shares_of: str = ""
    together: tuple[str, ...] = ()
    any_of: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """Which of its keys speaks."""
        return next(name for name in _JUDGEMENTS if getattr(self, name))

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that it names."""
        alone = [name for name in (self.at_most, self.equals, self.shares_of) if name]
        return (*self.sum_of, *self.together, *self.any_of, *alone)

    @model_validator(mode="after")
    def _says_one_thing(self) -> Rule:
        said = [name for name in _JUDGEMENTS if getattr(self, name)]
        if len(said) != 1:
            raise ValueError(f"a rule has one of {', '.join(_JUDGEMENTS)}")
        if bool(self.sum_of) != (said[0] in ("at_most", "equals")):
            raise ValueError("sum_of goes with at_most or equals, and with nothing else")
        return self


class TableDefinition(_Frozen):
    """One table: its columns, its key, and the column whose total people compare ('': none).

    months: columns of months (YYYYMM) that are read off a date or time. due_day: day of the next
    month by which it is due, 0 when it comes as needed.
    """

    table: str
    title: Names
    owner: Names
    kind: Literal["master", "fact"] = "fact"
    due_day: int = Field(ge=0, le=31)
    key: tuple[str, ...] = Field(min_length=1)
    control: str
    months: dict[str, str] = {}
    limits: Limits
    columns: tuple[Column, ...] = Field(alias="column", min_length=1)
    rules: tuple[Rule, ...] = Field(alias="rule", default=())

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

    @property
    def hashed(self) -> tuple[str, ...]:
        """Columns that are kept as keyed hashes."""
        return tuple(column.name for column in self.columns if column.type == "hashed")

    @property
    def masters(self) -> frozenset[str]:
        """The masters whose codes its columns hold."""
        return frozenset(column.master for column in self.columns if column.master)

    @model_validator(mode="after")
    def _columns_hang_together(self) -> TableDefinition:
        named = {*self.key, self.control, *self.months.values()} - {""}
        named |= {name for rule in self.rules for name in rule.columns}
        unknown = sorted(named - set(self.names))
        if unknown:
            raise ValueError(f"key, control, months or rule names no column: {', '.join(unknown)}")
        if self.control and not self.column(self.control).numeric:
            raise ValueError(f"control column {self.control} is not a number")
        if any(self.column(name).type not in ("date", "datetime") for name in self.months.values()):
            raise ValueError("months are read off dates and times")
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


def in_order(tables: Iterable[TableDefinition]) -> list[TableDefinition]:
    """Masters first, the most used before the others and each after those that it names itself.

    Then the rest by the day it is due.
    """
    known = {one.table: one for one in tables}
    uses = Counter(master for one in known.values() for master in one.masters)
    ordered: dict[str, TableDefinition] = {}

    def place(one: TableDefinition) -> None:
        for master in sorted(one.masters & known.keys() - ordered.keys() - {one.table}):
            place(known[master])
        ordered.setdefault(one.table, one)

    for one in sorted(
        known.values(), key=lambda one: (one.kind != "master", -uses[one.table], one.due_day or 99)
    ):
        place(one)
    return list(ordered.values())


def _wordings(name: str, error: ValidationError) -> list[str]:
    return [
        f"{name}: {'.'.join(map(str, fault['loc'])) or 'table'}: {fault['msg']}"
        for fault in error.errors()
    ]
