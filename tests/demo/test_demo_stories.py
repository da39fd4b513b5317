"""What a course can find in the facts; data/demo/README.md says where to look."""

from __future__ import annotations

from typing import Any

import pytest

from core.demo.income import overspent_months
from core.demo.parameters import Parameters


def occupancy(work: Any, department: str) -> float:
    own = work[work["dept_code"] == department]
    return 100 * own["bed_days_used"].sum() / own["bed_days_open"].sum()


def consumables(demo: Any, department: str) -> Any:
    """Consumables earned from inpatients by operation, month by month, in 元."""
    rows = demo.income[
        (demo.income["ordering_code"] == department)
        & (demo.income["category"] == "material")
        & (demo.income["unit"] == "inpatient")
    ]
    work = demo.workload[demo.workload["dept_code"] == department].set_index("month")
    return rows.groupby("month")["amount"].sum() / 100 / work["surgeries"].astype(float)


def test_cardiology_is_full_all_year(last_year_work: Any) -> None:
    assert occupancy(last_year_work, "0101") > 97


@pytest.mark.parametrize("department", ["0109", "0209"])
def test_infection_and_burns_use_less_than_seventy_percent(
    last_year_work: Any, department: str
) -> None:
    assert occupancy(last_year_work, department) < 70


def test_the_day_surgery_centre_is_low_by_structure(last_year_work: Any) -> None:
    assert occupancy(last_year_work, "0503") == pytest.approx(38, abs=3)


def test_spine_surgery_overspends_on_consumables_in_the_third_quarter(
    demo: Any,
) -> None:
    spent = consumables(demo, "0205")
    usual = spent[[202511, 202512, 202601, 202603, 202604, 202605, 202606, 202610]].mean()
    assert spent[[202607, 202608, 202609]].mean() / usual == pytest.approx(1.17, abs=0.05)


def test_the_overspend_shows_in_cost_as_in_income(demo: Any) -> None:
    rows = demo.direct_cost[
        (demo.direct_cost["dept_code"] == "0205")
        & (demo.direct_cost["element_code"] == "A02")
        & (demo.direct_cost["unit"] == "inpatient")
    ].set_index("month")["amount"]
    assert rows[[202607, 202608, 202609]].min() > 1.05 * rows[[202603, 202604, 202605]].mean()


@pytest.mark.parametrize(
    ("last_month", "expected"),
    [
        (202610, (202607, 202608, 202609)),
        (202609, (202607, 202608, 202609)),
        (202608, (202507, 202508, 202509)),
        (202701, (202607, 202608, 202609)),
    ],
)
def test_the_overspent_quarter_is_the_last_complete_third_quarter(
    given: Parameters, last_month: int, expected: tuple[int, ...]
) -> None:
    assert overspent_months(given, last_month) == expected


def test_joint_implants_get_cheaper_in_the_second_year(demo: Any) -> None:
    spent = consumables(demo, "0204")
    before, after = spent[spent.index < 202502], spent[spent.index >= 202502]
    assert len(before) == 15
    assert after.mean() / before.mean() == pytest.approx(1 / 1.45, abs=0.08)
    assert before.min() > after.max()


@pytest.mark.parametrize("department", ["0302", "0304"])
def test_births_fall_by_about_eight_percent_a_year(demo: Any, department: str) -> None:
    own = demo.workload[demo.workload["dept_code"] == department]
    first = own[own["month"] < 202411]["discharges"].sum()
    last = own[own["month"] >= 202511]["discharges"].sum()
    assert (last / first) ** 0.5 - 1 == pytest.approx(-0.08, abs=0.03)


def test_one_month_of_chinese_medicine_is_not_reported_and_its_money_is(
    demo: Any,
) -> None:
    reported = set(demo.workload.loc[demo.workload["dept_code"] == "0405", "month"])
    assert set(demo.workload["month"]) - reported == {202602}
    paid = demo.income[(demo.income["ordering_code"] == "0405") & (demo.income["month"] == 202602)]
    assert len(paid) > 0


def test_the_intensive_ward_lives_on_transfers(last_year_work: Any) -> None:
    sums = last_year_work[last_year_work["dept_code"] == "0501"].sum(numeric_only=True)
    assert sums["transfers_in"] == pytest.approx(1620, rel=0.1)
    assert sums["transfers_out"] == pytest.approx(1440, rel=0.1)
    assert sums["admissions"] < 30


def test_winter_fills_respiratory_and_paediatric_clinics(demo: Any) -> None:
    for department in ("0102", "0303"):
        visits = demo.workload[demo.workload["dept_code"] == department].set_index("month")
        assert visits["outpatient_visits"][202512] > 1.15 * visits["outpatient_visits"][202605]


def test_endoscopy_grows_faster_than_radiology(demo: Any) -> None:
    exams = demo.income[demo.income["category"] == "exam"]
    recent = exams[exams["month"] >= 202511].groupby("performing_code")["amount"].sum()
    before = exams[exams["month"] < 202411].groupby("performing_code")["amount"].sum()
    rise = recent / before
    assert rise["0606"] > 1.15 * rise["0601"]
