"""What-ifs on the demo hospital's month: deltas add up, and each change does what it says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.costing.changes import scenario_of
from core.costing.inputs_facts import Facts
from core.costing.records import facts_of
from core.costing.rules import load_rules
from core.costing.scenarios import Answer, answer, run_of
from core.errors import DataError, DefinitionError
from core.frames import Scope
from core.hospital.records import hospital_of
from core.store.opening import open_store
from tests.stores import LAST_MONTH, url_of

RULES = load_rules(Path(__file__).resolve().parents[2] / "data" / "costing" / "rules.toml")


@pytest.fixture(scope="module")
def facts(demo_file: Path) -> Iterator[Facts]:
    store = open_store(url_of(demo_file))
    scope = Scope(hospital_of(store), LAST_MONTH, LAST_MONTH)
    yield facts_of(store, scope, LAST_MONTH)
    store.close()


def what_if(facts: Facts, *changes: dict[str, Any], **more: Any) -> Answer:
    told = scenario_of({"name": "试算", "change": list(changes), **more}, "test.toml")
    return answer(run_of(facts, RULES), told)


def amount(facts: Facts, kind: str) -> int:
    return int(facts.cost.loc[facts.cost["kind"] == kind, "amount_fen"].sum())


def test_wages_cost_the_whole_what_they_rise(facts: Facts) -> None:
    found = what_if(facts, {"kind": "wages", "percent": 5})
    assert found.delta == pytest.approx(-0.05 * amount(facts, "personnel"), abs=300)
    rows = found.departments
    assert (rows["delta"] == rows["delta_income"] - rows["delta_cost"]).all()
    assert (rows["delta_income"] == 0).all()
    assert (rows["profit_before"] + rows["delta"] == rows["profit"]).all()


def test_a_price_cut_of_goods_without_markup_lowers_income_and_cost(facts: Facts) -> None:
    found = what_if(facts, {"kind": "price_cut", "goods": "material", "percent": 20})
    sold = facts.income.loc[facts.income["category"] == "material", "amount_fen"].sum()
    assert found.departments["delta_income"].sum() == pytest.approx(-0.2 * sold, abs=300)
    assert found.departments["delta_cost"].sum() == pytest.approx(
        -0.2 * amount(facts, "material"), abs=300
    )


def test_fees_of_one_department_leave_the_others_alone(facts: Facts) -> None:
    change = {"kind": "price", "percent": 10, "categories": ["surgery"], "departments": ["0205"]}
    found = what_if(facts, change, method="direct")
    assert set(found.departments.index[found.departments["delta_income"] != 0]) == {"0205"}


def test_people_who_move_take_their_cost_along_and_change_nothing_in_sum(facts: Facts) -> None:
    found = what_if(facts, {"kind": "move", "from": "0205", "to": "0101", "persons": 4})
    assert found.delta == 0
    by_department = found.departments["delta"].to_dict()
    assert by_department["0205"] > 0
    assert by_department["0101"] < 0


def test_another_driver_or_method_only_shares_differently(facts: Facts) -> None:
    change = {"kind": "driver", "department": "0808", "drivers": ["floor_area"], "reason": "试行"}
    found = what_if(facts, change)
    assert found.delta == 0
    assert (found.departments["delta"] != 0).any()


def test_the_sign_of_a_department_can_turn(facts: Facts) -> None:
    found = what_if(facts, {"kind": "price", "percent": -60})
    turned = found.flips
    assert turned
    assert set(turned.values()) == {"to_loss"}
    before = found.departments.loc[list(turned), "profit_before"]
    assert (before >= 0).all()


def test_changes_add_up_and_the_largest_comes_first(facts: Facts) -> None:
    small, large = {"kind": "wages", "percent": 1}, {"kind": "cost", "percent": 10}
    found = what_if(facts, small, large)
    assert found.tornado["change"].tolist() == [1, 0]
    both = what_if(facts, small).delta + what_if(facts, large).delta
    crossed = 0.001 * amount(facts, "personnel")  # 1 % of the 10 %
    assert found.delta == pytest.approx(both - crossed, abs=500)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"kind": "wages", "percent": 1, "departments": ["9999"]}, "E_SCENARIO_DEPARTMENT"),
        ({"kind": "price_cut", "goods": "gold", "percent": 1}, "E_SCENARIO_GOODS"),
        ({"kind": "move", "from": "0205", "to": "0101", "persons": 9999}, "E_SCENARIO_STAFF"),
    ],
)
def test_a_change_of_what_is_not_there_is_refused(
    facts: Facts, change: dict[str, Any], code: str
) -> None:
    with pytest.raises(DataError, match=code):
        what_if(facts, change)


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "magic"},
        {"kind": "wages", "percent": "much"},
        {"kind": "wages", "percent": float("nan")},
        {"kind": "driver", "department": "0808", "drivers": ["floor_area"]},
        {"kind": "price_cut", "goods": "drug", "percent": 120},
    ],
)
def test_a_scenario_that_cannot_be_read_lists_its_faults(change: dict[str, Any]) -> None:
    with pytest.raises(DefinitionError, match=r"test\.toml"):
        scenario_of({"name": "试算", "change": [change]}, "test.toml")
