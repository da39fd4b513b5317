"""A slow, obvious sharing of cost in plain Python: what the demo's costing story is proved by.

Three strict tiers (costing.md 1.4): administration by one driver to everyone else, auxiliary
departments by what they did, medical technology by what it performed; and the direct method, in
which every support department shares its own cost to clinical departments only. All in 分, as
fractions: nothing is rounded, so nothing is lost.
"""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from typing import Any

Amounts = dict[str, Fraction]
"""Department -> 分."""
Flows = dict[str, dict[str, Fraction]]
"""Provider -> receiver -> quantity."""

TIERS = ("admin", "medical_aux", "medical_tech", "clinical")


def profits(tables: dict[str, Any], months: set[int], method: str, driver: str) -> Amounts:
    """Income ordered less full cost of each clinical department over `months`.

    tables: the demo's contract tables. method: "steps" or "direct". driver: what administration
    is shared by, HC or AREA.
    """
    tier = dict(
        zip(tables["departments"]["dept_code"], tables["departments"]["category"], strict=True)
    )
    cost = _sums(tables["direct_cost"], months, "dept_code", "amount")
    flows = _support(tables, months, tier, driver)
    share_out = _by_steps if method == "steps" else _directly
    full = share_out(cost, flows, tier)
    earned = _sums(tables["income"], months, "ordering_code", "amount")
    return {code: earned[code] - full[code] for code in tier if tier[code] == "clinical"}


def _by_steps(cost: Amounts, flows: Flows, tier: dict[str, str]) -> Amounts:
    """Each tier in turn gives all it has to the tiers below it."""
    left = dict(cost)
    for level, name in enumerate(TIERS[:-1]):
        below = TIERS[level + 1 :]
        for provider in [code for code in tier if tier[code] == name]:
            left = _give(left, provider, flows, {c for c in tier if tier[c] in below})
    return left


def _directly(cost: Amounts, flows: Flows, tier: dict[str, str]) -> Amounts:
    """Each support department gives its own cost to clinical departments."""
    left = dict(cost)
    clinical = {code for code in tier if tier[code] == "clinical"}
    for provider in [code for code in tier if tier[code] != "clinical"]:
        left = _give(left, provider, flows, clinical)
    return left


def _give(left: Amounts, provider: str, flows: Flows, receivers: set[str]) -> Amounts:
    """`left` after the provider's cost has gone to the receivers by quantity."""
    taken = {code: amount for code, amount in flows[provider].items() if code in receivers}
    whole = sum(taken.values(), Fraction(0))
    if whole == 0:
        raise ValueError(f"{provider} did nothing for anyone who could pay for it")
    given = dict(left)
    for code, quantity in taken.items():
        given[code] = given.get(code, Fraction(0)) + left[provider] * quantity / whole
    given[provider] = Fraction(0)
    return given


def _support(tables: dict[str, Any], months: set[int], tier: dict[str, str], driver: str) -> Flows:
    """What each support department is shared by."""
    drivers = tables["driver"]
    by_driver = _sums(drivers[drivers["driver_code"] == driver], months, "dept_code", "value")
    flows: Flows = {code: by_driver for code in tier if tier[code] == "admin"}
    for provider, receiver, quantity in _pairs(
        tables["service"], months, ("from_code", "to_code", "quantity")
    ):
        if tier[provider] in ("medical_aux", "medical_tech"):
            flows.setdefault(provider, defaultdict(Fraction))[receiver] += quantity
    for receiver, provider, amount in _pairs(
        tables["income"], months, ("ordering_code", "performing_code", "amount")
    ):
        if tier[provider] == "medical_tech":
            flows.setdefault(provider, defaultdict(Fraction))[receiver] += amount
    return flows


def _pairs(rows: Any, months: set[int], columns: tuple[str, str, str]) -> Any:
    """(code, code, quantity) of each row in the months."""
    kept = rows[rows["month"].isin(months)]
    for one, other, quantity in zip(*(kept[name] for name in columns), strict=True):
        yield one, other, Fraction(quantity)


def _sums(rows: Any, months: set[int], key: str, value: str) -> Amounts:
    total: Amounts = defaultdict(Fraction)
    kept = rows[rows["month"].isin(months)]
    for code, amount in zip(kept[key], kept[value], strict=True):
        total[code] += Fraction(amount)
    return total
