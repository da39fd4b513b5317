"""Reads (scope -> contracted frame) and writes of hospitals, departments, targets, mappings."""

from __future__ import annotations

import tomllib
from collections.abc import Collection
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from sqlalchemy import Select, Table, func, select
from sqlmodel import SQLModel, col

from core.catalog.cube import group_measure
from core.errors import ConflictError, DataError
from core.frames import DEPARTMENTS, FACTS, TARGETS, Scope
from core.hospital.history.tables import METADATA
from core.hospital.tables import (
    ColumnMapping,
    CostItem,
    Department,
    DriverItem,
    Hospital,
    ImportBatch,
    RollupMonth,
    Target,
)
from core.store.engine import Actor, Store, Work
from core.store.tables import columns

Row = TypeVar("Row", bound=SQLModel)


def hospitals(store: Store) -> pd.DataFrame:
    """id, name_zh, name_en, demo, drill of the hospitals in use, oldest first."""
    statement = (
        select(*columns(Hospital, "id", "name_zh", "name_en", "demo", "drill"))
        .where(~col(Hospital.archived))
        .order_by(col(Hospital.id))
    )
    return store.frame(statement)


def hospital_of(store: Store) -> int:
    """The hospital that commands speak of: the newest in use. DataError E_NO_HOSPITAL.

    One for exercises only where there is no other.
    """
    known = hospitals(store)
    if known.empty:
        raise DataError("E_NO_HOSPITAL")
    real = known[~known["drill"].astype(bool)]
    return int((real if len(real) else known)["id"].max())


def create_hospital(
    store: Store, actor: Actor, name_zh: str, name_en: str = "", demo: bool = False
) -> int:
    """A new hospital with the standard cost items and drivers; its id.

    DataError E_HOSPITAL_NAME when the name is empty.
    """
    if not name_zh.strip():
        raise DataError("E_HOSPITAL_NAME")
    with store.write(actor) as work:
        hospital = Hospital(
            name_zh=name_zh.strip(), name_en=name_en.strip(), demo=demo, created_at=store.clock()
        )
        work.session.add(hospital)
        work.session.flush()
        assert hospital.id is not None  # noqa: S101 the database has just given it
        work.session.add_all(_standard_masters(hospital.id))
        work.record("hospital.create", hospital.name_zh, hospital.id, new={"demo": demo})
        return hospital.id


def archive_hospital(store: Store, actor: Actor, hospital_id: int) -> None:
    """Take a hospital out of use; its rows stay. For stores that are not a file."""
    with store.write(actor) as work:
        hospital = work.session.get(Hospital, hospital_id)
        if hospital is None:
            raise DataError("E_HOSPITAL", hospital=hospital_id)
        hospital.archived = True
        work.record("hospital.archive", hospital.name_zh, hospital_id, new={"archived": True})


def _standard_masters(hospital_id: int) -> list[SQLModel]:
    path = Path(__file__).resolve().parents[2] / "data" / "hospital" / "masters.toml"
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    items: list[SQLModel] = []
    for kind, model in (("cost_item", CostItem), ("driver", DriverItem)):
        for entry in content[kind]:
            names = entry.pop("name")
            items.append(
                model(hospital_id=hospital_id, name_zh=names["zh"], name_en=names["en"], **entry)
            )
    return items


def departments(store: Store, scope: Scope) -> pd.DataFrame:
    """DEPARTMENTS rows of the scope, by code."""
    statement = (
        select(
            col(Department.code).label("department"),
            col(Department.name_zh),
            col(Department.name_en),
            col(Department.category),
            col(Department.beds),
            func.coalesce(col(Department.opened), 0).label("opened"),
            func.coalesce(col(Department.closed), 0).label("closed"),
        )
        .where(col(Department.hospital_id) == scope.hospital_id)
        .order_by(col(Department.code))
    )
    if scope.departments is not None:
        statement = statement.where(col(Department.code).in_(scope.departments))
    rows = store.frame(statement)
    rows["beds"] = rows["beds"].astype("float64")
    return DEPARTMENTS.check(rows)


def cost_items(store: Store, hospital_id: int) -> pd.DataFrame:
    """code, name_zh, name_en, kind of the hospital's cost items."""
    statement = (
        select(*columns(CostItem, "code", "name_zh", "name_en", "kind"))
        .where(col(CostItem.hospital_id) == hospital_id)
        .order_by(col(CostItem.code))
    )
    return store.frame(statement)


