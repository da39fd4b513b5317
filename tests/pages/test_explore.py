"""多维分析: what it says, where a click leads, what its address holds, views that are saved."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from core.hospital.views.records import views
from core.words import texts
from pages.shared import session
from pages.shared.explore_choice import Choice, down
from tests.pages.app import EXPLORE, HOME, Tab

PICTURES = ("ranked", "parts", "funnel", "trend", "heat", "pivot")


def opened(**query: str) -> Tab:
    return Tab(EXPLORE, **query)


def address(tab: Tab) -> dict[str, str]:
    """The parameters of the address, one value each."""
    return {k: v[0] if isinstance(v, list) else v for k, v in tab.query().items()}


def captions(tab: Tab) -> str:
    return "\n".join(caption.value for caption in tab.at.caption)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_it_opens_in_every_hospital_and_shows_every_picture(any_store: Path, language: str) -> None:
    tab = Tab(EXPLORE, lang=language)
    assert tab.title() == texts(language)["explore.title"]
    if "explore_show" not in tab.at.session_state:
        assert tab.links()  # an empty hospital: where to bring data
        return
    for show in PICTURES:
        tab.choose("explore_show", show)
        assert tab.errors() == []
        assert tab.headline()


def test_the_change_is_told_as_a_sum_of_its_parts(demo: Path) -> None:
    tab = opened(indicator="FN002", period="2026-09", span="quarter")
    said = tab.headline()
    assert said.startswith("卫生材料收入占比")
    assert "各科自身水平" in said
    assert "脊柱创伤骨科" in said


def test_another_month_has_another_answer(demo: Path) -> None:
    tab = opened(indicator="OP001")
    before = tab.headline()
    assert tab.choose("scope_month", 202602).headline() != before


def test_the_worst_department_comes_first_and_a_filter_leaves_the_missed(demo: Path) -> None:
    tab = opened(indicator="OP003")
    every = tab.table()
    assert every["状态"].iloc[0].endswith("未达")
    missed = tab.choose("explore_filter", "missed").table()
    assert 0 < len(missed) < len(every)
    assert set(missed["状态"]) == {"■ 未达"}
    assert address(tab)["filter"] == "missed"


def test_campuses_are_read_by_sum_over_sum(demo: Path) -> None:
    tab = opened(indicator="OP001", by="campus")
    assert set(tab.table()["院区"]) == {"本部", "老院区"}


def test_the_address_brings_everything_back(demo: Path) -> None:
    asked = {
        "indicator": "OP001,OP003",
        "by": "category",
        "show": "pivot",
        "sort": "code",
        "filter": "clinical",
        "columns": "indicators",
        "period": "2026-05",
    }
    tab = opened(**asked)
    assert {name: address(tab)[name] for name in asked} == asked
    assert list(tab.table().columns) == ["科室类别", "床位使用率", "平均住院日（天）"]


def test_what_an_address_asks_for_in_vain_is_left_out(demo: Path) -> None:
    tab = opened(indicator="XX999", by="planet", show="opera", filter="campus-99", group="no")
    assert tab.errors() == []
    assert address(tab)["by"] == "department"


def test_the_whole_of_a_pivot_is_computed_anew(demo: Path) -> None:
    """The row of the whole is the hospital's own figure, not the mean of its departments."""
    tab = opened(indicator="OP001", show="pivot", columns="indicators")
    table = tab.table()
    assert table["科室"].iloc[0] == "合计（重新计算）"
    assert table["床位使用率"].iloc[0] == "84.5%"
    rest = [float(text.rstrip("%")) for text in table["床位使用率"].iloc[1:]]
    assert abs(sum(rest) / len(rest) - 84.5) > 0.5


def test_a_question_is_a_button_that_answers_it(demo: Path) -> None:
    tab = opened()
    asked = [button for button in tab.at.button if button.label.startswith("投诉率为什么")]
    assert len(asked) == 1
    asked[0].click()
    tab.run()
    assert address(tab)["show"] == "parts"
    assert address(tab)["indicator"] == "SV009"


