"""Weights from comparisons in pairs (AHP), and whether they hang together enough to be used.

Saaty, The Analytic Hierarchy Process (1980): principal right eigenvector, CI, CR. The reference
is quality.md section 4 and plan_rubric.yaml `weights`: CR <= 0.10 may be used, above it the most
inconsistent pair is named.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from core.errors import DataError

Array = npt.NDArray[np.float64]

RANDOM_INDEX = (0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49)
"""Mean CI of random matrices of 1 to 10 criteria (Saaty 1980); beyond 10 the source has none."""
MOST_CR = 0.10
"""Greatest consistency ratio with which weights may be adopted."""
RECIPROCAL = 0.01
"""How far a[i][j] * a[j][i] may be from 1: 0.33 beside 3 is one judgement typed twice."""
FARTHEST = 1e9
"""Greatest ratio that is read at all; the scale of the method ends at 9."""


@dataclass(frozen=True)
class Pair:
    """One judgement that the weights contradict: the row is `told` times the column.

    row, column: places counted from 0, row before column; `told` as judged, `implied` the ratio
    of the two weights, both without unit.
    """

    row: int
    column: int
    told: float
    implied: float


@dataclass(frozen=True)
class Comparison:
    """A checked matrix (n, n) of ratios, and what follows from it; make it with `compare`."""

    matrix: Array

    @cached_property
    def _principal(self) -> tuple[float, Array]:
        values, vectors = np.linalg.eig(self.matrix)
        at = int(np.argmax(np.real(values)))
        vector = np.abs(np.real(vectors[:, at]))
        return float(np.real(values[at])), vector / vector.sum()

    @property
    def weights(self) -> Array:
        """(n,) shares that sum to 1: the principal right eigenvector."""
        return self._principal[1]

    @cached_property
    def weights_geometric(self) -> Array:
        """(n,) shares that sum to 1: geometric means of the rows."""
        means = np.exp(np.log(self.matrix).mean(axis=1))
        return means / means.sum()

    @property
    def lambda_max(self) -> float:
        """The principal eigenvalue; n where all judgements agree, else above it."""
        return self._principal[0]

    @property
    def ci(self) -> float:
        """(lambda_max - n) / (n - 1); 0 of one criterion."""
        count = len(self.matrix)
        return max(0.0, (self.lambda_max - count) / (count - 1)) if count > 1 else 0.0

    @property
    def ri(self) -> float | None:
        """The random index; None beyond ten criteria."""
        count = len(self.matrix)
        return RANDOM_INDEX[count - 1] if count <= len(RANDOM_INDEX) else None

    @property
    def cr(self) -> float | None:
        """CI / RI; 0 of one or two criteria (always consistent), None where there is no RI."""
        if self.ri is None:
            return None
        return self.ci / self.ri if self.ri else 0.0

    @property
    def adoptable(self) -> bool:
        """Whether CR is known and at most 0.10."""
        return self.cr is not None and self.cr <= MOST_CR

    @property
    def worst(self) -> Pair | None:
        """The pair whose judgement is farthest, as a ratio, from its weights; None of one."""
        if len(self.matrix) < 2:
            return None
        implied = self.weights[:, None] / self.weights[None, :]
        upper = np.triu(np.abs(np.log(self.matrix / implied)), 1)
        row, column = (int(one) for one in np.unravel_index(np.argmax(upper), upper.shape))
        return Pair(row, column, float(self.matrix[row, column]), float(implied[row, column]))


def compare(matrix: Array) -> Comparison:
    """The comparison of n criteria.

    matrix: (n, n), entry [i, j] how many times criterion i outweighs criterion j, above 0. NaN on
    the diagonal reads as 1, NaN on one side of it as the reciprocal of the other side. DataError
    E_CASE_INPUT where an entry is not above 0, the diagonal is not 1, or two sides are not each
    other's reciprocal; E_CASE_MISSING where both sides are missing; E_CASE_LENGTH, E_CASE_EMPTY.
    """
    count = len(matrix)
    if not matrix.size:
        raise DataError("E_CASE_EMPTY", where="matrix")
    if matrix.shape != (count, count):
        raise DataError("E_CASE_LENGTH", where="matrix[0]", wanted=count, found=matrix.shape[1])
    wrong = ~np.isnan(matrix) & ~((matrix >= 1 / FARTHEST) & (matrix <= FARTHEST))
    _refuse(matrix, wrong)
    whole = np.where(np.isnan(matrix), 1 / matrix.T, matrix)
    np.fill_diagonal(whole, np.where(np.isnan(np.diag(matrix)), 1.0, np.diag(matrix)))
    lacking = np.argwhere(np.isnan(whole))
    if len(lacking):
        raise DataError("E_CASE_MISSING", where=_place(lacking[0]))
    _refuse(matrix, np.tril(np.abs(whole * whole.T - 1) > RECIPROCAL))
    return Comparison(whole)


def _refuse(matrix: Array, wrong: npt.NDArray[np.bool_]) -> None:
    for row, column in np.argwhere(wrong)[:1]:
        where = _place((row, column))
        raise DataError("E_CASE_INPUT", where=where, value=float(matrix[row, column]))


def _place(cell: Sequence[int] | npt.NDArray[np.intp]) -> str:
    return f"matrix[{cell[0]}][{cell[1]}]"


def adopted(comparison: Comparison, names: Sequence[str]) -> dict[str, float]:
    """The weights by name, shares that sum to 1, if they may be used in a review.

    names: the n criteria in the matrix's order. DataError E_AHP_CR above CR 0.10 with the most
    inconsistent pair (`first`, `second`), what was `told` and what the weights `implied`;
    E_AHP_SIZE beyond ten criteria, where no random index says what is consistent.
    """
    if len(names) != len(comparison.matrix):
        raise ValueError("one name for each criterion")
    if comparison.cr is None:
        raise DataError("E_AHP_SIZE", count=len(names), most=len(RANDOM_INDEX))
    worst = comparison.worst
    if not comparison.adoptable and worst is not None:
        raise DataError(
            "E_AHP_CR",
            cr=f"{comparison.cr:.3f}",
            first=names[worst.row],
            second=names[worst.column],
            told=f"{worst.told:.3g}",
            implied=f"{worst.implied:.3g}",
        )
    return dict(zip(names, comparison.weights.tolist(), strict=True))
