"""Cases on unit costs: the shared ones, small ones of our own, and bad ones."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from core.costing.cases_units import KINDS
from core.errors import DataError

SMALL: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "cvp": (
        {"fixed_cost": 1000, "unit_variable": 20, "price_a": 50, "price_b": 45, "volume": 100},
        {
            **{"break_even_a": 100 / 3, "break_even_b": 40, "profit_a": 2000, "profit_b": 1500},
            **{"break_even_cases_a": 34, "break_even_cases_b": 40},
        },
    ),
    "rcc": (
        {"charges": {"lab": 100, "bed": 50}, "ratio": {"lab": 0.5, "bed": 1.2}},
        {"cost": 110, "cost_by": {"lab": 50, "bed": 60}},
    ),
    "item_abc": (
        {
            "resources": {"staff": 600, "room": 400},
            "resource_drivers": {"staff": {"reg": 1, "exam": 2}, "room": {"exam": 5}},
            "activity_driver_qty": {"reg": {"A": 10, "B": 10}, "exam": {"A": 20, "B": 60}},
            "direct_unit": {"A": 1, "B": 2},
            "volume": {"A": 10, "B": 10},
        },
        {
            "activity_cost": {"reg": 200, "exam": 800},
            "activity_rate": {"reg": 10, "exam": 10},
            "unit_cost": {"A": 31, "B": 72},
        },
    ),
    "item_equivalent": (
        {
            **{"unit_total_cost": 130, "drug_cost": 20, "chargeable_material": 10},
            "items": {
                "A": {"equivalent": 1, "volume": 10},
                "B": {"equivalent": 3, "volume": 10},
            },
        },
        {"net_pool": 100, "total_equivalents": 40, "unit_cost": {"A": 2.5}, "check_total": 100},
    ),
    "item_point": (
        {"net_pool": 100, "items": {"A": {"points": 5, "volume": 4}}},
        {"total_points": 20, "point_value": 5, "unit_cost": {"A": 25}},
    ),
    "item_ratio": (
        {
            "net_pool": 120,
            "items": {
                "A": {"price": 1, "volume": 10, "minutes": 20},
                "B": {"price": 5, "volume": 10, "minutes": 20},
            },
        },
        {
            "by_revenue": {"A": 2, "B": 10},
            "by_time": {"A": 6, "B": 6},
            "by_volume": {"A": 6, "B": 6},
        },
    ),
    "disease_cost": (
        {
            "patients": [
                {
                    **{"id": "p1", "drg": "G1", "dept": "S", "days": 2, "drug": 10, "mat": 0},
                    **{"rev": {"lab": 40}, "items": {"test": 3}},
                }
            ],
            "dept_full_cost": 50,
            "item_unit_cost": {"test": 5},
            "service_unit_cost": {"lab": 60},
        },
        {
            "top_down": {"rate_per_day": 20, "patient": {"p1": 50}},
            "bottom_up": {"drg": {"G1": {"total": 25, "cases": 1, "unit": 25}}, "variance": 25},
            "ccr": {"ratio": {"lab": 1.5}, "patient": {"p1": 60}},
        },
    ),
    "outsource": (
        {
            "supports": ["power", "water"],
            "units_of_i_per_unit_of_j": {"power": {"water": 0.5}, "water": {"power": 0.4}},
            "final_demand": {"power": 100, "water": 50},
            "variable_cost_per_unit": {"power": 2, "water": 3},
            "outsource": "power",
        },
        {
            "gross_units": {"power": 156.25, "water": 112.5},
            "unit_reciprocal_cost": {"power": 4, "water": 5},
            **{"external_units": 125, "avoidable_cost": 500, "max_price": 4},
        },
    ),
}


def solve(kind: str, inputs: Any) -> dict[str, Any]:
    """The answer, as JSON without NaN says it."""
    found = KINDS[kind]({"kind": kind, "inputs": inputs})
    return json.loads(json.dumps(found, allow_nan=False))


def agree(wanted: Any, found: Any, where: str, near: float = 1e-9) -> None:
    """Every key of `wanted` is in `found`, numbers as near as the case says."""
    if isinstance(wanted, dict):
        for name, value in wanted.items():
            assert name in found, f"{where}: {name}"
            agree(value, found[name], f"{where}.{name}", near)
    elif wanted is None:
        assert found is None, where
    else:
        assert found == pytest.approx(wanted, abs=near), where


def leaves(inputs: dict[Any, Any], within: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of every number in a case's inputs."""
    found: list[tuple[Any, ...]] = []
    for key, value in inputs.items():
        entries = dict(enumerate(value)) if isinstance(value, list) else value
        if isinstance(entries, dict):
            found += leaves(entries, (*within, key))
        elif isinstance(value, int | float):
            found.append((*within, key))
    return found


def changed(inputs: dict[str, Any], place: tuple[Any, ...], value: Any) -> dict[str, Any]:
    copied = copy.deepcopy(inputs)
    inner: Any = copied
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    return copied


def refused(kind: str, inputs: Any) -> tuple[str, Any]:
    with pytest.raises(DataError) as error:
        solve(kind, inputs)
    return error.value.code, error.value.fields["where"]


