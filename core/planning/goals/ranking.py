"""Which goals are behind, the most pressing first, and how the plan stands as a whole."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from core.planning.goals.model import LEVELS, Tree
from core.planning.goals.progress import STATES, Standing, State


@dataclass(frozen=True)
class Overall:
    """Goals by state, and attainment of the topmost goals, weighted; NaN where none is told."""

    counts: Mapping[State, int]
    attained: float
    expected: float


def overall(tree: Tree, standing: Mapping[int, Standing]) -> Overall:
    """How the plan stands as a whole."""
    counts: dict[State, int] = dict.fromkeys(STATES, 0)
    for one in standing.values():
        counts[one.state] += 1
    told = [
        (standing[number], tree.goals[number].goal.weight or 0.0)
        for number in tree.children.get(0, ())
        if not math.isnan(standing[number].attained)
    ]
    whole = sum(weight for _, weight in told)
    if not whole:
        return Overall(counts, math.nan, math.nan)
    attained = sum(one.attained * weight for one, weight in told) / whole
    expected = sum(one.expected * weight for one, weight in told) / whole
    return Overall(counts, attained, expected)


def behind(tree: Tree, standing: Mapping[int, Standing]) -> tuple[int, ...]:
    """Goals that are behind or a little behind: worse states first, then higher levels, then by
    how much less is attained than was planned.

    A goal that only sums up the attainment of its parts is left out: its parts are named.
    """
    worst = {"bad": 0, "watch": 1}

    def rank(number: int) -> tuple[int, int, float]:
        one, goal = standing[number], tree.goals[number].goal
        gap = one.expected - one.attained
        return worst[one.state], LEVELS.index(goal.level), -gap if not math.isnan(gap) else 0.0

    lagging = [
        number
        for number, one in standing.items()
        if one.state in worst
        and not (tree.goals[number].goal.aggregation == "weight" and math.isnan(one.actual))
    ]
    return tuple(sorted(lagging, key=lambda number: (*rank(number), number)))
