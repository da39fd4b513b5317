"""What has been delivered: batches, months held, and what a new file would change."""

from __future__ import annotations

import numpy as np
import pandas as pd
from sqlalchemy import func, select
from sqlmodel import col

from core.hospital.facts import FACT_TABLES
from core.hospital.tables import METADATA, Department, ImportBatch
from core.intake.records import Delivery
from core.store.engine import Store
from core.store.tables import columns

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
    """contract, rows, departments, batch_id of what each fact table holds for one month."""
    found = []
    with store.read() as connection:
        for facts in FACT_TABLES.values():
            stored = METADATA.tables[facts.store]
            owner = stored.c["department" if "department" in stored.c else "ordering"]
            row = connection.execute(
                select(
                    func.count(), func.count(owner.distinct()), func.max(stored.c.batch_id)
                ).where(stored.c.hospital_id == hospital_id, stored.c.month == month)
            ).one()
            found.append((facts.contract, *row))
    return pd.DataFrame(found, columns=pd.Index(["contract", "rows", "departments", "batch_id"]))


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
    """How many rows would be new, changed and the same: counted before a person confirms."""
    if delivery.contract == "departments":
        stored = store.frame(
            select(col(Department.code)).where(col(Department.hospital_id) == delivery.hospital_id)
        )
        known = set(stored["code"]) & set(delivery.rows["dept_code"])
        return {"new": len(delivery.rows) - len(known), "changed": len(known), "same": 0}
    facts = FACT_TABLES[delivery.contract]
    stored_table = METADATA.tables[facts.store]
    kept = [contract for contract in facts.columns if contract != "remark"]
    names = [facts.columns[contract] for contract in kept]
    months = delivery.rows["month"].unique().tolist()
    stored = store.frame(
        select(*[stored_table.c[name] for name in names]).where(
            stored_table.c.hospital_id == delivery.hospital_id, stored_table.c.month.in_(months)
        )
    )
    # A column that the file lacks becomes missing: the row is replaced as a whole.
    rows = delivery.rows.reindex(columns=kept).set_axis(names, axis=1)
    merged = rows.merge(
        stored, on=list(facts.key), how="left", indicator=True, suffixes=("", "_was")
    )
    known = np.asarray(merged["_merge"] == "both")
    values = [name for name in names if name not in facts.key]
    same = known.copy()
    for name in values:
        now = np.asarray(merged[name], dtype="float64")
        was = np.asarray(merged[f"{name}_was"], dtype="float64")
        same &= (np.isnan(now) & np.isnan(was)) | (now == was)
    return {
        "new": int((~known).sum()),
        "changed": int((known & ~same).sum()),
        "same": int(same.sum()),
    }
