"""Which records under a header are data, and which are totals, page headers and notes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from core.intake.definitions import TableDefinition
from core.intake.header import Header
from core.intake.headwords import Headwords, unit_word
from core.intake.numbers import number
from core.intake.read import Cell, Record, Sheet, blank, cells_at, text_of
from core.intake.spelling import label

_TOTAL = re.compile(
    r"[(\[]?(?:全院|全部|本院|医院|本页|本月|本表|各科室|科室|累计)?(?:总合计|合计|总计|小计|总和|共计)"
    r"(?:数|金额|行)?[)\]]?[:：]?|(?:grand|sub)?-?total[s]?[:：]?|sum[:：]?"
)
_SUBTOTAL = re.compile(r"小计|本页|sub")
_NOTE = re.compile(
    r"制表|填表|填报|审核|审批|复核|打印|导出|报表|制单|经办|负责人|主管|编制人|统计(?:人|员|时间|日期|口径)"
    r"|(?:备注|注|说明|附注|数据来源|单位)[:：\d]|第?\d+页|第\d+/|共\d+|页码|以下空白|以上数据"
    r"|page\d|printed|preparedby|note[s]?:|source:"
)

_DIGIT = re.compile(r"[0-9]")

_LONGEST = 100


@dataclass(frozen=True)
class Sorted:
    """The records under a header by their kind. Totals carry whether they are subtotals."""

    data: tuple[Record, ...]
    totals: tuple[tuple[Record, bool], ...]


def sort_records(sheet: Sheet, header: Header, definition: TableDefinition) -> Sorted:
    """Data and totals; repeated headers, lines of units and notes are left out."""
    sorter = _Sorter(sheet, header, definition)
    records = sheet.records[header.first :]
    doubtful = sorter.doubtful(records)
    data, totals = [], []
    for place, record in enumerate(records):
        if place not in doubtful:
            data.append(record)
            continue
        total = sorter.total(record)
        if total:
            totals.append((record, bool(_SUBTOTAL.search(total))))
        elif not sorter.passed_over(record):
            data.append(record)
    return Sorted(tuple(data), tuple(totals))


def fill_merged(sheet: Sheet, header: Header, definition: TableDefinition) -> None:
    """Fill in the cells that are merged downwards, in the columns that are no numbers.

    Excel stores the value in the first cell only. A merged number stays in its first row:
    repeating it would add it up several times.
    """
    described = {at for name, at in header.positions.items() if not definition.column(name).numeric}
    by_row = {record.number - 1: record for record in sheet.records[header.first :]}
    last_row = max(by_row, default=0)
    filled: dict[int, int] = {}
    for (top, at), (bottom, right) in sorted(sheet.merged):
        source = by_row.get(top)
        if at not in described or right != at or not source or at >= len(source.cells):
            continue
        # Hostile files overlap their areas; no cell is visited twice.
        for row in range(max(top, filled.get(at, 0)) + 1, min(bottom, last_row) + 1):
            beneath = by_row.get(row)
            if beneath and at < len(beneath.cells) and blank(beneath.cells[at]):
                beneath.cells[at] = source.cells[at]
        filled[at] = max(filled.get(at, 0), bottom)


class _Sorter:
    """What is known of a header, so that each record is judged quickly."""

    def __init__(self, sheet: Sheet, header: Header, definition: TableDefinition) -> None:
        self._words = Headwords(definition)
        self._header = header
        columns = {name: definition.column(name) for name in header.positions}
        self._numbers = [at for name, at in header.positions.items() if columns[name].numeric]
        # A remark may well say 合计; the columns that name the row may not.
        self._namers = [
            at
            for name, at in header.positions.items()
            if not columns[name].numeric and name != "remark"
        ]
        self._keys = [header.positions[name] for name in definition.key if name in columns]
        self._titles = {
            label(text_of(cell)[:_LONGEST])
            for record in sheet.records[: header.first]
            for cell in record.cells
        } - {""}

    def doubtful(self, records: Sequence[Record]) -> set[int]:
        """Places of the records that may be no data.

        The others have a name that is no total's word, and a number.
        """
        places = unnamed = unnumbered = set(range(len(records)))
        doubtful: set[int] = set()
        for at in self._namers:
            cells = cells_at(records, at)
            blanks = {cell for cell in set(cells) if blank(cell)}
            unnamed = {place for place in unnamed if cells[place] in blanks}
            words = {cell for cell in set(cells) if _total_word(cell)}
            doubtful |= {place for place in places if cells[place] in words} if words else set()
        for at in self._numbers:
            if not unnumbered:
                break
            cells = cells_at(records, at)
            number_of = {cell: self._holds_number([cell], 0) for cell in set(cells)}
            unnumbered = {place for place in unnumbered if not number_of[cells[place]]}
        return doubtful | unnamed | unnumbered

    def total(self, record: Record) -> str:
        """The word that makes the record a total, '' when it is none."""
        cells = [record.cells[at] for at in self._namers if at < len(record.cells)]
        word = next(filter(None, map(_total_word, cells)), "")
        if word or not all(map(blank, cells)):
            return word
        # A serial number before the contract's columns often carries the word.
        return next(
            filter(None, (_total_word(record.cells[at]) for at in self._others(record))), ""
        )

    def passed_over(self, record: Record) -> bool:
        """Whether the record is a repeated header, a title, a line of units or a note."""
        if any(self._holds_number(record.cells, at) for at in self._numbers):
            return False
        words = [
            (at, label(text_of(cell)[:_LONGEST]))
            for at, cell in enumerate(record.cells)
            if not blank(cell)
        ]
        if not words:
            return True
        keyed = all(at < len(record.cells) and not blank(record.cells[at]) for at in self._keys)
        if not keyed and _NOTE.match(words[0][1]):
            return True
        if len(words) <= 2 and all(word in self._titles for _, word in words):
            return True
        if len(words) > 1 and all(unit_word(word) for _, word in words):
            return True
        same = sum(word in self._titles or self._names_column(at, word) for at, word in words)
        return len(words) > 1 and same * 2 > len(words)

    def _others(self, record: Record) -> range | list[int]:
        used = set(self._header.positions.values())
        return [at for at in range(len(record.cells)) if at not in used]

    def _names_column(self, at: int, word: str) -> bool:
        match = self._words.match(word)
        return match is not None and any(
            self._header.positions.get(name) == at for name in match.columns
        )

    @staticmethod
    def _holds_number(cells: list[Cell], at: int) -> bool:
        if at >= len(cells) or blank(cells[at]):
            return False
        value, _ = number(text_of(cells[at]))
        return value is not None


def _total_word(cell: Cell) -> str:
    text = text_of(cell)
    if not text or len(text) > 20 or _DIGIT.search(text):
        return ""
    return _total_word_of(text)


@lru_cache(4096)
def _total_word_of(text: str) -> str:
    word = label(text)
    return word if _TOTAL.fullmatch(word) else ""
