"""目标树: gaps marked while one types, filled live; two people; templates; breaking down."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from core.errors import DataError
from core.planning.goals.records import Change, plans, save_goal, tree, versions
from core.store.engine import Actor
from core.store.opening import open_store
from core.words import error_text, t
from tests.pages.app import GOALS, Tab
from tests.stores import url_of

PLACE = (1, 1)
LACKING = 16
"""The goal of the demo plan without an owner."""


def card(number: int = LACKING) -> Tab:
    return Tab(GOALS, plan="1", goal=str(number))


def part(tab: Tab, name: str) -> Tab:
    tab.at.session_state["goals"] = t(f"goals.tab.{name}")
    return tab.run()


def test_the_tree_says_how_many_goals_have_gaps(demo: Path) -> None:
    tab = Tab(GOALS)
    assert "56 个目标" in tab.headline()
    assert "最高可得 75.0 分" in tab.headline()
    rows = tab.table()
    own = rows[rows[t("goals.column.number")] == str(LACKING)].iloc[0]
    assert own[t("goals.column.gaps")] == t("plan.check.A4")


def test_filling_a_gap_raises_the_score_before_it_is_saved_and_after(demo: Path) -> None:
    tab = card()
    assert t("plan.reason.owner") in tab.said()
    tab.choose(f"goal_1_{LACKING}_owner", "质控 王蕾")
    assert t("plan.reason.owner") not in tab.said()
    assert "最高可得 79.2 分（保存后 +4.2）" in tab.said()
    tab.press(t("goals.save"))
    assert "要写理由" in tab.errors()[0]  # the plan is approved
    tab.at.text_input(key=f"goal_reason_{LACKING}_1").set_value("补责任人")
    tab.press(t("goals.save"))
    assert tab.metrics()[t("goals.card.best")] == "79.2"


def test_typed_values_stay_while_another_tab_is_open(demo: Path) -> None:
    tab = card()
    tab.choose(f"goal_1_{LACKING}_owner", "质控 王蕾")
    tab = part(part(tab, "checks"), "card")
    assert tab.at.selectbox(key=f"goal_1_{LACKING}_owner").value == "质控 王蕾"


def test_the_second_of_two_people_sees_both_and_saves_both(demo: Path) -> None:
    tab = card()
    tab.choose(f"goal_1_{LACKING}_owner", "质控 王蕾")
    store = open_store(url_of(demo))
    before = tree(store, PLACE).goals[LACKING]
    other = replace(before.goal, measures="白内障全部转日间")
    seen = (LACKING, before.version)
    save_goal(store, Actor("护理 李芳", "t"), PLACE, seen, Change(other, before.parent, "改措施"))
    tab.at.text_input(key=f"goal_reason_{LACKING}_{before.version}").set_value("补责任人")
    tab.press(t("goals.save"))
    assert "护理 李芳" in tab.errors()[0]
    rows = tab.table(1)  # below the milestones
    assert rows[t("goals.clash.field")].tolist() == ["第一责任人（一名）", "措施：靠改变什么达到"]
    assert "质控 王蕾" in rows[t("goals.clash.typed")].tolist()
    tab.press(t("goals.clash.both"))
    stored = tree(store, PLACE).goals[LACKING].goal
    store.close()
    assert (stored.owner, stored.measures) == ("质控 王蕾", "白内障全部转日间")


def test_a_template_brings_its_target_and_reads_the_baseline(demo: Path) -> None:
    tab = part(Tab(GOALS), "templates")
    tab.at.button(key="template_occupancy_spread").click()
    tab.run()
    assert tab.errors() == [error_text(DataError("E_GOAL_REASON"))]
    tab.at.text_input(key="goal_add_reason").set_value("*职代会*提出")
    tab.at.button(key="template_occupancy_spread").click()
    tab.run()
    assert "57 个目标" in tab.headline()
    store = open_store(url_of(demo))
    goal = tree(store, PLACE).goals[57].goal
    assert versions(store, PLACE, 57)["reason"].tolist() == ["*职代会*提出"]
    store.close()
    assert (goal.indicator, goal.target, goal.kind) == ("OP002", -20, "target")
    assert goal.baseline is not None
    assert goal.baseline.points == 12


def test_a_goal_is_broken_down_to_departments_with_their_own_baselines(demo: Path) -> None:
    tab = card(5)
    tab.at.session_state["goal_more_break"] = True
    tab.run()
    box = next(one for one in tab.at.multiselect if one.label == t("goals.break.departments"))
    box.set_value(["0102", "0103"])
    tab.at.text_input(key="goal_break_reason_5").set_value("分到病区")
    tab.press(t("goals.break.do"))
    store = open_store(url_of(demo))
    goals = tree(store, PLACE)
    store.close()
    kids = [goals.goals[number].goal for number in goals.children[5]][-2:]
    assert [kid.department for kid in kids] == ["0102", "0103"]
    assert {kid.weight for kid in kids} == {None}  # those there have all of it
    assert all(kid.baseline and kid.baseline.lower for kid in kids)


def test_a_hospital_without_a_plan_makes_one(clinic: Path) -> None:
    tab = Tab(GOALS)
    tab.write(t("plan.name"), "三年规划").press(t("plan.add"))
    assert "三年规划" in tab.headline()
    store = open_store(url_of(clinic))
    assert [plan.name for plan in plans(store, 1)] == ["三年规划"]
    store.close()


def test_a_store_without_data_says_what_to_do(empty: Path) -> None:
    assert t("empty.title") in "".join(one.value for one in Tab(GOALS).at.markdown)
