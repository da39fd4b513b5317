"""Funnels: departments against their common level, wider where there are few cases.

Spiegelhalter, Funnel plots for comparing institutional performance (2005), and Handling
over-dispersion (2005). Limits at 95 % and 99.8 %, without and with allowance for over-dispersion.
A group whose denominator is zero or missing has no place and reads NaN throughout.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.floating]
FunnelKind = Literal["proportion", "standardised", "ratio"]
"""A share of cases; observed over expected; events over exposure."""

Z95, Z998 = 1.959964, 3.090232
FEW_GROUPS = 10
"""With fewer groups the allowance for over-dispersion is not reliable."""


@dataclass(frozen=True)
class FunnelRule:
    """How groups are compared.

    adjusted: where groups differ by more than chance, outliers are judged by the limits that
    allow for it. method (of standardised ratios): shmi takes logarithms and drops the outer
    tenths, cqc square roots and draws them in; cqc_flat leaves the limits on the scale of the
    roots, as FunnelPlotR prints them. trim: the share of scores drawn in, or dropped, at
    either end. limit: outliers lie beyond the limits at 95 % or at 99.8 % (99).
    """

    kind: FunnelKind = "proportion"
    adjusted: bool = True
    multiplier: float = 1
    method: Literal["shmi", "cqc", "cqc_flat"] = "shmi"
    trim: float = 0.1
    limit: Literal[95, 99] = 99


@dataclass(frozen=True, eq=False)
class Band:
    """Limits by group."""

    lower95: Array
    upper95: Array
    lower998: Array
    upper998: Array

    def times(self, factor: float) -> Band:
        """The same limits on another scale."""
        return Band(
            self.lower95 * factor,
            self.upper95 * factor,
            self.lower998 * factor,
            self.upper998 * factor,
        )


@dataclass(frozen=True, eq=False)
class Funnel:
    """One value a group, in the order given; limits are those at the group's own denominator."""

    values: Array
    target: float
    phi: float
    """Mean square of the scores: about 1 where groups differ by chance alone."""
    tau2: float
    narrow: Band
    """Of chance alone."""
    wide: Band
    """With allowance for over-dispersion."""
    score: Array
    trimmed: Array
    deviation: Array
    outlier: npt.NDArray[np.bool_]
    few: bool


@dataclass(frozen=True, eq=False)
class _Scale:
    """Values and target where they are near normal, and the way back."""

    y: Array
    target: float
    score_deviation: Array
    deviation: Array


def funnel(numerator: Sequence[float], denominator: Sequence[float], rule: FunnelRule) -> Funnel:
    """The funnel of the groups."""
    top, bottom = np.asarray(numerator, dtype=float), np.asarray(denominator, dtype=float)
    told = np.isfinite(top) & np.isfinite(bottom) & (bottom > 0)
    top, bottom = np.where(told, top, np.nan), np.where(told, bottom, np.nan)
    target = 1.0 if rule.kind == "standardised" else float(np.nansum(top) / np.nansum(bottom))
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = _scale(top, bottom, target, rule)
        score = (scale.y - scale.target) / scale.score_deviation
    trimmed = _trim(score, rule)
    phi, tau2 = _dispersion(trimmed, scale.score_deviation) if rule.adjusted else (0.0, 0.0)
    narrow = _narrow(scale, bottom, rule).times(rule.multiplier)
    wide = _about(scale, np.sqrt(scale.deviation**2 + tau2), rule).times(rule.multiplier)
    values = top / bottom * rule.multiplier
    outlier = _outside(values, wide if tau2 > 0 else narrow, rule.limit)
    few = int(told.sum()) < FEW_GROUPS
    spread = (phi, tau2, narrow, wide)
    return Funnel(values, target, *spread, score, trimmed, scale.deviation, outlier, few)


def exact_limit(share: float, target: float, denominator: float) -> float:
    """The binomial limit of a proportion at a tail of `share`, interpolated between counts."""
    from scipy.stats import binom  # takes a second to load

    count = binom.ppf(share, denominator, target)
    part = (binom.cdf(count, denominator, target) - share) / binom.pmf(count, denominator, target)
    return float((count - part) / denominator)


