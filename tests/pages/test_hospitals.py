"""医院与演练: copied, switched to, marked, reset, removed; one's own hospital is safe."""

from __future__ import annotations

from pathlib import Path

from core.hospital.records import hospitals
from pages.shared import session
from tests.pages.app import HOME, HOSPITALS, Tab


def known() -> list[str]:
    return hospitals(session.store())["name_zh"].tolist()


def copied() -> Tab:
    return Tab(HOSPITALS).press("复制为演练")


def labels(tab: Tab) -> list[str]:
    return [button.label for button in tab.at.button]


def test_the_page_opens_in_every_hospital(any_store: Path) -> None:
    tab = Tab(HOSPITALS)
    assert tab.title() == "医院与演练"
    assert tab.headline() == "共 1 家医院，其中演练 0 家。"


def test_a_copy_is_made_and_switched_to(clinic: Path) -> None:
    tab = copied()
    assert known() == ["社区门诊部", "社区门诊部（演练）"]
    assert tab.at.session_state["hospital_id"] == 2
    assert tab.table().iloc[1, 2] == "▲ 演练"


def test_a_copy_shows_the_same_figures(clinic: Path) -> None:
    before = Tab(HOME).metrics()
    assert copied().go(HOME).metrics() == before


def test_a_name_in_use_is_refused(clinic: Path) -> None:
    tab = Tab(HOSPITALS).write("演练医院的名称", "社区门诊部").press("复制为演练")
    assert "已经有一家医院叫“社区门诊部”" in tab.errors()[0]


def test_the_view_changes_to_the_hospital_that_is_chosen(clinic: Path) -> None:
    tab = copied().choose("hospitals_choice_2", 1).press("切换到这家")
    assert tab.at.session_state["hospital_id"] == 1


def test_one_s_own_hospital_cannot_be_removed(clinic: Path) -> None:
    tab = Tab(HOSPITALS)
    assert {"重置", "删除", "删除全部数据"} & set(labels(tab)) == set()
    assert "只有演练医院才能重置或删除。" in tab.said()


def test_the_only_hospital_cannot_be_removed_though_it_is_marked(clinic: Path) -> None:
    tab = Tab(HOSPITALS).press("标为演练")
    assert "删除全部数据" not in labels(tab)
    assert tab.table().iloc[0, 2] == "▲ 演练"


def test_a_copy_goes_once_its_name_is_typed(clinic: Path) -> None:
    tab = copied().write("请输入医院名称确认", "社区门诊部").press("删除全部数据")
    assert "名称不一致" in tab.errors()[0]
    tab.write("请输入医院名称确认", "社区门诊部（演练）").press("删除全部数据")
    assert known() == ["社区门诊部"]
    assert tab.at.session_state["hospital_id"] == 1


def test_a_copy_is_reset(clinic: Path) -> None:
    tab = copied().press("恢复成原医院现在的样子")
    assert tab.at.success[0].value == "已重置“社区门诊部（演练）”。"


def test_the_badge_says_that_it_is_for_exercises(clinic: Path) -> None:
    assert "演练医院" in copied().go(HOME).said()
