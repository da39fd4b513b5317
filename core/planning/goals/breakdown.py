"""A goal broken down to departments or people: the same figure, each from its own baseline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.planning.goals.model import LEVELS, Baseline, Goal
from core.statistics.rounding import to_totals

HUNDREDTHS = 100
WHOLE = 100
LONGEST = 80


@dataclass(frozen=True)
class Part:
    """Who takes a part: a department's code and name, or a person with the goal's department."""

    name: str
    department: str
    owner: str = ""
    baseline: Baseline | None = None


def broken_down(goal: Goal, parts: Sequence[Part], room: float = WHOLE) -> tuple[Goal, ...]:
    """A sub-goal a part, one level below, with equal weights that make up the room.

    room: per cent of weight left by the parts there are; without any, weights are left open.
    Indicator, direction, basis, target, dates and milestones are the goal's; budget and the
    measures are each part's own and left open. What a part has no baseline for is left open too.
    """
    below = LEVELS[min(LEVELS.index(goal.level) + 1, len(LEVELS) - 1)]
    whole = round(room * HUNDREDTHS)
    each = np.full((len(parts), 1), whole / max(len(parts), 1))
    shares = to_totals(each, np.array([whole]))[:, 0].tolist()
    return tuple(
        replace(
            goal,
            title=f"{part.name}：{goal.title}"[:LONGEST],
            level=below,
            department=part.department,
            owner=part.owner,
            helpers=(),
            baseline=part.baseline,
            aggregation="milestone" if goal.aggregation == "milestone" else "own",
            weight=share / HUNDREDTHS if room > 0 else None,
            budget_fen=None,
            no_budget="",
            measures="",
        )
        for part, share in zip(parts, shares, strict=True)
    )
