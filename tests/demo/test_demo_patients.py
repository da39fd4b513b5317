"""Cases, census and arrivals say the same as the workload and income tables, to the last one."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pandas as pd
import pytest

from core.demo.hospital import DemoHospital

CHARGES = (
    "drug", "material", "exam", "lab", "treatment", "surgery", "nursing", "bed", "consultation",
    "other",
)  # fmt: skip
DAY_WARD = "0503"
UTC_OFFSET = 8 * 3600


def local_days(seconds: Any) -> Any:
    """Days since 1970 in China of seconds UTC."""
    return (seconds.astype("int64") + UTC_OFFSET) // 86_400


def discharged(hospital: Any) -> Any:
    cases = hospital.tables["case"]
    gone = cases[cases["discharged_at"].notna()].copy()
    came, left = local_days(gone["admitted_at"]), local_days(gone["discharged_at"])
    gone["days"] = (left - came).clip(lower=1)
    return gone


def by_department(hospital: Any, values: Any) -> Any:
    """Sums [month, dept_code] of values grouped so, in the order of the workload table."""
    work = hospital.workload.set_index(["month", "dept_code"])
    values.index = values.index.set_names(["month", "dept_code"])
    return values.astype("int64").reindex(work.index, fill_value=0)


def work_of(hospital: Any, column: str) -> Any:
    work = hospital.workload.set_index(["month", "dept_code"])
    return work[column].fillna(0).astype("int64")


def test_wards_have_the_beds_of_their_department(hospital: Any) -> None:
    beds = hospital.tables["ward"].groupby("dept_code")["beds"].sum()
    own = hospital.departments.set_index("dept_code")["beds"].dropna()
    assert beds.sort_index().tolist() == own.sort_index().tolist()


def test_cases_discharged_are_the_discharges_of_the_workload(hospital: Any) -> None:
    counts = discharged(hospital).groupby(["discharge_month", "dept_code"]).size()
    assert (by_department(hospital, counts) == work_of(hospital, "discharges")).all()


def test_days_of_cases_are_the_bed_days_of_the_discharged(hospital: Any) -> None:
    days = discharged(hospital).groupby(["discharge_month", "dept_code"])["days"].sum()
    assert (by_department(hospital, days) == work_of(hospital, "discharged_bed_days")).all()


@pytest.mark.parametrize(
    ("column", "flag"),
    [
        ("surgeries", "operated"),
        ("elective_surgeries", "elective"),
        ("level4_surgeries", "level4"),
        ("day_surgeries", "day_case"),
    ],
)
def test_operated_cases_are_the_operations_of_the_workload(
    hospital: Any, column: str, flag: str
) -> None:
    gone = discharged(hospital)
    gone["operated"] = gone["surgery_level"] > 0
    gone["level4"] = gone["surgery_level"] == 4
    counts = gone.groupby(["discharge_month", "dept_code"])[flag].sum()
    assert (by_department(hospital, counts) == work_of(hospital, column)).all()


def test_cases_admitted_are_the_admissions_of_the_hospital(hospital: Any) -> None:
    months = hospital.workload["month"].unique()
    counts = hospital.tables["case"]["month"].value_counts().reindex(months)
    silent = hospital.tables["census"].merge(hospital.tables["ward"], on="ward_code")
    expected = silent.groupby("month")["admitted"].sum().reindex(months)
    assert (counts == expected).all()


def test_departments_without_transfers_admit_their_own_cases(hospital: Any) -> None:
    work = hospital.workload
    moves = work.groupby("dept_code")[["transfers_in", "transfers_out"]].sum().sum(axis=1)
    beds = hospital.departments.set_index("dept_code")["beds"]
    alone = [code for code in moves.index[moves == 0] if beds[code] is not pd.NA]
    assert len(alone) >= 5
    cases = hospital.tables["case"]
    counts = cases.groupby(["month", "dept_code"]).size()
    same = by_department(hospital, counts) == work_of(hospital, "admissions")
    assert same[same.index.get_level_values("dept_code").isin(alone)].all()


def test_cases_without_discharge_are_the_patients_in_bed_at_the_end(hospital: Any) -> None:
    lying = hospital.tables["case"].query("discharged_at.isna()")
    work = hospital.workload
    last = work[work["month"] == work["month"].max()].set_index("dept_code")["in_bed_end"]
    counts = lying["dept_code"].value_counts().reindex(last.index, fill_value=0)
    assert (counts == last.fillna(0)).all()


def test_what_is_known_at_discharge_is_missing_of_patients_in_bed(hospital: Any) -> None:
    lying = hospital.tables["case"].query("discharged_at.isna()")
    known_later = ["discharge_month", "settlement", "surgery_level", "readmitted", "weight"]
    assert lying[known_later].isna().all().all()
    assert (lying[["outcome", "group_code", "pathway"]] == "").all().all()
    assert (lying["charge_total"] >= 0).all()


def test_nobody_leaves_before_coming(hospital: Any) -> None:
    gone = discharged(hospital)
    assert (gone["discharged_at"] > gone["admitted_at"]).all()
    same_day = local_days(gone["admitted_at"]) == local_days(gone["discharged_at"])
    assert set(gone.loc[same_day, "dept_code"]) == {DAY_WARD}


def test_charges_by_category_add_up_to_the_total_of_each_case(hospital: Any) -> None:
    cases = hospital.tables["case"]
    parts = cases[[f"charge_{name}" for name in CHARGES]]
    assert (parts >= 0).all().all()
    assert (parts.sum(axis=1) == cases["charge_total"]).all()


@pytest.mark.parametrize("category", CHARGES)
def test_unsettled_charges_follow_from_income_and_who_left(hospital: Any, category: str) -> None:
    """Backwards from the patients in bed at the end: at no month's end is it below zero."""
    income = hospital.income
    earned = income[(income["unit"] == "inpatient") & (income["category"] == category)]
    earned = earned.groupby("month")["amount"].sum()
    column, cases = f"charge_{category}", hospital.tables["case"]
    settled = cases.groupby("discharge_month")[column].sum().reindex(earned.index).astype("int64")
    closing = cases.loc[cases["discharged_at"].isna(), column].sum()
    opening = closing - (earned - settled)[::-1].cumsum()[::-1]
    assert closing > 0
    assert (opening > 0).all()
    # Never more than half a month's income: who left has been billed for all they had.
    assert (opening < earned.mean() / 2).all()


