"""A round of judging: its form, its states, its members; what may be seen when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from core.planning.rubric import Rubric

Form = Literal["full", "quick"]
State = Literal["open", "released", "second", "final"]
FORMS: tuple[Form, ...] = ("full", "quick")
FEWEST = 3
"""Reviewers without a conflict (plan_rubric.yaml `review.min_reviewers`)."""
COLLECTING: Mapping[str, int] = {"open": 1, "second": 2}
"""The turn for which sheets are taken, by state."""
SHOWN: Mapping[str, int] = {"open": 0, "released": 1, "second": 1, "final": 2}
"""The last turn whose scores may be seen, by state: 0 none."""


@dataclass(frozen=True)
class Member:
    """Somebody asked to judge; conflict: why he does not, '' he does."""

    name: str
    conflict: str = ""


@dataclass(frozen=True)
class Round:
    """A round as it stands, without a single score."""

    plan_id: int
    name: str
    form: Form
    members: tuple[Member, ...]
    weights: Mapping[str, float] = field(default_factory=dict)
    """Points of each criterion, 100 in all."""
    weighing: Literal["fixed", "ahp"] = "fixed"
    judgements: str = ""
    due: int = 0
    id: int = 0
    state: State = "open"
    version: int = 1

    @property
    def judging(self) -> tuple[str, ...]:
        """Those who judge."""
        return tuple(one.name for one in self.members if not one.conflict)

    @property
    def turn(self) -> int:
        """The turn for which sheets are taken; 0 none."""
        return COLLECTING.get(self.state, 0)


@dataclass(frozen=True)
class Sheet:
    """What one person gave: 0-5 by item or criterion; what he could not judge is not in it."""

    name: str
    turn: int
    scores: Mapping[str, float]
    remark: str = ""


def asked(rubric: Rubric, form: Form) -> tuple[str, ...]:
    """Codes that a sheet of this form scores."""
    return tuple(rubric.items if form == "full" else rubric.criteria)
