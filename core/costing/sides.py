"""A clinical department's full cost by side (inpatient, outpatient) and by what it was spent on.

The three levels hand cost to whole departments. Here each part is split: by the side that the
ledger states; goods that state none by the income of the same goods; what medical-technical
departments handed on by the very income it was shared by; the rest by the department's own cost
of either side without goods (assumption), by its income where it has none, else it stays unsplit.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from core.costing.allocation import Allocation
from core.frames import Frame
from core.statistics.rounding import to_totals

SIDES = ("inpatient", "outpatient", "unsplit")
GOODS = ("drug", "material")
KINDS = ("personnel", *GOODS, "depreciation", "amortisation", "risk_fund", "other")
EXAMS = ("exam", "lab")
"""Categories of income that are examinations; the other services are treatment."""
PARTS = (*KINDS, "level1", "level2", "exam", "treatment")
CLASSES: Mapping[str, tuple[str, ...]] = {
    "drug": ("drug",),
    "material": ("material",),
    "exam": ("exam",),
    "care": ("personnel", "depreciation", "amortisation", "risk_fund", "other", "treatment"),
    "shared": ("level1", "level2"),
}
"""What a patient's cost is told by: care is the ward, its people and the operation."""
SIDE_COST = Frame(
    "cost by side",
    {"department": "code", "unit": "inpatient | outpatient | shared", "kind": "", "amount_fen": ""},
)
SIDE_INCOME = Frame(
    "income by side",
    {
        "ordering": "code",
        "performing": "code",
        "unit": "inpatient | outpatient",
        "category": "drug | material | exam | lab | ...",
        "amount_fen": "分, may be negative",
    },
)
POOLS = Frame(
    "pools",
    {"department": "code", "part": " | ".join(PARTS), **dict.fromkeys(SIDES, "分")},
    key=("department", "part"),
)


def side_pools(found: Allocation, cost: pd.DataFrame, income: pd.DataFrame) -> pd.DataFrame:
    """POOLS of the departments that keep cost; they add up to its full cost to the 分.

    found: three levels. cost: SIDE_COST and income: SIDE_INCOME of the same month.
    """
    SIDE_COST.check(cost)
    SIDE_INCOME.check(income)
    finals = [str(code) for code in found.final.index]
    cost = cost[cost["department"].isin(finals)]
    cost = cost.assign(part=cost["kind"].where(cost["kind"].isin(KINDS), "other"))
    shares = _shares(finals, cost, income)
    parts = [_booked(finals, part, cost, shares) for part in KINDS]
    handed = found.flows
    handed = handed[handed["to_department"].isin(finals)]
    for level in (1, 2):
        sums = handed[handed["level"] == level].groupby("to_department")["amount_fen"].sum()
        amounts = sums.reindex(finals, fill_value=0).to_numpy(np.int64)
        parts.append(_rows(finals, f"level{level}", _split(amounts, shares["own"]), amounts))
    parts += _ordered(finals, handed[handed["level"] > 2], income, shares["own"])
    rows = pd.concat(parts, ignore_index=True)
    return POOLS.check(rows[rows[list(SIDES)].ne(0).any(axis=1)].reset_index(drop=True))


def by_class(pools: pd.DataFrame, side: str) -> pd.DataFrame:
    """分 by department (rows) and class (columns) of one side."""
    part_of = {part: name for name, parts in CLASSES.items() for part in parts}
    wide = pools.assign(part=pools["part"].map(part_of)).pivot_table(
        index="department", columns="part", values=side, aggfunc="sum", fill_value=0
    )
    return wide.reindex(columns=list(CLASSES), fill_value=0).astype("int64")


def income_by_class(income: pd.DataFrame, side: str) -> pd.DataFrame:
    """分 by ordering department and class of one side; shared is what is charged but for goods."""
    rows = income[income["unit"] == side]
    names = rows["category"].where(rows["category"].isin(GOODS), "care")
    rows = rows.assign(category=names.mask(rows["category"].isin(EXAMS), "exam"))
    wide = rows.pivot_table(
        index="ordering", columns="category", values="amount_fen", aggfunc="sum", fill_value=0
    )
    wide = wide.reindex(columns=["drug", "material", "exam", "care"], fill_value=0)
    wide["shared"] = wide["exam"] + wide["care"]
    return wide.astype("int64")


