"""指标字典: what each indicator means, and targets that two people may want to set at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.frames import Scope
from core.hospital.records import targets
from pages.shared import session
from tests.pages.app import CATALOGUE, HOME, Tab
from tests.stores import CATALOG


def _stored(indicator: str) -> list[dict]:
    rows = targets(session.store(), Scope(1, 190001, 999912))
    return rows[rows["indicator"] == indicator].to_dict("records")


def test_search_and_domain_narrow_the_list(demo: Path) -> None:
    tab = Tab(CATALOGUE)
    assert len(tab.table()) == sum(i.in_use for i in CATALOG.indicators.values())
    tab.choose("catalogue_use", "all")
    assert len(tab.table()) == len(CATALOG.indicators)
    tab.choose("catalogue_domain", "finance")
    assert set(tab.table()["领域"]) == {"财务"}
    tab.choose("catalogue_domain", "").write("按编码或名称查找", "op001").run()
    assert tab.table()["编码"].tolist() == ["OP001"]
    tab.write("按编码或名称查找", "没有这个词").run()
    assert tab.at.dataframe.len == 0


@pytest.mark.parametrize(("language", "first"), [("zh", 0), ("en", 1)])
def test_an_indicator_can_be_read(demo: Path, language: str, first: int) -> None:
    """Of those in use and every eighth of the others, a quarter in each language."""
    known = CATALOG.indicators.values()
    others = [one.code for one in known if not one.in_use][::8]
    codes = [*(one.code for one in known if one.in_use), *others][first::4]
    tab = Tab(CATALOGUE, lang=language, indicator=codes[0])
    for code in codes:
        tab.at.query_params["indicator"] = code
        assert tab.run().headline().startswith(code)


def test_an_indicator_says_where_it_is_used_and_how_departments_did(demo: Path) -> None:
    tab = Tab(CATALOGUE, indicator="OP001")
    assert "用在：运营总览卡片、运营总览热力图、运营总览全部指标、科室卡片" in tab.said()
    assert "默认目标：目标" in tab.said()
    own = tab.table(1).set_index("编码")
    assert len(own.loc["0101", "走势"]) == 36
    assert own.loc["0101", "有数月数"] == 36
    assert own.loc["0101", "最低"] <= own.loc["0101", "走势"][-1] <= own.loc["0101", "最高"]


def test_a_search_leaves_the_indicator_that_a_link_named(demo: Path) -> None:
    tab = Tab(CATALOGUE, indicator="QA004")
    assert tab.headline().startswith("QA004")
    assert not CATALOG.indicators["QA004"].in_use
    tab.write("按编码或名称查找", "op001").run()
    assert tab.headline().startswith("OP001")


def test_a_click_in_the_list_shows_the_indicator(demo: Path) -> None:
    tab = Tab(CATALOGUE)
    code = tab.table()["编码"].iloc[3]
    assert tab.select("catalogue_choice", 3).headline().startswith(code)
    assert tab.query()["indicator"] == code


def test_a_new_target_judges_the_card_on_home(demo: Path) -> None:
    tab = Tab(CATALOGUE, indicator="OP018", period="2026-10")
    _field(tab, "达标下限", 1.0)
    tab.write("来源", "院长办公会 2026-01").press("保存目标")
    assert tab.errors() == []
    assert [row["low"] for row in _stored("OP018")] == [1.0]
    assert "目标 ≥ 1 人次" in tab.go(HOME).said()


@pytest.mark.parametrize(
    ("source", "low", "since", "complaint"),
    [
        ("", 1.0, "2026-10", "来源"),
        ("会议", None, "2026-10", "上下限"),
        ("会议", 1.0, "2026/10", "2026/10"),
    ],
)
def test_a_target_that_cannot_be_is_refused_in_words(
    demo: Path, source: str, low: float | None, since: str, complaint: str
) -> None:
    tab = Tab(CATALOGUE, indicator="OP018")
    _field(tab, "达标下限", low)
    tab.write("来源", source).write("起始月份", since).press("保存目标")
    assert complaint in tab.errors()[0]
    assert _stored("OP018") == []


def test_of_two_tabs_the_second_is_told_and_saves_nothing(demo: Path) -> None:
    mine, theirs = (Tab(CATALOGUE, indicator="OP001") for _ in range(2))
    for tab in (mine, theirs):
        tab.select("targets_OP001_0", 0)
    before = _stored("OP001")
    _field(mine, "达标上限", 94.0)
    mine.press("保存目标")
    _field(theirs, "达标上限", 93.0)
    theirs.press("保存目标")
    assert mine.errors() == []
    assert [fault for fault in theirs.errors() if fault.startswith("别人已先修改了这一项")]
    assert "90.0–94.0%" in theirs.table(-1)["达标"].iloc[0]  # what the other one saved
    after = _stored("OP001")
    assert [row["high"] for row in after] == [94.0, *(row["high"] for row in before[1:])]
    assert after[0]["version"] == before[0]["version"] + 1


def test_of_two_tabs_none_deletes_what_the_other_changed(demo: Path) -> None:
    mine, theirs = (Tab(CATALOGUE, indicator="OP001") for _ in range(2))
    for tab in (mine, theirs):
        tab.select("targets_OP001_0", 0)
    _field(mine, "达标上限", 94.0)
    mine.press("保存目标")
    theirs.press("删除目标")
    assert theirs.errors()
    assert _stored("OP001")[0]["high"] == 94.0


def test_a_target_can_be_removed(demo: Path) -> None:
    tab = Tab(CATALOGUE, indicator="OP001")
    before = len(_stored("OP001"))
    tab.select("targets_OP001_0", 0).press("删除目标")
    assert tab.errors() == []
    assert len(_stored("OP001")) == before - 1


def test_the_catalogue_reads_without_any_data(empty: Path) -> None:
    tab = Tab(CATALOGUE, indicator="FN001")
    assert tab.headline() == "FN001 药品收入占比（药占比）"
    assert tab.at.get("vega_lite_chart") == []


def _field(tab: Tab, label: str, value: float | None) -> None:
    next(field for field in tab.at.number_input if field.label == label).set_value(value)
