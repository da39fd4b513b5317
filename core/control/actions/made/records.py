"""Write actions whose history is known already; every step is held against the same rules."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from core.control.actions.effect import Judged
from core.control.actions.flow import check_move
from core.control.actions.model import Draft
from core.control.actions.rows import (
    Move,
    apply_move,
    come_back,
    concluded,
    found_again,
    row_of,
    standing_of,
    step_row,
    told_of,
)
from core.control.actions.tables import ActionStep, ImprovementAction
from core.store.engine import Actor, Store


@dataclass(frozen=True)
class Done:
    """One step of a history: a move, a draft that raises it again, or points to conclude from."""

    what: Move | Draft | Judged
    who: str
    at: dt.datetime


@dataclass(frozen=True)
class Made:
    """An action and what became of it, oldest first."""

    draft: Draft
    who: str
    at: dt.datetime
    steps: Sequence[Done] = field(default_factory=tuple)


def store_made(store: Store, actor: Actor, hospital_id: int, made: Sequence[Made]) -> int:
    """Write them all in one transaction with one audit row; how many. Files cannot be among them.

    DataError of flow.check_move and flow.check_people where a history breaks the rules.
    """
    rows, histories = [], []
    for one in made:
        row = row_of(hospital_id, one.who, one.draft, one.at)
        raised = ("raise", one.draft.problem, told_of(row), row.state)
        history = [(raised, (one.who, one.at))]
        history += [(_taken(row, done), (done.who, done.at)) for done in one.steps]
        rows.append(row)
        histories.append(history)
    with store.write(actor) as work:
        work.session.add_all(rows)
        work.session.flush()
        for row, history in zip(rows, histories, strict=True):
            work.session.add_all(_written(row, history))
        steps = sum(len(history) for history in histories)
        work.record("action.made", "", hospital_id, new={"actions": len(rows), "steps": steps})
    return len(rows)


_Said = tuple[str, str, Mapping[str, Any], str]


def _taken(row: ImprovementAction, done: Done) -> _Said:
    """Take the step: its name, words, what it changed, and the state after it."""
    what, by = done.what, (done.who, done.at)
    if isinstance(what, Move):
        check_move(standing_of(row), what.name, done.who)
        return what.name, what.text, apply_move(row, what, *by), row.state
    if isinstance(what, Judged):
        return "conclude", "", concluded(row, what, *by), row.state
    if row.closed_at is None:
        return "again", what.problem, found_again(row, what, *by), row.state
    return "recur", what.problem, come_back(row, what, *by), row.state


def _written(
    row: ImprovementAction, history: Sequence[tuple[_Said, tuple[str, dt.datetime]]]
) -> list[ActionStep]:
    found = []
    for number, ((move, text, content, state), by) in enumerate(history, start=1):
        step = step_row(row, number, (move, text, content), by)
        step.state = state
        found.append(step)
    return found
