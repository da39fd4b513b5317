"""Planned against actual by month, how far a goal has come, and where the year will end.

Planned: a straight line from the baseline to the target, through milestones that name a value.
How it stands is judged by twelve months together, so that seasons cancel out; a lag within the
natural variation of a year is 关注, a larger one is 未达. Year end: what is in, and for the months
to come those of last year shifted by how this year differs so far (t interval of that shift).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from scipy.stats import t as student

from core.months import add_months, month_range, months_between
from core.planning.goals.actuals import Line, joined
from core.planning.goals.model import Goal, Tree, goal_bounds, goal_value, rolled_up

State = Literal["good", "watch", "bad", "none"]
STATES: tuple[State, ...] = ("good", "watch", "bad", "none")
YEAR = 12
FEWEST_PAIRS = 3
"""Months with a value this year and last, from which a year end is projected."""
LEVEL = 0.80
NATURAL = 3.0
"""Limits of the control chart lie so many standard deviations from the mean."""


@dataclass(frozen=True)
class Projection:
    """The calendar year as a month's value: expected, and the interval of 80 %."""

    year: int
    expected: float
    low: float
    high: float
    planned: float
    chance: float
    """How likely the year is at least as good as planned, 0-1; NaN for a range."""


@dataclass(frozen=True)
class Standing:
    """How a goal stands in the month. Values in the goal's unit, NaN where they cannot be told.

    actual, planned: the last twelve months together. attained: 0-1 of the way from the baseline
    to the target. margin: a lag within it is natural variation. late: milestones overdue.
    """

    number: int
    state: State = "none"
    actual: float = math.nan
    planned: float = math.nan
    attained: float = math.nan
    expected: float = math.nan
    """Attainment that was planned by now, 0-1."""
    margin: float = math.nan
    late: int = 0
    projection: Projection | None = None
    reason: str = ""
    """Why nothing can be told: text id after `progress.reason.`."""


def planned_path(goal: Goal, months: Sequence[int]) -> np.ndarray:
    """What was planned for each month; NaN without baseline, target or dates.

    Before the start the baseline, after the due month the target; of a range its nearer end.
    """
    start, end = _ends(goal)
    if start is None or end is None or not goal.start or not goal.due:
        return np.full(len(months), np.nan)
    zero = add_months(goal.start, -1)
    marks = [(0, start), (max(months_between(zero, goal.due), 1), end)]
    marks += [
        (months_between(zero, one.month), one.value)
        for one in goal.milestones
        if one.value is not None and goal.start <= one.month < goal.due
    ]
    by_place = dict(sorted(marks))
    at = [months_between(zero, month) for month in months]
    return np.interp(at, list(by_place), list(by_place.values()))


def _ends(goal: Goal) -> tuple[float | None, float | None]:
    """Where the way begins and ends; a range is reached at its nearer end."""
    if goal.baseline is None:
        return None, None
    base = goal.baseline.value
    if goal.direction != "within":
        return base, goal_value(goal, goal.target)
    low, high = goal_bounds(goal)
    if low is None or high is None:
        return base, None
    return base, min(max(base, low), high)


def rolling(line: Line, months: Sequence[int]) -> list[float]:
    """Twelve months together up to each month; NaN beyond the line or without all its months."""
    first, last = line.months[0], line.months[-1]
    found = []
    for month in months:
        start = add_months(month, 1 - YEAR)
        inside = first <= start and month <= last
        found.append(line.over(month_range(start, month)) if inside else math.nan)
    return found