def driver_items(store: Store, hospital_id: int) -> pd.DataFrame:
    """code, name_zh, name_en, unit, role of the hospital's drivers."""
    statement = (
        select(*columns(DriverItem, "code", "name_zh", "name_en", "unit", "role"))
        .where(col(DriverItem.hospital_id) == hospital_id)
        .order_by(col(DriverItem.code))
    )
    return store.frame(statement)


def facts(store: Store, scope: Scope, measures: Collection[str] | None = None) -> pd.DataFrame:
    """FACTS rows of the scope, read from the roll-ups; of all measures unless some are named.

    After them the cases of each disease group, as `core.catalog.cube.group_measure`.
    """
    rollup = METADATA.tables["rollup_month"]
    statement = select(*[rollup.c[name] for name in FACTS.columns])
    if measures is not None:
        statement = statement.where(rollup.c.measure.in_(sorted(measures)))
    rows = _facts(store, scope, rollup, statement)
    groups = METADATA.tables["rollup_case"]
    keys = [groups.c.month, groups.c.department, groups.c.disease_group]
    treated = select(
        keys[0],
        keys[1],
        (group_measure("") + groups.c.disease_group).label("measure"),
        func.sum(groups.c.cases).label("value"),
    ).where(groups.c.disease_group != "")
    found = _facts(store, scope, groups, treated.group_by(*keys))
    return FACTS.check(pd.concat([rows, found], ignore_index=True) if len(found) else rows)


def _facts(store: Store, scope: Scope, rollup: Table, statement: Select) -> pd.DataFrame:
    statement = statement.where(
        rollup.c.hospital_id == scope.hospital_id,
        rollup.c.month.between(scope.first, scope.last),
    )
    if scope.departments is not None:
        statement = statement.where(rollup.c.department.in_(scope.departments))
    rows = store.frame(statement.order_by("month", "measure", "department"))
    return rows.astype({"month": "int64", "value": "float64"})


def marks(store: Store, hospital_id: int) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """How far a hospital's facts and its targets have come: part of the keys of what is kept.

    The first changes with every import, undo and reset, the second with every target saved;
    neither with what other hospitals, or other tables of this one, do.
    """
    own = (
        select(col(Hospital.created_at), col(Hospital.version)).where(
            col(Hospital.id) == hospital_id
        ),
        _mark(ImportBatch, hospital_id),
    )
    with store.read() as connection:
        facts_mark = [tuple(row) for one in own for row in connection.execute(one)]
        targets_mark = [tuple(row) for row in connection.execute(_mark(Target, hospital_id))]
    return tuple(facts_mark), tuple(targets_mark)


def _mark(model: type[ImportBatch] | type[Target], hospital_id: int) -> Select:
    """How many rows, the newest, and how often they were changed."""
    return select(func.count(), func.max(col(model.id)), func.sum(col(model.version))).where(
        col(model.hospital_id) == hospital_id
    )


def months_reported(store: Store, hospital_id: int) -> tuple[int, int] | None:
    """First and last month that has any roll-up; None for an empty hospital.

    The budget does not count: it is there before its months have come.
    """
    month, measure = col(RollupMonth.month), col(RollupMonth.measure)
    own = select(month).where(
        col(RollupMonth.hospital_id) == hospital_id,
        ~measure.startswith("budget_", autoescape=True),
    )
    with store.read() as connection:
        first = connection.execute(own.order_by(month).limit(1)).scalar()
        last = connection.execute(own.order_by(month.desc()).limit(1)).scalar()
    return None if first is None or last is None else (first, last)


_TARGET_COLUMNS = ("id", *TARGETS.columns, "note", "version")


def targets(store: Store, scope: Scope) -> pd.DataFrame:
    """TARGETS rows in force in any month of the scope, with id, note and version."""
    statement = (
        select(*columns(Target, *_TARGET_COLUMNS))
        .where(
            col(Target.hospital_id) == scope.hospital_id,
            col(Target.month_from) <= scope.last,
            (col(Target.month_to) == 0) | (col(Target.month_to) >= scope.first),
        )
        .order_by(col(Target.indicator), col(Target.department), col(Target.month_from))
    )
    if scope.departments is not None:
        statement = statement.where(col(Target.department).in_(["", "*", *scope.departments]))
    rows = store.frame(statement)
    for bound in ("low", "high", "watch_low", "watch_high"):
        rows[bound] = rows[bound].astype("float64")
    return TARGETS.check(rows)


