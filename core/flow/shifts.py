"""Shifts that cover a demand at the least cost: whole people, by scipy.optimize.milp (HiGHS)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_array

from core.errors import DataError

Array = npt.NDArray[np.float64]
SECONDS = 60.0
"""Longest search; what is then not proved best is refused."""


@dataclass(frozen=True)
class Shift:
    """A shift on a circle of periods: where it starts, how many periods it works."""

    start: int
    length: int


@dataclass(frozen=True)
class Cover:
    """How many people work each shift."""

    counts: npt.NDArray[np.int64]
    """By shift."""
    staffed: npt.NDArray[np.int64]
    """By period."""
    cost: float
    lowest: float
    """Cost if people could be divided: no cover can cost less."""


def works(shifts: Sequence[Shift], periods: int) -> Array:
    """1 where a shift (column) works a period (row); a shift may run past the end into the start.

    A shift longer than the circle meets itself: the next round's people are there too.
    """
    matrix = np.zeros((periods, len(shifts)))
    for at, shift in enumerate(shifts):
        for step in range(shift.length):
            matrix[(shift.start + step) % periods, at] += 1
    return matrix


def days_on(days: int, off: int) -> list[Shift]:
    """Weekly rosters: `days - off` days in a row, then `off` days off, from every first day."""
    return [Shift(start, days - off) for start in range(days)]


def cover(demand: Array, working: Array, cost: Array, most: Array | None = None) -> Cover:
    """The whole numbers of people by shift that cover `demand` at the least cost.

    demand: people by period; working: periods x shifts, 1 where a shift works; cost: of one person
    on each shift, not negative; most: people at most on each shift. DataError
    E_COVER_PERIOD (no shift works a period), E_COVER_SHORT (`most` is too few), E_COVER_SEARCH.
    """
    bare = np.flatnonzero((demand > 0) & ~(working > 0).any(axis=1))
    if bare.size:
        raise DataError("E_COVER_PERIOD", where=f"demand[{bare[0]}]", count=bare.size)
    upper = np.full(len(cost), np.inf) if most is None else most
    sparse = csr_array(working)
    found = milp(
        cost,
        integrality=np.ones(len(cost)),
        bounds=Bounds(0, upper),  # pyright: ignore[reportArgumentType]
        constraints=LinearConstraint(sparse, lb=demand),  # pyright: ignore[reportArgumentType]
        options={"time_limit": SECONDS, "mip_rel_gap": 0.0},
    )
    if found.status == 2:
        raise DataError("E_COVER_SHORT", where="demand")
    if found.status != 0 or found.x is None:
        raise DataError("E_COVER_SEARCH", where="demand", seconds=int(SECONDS))
    counts = np.rint(found.x).astype(np.int64)
    staffed = np.rint(working @ counts).astype(np.int64)
    return Cover(counts, staffed, float(cost @ counts), _lowest(demand, sparse, cost, upper))


def _lowest(demand: Array, working: csr_array, cost: Array, upper: Array) -> float:
    bounds = np.column_stack([np.zeros(len(cost)), upper])
    found = linprog(cost, A_ub=-working, b_ub=-demand, bounds=bounds, method="highs")
    return float(found.fun)
