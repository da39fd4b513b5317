"""The desk: events read, triaged, answered; each step by name, version-checked and audited."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
from sqlalchemy import Select, select
from sqlmodel import col

from core.control.incidents.box.records import LONGEST, say
from core.control.incidents.definitions import Definitions
from core.control.incidents.grading import (
    ANALYSING,
    ASKED,
    CLOSED,
    GRADED,
    VOID,
    analysis_reasons,
    check_grade,
    check_move,
    check_severity,
)
from core.control.incidents.tables import (
    Incident,
    IncidentAnalysis,
    IncidentMessage,
    IncidentRule,
    IncidentStep,
)
from core.errors import ConflictError, DataError
from core.frames import Frame, Scope
from core.store.engine import Actor, Store, Work
from core.store.tables import columns

LONGEST_NOTE = 500
INCIDENTS = Frame(
    "incidents",
    {
        "id": "number drawn at random",
        "department": "code; '' was not told",
        "kind": "event | near_miss | hazard",
        "type": "code",
        "stage": "code",
        "occurred_on": "YYYYMMDD",
        "part": "night | morning | afternoon | evening | ''",
        "harm": "code",
        "narrative": "text",
        "remedy": "text",
        "reported_on": "YYYYMMDD",
        "state": "new | asked | graded | analysing | closed | void",
        "grade": "1-4, 0 while not graded",
        "severity": "code; '' while not graded",
        "probability": "code; '' while not graded",
        "sac": "1-3, 0 while not graded",
        "chosen": "a committee asked for a root cause analysis",
        "version": "number",
    },
    key=("id",),
)
STEPS = Frame(
    "steps of an event",
    {"before": "state", "after": "state", "note": "text", "who": "text", "at": "UTC"},
)
MESSAGES = Frame(
    "messages about an event",
    {"place": "number", "side": "reporter | desk", "body": "text", "said_on": "YYYYMMDD"},
    key=("place",),
)
Seen = tuple[int, int]
"""An event's id, and its version as the person saw it."""


@dataclass(frozen=True)
class Triage:
    """What the desk makes of a report."""

    type: str
    stage: str
    harm: str
    grade: int
    severity: str
    probability: str
    chosen: bool = False
    note: str = ""


@dataclass(frozen=True)
class Move:
    """Where an event is taken, and why; asking: the question."""

    to: str
    note: str
    definitions: Definitions


def incidents(store: Store, scope: Scope) -> pd.DataFrame:
    """INCIDENTS that occurred in the scope's months, newest first; of its departments only.

    Rows without a department belong to whoever may see all.
    """
    statement = select(*columns(Incident, *INCIDENTS.columns)).where(
        col(Incident.hospital_id) == scope.hospital_id,
        col(Incident.occurred_on).between(scope.first * 100, scope.last * 100 + 99),
    )
    statement = _allowed(statement, scope)
    ordered = statement.order_by(col(Incident.occurred_on).desc(), col(Incident.id))
    return INCIDENTS.check(store.frame(ordered))


def steps(store: Store, scope: Scope, incident_id: int) -> pd.DataFrame:
    """STEPS of an event of the scope's departments, oldest first."""
    statement = (
        select(*columns(IncidentStep, *STEPS.columns))
        .join(Incident, col(Incident.id) == col(IncidentStep.incident_id))
        .where(
            col(IncidentStep.hospital_id) == scope.hospital_id,
            col(IncidentStep.incident_id) == incident_id,
        )
    )
    return STEPS.check(store.frame(_allowed(statement, scope).order_by(col(IncidentStep.id))))


def messages(store: Store, scope: Scope, incident_id: int) -> pd.DataFrame:
    """MESSAGES about an event of the scope's departments, in their order."""
    statement = (
        select(*columns(IncidentMessage, *MESSAGES.columns))
        .join(Incident, col(Incident.id) == col(IncidentMessage.incident_id))
        .where(
            col(IncidentMessage.hospital_id) == scope.hospital_id,
            col(IncidentMessage.incident_id) == incident_id,
        )
    )
    ordered = _allowed(statement, scope).order_by(col(IncidentMessage.place))
    return MESSAGES.check(store.frame(ordered))


