"""Scenarios saved with a name, an owner and a note: read, saved, written over, removed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
from sqlalchemy import select
from sqlmodel import col

from core.errors import ConflictError, DataError
from core.frames import Frame
from core.hospital.scenarios.tables import SavedScenario
from core.store.engine import Actor, Store, Work
from core.store.tables import columns

LONGEST, LONGEST_NOTE = 40, 500
"""Characters of a name, and of a note."""
SCENARIOS = Frame(
    "saved scenarios",
    {
        "id": "number",
        "name": "text",
        "note": "text, may be empty",
        "month": "YYYYMM, the last month of its base",
        "span": "month | quarter | ytd | year12",
        "content": "JSON of what its page needs to show it again",
        "who": "text",
        "at": "UTC",
        "version": "number",
    },
    key=("id",),
)
Place = tuple[int, str]
"""A hospital and the address of one of its pages."""


@dataclass(frozen=True)
class Kept:
    """What is saved: the name that people give it, what it says, its base, a note."""

    name: str
    content: Mapping[str, Any]
    month: int
    span: str
    note: str = ""


def scenarios(store: Store, place: Place) -> pd.DataFrame:
    """SCENARIOS of a hospital's page, by name."""
    hospital_id, page = place
    rows = store.frame(
        select(*columns(SavedScenario, *SCENARIOS.columns))
        .where(col(SavedScenario.hospital_id) == hospital_id, col(SavedScenario.page) == page)
        .order_by(col(SavedScenario.name))
    )
    return SCENARIOS.check(rows)


def save_scenario(store: Store, actor: Actor, place: Place, kept: Kept) -> int:
    """A new saved scenario; its id.

    DataError E_SCENARIO_NAME, E_SCENARIO_NOTE, E_SCENARIO_TAKEN.
    """
    hospital_id, page = place
    name, note = _named(kept.name), _noted(kept.note)
    with store.write(actor) as work:
        taken = work.session.scalars(
            select(SavedScenario).where(
                col(SavedScenario.hospital_id) == hospital_id,
                col(SavedScenario.page) == page,
                col(SavedScenario.name) == name,
            )
        ).first()
        if taken is not None:
            raise DataError("E_SCENARIO_TAKEN", name=name)
        row = SavedScenario(
            hospital_id=hospital_id,
            page=page,
            name=name,
            note=note,
            month=kept.month,
            span=kept.span,
            content=_content(kept),
            who=actor.name,
            at=store.clock(),
        )
        work.session.add(row)
        work.session.flush()
        assert row.id is not None  # noqa: S101 the database has just given it
        work.record("scenario.save", f"scenario:{row.id}", hospital_id, new=_audited(row))
        return row.id


def overwrite_scenario(store: Store, actor: Actor, scenario_id: int, kept: Kept, seen: int) -> None:
    """Another content under the same name, at the version the person saw.

    ConflictError E_CONFLICT when somebody else changed it first.
    """
    note = _noted(kept.note)
    with store.write(actor) as work:
        row = _seen(work, scenario_id, seen)
        old = _audited(row)
        row.note, row.month, row.span = note, kept.month, kept.span
        row.content, row.at, row.who = _content(kept), store.clock(), actor.name
        row.version += 1
        work.session.add(row)
        subject = f"scenario:{scenario_id}"
        work.record("scenario.overwrite", subject, row.hospital_id, old, _audited(row))


def remove_scenario(store: Store, actor: Actor, scenario_id: int, seen: int) -> None:
    """Remove it at the version the person saw. ConflictError E_CONFLICT otherwise."""
    with store.write(actor) as work:
        row = _seen(work, scenario_id, seen)
        work.session.delete(row)
        work.record(
            "scenario.remove", f"scenario:{scenario_id}", row.hospital_id, old=_audited(row)
        )


def _content(kept: Kept) -> str:
    return json.dumps(kept.content, ensure_ascii=False, sort_keys=True)


def _audited(row: SavedScenario) -> dict[str, Any]:
    return {
        "page": row.page,
        "name": row.name,
        "note": row.note,
        "month": row.month,
        "span": row.span,
        "content": json.loads(row.content),
    }


def _named(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > LONGEST:
        raise DataError("E_SCENARIO_NAME", most=LONGEST)
    return name


def _noted(note: str) -> str:
    note = note.strip()
    if len(note) > LONGEST_NOTE:
        raise DataError("E_SCENARIO_NOTE", most=LONGEST_NOTE)
    return note


def _seen(work: Work, scenario_id: int, seen: int) -> SavedScenario:
    row = work.session.get(SavedScenario, scenario_id, with_for_update=True)
    if row is None or row.version != seen:
        stored = {} if row is None else {"name": row.name, "version": row.version}
        raise ConflictError("E_CONFLICT", stored=stored)
    return row
