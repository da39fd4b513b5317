"""科室: one department, read from the same facts as the overview."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from core.words import t
from tests.pages.app import DEPARTMENT, HOME, Tab
from tests.stores import HOSTILE

VISITS = "门急诊人次"


def test_without_a_department_every_one_is_listed(demo: Path) -> None:
    rows = Tab(DEPARTMENT).table()
    assert len(rows) == 60
    assert "心血管内科" in set(rows["科室"])


def test_a_department_shows_the_numbers_that_home_shows_of_it(demo: Path) -> None:
    tab = Tab(DEPARTMENT, dept="0101", period="2026-09")
    assert tab.headline().startswith("心血管内科 2026年9月：")
    own = tab.metrics()
    home = tab.go(HOME).metrics()
    both = own.keys() & home.keys()
    assert VISITS in both
    assert {name: own[name] for name in both} == {name: home[name] for name in both}


def test_the_department_moves_the_number(demo: Path) -> None:
    tab = Tab(DEPARTMENT, dept="0101")
    before = tab.metrics()[VISITS]
    assert tab.choose("scope_department", "0102").metrics()[VISITS] != before
    assert tab.query()["dept"] == "0102"


def test_the_month_moves_the_number(demo: Path) -> None:
    tab = Tab(DEPARTMENT, dept="0101")
    before = tab.metrics()[VISITS]
    assert tab.choose("scope_month", 202602).metrics()[VISITS] != before


def test_the_indicator_moves_the_trend_and_the_address(demo: Path) -> None:
    tab = Tab(DEPARTMENT, dept="0101", indicator="OP003")
    assert [text for text in tab.texts() if text.startswith("平均住院日：2026年10月")]
    tab.choose("department_indicator", "OP001")
    assert [text for text in tab.texts() if text.startswith("床位使用率：2026年10月")]
    assert tab.query()["indicator"] == "OP001"


def test_the_indicator_of_a_link_may_be_unknown_here(demo: Path) -> None:
    assert Tab(DEPARTMENT, dept="0101", indicator="XX999").query()["indicator"] != "XX999"


def test_peers_are_departments_of_the_same_category(demo: Path) -> None:
    said = Tab(DEPARTMENT, dept="0101", indicator="OP003").said()
    place, among = map(int, re.findall(r"由高到低第 (\d+)，同类共 (\d+) 个科室", said)[0])
    assert 1 <= place <= among < 60


@pytest.mark.parametrize("code", ["0601", "0701", "0801"])
def test_a_department_without_patients_reads_what_applies(demo: Path, code: str) -> None:
    tab = Tab(DEPARTMENT, dept=code)
    assert VISITS not in tab.metrics()
    assert tab.title() == "科室"


def test_a_name_stays_what_was_typed(clinic: Path) -> None:
    tab = Tab(DEPARTMENT)
    assert HOSTILE in set(tab.table()["科室"])
    tab.choose("scope_department", "C1")
    assert tab.headline().startswith(r"\<b\>x\</b\> \*\*y\*\* \:red\[z\]")
    assert tab.metrics()[VISITS] == "300 人次"


def test_a_ward_that_forgot_the_month_reads_as_unknown(gap: Path) -> None:
    tab = Tab(DEPARTMENT, dept="D2")
    states = tab.table().set_index("指标")["状态"]
    assert VISITS not in tab.metrics()
    assert states[VISITS] == "○ 未上报"
    assert Tab(DEPARTMENT, dept="D2", period="2025-12").metrics()[VISITS] == "210 人次"


def test_a_click_in_the_list_opens_the_department(demo: Path) -> None:
    tab = Tab(DEPARTMENT).select("department_choice", 0)
    assert tab.query()["dept"]


def test_an_empty_hospital_is_shown_the_way_to_its_first_file(empty: Path) -> None:
    tab = Tab(DEPARTMENT)
    assert t("department.empty") in tab.texts()
    assert tab.links() == ["去导入数据", "手头没有文件？用科室清单快速建院"]
