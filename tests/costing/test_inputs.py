"""One month's inputs of the allocation, read from a store."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from core.costing.allocation import allocate
from core.costing.inputs import Inputs, assemble
from core.costing.inputs_facts import Facts
from core.costing.inputs_findings import CHECKS, MISSING
from core.costing.model import SERVICES
from core.costing.records import facts_of, inputs
from core.costing.rules import load_rules, rules_from
from core.frames import Scope
from core.hospital.records import facts as rolled_up
from core.hospital.records import hospital_of
from core.store.engine import Store
from core.store.opening import open_store
from tests.demo.slow_allocation import profits
from tests.stores import LAST_MONTH, url_of, write_clinic, write_empty

RULES = load_rules(Path(__file__).resolve().parents[2] / "data" / "costing" / "rules.toml")
TECH = ["0601", "0602", "0603", "0604", "0605", "0606", "0607", "0609", "0610", "0611", "0612"]


def _scope(store: Store, month: int = LAST_MONTH) -> Scope:
    return Scope(hospital_of(store), month, month)


@pytest.fixture(scope="module")
def demo(demo_file: Path) -> Iterator[Store]:
    store = open_store(url_of(demo_file))
    yield store
    store.close()


@pytest.fixture(scope="module")
def held(demo: Store) -> Facts:
    return facts_of(demo, _scope(demo), LAST_MONTH)


@pytest.fixture(scope="module")
def october(held: Facts) -> Inputs:
    return assemble(held, RULES)


def _cost_of(given: Inputs, department: str) -> int:
    direct = given.direct
    return int(direct.loc[direct["department"] == department, "amount_fen"].sum())


def _found(findings: pd.DataFrame, code: str) -> dict[str, int]:
    """Amount in 分 by department, of one code."""
    own = findings[findings["code"] == code]
    return dict(zip(own["department"], own["amount_fen"], strict=True))


def _own(**own: Any) -> Any:
    """The default rules with one department's own."""
    stated = {"reason": "试行", **own}
    return rules_from({**RULES.model_dump(by_alias=True), "override": [stated]}, "own.toml")


def _services(held: Facts, *rows: tuple[str, str, str, float]) -> Facts:
    """The facts with further rows of services."""
    more = pd.DataFrame(rows, columns=pd.Index(SERVICES.columns))
    return replace(held, services=pd.concat([held.services, more], ignore_index=True))


def _with_category(held: Facts, department: str, **changed: Any) -> Facts:
    known = held.departments.copy()
    for column, value in changed.items():
        known.loc[known["department"] == department, column] = value
    return replace(held, departments=known)


def _contract_tables(held: Facts) -> dict[str, Any]:
    """The month as the slow allocation reads it."""
    tables = {
        "direct_cost": held.cost.rename(columns={"department": "dept_code"}),
        "driver": held.stated.rename(
            columns={"department": "dept_code", "driver": "driver_code", "quantity": "value"}
        ),
        "service": held.services.rename(
            columns={"from_department": "from_code", "to_department": "to_code"}
        ),
        "income": held.income.rename(
            columns={"ordering": "ordering_code", "performing": "performing_code"}
        ),
    }
    dated = {name: rows.assign(month=held.month) for name, rows in tables.items()}
    dated = {name: rows.rename(columns={"amount_fen": "amount"}) for name, rows in dated.items()}
    return {"departments": held.departments.rename(columns={"department": "dept_code"}), **dated}


@pytest.mark.parametrize("month", [202311, 202602, LAST_MONTH])
def test_direct_cost_is_the_cost_that_pages_show(demo: Store, month: int) -> None:
    given = inputs(demo, _scope(demo, month), month, RULES)
    shown = rolled_up(demo, _scope(demo, month), ["direct_cost"])
    shown = shown[shown["measure"] == "direct_cost"]
    assert given.total_fen == int(shown["value"].sum())
    by_department = given.direct.groupby("department")["amount_fen"].sum()
    assert by_department.to_dict() == shown.set_index("department")["value"].astype(int).to_dict()


def test_every_support_department_of_the_demo_has_receivers(october: Inputs) -> None:
    supports = october.departments[october.departments["category"] != "clinical"]
    assert october.notes["source"].tolist() == supports["department"].tolist()
    assert (october.notes["receivers"] > 0).all()
    assert set(october.services["from_department"]) == set(supports["department"])
    assert october.missing.empty


def test_a_source_has_one_driver(october: Inputs) -> None:
    pairs = october.services[["from_department", "driver"]].drop_duplicates()
    assert len(pairs) == pairs["from_department"].nunique() == 26
    assert not october.services.duplicated(["from_department", "to_department"]).any()


def test_administration_is_shared_by_the_staff_of_the_others(october: Inputs, held: Facts) -> None:
    rows = october.services[october.services["from_department"] == "0801"]
    kinds = october.departments.set_index("department")["category"]
    assert set(rows["to_department"].map(kinds)) == {"clinical", "medical_tech", "medical_aux"}
    staff = held.stated[held.stated["driver"] == "headcount"]
    others = staff[staff["department"].map(kinds) != "admin"]
    assert rows["quantity"].sum() == others["quantity"].sum()


