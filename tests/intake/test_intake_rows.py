"""Cells, keys and totals: which rows are accepted, and why others are not."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pandas as pd
import pytest

from core.intake.check import Masters, to_json
from tests.intake.conftest import (
    DEPARTMENTS,
    DRIVER,
    INCOME,
    WORKLOAD,
    cost,
    csv_text,
    file_codes,
    refusals,
    warning_codes,
    workload,
)

HEADER = WORKLOAD.split(",")


@pytest.mark.parametrize(
    "written", ["5505", "5505.0", '"5,505"', "５５０５", " 5505 ", "\u200b5505", "+5505"]
)
def test_a_count_reads_in_every_harmless_spelling(desk, written):
    assert list(desk.workload(workload(visits=written)).rows["outpatient_visits"]) == [5505]


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("", "R_MISSING"),
        ("—", "R_MISSING"),
        ("-", "R_MISSING"),
        ("/", "R_MISSING"),
        ("无", "R_MISSING"),
        ("约30", "R_TYPE"),
        ("5.5", "R_TYPE"),
        ('"55,05"', "R_TYPE"),
        ("1e3", "R_TYPE"),
        ("NaN", "R_TYPE"),
        ("inf", "R_TYPE"),
        ("5²", "R_TYPE"),
        ("٣", "R_TYPE"),
        ("1000001", "R_RANGE"),
        ("9" * 60, "R_RANGE"),
        ("-1", "R_NEGATIVE"),
        ("12万", "R_UNIT"),
        ("30人", "R_UNIT"),
        ("50%", "R_UNIT"),
        ("=SUM(A1:A9)", "R_FORMULA"),
        ("#DIV/0!", "R_ERROR_CELL"),
        ("5\x075", "R_CONTROL_CHAR"),
    ],
)
def test_a_count_that_is_none_is_refused_with_its_reason(desk, written, code):
    checked = desk.workload(workload(visits=written), workload("0102"))
    assert (checked.verdict, refusals(checked)) == ("partial", {2: code})


@pytest.mark.parametrize(
    ("written", "fen"),
    [
        ("1234.5", 123450),
        ('"¥1,234.50"', 123450),
        ("￥1234.50", 123450),
        ("1234.500", 123450),
        ("0.07", 7),
        ("-0", 0),
    ],
)
def test_money_is_kept_in_fen(desk, written, fen):
    assert list(desk.cost(cost(written)).rows["amount"]) == [fen]


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("1234.567", "R_PRECISION"),
        ("-5", "R_NEGATIVE"),
        ('"(1,234.00)"', "R_NEGATIVE"),
        ("1.2万", "R_UNIT"),
        ("$5", "R_UNIT"),
        ("100元", "R_UNIT"),
        ("9999999999999999", "R_RANGE"),
    ],
)
def test_money_that_is_doubtful_is_refused(desk, written, code):
    assert refusals(desk.cost(cost(written), cost(1, "0102"))) == {2: code}


@pytest.mark.parametrize("remark", ["冲销2024年多记", "红字"])
def test_a_reversal_that_says_so_may_be_negative(desk, remark):
    checked = desk.cost(cost('"(1,234.00)"', remark=remark))
    assert list(checked.rows["amount"]) == [-123400]


@pytest.mark.parametrize(
    "written",
    [
        *("2025-01", "2025/1", "2025年1月", "2025年01月份", "202501", "2025.01", "２０２５－０１"),
        *("2025-01-05", "2025/1/5", "2025年1月5日", "20250105", "2025-01-05 00:00:00"),
    ],
)
def test_a_month_reads_in_every_clear_spelling(desk, written):
    assert desk.workload(workload(month=written)).months == (202501,)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        *((text, "R_DATE") for text in ("25-01", "01/02/2025", "2025", "2025.1", "2025-13")),
        *(
            (text, "R_DATE")
            for text in ("2025-02-30", "一月", "2025-01/05", "Jan 2025", "NaN", "45658")
        ),
        ("1999-12", "R_DATE_RANGE"),
        ("2026-01", "R_DATE_RANGE"),
        ("", "R_MISSING"),
    ],
)
def test_a_month_that_can_be_read_in_two_ways_is_refused(desk, written, code):
    assert refusals(desk.workload(workload(month=written), workload())) == {2: code}


def test_a_month_as_a_number_with_a_point_is_refused(desk):
    checked = desk.book([HEADER, workload(month=2025.1), workload(month=202501)])
    assert refusals(checked) == {2: "R_DATE"}


@pytest.mark.parametrize(
    "written", ["0101", "０１０１", "01\u200b01", " 0101 ", '"=""0101"""', "'0101"]
)
def test_a_code_reads_in_every_spelling_of_the_same_code(desk, written):
    assert list(desk.workload(workload(written)).rows["dept_code"]) == ["0101"]


