"""Cases of scorecards, rates and samples for `solve`. KINDS names them.

A case is told by what it gives: discharges (a sample), k or n (a rate), else a filled checklist.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from core.control.checklists import Checklist, Checklists, Item, Scale, exact, load_checklists
from core.control.sampling import allocation
from core.control.scoring import Answer, Scorecard, graded, scorecard
from core.errors import DataError
from core.statistics import given
from core.statistics.intervals import wilson

Case = Mapping[str, Any]
Told = dict[str, Any]

_FOLDER = Path(__file__).resolve().parents[2] / "data" / "checklists"
USUAL = "CK-MR"
FILLED = ("defects", "na", "veto", "raw_score", "unchecked")
MOST_DEFECTS = 1_000_000
LARGEST = 1_000_000_000
"""Discharges of a department, records of a rate."""
MOST_SAMPLED = 100_000
MOST_DEPARTMENTS = 10_000


@cache
def _known() -> Checklists:
    return load_checklists(_FOLDER)


def scored(case: Case) -> Told:
    """A sample, a rate or a filled checklist."""
    found = given.inputs(case)
    if "discharges" in found:
        return sample(found)
    if "k" in found or "n" in found:
        return rate(found)
    return filled(found)


def _count(found: Case, name: str, default: int | None = None) -> int:
    value = given.whole(found, name, default)
    if value is None:
        raise DataError("E_CASE_MISSING", where=name)
    if not 0 <= value <= LARGEST:
        raise DataError("E_CASE_INPUT", where=name, value=value)
    return value


def sample(found: Case) -> Told:
    """allocation, one number a department, and their sum."""
    discharges = given.numbers(found, "discharges")
    given.refuse("discharges", discharges, lambda one: not (0 <= one <= LARGEST and one % 1 == 0))
    if len(discharges) > MOST_DEPARTMENTS:
        raise DataError("E_CASE_INPUT", where="discharges", value=len(discharges))
    total, least = _count(found, "total"), _count(found, "min_each", 1)
    if total > MOST_SAMPLED:
        raise DataError("E_CASE_INPUT", where="total", value=total)
    shares = allocation([int(one) for one in discharges], total, least)
    return {"allocation": shares.tolist(), "sum": int(shares.sum())}


def rate(found: Case) -> Told:
    """`p` and the two ends of ci95; null of none."""
    hits, count = _count(found, "k"), _count(found, "n")
    if hits > count:
        raise DataError("E_CASE_INPUT", where="k", value=hits)
    share, low, high = (float(one) for one in wilson(hits, count))
    return {"p": given.one(share), "ci95": [given.one(low), given.one(high)]}


def filled(found: Case) -> Told:
    """score, grade and, with a veto, its reason; with anything unchecked only that it is refused.

    Items that the case does not name are met. Null where no item applies.
    """
    if all(found.get(name) is None for name in FILLED):
        raise DataError("E_CASE_MISSING", where=FILLED[0])
    sheet, scale = _sheet(found)
    named = {name: _codes(sheet, found, name) for name in ("unchecked", "na", "veto")}
    counts = _defects(sheet, found)
    if named["unchecked"]:
        return {"submit": "refused"}
    answers = {one.code: Answer("met") for one in sheet.items}
    answers |= {code: Answer("partly", count) for code, count in counts.items() if count}
    for code, item in named["veto"].items():
        if item.veto is None:
            raise DataError("E_CASE_INPUT", where="veto", value=code)
        answers[code] = Answer("partly", counts.get(code), vetoed=True)
    for code in named["na"]:
        if answers[code].result != "met":
            raise DataError("E_CASE_INPUT", where="na", value=code)
        answers[code] = Answer("na")
    raw = given.number(found, "raw_score", None)
    if raw is None:
        return _told(scorecard(sheet, scale, answers))
    if not 0 <= raw <= 100:
        raise DataError("E_CASE_INPUT", where="raw_score", value=raw)
    return _told(graded(scale, exact(raw), tuple(named["veto"].values())))


def _told(card: Scorecard) -> Told:
    told: Told = {"score": given.one(card.score), "grade": card.grade}
    return told | {"reason": "；".join(card.reasons)} if card.reasons else told


def _sheet(found: Case) -> tuple[Checklist, Scale]:
    known = _known()
    sheet = given.choice(found, "checklist", known.sheets, known.sheets[USUAL])
    return sheet, known.scale_of(sheet)


def _codes(sheet: Checklist, found: Case, name: str) -> dict[str, Item]:
    """Items that a list (or a single code) names."""
    values = found.get(name)
    if values is None or values is False:
        return {}
    listed = [values] if isinstance(values, str) else values
    if not isinstance(listed, list):
        raise DataError("E_CASE_INPUT", where=name, value=given.shown(values))
    items = sheet.by_code
    for place, code in enumerate(listed):
        if not isinstance(code, str) or code not in items:
            raise DataError("E_CASE_INPUT", where=f"{name}[{place}]", value=given.shown(code))
    return {one.code: one for one in sheet.items if one.code in listed}


def _defects(sheet: Checklist, found: Case) -> dict[str, int]:
    """Defects by item."""
    values = found.get("defects")
    if values is None:
        return {}
    if not isinstance(values, dict):
        raise DataError("E_CASE_INPUT", where="defects", value=given.shown(values))
    items, counts = sheet.by_code, {}
    for code, value in values.items():
        count = given.as_whole(value)
        if code not in items or count is None or not 0 <= count <= MOST_DEFECTS:
            shown = given.shown(value if code in items else code)
            raise DataError("E_CASE_INPUT", where=f"defects.{given.shown(code)}", value=shown)
        counts[code] = count
    return counts


KINDS: dict[str, Callable[[Case], Told]] = {"scorecard": scored}
"""What can be asked of control."""
