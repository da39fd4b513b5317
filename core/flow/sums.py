"""Totals of series: means add up, quantiles do not.

The interval of a total comes from past errors of the total itself, so that errors which cancel
between departments, and those which come together, count as they really did.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

import numpy as np

from core.errors import DataError
from core.flow.engine import Foresight, Past
from core.flow.panel import Grid, Matrix

Groups = Mapping[str, Collection[str]]
"""Members by the name of their total; no member means all series."""


def summed(grid: Grid, found: Foresight, groups: Groups) -> tuple[Grid, Foresight]:
    """The grid and the forecasts of totals, in the order of `groups`.

    A total is missing where a member is. DataError E_FLOW_MEMBER for a member without a count.
    """
    share = np.zeros((len(groups), len(grid.names)))
    for row, (name, members) in enumerate(groups.items()):
        for member in members or grid.names:
            if member not in grid.names:
                raise DataError("E_FLOW_MEMBER", group=name, member=member)
            share[row, grid.names.index(member)] = 1.0
    past = Past(
        found.past.origins,
        np.einsum("gs,ksh->kgh", share, found.past.means),
        _known_sum(share, found.past.counts),
        found.past.special,
    )
    size = np.maximum(share.sum(axis=1), 1.0)
    made = replace(
        found,
        mean=share @ found.mean,
        model=("sum",) * len(groups),
        dispersion=share @ found.dispersion / size,
        closed=share @ ~found.closed == 0,
        past=past,
    )
    return replace(grid, names=tuple(groups), counts=_known_sum(share, grid.counts[None])[0]), made


def _known_sum(share: Matrix, counts: Matrix) -> Matrix:
    """Sums [k, group, periods] of counts [k, series, periods]; NaN where a member is missing."""
    known = np.isfinite(counts)
    total = np.einsum("gs,ksh->kgh", share, np.where(known, counts, 0.0))
    lacking = np.einsum("gs,ksh->kgh", share, (~known).astype(float))
    return np.where(lacking > 0, np.nan, total)
