"""Which contract column a header cell means, and whether it names another unit."""

from __future__ import annotations

import re
from dataclasses import dataclass

from core.intake.definitions import Column, TableDefinition
from core.intake.spelling import label

_LONGEST_HEADER = 100
_BRACKETS = re.compile(r"(.+?)[(\[【<〔](.+)[)\]】>〕]")
_SCALE = re.compile(r"[十百千万亿]+|10?k|w|thousand|million|wan")
_SAME_UNITS = (
    ("元", "人民币", "人民币元", "rmb", "cny", "yuan", "¥", "rmb元", "元人民币"),
    ("人次", "人", "例", "次", "例次", "诊次", "visits", "persons", "patients"),
    ("床日", "天", "日", "床天", "days", "bed-days", "beddays"),
    ("台次", "台", "例", "次", "人次", "cases"),
    ("张", "床", "beds", "张床"),
)
_MONEY = r"人民币|美元|港元|港币|欧元|日元|元|角|分|¥|\$|rmb|cny|usd|hkd|eur|yuan"
_OTHER = (
    r"人次|人|例次|诊次|例|次|床日|床天|天|日|台次|台|张|床|%|‰|小时|分钟|月|年|个|件|平方米|平米|m2"
    r"|visits|persons|patients|days|bed-days|beddays|cases|beds|hours"
)
_UNIT = re.compile(rf"(?:{_SCALE.pattern})?(?:{_MONEY}|{_OTHER})?")
_MONEY_UNIT = re.compile(rf"(?:{_SCALE.pattern})?(?:{_MONEY})+")
_UNIT_LINE = re.compile(r"(?:单位|unit)[:：]?\(?([^\s,，;；)。]+)")
_TITLE_UNIT = re.compile(r"[(\[【]([十百千万亿]+元)[)\]】]")


@dataclass(frozen=True)
class Match:
    """Columns that a header means. exact: it is a column's own name. unit: another unit's name."""

    columns: tuple[str, ...]
    exact: bool = True
    unit: str = ""


class Headwords:
    """Every header by which the columns of a table are known; `renamed` replaces its columns'."""

    def __init__(self, definition: TableDefinition, renamed: dict[str, str] | None = None) -> None:
        self.definition = definition
        self._whole: dict[str, Match] = {}
        self._bases: dict[str, Match] = {}
        renamed = renamed or {}
        for column in definition.columns:
            labels = (renamed[column.name],) if column.name in renamed else column.labels
            for place, text in enumerate(labels):
                self._add(label(text), column.name, place < 3)

    def _add(self, word: str, name: str, exact: bool) -> None:
        for words, key in ((self._whole, word), (self._bases, _base(word))):
            known = words.get(key)
            if known is None:
                words[key] = Match((name,), exact)
            elif name not in known.columns:
                words[key] = Match((*known.columns, name), exact)

    def match(self, text: str) -> Match | None:
        """What the header means; None when it belongs to no column."""
        word = label(text) if len(text) <= _LONGEST_HEADER else ""
        if not word:
            return None
        if word in self._whole:
            whole = self._whole[word]
            return Match(whole.columns, whole.exact, self._conflict(whole, _inner(word)))
        bracketed = _BRACKETS.fullmatch(word)
        if bracketed and (known := self._bases.get(bracketed[1])):
            return Match(known.columns, known.exact, self._conflict(known, bracketed[2]))
        return self._with_unit_behind(word)

    def _with_unit_behind(self, word: str) -> Match | None:
        """金额万元, 金额/元: the base, and a unit without brackets."""
        for cut in range(len(word) - 1, 0, -1):
            known = self._bases.get(word[:cut].rstrip(":：/_-,"))
            behind = word[cut:].lstrip(":：/_-,")
            if known and behind and _UNIT.fullmatch(behind):
                return Match(known.columns, known.exact, self._conflict(known, behind))
        return None

    def _conflict(self, match: Match, unit: str) -> str:
        columns = [self.definition.column(name) for name in match.columns]
        return unit if any(conflicting(unit, column) for column in columns) else ""

    def title_conflict(self, text: str) -> str:
        """The unit that a line above the header states (单位：万元) where money is in 元."""
        line = label(text[:_LONGEST_HEADER])
        money = [column for column in self.definition.columns if column.type == "money"]
        found = _UNIT_LINE.search(line) or _TITLE_UNIT.search(line)
        if not found:
            return ""
        unit = found[1].strip("()")
        if money:
            return unit if _MONEY_UNIT.fullmatch(unit) and conflicting(unit, money[0]) else ""
        return unit if _scaled(unit) and not _MONEY_UNIT.fullmatch(unit) else ""


def conflicting(unit: str, column: Column) -> bool:
    """Whether a header's unit is another than the column's; a remark in brackets is none."""
    word = label(unit).removeprefix("单位").lstrip(":：")
    if not column.numeric or not word or not _UNIT.fullmatch(word) or word == label(column.unit):
        return False
    if _scaled(word):
        return True
    same = {label(text) for group in _SAME_UNITS if column.unit in group for text in group}
    return bool(column.unit) and word not in same


def unit_word(text: str) -> bool:
    """Whether a cell holds nothing but a unit, as in a line of units under the header."""
    word = label(text).strip("()[]")
    return bool(word) and bool(_UNIT.fullmatch(word))


def _scaled(word: str) -> bool:
    return bool(_SCALE.match(word)) and bool(_UNIT.fullmatch(word))


def _base(word: str) -> str:
    bracketed = _BRACKETS.fullmatch(word)
    return bracketed[1] if bracketed else word


def _inner(word: str) -> str:
    bracketed = _BRACKETS.fullmatch(word)
    return bracketed[2] if bracketed else ""
