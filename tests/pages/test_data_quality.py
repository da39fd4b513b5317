"""数据质量: gaps with what they block, sums that differ, tables that are late."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.intake.delivered.records import batches
from pages.shared import session
from tests.pages.app import IMPORTS, QUALITY, Tab


def at(part: str, **query: str) -> Tab:
    """The page with one of its tabs open."""
    tab = Tab(QUALITY, **query)
    tab.at.session_state["quality"] = {
        "complete": "完整性",
        "agree": "勾稽核对",
        "fresh": "及时性",
    }[part]
    return tab.run()


@pytest.mark.parametrize("part", ["complete", "agree", "fresh"])
def test_the_page_opens_in_every_hospital(any_store: Path, part: str) -> None:
    tab = at(part)
    assert tab.title() == "数据质量"
    assert tab.errors() == []


def test_an_empty_hospital_is_told_what_to_do(empty: Path) -> None:
    assert "去导入数据" in Tab(QUALITY).links()


def test_a_forgotten_ward_is_named_with_what_it_blocks(gap: Path) -> None:
    tab = at("complete")
    assert "○ 外科 · 科室月度工作量表" in tab.links()
    assert "挡住" in tab.said()


def test_a_month_without_a_table_is_one_gap(gap: Path) -> None:
    tab = at("complete", period="2025-11")
    assert [link for link in tab.links() if "工作量" in link] == ["○ 全院 · 科室月度工作量表"]


def test_the_headline_follows_the_month(gap: Path) -> None:
    assert (
        at("complete", period="2025-12").headline().startswith("2025年12月：应交 6 项，已交 3 项")
    )


def test_a_gap_leads_to_its_table(gap: Path) -> None:
    tab = Tab(IMPORTS, table="income")
    assert tab.at.session_state["import_table"] == "income"


def test_after_a_link_the_table_can_still_be_changed(gap: Path) -> None:
    tab = Tab(IMPORTS, table="income").choose("import_table", "workload").run()
    assert tab.at.session_state["import_table"] == "workload"


def test_the_clinic_s_late_tables_are_named(clinic: Path) -> None:
    tab = at("fresh")
    assert tab.metrics()["迟交"] == "4 张表"
    assert "科室直接成本表" in tab.said()


def test_the_ledger_is_typed_in_and_compared(clinic: Path) -> None:
    tab = at("agree")
    tab.at.number_input[1].set_value(12_000.0)
    tab.press("保存")
    row = next(line for line in tab.table().to_numpy() if "总账收入" in line[0])
    assert list(row[1:5]) == ["■ 对不上", "10,000 元", "12,000 元", "−2,000 元"]
    assert batches(session.store(), 1).iloc[0]["file_name"] == "总账录入"


def test_the_table_of_a_map_can_be_chosen(demo: Path) -> None:
    tab = at("complete").choose("quality_table", "income")
    assert tab.errors() == []
