"""Where the header is, what its cells mean, and which sheet is meant."""

from __future__ import annotations

import pytest

from core.intake.header import fingerprint
from tests.intake.conftest import (
    COST,
    DEPARTMENTS,
    WORKLOAD,
    cost,
    csv_text,
    file_codes,
    refusals,
    warning_codes,
    workload,
)

HEADER = WORKLOAD.split(",")


def _cost_with(header: str) -> str:
    return csv_text(COST.replace("金额(元)", header), cost("1000.00"))


@pytest.mark.parametrize(
    "header",
    [
        "金额",
        "金额（元）",
        " 金 额 （元）",
        "AMOUNT",
        "Amount (CNY)",
        "*金额(人民币)",
        "金额/元",
        "金额(必填)",
    ],
)
def test_a_header_reads_in_every_spelling_of_its_name(desk, header):
    assert desk.check(_cost_with(header), "direct_cost").verdict == "accept"


@pytest.mark.parametrize(
    "header",
    [
        "金额(万元)",
        "金额（千元）",
        "金额万元",
        "金额/万元",
        "金额(美元)",
        "金额(万)",
        "金额【亿元】",
    ],
)
def test_another_unit_in_the_header_is_refused(desk, header):
    assert file_codes(desk.check(_cost_with(header), "direct_cost")) == ["F_UNIT"]


def test_another_unit_in_the_title_is_refused(desk):
    text = "某医院科室成本表,,,,单位：万元,\n" + _cost_with("金额")
    assert file_codes(desk.check(text, "direct_cost")) == ["F_UNIT"]
    text = "单位：某某医院,,,,单位：元,\n" + _cost_with("金额")
    assert desk.check(text, "direct_cost").verdict == "accept"


def test_another_unit_of_a_count_is_refused(desk):
    text = csv_text(WORKLOAD.replace("门诊人次", "门诊人次(万人次)"), workload())
    assert file_codes(desk.check(text)) == ["F_UNIT"]


def test_missing_columns_are_all_named(desk):
    checked = desk.check("月份,科室编码,门诊人次,手术台次\n2025-01,0101,1,1\n")
    assert file_codes(checked) == ["F_MISSING_COLUMN"]
    assert checked.file_faults[0].fields["columns"] == (
        *("emergency_visits", "admissions", "discharges"),
        *("bed_days_used", "bed_days_open"),
    )


def test_two_columns_of_one_meaning_are_refused(desk):
    text = csv_text(WORKLOAD + ",门诊量", [*workload(), 5])
    assert file_codes(desk.check(text)) == ["F_DUP_COLUMN"]


def test_the_name_of_a_department_beside_its_code_is_no_second_code(desk):
    header = "月份,开单科室编码,开单科室,门诊或住院,收入类别,金额"
    row = ["2025-01", "0101", "心血管内科", "门诊", "药品", "12.50"]
    checked = desk.check(csv_text(header, row), "income")
    assert checked.verdict == "accept"
    assert list(checked.rows["ordering_code"]) == ["0101"]


def test_a_complete_file_of_another_table_is_sent_there(desk):
    checked = desk.check(csv_text(WORKLOAD, workload()), "departments")
    assert file_codes(checked) == ["F_WRONG_TABLE"]
    text = csv_text(DEPARTMENTS, ["0101", "心血管内科", "临床", 20])
    assert file_codes(desk.check(text)) == ["F_WRONG_TABLE"]


@pytest.mark.parametrize(
    "header",
    ["患者姓名", "身份证号", "手机号", "联系电话", "住院号", "病案号", "家庭住址", "Patient Name"],
)
def test_a_column_of_personal_data_refuses_the_file(desk, header):
    text = csv_text(f"{WORKLOAD},{header}", [*workload(), ""])
    assert file_codes(desk.check(text)) == ["F_PII_COLUMN"]


