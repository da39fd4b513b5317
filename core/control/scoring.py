"""The score of a filled checklist: points on what applies, a grade, and vetoes that cap it.

Source: checklists.yaml, rules; quality.md section 3. Arithmetic is exact (fractions): 89.95 is
never 90, and 90 never 89.999.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from core.control.checklists import Checklist, Item, Scale, exact
from core.errors import DataError

Result = Literal["met", "partly", "unmet", "na", "unchecked"]
"""合格, 部分, 不合格, 不适用, 未检查."""
_NOTHING = Fraction(0)


@dataclass(frozen=True)
class Answer:
    """What was found at one item; nobody looked until somebody says so."""

    result: Result = "unchecked"
    defects: int | None = None
    """How many were counted; None: not counted."""
    vetoed: bool = False
    """The item's veto was seen."""


@dataclass(frozen=True)
class Scorecard:
    """What a filled checklist comes to."""

    score: float
    """0-100, not rounded; NaN where no item applies."""
    grade: str | None
    """After the vetoes; None where no item applies."""
    own_grade: str | None
    """By the score alone."""
    vetoes: tuple[Item, ...]
    """Items whose veto was seen, the lowest cap first, else in the sheet's order."""
    deducted: Mapping[str, float]
    """Points by code of the items that apply."""
    applicable: float
    """Weight of the items that apply."""

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why the grade is capped: what the vetoes with the lowest cap say."""
        caps = [one.veto for one in self.vetoes if one.veto]
        return tuple(one.when for one in caps if one.cap == caps[0].cap)


def unchecked(sheet: Checklist, answers: Mapping[str, Answer]) -> tuple[str, ...]:
    """Codes of the items nobody looked at; with any of them nothing can be submitted."""
    codes = (one.code for one in sheet.items)
    return tuple(code for code in codes if answers.get(code, Answer()).result == "unchecked")


def check_answers(sheet: Checklist, answers: Mapping[str, Answer]) -> None:
    """DataError where the answers cannot be submitted as they are.

    E_CHECK_ITEM: an item the sheet lacks; E_CHECK_UNCHECKED: items nobody looked at (never taken
    as met); E_CHECK_ANSWER: result and defects contradict each other, or a veto at an item that
    has none or does not apply.
    """
    items = sheet.by_code
    for code in answers:
        if code not in items:
            raise DataError("E_CHECK_ITEM", item=code, checklist=sheet.code)
    left = unchecked(sheet, answers)
    if left:
        raise DataError("E_CHECK_UNCHECKED", items="、".join(left), count=len(left))
    for code, answer in answers.items():
        if not _consistent(items[code], answer):
            raise DataError("E_CHECK_ANSWER", item=code)


def check_answer(sheet: Checklist, code: str, answer: Answer) -> None:
    """DataError E_CHECK_ITEM or E_CHECK_ANSWER where one answer could never be submitted.

    A form may be half filled: 部分 without its count yet is kept, and refused when submitted.
    """
    item = sheet.by_code.get(code)
    if item is None:
        raise DataError("E_CHECK_ITEM", item=code, checklist=sheet.code)
    begun = answer.result == "partly" and not answer.defects and not answer.vetoed
    if answer.result == "unchecked" or begun:
        plain = not answer.vetoed and not answer.defects
    else:
        plain = _consistent(item, answer)
    if not plain:
        raise DataError("E_CHECK_ANSWER", item=code)


def _consistent(item: Item, answer: Answer) -> bool:
    count = answer.defects or 0
    if count < 0 or (answer.vetoed and (item.veto is None or answer.result in ("na", "met"))):
        return False
    if answer.result == "partly":
        return count > 0 or answer.vetoed
    return answer.result == "unmet" or count == 0


def deducted(item: Item, answer: Answer) -> Fraction:
    """Points lost: so many a defect, at most the item's cap and its weight.

    不合格 without a count loses all that the item can lose (our reading, 待核对).
    """
    if not answer.defects:
        return item.most_deducted if answer.result == "unmet" else _NOTHING
    return min(answer.defects * exact(item.deduct.per), item.most_deducted)


def scorecard(sheet: Checklist, scale: Scale, answers: Mapping[str, Answer]) -> Scorecard:
    """Points won / weight that applies x 100; the grade of it; the lowest cap of the vetoes.

    answers: by item code, one for every item. 不适用 leaves both sums. A veto touches the grade,
    never the score. Errors: those of `check_answers`.
    """
    check_answers(sheet, answers)
    applies = [one for one in sheet.items if answers[one.code].result != "na"]
    lost = {one.code: deducted(one, answers[one.code]) for one in applies}
    weight = _total(exact(one.weight) for one in applies)
    seen = tuple(one for one in applies if answers[one.code].vetoed)
    score = (weight - _total(lost.values())) / weight * 100 if weight else None
    points = {code: float(value) for code, value in lost.items()}
    return graded(scale, score, seen, points, float(weight))


def _total(points: Iterable[Fraction]) -> Fraction:
    """The exact sum; whole points, which nearly all are, are added as whole numbers."""
    told = list(points)
    if all(one.denominator == 1 for one in told):
        return Fraction(sum(one.numerator for one in told))
    return sum(told, _NOTHING)


def graded(
    scale: Scale,
    score: Fraction | None,
    vetoes: tuple[Item, ...] = (),
    points: Mapping[str, float] | None = None,
    applicable: float = math.nan,
) -> Scorecard:
    """A score on its scale, capped by the vetoes; None: no item applies, so no grade."""
    ranked = sorted(vetoes, key=lambda one: -_cap(scale, one))
    lost = points or {}
    if score is None:
        return Scorecard(math.nan, None, None, tuple(ranked), lost, applicable)
    own = scale.place(score)
    place = max([own, *(_cap(scale, one) for one in ranked)])
    names = scale.names
    return Scorecard(float(score), names[place], names[own], tuple(ranked), lost, applicable)


def _cap(scale: Scale, item: Item) -> int:
    if item.veto is None:
        raise ValueError(f"{item.code} has no veto")
    return scale.names.index(item.veto.cap)
