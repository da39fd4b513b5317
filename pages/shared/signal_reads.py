"""Cached reads of signals, answers and the agenda; keys as in pages.shared.reads.

The list of a month is made once for each state of the facts, targets, rebases and plans; an answer
or a matter of the agenda changes only what is told of it.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from core.frames import Scope
from core.reports.agenda import records as agenda_records
from core.reports.signals.answers import OPEN, with_answers
from core.reports.signals.desk.records import answers
from core.reports.signals.phrases import (
    COLOURS,
    Names,
    mark_of,
    place_of,
    reasons_of,
    since_of,
    standing,
    subject_of,
    why,
)
from core.reports.signals.records import listed, planned, rebased, subject_names
from core.words import language, pick
from pages.shared import reads
from pages.shared.hospital_reads import key
from pages.shared.kept import kept
from pages.shared.scope import View
from pages.shared.session import catalog, store, tables

Told = dict[Any, Any]
"""A row of SIGNALS with its answer, and mark, colour, what, where, began, why in words."""
PERIODS = 64


@kept(16)
def _rebased(of: tuple[str, int], hospital_id: int) -> tuple[tuple[str, str, int], ...]:
    return rebased(store(), hospital_id)


@kept(16)
def _planned(of: tuple[str, int], hospital_id: int) -> tuple[tuple[int, int, int, int], ...]:
    return planned(store(), hospital_id)


@kept(PERIODS)
def _listed(of: tuple[Any, ...], scope: Scope, month: int) -> pd.DataFrame:
    return listed(store(), catalog(), scope, month, reads.cube_for(scope))


def _list_key(scope: Scope) -> tuple[Any, ...]:
    hospital_id = scope.hospital_id
    return (reads.judged_key(scope), _rebased(key(), hospital_id), _planned(key(), hospital_id))


@kept(16)
def _answers(of: tuple[str, int], hospital_id: int) -> pd.DataFrame:
    return answers(store(), hospital_id)


@kept(16)
def _names(of: tuple[Any, ...], scope: Scope, in_language: str) -> Names:
    subjects = {code: pick(*both) for code, both in subject_names(store(), scope).items()}
    titles = {code: pick(one.title.zh, one.title.en) for code, one in tables().items()}
    return Names(reads.names(scope), subjects, titles)


@kept(16)
def _answered(of: tuple[str, int], hospital_id: int) -> tuple[tuple[int, int], ...]:
    """How far answers have come: id and version of each."""
    rows = _answers(of, hospital_id)
    return tuple(zip(rows["id"], rows["version"], strict=True))


@kept(PERIODS)
def _told(
    of: tuple[Any, ...],
    answered: tuple[tuple[int, int], ...],
    scope: Scope,
    month: int,
    in_language: str,
) -> tuple[Told, ...]:
    names = _names(reads.facts_key(scope), scope, in_language)
    rows = with_answers(
        _listed(of, scope, month), _answers(key(), scope.hospital_id), month
    ).to_dict("records")
    return tuple(
        {
            **row,
            "mark": mark_of(row),
            "colour": COLOURS[standing(row)],
            "what": subject_of(row, catalog(), names),
            "where": place_of(row, names),
            "began": since_of(row),
            "kinds": reasons_of(row),
            "why": why(row, catalog(), names),
        }
        for row in rows
    )


def signals(shown: View) -> tuple[Told, ...]:
    """Every signal of the view's month, the most pressing first, with its answer and in words."""
    return _told(*_told_of(shown))


def _told_of(shown: View) -> tuple[tuple[Any, ...], tuple[tuple[int, int], ...], Scope, int, str]:
    answered = _answered(key(), shown.hospital_id)
    return (_list_key(shown.scope), answered, shown.scope, shown.month, language())


@kept(PERIODS)
def _pressing(
    of: tuple[Any, ...],
    answered: tuple[tuple[int, int], ...],
    scope: Scope,
    month: int,
    in_language: str,
) -> tuple[Told, ...]:
    return tuple(
        row
        for row in _told(of, answered, scope, month, in_language)
        if row["direction"] == "worse" and row["answer"] == OPEN
    )


def pressing(shown: View, department: str = "") -> tuple[Told, ...]:
    """Signals for the worse that nobody has answered, of the hospital or of one department."""
    worse = _pressing(*_told_of(shown))
    return tuple(row for row in worse if row["department"] == department) if department else worse


@kept(32)
def _matters(of: tuple[str, int], hospital_id: int, meeting: int) -> tuple[Told, ...]:
    return tuple(agenda_records.matters(store(), hospital_id, meeting).to_dict("records"))


def matters(hospital_id: int, meeting: int) -> tuple[Told, ...]:
    """AGENDA rows of a meeting (YYYYMMDD)."""
    return _matters(key(), hospital_id, meeting)
