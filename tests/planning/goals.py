"""Small plans, small catalogues' worth of goals, for the tests of planning."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.months import month_range
from core.planning.goals.actuals import Line
from core.planning.goals.checks import Around
from core.planning.goals.model import Baseline, Goal, Milestone, Placed, Plan, Tree, tree_of
from tests.stores import CATALOG

PLAN = Plan(1, "五年规划", 202501, 202912, "", 1_000_00, "draft", 1)
AROUND = Around(CATALOG, frozenset({"王一", "李二", "赵三"}), 202611)
WHOLE = Goal(
    "平均住院日缩短 0.5 天",
    indicator="OP003",
    direction="lower",
    basis="points",
    target=-0.5,
    unit="天",
    baseline=Baseline(8.0, 202401, 202412, 7.0, 9.0, 12),
    weight=100,
    owner="王一",
    start=202501,
    due=202912,
    milestones=(Milestone(202712, "中期评估"),),
    source="病案首页",
    collector="病案统计室",
    frequency="month",
    budget_fen=0,
)
"""A goal that passes every check."""


def placed(number: int, goal: Goal = WHOLE, parent: int = 0, **changes: object) -> Placed:
    return Placed(number, parent, 1, replace(goal, **changes))  # type: ignore[arg-type]


def trees(*goals: Placed) -> Tree:
    return tree_of(goals)


def line(first: int, values: list[float], way: str = "mean") -> Line:
    """A line of a value a month from `first` on."""
    months = month_range(first, first + 10_000)[: len(values)]
    empty = np.full(len(values), np.nan)
    return Line(months, np.array(values, dtype=float), empty, empty, 1.0, way)  # type: ignore[arg-type]
