"""What a store holds, in numbers that must be equal after a restore."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, column, func, inspect, select, table, text

from core.errors import StoreError
from core.store.chain import head_of

Totals = dict[str, dict[str, int]]
_COUNTS = {
    *("outpatient_visits", "emergency_visits", "discharges", "bed_days_used", "examinations"),
    *("count", "occupied", "numerator", "rows"),
}
"""Columns added up beside those of money (_fen)."""
_OWN = {"alembic_version", "audit_head"}


def totals(connection: Connection) -> Totals:
    """Rows of every table (as "rows"), and the sums of its amounts in 分 and of its counts."""
    found: Totals = {}
    columns = inspect(connection).get_multi_columns()
    for (_schema, name), described in sorted(columns.items(), key=lambda item: item[0][1]):
        if name in _OWN:
            continue
        whole = [c["name"] for c in described if c["type"].python_type is int]
        summed = [c for c in whole if c.endswith("_fen") or c in _COUNTS]
        sums = [func.coalesce(func.sum(column(c)), 0) for c in summed]
        row = connection.execute(select(func.count(), *sums).select_from(table(name))).one()
        labels = ["rows", *[f"sum of {c}" for c in summed]]
        found[name] = {label: int(value) for label, value in zip(labels, row, strict=True)}
    return found


def revision(connection: Connection) -> str | None:
    """The schema's revision; None where there is no schema."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def described(connection: Connection) -> dict[str, Any]:
    """Schema, totals and the end of the audit, for the note beside a backup."""
    audit: dict[str, Any] | None = None
    if inspect(connection).has_table("audit_head"):
        head = head_of(connection)
        audit = {"last_id": head.last_id, "hash": head.hash}
    return {"schema": revision(connection), "audit": audit, "tables": totals(connection)}


def compare(noted: Totals, found: Totals) -> None:
    """StoreError E_BACKUP_TOTALS naming the tables whose numbers differ."""
    different = sorted(
        name for name in noted.keys() | found.keys() if noted.get(name) != found.get(name)
    )
    if different:
        raise StoreError("E_BACKUP_TOTALS", tables=", ".join(different))