def rules(store: Store, hospital_id: int, definitions: Definitions) -> dict[str, float]:
    """Every rule's figure by code: the hospital's own, else as defined."""
    own = {code: value for code, value, _ in _own_rules(store, hospital_id)}
    return {rule.code: own.get(rule.code, rule.value) for rule in definitions.rules}


def rule_versions(store: Store, hospital_id: int) -> dict[str, int]:
    """Version of every rule that the hospital changed."""
    return {code: version for code, _, version in _own_rules(store, hospital_id)}


def set_rule(
    store: Store, actor: Actor, hospital_id: int, figure: tuple[Definitions, str, float], seen: int
) -> None:
    """Change a rule's figure at the version the person saw (0: as defined).

    figure: definitions, code, value. DataError E_INCIDENT_RULE outside its bounds; ConflictError.
    """
    definitions, code, value = figure
    rule = next((one for one in definitions.rules if one.code == code), None)
    if rule is None or not rule.least <= value <= rule.most:
        bounds = (rule.least, rule.most) if rule else (0, 0)
        raise DataError("E_INCIDENT_RULE", least=f"{bounds[0]:g}", most=f"{bounds[1]:g}")
    with store.write(actor) as work:
        row = work.session.get(IncidentRule, (hospital_id, code), with_for_update=True)
        if (row.version if row else 0) != seen:
            stored = {"value": row.value, "version": row.version} if row else {}
            raise ConflictError("E_CONFLICT", stored=stored)
        old = row.value if row else rule.value
        told = {"value": value, "who": actor.name, "at": work.clock(), "version": seen + 1}
        if row is None:
            row = IncidentRule(hospital_id=hospital_id, code=code, **told)
        row.sqlmodel_update(told)
        work.session.add(row)
        work.record("incident.rule", code, hospital_id, {"value": old}, {"value": value})


def triage(
    store: Store, actor: Actor, scope: Scope, seen: Seen, given: tuple[Definitions, Triage]
) -> None:
    """Grade an event at the version the person saw; one that was closed is open again.

    DataError E_INCIDENT_GRADE, E_INCIDENT_SEVERITY, E_INCIDENT_CHOICE, E_INCIDENT_NOTE;
    ConflictError E_CONFLICT.
    """
    definitions, made = given
    note = _noted(made.note)
    sac = definitions.score(made.severity, made.probability)
    known = {one.code for one in definitions.types}, {one.code for one in definitions.stages}
    if not sac or made.type not in known[0] or made.stage not in known[1]:
        raise DataError("E_INCIDENT_CHOICE")
    with store.write(actor) as work:
        row = _seen(work, scope, seen)
        if row.state == VOID:
            raise DataError("E_INCIDENT_MOVE")
        check_grade(definitions, row.kind, made.harm, made.grade)
        check_severity(definitions, made.harm, made.severity)
        old, before = _audited(row), row.state
        for name in ("type", "stage", "harm", "grade", "severity", "probability", "chosen"):
            setattr(row, name, getattr(made, name))
        row.sac = sac
        row.state = before if before == ANALYSING else GRADED
        _step(work, row, before, note)
        work.record("incident.triage", f"incident:{row.id}", row.hospital_id, old, _audited(row))


def move(store: Store, actor: Actor, scope: Scope, seen: Seen, given: Move) -> None:
    """Take an event to another state at the version the person saw.

    Asking needs a question: it goes to the holder of the receipt. Closing needs the analysis that
    the event needs. DataError E_INCIDENT_MOVE, E_INCIDENT_NOTE, E_INCIDENT_ANALYSIS; ConflictError.
    """
    to, note = given.to, _noted(given.note)
    if to in (ASKED, VOID) and not note:
        raise DataError("E_INCIDENT_NOTE", most=LONGEST_NOTE)
    with store.write(actor) as work:
        row = _seen(work, scope, seen)
        check_move(row.state, to)
        if to == GRADED and not row.grade:
            raise DataError("E_INCIDENT_MOVE")  # only a grade makes it graded
        if to == CLOSED:
            _may_close(work, row, given.definitions)
        old, before = _audited(row), row.state
        row.state = to
        if to == ASKED:
            say(work, row, "desk", note)
        _step(work, row, before, "" if to == ASKED else note)
        work.record("incident.move", f"incident:{row.id}", row.hospital_id, old, _audited(row))


