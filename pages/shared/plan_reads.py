"""Cached reads of plans: their trees, checks, lines and standings. Keys as in pages.shared.reads.

Goals are read anew after every write; lines of indicators only when the facts have changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.frames import Scope
from core.months import month_of
from core.planning.goals import records
from core.planning.goals.actuals import Line, Subject, lines, subjects_of
from core.planning.goals.checks import Around, Found, check_plan, gaps, missing
from core.planning.goals.model import Plan, Tree
from core.planning.goals.progress import Standing, State, history, standings
from core.planning.goals.templates import Template, load_templates
from core.planning.rubric import Rubric, load_rubric
from pages.shared import reads
from pages.shared.hospital_reads import key
from pages.shared.kept import kept
from pages.shared.scope import View
from pages.shared.session import catalog, settings, store, today


@dataclass(frozen=True, eq=False)
class Judged:
    """A plan with its goals and what the checks found."""

    plan: Plan
    tree: Tree
    found: tuple[Found, ...]
    missing: Mapping[str, tuple[int, ...]]
    gaps: Mapping[int, tuple[Found, ...]]
    ceiling: float
    """The highest score of 100 that the caps leave."""


@kept(1)
def rubric() -> Rubric:
    """By what plans are judged."""
    return load_rubric(Path(settings().data_folder) / "planning")


@kept(1)
def templates() -> dict[str, Template]:
    """Goals to begin with, by code."""
    return load_templates(Path(settings().data_folder) / "planning", catalog())


@kept(32)
def _plans(of: tuple[str, int], hospital_id: int) -> tuple[Plan, ...]:
    return records.plans(store(), hospital_id)


def plans(shown: View) -> tuple[Plan, ...]:
    """The hospital's plans, the oldest first."""
    return _plans(key(), shown.hospital_id)


@kept(32)
def _tree(of: tuple[str, int], place: tuple[int, int]) -> Tree:
    return records.tree(store(), place)


def tree(shown: View, plan: Plan) -> Tree:
    """The goals of a plan."""
    return _tree(key(), (shown.hospital_id, plan.id))


def around(hospital_id: int) -> Around:
    """What goals are checked against today."""
    return Around(catalog(), frozenset(reads.people(hospital_id)), month_of(today()))


def judged_as(plan: Plan, goals: Tree, hospital_id: int) -> Judged:
    """The checks of these goals, stored or only typed."""
    found = check_plan(plan, goals, around(hospital_id))
    gone = missing(found)
    return Judged(plan, goals, found, gone, gaps(found), rubric().ceiling(gone))


@kept(32)
def _judged(of: tuple[str, int], hospital_id: int, plan: Plan, now: int) -> Judged:
    return judged_as(plan, _tree(of, (hospital_id, plan.id)), hospital_id)


def judged(shown: View, plan: Plan) -> Judged:
    """The plan as it is stored, with its checks."""
    return _judged(key(), shown.hospital_id, plan, month_of(today()))


@kept(32)
def _lines(of: tuple[Any, ...], scope: Scope, subjects: tuple[Subject, ...]) -> dict[Subject, Line]:
    cube = reads.cube_for(scope, tuple(sorted({code for code, _ in subjects})))
    return lines(catalog(), cube, subjects, scope.months)


def line_of(shown: View, code: str, department: str) -> Line | None:
    """An indicator in one place over every month with data."""
    found = _lines(reads.facts_key(shown.scope), shown.scope, ((code, department),))
    return found.get((code, department))


def own_lines(shown: View, goals: Tree) -> dict[int, Line]:
    """Lines of the goals that have an indicator with figures, by number."""
    subjects = subjects_of(catalog(), goals)
    wanted = tuple(sorted(set(subjects.values())))
    if not wanted:
        return {}
    found = _lines(reads.facts_key(shown.scope), shown.scope, wanted)
    return {number: found[one] for number, one in subjects.items() if one in found}


@kept(64)
def _standings(
    of: tuple[Any, ...], shown: View, plan: Plan, stored: tuple[str, int]
) -> dict[int, Standing]:
    goals = _tree(stored, (shown.hospital_id, plan.id))
    return standings(goals, own_lines(shown, goals), shown.month)


def standing(shown: View, plan: Plan) -> dict[int, Standing]:
    """How every goal stands in the view's month."""
    return _standings(reads.facts_key(shown.scope), shown, plan, key())


@kept(16)
def _history(
    of: tuple[Any, ...], shown: View, plan: Plan, stored: tuple[str, int], months: tuple[int, ...]
) -> dict[int, dict[int, State]]:
    goals = _tree(stored, (shown.hospital_id, plan.id))
    return history(goals, own_lines(shown, goals), months)


def states(shown: View, plan: Plan, months: tuple[int, ...]) -> dict[int, dict[int, State]]:
    """How every goal stood at the end of each month."""
    return _history(reads.facts_key(shown.scope), shown, plan, key(), months)
