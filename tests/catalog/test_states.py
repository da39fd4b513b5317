"""Which target judges a value, and what it says."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.catalog.cube import cube_of
from core.catalog.evaluate import evaluate, year_before
from core.catalog.model import Catalog
from core.catalog.states import (
    Bounds,
    bounds_for,
    default_targets,
    gap,
    state,
    with_states,
)
from core.frames import TARGETS, VALUES
from tests.catalog.tables import FEB, JAN, MAR, TWO_WARDS, UNKNOWN, facts_of

OCCUPANCY = Bounds(low=90, high=95, watch_low=70, watch_high=95)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (69.9, "bad"),
        (70, "watch"),
        (89.9, "watch"),
        (90, "good"),
        (95, "good"),
        (95.1, "bad"),
        (UNKNOWN, "none"),
    ],
)
def test_occupancy_is_good_between_its_bounds(value: float, expected: str) -> None:
    assert state(value, OCCUPANCY) == expected


@pytest.mark.parametrize(
    ("value", "expected"), [(-0.6, "good"), (-0.5, "good"), (0, "watch"), (0.1, "bad")]
)
def test_a_bound_on_one_side_leaves_the_other_open(value: float, expected: str) -> None:
    assert state(value, Bounds(high=-0.5, watch_high=0)) == expected


def test_without_a_watch_zone_a_miss_is_bad() -> None:
    assert state(19, Bounds(low=20)) == "bad"


def test_nothing_judges_without_bounds() -> None:
    assert state(50, None) == "none"
    assert state(50, Bounds()) == "none"
    assert np.isnan(gap(50, None))
    assert np.isnan(gap(UNKNOWN, OCCUPANCY))


def test_rounding_does_not_miss_a_bound() -> None:
    bounds = Bounds(high=0.3)
    assert state(0.1 + 0.2, bounds) == "good"
    assert gap(0.1 + 0.2, bounds) == 0


def test_the_gap_is_signed_and_zero_within() -> None:
    assert (gap(88, OCCUPANCY), gap(92, OCCUPANCY), gap(97, OCCUPANCY)) == (-2, 0, 2)


def _target(department: str, low: float, **fields: object) -> dict[str, object]:
    row: dict[str, object] = {
        "indicator": "OP001",
        "department": department,
        "month_from": JAN,
        "month_to": 0,
        "basis": "value",
        "low": low,
        "high": UNKNOWN,
        "watch_low": UNKNOWN,
        "watch_high": UNKNOWN,
        "kind": "target",
        "source": f"row {low}",
    }
    return row | fields


TARGET_ROWS = pd.DataFrame(
    [
        _target("", 90),
        _target("*", 80),
        _target("A", 60, month_to=FEB),
        _target("A", 50, month_from=FEB, month_to=FEB),
        _target("*", 85, month_from=FEB),
        _target("C", 40),
    ]
)


@pytest.mark.parametrize(
    ("department", "month", "low"),
    [
        ("", JAN, 90),
        ("B", JAN, 80),
        ("A", JAN, 60),
        ("A", FEB, 50),
        ("A", MAR, 85),
        ("C", FEB, 40),
        ("B", 202412, None),
        ("clinical", JAN, None),
    ],
)
def test_the_most_specific_row_in_force_judges(
    department: str, month: int, low: float | None
) -> None:
    found = bounds_for(TARGET_ROWS, "OP001", department, month)
    assert (found.low if found else None) == low
    row = ("now", department, "OP001", 85.0, UNKNOWN, UNKNOWN, "")
    values = pd.DataFrame([row], columns=list(VALUES.columns))
    judged = with_states(values, TARGET_ROWS, VALUES.empty(), {"now": (month,)}).to_dict("records")
    assert np.isnan(judged[0]["low"]) if low is None else judged[0]["low"] == low
    assert judged[0]["state"] == state(85, found)
    assert judged[0]["target_source"] == (f"row {low}" if low else "")


def test_a_hospital_row_does_not_judge_a_department() -> None:
    assert bounds_for(TARGET_ROWS.iloc[:1], "OP001", "A", JAN) is None


def test_an_own_row_without_bounds_exempts_a_department() -> None:
    targets = pd.DataFrame([_target("*", 80), _target("A", UNKNOWN)])
    assert state(10, bounds_for(targets, "OP001", "A", JAN)) == "none"
    assert state(10, bounds_for(targets, "OP001", "B", JAN)) == "bad"


def test_bounds_may_be_added_to_last_year() -> None:
    targets = pd.DataFrame([_target("A", UNKNOWN, basis="last_year", high=-0.5, watch_high=0)])
    found = bounds_for(targets, "OP001", "A", JAN, 8.1)
    assert found
    assert (round(found.high, 9), found.watch_high) == (7.6, 8.1)
    assert [state(value, found) for value in (7.6, 8.0, 8.2)] == ["good", "watch", "bad"]
    assert state(7.6, bounds_for(targets, "OP001", "A", JAN)) == "none"


def test_without_targets_nothing_is_judged(catalog: Catalog) -> None:
    cube = cube_of(facts_of({"discharges": {"A": (5,)}}), catalog, TWO_WARDS)
    values = evaluate(catalog, ["OP019"], cube, {"1": (JAN,)}, "department")
    judged = with_states(values, TARGETS.empty(), VALUES.empty(), {"1": (JAN,)})
    assert list(judged["state"]) == ["none", "none"]
    assert list(judged["target_kind"]) == ["", ""]


def test_default_targets_keep_the_contract(catalog: Catalog) -> None:
    targets = TARGETS.check(default_targets(catalog, JAN))
    assert set(targets["kind"]) <= {"target", "standard", "assumption"}
    assert not targets.duplicated(["indicator", "department", "month_from"]).any()
    occupancy = bounds_for(targets, "OP001", "any ward", JAN)
    assert occupancy
    assert (occupancy.low, occupancy.high, occupancy.watch_low, occupancy.watch_high) == (
        *(90, 95),
        *(70, 95),
    )
    assert bounds_for(targets, "FN011", "any ward", JAN, 30) is None


def test_states_follow_the_values_in_their_order(catalog: Catalog) -> None:
    now = facts_of(
        {
            "discharges": {"A": (10, 10), "B": (10, 10)},
            "discharged_bed_days": {"A": (80, 90), "B": (84, None)},
        }
    )
    before = now.assign(month=now["month"] - 100)
    before.loc[before["measure"] == "discharged_bed_days", "value"] = 80.0
    cube = cube_of(pd.concat([now, before]), catalog, TWO_WARDS)
    periods = {"2": (FEB,), "1": (JAN,)}
    values = evaluate(catalog, ["OP003"], cube, periods, "department")
    last_year = evaluate(catalog, ["OP003"], cube, year_before(periods), "department")
    judged = with_states(values, default_targets(catalog), last_year, periods)
    assert list(judged["value"].fillna(-1)) == [9, -1, 8, 8.4]
    assert list(judged["state"]) == ["bad", "none", "good", "watch"]
    assert list(judged["high"].fillna(-1)) == [8, -1, 8, 8]
    assert set(judged["target_kind"]) == {"assumption"}
    pd.testing.assert_frame_equal(judged.loc[:, list(VALUES.columns)], values)
