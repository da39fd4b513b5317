"""What the store holds of a month that costing needs, as read: nothing chosen, nothing judged."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from core.costing.model import SERVICES
from core.frames import DEPARTMENTS, Frame

COST = Frame(
    "cost rows",
    {
        "department": "code",
        "item": "code of the cost item",
        "kind": "of the cost item: personnel, material, drug ...",
        "unit": "outpatient | inpatient | shared",
        "amount_fen": "分, may be negative (红冲)",
    },
)
INCOME = Frame(
    "income rows",
    {
        "ordering": "code of the department",
        "performing": "code of the department",
        "category": "drug | material | exam | lab | treatment | surgery | nursing | bed | ...",
        "unit": "outpatient | inpatient",
        "amount_fen": "分, may be negative (退费)",
    },
)
SETTLED = Frame(
    "settled cases",
    {"department": "code", "amount_fen": "what the insurer settles for its cases of the month"},
    key=("department",),
)
QUANTITIES = Frame(
    "quantities",
    {
        "department": "code",
        "driver": "role of a driver, driver:CODE, or a column of the workload",
        "quantity": "in the driver's unit; no row where nothing was reported",
    },
    key=("department", "driver"),
)


@dataclass(frozen=True, eq=False)
class Facts:
    """One month of one hospital."""

    hospital_id: int
    month: int
    """YYYYMM."""
    departments: pd.DataFrame
    """DEPARTMENTS, all of the hospital."""
    cost: pd.DataFrame
    """COST."""
    income: pd.DataFrame
    """INCOME."""
    services: pd.DataFrame
    """SERVICES, of every provider and driver."""
    stated: pd.DataFrame
    """QUANTITIES of the drivers that people state: headcount, floor area."""
    workload: pd.DataFrame
    """QUANTITIES of the workload."""
    settled: pd.DataFrame
    """SETTLED, of departments with settled cases."""

    def __post_init__(self) -> None:
        DEPARTMENTS.check(self.departments)
        COST.check(self.cost)
        INCOME.check(self.income)
        SERVICES.check(self.services)
        SETTLED.check(self.settled)
        for rows in (self.stated, self.workload):
            QUANTITIES.check(rows)

    @cached_property
    def direct_fen(self) -> pd.Series:
        """Direct cost in 分 by department, of those that have rows."""
        return self.cost.groupby("department")["amount_fen"].sum()

    @cached_property
    def active(self) -> frozenset[str]:
        """Departments that earned, worked, were served or have anything of a driver."""
        used = self.services[self.services["quantity"].to_numpy() != 0]
        named = [self.income["ordering"], self.income["performing"]]
        named += [used["from_department"], used["to_department"]]
        for rows in (self.stated, self.workload):
            named.append(rows["department"][rows["quantity"].to_numpy() != 0])
        return frozenset(code for codes in named for code in codes.tolist())