def test_only_the_pharmacy_falls_back_to_what_it_did(october: Inputs) -> None:
    fallen = october.notes[october.notes["fell_back"]]
    assert fallen[["source", "choice", "driver"]].to_numpy().tolist() == [
        ["0612", "services", "RX"]
    ]


def test_ordered_work_is_income_without_drugs_and_consumables(held: Facts) -> None:
    rows = [("0101", "0601", "exam", "inpatient", 300), ("0102", "0601", "exam", "inpatient", 100)]
    rows += [("0102", "0601", "material", "inpatient", 9_900)]
    rows += [("0101", "0602", "drug", "outpatient", 5_000)]
    income = pd.DataFrame(rows, columns=pd.Index(held.income.columns))
    given = assemble(replace(held, income=income), RULES)
    own = given.services[given.services["from_department"] == "0601"]
    assert dict(zip(own["to_department"], own["quantity"], strict=True)) == {
        "0101": 300,
        "0102": 100,
    }
    choice = given.notes.set_index("source")["choice"]
    assert (choice["0602"], choice["0603"], choice["0612"]) == ("orders_all", "", "services")


def test_the_three_levels_keep_every_fen_of_the_month(october: Inputs) -> None:
    shared = allocate(october.direct, october.services, october.departments, "three_level")
    assert int(shared.final.to_numpy().sum()) == october.total_fen


def test_the_shared_cost_is_that_of_the_slow_second_way(october: Inputs, held: Facts) -> None:
    slow = profits(_contract_tables(held), {LAST_MONTH}, "steps", "headcount")
    shared = allocate(october.direct, october.services, october.departments, "three_level")
    full = shared.final.sum(axis=1)
    earned = held.income.groupby("ordering")["amount_fen"].sum()
    clinical = october.departments.loc[october.departments["category"] == "clinical", "department"]
    apart = [abs(float(earned[code] - full[code] - slow[code])) for code in clinical]
    assert len(apart) == 34
    assert max(apart) < 100  # 分: each level of each item is rounded


def test_without_headcount_the_cost_of_administration_is_at_stake(held: Facts) -> None:
    kept = held.stated[held.stated["driver"] != "headcount"]
    given = assemble(replace(held, stated=kept), RULES)
    at_stake = _found(given.missing, "driver")
    admin = given.departments.loc[given.departments["category"] == "admin", "department"]
    assert at_stake == {code: _cost_of(given, code) for code in admin}
    assert sum(at_stake.values()) == 1_093_178_851
    assert not set(given.services["from_department"]) & set(admin)
    assert given.policies == {}


def test_one_department_without_headcount_is_named_with_its_cost(held: Facts) -> None:
    gone = (held.stated["driver"] == "headcount") & (held.stated["department"] == "0101")
    given = assemble(replace(held, stated=held.stated[~gone]), RULES)
    assert given.missing.to_numpy().tolist() == [
        ["receiver_driver", "0101", "headcount", _cost_of(given, "0101")]
    ]


def test_an_auxiliary_department_without_services_falls_back_on_income(held: Facts) -> None:
    kept = held.services[held.services["from_department"] != "0701"]
    given = assemble(replace(held, services=kept), RULES)
    note = given.notes.set_index("source").loc["0701"]
    assert (note["driver"], note["fell_back"]) == ("income_performed", True)
    assert given.missing.empty


def test_cost_without_any_driver_is_held_where_the_rule_says_so(held: Facts) -> None:
    rules = _own(department="0701", drivers=["driver:NONE"], otherwise="hold")
    given = assemble(held, rules)
    assert _found(given.missing, "driver") == {"0701": _cost_of(given, "0701")}
    assert given.policies == {"0701": "hold"}


def test_an_own_rule_may_name_a_driver_or_a_service(held: Facts) -> None:
    for choice, driver in (("services:TICKET", "TICKET"), ("driver:EQV", "driver:EQV")):
        given = assemble(held, _own(department="0807", drivers=[choice]))
        note = given.notes.set_index("source").loc["0807"]
        assert (note["driver"], note["fell_back"]) == (driver, False)
    by_discharges = assemble(held, _own(department="0704", drivers=["discharges"]))
    rows = by_discharges.services[by_discharges.services["from_department"] == "0704"]
    assert rows["quantity"].sum() == 4_195


def test_an_own_rule_of_no_source_is_reported(held: Facts) -> None:
    given = assemble(held, _own(department="0101", drivers=["headcount"]))
    assert _found(given.checks, "override_unused") == {"0101": 0}


def test_self_use_and_upward_services_are_passed_on_raw(held: Facts) -> None:
    given = assemble(_services(held, ("0701", "0701", "PACK", 7.0)), RULES)
    own = given.services[given.services["from_department"] == "0701"]
    assert own.loc[own["to_department"] == "0701", "quantity"].tolist() == [7.0]
    rules = _own(department="0807", drivers=["services"])
    upward = assemble(held, rules).services
    tickets = upward[upward["from_department"] == "0807"]
    assert {"0801", "0808"} <= set(tickets["to_department"])


