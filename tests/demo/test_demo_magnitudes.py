"""The most recent year has the size of the reference hospital; trends and seasons show."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from core.demo.parameters import Parameters

WAN = 1_000_000
RECENT = 202511


def annual(frame: Any) -> Any:
    return frame[frame["month"] >= RECENT]


def year_of(months: Any) -> Any:
    """0, 1, 2: the three years of twelve months, oldest first."""
    return (months >= 202411).astype(int) + (months >= RECENT).astype(int)


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        ("outpatient_visits", 1_330_000),
        ("emergency_visits", 195_000),
        ("checkup_visits", 62_000),
        ("discharges", 52_786),
        ("bed_days_used", 379_393),
        ("surgeries", 20_500),
        ("elective_surgeries", 17_400),
        ("level4_surgeries", 4_510),
        ("minimally_invasive_surgeries", 5_535),
        ("day_surgeries", 2_774),
    ],
)
def test_a_year_of_work_has_the_size_of_the_reference_hospital(
    last_year_work: Any, column: str, expected: int
) -> None:
    assert last_year_work[column].sum() == pytest.approx(expected, rel=0.05)


def test_the_hospital_has_sixty_departments_and_twelve_hundred_beds(demo: Any) -> None:
    assert len(demo.departments) == 60
    assert demo.departments["beds"].sum() == 1200


def test_occupancy_and_length_of_stay_are_those_of_the_reference(
    last_year_work: Any,
) -> None:
    sums = last_year_work.sum(numeric_only=True)
    assert 100 * sums["bed_days_used"] / sums["bed_days_open"] == pytest.approx(86.6, abs=1.5)
    assert sums["discharged_bed_days"] / sums["discharges"] == pytest.approx(7.19, rel=0.03)


def test_departments_have_their_own_size(last_year_work: Any, given: Parameters) -> None:
    sums = last_year_work.groupby("dept_code").sum(numeric_only=True)
    for department in given.clinical:
        # One month of 0405 is not reported; the ICU discharges some 190 patients by chance.
        if department.code == "0405":
            continue
        row = sums.loc[department.code]
        within = 0.2 if department.code == "0501" else 0.1
        assert row["discharges"] == pytest.approx(department.annual_discharges, rel=within)
        assert row["outpatient_visits"] == pytest.approx(department.outpatient_visits, rel=0.1)
        if not department.day_ward:
            assert row["bed_days_used"] == pytest.approx(department.annual_bed_days, rel=0.1)
        if department.los_days:
            stay = row["discharged_bed_days"] / row["discharges"]
            assert stay == pytest.approx(department.los_days, rel=0.12), department.code


def test_income_has_the_size_and_structure_of_the_reference(demo: Any, given: Parameters) -> None:
    amounts = annual(demo.income).groupby("category")["amount"].sum() / WAN
    assert amounts.sum() == pytest.approx(133_293, rel=0.02)
    for category, expected in given.income.totals_wan.items():
        assert amounts[category] == pytest.approx(expected, rel=0.05)
    assert 100 * amounts["drug"] / amounts.sum() == pytest.approx(25.7, abs=0.5)
    assert 100 * amounts["material"] / amounts.sum() == pytest.approx(18.4, abs=0.5)


def test_departments_earn_what_they_should_from_inpatients(demo: Any, given: Parameters) -> None:
    inpatient = annual(demo.income)[lambda rows: rows["unit"] == "inpatient"]
    amounts = inpatient.groupby("ordering_code")["amount"].sum() / WAN
    for department in given.clinical:
        if department.inpatient_wan:
            assert amounts[department.code] == pytest.approx(department.inpatient_wan, rel=0.1)


def test_fees_per_visit_and_per_case_are_those_of_the_reference(
    demo: Any, last_year_work: Any
) -> None:
    yuan = annual(demo.income).groupby("unit")["amount"].sum() / 100
    sums = last_year_work.sum(numeric_only=True)
    visits = sums["outpatient_visits"] + sums["emergency_visits"]
    assert yuan["outpatient"] / visits == pytest.approx(392, rel=0.03)
    assert yuan["inpatient"] / sums["discharges"] == pytest.approx(13_923, rel=0.03)


def test_cost_items_have_the_size_of_the_reference(demo: Any) -> None:
    amounts = annual(demo.direct_cost).groupby("element_code")["amount"].sum() / WAN
    expected = {
        "A01": 49_500, "A02": 32_500, "A03": 33_800, "A04": 7_500,
        "A05": 500, "A06": 200, "A07": 11_500,
    }  # fmt: skip
    for item, wan in expected.items():
        assert amounts[item] == pytest.approx(wan, rel=0.02), item
    assert amounts.sum() == pytest.approx(135_500, rel=0.01)


@pytest.mark.parametrize("item", ["A01", "A04", "A05", "A07"])
def test_pools_are_shared_between_categories_as_stated(
    demo: Any, given: Parameters, item: str
) -> None:
    cost = annual(demo.direct_cost)
    cost = cost[cost["element_code"] == item]
    category = cost["dept_code"].map(demo.departments.set_index("dept_code")["category"])
    shares = 100 * cost.groupby(category)["amount"].sum() / cost["amount"].sum()
    assert shares.to_dict() == pytest.approx(given.cost.category_pct[item], abs=0.01)


def test_the_hospital_loses_a_little_before_subsidies(demo: Any) -> None:
    result = annual(demo.income)["amount"].sum() - annual(demo.direct_cost)["amount"].sum()
    assert -3_500 < result / WAN < -1_000


def test_radiology_performs_about_half_of_the_examinations(demo: Any) -> None:
    exams = annual(demo.income)[lambda rows: rows["category"] == "exam"]
    by_performer = exams.groupby("performing_code")["amount"].sum() / exams["amount"].sum()
    assert by_performer["0601"] == pytest.approx(0.5, abs=0.02)
    assert by_performer["0602"] == pytest.approx(0.195, abs=0.02)


def test_the_last_month_has_the_staff_of_the_reference(demo: Any) -> None:
    last = demo.driver[demo.driver["month"] == demo.driver["month"].max()]
    people = last.groupby("driver_code")["value"].sum()
    assert people[["HC", "PHYS", "NURSE", "TECH", "PHARM"]].tolist() == [2184, 631, 945, 244, 90]
    assert people["BED"] == 1200


def test_work_grows_and_stays_get_shorter(demo: Any) -> None:
    years = demo.workload.groupby(year_of(demo.workload["month"])).sum(numeric_only=True)
    growth = (years["outpatient_visits"].iloc[2] / years["outpatient_visits"].iloc[0]) ** 0.5 - 1
    stays = years["discharged_bed_days"] / years["discharges"]
    assert growth == pytest.approx(0.04, abs=0.01)
    assert (stays.iloc[2] / stays.iloc[0]) ** 0.5 - 1 == pytest.approx(-0.04, abs=0.012)
    assert years["discharges"].is_monotonic_increasing


def test_day_surgery_takes_a_growing_share_of_elective_operations(demo: Any) -> None:
    years = demo.workload.groupby(year_of(demo.workload["month"])).sum(numeric_only=True)
    shares = 100 * years["day_surgeries"] / years["elective_surgeries"]
    assert shares.tolist() == pytest.approx([11, 13.5, 15.9], abs=0.8)


@pytest.mark.parametrize(
    ("column", "february", "expected"),
    [
        ("outpatient_visits", 202402, -18),
        ("outpatient_visits", 202602, -19),
        ("admissions", 202402, -17),
        ("admissions", 202602, -21),
        ("bed_days_used", 202402, -20),
        ("bed_days_used", 202602, -20),
    ],
)
def test_the_spring_festival_empties_its_month(
    demo: Any, column: str, february: int, expected: float
) -> None:
    """Against the twelve months around it, each by day; expected is the reference's figure."""
    totals = demo.workload.groupby("month")[column].sum().astype(float)
    days = pd.to_datetime(totals.index.astype(str), format="%Y%m").days_in_month
    daily = totals / days
    usual = daily[[month for month in daily.index if month // 100 == february // 100 and
                   month % 100 > 2]].mean()  # fmt: skip
    assert 100 * (daily[february] / usual - 1) == pytest.approx(expected, abs=6)


def test_the_festival_of_2025_lies_in_january(demo: Any) -> None:
    totals = demo.workload.groupby("month")["admissions"].sum()
    assert totals[202501] < totals[202502]
    assert totals[202602] < totals[202601]


def test_festivals_hardly_touch_dialysis(demo: Any) -> None:
    dialysis = demo.workload[demo.workload["dept_code"] == "0504"].set_index("month")
    daily_february = dialysis["outpatient_visits"][202602] / 28
    daily_march = dialysis["outpatient_visits"][202603] / 31
    assert daily_february == pytest.approx(daily_march, rel=0.12)
