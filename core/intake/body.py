"""The data rows of a sheet, column by column: typed values, faults of each row, warnings."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from core.intake.cells import CellRead, Known, column_reader, personal_cell
from core.intake.definitions import Column, TableDefinition
from core.intake.faults import RowFault, shown_value
from core.intake.header import Header
from core.intake.numbers import written
from core.intake.plain import plain_values
from core.intake.read import Cell, Record, blank, cells_at, text_of
from core.intake.rules import judge_rules
from core.intake.spelling import plain
from core.months import LOCAL

_REVERSAL = ("冲销", "红字")

# What an optional column says when it is blank; from the contract of the course (种子 000).
_DEFAULTS = {("direct_cost", "unit"): "shared", ("departments", "category"): "unclassified"}
_SAME_AS = {("income", "performing_code"): "ordering_code"}


@dataclass
class Body:
    """The data rows: `columns` hold values, None where missing; `faults` by place, PII first."""

    records: Sequence[Record]
    columns: dict[str, list[object]]
    faults: dict[int, list[RowFault]] = field(default_factory=lambda: defaultdict(list))
    warned: dict[str, dict[str, list[int]]] = field(default_factory=dict)
    """Record numbers by warning and column."""

    def accepted(self) -> list[int]:
        """Places of the rows without a fault."""
        return [place for place in range(len(self.records)) if not self.faults.get(place)]

    def at(self, places: Sequence[int]) -> dict[str, list[object]]:
        """The values of the rows at `places`, by column."""
        return {name: [values[one] for one in places] for name, values in self.columns.items()}

    def refuse(
        self, place: int, column: str, code: str, because: int = 0, rule: tuple[str, ...] = ()
    ) -> None:
        """Add a fault to the row at a place; no value is shown."""
        number = self.records[place].number
        self.faults[place].append(RowFault(number, column, code, "", because, rule))

    def warn(self, code: str, column: str, place: int) -> None:
        """Remember the row at a place for a warning."""
        rows = self.warned.setdefault(code, {}).setdefault(column, [])
        rows.append(self.records[place].number)


@dataclass(frozen=True)
class Source:
    """Where the cells of each column come from."""

    definition: TableDefinition
    header: Header
    constants: Mapping[str, str]
    absent: frozenset[str]
    is_csv: bool


def read_body(records: Sequence[Record], source: Source, known: Known) -> Body:
    """Every data row read and judged; duplicates and totals are judged elsewhere."""
    body = Body(records, {})
    whole = _whole_records(body, source)
    for column in source.definition.columns:
        body.columns[column.name] = _read_column(body, column, source, known)
    _read_extras(body, source)
    _check_reversals(body, source.definition)
    _check_units(body, source.definition, known)
    _complete(body, source.definition)
    judge_rules(body, source.definition, known.shares)
    _derive_months(body, source.definition)
    for place in set(range(len(records))) - whole:
        # The cells of such a record stand under the wrong headers.
        personal = [fault for fault in body.faults[place] if fault.code == "R_PII"]
        body.faults[place] = personal
        body.refuse(place, "", "R_COLUMN_COUNT")
    for faults in body.faults.values():
        faults.sort(key=lambda fault: fault.code != "R_PII")
    return body


def _whole_records(body: Body, source: Source) -> set[int]:
    """Places of the records as long as the header; Excel pads its rows."""
    if not source.is_csv:
        return set(range(len(body.records)))
    most, least = len(source.header.texts), source.header.width
    return {
        place for place, record in enumerate(body.records) if least <= len(record.cells) <= most
    }


def _read_column(body: Body, column: Column, source: Source, known: Known) -> list[object]:
    """The values of one column; faults and warnings go into the body."""
    if column.name in source.absent:
        return [None] * len(body.records)
    at = source.header.positions.get(column.name)
    constant = source.constants.get(column.name)
    if at is None and constant is None:
        return [None] * len(body.records)
    cells: list[Cell] = []
    if constant is not None:
        cells = [constant] * len(body.records)
    elif at is not None:
        cells = cells_at(body.records, at)
    read = column_reader(column, known)
    distinct = dict.fromkeys(cells)
    values = plain_values(column, distinct, known.secret, lambda day: _second_of(read(day)))
    found = {cell: read(cell) for cell in distinct if cell not in values}
    if any(one.code or one.warnings for one in found.values()):
        for place, cell in enumerate(cells):
            one = found.get(cell)
            if one is not None and (one.code or one.warnings):
                _note(body, place, column, cell, one)
    values |= {cell: one.value for cell, one in found.items()}
    return [values[cell] for cell in cells]


def _second_of(day: CellRead) -> int | None:
    """The second that was read, if the day may come in."""
    return day.value if isinstance(day.value, int) and not day.code else None


def _note(body: Body, place: int, column: Column, cell: Cell, found: CellRead) -> None:
    if found.code:
        secret = found.code == "R_PII" or column.type == "hashed"
        shown = "" if secret else shown_value(text_of(cell))
        number = body.records[place].number
        body.faults[place].append(RowFault(number, column.name, found.code, shown))
    for code in found.warnings:
        body.warn(code, column.name, place)


def _read_extras(body: Body, source: Source) -> None:
    """Personal data refuses a row also where the contract has no column for it."""
    used = set(source.header.positions.values())
    widest = max((len(record.cells) for record in body.records), default=0)
    unused = [at for at in range(widest) if at not in used]
    clean: dict[Cell, bool] = {}
    for place, record in enumerate(body.records if unused else ()):
        for at in unused:
            cell = record.cells[at] if at < len(record.cells) else ""
            if blank(cell):
                continue
            if cell not in clean:
                clean[cell] = not personal_cell(cell)
            if not clean[cell]:
                header = source.header.names[at] if at < len(source.header.names) else ""
                body.refuse(place, header, "R_PII")


def _check_reversals(body: Body, definition: TableDefinition) -> None:
    """Negative money is a reversal that says so."""
    remarks = body.columns.get("remark")
    for column in definition.columns:
        if column.type != "money" or column.minimum is not None:
            continue
        values = body.columns[column.name]
        if min((value for value in values if isinstance(value, int)), default=0) >= 0:
            continue
        for place, value in enumerate(values):
            if isinstance(value, int) and value < 0:
                remark = str((remarks[place] if remarks else None) or "")
                if not any(word in remark for word in _REVERSAL):
                    number = body.records[place].number
                    shown = f"{value / 100:.2f}"
                    body.faults[place].append(RowFault(number, column.name, "R_NEGATIVE", shown))


def _check_units(body: Body, definition: TableDefinition, known: Known) -> None:
    """The unit that a row states is the unit of its driver."""
    for column in definition.columns:
        if column.type != "unit_of":
            continue
        coded = next(
            one.name
            for one in definition.columns
            if one.type == "code" and one.master == column.master
        )
        for place, stated in enumerate(body.columns[column.name]):
            code = body.columns[coded][place]
            unit = known.units.get(str(code)) if code is not None else None
            if stated is not None and unit is not None and plain(unit) != stated:
                number = body.records[place].number
                shown = shown_value(str(stated))
                body.faults[place].append(RowFault(number, column.name, "R_UNIT", shown))


def _complete(body: Body, definition: TableDefinition) -> None:
    """Fill optional columns in, where blank has a meaning of its own."""
    for (table, name), default in _DEFAULTS.items():
        if table == definition.table and name in body.columns:
            values = body.columns[name]
            body.columns[name] = [default if value is None else value for value in values]
    for (table, name), other in _SAME_AS.items():
        if table == definition.table and name in body.columns:
            pairs = zip(body.columns[name], body.columns[other], strict=True)
            body.columns[name] = [same if value is None else value for value, same in pairs]


def _derive_months(body: Body, definition: TableDefinition) -> None:
    """The months (YYYYMM, of Shanghai) in which dates and times lie; None where none is stated."""
    for name, source in definition.months.items():
        is_date = definition.column(source).type == "date"
        body.columns[name] = [
            None
            if not isinstance(value, int)
            else value // 100
            if is_date
            else _month_of_second(value)
            for value in body.columns[source]
        ]


def _month_of_second(second: int) -> int:
    return _month_of_hour(second // 3600)


@lru_cache(100_000)
def _month_of_hour(hour: int) -> int:
    day = dt.datetime.fromtimestamp(hour * 3600, LOCAL)
    return day.year * 100 + day.month


def is_written(cell: Cell) -> bool:
    """Whether a total's cell states something."""
    return bool(written(text_of(cell)))