def _outside(values: Array, band: Band, limit: int) -> npt.NDArray[np.bool_]:
    low, high = (band.lower95, band.upper95) if limit == 95 else (band.lower998, band.upper998)
    with np.errstate(invalid="ignore"):
        return (values < low) | (values > high)


def _scale(top: Array, bottom: Array, target: float, rule: FunnelRule) -> _Scale:
    if rule.kind == "proportion":
        deviation = 1 / (2 * np.sqrt(bottom))
        shares = np.arcsin(np.sqrt(np.clip(top / bottom, 0, 1)))
        return _Scale(shares, math.asin(math.sqrt(target)), deviation, deviation)
    if rule.kind == "ratio":
        y = np.log((top + 0.5) / (bottom + 0.5))
        own = np.sqrt(top / (top + 0.5) ** 2 + bottom / (bottom + 0.5) ** 2)
        return _Scale(y, math.log(target), own, 1 / (2 * np.sqrt(bottom)))
    if rule.method != "shmi":
        deviation = 1 / (2 * np.sqrt(bottom))
        return _Scale(np.sqrt(top / bottom), 1.0, deviation, deviation)
    deviation = 1 / np.sqrt(bottom)
    return _Scale(np.log(top / bottom), 0.0, deviation, deviation)


def _trim(score: Array, rule: FunnelRule) -> Array:
    """Scores with their ends drawn in to a quantile, or dropped (NaN) by rank."""
    told = score[~np.isnan(score)]
    if not len(told):
        return score
    if rule.kind == "standardised" and rule.method == "shmi":
        if rule.trim <= 0:
            return score.copy()
        # As the source does: ranks cut into 1/trim classes, the first and the last dropped.
        classes = 1 / rule.trim
        from scipy.stats import rankdata

        place = np.floor(rankdata(score, nan_policy="omit") * classes / (len(told) + 1))
        with np.errstate(invalid="ignore"):
            return np.where((place < 1) | (place >= classes - 1), np.nan, score)
    return np.clip(score, *np.quantile(told, [rule.trim, 1 - rule.trim]))


def _dispersion(score: Array, deviation: Array) -> tuple[float, float]:
    kept = np.isfinite(score)
    count = int(kept.sum())
    if not count:
        return math.nan, 0.0
    phi = float((score[kept] ** 2).sum() / count)
    weight = 1 / deviation[kept] ** 2
    spare = weight.sum() - (weight**2).sum() / weight.sum()
    if count * phi < count - 1 or spare <= 0:
        return phi, 0.0
    return phi, max(0.0, float((count * phi - (count - 1)) / spare))


def _narrow(scale: _Scale, bottom: Array, rule: FunnelRule) -> Band:
    """Of chance alone; exact Poisson limits where events are held against expected ones."""
    if rule.kind != "standardised":
        return _about(scale, scale.deviation, rule)
    from scipy.stats import chi2

    below = [chi2.ppf(tail, 2 * bottom) / 2 / bottom for tail in (0.025, 0.001)]
    above = [chi2.ppf(1 - tail, 2 * (bottom + 1)) / 2 / bottom for tail in (0.025, 0.001)]
    return Band(below[0], above[0], below[1], above[1])


def _about(scale: _Scale, deviation: Array, rule: FunnelRule) -> Band:
    def at(reach: float) -> Array:
        return _back(scale.target + reach * deviation, rule)

    return Band(at(-Z95), at(Z95), at(-Z998), at(Z998))


def _back(y: Array, rule: FunnelRule) -> Array:
    """From the scale of scores to values; a share stays between 0 and 1."""
    if rule.kind == "proportion":
        return np.sin(np.clip(y, 0, math.pi / 2)) ** 2
    if rule.kind == "standardised" and rule.method == "cqc":
        return np.maximum(y, 0) ** 2
    return y if rule.kind == "standardised" and rule.method == "cqc_flat" else np.exp(y)
