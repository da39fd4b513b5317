"""The profit page: the story of a department, units, official tables, months without cost."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from core.store.engine import Actor
from core.store.opening import open_store
from core.words import t, texts
from tests.pages.app import PROFIT, Tab
from tests.stores import url_of


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_opens_in_every_hospital(any_store: Path, language: str) -> None:
    tab = Tab(PROFIT, lang=language)
    assert tab.title() == texts(language)["profit.title"]


def part(tab: Tab, name: str) -> Tab:
    tab.at.session_state["profit"] = t(f"profit.tab.{name}")
    return tab.run()


def column(step: str) -> str:
    return t("profit.column.money", step=t(f"profit.step.{step}"), unit=t("costing.unit"))


def test_the_headline_counts_what_the_table_shows(demo: Path) -> None:
    tab = Tab(PROFIT)
    rows = tab.table()
    losing = rows[rows[column("surplus")] < 0]
    covered = (losing[column("controllable")] > 0).sum()
    assert tab.headline().startswith(f"2026年10月：{len(rows)} 个临床科室")
    assert f"{len(losing)} 亏" in tab.headline()
    assert f"其中 {covered} 个" in tab.headline()
    assert rows[column("surplus")].is_monotonic_increasing
    assert any("亏损≠应关科" in warning.value for warning in tab.at.warning)


def test_a_year_of_the_day_surgery_centre_turns_with_the_method(demo: Path) -> None:
    tab = Tab(PROFIT, span="year12", dept="0503")
    assert "日间手术中心：亏，结余 −49.8 万元，科室可控收益 976.3 万元" in tab.headline()
    tab = part(tab, "methods")
    assert any(
        "日间手术中心" in line.value and "88.8 万元" in line.value for line in tab.at.markdown
    )
    first = tab.table().iloc[0]
    assert first.iloc[0] == "日间手术中心"


def test_another_basis_changes_income_and_says_so(demo: Path) -> None:
    tab = Tab(PROFIT)
    before = tab.metrics()[t("profit.step.income")]
    tab.choose("profit_basis", "performing")
    assert tab.metrics()[t("profit.step.income")] != before
    assert tab.query()["basis"] == "performing"
    assert any("按执行时" in warning.value for warning in tab.at.warning)


def test_units_tell_cost_volume_and_reason(demo: Path) -> None:
    tab = part(Tab(PROFIT), "units")
    rows = tab.table()
    cost, volume, each = rows.columns[1:4]
    known = rows[rows[each].notna()]
    assert (known[cost] / known[volume] - known[each]).abs().max() < 0.01
    missing = rows[rows[each].isna()]
    assert not (missing[t("profit.unit.reason")] == "—").any()
    tab.choose("profit_unit", "inpatient")
    assert t("profit.unit.each.inpatient") in tab.table().columns


def test_the_official_tables_are_listed_with_their_state(demo: Path) -> None:
    rows = part(Tab(PROFIT), "official").table()
    assert len(rows) == 18
    states = rows[t("official.column.state")].value_counts().to_dict()
    # The demonstration hospital has DRGs and no DIP groups.
    wanted = {"official.made": 11, "official.part": 4, "official.absent": 3}
    assert states == {t(state): count for state, count in wanted.items()}
    assert (rows[t("official.column.why")] != "").sum() == 7


def test_a_technical_department_is_told_that_it_has_no_surplus(demo: Path) -> None:
    tab = Tab(PROFIT, dept="0601")
    assert any(t("category.medical_tech") in note.value for note in tab.at.info)


@pytest.mark.usefixtures("monkeypatch")  # a copy of its own
def test_a_month_without_cost_is_left_out_and_named(demo: Path) -> None:
    store = open_store(url_of(demo))
    with store.write(Actor("test", "test")) as writing:
        writing.connection.execute(text("DELETE FROM direct_cost WHERE month = 202610"))
        writing.record("test", "direct_cost", 1)
    store.close()
    assert any("2026年10月没有科室直接成本" in note.value for note in Tab(PROFIT).at.info)
    tab = Tab(PROFIT, span="quarter", period="2026-10", compare="target")
    assert tab.at.info or tab.at.warning
