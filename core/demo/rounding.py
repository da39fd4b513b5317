"""Sharing whole numbers out exactly, and fitting a table to its margins."""

from __future__ import annotations

import numpy as np

FEN_PER_WAN = 1_000_000
"""分 in 万元."""


def share_out(totals: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Whole parts of each total along the last axis, by largest remainder; they add up exactly.

    totals: integers [...]; weights: non-negative [..., parts], not all zero where the total is
    not. Ties go to the earlier part.
    """
    sums = weights.sum(axis=-1, keepdims=True)
    if np.any((sums[..., 0] <= 0) & (totals != 0)):
        raise ValueError("a total has no weight to be shared by")
    exact = totals[..., None] * (weights / np.where(sums > 0, sums, 1))
    parts = np.floor(exact)
    left = totals - parts.sum(axis=-1)
    order = np.argsort(-(exact - parts), axis=-1, kind="stable")
    rank = np.argsort(order, axis=-1, kind="stable")
    return (parts + (rank < left[..., None])).astype(np.int64)


def fit_margins(
    start: np.ndarray, rows: np.ndarray, columns: np.ndarray, rounds: int = 200
) -> np.ndarray:
    """`start` scaled to the row and column sums by iterative proportional fitting.

    Zeros stay zero. Rows are met exactly; columns as nearly as the zeros allow.
    """
    table = start.astype(float)
    for _ in range(rounds):
        table = table * _ratio(columns, table.sum(axis=0))
        table = table * _ratio(rows, table.sum(axis=1))[:, None]
    return table


def whole_by_running_total(values: np.ndarray) -> np.ndarray:
    """Integers along the last axis whose running totals are those of `values`, rounded."""
    running = np.rint(np.cumsum(values, axis=-1))
    return np.diff(running, axis=-1, prepend=0).astype(np.int64)


def _ratio(wanted: np.ndarray, reached: np.ndarray) -> np.ndarray:
    return np.divide(wanted, reached, out=np.zeros_like(reached), where=reached > 0)
