"""Beds in the long run, and what shorter stays and pooling bring."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.flow.beds import (
    Beds,
    by_beds,
    largest_load,
    least_beds,
    load_at,
    other_stay,
    pooled,
    trade_off,
)
from core.flow.queues import refused

NINE = Beds(5, 9, 50)
wards = st.builds(Beds, st.floats(0.2, 12), st.floats(1, 20), st.integers(1, 120))


def test_one_bed_with_load_one_refuses_half() -> None:
    ward = Beds(1, 1, 1)
    assert (ward.refused, ward.occupied, ward.occupancy) == (0.5, 0.5, 0.5)


def test_an_empty_ward_refuses_nobody_and_wants_nothing() -> None:
    ward = Beds(0, 9, 10)
    assert (ward.refused, ward.occupancy, ward.p_short, ward.high_demand) == (0, 0, 0, 0)


def test_a_ward_of_negative_beds_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="not a ward"):
        Beds(5, 9, -1)


def test_a_stay_of_eight_instead_of_nine_days_frees_beds() -> None:
    """50 beds refuse 5.41 % at nine days; at eight 46 do with fewer, 45 do not."""
    found = other_stay(NINE, 8)
    assert found.freed == 4
    assert refused(40, 46) <= NINE.refused < refused(40, 45)
    assert found.after.occupancy < found.before.occupancy
    assert found.more_admissions == pytest.approx(0.625)


def test_a_longer_stay_needs_more_beds() -> None:
    assert other_stay(NINE, 10).freed < 0


def test_ninety_percent_of_fifty_beds_refuses_more_than_one_in_twenty() -> None:
    curve = trade_off(50, [0.85, 0.90, 0.95]).set_index("occupancy")["refused"]
    assert curve.round(3).tolist() == [0.053, 0.113, 0.255]


def test_more_beds_refuse_fewer_and_stand_emptier() -> None:
    curve = by_beds(5, 9, range(40, 61, 5))
    assert curve["refused"].is_monotonic_decreasing
    assert curve["occupancy"].is_monotonic_decreasing


def test_two_wards_of_a_kind_as_one_pool_refuse_fewer() -> None:
    """Two wards of 25 beds with load 22.5 each refuse 9.4 %; 50 beds with load 45 5.4 %."""
    found = pooled([Beds(2.5, 9, 25), Beds(2.5, 9, 25)])
    assert found.refused_apart == pytest.approx(refused(22.5, 25))
    assert found.pool.refused == pytest.approx(NINE.refused)
    assert found.freed == 3


def test_wards_without_patients_cannot_be_pooled() -> None:
    with pytest.raises(ValueError, match="pooled"):
        pooled([Beds(0, 9, 25)])


@settings(max_examples=40, deadline=None)
@given(wards)
def test_one_more_bed_never_refuses_more(ward: Beds) -> None:
    assert refused(ward.load, ward.beds + 1) <= ward.refused


@settings(max_examples=40, deadline=None)
@given(wards, st.floats(0.001, 0.5))
def test_the_least_beds_keep_the_limit_and_one_fewer_does_not(ward: Beds, limit: float) -> None:
    found = least_beds(ward.load, limit)
    assert found is not None
    assert refused(ward.load, found) <= limit
    assert found == 0 or refused(ward.load, found - 1) > limit


@settings(max_examples=40, deadline=None)
@given(wards, wards)
def test_a_pool_never_refuses_more_than_its_wards_apart(one: Beds, other: Beds) -> None:
    found = pooled([one, other])
    stays_differ = abs(one.stay_days - other.stay_days) > 1e-9
    if not stays_differ:
        assert found.pool.refused <= found.refused_apart + 1e-12
    assert found.pool.load == pytest.approx(one.load + other.load)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 200), st.floats(0.01, 0.9))
def test_the_load_of_a_limit_and_of_an_occupancy_come_back(beds: int, share: float) -> None:
    assert refused(largest_load(beds, share), beds) == pytest.approx(share, rel=1e-6)
    load = load_at(beds, share)
    assert load * (1 - refused(load, beds)) / beds == pytest.approx(share, rel=1e-6)
