"""Several plans compared: weights from how far they differ (entropy), and their order (TOPSIS).

Hwang & Yoon, Multiple Attribute Decision Making (1981); quality.md section 4 and plan_rubric.yaml
`compare` (vector normalisation, cost columns the smaller the better) and `weights.entropy` (a
reference from five plans on, never in place of judged weights).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import rankdata

Array = npt.NDArray[np.float64]

FEWEST_PLANS = 5
"""Plans from which entropy weights are a reference."""
ALIKE = 12
"""Decimals to which two closenesses are compared when they are ranked."""


@dataclass(frozen=True)
class Entropy:
    """By column: entropy 0-1 (1: all plans alike) and weights, shares that sum to 1.

    NaN where they cannot be worked out: one plan, or no column in which plans differ (weights).
    """

    plans: int
    entropy: Array
    weights: Array

    @property
    def referable(self) -> bool:
        """Whether the weights may stand beside the judged ones as a reference."""
        return self.plans >= FEWEST_PLANS and not np.isnan(self.weights).any()


@dataclass(frozen=True)
class Order:
    """By plan: distance to the best and to the worst, closeness 0-1 and rank (1 the best).

    Equal closenesses share the smaller rank. Closeness and rank are NaN where all plans are alike.
    """

    d_plus: Array
    d_minus: Array
    closeness: Array
    rank: Array


def entropy_weights(matrix: Array) -> Entropy:
    """Weights by how far plans differ in each column.

    matrix: (plans, columns), not below 0 and without missing values (the reader refuses them).
    A column that is constant or all zero says nothing: entropy 1, weight 0.
    """
    plans, columns = matrix.shape
    if plans < 2:
        return Entropy(plans, np.full(columns, np.nan), np.full(columns, np.nan))
    parts = _over(matrix, matrix.max(axis=0))
    shares = _over(parts, parts.sum(axis=0))
    logs = np.log(np.where(shares > 0, shares, 1.0))
    alike = np.ptp(matrix, axis=0) == 0
    entropy = np.where(alike, 1.0, -(shares * logs).sum(axis=0) / np.log(plans))
    told = np.where(alike, 0.0, np.maximum(0.0, 1 - entropy))
    weights = told / told.sum() if told.sum() > 0 else np.full(columns, np.nan)
    return Entropy(plans, entropy, weights)


def topsis(matrix: Array, weights: Array, cost_columns: Sequence[int] = ()) -> Order:
    """Plans by closeness to the best of every column.

    matrix: (plans, columns), any sign, without missing values. weights: (columns,), not below 0,
    not all 0; scaled to sum to 1. cost_columns: places from 0 of the columns where less is better.
    A column of zeros stays zero and moves no plan.
    """
    parts = _over(matrix, np.abs(matrix).max(axis=0))
    scaled = _over(parts, np.sqrt((parts**2).sum(axis=0))) * (weights / weights.sum())
    better = np.ones(matrix.shape[1])
    better[list(cost_columns)] = -1
    gains = scaled * better
    d_plus = np.sqrt(((gains - gains.max(axis=0)) ** 2).sum(axis=1))
    d_minus = np.sqrt(((gains - gains.min(axis=0)) ** 2).sum(axis=1))
    if not (d_plus + d_minus > 0).all():
        unknown = np.full(len(matrix), np.nan)
        return Order(d_plus, d_minus, unknown, unknown)
    closeness = d_minus / (d_plus + d_minus)
    rank = rankdata(-np.round(closeness, ALIKE), method="min")
    return Order(d_plus, d_minus, closeness, np.asarray(rank, dtype=float))


def _over(top: Array, bottom: Array) -> Array:
    """Columns divided by a number each; zeros stay where that number is zero."""
    return np.divide(top, bottom, out=np.zeros_like(top), where=bottom > 0)
