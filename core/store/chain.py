"""The audit as a chain: each row carries a hash of the row before and of itself.

A row that was edited, put in between or taken out breaks the chain there; one taken off the end
is missed by the head, a table of one row that moves on in the same transaction. Who may write to
the database and knows this file can compute the whole chain anew from some row on, head included:
that is found only against a head noted elsewhere, as every backup notes it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select, update
from sqlmodel import col

from core.errors import StoreError
from core.store.tables import Audit, AuditHead

COLUMNS = ("id", "at", "who", "origin", "hospital_id", "action", "subject", "old", "new")
RESTORED = "backup.restore"
"""The action of the row that may follow a jump of ids: what it replaced had come further."""
_BATCH = 5_000


@dataclass(frozen=True)
class Head:
    """The last row of a trail: its number and its hash."""

    last_id: int
    hash: str


@dataclass(frozen=True)
class Verdict:
    """What a walk along the chain found."""

    rows: int
    head: Head
    row: int | None = None
    """The first row that does not fit; None where all do."""
    reason: str = ""
    """row: its hash does not follow from the row before; gap: nor does its number, rows are gone;
    tail: the last row is not the one that the head knows; noted: a backup had noted another."""


def digest(before: str, row: Mapping[Any, Any]) -> str:
    """SHA-256 (hex) of the hash before and the row's columns as canonical JSON, time in UTC."""
    moment = row["at"].astimezone(dt.UTC).isoformat(timespec="microseconds")
    values = [moment if name == "at" else row[name] for name in COLUMNS]
    text = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256((before + text).encode("utf-8", "surrogatepass")).hexdigest()


def head_of(connection: Connection) -> Head:
    """The head as stored. StoreError E_AUDIT_HEAD when somebody has taken it away."""
    statement = select(col(AuditHead.last_id), col(AuditHead.hash))
    found = connection.execute(statement).one_or_none()
    if found is None:
        raise StoreError("E_AUDIT_HEAD")
    return Head(*found)


def append(connection: Connection, trail: list[Audit], after: int = 0) -> None:
    """Number and chain rows that are about to be stored, and move the head on to the last.

    Commits must wait for each other from before this call. after: a number that the rows must
    come after, where a trail that had come further was replaced.
    """
    head = head_of(connection)
    last_id, before = max(head.last_id, after), head.hash
    for row in trail:
        last_id += 1
        row.id = last_id
        row.hash = before = digest(before, {name: getattr(row, name) for name in COLUMNS})
    connection.execute(update(AuditHead).values(last_id=last_id, hash=before))


def chained(seed: str, rows: Iterable[Mapping[Any, Any]]) -> Iterator[str]:
    """The hash of each row, in the order of their ids."""
    before = seed
    for row in rows:
        before = digest(before, row)
        yield before


def verify(connection: Connection, noted: Mapping[int, str] | None = None) -> Verdict:
    """Walk the chain of one consistent state in batches, up to the first row that does not fit.

    noted: hash by row number, as earlier backups noted their heads.
    """
    stored = head_of(connection)
    known = dict(noted or {})
    seed = connection.execute(select(col(AuditHead.seed))).scalar_one()
    count, last = 0, Head(0, seed)
    for row in _rows(connection):
        if digest(last.hash, row) != row["hash"]:
            reason = "row" if row["id"] == last.last_id + 1 else "gap"
            return Verdict(count, stored, row["id"], reason)
        if known.pop(row["id"], row["hash"]) != row["hash"]:
            return Verdict(count, stored, row["id"], "noted")
        if row["action"] == RESTORED:  # what was noted of the trail it replaced is gone with it
            known = {number: of for number, of in known.items() if number > row["id"]}
        elif any(number < row["id"] for number in known):
            return Verdict(count, stored, row["id"], "noted")
        count, last = count + 1, Head(row["id"], row["hash"])
    if last != stored or known:
        return Verdict(count, stored, last.last_id + 1, "tail")
    return Verdict(count, stored)


def _rows(connection: Connection) -> Iterator[Mapping[Any, Any]]:
    columns = [getattr(Audit, name) for name in (*COLUMNS, "hash")]
    last = -1
    while True:
        batch = select(*columns).where(col(Audit.id) > last).order_by(col(Audit.id)).limit(_BATCH)
        rows = connection.execute(batch).mappings().all()
        yield from rows
        if len(rows) < _BATCH:
            return
        last = rows[-1]["id"]
