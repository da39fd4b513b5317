"""The states of an action and who may move it on: rules that hold against the acting person.

待分派 unassigned -> 待整改 assigned -> 整改中 working -> 待验证 review -> 已关闭 closed; sent
back from review to working; void from every open state; closed can be opened again. Who does the
work never closes it, sends it back, gives it up, nor says who verifies it and until when.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.control.actions.model import (
    ASSIGNED,
    CLOSED,
    MOST_HELPERS,
    OPEN,
    REVIEW,
    UNASSIGNED,
    VOID,
    WORKING,
    Assignment,
)
from core.errors import DataError


@dataclass(frozen=True)
class Standing:
    """Of an action, what decides who may do what."""

    state: str
    owner: str = ""
    helpers: tuple[str, ...] = ()
    verifier: str = ""
    handed_in: tuple[str, ...] = ()
    """Who handed in evidence since it was opened, or opened again."""

    @property
    def workers(self) -> tuple[str, ...]:
        """Who does the work."""
        return tuple(name for name in (self.owner, *self.helpers) if name)


MOVES: dict[str, tuple[tuple[str, ...], str]] = {
    "assign": (OPEN, ASSIGNED),
    "start": ((ASSIGNED,), WORKING),
    "submit": ((ASSIGNED, WORKING), REVIEW),
    "send_back": ((REVIEW,), WORKING),
    "close": ((REVIEW,), CLOSED),
    "void": (OPEN, VOID),
    "reopen": ((CLOSED,), ASSIGNED),
    "aim": ((*OPEN, CLOSED), ""),
}
"""From which states a person may make a move, and the state after it ('' stays)."""
TOLD = ("submit", "send_back", "close", "void", "reopen", "aim")
"""Moves that need words: what was done, or why."""
OF_WORKERS = ("start", "submit")
OF_VERIFIER = ("send_back", "close")
NOT_OF_WORKERS = ("assign", "void", "aim")


def state_after(standing: Standing, move: str) -> str:
    """The state after a move that may be made."""
    if move == "assign" and standing.state != UNASSIGNED:
        return standing.state
    return MOVES[move][1] or standing.state


def check_move(standing: Standing, move: str, who: str) -> None:
    """DataError E_ACTION_STATE, E_ACTION_WORKERS, E_ACTION_VERIFIER, E_ACTION_SELF, E_ACTION_OWN.

    who: the acting person.
    """
    if standing.state not in MOVES[move][0]:
        raise DataError("E_ACTION_STATE")
    if move in OF_WORKERS and who not in standing.workers:
        raise DataError("E_ACTION_WORKERS", who=who)
    if move in OF_VERIFIER:
        if who in standing.workers or who in standing.handed_in:
            raise DataError("E_ACTION_SELF", who=who)
        if not who or who != standing.verifier:
            raise DataError("E_ACTION_VERIFIER", who=who, verifier=standing.verifier)
    if move in NOT_OF_WORKERS and standing.state != UNASSIGNED and who in standing.workers:
        raise DataError("E_ACTION_OWN", who=who)


def may(standing: Standing, move: str, who: str) -> bool:
    """Whether the acting person may make the move."""
    try:
        check_move(standing, move, who)
    except DataError:
        return False
    return True


def allowed(standing: Standing, who: str) -> tuple[str, ...]:
    """Every move that the acting person may make."""
    return tuple(move for move in MOVES if may(standing, move, who))


def check_people(given: Assignment, handed_in: Sequence[str] = ()) -> None:
    """DataError E_ACTION_PEOPLE without owner or verifier, E_ACTION_SAME when one person does both.

    handed_in: who handed in evidence already; none of them verifies it.
    """
    if not given.owner or not given.verifier:
        raise DataError("E_ACTION_PEOPLE")
    if len(given.helpers) > MOST_HELPERS:
        raise DataError("E_ACTION_HELPERS", most=MOST_HELPERS)
    if given.verifier in (given.owner, *given.helpers, *handed_in):
        raise DataError("E_ACTION_SAME", who=given.verifier)
