"""The monthly report: made, commented, final, and unchanged after new data."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pypdf
import pytest
from sqlalchemy import text

from core.reports.monthly import records
from core.words import t
from pages.shared import session
from tests.pages.app import Tab
from tests.stores import LAST_MONTH

REPORT = "pages/analysis/report.py"
TYPED = "*加粗* _斜_ <b>粗</b> #strong[x] $x$ :red[红] [链](x)"


def _open(**query: str) -> Tab:
    return Tab(REPORT, **query)


def _made(**query: str) -> Tab:
    return _open(**query).press(t("report.make"))


def _comment(tab: Tab, said: str) -> Tab:
    """Write into the box of the open section, and save."""
    tab.at.text_area[0].set_value(said)
    return tab.press(t("report.comment.save"))


def _tab(tab: Tab, section: str) -> Tab:
    tab.at.session_state["report_tab"] = t(f"report.section.{section}")
    return tab.run()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_opens_in_every_hospital(any_store: Path, language: str) -> None:
    tab = _open(lang=language)
    assert tab.title() == t("report.title")
    assert tab.errors() == []


def test_a_hospital_without_data_is_told_what_to_do(empty: Path) -> None:
    tab = _open()
    assert t("report.empty") in tab.said()
    assert t("empty.do") in tab.links()


@pytest.mark.parametrize("store", ["clinic", "gap"])
def test_a_small_hospital_reads_why_sections_are_empty(
    store: str, request: pytest.FixtureRequest
) -> None:
    request.getfixturevalue(store)
    tab = _made(period="2026-01")
    for section in ("budget", "equipment", "quality"):
        said = _tab(tab, section).said()
        assert t("report.nothing.tables", month="", tables="").split("：")[0] in said.replace(
            "\\", ""
        )


def test_the_sections_stand_in_the_order_of_the_meeting(demo: Path) -> None:
    tab = _made()
    titles: Any = tab.at.tabs
    assert [one.label for one in titles] == [
        *("全文摘要", "工作量", "收入", "成本", "结构比", "效率", "质量安全", "设备", "预算执行"),
        *("问题与措施", "数据来源", "指标口径"),
    ]


def test_another_month_has_another_report(demo: Path) -> None:
    tab = _tab(_made(), "workload")
    october = tab.said()
    tab.choose("scope_month", 202609)
    assert t("report.make") in [button.label for button in tab.at.button]
    tab = _tab(tab.press(t("report.make")), "workload")
    assert "2026年9月" in tab.said()
    assert tab.said() != october
    assert "117,202" in october  # outpatient and emergency visits of the demo hospital
    assert "126,917" in tab.said()


def test_a_comment_is_kept_in_every_version(demo: Path) -> None:
    tab = _comment(_tab(_made(), "income"), TYPED)
    assert t("report.comment.saved", number=1) in tab.said()
    tab = _comment(tab, "第二版")
    assert t("report.comment.saved", number=2) in tab.said()
    hospital = int(tab.at.session_state["hospital_id"])
    report = records.reports(session.store(), hospital)[0]
    kept = records.comments(session.store(), hospital, report.id)
    assert [(one.section, one.number, one.text) for one in kept] == [
        ("income", 1, TYPED),
        ("income", 2, "第二版"),
    ]


def test_who_comes_second_sees_what_the_first_wrote(demo: Path) -> None:
    first, second = _tab(_made(), "cost"), _tab(_open(), "cost")
    _comment(first, "先到")
    second = _comment(second, "后到")
    assert "先到" in second.said()
    assert second.at.text_area[0].value == "后到"
    second.press(t("report.comment.save"))
    hospital = int(second.at.session_state["hospital_id"])
    report = records.reports(session.store(), hospital)[0]
    kept = records.comments(session.store(), hospital, report.id)
    assert [one.text for one in kept] == ["先到", "后到"]


def test_the_files_hold_what_was_typed(demo: Path) -> None:
    tab = _comment(_tab(_made(), "workload"), TYPED)
    tab.press(t("report.download"))
    files = tab.at.session_state["report_files"][1]
    plain = "".join(TYPED.split())
    pages = pypdf.PdfReader(BytesIO(files["pdf"])).pages
    assert plain in "".join("".join(page.extract_text() for page in pages).split())
    assert TYPED in [one.text for one in docx.Document(BytesIO(files["docx"])).paragraphs]
    book = openpyxl.load_workbook(BytesIO(files["xlsx"]))
    cells = [cell.value for row in book["一、工作量"].iter_rows() for cell in row]
    assert TYPED in cells
    assert 117202 in cells


def test_a_final_report_stays_as_it_was(demo: Path) -> None:
    tab = _comment(_tab(_made(), "workload"), "已核对")
    tab.at.selectbox(key="report_reviewer").set_value("质控 王蕾")
    next(button for button in tab.at.button if "report_finalise" in str(button.key)).click()
    tab.run()
    assert tab.errors() == []
    before = _tab(_open(), "workload").said()
    assert "已核对" in before
    assert t("report.frozen") in before
    with session.store().engine.begin() as connection:
        connection.execute(
            text("UPDATE rollup_month SET value = value * 2 WHERE month = :month"),
            {"month": LAST_MONTH},
        )
    session.reopen()
    after = _tab(_open(), "workload")
    assert after.said() == before
    after = _tab(after.press(t("report.new_edition")), "workload")
    assert "234,404" in after.said()
    assert "117,202" not in after.table(0).to_string()
    assert after.at.text_area[0].value == "已核对"
    first = _tab(after.choose("report_edition", 1), "workload")
    assert "117,202" in first.table(0).to_string()


def test_the_reviewer_is_somebody_else(demo: Path) -> None:
    tab = _made()
    next(button for button in tab.at.button if "report_finalise" in str(button.key)).click()
    assert tab.run().errors() == [t("error.E_REPORT_REVIEWER")]
