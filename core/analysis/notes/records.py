"""What people say about a chart: dated notes, and rebases with a reason and an approver.

Nothing is begun anew by itself. What is removed stays in the store, marked, and in the audit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import pandas as pd
from sqlalchemy import select
from sqlmodel import col

from core.analysis.tables import ChartNote, ChartRebase
from core.errors import ConflictError, DataError
from core.frames import Frame, Scope
from core.store.engine import Actor, Store, Work
from core.store.tables import columns

LONGEST, LONGEST_NAME = 200, 40
"""Characters of a note or reason, and of a name."""
NOTES = Frame(
    "chart notes",
    {
        "id": "number",
        "indicator": "code",
        "department": "code; '' is the whole hospital",
        "month": "YYYYMM",
        "text": "what was changed",
        "who": "text",
        "at": "UTC",
        "version": "number",
    },
    key=("id",),
)
REBASES = Frame(
    "chart rebases",
    {
        "id": "number",
        "indicator": "code",
        "department": "code; '' is the whole hospital",
        "month": "YYYYMM, the first month of the new limits",
        "reason": "text",
        "approver": "text",
        "who": "text",
        "at": "UTC",
        "version": "number",
    },
    key=("id",),
)
Row = TypeVar("Row", ChartNote, ChartRebase)


@dataclass(frozen=True)
class Place:
    """A month of one chart: indicator, department ('' is the whole hospital), YYYYMM."""

    hospital_id: int
    indicator: str
    department: str
    month: int


def notes(store: Store, scope: Scope) -> pd.DataFrame:
    """NOTES of the scope's months and departments, by month."""
    return NOTES.check(_rows(store, scope, ChartNote, NOTES))


def rebases(store: Store, scope: Scope) -> pd.DataFrame:
    """REBASES of the scope's months and departments, by month."""
    return REBASES.check(_rows(store, scope, ChartRebase, REBASES))


def _rows(store: Store, scope: Scope, model: type[Row], frame: Frame) -> pd.DataFrame:
    statement = (
        select(*columns(model, *frame.columns))
        .where(
            col(model.hospital_id) == scope.hospital_id,
            ~col(model.removed),
            col(model.month).between(scope.first, scope.last),
        )
        .order_by(col(model.month), col(model.id))
    )
    if scope.departments is not None:
        statement = statement.where(col(model.department).in_(["", *scope.departments]))
    return store.frame(statement)


def add_note(store: Store, actor: Actor, place: Place, text: str) -> int:
    """Say what was changed in a month; the note's id. DataError E_NOTE_TEXT, E_MONTH."""
    text = _clean(text)
    if not text or len(text) > LONGEST:
        raise DataError("E_NOTE_TEXT", most=LONGEST)
    _check_month(place.month)
    with store.write(actor) as work:
        note = ChartNote(
            hospital_id=place.hospital_id,
            indicator=place.indicator,
            department=place.department,
            month=place.month,
            text=text,
            who=actor.name,
            at=store.clock(),
        )
        return _added(work, "chart.note", note, {"month": place.month, "text": text})


def add_rebase(store: Store, actor: Actor, place: Place, reason: str, approver: str) -> int:
    """Begin limits anew in a month; the rebase's id.

    DataError E_REBASE_REASON and E_REBASE_APPROVER where one is not stated, E_REBASE_SELF where
    the approver is who enters it, E_REBASE_TWICE where the month already has one, E_MONTH.
    """
    reason, approver = _clean(reason), _clean(approver)
    if not reason or len(reason) > LONGEST:
        raise DataError("E_REBASE_REASON", most=LONGEST)
    if not approver or len(approver) > LONGEST_NAME:
        raise DataError("E_REBASE_APPROVER", most=LONGEST_NAME)
    if approver.casefold() == _clean(actor.name).casefold():
        raise DataError("E_REBASE_SELF", name=approver)
    _check_month(place.month)
    with store.write(actor) as work:
        _check_first(work, place)
        rebase = ChartRebase(
            hospital_id=place.hospital_id,
            indicator=place.indicator,
            department=place.department,
            month=place.month,
            reason=reason,
            approver=approver,
            who=actor.name,
            at=store.clock(),
        )
        new = {"month": place.month, "reason": reason, "approver": approver}
        return _added(work, "chart.rebase", rebase, new)


def remove_note(store: Store, actor: Actor, place: tuple[int, int], seen: int) -> None:
    """Take a note (hospital, id) away at the version the person saw. ConflictError E_CONFLICT."""
    _remove(store, actor, ChartNote, place, seen)


def remove_rebase(store: Store, actor: Actor, place: tuple[int, int], seen: int) -> None:
    """Take a rebase (hospital, id) away at the version the person saw. ConflictError E_CONFLICT."""
    _remove(store, actor, ChartRebase, place, seen)


def _remove(
    store: Store, actor: Actor, model: type[Row], place: tuple[int, int], seen: int
) -> None:
    hospital_id, key = place
    with store.write(actor) as work:
        row = work.session.get(model, key, with_for_update=True)
        stands = row is not None and row.hospital_id == hospital_id and not row.removed
        if row is None or not stands or row.version != seen:
            raise ConflictError("E_CONFLICT", stored=row.model_dump() if row is not None else {})
        row.removed = True
        row.version += 1
        work.session.add(row)
        kind = "chart.note" if model is ChartNote else "chart.rebase"
        old = {"month": row.month, "indicator": row.indicator, "department": row.department}
        work.record(f"{kind}.remove", f"{kind}:{key}", hospital_id, old, {"removed": True})


def _added(work: Work, kind: str, row: ChartNote | ChartRebase, new: dict[str, object]) -> int:
    work.session.add(row)
    work.session.flush()
    assert row.id is not None  # noqa: S101 the database has just given it
    where = {"indicator": row.indicator, "department": row.department}
    work.record(f"{kind}.add", f"{kind}:{row.id}", row.hospital_id, new=where | new)
    return row.id


def _check_first(work: Work, place: Place) -> None:
    taken = work.session.scalars(
        select(ChartRebase).where(
            col(ChartRebase.hospital_id) == place.hospital_id,
            col(ChartRebase.indicator) == place.indicator,
            col(ChartRebase.department) == place.department,
            col(ChartRebase.month) == place.month,
            ~col(ChartRebase.removed),
        )
    ).first()
    if taken is not None:
        raise DataError("E_REBASE_TWICE", month=place.month)


def _check_month(month: int) -> None:
    if not (190001 <= month <= 299912 and 1 <= month % 100 <= 12):
        raise DataError("E_MONTH", value=month)


def _clean(text: str) -> str:
    return " ".join(text.split())
