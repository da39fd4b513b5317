"""改进闭环: raised from a signal, done by one, closed by another, judged by the signal."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from core.control.actions.model import Draft, Origin
from core.control.actions.reads.records import action, actions, steps
from core.control.actions.records import raise_action
from core.frames import Scope
from core.store.engine import Actor
from core.words import t, texts
from pages.shared import session
from pages.shared.action_moves import changes_text
from tests.pages.app import ACTIONS, HOME, SIGNALS, Tab

SCOPE = Scope(1, 190001, 999912)
HOSTILE = "<b>x</b> **y** :red[z]"


def opened(**query: str) -> Tab:
    return Tab(ACTIONS, **query)


def acting(tab: Tab, name: str) -> Tab:
    return tab.choose("acting", name)


def tab_named(tab: Tab, name: str) -> Tab:
    tab.at.session_state["actions_tab"] = t(f"actions.tab.{name}")
    return tab.run()


def said(tab: Tab) -> str:
    """What can be read, its escapes taken away."""
    return re.sub(r"\\(.)", r"\1", tab.said())


def made(owner: str = "骨科 高主任", verifier: str = "质控 王蕾") -> int:
    people: dict[str, Any] = {"owner": owner, "verifier": verifier}
    origin = Origin("finding", "CK-SS:SS09", {})
    draft = Draft(f"核查 {HOSTILE}", "0205", origin, "serious", "漏签", **people)
    return raise_action(session.store(), Actor("质控 王蕾", "tests"), 1, draft)


def write(tab: Tab, label: str, text: str) -> Tab:
    next(one for one in tab.at.text_area if one.label == label).set_value(text)
    return tab


def test_the_headline_counts_what_is_open_and_late(demo: Path) -> None:
    tab = opened()
    rows = actions(session.store(), SCOPE)
    count = int(rows["state"].isin(["unassigned", "assigned", "working", "review"]).sum())
    assert tab.headline().startswith(f"在办 {count} 项，逾期 ")
    assert tab.metrics()["在办"] == str(count)
    assert "目标 100%" in said(tab)


def test_the_department_moves_the_lists(demo: Path) -> None:
    tab = opened()
    every = tab.metrics()["在办"]
    assert tab.choose("scope_department", "0205").metrics()["在办"] != every


def test_my_work_is_that_of_the_acting_person(demo: Path) -> None:
    tab = acting(opened(), "运营 林晓")
    assert "等我验证 · 1" in said(tab)
    assert "超声检查排队" in said(tab)
    assert "超声检查排队" not in said(acting(tab, "统计 何田"))


def test_board_and_late_list_hold_every_action_once(demo: Path) -> None:
    board = tab_named(opened(), "board").table()
    assert len(board) == len(actions(session.store(), SCOPE))
    late = tab_named(opened(), "late").table()
    assert (late["逾期天数"] > 0).all()
    assert "脊柱内固定耗材：议价、限用清单、术前审批" in late["要做的事"].tolist()


def test_the_infection_control_story_is_an_effective_action(demo: Path) -> None:
    tab = tab_named(opened(), "effect")
    assert "全院 · 呼吸机相关肺炎发病率：整改前 4.18‰，2025年9月 起 2.70‰。结论：有效" in said(tab)
    charts: Any = tab.at.get("vega_lite_chart")
    assert "有效" in charts[0].proto.alt
    told = tab.table(1).set_index("指标")["效果"]
    assert told["呼吸机相关肺炎发病率"].endswith("有效")
    assert told["投诉率"].endswith("未见效")
    assert told["医务人员手卫生依从率"].endswith("证据不足")


def test_a_signal_becomes_an_action_with_the_way_back(demo: Path) -> None:
    tab = Tab(SIGNALS, period="2026-10")
    before = len(actions(session.store(), SCOPE))
    key = "raise_signal_FN051_0207"
    tab.at.session_state[key] = True
    tab.run().press("提出行动")
    rows = actions(session.store(), SCOPE)
    assert len(rows) == before + 1
    row = rows.iloc[0]
    assert (row["origin_kind"], row["origin_key"], row["department"]) == ("signal", "FN051", "0207")
    assert (row["indicator"], row["state"], row["due"]) == ("FN051", "unassigned", 20261122)
    assert any("待分派" in label for label in tab.links())
    one = opened(action=str(row["id"]))
    assert "来源：异常信号，去看" in one.links()


def test_home_offers_to_raise_what_needs_attention(demo: Path) -> None:
    assert "派任务" in Tab(HOME).texts()


def test_a_note_is_sent_back_and_closed_by_the_verifier_alone(demo: Path) -> None:
    number = made()
    tab = acting(opened(action=str(number)), "骨科 高主任")
    tab.press("开始整改")
    write(tab, "做了什么（必填）", "巡回护士发起核查").press("提交证据")
    assert "等验证人 质控 王蕾 验证" in said(tab)
    assert [b.label for b in tab.at.button if "关闭" in b.label] == []
    acting(tab, "质控 王蕾")
    tab.press("退回")
    assert tab.errors() == [texts("zh")["error.E_ACTION_WORDS"]]
    write(tab, "怎样验证的，结论是什么（必填）", "缺两周记录").press("退回")
    acting(tab, "骨科 高主任")
    write(tab, "做了什么（必填）", "已补").press("提交证据")
    acting(tab, "质控 王蕾")
    write(tab, "怎样验证的，结论是什么（必填）", "10 台完整").press("验证通过，关闭")
    row = action(session.store(), SCOPE, number)
    assert row["state"] == "closed"
    told = steps(session.store(), SCOPE, number)["move"].tolist()
    assert told == ["raise", "start", "submit", "send_back", "submit", "close"]
    assert "缺两周记录" in said(tab)


def test_who_is_second_is_told_and_keeps_what_was_typed(demo: Path) -> None:
    number = made("产科 马护士长")
    first, second = (acting(opened(action=str(number)), "产科 马护士长") for _ in range(2))
    first.press("开始整改")
    second.run()
    assert "产科 马护士长刚改动了这项行动" in said(second)
    write(first, "做了什么（必填）", "先到").press("提交证据")
    write(second, "做了什么（必填）", "后到").press("提交证据")
    assert second.errors() == [texts("zh")["error.E_CONFLICT"]]
    assert "现在是：◕ 待验证" in said(second)
    assert [one.value for one in second.at.text_area] == ["后到"]
    told = steps(session.store(), SCOPE, number)
    assert told["text"].tolist() == ["漏签", "", "先到"]
    second.press("按最新状态继续")
    assert "等验证人 质控 王蕾 验证" in said(second)


def test_what_people_write_is_never_read_as_markdown(demo: Path) -> None:
    tab = opened(action=str(made("护理 李芳")))
    heads = [one.value for one in tab.at.subheader]
    assert any(r"\*\*y\*\*" in head and r"\<b\>" in head for head in heads)


def test_the_signal_concludes_and_nobody_else(demo: Path) -> None:
    rows = actions(session.store(), SCOPE).to_dict("records")
    row = next(one for one in rows if one["title"].startswith("心内病区"))
    tab = opened(action=str(row["id"]))
    labels = {widget.label for widget in (*tab.at.button, *tab.at.selectbox)}
    assert "有效" not in labels
    tab.press("按信号写下结论")
    after = action(session.store(), SCOPE, row["id"])
    assert after["effect"] in ("none", "unproven")
    assert steps(session.store(), SCOPE, row["id"])["move"].tolist()[-1] == "conclude"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_without_any_action_it_says_what_to_do(empty: Path, language: str) -> None:
    tab = opened(lang=language)
    assert tab.title() == texts(language)["actions.title"]
    assert texts(language)["actions.empty"] in tab.said()
    assert tab.errors() == []


def test_an_address_of_no_action_says_so_and_shows_the_lists(demo: Path) -> None:
    tab = opened(action="999999")
    assert [one.value for one in tab.at.warning] == [t("error.E_ACTION_GONE")]
    assert t("actions.tab.mine") in tab.said()


def test_a_change_of_the_owner_alone_says_nothing_of_the_verifier(demo: Path) -> None:
    step = {"move": "assign", "content": json.dumps({"owner": "设备 郑凯"})}
    assert changes_text(step) == "责任人 设备 郑凯"
    both = {"owner": "设备 郑凯", "verifier": "质控 王蕾"}
    named = {"move": "assign", "content": json.dumps(both)}
    assert changes_text(named) == "责任人 设备 郑凯，验证人 质控 王蕾"
