"""Waiting lines in the long run, and the simulation beside them."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.flow.queues import Aim, Line, least_servers, marginal, refused, waiting

ULTRASOUND = Line(14, 3, 5)
rates = st.floats(0.1, 60)
lines = st.builds(Line, rates, st.floats(0.5, 12), st.integers(1, 40))


def test_refusals_of_two_servers_by_hand() -> None:
    """Erlang-B with load 1: (1/2) / (1 + 1 + 1/2) = 1/5."""
    assert refused(1, 2) == pytest.approx(0.2)


def test_an_idle_line_never_waits() -> None:
    found = waiting(Line(0, 3, 2))
    assert (found.wait_h, found.p_wait, found.queue) == (0, 0, 0)
    assert found.stay_h == pytest.approx(1 / 3)


def test_an_overloaded_line_has_no_figures() -> None:
    found = waiting(Line(15, 3, 5))
    assert not found.stable
    figures = (found.wait_h, found.p_wait, found.queue, found.inside, found.p_longer(1))
    assert all(math.isnan(one) for one in figures)


def test_a_line_of_negative_patients_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="not a waiting line"):
        Line(-1, 3, 1)


def test_the_spread_of_service_lengthens_the_wait_by_its_factor() -> None:
    plain, wide = waiting(ULTRASOUND), waiting(replace(ULTRASOUND, cv_service=2))
    assert wide.wait_h == pytest.approx(2.5 * plain.wait_h)
    assert ULTRASOUND.exact
    assert not wide.line.exact


def test_the_sixth_machine_brings_most_of_the_gain() -> None:
    """The seeds' ultrasound, 5 to 8 machines: 50.3, 7.1, 2.1 and 0.7 minutes."""
    curve = marginal(ULTRASOUND, 8)
    assert curve["servers"].tolist() == [5, 6, 7, 8]
    assert (curve["wait_h"] * 60).round(1).tolist() == [50.3, 7.1, 2.1, 0.7]
    assert curve["less_share"].iloc[1] == pytest.approx(0.86, abs=0.005)
    assert (curve["saved_h"].iloc[1] * 60) == pytest.approx(43.2, abs=0.05)


def test_no_gain_is_told_where_the_line_was_unstable_before() -> None:
    curve = marginal(Line(14, 3, 4), 6)
    assert curve["wait_h"].isna().tolist() == [True, False, False]
    assert curve["saved_h"].isna().tolist() == [True, True, False]
    assert curve["less_share"].isna().tolist() == [True, False, False]


def test_no_server_count_meets_what_cannot_be_met() -> None:
    assert least_servers(Line(1e7, 1, 1), Aim(p_wait=0.1)) is None


@settings(max_examples=40, deadline=None)
@given(lines)
def test_more_servers_never_wait_longer(line: Line) -> None:
    few, more = waiting(line), waiting(replace(line, servers=line.servers + 1))
    if few.stable:
        assert more.wait_h <= few.wait_h
        assert more.p_wait <= few.p_wait


@settings(max_examples=40, deadline=None)
@given(lines)
def test_what_is_inside_is_arrivals_times_stay(line: Line) -> None:
    found = waiting(line)
    if found.stable:
        assert found.inside == pytest.approx(line.arrivals * found.stay_h)
        assert 0 <= found.p_wait <= 1


@settings(max_examples=40, deadline=None)
@given(rates, st.floats(0.5, 12), st.floats(0.01, 0.5))
def test_the_least_servers_meet_the_aim_and_one_fewer_does_not(
    arrivals: float, rate: float, wait_h: float
) -> None:
    aim = Aim(wait_h=wait_h)
    found = least_servers(Line(arrivals, rate, 1), aim)
    assert found is not None
    assert aim.met(found)
    if found.line.servers > 1:
        assert not aim.met(waiting(replace(found.line, servers=found.line.servers - 1)))


def test_erlang_b_agrees_with_its_definition() -> None:
    terms = np.cumprod([1.0, *(12.5 / step for step in range(1, 16))])
    assert refused(12.5, 15) == pytest.approx(terms[-1] / terms.sum())
