"""Checked rows -> staging -> one swap; and back again.

Staging is a temporary table of the importing connection: it takes no lock that others wait for,
and a killed import leaves nothing. The swap is one transaction: batch, new departments, rows
replaced (kept in the history), new rows, roll-ups of the months touched, audit.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import (
    Connection,
    Integer,
    Table,
    and_,
    column,
    delete,
    func,
    insert,
    literal,
    select,
    table,
)
from sqlalchemy.types import TypeEngine
from sqlmodel import col

from core.errors import ConflictError, DataError
from core.hospital.facts import FACT_TABLES, FactTable
from core.hospital.rollups.records import RollupRule, rebuild
from core.hospital.tables import HISTORIES, METADATA, Department, Hospital, ImportBatch
from core.store.engine import Actor, Store, Work

Progress = Callable[[float, str], None]
"""Called with a share 0-1 and the id of a text: import.step.*"""

_CHUNK = 20_000
_DEPARTMENT = {
    "dept_name": "name_zh",
    "name_en": "name_en",
    "category": "category",
    "beds": "beds",
    "opened": "opened",
    "closed": "closed",
}


@dataclass(frozen=True)
class Delivery:
    """What a person confirmed: typed rows of one contract table, and where they came from."""

    hospital_id: int
    contract: str
    rows: pd.DataFrame
    """Contract columns, money in 分; months are YYYYMM; missing is NA, never 0."""
    file_name: str
    sha256: str
    rejected: int = 0
    control_total: str = ""
    new_departments: tuple[str, ...] = ()


def load(
    store: Store,
    actor: Actor,
    delivery: Delivery,
    rules: Sequence[RollupRule],
    progress: Progress = lambda share, step: None,
) -> int:
    """Store the delivery, all of it or nothing; the id of its batch.

    DataError E_IMPORT_TWICE when the same file is already in; E_IMPORT_EMPTY without rows.
    """
    if delivery.rows.empty:
        raise DataError("E_IMPORT_EMPTY")
    if delivery.contract == "departments":
        with store.write(actor) as work:
            _wait_for_other_imports(work, delivery.hospital_id)
            return _load_departments(work, delivery)
    facts = FACT_TABLES[delivery.contract]
    with store.bulk() as connection:
        staged = _stage(store, connection, facts, delivery.rows, progress)
        try:
            progress(0.7, "import.step.swap")
            with store.write(actor, on=connection) as work:
                _wait_for_other_imports(work, delivery.hospital_id)
                batch = _new_batch(work, delivery)
                _add_departments(work, delivery)
                _swap(work.connection, facts, delivery.hospital_id, batch)
                months = sorted({int(month) for month in delivery.rows["month"].unique()})
                progress(0.85, "import.step.rollup")
                touched = [rule for rule in rules if rule.contract == delivery.contract]
                rebuild(store, work, delivery.hospital_id, months, touched)
            progress(1.0, "import.step.done")
            return batch
        finally:
            connection.execution_options(reads=True)  # a temporary table needs no write lock
            connection.exec_driver_sql(f"DROP TABLE IF EXISTS {staged}")
            connection.commit()


def _stage(
    store: Store, connection: Connection, facts: FactTable, rows: pd.DataFrame, progress: Progress
) -> str:
    """Fill the temporary table of this fact table; its name."""
    name = f"staged_{facts.store}"
    kept = [contract for contract in facts.columns if contract in rows.columns]
    names = [facts.columns[contract] for contract in kept]
    every = ", ".join(facts.columns.values())
    connection.exec_driver_sql(f"DROP TABLE IF EXISTS {name}")
    connection.exec_driver_sql(
        f"CREATE TEMPORARY TABLE {name} AS SELECT {every} FROM {facts.store} WHERE 1 = 0"  # noqa: S608
    )
    keys = [contract for contract, stored in facts.columns.items() if stored in facts.key]
    ordered = rows.sort_values(keys, kind="stable")
    types = METADATA.tables[facts.store].c
    values = [
        _plain(pd.Series(ordered[contract]), types[facts.columns[contract]].type)
        for contract in kept
    ]
    tuples = list(zip(*values, strict=True))
    for start in range(0, len(tuples), _CHUNK):
        store.insert_many(connection, name, names, tuples[start : start + _CHUNK])
        progress(0.6 * min(1.0, (start + _CHUNK) / len(tuples)), "import.step.stage")
    connection.commit()
    return name


def _plain(values: pd.Series, stored: TypeEngine) -> list[Any]:
    """Python values as the stored column wants them, None where missing."""
    if values.dtype.kind == "f" and isinstance(stored, Integer):
        values = values.astype("Int64")
    plain = values.tolist()
    if values.hasnans:
        for place in np.flatnonzero(values.isna()):
            plain[place] = None
    return plain


def _wait_for_other_imports(work: Work, hospital_id: int) -> None:
    """One import of a hospital at a time, so that each sees what the other stored."""
    key_share = {"key_share": True}  # FOR NO KEY UPDATE: rows that refer to the hospital go on
    if work.session.get(Hospital, hospital_id, with_for_update=key_share) is None:
        raise DataError("E_HOSPITAL", hospital=hospital_id)


def _new_batch(work: Work, delivery: Delivery, detail: dict | None = None) -> int:
    """The batch row and its audit row. DataError E_IMPORT_TWICE for a file that is in already."""
    earlier = work.session.scalars(
        select(col(ImportBatch.id)).where(
            col(ImportBatch.hospital_id) == delivery.hospital_id,
            col(ImportBatch.contract) == delivery.contract,
            col(ImportBatch.sha256) == delivery.sha256,
            col(ImportBatch.status) == "done",
        )
    ).first()
    if earlier is not None:
        raise DataError("E_IMPORT_TWICE", batch=earlier)
    months = delivery.rows["month"].tolist() if "month" in delivery.rows else [0]
    batch = ImportBatch(
        hospital_id=delivery.hospital_id,
        contract=delivery.contract,
        file_name=delivery.file_name,
        sha256=delivery.sha256,
        status="done",
        at=work.clock(),
        who=work.actor.name,
        rows=len(delivery.rows),
        rejected=delivery.rejected,
        month_first=int(min(months)),
        month_last=int(max(months)),
        control_total=delivery.control_total,
        detail=json.dumps(
            {"departments": list(delivery.new_departments), **(detail or {})}, ensure_ascii=False
        ),
    )
    work.session.add(batch)
    work.session.flush()
    assert batch.id is not None  # noqa: S101 flushed
    summary = batch.model_dump(include={"contract", "rows", "rejected", "control_total", "sha256"})
    work.record("import.load", f"batch:{batch.id}", delivery.hospital_id, new=summary)
    return batch.id


def _add_departments(work: Work, delivery: Delivery) -> None:
    """Departments that a confirmed file brought, named by their code until somebody says."""
    for code in delivery.new_departments:
        work.session.add(Department(hospital_id=delivery.hospital_id, code=code, name_zh=code))
    work.session.flush()


def _swap(connection: Connection, facts: FactTable, hospital_id: int, batch: int) -> None:
    """Move staged rows in; rows of the same key go to the history, under this batch."""
    stored = METADATA.tables[facts.store]
    history = HISTORIES[facts.store]
    names = list(facts.columns.values())
    staged = table(f"staged_{facts.store}", *[column(name) for name in names])
    own = stored.c.hospital_id == hospital_id
    same = and_(*[stored.c[key] == staged.c[key] for key in facts.key])
    columns = [c.name for c in stored.c]
    replaced = connection.execute(
        insert(history).from_select(
            [*columns, "replaced_by"],
            select(*[stored.c[name] for name in columns], literal(batch))
            .select_from(stored.join(staged, same))
            .where(own),
        )
    ).rowcount
    if replaced:
        kept = and_(*[history.c[key] == stored.c[key] for key in ("hospital_id", *facts.key)])
        months = select(staged.c.month).distinct().scalar_subquery()
        connection.execute(
            delete(stored).where(
                own,
                stored.c.month.in_(months),
                select(literal(1))
                .where(kept, history.c.replaced_by == batch)
                .correlate(stored)
                .exists(),
            )
        )
    connection.execute(
        insert(stored).from_select(
            ["hospital_id", *names, "batch_id"],
            select(literal(hospital_id), *[staged.c[name] for name in names], literal(batch)),
        )
    )


def undo(store: Store, actor: Actor, batch_id: int, seen: int, rules: Sequence[RollupRule]) -> None:
    """Take a batch back: its rows go, the rows it replaced return.

    DataError E_UNDO_LATER when a later batch replaced some of its rows, E_UNDO_CHANGED when a
    department was changed since, E_UNDO_USED when a department it created has facts;
    ConflictError E_CONFLICT when it was undone meanwhile.
    """
    with store.write(actor) as work:
        batch = work.session.get(ImportBatch, batch_id, with_for_update=True)
        if batch is None or batch.version != seen or batch.status != "done":
            raise ConflictError("E_CONFLICT", stored=batch.model_dump() if batch else {})
        _wait_for_other_imports(work, batch.hospital_id)
        detail = json.loads(batch.detail)
        if batch.contract == "departments":
            _refuse_later_departments(work, batch, {row["code"] for row in detail["after"]})
            _restore_departments(work, batch.hospital_id, detail)
        else:
            months = _restore_facts(work.connection, FACT_TABLES[batch.contract], batch_id)
            touched = [rule for rule in rules if rule.contract == batch.contract]
            rebuild(store, work, batch.hospital_id, months, touched)
        _drop_departments(work, batch.hospital_id, detail["departments"], batch.contract)
        batch.status, batch.version = "undone", batch.version + 1
        work.record(
            "import.undo",
            f"batch:{batch_id}",
            batch.hospital_id,
            {"status": "done"},
            {"status": "undone"},
        )


def _restore_facts(connection: Connection, facts: FactTable, batch_id: int) -> list[int]:
    """Put back what the batch replaced; the months touched."""
    stored, history = METADATA.tables[facts.store], HISTORIES[facts.store]
    later = connection.execute(
        select(func.min(history.c.replaced_by)).where(history.c.batch_id == batch_id)
    ).scalar()
    if later is not None:
        raise DataError("E_UNDO_LATER", batch=batch_id, later=later)
    own = stored.c.batch_id == batch_id
    months = connection.execute(select(stored.c.month).where(own).distinct()).scalars().all()
    connection.execute(delete(stored).where(own))
    columns = [c.name for c in stored.c]
    connection.execute(
        insert(stored).from_select(
            columns,
            select(*[history.c[name] for name in columns]).where(history.c.replaced_by == batch_id),
        )
    )
    connection.execute(delete(history).where(history.c.replaced_by == batch_id))
    return [int(month) for month in months]


def _load_departments(work: Work, delivery: Delivery) -> int:
    """Add or change departments by code; a column the file lacks keeps its stored value."""
    hospital_id = delivery.hospital_id
    stored = {
        row.code: row
        for row in work.session.scalars(
            select(Department).where(col(Department.hospital_id) == hospital_id)
        )
    }
    before, created, touched = [], [], []
    present = {source: name for source, name in _DEPARTMENT.items() if source in delivery.rows}
    for row in delivery.rows.to_dict("records"):
        values = {name: _value(row[source]) for source, name in present.items()}
        values = {name: value for name, value in values.items() if value not in (None, "", 0)}
        department = stored.get(row["dept_code"])
        if department is None:
            created.append(row["dept_code"])
            department = Department(hospital_id=hospital_id, code=row["dept_code"], **values)
            work.session.add(department)
        else:
            before.append(department.model_dump())
            _assign(department, values)
        touched.append(department)
    after = [department.model_dump() for department in touched]
    return _new_batch(work, delivery, {"before": before, "after": after, "departments": created})


def _assign(department: Department, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(department, name, value)
    department.version += 1


def _value(value: Any) -> Any:
    return None if pd.isna(value) else value.item() if isinstance(value, np.generic) else value


def _refuse_later_departments(work: Work, batch: ImportBatch, codes: set[str]) -> None:
    """DataError E_UNDO_LATER when a later file, still in, named one of these departments."""
    later = select(ImportBatch).where(
        col(ImportBatch.hospital_id) == batch.hospital_id,
        col(ImportBatch.contract) == batch.contract,
        col(ImportBatch.status) == "done",
        col(ImportBatch.id) > batch.id,
    )
    for other in work.session.scalars(later.order_by(col(ImportBatch.id))):
        if codes & {row["code"] for row in json.loads(other.detail)["after"]}:
            raise DataError("E_UNDO_LATER", batch=batch.id, later=other.id)


def _restore_departments(work: Work, hospital_id: int, detail: dict[str, Any]) -> None:
    """Departments as they were before; DataError E_UNDO_CHANGED where one has moved on."""
    before = {values["code"]: values for values in detail["before"]}
    for left in detail["after"]:
        department = work.session.get(Department, (hospital_id, left["code"]))
        if department is None or {**department.model_dump(), "version": 0} != {
            **left,
            "version": 0,
        }:
            raise DataError("E_UNDO_CHANGED", department=left["code"])
        earlier = before.get(left["code"])
        if earlier is not None:
            _assign(department, {k: v for k, v in earlier.items() if k != "version"})
    work.session.flush()


def _drop_departments(work: Work, hospital_id: int, codes: list[str], contract: str) -> None:
    """Remove departments the batch created; those that have facts by now stay or refuse.

    A batch of departments refuses to be undone under facts; a batch of facts leaves them, and
    those that somebody has named since.
    """
    work.session.flush()
    for code in codes:
        if _has_facts(work, hospital_id, code):
            if contract == "departments":
                raise DataError("E_UNDO_USED", department=code)
            continue
        department = work.session.get(Department, (hospital_id, code))
        if department is not None and (contract == "departments" or department.version == 1):
            work.session.delete(department)
    work.session.flush()


def _has_facts(work: Work, hospital_id: int, code: str) -> bool:
    for facts in FACT_TABLES.values():
        stored: Table = METADATA.tables[facts.store]
        owners = [
            stored.c[name] for name in ("department", "ordering", "performing") if name in stored.c
        ]
        for owner in owners:
            found = select(literal(1)).where(stored.c.hospital_id == hospital_id, owner == code)
            if work.connection.execute(found.limit(1)).first():
                return True
    return False
