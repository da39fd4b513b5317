"""How far reviewers agree: ICC of scores, Kendall's W of ranks, Krippendorff's alpha with gaps.

quality.md section 4 and plan_rubric.yaml `review.agreement`. One reviewer, one item or ratings
that are all equal cannot show agreement: the answer is NaN with a reason, never 0 or 1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.stats import chi2, rankdata

from core.errors import DataError

Array = npt.NDArray[np.float64]
Reason = Literal["one_reviewer", "one_item", "all_equal"]
Level = Literal["nominal", "ordinal", "interval", "ratio"]

LEVELS: tuple[Level, ...] = ("nominal", "ordinal", "interval", "ratio")
ICCS = ("ICC1", "ICC2", "ICC3", "ICC1k", "ICC2k", "ICC3k")
NOTHING = 1e-12
"""A mean square, of ratings scaled to 0-1, that is only rounding."""


@dataclass(frozen=True)
class Concordance:
    """Kendall's W (0-1) with its test; rank_sums (items,) of mid-ranks from the smallest rating.

    All but rank_sums are NaN where there is a `reason`, and df (items - 1) None.
    """

    s: float
    w: float
    chi2: float
    df: int | None
    p: float
    rank_sums: Array
    reason: Reason | None = None


def why_not(ratings: Array) -> Reason | None:
    """Why agreement of (reviewers, items) cannot be told; None where it can.

    NaN is a missing rating; only items that two reviewers rated count.
    """
    here = ~np.isnan(ratings)
    if here.any(axis=1).sum() < 2:
        return "one_reviewer"
    paired = here.sum(axis=0) >= 2
    if paired.sum() < 2:
        return "one_item"
    told = ratings[:, paired]
    return "all_equal" if np.nanmin(told) == np.nanmax(told) else None


def complete(ratings: Array, name: str = "ratings") -> None:
    """DataError E_RATINGS_MISSING at the first missing rating of a table of this name.

    `where` counts from 0; `row` and `column`, for a person, from 1.
    """
    for row, column in np.argwhere(np.isnan(ratings)).tolist()[:1]:
        where = f"{name}[{row}][{column}]"
        raise DataError("E_RATINGS_MISSING", where=where, row=row + 1, column=column + 1)


def icc(ratings: Array) -> dict[str, float]:
    """The six intraclass correlations of Shrout & Fleiss (1979), by name.

    ratings: (items, reviewers), no gaps (E_RATINGS_MISSING). ICC1 each item its own reviewers,
    ICC2 reviewers as a sample, ICC3 these reviewers only; k: of the mean of all reviewers. At
    most 1, may be below 0; NaN where `why_not` of the turned table has a reason, or where a
    coefficient divides by 0.
    """
    complete(ratings)
    if why_not(ratings.T) is not None:
        return dict.fromkeys(ICCS, np.nan)
    items, reviewers = ratings.shape
    scaled = ratings / np.abs(ratings).max()
    scaled = (scaled - scaled.min()) / np.ptp(scaled)
    off = scaled - scaled.mean()
    by_item, by_reviewer = off.mean(axis=1), off.mean(axis=0)
    within = off - by_item[:, None]
    rest = within - by_reviewer[None, :]
    between = _mean_square(reviewers * (by_item**2).sum(), items - 1)
    judges = _mean_square(items * (by_reviewer**2).sum(), reviewers - 1)
    inside = _mean_square((within**2).sum(), items * (reviewers - 1))
    error = _mean_square((rest**2).sum(), (items - 1) * (reviewers - 1))
    bias = (judges - error) / items
    more = reviewers - 1
    told = (
        _ratio(between - inside, between + more * inside),
        _ratio(between - error, between + more * error + reviewers * bias),
        _ratio(between - error, between + more * error),
        _ratio(between - inside, between),
        _ratio(between - error, between + bias),
        _ratio(between - error, between),
    )
    return dict(zip(ICCS, told, strict=True))


def _mean_square(squares: float, freedom: int) -> float:
    mean = float(squares) / freedom
    return mean if mean > NOTHING else 0.0


def _ratio(top: float, bottom: float) -> float:
    return top / bottom if abs(bottom) > NOTHING else np.nan


def kendall(ratings: Array) -> Concordance:
    """Kendall's W with the correction for ties, its chi-square with items - 1 degrees of freedom.

    ratings: (reviewers, items), ranks or scores, no gaps (E_RATINGS_MISSING); each reviewer's are
    ranked anew from the smallest, ties get their mean rank. Siegel, Nonparametric Statistics
    (1956); with ties the chi-square is Friedman's.
    """
    complete(ratings)
    reviewers, items = ratings.shape
    ranks = np.asarray(rankdata(ratings, axis=1), dtype=float)
    sums = ranks.sum(axis=0)
    reason = why_not(ratings)
    ties = sum(float((count**3 - count).sum()) for count in map(_tied, ranks))
    most = reviewers**2 * (float(items) ** 3 - items) - reviewers * ties
    if reason is not None or most <= 0:
        unknown = (np.nan, np.nan, np.nan, None, np.nan)
        return Concordance(*unknown, sums, reason or "all_equal")
    s = float(((sums - sums.mean()) ** 2).sum())
    w = 12 * s / most
    told = reviewers * (items - 1) * w
    return Concordance(s, w, told, items - 1, float(chi2.sf(told, items - 1)), sums)


def _tied(ranks: Array) -> Array:
    return np.unique(ranks, return_counts=True)[1].astype(float)


def alpha(ratings: Array, level: Level) -> float:
    """Krippendorff's alpha: 1 full agreement, 0 as by chance, may be below 0.

    ratings: (reviewers, items), NaN where a reviewer left an item out; items with fewer than two
    ratings do not count. NaN where `why_not` has a reason, and for `ratio` with ratings below 0,
    which have no ratio scale. Krippendorff, Computing Krippendorff's Alpha-Reliability (2011);
    the ordinal distance is the squared difference of mid-ranks among all paired ratings.
    """
    if why_not(ratings) is not None:
        return np.nan
    paired = ratings[:, (~np.isnan(ratings)).sum(axis=0) >= 2]
    here = ~np.isnan(paired)
    if level == "ratio" and paired[here].min() < 0:
        return np.nan
    told = np.full(paired.shape, np.nan)
    told[here] = _scaled(paired[here], level)
    apart = DISTANCES[level]
    within = sum(
        _spread(column[~np.isnan(column)], apart) / (np.count_nonzero(~np.isnan(column)) - 1)
        for column in told.T
    )
    expected = _spread(told[here], apart) / (np.count_nonzero(here) - 1)
    return 1 - within / expected if expected > 0 else np.nan


def _scaled(values: Array, level: Level) -> Array:
    """Ratings as the level's distance takes them; a common factor changes no alpha."""
    if level == "nominal":
        return np.unique(values, return_inverse=True)[1].astype(float)
    if level == "ordinal":
        return np.asarray(rankdata(values), dtype=float) / len(values)
    return values / np.abs(values).max()


def _spread(values: Array, apart: Callable[[float, Array], Array]) -> float:
    """Distances of all ordered pairs, summed; equal values are taken together."""
    distinct, counts = np.unique(values, return_counts=True)
    return float(
        sum(
            count * float((counts * apart(one, distinct)).sum())
            for one, count in zip(distinct.tolist(), counts.tolist(), strict=True)
        )
    )


def _differ(one: float, others: Array) -> Array:
    return (others != one).astype(float)


def _squared(one: float, others: Array) -> Array:
    return (others - one) ** 2


def _relative(one: float, others: Array) -> Array:
    both = others + one
    share = np.divide(others - one, both, out=np.zeros_like(others), where=both > 0)
    return share**2


DISTANCES: Mapping[Level, Callable[[float, Array], Array]] = {
    "nominal": _differ,
    "ordinal": _squared,
    "interval": _squared,
    "ratio": _relative,
}
"""What two ratings are apart, by level of measurement."""
