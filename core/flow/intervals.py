"""Intervals from errors really made: split conformal over past forecasts, by horizon.

An error counts in units of sqrt(dispersion x mean), so that small and large departments can be
pooled. Only targets that were known at the origin are used. Where the past is too short, quantiles
of a negative binomial with the same dispersion stand in; for counts below ten they always do,
because a symmetrical interval would lie about them.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from core.flow.engine import Foresight
from core.flow.panel import Matrix

SMALL = 10.0
"""Below this mean, quantiles of counts are used."""
ENOUGH = {80: 50, 95: 100}
HOLIDAY = 1.3
"""How much wider errors are near holidays where there are too few of them to tell."""
FLOOR = 0.05
PLENTY = 26
"""Past origins that need no allowance."""


@dataclass(frozen=True)
class Bands:
    """median, and lower and upper by level, [series, horizon]."""

    median: Matrix
    lower: dict[int, Matrix]
    upper: dict[int, Matrix]


def bands(found: Foresight, levels: tuple[int, ...], whole: bool) -> Bands:
    """Intervals of one origin's forecasts; bounds are whole numbers, outwards, where `whole`."""
    mean = found.mean
    spread = dispersion_of(found)
    scale = np.sqrt(np.maximum(spread[:, None] * mean, FLOOR))
    scores = _scores(found, spread, whole)
    told = scores[np.isfinite(scores)]
    middle = float(np.median(told)) if len(told) >= ENOUGH[80] else 0.0
    median = np.maximum(mean + scale * middle, 0.0)
    small = mean < SMALL
    lower, upper = {}, {}
    for level in levels:
        reach = _reach(found, scores, level) * scale
        low, high = mean - reach, mean + reach
        tail = (1 - level / 100) / 2
        low = np.where(small, counted(tail, mean, spread), low)
        high = np.where(small, counted(1 - tail, mean, spread), high)
        low, high = np.maximum(low, 0), np.maximum(high, 0)
        lower[level], upper[level] = (np.floor(low), np.ceil(high)) if whole else (low, high)
    median = np.where(small, counted(0.5, mean, spread), median)
    for level in levels:
        closed = found.closed
        lower[level] = np.where(closed, 0.0, np.minimum(lower[level], mean))
        upper[level] = np.where(closed, 0.0, np.maximum(upper[level], mean))
    return Bands(np.where(found.closed, 0.0, median), lower, upper)


def dispersion_of(found: Foresight) -> Matrix:
    """Mean square of past errors over the mean [series], drawn towards the panel's; 1 = Poisson."""
    past = found.past
    floor = np.maximum(found.dispersion, 1.0)
    if not len(past.origins):
        return floor
    squares = (past.counts - past.means) ** 2 / np.maximum(past.means, FLOOR)
    known = np.isfinite(squares)
    # The fattest errors are cut: one lost month of a department is not its everyday spread.
    top = (
        np.nanquantile(np.where(known, squares, np.nan), 0.98, axis=(0, 2), keepdims=True)
        if (known.any(axis=(0, 2)).all())
        else np.inf
    )
    seen = known.sum(axis=(0, 2))
    total = np.where(known, np.minimum(squares, top), 0.0).sum(axis=(0, 2))
    own = np.divide(total, seen, out=floor.copy(), where=seen > 0)
    middle = float(np.median(own))
    trust = seen / (seen + 20.0)
    return np.maximum(trust * own + (1 - trust) * np.maximum(middle, floor), 0.5)


def _scores(found: Foresight, spread: Matrix, whole: bool) -> Matrix:
    """Signed past errors [k, series, horizon] in units of the spread; NaN where unknown.

    Bounds that are rounded outwards reach half a count farther on average: so much of an error
    is covered by the rounding.
    """
    past = found.past
    scale = np.sqrt(np.maximum(spread[None, :, None] * past.means, FLOOR))
    miss = past.counts - past.means
    if whole:
        miss = np.sign(miss) * np.maximum(np.abs(miss) - 0.5, 0.0)
    scores = miss / scale
    return np.where(past.means >= 1.0, scores, np.nan)


def _buckets(horizon: int) -> npt.NDArray[np.int64]:
    """The bucket of each horizon: quarters of it, at least one period each."""
    return np.minimum(np.arange(horizon) * 4 // max(horizon, 4), 3)


def _reach(found: Foresight, scores: Matrix, level: int) -> Matrix:
    """Half-width [1, horizon] in units of the spread."""
    horizon = found.mean.shape[1]
    plain = NormalDist().inv_cdf(0.5 + level / 200)
    if not np.isfinite(scores).any():
        return np.full((1, horizon), plain) * np.where(found.special, HOLIDAY, 1.0)
    size = np.abs(scores)
    usual = np.where(found.past.special[:, None, :], np.nan, size)
    everyone = _quantile(usual, level, 1) or _quantile(size, level, 1) or plain
    few = max(0.0, 1 / len(found.past.origins) - 1 / PLENTY)
    need = ENOUGH.get(level, 50 if level <= 80 else 100)
    bucket = _buckets(horizon)
    reach = np.empty(horizon)
    for one in range(4):
        own = _quantile(usual[:, :, bucket == one], level, need)
        reach[bucket == one] = everyone if own is None else own
    near = _quantile(np.where(found.past.special[:, None, :], size, np.nan), level, need)
    wider = max(near / everyone, 1.0) if near is not None else HOLIDAY
    # Errors of one origin come together: few origins are few independent pasts.
    reach *= np.sqrt(1 + few)
    return (reach * np.where(found.special, wider, 1.0))[None, :]


def _quantile(size: Matrix, level: int, need: int) -> float | None:
    """The conformal quantile with its correction for few errors; None under `need` of them."""
    known = size[np.isfinite(size)]
    if len(known) < max(need, 1):
        return None
    share = min(1.0, np.ceil((len(known) + 1) * level / 100) / len(known))
    return float(np.quantile(known, share, method="higher"))


def counted(share: float, mean: Matrix, spread: Matrix) -> Matrix:
    """The quantile of counts: Poisson, or negative binomial where the spread is above one."""
    from scipy.special import nbdtrik, pdtrik  # slow to load

    mu = np.maximum(mean, 1e-6)
    over = np.broadcast_to(spread[:, None], mu.shape)
    # variance = over * mu = mu + mu^2 / size
    size = mu / np.maximum(over - 1, 1e-3)
    wide = np.ceil(np.maximum(nbdtrik(share, size, size / (size + mu)), 0) - 1e-9)
    plain = np.ceil(np.maximum(pdtrik(share, mu), 0) - 1e-9)
    found = np.where(over > 1.02, wide, plain)
    return np.where(np.isfinite(found), found, 0.0)
