"""Who performs what a department orders: examinations, treatment, operations, anaesthesia."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.demo.parameters import Department, Income
from core.demo.rounding import fit_margins
from core.statistics.rounding import share_out

THEATRES = "0609"
CATH_LAB = "0610"
ANAESTHESIA_RATE = 0.03
"""Departments that operate on fewer of their patients order no anaesthesia worth a row."""
ANAESTHESIA_WEIGHT = 4.0
"""Of inpatients' other income, against registration and sundries at the ward (assumption)."""


@dataclass(frozen=True)
class Pair:
    """An ordering unit and one department that performs for it."""

    position: int
    """Of the ordering unit."""
    performer: int
    ordering: str
    performing: str
    unit: str


@dataclass(frozen=True)
class Performed:
    """One category's pairs, and the weights by which units' amounts are shared."""

    pairs: tuple[Pair, ...]
    weights: np.ndarray
    """[month, unit, performer]."""

    def share(self, amounts: np.ndarray) -> np.ndarray:
        """Amounts [month, unit] in 分, shared exactly to [month, pair]."""
        parts = share_out(amounts, self.weights)
        units = [pair.position for pair in self.pairs]
        return parts[:, units, [pair.performer for pair in self.pairs]]


def performed(
    income: Income,
    ordered: tuple[str, tuple[tuple[Department, str], ...]],
    annual: np.ndarray,
    years: np.ndarray,
) -> Performed:
    """How one category is performed.

    ordered: the category and its ordering units. annual: amounts of the most recent year by
    unit. years: of each month, for performers that grow faster than others.
    """
    category, units = ordered
    targets = income.performing.get(category, {"self": 100.0})
    performers = list(targets)
    start = np.array(
        [[_tendency(income, category, unit, name) for name in performers] for unit in units]
    )
    wanted = np.array([targets[name] for name in performers]) / 100 * annual.sum()
    table = fit_margins(start * (annual[:, None] > 0), annual, wanted)
    pace = np.array([income.performing_growth_pct.get(name, 0.0) for name in performers])
    weights = table[None] * (1 + pace / 100)[None, None, :] ** years[:, None, None]
    pairs = tuple(
        Pair(row, column, units[row][0].code, _code(units[row], name), units[row][1])
        for row in range(len(units))
        for column, name in enumerate(performers)
        if table[row, column] > 0
    )
    return Performed(pairs, weights)


def _code(unit: tuple[Department, str], performer: str) -> str:
    return unit[0].code if performer == "self" else performer


def _tendency(income: Income, category: str, unit: tuple[Department, str], name: str) -> float:
    """Starting weight of a performer for an ordering unit; 0 where it never happens."""
    department, kind = unit
    operating = department.surgery is not None and kind == "inpatient"
    if name == department.code:
        return 0.0
    if category == "surgery" and name == THEATRES:
        return float(operating)
    if category == "surgery" and name == "self":
        return 0.02 if operating else 1.0
    if category == "other" and name == THEATRES:
        rate = department.surgery.rate if department.surgery else 0.0
        return ANAESTHESIA_WEIGHT * rate if operating and rate > ANAESTHESIA_RATE else 0.0
    key = "self_exam" if (category, name) == ("exam", "self") else name
    default = income.affinity_default.get(key, 1.0)
    if name == CATH_LAB and not operating:
        return 0.0
    return income.affinity.get(key, {}).get(department.code, default)
