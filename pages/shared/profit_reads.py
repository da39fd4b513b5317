"""Cached reads of department profit: months are allocated one by one, then added up."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from core.costing import profit, unit_costs
from core.costing.model import AllocationError, Method
from core.costing.profit_rules import Basis, ProfitRules, load_profit_rules
from core.frames import Scope
from pages.shared import costing_reads
from pages.shared.kept import kept
from pages.shared.scope import View
from pages.shared.session import settings

WAYS = 6
"""Ways to read a month that stay ready beside each other: methods and whose income."""


@dataclass(frozen=True)
class Asked:
    """Whose income it is, and how cost is shared."""

    basis: Basis = "ordering"
    method: Method = "three_level"


@dataclass(frozen=True, eq=False)
class Span:
    """The profit of several months together, and the months that are not in it."""

    rows: pd.DataFrame
    """As core.costing.profit.lines; empty when no month could be read."""
    months: tuple[int, ...]
    """What is in it."""
    without: tuple[int, ...]
    """Months without direct cost."""
    refused: tuple[int, ...]
    """Months that cannot be allocated; the allocation page says why."""
    elsewhere_fen: int
    """Income that is with departments that do not keep cost: of who performed."""
    held_fen: int
    """未分摊."""


@dataclass(frozen=True, eq=False)
class Units:
    """Unit costs of several months together."""

    costs: pd.DataFrame
    """COSTS of core.costing.unit_costs."""
    each: pd.DataFrame
    """As core.costing.unit_costs.unit_costs."""


@kept(1)
def rules() -> ProfitRules:
    """Behaviour, control, agreed shares, drivers of units."""
    return load_profit_rules(Path(settings().data_folder) / "costing" / "profit.toml")


def months(shown: View, then: bool = False) -> tuple[int, ...]:
    """The months of the view, or those it is compared with; as far as the store goes."""
    wanted = shown.comparison.then if then else shown.comparison.now
    return tuple(month for month in wanted if shown.first <= month <= shown.last)


@kept(WAYS * costing_reads.MONTHS)
def _month(key: tuple[Any, ...], scope: Scope, month: int, asked: Asked) -> pd.DataFrame:
    facts = costing_reads.facts(key, scope, month)
    found = costing_reads.allocated_in(key, scope, month, asked.method)
    return profit.lines(facts, found, asked.basis, rules())


@kept(costing_reads.MONTHS)
def _span(key: tuple[Any, ...], scope: Scope, wanted: tuple[int, ...], asked: Asked) -> Span:
    parts: dict[int, pd.DataFrame] = {}
    without, refused, income, held = [], [], 0, 0
    for month in wanted:
        facts = costing_reads.facts(key, scope, month)
        if facts.cost.empty:
            without.append(month)
            continue
        try:
            parts[month] = _month(key, scope, month, asked)
        except AllocationError:
            refused.append(month)
            continue
        lost = costing_reads.allocated_in(key, scope, month, asked.method).unassigned
        held += int(lost["amount_fen"].sum()) if len(lost) else 0
        income += int(facts.income["amount_fen"].sum())
    rows = profit.added(parts.values()) if parts else pd.DataFrame()
    elsewhere = income - int(rows["income"].sum()) if parts else 0
    return Span(rows, tuple(parts), tuple(without), tuple(refused), elsewhere, held)


def span(shown: View, asked: Asked, then: bool = False) -> Span:
    """Profit of the months of the view, or of those it is compared with."""
    return _span(costing_reads.key(shown), shown.scope, months(shown, then), asked)


@kept(costing_reads.MONTHS)
def _units_of(
    key: tuple[Any, ...], scope: Scope, month: int, method: Method
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """COSTS and VOLUME of a month."""
    facts = costing_reads.facts(key, scope, month)
    found = costing_reads.allocated_in(key, scope, month, method)
    booked = unit_costs.ByUnit(facts.cost, facts.income)
    goods = costing_reads.base().patient_goods
    costs = unit_costs.divided(facts, booked, found, rules(), goods)
    return costs, unit_costs.volumes(facts, costs)


@kept(16)
def _units(key: tuple[Any, ...], scope: Scope, used: tuple[int, ...], method: Method) -> Units:
    parts = [_units_of(key, scope, month, method) for month in used]
    costs = unit_costs.added(part for part, _ in parts)
    volume = pd.concat([part for _, part in parts], ignore_index=True)
    departments = sorted({*costs["department"], *volume["department"]})
    return Units(costs, unit_costs.unit_costs(costs, volume, departments))


def units(shown: View, used: tuple[int, ...], method: Method) -> Units:
    """Unit costs of these months, all of which can be allocated by the method."""
    return _units(costing_reads.key(shown), shown.scope, used, method)


@kept(4)
def _kinds(key: tuple[Any, ...], scope: Scope, used: tuple[int, ...]) -> pd.DataFrame:
    parts = [costing_reads.facts(key, scope, month).cost for month in used]
    keys = ["department", "item", "kind"]
    return pd.concat(parts).groupby(keys)["amount_fen"].sum().reset_index()


def direct_cost(shown: View, used: tuple[int, ...]) -> pd.DataFrame:
    """department, item, kind, amount_fen of these months, all departments."""
    return _kinds(costing_reads.key(shown), shown.scope, used)


@kept(4)
def _categories(key: tuple[Any, ...], scope: Scope, month: int) -> dict[str, str]:
    known = costing_reads.facts(key, scope, month).departments
    return dict(zip(known["department"], known["category"], strict=True))


def categories(shown: View) -> dict[str, str]:
    """Category of every department."""
    return _categories(costing_reads.key(shown), shown.scope, shown.month)


@kept(costing_reads.MONTHS)
def _performed(key: tuple[Any, ...], scope: Scope, used: tuple[int, ...], code: str) -> pd.Series:
    parts = []
    for month in used:
        facts = costing_reads.facts(key, scope, month)
        own = profit.direct_parts(facts, rules()).reindex([code], fill_value=0).iloc[0]
        earned = profit.attributed(facts.income, "performing", rules().agreed)
        parts.append({"income": int(earned.get(code, 0)), **own.to_dict()})
    return pd.DataFrame(parts).sum()


def performed(shown: View, used: tuple[int, ...], code: str) -> pd.Series:
    """Income that a department performed, variable, own_fixed, uncontrollable; in 分."""
    return _performed(costing_reads.key(shown), shown.scope, used, code)
