"""Costs handed on, stage by stage: who shares, who receives, by which weights.

A stage takes all that its sources have and gives it to its receivers, item by item; sources are
empty afterwards. Rounded stages share whole 分 by largest remainder, so that each of them adds
up; exact ones are for comparison and for `solve`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from scipy import sparse

from core.costing.model import CATEGORIES, AllocationError, Problem
from core.costing.network import Array, Network, Whole
from core.statistics.rounding import to_totals


@dataclass(frozen=True, eq=False)
class Stage:
    """s sources, r receivers, k items."""

    level: int
    sources: Whole
    receivers: Whole
    weights: sparse.csr_matrix
    """[s, r]; rows add up to 1, or are empty where the source had nothing to give."""
    pool: Array
    """[s, k]: what the sources had."""
    received: Array
    """[r, k]: what the receivers got; whole numbers where the run is rounded."""


@dataclass(eq=False)
class Ledger:
    """What every department has while cost is handed on."""

    network: Network
    rounded: bool = True
    balance: Array = field(init=False)
    unassigned: Array = field(init=False)
    stages: list[Stage] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        kind = np.int64 if self.rounded else np.float64
        self.balance = self.network.direct.astype(kind)
        self.unassigned = np.zeros_like(self.balance)

    def hand_on(self, sources: Whole, receivers: Whole, level: int) -> None:
        """Share all that the sources have; what is held stays 未分摊.

        AllocationError E_NO_RECEIVER where a source has cost and nobody to give it to.
        """
        held = sources[self.network.held[sources]]
        self.unassigned[held] += self.balance[held]
        self.balance[held] = 0
        sources = sources[~self.network.held[sources]]
        if not len(sources):
            return
        weights = self._weights(sources, receivers)
        pool = self.balance[sources].copy()
        stuck = (np.diff(weights.indptr) == 0) & (pool != 0).any(axis=1)
        if stuck.any():
            named = tuple(self.network.codes[place] for place in sources[stuck])
            raise AllocationError([Problem("E_NO_RECEIVER", named, int(pool[stuck].sum()))])
        used = np.flatnonzero(np.asarray(weights.sum(axis=0)).ravel() > 0)
        weights, receivers = weights[:, used], receivers[used]
        exact = np.asarray(weights.T @ pool.astype(float))
        received = to_totals(exact, pool.sum(axis=0)) if self.rounded else exact
        self.balance[sources] = 0
        self.balance[receivers] += received
        self.stages.append(Stage(level, sources, receivers, weights, pool, received))

    def _weights(self, sources: Whole, receivers: Whole) -> sparse.csr_matrix:
        """[s, r]: the share of each receiver in what a source does for all of them."""
        by_cost = self.network.accumulated[sources]
        if len(sources) == 1 and not by_cost.any():
            return self._row(sources[0], receivers)
        found = self.network.quantity[sources][:, receivers]
        if by_cost.any():
            so_far = np.maximum(self.balance[receivers].sum(axis=1).astype(float), 0)
            listed = (found[by_cost] > 0).multiply(so_far[None, :])
            found = found.tolil()
            found[np.flatnonzero(by_cost)] = listed
            found = found.tocsr()
        found = sparse.csr_matrix(found)
        found.eliminate_zeros()
        sums = np.asarray(found.sum(axis=1)).ravel()
        scale = np.divide(1.0, sums, out=np.zeros_like(sums), where=sums > 0)
        return sparse.csr_matrix(sparse.diags(scale) @ found)

    def _row(self, source: int, receivers: Whole) -> sparse.csr_matrix:
        """The weights of a single source: the same as of several, without slicing matrices."""
        quantity = self.network.quantity
        found = quantity[source].toarray()[0, receivers]
        at = np.flatnonzero(found)
        total = found.sum()
        shares = found[at] * (1.0 / total) if total > 0 else found[at][:0]
        return sparse.csr_matrix(
            (shares, at[: len(shares)], np.array([0, len(shares)])), shape=(1, len(receivers))
        )


def three_level(ledger: Ledger) -> None:
    """行政后勤 to the other three, 医辅 to 医技 and 临床, 医技 to 临床: nothing within a level.

    国卫财务发〔2021〕4号 as recalled (待核对). A level without departments is skipped.
    """
    network = ledger.network
    for level, category in enumerate(CATEGORIES[:4], start=1):
        sources = network.places(category)
        receivers = np.flatnonzero(network.rank > CATEGORIES.index(category))
        ledger.hand_on(sources, receivers, level)


def direct(ledger: Ledger) -> None:
    """All supports to the final departments at once; services among supports are left out."""
    final = ledger.network.final
    ledger.hand_on(np.flatnonzero(~final), np.flatnonzero(final), 1)


def step_down(ledger: Ledger, order: Whole) -> None:
    """One support after the other to those that are not closed yet (42 CFR 413.24(d)(1))."""
    closed = np.zeros(len(ledger.network.codes), dtype=bool)
    first = len(ledger.stages)
    for level, source in enumerate(order, start=first + 1):
        closed[source] = True
        ledger.hand_on(np.array([source]), _open_to(ledger.network, source, ~closed), level)


def double_step_down(ledger: Ledger, order: Whole) -> None:
    """A round to all others, closed ones too; then a step-down of what came back (413.24(d)(2))."""
    everyone = np.ones(len(ledger.network.codes), dtype=bool)
    for level, source in enumerate(order, start=1):
        others = everyone.copy()
        others[source] = False
        ledger.hand_on(np.array([source]), _open_to(ledger.network, source, others), level)
    step_down(ledger, order)


def _open_to(network: Network, source: int, open_: np.ndarray) -> Whole:
    row = network.quantity
    served = row.indices[row.indptr[source] : row.indptr[source + 1]]
    return np.sort(served[open_[served]]).astype(np.int64)


def origin_of(network: Network, stages: list[Stage]) -> Array:
    """[n, n]: the share of each column's direct cost that ends in each row."""
    share = np.eye(len(network.codes))
    for stage in stages:
        share[stage.receivers] += stage.weights.T @ share[stage.sources]
        share[stage.sources] = 0
    return share