def test_a_lost_zero_is_restored_where_one_code_fits(desk):
    checked = desk.book([HEADER, workload(101)])
    assert (checked.verdict, warning_codes(checked)) == ("accept", ["W_LEADING_ZERO"])
    assert list(checked.rows["dept_code"]) == ["0101"]


def test_a_lost_zero_is_not_guessed_where_two_codes_fit(desk):
    masters = Masters(departments={"0101": "", "00101": ""})
    assert refusals(desk.workload(workload("101"), masters=masters)) == {2: "R_UNKNOWN_DEPT"}


def test_unknown_codes_are_named_by_their_master(desk):
    assert refusals(desk.workload(workload("8888"), workload())) == {2: "R_UNKNOWN_DEPT"}
    assert refusals(desk.cost(cost(1, element="Z9"), cost(1))) == {2: "R_UNKNOWN_ELEMENT"}
    rows = ["2025-01", "0101", "XX", 1, "人", ""], ["2025-01", "0101", "HC", 1, "人", ""]
    assert refusals(desk.check(csv_text(DRIVER, *rows), "driver")) == {2: "R_UNKNOWN_CODE"}


def test_a_driver_is_counted_in_the_unit_of_its_master(desk):
    rows = (
        ["2025-01", "0101", "HC", "12.5", "人", ""],
        ["2025-01", "0101", "AREA", "100", "亩", ""],
        ["2025-01", "0102", "HC", "-2", "人", ""],
    )
    checked = desk.check(csv_text(DRIVER, *rows), "driver")
    assert refusals(checked) == {3: "R_UNIT", 4: "R_NEGATIVE"}
    assert checked.control_total == ("value", Decimal("12.5"))


def test_choices_read_in_both_languages_and_nothing_else(desk):
    rows = (
        ["2025-01", "0101", "0102", "门急诊", "药品收入", "1.00", ""],
        ["2025-01", "0101", "", "Inpatient", "drug", "2.00", ""],
        ["2025-01", "0101", "", "家床", "drug", "2.00", ""],
    )
    checked = desk.check(csv_text(INCOME, *rows), "income")
    assert refusals(checked) == {4: "R_UNKNOWN_CODE"}
    assert list(checked.rows["unit"]) == ["outpatient", "inpatient"]
    assert list(checked.rows["performing_code"]) == ["0102", "0101"]


def test_a_cost_that_is_neither_outpatient_nor_inpatient_is_shared(desk):
    assert list(desk.cost(cost(1)).rows["unit"]) == ["shared"]


def test_the_list_of_departments_defines_its_own_codes(desk):
    rows = ["7001", "康复科", "", ""], ["7002", "检验科", "医技", "12"], ["", "无码", "", ""]
    checked = desk.check(csv_text(DEPARTMENTS, *rows), "departments")
    assert refusals(checked) == {4: "R_MISSING"}
    assert list(checked.rows["category"]) == ["unclassified", "medical_tech"]
    assert checked.rows["beds"].isna().tolist() == [True, False]
    assert list(checked.rows["opened"]) == [0, 0]
    assert checked.months == ()


def test_the_same_key_and_values_keep_the_first(desk):
    checked = desk.workload(workload(), workload("０１０１", month="2025/1", remark="再"))
    assert (refusals(checked), checked.accepted_rows) == ({3: "R_DUP_KEY"}, 1)


def test_the_same_key_and_other_values_refuse_both(desk):
    checked = desk.workload(workload(visits=1), workload(visits=2), workload("0102"))
    assert refusals(checked) == {2: "R_DUP_CONFLICT", 3: "R_DUP_CONFLICT"}


def test_two_names_of_one_new_department_contradict_each_other(desk):
    rows = ["7001", "康复科", "", ""], ["7001", "疼痛科", "", ""]
    checked = desk.check(csv_text(DEPARTMENTS, *rows), "departments")
    assert refusals(checked) == {2: "R_DUP_CONFLICT", 3: "R_DUP_CONFLICT"}


@pytest.mark.parametrize(
    "line", ["2025-01,0101,心内,1,1", "2025-01,0101,心内,5,505,1,2,3,40,50,6,"]
)
def test_a_record_of_another_length_than_the_header_is_refused(desk, line):
    text = csv_text(WORKLOAD, workload("0102")) + line + "\n"
    assert refusals(desk.check(text)) == {3: "R_COLUMN_COUNT"}


def test_text_is_kept_as_typed(desk):
    remark = " 㐂䶮 👩‍⚕️ ＡＢ "
    assert list(desk.workload(workload(remark=remark)).rows["remark"]) == [remark]


@pytest.mark.parametrize(
    ("remark", "code"),
    [
        ("长" * 201, "R_TEXT_LEN"),
        ("响\x07铃", "R_CONTROL_CHAR"),
        ("反\u202e向", "R_CONTROL_CHAR"),
        ("#REF!", "R_ERROR_CELL"),
    ],
)
def test_text_that_cannot_be_kept_is_refused(desk, remark, code):
    assert refusals(desk.workload(workload(remark=remark), workload("0102"))) == {2: code}


