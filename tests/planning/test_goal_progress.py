"""Planned against actual, the year's end, and goals made of their parts."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.months import month_range
from core.planning.goals.actuals import Line, baseline_of, joined
from core.planning.goals.breakdown import Part, broken_down
from core.planning.goals.changes import differing, merged
from core.planning.goals.model import Baseline, Goal, Milestone, from_content, to_content
from core.planning.goals.progress import planned_path, project, standing, standings
from core.planning.goals.ranking import behind, overall
from tests.planning.goals import WHOLE, line, placed, trees

GOAL = Goal(
    "降到 6",
    direction="lower",
    target=6.0,
    baseline=Baseline(12.0, 202401, 202412, 10.5, 13.5, 12),
    start=202501,
    due=202512,
    owner="王一",
)
"""One month less 0.5, from 12."""


def test_the_planned_line_falls_evenly() -> None:
    assert planned_path(GOAL, (202412, 202501, 202506, 202512, 202601)).tolist() == [
        *(12.0, 11.5, 9.0, 6.0, 6.0)
    ]


def test_a_milestone_with_a_value_bends_the_line() -> None:
    bent = Goal(**{**vars(GOAL), "milestones": (Milestone(202506, "过半", 11.0),)})
    assert planned_path(bent, (202503, 202506, 202509)).tolist() == [11.5, 11.0, 8.5]


@pytest.mark.parametrize(("actual", "state"), [(8.7, "good"), (9.0, "watch"), (9.7, "bad")])
def test_a_lag_within_a_years_variation_is_only_watched(actual: float, state: str) -> None:
    """Planned over 2025: 8.75 on average; the margin is 1.5 / √12 = 0.433."""
    told = standing(1, GOAL, line(202401, [12.0] * 12 + [actual] * 12), 202512)
    assert told.planned == pytest.approx(8.75)
    assert told.margin == pytest.approx(0.433, abs=0.001)
    assert told.state == state


def test_attained_is_the_part_of_the_way() -> None:
    told = standing(1, GOAL, line(202401, [12.0] * 12 + [9.0] * 12), 202512)
    assert told.attained == pytest.approx(0.5)


def test_a_range_is_kept_inside_and_missed_on_either_side() -> None:
    kept = Goal(
        "90–95",
        direction="within",
        target=90.0,
        high=95.0,
        baseline=Baseline(92.0, 202401, 202412, None, None, 12),
        start=202501,
        due=202512,
    )
    states = [standing(1, kept, line(202501, [at] * 12), 202512).state for at in (89, 93, 97)]
    assert states == ["bad", "good", "bad"]


def test_the_year_end_is_last_year_shifted() -> None:
    """Each month 1 below last year: so are those to come, with no doubt about it."""
    last_year = [10.0, 12.0, 11.0, 9.0] * 3
    told = project(GOAL, line(202401, last_year + [v - 1 for v in last_year[:9]]), 202509)
    assert told is not None
    assert told.expected == pytest.approx(sum(last_year) / 12 - 1)
    assert told.low == pytest.approx(told.high)


def test_a_wavering_year_has_a_wider_interval() -> None:
    last_year = [10.0] * 12
    told = project(GOAL, line(202401, [*last_year, 9.0, 8.0, 10.0, 9.0]), 202504)
    assert told is not None
    assert told.low < told.expected < told.high
    assert told.expected == pytest.approx(9.0)
    assert told.planned == pytest.approx(8.75)
    assert told.chance < 0.5


def test_without_last_year_no_end_is_told() -> None:
    assert project(GOAL, line(202501, [9.0] * 6), 202506) is None
    assert project(GOAL, line(202401, [9.0] * 14), 202502) is None


def test_milestones_overdue_put_a_goal_behind() -> None:
    steps = (Milestone(202503, "一", done=202503), Milestone(202506, "二"), Milestone(202512, "三"))
    one = placed(1, Goal("里程碑", aggregation="milestone", milestones=steps))
    told = standings(trees(one), {}, 202506)[1]
    assert (told.state, told.late) == ("bad", 1)
    assert (told.attained, told.expected) == (pytest.approx(1 / 3), pytest.approx(2 / 3))


def test_a_parent_is_as_far_as_its_parts_by_weight() -> None:
    half = line(202401, [12.0] * 12 + [9.0] * 12)
    whole = line(202401, [12.0] * 12 + [6.0] * 12)
    tree = trees(
        placed(1, Goal("上级", aggregation="weight")),
        placed(2, GOAL, 1, weight=75.0),
        placed(3, GOAL, 1, weight=25.0),
    )
    told = standings(tree, {2: half, 3: whole}, 202512)
    assert told[1].attained == pytest.approx(0.75 * 0.5 + 0.25)
    assert behind(tree, told) == (2,)
    assert overall(tree, told).counts["good"] == 2


def _shares(top: list[float], bottom: list[float]) -> Line:
    months = month_range(202501, 202500 + len(top))
    tops, bottoms = np.array(top), np.array(bottom)
    return Line(months, tops / bottoms * 100, tops, bottoms, 100.0, "ratio")


def test_ratios_are_divided_anew_never_averaged() -> None:
    both = joined([_shares([1.0], [2.0]), _shares([1.0], [8.0])], "ratio")
    assert both is not None
    assert both.value.tolist() == [20.0]  # 2 of 10, not the mean of 50 and 12.5


def test_months_of_a_ratio_are_divided_anew_too() -> None:
    assert _shares([1.0, 1.0], [2.0, 8.0]).over((202501, 202502)) == 20.0


def test_a_parent_by_numerators_ignores_its_own_line() -> None:
    goal = Goal(**{**vars(GOAL), "aggregation": "ratio", "direction": "raise", "target": 30.0})
    kid = Goal(**{**vars(GOAL), "direction": "raise", "target": 30.0})
    tree = trees(placed(1, goal), placed(2, kid, 1), placed(3, kid, 1))
    lines = {2: _shares([1.0] * 12, [2.0] * 12), 3: _shares([1.0] * 12, [8.0] * 12)}
    told = standings(tree, {1: _shares([9.0] * 12, [9.0] * 12), **lines}, 202512)
    assert told[1].actual == pytest.approx(20.0)


def test_a_baseline_is_twelve_months_with_their_variation() -> None:
    base = baseline_of(line(202401, [10.0, 12.0] * 6), 202401, 202412)
    assert base is not None
    assert (base.value, base.points) == (11.0, 12)
    assert (base.lower, base.upper) == (pytest.approx(11 - 2.66 * 2), pytest.approx(11 + 2.66 * 2))


def test_a_short_baseline_has_no_limits() -> None:
    base = baseline_of(line(202401, [10.0, 12.0]), 202401, 202412)
    assert base is not None
    assert (base.lower, base.points) == (None, 2)
    assert baseline_of(line(202401, [math.nan]), 202401, 202401) is None


@given(st.integers(1, 40))
def test_parts_always_weigh_a_hundred(count: int) -> None:
    parts = [Part(f"科{n}", f"{n:04d}") for n in range(count)]
    kids = broken_down(WHOLE, parts)
    assert round(sum(kid.weight or 0 for kid in kids), 6) == 100
    assert {kid.level for kid in kids} == {"department"}


def test_a_goal_is_the_same_after_the_store() -> None:
    assert from_content(to_content(WHOLE)) == WHOLE


def test_two_wordings_are_put_together_field_by_field() -> None:
    mine, theirs = (
        Goal(**{**vars(WHOLE), "owner": "李二"}),
        Goal(**{**vars(WHOLE), "target": -0.8}),
    )
    both = merged(WHOLE, mine, theirs)
    assert differing(WHOLE, both) == ("target", "owner")
