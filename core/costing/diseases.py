"""What a patient and a group of patients (病种, DRG) costs, three ways.

Top-down and by the ratio of cost to revenue, patients add up to the pool; bottom-up they need
not: what is left over is capacity that nobody used, or items priced wrongly, and is always said.
A group's unit cost is the sum of its patients over their number. NaN wherever a bottom is zero.

Source: 公立医院成本核算规范 国卫财务发〔2021〕4号 (as recalled, 待核对): 自上而下法, 自下而上法,
成本收入比法.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from core.costing.items import ratio_of
from core.frames import Frame

PATIENTS = Frame(
    "patients",
    {
        "patient": "id",
        "group": "code of the disease or DRG",
        "department": "code",
        "days": "days in hospital (or hours of treatment)",
        "drugs": "cost of drugs, money",
        "material": "cost of material charged separately, money",
    },
    key=("patient",),
)
USED = Frame(
    "used",
    {"patient": "id", "item": "code", "quantity": "performances"},
    key=("patient", "item"),
)
CHARGED = Frame(
    "charged",
    {"patient": "id", "unit": "code of the 服务单元", "revenue": "money"},
    key=("patient", "unit"),
)


@dataclass(frozen=True, eq=False)
class DiseaseCosts:
    """What one method says.

    patient: cost by patient. group: total, cases and unit (cost a case) by group. rate: cost of
    a day by department (top-down), cost over revenue by 服务单元 (ratio), empty (bottom-up).
    pool: the cost there was to share out; NaN if it was not given.
    """

    patient: pd.Series
    group: pd.DataFrame
    rate: pd.Series
    pool: float

    @property
    def total(self) -> float:
        """Cost of all patients."""
        return float(self.patient.sum(skipna=False))

    @property
    def variance(self) -> float:
        """What of the pool no patient carries: 未利用产能/差异."""
        return self.pool - self.total


def top_down(patients: pd.DataFrame, full_cost: pd.Series) -> DiseaseCosts:
    """Drugs and material directly, the rest of a department's cost by days.

    patients: PATIENTS rows. full_cost: of a department, drugs and material included; a
    department without days has no rate, a patient of one not in full_cost no cost.
    """
    PATIENTS.check(patients)
    own = patients["drugs"] + patients["material"]
    by = patients["department"]
    direct = own.groupby(by).sum(skipna=False).reindex(full_cost.index, fill_value=0.0)
    days = patients["days"].groupby(by).sum(skipna=False).reindex(full_cost.index, fill_value=0.0)
    rate = (full_cost - direct) / days.where(days != 0)
    costs = own + patients["days"] * by.map(rate)
    return _costs(patients, costs, rate, float(full_cost.sum()))


def bottom_up(
    patients: pd.DataFrame, used: pd.DataFrame, unit_cost: pd.Series, pool: float = float("nan")
) -> DiseaseCosts:
    """Items used at their unit cost, and drugs and material.

    patients: PATIENTS rows. used: USED rows. An item without unit cost leaves its patient NaN.
    pool: the full cost to compare with.
    """
    PATIENTS.check(patients)
    USED.check(used)
    spent = used["quantity"] * used["item"].map(unit_cost)
    items = _by_patient(patients, used, spent.where(used["quantity"] != 0, 0.0))
    costs = items + patients["drugs"] + patients["material"]
    return _costs(patients, costs, pd.Series(dtype=float), pool)


def by_revenue(patients: pd.DataFrame, charged: pd.DataFrame, unit_cost: pd.Series) -> DiseaseCosts:
    """What a patient was charged times cost over revenue of each 服务单元 (CCR).

    patients: PATIENTS rows. charged: CHARGED rows. unit_cost: cost by 服务单元; one that charged
    nothing has no ratio, and its cost stays in the variance.
    """
    PATIENTS.check(patients)
    CHARGED.check(charged)
    ratio = ratio_of(unit_cost, charged["revenue"].groupby(charged["unit"]).sum(skipna=False))
    spent = charged["revenue"] * charged["unit"].map(ratio)
    costs = _by_patient(patients, charged, spent.where(charged["revenue"] != 0, 0.0))
    return _costs(patients, costs, ratio, float(unit_cost.sum()))


def _by_patient(patients: pd.DataFrame, rows: pd.DataFrame, spent: pd.Series) -> pd.Series:
    """Sums in the order of the patients; 0 without a row, NaN where a row is NaN."""
    sums = spent.groupby(rows["patient"]).sum(skipna=False)
    return sums.reindex(patients["patient"], fill_value=0.0).set_axis(patients.index)


def _costs(patients: pd.DataFrame, costs: pd.Series, rate: pd.Series, pool: float) -> DiseaseCosts:
    by = costs.groupby(patients["group"], sort=False)
    group = pd.DataFrame({"total": by.sum(skipna=False), "cases": by.size()})
    group["unit"] = group["total"] / group["cases"]
    patient = pd.Series(costs.to_numpy(), index=pd.Index(patients["patient"]), name="cost")
    return DiseaseCosts(patient, group, rate, pool)
