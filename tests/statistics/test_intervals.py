"""Wilson intervals."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from core.statistics.intervals import wilson


@given(st.integers(1, 400), st.floats(0, 1), st.sampled_from([0.9, 0.95, 0.998]))
def test_the_interval_agrees_with_another_library(count: int, share: float, level: float) -> None:
    hits = round(count * share)
    other = binomtest(hits, count).proportion_ci(level, "wilson")
    found = wilson(hits, count, level)
    assert found[1:] == (
        pytest.approx(other.low, abs=1e-12),
        pytest.approx(other.high, abs=1e-12),
    )


def test_of_none_nothing_is_known() -> None:
    assert all(math.isnan(one) for one in wilson(0, 0))


def test_all_met_reaches_one_and_no_further() -> None:
    assert wilson([5, 0], [5, 5])[2][0] == 1
    assert wilson([5, 0], [5, 5])[1][1] == 0


def test_more_hits_than_tries_are_a_mistake() -> None:
    with pytest.raises(ValueError, match="hits"):
        wilson(3, 2)
