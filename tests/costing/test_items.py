"""What an item costs: done in the head, and adding back to the pool whatever the method."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.costing import items
from core.costing.items import Activities
from core.errors import DataError

amount = st.floats(0.01, 1e6)
item_rows = st.lists(st.tuples(amount, amount), min_size=1, max_size=8)


def of(**values: float) -> pd.Series:
    return pd.Series(values, dtype=float)


def clinic(**changed: pd.Series | pd.DataFrame) -> Activities:
    """Staff 600 (a third registers), a room 400 (all examining); two items."""
    given_parts = {
        "resources": of(staff=600, room=400),
        "drivers": pd.DataFrame({"register": of(staff=1), "examine": of(staff=2, room=5)}).fillna(
            0.0
        ),
        "quantities": pd.DataFrame(
            {"short": of(register=10, examine=20), "long": of(register=10, examine=60)}
        ),
        "direct": of(short=1, long=2),
        "volume": of(short=10, long=10),
    }
    return Activities(**(given_parts | changed))  # type: ignore[arg-type]


def test_drugs_and_charged_material_are_no_items_cost() -> None:
    assert items.net_pool(690, 120, 90) == 480


def test_an_equivalent_costs_the_same_in_every_item() -> None:
    found = items.by_weight(100, of(A=1, B=3), of(A=10, B=10))
    assert (found.weight, found.value) == (40, 2.5)
    assert found.unit.to_dict() == {"A": 2.5, "B": 7.5}


def test_an_item_that_nobody_had_still_has_the_cost_of_its_equivalent() -> None:
    assert items.by_weight(100, of(A=1, B=3), of(A=10, B=0)).unit["B"] == 30


def test_an_item_without_volume_has_no_share_to_divide() -> None:
    found = items.by_share(100, of(A=1, B=3), of(A=10, B=0)).unit
    assert found["A"] == 10
    assert math.isnan(found["B"])


def test_a_pool_without_any_weight_reads_as_unknown() -> None:
    found = items.by_weight(100, of(A=0, B=2), of(A=10, B=0))
    assert found.weight == 0
    assert math.isnan(found.value)
    assert found.unit.isna().all()


def test_activities_carry_resources_to_items() -> None:
    found = items.by_activity(clinic())
    assert found.cost.to_dict() == {"register": 200, "examine": 800}
    assert found.rate.to_dict() == {"register": 10, "examine": 10}
    assert found.unit.to_dict() == {"short": 31, "long": 72}


def test_a_resource_without_driver_is_refused_not_lost() -> None:
    drivers = pd.DataFrame({"register": of(staff=1, room=0), "examine": of(staff=2, room=0)})
    with pytest.raises(DataError) as refused:
        items.by_activity(clinic(drivers=drivers))
    assert (refused.value.code, refused.value.fields["where"]) == ("E_DRIVER_ZERO", "room")
    assert refused.value.fields["amount"] == "400.00"


def test_an_activity_that_no_item_takes_is_refused_if_it_costs_anything() -> None:
    idle = pd.DataFrame({"short": of(register=1, examine=0), "long": of(register=1, examine=0)})
    with pytest.raises(DataError, match="E_DRIVER_ZERO: where=examine"):
        items.by_activity(clinic(quantities=idle))
    free = items.by_activity(clinic(quantities=idle, resources=of(staff=0, room=0)))
    assert math.isnan(free.rate["examine"])
    assert free.unit.to_dict() == {"short": 1, "long": 2}


def test_charges_times_their_ratio_are_the_cost() -> None:
    ratio = items.ratio_of(of(lab=40, pharmacy=90), of(lab=80, pharmacy=100))
    assert items.by_charges(of(lab=300), ratio).to_dict() == {"lab": 150}
    assert math.isnan(items.ratio_of(of(lab=40), of(lab=0))["lab"])


@given(st.floats(-1e6, 1e8), item_rows)
def test_unit_costs_times_volumes_are_the_pool(
    pool: float, rows: list[tuple[float, float]]
) -> None:
    weight, volume = (pd.Series(column) for column in zip(*rows, strict=True))
    for method in (items.by_weight, items.by_share):
        found = method(pool, weight, volume)
        assert items.added_back(found.unit, volume) == pytest.approx(pool, rel=1e-9)


@given(st.floats(0, 1e6), st.floats(0, 1e6), amount, amount)
def test_activities_lose_nothing_on_the_way(
    staff: float, room: float, driver: float, taken: float
) -> None:
    drivers = pd.DataFrame({"register": of(staff=driver, room=0), "examine": of(staff=2, room=5)})
    quantities = pd.DataFrame(
        {"short": of(register=taken, examine=1), "long": of(register=1, examine=taken)}
    )
    work = clinic(resources=of(staff=staff, room=room), drivers=drivers, quantities=quantities)
    found = items.by_activity(work)
    assert float(found.cost.sum()) == pytest.approx(staff + room)
    back = items.added_back(found.unit - work.direct, work.volume)
    assert back == pytest.approx(staff + room, abs=1e-6)
