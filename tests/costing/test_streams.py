"""Flows between categories add up to the 分, whatever the method."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from core.charts.streams import laid_out
from core.costing.allocation import allocate
from core.costing.streams import HELD, streams

UNITS = pd.DataFrame(
    [("A", "admin"), ("B", "medical_aux"), ("T", "medical_tech"), ("C", "clinical")],
    columns=pd.Index(["department", "category"]),
)
DIRECT = pd.DataFrame(
    [("A", "x", 100), ("B", "x", 60), ("T", "x", 41), ("C", "x", 300)],
    columns=pd.Index(["department", "item", "amount_fen"]),
)
SERVICES = pd.DataFrame(
    [
        *(("A", "B", "h", 1.0), ("A", "T", "h", 1.0), ("A", "C", "h", 2.0)),
        *(("B", "T", "s", 1.0), ("B", "C", "s", 1.0), ("T", "C", "o", 5.0)),
    ],
    columns=pd.Index(["from_department", "to_department", "driver", "quantity"]),
)


def told(method: Any, **more: Any) -> dict[tuple[str, str], int]:
    found = streams(allocate(DIRECT, SERVICES, UNITS, method, **more)).flows
    return {(row["source"], row["target"]): row["amount_fen"] for row in found.to_dict("records")}


def test_three_levels_flow_by_their_stages() -> None:
    flows = told("three_level")
    assert flows["admin", "medical_aux"] == 25
    assert flows["admin", "medical_tech"] == 25
    assert flows["admin", "clinical"] == 50
    assert flows["medical_aux", "medical_tech"] + flows["medical_aux", "clinical"] == 85
    assert flows["medical_tech", "clinical"] == 41 + 25 + flows["medical_aux", "medical_tech"]


@pytest.mark.parametrize("method", ["three_level", "direct", "step_down", "reciprocal"])
def test_all_that_supports_have_ends_at_clinical(method: str) -> None:
    flows = told(method)
    assert sum(fen for (_, target), fen in flows.items() if target == "clinical") == 201


def test_methods_that_go_in_circles_say_where_cost_ends() -> None:
    for method in ("reciprocal", "double_step_down"):
        assert told(method) == {
            ("admin", "clinical"): 100,
            ("medical_aux", "clinical"): 60,
            ("medical_tech", "clinical"): 41,
        }


def test_what_is_held_flows_to_no_department() -> None:
    services = SERVICES[SERVICES["from_department"] != "A"]
    found = streams(allocate(DIRECT, services, UNITS, "three_level", policies={"A": "hold"}))
    held = found.flows[found.flows["target"] == HELD]
    assert held[["source", "amount_fen"]].to_numpy().tolist() == [["admin", 100]]


def test_a_ribbon_is_as_wide_as_its_amount_and_nodes_are_full() -> None:
    found = streams(allocate(DIRECT, SERVICES, UNITS, "three_level"))
    flows = told("three_level")
    laid = laid_out(found.own, flows)
    for row in laid.ribbons:
        assert row["y2"] - row["y"] == pytest.approx(flows[row["source"], row["target"]])
    for name in found.own:
        height = sum(node["y2"] - node["y"] for node in laid.nodes if node["name"] == name)
        came = sum(fen for (_, target), fen in flows.items() if target == name)
        assert height == pytest.approx(found.own[name] + came)