def _shares(finals: list[str], cost: pd.DataFrame, income: pd.DataFrame) -> dict[str, np.ndarray]:
    """[n, 2]: inpatient and outpatient shares by department; NaN where nothing tells."""
    own = cost[~cost["part"].isin(GOODS)]
    services = income[~income["category"].isin(GOODS)]
    general = _share(finals, own, "department")
    by_income = _share(finals, services, "ordering")
    general = np.where(np.isnan(general), by_income, general)
    found = {"own": general}
    for goods in GOODS:
        said = _share(finals, income[income["category"] == goods], "ordering")
        found[goods] = np.where(np.isnan(said), general, said)
    return found


def _share(finals: list[str], rows: pd.DataFrame, key: str) -> np.ndarray:
    wide = rows.pivot_table(
        index=key, columns="unit", values="amount_fen", aggfunc="sum", fill_value=0
    )
    wide = wide.reindex(index=finals, columns=list(SIDES[:2]), fill_value=0).clip(lower=0)
    whole = wide.sum(axis=1).astype(float)
    return wide.div(whole.where(whole > 0), axis=0).to_numpy(float)


def _split(amounts: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """[n, 3] exact amounts by side."""
    sides = np.nan_to_num(shares) * amounts[:, None]
    return np.column_stack([sides, np.where(np.isnan(shares[:, 0]), amounts, 0)])


def _rows(finals: list[str], part: str, exact: np.ndarray, totals: np.ndarray) -> pd.DataFrame:
    whole = to_totals(exact.T, totals.astype(np.int64)).T
    rows = pd.DataFrame(whole, columns=list(SIDES))
    return rows.assign(department=finals, part=part)[list(POOLS.columns)]


def _booked(
    finals: list[str], part: str, cost: pd.DataFrame, shares: dict[str, np.ndarray]
) -> pd.DataFrame:
    """One kind of direct cost: what states a side as it is, the rest by share."""
    rows = cost[cost["part"] == part]
    wide = rows.pivot_table(
        index="department", columns="unit", values="amount_fen", aggfunc="sum", fill_value=0
    ).reindex(index=finals, fill_value=0)
    stated = wide.reindex(columns=list(SIDES[:2]), fill_value=0).to_numpy(float)
    totals = wide.sum(axis=1).to_numpy(np.int64)
    rest = totals - stated.sum(axis=1)
    exact = _split(rest, shares.get(part, shares["own"]))
    exact[:, :2] += stated
    return _rows(finals, part, exact, totals)


def _ordered(
    finals: list[str], handed: pd.DataFrame, income: pd.DataFrame, own: np.ndarray
) -> list[pd.DataFrame]:
    """What came from medical-technical departments, by the income that was ordered there."""
    pairs = handed.groupby(["from_department", "to_department"])["amount_fen"].sum()
    orders = income[~income["category"].isin(GOODS) & (income["amount_fen"] > 0)]
    orders = orders.assign(exam=orders["category"].isin(EXAMS))
    keys = ["performing", "ordering", "exam", "unit"]
    weights = orders.pivot_table(
        index=keys[:2], columns=keys[2:], values="amount_fen", aggfunc="sum", fill_value=0
    )
    cells = pd.MultiIndex.from_product([(True, False), SIDES[:2]])
    weights = weights.reindex(columns=cells, fill_value=0)
    weights = weights.reindex(pairs.index, fill_value=0).to_numpy(float)
    whole = weights.sum(axis=1)
    known = whole > 0
    exact = np.zeros((len(pairs), 6))
    portion = weights / np.where(known, whole, 1)[:, None] * pairs.to_numpy(float)[:, None]
    exact[:, [0, 1, 3, 4]] = portion
    places = pd.Index(finals).get_indexer(pairs.index.get_level_values(1))
    unknown = _split(np.where(known, 0.0, pairs.to_numpy(float)), own[places])
    exact[:, 3:] += unknown
    summed = np.zeros((len(finals), 6))
    np.add.at(summed, places, exact)
    totals = np.zeros(len(finals), dtype=np.int64)
    np.add.at(totals, places, pairs.to_numpy(np.int64))
    wholes = to_totals(summed.T, totals).T
    return [
        pd.DataFrame(wholes[:, start : start + 3], columns=list(SIDES)).assign(
            department=finals, part=part
        )[list(POOLS.columns)]
        for start, part in ((0, "exam"), (3, "treatment"))
    ]
