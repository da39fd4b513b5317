"""Reads of machines: the register, their months, the inpatient share of a performer's income."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import case, func, select

from core.analysis.equipment import MACHINE_USE, MACHINES, PERFORMED
from core.frames import Scope
from core.hospital.history.tables import METADATA
from core.hospital.masters.records import machines
from core.store.engine import Store

_NUMBERS = (
    *("hours", "examinations", "positives", "income", "consumables"),
    *("days_due", "days_down", "days_idle"),
)


def register(store: Store, scope: Scope) -> pd.DataFrame:
    """MACHINES of the scope's departments, by code."""
    rows = machines(store, scope)
    department = METADATA.tables["department"]
    sites = store.frame(
        select(department.c.code.label("department"), department.c.campus).where(
            department.c.hospital_id == scope.hospital_id
        )
    )
    rows = rows.merge(sites, on="department", how="left")
    rows["campus"] = rows["campus"].astype("object").fillna("").astype("str")
    rows["emergency_reserve"] = rows["emergency_reserve"].eq(True)
    return MACHINES.check(rows)


def machine_use(store: Store, scope: Scope) -> pd.DataFrame:
    """MACHINE_USE of the scope's months and departments, by month and machine."""
    use, machine = METADATA.tables["machine_use"], METADATA.tables["machine"]
    money = {"income": use.c.income_fen, "consumables": use.c.consumables_fen}
    numbers = [money[name].label(name) if name in money else use.c[name] for name in _NUMBERS]
    statement = (
        select(use.c.month, use.c.machine, *numbers)
        .join(
            machine,
            (machine.c.hospital_id == use.c.hospital_id) & (machine.c.code == use.c.machine),
        )
        .where(use.c.hospital_id == scope.hospital_id, use.c.month.between(scope.first, scope.last))
        .order_by(use.c.month, use.c.machine)
    )
    if scope.departments is not None:
        statement = statement.where(machine.c.department.in_(scope.departments))
    rows = store.frame(statement)
    return MACHINE_USE.check(rows.astype(dict.fromkeys(_NUMBERS, "float64")))


def performed(store: Store, scope: Scope) -> pd.DataFrame:
    """PERFORMED of the scope's months and performing departments."""
    income = METADATA.tables["income"]
    inpatient = case((income.c.unit == "inpatient", income.c.amount_fen), else_=0)
    statement = (
        select(
            income.c.month,
            income.c.performing.label("department"),
            func.sum(inpatient).label("inpatient"),
            func.sum(income.c.amount_fen).label("total"),
        )
        .where(
            income.c.hospital_id == scope.hospital_id,
            income.c.month.between(scope.first, scope.last),
        )
        .group_by(income.c.month, income.c.performing)
        .order_by(income.c.month, income.c.performing)
    )
    if scope.departments is not None:
        statement = statement.where(income.c.performing.in_(scope.departments))
    rows = store.frame(statement)
    return PERFORMED.check(rows.astype({"inpatient": "float64", "total": "float64"}))
