"""Reads of what patients wait for: machines with their months, waits as they were reported."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import select

from core.flow.nodes import MACHINE_MONTHS, WAITS
from core.frames import Scope
from core.hospital.history.tables import METADATA
from core.hospital.records import facts
from core.store.engine import Store

_REGISTER = (
    *("kind", "department", "open_hours_per_day", "minutes_per_exam", "capacity_per_day"),
    *("price_fen", "life_years", "maintenance_per_year_fen"),
)
_USE = ("examinations", "hours", "days_due", "days_down")
_MEASURES = {
    "exam_wait_days": "exam_days",
    "clinic_wait_minutes": "clinic_minutes",
    "endoscopy_wait_minutes": "exam_minutes",
}


def machine_months(store: Store, scope: Scope) -> pd.DataFrame:
    """MACHINE_MONTHS of the scope's months and departments, reserves left out."""
    use, machine = METADATA.tables["machine_use"], METADATA.tables["machine"]
    statement = (
        select(
            use.c.month,
            use.c.machine,
            *(machine.c[name] for name in _REGISTER),
            *(use.c[name] for name in _USE),
        )
        .join(
            machine,
            (machine.c.hospital_id == use.c.hospital_id) & (machine.c.code == use.c.machine),
        )
        .where(
            use.c.hospital_id == scope.hospital_id,
            use.c.month.between(scope.first, scope.last),
            machine.c.emergency_reserve.is_not(True),
        )
        .order_by(use.c.month, use.c.machine)
    )
    if scope.departments is not None:
        statement = statement.where(machine.c.department.in_(scope.departments))
    numbers = [*_REGISTER[2:], *_USE]
    return MACHINE_MONTHS.check(store.frame(statement).astype(dict.fromkeys(numbers, "float64")))


def waits(store: Store, scope: Scope) -> pd.DataFrame:
    """WAITS of the scope, by month, department and kind."""
    names = [*_MEASURES, *(f"{name}_of" for name in _MEASURES)]
    rows = facts(store, scope, names)
    wide = rows.pivot_table(
        index=["month", "department"], columns="measure", values="value", aggfunc="sum"
    )
    found = []
    for measure, kind in _MEASURES.items():
        if measure in wide and f"{measure}_of" in wide:
            told = wide[[measure, f"{measure}_of"]].dropna().reset_index()
            told.columns = pd.Index(["month", "department", "waited", "patients"])
            found.append(told.assign(kind=kind))
    if not found:
        return WAITS.empty()
    order = ["month", "department", "kind"]
    together = pd.concat(found, ignore_index=True).sort_values(order, ignore_index=True)
    return WAITS.check(together)
