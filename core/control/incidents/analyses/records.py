"""Root cause analyses: begun, written line by line, finished. Every line has its own version."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from sqlalchemy import select
from sqlmodel import col

from core.control.incidents.analysis import (
    CAUSE,
    MEASURE,
    MOST_LINES,
    MOST_WHYS,
    WHY,
    Line,
    check_finish,
    checked_line,
)
from core.control.incidents.definitions import Definitions
from core.control.incidents.grading import ANALYSING, CLOSED, GRADED, day_of, number_of
from core.control.incidents.tables import AnalysisEntry, Incident, IncidentAnalysis, IncidentStep
from core.errors import ConflictError, DataError
from core.frames import Frame, Scope
from core.store.engine import Actor, Store, Work
from core.store.tables import columns

ANALYSES = Frame(
    "root cause analyses",
    {
        "id": "number",
        "incident_id": "number",
        "state": "open | finished",
        "team": "JSON list of names",
        "begun_on": "YYYYMMDD",
        "due_on": "YYYYMMDD",
        "finished_on": "YYYYMMDD, 0 while open",
        "version": "number",
    },
    key=("id",),
)
Seen = tuple[int, int]
"""An id, and the version as the person saw it."""


@dataclass(frozen=True)
class Begun:
    """How an analysis begins."""

    today: dt.date
    days: int
    """Until it is due."""
    team: tuple[str, ...]


@dataclass(frozen=True)
class Written:
    """A line as a person writes it; id 0 is a new one."""

    analysis_id: int
    section: str
    content: Mapping[str, str]
    id: int = 0
    version: int = 0


def analyses(store: Store, scope: Scope) -> pd.DataFrame:
    """ANALYSES of events of the scope's departments, the newest first."""
    statement = (
        select(*columns(IncidentAnalysis, *ANALYSES.columns))
        .join(Incident, col(Incident.id) == col(IncidentAnalysis.incident_id))
        .where(col(IncidentAnalysis.hospital_id) == scope.hospital_id)
    )
    if scope.departments is not None:
        statement = statement.where(col(Incident.department).in_(scope.departments))
    ordered = statement.order_by(
        col(IncidentAnalysis.begun_on).desc(), col(IncidentAnalysis.id).desc()
    )
    return ANALYSES.check(store.frame(ordered))


def lines(store: Store, hospital_id: int, analysis_id: int) -> tuple[Line, ...]:
    """The lines of an analysis in the order in which they were written."""
    with store.read() as connection:
        rows = connection.execute(_lines_of(hospital_id, analysis_id)).mappings().all()
    return tuple(_line(row) for row in rows)


def begin(store: Store, actor: Actor, scope: Scope, seen: Seen, begun: Begun) -> int:
    """Begin the analysis of a graded event at the version the person saw; its id.

    DataError E_INCIDENT_MOVE in another state; ConflictError E_CONFLICT.
    """
    with store.write(actor) as work:
        event = _event(work, scope, seen[0])
        if event.version != seen[1]:
            raise ConflictError("E_CONFLICT", stored={"state": event.state})
        if event.state not in (GRADED, CLOSED) or _of_event(work, event.id) is not None:
            raise DataError("E_INCIDENT_MOVE")
        row = IncidentAnalysis(
            hospital_id=event.hospital_id,
            incident_id=event.id,
            state="open",
            team=_names(begun.team),
            begun_on=number_of(begun.today),
            due_on=number_of(begun.today + dt.timedelta(days=begun.days)),
            who=actor.name,
            at=work.clock(),
        )
        work.session.add(row)
        _moved(work, event, ANALYSING)
        work.session.flush()
        assert row.id is not None  # noqa: S101 the database has just given it
        new = {"incident": event.id, "due_on": row.due_on, "team": list(begun.team)}
        work.record("incident.analysis.begin", f"analysis:{row.id}", event.hospital_id, new=new)
        return row.id


