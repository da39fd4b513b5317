"""What stops an allocation: all reasons together, each with the money that waits for it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from core.costing.model import Method, Problem
from core.costing.network import Flags, Network, Whole


def problems_of(network: Network, method: Method, order: Sequence[str] | None) -> list[Problem]:
    """Sources without driver or way to a final department, and faults of the order."""
    found = _order(network, order) if order is not None else []
    live = network.quantity.copy()
    live.setdiag(0)
    live.eliminate_zeros()
    bearing = _bearing(network, live) & ~network.held
    driven = np.asarray(network.quantity.sum(axis=1)).ravel() > 0
    none = bearing & ~driven
    if none.any():
        found.append(_problem(network, "E_DRIVER_ZERO", none))
    lost = bearing & driven & ~_reaching(network, live)
    found += _lost(network, live, lost)
    blocked = bearing & driven & ~lost & ~_allowed(network, live, method)
    if blocked.any():
        found.append(_problem(network, "E_NO_RECEIVER", blocked))
    return found


def _problem(network: Network, code: str, where: Flags) -> Problem:
    named = tuple(network.codes[place] for place in np.flatnonzero(where))
    return Problem(code, named, int(network.direct[where].sum()))


def _bearing(network: Network, live: sparse.csr_matrix) -> Flags:
    """Supports that have cost, or get some from one that has."""
    own = (network.direct != 0).any(axis=1) & ~network.final
    while True:
        wider = (own | (np.asarray(live.T @ own.astype(float)).ravel() > 0)) & ~network.final
        if (wider == own).all():
            return own
        own = wider


def _reaching(network: Network, live: sparse.csr_matrix) -> Flags:
    """Departments from which cost can come to a final one."""
    known = network.final.copy()
    while True:
        wider = known | (np.asarray(live @ known.astype(float)).ravel() > 0)
        if (wider == known).all():
            return known
        known = wider


def _lost(network: Network, live: sparse.csr_matrix, lost: Flags) -> list[Problem]:
    """Closed loops by name; what only leads into a loop or to a source without driver apart."""
    if not lost.any():
        return []
    _, label = csgraph.connected_components(live, directed=True, connection="strong")
    sizes = np.bincount(label)
    alone = network.quantity.diagonal() > 0
    leading = np.asarray(live.sum(axis=1)).ravel() > 0
    looped = lost & ((sizes[label] > 1) | (alone & ~leading))
    found = [
        _problem(network, "E_CLOSED_LOOP", looped & (label == one))
        for one in dict.fromkeys(label[looped])
    ]
    rest = lost & ~looped
    return [*found, _problem(network, "E_NO_FINAL", rest)] if rest.any() else found


def _allowed(network: Network, live: sparse.csr_matrix, method: Method) -> Flags:
    """Whether a source has a receiver that the method lets it serve."""
    receivers = live.tocoo()
    source, target = receivers.row, receivers.col
    if method == "three_level":
        open_to = network.rank[target] > network.rank[source]
    elif method == "direct":
        open_to = network.final[target]
    else:
        open_to = np.ones(len(source), dtype=bool)
    served = np.zeros(len(network.codes), dtype=bool)
    served[source[open_to]] = True
    return served


def _order(network: Network, order: Sequence[str]) -> list[Problem]:
    supports = {network.codes[place] for place in np.flatnonzero(~network.final)}
    lists = {
        "E_ORDER_TWICE": sorted({code for code in order if list(order).count(code) > 1}),
        "E_ORDER_UNKNOWN": sorted(set(order) - supports),
        "E_ORDER_MISSING": sorted(supports - set(order)),
    }
    return [Problem(code, tuple(named), 0) for code, named in lists.items() if named]


def closing_order(network: Network, order: Sequence[str] | None) -> Whole:
    """Supports in the order in which they are closed.

    Without one: by category; within it who serves most other supports, then who costs most.
    """
    supports = np.flatnonzero(~network.final)
    if order is not None:
        place = {code: at for at, code in enumerate(network.codes)}
        return np.array([place[code] for code in order], dtype=np.int64)
    served = network.quantity[supports][:, supports].copy()
    served.setdiag(0)
    served.eliminate_zeros()
    count = np.diff(served.tocsr().indptr)
    cost = network.direct[supports].sum(axis=1)
    return supports[np.lexsort((supports, -cost, -count, network.rank[supports]))]
