"""Departments that serve each other, all at once: simultaneous equations.

(I - Sᵀ) g = d among the supports, x = d + Sᵀ g at those that keep what they receive
(NY 10 NYCRR 456.1(e); IHACPA AHPCS 4.2). Self-use changes g, never x.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse

from core.costing.network import Array, Network, Whole
from core.costing.stages import Flow
from core.statistics.rounding import to_totals


@dataclass(frozen=True, eq=False)
class Reciprocal:
    """The solved equations of a network; departments whose cost is held keep what they get."""

    network: Network
    self_use: bool = True
    """Whether what a department does for itself stays in its shares."""

    @cached_property
    def supports(self) -> Whole:
        return np.flatnonzero(~self.network.final & ~self.network.held)

    @cached_property
    def keepers(self) -> Whole:
        return np.flatnonzero(self.network.final | self.network.held)

    @cached_property
    def shares(self) -> sparse.csr_matrix:
        """[supports, n]; rows add up to 1, or are empty."""
        found = self.network.quantity[self.supports].tocsr()
        if not self.self_use:
            kept = found.tocoo()
            other = self.supports[kept.row] != kept.col
            found = sparse.csr_matrix(
                (kept.data[other], (kept.row[other], kept.col[other])), shape=found.shape
            )
        sums = np.asarray(found.sum(axis=1)).ravel()
        scale = np.divide(1.0, sums, out=np.zeros_like(sums), where=sums > 0)
        return sparse.csr_matrix(sparse.diags(scale) @ found)

    @cached_property
    def _out(self) -> Array:
        """[supports, keepers]: shares that leave the supports."""
        return self.shares[:, self.keepers].toarray()

    @cached_property
    def _matrix(self) -> Array:
        return np.eye(len(self.supports)) - self.shares[:, self.supports].toarray()

    @cached_property
    def ends(self) -> Array:
        """[supports, keepers]: where each 元 of a support ends; rows add up to 1."""
        return np.linalg.solve(self._matrix, self._out)

    @cached_property
    def gross(self) -> Array:
        """[supports, k]: own cost and all that comes by, in 分."""
        own = self.network.direct[self.supports].astype(float)
        return np.linalg.solve(self._matrix.T, own)

    @cached_property
    def kept(self) -> Array:
        """[keepers, k]: what ends there, exactly."""
        own = self.network.direct[self.supports].astype(float)
        return self.network.direct[self.keepers] + self.ends.T @ own

    def kept_whole(self) -> Whole:
        """[keepers, k] in whole 分, rounded once: each item adds up to its direct cost."""
        return to_totals(self.kept, self.network.direct.sum(axis=0))

    def flows(self, ends: Whole) -> Iterator[Flow]:
        """Services among supports (level 1), rounded one by one; then what stays (level 2).

        ends: [n, k] kept; what comes to each of those departments adds up to it.
        """
        among = self.shares[:, self.supports].tocoo()
        row, column = among.row.astype(np.int64), among.col.astype(np.int64)
        wanted = ends[self.keepers] - self.network.direct[self.keepers]
        for item in range(self.gross.shape[1]):
            own = self.gross[:, item]
            inside = np.rint(among.data * own[row]).astype(np.int64)
            told = np.flatnonzero(inside)
            at = self.supports[row[told]], self.supports[column[told]]
            yield Flow(1, item, *at, inside[told])
            whole = to_totals(self._out * own[:, None], wanted[:, item])
            sources, receivers = np.nonzero(whole)
            at = self.supports[sources], self.keepers[receivers]
            yield Flow(2, item, *at, whole[sources, receivers])

    def origin(self) -> Array:
        """[n, n]: the share of each column's direct cost that ends in each row."""
        count = len(self.network.codes)
        share = np.zeros((count, count))
        share[self.keepers, self.keepers] = 1
        share[np.ix_(self.keepers, self.supports)] = self.ends.T
        return share