def set_team(store: Store, actor: Actor, scope: Scope, seen: Seen, team: tuple[str, ...]) -> None:
    """Who works on an analysis, at the version the person saw. ConflictError E_CONFLICT."""
    with store.write(actor) as work:
        row = _analysis(work, scope, seen[0])
        _same(row.version, seen[1], {"team": json.loads(row.team)})
        _open(row)
        old = json.loads(row.team)
        row.team, row.version = _names(team), row.version + 1
        work.session.add(row)
        work.record(
            "incident.analysis.team",
            f"analysis:{row.id}",
            row.hospital_id,
            {"team": old},
            {"team": list(team)},
        )


def write_line(
    store: Store, actor: Actor, scope: Scope, written: Written, definitions: Definitions
) -> int:
    """A new line, or another content of one at the version the person saw; its id.

    DataError E_ANALYSIS_LINE, E_ANALYSIS_WHYS (more than 5 for a cause), E_ANALYSIS_FULL,
    E_ANALYSIS_CLOSED; ConflictError E_CONFLICT.
    """
    told = checked_line(written.section, written.content, definitions)
    with store.write(actor) as work:
        analysis = _analysis(work, scope, written.analysis_id)
        _open(analysis)
        known = _known(work, analysis)
        _fits(known, written, told)
        old: dict[str, Any] = {}
        if written.id:
            row = _entry(work, analysis, (written.id, written.version))
            old, row.version = json.loads(row.content), row.version + 1
            row.content, row.who, row.at = _json(told), actor.name, work.clock()
        else:
            row = AnalysisEntry(
                hospital_id=analysis.hospital_id,
                analysis_id=written.analysis_id,
                section=written.section,
                place=len(known) + 1,
                content=_json(told),
                who=actor.name,
                at=work.clock(),
            )
        work.session.add(row)
        work.session.flush()
        assert row.id is not None  # noqa: S101 the database has just given it
        subject = f"analysis:{written.analysis_id}:{written.section}:{row.id}"
        work.record("incident.analysis.line", subject, analysis.hospital_id, old, told)
        return row.id


def remove_line(store: Store, actor: Actor, scope: Scope, analysis_id: int, seen: Seen) -> None:
    """Take a line out at the version the person saw; a cause takes its whys and measures along.

    ConflictError E_CONFLICT; DataError E_ANALYSIS_CLOSED.
    """
    with store.write(actor) as work:
        analysis = _analysis(work, scope, analysis_id)
        _open(analysis)
        row = _entry(work, analysis, seen)
        gone = [row]
        if row.section == CAUSE:
            own = [
                one.id
                for one in _known(work, analysis)
                if one.section in (WHY, MEASURE) and one.content["cause"] == str(row.id)
            ]
            gone += [found for one in own if (found := work.session.get(AnalysisEntry, one))]
        old = {str(one.id): json.loads(one.content) for one in gone}
        for one in gone:
            work.session.delete(one)
        subject = f"analysis:{analysis_id}:{row.section}:{seen[0]}"
        work.record("incident.analysis.remove", subject, analysis.hospital_id, old)


def finish(
    store: Store, actor: Actor, scope: Scope, seen: Seen, given: tuple[dt.date, Definitions]
) -> None:
    """Finish an analysis at the version the person saw; its event is closed.

    given: today, definitions. DataError E_ANALYSIS_FINISH where a rule is not kept; ConflictError.
    """
    today, definitions = given
    with store.write(actor) as work:
        row = _analysis(work, scope, seen[0])
        _same(row.version, seen[1], {"state": row.state})
        _open(row)
        check_finish(_known(work, row), json.loads(row.team), definitions)
        row.state, row.finished_on = "finished", number_of(today)
        row.version += 1
        work.session.add(row)
        _moved(work, _event(work, scope, row.incident_id), CLOSED)
        new = {"finished_on": row.finished_on}
        work.record("incident.analysis.finish", f"analysis:{row.id}", row.hospital_id, new=new)


def overdue(rows: pd.DataFrame, today: dt.date) -> pd.Series:
    """Whether each ANALYSES row is late: open after its day, or finished after it."""
    last = rows["finished_on"].where(rows["state"] == "finished", number_of(today))
    return last > rows["due_on"]


