"""The row that says who brought what, and one import of a hospital at a time."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
from sqlalchemy import select
from sqlmodel import col

from core.errors import DataError
from core.hospital.tables import Department, Hospital, ImportBatch
from core.intake.delivery import Delivery
from core.store.engine import Work


def wait_for_other_imports(work: Work, hospital_id: int) -> None:
    """One import of a hospital at a time, so that each sees what the other stored."""
    key_share = {"key_share": True}  # FOR NO KEY UPDATE: rows that refer to the hospital go on
    if work.session.get(Hospital, hospital_id, with_for_update=key_share) is None:
        raise DataError("E_HOSPITAL", hospital=hospital_id)


def new_batch(work: Work, delivery: Delivery, detail: dict[str, Any] | None = None) -> int:
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
    months = delivery.rows["month"] if "month" in delivery.rows else pd.Series([0])
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
        month_first=int(months.min()),
        month_last=int(months.max()),
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


def add_departments(work: Work, delivery: Delivery) -> None:
    """Departments that a confirmed file brought, named by their code until somebody says."""
    for code in delivery.new_departments:
        work.session.add(Department(hospital_id=delivery.hospital_id, code=code, name_zh=code))
    work.session.flush()
