"""What a query may read of the roll-ups."""

from __future__ import annotations

import pytest

from core.frames import FACTS, Scope
from core.hospital.records import facts
from core.store.engine import Actor, Store
from tests.intake_load.deliveries import fill, found

SCOPES = [
    ((202501, 202501, None), {"D01": 100.0, "D02": 80.0, "T01": 0.0}),
    ((202502, 202502, None), {"D01": 60.0, "D02": 50.0}),
    ((202501, 202501, ("D02",)), {"D02": 80.0}),
    ((202501, 202501, ()), {}),
    ((202503, 202512, None), {}),
]


@pytest.mark.parametrize(("scope", "visits"), SCOPES)
def test_facts_keep_to_the_months_and_departments_of_the_scope(
    store: Store,
    actor: Actor,
    scope: tuple[int, int, tuple[str, ...] | None],
    visits: dict[str, float],
) -> None:
    rows = facts(store, Scope(fill(store, actor), *scope))
    found_visits = rows[rows["measure"] == "outpatient_visits"]
    assert dict(zip(found_visits["department"], found_visits["value"], strict=True)) == visits


def test_facts_come_in_the_order_of_their_key(store: Store, actor: Actor) -> None:
    rows = facts(store, Scope(fill(store, actor), 202501, 202502))
    order = ["month", "measure", "department"]
    assert rows[order].to_numpy().tolist() == rows.sort_values(order)[order].to_numpy().tolist()
    assert not rows.duplicated(list(FACTS.key)).any()


def test_facts_of_an_empty_hospital_have_the_types_of_a_full_one(
    store: Store, actor: Actor
) -> None:
    rows = facts(store, Scope(found(store, actor), 202501, 202502))
    assert rows.empty
    assert (rows["month"].dtype, rows["value"].dtype) == ("int64", "float64")
