"""A source's own headers, constants and gaps."""

from __future__ import annotations

import json

import pytest

from core.errors import DataError
from core.intake.mapping import Mapping, mapping_from, read_mapping
from tests.intake.conftest import csv_text, file_codes, refusals, workload

HIS = """
table = "workload"
aggregate = "sum"
create_departments = true
absent = ["bed_days_open", "surgeries", "bed_days_used"]

[columns]
month = "日期"
dept_code = "科别"
outpatient_visits = "就诊数(人次)"

[constants]
emergency_visits = 0
admissions = 0
discharges = 0
"""
SOURCE = "日期,科别,就诊数(人次)"


def test_a_mapping_survives_toml_and_json(tables):
    mapping = read_mapping(HIS, tables)
    assert read_mapping(mapping.to_toml(), tables) == mapping
    assert mapping_from(json.loads(json.dumps(mapping.to_dict())), tables) == mapping


def test_details_of_one_key_are_added_up_and_gaps_stay_missing(desk, tables):
    rows = ["2025-01-05", "0101", 3], ["2025-01-06", "0101", 4], ["2025-01-06", "7777", 5]
    checked = desk.check(csv_text(SOURCE, *rows), mapping=read_mapping(HIS, tables))
    assert (checked.verdict, checked.accepted_rows) == ("accept", 3)
    assert list(checked.rows["outpatient_visits"]) == [7, 5]
    assert checked.rows["bed_days_open"].isna().all()
    assert list(checked.rows["emergency_visits"]) == [0, 0]
    assert checked.new_departments == ("7777",)


def test_a_key_is_added_up_whole_or_not_at_all(desk, tables):
    rows = ["2025-01-05", "0101", 3], ["2025-01-06", "0101", "约4"], ["2025-01-06", "0102", 5]
    checked = desk.check(csv_text(SOURCE, *rows), mapping=read_mapping(HIS, tables))
    assert refusals(checked) == {2: "R_TYPE", 3: "R_TYPE"}
    assert checked.rejected[0].because == 3


def test_a_mapped_header_that_is_not_there_is_missing(desk, tables):
    text = csv_text("日期,科别,人数", ["2025-01", "0101", 3])
    checked = desk.check(text, mapping=read_mapping(HIS, tables))
    assert file_codes(checked) == ["F_MISSING_COLUMN"]


def test_one_header_may_serve_two_columns(desk, tables):
    mapping = Mapping(
        table="income",
        columns={"ordering_code": "科室", "performing_code": "科室"},
        constants={"unit": "门诊", "category": "drug"},
    )
    text = csv_text("月份,科室,金额", ["2025-01", "0101", "1.00"])
    checked = desk.check(text, "income", mapping=mapping)
    assert checked.verdict == "accept"
    assert list(checked.rows["performing_code"]) == ["0101"]


def test_without_leave_unknown_departments_are_refused(desk, tables):
    mapping = read_mapping('table = "workload"', tables)
    checked = desk.workload(workload("7777"), workload(), mapping=mapping)
    assert refusals(checked) == {2: "R_UNKNOWN_DEPT"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("table = ", "E_MAPPING_TOML"),
        ('table = "workload"\nagregate = "sum"', "E_MAPPING_KEY"),
        ('table = "workload"\naggregate = "mean"', "E_MAPPING_VALUE"),
        ('table = "visits"', "E_MAPPING_TABLE"),
        ('table = "workload"\nabsent = ["visits"]', "E_MAPPING_COLUMN"),
        ('table = "workload"\nabsent = ["remark"]\n[constants]\nremark = "x"', "E_MAPPING_TWICE"),
        ('table = "workload"\nabsent = ["month"]', "E_MAPPING_KEYLESS"),
    ],
)
def test_a_mapping_that_is_wrong_says_where(tables, text, code):
    with pytest.raises(DataError) as caught:
        read_mapping(text, tables)
    assert caught.value.code == code
