"""Agreement of reviewers: ties, gaps, and what cannot be told."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from scipy.stats import friedmanchisquare

from core.planning.agreement import LEVELS, Level, alpha, icc, kendall, why_not

NAN = np.nan
Table = list[list[float]]


def tables(values: some.SearchStrategy[float], least: int = 2) -> some.SearchStrategy[np.ndarray]:
    sizes = some.tuples(some.integers(least, 5), some.integers(least, 6))
    return sizes.flatmap(
        lambda size: some.lists(values, min_size=size[0] * size[1], max_size=size[0] * size[1]).map(
            lambda cells: np.array(cells, dtype=float).reshape(size)
        )
    )


SCORES = some.integers(1, 5).map(float)


def slow_alpha(ratings: np.ndarray, level: Level) -> float:
    """The coincidence matrix as Krippendorff writes it, value by value."""
    values = np.unique(ratings[~np.isnan(ratings)]).tolist()
    seen = {(one, other): 0.0 for one in values for other in values}
    for column in ratings.T:
        told = column[~np.isnan(column)].tolist()
        for one, other in permutations(told, 2):
            seen[one, other] += 1 / (len(told) - 1)
    count = {one: sum(seen[one, other] for other in values) for one in values}
    every = sum(count.values())

    def apart(one: float, other: float) -> float:
        if level == "nominal":
            return float(one != other)
        if level == "interval":
            return (one - other) ** 2
        if level == "ratio":
            return ((one - other) / (one + other)) ** 2
        low, high = min(one, other), max(one, other)
        between = sum(count[value] for value in values if low <= value <= high)
        return (between - (count[one] + count[other]) / 2) ** 2

    within = sum(seen[pair] * apart(*pair) for pair in seen)
    expected = sum(count[one] * count[other] * apart(one, other) for one, other in seen)
    return 1 - (every - 1) * within / expected


@pytest.mark.parametrize("level", LEVELS)
@settings(deadline=None, max_examples=40)
@given(ratings=tables(some.one_of(SCORES, some.just(NAN))))
def test_alpha_agrees_with_its_coincidence_matrix(level: Level, ratings: np.ndarray) -> None:
    if why_not(ratings) is None:
        assert alpha(ratings, level) == pytest.approx(slow_alpha(ratings, level), abs=1e-9)
    else:
        assert np.isnan(alpha(ratings, level))


@settings(deadline=None, max_examples=40)
@given(ratings=tables(SCORES, least=3))
def test_the_chi_square_of_w_is_friedmans(ratings: np.ndarray) -> None:
    found = kendall(ratings)
    if found.reason is None:
        statistic, p = friedmanchisquare(*ratings.T)
        assert (found.chi2, found.p) == pytest.approx((statistic, p))
        assert 0 <= found.w <= 1 + 1e-12


def test_w_of_ties_is_as_by_hand() -> None:
    """Ranks 1.5 1.5 3 and 1 2 3: R 2.5 3.5 6, S 6.5; W = 12 * 6.5 / (4 * 24 - 2 * 6)."""
    found = kendall(np.array([[1, 1, 2], [1, 2, 3]]))
    assert (found.s, found.w) == pytest.approx((6.5, 78 / 84))


def test_reviewers_who_each_rate_all_alike_rank_nothing() -> None:
    found = kendall(np.array([[1.0, 1, 1], [2, 2, 2]]))
    assert (found.reason, found.df, found.rank_sums.tolist()) == ("all_equal", None, [4, 4, 4])
    assert np.isnan([found.s, found.w, found.chi2, found.p]).all()


@settings(deadline=None, max_examples=40)
@given(ratings=tables(SCORES), times=some.floats(0.5, 100), more=some.integers(-50, 50))
def test_icc_knows_no_unit(ratings: np.ndarray, times: float, more: int) -> None:
    plain, moved = icc(ratings), icc(ratings * times + more)
    assert moved == pytest.approx(plain, rel=1e-6, abs=1e-6, nan_ok=True)


def test_a_strict_reviewer_lowers_absolute_agreement_only() -> None:
    """B always gives 2 less. MSB 2, MSE 0, MSJ 6: ICC2 = 2 / (2 + 2 * 6 / 3), ICC3 = 1."""
    found = icc(np.array([[5.0, 3], [4, 2], [3, 1]]))
    assert (found["ICC2"], found["ICC3"]) == pytest.approx((1 / 3, 1))


def test_reviewers_in_full_agreement_have_an_icc_of_one() -> None:
    found = icc(np.array([[5.0, 5], [4, 4], [1, 1]]))
    assert list(found.values()) == pytest.approx([1] * 6)


@pytest.mark.parametrize("level", LEVELS)
def test_reviewers_in_full_agreement_have_an_alpha_of_one(level: Level) -> None:
    assert alpha(np.array([[1.0, 2, 3], [1, 2, 3]]), level) == 1


def test_plans_of_equal_means_have_no_icc_of_their_mean() -> None:
    found = icc(np.array([[1.0, 3], [3, 1]]))
    assert found["ICC1"] == pytest.approx(-1)
    assert np.isnan([found["ICC1k"], found["ICC3k"]]).all()


def test_ratings_below_zero_have_no_ratio_scale() -> None:
    ratings = np.array([[-1.0, 2, 3], [-1, 2, 2]])
    assert np.isnan(alpha(ratings, "ratio"))
    assert alpha(ratings, "interval") < 1


def test_ratings_of_zero_agree_on_a_ratio_scale() -> None:
    assert alpha(np.array([[0.0, 2, 3], [0, 2, 3]]), "ratio") == 1


@pytest.mark.parametrize("most", [1e-300, 1e299])
def test_very_small_and_very_large_scores_still_agree(most: float) -> None:
    ratings = np.array([[1.0, 2, 4], [2, 2, 4]])
    assert alpha(ratings * most, "interval") == pytest.approx(alpha(ratings, "interval"))
    assert icc(ratings * most) == pytest.approx(icc(ratings), nan_ok=True)


@pytest.mark.parametrize(
    ("ratings", "reason"),
    [
        ([[1, 2, 3], [NAN, NAN, NAN]], "one_reviewer"),
        ([[1, 2, NAN], [NAN, 3, 4]], "one_item"),
        ([[1, 2, 2], [NAN, 2, 2]], "all_equal"),
        ([[1, 2, 2], [1, 2, 2]], None),
    ],
)
def test_only_items_that_two_reviewers_rated_count(ratings: Table, reason: str | None) -> None:
    assert why_not(np.array(ratings)) == reason
