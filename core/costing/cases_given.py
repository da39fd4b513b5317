"""A costing case read: departments, direct cost and drivers, refused by name when unreadable."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from core.costing.checks import problems_of
from core.costing.model import ACCUMULATED, CATEGORIES, AllocationError, Method
from core.costing.network import Network, Sources, network_of
from core.errors import DataError
from core.statistics import given

Drivers = dict[str, dict[str, float]]
ONE = "cost"
"""The item of a case that tells no items apart."""


@dataclass(frozen=True)
class Given:
    """A case's inputs in its own units."""

    direct: dict[tuple[str, str], float]
    """By department and item."""
    drivers: dict[str, dict[str, float] | str]
    """By source: quantities by receiver, or accumulated_cost."""
    categories: dict[str, str]

    def network(self, method: Method, order: list[str] | None) -> Network:
        """The network with exact amounts. AllocationError as in allocate."""
        direct = pd.DataFrame(
            [(one, item, round(cost * 100)) for (one, item), cost in self.direct.items()],
            columns=pd.Index(["department", "item", "amount_fen"]),
        )
        network, problems = network_of(Sources(direct, self._services(), self._units(), {}))
        problems += problems_of(network, method, order)
        if problems:
            raise AllocationError(problems)
        exact = np.zeros(network.direct.shape)
        for (one, item), cost in self.direct.items():
            exact[network.codes.index(one), network.items.index(item)] = cost
        return replace(network, direct=exact)

    def _units(self) -> pd.DataFrame:
        return pd.DataFrame(
            list(self.categories.items()), columns=pd.Index(["department", "category"])
        )

    def _services(self) -> pd.DataFrame:
        rows: list[tuple[str, str, str, float]] = []
        for source, told in self.drivers.items():
            if isinstance(told, str):
                rows += [(source, one, told, 1.0) for one in self.categories if one != source]
            else:
                rows += [(source, one, source, quantity) for one, quantity in told.items()]
        names = ["from_department", "to_department", "driver", "quantity"]
        return pd.DataFrame(rows, columns=pd.Index(names))


def given_of(case: Mapping[str, Any]) -> Given:
    """The inputs of an allocation; DataError E_CASE_MISSING, E_CASE_INPUT."""
    found = given.inputs(case)
    name = "direct_costs" if "direct_costs" in found else "direct"
    direct = _costs(table(found, name), name)
    name = "statistics" if "statistics" in found else "drivers"
    drivers = {
        source: told if told == ACCUMULATED else amounts(told, f"{name}.{source}")
        for source, told in table(found, name).items()
    }
    return Given(direct, drivers, _categories(found, direct, drivers))


def table(found: Mapping[str, Any], name: str) -> dict[str, Any]:
    """An object of the case."""
    if name not in found:
        raise DataError("E_CASE_MISSING", where=name)
    if not isinstance(found[name], dict):
        raise DataError("E_CASE_INPUT", where=name, value=given.shown(found[name]))
    return found[name]


def amounts(found: Any, name: str) -> dict[str, float]:
    """An object of numbers; null reads as NaN."""
    if not isinstance(found, dict):
        raise DataError("E_CASE_INPUT", where=name, value=given.shown(found))
    read = {}
    for key in found:
        where = f"{name}.{key}"
        value = given.number({where: found[key]}, where, None)
        read[str(key)] = np.nan if value is None else value
    return read


def names(found: Mapping[str, Any], name: str) -> list[str] | None:
    """A list of departments; None where it is absent or null."""
    told = found.get(name)
    if told is None:
        return None
    if not isinstance(told, list) or not all(isinstance(one, str) for one in told):
        raise DataError("E_CASE_INPUT", where=name, value=given.shown(told))
    return told


def _costs(found: dict[str, Any], name: str) -> dict[tuple[str, str], float]:
    """Amounts by department, or by department and item."""
    costs = {}
    for one, told in found.items():
        parts = amounts(told, f"{name}.{one}") if isinstance(told, dict) else {ONE: told}
        for item, cost in parts.items():
            where = f"{name}.{one}"
            value = given.number({where: cost}, where, None)
            if value is None or not np.isfinite(value):
                raise DataError("E_CASE_INPUT", where=where, value=given.shown(cost))
            costs[one, item] = value
    return costs


def _categories(
    found: Mapping[str, Any],
    direct: dict[tuple[str, str], float],
    drivers: Mapping[str, dict[str, float] | str],
) -> dict[str, str]:
    """As told; without, who has drivers is a support and all others are final."""
    told = found.get("departments")
    if told is None:
        receivers = (one for row in drivers.values() if isinstance(row, dict) for one in row)
        known = dict.fromkeys([*(one for one, _ in direct), *drivers, *receivers])
        return {one: "support" if one in drivers else "final" for one in known}
    if isinstance(told, dict):
        told = [{"id": one, "category": category} for one, category in told.items()]
    if not isinstance(told, list) or not all(isinstance(one, dict) for one in told):
        raise DataError("E_CASE_INPUT", where="departments", value=given.shown(told))
    categories = {}
    for place, one in enumerate(told):
        if not isinstance(one.get("id"), str) or one.get("category") not in CATEGORIES:
            where = f"departments[{place}]"
            raise DataError("E_CASE_INPUT", where=where, value=given.shown(one))
        categories[one["id"]] = one["category"]
    return categories
