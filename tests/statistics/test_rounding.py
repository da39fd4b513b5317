"""Shares add up to the total, always; whole numbers are rounded up but for noise."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.statistics.rounding import share_out, to_totals, whole_up

WEIGHTS = st.lists(st.floats(0, 1e6, allow_subnormal=False), min_size=1, max_size=12)


def test_the_largest_remainder_gets_the_odd_fen() -> None:
    parts = share_out(np.array([10]), np.array([[1.0, 1.0, 1.0]]))
    assert parts.tolist() == [[4, 3, 3]]


@given(total=st.integers(0, 10**13), weights=WEIGHTS)
def test_sharing_out_keeps_every_fen(total: int, weights: list[float]) -> None:
    weights[0] += 1.0
    parts = share_out(np.array([total]), np.array([weights]))
    assert parts.sum() == total
    assert (parts >= 0).all()


def test_a_total_without_weights_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="no weight"):
        share_out(np.array([5]), np.array([[0.0, 0.0]]))


def test_nothing_is_shared_to_who_has_no_weight() -> None:
    assert share_out(np.array([7]), np.array([[0.0, 2.0]])).tolist() == [[0, 7]]


def test_every_row_is_shared_by_its_own_weights() -> None:
    parts = share_out(np.array([10, 7]), np.array([[1.0, 1.0], [0.0, 3.0]]))
    assert parts.tolist() == [[5, 5], [0, 7]]


def test_a_part_of_nothing_stays_nothing_when_noise_is_taken_back() -> None:
    exact = np.array([[2.0], [0.0], [3.0]])
    assert to_totals(exact, np.array([4])).tolist() == [[2], [0], [2]]


@pytest.mark.parametrize(
    ("amount", "wanted"), [(5.0, 5.0), (5.0 + 1e-12, 5.0), (5.01, 6.0), (0.0, 0.0)]
)
def test_only_what_is_more_than_noise_needs_another_one(amount: float, wanted: float) -> None:
    assert whole_up(amount) == wanted


@pytest.mark.parametrize("amount", [math.nan, math.inf])
def test_what_is_not_finite_has_no_whole_number(amount: float) -> None:
    assert math.isnan(whole_up(amount))