def days_left(due_on: int, today: dt.date) -> int:
    """Days until a day; negative when it has passed."""
    return (day_of(due_on) - today).days


def _fits(known: Sequence[Line], written: Written, told: Mapping[str, str]) -> None:
    if not written.id and len(known) >= MOST_LINES:
        raise DataError("E_ANALYSIS_FULL", most=MOST_LINES)
    if written.section not in (WHY, MEASURE):
        return
    if not any(one.section == CAUSE and str(one.id) == told["cause"] for one in known):
        raise DataError("E_INCIDENT_CHOICE")
    others = [
        one
        for one in known
        if one.section == WHY and one.content["cause"] == told["cause"] and one.id != written.id
    ]
    if written.section == WHY and len(others) >= MOST_WHYS:
        raise DataError("E_ANALYSIS_WHYS", most=MOST_WHYS)


def _lines_of(hospital_id: int, analysis_id: int) -> Any:
    return (
        select(*columns(AnalysisEntry, "id", "section", "content", "version"))
        .where(
            col(AnalysisEntry.hospital_id) == hospital_id,
            col(AnalysisEntry.analysis_id) == analysis_id,
        )
        .order_by(col(AnalysisEntry.place), col(AnalysisEntry.id))
    )


def _known(work: Work, analysis: IncidentAnalysis) -> tuple[Line, ...]:
    assert analysis.id is not None  # noqa: S101 it was read
    work.session.flush()
    rows = work.connection.execute(_lines_of(analysis.hospital_id, analysis.id)).mappings().all()
    return tuple(_line(row) for row in rows)


def _line(row: Mapping[Any, Any]) -> Line:
    return Line(row["id"], row["section"], json.loads(row["content"]), row["version"])


def _event(work: Work, scope: Scope, incident_id: int) -> Incident:
    row = work.session.get(Incident, incident_id, with_for_update=True)
    if row is None or row.hospital_id != scope.hospital_id:
        raise ConflictError("E_CONFLICT", stored={})
    if scope.departments is not None and row.department not in scope.departments:
        raise DataError("E_INCIDENT_CHOICE")
    return row


def _of_event(work: Work, incident_id: int) -> IncidentAnalysis | None:
    return work.session.scalars(
        select(IncidentAnalysis).where(col(IncidentAnalysis.incident_id) == incident_id)
    ).first()


def _analysis(work: Work, scope: Scope, analysis_id: int) -> IncidentAnalysis:
    row = work.session.get(IncidentAnalysis, analysis_id, with_for_update=True)
    if row is None or row.hospital_id != scope.hospital_id:
        raise ConflictError("E_CONFLICT", stored={})
    _event(work, scope, row.incident_id)
    return row


def _entry(work: Work, analysis: IncidentAnalysis, seen: Seen) -> AnalysisEntry:
    row = work.session.get(AnalysisEntry, seen[0], with_for_update=True)
    if row is None or row.analysis_id != analysis.id:
        raise ConflictError("E_CONFLICT", stored={})
    _same(row.version, seen[1], json.loads(row.content))
    return row


def _same(stored: int, seen: int, content: Mapping[str, Any]) -> None:
    if stored != seen:
        raise ConflictError("E_CONFLICT", stored=dict(content))


def _open(row: IncidentAnalysis) -> None:
    if row.state != "open":
        raise DataError("E_ANALYSIS_CLOSED")


def _moved(work: Work, event: Incident, to: str) -> None:
    before, event.state = event.state, to
    event.version += 1
    step = IncidentStep(
        hospital_id=event.hospital_id,
        incident_id=event.id,
        before=before,
        after=to,
        note="",
        who=work.actor.name,
        at=work.clock(),
    )
    work.session.add_all([event, step])


def _names(team: Sequence[str]) -> str:
    return json.dumps(list(dict.fromkeys(team)), ensure_ascii=False)


def _json(content: Mapping[str, str]) -> str:
    return json.dumps(dict(content), ensure_ascii=False, sort_keys=True)
