"""Goals of an approved plan that lag are signals: by themselves, or as a reason beside others."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.analysis.signals import CAUSE, MISSED, PLAN, Found, rows_of
from core.planning.goals.model import Milestone
from core.reports.signals.goals import in_force, lagging_goals
from core.reports.signals.join import joined
from core.reports.signals.phrases import Names, subject_of, why
from core.words import set_language
from tests.planning.goals import PLAN as DRAFT
from tests.planning.goals import line, placed, trees
from tests.stores import CATALOG

MONTH = 202510
APPROVED = replace(DRAFT, state="approved")
NAMES = Names({}, {}, {})
LATE = [8.0] * 12 + [8.6] * 10
"""Twelve months at the baseline, then half a day longer than it: 未达 from its third month on."""


def lagging(values: list[float], **more) -> list[Found]:
    tree = trees(placed(1, **more))
    return lagging_goals(APPROVED, tree, {1: line(202401, values)}, MONTH)


def test_a_goal_that_lags_by_more_than_chance_is_a_signal() -> None:
    (one,) = lagging(LATE)
    assert (one.subject, one.reason, one.direction) == ("goal:1.1", PLAN, "worse")
    assert one.value == pytest.approx((2 * 8.0 + 10 * 8.6) / 12)
    # half a day in sixty months; ten of the twelve lie after the beginning
    assert one.bound == pytest.approx(8.0 - 0.5 * (55 / 60) / 12)
    assert 202501 < one.since < MONTH


def test_a_goal_without_a_unit_still_tells_its_figures() -> None:
    tree = trees(placed(1, indicator="", unit=""))
    (one,) = lagging_goals(APPROVED, tree, {1: line(202401, LATE)}, MONTH)
    row = joined([rows_of([one])]).iloc[0].to_dict()
    assert "里程碑" not in why(row, CATALOG, NAMES)
    assert "近 12 个月 8.5" in why(row, CATALOG, NAMES)


def test_a_goal_as_planned_or_within_chance_is_none() -> None:
    assert lagging([8.0] * 12 + [7.5] * 10) == []
    assert lagging([8.0] * 12 + [8.1] * 10) == []


def test_a_plan_speaks_only_when_approved_and_in_its_months() -> None:
    assert in_force(APPROVED, MONTH)
    assert not in_force(DRAFT, MONTH)
    assert not in_force(APPROVED, 202412)
    assert not in_force(APPROVED, 203001)


def test_overdue_milestones_are_told_by_their_count() -> None:
    steps = (Milestone(202506, "评估"), Milestone(202512, "复评"))
    tree = trees(placed(1, indicator="", aggregation="milestone", milestones=steps))
    (one,) = lagging_goals(APPROVED, tree, {}, MONTH)
    assert (one.value, one.unit, one.since) == (1.0, "", 202506)
    row = joined([rows_of([one])]).iloc[0].to_dict()
    assert why(row, CATALOG, NAMES) == "《五年规划》的里程碑有 1 个到期未完成。"
    assert subject_of(row, CATALOG, NAMES) == "规划目标：平均住院日缩短 0.5 天"


def test_figures_are_told_of_the_goal_and_its_plan() -> None:
    row = joined([rows_of(lagging(LATE))]).iloc[0].to_dict()
    assert "近 12 个月 8.50 天" in why(row, CATALOG, NAMES)
    set_language("en")
    assert why(row, CATALOG, NAMES).startswith("8.50 days over the last 12 months")


def test_beside_a_missed_target_it_is_one_more_reason_and_changes_no_figure() -> None:
    tree, own = trees(placed(1)), {1: line(202401, LATE)}
    goals = lagging_goals(APPROVED, tree, own, MONTH, {("OP003", "")})
    target = Found("OP003", "", MONTH, MONTH, MISSED, "worse", 8.6, "天", bound=8.2, stake=5.0)
    rows = joined([rows_of(goals), rows_of([target])])
    assert len(rows) == 1
    row = rows.iloc[0].to_dict()
    assert row["reasons"] == f"{MISSED},{PLAN}"
    assert (row["value"], row["bound"], row["since"], row["stake"]) == (8.6, 8.2, MONTH, 5.0)
    assert why(row, CATALOG, NAMES).endswith("规划目标也已落后。")


def test_a_chart_for_the_better_does_not_hide_a_goal_that_lags() -> None:
    tree, own = trees(placed(1)), {1: line(202401, LATE)}
    goals = lagging_goals(APPROVED, tree, own, MONTH, {("OP003", "")})
    better = Found("OP003", "", MONTH, MONTH, CAUSE, "better", 8.6, "天", usual=9.0, detail="low")
    row = joined([rows_of([better]), rows_of(goals)]).iloc[0]
    assert row["direction"] == "worse"


def test_of_two_goals_about_the_same_the_worse_counts() -> None:
    tree = trees(placed(1), placed(2, target=-1.5))
    own = {1: line(202401, LATE), 2: line(202401, LATE)}
    found = lagging_goals(APPROVED, tree, own, MONTH, {("OP003", "")})
    assert [one.subject for one in found] == ["OP003"]
