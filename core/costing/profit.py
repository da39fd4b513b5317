"""Department profit: income, what the department controls, what is shared to it, what is left.

All of it in whole 分, and each step adds up: income − variable = contribution; − controllable
fixed = controllable margin (科室可控收益); − uncontrollable direct − shared cost = surplus (结余).
Behaviour and control of a kind of cost are rules of the hospital (costing reference 6.16, 6.17).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce

import numpy as np
import pandas as pd

from core.costing.allocation import Allocation
from core.costing.inputs_facts import Facts
from core.costing.profit_rules import Agreed, Basis, ProfitRules
from core.costing.results import by_level

LEVELS = ("level1", "level2", "level3")
SHARED = ("shared",)
"""Of methods that know no three levels."""
OWN = ("variable", "own_fixed", "uncontrollable")
"""The three parts of a department's direct cost."""
CAUSES = (*OWN, "allocated")


def attributed(income: pd.DataFrame, basis: Basis, agreed: Agreed) -> pd.Series:
    """Income in 分 by department, INCOME rows given to who ordered, performed, or to both.

    What names nobody who performed is of who ordered. The parts of a row add up to it.
    """
    amounts = income["amount_fen"].to_numpy(np.int64)
    ordering = income["ordering"]
    performing = income["performing"].where(income["performing"] != "", ordering)
    own = {"ordering": amounts, "performing": np.zeros_like(amounts)}.get(basis)
    if own is None:
        pct = income["category"].map(agreed.categories).fillna(agreed.ordering_pct)
        own = np.rint(amounts * (pct.to_numpy(float) / 100)).astype(np.int64)
    parts = pd.concat(
        [
            pd.DataFrame({"department": ordering, "amount_fen": own}),
            pd.DataFrame({"department": performing, "amount_fen": amounts - own}),
        ]
    )
    return parts.groupby("department")["amount_fen"].sum()


def direct_parts(facts: Facts, rules: ProfitRules) -> pd.DataFrame:
    """variable, own_fixed, uncontrollable by department, in 分; together its direct cost."""
    cost = facts.cost.groupby(["department", "kind"], as_index=False)["amount_fen"].sum()
    stated = [rules.kind(str(kind)) for kind in cost["kind"]]
    share = np.array([one.variable_pct / 100 if one else 0.0 for one in stated])
    own = np.array([one is not None and one.controllable for one in stated], dtype=bool)
    amounts = cost["amount_fen"].to_numpy(np.int64)
    variable = np.rint(amounts * share).astype(np.int64)
    fixed = amounts - variable
    parts = pd.DataFrame(
        {
            "department": cost["department"],
            "variable": variable,
            "own_fixed": np.where(own, fixed, 0),
            "uncontrollable": np.where(own, 0, fixed),
        }
    )
    return parts.groupby("department")[list(OWN)].sum()


def lines(facts: Facts, found: Allocation, basis: Basis, rules: ProfitRules) -> pd.DataFrame:
    """The month's profit of the final departments, by code, in 分.

    income; variable, contribution; own_fixed, controllable; uncontrollable; level1 to level3, or
    shared where the method has no such levels; allocated, full, surplus. unbooked is 1 where a
    department earned but has no row of direct cost: its surplus would be fiction.
    """
    levels = by_level(found)
    finals = levels.index
    shared = (levels["full"] - levels["direct"]).astype("int64")
    own = direct_parts(facts, rules).reindex(finals, fill_value=0)
    rows = pd.DataFrame({"income": attributed(facts.income, basis, rules.agreed)})
    rows = rows.reindex(finals, fill_value=0).join(own)
    if found.method == "three_level":
        for level in LEVELS:
            rows[level] = levels.get(level, 0)
    else:
        rows["shared"] = shared
    rows["unbooked"] = (rows["income"] != 0) & ~finals.isin(facts.direct_fen.index)
    return _steps(rows.astype("int64"))


def _steps(rows: pd.DataFrame) -> pd.DataFrame:
    """The same with its subtotals."""
    down = [name for name in (*LEVELS, *SHARED) if name in rows]
    rows["contribution"] = rows["income"] - rows["variable"]
    rows["controllable"] = rows["contribution"] - rows["own_fixed"]
    rows["allocated"] = rows[down].sum(axis=1)
    rows["full"] = rows[[*OWN, "allocated"]].sum(axis=1)
    rows["surplus"] = rows["income"] - rows["full"]
    return rows


def added(months: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """`lines` of several months together; a department that a month lacks counts as 0 there."""
    whole = reduce(lambda one, other: one.add(other, fill_value=0), months)
    return whole.astype("int64")


def outcomes(rows: pd.DataFrame) -> pd.Series:
    """Of each department profit, loss or even; unknown where income has no cost beside it."""
    signs = np.select([rows["surplus"] > 0, rows["surplus"] < 0], ["profit", "loss"], "even")
    told = np.where(rows["unbooked"] > 0, "unknown", signs)
    return pd.Series(told, index=rows.index)


def causes(rows: pd.DataFrame) -> pd.DataFrame:
    """What weighs on a department more than on all of them together.

    cause (of CAUSES, '' where nothing does or income is not above 0), its share of the
    department's and of all income, and the excess in 分: (own share − share of all) × income.
    """
    income = rows["income"].to_numpy(float)
    amounts = rows[list(CAUSES)].to_numpy(float)
    earned = np.where(income > 0, income, np.nan)
    own = amounts / earned[:, None]
    whole = income.sum()
    usual = amounts.sum(axis=0) / whole if whole > 0 else np.full(len(CAUSES), np.nan)
    excess = np.nan_to_num((own - usual) * income[:, None])
    at, line = excess.argmax(axis=1), np.arange(len(rows))
    heavier = excess[line, at] > 0
    return pd.DataFrame(
        {
            "cause": np.where(heavier, np.array(CAUSES)[at], ""),
            "share": np.where(heavier, own[line, at], np.nan),
            "usual": np.where(heavier, usual[at], np.nan),
            "excess": np.where(heavier, excess[line, at], 0.0),
        },
        index=rows.index,
    )


def turning(surplus: pd.DataFrame) -> pd.Series:
    """Whether a department (row) is in profit by one method (column) and in loss by another."""
    return (surplus.max(axis=1) > 0) & (surplus.min(axis=1) < 0)
