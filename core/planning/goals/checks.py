"""The ten automatic checks of a plan's goals: passed, missing or doubtful, with the reason.

plan_rubric.yaml `automatic_checks`; what is missing caps a sub-item (core.planning.rubric), what
is doubtful only says so. No score is ever made here.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from core.catalog.model import Catalog
from core.planning.goals.model import (
    Goal,
    Placed,
    Plan,
    Tree,
    goal_bounds,
    goal_value,
    rolled_up,
)

State = Literal["pass", "missing", "doubt"]
CHECKS = tuple(f"A{number}" for number in range(1, 11))
BASELINE_POINTS = 12
"""A baseline of fewer months does not tell how far the figure varies by itself."""
FULL = 100.0
NEAR = 1e-6
_EMPTY_WORDS = re.compile("进一步|大力|力争|切实|不断|着力|全面提升|努力|积极推进|争取|大幅")
_DIGIT = re.compile(r"[0-9０-９一二三四五六七八九十百零两〇]")


@dataclass(frozen=True)
class Found:
    """What one check found of one goal; reason: text id after `plan.check.`, '' when passed."""

    number: int
    check: str
    state: State
    reason: str = ""


@dataclass(frozen=True)
class Around:
    """What a goal is checked against: the catalogue, people in office, the present month."""

    catalog: Catalog
    people: Collection[str]
    now: int
    """YYYYMM: a goal due before it has run out."""


def check_plan(plan: Plan, tree: Tree, around: Around) -> tuple[Found, ...]:
    """Every check of every goal, goals in the order of the tree."""
    over = _over_budget(plan, tree)
    return tuple(
        found
        for number, _ in tree.ordered()
        for found in check_goal(tree.goals[number], tree, around, over)
    )


def check_goal(
    placed: Placed, tree: Tree, around: Around, over_budget: bool = False
) -> tuple[Found, ...]:
    """The ten checks of one goal, in order."""
    goal = placed.goal
    children = [tree.goals[number].goal for number in tree.children.get(placed.number, ())]
    rolled = rolled_up(goal, len(children))
    told = {
        "A1": _measured(goal, rolled, around.catalog),
        "A2": _aimed(goal, rolled),
        "A3": _based(goal, rolled),
        "A4": _owned(goal, around.people),
        "A5": _dated(goal, around.now),
        "A6": _sourced(goal, rolled),
        "A7": _paid(goal, over_budget),
        "A8": _supported(goal, children),
        "A9": _possible(goal, around.catalog),
        "A10": _plain(goal),
    }
    return tuple(Found(placed.number, check, *told[check]) for check in CHECKS)


def missing(found: Collection[Found]) -> dict[str, tuple[int, ...]]:
    """By check that caps, the goals that lack what it asks for."""
    gone: dict[str, tuple[int, ...]] = {}
    for one in found:
        if one.state == "missing":
            gone[one.check] = (*gone.get(one.check, ()), one.number)
    return gone


def gaps(found: Collection[Found]) -> Mapping[int, tuple[Found, ...]]:
    """By goal, what is missing or doubtful."""
    told: dict[int, tuple[Found, ...]] = {}
    for one in found:
        if one.state != "pass":
            told[one.number] = (*told.get(one.number, ()), one)
    return told


Verdict = tuple[State, str]
_PASS: Verdict = ("pass", "")


def _measured(goal: Goal, rolled: bool, catalog: Catalog) -> Verdict:
    """A1: an indicator of the catalogue, which always has its formula."""
    if goal.indicator:
        known = goal.indicator in catalog.indicators
        return _PASS if known else ("missing", "indicator_unknown")
    if rolled:
        return _PASS
    if goal.aggregation == "milestone" and goal.milestones:
        return "doubt", "milestones_only"
    return "missing", "indicator"


def _aimed(goal: Goal, rolled: bool) -> Verdict:
    """A2: target, direction and unit."""
    if (rolled and not goal.indicator) or (
        goal.aggregation == "milestone" and goal.milestones and not goal.indicator
    ):
        return _PASS
    if goal.target is None or (goal.direction == "within" and goal.high is None):
        return "missing", "target"
    if not goal.direction:
        return "missing", "direction"
    if not goal.unit:
        return "missing", "unit"
    low, high = goal_bounds(goal)
    if low is not None and high is not None and low > high:
        return "doubt", "range_order"
    return _PASS


def _based(goal: Goal, rolled: bool) -> Verdict:
    """A3: a baseline with its months, on the side that the target leaves."""
    if not goal.indicator and (rolled or goal.aggregation == "milestone"):
        return _PASS
    base = goal.baseline
    if base is None or not base.first or not base.last:
        return "missing", "baseline"
    aim = goal_value(goal, goal.target)
    if aim is not None and goal.direction in ("raise", "lower"):
        wrong = aim < base.value if goal.direction == "raise" else aim > base.value
        if wrong:
            return "doubt", "baseline_side"
    return _PASS if base.points >= BASELINE_POINTS else ("doubt", "baseline_short")


def _owned(goal: Goal, people: Collection[str]) -> Verdict:
    """A4: exactly one owner, who is on the staff list."""
    if not goal.owner.strip():
        return "missing", "owner"
    return _PASS if goal.owner in people else ("missing", "owner_unknown")


def _dated(goal: Goal, now: int) -> Verdict:
    """A5: from before to, a milestone between them, not run out."""
    if not goal.start or not goal.due:
        return "missing", "dates"
    if goal.start > goal.due:
        return "missing", "dates_order"
    between = [one for one in goal.milestones if goal.start <= one.month <= goal.due]
    if not between:
        return "missing", "milestones"
    if any(not one.done and one.month < now for one in between):
        return "doubt", "milestone_late"
    return _PASS if goal.due >= now else ("doubt", "run_out")


def _sourced(goal: Goal, rolled: bool) -> Verdict:
    """A6: system, collector and frequency; a goal made of others has theirs."""
    if rolled and not goal.indicator:
        return _PASS
    for told, reason in (
        (goal.source, "source"),
        (goal.collector, "collector"),
        (goal.frequency, "frequency"),
    ):
        if not told.strip():
            return "missing", reason
    return _PASS


def _paid(goal: Goal, over: bool) -> Verdict:
    """A7: an amount, or why none is needed; all together within what the plan may spend."""
    if goal.budget_fen is None:
        return _PASS if goal.no_budget.strip() else ("missing", "budget")
    if goal.budget_fen < 0:
        return "missing", "budget_negative"
    return ("doubt", "budget_over") if over and goal.budget_fen else _PASS


def _supported(goal: Goal, children: list[Goal]) -> Verdict:
    """A8: weights of the sub-goals make 100 %, and their targets make this one's."""
    if not children:
        return "pass", ""
    weights = [child.weight for child in children]
    if any(weight is None for weight in weights):
        return "doubt", "weights_missing"
    if abs(sum(weight or 0.0 for weight in weights) - FULL) > 0.01:
        return "doubt", "weights_sum"
    if goal.aggregation == "sum":
        return _adds_up(goal, children)
    if goal.aggregation == "ratio" and {child.indicator for child in children} != {goal.indicator}:
        return "doubt", "other_indicator"
    return _PASS


