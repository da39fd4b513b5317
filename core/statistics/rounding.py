"""Whole numbers that add up: the largest remainder gets the odd 分."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.floating]
Whole = npt.NDArray[np.int64]
_NOISE = 6
"""Decimals of a remainder that count: what is equal but for noise is a tie."""
_RELATIVE = 1e-9
"""Of an amount: what may be left over a whole number and is noise."""


def to_totals(exact: Array, totals: Whole) -> Whole:
    """Each column of `exact` in whole numbers that add up to its total.

    exact: [parts, columns], whose sums are the totals but for noise; totals: [columns]. Ties go
    to the earlier part; a negative total is the mirror image; a part of exactly 0 stays 0 as long
    as another can take the odd unit.
    """
    if not len(exact):
        return np.zeros(exact.shape, dtype=np.int64)
    sign = np.where(totals < 0, -1, 1)
    mirrored = np.ascontiguousarray((exact * sign).T)  # a column in a row: sorted in one piece
    parts = np.floor(mirrored + 10.0**-_NOISE).astype(np.int64)
    nothing = mirrored == 0
    free = ~nothing | nothing.all(axis=1)[:, None]
    each, left = np.divmod(totals * sign - parts.sum(axis=1), free.sum(axis=1))
    parts += each[:, None] * free
    remainder = np.round(mirrored - parts, _NOISE)
    order = np.argsort(np.where(nothing, 2, -remainder), axis=1, kind="stable")
    odd = np.zeros_like(parts)
    np.put_along_axis(odd, order, (np.arange(len(exact)) < left[:, None]).astype(np.int64), axis=1)
    return (parts + odd).T * sign


def share_out(totals: np.ndarray, weights: np.ndarray) -> Whole:
    """Whole parts of each total along the last axis, by their weights; they add up exactly.

    totals: integers [...]; weights: non-negative [..., parts]. ValueError where a total other
    than 0 has no weight to be shared by.
    """
    sums = weights.sum(axis=-1, keepdims=True)
    if np.any((sums[..., 0] <= 0) & (totals != 0)):
        raise ValueError("a total has no weight to be shared by")
    exact = totals[..., None] * (weights / np.where(sums > 0, sums, 1))
    flat = np.broadcast_to(totals, exact.shape[:-1]).ravel().astype(np.int64)
    return to_totals(exact.reshape(-1, exact.shape[-1]).T, flat).T.reshape(exact.shape)


def whole_up(amount: float) -> float:
    """The next whole number; what floating point leaves over one is no further one.

    NaN where the amount is not finite.
    """
    if not math.isfinite(amount):
        return math.nan
    return float(math.ceil(amount - _RELATIVE * max(1.0, abs(amount))))
