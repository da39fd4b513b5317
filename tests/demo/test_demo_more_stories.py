"""Stories of resources, quality and money; data/demo/README.md says where to see them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.demo.slow_allocation import profits

RECENT = 202511
WAN = 1_000_000
LAST_YEAR = {*range(202511, 202513), *range(202601, 202611)}
QUARTER = (202607, 202608, 202609)


def machine_year(demo: Any) -> Any:
    """Use of the most recent twelve months with the register's columns."""
    use = demo.tables["machine_use"]
    return use[use["month"] >= RECENT].merge(demo.tables["machine"], on="machine_code")


def execution(demo: Any, line: str, element: str) -> Any:
    """Spent over budgeted in the overspent quarter, by department with 100 万元 or more."""
    cost, budget = demo.tables["direct_cost"], demo.tables["budget"]
    cost = cost[cost["month"].isin(QUARTER) & (cost["element_code"] == element)]
    budget = budget[budget["month"].isin(QUARTER) & (budget["line"] == line)]
    spent = cost.groupby("dept_code")["amount"].sum()
    ratio = spent / budget.groupby("dept_code")["amount"].sum()
    return ratio[spent > 100 * WAN]


def test_the_ct_of_the_old_campus_examines_twenty_two_a_day(demo: Any) -> None:
    use = machine_year(demo)
    ct = use[use["kind"] == "ct"].groupby(["machine_code", "machine_name"])
    sums = ct[["examinations", "days_due", "days_down"]].sum()
    daily = (sums["examinations"] / (sums["days_due"] - sums["days_down"])).sort_values()
    assert "老院区" in daily.index[0][1]
    assert daily.iloc[0] == pytest.approx(22, abs=1)
    assert daily.iloc[1] > 70


def test_the_idle_ct_is_no_emergency_reserve(demo: Any) -> None:
    register = demo.tables["machine"]
    idle = register[register["machine_name"].str.contains("老院区")]
    assert idle["emergency_reserve"].tolist() == [0]
    assert register["emergency_reserve"].sum() >= 3


def test_ultrasound_works_at_its_limit_and_patients_wait_three_days(demo: Any) -> None:
    use = machine_year(demo)
    scanners = use[use["kind"] == "ultrasound"]
    capacity = (scanners["days_due"] * scanners["capacity_per_day"]).sum()
    assert scanners["examinations"].sum() / capacity == pytest.approx(0.98, abs=0.02)
    quality = demo.tables["quality"]
    waits = quality[(quality["item_code"] == "exam_wait_days") & (quality["month"] >= RECENT)]
    sums = waits.groupby("dept_code")[["numerator", "denominator"]].sum()
    assert sums.loc["0602", "numerator"] / sums.loc["0602", "denominator"] == (
        pytest.approx(3.0, rel=0.1)
    )


def test_endoscopy_grows_by_fifteen_percent_a_year(demo: Any) -> None:
    use = demo.tables["machine_use"].merge(demo.tables["machine"], on="machine_code")
    counts = use[use["kind"] == "endoscopy"].groupby("month")["examinations"].sum()
    ends = (202410, 202510, 202610)
    years = [counts[(counts.index > end - 100) & (counts.index <= end)].sum() for end in ends]
    assert years[1] / years[0] == pytest.approx(1.15, abs=0.03)
    assert years[2] / years[1] == pytest.approx(1.15, abs=0.03)


def test_pneumonia_of_ventilated_patients_halves_after_the_improvement(demo: Any) -> None:
    quality = demo.tables["quality"]
    rows = quality[
        (quality["item_code"] == "ventilator_pneumonia") & (quality["dept_code"] == "0501")
    ]
    before, after = rows[rows["month"] < 202509], rows[rows["month"] >= 202509]

    def permille(part: Any) -> float:
        return 1000 * part["numerator"].sum() / part["denominator"].sum()

    assert permille(before) == pytest.approx(4.6, abs=1.2)
    assert permille(after) == pytest.approx(2.1, abs=0.9)


def test_paediatric_complaints_rise_after_the_booking_was_changed(demo: Any) -> None:
    quality, work = demo.tables["quality"], demo.tables["workload"]
    counts = quality[(quality["item_code"] == "complaints") & (quality["dept_code"] == "0303")]
    counts = counts.set_index("month")["numerator"]
    own = work[work["dept_code"] == "0303"].set_index("month")
    treated = (own["outpatient_visits"] + own["discharges"]).astype(float)
    rate = [
        counts[counts.index.isin(months)].sum() / treated[treated.index.isin(months)].sum()
        for months in (range(202311, 202603), range(202603, 202611))
    ]
    assert rate[1] > 2 * rate[0]


def test_the_complaints_that_rise_are_about_waiting(demo: Any) -> None:
    quality = demo.tables["quality"]
    own = quality[(quality["dept_code"] == "0303") & (quality["month"] >= 202603)]
    kinds = own[own["item_code"].str.startswith("complaints_")].groupby("item_code")["numerator"]
    about = ["attitude", "waiting", "billing", "quality", "environment"]
    sums = kinds.sum()[[f"complaints_{name}" for name in about]]
    assert sums.idxmax() == "complaints_waiting"
    assert sums["complaints_waiting"] > 0.6 * sums.sum()


def test_spine_surgery_spends_seventeen_percent_over_its_budget_of_consumables(demo: Any) -> None:
    assert execution(demo, "material", "A02")["0205"] == pytest.approx(1.17, abs=0.02)


def test_no_larger_department_is_further_over_its_budget_of_consumables(demo: Any) -> None:
    assert execution(demo, "material", "A02").idxmax() == "0205"


@pytest.fixture(scope="module")
def day_surgery(demo: Any) -> dict[str, float]:
    """The day-surgery centre's profit of the most recent year in 万元, by method and driver."""
    return {
        f"{method} {driver}": float(profits(demo.tables, LAST_YEAR, method, driver)["0503"]) / WAN
        for method in ("steps", "direct")
        for driver in ("HC", "AREA")
    }


def test_day_surgery_loses_by_three_tiers_and_earns_by_the_direct_method(
    day_surgery: dict[str, float],
) -> None:
    assert day_surgery["steps HC"] < -20
    assert day_surgery["direct HC"] > 20


def test_day_surgery_loses_by_the_direct_method_too_if_area_is_the_driver(
    day_surgery: dict[str, float],
) -> None:
    assert day_surgery["direct AREA"] < -20


def test_no_method_changes_the_profit_of_the_hospital(demo: Any) -> None:
    income, cost = demo.tables["income"], demo.tables["direct_cost"]
    result = income.loc[income["month"].isin(LAST_YEAR), "amount"].sum()
    result -= cost.loc[cost["month"].isin(LAST_YEAR), "amount"].sum()
    for method in ("steps", "direct"):
        assert sum(profits(demo.tables, LAST_YEAR, method, "HC").values()) == result