def test_of_two_services_the_one_that_reaches_more_is_used_and_the_other_named(
    held: Facts,
) -> None:
    given = assemble(_services(held, ("0701", "0101", "SRVH", 9_999_999.0)), RULES)
    note = given.notes.set_index("source").loc["0701"]
    assert (note["driver"], note["others"]) == ("PACK", "SRVH")
    assert _found(given.checks, "several_drivers") == {"0701": _cost_of(given, "0701")}


def test_a_department_of_no_category_stands_outside_in_full_view(held: Facts) -> None:
    given = assemble(_with_category(held, "0302", category="unclassified"), RULES)
    whole = int(given.outside["amount_fen"].sum())
    assert given.total_fen == 10_804_248_511
    assert set(given.outside["department"]) == {"0302"}
    assert "0302" not in set(given.departments["department"])
    assert "0302" not in set(given.services["to_department"])
    assert _found(given.checks, "no_category") == {"0302": whole}
    served = _found(given.checks, "no_category_served")
    assert 0 < served["0704"] < _cost_of(given, "0704")


def test_a_closed_department_that_still_has_cost_is_named(held: Facts) -> None:
    given = assemble(_with_category(held, "0405", closed=202609), RULES)
    assert _found(given.checks, "not_open") == {"0405": _cost_of(given, "0405")}
    assert given.total_fen == 10_804_248_511


def test_a_department_that_earns_without_cost_is_named_with_its_income(held: Facts) -> None:
    given = assemble(replace(held, cost=held.cost[held.cost["department"] != "0101"]), RULES)
    own = held.income[(held.income["ordering"] == "0101") | (held.income["performing"] == "0101")]
    assert _found(given.missing, "department_cost") == {"0101": int(own["amount_fen"].sum())}


def test_goods_booked_outside_clinical_departments_are_named_not_moved(
    october: Inputs,
) -> None:
    goods = october.checks[october.checks["code"] == "goods_elsewhere"]
    sums = goods.groupby("about")["amount_fen"].sum()
    drugs = goods.loc[goods["about"] == "drug", "department"]
    assert set(drugs) <= set(TECH)
    assert (int(sums["drug"]), len(drugs)) == (84_677_774, 5)
    still = october.direct[october.direct["item"] == "A03"].set_index("department")["amount_fen"]
    assert int(still[drugs].sum()) == int(sums["drug"])
    assert _found(october.checks, "goods_below_income") == {}


def test_consumables_that_cost_less_than_they_earned_sit_elsewhere(held: Facts) -> None:
    cost = held.cost.copy()
    moved = (cost["department"] == "0204") & (cost["kind"] == "material")
    cost.loc[moved, "department"] = "0609"
    given = assemble(replace(held, cost=cost), RULES)
    own = (held.income["ordering"] == "0204") & (held.income["category"] == "material")
    earned = int(held.income.loc[own, "amount_fen"].sum())
    assert _found(given.checks, "goods_below_income") == {"0204": earned}


def test_findings_use_the_codes_that_are_explained(october: Inputs) -> None:
    assert set(october.missing["code"]) <= set(MISSING)
    assert set(october.checks["code"]) <= set(CHECKS)


def test_an_empty_hospital_gives_empty_frames(tmp_path: Path) -> None:
    store = open_store(url_of(write_empty(tmp_path / "empty.db")))
    given = inputs(store, _scope(store), LAST_MONTH, RULES)
    frames = (given.direct, given.services, given.departments, given.outside, given.notes)
    assert [len(frame) for frame in frames] == [0] * 5
    assert given.missing.to_numpy().tolist() == [["cost", "", "", 0]]
    assert (given.checks.empty, given.total_fen) == (True, 0)
    store.close()


def test_a_clinic_without_cost_says_what_would_read_as_profit(tmp_path: Path) -> None:
    store = open_store(url_of(write_clinic(tmp_path / "clinic.db")))
    given = inputs(store, _scope(store, 202601), 202601, RULES)
    assert given.departments.to_numpy().tolist() == [
        ["C1", "clinical"],
        ["C2", "clinical"],
        ["T1", "medical_tech"],
    ]
    assert given.services.to_numpy().tolist() == [["T1", "C1", "orders", 400_000.0]]
    assert given.missing.to_numpy().tolist() == [["cost", "", "", 1_000_000]]
    store.close()


def test_cost_is_not_shared_out_in_part_of_a_hospital(demo: Store) -> None:
    hospital = hospital_of(demo)
    with pytest.raises(ValueError, match="whole hospital"):
        inputs(demo, Scope(hospital, LAST_MONTH, LAST_MONTH, ("0101",)), LAST_MONTH, RULES)
    with pytest.raises(ValueError, match="lacks 202610"):
        inputs(demo, Scope(hospital, 202601, 202609), LAST_MONTH, RULES)
