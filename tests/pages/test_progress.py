"""目标进度: who is behind, the months, one goal with its year end, an action raised."""

from __future__ import annotations

from pathlib import Path

from core.words import t
from tests.pages.app import PROGRESS, Tab


def test_the_list_of_those_behind_comes_first(demo: Path) -> None:
    tab = Tab(PROGRESS, plan="1")
    cards = tab.metrics()
    assert int(cards[t("progress.card.bad")]) >= 5
    assert cards[t("progress.card.bad")] + " 个落后" in tab.headline()
    assert t("plan.state.bad") in tab.said()
    assert len(tab.table()) == 56


def test_the_month_moves_the_answer(demo: Path) -> None:
    tab = Tab(PROGRESS, plan="1")
    now = tab.headline()
    assert tab.choose("scope_month", 202512).headline() != now


def test_one_goal_shows_planned_actual_and_the_year_end(demo: Path) -> None:
    tab = Tab(PROGRESS, plan="1", goal="9")
    assert "预计 2026 年全年" in tab.said()
    rows = tab.table()
    assert rows[t("progress.column.planned")].str.endswith("天").all()
    assert (rows[t("progress.column.month")] == "—").sum() == 2  # November and December


def test_months_are_marked_by_shape_and_word(demo: Path) -> None:
    tab = Tab(PROGRESS, plan="1")
    tab.at.session_state["progress"] = t("progress.tab.months")
    tab.run()
    cells = set(tab.table().iloc[:, 1:].to_numpy().ravel())
    assert {"● 按计划", "▲ 稍落后", "■ 落后"} <= cells


def test_a_goal_behind_can_raise_an_action(demo: Path) -> None:
    tab = Tab(PROGRESS, plan="1")
    tab.at.session_state["raise_plan_1_35_"] = True
    tab.run()
    assert any("目标落后" in str(one.value) for one in tab.at.text_input)


def test_a_clinic_without_a_plan_is_sent_to_make_one(clinic: Path) -> None:
    assert t("progress.begin") in [one.value for one in Tab(PROGRESS).at.info]
