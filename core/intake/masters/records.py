"""Masters: added or changed by key, and put back as they were.

What a file says of a master is kept in its batch, before and after, so that it can be undone.
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import Boolean, Column, select
from sqlmodel import SQLModel, col

from core.errors import DataError
from core.hospital.facts import FACT_TABLES, MASTER_TABLES
from core.hospital.history.tables import METADATA
from core.hospital.masters.tables import (
    CalendarDay,
    Campus,
    DiseaseGroup,
    Machine,
    PaymentRule,
    StaffGroup,
    Ward,
)
from core.hospital.tables import Department, ImportBatch
from core.intake.batches.records import add_departments, new_batch
from core.intake.delivery import Delivery
from core.store.engine import Work

MONTHS = ("opened", "closed", "in_service", "retired", "month_from")
"""Stored months; 0 is how a frame writes one that is not stated."""
_MODELS: dict[str, type[SQLModel]] = {
    "departments": Department,
    "campus": Campus,
    "ward": Ward,
    "disease_group": DiseaseGroup,
    "staff_group": StaffGroup,
    "machine": Machine,
    "calendar": CalendarDay,
    "payment": PaymentRule,
}
Key = tuple[Any, ...]


def load_master(work: Work, delivery: Delivery) -> int:
    """Add or change entries by key; a column the file lacks, or left blank, keeps its value."""
    add_departments(work, delivery)
    hospital_id, model = delivery.hospital_id, _MODELS[delivery.contract]
    columns = MASTER_TABLES[delivery.contract].columns
    stored = _stored(work, delivery.contract, hospital_id)
    present = {source: name for source, name in columns.items() if source in delivery.rows}
    flags = _flags(delivery.contract)
    before, created, touched = [], [], []
    for row in delivery.rows.to_dict("records"):
        values = {name: _value(row[source], name, flags) for source, name in present.items()}
        values = {name: value for name, value in values.items() if value is not None}
        key = _key(delivery.contract, values)
        entry = stored.get(key)
        if entry is None:
            created.append(list(key))
            entry = model(hospital_id=hospital_id, **values)
            work.session.add(entry)
        else:
            before.append(entry.model_dump())
            _assign(entry, values)
        touched.append(entry)
    detail: dict[str, Any] = {"before": before, "after": [one.model_dump() for one in touched]}
    detail["created"] = created
    if delivery.contract == "departments":
        detail["departments"] = [key[0] for key in created]
    return new_batch(work, delivery, detail)


def undo_master(work: Work, batch: ImportBatch, detail: dict[str, Any]) -> None:
    """Entries as they were before the batch, and those it created gone.

    DataError E_UNDO_LATER, E_UNDO_CHANGED(_ENTRY), E_UNDO_USED(_ENTRY).
    """
    contract, hospital_id = batch.contract, batch.hospital_id
    _refuse_later(work, batch, {_key(contract, row) for row in detail["after"]})
    before = {_key(contract, values): values for values in detail["before"]}
    stored = _stored(work, contract, hospital_id)
    for left in detail["after"]:
        key = _key(contract, left)
        entry = stored.get(key)
        if entry is None or {**entry.model_dump(), "version": 0} != {**left, "version": 0}:
            raise _complaint("E_UNDO_CHANGED", contract, key)
        if key in before:
            _assign(entry, {k: v for k, v in before[key].items() if k != "version"})
    work.session.flush()
    created = [tuple(key) for key in detail.get("created", [[c] for c in detail["departments"]])]
    used = _used(work, contract, hospital_id, [key[0] for key in created])
    if used:
        raise _complaint("E_UNDO_USED", contract, (used,))
    for key in created:
        work.session.delete(stored[key])
    work.session.flush()


def drop_departments(work: Work, hospital_id: int, codes: list[str]) -> None:
    """Remove departments that a batch of another table created.

    Those that are used by now stay, and those that somebody has named since.
    """
    work.session.flush()
    for code in codes:
        department = work.session.get(Department, (hospital_id, code))
        if department is None or department.version != 1:
            continue
        if not _used(work, "departments", hospital_id, [code]):
            work.session.delete(department)
    work.session.flush()


def _stored(work: Work, contract: str, hospital_id: int) -> dict[Key, SQLModel]:
    model = _MODELS[contract]
    own = model.metadata.tables[str(model.__tablename__)].c.hospital_id == hospital_id
    return {
        _key(contract, entry.model_dump()): entry
        for entry in work.session.scalars(select(model).where(own))
    }


def _key(contract: str, values: dict[str, Any]) -> Key:
    return tuple(values[name] for name in MASTER_TABLES[contract].key)


def _flags(contract: str) -> set[str]:
    columns = METADATA.tables[MASTER_TABLES[contract].store].c
    return {c.name for c in columns if isinstance(c.type, Boolean)}


def _value(value: Any, name: str, flags: set[str]) -> Any:
    """A cell as it is stored; None where it says nothing."""
    if pd.isna(value) or value == "" or (name in MONTHS and value == 0):
        return None
    plain = value.item() if isinstance(value, np.generic) else value
    return bool(plain) if name in flags else plain


def _assign(entry: SQLModel, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(entry, name, value)
    entry.version = entry.version + 1  # type: ignore[attr-defined]


def _refuse_later(work: Work, batch: ImportBatch, keys: set[Key]) -> None:
    """DataError E_UNDO_LATER when a later file, still in, named one of these entries."""
    later = select(ImportBatch).where(
        col(ImportBatch.hospital_id) == batch.hospital_id,
        col(ImportBatch.contract) == batch.contract,
        col(ImportBatch.status) == "done",
        col(ImportBatch.id) > batch.id,
    )
    for other in work.session.scalars(later.order_by(col(ImportBatch.id))):
        if keys & {_key(batch.contract, row) for row in json.loads(other.detail)["after"]}:
            raise DataError("E_UNDO_LATER", batch=batch.id, later=other.id)


def _complaint(code: str, contract: str, key: Key) -> DataError:
    if contract == "departments":
        return DataError(code, department=key[0])
    return DataError(f"{code}_ENTRY", entry=" ".join(map(str, key)))


def _used(work: Work, contract: str, hospital_id: int, codes: list[Any]) -> Any:
    """One of the codes that facts or other masters name; None when none does."""
    if not codes:
        return None
    for place in _places(contract):
        found = select(place).where(place.table.c.hospital_id == hospital_id, place.in_(codes))
        if (code := work.connection.execute(found.limit(1)).scalar()) is not None:
            return code
    return None


def _places(contract: str) -> list[Column[Any]]:
    """Every column that holds codes of this master: by foreign key, or by what it means."""
    master = METADATA.tables[MASTER_TABLES[contract].store]
    found = [
        key.parent
        for table in METADATA.tables.values()
        for link in table.foreign_key_constraints
        if link.referred_table is master
        for key in link.elements
        if key.column.name != "hospital_id"
    ]
    if contract == "departments":
        found += [
            METADATA.tables[facts.store].c[owner]
            for facts in FACT_TABLES.values()
            for owner in facts.owners
        ]
    if contract == "campus":
        found.append(METADATA.tables["department"].c.campus)
    return list(dict.fromkeys(found))
