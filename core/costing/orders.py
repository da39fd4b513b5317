"""How far the step-down moves with the order in which supports are closed.

The rule-given order is one of many: k supports can be closed in k! orders. Up to `EXACT` supports
all of them are tried; with more, the orders of the categories (within each as the rule gives)
and a seeded sample. What a sample spans is an inner bound: the true band may be wider.
Source: 42 CFR 413.24(d)(1) fixes an order because the result depends on it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, permutations
from math import factorial

import numpy as np
import pandas as pd

from core.costing.checks import closing_order
from core.costing.network import Array, Network, Whole

EXACT = 6
"""Supports up to which every order is tried: 720 of them."""
SAMPLE, SEED = 1000, 20_261_122
"""Orders drawn beyond that, and where the draw begins."""


@dataclass(frozen=True, eq=False)
class Band:
    """Least and most full cost over the orders tried."""

    departments: pd.DataFrame
    """Final departments by code: least, most, in 分, rounded."""
    tried: int
    stuck: int
    """Orders that cannot run: a support has cost and all that it serves are closed."""
    exact: bool
    """Whether every order was tried."""


def count_of(network: Network) -> int:
    """How many orders `orders` gives."""
    supports = int((~network.final).sum())
    if supports <= EXACT:
        return factorial(supports)
    categories = len(set(network.rank[~network.final]))
    return factorial(categories) + SAMPLE


def orders(network: Network, skip: int = 0, most: int | None = None) -> Iterator[Whole]:
    """The orders to try, places of supports; the rule-given one among them. Always the same."""
    found = _all(network)
    return islice(found, skip, None if most is None else skip + most)


def _all(network: Network) -> Iterator[Whole]:
    given = closing_order(network, None)
    if len(given) <= EXACT:
        yield from (np.array(one, dtype=np.int64) for one in permutations(given))
        return
    groups = [given[network.rank[given] == rank] for rank in dict.fromkeys(network.rank[given])]
    for one in permutations(groups):
        yield np.concatenate(one)
    drawn = np.random.default_rng(SEED)
    for _ in range(SAMPLE):
        yield drawn.permutation(given)


def full_costs(network: Network, order: Whole) -> Array | None:
    """Full cost of every department, all items together, exact; None where the order is stuck.

    As `step_down`, without rounding and without items: who shares by accumulated cost is not
    known here (ValueError).
    """
    if network.accumulated.any():
        raise ValueError("shares by accumulated cost depend on the items handed on")
    return _closed(network.quantity.toarray(), network, order)


def _closed(quantity: Array, network: Network, order: Whole) -> Array | None:
    balance = network.direct.sum(axis=1).astype(float)
    open_ = np.ones(len(balance))
    for source in order:
        open_[source] = 0
        cost, balance[source] = balance[source], 0
        if network.held[source] or cost == 0:
            continue
        shares = quantity[source] * open_
        total = shares.sum()
        if total <= 0:
            return None
        balance += shares * (cost / total)
    return balance


def band(network: Network, skip: int = 0, most: int | None = None) -> Band:
    """The band over all orders, or over a part of them (to be merged by `merged`)."""
    quantity = network.quantity.toarray()
    if network.accumulated.any():
        raise ValueError("shares by accumulated cost depend on the items handed on")
    least = np.full(len(network.codes), np.inf)
    highest, stuck, tried = -least, 0, 0
    for order in orders(network, skip, most):
        tried += 1
        costs = _closed(quantity, network, order)
        if costs is None:
            stuck += 1
        else:
            least, highest = np.minimum(least, costs), np.maximum(highest, costs)
    codes = pd.Index([network.codes[place] for place in np.flatnonzero(network.final)])
    ends = {"least": least[network.final], "most": highest[network.final]}
    rows = pd.DataFrame(ends, index=codes.rename("department"))
    exact = int((~network.final).sum()) <= EXACT
    return Band(rows if tried == stuck else rows.round(), tried, stuck, exact)


def merged(parts: list[Band]) -> Band:
    """One band of several parts of the same orders."""
    tables = [one.departments for one in parts]
    rows = pd.DataFrame(
        {
            "least": pd.concat([one["least"] for one in tables], axis=1).min(axis=1),
            "most": pd.concat([one["most"] for one in tables], axis=1).max(axis=1),
        }
    )
    tried, stuck = sum(one.tried for one in parts), sum(one.stuck for one in parts)
    return Band(rows, tried, stuck, parts[0].exact)