def add_targets(store: Store, actor: Actor, hospital_id: int, rows: pd.DataFrame) -> None:
    """Add many targets at once: TARGETS columns, and note where there is one."""
    with store.write(actor) as work:
        for row in rows.to_dict("records"):
            values: dict[str, Any] = {
                str(name): None if pd.isna(value) else value for name, value in row.items()
            }
            work.session.add(Target(hospital_id=hospital_id, **values))
        work.record("target.add", f"{len(rows)} targets", hospital_id, new={"rows": len(rows)})


def save_target(
    store: Store, actor: Actor, hospital_id: int, values: dict[str, Any], seen: int | None = None
) -> int:
    """Add a target, or change the one whose id and version the person saw; its id.

    ConflictError E_CONFLICT when somebody else changed it first; DataError E_TARGET_SOURCE
    without a source, E_TARGET_BOUNDS without a bound or with low above high.
    """
    _check_target(values)
    with store.write(actor) as work:
        if values.get("id") is None:
            fresh = dict(values)
            fresh.update(id=None, hospital_id=hospital_id)
            target = Target(**fresh)
            work.session.add(target)
            work.session.flush()
            old: dict[str, Any] = {}
        else:
            target = _seen(work, Target, values["id"], seen)
            if target.hospital_id != hospital_id:
                raise ConflictError("E_CONFLICT", stored={})
            old = target.model_dump()
            for name, value in values.items():
                setattr(target, name, value)
            target.version += 1
        new = {name: value for name, value in target.model_dump().items() if name != "id"}
        work.record("target.save", f"target:{target.id}", hospital_id, old, new)
        assert target.id is not None  # noqa: S101 flushed or read
        return target.id


def delete_target(store: Store, actor: Actor, target_id: int, seen: int) -> None:
    """Remove a target at the version the person saw. ConflictError E_CONFLICT otherwise."""
    with store.write(actor) as work:
        target = _seen(work, Target, target_id, seen)
        work.session.delete(target)
        work.record("target.delete", f"target:{target_id}", target.hospital_id, target.model_dump())


def _check_target(values: dict[str, Any]) -> None:
    if not str(values.get("source", "")).strip():
        raise DataError("E_TARGET_SOURCE")
    bounds = [values.get(name) for name in ("watch_low", "low", "high", "watch_high")]
    stated = [float(bound) for bound in bounds if bound is not None]
    if not any(values.get(name) is not None for name in ("low", "high")):
        raise DataError("E_TARGET_BOUNDS")
    if stated != sorted(stated) or not np.isfinite(stated).all():
        raise DataError("E_TARGET_BOUNDS")


def _seen(work: Work, model: type[Row], key: object, seen: int | None) -> Row:
    """The row at the version the person saw; ConflictError with what is stored now."""
    row = work.session.get(model, key, with_for_update=True)
    version = getattr(row, "version", None)
    if row is None or version != seen:
        stored = row.model_dump() if row is not None else {}
        raise ConflictError("E_CONFLICT", stored=stored)
    return row


def mappings(store: Store, hospital_id: int, contract: str) -> pd.DataFrame:
    """id, name, fingerprint, spec, version of the saved mappings of one contract table."""
    statement = (
        select(*columns(ColumnMapping, "id", "name", "fingerprint", "spec", "version"))
        .where(
            col(ColumnMapping.hospital_id) == hospital_id, col(ColumnMapping.contract) == contract
        )
        .order_by(col(ColumnMapping.name))
    )
    return store.frame(statement)


def save_mapping(
    store: Store, actor: Actor, hospital_id: int, mapping: dict[str, Any], seen: int | None = None
) -> None:
    """Save a mapping (contract, name, fingerprint, spec) under its name.

    DataError E_MAPPING_NAME when the name is empty; a name already used is replaced when the
    version the person saw is the stored one, else ConflictError E_CONFLICT.
    """
    mapping = {**mapping, "name": mapping["name"].strip()}
    if not mapping["name"]:
        raise DataError("E_MAPPING_NAME")
    with store.write(actor) as work:
        stored = work.session.scalars(
            select(ColumnMapping).where(
                col(ColumnMapping.hospital_id) == hospital_id,
                col(ColumnMapping.contract) == mapping["contract"],
                col(ColumnMapping.name) == mapping["name"],
            )
        ).first()
        old = stored.model_dump() if stored else {}
        if stored is None:
            stored = ColumnMapping(hospital_id=hospital_id, **mapping)
        elif stored.version != seen:
            raise ConflictError("E_CONFLICT", stored=old)
        else:
            stored.fingerprint, stored.spec = mapping["fingerprint"], mapping["spec"]
            stored.version += 1
        work.session.add(stored)
        work.record("mapping.save", mapping["name"], hospital_id, old, dict(mapping))