@pytest.mark.parametrize("header", ["电话预约人次", "科室电话", "手机挂号人次", "门诊号源数"])
def test_a_count_of_calls_is_no_personal_data(desk, header):
    text = csv_text(f"{WORKLOAD},{header}", [*workload(), ""])
    assert warning_codes(desk.check(text)) == ["W_EXTRA_COLUMN"]


def test_columns_outside_the_contract_are_named_and_left_out(desk):
    checked = desk.check(csv_text("序号," + WORKLOAD, [1, *workload()]))
    assert checked.verdict == "accept"
    assert checked.warnings[0].fields["columns"] == ("序号",)


def test_titles_above_and_notes_below_are_passed_over(desk):
    text = "某医院工作量表,,\n2025年1月,,\n" + csv_text(WORKLOAD, workload())
    checked = desk.check(text + "制表人：张三,,审核：李四\n打印时间：2025-02-01 08:00\n")
    assert (checked.verdict, checked.accepted_rows) == ("accept", 1)


def test_a_header_repeated_at_a_page_break_is_passed_over(desk):
    checked = desk.workload(workload(), WORKLOAD.split(","), workload("0102"))
    assert (checked.verdict, checked.accepted_rows) == ("accept", 2)


def test_a_row_with_its_key_is_never_taken_for_a_note(desk):
    header = "备注," + WORKLOAD.removesuffix(",备注")
    text = csv_text(header, ["审核中", *workload(visits="x")[:-1]])
    assert refusals(desk.check(text)) == {2: "R_TYPE"}


def test_a_two_level_header_reads_by_both_levels_also_in_a_csv(desk):
    top = "月份,科室编码,门诊,急诊,入院,出院,床日,,手术"
    bottom = ",,人次,人次,人次,人次,实际占用床日,实际开放床日,台次"
    text = f"{top}\n{bottom}\n2025-01,0101,1,2,3,4,5,6,7\n"
    checked = desk.check(text)
    assert checked.verdict == "accept"
    assert list(checked.rows["bed_days_open"]) == [6]


def test_a_line_of_field_names_under_the_header_is_passed_over(desk, tables):
    names = "month,dept_code,dept_name,outpatient_visits,emergency_visits,admissions,discharges"
    names += ",bed_days_used,bed_days_open,surgeries,remark"
    checked = desk.workload(names.split(","), workload())
    assert (checked.verdict, checked.accepted_rows) == ("accept", 1)


def test_cells_merged_downwards_speak_for_the_rows_beneath(desk):
    def merge(_, pages):
        pages[0].merge_range(1, 0, 2, 0, "2025-01")

    rows = [workload(), workload("0102", month="")]
    checked = desk.book([HEADER, *rows], dress=merge)
    assert (checked.verdict, checked.accepted_rows) == ("accept", 2)


def test_a_merged_number_is_not_repeated(desk):
    def merge(_, pages):
        pages[0].merge_range(1, 3, 2, 3, 10)

    checked = desk.book([HEADER, workload(), workload("0102", visits=None)], dress=merge)
    assert refusals(checked) == {3: "R_MISSING"}


def test_several_fitting_sheets_are_held_until_one_is_chosen(desk):
    sheets = [HEADER, workload()], [HEADER, workload(visits=99)]
    held = desk.book(*sheets)
    assert (held.verdict, warning_codes(held)) == ("hold", ["W_MULTI_SHEET"])
    assert list(held.rows["outpatient_visits"]) == [10]
    chosen = desk.book(*sheets, sheet="Sheet2")
    assert (chosen.verdict, list(chosen.rows["outpatient_visits"])) == ("accept", [99])


def test_a_sheet_of_explanations_is_no_second_table(desk):
    assert desk.book([["填报说明"], ["每月 5 日前上报"]], [HEADER, workload()]).verdict == "accept"


def test_the_shape_of_a_file_does_not_depend_on_the_order_of_its_columns():
    assert fingerprint(["月份", "金额（元）"]) == fingerprint(["金额(元)", " 月份 ", ""])
    assert fingerprint(["月份"]) != fingerprint(["月份", "金额"])
