"""Census of the days ahead: stock and flow hold, and the distribution is the true one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.flow.census import CENSUS, Ward, ahead, survival_curve, together

HALVES = np.array([1.0, 0.5, 0.25])


def ward(stays: list[int], admissions: list[float], curve: np.ndarray = HALVES) -> Ward:
    return Ward(np.array(stays, dtype=np.int64), curve, np.array(admissions))


def test_two_days_by_hand() -> None:
    """Four who came yesterday: two, then one stay on. Two a day come: two, then one of the first.

    Census 4, day 1: 2 + 2 = 4; day 2: 1 + 1 + 2 = 4.
    """
    found = ahead(ward([1, 1, 1, 1], [2, 2]))
    assert found["census"].tolist() == pytest.approx([4, 4])
    assert found["discharges"].tolist() == pytest.approx([2, 2])
    CENSUS.check(found)


def test_an_empty_ward_fills_with_those_who_come() -> None:
    found = ahead(ward([], [3]))
    assert found["census"].tolist() == pytest.approx([3])
    assert found["discharges"].tolist() == pytest.approx([0])


def test_the_quantiles_of_newcomers_are_those_of_poisson() -> None:
    """Mean 4: P(N <= 1) = .092, P(N <= 2) = .238, P(N <= 6) = .889, P(N <= 7) = .949."""
    found = ahead(ward([], [4]), levels=(0.1, 0.9)).iloc[0]
    assert (found["q10"], found["q90"]) == (2, 7)


def test_the_quantiles_of_who_is_here_are_those_of_a_binomial() -> None:
    """Ten who each stay with a half: P(N <= 2) = .055, P(N <= 3) = .172, P(N <= 7) = .945."""
    found = ahead(ward([1] * 10, [0]), levels=(0.1, 0.9)).iloc[0]
    assert (found["q10"], found["q90"]) == (3, 7)


def test_wider_admissions_make_a_wider_census_with_the_same_mean() -> None:
    plain = ward([3, 5], [20.0] * 5, survival_curve([2, 4, 6, 9]))
    narrow, wide = ahead(plain), ahead(replace(plain, dispersion=3.0))
    assert wide["census"].tolist() == pytest.approx(narrow["census"].tolist())
    assert (wide["q90"] - wide["q10"]).iloc[0] > (narrow["q90"] - narrow["q10"]).iloc[0]


def test_a_ward_without_stated_beds_has_no_chance_of_being_full() -> None:
    assert ahead(ward([1], [1]))["p_full"].isna().all()


def test_a_ward_with_more_patients_than_beds_is_surely_full() -> None:
    found = ahead(replace(ward([1] * 10, [5], np.ones(9)), beds=4.0))
    assert found["p_full"].iloc[0] == pytest.approx(1)


def test_a_patient_beyond_the_longest_stay_leaves_at_the_last_rate() -> None:
    assert ahead(ward([30], [0]))["census"].tolist() == pytest.approx([0.5])


def test_who_is_still_here_lengthens_the_curve() -> None:
    """Left after 1 and 1; one here for 3: at its second midnight one of three is left."""
    assert survival_curve([1, 1]).tolist() == [1.0]
    assert survival_curve([1, 1], [3]).tolist() == pytest.approx([1, 1 / 3])


def test_day_patients_are_gone_at_midnight() -> None:
    assert survival_curve([0, 0, 1, 1]).tolist() == [0.5]


def test_a_curve_that_rises_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="never rises"):
        ward([1], [1], np.array([0.5, 0.6]))


def test_wards_together_hold_everybody() -> None:
    pool = together([ward([1, 2], [1, 1]), ward([4], [3, 3])])
    assert sorted(pool.stays.tolist()) == [1, 2, 4]
    assert pool.admissions.tolist() == [4, 4]


stays = st.lists(st.integers(1, 40), max_size=30)
curves = st.lists(st.integers(0, 30), min_size=1, max_size=30).map(survival_curve)
comers = st.lists(st.floats(0, 15), min_size=1, max_size=10)


@settings(max_examples=40, deadline=None)
@given(stays, comers, curves)
def test_census_is_the_last_one_plus_in_minus_out(
    here: list[int], come: list[float], curve: np.ndarray
) -> None:
    found = ahead(ward(here, come, curve))
    before = found["census"].shift(fill_value=float(len(here)))
    after = before + found["admissions"] - found["discharges"]
    assert found["census"].tolist() == pytest.approx(after.tolist(), abs=1e-9)
    assert (found["discharges"] >= -1e-9).all()


@settings(max_examples=40, deadline=None)
@given(stays, comers, curves)
def test_quantiles_rise_with_their_level(
    here: list[int], come: list[float], curve: np.ndarray
) -> None:
    found = ahead(ward(here, come, curve))
    assert (found["q10"] <= found["q50"]).all()
    assert (found["q50"] <= found["q90"]).all()


def test_the_distribution_agrees_with_patients_drawn_one_by_one() -> None:
    rng = np.random.default_rng(8)
    curve = survival_curve([0, 1, 2, 2, 3, 5, 8, 8, 13])
    known = ward([1, 1, 2, 4, 4, 6, 9], [3.0, 5.0, 2.0], curve)
    found = ahead(known, levels=(0.1, 0.9)).iloc[-1]
    shares = np.append(curve, 0.0)[np.minimum(known.stays + 2, len(curve))]
    stay = shares / curve[np.minimum(known.stays, len(curve)) - 1]
    drawn = (rng.random((20000, 7)) < stay).sum(axis=1)
    for day, mean in enumerate(known.admissions):
        drawn = drawn + rng.binomial(rng.poisson(mean, 20000), curve[2 - day])
    assert found["census"] == pytest.approx(drawn.mean(), rel=0.02)
    assert (found["q10"], found["q90"]) == tuple(np.quantile(drawn, [0.1, 0.9]).astype(int))
