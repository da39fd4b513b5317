"""Intervals: quantiles of counts, bounds outwards, nothing below zero, closures closed."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from core.flow.engine import Foresight, Past
from core.flow.intervals import bands, counted


def foresight(mean: float, errors: list[float] | None = None, closed: bool = False) -> Foresight:
    """One series, four periods; past forecasts of the same mean that missed by `errors`."""
    said = np.full((len(errors or []), 1, 4), mean)
    counts = said + np.array(errors or []).reshape(-1, 1, 1)
    near = np.zeros((len(said), 4), dtype=bool)
    past = Past(np.arange(len(said)), said, counts, near)
    shut = np.full((1, 4), closed)
    now = np.zeros((1, 4)) if closed else np.full((1, 4), mean)
    return Foresight(100, now, ("m",), np.ones(1), near[0] if errors else shut[0], shut, past)


@pytest.mark.parametrize("share", [0.025, 0.1, 0.5, 0.9, 0.975])
@pytest.mark.parametrize("mean", [0.3, 2.0, 9.5])
def test_a_quantile_of_counts_is_poissons(share: float, mean: float) -> None:
    found = counted(share, np.array([[mean]]), np.array([1.0]))
    assert found[0, 0] == stats.poisson.ppf(share, mean)


@pytest.mark.parametrize("share", [0.1, 0.9])
def test_a_wider_quantile_is_negative_binomial(share: float) -> None:
    found = counted(share, np.array([[6.0]]), np.array([2.0]))
    assert found[0, 0] == stats.nbinom.ppf(share, 6.0, 0.5)


def test_bounds_are_whole_and_outwards() -> None:
    found = bands(foresight(100.4, [5.0, -5.0] * 50), (80,), True)
    assert (found.lower[80][0, 0], found.upper[80][0, 0]) == (95, 105)


def test_no_bound_lies_below_zero() -> None:
    found = bands(foresight(12.0, [-12.0, 40.0] * 60), (95,), True)
    assert found.lower[95].min() == 0


def test_without_a_past_counts_vary_like_poisson() -> None:
    found = bands(foresight(100.0), (80,), True)
    assert found.upper[80][0, 0] == np.ceil(100 + 1.2815516 * 10)


def test_near_holidays_intervals_are_wider() -> None:
    usual = bands(foresight(100.0, [10.0, -10.0] * 40), (80,), False)
    plain = foresight(100.0, [10.0, -10.0] * 40)
    near = Foresight(
        plain.origin,
        plain.mean,
        plain.model,
        plain.dispersion,
        np.ones(4, dtype=bool),
        plain.closed,
        plain.past,
    )
    assert (bands(near, (80,), False).upper[80] > usual.upper[80]).all()


def test_a_closed_day_has_no_width() -> None:
    found = bands(foresight(50.0, [9.0, -9.0] * 40, closed=True), (95,), True)
    assert found.upper[95].max() == 0