def standings(
    tree: Tree, own: Mapping[int, Line], now: int, projecting: bool = True
) -> dict[int, Standing]:
    """How every goal stands in the month `now`; with the year end where `projecting`.

    own: lines of the goals that have an indicator with figures, by number.
    """
    every = lines_of(tree, own)
    found: dict[int, Standing] = {}
    for number, _ in reversed(tree.ordered()):
        goal = tree.goals[number].goal
        kids = [found[child] for child in tree.children.get(number, ()) if child in found]
        weights = [tree.goals[child].goal.weight or 0.0 for child in tree.children.get(number, ())]
        if number in every:
            found[number] = standing(number, goal, every[number].until(now), now, projecting)
        elif goal.milestones and goal.aggregation == "milestone":
            found[number] = _by_milestones(number, goal, now)
        elif rolled_up(goal, len(kids)):
            found[number] = _weighed(number, kids, weights)
        else:
            why = "no_figures" if goal.indicator else "no_indicator"
            found[number] = Standing(number, reason=why, late=_late(goal, now))
    return found


def history(
    tree: Tree, own: Mapping[int, Line], months: Sequence[int]
) -> dict[int, dict[int, State]]:
    """How every goal stood at the end of each of these months, by number and month."""
    found: dict[int, dict[int, State]] = {}
    for month in months:
        for number, one in standings(tree, own, month, projecting=False).items():
            found.setdefault(number, {})[month] = one.state
    return found


def lines_of(tree: Tree, own: Mapping[int, Line]) -> dict[int, Line]:
    """A line for each goal that has one: its own, or made of those of its sub-goals."""
    found = dict(own)
    for number, _ in reversed(tree.ordered()):
        goal, kids = tree.goals[number].goal, tree.children.get(number, ())
        if not kids or goal.aggregation not in ("sum", "ratio"):
            continue
        parts = [found[child] for child in kids if child in found]
        made = joined(parts, goal.aggregation) if len(parts) == len(kids) else None
        if made is not None:
            found[number] = made
    return found


def standing(number: int, goal: Goal, line: Line, now: int, projecting: bool = True) -> Standing:
    """One goal by its line up to the month."""
    year = month_range(add_months(now, 1 - YEAR), now)
    actual, path = line.over(year), planned_path(goal, year)
    planned = float(path.mean())
    late = _late(goal, now)
    if math.isnan(actual) or math.isnan(planned):
        why = "no_plan" if not math.isnan(actual) else "no_figures"
        nothing = Standing(number, reason=why, late=late)
        return replace(nothing, actual=actual, planned=planned)
    if goal.start > now:
        nothing = Standing(number, reason="not_begun", late=late)
        return replace(nothing, actual=actual, planned=planned, attained=0.0, expected=0.0)
    margin, lag = _margin(goal), _lag(goal, actual, planned)
    state: State = "good" if lag <= 0 else "watch" if lag <= margin else "bad"
    start, end = _ends(goal)
    assert start is not None  # noqa: S101 a planned path has both ends
    assert end is not None  # noqa: S101
    return Standing(
        number,
        state,
        actual,
        planned,
        attained=_share(actual, start, end, goal),
        expected=_share(planned, start, end, goal),
        margin=margin,
        late=late,
        projection=project(goal, line, now) if projecting else None,
    )


def _margin(goal: Goal) -> float:
    """How far a year's value strays by itself: the limits of a month, over the root of twelve."""
    base = goal.baseline
    if base is None or base.lower is None or base.upper is None:
        return 0.0
    return (base.upper - base.lower) / 2 / math.sqrt(YEAR)


def _lag(goal: Goal, actual: float, planned: float) -> float:
    """How much worse the actual value is than planned; below 0 better."""
    if goal.direction == "raise":
        return planned - actual
    if goal.direction == "lower":
        return actual - planned
    low, high = goal_bounds(goal)
    if low is None or high is None or goal.baseline is None:
        return math.nan
    if low <= actual <= high:
        return 0.0
    return min(planned, low) - actual if actual < low else actual - max(planned, high)


