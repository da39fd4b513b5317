"""Cases of allocation: shares in full precision, in the case's own units. KINDS for `solve`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from core.costing import cases_three_level, cases_units
from core.costing.allocation import run
from core.costing.cases_given import Given, given_of, names
from core.costing.checks import closing_order
from core.costing.model import METHODS, Method
from core.costing.network import Array, Network
from core.costing.reciprocal import Reciprocal
from core.costing.stages import Ledger, Stage
from core.errors import DataError
from core.statistics import given
from core.statistics.rounding import to_totals

Case = Mapping[str, Any]
Answer = dict[str, Any]


def allocation(case: Case) -> Answer:
    """Each of `runs`: final_totals, support_gross and flows by department."""
    return _runs(given_of(case), case)


def three_level(case: Case) -> Answer:
    """The three levels told level by level; where the case has `runs`, each of them."""
    if "runs" in case:
        return _runs(cases_three_level.told(case), case)
    return cases_three_level.three_level(case)


def _runs(found: Given, case: Case) -> Answer:
    asked = case.get("runs")
    if not isinstance(asked, list) or not all(isinstance(one, dict) for one in asked):
        raise DataError("E_CASE_MISSING", where="runs")
    return {"runs": [_run(found, one) for one in asked]}


def _run(found: Given, asked: Mapping[str, Any]) -> Answer:
    method: Method = given.choice(asked, "method", {one: one for one in METHODS}, None)
    if method is None:
        raise DataError("E_CASE_MISSING", where="runs.method")
    order = names(asked, "order")
    network = found.network(method, order if method != "three_level" else None)
    head = {"method": method, "order": order}
    if method == "reciprocal":
        return head | _reciprocal(Reciprocal(network, given.flag(asked, "self_service", True)))
    return head | _closed(run(network, method, order, rounded=False))


def _reciprocal(solved: Reciprocal) -> Answer:
    network, gross = solved.network, solved.gross.sum(axis=1)
    shares = solved.shares.toarray() * gross[:, None]
    return {
        "final_totals": _named(network, solved.keepers, solved.kept.sum(axis=1)),
        "support_gross": _named(network, solved.supports, gross),
        "flows": {
            network.codes[source]: _row(network, shares[at])
            for at, source in enumerate(solved.supports)
        },
    }


def _closed(ledger: Ledger) -> Answer:
    network = ledger.network
    final = np.flatnonzero(network.final)
    gross: dict[str, float] = {}
    for stage in ledger.stages:
        for source, amount in zip(stage.sources, stage.pool.sum(axis=1), strict=True):
            code = network.codes[source]
            gross[code] = gross.get(code, 0.0) + float(amount)
    return {
        "final_totals": _named(network, final, ledger.balance[final].sum(axis=1)),
        "support_gross": gross,
        "flows": flows(network, ledger.stages),
    }


def flows(network: Network, stages: Sequence[Stage]) -> dict[str, dict[str, float]]:
    """What each source gave to each receiver, all stages and items together."""
    found: dict[str, dict[str, float]] = {}
    for stage in stages:
        given_out = stage.weights.toarray() * stage.pool.sum(axis=1)[:, None]
        for at, source in enumerate(stage.sources):
            row = np.zeros(len(network.codes))
            row[stage.receivers] = given_out[at]
            told = found.setdefault(network.codes[source], {})
            for code, amount in _row(network, row).items():
                told[code] = told.get(code, 0.0) + amount
    return found


def _row(network: Network, amounts: Array) -> dict[str, float]:
    return {network.codes[at]: float(amounts[at]) for at in np.flatnonzero(amounts)}


def _named(network: Network, places: Array, amounts: Array) -> dict[str, float]:
    return {network.codes[at]: float(amount) for at, amount in zip(places, amounts, strict=True)}


def accumulated(case: Case) -> Answer:
    """Step-down with statistics, one of them the cost so far (CMS-2552-10 worksheet B)."""
    found = given_of(case)
    order = names(given.inputs(case), "order")
    network = found.network("step_down_accumulated", order)
    ledger = Ledger(network, rounded=False)
    statistics: dict[str, dict[str, float]] = {}
    multipliers: dict[str, float] = {}
    stats = np.zeros(len(network.codes))
    closing = closing_order(network, order)
    for at, source in enumerate(closing):
        before = np.maximum(ledger.balance.sum(axis=1), 0)
        stages = len(ledger.stages)
        _close_one(ledger, closing, at)
        if len(ledger.stages) == stages:
            continue
        stage, code = ledger.stages[-1], network.codes[source]
        row = network.quantity[source].toarray().ravel()
        stats = before if network.accumulated[source] else row
        if network.accumulated[source]:
            statistics[code] = _named(network, stage.receivers, stats[stage.receivers])
        base = float(stats[stage.receivers].sum())
        multipliers[code] = float(stage.pool.sum()) / base
    first = next(iter(statistics.values()), {})
    return {
        "accumulated_cost_stat": first if len(statistics) < 2 else statistics,
        "flows": flows(network, ledger.stages),
        "final": _closed(ledger)["final_totals"],
        "unit_cost_multiplier": multipliers,
    }


def _close_one(ledger: Ledger, closing: Array, at: int) -> None:
    """Close the next support of the order."""
    open_ = np.ones(len(ledger.network.codes), dtype=bool)
    open_[closing[: at + 1]] = False
    ledger.hand_on(closing[at : at + 1], np.flatnonzero(open_), at + 1)


def double(case: Case) -> Answer:
    """Double step-down: what came back after the first round, and the finals."""
    found = given_of(case)
    order = names(given.inputs(case), "order")
    network = found.network("double_step_down", order)
    ledger = run(network, "double_step_down", order, rounded=False)
    supports = np.flatnonzero(~network.final)
    first = Ledger(network, rounded=False)
    for stage in ledger.stages[: _round_one(ledger)]:
        first.balance[stage.sources] = 0
        first.balance[stage.receivers] += stage.received
    left = first.balance[supports].sum(axis=1)
    return {
        "final": _closed(ledger)["final_totals"],
        "support_left_after_round1": _named(network, supports, left),
    }


def _round_one(ledger: Ledger) -> int:
    """How many stages the first round has: levels start anew at no stage of it."""
    seen: set[int] = set()
    for count, stage in enumerate(ledger.stages):
        source = int(stage.sources[0])
        if source in seen:
            return count
        seen.add(source)
    return len(ledger.stages)


def bad_input(case: Case) -> Answer:
    """Refused as allocate refuses it; the finals where nothing is wrong."""
    found, asked = given_of(case), given.inputs(case)
    method: Method = given.choice(asked, "method", {one: one for one in METHODS}, "reciprocal")
    answer = _run(found, {"method": method, "order": asked.get("order")})
    return {"final": answer["final_totals"]}


def rounding(case: Case) -> Answer:
    """An amount in whole 分 by weights, its mirror image, and what naive rounding adds up to."""
    found = given.inputs(case)
    amount, weights = given.number(found, "amount", None), given.numbers(found, "weights")
    if amount is None:
        raise DataError("E_CASE_MISSING", where="amount")
    given.refuse("weights", weights, lambda weight: not weight >= 0)
    if not sum(weights) > 0:
        raise DataError("E_DRIVER_ZERO", where="weights", amount=f"{amount:,.2f}", count=1)
    cents = np.array([round(amount * 100)], dtype=np.int64)
    exact = np.array(weights)[:, None] / sum(weights) * cents
    return {
        "cents": to_totals(exact, cents)[:, 0].tolist(),
        "negative_cents": to_totals(-exact, -cents)[:, 0].tolist(),
        "naive_sum": float(np.round(np.floor(exact + 0.5).sum() / 100, 2)),
    }


KINDS: dict[str, Callable[[Case], Answer]] = {
    "allocation": allocation,
    "three_level": three_level,
    "step_down_accumulated": accumulated,
    "double_step_down": double,
    "bad_input": bad_input,
    "rounding": rounding,
    **cases_units.KINDS,
}
"""What can be asked of costing."""