def test_a_value_that_is_shown_reads_in_the_order_in_which_it_is_stored(desk):
    checked = desk.workload(workload(remark="反\u202e向"), workload("0102"))
    assert checked.rejected[0].value == "反向"


def test_newline_and_tab_belong_to_text(desk):
    checked = desk.workload(workload(remark='"一\n二\t三"'))
    assert list(checked.rows["remark"]) == ["一\n二\t三"]


@pytest.mark.parametrize("remark", ["=1+1", "+1", "@a", "-2+3", "\t=1"])
def test_text_that_looks_like_a_formula_is_kept_and_named(desk, remark):
    checked = desk.workload(workload(remark=remark))
    assert (checked.verdict, warning_codes(checked)) == ("accept", ["W_FORMULA_TEXT"])
    assert list(checked.rows["remark"]) == [remark]


def test_text_that_looks_like_html_is_kept_and_named(desk):
    assert warning_codes(desk.workload(workload(remark="<b>急</b>"))) == ["W_HTML_TEXT"]


def test_a_total_that_agrees_is_checked_and_not_stored(desk):
    total = ["合计", "", "", 30, 2, 4, 6, 80, 100, 12, ""]
    checked = desk.workload(workload(), workload("0102", visits=20), total)
    assert (checked.verdict, checked.accepted_rows) == ("accept", 2)
    assert warning_codes(checked) == ["W_TOTAL_ROW"]


def test_a_total_that_disagrees_holds_the_file(desk):
    total = ["", "合 计", "", 31, 2, 4, 6, 80, 100, 12, ""]
    checked = desk.workload(workload(), workload("0102", visits=20), total)
    assert (checked.verdict, checked.accepted_rows) == ("hold", 2)
    fields = checked.warnings[1].fields
    assert (fields["column"], fields["stated"], fields["found"]) == (
        "outpatient_visits",
        "31",
        "30",
    )


def test_subtotals_and_the_grand_total_are_each_compared_with_their_rows(desk):
    def line(word, visits):
        return ["", word, "", visits, "", "", "", "", "", "", ""]

    rows = [workload(visits=1), line("小计", 1), workload("0102", visits=2)]
    rows += [workload("0201", visits=3), line("小计：", 5), line("总计", 6)]
    assert warning_codes(desk.workload(*rows)) == ["W_TOTAL_ROW"]
    rows[-2] = line("小计", 4)
    assert desk.workload(*rows).verdict == "hold"


def test_a_total_is_not_compared_where_a_row_could_not_be_read(desk):
    total = ["合计", "", "", 999, 2, 4, 6, 80, 100, 12, ""]
    checked = desk.workload(workload(visits="约10"), workload("0102", visits=20), total)
    assert checked.verdict == "partial"


def test_a_total_may_count_the_refused_rows(desk):
    rows = [workload("8888", visits=10), workload("0102", visits=20)]
    total = ["合计", "", "", 30, 2, 4, 6, 80, 100, 12, ""]
    assert desk.workload(*rows, total).verdict == "partial"


@pytest.mark.parametrize(
    ("amount", "verdict"), [(100, "hold"), ("10000000000", "hold"), (900000, "accept")]
)
def test_a_total_ten_thousand_times_off_the_last_month_is_held(desk, amount, verdict):
    assert desk.cost(cost(amount)).verdict == verdict


def test_a_file_without_one_good_row_is_refused_and_its_rows_are_named(desk):
    checked = desk.workload(workload("8888"))
    assert (checked.verdict, file_codes(checked)) == ("reject", ["F_NO_VALID_ROWS"])
    assert to_json(checked)["control_total"] == {"column": "outpatient_visits", "value": 0.0}


def test_a_row_is_listed_once_with_its_other_faults(desk):
    checked = desk.workload(workload("8888", visits="x", remark="13800138000"), workload())
    assert to_json(checked)["rejected_rows"] == [
        {
            "row": 2,
            "column": "remark",
            "code": "R_PII",
            "others": [
                {"column": "dept_code", "code": "R_UNKNOWN_DEPT"},
                {"column": "outpatient_visits", "code": "R_TYPE"},
            ],
        }
    ]


def test_missing_stays_missing_and_types_are_fixed(desk, tables):
    rows = desk.workload(workload()).rows
    assert list(rows.columns) == [*tables["workload"].names, "_row"]
    assert rows["transfers_in"].isna().all()
    assert (rows["month"].dtype, rows["admissions"].dtype) == ("int64", pd.Int64Dtype())
    assert desk.cost(cost(1)).rows["amount"].dtype == "int64"
    assert list(rows["_row"]) == [2]


def test_the_current_month_is_the_last_that_may_come(desk):
    early = dt.date(2025, 3, 1)
    checked = desk.workload(workload(month="2025-03"), workload(month="2025-04"), as_of=early)
    assert refusals(checked) == {3: "R_DATE_RANGE"}