def test_the_charges_of_a_department_without_transfers_are_its_income(hospital: Any) -> None:
    income = hospital.income
    own = income[(income["unit"] == "inpatient") & (income["ordering_code"] == DAY_WARD)]
    cases = hospital.tables["case"]
    charged = cases[cases["dept_code"] == DAY_WARD].groupby("discharge_month")["charge_total"].sum()
    earned = own.groupby("month")["amount"].sum()
    assert charged.astype("int64").tolist() == earned.tolist()


def test_insured_cases_are_settled_by_weight_and_outliers_apart(hospital: Any) -> None:
    cases, groups = hospital.tables["case"], hospital.tables["disease_group"]
    assert set(cases.loc[cases["settlement"].notna(), "payer"]) == {"employee", "resident"}
    rates = hospital.tables["payment"].query("method == 'drg'").sort_values("month_from")
    paid = cases[cases["settlement"].notna() & (cases["group_code"] != "")]
    starts = rates["month_from"].to_numpy()
    rate = rates["rate"].to_numpy()[
        np.searchsorted(starts, paid["discharge_month"].astype("int64"), side="right") - 1
    ]
    weight = paid["group_code"].map(groups.set_index("group_code")["weight"])
    assert (paid["weight"] == weight).all()
    usual = (paid["charge_total"] >= paid["low_bound"]) & (
        paid["charge_total"] <= paid["high_bound"]
    )
    expected = np.rint(weight.to_numpy() * rate)
    assert (paid["settlement"] == expected)[usual].all()
    dear = paid["charge_total"] > paid["high_bound"]
    assert (paid["settlement"] > expected)[dear].all()


def test_payment_standards_are_weight_times_the_newest_rate(hospital: Any) -> None:
    rates = hospital.tables["payment"].query("method == 'drg'").sort_values("month_from")
    groups = hospital.tables["disease_group"]
    expected = np.rint(groups["weight"] * rates["rate"].iloc[-1])
    assert (groups["payment_standard"] == expected).all()


def test_a_rate_is_known_for_every_month_of_every_area(hospital: Any) -> None:
    first = hospital.tables["payment"].groupby("area_code")["month_from"].min()
    assert (first <= hospital.workload["month"].min()).all()


def wards_and_days(hospital: Any) -> Any:
    ward = hospital.tables["ward"][["ward_code", "dept_code"]]
    return hospital.tables["census"].merge(ward, on="ward_code")


