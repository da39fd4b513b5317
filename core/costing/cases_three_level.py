"""The three levels as a case: told level by level, by item where there are items."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from core.costing.allocation import run
from core.costing.cases_given import ONE, Given, amounts, given_of, table
from core.costing.network import Array, Network
from core.costing.stages import Stage, origin_of
from core.errors import DataError
from core.statistics import given

LEVELS = ("headcount", "workload_level2", "order_revenue_level3")
"""The drivers of a case whose departments say by them what they are."""
CLOSING = ("admin", "medical_aux", "medical_tech")


def three_level(case: Mapping[str, Any]) -> dict[str, Any]:
    """level1-3, final, total; by item and where each yuan comes from, where there are items."""
    found = told(case)
    network = found.network("three_level", None)
    ledger = run(network, "three_level", None, rounded=False)
    final = np.flatnonzero(network.final)
    levels = {f"level{at}": _received(network, ledger.stages, at) for at in (1, 2, 3)}
    answer: dict[str, Any] = {
        **levels,
        "final": _told_of(network, final, ledger.balance[final]),
        "total": float(ledger.balance.sum()),
    }
    if network.items != (ONE,):
        answer["final_totals"] = {
            network.codes[at]: float(ledger.balance[at].sum()) for at in final
        }
    share = origin_of(network, ledger.stages)
    booked = np.flatnonzero(network.booked)
    answer["provenance"] = {
        network.codes[row]: {
            network.codes[column]: float(share[row, column])
            for column in booked
            if share[row, column]
        }
        for row in final
    }
    return answer


def _received(network: Network, stages: list[Stage], level: int) -> dict[str, Any]:
    """What each department got at a level; one that has no such level got nothing."""
    for stage in stages:
        if stage.level == level:
            return _told_of(network, stage.receivers, stage.received)
    return {}


def _told_of(network: Network, places: Array, rows: Array) -> dict[str, Any]:
    """By department: an amount, or amounts by item."""
    if network.items == (ONE,):
        return {network.codes[at]: float(row[0]) for at, row in zip(places, rows, strict=True)}
    return {
        network.codes[at]: dict(zip(network.items, map(float, row), strict=True))
        for at, row in zip(places, rows, strict=True)
    }


def told(case: Mapping[str, Any]) -> Given:
    """A case with drivers by level (shared by its sources, or one each), or by their names."""
    found = dict(given.inputs(case))
    if LEVELS[0] in found and "departments" not in {*found, *case}:
        levels = [amounts(table(found, name), name) if name in found else {} for name in LEVELS]
        direct = table(found, "direct")
        category = {one: _category(one, levels) for one in direct}
        found["departments"] = category
        found["drivers"] = {
            one: levels[CLOSING.index(kind)] for one, kind in category.items() if kind in CLOSING
        }
        return given_of(found)
    drivers = table(found, "drivers")
    if "level1" in drivers or "headcount" in found:
        found["drivers"] = _by_level(case, found, drivers)
    return given_of(found)


def _category(one: str, levels: list[dict[str, float]]) -> str:
    """Who receives at no level is 行政后勤; who receives at the last is 临床."""
    received = [at for at, level in enumerate(levels) if one in level]
    return ("clinical" if received[-1] == 2 else CLOSING[received[-1] + 1]) if received else "admin"


def _by_level(
    case: Mapping[str, Any], found: dict[str, Any], drivers: dict[str, Any]
) -> dict[str, Any]:
    """Drivers by source: a level gives them for each source, or once for all of them."""
    units = found.get("departments", case.get("departments"))
    if not isinstance(units, list):
        raise DataError("E_CASE_MISSING", where="departments")
    by_source: dict[str, Any] = {}
    for level, kind in enumerate(CLOSING, start=1):
        rows = drivers.get(f"level{level}", found.get("headcount") if level == 1 else None)
        sources = [one["id"] for one in units if one.get("category") == kind]
        if rows is None or not sources:
            continue
        if not isinstance(rows, dict):
            raise DataError("E_CASE_INPUT", where=f"drivers.level{level}", value=given.shown(rows))
        each = any(isinstance(row, dict) for row in rows.values())
        for source in sources:
            by_source[source] = rows.get(source, {}) if each else rows
    return by_source
