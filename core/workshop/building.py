"""快速建院: a small hospital in the store, loaded as if its tables had come as files."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from core.access.records import add_staff, staff
from core.catalog.model import Catalog
from core.demo.loading import start_hospital
from core.errors import DataError
from core.frames import Scope
from core.hospital.quick import QuickDepartment, Remarks, hospital_frames
from core.hospital.records import departments, hospitals, months_reported
from core.hospital.rollups.rules import rules_of
from core.intake.records import Delivery, load
from core.months import add_months, month_range
from core.store.engine import Actor, Store
from core.words import t

CONTROL = {"workload": "outpatient_visits", "income": "amount", "direct_cost": "amount"}


@dataclass(frozen=True)
class QuickHospital:
    """What a person asked for: a name, months, departments, assumptions."""

    name: str
    last_month: int
    count: int
    """Months of history, 1-12."""
    departments: Sequence[QuickDepartment]
    assumed: Mapping[str, float]

    @property
    def months(self) -> tuple[int, ...]:
        return month_range(add_months(self.last_month, 1 - self.count), self.last_month)


def is_empty(store: Store, hospital_id: int) -> bool:
    """Whether nothing was ever brought into the hospital: it may be filled as it is."""
    own = departments(store, Scope(hospital_id, 190001, 999912))
    return own.empty and months_reported(store, hospital_id) is None


def build(store: Store, actor: Actor, asked: QuickHospital, catalog: Catalog) -> int:
    """The hospital's id. An empty hospital of this name is filled, otherwise one is made.

    DataError E_HOSPITAL_NAME without a name, E_HOSPITAL_TAKEN when a hospital of this name holds
    data, E_QUICK_EMPTY without departments.
    """
    if not asked.departments:
        raise DataError("E_QUICK_EMPTY")
    name = asked.name.strip()
    if not name:
        raise DataError("E_HOSPITAL_NAME")
    known = hospitals(store)
    same = [int(number) for number in known.loc[known["name_zh"] == name, "id"]]
    if any(not is_empty(store, number) for number in same):
        raise DataError("E_HOSPITAL_TAKEN", hospital=name)
    hospital_id = same[0] if same else start_hospital(store, actor, name, catalog)
    if staff(store, hospital_id).empty:
        add_staff(store, actor, hospital_id, [(actor.name, "")])
    _fill(store, actor, hospital_id, asked, catalog)
    return hospital_id


def _fill(
    store: Store, actor: Actor, hospital_id: int, asked: QuickHospital, catalog: Catalog
) -> None:
    """One delivery a table, as files would bring them: each can be undone and replaced."""
    remarks = Remarks(t("quick.remark.typed"), t("quick.remark.derived"))
    frames = hospital_frames(asked.departments, asked.months, asked.assumed, remarks)
    rules = rules_of(catalog)
    for contract, rows in frames.items():
        load(store, actor, _delivery(hospital_id, contract, rows), rules)


def _delivery(hospital_id: int, contract: str, rows: pd.DataFrame) -> Delivery:
    content = rows.to_csv(index=False)
    digest = hashlib.sha256(f"{hospital_id} {contract} {content}".encode()).hexdigest()
    total = ""
    if contract in CONTROL and CONTROL[contract] in rows:
        amount = int(rows[CONTROL[contract]].sum())
        scale = 100 if CONTROL[contract] == "amount" else 1
        total = f"{CONTROL[contract]}={amount / scale:,}"
    name = t("quick.title")
    return Delivery(hospital_id, contract, rows, name, digest, control_total=total)
