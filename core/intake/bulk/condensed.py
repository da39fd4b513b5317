"""Millions of rows as a few that say the same to whoever adds them up.

Totals of a file and of a month only need sums: the accepted rows between two totals become one
row a month, the refused ones another. `TotalsCheck`, `scale_notice` and `control_total` judge
these rows as they judge the rows of a small file.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pandas as pd

from core.intake.body import Body
from core.intake.definitions import TableDefinition
from core.intake.faults import RowFault
from core.intake.read import Record

_REFUSED = RowFault(0, "", "R_DUP_KEY", because=1)
"""A fault that leaves every number of its row readable."""


@dataclass
class _Sums:
    """A number of the group's rows, a sum by column, and why columns could not be read."""

    record: int
    sums: dict[str, int | Decimal]
    faults: dict[tuple[str, str, bool], RowFault] = field(default_factory=dict)


class Condensed:
    """The rows so far, and the totals between them."""

    def __init__(self, definition: TableDefinition) -> None:
        self._numeric = [column.name for column in definition.columns if column.numeric]
        self._accepted: dict[tuple[int, object], _Sums] = {}
        self._refused: dict[int, _Sums] = {}
        self.totals: list[tuple[Record, bool]] = []

    def add(self, body: Body, totals: Sequence[tuple[Record, bool]]) -> None:
        """The next rows of the file, and the totals among them."""
        start, numbers = 0, [record.number for record in body.records]
        for record, is_subtotal in totals:
            end = bisect_left(numbers, record.number)
            self._add_rows(body, range(start, end))
            self.totals.append((record, is_subtotal))
            start = end
        self._add_rows(body, range(start, len(numbers)))

    def refuse(self, rows: pd.DataFrame) -> None:
        """Take typed rows that were accepted so far back: they repeat or contradict others."""
        ends = [record.number for record, _ in self.totals]
        columns = [name for name in self._numeric if name in rows]
        months = rows["month"].tolist() if "month" in rows else [0] * len(rows)
        values = {name: rows[name].tolist() for name in columns}
        for place, (number, month) in enumerate(zip(rows["_row"].tolist(), months, strict=True)):
            segment = bisect_left(ends, number)
            kept = self._accepted[segment, month]
            lost = self._refused.setdefault(segment, _Sums(number, {}))
            lost.faults.setdefault(("", "R_DUP_KEY", True), _REFUSED)
            for name in columns:
                value = values[name][place]
                if not pd.isna(value):
                    exact = Decimal(str(value)) if isinstance(value, float) else value
                    kept.sums[name] = kept.sums.get(name, 0) - exact
                    lost.sums[name] = lost.sums.get(name, 0) + exact

    def body(self) -> tuple[Body, list[int]]:
        """Rows that add up to the file's, and the places of those that were accepted."""
        groups = [*self._accepted.values(), *self._refused.values()]
        months = [month for _, month in self._accepted] + [None] * len(self._refused)
        body = Body([Record(group.record, []) for group in groups], {"month": months})
        for name in self._numeric:
            body.columns[name] = [group.sums.get(name, 0) for group in groups]
        for place, group in enumerate(groups):
            if group.faults:
                body.faults[place] = list(group.faults.values())
        return body, list(range(len(self._accepted)))

    def _add_rows(self, body: Body, places: range) -> None:
        if not places:
            return
        segment = len(self.totals)
        refused = [place for place in places if body.faults.get(place)]
        for place in refused:
            lost = self._refused.setdefault(segment, _Sums(body.records[place].number, {}))
            self._sum(lost, body, [place])
            for fault in body.faults[place]:
                lost.faults.setdefault((fault.column, fault.code, bool(fault.because)), fault)
        for month, kept in _by_month(body, places, set(refused)).items():
            key = (segment, month or 0)
            group = self._accepted.setdefault(key, _Sums(body.records[kept[0]].number, {}))
            self._sum(group, body, kept)

    def _sum(self, group: _Sums, body: Body, places: Sequence[int]) -> None:
        for name in self._numeric:
            values = body.columns[name]
            chosen = values if len(places) == len(values) else [values[place] for place in places]
            stated: Iterable[Any] = filter(None, chosen)
            group.sums[name] = group.sums.get(name, 0) + sum(stated)


def _by_month(body: Body, places: range, refused: set[int]) -> dict[object, list[int]]:
    """Places of the accepted rows by month; under 0 where the table has no months."""
    kept = [place for place in places if place not in refused]
    months = body.columns.get("month")
    if months is None:
        return {0: kept} if kept else {}
    found: dict[object, list[int]] = {}
    for place in kept:
        found.setdefault(months[place], []).append(place)
    return found
