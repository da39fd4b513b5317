"""What the ten checks find, and which scores they cap."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from core.planning.goals.checks import CHECKS, check_goal, check_plan, missing
from core.planning.goals.model import Baseline, Goal, Milestone
from core.planning.goals.templates import load_templates
from core.planning.rubric import load_rubric
from tests.planning.goals import AROUND, PLAN, placed, trees
from tests.stores import CATALOG

RUBRIC = load_rubric(Path("data/planning"))


def found(**changes: Any) -> dict[str, tuple[str, str]]:
    one = placed(1, **changes)
    return {f.check: (f.state, f.reason) for f in check_goal(one, trees(one), AROUND)}


def test_a_whole_goal_passes_every_check() -> None:
    assert found() == dict.fromkeys(CHECKS, ("pass", ""))


@pytest.mark.parametrize(
    ("check", "state", "reason", "changes"),
    [
        ("A1", "missing", "indicator", {"indicator": ""}),
        ("A1", "missing", "indicator_unknown", {"indicator": "ZZ999"}),
        ("A1", "doubt", "milestones_only", {"indicator": "", "aggregation": "milestone"}),
        ("A2", "missing", "target", {"target": None}),
        ("A2", "missing", "direction", {"direction": ""}),
        ("A2", "missing", "unit", {"unit": ""}),
        ("A2", "missing", "target", {"direction": "within"}),
        ("A3", "missing", "baseline", {"baseline": None}),
        ("A3", "doubt", "baseline_side", {"target": 0.5}),
        ("A3", "doubt", "baseline_short", {"baseline": Baseline(8.0, 202412, 202412, points=1)}),
        ("A4", "missing", "owner", {"owner": ""}),
        ("A4", "missing", "owner_unknown", {"owner": "外人"}),
        ("A5", "missing", "dates", {"due": 0}),
        ("A5", "missing", "dates_order", {"start": 202912, "due": 202501}),
        ("A5", "missing", "milestones", {"milestones": ()}),
        ("A5", "doubt", "milestone_late", {"milestones": (Milestone(202601, "评估"),)}),
        ("A6", "missing", "source", {"source": ""}),
        ("A6", "missing", "collector", {"collector": ""}),
        ("A6", "missing", "frequency", {"frequency": ""}),
        ("A7", "missing", "budget", {"budget_fen": None}),
        ("A7", "missing", "budget_negative", {"budget_fen": -1}),
        ("A9", "doubt", "beyond_process", {"target": -2.0}),
        ("A10", "doubt", "empty_words", {"title": "进一步缩短平均住院日"}),
    ],
)
def test_each_gap_is_found(check: str, state: str, reason: str, changes: dict[str, Any]) -> None:
    assert found(**changes)[check] == (state, reason)


def test_a_reason_stands_for_the_budget() -> None:
    assert found(budget_fen=None, no_budget="现有人员完成")["A7"] == ("pass", "")


def test_measures_make_a_bold_target_possible() -> None:
    assert found(target=-2.0, measures="出院准备中心")["A9"] == ("pass", "")


def test_a_share_above_a_hundred_is_impossible_but_a_growth_is_not() -> None:
    share = found(indicator="OP011", direction="raise", basis="value", target=120, unit="%")
    growth = found(indicator="AC007", direction="raise", basis="value", target=120, unit="%")
    assert share["A9"][1] == "impossible"
    assert growth["A9"][1] != "impossible"


def test_weights_of_sub_goals_make_a_hundred() -> None:
    parent = placed(1)
    kids = (placed(2, parent=1, weight=60), placed(3, parent=1, weight=30))
    told = check_goal(parent, trees(parent, *kids), AROUND)
    assert told[7].reason == "weights_sum"


def test_added_up_targets_reach_the_goal() -> None:
    add: dict[str, Any] = {
        "indicator": "OP020",
        "direction": "raise",
        "unit": "台次",
        "basis": "value",
    }
    parent = placed(1, **add, aggregation="sum", target=100.0)
    kids = [placed(n, parent=1, **add, target=aim, weight=50) for n, aim in ((2, 60.0), (3, 39.0))]
    assert check_goal(parent, trees(parent, *kids), AROUND)[7].reason == "sum_short"
    kids[1] = placed(3, parent=1, **add, target=40.0, weight=50)
    assert check_goal(parent, trees(parent, *kids), AROUND)[7].state == "pass"


def test_parts_of_a_budget_are_not_counted_twice() -> None:
    parent = placed(1, budget_fen=1_000_00)
    inside = placed(2, parent=1, budget_fen=900_00)
    other = placed(3, budget_fen=1)
    within = check_plan(PLAN, trees(parent, inside), AROUND)
    over = check_plan(PLAN, trees(parent, inside, other), AROUND)
    assert {one.state for one in within if one.check == "A7"} == {"pass"}
    assert "budget_over" in {one.reason for one in over}


def test_filling_a_gap_raises_the_highest_score() -> None:
    lacking = trees(placed(1, owner="", baseline=None))
    filled = trees(placed(1))
    best = [RUBRIC.ceiling(missing(check_plan(PLAN, one, AROUND))) for one in (lacking, filled)]
    assert best == [pytest.approx(100 - 7 * 3 / 5 - 5 * 4 / 5), 100]


def test_doubts_cap_nothing() -> None:
    told = check_plan(PLAN, trees(placed(1, title="大力改进")), AROUND)
    assert {one.state for one in told} == {"pass", "doubt"}
    assert RUBRIC.caps(missing(told)) == {}


def test_every_template_begins_a_goal_whose_target_is_told() -> None:
    templates = load_templates(Path("data/planning"), CATALOG)
    assert {"target", "case"} <= {one.kind for one in templates.values()}
    for template in templates.values():
        goal = template.goal(template.title.zh, CATALOG)
        one = placed(1, goal)
        told = {f.check: f.state for f in check_goal(one, trees(one), AROUND)}
        measured = bool(goal.indicator)
        assert (told["A1"], told["A2"], told["A6"]) == ("pass",) * 3 or not measured
        assert template.source.startswith(("《", "公开"))


def test_the_rubric_adds_up_to_a_hundred() -> None:
    assert sum(item.weight for item in RUBRIC.items.values()) == 100
    assert len(RUBRIC.items) == 16
    assert [RUBRIC.grade_of(score) for score in (90, 89.9, 70, 59)] == [
        *("excellent", "good", "fair", "returned")
    ]


def test_a_goal_without_anything_lacks_every_cap() -> None:
    one = placed(1, Goal("空"))
    gone = missing(check_goal(one, trees(one), AROUND))
    assert set(RUBRIC.caps(gone)) == {"CHK1", "BAS3", "OPE2", "CHK2", "BAS2", "OPE3"}