@pytest.mark.parametrize(
    ("column", "counted"),
    [
        ("bed_days_open", "open_beds"),
        ("bed_days_used", "occupied"),
        ("admissions", "admitted"),
        ("discharges", "discharged"),
        ("transfers_in", "transfers_in"),
        ("transfers_out", "transfers_out"),
    ],
)
def test_days_of_wards_add_up_to_the_month_of_the_department(
    hospital: Any, column: str, counted: str
) -> None:
    days = wards_and_days(hospital)
    if column == "bed_days_used":
        # A day case is a bed-day of the month though no one is there at midnight.
        days.loc[days["dept_code"] == DAY_WARD, "occupied"] = days["discharged"]
    sums = by_department(hospital, days.groupby(["month", "dept_code"])[counted].sum())
    assert (sums == work_of(hospital, column)).all()


def test_every_ward_is_balanced_every_day(hospital: Any) -> None:
    days = hospital.tables["census"]
    assert len(days) == days["date"].nunique() * len(hospital.tables["ward"])
    net = days["admitted"] + days["transfers_in"] - days["discharged"] - days["transfers_out"]
    before = days.groupby("ward_code")["occupied"].shift(1)
    assert (before + net == days["occupied"])[before.notna()].all()
    assert (days["occupied"] >= 0).all()


def test_whoever_leaves_one_ward_for_another_arrives_there_on_the_day(hospital: Any) -> None:
    moves = hospital.tables["census"].groupby("date")[["transfers_in", "transfers_out"]].sum()
    assert (moves["transfers_in"] == moves["transfers_out"]).all()


def test_cases_leave_the_ward_that_counts_them(hospital: Any) -> None:
    gone = discharged(hospital)
    day = pd.to_datetime(local_days(gone["discharged_at"]), unit="D").dt.strftime("%Y%m%d")
    counts = gone.groupby([day.astype("int64"), "ward_code"]).size()
    census = hospital.tables["census"].set_index(["date", "ward_code"])["discharged"]
    assert (counts.reindex(census.index, fill_value=0) == census).all()


@pytest.mark.parametrize(
    ("stream", "column"),
    [
        ("outpatient", "outpatient_visits"),
        ("emergency", "emergency_visits"),
        ("inpatient", "admissions"),
    ],
)
def test_arrivals_by_hour_add_up_to_the_month(hospital: Any, stream: str, column: str) -> None:
    arrivals = hospital.tables["arrival"].query("stream == @stream")
    sums = by_department(hospital, arrivals.groupby(["month", "dept_code"])["count"].sum())
    assert (sums == work_of(hospital, column)).all()


def test_admissions_by_hour_are_those_of_the_wards_each_day(hospital: Any) -> None:
    days = wards_and_days(hospital).groupby(["date", "dept_code"])["admitted"].sum()
    arrivals = hospital.tables["arrival"].query("stream == 'inpatient'")
    counts = arrivals.groupby(["date", "dept_code"])["count"].sum()
    assert (counts.reindex(days.index, fill_value=0) == days).all()


def test_admission_times_of_cases_are_the_arrivals_of_the_hour(hospital: Any) -> None:
    cases = hospital.tables["case"]
    first = hospital.workload["month"].min()
    local = pd.to_datetime(cases.loc[cases["month"] >= first, "admitted_at"] + UTC_OFFSET, unit="s")
    counts = local.dt.strftime("%Y%m%d%H").astype("int64").value_counts()
    arrivals = hospital.tables["arrival"].query("stream == 'inpatient'")
    hours = arrivals.groupby(arrivals["date"] * 100 + arrivals["hour"])["count"].sum()
    assert counts.sort_index().tolist() == hours.sort_index().tolist()


def test_codes_of_patients_are_those_of_the_masters(hospital: DemoHospital) -> None:
    tables = hospital.tables
    masters = {
        "ward_code": set(tables["ward"]["ward_code"]),
        "dept_code": set(tables["departments"]["dept_code"]),
        "group_code": set(tables["disease_group"]["group_code"]) | {""},
        "campus_code": set(tables["campus"]["campus_code"]),
    }
    used = itertools.product(("case", "census", "arrival", "ward", "departments"), masters)
    for table, column in used:
        if column in tables[table]:
            assert set(tables[table][column]) <= masters[column], (table, column)
