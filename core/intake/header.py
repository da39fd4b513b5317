"""Where the header of a sheet is, and which cell of it is which column of the contract."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from core.intake.definitions import TableDefinition
from core.intake.faults import Notice, shown_value
from core.intake.headwords import Headwords, Match
from core.intake.personal import personal_header
from core.intake.read import Cell, Record, Sheet, blank, text_of
from core.intake.spelling import label

_SEARCHED = 20
_LONGEST = 200
# Another table must fit by so many columns more before a complete file is sent there.
_CLEARLY = 3


@dataclass(frozen=True)
class Sought:
    """The table looked for, what a mapping says of it, and the other tables."""

    definition: TableDefinition
    others: tuple[TableDefinition, ...] = ()
    renamed: dict[str, str] = field(default_factory=dict)
    given: frozenset[str] = frozenset()
    """Columns that need not be in the file: constants, and columns stated as absent."""


@dataclass(frozen=True)
class Header:
    """A header that was found: `first` is the place of the first record after it."""

    first: int
    levels: int
    texts: tuple[str, ...]
    positions: Mapping[str, int]
    extras: tuple[int, ...]
    faults: tuple[Notice, ...] = ()

    @property
    def fits(self) -> bool:
        """Whether every column that must be there is there, once, in its unit."""
        return not self.faults

    @property
    def width(self) -> int:
        """Cells up to the last one that has a header."""
        return max((at + 1 for at, text in enumerate(self.texts) if text), default=0)

    @property
    def names(self) -> tuple[str, ...]:
        """The headers as they may be shown."""
        return tuple(shown_value(text) for text in self.texts)


@dataclass(frozen=True)
class _Candidate:
    place: int
    levels: int
    texts: tuple[str, ...]
    matches: Mapping[int, Match]

    @property
    def columns(self) -> set[str]:
        return {name for match in self.matches.values() for name in match.columns}

    @property
    def rank(self) -> tuple[int, int, int]:
        return len(self.columns), -self.levels, -self.place


def find_header(sheet: Sheet, sought: Sought) -> Header:
    """The header among the first 20 records; its faults say why the sheet does not fit."""
    if not sheet.records:
        return Header(0, 1, (), {}, (), (Notice("F_EMPTY"),))
    records = sheet.records[:_SEARCHED]
    widest = max(sum(not blank(cell) for cell in record.cells) for record in records)
    limit = sought.definition.limits.max_columns
    if widest > limit:
        return Header(
            *(0, 1, (), {}, ()),
            (Notice("F_TOO_MANY_COLUMNS", {"columns": (widest,), "limit": limit}),),
        )
    words = Headwords(sought.definition, sought.renamed)
    best = _best(sheet, words)
    positions, doubled = _positions(best, sought.definition)
    faults = [
        *_personal(best, {positions.get(name) for name in sought.definition.hashed}),
        *_doubled(doubled),
        *_missing(sheet, sought, best),
        *_units(sheet, best, words),
    ]
    used = set(positions.values())
    extras = tuple(at for at, text in enumerate(best.texts) if label(text) and at not in used)
    first = best.place + best.levels
    return Header(first, best.levels, best.texts, positions, extras, tuple(faults))


def fingerprint(headers: Iterable[str]) -> str:
    """What tells one shape of file from another: its headers, in whatever order."""
    words = sorted({label(text) for text in headers} - {""})
    return hashlib.sha256("\x1f".join(words).encode()).hexdigest()[:16]


def _head(cell: Cell) -> str:
    """The beginning of a cell: a header is short, a hostile cell may hold megabytes."""
    return text_of(cell)[:_LONGEST]


def _best(sheet: Sheet, words: Headwords) -> _Candidate:
    records = sheet.records[:_SEARCHED]
    candidates = []
    for place, record in enumerate(records):
        single = [(_head(cell),) for cell in record.cells]
        candidates.append(_candidate(place, 1, single, words))
        if place + 1 < len(records):
            double = _two_levels(sheet, place)
            candidates.append(_candidate(place, 2, double, words))
    best = max(candidates, key=lambda candidate: candidate.rank)
    if best.columns:
        return best
    # Nothing is known: the first record with several cells is what a person would call the header.
    return next(
        (one for one in candidates if one.levels == 1 and sum(map(bool, one.texts)) > 1),
        candidates[0],
    )


def _candidate(
    place: int, levels: int, spellings: Sequence[Sequence[str]], words: Headwords
) -> _Candidate:
    matches = {}
    texts = []
    for at, spelled in enumerate(spellings):
        found = next(((text, match) for text in spelled if (match := words.match(text))), None)
        if found:
            matches[at] = found[1]
        texts.append(
            " ".join((found[0] if found else next(filter(str.strip, spelled), "")).split())
        )
    return _Candidate(place, levels, tuple(texts), matches)


def _two_levels(sheet: Sheet, place: int) -> list[tuple[str, ...]]:
    """Spellings of each column under a two-level header: both together, bottom, own top."""
    top, bottom = sheet.records[place], sheet.records[place + 1]
    spread = _spread_tops(sheet, top, bottom)
    width = max(len(top.cells), len(bottom.cells))
    found = []
    for at in range(width):
        own = _head(top.cells[at]) if at < len(top.cells) else ""
        under = _head(bottom.cells[at]) if at < len(bottom.cells) else ""
        above = own or spread.get(at, "")
        found.append((above + under, under, own) if under.strip() else (own,))
    return found


def _spread_tops(sheet: Sheet, top: Record, bottom: Record) -> dict[int, str]:
    """A merged top cell speaks for every column beneath it; in a CSV, up to the next one."""
    spread: dict[int, str] = {}
    merged = [area for area in sheet.merged if area[0][0] == top.number - 1 == area[1][0]]
    for (_, left), (_, right) in merged:
        for at in range(left, min(right, len(bottom.cells)) + 1):
            spread[at] = _head(top.cells[left]) if left < len(top.cells) else ""
    last = ""
    for at in range(len(bottom.cells)):
        own = _head(top.cells[at]) if at < len(top.cells) else ""
        last = own if own.strip() else last
        if at not in spread and not sheet.merged:
            spread[at] = last
    return spread


def _positions(
    best: _Candidate, definition: TableDefinition
) -> tuple[dict[str, int], dict[str, list[str]]]:
    """The cell of each column, and the columns that several cells claim."""
    claims: dict[str, list[int]] = {}
    for at, match in best.matches.items():
        for name in match.columns:
            claims.setdefault(name, []).append(at)
    doubled = {}
    for name, places in claims.items():
        exact = [at for at in places if best.matches[at].exact]
        # 开单科室编码 beside 开单科室: the second is the department's name.
        if definition.column(name).type in ("code", "text", "hashed") and len(exact) == 1:
            claims[name] = exact
        elif len(places) > 1:
            doubled[name] = [shown_value(best.texts[at]) for at in places]
    return {name: places[0] for name, places in claims.items()}, doubled


def _personal(best: _Candidate, hashed: set[int | None]) -> list[Notice]:
    found = [
        shown_value(text)
        for at, text in enumerate(best.texts)
        if personal_header(text, hashed=at in hashed)
    ]
    return [Notice("F_PII_COLUMN", {"columns": tuple(found)})] if found else []


def _doubled(doubled: Mapping[str, list[str]]) -> list[Notice]:
    return [
        Notice("F_DUP_COLUMN", {"column": name, "found": tuple(texts)})
        for name, texts in doubled.items()
    ]


def _missing(sheet: Sheet, sought: Sought, best: _Candidate) -> list[Notice]:
    """The required columns that are not there, or the table that the sheet really is."""
    required = _required(sought.definition) - sought.given
    missing = tuple(name for name in sought.definition.names if name in required - best.columns)
    if not sought.renamed:
        lead = 1 if missing else _CLEARLY
        for other in sought.others:
            theirs = _best(sheet, Headwords(other)).columns
            if _required(other) <= theirs and len(theirs) >= len(best.columns) + lead:
                table = (other.title.zh, other.title.en)
                return [Notice("F_WRONG_TABLE", {"found": other.table, "titles": table})]
    return [Notice("F_MISSING_COLUMN", {"columns": missing})] if missing else []


def _required(definition: TableDefinition) -> set[str]:
    return {column.name for column in definition.columns if column.required}


def _units(sheet: Sheet, best: _Candidate, words: Headwords) -> list[Notice]:
    found = [
        Notice("F_UNIT", {"column": match.columns[0], "unit": match.unit})
        for match in best.matches.values()
        if match.unit
    ]
    money = [column for column in words.definition.columns if column.numeric]
    for record in sheet.records[: best.place]:
        for cell in record.cells:
            unit = words.title_conflict(_head(cell))
            if unit and not found:
                column = next((one for one in money if one.type == "money"), money[0])
                found.append(Notice("F_UNIT", {"column": column.name, "unit": unit}))
    return found
