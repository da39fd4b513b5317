"""What the cases of a disease group cost, are paid and leave: by charges or by bed days.

Two ways, both on roll-ups: by cost to charge (成本收入比法), each class of charge times the
department's inpatient cost over its inpatient income of that class; and top-down (自上而下法),
goods as before and the rest of the department's inpatient cost by bed days. A department without
income (bed days) of a class takes the hospital's rate. What the cases of a month carry and what
the departments spent on inpatients differ: stays that began or end in other months, departments
that treat others' patients. The difference is always told. Going by items used (自下而上法) needs
the items of each case, which the store does not hold.

Source: 公立医院成本核算规范 国卫财务发〔2021〕4号 (as recalled, 待核对).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from core.costing.items import ratio_of
from core.costing.sides import CLASSES, GOODS
from core.frames import CASES, Frame

Way = Literal["charges", "days"]
WAYS: tuple[Way, ...] = ("charges", "days")
INSURED = ("employee", "resident")
COUNTS = ("cases", "days", "weight", "settled", "estimated", "charged", "high", "low")
MONEY = ("payment", "charge", *(f"charge_{name}" for name in CLASSES if name != "shared"))
COSTS = tuple(f"cost_{name}" for name in CLASSES)
GROUPS = Frame(
    "groups",
    {
        "department": "code",
        "group": "code; '' was not grouped",
        **dict.fromkeys(("cases", "days"), "number"),
        "weight": "sum of weights",
        "settled": "cases paid as settled",
        "estimated": "insured cases without a settlement: weight x rate",
        "charged": "cases that pay what they are charged, or whose payment nothing else tells",
        "high": "cases dearer than their upper bound",
        "low": "cases cheaper than their lower bound",
        **dict.fromkeys((*MONEY, *COSTS), "分"),
    },
    key=("department", "group"),
)
OUTLIERS = Frame(
    "outliers",
    {"month": "YYYYMM", "department": "code", "group": "code or ''", "high": "", "low": ""},
    key=("month", "department", "group"),
)


@dataclass(frozen=True)
class Payment:
    """How the hospital's own area pays from this month on."""

    area: str
    method: str
    """drg | dip | fee | '' where no rule holds."""
    rate_fen: int

    @property
    def by_group(self) -> bool:
        return self.method in ("drg", "dip") and self.rate_fen > 0


NO_RULE = Payment("", "", 0)


@dataclass(frozen=True, eq=False)
class Month:
    """One month's inpatient cost by class (分), the income it stands against, and bed days."""

    pools: pd.DataFrame
    income: pd.DataFrame
    bed_days: pd.Series


@dataclass(frozen=True, eq=False)
class Costed:
    """The groups of some months, and what the departments' pools are made of."""

    groups: pd.DataFrame
    """GROUPS."""
    pools: pd.DataFrame
    """department; pool_CLASS and pool in 分: full inpatient cost of the months."""

    @property
    def carried_fen(self) -> int:
        return int(self.groups[list(COSTS)].to_numpy().sum())

    @property
    def pool_fen(self) -> int:
        return int(self.pools["pool"].sum())

    @property
    def variance_fen(self) -> int:
        """What of the pool no case carries; negative where cases carry more."""
        return self.pool_fen - self.carried_fen

    def by_department(self) -> pd.DataFrame:
        """department, pool, carried, variance (分), the widest first."""
        groups = self.groups
        carried = groups[list(COSTS)].sum(axis=1).groupby(groups["department"]).sum()
        pool = self.pools.set_index("department")["pool"]
        both = pd.DataFrame({"pool": pool, "carried": carried}).fillna(0).astype("int64")
        both["variance"] = both["pool"] - both["carried"]
        order = both["variance"].abs().sort_values(ascending=False, kind="stable").index
        return both.loc[order].rename_axis("department").reset_index()


def costed(cases: pd.DataFrame, month: Month, rule: Payment, way: Way) -> Costed:
    """The month's groups by department. cases: CASES of that month."""
    rows = _paid(CASES.check(cases), rule)
    names = [*COUNTS[:-2], *MONEY]
    groups = rows.groupby(["department", "disease_group"], sort=True)[names].sum().reset_index()
    groups = groups.rename(columns={"disease_group": "group"}).assign(high=0, low=0)
    whole = groups["charge_exam"] + groups["charge_care"]
    amounts = {name: groups[f"charge_{name}"] for name in CLASSES if name != "shared"}
    amounts["shared"] = whole
    for name in CLASSES:
        by_day = way == "days" and name not in GOODS
        base = groups["days"] if by_day else amounts[name]
        bottom = month.bed_days if by_day else month.income[name]
        rate = _rate(month.pools[name], bottom, groups["department"])
        groups[f"cost_{name}"] = np.rint(base.to_numpy(float) * rate).astype(np.int64)
    pools = month.pools.add_prefix("pool_").assign(pool=month.pools.sum(axis=1))
    pools = pools.rename_axis("department").reset_index()
    return Costed(GROUPS.check(groups), pools)


def _rate(cost: pd.Series, bottom: pd.Series, departments: pd.Series) -> np.ndarray:
    """Cost a unit of the department of each row; the hospital's where it has none, 0 without."""
    own = ratio_of(cost, bottom.where(bottom > 0))
    whole = float(bottom[bottom > 0].sum())
    hospital = float(cost.sum()) / whole if whole else 0.0
    found = departments.map(own.where(own >= 0)).to_numpy(float)
    return np.where(np.isnan(found), hospital, found)


def _paid(cases: pd.DataFrame, rule: Payment) -> pd.DataFrame:
    """The rows with payment, how it is known, and charges by class (all in 分)."""
    insured = cases["payer"].isin(INSURED)
    open_cases = (cases["cases"] - cases["settled_cases"]).where(insured, 0)
    estimated = open_cases if rule.by_group else open_cases * 0
    estimated = estimated.where(cases["weight"] > 0, 0)
    share = (estimated / cases["cases"]).to_numpy(float)
    worth = np.rint(cases["weight"] * share * rule.rate_fen).astype("int64")
    own = np.rint((cases["charge"] - cases["settled_charge"]).where(estimated == 0, 0))
    goods = cases["charge_drug"] + cases["charge_material"]
    exam = cases["charge_exam"] + cases["charge_lab"]
    return cases.assign(
        settled=cases["settled_cases"],
        estimated=estimated,
        charged=cases["cases"] - cases["settled_cases"] - estimated,
        payment=cases["settlement"] + worth + own.astype("int64"),
        charge_exam=exam,
        charge_care=cases["charge"] - goods - exam,
    )


def added(months: list[Costed], outliers: pd.DataFrame) -> Costed:
    """Several months as one, with the cases beyond their bounds. outliers: OUTLIERS of them."""
    groups = pd.concat([one.groups for one in months], ignore_index=True)
    keys = ["department", "group"]
    sums = groups.groupby(keys, sort=True).sum().drop(columns=["high", "low"]).reset_index()
    beyond = OUTLIERS.check(outliers).groupby(keys)[["high", "low"]].sum().reset_index()
    sums = sums.merge(beyond, on=keys, how="left")
    sums[["high", "low"]] = sums[["high", "low"]].fillna(0).astype("int64")
    pools = pd.concat([one.pools for one in months], ignore_index=True)
    pools = pools.groupby("department", sort=True).sum().reset_index()
    return Costed(GROUPS.check(sums), pools)