@dataclass(frozen=True, eq=False)
class Flow:
    """Amounts of one item (its place) in 分, each from a source to a receiver (their places)."""

    level: int
    item: int
    sources: Whole
    receivers: Whole
    amounts: Whole


def flows_of(stage: Stage) -> Iterator[Flow]:
    """By item, whole amounts that add up to what sources had and to what receivers got."""
    cells = stage.weights.tocoo()
    row, column = cells.row.astype(np.int64), cells.col.astype(np.int64)
    for item in range(stage.pool.shape[1]):
        pool, received = stage.pool[:, item], stage.received[:, item]
        exact = cells.data * pool[row]
        whole = _to_margins(exact, (row, column), (pool, received))
        told = np.flatnonzero(whole)
        sources, receivers = stage.sources[row[told]], stage.receivers[column[told]]
        yield Flow(stage.level, item, sources, receivers, whole[told])


def _to_margins(exact: Array, at: tuple[Whole, Whole], margins: tuple[Array, Array]) -> Whole:
    """Whole cells whose rows and columns add up to the margins: the largest fractions go up."""
    row, column = at
    whole = np.floor(exact + 1e-6).astype(np.int64)
    left = [
        (margin - np.bincount(place, whole, len(margin))).astype(np.int64)
        for place, margin in zip(at, margins, strict=True)
    ]
    for cell in np.argsort(-(exact - whole), kind="stable"):
        if left[0][row[cell]] > 0 and left[1][column[cell]] > 0:
            whole[cell] += 1
            left[0][row[cell]] -= 1
            left[1][column[cell]] -= 1
    _settle(whole, at, left)
    return whole


def _settle(whole: Whole, at: tuple[Whole, Whole], left: list[Whole]) -> None:
    """Odd units whose row and column share no cell travel by way of another row."""
    row, column = at
    while left[0].any():
        start, end = int(np.argmax(left[0])), int(np.argmax(left[1]))
        first = np.flatnonzero(row == start)
        last = np.flatnonzero(column == end)
        between = {(row[c], column[c]): c for c in range(len(row))}
        one, two, three = next(
            (a, between[row[b], column[a]], b)
            for a in first
            for b in last
            if (row[b], column[a]) in between
        )
        whole[one] += 1
        whole[two] -= 1
        whole[three] += 1
        left[0][start] -= 1
        left[1][end] -= 1
