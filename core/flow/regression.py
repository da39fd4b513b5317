"""Poisson regressions of many series on one calendar, each leaning on what all have in common.

One penalised regression a series, all at once: terms are drawn towards the panel's own values, the
harder the less a series can say itself (empirical Bayes). scikit-learn's PoissonRegressor knows
one penalty, towards zero, and one series at a time: 1,000 fits would take minutes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float64]
STEEPEST = 3.0
"""Largest move of a logarithm in one step."""
TINY = 1e-6
FEW = 24
"""So many series are solved one by one: products of all columns would cost more."""
Curvature = Callable[[Matrix], Matrix]
"""Weights [series, periods] to weighted squares of the terms [series, terms, terms]."""
WIDEST = 5.0
"""How much farther than expected a group of terms may stray where the data say so."""


@dataclass(frozen=True)
class Terms:
    """Columns of a regression: their values by period, and how far each may stray (log scale)."""

    values: Matrix
    spread: Matrix
    groups: tuple[str, ...]

    def of(self, *groups: str) -> npt.NDArray[np.bool_]:
        """Which columns belong to these groups."""
        return np.array([group in groups for group in self.groups], dtype=bool)


@dataclass(frozen=True)
class Regression:
    """coefficients [series, terms] on the log scale; dispersion [series], 1 = Poisson."""

    coefficients: Matrix
    dispersion: Matrix


def fitted(terms: Terms, counts: Matrix, weights: Matrix) -> Regression:
    """Regressions of counts [series, periods]; NaN is missing, weights [periods] are 0-1.

    A series without a count above zero gets the panel's terms and a level near zero.
    """
    known = np.isfinite(counts) * weights
    filled = np.where(np.isfinite(counts), counts, 0.0)
    level = filled_mean(filled, known)
    rough = _first_dispersion(filled, known, level)
    common = _common(terms, filled, known, level)
    start = np.repeat(common[None, :], len(counts), axis=0)
    start[:, 0] += np.log(np.maximum(level, TINY))
    drawn = start.copy() if len(counts) > 2 else _only_level(start)
    loose = 1.0 / terms.spread**2
    first, _ = _solved(terms.values, filled, known / rough[:, None], (drawn, loose), start)
    dispersion = _dispersion(terms.values, filled, known, first)
    share = known / dispersion[:, None]
    found, spread = _solved(terms.values, filled, share, (drawn, loose), first)
    tight = 1.0 / np.maximum(_strayed(terms, found - drawn, spread), 0.01) ** 2
    found, _ = _solved(terms.values, filled, share, (drawn, tight), found)
    return Regression(found, dispersion)


def filled_mean(counts: Matrix, weights: Matrix) -> Matrix:
    """The weighted mean of each row; 0 where there is nothing."""
    total = weights.sum(axis=1)
    return np.divide(
        (counts * weights).sum(axis=1), total, out=np.zeros(len(counts)), where=total > 0
    )


def _only_level(start: Matrix) -> Matrix:
    drawn = np.zeros_like(start)
    drawn[:, 0] = start[:, 0]
    return drawn


def _first_dispersion(counts: Matrix, weights: Matrix, level: Matrix) -> Matrix:
    """A generous first guess: half of the plain variance over the mean."""
    spread = filled_mean((counts - level[:, None]) ** 2, weights)
    return np.maximum(0.5 * spread / np.maximum(level, TINY), 1.0)


def _common(terms: Terms, counts: Matrix, weights: Matrix, level: Matrix) -> Matrix:
    """Terms of the panel: the mean of all series, each divided by its own level."""
    alive = level > TINY
    share = weights * alive[:, None] * np.sqrt(np.maximum(level, TINY))[:, None]
    total = share.sum(axis=0)
    scaled = counts / np.maximum(level, TINY)[:, None]
    mean = np.divide(
        (scaled * share).sum(axis=0), total, out=np.ones(counts.shape[1]), where=total > 0
    )
    seen = (total > 0) * weights.max(axis=0)
    rough = _first_dispersion(mean[None, :], seen[None, :], np.ones(1))[0]
    noise = float(filled_mean((mean[None, :] - 1) ** 2, seen[None, :])[0])
    rough = max(noise * 0.3, 1e-4)
    start = np.zeros((1, terms.values.shape[1]))
    loose = 1.0 / (2 * terms.spread) ** 2
    found, _ = _solved(terms.values, mean[None, :], seen[None, :] / rough, (start, loose), start)
    return found[0]


def _solved(
    values: Matrix, counts: Matrix, share: Matrix, prior: tuple[Matrix, Matrix], start: Matrix
) -> tuple[Matrix, Matrix]:
    """Coefficients and their variances; `prior` is where they are drawn to and how hard."""
    centre, pull = prior
    found = np.empty_like(start)
    spread = np.empty_like(start)
    curvature = _each(values) if len(counts) <= FEW else _together(values)
    size = max(1, 200_000 // max(values.shape[0], 1) * 4)
    for first in range(0, len(counts), size):
        rows = slice(first, first + size)
        found[rows], spread[rows] = _newton(
            (values, curvature), counts[rows], share[rows], (centre[rows], pull), start[rows]
        )
    return found, spread


def _each(values: Matrix) -> Curvature:
    """Of few series: one product of matrices each."""
    return lambda weights: np.stack([(values * row[:, None]).T @ values for row in weights])


def _together(values: Matrix) -> Curvature:
    """Of many: products of all pairs of columns, made once, weighted for all series at once."""
    size = values.shape[1]
    upper = np.triu_indices(size)
    products = values[:, upper[0]] * values[:, upper[1]]

    def weighted(weights: Matrix) -> Matrix:
        curve = np.empty((len(weights), size, size))
        packed = weights @ products
        curve[:, upper[0], upper[1]] = packed
        curve[:, upper[1], upper[0]] = packed
        return curve

    return weighted


def _newton(
    design: tuple[Matrix, Curvature],
    counts: Matrix,
    share: Matrix,
    prior: tuple[Matrix, Matrix],
    start: Matrix,
) -> tuple[Matrix, Matrix]:
    values, curvature = design
    centre, pull = prior
    found, size = start.copy(), values.shape[1]
    curve = np.empty((len(counts), size, size))
    for _ in range(8):
        mean = np.exp(np.clip(found @ values.T, -12, 25))
        slope = (share * (counts - mean)) @ values - (found - centre) * pull
        curve = curvature(share * mean)
        curve[:, np.arange(size), np.arange(size)] += pull + 1e-9
        move = np.linalg.solve(curve, slope[:, :, None])[:, :, 0]
        largest = np.abs(move).max(axis=1, keepdims=True)
        found += move * np.minimum(1.0, STEEPEST / np.maximum(largest, TINY))
        if largest.max() < 1e-4:
            break
    return found, np.diagonal(np.linalg.inv(curve), axis1=1, axis2=2).astype(float)


def _dispersion(values: Matrix, counts: Matrix, weights: Matrix, found: Matrix) -> Matrix:
    """Pearson's, by the middle of the squares so that a few odd days do not count; at least 0.8."""
    mean = np.maximum(np.exp(np.clip(found @ values.T, -12, 25)), TINY)
    squares = (counts - mean) ** 2 / np.maximum(mean, 0.05)
    plain = filled_mean(
        np.minimum(squares, 50 * np.maximum(1, squares.mean(axis=1))[:, None]), weights
    )
    return np.maximum(plain, 0.8)


def _strayed(terms: Terms, moves: Matrix, variances: Matrix) -> Matrix:
    """How far series really differ from the panel, by group of terms: a spread per column."""
    spread = terms.spread.copy()
    for group in set(terms.groups) - {"level"}:
        of = terms.of(group)
        moved, noise = moves[:, of], variances[:, of]
        told = np.maximum(1 - noise / (terms.spread[of] ** 2), 0.0)
        if told.sum() < 3:
            continue
        # A drawn term shows only the share of its own move that the data told.
        heard = told * (told > 0.1)
        own = (moved / terms.spread[of]) ** 2 * (told > 0.1)
        squares = (own.sum() + 3.0) / (heard.sum() + 3.0)
        spread[of] = np.clip(np.sqrt(squares), 0.15, WIDEST) * terms.spread[of]
    return spread