def _share(value: float, start: float, end: float, goal: Goal) -> float:
    """Part of the way from start to end, 0-1; where there is no way to go, 1 when kept."""
    low, high = goal_bounds(goal)
    inside = goal.direction == "within" and low is not None and high is not None
    if inside and low <= value <= high:  # type: ignore[operator]
        return 1.0
    beyond = (value - end) * (end - start) > 0
    if abs(end - start) < 1e-12 or (inside and beyond):
        return 1.0 if _lag(goal, value, end) <= 0 else 0.0
    return min(max((value - start) / (end - start), 0.0), 1.0)


def _late(goal: Goal, now: int) -> int:
    return sum(not one.done and one.month <= now for one in goal.milestones)


def _by_milestones(number: int, goal: Goal, now: int) -> Standing:
    """Reached milestones of those there are; one that is overdue makes it 未达."""
    whole = len(goal.milestones)
    done = sum(bool(one.done) and one.done <= now for one in goal.milestones) / whole
    due = sum(one.month <= now for one in goal.milestones) / whole
    late = _late(goal, now)
    state: State = "bad" if late else "good"
    return Standing(number, state, attained=done, expected=due, late=late)


def _weighed(number: int, kids: Sequence[Standing], weights: Sequence[float]) -> Standing:
    """Attainment of the sub-goals, weighted; those that cannot be told are left out."""
    told = [
        (kid, weight)
        for kid, weight in zip(kids, weights, strict=True)
        if weight > 0 and not math.isnan(kid.attained)
    ]
    whole = sum(weight for _, weight in told)
    if not whole:
        return Standing(number, reason="no_parts")
    attained = sum(kid.attained * weight for kid, weight in told) / whole
    expected = sum(kid.expected * weight for kid, weight in told) / whole
    lagging = sum(weight for kid, weight in told if kid.state == "bad") / whole
    state: State = "good" if attained >= expected else "watch" if lagging <= 0.5 else "bad"
    late = sum(kid.late for kid in kids)
    return Standing(number, state, attained=attained, expected=expected, late=late)


def project(goal: Goal, line: Line, now: int) -> Projection | None:
    """The calendar year of `now`; None with fewer than three months in this year and last.

    The months to come are those of last year plus the mean difference so far; its spread gives
    the interval. Missing months of last year are left out.
    """
    year = now // 100
    values = dict(zip(line.months, line.value.tolist(), strict=True))
    known = [month for month in month_range(year * 100 + 1, now) if _told(values, month)]
    pairs = [
        values[month] - values[add_months(month, -YEAR)]
        for month in known
        if _told(values, add_months(month, -YEAR))
    ]
    rest = month_range(add_months(now, 1), year * 100 + YEAR)
    to_come = [add_months(m, -YEAR) for m in rest if _told(values, add_months(m, -YEAR))]
    if len(pairs) < FEWEST_PAIRS or len(to_come) < len(rest):
        return None
    shift, spread = float(np.mean(pairs)), float(np.std(pairs, ddof=1))
    so_far, count, left = line.over(known), len(known), len(to_come)
    whole = count + left
    coming = sum(values[month] + shift for month in to_come)
    expected = (so_far * count + coming) / whole
    error = spread * math.sqrt(left + left**2 / len(pairs)) / whole
    reach = float(student.ppf(0.5 + LEVEL / 2, len(pairs) - 1)) * error
    planned = float(planned_path(goal, month_range(year * 100 + 1, year * 100 + YEAR)).mean())
    chance = _chance(goal, expected - planned, error, len(pairs) - 1)
    return Projection(year, expected, expected - reach, expected + reach, planned, chance)


def _told(values: Mapping[int, float], month: int) -> bool:
    return not math.isnan(values.get(month, math.nan))


def _chance(goal: Goal, ahead: float, error: float, freedom: int) -> float:
    """That the year is at least as planned: one side of the t distribution; NaN for a range."""
    if goal.direction == "within" or math.isnan(ahead):
        return math.nan
    good = ahead if goal.direction == "raise" else -ahead
    if error <= 0:
        return float(good >= 0)
    return float(student.cdf(good / error, freedom))
