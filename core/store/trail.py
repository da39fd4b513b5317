"""The audit as people read it: its last rows, or all of it in a file."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from core.errors import StoreError
from core.months import LOCAL
from core.store.engine import Actor, Store
from core.store.tables import Audit, columns

COLUMNS = (
    *("id", "at", "who", "origin", "hospital_id", "action", "subject", "old", "new", "hash"),
)
_LIVE = ("=", "+", "-", "@", "\t", "\r", "\n", "\0")
_BATCH = 5_000


def last_rows(store: Store, count: int) -> list[dict[str, Any]]:
    """The newest `count` rows, oldest first; times in Asia/Shanghai."""
    newest = select(*columns(Audit, *COLUMNS)).order_by(col(Audit.id).desc()).limit(count)
    with store.read() as connection:
        rows = connection.execute(newest).mappings().all()
    return [_for_people(row) for row in reversed(rows)]


def export(store: Store, file: Path, actor: Actor) -> int:
    """Write every row as csv that a spreadsheet opens without running anything; their number.

    The export itself is then recorded. StoreError E_BACKUP_EXISTS when the file is there.
    """
    part = file.with_name(f"{file.name}.part")
    if file.exists():
        raise StoreError("E_BACKUP_EXISTS", file=file.name)
    count = 0
    try:
        with part.open("w", encoding="utf-8-sig", newline="") as text:
            writer = csv.writer(text)
            writer.writerow(COLUMNS)
            for row in _all(store):
                writer.writerow([_safe(value) for value in row.values()])
                count += 1
            text.flush()
            os.fsync(text.fileno())
        part.rename(file)
    except OSError as error:
        raise StoreError("E_BACKUP_PLACE") from error
    finally:
        part.unlink(missing_ok=True)
    if "W_STORE_READONLY" not in store.notes:
        with store.write(actor) as work:
            work.record("audit.export", file.name, new={"rows": count})
    return count


def _all(store: Store) -> Iterator[dict[str, Any]]:
    last = -1
    with store.read() as connection:
        while True:
            batch = select(*columns(Audit, *COLUMNS)).where(col(Audit.id) > last)
            rows = connection.execute(batch.order_by(col(Audit.id)).limit(_BATCH)).mappings().all()
            yield from map(_for_people, rows)
            if len(rows) < _BATCH:
                return
            last = rows[-1]["id"]


def _for_people(row: Any) -> dict[str, Any]:
    at = row["at"].astimezone(LOCAL)
    return {**row, "at": f"{at:%Y-%m-%d %H:%M:%S}"}


def _safe(value: Any) -> Any:
    """Text that a spreadsheet would run as a formula begins with an apostrophe."""
    dangerous: Sequence[str] = _LIVE
    return f"'{value}" if isinstance(value, str) and value.startswith(tuple(dangerous)) else value