def test_a_department_has_disease_groups_and_a_way_back(demo: Path) -> None:
    tab = opened(indicator="FN033", by="disease_group", dept="0101", group="F01", show="trend")
    assert "经皮冠脉支架" in tab.said()
    tab.press("心血管内科")
    assert "group" not in address(tab)
    assert len(tab.table()) > 3
    tab.press("全院")
    assert address(tab)["by"] == "department"
    assert "dept" not in address(tab)


def test_a_radiology_department_has_machines(demo: Path) -> None:
    tab = opened(indicator="OP024", by="machine", dept="0601", span="year12")
    assert any("CT-06" in name for name in tab.table()["设备"])


def test_all_staff_are_told_by_groups_with_the_share_of_each(demo: Path) -> None:
    tab = opened(indicator="HR029", by="staff_group", sort="value")
    table = tab.table()
    assert table["人员类别"].tolist() == ["护士", "医师", "其他人员", "技师", "药师"]
    assert sum(int(text.split()[0].replace(",", "")) for text in table["在岗职工人数"]) == 2184
    shares = [float(text.rstrip("%")) for text in table["占全部"]]
    assert sum(shares) == pytest.approx(100, abs=0.3)


def test_a_department_leads_down_to_its_staff_and_a_group_has_an_address(demo: Path) -> None:
    opened()
    place = Choice(("HR029",), "department", "ranked", "value", "all", "months", "")
    assert down(place, "", "0601")["by"] == "staff_group"
    group = down(replace(place, by="staff_group"), "0601", "technicians")
    assert group == {"staff": "technicians", "show": "trend"}
    alone = opened(indicator="HR029", by="staff_group", dept="0601", staff="technicians")
    assert address(alone)["staff"] == "technicians"
    assert "技师" in alone.said()
    alone.press("全院")
    assert "staff" not in address(alone)
    for show in ("parts", "funnel", "heat", "pivot", "trend"):
        assert opened(indicator="HR029", by="staff_group", show=show, lang="en").errors() == []


def test_one_department_is_told_by_what_its_figure_is_made_of(demo: Path) -> None:
    tab = opened(indicator="SV009", dept="0303", show="parts", period="2026-09", span="quarter")
    assert tab.table()["组成部分"].iloc[0] == "等候与流程类投诉件数"


def test_fewer_than_ten_in_a_funnel_is_said(demo: Path) -> None:
    tab = opened(indicator="QA060", by="disease_group", dept="0101", show="funnel")
    assert "不足 10 个" in captions(tab)


def test_a_mean_has_no_funnel_and_says_so(demo: Path) -> None:
    assert "不能用漏斗图" in captions(opened(indicator="OP001", show="funnel"))


def test_a_figure_of_the_whole_is_told_by_what_departments_add(demo: Path) -> None:
    tab = opened(indicator="FN022", show="parts")
    assert len(tab.table()) > 10


def test_a_comparison_with_the_target_is_shared_by_departments(demo: Path) -> None:
    tab = opened(indicator="OP001", show="parts", compare="target")
    assert "离目标" in tab.headline()
    none = opened(indicator="FN048", show="parts", compare="target")
    assert "没有目标" in none.headline()


def test_a_view_is_saved_renamed_opened_and_removed(demo: Path) -> None:
    tab = opened(indicator="OP003", sort="value")
    tab.write("视图名称", "周会 *床位*").press("保存当前视图")
    place = (1, "analysis_explore")
    row = views(session.store(), *place).iloc[0]
    assert (row["name"], row["parameters"]["indicator"]) == ("周会 *床位*", "OP003")
    other = opened()
    next(b for b in other.at.button if b.key == f"explore_open_{row['id']}").click()
    other.run()
    assert (address(other)["indicator"], address(other)["sort"]) == ("OP003", "value")
    next(f for f in other.at.text_input if f.key == f"explore_name_{row['id']}").set_value("月会")
    other.press("改名")
    assert views(session.store(), *place)["name"].tolist() == ["月会"]
    other.press("删除")
    assert views(session.store(), *place).empty


def test_a_name_that_is_taken_is_refused_in_words(demo: Path) -> None:
    tab = opened()
    tab.write("视图名称", "甲").press("保存当前视图")
    tab.write("视图名称", "甲").press("保存当前视图")
    assert any("已有名为" in error for error in tab.errors())


def test_a_red_card_leads_to_its_departments(demo: Path) -> None:
    assert Tab(HOME).links().count("看哪些科室") >= 3
