"""快速建院: the example row already makes a hospital; faults are listed and nothing is stored."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.hospital.records import hospitals
from pages.shared import session
from tests.pages.app import CATALOGUE, DEPARTMENT, HOME, IMPORTS, QUICK, Tab

GRID = "\n".join(
    [
        "内科\t临床\t30\t40\t90\t120",
        "外科\t临床\t28\t36\t85\t130",
        "急诊科\t临床\t16\t\t30\t25",
        "检验科\t医技\t12\t\t26\t45",
        "设备科\t医辅\t6\t\t8\t",
        "院办\t行政后勤\t9\t\t12\t",
    ]
)


def paste(tab: Tab, text: str) -> Tab:
    tab.at.text_area[0].set_value(text)
    return tab.press("填入表格")


def test_the_page_opens_in_every_hospital(any_store: Path) -> None:
    tab = Tab(QUICK)
    assert tab.title() == "快速建院"
    assert tab.errors() == []


def test_an_empty_hospital_leads_here(empty: Path) -> None:
    assert "手头没有文件？用科室清单快速建院" in Tab().links()


def test_the_example_makes_a_hospital(empty: Path) -> None:
    tab = Tab(QUICK).press("建院")
    assert tab.at.success[0].value == "“县中医院”已建成：1 个科室，2025年11月–2026年10月。"


def test_an_empty_hospital_is_filled_not_doubled(empty: Path) -> None:
    paste(Tab(QUICK), GRID).press("建院")
    assert hospitals(session.store())["name_zh"].tolist() == ["县中医院"]


def test_every_page_shows_the_new_hospital(empty: Path) -> None:
    tab = paste(Tab(QUICK), GRID).press("建院")
    for page in (HOME, DEPARTMENT, IMPORTS, CATALOGUE):
        assert tab.go(page).errors() == []
    assert "3,125 人次" in tab.go(HOME).said()  # 87.5 万元 at 280 元


def test_beside_a_hospital_with_data_a_new_one_is_made_and_chosen(clinic: Path) -> None:
    tab = paste(Tab(QUICK), GRID).write("医院名称", "镇医院").press("建院")
    assert hospitals(session.store())["name_zh"].tolist() == ["社区门诊部", "镇医院"]
    assert tab.at.session_state["hospital_id"] == 2


def test_a_hospital_needs_a_name(clinic: Path) -> None:
    tab = Tab(QUICK).press("建院")
    assert tab.errors() == ["请填写机构名称。"]
    assert len(hospitals(session.store())) == 1


def test_a_name_in_use_is_refused(clinic: Path) -> None:
    tab = Tab(QUICK).write("医院名称", "社区门诊部").press("建院")
    assert "已经有一家医院叫“社区门诊部”" in tab.errors()[0]


def test_faults_are_listed_by_row_and_column_and_nothing_is_stored(empty: Path) -> None:
    tab = paste(Tab(QUICK), "内科\t临床\t三十\t40\t90\t120\n\t临床\t1\t-2\t3\t4")
    faults = tab.table(1)
    assert faults.iloc[:, 0].tolist() == ["1", "2", "2"]
    assert faults.iloc[:, 1].tolist() == ["在岗人数（人）", "科室名称", "床位（张）"]
    assert next(button for button in tab.at.button if button.label == "建院").disabled
    assert Tab().links()[0] == "去导入数据"


def test_an_assumption_moves_what_follows_from_it(empty: Path) -> None:
    tab = Tab(QUICK)
    before = tab.metrics()["月出院人次"]
    tab.at.number_input(key="quick_stay").set_value(4.0)
    tab.run()
    assert (before, tab.metrics()["月出院人次"]) == ("132 人次", "264 人次")


def test_what_was_assumed_is_said_afterwards(empty: Path) -> None:
    tab = Tab(QUICK).press("建院")
    assert tab.table().iloc[:, 0].tolist()[0] == "次均门急诊费用"
    assert set(tab.table().iloc[:, 3]) == {"假设"}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_grid_keeps_what_was_typed_over_languages(empty: Path, language: str) -> None:
    tab = paste(Tab(QUICK), GRID)
    tab.at.session_state["language"] = language
    assert tab.run().table().iloc[:, 0].tolist()[-1] == "院办"
