"""Writes of improvement actions: raised, moved on at the version seen, each with step and audit."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import func, select
from sqlmodel import col

from core.access.records import staff
from core.control.actions.effect import Judged
from core.control.actions.evidence import Upload, check, name_of
from core.control.actions.flow import TOLD, check_move, check_people
from core.control.actions.model import (
    KINDS,
    LONGEST_KEY,
    LONGEST_NAME,
    LONGEST_TEXT,
    LONGEST_TITLE,
    OPEN,
    VOID,
    Assignment,
    Draft,
)
from core.control.actions.rows import (
    Move,
    apply_move,
    codes_of,
    come_back,
    concluded,
    found_again,
    id_of,
    periods_of,
    row_of,
    standing_of,
    step_row,
    told_of,
)
from core.control.actions.rules import SEVERITIES, rules
from core.control.actions.tables import ActionFile, ActionStep, ImprovementAction
from core.errors import ConflictError, DataError
from core.hospital.tables import Hospital
from core.months import local_date
from core.store.engine import Actor, Store, Work

Seen = tuple[int, int]
"""Id and version of the action as the person saw it."""


def raise_action(store: Store, actor: Actor, hospital_id: int, draft: Draft) -> int:
    """Raise an action; its id.

    What is there already is not raised twice. Of the same origin, key and department, an open
    action takes the new finding as a step; one closed within six months is opened again, with its
    history and one level more urgent. Where the codes are the same too, it is the same finding:
    nothing changes.
    DataError E_ACTION_TITLE, E_ACTION_PROBLEM, E_ACTION_TEXT, E_ACTION_PEOPLE, E_ACTION_SAME,
    E_ACTION_PERSON, E_ACTION_PERIODS.
    """
    draft = _checked(store, hospital_id, draft)
    with store.write(actor) as work:
        # Two people who raise the same at once wait for each other here.
        work.session.get(Hospital, hospital_id, with_for_update={"key_share": True})
        known = _known(work, hospital_id, draft)
        if known is not None and (known.state in OPEN or _recurs(work, known)):
            if _same(work, known, draft):
                return id_of(known)
            return _raised_again(work, known, draft)
        row = row_of(hospital_id, actor.name, draft, work.clock())
        work.session.add(row)
        work.session.flush()
        _step(work, row, "raise", draft.problem, told_of(row))
        return id_of(row)


def take(store: Store, actor: Actor, hospital_id: int, seen: Seen, move: Move) -> None:
    """Take a step with an action at the version the person saw.

    ConflictError E_CONFLICT when somebody else was first; DataError of flow.check_move,
    flow.check_people, evidence.check; E_ACTION_WORDS where words are missing, E_ACTION_TEXT,
    E_ACTION_PERSON, E_ACTION_PERIODS.
    """
    text = _text(move.text)
    if move.name in TOLD and not text:
        raise DataError("E_ACTION_WORDS")
    if move.given is not None:
        _listed(store, hospital_id, _names(move.given))
    with store.write(actor) as work:
        row = _seen(work, hospital_id, seen)
        check_move(standing_of(row), move.name, actor.name)
        kinds = check(move.files, _files(work, row), rules().evidence) if move.files else ()
        changed = apply_move(row, move, actor.name, work.clock())
        number = _step(work, row, move.name, text, changed | _filed(move.files, kinds))
        _keep(work, row, number, move.files, kinds)


def conclude(store: Store, actor: Actor, hospital_id: int, seen: Seen, judged: Judged) -> str:
    """Write down what the signal says of a closed action; the verdict, worked out here anew.

    Nobody chooses it: `judged` holds points and limits, not a verdict. DataError E_ACTION_STATE
    when it is not closed or names no indicator, E_EFFECT_EARLY before its periods have passed.
    """
    with store.write(actor) as work:
        row = _seen(work, hospital_id, seen)
        old = {"effect": row.effect, "effect_month": row.effect_month}
        _step(work, row, "conclude", "", concluded(row, judged, actor.name, work.clock()), old)
        return row.effect


def _checked(store: Store, hospital_id: int, draft: Draft) -> Draft:
    if draft.origin.kind not in KINDS:
        raise ValueError(f"no such origin: {draft.origin.kind}")
    if draft.severity not in SEVERITIES:
        raise ValueError(f"no such severity: {draft.severity}")
    if len(draft.origin.key) > LONGEST_KEY:
        raise ValueError("the key of an origin is a code")
    title = " ".join(draft.title.split())
    if not title or len(title) > LONGEST_TITLE:
        raise DataError("E_ACTION_TITLE", most=LONGEST_TITLE)
    if not draft.problem.strip():
        raise DataError("E_ACTION_PROBLEM")
    if draft.owner or draft.verifier or draft.helpers:
        given = Assignment(draft.owner, draft.verifier, 0, draft.helpers)
        check_people(given)
        _listed(store, hospital_id, _names(given))
    texts = {"problem": _text(draft.problem), "expected": _text(draft.expected)}
    return replace(draft, title=title, periods=periods_of(draft.periods), **texts)


def _text(text: str) -> str:
    text = text.strip()
    if len(text) > LONGEST_TEXT:
        raise DataError("E_ACTION_TEXT", most=LONGEST_TEXT)
    return text


def _names(given: Assignment) -> list[str]:
    return [name for name in (given.owner, *given.helpers, given.verifier) if name]


def _listed(store: Store, hospital_id: int, names: Sequence[str]) -> None:
    """DataError E_ACTION_PERSON for a name that is not on the staff list."""
    known = set(staff(store, hospital_id)["name"])
    for name in names:
        if name not in known:
            raise DataError("E_ACTION_PERSON", name=name[:LONGEST_NAME])


def _known(work: Work, hospital_id: int, draft: Draft) -> ImprovementAction | None:
    """The newest action of the same matter that was not voided."""
    if not draft.origin.key:
        return None
    statement = (
        select(ImprovementAction)
        .where(
            col(ImprovementAction.hospital_id) == hospital_id,
            col(ImprovementAction.origin_kind) == draft.origin.kind,
            col(ImprovementAction.origin_key) == draft.origin.key,
            col(ImprovementAction.department) == draft.department,
            col(ImprovementAction.state) != VOID,
        )
        .order_by(col(ImprovementAction.id).desc())
        .limit(1)
        .with_for_update()
    )
    return work.session.scalars(statement).first()


def _recurs(work: Work, row: ImprovementAction) -> bool:
    closed, today = row.closed_at, local_date(work.clock())
    return closed is not None and rules().recurs(local_date(closed), today)


def _same(work: Work, row: ImprovementAction, draft: Draft) -> bool:
    """Whether it was raised from this very finding; that somebody raised it again is audited."""
    if codes_of(draft) != row.origin_codes:
        return False
    work.record("action.seen", f"action:{row.id}", row.hospital_id)
    return True


def _raised_again(work: Work, row: ImprovementAction, draft: Draft) -> int:
    """The same matter: a step of what is open, or what was closed opened again with its history."""
    old, by = told_of(row), (work.actor.name, work.clock())
    if row.state in OPEN:
        _step(work, row, "again", draft.problem, found_again(row, draft, *by))
    else:
        _step(work, row, "recur", draft.problem, come_back(row, draft, *by), old)
    return id_of(row)


def _step(
    work: Work,
    row: ImprovementAction,
    move: str,
    text: str,
    content: Mapping[str, Any],
    *old: Mapping[str, Any],
) -> int:
    """Write the step and its audit row; the step's number."""
    work.session.add(row)
    work.session.flush()
    last = select(func.max(col(ActionStep.number))).where(col(ActionStep.action_id) == row.id)
    number = (work.session.scalar(last) or 0) + 1
    work.session.add(step_row(row, number, (move, text, content), (row.who, row.at)))
    told = {"step": number, "text": text, **content}
    before = old[0] if old else None
    work.record(f"action.{move}", f"action:{row.id}", row.hospital_id, before, told)
    return number


