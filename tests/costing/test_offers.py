"""The drivers that a month offers, and what a hospital's own rule makes of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.costing.basis.offers import offers
from core.costing.inputs import assemble
from core.costing.inputs_facts import Facts
from core.costing.records import facts_of
from core.costing.results import allocated
from core.costing.rules import Override, load_rules
from core.frames import Scope
from core.hospital.records import hospital_of
from core.store.opening import open_store
from tests.stores import LAST_MONTH, url_of

BASE = load_rules(Path(__file__).resolve().parents[2] / "data" / "costing" / "rules.toml")


@pytest.fixture(scope="module")
def facts(demo_file: Path) -> Iterator[Facts]:
    store = open_store(url_of(demo_file))
    yield facts_of(store, Scope(hospital_of(store), LAST_MONTH, LAST_MONTH), LAST_MONTH)
    store.close()


def test_every_driver_on_offer_can_be_used(facts: Facts) -> None:
    units = assemble(facts, BASE).departments
    found = offers(facts, units, BASE, "0807")
    assert {"services:TICKET", "headcount", "floor_area"} <= set(found["choice"])
    assert not {"orders", "driver:HC"} & set(found["choice"])
    for row in found.to_dict("records"):
        own = Override(department="0807", drivers=(row["choice"],), reason="试")
        notes = assemble(facts, BASE.with_own([own])).notes.set_index("source").loc["0807"]
        assert notes["choice"] == row["choice"]
        if notes["driver"] == row["driver"]:
            assert (notes["receivers"], notes["quantity"]) == (row["receivers"], row["quantity"])


def test_a_clinical_department_is_offered_nothing(facts: Facts) -> None:
    assert offers(facts, assemble(facts, BASE).departments, BASE, "0101").empty


def test_receivers_that_a_rule_leaves_out_get_nothing(facts: Facts) -> None:
    own = Override(
        department="0701", drivers=("services",), receivers=("clinical",), reason="只供临床"
    )
    found = allocated(assemble(facts, BASE.with_own([own])), "three_level").flows
    level = found[found["from_department"] == "0701"]
    assert len(level)
    assert not level["to_department"].str.startswith("06").any()


def test_a_source_without_a_quantity_stops_is_held_or_falls_back(facts: Facts) -> None:
    def given(*drivers: str, otherwise: str) -> object:
        own = {"department": "0807", "drivers": drivers, "otherwise": otherwise, "reason": "试"}
        return assemble(facts, BASE.with_own([Override.model_validate(own)]))

    stopped, held = (given("driver:NONE", otherwise=one) for one in ("stop", "hold"))
    assert dict(stopped.policies) == {}  # type: ignore[attr-defined]
    assert dict(held.policies) == {"0807": "hold"}  # type: ignore[attr-defined]
    lost = allocated(held, "three_level").unassigned  # type: ignore[arg-type]
    assert set(lost["department"]) == {"0807"}
    fell = given("driver:NONE", "headcount", otherwise="stop")
    note = fell.notes.set_index("source").loc["0807"]  # type: ignore[attr-defined]
    assert (note["choice"], note["fell_back"]) == ("headcount", True)
