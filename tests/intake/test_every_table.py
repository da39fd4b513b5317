"""Every table the hospital can bring: a good file, and the ways in which its own rows go wrong."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from core.intake.check import Checked
from core.intake.faults import fault_text
from tests.intake.conftest import Desk, file_codes, refusals, workbook
from tests.intake.every_table import AS_OF, GOOD, MASTERS, NEW, as_csv, as_sheet, rows_of


def _check(desk: Desk, table: str, content: bytes, name: str = "一.csv") -> Checked:
    return desk.check(content, table, masters=MASTERS, as_of=AS_OF, name=name)


def _refused(desk: Desk, table: str, **changes: Any) -> str:
    """The first code of a row that is good but for these cells; '' when it passes."""
    row = {**rows_of(table)[0], **changes}
    return refusals(_check(desk, table, as_csv([row]))).get(2, "")


@pytest.mark.parametrize("table", GOOD)
def test_a_good_csv_comes_in_whole(desk: Desk, table: str) -> None:
    rows = rows_of(table)
    checked = _check(desk, table, as_csv(rows))
    assert (checked.verdict, checked.accepted_rows) == ("accept", len(rows)), checked.rejected


@pytest.mark.parametrize("table", GOOD)
def test_a_workbook_says_the_same_as_a_csv(desk: Desk, table: str) -> None:
    rows = rows_of(table)
    typed = _check(desk, table, workbook(as_sheet(rows)), "一.xlsx")
    spelled = _check(desk, table, as_csv(rows))
    assert typed.verdict == "accept", typed.rejected
    assert typed.rows.equals(spelled.rows)


@pytest.mark.parametrize("table", GOOD)
def test_the_template_of_a_table_is_taken_for_no_other(desk: Desk, table: str) -> None:
    columns = desk.tables[table].columns
    for some in (columns, [column for column in columns if column.required]):
        header = ",".join(f'"{column.zh}"' for column in some)
        assert file_codes(_check(desk, table, f"{header}\n".encode())) == ["F_EMPTY"]


BAD = [
    ("campus", {"院区编码": ""}, "R_MISSING"),
    ("campus", {"院区名称": "院" * 51}, "R_TEXT_LEN"),
    ("campus", {"院区编码": "B" * 21}, "R_TEXT_LEN"),
    ("campus", {"院区名称": "本部13800138000"}, "R_PII"),
    ("ward", {"科室编码": "9999"}, "R_UNKNOWN_DEPT"),
    ("ward", {"院区编码": "B9"}, "R_UNKNOWN_CODE"),
    ("ward", {"编制床位": "-1"}, "R_NEGATIVE"),
    ("ward", {"编制床位": "四十"}, "R_TYPE"),
    ("ward", {"启用月份": "2024-05", "停用月份": "2023-05"}, "R_DATE_RANGE"),
    ("disease_group", {"分组体系": "APG"}, "R_UNKNOWN_CODE"),
    ("disease_group", {"权重或分值": ""}, "R_MISSING"),
    ("disease_group", {"权重或分值": "-0.5"}, "R_NEGATIVE"),
    ("disease_group", {"支付标准(元)": "9100.005"}, "R_PRECISION"),
    ("disease_group", {"是否手术组": "也许"}, "R_UNKNOWN_CODE"),
    ("disease_group", {"死亡风险等级": "极高"}, "R_UNKNOWN_CODE"),
    ("machine", {"设备类别": "望远镜"}, "R_UNKNOWN_CODE"),
    ("machine", {"折旧年限": "0"}, "R_RANGE"),
    ("machine", {"购置金额(元)": "680万元"}, "R_UNIT"),
    ("machine", {"启用月份": "2021-03", "停用月份": "2020-12"}, "R_DATE_RANGE"),
    ("machine", {"应急备用": "大概"}, "R_UNKNOWN_CODE"),
    ("calendar", {"日期": "2026-02-30"}, "R_DATE"),
    ("calendar", {"日期": "2026-10"}, "R_DATE"),
    ("calendar", {"日期": "1999-12-31"}, "R_DATE_RANGE"),
    ("calendar", {"日期类型": "半天"}, "R_UNKNOWN_CODE"),
    ("payment", {"低倍率界限": "1.4"}, "R_RANGE"),
    ("payment", {"高倍率界限(RW≤1)": "0.5"}, "R_RANGE"),
    ("payment", {"费率或点值(元)": "-1"}, "R_NEGATIVE"),
    ("payment", {"起始月份": "今年"}, "R_DATE"),
    ("payment", {"付费方式": "打包"}, "R_UNKNOWN_CODE"),
    ("staff_group", {"职业": "船长"}, "R_UNKNOWN_CODE"),
    ("staff_group", {"是否在册": "2"}, "R_UNKNOWN_CODE"),
    ("staff_group", {"每小时人力成本(元)": "62.555"}, "R_PRECISION"),
    ("staff_group", {"人员类别": ""}, "R_MISSING"),
    ("census", {"病区编码": "W9"}, "R_UNKNOWN_CODE"),
    ("census", {"日期": "2026-10-32"}, "R_DATE"),
    ("census", {"日期": "2026-11-16"}, "R_DATE_RANGE"),
    ("census", {"在院人数": "40.5"}, "R_TYPE"),
    ("census", {"在院人数": ""}, "R_MISSING"),
    ("census", {"开放床位": "50000"}, "R_RANGE"),
    ("arrival", {"小时": "24"}, "R_RANGE"),
    ("arrival", {"就诊类型": "体检"}, "R_UNKNOWN_CODE"),
    ("arrival", {"人次": "-3"}, "R_NEGATIVE"),
    ("arrival", {"日期": "10月1日"}, "R_DATE"),
    ("arrival", {"科室编码": "9999"}, "R_UNKNOWN_DEPT"),
    ("visit", {"就诊流水号": ""}, "R_MISSING"),
    ("visit", {"就诊时间": "2026-10-08 25:00"}, "R_DATE"),
    ("visit", {"就诊时间": "2026-12-01 08:00"}, "R_DATE_RANGE"),
    ("visit", {"就诊类型": "住院"}, "R_UNKNOWN_CODE"),
    ("visit", {"总费用(元)": "-230.50"}, "R_NEGATIVE"),
    ("visit", {"诊断编码": "I" * 21}, "R_TEXT_LEN"),
    ("case", {"住院流水号": "—"}, "R_MISSING"),
    ("case", {"出院时间": "2026-09-28 09:29"}, "R_DATE_RANGE"),
    ("case", {"药品费(元)": "100.01"}, "R_RANGE"),
    ("case", {"低倍率界限(元)": "30000.01"}, "R_RANGE"),
    ("case", {"病区编码": "W9"}, "R_UNKNOWN_CODE"),
    ("case", {"病组编码": "ZZ99"}, "R_UNKNOWN_CODE"),
    ("case", {"离院方式": "回家了"}, "R_UNKNOWN_CODE"),
    ("case", {"择期手术": "不详"}, "R_UNKNOWN_CODE"),
    ("case", {"入院时间": "2026-09"}, "R_DATE"),
    ("case", {"科室编码": ""}, "R_MISSING"),
    ("case", {"住院流水号": "Z" * 201}, "R_TEXT_LEN"),
    ("machine_use", {"设备编码": "MR09"}, "R_UNKNOWN_CODE"),
    ("machine_use", {"阳性人次": "1201"}, "R_RANGE"),
    ("machine_use", {"故障停机天数": "2"}, "R_RANGE"),
    ("machine_use", {"开机使用小时": "745"}, "R_RANGE"),
    ("machine_use", {"收入(元)": "-1"}, "R_NEGATIVE"),
    ("material", {"物资类别": "家具"}, "R_UNKNOWN_CODE"),
    ("material", {"过期报废(元)": "-1"}, "R_NEGATIVE"),
    ("material", {"出库金额(元)": "2,00.5"}, "R_TYPE"),
    ("material", {"出库件数": "3", "丢失件数": "4"}, "R_RANGE"),
    ("quality", {"质量项目编码": "unheard_of"}, "R_UNKNOWN_CODE"),
    ("quality", {"质量项目编码": "incisions", "分子": "101"}, "R_RANGE"),
    ("quality", {"分子": ""}, "R_MISSING"),
    ("quality", {"分母": "-1"}, "R_NEGATIVE"),
    ("service", {"提供科室编码": "9999"}, "R_UNKNOWN_DEPT"),
    ("service", {"动因编码": "KM"}, "R_UNKNOWN_CODE"),
    ("service", {"数量": "-1"}, "R_NEGATIVE"),
    ("service", {"接受科室编码": ""}, "R_MISSING"),
    ("energy", {"能源类别": "风"}, "R_UNKNOWN_CODE"),
    ("energy", {"金额(元)": "-84000"}, "R_NEGATIVE"),
    ("energy", {"科室编码": "9999"}, "R_UNKNOWN_DEPT"),
    ("energy", {"用量": "120000度"}, "R_UNIT"),
    ("budget", {"预算项目": "招待费"}, "R_UNKNOWN_CODE"),
    ("budget", {"预算金额(元)": "5万"}, "R_UNIT"),
    ("budget", {"月份": "2026-13"}, "R_DATE"),
    ("budget", {"科室编码": "9999"}, "R_UNKNOWN_DEPT"),
    ("reported", {"指标编码": "unheard_of"}, "R_UNKNOWN_CODE"),
    ("reported", {"指标值": ""}, "R_MISSING"),
    ("reported", {"指标值": "", "分子": "45"}, "R_MISSING"),
    ("reported", {"指标值": "93.5%"}, "R_UNIT"),
    ("reported", {"月份": "2026-12"}, "R_DATE_RANGE"),
]


@pytest.mark.parametrize(("table", "changes", "code"), BAD)
def test_a_bad_cell_is_refused_by_its_name(
    desk: Desk, table: str, changes: dict[str, str], code: str
) -> None:
    assert _refused(desk, table, **changes) == code


def test_every_new_table_has_three_ways_to_go_wrong() -> None:
    named = [table for table, _, _ in BAD]
    assert [table for table in NEW if named.count(table) < 3] == []


PASSING = [
    ("census", {"在院人数": "60"}),  # extra beds
    ("quality", {"分子": "101"}),  # falls may come more than once a patient
    ("machine_use", {"故障停机天数": "", "闲置天数": "31"}),
    ("case", {"药品费(元)": "", "手术费(元)": "900"}),  # not all charges are given
    ("case", {"出院时间": "2026-09-28 09:30"}),
    ("case", {"出院时间": "2026年10月3日"}),
    ("budget", {"月份": "2027-12"}),
    ("payment", {"起始月份": "2027-01"}),
]


@pytest.mark.parametrize(("table", "changes"), PASSING)
def test_what_is_odd_but_right_comes_in(desk: Desk, table: str, changes: dict[str, str]) -> None:
    assert _refused(desk, table, **changes) == ""


@pytest.mark.parametrize("table", NEW)
def test_the_same_key_twice_is_refused(desk: Desk, table: str) -> None:
    row = rows_of(table)[0]
    again = _check(desk, table, as_csv([row, row]))
    assert refusals(again) == {3: "R_DUP_KEY"}


OTHER = {
    "campus": {"院区名称": "西院"},
    "ward": {"编制床位": 41},
    "disease_group": {"权重或分值": 1},
    "machine": {"折旧年限": 6},
    "calendar": {"日期类型": "工作日"},
    "payment": {"费率或点值(元)": 1},
    "staff_group": {"职业": "医师"},
    "census": {"在院人数": 1},
    "arrival": {"人次": 1},
    "visit": {"总费用(元)": 1},
    "case": {"医保类型": "自费"},
    "machine_use": {"检查人次": 1199},
    "material": {"出库金额(元)": 1},
    "quality": {"分子": 1},
    "service": {"数量": 1},
    "energy": {"金额(元)": 1},
    "reported": {"指标值": 1},
    "budget": {"预算金额(元)": 1},
}


@pytest.mark.parametrize("table", NEW)
def test_the_same_key_with_other_values_refuses_both(desk: Desk, table: str) -> None:
    row = rows_of(table)[0]
    again = _check(desk, table, as_csv([row, {**row, **OTHER[table]}]))
    assert refusals(again) == {2: "R_DUP_CONFLICT", 3: "R_DUP_CONFLICT"}


@pytest.mark.parametrize("table", NEW)
def test_a_column_that_must_be_there_is_missed(desk: Desk, table: str) -> None:
    required = next(c for c in desk.tables[table].columns if c.required)
    rows = [{k: v for k, v in row.items() if k != required.zh} for row in rows_of(table)]
    checked = _check(desk, table, as_csv(rows))
    assert file_codes(checked) == ["F_MISSING_COLUMN"]
    assert required.zh in fault_text(checked.file_faults[0], checked.definition)


@pytest.mark.parametrize("table", NEW)
def test_a_column_of_names_is_refused_in_every_table(desk: Desk, table: str) -> None:
    rows = [{**row, "患者姓名": "王某"} for row in rows_of(table)]
    assert "F_PII_COLUMN" in file_codes(_check(desk, table, as_csv(rows)))


SPELLINGS = [
    ("2026-10-01", 20261001),
    ("2026/10/1", 20261001),
    ("20261001", 20261001),
    ("2026年10月1日", 20261001),
    (dt.date(2026, 10, 1), 20261001),
]


@pytest.mark.parametrize(("written", "stored"), SPELLINGS)
def test_a_date_is_read_in_every_spelling(desk: Desk, written: Any, stored: int) -> None:
    row = {**rows_of("census")[0], "日期": written}
    checked = _check(desk, "census", workbook(as_sheet([row])), "一.xlsx")
    assert checked.rows["date"].tolist() == [stored]
    assert checked.months == (202610,)


MOMENTS = [
    ("2026-10-01 13:05", 1790831100),
    ("2026/10/1 13:05:00", 1790831100),
    ("2026年10月1日 13:05", 1790831100),
    ("20261001 13:05", 1790831100),
    (dt.datetime(2026, 10, 1, 13, 5), 1790831100),
    ("2026-10-01", 1790784000),
]


@pytest.mark.parametrize(("written", "stored"), MOMENTS)
def test_a_time_is_kept_as_seconds_of_utc(desk: Desk, written: Any, stored: int) -> None:
    row = {**rows_of("visit")[0], "就诊时间": written}
    checked = _check(desk, "visit", workbook(as_sheet([row])), "一.xlsx")
    assert checked.rows["visited_at"].tolist() == [stored]


def test_the_month_of_a_time_is_that_of_shanghai(desk: Desk) -> None:
    row = {**rows_of("case")[0], "入院时间": "2026-09-01 00:10", "出院时间": "2026-10-01 00:10"}
    checked = _check(desk, "case", as_csv([row]))
    assert checked.rows[["month", "discharge_month"]].to_numpy().tolist() == [[202609, 202610]]


def test_a_case_in_bed_has_no_month_of_discharge(desk: Desk) -> None:
    checked = _check(desk, "case", as_csv(rows_of("case")[1:]))
    assert checked.rows["discharge_month"].isna().tolist() == [True]


FLAGS = [("是", 1), ("有", 1), ("1", 1), ("Y", 1), ("TRUE", 1), ("否", 0), ("无", 0), ("n", 0)]


@pytest.mark.parametrize(("written", "stored"), FLAGS)
def test_a_flag_is_read_in_every_spelling(desk: Desk, written: str, stored: int) -> None:
    checked = _check(desk, "case", as_csv([{**rows_of("case")[0], "择期手术": written}]))
    assert checked.rows["elective"].tolist() == [stored]


def test_a_blank_department_is_the_whole_hospital(desk: Desk) -> None:
    checked = _check(desk, "energy", as_csv(rows_of("energy")))
    assert checked.rows["dept_code"].tolist() == ["", "0901"]


RULES = [
    ("machine_use", {"阳性人次": 1201}, "第 2 行“阳性人次”（1201）大于“检查人次”"),
    ("machine_use", {"故障停机天数": 2}, "“故障停机天数＋闲置天数”（32）大于“应开机天数”"),
    ("case", {"药品费(元)": 99}, "相加为 999.00，与“总费用(元)”不相等"),
    ("case", {"出院时间": "2026-09-01"}, "“出院时间”早于“入院时间”"),
    ("reported", {"指标值": ""}, "“指标值、分子”都是空白"),
    ("reported", {"分子": 3}, "“分子、分母”只填了一部分"),
]


@pytest.mark.parametrize(("table", "changes", "words"), RULES)
def test_a_rule_between_columns_is_said_in_their_names(
    desk: Desk, table: str, changes: dict[str, Any], words: str
) -> None:
    row = {**rows_of(table)[0], **changes}
    checked = _check(desk, table, as_csv([row]))
    assert words in fault_text(checked.rejected[0], checked.definition)
