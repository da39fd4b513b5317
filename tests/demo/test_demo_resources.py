"""Machines, services, materials, energy, budget and reported values agree with what they serve."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from core.demo.budget import budget_parameters
from core.months import add_months, days_in_month

DATA = Path(__file__).resolve().parents[2] / "data"
TABLES = (
    "machine", "machine_use", "service", "quality", "material", "energy", "budget", "reported",
)  # fmt: skip
RECENT = 202511
WAN = 1_000_000
EXAMS = {
    "ct": 165_000,
    "mr": 46_000,
    "dr": 128_000,
    "ultrasound": 245_000,
    "ecg": 170_000,
    "endoscopy": 36_000,
    "dsa": 4_600,
    "dialysis": 46_500,
    "radiotherapy": 21_000,
    "nuclear": 7_000,
    "lab": 1_700_000,
}


def contract(table: str) -> dict[str, Any]:
    return tomllib.loads((DATA / "intake" / f"{table}.toml").read_text(encoding="utf-8"))


def recent(frame: Any) -> Any:
    return frame[frame["month"] >= RECENT]


def use_with_register(demo: Any) -> Any:
    register = demo.tables["machine"]
    return recent(demo.tables["machine_use"]).merge(register, on="machine_code")


def performed(demo: Any) -> Any:
    """分 by month, department and category of what departments perform."""
    keys = ["month", "performing_code", "category"]
    return demo.tables["income"].groupby(keys)["amount"].sum()


@pytest.mark.parametrize("table", TABLES)
def test_a_table_has_the_columns_of_its_contract_in_their_order(demo: Any, table: str) -> None:
    assert list(demo.tables[table].columns) == [c["name"] for c in contract(table)["column"]]


@pytest.mark.parametrize("table", TABLES)
def test_what_a_contract_requires_is_there_once_a_key(demo: Any, table: str) -> None:
    frame, told = demo.tables[table], contract(table)
    required = [c["name"] for c in told["column"] if c.get("required")]
    assert not frame[required].isna().any().any()
    assert not frame.duplicated(told["key"]).any()


@pytest.mark.parametrize("table", TABLES)
def test_choices_and_bounds_are_those_of_the_contract(demo: Any, table: str) -> None:
    for column in contract(table)["column"]:
        values = demo.tables[table][column["name"]].dropna()
        if column["type"] == "choice":
            assert set(values) <= set(column["choices"])
        if "minimum" in column:
            assert (values >= column["minimum"]).all(), column["name"]
        if "maximum" in column and column["type"] != "money":
            assert (values <= column["maximum"]).all(), column["name"]


@pytest.mark.parametrize("table", TABLES)
def test_codes_are_known(demo: Any, table: str) -> None:
    masters = tomllib.loads((DATA / "hospital" / "masters.toml").read_text(encoding="utf-8"))
    known = {
        "departments": {*demo.tables["departments"]["dept_code"], ""},
        "machine": set(demo.tables["machine"]["machine_code"]),
        "drivers": {driver["code"] for driver in masters["driver"]},
    }
    for column in contract(table)["column"]:
        if column.get("master") in known:
            assert set(demo.tables[table][column["name"]]) <= known[column["master"]]


def test_there_are_more_than_forty_machines(demo: Any) -> None:
    kinds = demo.tables["machine"]["kind"].value_counts()
    assert kinds.sum() > 40
    assert kinds[["ct", "mr", "dr", "ultrasound", "dsa", "radiotherapy"]].tolist() == [
        6, 4, 8, 26, 3, 2,
    ]  # fmt: skip


def test_some_machines_came_into_service_within_the_three_years(demo: Any) -> None:
    first = demo.tables["machine_use"].groupby("machine_code")["month"].min()
    bought = demo.tables["machine"].set_index("machine_code")["in_service"]
    new = bought[bought > 202311]
    assert len(new) >= 4
    assert (first[new.index] == new).all()


def test_a_years_examinations_are_those_of_the_reference(demo: Any) -> None:
    sums = use_with_register(demo).groupby("kind")["examinations"].sum()
    assert sums[list(EXAMS)].to_dict() == EXAMS


def test_machines_never_earn_more_than_their_department_performs(demo: Any) -> None:
    groups = tomllib.loads((DATA / "demo" / "machines.toml").read_text(encoding="utf-8"))["group"]
    category = {(group["dept"], group["kind"]): group["category"] for group in groups}
    use = demo.tables["machine_use"].merge(demo.tables["machine"], on="machine_code")
    owners = list(zip(use["dept_code"], use["kind"], strict=True))
    use["category"] = [category[owner] for owner in owners]
    earned = use.groupby(["month", "dept_code", "category"])["income"].sum()
    most = performed(demo).rename_axis(["month", "dept_code", "category"])
    assert (earned <= most.reindex(earned.index)).all()


def test_machines_earn_their_fee_or_a_little_less(demo: Any) -> None:
    use = use_with_register(demo)
    sums = use.assign(full=use["examinations"] * use["fee_per_exam"]).groupby("kind")[
        ["income", "full"]
    ]
    ratio = sums.sum()["income"] / sums.sum()["full"]
    assert ratio.between(0.93, 1).all()


def test_machines_use_no_more_consumables_than_their_department(demo: Any) -> None:
    use = use_with_register(demo).groupby("dept_code")["consumables"].sum()
    cost = recent(demo.tables["direct_cost"])
    cost = cost[cost["element_code"].isin(["A02", "A03"])].groupby("dept_code")["amount"].sum()
    assert (use <= cost[use.index]).all()


def test_machines_cost_no_more_than_the_equipment_of_their_department(demo: Any) -> None:
    drivers = demo.tables["driver"]
    last = drivers[(drivers["driver_code"] == "EQV") & (drivers["month"] == 202610)]
    price = demo.tables["machine"].groupby("dept_code")["price"].sum() / 100
    assert (price <= last.set_index("dept_code")["value"][price.index]).all()


def test_machines_wear_out_within_the_depreciation_of_their_department(demo: Any) -> None:
    booked = recent(demo.tables["direct_cost"])
    booked = booked[booked["element_code"] == "A04"].groupby("dept_code")["amount"].sum()
    worn: dict[str, float] = {}
    for machine in demo.tables["machine"].itertuples():
        end = add_months(machine.in_service, round(12 * machine.life_years))
        months = [m for m in demo.tables["workload"]["month"].unique() if m >= RECENT]
        in_life = [month for month in months if machine.in_service <= month < end]
        part = machine.price / machine.life_years / 12 * len(in_life)
        worn[machine.dept_code] = worn.get(machine.dept_code, 0) + part
    assert all(part <= booked[code] for code, part in worn.items())


def test_a_machine_finds_at_most_what_it_examines(demo: Any) -> None:
    use = demo.tables["machine_use"]
    assert (use["positives"] <= use["examinations"]).all()
    assert (use["days_down"] + use["days_idle"] <= use["days_due"]).all()
    assert (use["hours"] <= 24 * use["days_due"]).all()


def test_services_come_from_support_departments_and_never_serve_themselves(demo: Any) -> None:
    category = demo.tables["departments"].set_index("dept_code")["category"]
    service = demo.tables["service"]
    assert set(service["from_code"].map(category)) == {"medical_aux", "admin", "medical_tech"}
    assert set(service.loc[service["from_code"] == "0612", "driver_code"]) == {"RX"}
    assert (service["from_code"] != service["to_code"]).all()


def test_every_auxiliary_department_serves_every_month(demo: Any) -> None:
    category = demo.tables["departments"].set_index("dept_code")["category"]
    auxiliary = set(category.index[category == "medical_aux"])
    for _, month in demo.tables["service"].groupby("month"):
        assert auxiliary <= set(month["from_code"])


@pytest.mark.parametrize(
    ("driver", "columns"),
    [
        ("RECORD", ["discharges"]),
        ("DISCH", ["discharges"]),
        ("VISITS", ["outpatient_visits", "emergency_visits", "checkup_visits"]),
    ],
)
def test_services_counted_by_patients_are_those_patients(
    demo: Any, driver: str, columns: list[str]
) -> None:
    service = demo.tables["service"]
    done = service[service["driver_code"] == driver].set_index(["month", "to_code"])["quantity"]
    work = demo.tables["workload"].set_index(["month", "dept_code"])[columns].fillna(0).sum(axis=1)
    work = work[work > 0].astype(float)
    assert (done.reindex(work.index) == work).all()


def test_what_is_issued_is_what_was_booked(demo: Any) -> None:
    item = {"drug": "A03", "high_value": "A02", "low_value": "A02", "reagent": "A02"}
    material = demo.tables["material"].assign(item=lambda rows: rows["class"].map(item))
    issued = material.dropna(subset="item").groupby(["month", "dept_code", "item"])["issued"].sum()
    cost = demo.tables["direct_cost"]
    cost = cost[cost["element_code"].isin(["A02", "A03"])]
    booked = cost.groupby(["month", "dept_code", "element_code"])["amount"].sum()
    assert issued[issued > 0].to_dict() == booked[booked > 0].to_dict()


@pytest.mark.parametrize(("goods", "expected"), [("high_value", 32), ("drug", 17)])
def test_goods_turn_over_as_in_the_reference(demo: Any, goods: str, expected: float) -> None:
    rows = recent(demo.tables["material"])
    rows = rows[rows["class"] == goods]
    stock_days = (rows["stock"] * rows["month"].map(days_in_month)).sum()
    assert stock_days / rows["issued"].sum() == pytest.approx(expected, rel=0.03)


def test_high_value_goods_are_nearly_half_of_consumables(demo: Any) -> None:
    issued = recent(demo.tables["material"]).groupby("class")["issued"].sum()
    share = issued["high_value"] / issued[["high_value", "low_value", "reagent"]].sum()
    assert share == pytest.approx(0.46, abs=0.02)


def test_office_goods_and_energy_are_part_of_other_operating_cost(demo: Any) -> None:
    material, cost = demo.tables["material"], demo.tables["direct_cost"]
    other = cost[cost["element_code"] == "A07"].groupby("month")["amount"].sum()
    office = material[material["class"] == "office"].groupby("month")["issued"].sum()
    energy = demo.tables["energy"].groupby("month")["amount"].sum()
    assert (office + energy < other).all()


def test_a_year_of_energy_is_that_of_the_reference(demo: Any) -> None:
    energy = recent(demo.tables["energy"])
    assert energy["amount"].sum() == 3_000 * WAN
    assert set(energy["dept_code"]) == {""}


def test_energy_peaks_in_the_cold_and_in_the_heat(demo: Any) -> None:
    months = demo.tables["energy"].groupby("month")["amount"].sum()
    assert min(months[202601], months[202608]) > 1.2 * max(months[202604], months[202610])


def test_budget_lines_are_there_where_a_department_spends_or_earns(demo: Any) -> None:
    lines = budget_parameters().element_lines
    cost, income = demo.tables["direct_cost"], demo.tables["income"]
    spent = set(zip(cost["dept_code"], cost["element_code"].map(lines), strict=True))
    earned = set(zip(income["ordering_code"], "income_" + income["unit"], strict=True))
    budget = demo.tables["budget"]
    assert set(zip(budget["dept_code"], budget["line"], strict=True)) == spent | earned
    months = budget.groupby(["dept_code", "line"])["month"].nunique()
    assert (months == 38).all()  # to the end of the year: a budget is made for all of it


def spending(demo: Any, months: list[int]) -> tuple[Any, Any]:
    """分 budgeted and spent by department in the months."""
    budget, cost = demo.tables["budget"], demo.tables["direct_cost"]
    budget = budget[budget["month"].isin(months) & ~budget["line"].str.startswith("income_")]
    cost = cost[cost["month"].isin(months)]
    return (
        budget.groupby("dept_code")["amount"].sum(),
        cost.groupby("dept_code")["amount"].sum(),
    )


def test_this_years_budget_is_last_years_cost_and_the_increase(demo: Any) -> None:
    budget, _ = spending(demo, list(range(202601, 202611)))
    _, before = spending(demo, list(range(202501, 202511)))
    assert budget.sum() / before.sum() == pytest.approx(1.045, abs=0.005)


def test_departments_stray_from_their_budget_by_about_six_percent(demo: Any) -> None:
    budget, spent = spending(demo, list(range(202601, 202611)))
    execution = spent / budget
    assert execution.std() == pytest.approx(0.06, abs=0.015)
    assert 0.94 < spent.sum() / budget.sum() < 1.02


def test_reported_indicators_are_those_of_the_catalogue_that_are_reported(demo: Any) -> None:
    kinds = {}
    for path in (DATA / "catalog").glob("*.toml"):
        for indicator in tomllib.loads(path.read_text(encoding="utf-8")).get("indicator", []):
            kinds[indicator["code"]] = indicator["formula"]["kind"]
    codes = set(demo.tables["reported"]["indicator_code"])
    assert len(codes) >= 25
    assert {kinds[code] for code in codes} == {"reported"}


def test_a_reported_row_has_a_value_or_both_sides(demo: Any) -> None:
    reported = demo.tables["reported"]
    sides = reported[["numerator", "denominator"]].notna()
    assert (sides["numerator"] == sides["denominator"]).all()
    assert (reported["value"].notna() != sides["numerator"]).all()


def test_kinds_of_physicians_are_parts_of_all_physicians(demo: Any) -> None:
    reported = demo.tables["reported"]
    last = reported[(reported["month"] == 202610) & (reported["indicator_code"] == "HR004")]
    assert last[["numerator", "denominator"]].to_numpy().tolist() == [[40.0, 631.0]]


def test_tables_reach_over_the_same_months(demo: Any) -> None:
    months = set(demo.tables["income"]["month"])
    for table in TABLES[1:]:
        to_come = {202611, 202612} if table == "budget" else set()
        assert set(demo.tables[table]["month"]) == months | to_come, table
