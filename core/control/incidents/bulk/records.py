"""Events, steps and analyses written many at once, in one transaction; nothing is checked here."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, insert, select
from sqlmodel import col

from core.control.incidents.analysis import BONE, CAUSE, MEASURE, TIMELINE, WHY
from core.control.incidents.tables import (
    AnalysisEntry,
    Incident,
    IncidentAnalysis,
    IncidentMessage,
    IncidentStep,
)
from core.store.engine import Actor, Store, Work

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Content:
    """An analysis with its lines; whys and measures stand with their cause."""

    head: Row
    """Columns of IncidentAnalysis but hospital_id, who and at."""
    timeline: Sequence[Row]
    bones: Sequence[Row]
    causes: Sequence[Row]
    """kind, because, likelier, so; whys (text, evidence, depth), measures (measure, text)."""


@dataclass(frozen=True)
class Batch:
    """Rows with the columns of their tables but hospital_id."""

    events: Sequence[Row]
    steps: Sequence[Row]
    messages: Sequence[Row]
    analyses: Sequence[Content]


def has_events(store: Store, hospital_id: int) -> bool:
    """Whether the hospital holds any event."""
    with store.read() as connection:
        count = connection.execute(
            select(func.count()).where(col(Incident.hospital_id) == hospital_id)
        ).scalar()
    return bool(count)


def put(store: Store, actor: Actor, hospital_id: int, batch: Batch) -> None:
    """Write the batch with one audit row."""
    with store.write(actor) as work:
        for table, rows in (
            (Incident, batch.events),
            (IncidentStep, batch.steps),
            (IncidentMessage, batch.messages),
        ):
            if rows:
                own = [{**row, "hospital_id": hospital_id} for row in rows]
                work.connection.execute(insert(table), own)
        for content in batch.analyses:
            _analysis(work, hospital_id, content)
        new = {"events": len(batch.events), "analyses": len(batch.analyses)}
        work.record("incident.load", "incidents", hospital_id, new=new)


def _analysis(work: Work, hospital_id: int, content: Content) -> None:
    by = {"hospital_id": hospital_id, "who": work.actor.name, "at": work.clock()}
    head = IncidentAnalysis(**content.head, **by)
    work.session.add(head)
    work.session.flush()
    analysis_id = head.id or 0
    written = 0

    def line(section: str, told: Row) -> AnalysisEntry:
        nonlocal written
        written += 1
        row = AnalysisEntry(
            analysis_id=analysis_id,
            section=section,
            place=written,
            content=json.dumps(dict(told), ensure_ascii=False, sort_keys=True),
            **by,
        )
        work.session.add(row)
        return row

    for section, rows in ((TIMELINE, content.timeline), (BONE, content.bones)):
        for told in rows:
            line(section, told)
    for told in content.causes:
        names = ("kind", "because", "likelier", "so")
        cause = line(CAUSE, {name: told[name] for name in names})
        work.session.flush()
        for section, part in ((WHY, "whys"), (MEASURE, "measures")):
            for row in told[part]:
                line(section, {**row, "cause": str(cause.id)})
