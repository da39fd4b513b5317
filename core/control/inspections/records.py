"""Rounds and their forms: planned, filled answer by answer, submitted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
from sqlalchemy import select
from sqlmodel import col

from core.control.checklists import Checklists
from core.control.inspections.drawing import LONGEST_SEED, Wanted, digest, drawn
from core.control.inspections.editing import Template, template_in
from core.control.inspections.samples.records import population
from core.control.inspections.tables import (
    ChecklistVersion,
    Inspection,
    InspectionAnswer,
    InspectionRound,
)
from core.control.inspections.templates.records import every_template, keep
from core.control.scoring import Answer, Scorecard, check_answer, scorecard
from core.errors import ConflictError, DataError
from core.frames import Scope
from core.store.engine import Actor, Store, Work

LEVELS = (1, 2, 3)
"""Department self-check, hospital inspection, committee review."""
OFF_HOURS = ("", "night", "holiday")
LONGEST_TITLE, LONGEST_NOTE = 60, 300
OPEN, SUBMITTED, WITHDRAWN = "open", "submitted", "withdrawn"


@dataclass(frozen=True)
class Plan:
    """What is to be inspected: at which level, in which month, until when."""

    title: str
    month: int
    level: int
    due: int
    """YYYYMMDD."""
    off_hours: str = ""
    wanted: Wanted | None = None
    """The sample of records; None where departments themselves are looked at."""
    departments: tuple[str, ...] = ()
    """Those looked at themselves; where records are drawn, those they are drawn from (all)."""
    as_at: int = 0


@dataclass(frozen=True)
class Saved:
    """An answer as the store holds it."""

    answer: Answer
    note: str = ""
    who: str = ""
    version: int = 0
    """0: nobody answered yet."""


def plan_round(store: Store, actor: Actor, hospital_id: int, plan: Plan, template: Template) -> int:
    """Store the plan with every form it asks for; its id. The sample is drawn here.

    DataError E_ROUND_TITLE, E_ROUND_LEVEL (a checklist that is not for this level),
    E_ROUND_EMPTY without a department or record, and those of `drawn`.
    """
    title = " ".join(plan.title.split())
    if not title or len(title) > LONGEST_TITLE:
        raise DataError("E_ROUND_TITLE", most=LONGEST_TITLE)
    if plan.level not in template.sheet.levels or plan.off_hours not in OFF_HOURS:
        raise DataError("E_ROUND_LEVEL", level=plan.level)
    forms, told = _forms(store, hospital_id, plan)
    if not forms:
        raise DataError("E_ROUND_EMPTY")
    made = {"population": json.dumps(told, sort_keys=True), "who": actor.name, "at": store.clock()}
    row = _round_row(plan, template, title, {"hospital_id": hospital_id, **made})
    with store.write(actor) as work:
        keep(work, hospital_id, template)
        work.session.add(row)
        work.session.flush()
        assert row.id is not None  # noqa: S101 the database has just given it
        of_round = {"round_id": row.id, "hospital_id": hospital_id, "off_hours": plan.off_hours}
        work.session.add_all(Inspection(**_NEW, **of_round, **form) for form in forms)
        new = row.model_dump(exclude={"id", "at"}) | {"forms": len(forms)}
        work.record("inspection.plan", f"round:{row.id}", hospital_id, new=new)
        return row.id


def _round_row(plan: Plan, template: Template, title: str, made: dict[str, Any]) -> InspectionRound:
    """The plan as a row. made: of which hospital, by whom, when, from what it was drawn."""
    wanted, drew = plan.wanted or Wanted("-", 1, 0), plan.wanted is not None
    return InspectionRound(
        **made,
        month=plan.month,
        level=plan.level,
        checklist=template.sheet.code,
        checklist_version=template.sheet.version,
        title=title,
        seed=wanted.seed[:LONGEST_SEED] if drew else "",
        as_at=plan.as_at,
        running=wanted.running if drew else 0,
        archived=wanted.archived if drew else 0,
        off_hours=plan.off_hours,
        due=plan.due,
    )


_NEW: dict[str, Any] = {"state": OPEN, "grade": "", "own_grade": "", "submitted_by": ""}


def _forms(
    store: Store, hospital_id: int, plan: Plan
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """What each form is about, and what the sample was drawn from."""
    if plan.wanted is None:
        blank = {"kind": "place", "record": "", "disease_group": ""}
        places = enumerate(dict.fromkeys(plan.departments), 1)
        return [{"place": n, "department": code, **blank} for n, code in places], {}
    scope = Scope(hospital_id, plan.month, plan.month, plan.departments or None)
    there = population(store, scope, plan.as_at)
    sample = drawn(there, plan.wanted)
    told = digest(there) | {"of": list(plan.departments)}
    return [form_of(row) for row in sample.to_dict("records")], told


def form_of(row: Mapping[Any, Any]) -> dict[str, Any]:
    """A SAMPLE row as the columns of a form."""
    texts = {name: str(row[name]) for name in ("kind", "department", "record", "disease_group")}
    days = {
        name: None if pd.isna(row[name]) else int(row[name]) for name in ("admitted", "discharged")
    }
    return {"place": int(row["place"]), **texts, **days}


def redrawn(store: Store, hospital_id: int, round_id: int) -> tuple[pd.DataFrame, bool, bool]:
    """The sample drawn again by its seed: SAMPLE rows; whether it is the same; whether the cases
    it is drawn from are the same as then.
    """
    with store.read() as connection:
        round_ = connection.execute(
            select(InspectionRound).where(
                col(InspectionRound.id) == round_id,
                col(InspectionRound.hospital_id) == hospital_id,
            )
        ).one_or_none()
        kept = connection.execute(
            select(col(Inspection.kind), col(Inspection.record), col(Inspection.place)).where(
                col(Inspection.round_id) == round_id
            )
        ).all()
    if round_ is None or not round_.seed:
        raise DataError("E_ROUND_GONE")
    told = json.loads(round_.population)
    scope = Scope(hospital_id, round_.month, round_.month, tuple(told.pop("of", ())) or None)
    places = population(store, scope, round_.as_at)
    wanted = Wanted(round_.seed, round_.running, round_.archived)
    sample = drawn(places, wanted)
    again = set(sample[["kind", "record", "place"]].itertuples(index=False, name=None))
    same = again == {tuple(row) for row in kept}
    return sample, same, digest(places) == told


def template_of(
    store: Store, hospital_id: int, shipped: Checklists, key: tuple[str, int]
) -> Template:
    """The version that an inspection keeps. DataError E_TEMPLATE_GONE."""
    found = every_template(store, hospital_id, shipped).get(key)
    if found is None:
        raise DataError("E_TEMPLATE_GONE", checklist=key[0], version=key[1])
    return found


def answers_of(store: Store, hospital_id: int, inspection_id: int) -> dict[str, Saved]:
    """What is answered so far, by item."""
    statement = select(InspectionAnswer).where(
        col(InspectionAnswer.inspection_id) == inspection_id,
        col(InspectionAnswer.hospital_id) == hospital_id,
    )
    with store.read() as connection:
        return {row.item: _saved(row) for row in connection.execute(statement)}


def _saved(row: Any) -> Saved:
    answer = Answer(row.result, row.defects, bool(row.vetoed))
    return Saved(answer, row.note, row.who, row.version)


def save_answer(
    store: Store, actor: Actor, hospital_id: int, place: tuple[int, str], saved: Saved
) -> Saved:
    """Store one answer at once, on the version the person saw (`saved.version`); as stored.

    place: form and item. Two people fill one form: each item has its own version. Whoever says
    what is stored already is right. ConflictError E_CONFLICT with what another person stored;
    DataError E_TEXT_LONG, E_CHECK_ITEM, E_CHECK_ANSWER, E_INSPECTION_DONE after it was
    submitted.
    """
    inspection_id, item = place
    note = " ".join(saved.note.split())
    if len(note) > LONGEST_NOTE:
        raise DataError("E_TEXT_LONG", count=len(note), most=LONGEST_NOTE)
    with store.write(actor) as work:
        form = _form(work, hospital_id, inspection_id)
        template = _kept_template(work, form)
        check_answer(template.sheet, item, saved.answer)
        row = work.session.get(InspectionAnswer, place, with_for_update=True)
        stored = _saved(row) if row else Saved(Answer())
        if (stored.answer, stored.note) == (saved.answer, note) and row is not None:
            work.record("inspection.same", f"inspection:{inspection_id}:{item}", hospital_id)
            return stored
        if stored.version != saved.version:
            raise ConflictError("E_CONFLICT", stored=_told(stored))
        if row is None:
            empty = {"result": "unchecked", "note": "", "who": "", "at": store.clock()}
            keys = {"inspection_id": inspection_id, "item": item, "hospital_id": hospital_id}
            row = InspectionAnswer(**keys, **empty, version=0)
        row.result, row.defects = saved.answer.result, saved.answer.defects
        row.vetoed, row.note = saved.answer.vetoed, note
        row.who, row.at, row.version = actor.name, store.clock(), row.version + 1
        form.revision += 1
        work.session.add_all([row, form])
        new = replace(saved, note=note, who=actor.name, version=row.version)
        subject = f"inspection:{inspection_id}:{item}"
        work.record("inspection.answer", subject, hospital_id, _told(stored), _told(new))
        return new


def _told(saved: Saved) -> dict[str, Any]:
    return vars(saved.answer) | {"note": saved.note, "who": saved.who, "version": saved.version}


def submit(
    store: Store, actor: Actor, hospital_id: int, inspection_id: int, seen: int
) -> Scorecard:
    """Close the form as the person saw it; its score and grade.

    seen: the form's revision. ConflictError E_CONFLICT when an answer was changed since;
    DataError E_CHECK_UNCHECKED while an item is unchecked, and others of `scorecard`.
    """
    with store.write(actor) as work:
        form = _form(work, hospital_id, inspection_id)
        if form.revision != seen:
            raise ConflictError("E_CONFLICT", stored={"revision": form.revision})
        template = _kept_template(work, form)
        rows = work.session.scalars(
            select(InspectionAnswer).where(col(InspectionAnswer.inspection_id) == inspection_id)
        ).all()
        found = scorecard(
            template.sheet, template.scale, {row.item: _saved(row).answer for row in rows}
        )
        form.score = None if found.grade is None else found.score
        form.grade, form.own_grade = found.grade or "", found.own_grade or ""
        form.state, form.revision = SUBMITTED, form.revision + 1
        form.submitted_by, form.submitted_at = actor.name, store.clock()
        work.session.add(form)
        new = {"score": form.score, "grade": form.grade, "vetoes": [i.code for i in found.vetoes]}
        work.record("inspection.submit", f"inspection:{inspection_id}", hospital_id, new=new)
        return found


def mark_off_hours(
    store: Store, actor: Actor, hospital_id: int, inspection_id: int, off_hours: str
) -> None:
    """Say whether the form was filled by night or on a holiday; until it is submitted."""
    if off_hours not in OFF_HOURS:
        raise ValueError(off_hours)
    with store.write(actor) as work:
        form = _form(work, hospital_id, inspection_id)
        old, form.off_hours = form.off_hours, off_hours
        work.session.add(form)
        subject, new = f"inspection:{inspection_id}", {"off_hours": off_hours}
        work.record("inspection.off_hours", subject, hospital_id, {"off_hours": old}, new)


def withdraw_round(store: Store, actor: Actor, hospital_id: int, round_id: int) -> int:
    """Take back a round in which nobody has answered anything yet; how many forms it had.

    Plan and seed stay in the store; no page shows the forms any more. DataError E_ROUND_GONE,
    E_ROUND_BEGUN with how many forms are begun or submitted.
    """
    with store.write(actor) as work:
        forms = work.session.scalars(
            select(Inspection)
            .where(
                col(Inspection.round_id) == round_id,
                col(Inspection.hospital_id) == hospital_id,
                col(Inspection.state) != WITHDRAWN,
            )
            .with_for_update()
        ).all()
        if not forms:
            raise DataError("E_ROUND_GONE")
        begun = sum(form.revision > 0 or form.state != OPEN for form in forms)
        if begun:
            raise DataError("E_ROUND_BEGUN", begun=begun, forms=len(forms))
        for form in forms:
            form.state, form.revision = WITHDRAWN, form.revision + 1
        work.session.add_all(forms)
        subject, count = f"round:{round_id}", {"forms": len(forms)}
        work.record("inspection.withdraw", subject, hospital_id, count, {"forms": 0})
        return len(forms)


def _form(work: Work, hospital_id: int, inspection_id: int) -> Inspection:
    """The form, held for this write. DataError E_INSPECTION_GONE, E_INSPECTION_DONE."""
    form = work.session.get(Inspection, inspection_id, with_for_update=True)
    if form is None or form.hospital_id != hospital_id or form.state == WITHDRAWN:
        raise DataError("E_INSPECTION_GONE")
    if form.state != OPEN:
        raise DataError("E_INSPECTION_DONE", who=form.submitted_by)
    return form


def _kept_template(work: Work, form: Inspection) -> Template:
    """The version that the form's round keeps; it was stored when the round was planned."""
    content = work.session.scalars(
        select(col(ChecklistVersion.content))
        .join(
            InspectionRound,
            (col(InspectionRound.hospital_id) == col(ChecklistVersion.hospital_id))
            & (col(InspectionRound.checklist) == col(ChecklistVersion.code))
            & (col(InspectionRound.checklist_version) == col(ChecklistVersion.number)),
        )
        .where(col(InspectionRound.id) == form.round_id)
    ).one()
    return template_in(content)
