"""Buying a support outside: the formula against closing the department and solving again."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.costing.outsourcing import Services, check_open, outsourced
from core.errors import DataError

POWER_WATER = Services(
    ("power", "water"),
    np.array([[0.0, 0.5], [0.4, 0.0]]),
    np.array([100.0, 50.0]),
    np.array([2.0, 3.0]),
)
"""A unit of water takes half a unit of power, a unit of power 0.4 of water."""


@st.composite
def hospitals(draw: st.DrawFn) -> Services:
    """Up to five supports that leave at least a tenth of what they make, in units of any size."""
    count = draw(st.integers(1, 5))
    cells = st.lists(st.floats(0, 1), min_size=count, max_size=count)
    use = np.array(draw(st.lists(cells, min_size=count, max_size=count)))
    use = 0.9 * use / np.maximum(use.sum(axis=0), 1)
    size = np.array(
        draw(st.lists(st.sampled_from([0.01, 1, 1000]), min_size=count, max_size=count))
    )
    demand, variable = (
        np.array(draw(st.lists(st.floats(0.1, 1e3), min_size=count, max_size=count)))
        for _ in range(2)
    )
    names = tuple("abcde"[:count])
    return Services(names, use * size[:, None] / size, demand * size, variable / size)


def closed(services: Services, name: str) -> tuple[float, float]:
    """Units to buy and cost avoided, from the hospital with and without the department."""
    place = services.names.index(name)
    rest = [at for at in range(len(services.names)) if at != place]
    whole = np.linalg.solve(np.eye(len(services.names)) - services.use, services.demand)
    left = np.linalg.solve(
        np.eye(len(rest)) - services.use[np.ix_(rest, rest)], services.demand[rest]
    )
    bought = services.demand[place] + services.use[place, rest] @ left
    avoided = services.variable @ whole - services.variable[rest] @ left
    return float(bought), float(avoided)


def test_power_bought_outside_saves_four_for_each_unit() -> None:
    found = outsourced(POWER_WATER, "power")
    assert found.gross_units == pytest.approx([156.25, 112.5])
    assert found.unit_cost == pytest.approx([4, 5])
    assert found.external_units == pytest.approx(125)
    assert found.avoidable_cost == pytest.approx(500)
    assert found.max_price == pytest.approx(4)


def test_the_naive_answers_are_wrong() -> None:
    """Own variable cost, reciprocal cost of all units, and all units as what is to be bought."""
    found = outsourced(POWER_WATER, "power")
    gross = float(found.gross_units[0])
    assert found.avoidable_cost != pytest.approx(gross * 2)
    assert found.avoidable_cost != pytest.approx(gross * found.max_price)
    assert found.external_units < gross


def test_what_a_support_uses_itself_need_not_be_bought() -> None:
    alone = Services(("power",), np.array([[0.2]]), np.array([80.0]), np.array([2.0]))
    found = outsourced(alone, "power")
    assert found.gross_units == pytest.approx([100])
    assert found.external_units == pytest.approx(80)
    assert found.max_price == pytest.approx(2.5)


@given(hospitals())
def test_closing_the_department_and_solving_again_says_the_same(services: Services) -> None:
    for name in services.names:
        found = outsourced(services, name)
        units, cost = closed(services, name)
        assert found.external_units == pytest.approx(units, rel=1e-6)
        assert found.avoidable_cost == pytest.approx(cost, rel=1e-6)
        assert found.max_price == pytest.approx(cost / units, rel=1e-6)


@given(hospitals())
def test_unit_costs_of_what_is_asked_for_are_the_whole_variable_cost(services: Services) -> None:
    found = outsourced(services, services.names[0])
    spent = float(services.variable @ found.gross_units)
    assert float(found.unit_cost @ services.demand) == pytest.approx(spent)


@pytest.mark.parametrize("back", [1.0, 2.0])
def test_supports_that_use_up_what_they_make_are_refused_by_name(back: float) -> None:
    use = np.array([[0.0, 1.0, 0.0], [back, 0.0, 0.0], [0.1, 0.0, 0.0]])
    services = Services(("x", "y", "z"), use, np.ones(3), np.ones(3))
    with pytest.raises(DataError) as refused:
        outsourced(services, "z")
    assert (refused.value.code, refused.value.fields["where"]) == ("E_CLOSED_LOOP", "x,y")


def test_a_loop_that_leaves_a_thousandth_is_solved() -> None:
    use = np.array([[0.0, 0.999], [1.0, 0.0]])
    services = Services(("x", "y"), use, np.array([1.0, 0.0]), np.array([1.0, 0.0]))
    check_open(services)
    assert outsourced(services, "x").avoidable_cost == pytest.approx(1000)
