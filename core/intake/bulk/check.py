"""The check of `core.intake.check`, for a CSV that is too long to be held as cells.

Every record passes through the ordinary header, record and cell rules, a chunk at a time; what is
kept of a chunk are its typed rows (about 170 bytes a row of visits), the first refused rows, and
sums. Duplicates are sought when all chunks are in.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path

import pandas as pd

from core.errors import DataError
from core.intake.body import Body, Source, read_body
from core.intake.bulk.condensed import Condensed
from core.intake.bulk.repeats import faults, repeats
from core.intake.bulk.stream import CsvFile, chunks, digest_of, lines_of, recognise, these
from core.intake.check import (
    NAMED_ROWS,
    Checked,
    CheckRequest,
    check_workbook,
    extra_columns,
    known_of,
    rejected_cells,
    sought_of,
    source_of,
    with_frame,
    with_header,
)
from core.intake.faults import Notice, RowFault
from core.intake.frame import empty_rows, typed_rows
from core.intake.gate import column_bound, gate, row_bound
from core.intake.header import Header, find_header
from core.intake.read import Record, Sheet, Workbook
from core.intake.rows import sort_records
from core.intake.totals import TotalsCheck, control_total, scale_notice

CHUNK = 25_000
BULKY_ROWS = 100_000
LISTED = 10_000
"""So many refused rows are kept with their cells; the others are counted."""
_LARGE_TABLE = 200_000
_HEAD = 1 << 16


def is_bulky(path: Path, name: str, request: CheckRequest) -> bool:
    """Whether the file is a CSV of over 100,000 lines, of a table that runs to so many.

    Rows that are added up are left to the ordinary check: it must hold them together.
    """
    limits = request.limits or request.definition.limits
    summed = request.mapping is not None and request.mapping.aggregate == "sum"
    if limits.max_rows <= _LARGE_TABLE or summed or path.stat().st_size > limits.max_bytes:
        return False
    try:
        with path.open("rb") as file:
            is_csv = gate(file.read(_HEAD), name, limits) == "csv"
    except DataError:
        return False
    return is_csv and lines_of(path) > BULKY_ROWS


def check_in_chunks(path: Path, shown: str, request: CheckRequest, size: int = CHUNK) -> Checked:
    """What `check` says of the file; nothing is stored and nothing is raised for a bad file."""
    definition = request.definition
    nothing = Checked(definition, shown, "", "reject", (), (), empty_rows(definition))
    try:
        request.step(0.05, "gate")
        nothing = replace(nothing, sha256=digest_of(path), sheets=("",))
        if nothing.sha256 in request.masters.known_files:
            raise DataError("F_DUP_FILE")
        request.step(0.1, "read")
        return _check_file(recognise(path), nothing, request, size)
    except DataError as error:
        return replace(nothing, sheets=(), file_faults=(Notice(error.code, error.fields),))


@dataclass
class _Seen:
    """What is kept of the chunks."""

    condensed: Condensed
    rows: list[pd.DataFrame] = field(default_factory=list)
    faults: list[RowFault] = field(default_factory=list)
    cells: dict[int, tuple[str, ...]] = field(default_factory=dict)
    data: int = 0
    refused: int = 0
    warned: dict[str, tuple[set[str], list[int], int]] = field(default_factory=dict)
    """By code: columns, the first rows, how many rows."""


def _check_file(file: CsvFile, nothing: Checked, request: CheckRequest, size: int) -> Checked:
    limits = request.limits or request.definition.limits
    parts = chunks(file, column_bound(limits), size)
    head = next(parts, [])
    sheet = Sheet("", True, tuple(head))
    header = find_header(sheet, sought_of(request))
    if not header.fits:
        return check_workbook(Workbook("csv", (sheet,), file.encoding), nothing, request)
    source = source_of(header, request, is_csv=True)
    seen = _Seen(Condensed(source.definition))
    read = header.first
    for number, part in enumerate(_under(header, head, parts)):
        read += len(part) - header.first
        if read > row_bound(limits):
            raise DataError("F_TOO_MANY_ROWS", limit=limits.max_rows)
        _take(seen, part, source, request)
        done = min(1.0, (number + 1) * size / max(1, file.lines))
        request.step(0.1 + 0.75 * done, "rows")
    checked = with_header(nothing, header)
    limit = request.definition.limits.max_rows
    if seen.data > limit:
        fields = {"rows": seen.data, "limit": limit}
        return replace(checked, file_faults=(Notice("F_TOO_MANY_ROWS", fields),))
    if not seen.data:
        return replace(checked, file_faults=(Notice("F_EMPTY"),))
    return _judge(seen, file, checked, (source, request))


def _under(
    header: Header, head: list[Record], parts: Iterator[list[Record]]
) -> Iterator[list[Record]]:
    """Each chunk below what stands above the header's end, as if it were a sheet of its own."""
    above = head[: header.first]
    for part in chain([head[header.first :]], parts):
        yield [*above, *part]