def test_the_shared_cases_agree(shared_folder: Path) -> None:
    files = sorted((shared_folder / "cases" / "costing").glob("*.json"))
    cases = [json.loads(file.read_text("utf-8")) for file in files]
    cases = [case for case in cases if case["kind"] in KINDS]
    assert len(cases) >= 4
    for case in cases:
        found = solve(case["kind"], case["inputs"])
        agree(case["expected"], found, case["id"], case["tolerance"])


@pytest.mark.parametrize("kind", KINDS)
def test_small_cases_can_be_done_in_the_head(kind: str) -> None:
    inputs, wanted = SMALL[kind]
    agree(wanted, solve(kind, inputs), kind)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("value", [0, 1e299, 1e-299, -1, None, "x", True, [], {}, float("nan")])
def test_whatever_stands_for_a_number_is_answered_or_refused(kind: str, value: Any) -> None:
    inputs = SMALL[kind][0]
    for place in leaves(inputs):
        try:
            solve(kind, changed(inputs, place, value))
        except DataError as error:
            assert error.fields["where"]


@pytest.mark.parametrize("kind", KINDS)
def test_an_input_that_is_absent_is_named(kind: str) -> None:
    inputs = SMALL[kind][0]
    optional = {"dept_full_cost", "item_unit_cost", "service_unit_cost"}
    for name in inputs.keys() - optional:
        rest = {key: value for key, value in inputs.items() if key != name}
        code, where = refused(kind, rest)
        assert (code, where) == ("E_CASE_MISSING", name)


@pytest.mark.parametrize("value", [7, "x", [], {}, None, [1], {"": 1}, {"A": []}, [[1]], [{}]])
@pytest.mark.parametrize("kind", KINDS)
def test_inputs_of_another_shape_never_break(kind: str, value: Any) -> None:
    inputs = SMALL[kind][0]
    for name in inputs:
        try:
            solve(kind, inputs | {name: value})
        except DataError as error:
            assert error.fields["where"]


def test_a_price_below_the_variable_cost_never_breaks_even() -> None:
    found = solve("cvp", SMALL["cvp"][0] | {"price_a": 20, "price_b": 10})
    assert found["break_even_a"] is None
    assert found["break_even_cases_b"] is None
    assert found["profit_b"] == -2000


def test_one_price_is_answered_as_a_machine_is() -> None:
    found = solve("cvp", {"fixed_cost": 1000, "unit_variable": 20, "price": 50})
    agree({"break_even_cases": 34, "break_even_revenue": 1000 / 0.6}, found, "cvp")


def test_a_zero_bottom_is_null() -> None:
    point = solve("item_point", {"net_pool": 9, "items": {"A": {"points": 0, "volume": 1}}})
    assert point == {"total_points": 0, "point_value": None, "unit_cost": {"A": None}}
    inputs = changed(SMALL["disease_cost"][0], ("patients", 0, "days"), 0)
    inputs = changed(inputs, ("patients", 0, "rev", "lab"), 0)
    found = solve("disease_cost", inputs)
    assert found["top_down"]["rate_per_day"] is None
    assert found["top_down"]["drg"]["G1"] == {"total": None, "cases": 1, "unit": None}
    assert found["ccr"]["ratio"] == {"lab": None}
    assert found["ccr"]["variance"] == 60


def test_a_cost_with_nothing_to_share_it_by_is_refused() -> None:
    inputs = changed(SMALL["item_abc"][0], ("resource_drivers", "room", "exam"), 0)
    assert refused("item_abc", inputs) == ("E_DRIVER_ZERO", "room")


def test_tables_of_activities_may_be_nested_the_other_way_round() -> None:
    inputs = SMALL["item_abc"][0] | {
        "resource_drivers": {"reg": {"staff": 1}, "exam": {"staff": 2, "room": 5}},
        "activity_driver_qty": {"A": {"reg": 10, "exam": 20}, "B": {"reg": 10, "exam": 60}},
    }
    agree(SMALL["item_abc"][1], solve("item_abc", inputs), "item_abc")


def test_departments_with_costs_of_their_own_have_rates_of_their_own() -> None:
    inputs = SMALL["disease_cost"][0] | {"dept_full_cost": {"S": 50}}
    agree({"rate_per_day": {"S": 20}}, solve("disease_cost", inputs)["top_down"], "by department")
    assert refused("disease_cost", inputs | {"dept_full_cost": {"M": 50}}) == (
        "E_CASE_MISSING",
        "dept_full_cost.S",
    )


def test_supports_may_be_given_as_a_matrix_in_their_order() -> None:
    inputs = SMALL["outsource"][0] | {
        "units_of_i_per_unit_of_j": [[0, 0.5], [0.4, 0]],
        "final_demand": [100, 50],
        "variable_cost_per_unit": [2, 3],
    }
    agree(SMALL["outsource"][1], solve("outsource", inputs), "outsource")


def test_supports_that_serve_only_each_other_are_refused() -> None:
    inputs = SMALL["outsource"][0] | {"units_of_i_per_unit_of_j": [[0, 1], [1, 0]]}
    assert refused("outsource", inputs) == ("E_CLOSED_LOOP", "power,water")
    assert refused("outsource", inputs | {"outsource": "steam"}) == ("E_CASE_INPUT", "outsource")


def test_a_patient_twice_is_refused() -> None:
    inputs = copy.deepcopy(SMALL["disease_cost"][0])
    inputs["patients"] *= 2
    assert refused("disease_cost", inputs) == ("E_CASE_INPUT", "patients[1].id")
