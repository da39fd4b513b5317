"""Matters of the weekly meeting: read, added, changed at the version seen, taken off."""

from __future__ import annotations

from typing import Any

import pandas as pd
from sqlalchemy import select
from sqlmodel import col

from core.errors import ConflictError, DataError
from core.reports.agenda.items import AGENDA, TIERS, Matter, Origin
from core.reports.tables import AgendaItem
from core.store.engine import Actor, Store, Work
from core.store.tables import columns


def matters(store: Store, hospital_id: int, meeting: int) -> pd.DataFrame:
    """AGENDA of one meeting (YYYYMMDD), in the order in which matters were added."""
    statement = (
        select(*columns(AgendaItem, *AGENDA.columns))
        .where(
            col(AgendaItem.hospital_id) == hospital_id,
            col(AgendaItem.meeting) == meeting,
            ~col(AgendaItem.removed),
        )
        .order_by(col(AgendaItem.id))
    )
    return AGENDA.check(store.frame(statement))


def meetings(store: Store, hospital_id: int) -> tuple[int, ...]:
    """Days of meetings that have matters, the latest first."""
    statement = (
        select(col(AgendaItem.meeting))
        .where(col(AgendaItem.hospital_id) == hospital_id, ~col(AgendaItem.removed))
        .distinct()
        .order_by(col(AgendaItem.meeting).desc())
    )
    return tuple(int(day) for day in store.frame(statement)["meeting"])


def add_matter(
    store: Store, actor: Actor, hospital_id: int, meeting: int, content: tuple[Matter, Origin]
) -> int:
    """Put a matter on the page of a meeting; its id.

    DataError E_AGENDA_MATTER without a matter, E_AGENDA_TWICE when the signal stands there already.
    """
    matter, origin = content
    _check(matter)
    with store.write(actor) as work:
        if origin.subject:
            there = select(AgendaItem).where(
                col(AgendaItem.hospital_id) == hospital_id,
                col(AgendaItem.meeting) == meeting,
                col(AgendaItem.subject) == origin.subject,
                col(AgendaItem.department) == origin.department,
                ~col(AgendaItem.removed),
            )
            if work.session.scalars(there).first() is not None:
                raise DataError("E_AGENDA_TWICE", meeting=_day(meeting))
        item = AgendaItem(
            hospital_id=hospital_id,
            meeting=meeting,
            subject=origin.subject,
            department=origin.department,
            month=origin.month,
            **_texts(matter),
            who=actor.name,
            at=store.clock(),
        )
        work.session.add(item)
        work.session.flush()
        assert item.id is not None  # noqa: S101 the database has just given it
        work.record("agenda.add", f"{meeting} {item.id}", hospital_id, new=item.model_dump())
        return item.id


def save_matter(
    store: Store, actor: Actor, hospital_id: int, matter: Matter, seen: tuple[int, int]
) -> None:
    """Change the matter whose id and version the person saw.

    DataError E_AGENDA_MATTER without a matter; ConflictError E_CONFLICT when somebody else was
    first.
    """
    _check(matter)
    with store.write(actor) as work:
        item = _seen(work, hospital_id, seen)
        old = item.model_dump()
        for name, value in _texts(matter).items():
            setattr(item, name, value)
        item.version += 1
        item.who, item.at = actor.name, store.clock()
        work.record("agenda.save", f"{item.meeting} {item.id}", hospital_id, old, item.model_dump())


def remove_matter(store: Store, actor: Actor, hospital_id: int, seen: tuple[int, int]) -> None:
    """Take a matter off the page; its row stays. ConflictError E_CONFLICT at another version."""
    with store.write(actor) as work:
        item = _seen(work, hospital_id, seen)
        old = item.model_dump()
        item.removed = True
        item.version += 1
        work.record("agenda.remove", f"{item.meeting} {item.id}", hospital_id, old)


def _check(matter: Matter) -> None:
    if not matter.matter.strip():
        raise DataError("E_AGENDA_MATTER")
    if matter.tier not in TIERS:
        raise ValueError(f"no such tier: {matter.tier}")


def _texts(matter: Matter) -> dict[str, Any]:
    return {
        "matter": matter.matter.strip(),
        "data": matter.data.strip(),
        "proposal": matter.proposal.strip(),
        "responsible": matter.responsible.strip(),
        "tier": matter.tier,
    }


def _seen(work: Work, hospital_id: int, seen: tuple[int, int]) -> AgendaItem:
    """The matter with this id at this version; ConflictError with what is stored now."""
    item = work.session.get(AgendaItem, seen[0], with_for_update=True)
    if item is None or item.version != seen[1] or item.hospital_id != hospital_id or item.removed:
        raise ConflictError("E_CONFLICT", stored=item.model_dump() if item else {})
    return item


def _day(meeting: int) -> str:
    return f"{meeting // 10_000:04d}-{meeting // 100 % 100:02d}-{meeting % 100:02d}"
