"""Whole numbers that add up: the largest remainder gets the odd 分."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.floating]
Whole = npt.NDArray[np.int64]
_NOISE = 6
"""Decimals of a remainder that count: what is equal but for noise is a tie."""


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
    each, left = np.divmod(totals * sign - parts.sum(axis=1), len(exact))
    parts += each[:, None]
    remainder = np.round(mirrored - parts, _NOISE)
    order = np.argsort(np.where(mirrored == 0, 2, -remainder), axis=1, kind="stable")
    odd = np.zeros_like(parts)
    np.put_along_axis(odd, order, (np.arange(len(exact)) < left[:, None]).astype(np.int64), axis=1)
    return (parts + odd).T * sign
