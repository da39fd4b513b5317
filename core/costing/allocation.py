"""Full cost of the final departments: support cost handed down by a method, to the 分.

Six methods on the same data; where every 分 came from; a certificate that nothing was lost.
Sources: 公立医院成本核算规范 国卫财务发〔2021〕4号 (three levels, as recalled, 待核对);
42 CFR 413.24(d) (step-down, double apportionment); CMS-2552-10 worksheet B (accumulated cost);
10 NYCRR 456.1(e) (reciprocal).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

import numpy as np
import pandas as pd

from core.costing.certificate import Certificate, certify
from core.costing.checks import closing_order, problems_of
from core.costing.model import METHODS, AllocationError, Method, Policy
from core.costing.network import Network, Sources, Whole, network_of
from core.costing.reciprocal import Reciprocal
from core.costing.stages import (
    Ledger,
    Stage,
    direct,
    double_step_down,
    flows_of,
    origin_of,
    step_down,
    three_level,
)

FLOWS = ("level", "from_department", "to_department", "item", "amount_fen")


@dataclass(frozen=True, eq=False)
class Allocation:
    """The result of one run; n departments, k items, all amounts in 分."""

    method: Method
    network: Network
    stages: tuple[Stage, ...]
    """Empty for the reciprocal method."""
    solved: Reciprocal | None
    kept: Whole
    """[n, k]: what each department keeps; 0 for those that gave all away."""
    lost: Whole
    """[n, k]: cost of departments that had nobody to give it to, by policy hold."""

    @cached_property
    def final(self) -> pd.DataFrame:
        """Full cost: final departments by item."""
        return self._frame(self.kept[self.network.final], self.network.final)

    @cached_property
    def unassigned(self) -> pd.DataFrame:
        """department, item, amount_fen: what stays 未分摊. Empty when all was shared."""
        place, item = np.nonzero(self.lost)
        return pd.DataFrame(
            {
                "department": [self.network.codes[one] for one in place],
                "item": [self.network.items[one] for one in item],
                "amount_fen": self.lost[place, item],
            }
        )

    @cached_property
    def origin(self) -> pd.DataFrame:
        """The share of each department's direct cost (columns) that ends in each final one (rows).

        Columns add up to 1, but for cost that is held.
        """
        share = self.solved.origin() if self.solved else origin_of(self.network, list(self.stages))
        rows, columns = self.network.final, self.network.booked
        return pd.DataFrame(
            share[np.ix_(rows, columns)], index=self._named(rows), columns=self._named(columns)
        )

    @cached_property
    def flows(self) -> pd.DataFrame:
        """level, from_department, to_department, item, amount_fen; made when read.

        The flows of a level add up to what its sources had and to what each receiver got. Between
        supports that serve each other (reciprocal) they are rounded one by one.
        """
        codes, items = np.array(self.network.codes), np.array(self.network.items)
        if self.solved is not None:
            found = self.solved.flows(self.kept + self.lost)
        else:
            found = chain.from_iterable(flows_of(stage) for stage in self.stages)
        parts = [
            pd.DataFrame(
                {
                    "level": flow.level,
                    "from_department": codes[flow.sources],
                    "to_department": codes[flow.receivers],
                    "item": items[flow.item],
                    "amount_fen": flow.amounts,
                }
            )
            for flow in found
            if len(flow.amounts)
        ]
        empty = pd.DataFrame({column: [] for column in FLOWS})
        return pd.concat(parts, ignore_index=True) if parts else empty

    @cached_property
    def received(self) -> pd.DataFrame:
        """By department and level, all items together: direct (0), then each level; wide, in 分."""
        found = {0: self.network.direct.sum(axis=1)}
        for stage in self.stages:
            column = found.setdefault(stage.level, np.zeros(len(self.network.codes), np.int64))
            column[stage.receivers] += stage.received.sum(axis=1).astype(np.int64)
        if self.solved is not None:
            own = np.where(self.network.final, found[0], 0)
            found[1] = np.where(self.network.final, self.kept.sum(axis=1) - own, 0)
        return pd.DataFrame(found, index=self._named(np.ones(len(self.network.codes), dtype=bool)))

    @cached_property
    def certificate(self) -> Certificate:
        """Hashes of what went in and came out, and the proof level by level."""
        return certify(self.method, self.network, self.stages, (self.kept, self.lost))

    def _named(self, where: np.ndarray) -> pd.Index:
        codes = [self.network.codes[place] for place in np.flatnonzero(where)]
        return pd.Index(codes, name="department")

    def _frame(self, amounts: Whole, where: np.ndarray) -> pd.DataFrame:
        return pd.DataFrame(amounts, index=self._named(where), columns=list(self.network.items))


def allocate(
    direct: pd.DataFrame,
    services: pd.DataFrame,
    departments: pd.DataFrame,
    method: Method,
    order: Sequence[str] | None = None,
    *,
    policies: Mapping[str, Policy] | None = None,
    fallback: pd.DataFrame | None = None,
) -> Allocation:
    """The full cost of every final department.

    direct: DIRECT rows; services: SERVICES rows, one driver a source; departments: UNITS rows.
    order: supports in closing order, for the methods that close them one by one; by rule without.
    policies: by source, what is done when its driver adds up to zero (stop unless told);
    fallback: SERVICES rows that take its place under that policy.

    Raises AllocationError with every reason found before the run; ValueError for an unknown
    method or a frame that lacks a column.
    """
    if method not in METHODS:
        raise ValueError(f"no method {method!r}")
    given = Sources(direct, services, departments, policies or {}, fallback)
    network, problems = network_of(given)
    problems += problems_of(network, method, order)
    if problems:
        raise AllocationError(problems)
    if method == "reciprocal":
        solved = Reciprocal(network)
        return _solved(solved)
    ledger = run(network, method, order)
    kept, lost = ledger.balance.astype(np.int64), ledger.unassigned.astype(np.int64)
    return Allocation(method, network, tuple(ledger.stages), None, kept, lost)


def run(
    network: Network, method: Method, order: Sequence[str] | None, rounded: bool = True
) -> Ledger:
    """Cost handed down by a method that closes departments. AllocationError E_NO_RECEIVER."""
    ledger = Ledger(network, rounded)
    if method == "three_level":
        three_level(ledger)
    elif method == "direct":
        direct(ledger)
    elif method == "double_step_down":
        double_step_down(ledger, closing_order(network, order))
    else:
        step_down(ledger, closing_order(network, order))
    return ledger


def _solved(solved: Reciprocal) -> Allocation:
    network = solved.network
    ends = np.zeros_like(network.direct)
    ends[solved.keepers] = solved.kept_whole()
    held = network.held[:, None]
    kept, lost = np.where(held, 0, ends), np.where(held, ends, 0)
    return Allocation("reciprocal", network, (), solved, kept, lost)
