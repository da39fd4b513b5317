"""A hospital's file -> typed rows, and every reason why a row or the file is refused."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from core.errors import DataError
from core.intake import mapping as mappings
from core.intake.body import Body, Source, read_body
from core.intake.cells import Known
from core.intake.definitions import Limits, TableDefinition
from core.intake.faults import Notice, RowFault, shown_value
from core.intake.frame import empty_rows, typed_rows
from core.intake.gate import gate
from core.intake.hashing import MASK
from core.intake.header import Header, Sought, find_header, fingerprint
from core.intake.keys import add_up, refuse_duplicates, refuse_fellows
from core.intake.personal import masked
from core.intake.read import Sheet, Workbook, blank, read, text_of
from core.intake.rows import Sorted, fill_merged, sort_records
from core.intake.spelling import forbidden_character, plain
from core.intake.totals import TotalsCheck, control_total, scale_notice
from core.months import month_of

Verdict = Literal["accept", "partial", "reject", "hold"]
Progress = Callable[[float, str], None]
"""Called with a share 0-1 and the id of a text: intake.step.*"""

_HOLDING = ("W_TOTAL_MISMATCH", "W_UNIT_SCALE", "W_MULTI_SHEET")
_LONGEST_NAME = 80
NAMED_ROWS = 20


@dataclass(frozen=True)
class Masters:
    """What the hospital knows before the file comes.

    more: codes and names of the other masters, by master. shares: quality items whose numerator
    is part of the denominator. last_totals: by table, month and control total (money in 元) of the
    newest month stored. known_files: SHA-256 of the files that were stored. secret: the key of
    hashed columns; a table that has one cannot be checked without.
    """

    departments: Mapping[str, str] = field(default_factory=dict)
    elements: Mapping[str, str] = field(default_factory=dict)
    drivers: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    last_totals: Mapping[str, tuple[int, str, Decimal]] = field(default_factory=dict)
    known_files: frozenset[str] = frozenset()
    more: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    shares: frozenset[str] = frozenset()
    secret: bytes = field(default=b"", repr=False)

    def codes(self, master: str) -> Mapping[str, str]:
        """Codes and names of a master."""
        if master == "drivers":
            return {code: name for code, (name, _) in self.drivers.items()}
        own = {"departments": self.departments, "elements": self.elements}
        return own.get(master, self.more.get(master, {}))


@dataclass(frozen=True)
class CheckRequest:
    """Against what a file is checked. sheet: the one that a person chose among several.

    limits: of the whole file, where it holds other tables beside this one.
    """

    definition: TableDefinition
    definitions: Mapping[str, TableDefinition]
    masters: Masters
    as_of: dt.date
    mapping: mappings.Mapping | None = None
    sheet: str | None = None
    progress: Progress | None = None
    limits: Limits | None = None

    def step(self, share: float, name: str) -> None:
        """Tell whoever waits how far it is."""
        if self.progress:
            self.progress(share, f"intake.step.{name}")


@dataclass(frozen=True)
class Checked:
    """What a file holds. `name` is for display, never a path.

    rows: accepted rows, columns of the contract and `_row` (record number); months are YYYYMM
    (0: an optional month is blank), money is in 分, missing numbers are NA, missing text is "".
    rejected: every fault, rows in the file's order. rejected_cells: their original cells by
    record number, personal data and numbers that are hashed blotted out. unlisted: refused rows
    beyond those. accepted_rows counts source rows. months: those that the rows are kept under.
    """

    definition: TableDefinition
    name: str
    sha256: str
    verdict: Verdict
    file_faults: tuple[Notice, ...]
    warnings: tuple[Notice, ...]
    rows: pd.DataFrame
    rejected: tuple[RowFault, ...] = ()
    rejected_cells: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    accepted_rows: int = 0
    control_total: tuple[str, Decimal] | None = None
    new_departments: tuple[str, ...] = ()
    sheets: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    fingerprint: str = ""
    months: tuple[int, ...] = ()
    unlisted: int = 0

    @property
    def table(self) -> str:
        """The code of the table."""
        return self.definition.table

    @property
    def rejected_rows(self) -> tuple[int, ...]:
        """Record numbers of the refused rows that are listed."""
        return tuple(sorted(self.rejected_cells))

    @property
    def refused(self) -> int:
        """How many rows are refused."""
        return len(self.rejected_cells) + self.unlisted


def check(path: Path, name: str, request: CheckRequest) -> Checked:
    """Read a file against one table. Nothing is stored and nothing is raised for a bad file."""
    from core.intake.bulk.check import check_in_chunks, is_bulky

    definition = request.definition
    shown = display_name(name)
    if is_bulky(path, shown, request):
        return check_in_chunks(path, shown, request)
    nothing = Checked(definition, shown, "", "reject", (), (), empty_rows(definition))
    try:
        request.step(0.05, "gate")
        limits = request.limits or definition.limits
        kind = gate(path, shown, limits)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        nothing = replace(nothing, sha256=digest)
        if digest in request.masters.known_files:
            raise DataError("F_DUP_FILE")
        request.step(0.15, "read")
        workbook = read(path, kind, limits)
    except DataError as error:
        return replace(nothing, file_faults=(Notice(error.code, error.fields),))
    request.step(0.5, "header")
    return check_workbook(workbook, nothing, request)


def display_name(name: str) -> str:
    """The name of an uploaded file as it may be shown: no folders, no personal data."""
    base = re.split(r"[/\\]", name)[-1]
    legible = "".join(
        character for character in base if not forbidden_character(character, line_breaks=False)
    )
    legible = masked(plain(legible)) or "-"
    if len(legible) > _LONGEST_NAME:
        stem, dot, ending = legible.rpartition(".")
        ending = dot + ending if len(ending) <= 8 else ""
        legible = (stem or legible)[: _LONGEST_NAME - len(ending) - 1] + "…" + ending
    return legible


@dataclass(frozen=True)
class _Fitting:
    """A visible sheet, its header and what is under it."""

    sheet: Sheet
    header: Header
    sorted: Sorted


def check_workbook(workbook: Workbook, nothing: Checked, request: CheckRequest) -> Checked:
    visible = [sheet for sheet in workbook.sheets if sheet.visible]
    hidden = tuple(shown_value(sheet.name) for sheet in workbook.sheets if not sheet.visible)
    warnings = [Notice("W_HIDDEN_SHEET", {"sheets": hidden})] if hidden else []
    nothing = replace(nothing, sheets=tuple(shown_value(sheet.name) for sheet in visible))
    if request.sheet is not None:
        visible = [
            sheet for sheet in visible if request.sheet in (sheet.name, shown_value(sheet.name))
        ]
    found = [_look_at(sheet, request) for sheet in visible if sheet.records]
    fitting = [one for one in found if one.header.fits and one.sorted.data]
    if not fitting:
        best = max(found, key=lambda one: len(one.header.positions), default=None)
        faults = (best.header.faults if best else ()) or (Notice("F_EMPTY"),)
        seen = with_header(nothing, best.header) if best else nothing
        return replace(seen, file_faults=faults, warnings=tuple(warnings))
    chosen = fitting[0]
    if len(fitting) > 1:
        names = tuple(shown_value(one.sheet.name) for one in fitting)
        warnings.append(Notice("W_MULTI_SHEET", {"sheets": names}))
    seen = replace(with_header(nothing, chosen.header), warnings=tuple(warnings))
    limit = request.definition.limits.max_rows
    count = len(chosen.sorted.data)
    if count > limit:
        return replace(
            seen, file_faults=(Notice("F_TOO_MANY_ROWS", {"rows": count, "limit": limit}),)
        )
    request.step(0.6, "rows")
    return _check_rows(chosen, seen, workbook, request)


def sought_of(request: CheckRequest) -> Sought:
    """What the header of the file is compared with."""
    mapping = request.mapping
    return Sought(
        request.definition,
        tuple(one for one in request.definitions.values() if one.table != request.definition.table),
        dict(mapping.columns) if mapping else {},
        mapping.given if mapping else frozenset(),
    )


def _look_at(sheet: Sheet, request: CheckRequest) -> _Fitting:
    header = find_header(sheet, sought_of(request))
    if not header.fits:
        return _Fitting(sheet, header, Sorted((), ()))
    fill_merged(sheet, header, request.definition)
    return _Fitting(sheet, header, sort_records(sheet, header, request.definition))


def with_header(checked: Checked, header: Header) -> Checked:
    """What is known once the header is found."""
    return replace(checked, headers=header.names, fingerprint=fingerprint(header.texts))


def _check_rows(
    chosen: _Fitting, nothing: Checked, workbook: Workbook, request: CheckRequest
) -> Checked:
    mapping = request.mapping
    source = source_of(chosen.header, request, workbook.kind == "csv")
    definition = source.definition
    body = read_body(chosen.sorted.data, source, known_of(request))
    if mapping and mapping.aggregate == "sum":
        refuse_fellows(body, definition)
    else:
        refuse_duplicates(body, definition)
    request.step(0.85, "totals")
    accepted = body.accepted()
    last = request.masters.last_totals.get(definition.table)
    scale = scale_notice(body, definition, accepted, last)
    warnings = [
        *nothing.warnings,
        *extra_columns(chosen.header),
        *_cell_warnings(body),
        *TotalsCheck(body, definition, chosen.header).notices(chosen.sorted.totals),
        *([scale] if scale else []),
    ]
    checked = replace(
        nothing,
        warnings=tuple(warnings),
        rejected=tuple(fault for place in sorted(body.faults) for fault in body.faults[place]),
        rejected_cells=rejected_cells(body, source),
        accepted_rows=len(accepted),
        control_total=control_total(body, definition, accepted),
        file_faults=() if accepted else (Notice("F_NO_VALID_ROWS"),),
    )
    request.step(0.95, "preview")
    return _with_rows(checked, body, accepted, request)


def source_of(header: Header, request: CheckRequest, is_csv: bool) -> Source:
    """Where the cells of each column come from, in this file."""
    mapping = request.mapping
    return Source(
        _controlled(request.definition, mapping),
        header,
        mapping.constants if mapping else {},
        frozenset(mapping.absent) if mapping else frozenset(),
        is_csv,
    )


def _controlled(definition: TableDefinition, mapping: mappings.Mapping | None) -> TableDefinition:
    """The definition with a control column that this source reports: its own, or the next."""
    if mapping is None or definition.control not in mapping.absent:
        return definition
    told = [c.name for c in definition.columns if c.numeric and c.name not in mapping.absent]
    return definition.model_copy(update={"control": told[0]}) if told else definition


def _with_rows(checked: Checked, body: Body, accepted: list[int], request: CheckRequest) -> Checked:
    definition, mapping = request.definition, request.mapping
    if mapping and mapping.aggregate == "sum":
        places, values = add_up(body, definition)
    else:
        places, values = accepted, body.at(accepted)
    numbers = [body.records[place].number for place in places]
    return with_frame(checked, typed_rows(values, numbers, definition), request)


def with_frame(checked: Checked, frame: pd.DataFrame, request: CheckRequest) -> Checked:
    """The accepted rows, their months, the departments that they bring, and the verdict."""
    months = sorted(set(frame["month"])) if "month" in frame else []
    return replace(
        checked,
        rows=frame,
        verdict=_verdict(checked),
        months=tuple(int(month) for month in months),
        new_departments=_new_departments(frame, request),
    )


def known_of(request: CheckRequest) -> Known:
    """What the cells are judged by."""
    masters = request.masters
    return Known(
        masters={name: masters.codes(name) for name in request.definition.masters},
        units={code: unit for code, (_, unit) in masters.drivers.items()},
        last_month=month_of(request.as_of),
        last_day=int(f"{request.as_of:%Y%m%d}"),
        new_departments=bool(request.mapping and request.mapping.create_departments),
        shares=masters.shares,
        secret=masters.secret,
    )


def _verdict(checked: Checked) -> Verdict:
    if checked.file_faults:
        return "reject"
    if any(warning.code in _HOLDING for warning in checked.warnings):
        return "hold"
    return "partial" if checked.rejected else "accept"


def extra_columns(header: Header) -> Iterable[Notice]:
    """W_EXTRA_COLUMN where the file has columns of its own."""
    names = tuple(header.names[at] for at in header.extras)
    return [Notice("W_EXTRA_COLUMN", {"columns": names})] if names else []


def _cell_warnings(body: Body) -> Iterable[Notice]:
    for code, columns in sorted(body.warned.items()):
        rows = sorted({row for numbers in columns.values() for row in numbers})
        fields = {"columns": tuple(columns), "rows": tuple(rows[:NAMED_ROWS]), "count": len(rows)}
        yield Notice(code, fields)


def rejected_cells(body: Body, source: Source) -> dict[int, tuple[str, ...]]:
    """The refused rows' own cells, as they may be shown."""
    hidden = {source.header.positions.get(name) for name in source.definition.hashed}
    found = {}
    for place in sorted(body.faults):
        faults, record = body.faults[place], body.records[place]
        if not faults:
            continue
        # In a record of another length the number may stand anywhere.
        everywhere = bool(hidden) and any(fault.code == "R_COLUMN_COUNT" for fault in faults)
        found[record.number] = tuple(
            MASK if (everywhere or at in hidden) and not blank(cell) else masked(text_of(cell))
            for at, cell in enumerate(record.cells)
        )
    return found


def _new_departments(frame: pd.DataFrame, request: CheckRequest) -> tuple[str, ...]:
    columns = [
        column.name for column in request.definition.columns if column.master == "departments"
    ]
    codes = {str(code) for name in columns for code in frame[name].unique()}
    return tuple(sorted(codes - set(request.masters.departments) - {""}))


def to_json(checked: Checked) -> dict[str, Any]:
    """The verdict as plain data: one entry a refused row, its first fault, the rest as others."""
    rows: dict[int, dict[str, Any]] = {}
    for fault in checked.rejected:
        entry = {"row": fault.row, "column": fault.column, "code": fault.code}
        if fault.row in rows:
            others = rows[fault.row].setdefault("others", [])
            others.append({"column": fault.column, "code": fault.code})
        else:
            rows[fault.row] = entry
    total = checked.control_total
    return {
        "verdict": checked.verdict,
        "accepted_rows": checked.accepted_rows,
        "rejected_rows": list(rows.values()),
        "file_codes": [notice.code for notice in checked.file_faults],
        "warnings": [notice.code for notice in checked.warnings],
        "control_total": {"column": total[0], "value": float(total[1])} if total else None,
        **({"unlisted_rows": checked.unlisted} if checked.unlisted else {}),
    }
