"""Counts by three things at once beside their sums by two and by one: what all of them together
would give away is hidden too.

A small count stays hidden only where another table of whole numbers has everything that is shown
and another count there. Such a table is looked for with an integer programme; where none is found
more is hidden, and the search begins again.
Source: auditing of hidden cells in linked tables (Willenborg and de Waal 2001, ch. 4; from memory,
待核对).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from core.control.incidents.hiding import LEAST

Counts = npt.NDArray[np.int64]
Told = npt.NDArray[np.float64]
Axes = tuple[int, ...]
"""Which of the three things a sum still tells apart: 0 departments, 1 stages, 2 types."""
LINES: tuple[Axes, ...] = ((0,), (1,), (2,))
TABLES: tuple[Axes, ...] = ((0, 1), (0, 2), (1, 2))
_Shown = dict[Axes, Told]
CUBE: Axes = (0, 1, 2)
TRIES = 5
"""Directions in which other tables are looked for, of both signs."""
ALL = 3
"""The level of a department whose every count is hidden."""
_LIMITS = {"mip_rel_gap": 0.5, "node_limit": 50}


@dataclass(frozen=True, eq=False)
class Problem:
    """What is shown, as equations in the hidden counts; and which sums of them must stay open."""

    equations: sparse.csr_matrix
    values: Told
    truth: Told
    small: sparse.csr_matrix
    """A row for each small sum: which hidden counts it is made of."""
    places: Counts
    """The department of each small sum; -1 where it is of several."""


def together(counts: Counts, shown: Mapping[Axes, Told], mine: npt.NDArray[np.bool_]) -> _Shown:
    """What may be shown of the cube, and of the tables once it is shown beside them.

    counts: whole numbers, departments x stages x types. shown: sums by one and by two as each may
    be shown alone, NaN where hidden. mine: departments of the reader, who sees them whole.
    Returns the tables and the cube by their axes, NaN where hidden; zeros are shown where that
    gives nothing away.
    """
    levels = np.zeros(len(counts), dtype=np.int64)
    told = _told(counts, shown, mine, levels)
    while (stuck := _stuck(_problem(counts, told, mine))).size:
        if (levels[~mine] >= ALL).all():
            break  # nothing but totals is left, and those were looked at on their own
        levels = _raised(levels, stuck)
        told = _told(counts, shown, mine, levels)
    return told


def _raised(levels: Counts, stuck: Counts) -> Counts:
    """Levels of the stuck departments one higher; of all where none is named, or is at its end."""
    named = np.unique(stuck[stuck >= 0])
    if not named.size:
        return np.minimum(levels + 1, ALL)
    if (levels[named] >= ALL).any():
        return np.full_like(levels, ALL)
    raised = levels.copy()
    raised[named] += 1
    return raised


def _told(
    counts: Counts, shown: Mapping[Axes, Told], mine: npt.NDArray[np.bool_], levels: Counts
) -> _Shown:
    """Level 1 hides a department's zeros in the cube, 2 the whole of it there, 3 its tables too."""
    level = np.where(mine, 0, levels)[:, None, None]
    small = (counts > 0) & (counts < LEAST) & ~mine[:, None, None]
    hidden = small | ((counts < LEAST) & (level > 0)) | (level > 1)
    found = {axes: np.array(shown[axes], dtype=float) for axes in (*LINES, *TABLES)}
    for axes in ((0, 1), (0, 2)):
        found[axes][np.where(mine, 0, levels) >= ALL] = np.nan
    if (levels >= ALL).all():
        found[(1, 2)][:] = np.nan
    found[CUBE] = np.where(hidden, np.nan, counts.astype(float))
    return found


def _problem(counts: Counts, told: _Shown, mine: npt.NDArray[np.bool_]) -> Problem:
    hidden = np.isnan(told[CUBE])
    at = np.array(np.nonzero(hidden))
    truth = counts[hidden].astype(float)
    held = np.where(hidden, 0, counts)
    equations, values, small, places = [], [], [], []
    for axes in (*LINES, *TABLES):
        others = tuple(axis for axis in CUBE if axis not in axes)
        sums, known = counts.sum(axis=others), held.sum(axis=others)
        member = _members(at, axes, sums.shape)
        seen = ~np.isnan(told[axes]).ravel()
        equations.append(member[seen])
        values.append((told[axes] - known).ravel()[seen])
        few = ((sums > 0) & (sums < LEAST) & (sums > known)).ravel() & ~seen
        small.append(member[few])
        where = np.indices(sums.shape)[0].ravel() if axes[0] == 0 else np.full(sums.size, -1)
        places.append(where[few])
    whole = sparse.csr_matrix(np.ones((1, len(truth))))
    few = (truth > 0) & (truth < LEAST)
    equations.append(whole)
    values.append(np.array([truth.sum()]))
    small.append(sparse.csr_matrix(sparse.eye_array(len(truth)))[few])
    places.append(at[0][few])
    return Problem(
        sparse.csr_matrix(sparse.vstack(equations)),
        np.concatenate(values),
        truth,
        sparse.csr_matrix(sparse.vstack(small)),
        np.concatenate(places).astype(np.int64),
    )


def _members(at: Counts, axes: Axes, shape: tuple[int, ...]) -> sparse.csr_matrix:
    """Which hidden counts each sum is made of."""
    row = np.ravel_multi_index(tuple(at[axis] for axis in axes), shape)
    count = at.shape[1]
    ones = np.ones(count)
    return sparse.csr_matrix((ones, (row, np.arange(count))), shape=(int(np.prod(shape)), count))


def _stuck(problem: Problem) -> Counts:
    """Departments of the small sums for which no other table was found; -1 for several."""
    if not problem.places.size:
        return problem.places
    still = np.ones(len(problem.places), dtype=bool)
    chance = np.random.default_rng(0)
    own = problem.small @ problem.truth
    for _ in range(TRIES):
        for sign in (1, -1):
            signs = chance.choice([-1.0, 1.0], len(still)) * still * sign
            aim = problem.small.T @ signs + chance.normal(0, 0.1, len(problem.truth))
            other = _another(problem, aim)
            if other is not None:
                still &= problem.small @ other == own
            if not still.any():
                return problem.places[still]
    return problem.places[still]


def _another(problem: Problem, aim: Told) -> Told | None:
    """A table of whole numbers with all that is shown, as far as possible along the aim."""
    values: Any = problem.values
    equal = LinearConstraint(problem.equations, values, values)
    top = Bounds(0, float(problem.truth.sum()))
    whole = np.ones(len(problem.truth))
    found = milp(aim, constraints=equal, integrality=whole, bounds=top, options=_LIMITS)
    if found.x is None:
        return None
    other = np.round(found.x)
    same = np.allclose(problem.equations @ other, problem.values)
    return other if same else None
