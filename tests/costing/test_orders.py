"""The band of the step-down over closing orders, against the engine's own step-down."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pandas as pd
import pytest

from core.costing.allocation import allocate
from core.costing.model import AllocationError
from core.costing.network import Network
from core.costing.orders import SAMPLE, band, count_of, full_costs, merged

COLUMNS = pd.Index(["from_department", "to_department", "driver", "quantity"])


def hospital(
    supports: int, finals: int = 3, seed: int = 1
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Everybody serves everybody, in whole numbers drawn from a seed."""
    drawn = np.random.default_rng(seed)
    given = [f"S{place:02d}" for place in range(supports)]
    kept = [f"F{place}" for place in range(finals)]
    kinds = ("admin", "medical_aux", "medical_tech")
    units = [(code, kinds[place % 3]) for place, code in enumerate(given)]
    units += [(code, "clinical") for code in kept]
    direct = [(code, "x", int(drawn.integers(100_000, 900_000))) for code, _ in units]
    served = [
        (one, other, "d", float(drawn.integers(1, 9)))
        for one in given
        for other in (*given, *kept)
        if one != other
    ]
    return (
        pd.DataFrame(direct, columns=pd.Index(["department", "item", "amount_fen"])),
        pd.DataFrame(served, columns=COLUMNS),
        pd.DataFrame(units, columns=pd.Index(["department", "category"])),
    )


def network_of(tables: tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]) -> Network:
    return allocate(*tables, "direct").network


@pytest.mark.parametrize("supports", [2, 3, 4])
def test_few_supports_are_tried_in_every_order(supports: int) -> None:
    tables = hospital(supports)
    codes = [code for code in tables[2]["department"] if code.startswith("S")]
    slow = pd.DataFrame(
        [allocate(*tables, "step_down", order).final.sum(axis=1) for order in permutations(codes)]
    )
    found = band(network_of(tables))
    assert (found.exact, found.stuck, found.tried) == (True, 0, len(slow))
    assert (found.departments["least"] - slow.min()).abs().max() <= supports
    assert (found.departments["most"] - slow.max()).abs().max() <= supports
    assert (found.departments["most"] - found.departments["least"]).max() > 100


def test_one_order_is_the_engines_step_down() -> None:
    tables = hospital(8)
    network = network_of(tables)
    codes = [network.codes[place] for place in np.flatnonzero(~network.final)][::-1]
    places = np.array([network.codes.index(code) for code in codes])
    costs = full_costs(network, places)
    assert costs is not None
    slow = allocate(*tables, "step_down", codes).final.sum(axis=1)
    assert np.abs(costs[network.final] - slow.to_numpy()).max() <= 8


def test_many_supports_are_sampled_and_it_is_said() -> None:
    tables = hospital(8)
    network = network_of(tables)
    found = band(network)
    assert (found.exact, found.tried) == (False, 6 + SAMPLE)
    usual = allocate(*tables, "step_down").final.sum(axis=1)
    assert (found.departments["least"] - 8 <= usual).all()
    assert (found.departments["most"] + 8 >= usual).all()


def test_parts_make_the_same_band_every_time() -> None:
    network = network_of(hospital(8))
    whole = band(network)
    parts = [band(network, start, 300) for start in range(0, count_of(network), 300)]
    joined = merged(parts)
    assert joined.tried == whole.tried
    pd.testing.assert_frame_equal(joined.departments, whole.departments)


def test_an_order_that_leaves_cost_with_nobody_is_counted_not_shown() -> None:
    direct, services, units = hospital(2)
    services = services[
        (services["from_department"] != "S00") | (services["to_department"] == "S01")
    ]
    found = band(network_of_reciprocal(direct, services, units))
    assert (found.tried, found.stuck) == (2, 1)
    with pytest.raises(AllocationError, match="E_NO_RECEIVER"):
        allocate(direct, services, units, "step_down", ["S01", "S00"])
    only = allocate(direct, services, units, "step_down", ["S00", "S01"]).final.sum(axis=1)
    assert (found.departments["least"] - only).abs().max() <= 1


def network_of_reciprocal(
    direct: pd.DataFrame, services: pd.DataFrame, units: pd.DataFrame
) -> Network:
    return allocate(direct, services, units, "reciprocal").network