def _adds_up(goal: Goal, children: list[Goal]) -> Verdict:
    aims = [goal_value(child, child.target) for child in children]
    own = goal_value(goal, goal.target)
    if own is None:
        return _PASS
    units = {goal.unit, *(child.unit for child in children)}
    if None in aims or len(units) > 1:
        return "doubt", "sum_unknown"
    whole = sum(aim or 0.0 for aim in aims)
    short = whole < own - NEAR if goal.direction != "lower" else whole > own + NEAR
    return ("doubt", "sum_short") if short else _PASS


def _possible(goal: Goal, catalog: Catalog) -> Verdict:
    """A9: shares within 0-100; beyond what the process does by itself only with measures."""
    bounds = [bound for bound in goal_bounds(goal) if bound is not None]
    if _is_share(goal, catalog) and any(not 0 <= bound <= FULL for bound in bounds):
        return "doubt", "impossible"
    base = goal.baseline
    if base is None or base.lower is None or base.upper is None or goal.measures.strip():
        return _PASS
    outside = any(not base.lower <= bound <= base.upper for bound in bounds)
    return ("doubt", "beyond_process") if outside else _PASS


def _is_share(goal: Goal, catalog: Catalog) -> bool:
    """Whether 0-100 is all the goal's figure can be: no change, no margin that may be negative."""
    indicator = catalog.indicators.get(goal.indicator)
    if indicator is None:
        return goal.unit == "%"
    formula = indicator.formula
    if indicator.unit != "%" or formula.kind not in ("ratio", "zero_share"):
        return False
    return formula.kind != "ratio" or all(not term.startswith("-") for term in formula.top)


def _plain(goal: Goal) -> Verdict:
    """A10: grand words want a number beside them."""
    rest, words = _EMPTY_WORDS.subn("", goal.title)
    return ("doubt", "empty_words") if words and not _DIGIT.search(rest) else _PASS


def _over_budget(plan: Plan, tree: Tree) -> bool:
    """Whether the amounts cost more than the plan may; below an amount stand parts of it."""
    if plan.budget_fen is None:
        return False
    stated = {number for number, one in tree.goals.items() if one.goal.budget_fen}
    whole = [number for number in stated if not stated & set(tree.above(number))]
    return sum(tree.goals[number].goal.budget_fen or 0 for number in whole) > plan.budget_fen
