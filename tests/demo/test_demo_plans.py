"""The plan and the rounds that the demo hospital comes with."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.planning.goals.model import Tree
from core.planning.goals.records import plans, tree, versions
from core.planning.reviews.records import notes, rounds, sheets
from core.planning.reviews.results import Ground, result
from core.planning.rubric import load_rubric
from core.store.engine import Store
from core.store.opening import open_store
from tests.stores import url_of


@pytest.fixture(scope="module")
def demo(demo_file: Path) -> Store:
    return open_store(url_of(demo_file))


@pytest.fixture(scope="module")
def goals(demo: Store) -> Tree:
    return tree(demo, (1, 1))


def test_the_tree_has_more_than_forty_goals_on_three_levels(goals: Tree) -> None:
    assert len(goals.goals) >= 40
    assert {one.goal.level for one in goals.goals.values()} == {"hospital", "department", "person"}
    assert {one.goal.side for one in goals.goals.values()} == {
        *("scale", "focus", "technology", "management")
    }
    assert len(goals.ordered()) == len(goals.goals)


def test_goals_are_bound_to_indicators_with_a_baseline_of_a_year(goals: Tree) -> None:
    bound = [one.goal for one in goals.goals.values() if one.goal.indicator]
    based = [goal for goal in bound if goal.baseline and goal.baseline.lower is not None]
    assert len(based) >= 40
    assert {(goal.baseline.first, goal.baseline.last) for goal in based if goal.baseline} == {
        (202401, 202412)
    }


def test_weights_under_every_goal_make_a_hundred(goals: Tree) -> None:
    for number, kids in goals.children.items():
        assert sum(goals.goals[kid].goal.weight or 0 for kid in kids) == 100, number


def test_one_goal_was_changed_with_a_reason(demo: Store, goals: Tree) -> None:
    changed = [number for number, one in goals.goals.items() if one.version > 1]
    assert len(changed) == 1
    assert "职代会" in versions(demo, (1, 1), changed[0])["reason"].iloc[0]


def test_the_round_disagreed_was_talked_over_and_agreed(demo: Store) -> None:
    rubric = load_rubric(Path("data/planning"))
    main = rounds(demo, 1)[-1]
    assert main.state == "final"
    assert [member.name for member in main.members if member.conflict] == ["院办 周明"]
    given, told = sheets(demo, 1, main.id), {}
    for turn in (1, 2):
        own = [sheet for sheet in given if sheet.turn == turn]
        told[turn] = result(Ground(rubric, "full", main.weights, {}), own).agreement.level
    assert told == {1: "low", 2: "good"}
    assert len(notes(demo, 1, main.id)) >= 3


def test_five_plans_are_judged_so_that_entropy_is_a_reference(demo: Store) -> None:
    assert len({one.plan_id for one in rounds(demo, 1)}) == 5 == len(plans(demo, 1))
