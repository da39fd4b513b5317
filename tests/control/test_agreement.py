"""Weighted kappa and who flatters."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from core.control.agreement import inflation, result_kappa, weighted_kappa

NAN = math.nan
RATINGS = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=2, max_size=40)


@given(RATINGS, st.sampled_from([1, 2]))
def test_kappa_agrees_with_another_library(pairs: list[tuple[int, int]], power: int) -> None:
    first, second = np.array(pairs).T
    found = weighted_kappa(first, second, 3, power).kappa
    if len(np.unique(pairs)) == 1:
        assert math.isnan(found)
        return
    weights = {1: "linear", 2: "quadratic"}[power]
    other = cohen_kappa_score(first, second, labels=[0, 1, 2], weights=weights)
    assert found == pytest.approx(other, abs=1e-12)


def test_kappa_of_two_by_two_is_worked_by_hand() -> None:
    """20 both yes, 15 both no, 5 and 10 apart: .7 seen, .5 by chance, so .4."""
    first = [1] * 20 + [1] * 5 + [0] * 10 + [0] * 15
    second = [1] * 20 + [0] * 5 + [1] * 10 + [0] * 15
    found = weighted_kappa(first, second, 2)
    assert (found.observed, found.kappa) == (pytest.approx(0.7), pytest.approx(0.4))


def test_a_missing_rating_leaves_its_pair_out() -> None:
    found = weighted_kappa([0, 1, NAN, 2], [0, 1, 2, NAN], 3)
    assert (found.pairs, found.missing, found.kappa) == (2, 2, 1)


def test_without_a_pair_there_is_no_kappa() -> None:
    found = weighted_kappa([NAN], [1], 3)
    assert (found.pairs, math.isnan(found.kappa)) == (0, True)


def test_raters_that_always_say_the_same_have_no_kappa() -> None:
    found = weighted_kappa([2, 2], [2, 2], 3)
    assert (found.observed, math.isnan(found.kappa)) == (1, True)


@pytest.mark.parametrize("rating", [3, -1, 0.5])
def test_a_rating_outside_the_order_is_a_mistake(rating: float) -> None:
    with pytest.raises(ValueError, match="no level"):
        weighted_kappa([rating], [1], 3)


def test_items_that_do_not_apply_are_no_rating() -> None:
    own, inspected = pd.Series(["met", "na", "unmet"]), pd.Series(["met", "met", "unmet"])
    found = result_kappa(own, inspected)
    assert (found.pairs, found.missing, found.kappa) == (2, 1, 1)


def pairs(*rows: tuple[str, float, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=pd.Index(["department", "self_check", "inspection"]))


def test_who_flatters_most_stands_first() -> None:
    found = inflation(pairs(("A", 90, 91), ("B", 98, 90), ("A", 92, 91), ("B", 97, 91)))
    assert found["department"].tolist() == ["B", "A"]
    assert found["inflation"].tolist() == [7, 0]


def test_the_interval_is_that_of_a_t_test() -> None:
    """Gaps 1, 2, 3: mean 2, t(.975; 2) 4.302653 of 1 / root 3."""
    found = inflation(pairs(("A", 91, 90), ("A", 92, 90), ("A", 93, 90))).iloc[0]
    assert found["low"] == pytest.approx(2 - 4.302653 / math.sqrt(3), rel=1e-6)
    assert not found["flatters"]


def test_one_pair_proves_nothing() -> None:
    found = inflation(pairs(("A", 100, 60))).iloc[0]
    assert (found["inflation"], math.isnan(found["low"]), found["flatters"]) == (40, True, False)


def test_a_gap_without_variance_has_an_interval_without_width() -> None:
    found = inflation(pairs(("A", 95, 90), ("A", 85, 80))).iloc[0]
    assert (found["low"], found["high"], found["flatters"]) == (5, 5, True)


def test_a_sample_scored_once_is_counted_as_missing() -> None:
    found = inflation(pairs(("A", 95, NAN), ("A", 95, 90), ("B", NAN, 90)))
    assert found["missing"].tolist() == [1, 1]
    assert found["department"].tolist() == ["A", "B"]
    assert math.isnan(found["inflation"].iloc[1])


def test_nothing_scored_ranks_nobody() -> None:
    assert inflation(pairs()).empty