def answer(store: Store, actor: Actor, scope: Scope, seen: Seen, text: str) -> None:
    """Tell the holder of the receipt something. DataError E_INCIDENT_ADDED; ConflictError."""
    body = text.strip()
    if not body or len(body) > LONGEST:
        raise DataError("E_INCIDENT_ADDED", most=LONGEST)
    with store.write(actor) as work:
        row = _seen(work, scope, seen)
        say(work, row, "desk", body)
        row.version += 1
        work.session.add(row)
        new = {"body": body}
        work.record("incident.answer", f"incident:{row.id}", row.hospital_id, new=new)


def needs(store: Store, scope: Scope, definitions: Definitions) -> pd.Series:
    """Reasons for a root cause analysis by event id, over all that the scope may see."""
    rows = incidents(store, Scope(scope.hospital_id, 0, 999_999, scope.departments))
    found = analysis_reasons(rows, rules(store, scope.hospital_id, definitions))
    return found.set_axis(rows["id"].to_numpy())


def _may_close(work: Work, row: Incident, definitions: Definitions) -> None:
    """An analysis that was begun is finished; an event that needs one has one."""
    analysis = work.session.scalars(
        select(IncidentAnalysis).where(col(IncidentAnalysis.incident_id) == row.id)
    ).first()
    if analysis is not None and analysis.state == "finished":
        return
    alike = select(*columns(Incident, *INCIDENTS.columns)).where(
        col(Incident.hospital_id) == row.hospital_id,
        col(Incident.department) == row.department,
        col(Incident.type) == row.type,
    )
    rows = pd.DataFrame(work.connection.execute(alike).mappings().all())
    rows = rows.set_axis(rows["id"].to_numpy(), axis=0)
    own = select(*columns(IncidentRule, "code", "value")).where(
        col(IncidentRule.hospital_id) == row.hospital_id
    )
    figures = {rule.code: rule.value for rule in definitions.rules}
    changed = work.connection.execute(own).mappings().all()
    figures |= {one["code"]: one["value"] for one in changed}
    if analysis is not None or analysis_reasons(rows, figures).loc[row.id]:
        raise DataError("E_INCIDENT_ANALYSIS")


def _own_rules(store: Store, hospital_id: int) -> list[tuple[str, float, int]]:
    statement = select(*columns(IncidentRule, "code", "value", "version"))
    rows = store.frame(statement.where(col(IncidentRule.hospital_id) == hospital_id))
    return list(rows.itertuples(index=False, name=None))


def _allowed(statement: Select, scope: Scope) -> Select:
    if scope.departments is None:
        return statement
    return statement.where(col(Incident.department).in_(scope.departments))


def _seen(work: Work, scope: Scope, seen: Seen) -> Incident:
    row = work.session.get(Incident, seen[0], with_for_update=True)
    if row is None or row.hospital_id != scope.hospital_id or row.version != seen[1]:
        stored = {} if row is None else {"state": row.state, "version": row.version}
        raise ConflictError("E_CONFLICT", stored=stored)
    if scope.departments is not None and row.department not in scope.departments:
        raise DataError("E_INCIDENT_CHOICE")
    return row


def _step(work: Work, row: Incident, before: str, note: str) -> None:
    """The event's next version, and one line of its history."""
    row.version += 1
    step = IncidentStep(
        hospital_id=row.hospital_id,
        incident_id=row.id,
        before=before,
        after=row.state,
        note=note,
        who=work.actor.name,
        at=work.clock(),
    )
    work.session.add_all([row, step])


def _audited(row: Incident) -> Mapping[str, Any]:
    names = ("type", "stage", "harm", "state", "grade", "severity", "probability", "sac", "chosen")
    return {name: getattr(row, name) for name in names}


def _noted(note: str) -> str:
    told = note.strip()
    if len(told) > LONGEST_NOTE:
        raise DataError("E_INCIDENT_NOTE", most=LONGEST_NOTE)
    return told
