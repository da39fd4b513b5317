"""Signals from plans: goals of an approved plan that have fallen behind by more than chance.

A goal whose indicator already stands in the list, for the worse and in the same place, adds a
reason to that row; any other has a row of its own, named goal:PLAN.NUMBER.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping

from core.analysis.signals import PLAN, Found, begun
from core.months import add_months, month_range
from core.planning.goals.actuals import Line, Subject
from core.planning.goals.model import Plan, Tree
from core.planning.goals.progress import Standing, history, standings
from core.planning.goals.ranking import behind

LOOK_BACK = 12
"""How many months back a beginning is looked for."""


def in_force(plan: Plan, month: int) -> bool:
    """Whether the plan is approved and the month is one of its months."""
    return plan.state == "approved" and plan.first <= month <= plan.last


def lagging_goals(
    plan: Plan, tree: Tree, own: Mapping[int, Line], month: int, spoken: Collection[Subject] = ()
) -> list[Found]:
    """A row for each goal that is 未达 in the month, the most pressing first.

    own: lines of goals with an indicator, by number. spoken: indicators and departments that
    other rows of the list are about; of several goals about one of them the first counts.
    value, bound: the last twelve months together, actual and planned, in the goal's unit; of
    milestones how many are overdue, and NaN. detail: indicator (may be ''), a colon, the title.
    """
    now = standings(tree, own, month, projecting=False)
    late = [number for number in behind(tree, now) if now[number].state == "bad"]
    if not late:
        return []
    months = month_range(add_months(month, 1 - LOOK_BACK), month)
    stood = history(tree, own, months)
    found: dict[tuple[str, str], Found] = {}
    for number in late:
        since = begun(months, [stood[number][one] == "bad" for one in months])
        one = _found(plan, tree, now[number], (month, since), spoken)
        found.setdefault((one.subject, one.department), one)
    return list(found.values())


def _found(
    plan: Plan,
    tree: Tree,
    standing: Standing,
    when: tuple[int, int],
    spoken: Collection[Subject],
) -> Found:
    goal = tree.goals[standing.number].goal
    joins = (goal.indicator, goal.department) in spoken
    measured = not math.isnan(standing.actual)
    return Found(
        goal.indicator if joins else f"goal:{plan.id}.{standing.number}",
        goal.department,
        when[0],
        when[1],
        PLAN,
        "worse",
        standing.actual if measured else float(standing.late),
        goal.unit if measured else "",
        bound=standing.planned if measured else math.nan,
        detail=f"{goal.indicator}:{goal.title}",
        source=plan.name,
        source_kind="target",
    )