def _files(work: Work, row: ImprovementAction) -> int:
    count = select(func.count(col(ActionFile.id))).where(col(ActionFile.action_id) == row.id)
    return int(work.session.scalar(count) or 0)


def _filed(files: Sequence[Upload], kinds: Sequence[str]) -> dict[str, Any]:
    """What the history says of new files: kind, size and digest, never the content."""
    if not files:
        return {}
    pairs = zip(files, kinds, strict=True)
    return {"files": [[kind, len(one.content), _digest(one.content)] for one, kind in pairs]}


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _keep(
    work: Work,
    row: ImprovementAction,
    step: int,
    files: Sequence[Upload],
    kinds: Sequence[str],
) -> None:
    there = _files(work, row) if files else 0
    for place, (one, kind) in enumerate(zip(files, kinds, strict=True), start=there + 1):
        work.session.add(
            ActionFile(
                hospital_id=row.hospital_id,
                action_id=id_of(row),
                step=step,
                name=name_of(id_of(row), place, kind),
                kind=kind,
                bytes=len(one.content),
                sha256=_digest(one.content),
                content=one.content,
                who=row.who,
                at=row.at,
            )
        )


def _seen(work: Work, hospital_id: int, seen: Seen) -> ImprovementAction:
    """The action at the version the person saw; ConflictError with what is stored now."""
    row = work.session.get(ImprovementAction, seen[0], with_for_update=True)
    if row is None or row.hospital_id != hospital_id:
        raise DataError("E_ACTION_GONE", action=seen[0])
    if row.version != seen[1]:
        raise ConflictError("E_CONFLICT", stored=told_of(row) | {"version": row.version})
    return row
