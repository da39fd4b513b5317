"""Booked examinations as a fluid, and shifts with limits."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import DataError
from core.flow.backlog import Backlog, curves, machines_to_clear
from core.flow.shifts import Shift, cover, days_on, works

ULTRASOUND = Backlog(450, 150, 28, 5)
lists = st.builds(
    Backlog, st.integers(0, 2000), st.integers(0, 300), st.integers(1, 60), st.integers(0, 20)
)


def test_the_list_of_six_machines_is_empty_on_day_25() -> None:
    curve = curves(ULTRASOUND, [5, 6], 30).set_index(["machines", "day"])["waiting"]
    assert curve[5, 30] == 750
    assert curve[6, 24] == pytest.approx(18)
    assert curve[6, 25] == 0


def test_nobody_is_served_without_a_machine() -> None:
    idle = Backlog(10, 0, 28, 0)
    assert idle.wait_days == math.inf
    assert idle.clear_day is None


def test_seven_days_need_eight_machines() -> None:
    assert machines_to_clear(ULTRASOUND, 7) == 8
    assert machines_to_clear(ULTRASOUND, 25) == 6
    assert machines_to_clear(ULTRASOUND, 0) is None
    assert machines_to_clear(Backlog(0, 150, 28, 5), 0) == 6
    assert machines_to_clear(Backlog(1, 1, 0, 5), 9) is None


def test_a_negative_list_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="not a backlog"):
        Backlog(-1, 150, 28, 5)


@settings(max_examples=40, deadline=None)
@given(lists)
def test_the_list_is_empty_on_its_day_and_not_before(found: Backlog) -> None:
    day = found.clear_day
    if day is not None:
        assert found.on_day(day) == pytest.approx(0, abs=1e-6)
        assert day == 0 or found.on_day(day - 1) > 0


@settings(max_examples=40, deadline=None)
@given(lists, st.integers(1, 60))
def test_the_machines_that_clear_by_a_day_do(found: Backlog, day: int) -> None:
    count = machines_to_clear(found, day)
    assert count is not None
    enough = Backlog(found.waiting, found.demand, found.per_machine, count)
    assert enough.on_day(day) == pytest.approx(0, abs=1e-6)


def test_a_shift_longer_than_the_circle_meets_itself() -> None:
    assert works([Shift(0, 3)], 2)[:, 0].tolist() == [2, 1]


def test_limits_on_shifts_are_kept_or_refused() -> None:
    demand, cost = np.array([2.0, 2.0]), np.array([1.0, 1.0, 3.0])
    working = works([Shift(0, 1), Shift(1, 1), Shift(0, 2)], 2)
    found = cover(demand, working, cost, most=np.array([1.0, 2.0, 5.0]))
    assert found.counts.tolist() == [1, 1, 1]
    with pytest.raises(DataError) as fault:
        cover(demand, working, cost, most=np.array([1.0, 2.0, 0.0]))
    assert fault.value.code == "E_COVER_SHORT"


def test_days_off_start_on_every_day() -> None:
    assert works(days_on(7, 2), 7).sum(axis=1).tolist() == [5] * 7
