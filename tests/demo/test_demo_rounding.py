"""Shares add up to the total, always."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.demo.rounding import fit_margins, share_out, whole_by_running_total

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


def test_a_fitted_table_has_the_sums_asked_for_and_keeps_its_zeros() -> None:
    table = fit_margins(
        np.array([[1.0, 1.0], [1.0, 0.0]]), np.array([3.0, 1.0]), np.array([2.0, 2.0])
    )
    assert table.sum(axis=1) == pytest.approx([3, 1])
    assert table.sum(axis=0) == pytest.approx([2, 2])
    assert table[1, 1] == 0


def test_rounded_running_totals_never_drift() -> None:
    assert whole_by_running_total(np.array([0.4, 0.4, 0.4, 0.4, 0.4])).sum() == 2