def _take(seen: _Seen, part: list[Record], source: Source, request: CheckRequest) -> None:
    """Read one chunk."""
    definition = source.definition
    found = sort_records(Sheet("", True, tuple(part)), source.header, definition)
    seen.data += len(found.data)
    if seen.data > request.definition.limits.max_rows:
        return
    body = read_body(found.data, source, known_of(request))
    accepted = body.accepted()
    numbers = [body.records[place].number for place in accepted]
    seen.rows.append(typed_rows(body.at(accepted), numbers, request.definition))
    seen.condensed.add(body, found.totals)
    seen.refused += len(body.records) - len(accepted)
    _list_refused(seen, body, source)
    for code, columns in body.warned.items():
        names, rows, count = seen.warned.get(code, (set(), [], 0))
        fresh = {row for numbers in columns.values() for row in numbers}
        first = [*rows, *sorted(fresh)[:NAMED_ROWS]][:NAMED_ROWS]
        seen.warned[code] = (names | set(columns), first, count + len(fresh))


def _list_refused(seen: _Seen, body: Body, source: Source) -> None:
    """Keep the first refused rows with their cells."""
    refused = [place for place in sorted(body.faults) if body.faults[place]]
    listed = refused[: LISTED - len(seen.cells)]
    if listed:
        some = Body(body.records, {}, {place: body.faults[place] for place in listed})
        seen.cells.update(rejected_cells(some, source))
        seen.faults += [fault for place in listed for fault in body.faults[place]]


def _judge(
    seen: _Seen, file: CsvFile, nothing: Checked, by: tuple[Source, CheckRequest]
) -> Checked:
    """What can only be said of all rows together: duplicates, totals, the verdict."""
    source, request = by
    definition = source.definition
    rows = pd.concat(seen.rows, ignore_index=True)
    seen.rows.clear()
    rows = _without_repeats(seen, rows, file, by)
    request.step(0.95, "totals")
    body, accepted = seen.condensed.body()
    scale = scale_notice(
        body, definition, accepted, request.masters.last_totals.get(definition.table)
    )
    warnings = [
        *nothing.warnings,
        *extra_columns(source.header),
        *_cell_warnings(seen, definition.names),
        *TotalsCheck(body, definition, source.header).notices(seen.condensed.totals),
        *([scale] if scale else []),
    ]
    checked = replace(
        nothing,
        warnings=tuple(warnings),
        rejected=tuple(seen.faults),
        rejected_cells=seen.cells,
        unlisted=seen.refused - len(seen.cells),
        accepted_rows=len(rows),
        control_total=control_total(body, definition, accepted),
        file_faults=() if len(rows) else (Notice("F_NO_VALID_ROWS"),),
    )
    return with_frame(checked, rows, request)


def _without_repeats(
    seen: _Seen, rows: pd.DataFrame, file: CsvFile, by: tuple[Source, CheckRequest]
) -> pd.DataFrame:
    """The rows that are kept; the others join the refused ones."""
    source, request = by
    found = repeats(rows, source.definition)
    if not len(found.places):
        return rows
    seen.condensed.refuse(rows.iloc[found.places])
    seen.refused += len(found.places)
    fresh = {fault.row: fault for fault in faults(rows, found, source.definition, LISTED)}
    numbers = sorted({*seen.cells, *fresh})[:LISTED]
    fresh = {number: fresh[number] for number in numbers if number in fresh}
    records = these(file, column_bound(request.definition.limits), fresh)
    own = {place: [fresh[record.number]] for place, record in enumerate(records)}
    cells = seen.cells | rejected_cells(Body(records, {}, own), source)
    seen.cells = {number: cells[number] for number in numbers}
    listed = [fault for fault in seen.faults if fault.row in seen.cells]
    seen.faults = sorted([*listed, *fresh.values()], key=lambda fault: fault.row)
    return rows.drop(index=rows.index[found.places]).reset_index(drop=True)


def _cell_warnings(seen: _Seen, order: tuple[str, ...]) -> Iterator[Notice]:
    for code, (columns, rows, count) in sorted(seen.warned.items()):
        names = tuple(name for name in order if name in columns)
        yield Notice(code, {"columns": names, "rows": tuple(rows), "count": count})
