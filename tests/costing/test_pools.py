"""Rules for some cost items of a department: a pool of its own among the sources."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core.costing.basis.change import Change
from core.costing.basis.records import changes, own_rules, rules_for, save, take_back, trail
from core.costing.inputs import Inputs, assemble
from core.costing.inputs_facts import Facts
from core.costing.records import facts_of
from core.costing.results import allocated, ends_of
from core.costing.rules import Rules, load_rules, rules_from
from core.costing.scenarios import terms
from core.errors import DataError, DefinitionError
from core.frames import Scope
from core.hospital.records import create_hospital, hospital_of
from core.hospital.tables import Department
from core.store.engine import Actor, Store
from core.store.opening import open_store
from tests.stores import LAST_MONTH, url_of

RULES = load_rules(Path(__file__).resolve().parents[2] / "data" / "costing" / "rules.toml")
SOURCE = "0807"


@pytest.fixture(scope="module")
def held(demo_file: Path) -> Iterator[Facts]:
    store = open_store(url_of(demo_file))
    yield facts_of(store, Scope(hospital_of(store), LAST_MONTH, LAST_MONTH), LAST_MONTH)
    store.close()


@pytest.fixture(scope="module")
def item(held: Facts) -> str:
    """The dearest cost item of the source."""
    own = held.cost[held.cost["department"] == SOURCE]
    return str(own.groupby("item")["amount_fen"].sum().idxmax())


def _rules(*own: dict[str, Any]) -> Rules:
    stated = [{"department": SOURCE, "reason": "试行", **one} for one in own]
    return rules_from({**RULES.model_dump(by_alias=True), "override": stated}, "own.toml")


def _by_area(held: Facts, item: str) -> Inputs:
    return assemble(held, _rules({"items": [item], "drivers": ["floor_area"]}))


def test_a_pool_takes_its_items_and_leaves_the_others(held: Facts, item: str) -> None:
    own = held.cost[held.cost["department"] == SOURCE]
    given = _by_area(held, item).direct
    pool = given[given["department"] == f"{SOURCE}/{item}"]
    rest = given[given["department"] == SOURCE]
    assert pool["amount_fen"].sum() == own.loc[own["item"] == item, "amount_fen"].sum()
    assert rest["amount_fen"].sum() == own.loc[own["item"] != item, "amount_fen"].sum()


def test_a_pool_has_a_driver_of_its_own(held: Facts, item: str) -> None:
    notes = _by_area(held, item).notes.set_index("source")["choice"]
    assert (notes[f"{SOURCE}/{item}"], notes[SOURCE]) == ("floor_area", "headcount")


@pytest.mark.parametrize("method", ["three_level", "step_down", "reciprocal"])
def test_every_fen_of_a_pool_ends_by_its_own_driver(held: Facts, item: str, method: Any) -> None:
    given = _by_area(held, item)
    found = allocated(given, method)
    assert int(found.final.to_numpy().sum()) == int(given.direct["amount_fen"].sum())
    assert found.certificate.conserved
    pool = int(
        given.direct.loc[given.direct["department"] == f"{SOURCE}/{item}", "amount_fen"].sum()
    )
    assert int(ends_of(found, f"{SOURCE}/{item}")["amount_fen"].sum()) == pool


def test_all_items_of_a_department_in_a_pool_give_what_its_own_rule_gives(held: Facts) -> None:
    own = held.cost[held.cost["department"] == SOURCE]
    items = sorted(own["item"].unique())
    pooled = allocated(
        assemble(held, _rules({"items": items, "drivers": ["floor_area"]})), "three_level"
    )
    whole = allocated(assemble(held, _rules({"drivers": ["floor_area"]})), "three_level")
    assert pooled.final.equals(whole.final)


def test_a_pool_raises_no_findings_of_its_own(held: Facts, item: str) -> None:
    given, usual = _by_area(held, item), assemble(held, RULES)
    assert given.missing.equals(usual.missing)
    assert given.checks.equals(usual.checks)


def test_buying_a_service_buys_the_pools_with_it(held: Facts, item: str) -> None:
    rules = _rules({"items": [item], "drivers": ["floor_area"]})
    bought = [terms(held, one, SOURCE).max_price for one in (rules, RULES)]
    assert bought[0] == bought[1]


def test_an_item_is_in_one_pool_only() -> None:
    with pytest.raises(DefinitionError, match="0807/ELEC more than once"):
        _rules(
            {"items": ["ELEC"], "drivers": ["floor_area"]},
            {"items": ["ELEC", "WATER"], "drivers": ["headcount"]},
        )


def test_a_pool_without_cost_in_the_month_is_reported(held: Facts) -> None:
    given = assemble(held, _rules({"items": ["NONE"], "drivers": ["floor_area"]}))
    unused = given.checks[given.checks["code"] == "override_unused"]
    assert unused["department"].tolist() == [f"{SOURCE}/NONE"]


ENERGY = Change(SOURCE, 202605, ("floor_area",), "水电费按面积", items=("WATER", "ELEC"))


@pytest.fixture
def hospital(store: Store, actor: Actor) -> int:
    own = create_hospital(store, actor, "甲医院")
    with store.write(actor) as work:
        row = Department(hospital_id=own, code=SOURCE, name_zh=SOURCE, category="admin")
        work.session.add(row)
        work.record("test", "departments", own)
    return own


def put(store: Store, actor: Actor, hospital: int, one: Change) -> int:
    return save(store, actor, hospital, one, base=RULES, seen=None)


def test_a_pool_is_kept_beside_the_rule_of_its_department(
    store: Store, actor: Actor, hospital: int
) -> None:
    put(store, actor, hospital, ENERGY)
    put(store, actor, hospital, Change(SOURCE, 202605, ("services:TICKET",), "按工单"))
    rules = rules_for(store, hospital, 202605, RULES)
    whole, pool = (rules.of(place, "admin") for place in (SOURCE, f"{SOURCE}/ELEC+WATER"))
    assert whole is not None
    assert pool is not None
    assert (whole.drivers, pool.drivers) == (("services:TICKET",), ("floor_area",))


def test_a_pool_ends_with_a_change_that_states_no_driver(
    store: Store, actor: Actor, hospital: int
) -> None:
    put(store, actor, hospital, ENERGY)
    put(store, actor, hospital, replace(ENERGY, month=202608, drivers=(), reason="并回"))
    assert [len(own_rules(store, hospital, month)) for month in (202607, 202608)] == [1, 0]


def test_an_item_of_another_pool_is_refused(store: Store, actor: Actor, hospital: int) -> None:
    made = put(store, actor, hospital, ENERGY)
    other = replace(ENERGY, month=202607, items=("ELEC",), drivers=("headcount",))
    for month in (202607, 202604):
        with pytest.raises(DataError, match="E_BASIS_ITEMS"):
            put(store, actor, hospital, replace(other, month=month))
    take_back(store, actor, (hospital, made), 1, "重来")
    put(store, actor, hospital, other)
    assert changes(store, hospital)["items"].tolist() == [("ELEC",)]


def test_the_trail_names_the_items(store: Store, actor: Actor, hospital: int) -> None:
    put(store, actor, hospital, ENERGY)
    assert trail(store, hospital)["items"].tolist() == [("ELEC", "WATER")]
