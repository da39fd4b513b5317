"""What must hold to the patient and to the 分, whatever was drawn."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

DETAILS = (
    "level4_surgeries",
    "minimally_invasive_surgeries",
    "elective_surgeries",
    "day_surgeries",
)


def test_patients_in_bed_follow_from_who_came_and_who_left(hospital: Any) -> None:
    work = hospital.workload.dropna(subset=["in_bed_start"])
    came = work["in_bed_start"] + work["admissions"] + work["transfers_in"]
    left = work["discharges"] + work["transfers_out"]
    assert (came - left == work["in_bed_end"]).all()


def test_a_month_starts_with_the_patients_in_bed_when_the_last_one_ended(
    hospital: Any,
) -> None:
    work = hospital.workload.dropna(subset=["in_bed_start"])
    starts = work.pivot_table(index="month", columns="dept_code", values="in_bed_start")
    ends = work.pivot_table(index="month", columns="dept_code", values="in_bed_end")
    both = starts.iloc[1:].notna() & ends.shift(1).iloc[1:].notna()
    assert (starts.iloc[1:] == ends.shift(1).iloc[1:]).where(both, True).all().all()


def test_whoever_moves_out_of_one_ward_moves_into_another(hospital: Any) -> None:
    moves = hospital.workload.groupby("month")[["transfers_in", "transfers_out"]].sum()
    assert (moves["transfers_in"] == moves["transfers_out"]).all()
    assert (moves["transfers_in"] > 0).all()


def test_open_bed_days_are_beds_times_days(hospital: Any) -> None:
    beds = hospital.departments.set_index("dept_code")["beds"].fillna(0)
    work = hospital.workload
    days = pd.to_datetime(work["month"].astype(str), format="%Y%m").dt.days_in_month
    assert (work["bed_days_open"] == work["dept_code"].map(beds) * days).all()


def test_wards_use_at_most_fifteen_percent_more_bed_days_than_are_open(
    hospital: Any,
) -> None:
    work = hospital.workload
    assert (work["bed_days_used"] <= 1.15 * work["bed_days_open"]).all()


def test_bed_days_of_discharged_patients_match_those_used_over_three_years(
    hospital: Any,
) -> None:
    sums = hospital.workload[["bed_days_used", "discharged_bed_days"]].sum()
    assert sums["discharged_bed_days"] == pytest.approx(sums["bed_days_used"], rel=0.02)


def test_whoever_is_discharged_from_a_ward_lay_there_a_night(hospital: Any) -> None:
    work = hospital.workload.dropna(subset=["discharged_bed_days"])
    assert (work["discharged_bed_days"] >= work["discharges"]).all()


def test_kinds_of_operations_are_never_more_than_operations(hospital: Any) -> None:
    work = hospital.workload.dropna(subset=list(DETAILS))
    for kind in DETAILS:
        assert (work[kind] <= work["surgeries"]).all(), kind
    assert (work["day_surgeries"] <= work["elective_surgeries"]).all()


def test_all_emergency_visits_are_in_the_emergency_department(hospital: Any) -> None:
    others = hospital.workload[hospital.workload["dept_code"] != "0502"]
    assert (others["emergency_visits"] == 0).all()


def test_check_ups_are_counted_apart_from_outpatient_visits(hospital: Any) -> None:
    centre = hospital.workload[hospital.workload["dept_code"] == "0505"]
    assert (centre["outpatient_visits"] == 0).all()
    assert (centre["checkup_visits"] > 0).all()
    others = hospital.workload[hospital.workload["dept_code"] != "0505"]
    assert others["checkup_visits"].isna().all()


def test_day_cases_leave_no_one_in_bed_at_midnight(hospital: Any) -> None:
    centre = hospital.workload[hospital.workload["dept_code"] == "0503"]
    assert (centre["in_bed_end"] == 0).all()
    assert (centre["admissions"] == centre["discharges"]).all()
    assert (centre["discharges"] == centre["day_surgeries"]).all()


def test_income_is_ordered_by_clinical_departments_only(hospital: Any) -> None:
    category = hospital.departments.set_index("dept_code")["category"]
    assert set(hospital.income["ordering_code"].map(category)) == {"clinical"}


def test_ordered_and_performed_income_are_the_same_money(hospital: Any) -> None:
    months = hospital.income.groupby("month")
    by_unit = months["amount"].sum()
    for code in ("ordering_code", "performing_code", "unit"):
        split = hospital.income.groupby(["month", code])["amount"].sum().groupby("month").sum()
        assert (split == by_unit).all()


def test_drugs_and_consumables_are_performed_by_who_orders_them(hospital: Any) -> None:
    own = hospital.income[hospital.income["category"].isin(["drug", "material"])]
    assert (own["ordering_code"] == own["performing_code"]).all()


def test_charged_consumables_cost_at_least_what_they_earn_at_the_ordering_unit(
    hospital: Any,
) -> None:
    keys = ["month", "dept_code", "unit"]
    income = hospital.income.rename(columns={"ordering_code": "dept_code"})
    earned = income[income["category"] == "material"].groupby(keys)["amount"].sum()
    cost = hospital.direct_cost
    spent = cost[cost["element_code"] == "A02"].set_index(keys)["amount"]
    assert (spent.reindex(earned.index) >= earned).all()


def test_clinical_cost_is_split_by_unit_and_other_cost_is_shared(hospital: Any) -> None:
    category = hospital.departments.set_index("dept_code")["category"]
    clinical = hospital.direct_cost["dept_code"].map(category) == "clinical"
    assert set(hospital.direct_cost.loc[clinical, "unit"]) == {"outpatient", "inpatient"}
    assert set(hospital.direct_cost.loc[~clinical, "unit"]) == {"shared"}


def test_a_unit_with_cost_also_earns(hospital: Any) -> None:
    cost = hospital.direct_cost[hospital.direct_cost["unit"] != "shared"]
    earning = set(zip(hospital.income["ordering_code"], hospital.income["unit"], strict=True))
    assert set(zip(cost["dept_code"], cost["unit"], strict=True)) == earning


def test_professions_add_up_to_no_more_than_headcount(hospital: Any) -> None:
    staff = hospital.driver.pivot_table(
        index=["month", "dept_code"], columns="driver_code", values="value"
    )
    assert (staff[["PHYS", "NURSE", "TECH", "PHARM"]].sum(axis=1) <= staff["HC"]).all()
