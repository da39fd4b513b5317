"""What has been delivered: batches, months held, and what a new file would change."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from pandas.api.types import is_numeric_dtype
from sqlalchemy import Column, and_, func, select
from sqlmodel import col

from core.hospital.facts import FACT_TABLES, MASTER_TABLES, FactTable
from core.hospital.history.tables import METADATA
from core.hospital.patients.tables import Census
from core.hospital.tables import ImportBatch
from core.intake.delivery import Delivery
from core.intake.masters.records import MONTHS
from core.months import add_months
from core.store.engine import Store
from core.store.tables import columns

_AT_ONCE = 5_000
_BATCH = (
    "id",
    "contract",
    "file_name",
    "status",
    "at",
    "who",
    "rows",
    "rejected",
    "month_first",
    "month_last",
    "control_total",
    "sha256",
    "version",
)


def batches(store: Store, hospital_id: int, most: int = 200) -> pd.DataFrame:
    """The newest imports first: who brought what, when (UTC), for which months."""
    statement = (
        select(*columns(ImportBatch, *_BATCH))
        .where(col(ImportBatch.hospital_id) == hospital_id)
        .order_by(col(ImportBatch.id).desc())
        .limit(most)
    )
    return store.frame(statement)


def known_files(store: Store, hospital_id: int, contract: str) -> frozenset[str]:
    """SHA-256 of the files that are in."""
    statement = select(col(ImportBatch.sha256)).where(
        col(ImportBatch.hospital_id) == hospital_id,
        col(ImportBatch.contract) == contract,
        col(ImportBatch.status) == "done",
    )
    return frozenset(store.frame(statement)["sha256"])


def reported(store: Store, hospital_id: int, month: int) -> pd.DataFrame:
    """contract, rows, departments, batch_id of what each fact table holds for one month.

    Rows of a ward or a machine count for its department.
    """
    found = []
    with store.read() as connection:
        for facts in FACT_TABLES.values():
            stored = METADATA.tables[facts.store]
            source, owner = _owner(facts)
            row = connection.execute(
                select(func.count(), func.count(owner.distinct()), func.max(stored.c.batch_id))
                .select_from(source)
                .where(stored.c.hospital_id == hospital_id, stored.c.month == month)
            ).one()
            found.append((facts.contract, *row))
    return pd.DataFrame(found, columns=pd.Index(["contract", "rows", "departments", "batch_id"]))


def _owner(facts: FactTable) -> tuple[Any, Column[Any]]:
    """Where to read from, and the column that names the department of a row."""
    stored = METADATA.tables[facts.store]
    if facts.owners:
        return stored, stored.c[facts.owners[0]]
    for link in stored.foreign_key_constraints:
        master = link.referred_table
        if "department" in master.c:
            same = [stored.c[key.parent.name] == key.column for key in link.elements]
            return stored.join(master, and_(*same)), master.c["department"]
    raise ValueError(f"{facts.store} names no department")


def delivered_lately(store: Store, hospital_id: int, month: int) -> frozenset[str]:
    """The contract tables that hold rows of any of the 12 months up to `month`."""
    statement = (
        select(col(ImportBatch.contract))
        .where(
            col(ImportBatch.hospital_id) == hospital_id,
            col(ImportBatch.status) != "undone",
            col(ImportBatch.month_last) > add_months(month, -12),
            col(ImportBatch.month_first) <= month,
        )
        .distinct()
    )
    return frozenset(store.frame(statement)["contract"])


def last_open_beds(store: Store, hospital_id: int) -> dict[str, int]:
    """Open beds by ward, of the newest day of the newest month that has a census."""
    own = col(Census.hospital_id) == hospital_id
    newest = select(func.max(col(Census.month))).where(own).scalar_subquery()
    statement = (
        select(col(Census.ward), col(Census.open_beds))
        .where(own, col(Census.month) == newest)
        .order_by(col(Census.date))
    )
    rows = store.frame(statement)
    return dict(zip(rows["ward"], rows["open_beds"].astype(int), strict=True))


def last_total(
    store: Store, hospital_id: int, contract: str, control: str
) -> tuple[int, int | float] | None:
    """The newest month that is stored and the total of its control column; money in 分."""
    facts = FACT_TABLES[contract]
    stored = METADATA.tables[facts.store]
    own = stored.c.hospital_id == hospital_id
    with store.read() as connection:
        month = connection.execute(select(func.max(stored.c.month)).where(own)).scalar()
        total = select(func.sum(stored.c[facts.columns[control]])).where(
            own, stored.c.month == month
        )
        found = connection.execute(total).scalar()
    return None if month is None or found is None else (month, found)


def month_totals(
    store: Store, hospital_id: int, contract: str, control: str
) -> list[tuple[int, int]]:
    """(month, total) of a table's control column, newest first; money in 分."""
    facts = FACT_TABLES[contract]
    stored = METADATA.tables[facts.store]
    statement = (
        select(stored.c.month, func.sum(stored.c[facts.columns[control]]))
        .where(stored.c.hospital_id == hospital_id)
        .group_by(stored.c.month)
        .order_by(stored.c.month.desc())
    )
    with store.read() as connection:
        return [(row[0], row[1]) for row in connection.execute(statement) if row[1] is not None]


