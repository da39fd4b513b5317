"""The shared costing cases, and how a case of ours is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from core.commands_solve import solved, told
from core.errors import JingguanError
from core.words import set_language

CASES = (
    *("accountingnest_xy", "bhima_13_5", "bhima_sample5", "bida_hospital", "catarget_simul"),
    *("cms_accumulated_cost", "cn_three_level_hand", "cvp_device_cn", "disease_three_ways"),
    *("essentialparts", "expertsmind_s1s3", "gary_trap_published_wrong", "horngren_castleford"),
    *("item_equivalent", "jamison", "rcc_single", "rose_hospital", "rounding_largest_remainder"),
    "st_lukes_direct",
)


def agree(expected: Any, found: Any, tolerance: float, where: str = "") -> None:
    """Every key that is expected is there, and its numbers agree."""
    if isinstance(expected, dict):
        for key, value in expected.items():
            assert key in found, f"{where}/{key}"
            agree(value, found[key], tolerance, f"{where}/{key}")
    elif isinstance(expected, list):
        assert len(expected) == len(found), where
        for place, (one, other) in enumerate(zip(expected, found, strict=True)):
            agree(one, other, tolerance, f"{where}[{place}]")
    elif isinstance(expected, float | int) and not isinstance(expected, bool):
        assert found == pytest.approx(expected, abs=tolerance), where
    else:
        assert found == expected, where


@pytest.mark.parametrize("name", CASES)
def test_shared_cases_agree(shared_folder: Path, name: str) -> None:
    case = json.loads((shared_folder / "cases" / "costing" / f"{name}.json").read_text("utf-8"))
    bare = {key: value for key, value in case.items() if key != "expected"}
    if "runs" not in case:
        agree(case["expected"], solved(bare), case["tolerance"])
        return
    for asked, found in zip(case["runs"], solved(bare)["runs"], strict=True):
        agree(asked["expected"], found, asked["tolerance"])
        if asked.get("published_verified"):
            _published(asked, found)


def _published(asked: dict[str, Any], found: dict[str, Any]) -> None:
    """What the source printed: totals of departments, and flows as A->B."""
    for name, amount in asked["published"].items():
        source, _, receiver = name.partition("->")
        if receiver:
            got = found["flows"][source][receiver]
        else:
            got = (found["final_totals"] | found["support_gross"])[source]
        assert got == pytest.approx(amount, abs=asked["published_tolerance"]), name


def test_the_closed_loop_is_refused_by_name(shared_folder: Path) -> None:
    case = json.loads((shared_folder / "cases/costing/closed_loop.json").read_text("utf-8"))
    with pytest.raises(JingguanError) as fault:
        solved(case)
    set_language("zh")
    assert told(fault.value)["code"] == "E_CLOSED_LOOP"
    assert told(fault.value)["where"] == "X,Y"
    assert "X,Y" in told(fault.value)["message"]


def test_a_double_step_down_gives_back_what_came_back() -> None:
    """By hand: X 100 to Y 50, F 50; Y 150 to X 75, F 75; then X 75 to Y 37.5, F 37.5; Y to F."""
    case = {
        "kind": "double_step_down",
        "inputs": {
            "direct": {"X": 100, "Y": 100, "F": 0},
            "drivers": {"X": {"Y": 1, "F": 1}, "Y": {"X": 1, "F": 1}},
            "order": ["X", "Y"],
        },
    }
    assert solved(case) == {
        "final": {"F": 200.0},
        "support_left_after_round1": {"X": 75.0, "Y": 0.0},
    }


def test_three_levels_by_item_tell_levels_and_origin() -> None:
    case = {
        "kind": "three_level",
        "cost_items": ["staff", "power"],
        "departments": [
            {"id": "A", "category": "admin"},
            {"id": "T", "category": "medical_tech"},
            {"id": "C", "category": "clinical"},
            {"id": "D", "category": "clinical"},
        ],
        "direct_costs": {
            "A": {"staff": 100, "power": 10},
            "T": {"staff": 50, "power": 0},
            "C": {"staff": 1, "power": 2},
            "D": {"staff": 3, "power": 4},
        },
        "headcount": {"A": 5, "T": 1, "C": 2, "D": 1},
        "drivers": {
            "level1": {"T": 1, "C": 2, "D": 1},
            "level3": {"T": {"C": 1, "D": 3}},
        },
    }
    found = solved(case)
    assert found["level1"]["C"] == {"staff": 50.0, "power": 5.0}
    assert found["level2"] == {}
    assert found["level3"]["D"] == pytest.approx({"staff": 56.25, "power": 1.875})
    assert found["final_totals"] == pytest.approx({"C": 58 + 19.375, "D": 34.5 + 58.125})
    assert found["total"] == 170
    assert found["provenance"]["C"] == pytest.approx({"A": 0.5625, "T": 0.25, "C": 1})
    one = {"method": "direct"}
    assert solved(case | {"runs": [one]})["runs"][0]["final_totals"]["C"] > 0


@pytest.mark.parametrize(
    ("change", "code", "where"),
    [
        ({"direct": None}, "E_CASE_MISSING", "direct"),
        ({"direct": {"X": "much"}}, "E_CASE_INPUT", "direct"),
        ({"drivers": {"X": [1]}}, "E_CASE_INPUT", "drivers.X"),
        ({"drivers": {"X": {"F": 0}}}, "E_DRIVER_ZERO", "X"),
        ({"drivers": {"X": {"F": -1}}}, "E_DRIVER_NEGATIVE", "X"),
        ({"order": "X"}, "E_CASE_INPUT", "order"),
        ({"departments": [{"id": "X", "category": "odd"}]}, "E_CASE_INPUT", "departments[0]"),
    ],
)
def test_a_case_that_cannot_be_read(change: dict[str, Any], code: str, where: str) -> None:
    inputs: dict[str, Any] = {"direct": {"X": 1, "F": 0}, "drivers": {"X": {"F": 1}}} | change
    inputs = {name: value for name, value in inputs.items() if value is not None}
    with pytest.raises(JingguanError) as fault:
        solved({"kind": "double_step_down", "inputs": inputs})
    assert told(fault.value)["code"] == code
    assert str(told(fault.value)["where"]).startswith(where)
