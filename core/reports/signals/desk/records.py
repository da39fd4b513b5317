"""Answers to signals: read, kept, taken back. One row a signal, changed at the version seen."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import select
from sqlmodel import col

from core.errors import ConflictError, DataError
from core.reports.signals.answers import ACKNOWLEDGED, ANSWERS, SNOOZED, Answer
from core.reports.tables import SignalAnswer
from core.store.engine import Actor, Store
from core.store.tables import columns


def answers(store: Store, hospital_id: int) -> pd.DataFrame:
    """ANSWERS of the hospital, by key."""
    statement = (
        select(*columns(SignalAnswer, *ANSWERS.columns))
        .where(col(SignalAnswer.hospital_id) == hospital_id)
        .order_by(*columns(SignalAnswer, *ANSWERS.key))
    )
    return ANSWERS.check(store.frame(statement))


def keep_answer(
    store: Store, actor: Actor, hospital_id: int, given: Answer, seen: int | None = None
) -> None:
    """Keep an answer, in place of one at the version the person saw.

    DataError E_SIGNAL_REASON without a reason, E_SIGNAL_UNTIL when it is snoozed until no month
    after it began; ConflictError E_CONFLICT when somebody else answered meanwhile.
    """
    _check(given)
    with store.write(actor) as work:
        stored = work.session.scalars(
            select(SignalAnswer)
            .where(
                col(SignalAnswer.hospital_id) == hospital_id,
                col(SignalAnswer.subject) == given.subject,
                col(SignalAnswer.department) == given.department,
                col(SignalAnswer.since) == given.since,
            )
            .with_for_update()
        ).first()
        old = stored.model_dump() if stored else {}
        if (stored.version if stored else None) != (seen or None):
            raise ConflictError("E_CONFLICT", stored=old)
        texts = {"answer": given.answer, "until": given.until, "reason": given.reason.strip()}
        made = {**texts, "who": actor.name, "at": store.clock()}
        if stored is None:
            origin = (given.subject, given.department, given.since)
            stored = SignalAnswer(
                hospital_id=hospital_id, **dict(zip(ANSWERS.key, origin, strict=True)), **made
            )
        else:
            for name, value in made.items():
                setattr(stored, name, value)
            stored.version += 1
        work.session.add(stored)
        work.session.flush()
        work.record("signal.answer", _name(stored), hospital_id, old, stored.model_dump())


def take_back(store: Store, actor: Actor, hospital_id: int, answer_id: int, seen: int) -> None:
    """Take an answer back at the version the person saw. ConflictError E_CONFLICT otherwise."""
    with store.write(actor) as work:
        stored = work.session.get(SignalAnswer, answer_id, with_for_update=True)
        if stored is None or stored.version != seen or stored.hospital_id != hospital_id:
            raise ConflictError("E_CONFLICT", stored=stored.model_dump() if stored else {})
        work.session.delete(stored)
        work.record("signal.take_back", _name(stored), hospital_id, stored.model_dump())


def _check(given: Answer) -> None:
    if given.answer not in (ACKNOWLEDGED, SNOOZED):
        raise ValueError(f"no such answer: {given.answer}")
    if not given.reason.strip():
        raise DataError("E_SIGNAL_REASON")
    if given.answer == SNOOZED and given.until < given.since:
        raise DataError("E_SIGNAL_UNTIL")


def _name(stored: SignalAnswer) -> str:
    return f"{stored.subject} {stored.department}".strip()
