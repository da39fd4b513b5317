"""趋势预警图: the wall of icons, one chart opened, notes, rebases, variants of the rules."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from core.words import t
from pages.shared import session
from tests.pages.app import Tab
from tests.pages.test_any_page import HOLE

CONTROL = "pages/analysis/control.py"
STAY = {"dept": "0205", "indicator": "OP003"}


def marks(tab: Tab) -> list[str]:
    """The tiles: marks, value and target."""
    return [text for text in tab.texts() if re.match(r":small\[:\w+\[[■◆▲▼●○].*\n\*\*", text)]


def links(tab: Tab) -> list[Any]:
    return list(tab.at.get("page_link"))


def chart(tab: Tab) -> str:
    """The sentence of the chart, which is its heading and its alternative text."""
    return tab.headline()


def test_the_wall_shows_what_is_abnormal_first_and_says_how_many(demo: Path) -> None:
    tab = Tab(CONTROL, dept="0303")
    said = tab.headline()
    assert said.startswith("儿科 2026年10月：")
    worse = int(re.findall(r"(\d+) 项变差", said)[0])
    tiles = marks(tab)
    assert worse >= 1
    assert ["■ 变差" in tile for tile in tiles[:worse]] == [True] * worse
    assert "图例" in tab.said()


def test_the_filter_moves_the_wall(demo: Path) -> None:
    tab = Tab(CONTROL)
    count = int(re.findall(r"(\d+) 项指标", tab.headline())[0])
    tab.choose("control_filter", "worse")
    assert all("■ 变差" in tile for tile in marks(tab))
    tab.choose("control_filter", "all")
    assert len(marks(tab)) == 20
    assert t("control.more", count=count - 20) in tab.texts()


def test_the_department_moves_the_wall(demo: Path) -> None:
    tab = Tab(CONTROL)
    before = tab.headline()
    assert tab.choose("scope_department", "0501").headline() != before


def test_a_tile_links_to_its_chart_and_keeps_the_view(demo: Path) -> None:
    tab = Tab(CONTROL, dept="0205", period="2026-09")
    tab.choose("control_filter", "all")
    link = next(one for one in links(tab) if one.label == "平均住院日")
    assert "indicator=OP003" in link.query_string
    assert "dept=0205" in link.query_string
    assert "period=2026-09" in link.query_string


def test_a_chart_says_what_rule_is_broken_and_since_when(demo: Path) -> None:
    tab = Tab(CONTROL, **STAY)
    assert chart(tab).startswith("脊柱创伤骨科 · 平均住院日：2026年10月 ")
    assert re.search(r"(正常范围 .+ 之内|自.+起变|本月起变)", chart(tab))
    points = tab.table()
    assert points["月份"].tolist()[0] == "2026年10月"
    assert "2026年1–2月" in set(points["月份"])
    assert len(points) == 33
    assert "未越限的点" in tab.said()


def test_february_and_january_can_be_taken_apart(demo: Path) -> None:
    tab = Tab(CONTROL, **STAY)
    tab.at.toggle(key="control_spring").set_value(False)
    points = tab.run().table()
    assert {"2026年1月", "2026年2月"} <= set(points["月份"])
    assert len(points) == 36
    assert tab.query()["spring"] == "0"
    assert Tab(CONTROL, **STAY, spring="0").table()["月份"].tolist() == points["月份"].tolist()


def test_the_variants_of_the_rules_are_said_and_kept_in_the_address(demo: Path) -> None:
    tab = Tab(CONTROL, **STAY, near="1", fixed="12")
    assert "越限的点也算" in tab.said()
    assert "固定基线：前 12 点" in tab.said()
    plain = Tab(CONTROL, **STAY)
    assert plain.table()["均值"].tolist() != tab.table()["均值"].tolist()


def test_why_the_limits_of_shares_change_is_said_beside_them(demo: Path) -> None:
    assert "正常范围随每月分母大小变化" in Tab(CONTROL, indicator="SF002").said()


def test_a_note_stands_on_the_chart_and_in_the_table_until_it_is_taken_away(demo: Path) -> None:
    tab = Tab(CONTROL, **STAY)
    tab.at.text_area[0].set_value("改用 **日间** 手术")
    tab.press("保存备注")
    assert tab.errors() == []
    assert any("改用 \\*\\*日间\\*\\* 手术" in text for text in tab.texts())
    assert tab.table()["备注"].tolist()[0] == "改用 **日间** 手术"
    tab.press("撤销")
    assert "日间\\*\\* 手术" not in tab.said()


def test_an_empty_note_is_refused(demo: Path) -> None:
    tab = Tab(CONTROL, **STAY).press("保存备注")
    assert tab.errors() == [t("error.E_NOTE_TEXT", most=200)]


def test_limits_begin_anew_with_a_reason_and_an_approver(demo: Path) -> None:
    tab = Tab(CONTROL, **STAY)
    before = tab.table()["均值"].tolist()
    assert len(set(before)) == 1
    tab.at.selectbox(key="control_rebase_month_0").set_value(202503)
    tab.write("理由", "开展加速康复").write("批准人（不能是录入人）", "院长")
    tab.press("重设基线")
    assert tab.errors() == []
    assert len(set(tab.table()["均值"])) == 2
    assert "开展加速康复（批准：院长" in tab.said()
    tab.press("撤销")
    assert tab.table()["均值"].tolist() == before


@pytest.mark.parametrize(
    ("reason", "approver", "code"),
    [("", "院长", "E_REBASE_REASON"), ("新病区", "", "E_REBASE_APPROVER")],
)
def test_limits_do_not_begin_anew_without_them(
    demo: Path, reason: str, approver: str, code: str
) -> None:
    tab = Tab(CONTROL, **STAY)
    tab.write("理由", reason).write("批准人（不能是录入人）", approver)
    tab.press("重设基线")
    most = 200 if code == "E_REBASE_REASON" else 40
    assert tab.errors() == [t(f"error.{code}", most=most)]
    assert len(set(tab.table()["均值"])) == 1


def test_the_same_indicator_stands_by_department_below(demo: Path) -> None:
    tab = Tab(CONTROL, indicator="OP003")
    assert not marks(tab)
    tab.at.session_state["control_places"] = True
    assert len(marks(tab.run())) == 20
    assert len([one for one in links(tab) if "dept=0" in one.query_string]) >= 20


def test_an_indicator_without_data_here_falls_back_to_the_wall(demo: Path) -> None:
    tab = Tab(CONTROL, dept="0601", indicator="OP003")
    assert t("control.not_here") in [info.value for info in tab.at.info]
    assert "项指标" in tab.headline()
    assert Tab(CONTROL, indicator="XX999").query().get("indicator") is None


def test_a_clinic_of_one_month_is_told_that_it_is_too_early(clinic: Path) -> None:
    tab = Tab(CONTROL)
    tab.choose("control_filter", "all")
    assert marks(tab)
    assert all("○ 月数太少" in tile for tile in marks(tab))
    opened = Tab(CONTROL, indicator="OP018")
    assert "1月 420 人次 已报，等2月到了" in chart(opened)  # its one month is a January
    opened.at.toggle(key="control_spring").set_value(False)
    assert "不足 8 个月，暂不判断" in chart(opened.run())


def test_a_month_that_was_not_reported_is_a_gap(gap: Path) -> None:
    points = Tab(CONTROL, dept="D2", indicator="OP018").table()
    assert "—" in set(points["本期"])


def test_an_empty_hospital_is_shown_the_way_to_its_first_file(empty: Path) -> None:
    tab = Tab(CONTROL)
    assert t("control.empty") in tab.texts()
    assert "去导入数据" in tab.links()


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("store", ["demo", "clinic", "gap"])
def test_both_views_have_no_hole_in_either_language(
    store: str, language: str, request: pytest.FixtureRequest
) -> None:
    request.getfixturevalue(store)
    tab = Tab(CONTROL, lang=language)
    tab.choose("control_filter", "all")
    assert [text for text in tab.texts() if HOLE.search(text)] == []
    tab.choose("control_indicator", "OP018")
    said = tab.texts()
    assert [text for text in said if HOLE.search(text)] == []
    name = session.catalog().indicators["OP018"].name
    assert (name.zh if language == "zh" else name.en) in chart(tab)
