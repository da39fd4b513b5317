"""The event calendar of a hospital: read, entered, changed, removed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd
from sqlalchemy import select
from sqlmodel import col

from core.errors import ConflictError, DataError
from core.flow.effects import CHANGE, Event, checked
from core.flow.tables import FlowEvent
from core.frames import Frame
from core.store.engine import Actor, Store, Work
from core.store.tables import columns

LONGEST, LONGEST_REASON = 40, 500
"""Characters of a name, and of a reason."""
EVENTS = Frame(
    "flow events",
    {
        "id": "number",
        "kind": "closure | change | holiday | workday | makeup",
        "stream": "'' is every stream",
        "department": "'' is every department",
        "first": "YYYYMMDD",
        "last": "YYYYMMDD, included",
        "percent": "of a change, NaN otherwise",
        "learn": "whether its past days are learned from",
        "name": "text",
        "reason": "text",
        "who": "text",
        "at": "UTC",
        "version": "number",
    },
    key=("id",),
)


@dataclass(frozen=True)
class Entry:
    """What a person enters: the event, and why."""

    event: Event
    reason: str


def events(store: Store, hospital_id: int) -> pd.DataFrame:
    """EVENTS of a hospital, in the order of their first day."""
    rows = store.frame(
        select(*columns(FlowEvent, *EVENTS.columns))
        .where(col(FlowEvent.hospital_id) == hospital_id)
        .order_by(col(FlowEvent.first), col(FlowEvent.id))
    )
    return EVENTS.check(rows.astype({"percent": "float64"}))


def event_in(row: dict[Any, Any]) -> Event:
    """The event of an EVENTS row."""
    percent = 0.0 if pd.isna(row["percent"]) else float(row["percent"])
    texts = {name: str(row[name]) for name in ("kind", "stream", "department", "name")}
    first, last = int(row["first"]), int(row["last"])
    return Event(first=first, last=last, percent=percent, learn=bool(row["learn"]), **texts)


def add_event(store: Store, actor: Actor, hospital_id: int, entry: Entry) -> int:
    """A new event; its id. DataError E_EVENT_*, as `checked` says, E_EVENT_NAME, E_EVENT_REASON."""
    row = FlowEvent(hospital_id=hospital_id, **_told(entry), who=actor.name, at=store.clock())
    with store.write(actor) as work:
        work.session.add(row)
        work.session.flush()
        assert row.id is not None  # noqa: S101 the database has just given it
        work.record("event.add", f"event:{row.id}", hospital_id, new=_told(entry))
        return row.id


def change_event(store: Store, actor: Actor, event_id: int, entry: Entry, seen: int) -> None:
    """Another content at the version the person saw. ConflictError E_CONFLICT otherwise."""
    told = _told(entry)
    with store.write(actor) as work:
        row = _seen(work, event_id, seen)
        old = {name: getattr(row, name) for name in told}
        for name, value in told.items():
            setattr(row, name, value)
        row.version, row.who, row.at = row.version + 1, actor.name, store.clock()
        work.session.add(row)
        work.record("event.change", f"event:{event_id}", row.hospital_id, old, told)


def remove_event(store: Store, actor: Actor, event_id: int, seen: int) -> None:
    """Remove it at the version the person saw. ConflictError E_CONFLICT otherwise."""
    with store.write(actor) as work:
        row = _seen(work, event_id, seen)
        old = row.model_dump(exclude={"id", "hospital_id", "at"})
        work.session.delete(row)
        work.record("event.remove", f"event:{event_id}", row.hospital_id, old=old)


def _told(entry: Entry) -> dict[str, Any]:
    event = checked(entry.event)
    name, reason = " ".join(event.name.split()), entry.reason.strip()
    if not name or len(name) > LONGEST:
        raise DataError("E_EVENT_NAME", most=LONGEST)
    if not reason or len(reason) > LONGEST_REASON:
        raise DataError("E_EVENT_REASON", most=LONGEST_REASON)
    percent = event.percent if event.kind == CHANGE else None
    return vars(event) | {"percent": percent, "name": name, "reason": reason}


def _seen(work: Work, event_id: int, seen: int) -> FlowEvent:
    row = work.session.get(FlowEvent, event_id, with_for_update=True)
    if row is None or row.version != seen:
        stored = {} if row is None else {"name": row.name, "version": row.version}
        raise ConflictError("E_CONFLICT", stored=stored)
    return row
