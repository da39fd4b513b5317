"""Personal data is found in every disguise, refuses its row, and is shown nowhere."""

from __future__ import annotations

import io

import openpyxl
import pytest

from core.intake.faults import fault_text
from core.intake.personal import holds_personal_data, masked
from core.intake.rejected import rejected_xlsx
from tests.intake.conftest import WORKLOAD, csv_text, refusals, workload

ID = "110101199003071233"
FOUND = [
    f"身份证{ID}",
    "11010119900307002x",
    "１１０１０１１９９００３０７１２３３",
    "110101 19900307 1233",
    "1101011990\u200b03071233",
    "老证110101900307123",
    "电话13800138000",
    "138-0013-8000",
    "138 0013 8000",
    "１３８００１３８０００",
    "+86 13800138000",
    "8613800138000",
    "1-3-8-0-0-1-3-8-0-0-0",
]
INNOCENT = [
    "单号20250113800138000",
    "110101199003071234",
    "设备编号 88010119900307123300",
    "2025-01-05 10:30 至 2025-01-06",
    "12345678901",
    "床位 13、15、16、18、20、22",
    "010-65251234",
]


@pytest.mark.parametrize("text", FOUND)
def test_a_person_is_found_and_blotted_out(text):
    assert holds_personal_data(text)
    assert not holds_personal_data(masked(text))
    assert "***" in masked(text)


@pytest.mark.parametrize("text", INNOCENT)
def test_other_numbers_are_no_persons(text):
    assert not holds_personal_data(text)
    assert masked(text) == text


def _download(checked):
    return openpyxl.load_workbook(io.BytesIO(rejected_xlsx(checked))).worksheets[0]


def _told(checked) -> str:
    cells = [str(cell.value) for row in _download(checked).iter_rows() for cell in row]
    faults = [*checked.file_faults, *checked.warnings, *checked.rejected]
    texts = [fault_text(fault, checked.definition) for fault in faults]
    return "\n".join([*cells, *texts, repr(checked), checked.rows.to_csv()])


@pytest.mark.parametrize("where", [0, 1, 2, 3, 10, 11])
def test_a_person_in_any_column_refuses_the_row_and_is_told_nowhere(desk, where):
    row = [*workload(remark="x"), ""]
    row[where] = ID if where != 2 else f"心内 {ID}"
    text = csv_text(WORKLOAD + ",附注", row, [*workload("0102"), ""])
    checked = desk.check(text, name=f"{ID}.csv")
    assert refusals(checked) == {2: "R_PII"}
    assert ID not in _told(checked)


def test_a_person_in_a_header_or_a_sheet_name_is_told_nowhere(desk):
    text = csv_text(f"{WORKLOAD},备{ID}", [*workload(), ""])
    assert ID not in _told(desk.check(text))


def test_an_identity_that_excel_rounded_is_still_one(desk):
    header = [*WORKLOAD.split(","), "附注"]
    checked = desk.book([header, [*workload(), int(ID)], workload("0102")])
    assert refusals(checked) == {2: "R_PII"}


def test_a_mobile_among_the_counts_is_a_person_but_an_amount_is_none(desk):
    assert refusals(desk.workload(workload(visits="13800138000"), workload("0102"))) == {2: "R_PII"}
    row = ["2025-01", "0101", "A01", "", "13800138000", ""]
    text = csv_text("月份,科室编码,成本项目编码,成本项目名称,金额,备注", row)
    assert refusals(desk.check(text, "direct_cost")) == {}


def test_the_download_of_refused_rows_holds_no_active_cell(desk):
    checked = desk.workload(workload("8888", remark="=HYPERLINK(A1)"), workload())
    page = _download(checked)
    cells = {cell.value: cell.data_type for cell in page[2]}
    assert cells["=HYPERLINK(A1)"] == "s"
    assert page["A2"].value == 2
    assert "8888" in str(page["B2"].value)
