"""The simulation of waiting lines: against the closed form, and where that knows nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.flow.queues import Line, waiting
from core.flow.simulation import WEEK_HOURS, Plan, Run, simulate
from core.flow.simulation import _by_events as by_events
from core.flow.simulation import _in_order as in_order


def steady(arrivals: float, servers: int, service_h: float) -> Plan:
    staff = np.full(WEEK_HOURS, servers, dtype=np.int64)
    return Plan(np.full(WEEK_HOURS, float(arrivals)), staff, service_h)


@pytest.mark.parametrize(("arrivals", "servers"), [(14, 6), (14, 8), (4, 2)])
def test_a_steady_line_agrees_with_the_closed_form(arrivals: int, servers: int) -> None:
    exact = waiting(Line(arrivals, 3, servers))
    found = simulate(steady(arrivals, servers, 1 / 3), Run(longer_than_h=0.25), seed=7)
    assert found.wait_h.replications == 30
    assert abs(found.wait_h.mean - exact.wait_h) <= 3 * found.wait_h.error
    assert abs(found.p_wait.mean - exact.p_wait) <= 3 * found.p_wait.error
    assert abs(found.p_longer.mean - exact.p_longer(0.25)) <= 3 * found.p_longer.error
    assert abs(found.queue.mean - exact.queue) <= 3 * found.queue.error


def test_steady_service_waits_half_as_long() -> None:
    plan = replace(steady(2.4, 1, 1 / 3), cv_service=0)
    found = simulate(plan, Run(weeks=8), seed=3)
    assert abs(found.wait_h.mean - 2 / 3) <= 3 * found.wait_h.error


def test_the_same_seed_gives_the_same_answer() -> None:
    plan, run = steady(3, 2, 0.5), Run(weeks=1, replications=3)
    assert simulate(plan, run, seed=1).wait_h == simulate(plan, run, seed=1).wait_h
    assert simulate(plan, run, seed=1).wait_h != simulate(plan, run, seed=2).wait_h


def test_both_ways_of_playing_start_everybody_at_the_same_time() -> None:
    rng = np.random.default_rng(5)
    at = np.sort(rng.random(400) * 100)
    urgency, service = np.zeros(400, dtype=np.int64), rng.exponential(0.6, 400)
    slow = by_events(steady(4, 3, 0.6), at, urgency, service)
    assert slow == pytest.approx(in_order(3, at, service))


def test_urgent_patients_go_first_and_the_others_pay() -> None:
    plan, run = steady(14, 5, 1 / 3), Run(weeks=2, replications=8)
    plain = simulate(plan, run, seed=4)
    sorted_ = simulate(replace(plan, shares=(0.3, 0.7)), run, seed=4)
    assert sorted_.by_urgency[0].mean < plain.wait_h.mean < sorted_.by_urgency[1].mean


def test_who_comes_before_the_opening_waits_for_it() -> None:
    """One patient at 06:30, doors open at 08:00."""
    staff = np.zeros(WEEK_HOURS, dtype=np.int64)
    staff[8:12] = 1
    plan = Plan(np.ones(WEEK_HOURS), staff, 0.1)
    start = by_events(plan, np.array([6.5]), np.array([0]), np.array([0.1]))
    assert start.tolist() == [8.0]


def test_who_waits_at_closing_is_served_at_the_next_opening() -> None:
    """Two at 11:50, half an hour each: the second starts next Monday at 08:00."""
    staff = np.zeros(WEEK_HOURS, dtype=np.int64)
    staff[8:12] = 1
    at, service = np.array([11.8, 11.9]), np.array([0.5, 0.5])
    start = by_events(Plan(np.ones(WEEK_HOURS), staff, 0.5), at, np.array([0, 0]), service)
    assert start.tolist() == [11.8, WEEK_HOURS + 8.0]


def test_the_rush_hour_waits_longer_than_the_night() -> None:
    arrivals = np.full(WEEK_HOURS, 1.0)
    arrivals[14:WEEK_HOURS:24] = 12.0
    plan = replace(steady(1, 2, 1 / 3), arrivals=arrivals)
    hours = simulate(plan, Run(weeks=2, replications=5), seed=2).by_hour
    wait, came = hours["wait_h"].to_numpy(float), hours["arrivals"].to_numpy(float)
    assert wait[14] > 4 * wait[4]
    assert came[14] == pytest.approx(12, rel=0.4)


def test_a_week_without_patients_has_no_wait() -> None:
    found = simulate(steady(0, 1, 0.5), Run(weeks=1, replications=2), seed=1)
    assert np.isnan(found.wait_h.mean)
    assert found.queue.mean == 0


def test_a_plan_that_is_never_staffed_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="plan"):
        steady(1, 0, 0.5)
