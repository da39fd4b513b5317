"""Cached reads of rounds. What a round keeps secret is never read, so nothing kept can hold it."""

from __future__ import annotations

from typing import Any

import pandas as pd

from core.planning.goals.model import Plan
from core.planning.reviews import records
from core.planning.reviews.model import Form, Round, Sheet
from core.planning.reviews.results import Ground, Result, result
from core.words import pick
from pages.shared import plan_reads
from pages.shared.hospital_reads import key
from pages.shared.kept import kept
from pages.shared.plan_reads import rubric
from pages.shared.scope import View
from pages.shared.session import store


@kept(16)
def _rounds(of: tuple[str, int], hospital_id: int) -> tuple[Round, ...]:
    return records.rounds(store(), hospital_id)


def rounds(shown: View) -> tuple[Round, ...]:
    """Rounds of the hospital, the newest first, without a single score."""
    return _rounds(key(), shown.hospital_id)


@kept(32)
def _handed_in(of: tuple[str, int], place: tuple[int, int]) -> frozenset[tuple[str, int]]:
    rows = records.handed_in(store(), *place)
    return frozenset(zip(rows["name"], rows["turn"].astype(int), strict=True))


def handed_in(shown: View, one: Round) -> frozenset[tuple[str, int]]:
    """(name, turn) of the sheets that are in."""
    return _handed_in(key(), (shown.hospital_id, one.id))


@kept(32)
def _sheets(of: tuple[str, int], place: tuple[int, int]) -> tuple[Sheet, ...]:
    return records.sheets(store(), *place)


def sheets(shown: View, one: Round, turn: int) -> tuple[Sheet, ...]:
    """Sheets of a turn that may be seen."""
    every = _sheets(key(), (shown.hospital_id, one.id))
    return tuple(sheet for sheet in every if sheet.turn == turn)


@kept(32)
def _notes(of: tuple[str, int], place: tuple[int, int]) -> pd.DataFrame:
    return records.notes(store(), *place)


def notes(shown: View, one: Round) -> pd.DataFrame:
    """What was said of each item."""
    return _notes(key(), (shown.hospital_id, one.id))


def plan_of(shown: View, one: Round) -> Plan:
    """The plan a round judges."""
    return next(plan for plan in plan_reads.plans(shown) if plan.id == one.plan_id)


@kept(32)
def _result(of: tuple[Any, ...], shown: View, round_id: int, turn: int) -> Result | None:
    one = next(found for found in rounds(shown) if found.id == round_id)
    given = sheets(shown, one, turn)
    if not given:
        return None
    judged = plan_reads.judged(shown, plan_of(shown, one))
    return result(Ground(rubric(), one.form, one.weights, judged.missing), given)


def result_of(shown: View, one: Round, turn: int = 0) -> Result | None:
    """The result of a turn, of the last one that may be seen without; None before a release.

    Caps are those of the plan's goals as they are now.
    """
    last = turn or (2 if sheets(shown, one, 2) else 1)
    return _result(key(), any_month(shown), one.id, last)


def any_month(shown: View) -> View:
    """The same hospital, whatever month is looked at: a round does not depend on it."""
    return View(shown.hospital_id, shown.first, shown.last, "month", shown.last, "", "target")


def item_name(code: str) -> str:
    """A sub-item or a criterion in words."""
    known = rubric()
    one = known.items.get(code) or known.criteria[code]
    return pick(one.name.zh, one.name.en)


def codes(form: Form) -> tuple[str, ...]:
    """What a sheet of the form scores."""
    return tuple(rubric().items if form == "full" else rubric().criteria)
