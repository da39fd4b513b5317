"""Comparisons in pairs: what their weights are, and when they may not be used."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from core.errors import DataError
from core.planning.ahp import Pair, adopted, compare

NAN = np.nan


def circle(last: float) -> np.ndarray:
    """Twice from each to the next of three; the first beside the third is judged `last`."""
    return np.array([[1, 2, last], [1 / 2, 1, 2], [1 / last, 1 / 2, 1]])


@settings(deadline=None, max_examples=40)
@given(some.lists(some.floats(0.1, 10), min_size=1, max_size=10))
def test_ratios_of_known_weights_give_them_back(shares: list[float]) -> None:
    wanted = np.array(shares) / sum(shares)
    found = compare(wanted[:, None] / wanted[None, :])
    assert found.weights == pytest.approx(wanted)
    assert found.weights_geometric == pytest.approx(wanted)
    assert found.cr == pytest.approx(0, abs=1e-9)


def test_judgements_that_agree_are_adopted_by_name() -> None:
    found = adopted(compare(circle(4)), ("a", "b", "c"))
    assert found == pytest.approx({"a": 4 / 7, "b": 2 / 7, "c": 1 / 7})


def test_the_consistency_ratio_of_a_circle_is_as_by_hand() -> None:
    """Of three, lambda = 1 + d + 1 / d with d the cube root of a12 a23 / a13, here 27."""
    found = compare(np.array([[1, 3, 1 / 3], [1 / 3, 1, 3], [3, 1 / 3, 1]]))
    assert found.lambda_max == pytest.approx(1 + 3 + 1 / 3)
    assert found.cr == pytest.approx((4 / 3) / 2 / 0.58)


def test_weights_above_the_limit_cannot_be_adopted_and_the_pair_is_named() -> None:
    matrix = np.ones((4, 4))
    matrix[1, 3], matrix[3, 1] = 9, 1 / 9
    with pytest.raises(DataError) as refused:
        adopted(compare(matrix), ("a", "b", "c", "d"))
    assert refused.value.code == "E_AHP_CR"
    assert (refused.value.fields["first"], refused.value.fields["second"]) == ("b", "d")
    assert refused.value.fields["told"] == "9"


def test_the_implied_ratio_is_that_of_the_weights() -> None:
    matrix = np.ones((4, 4))
    matrix[1, 3], matrix[3, 1] = 9, 1 / 9
    found = compare(matrix)
    assert found.worst == Pair(1, 3, 9, found.weights[1] / found.weights[3])


def test_two_criteria_are_always_consistent() -> None:
    found = compare(np.array([[1, 9], [1 / 9, 1]]))
    assert (found.cr, found.adoptable) == (0, True)


def test_one_criterion_has_all_the_weight_and_no_pair() -> None:
    found = compare(np.ones((1, 1)))
    assert (found.weights.tolist(), found.cr, found.worst) == ([1], 0, None)


def test_eleven_criteria_have_weights_but_cannot_be_adopted() -> None:
    found = compare(np.ones((11, 11)))
    assert (found.ri, found.cr, found.adoptable) == (None, None, False)
    with pytest.raises(DataError, match="E_AHP_SIZE"):
        adopted(found, [str(at) for at in range(11)])


def test_the_upper_half_is_enough() -> None:
    half = np.array([[NAN, 2, 4], [NAN, NAN, 2], [NAN, NAN, NAN]])
    assert compare(half).matrix == pytest.approx(circle(4))


def test_a_rounded_reciprocal_is_the_same_judgement() -> None:
    assert compare(np.array([[1, 3], [0.333, 1]])).cr == 0
