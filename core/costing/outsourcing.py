"""Whether to buy a support service outside: what it would save and what it may cost.

Supports serve each other. Who closes one needs fewer units than it made, since the others no
longer serve it and so need less of it; and saves more than its own variable cost, since the
others' cost shrinks too. So none of these is right: its own cost over its own units, its
reciprocal cost as a saving, or its gross units as the quantity to buy.

With A the units of i that one unit of j takes and N = (I − A)⁻¹: gross units q = N·demand, unit
reciprocal cost c = Nᵀ·v, units to buy q_x / N_xx, cost avoided c_x·q_x / N_xx, highest price a
unit c_x. Variable cost only: fixed cost stays and is no reason to buy.

Source: R. S. Kaplan, Variable and self-service costs in reciprocal allocation models, The
Accounting Review 48 (1973); the tests close the department and solve again.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csgraph

from core.errors import DataError

Array = npt.NDArray[np.floating]
OPEN = 1e-9
"""A loop of supports must leave this share of what it makes for others."""


@dataclass(frozen=True, eq=False)
class Services:
    """Supports, in one order throughout.

    use: units of i (row) that one unit of j (column) takes, self-use on the diagonal. demand:
    units for departments that are no supports. variable: money a unit, bought from outside the
    hospital (not what it takes of other supports).
    """

    names: tuple[str, ...]
    use: Array
    demand: Array
    variable: Array


@dataclass(frozen=True, eq=False)
class Outsourced:
    """gross_units and unit_cost (reciprocal) by support before; the others of the one closed."""

    gross_units: Array
    unit_cost: Array
    external_units: float
    avoidable_cost: float
    max_price: float


def outsourced(services: Services, name: str) -> Outsourced:
    """What closing the support `name` means. DataError E_CLOSED_LOOP (where), as `check_open`."""
    check_open(services)
    place = services.names.index(name)
    inverse = np.linalg.inv(np.eye(len(services.names)) - services.use)
    gross = inverse @ services.demand
    unit = inverse.T @ services.variable
    external = float(gross[place] / inverse[place, place])
    price = float(unit[place])
    return Outsourced(gross, unit, external, price * external, price)


def check_open(services: Services) -> None:
    """DataError E_CLOSED_LOOP (where, amount, count) at supports that use up all they make.

    Of each loop, the largest eigenvalue of what its members take of each other must be below 1;
    else no quantity whatever meets any demand from outside. amount: the own variable cost of
    what is asked of them.
    """
    _, label = csgraph.connected_components(services.use != 0, connection="strong")
    for one in dict.fromkeys(label.tolist()):
        inside = np.flatnonzero(label == one)
        loop = services.use[np.ix_(inside, inside)]
        if not np.abs(np.linalg.eigvals(loop)).max() < 1 - OPEN:
            members = ",".join(services.names[place] for place in inside)
            amount = f"{services.demand[inside] @ services.variable[inside]:,.2f}"
            raise DataError("E_CLOSED_LOOP", where=members, amount=amount, count=1)
