"""Self-check against inspection on the same sample: how far they agree, and who flatters.

Source: quality.md section 3 (一致性); weighted kappa: Cohen 1968.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import special

from core.frames import Frame

LEVELS = {"unmet": 0, "partly": 1, "met": 2}
"""Results in their order; 不适用 and 未检查 stand outside it."""
PAIRS = Frame(
    "pairs",
    {
        "department": "code",
        "self_check": "score of the department's own check, 0-100; NaN when missing",
        "inspection": "score of the inspection of the same sample, 0-100; NaN when missing",
    },
)
INFLATION = Frame(
    "inflation",
    {
        "department": "code",
        "pairs": "samples scored by both",
        "missing": "samples scored by one only, or by none",
        "inflation": "mean of self-check - inspection, points; NaN without a pair",
        "low": "95 % interval (t), points; NaN with one pair",
        "high": "its other end",
        "flatters": "the whole interval lies above zero",
    },
    key=("department",),
)


@dataclass(frozen=True)
class Agreement:
    """How far two raters agree beyond chance."""

    pairs: int
    """Rated by both."""
    missing: int
    """Left out: a rating is missing or outside the order."""
    observed: float
    """Weighted agreement, 0-1; NaN without a pair."""
    kappa: float
    """1 perfect, 0 as chance; NaN where chance alone agrees fully (both always say the same)."""


def weighted_kappa(
    first: npt.ArrayLike, second: npt.ArrayLike, levels: int, power: int = 1
) -> Agreement:
    """Cohen's kappa with weights |i - j|^power: 1 linear, 2 quadratic.

    first, second: [samples], whole numbers 0 .. levels - 1 of an order, NaN when missing; a pair
    counts where both are there. ValueError: other values, other lengths, or levels below 2.
    """
    a, b = np.asarray(first, float), np.asarray(second, float)
    if a.ndim != 1 or a.shape != b.shape or levels < 2:
        raise ValueError("two lists of the same length and at least two levels are needed")
    both = ~(np.isnan(a) | np.isnan(b))
    rated = np.stack([a[both], b[both]])
    if np.any((rated < 0) | (rated >= levels) | (rated != np.floor(rated))):
        raise ValueError("a rating is no level")
    count, missing = int(both.sum()), int((~both).sum())
    if not count:
        return Agreement(0, missing, math.nan, math.nan)
    table = np.zeros((levels, levels))
    np.add.at(table, tuple(rated.astype(int)), 1)
    table /= count
    steps = np.arange(levels)
    apart = (np.abs(steps[:, None] - steps) / (levels - 1)) ** power
    seen = float((apart * table).sum())
    chance = float((apart * np.outer(table.sum(axis=1), table.sum(axis=0))).sum())
    return Agreement(count, missing, 1 - seen, 1 - seen / chance if chance > 0 else math.nan)


def result_kappa(own: pd.Series, inspected: pd.Series, power: int = 1) -> Agreement:
    """Weighted kappa of results ("met", "partly", "unmet"); any other is left out as missing."""
    codes = [one.map(LEVELS).to_numpy(dtype=float) for one in (own, inspected)]
    return weighted_kappa(codes[0], codes[1], len(LEVELS), power)


def inflation(pairs: pd.DataFrame, level: float = 0.95) -> pd.DataFrame:
    """INFLATION rows, who flatters most first; equal ones by code, those without a pair last.

    pairs: PAIRS rows. A sample counts where both scored it. A single pair has no interval and
    proves nothing; scores that always differ by the same have an interval without width.
    """
    PAIRS.check(pairs)
    gap = (pairs["self_check"] - pairs["inspection"]).astype(float)
    groups = gap.groupby(pairs["department"])
    count, mean = groups.count(), groups.mean()
    free = (count - 1).where(count > 1)
    reach = special.stdtrit(free, 0.5 + level / 2) * groups.std() / np.sqrt(count)
    table = pd.DataFrame(
        {
            "pairs": count,
            "missing": groups.size() - count,
            "inflation": mean,
            "low": mean - reach,
            "high": mean + reach,
            "flatters": (mean - reach) > 0,
        }
    )
    table = table.rename_axis("department").sort_index()
    return table.sort_values("inflation", ascending=False, kind="stable").reset_index()
