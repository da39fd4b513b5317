"""Volume, stay, payment, closing, merging, outsourcing, seeking: on the demo hospital's month."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.costing.changes import change_of, scenario_of, told
from core.costing.inputs_facts import Facts
from core.costing.records import facts_of
from core.costing.rules import Override, load_rules
from core.costing.scenarios import Answer, Run, answer, seek, terms, together
from core.costing.scenarios import run_of as run_with
from core.errors import DataError, DefinitionError
from core.frames import Scope
from core.hospital.records import hospital_of
from core.store.opening import open_store
from tests.stores import LAST_MONTH, url_of

RULES = load_rules(Path(__file__).resolve().parents[2] / "data" / "costing" / "rules.toml")
GOODS = ("drug", "material")


@pytest.fixture(scope="module")
def facts(demo_file: Path) -> Iterator[Facts]:
    store = open_store(url_of(demo_file))
    scope = Scope(hospital_of(store), LAST_MONTH, LAST_MONTH)
    yield facts_of(store, scope, LAST_MONTH)
    store.close()


def run_of(facts: Facts) -> Run:
    return run_with(facts, RULES)


def what_if(facts: Facts, *changes: dict[str, Any], **more: Any) -> Answer:
    return answer(
        run_of(facts), scenario_of({"name": "试算", "change": list(changes), **more}, "x")
    )


def income(facts: Facts, **where: str) -> int:
    rows = facts.income
    for column, value in where.items():
        rows = rows[rows[column] == value]
    return int(rows["amount_fen"].sum())


def cost(facts: Facts, **where: str) -> int:
    rows = facts.cost
    for column, value in where.items():
        rows = rows[rows[column] == value]
    return int(rows["amount_fen"].sum())


def cell(found: Answer, code: str, name: str) -> int:
    return int(found.departments[name].to_dict()[code])


def test_more_patients_everywhere_bring_their_fees_and_the_variable_cost(facts: Facts) -> None:
    found = what_if(facts, {"kind": "volume", "percent": 10}).departments
    assert found["delta_income"].sum() == pytest.approx(0.1 * income(facts), abs=500)
    clinical = set(found.index)
    kinds = {"material": 1.0, "drug": 1.0, "risk_fund": 1.0, "other": 0.3}
    own = sum(
        0.1 * share * cost(facts, department=code, kind=kind)
        for code in clinical
        for kind, share in kinds.items()
    )
    performed = 0.1 * cost(facts, department="0601", kind="material")
    assert found["delta_cost"].sum() > own + performed - 500
    assert found["delta_cost"].sum() < 0.1 * cost(facts)


def test_more_outpatients_leave_the_wards_income_alone(facts: Facts) -> None:
    change = {"kind": "volume", "percent": 10, "setting": "outpatient", "departments": ["0101"]}
    rows = what_if(facts, change, method="direct").departments
    assert rows.loc["0101", "delta_income"] == pytest.approx(
        0.1 * income(facts, ordering="0101", unit="outpatient"), abs=50
    )
    assert (rows["delta_income"].drop("0101") == 0).all()


def test_a_shorter_stay_loses_what_is_charged_by_the_day(facts: Facts) -> None:
    change = {"kind": "stay", "percent": -10, "departments": ["0101"]}
    found = what_if(facts, change)
    by_day = sum(
        income(facts, ordering="0101", unit="inpatient", category=one) for one in ("bed", "nursing")
    )
    assert cell(found, "0101", "delta_income") == pytest.approx(-0.1 * by_day, abs=50)
    assert cell(found, "0101", "delta_cost") < 0


def test_a_higher_payment_is_income_of_the_departments_with_settled_cases(facts: Facts) -> None:
    found = what_if(facts, {"kind": "payment", "percent": 2})
    settled = int(facts.settled["amount_fen"].sum())
    assert settled > 0
    assert found.delta == pytest.approx(0.02 * settled, abs=100)
    assert (found.departments["delta_cost"] == 0).all()


def test_a_closed_department_leaves_what_is_fixed_to_the_others(facts: Facts) -> None:
    found = what_if(facts, {"kind": "close", "department": "0503"})
    assert cell(found, "0503", "income") == 0
    assert cell(found, "0503", "cost") >= cost(facts, department="0503", kind="personnel")
    others = found.departments.drop("0503")
    assert others["delta_cost"].sum() > 0
    assert "0503" not in found.flips
    left = what_if(facts, {"kind": "close", "department": "0503", "staff": "leaves"})
    gained = left.delta - found.delta
    assert gained == pytest.approx(cost(facts, department="0503", kind="personnel"), abs=5)


def test_merged_departments_are_one_and_the_whole_stays(facts: Facts) -> None:
    found = what_if(facts, {"kind": "merge", "from": "0209", "to": "0201"})
    assert found.delta == 0
    assert (cell(found, "0209", "income"), cell(found, "0209", "cost")) == (0, 0)
    both = cell(found, "0201", "profit_before") + cell(found, "0209", "profit_before")
    assert cell(found, "0201", "profit") == pytest.approx(both, rel=1e-9, abs=10)


def test_a_service_bought_costs_its_fee_and_saves_what_it_spent(facts: Facts) -> None:
    fee = 100_000.0
    found = what_if(facts, {"kind": "outsource", "department": "0703", "fee_yuan": fee})
    spent = {kind: cost(facts, department="0703", kind=kind) for kind in RULES.variable}
    saved = spent["personnel"] + sum(RULES.variable[kind] * spent[kind] for kind in spent)
    assert found.delta == pytest.approx(saved - fee * 100, abs=20)
    told_terms = terms(facts, RULES, "0703")
    variable = sum(RULES.variable[kind] * spent[kind] for kind in spent)
    assert told_terms.avoidable_cost >= variable
    assert 0 < told_terms.external_units <= 1


def test_another_method_shares_the_same_whole(facts: Facts) -> None:
    found = what_if(facts, {"kind": "method", "method": "direct"})
    direct = run_of(facts).profits("direct", ())
    assert found.delta == 0
    assert found.departments["profit"].tolist() == direct["profit"].tolist()


def test_supports_that_are_named_close_first_the_others_by_rule(facts: Facts) -> None:
    usual = what_if(facts, {"kind": "method", "method": "step_down"}).departments["cost"]
    first = {"kind": "method", "method": "step_down", "order": ["0601", "0807"]}
    other = what_if(facts, first)
    assert other.delta == 0
    assert (other.departments["cost"] != usual).any()


def test_more_area_takes_more_of_what_is_shared_by_area(facts: Facts) -> None:
    by_area = {"kind": "driver", "department": "0808", "drivers": ["floor_area"], "reason": "试"}
    more = {"kind": "quantity", "driver": "floor_area", "department": "0101", "quantity": 50_000}
    before = cell(what_if(facts, by_area), "0101", "cost")
    assert cell(what_if(facts, by_area, more), "0101", "cost") > before


def test_the_path_goes_from_base_to_answer(facts: Facts) -> None:
    content = {
        "name": "x",
        "change": [{"kind": "wages", "percent": 5}, {"kind": "cost", "percent": -2}],
    }
    scenario = scenario_of(content, "x")
    steps = run_of(facts).wholes(scenario.method, scenario.changes)
    assert len(steps) == 3
    assert steps[-1] - steps[0] == answer(run_of(facts), scenario).delta


def test_the_whole_is_known_without_an_allocation(facts: Facts) -> None:
    contents: list[dict[str, Any]] = [
        {"kind": "volume", "percent": 7, "departments": ["0101"]},
        {"kind": "close", "department": "0102"},
        {"kind": "merge", "from": "0503", "to": "0501"},
        {"kind": "stay", "percent": -10},
    ]
    changes = tuple(change_of(content) for content in contents)
    run = run_of(facts)
    prefixes = [changes[:count] for count in range(len(changes) + 1)]
    runs = [int(run.profits("step_down", prefix)["profit"].sum()) for prefix in prefixes]
    assert list(run.wholes("step_down", changes)) == runs


def test_what_stays_unassigned_is_no_cost_of_the_whole(facts: Facts) -> None:
    own = Override(department="0601", drivers=("driver:NONE",), otherwise="hold", reason="试")
    run = run_with(facts, RULES.with_own([own]))
    (whole,) = run.wholes("three_level", ())
    assert whole == run.profits("three_level", ())["profit"].sum()
    assert whole > run_of(facts).wholes("three_level", ())[0]


def test_the_volume_that_breaks_even_is_found(facts: Facts) -> None:
    run = run_of(facts)
    base = run.profits("three_level", ())["profit"]
    code = str(base[base < 0].index[0])
    content = {"name": "x", "change": [{"kind": "price", "percent": 0, "departments": [code]}]}
    percent = seek(run, scenario_of(content, "x"), 0, code)
    content["change"][0]["percent"] = percent
    after = answer(run, scenario_of(content, "x")).departments.loc[code]
    assert abs(after["profit"]) <= 0.0002 * after["income"]


def test_what_no_percentage_reaches_is_said(facts: Facts) -> None:
    scenario = scenario_of(
        {"name": "x", "change": [{"kind": "wages", "percent": 0, "departments": ["0807"]}]}, "x"
    )
    with pytest.raises(DataError, match="E_SCENARIO_SEEK"):
        seek(run_of(facts), scenario, 0, "", 10**15)
    moved = scenario_of(
        {"name": "x", "change": [{"kind": "move", "from": "0101", "to": "0102", "persons": 1}]}, "x"
    )
    with pytest.raises(DataError, match="E_SCENARIO_SEEK_KIND"):
        seek(run_of(facts), moved, 0, "")


def test_months_add_up(facts: Facts) -> None:
    one = run_of(facts).profits("three_level", ())
    assert together([one, one]).equals(one * 2)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"kind": "close", "department": "0807"}, "E_SCENARIO_CLINICAL"),
        ({"kind": "outsource", "department": "0101", "fee_yuan": 1}, "E_SCENARIO_SUPPORT"),
        ({"kind": "merge", "from": "0101", "to": "0601"}, "E_SCENARIO_MERGE"),
        ({"kind": "merge", "from": "0101", "to": "0101"}, "E_SCENARIO_MERGE"),
        (
            {"kind": "quantity", "driver": "gold", "department": "0101", "quantity": 1},
            "E_SCENARIO_DRIVER",
        ),
    ],
)
def test_a_change_that_makes_no_sense_is_refused(
    facts: Facts, change: dict[str, Any], code: str
) -> None:
    with pytest.raises(DataError, match=code):
        what_if(facts, change)


def test_a_payment_without_settled_cases_is_refused(facts: Facts) -> None:
    with pytest.raises(DataError, match="E_SCENARIO_SETTLED"):
        what_if(facts, {"kind": "payment", "percent": 2, "departments": ["0601"]})


def test_a_change_survives_being_written_down() -> None:
    content = {"kind": "move", "from": "0101", "to": "0102", "persons": 2.0}
    assert told(change_of(content)) == content
    with pytest.raises(DefinitionError):
        change_of({"kind": "move", "from": "0101"})
