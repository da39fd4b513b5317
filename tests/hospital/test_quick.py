"""快速建院: what a grid of departments says, what is derived from it, and what is refused."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as some

from core.hospital.quick import (
    COLUMNS,
    GridFault,
    QuickDepartment,
    Remarks,
    assumptions,
    hospital_frames,
    pasted,
    read_grid,
    shared,
)

ASSUMED = {"visit_charge": 200.0, "inpatient_share": 80.0, "occupancy": 90.0, "stay": 9.0}
REMARKS = Remarks("录入", "推算")
WARD = QuickDepartment("0101", "内科", "clinical", 30.0, 40, 90_000_000, 100_000_000)
"""90 万元 of cost and 100 万元 of income a month in 40 beds."""


def grid(*rows: tuple[object, ...]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=pd.Index(COLUMNS))


def frames(*departments: QuickDepartment, months: tuple[int, ...] = (202604,)) -> dict:
    return hospital_frames(departments, months, ASSUMED, REMARKS)


def only(rows: pd.DataFrame) -> dict:
    (row,) = rows.to_dict("records")
    return row


def test_a_row_is_read_as_typed() -> None:
    found, faults = read_grid(grid((" 内科 ", "临床", "30", "40", "90", "100")))
    assert (found, faults) == ([WARD], [])


def test_codes_count_within_a_category() -> None:
    found, _ = read_grid(
        grid(
            ("内科", "临床", "", "", "", "1"),
            ("检验科", "医技", "", "", "", ""),
            ("外科", "clinical", "", "", "", ""),
        )
    )
    assert [one.code for one in found] == ["0101", "0201", "0102"]


@pytest.mark.parametrize(
    ("text", "fen"),
    [("1,234.5", 1_234_500_000), ("１２", 12_000_000), ("0.000001", 1), (None, None), ("", None)],
)
def test_amounts_are_wan_yuan_a_month(text: str | None, fen: int | None) -> None:
    found, _ = read_grid(grid(("内科", "临床", None, None, text, None)))
    assert found[0].direct_cost_fen == fen


def test_rows_without_any_text_are_passed_over() -> None:
    found, faults = read_grid(grid(("", "", "", "", "", ""), ("内科", "临床", "", "", "", "")))
    assert ([one.name for one in found], faults) == (["内科"], [])


@pytest.mark.parametrize(
    "text",
    [
        "内科\t临床\t30\t40\t90\t100",
        "科室名称\t类别\t人数\t床位\t成本\t收入\r\n内科\t临床\t30\t40\t90\t100\r\n",
        "内科，临床，30，40，90，100",
        "\n内科\t临床\t30\t40\t90\t100\t多余\n\n",
    ],
)
def test_lines_copied_from_a_sheet_are_a_grid(text: str) -> None:
    assert read_grid(pasted(text)) == ([WARD], [])


def test_a_copied_line_may_be_short() -> None:
    assert pasted("内科\t临床").to_numpy().tolist() == [["内科", "临床", "", "", "", ""]]


@pytest.mark.parametrize(
    ("row", "column", "code", "value"),
    [
        (("", "临床", "1", "", "", ""), "name", "no_name", ""),
        (("内科", "", "1", "", "", ""), "category", "no_category", ""),
        (("内科", "内科类", "1", "", "", ""), "category", "unknown_category", "内科类"),
        (("内科", "临床", "-3", "", "", ""), "headcount", "negative", "-3"),
        (("内科", "临床", "三十", "", "", ""), "headcount", "not_a_number", "三十"),
        (("内科", "临床", "", "", "", "12万"), "income", "not_a_number", "12万"),
        (("内科", "临床", "", "", "nan", ""), "direct_cost", "not_a_number", "nan"),
        (("内科", "临床", "", "4.5", "", ""), "beds", "not_whole", "4.5"),
        (("内科", "临床", "", "", "", "1e12"), "income", "too_large", "1e12"),
    ],
)
def test_a_fault_names_row_column_and_value(
    row: tuple[str, ...], column: str, code: str, value: str
) -> None:
    found, faults = read_grid(grid(("外科", "临床", "", "", "", ""), row))
    assert (found, faults) == ([], [GridFault(2, column, code, value)])


def test_the_same_name_twice_is_a_fault() -> None:
    _, faults = read_grid(grid(("内科", "临床", "", "", "", ""), ("内科", "医技", "", "", "", "")))
    assert faults == [GridFault(2, "name", "double_name", "内科")]


def test_a_grid_without_departments_is_a_fault() -> None:
    assert read_grid(grid()) == ([], [GridFault(0, "name", "no_department", "")])


def test_beds_give_bed_days_discharges_and_patients_in_bed() -> None:
    row = only(frames(WARD)["workload"])
    assert row["bed_days_open"] == 40 * 30
    assert row["bed_days_used"] == row["discharged_bed_days"] == 1080  # 90 %
    assert row["discharges"] == row["admissions"] == 120  # nine days each
    assert row["in_bed_start"] == row["in_bed_end"] == 36


def test_outpatient_income_gives_visits() -> None:
    row = only(frames(WARD)["workload"])
    assert row["outpatient_visits"] == 1000  # 20 万元 at 200 元
    assert row["emergency_visits"] == 0


def test_an_emergency_department_has_emergency_visits() -> None:
    emergency = QuickDepartment("0102", "急诊科", "clinical", None, None, None, 2_000_000)
    row = only(frames(emergency)["workload"])
    assert (row["outpatient_visits"], row["emergency_visits"]) == (0, 100)


def test_what_cannot_be_derived_is_missing() -> None:
    clinic = QuickDepartment("0101", "门诊", "clinical", None, None, None, 2_000_000)
    assert "bed_days_used" not in frames(clinic)["workload"]
    office = QuickDepartment("0401", "院办", "admin", 5.0, None, 3_000_000, None)
    assert set(frames(office)) == {"departments", "driver", "direct_cost"}


def test_income_is_split_by_place_and_category() -> None:
    rows = frames(WARD)["income"].groupby("unit")["amount"].sum()
    assert rows.to_dict() == {"inpatient": 80_000_000, "outpatient": 20_000_000}


@pytest.mark.parametrize(
    ("name", "category"), [("检验科", "lab"), ("药剂科", "drug"), ("放射科", "exam")]
)
def test_a_technical_department_earns_in_its_own_category(name: str, category: str) -> None:
    place = QuickDepartment("0201", name, "medical_tech", None, None, None, 5_000)
    row = only(frames(place)["income"])
    assert (row["unit"], row["category"], row["amount"]) == ("outpatient", category, 5_000)


def test_cost_is_split_by_the_standard_items() -> None:
    rows = frames(WARD)["direct_cost"]
    assert rows["element_code"].tolist() == ["A01", "A02", "A03", "A04", "A05", "A06", "A07"]
    assert rows["amount"].sum() == 90_000_000


def test_headcount_and_beds_are_drivers() -> None:
    rows = frames(WARD)["driver"]
    assert dict(zip(rows["driver_code"], rows["value"], strict=True)) == {"HC": 30, "BED": 40}


def test_rows_say_whether_they_were_typed_or_derived() -> None:
    made = frames(WARD)
    said = {table: set(rows.get("remark", [])) for table, rows in made.items()}
    assert said == {
        "departments": set(),
        "driver": {"录入"},
        "workload": {"推算"},
        "income": {"推算"},
        "direct_cost": {"推算"},
    }


def test_every_month_holds_the_same_money_and_its_own_days() -> None:
    rows = frames(WARD, months=(202602, 202603))
    assert rows["workload"]["bed_days_open"].tolist() == [40 * 28, 40 * 31]
    assert rows["income"].groupby("month")["amount"].sum().tolist() == [100_000_000] * 2


def test_a_share_of_nothing_is_nothing() -> None:
    assert shared(0, {"a": 1, "b": 2}) == {"a": 0, "b": 0}


def test_the_odd_fen_goes_to_the_largest_remainder() -> None:
    assert shared(10, {"a": 1, "b": 1, "c": 1}) == {"a": 4, "b": 3, "c": 3}


@given(
    some.integers(0, 10**13),
    some.lists(some.integers(1, 1000), min_size=1, max_size=12),
)
def test_shares_add_up_to_the_fen(total: int, weights: list[int]) -> None:
    parts = {str(place): weight for place, weight in enumerate(weights)}
    assert sum(shared(total, parts).values()) == total


def test_every_assumption_starts_within_its_bounds() -> None:
    strays = [one.code for one in assumptions() if not one.minimum <= one.value <= one.maximum]
    assert strays == []
