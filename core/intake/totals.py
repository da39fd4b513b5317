"""Totals in the file against its rows, and the file's total against last month's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from core.intake.body import Body
from core.intake.cells import CellRead, Known, Reader, column_reader
from core.intake.definitions import Column, TableDefinition
from core.intake.faults import Notice
from core.intake.header import Header
from core.intake.read import Record

_NAMED_ROWS = 20
_PARSED = ("R_MISSING", "R_NEGATIVE", "R_RANGE", "R_DUP_KEY", "R_DUP_CONFLICT")
# About 10,000: 万元 in a column of 元, with room for a real change between months.
_SCALE = (Decimal(3_000), Decimal(30_000))


def in_unit(value: object, column: Column) -> Decimal:
    """A stored value in the column's unit: money is stored in 分 and spoken of in 元."""
    number = Decimal(str(value))
    return number / 100 if column.type == "money" else number


def control_total(
    body: Body, definition: TableDefinition, places: Sequence[int]
) -> tuple[str, Decimal] | None:
    """The control column and its sum over the rows at `places`, money in 元; None without one."""
    if not definition.control:
        return None
    column = definition.column(definition.control)
    values = body.columns[column.name]
    stated = [value for place in places if isinstance(value := values[place], int | Decimal)]
    return column.name, in_unit(sum(stated), column)


class TotalsCheck:
    """The totals of one file, each compared with the rows that it may mean."""

    def __init__(self, body: Body, definition: TableDefinition, header: Header) -> None:
        self._body = body
        self._accepted = set(body.accepted())
        self._columns = [
            (column, at)
            for column in definition.columns
            if column.numeric and (at := header.positions.get(column.name)) is not None
        ]
        known = Known({}, {}, 0)
        optional = [column.model_copy(update=_UNBOUND) for column, _ in self._columns]
        self._readers: list[Reader] = [column_reader(column, known) for column in optional]
        self._numbers = [record.number for record in body.records]

    def notices(self, totals: Sequence[tuple[Record, bool]]) -> list[Notice]:
        """W_TOTAL_ROW for the rows left out, W_TOTAL_MISMATCH for the first that disagrees."""
        if not totals:
            return []
        rows = tuple(record.number for record, _ in totals[:_NAMED_ROWS])
        found = [Notice("W_TOTAL_ROW", {"rows": rows, "count": len(totals)})]
        before = 0
        last_subtotal = 0
        for record, is_subtotal in totals:
            since = [last_subtotal if is_subtotal else before, before, 0]
            mismatch = self._mismatch(record, since)
            if mismatch:
                found.append(mismatch)
                break
            before = record.number
            last_subtotal = record.number if is_subtotal else last_subtotal
        return found

    def _mismatch(self, record: Record, since: Sequence[int]) -> Notice | None:
        """None when one reading of the total agrees in every column that can be compared.

        Readings: all rows; the rows above it; the rows above it since an earlier total.
        """
        everywhere = range(len(self._numbers))
        above = [place for place in everywhere if self._numbers[place] < record.number]
        readings = [list(everywhere), above]
        readings += [
            [place for place in above if self._numbers[place] > start] for start in set(since)
        ]
        first: Notice | None = None
        for reading in readings:
            for places in (reading, [place for place in reading if place in self._accepted]):
                difference = self._difference(record, places)
                if difference is None:
                    return None
                first = first or difference
        return first

    def _difference(self, record: Record, places: Sequence[int]) -> Notice | None:
        for (column, at), read in zip(self._columns, self._readers, strict=True):
            stated: CellRead = read(record.cells[at]) if at < len(record.cells) else CellRead(None)
            if stated.code or stated.value is None:
                continue
            total = self._sum(column, places)
            if total is not None and total != in_unit(stated.value, column):
                fields = {
                    "row": record.number,
                    "column": column.name,
                    "stated": f"{in_unit(stated.value, column):,f}",
                    "found": f"{total:,f}",
                }
                return Notice("W_TOTAL_MISMATCH", fields)
        return None

    def _sum(self, column: Column, places: Sequence[int]) -> Decimal | None:
        """None when a row of the column could not be read."""
        total = 0
        values = self._body.columns[column.name]
        for place in places:
            faults = self._body.faults.get(place, ())
            if any(
                fault.code not in _PARSED
                and not fault.because
                and fault.column in ("", column.name)
                for fault in faults
            ):
                return None
            value = values[place]
            if isinstance(value, int | Decimal):
                total += value
        return in_unit(total, column)


_UNBOUND = {"required": False, "minimum": None, "maximum": None}


def scale_notice(
    body: Body,
    definition: TableDefinition,
    places: Sequence[int],
    last: tuple[int, str, Decimal] | None,
) -> Notice | None:
    """W_UNIT_SCALE when a month's total is about 10,000 times off the last month's."""
    if last is None or last[1] != definition.control or not last[2]:
        return None
    by_month: dict[object, list[int]] = defaultdict(list)
    months = body.columns.get("month", [0] * len(body.records))
    for place in places:
        by_month[months[place]].append(place)
    for month in sorted(by_month, key=str):
        counted = control_total(body, definition, by_month[month])
        total = counted[1] if counted else 0
        if not total:
            continue
        ratio = abs(total / last[2])
        if any(_SCALE[0] <= one <= _SCALE[1] for one in (ratio, 1 / ratio)):
            fields = {
                "column": definition.control,
                "found": f"{total:,f}",
                "last": f"{last[2]:,f}",
            }
            return Notice("W_UNIT_SCALE", fields)
    return None
