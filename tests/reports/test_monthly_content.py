"""What the monthly report says, on figures that can be done in the head and on the demo."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest

from core.errors import DataError
from core.frames import Scope
from core.hospital.records import hospital_of, months_reported
from core.reports.documents.blocks import Document, Heading, Note, Paragraph, Table, texts_of
from core.reports.documents.workbook import xlsx
from core.reports.monthly.content import Comment, Imprint, document
from core.reports.monthly.figures import missed, movers, spent
from core.reports.monthly.kept import frozen, opened
from core.reports.monthly.material import Material, material
from core.reports.monthly.plan import CODES, SECTIONS
from core.store.opening import open_store
from core.words import set_language
from tests.stores import CATALOG, LAST_MONTH, url_of, write_clinic, write_empty

AT = dt.datetime(2026, 11, 2, 1, 0, tzinfo=dt.UTC)
HEAD = Imprint(
    "draft", 1, "李会计", "", AT, {"income": Comment("income", 1, "*大家* <b>看</b>", "李会计", AT)}
)


def _of(path: Path, month: int) -> Material:
    store = open_store(url_of(path))
    hospital = hospital_of(store)
    known = months_reported(store, hospital) or (month, month)
    try:
        return material(store, CATALOG, Scope(hospital, *known), month)
    finally:
        store.close()


@pytest.fixture(scope="module")
def october(demo_file: Path) -> Material:
    return _of(demo_file, LAST_MONTH)


@pytest.fixture(scope="module")
def whole(october: Material) -> Iterator[Document]:
    set_language("zh")
    yield document(october, HEAD)


def _section(whole: Document, code: str) -> tuple:
    return next(blocks for heading, blocks in whole.sections() if heading.code == code)


def test_every_section_stands_in_the_order_of_the_meeting(whole: Document) -> None:
    codes = [block.code for block in whole.blocks if isinstance(block, Heading)]
    assert codes == [*CODES, "sources", "definitions"]


@pytest.mark.parametrize("code", CODES)
def test_every_section_says_what_to_see_and_has_a_table(whole: Document, code: str) -> None:
    blocks = _section(whole, code)
    assert isinstance(blocks[0], Paragraph)
    assert any(character.isdigit() for character in blocks[0].text)
    assert any(isinstance(block, Table) and block.rows for block in blocks)


def test_a_figure_stands_with_last_month_last_year_and_the_year_so_far(whole: Document) -> None:
    table = next(block for block in _section(whole, "workload") if isinstance(block, Table))
    row = next(row for row in table.rows if row[0] == "出院人次")
    texts = [cell if isinstance(cell, str) else cell.text for cell in row]
    assert texts[2:9] == ["4,195", "4,441", "−5.5%", "4,041", "+3.8%", "44,152", "+4.9%"]


def test_the_budget_of_the_year_is_the_sum_of_its_lines(october: Material) -> None:
    rows = october.budget.set_index("line")
    own = october.budget_own.groupby("line")[["ytd_plan", "ytd_done"]].sum()
    for line in ("budget_personnel", "budget_material", "budget_income_inpatient"):
        for side in ("ytd_plan", "ytd_done"):
            assert float(rows[side][line]) == float(own[side][line])


def test_the_idle_machine_of_the_demo_is_named(whole: Document) -> None:
    assert "CT-06" in _section(whole, "equipment")[0].text


def test_sources_and_definitions_are_told(whole: Document, october: Material) -> None:
    sources = next(block for block in _section(whole, "sources") if isinstance(block, Table))
    assert len(sources.rows) == len(october.sources) > 10
    lines = next(block for block in _section(whole, "definitions") if isinstance(block, Table))
    told = {row[0] for row in lines.rows}
    shown = {code for plan in SECTIONS for code in plan.lines if code in CATALOG.indicators}
    assert told == {code for code in shown if not np.isnan(october.whole[code]["value"])}
    recalled = [row for row in lines.rows if CATALOG.indicators[str(row[0])].recalled]
    assert recalled
    assert all("待核对" in str(row[4]) for row in recalled)


def test_january_and_february_carry_a_word_on_the_festival(demo_file: Path) -> None:
    february = document(_of(demo_file, 202602), HEAD)
    notes = [b.text for b in _section(february, "workload") if isinstance(b, Note)]
    assert any("2026年1月–2026年2月合并与去年同期比：门急诊人次" in note for note in notes)
    assert not any("春节" in text for text in texts_of(document(_of(demo_file, 202603), HEAD)))


def test_every_sheet_of_the_workbook_is_filled(whole: Document) -> None:
    book = openpyxl.load_workbook(BytesIO(xlsx(whole)))
    assert len(book.sheetnames) == 12
    for sheet in book:
        assert sum(cell.value is not None for row in sheet.iter_rows() for cell in row) > 5


def test_what_is_frozen_is_opened_as_it_was_in_both_languages(october: Material) -> None:
    kept = frozen(october, HEAD)
    assert opened(kept) == document(october, HEAD)
    set_language("en")
    assert opened(kept) == document(october, HEAD)
    assert opened(kept).title == "Monthly report, Oct 2026"


def test_a_clinic_reads_why_it_has_no_beds_and_no_budget(tmp_path: Path) -> None:
    said = document(_of(write_clinic(tmp_path / "clinic.db"), 202601), HEAD)
    budget = _section(said, "budget")
    assert [type(block) for block in budget] == [Paragraph]
    assert budget[0].text == "2026年1月没有这一节的数据。需要导入：预算、科室直接成本表。"
    assert "门急诊人次 420 人次" in _section(said, "workload")[0].text


def test_a_month_without_data_has_no_report(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="E_REPORT_MONTH"):
        _of(write_empty(tmp_path / "empty.db"), 202601)


def _lines(**columns: list) -> pd.DataFrame:
    count = len(columns["department"])
    rest = {"indicator": ["X"] * count, "low": [np.nan] * count, "state": ["bad"] * count}
    return pd.DataFrame(rest | columns)


def test_movers_stand_by_how_far_they_moved() -> None:
    rows = _lines(
        department=list("ABCDE"),
        value=[10.0, 30.0, 5.0, 7.0, np.nan],
        year_then=[8.0, 10.0, 9.0, 7.0, 1.0],
    )
    assert movers(rows, 2)[["department", "moved"]].to_numpy().tolist() == [
        ["B", 20.0],
        ["A", 2.0],
        ["C", -4.0],
    ]


def test_missed_targets_stand_by_their_share_of_the_bound() -> None:
    rows = _lines(department=list("ABC"), value=[12.0, 15.0, 3.0], high=[10.0, 10.0, 0.0])
    assert missed(rows, 9)["department"].tolist() == ["B", "A", "C"]
    assert missed(rows.assign(state="good"), 9).empty


def test_spending_above_its_plan_names_the_line_that_is_most_over() -> None:
    rows = pd.DataFrame(
        {
            "line": ["staff", "drug", "staff", "drug"],
            "department": ["A", "A", "B", "B"],
            "ytd_plan": [100.0, 100.0, 100.0, 100.0],
            "ytd_done": [90.0, 160.0, 100.0, 90.0],
            "ytd_over": [-10.0, 60.0, 0.0, -10.0],
        }
    )
    found = spent(rows, 9)
    assert found[
        ["department", "ytd_over", "ytd_rate", "line", "line_over"]
    ].to_numpy().tolist() == [["A", 50.0, 125.0, "drug", 60.0]]
