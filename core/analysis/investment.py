"""What a purchase brings back: contribution, payback, break-even, present value, internal rate.

A year's figures stand for every year of the life, without salvage: the answer to "if it goes on
like this". Money in 分. What cannot be computed is NaN and carries a reason.

Sources: course 《医疗机构精细化管理》 设备效益分析表 (surplus, payback); 《医疗器械管理手册》
(break-even); present value and internal rate as textbooks of finance have them, cash at the end
of each year.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from core.statistics.rounding import whole_up

RATE = 0.05
"""Discount rate a year (assumption, editable)."""
LOWEST, HIGHEST = -0.99, 1e6
"""Internal rates beyond these are not looked for."""


@dataclass(frozen=True)
class Plan:
    """A machine's price and what a year brings and costs; NaN where it is not known."""

    price_fen: float
    life_years: float
    examinations: float
    income_fen: float
    consumables_fen: float
    depreciation_fen: float
    maintenance_fen: float = 0.0
    other_fen: float = 0.0
    """Staff, energy, rooms: what the store does not hold of a machine."""
    not_extra: float = 0.0
    """Share (0-1) of the income that would be there without it: inpatients paid by group."""
    rate: float = RATE


@dataclass(frozen=True)
class Change:
    """What if: factors on the year's figures, 1 leaves them."""

    volume: float = 1.0
    fee: float = 1.0
    consumables: float = 1.0
    price: float = 1.0
    other_fen: float = 0.0


@dataclass(frozen=True)
class Outcome:
    """A year of a plan and what it makes of the price. Money in 分, NaN with a reason by field."""

    income: float
    """Of it, what counts as extra."""
    consumables: float
    contribution: float
    maintenance: float
    depreciation: float
    other: float
    surplus: float
    cash: float
    """Contribution less fixed cost that is paid: what pays the price back."""
    margin: float
    """Contribution an examination."""
    fixed: float
    break_even: float
    """Examinations a year, rounded up."""
    payback_years: float
    npv: float
    irr: float
    reasons: Mapping[str, str] = field(default_factory=dict)


def changed(plan: Plan, change: Change) -> Plan:
    """The plan with other volume, fee, consumables an examination, price, fixed cost."""
    return replace(
        plan,
        price_fen=plan.price_fen * change.price,
        depreciation_fen=plan.depreciation_fen * change.price,
        examinations=plan.examinations * change.volume,
        income_fen=plan.income_fen * change.volume * change.fee,
        consumables_fen=plan.consumables_fen * change.volume * change.consumables,
        other_fen=plan.other_fen + change.other_fen,
    )


def judge(plan: Plan) -> Outcome:
    """The outcome of a plan; whole 分 for money of the year."""
    income = _whole(plan.income_fen * (1 - plan.not_extra))
    contribution = income - _whole(plan.consumables_fen)
    paid = _whole(plan.maintenance_fen) + _whole(plan.other_fen)
    fixed = paid + _whole(plan.depreciation_fen)
    cash = contribution - paid
    margin = contribution / plan.examinations if plan.examinations else math.nan
    found = {
        "break_even": break_even(fixed, margin),
        "payback_years": payback(plan.price_fen, cash),
        "npv": present_value(plan.price_fen, cash, plan.life_years, plan.rate),
        "irr": internal_rate(plan.price_fen, cash, plan.life_years),
    }
    reasons = {name: reason for name, (_, reason) in found.items() if reason}
    if math.isnan(margin):
        reasons["margin"] = "no_contribution" if math.isnan(contribution) else "no_examinations"
        reasons["break_even"] = reasons["margin"]
    if math.isnan(contribution):
        names = ("contribution", "surplus", "cash", "payback_years", "npv", "irr")
        reasons |= dict.fromkeys(names, "no_contribution")
    return Outcome(
        income=income,
        consumables=_whole(plan.consumables_fen),
        contribution=contribution,
        maintenance=_whole(plan.maintenance_fen),
        depreciation=_whole(plan.depreciation_fen),
        other=_whole(plan.other_fen),
        surplus=contribution - fixed,
        cash=cash,
        margin=margin,
        fixed=fixed,
        reasons=reasons,
        **{name: value for name, (value, _) in found.items()},
    )


def break_even(fixed: float, margin: float) -> tuple[float, str]:
    """Examinations at which the margin has paid the fixed cost, rounded up; with a reason.

    No volume is enough where an examination leaves nothing (no_margin).
    """
    if math.isnan(fixed) or math.isnan(margin):
        return math.nan, "no_contribution"
    if margin <= 0:
        return math.nan, "no_margin"
    return whole_up(fixed / margin), ""


def payback(price: float, cash: float) -> tuple[float, str]:
    """Years until the cash of a year has paid the price, without interest; with a reason."""
    reason = _no_purchase(price, cash)
    return (math.nan, reason) if reason else (price / cash, "")


def present_value(price: float, cash: float, life: float, rate: float) -> tuple[float, str]:
    """Cash of every year of the life at today's value, less the price; 分, with a reason."""
    if math.isnan(cash):
        return math.nan, "no_contribution"
    return math.fsum(amount / (1 + rate) ** at for at, amount in flows(price, cash, life)), ""


def internal_rate(price: float, cash: float, life: float) -> tuple[float, str]:
    """The rate (0.05 is 5 %) at which the present value is nothing; with a reason."""
    reason = _no_purchase(price, cash)
    if reason:
        return math.nan, reason

    def left(rate: float) -> float:
        return present_value(price, cash, life, rate)[0] / price

    high = 1.0
    while left(high) > 0 and high < HIGHEST:
        high *= 4
    if left(LOWEST) < 0 or left(high) > 0:
        return math.nan, "no_rate"
    from scipy.optimize import brentq  # takes a second to load

    return float(brentq(left, LOWEST, high, xtol=1e-12)), ""  # type: ignore[arg-type]


def flows(price: float, cash: float, life: float) -> list[tuple[float, float]]:
    """(years from now, 分): the price at once, cash at the end of each year, then of the rest."""
    whole = math.floor(life + 1e-9)
    found = [(0.0, -price), *((float(year), cash) for year in range(1, whole + 1))]
    rest = life - whole
    return [*found, (life, cash * rest)] if rest > 1e-9 else found


def running(plan: Plan, cash: float) -> list[tuple[float, float]]:
    """(years from now, 分): what has come back so far less the price, without interest."""
    total, found = 0.0, []
    for at, amount in flows(plan.price_fen, cash, plan.life_years):
        total += amount
        found.append((at, total))
    return found


def _no_purchase(price: float, cash: float) -> str:
    """Why nothing pays a price back; '' when something does."""
    if math.isnan(cash):
        return "no_contribution"
    if price <= 0:
        return "price_zero"
    return "no_cash" if cash <= 0 else ""


def _whole(fen: float) -> float:
    return fen if math.isnan(fen) else float(round(fen))
