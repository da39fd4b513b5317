"""Several judged plans side by side: TOPSIS of the four criteria and the money they need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.planning.ranking import Entropy, Order, entropy_weights, topsis

BUDGET = "budget"
FEWEST = 2


@dataclass(frozen=True)
class Option:
    """A plan that can be compared: points by criterion, its money in 分, its score of 100.

    form: by which it was judged.
    """

    plan_id: int
    name: str
    points: Mapping[str, float]
    budget_fen: int
    score: float
    form: str = "full"


@dataclass(frozen=True)
class Compared:
    """Options in the order given, with closeness and rank; the weights used, and entropy's."""

    options: tuple[Option, ...]
    columns: tuple[str, ...]
    weights: Mapping[str, float]
    order: Order
    entropy: Entropy


def compared(
    options: Sequence[Option], criteria: Mapping[str, float], budget_share: float
) -> Compared:
    """Order by closeness to the best of every column; the budget is a cost.

    criteria: their weights; budget_share: 0-1 of all weight that the budget takes. At least two
    options (ValueError).
    """
    if len(options) < FEWEST:
        raise ValueError("two options at least")
    columns = (*criteria, BUDGET)
    matrix = np.array(
        [[*(one.points[code] for code in criteria), float(one.budget_fen)] for one in options]
    )
    whole = sum(criteria.values())
    weights = {code: share / whole * (1 - budget_share) for code, share in criteria.items()}
    weights[BUDGET] = budget_share
    order = topsis(matrix, np.array([weights[name] for name in columns]), [len(criteria)])
    return Compared(tuple(options), columns, weights, order, entropy_weights(matrix))
