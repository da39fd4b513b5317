"""Fitting a table to its margins, and whole numbers whose running totals do not drift."""

from __future__ import annotations

import numpy as np

FEN_PER_WAN = 1_000_000
"""分 in 万元."""


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