def changes(store: Store, delivery: Delivery) -> dict[str, int]:
    """How many rows would be new, changed and the same: counted before a person confirms.

    A blank cell of a fact becomes missing, for the row is replaced as a whole; a blank cell of a
    master keeps what is stored.
    """
    master = delivery.contract in MASTER_TABLES
    facts = (MASTER_TABLES if master else FACT_TABLES)[delivery.contract]
    kept = [c for c in facts.columns if c != "remark" and (not master or c in delivery.rows)]
    names = [facts.columns[contract] for contract in kept]
    rows = delivery.rows.reindex(columns=kept).set_axis(names, axis=1)
    key = list(facts.identity)
    stored = _stored(store, delivery.hospital_id, facts, rows, names)
    if stored.empty:
        return {"new": len(rows), "changed": 0, "same": 0}
    for name in key:
        text = not is_numeric_dtype(stored[name])
        rows[name] = rows[name].fillna("").astype(str) if text else rows[name].astype("int64")
    merged = rows.merge(stored, on=key, how="left", indicator=True, suffixes=("", "_was"))
    known = np.asarray(merged["_merge"] == "both")
    same = known.copy()
    for name in names:
        if name not in key:
            blank = _blank(merged[name], months=name in MONTHS)
            agree = _equal(merged[name], merged[f"{name}_was"])
            same &= (agree | blank) if master else agree
    return {
        "new": int((~known).sum()),
        "changed": int((known & ~same).sum()),
        "same": int(same.sum()),
    }


def _stored(
    store: Store, hospital_id: int, facts: FactTable, rows: pd.DataFrame, names: list[str]
) -> pd.DataFrame:
    """What is stored under the keys of the rows, or around them: the months they lie in."""
    table = METADATA.tables[facts.store]
    statement = select(*[table.c[name] for name in names]).where(table.c.hospital_id == hospital_id)
    if facts.contract in MASTER_TABLES:
        return store.frame(statement)
    if facts.replaces:
        key = facts.identity[0]
        values = rows[key].tolist()
        parts = [values[start : start + _AT_ONCE] for start in range(0, len(values), _AT_ONCE)]
        found = [store.frame(statement.where(table.c[key].in_(part))) for part in parts]
        return pd.concat([part for part in found if len(part)] or found[:1], ignore_index=True)
    return store.frame(statement.where(table.c.month.in_(rows["month"].unique().tolist())))


def _blank(values: pd.Series, months: bool) -> np.ndarray:
    """Cells that say nothing: missing, '' or, of a month, 0."""
    missing = np.asarray(values.isna())
    if not is_numeric_dtype(values):
        missing = missing | np.asarray(values == "")
    return missing | np.asarray(values.fillna(0) == 0) if months else missing


def _equal(now: pd.Series, was: pd.Series) -> np.ndarray:
    """Whether two cells agree: text with text ('' and missing alike), number with number."""
    if not (is_numeric_dtype(now) and is_numeric_dtype(was)):
        texts = [values.astype(object).where(values.notna(), "") for values in (now, was)]
        if any(isinstance(value, str) for values in texts for value in values if value != ""):
            return np.asarray(texts[0].astype(str) == texts[1].astype(str))
    numbers = [np.asarray(pd.to_numeric(values), dtype="float64") for values in (now, was)]
    return (np.isnan(numbers[0]) & np.isnan(numbers[1])) | (numbers[0] == numbers[1])
