"""Plans compared: weights of entropy and the order of TOPSIS."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from core.planning.ranking import entropy_weights, topsis

CELLS = some.lists(some.integers(0, 9), min_size=12, max_size=12)


def test_a_plan_best_in_all_is_as_close_as_can_be() -> None:
    found = topsis(np.array([[9.0, 1], [3, 5]]), np.array([1, 1]), [1])
    assert (found.closeness.tolist(), found.rank.tolist()) == ([1, 0], [1, 2])


def test_plans_alike_share_a_rank() -> None:
    found = topsis(np.array([[1.0, 1], [4, 4], [4, 4], [2, 2]]), np.array([1, 1]))
    assert found.rank.tolist() == [4, 1, 1, 3]


def test_plans_all_alike_have_no_order() -> None:
    found = topsis(np.array([[1.0, 0], [1, 0]]), np.array([1, 1]))
    assert np.isnan([*found.closeness, *found.rank]).all()


def test_a_column_of_zeros_moves_no_plan() -> None:
    plain = topsis(np.array([[1.0], [3]]), np.array([1]))
    found = topsis(np.array([[1.0, 0], [3, 0]]), np.array([1, 1]))
    assert found.closeness.tolist() == plain.closeness.tolist()


def test_weights_in_percent_are_the_same_weights() -> None:
    matrix = np.array([[1.0, 5], [3, 2], [2, 2]])
    shares, percent = topsis(matrix, np.array([0.4, 0.6])), topsis(matrix, np.array([40, 60]))
    assert percent.d_plus == pytest.approx(shares.d_plus)


@settings(deadline=None, max_examples=40)
@given(CELLS)
def test_the_order_of_rows_changes_no_closeness(cells: list[int]) -> None:
    matrix, weights = np.array(cells, dtype=float).reshape(4, 3), np.array([5, 3, 2])
    found, turned = topsis(matrix, weights, [2]), topsis(matrix[::-1], weights, [2])
    assert turned.closeness[::-1] == pytest.approx(found.closeness, nan_ok=True)
    assert turned.rank[::-1] == pytest.approx(found.rank, nan_ok=True)


@settings(deadline=None, max_examples=40)
@given(CELLS)
def test_weights_of_entropy_are_shares(cells: list[int]) -> None:
    matrix = np.array(cells, dtype=float).reshape(4, 3)
    found = entropy_weights(matrix)
    if (np.ptp(matrix, axis=0) == 0).all():
        assert np.isnan(found.weights).all()
    else:
        assert found.weights.sum() == pytest.approx(1)
        assert (found.weights[np.ptp(matrix, axis=0) == 0] == 0).all()


def test_the_entropy_of_one_plan_with_everything_is_nil() -> None:
    found = entropy_weights(np.array([[0.0, 1], [7, 2], [0, 3]]))
    assert found.entropy[0] == 0


@pytest.mark.parametrize(("plans", "referable"), [(4, False), (5, True)])
def test_entropy_is_a_reference_from_five_plans_on(plans: int, referable: bool) -> None:
    matrix = np.arange(plans, dtype=float)[:, None]
    assert entropy_weights(matrix).referable is referable


def test_plans_all_alike_give_no_reference() -> None:
    assert not entropy_weights(np.ones((5, 2))).referable
