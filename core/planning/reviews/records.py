"""Rounds of judging: opened, filled blindly, released when all have given their sheet.

`sheets` is the only way to a score, and it gives none of a turn that is still being collected;
the audit says who handed in, never what.
"""

from __future__ import annotations

import json
from collections.abc import Collection

import pandas as pd
from sqlalchemy import select
from sqlmodel import col

from core.errors import ConflictError, DataError
from core.planning.goals.tables import StrategicPlan
from core.planning.reviews.model import FEWEST, SHOWN, Member, Round, Sheet
from core.planning.reviews.tables import ReviewMember, ReviewNote, ReviewRound, ReviewSheet
from core.planning.rubric import MOST
from core.store.engine import Actor, Store, Work
from core.store.tables import columns

LONGEST_NAME, LONGEST_NOTE = 60, 500
_NEXT = {"open": "released", "second": "final"}


def rounds(store: Store, hospital_id: int) -> tuple[Round, ...]:
    """Every round of the hospital, the newest first."""
    names = ("id", "plan_id", "name", "form", "state", "weighing", "weights", "judgements")
    rows = store.frame(
        select(*columns(ReviewRound, *names, "due", "version"))
        .where(col(ReviewRound.hospital_id) == hospital_id)
        .order_by(col(ReviewRound.id).desc())
    )
    people = store.frame(
        select(*columns(ReviewMember, "round_id", "name", "conflict"))
        .where(col(ReviewMember.hospital_id) == hospital_id)
        .order_by(col(ReviewMember.round_id), col(ReviewMember.name))
    ).to_dict("records")
    found = []
    for row in rows.to_dict("records"):
        own = [one for one in people if one["round_id"] == row["id"]]
        row["members"] = tuple(Member(one["name"], one["conflict"]) for one in own)
        row["weights"] = json.loads(row["weights"])
        found.append(Round(**{str(name): value for name, value in row.items()}))
    return tuple(found)


def handed_in(store: Store, hospital_id: int, round_id: int) -> pd.DataFrame:
    """name, turn, at: who has handed in, never what."""
    return store.frame(
        select(*columns(ReviewSheet, "name", "turn", "at"))
        .where(col(ReviewSheet.hospital_id) == hospital_id, col(ReviewSheet.round_id) == round_id)
        .order_by(col(ReviewSheet.turn), col(ReviewSheet.name))
    )


def sheets(store: Store, hospital_id: int, round_id: int) -> tuple[Sheet, ...]:
    """Sheets of the turns that are over; of a turn still collected none, not even one's own."""
    state = store.frame(
        select(*columns(ReviewRound, "state")).where(
            col(ReviewRound.hospital_id) == hospital_id, col(ReviewRound.id) == round_id
        )
    )["state"]
    shown = SHOWN[state.iloc[0]] if len(state) else 0
    rows = store.frame(
        select(*columns(ReviewSheet, "name", "turn", "scores", "remark"))
        .where(
            col(ReviewSheet.hospital_id) == hospital_id,
            col(ReviewSheet.round_id) == round_id,
            col(ReviewSheet.turn) <= shown,
        )
        .order_by(col(ReviewSheet.turn), col(ReviewSheet.name))
    )
    return tuple(
        Sheet(row["name"], int(row["turn"]), json.loads(row["scores"]), row["remark"])
        for row in rows.to_dict("records")
    )


def notes(store: Store, hospital_id: int, round_id: int) -> pd.DataFrame:
    """item, text, who, at of the discussion, in order."""
    return store.frame(
        select(*columns(ReviewNote, "item", "text", "who", "at"))
        .where(col(ReviewNote.hospital_id) == hospital_id, col(ReviewNote.round_id) == round_id)
        .order_by(col(ReviewNote.id))
    )


def open_round(store: Store, actor: Actor, hospital_id: int, draft: Round) -> int:
    """A new round; its id.

    DataError E_ROUND_NAME, E_ROUND_FEW with fewer than three who judge, E_ROUND_TWICE for a name
    that stands twice, E_ROUND_WEIGHTS unless they make 100, E_PLAN.
    """
    name = _fits(draft)
    with store.write(actor) as work:
        plan = work.session.get(StrategicPlan, draft.plan_id)
        if plan is None or plan.hospital_id != hospital_id:
            raise DataError("E_PLAN", plan=draft.plan_id)
        row = ReviewRound(
            hospital_id=hospital_id,
            plan_id=draft.plan_id,
            name=name,
            form=draft.form,
            weighing=draft.weighing,
            weights=json.dumps(dict(draft.weights), sort_keys=True),
            judgements=draft.judgements,
            due=draft.due,
            who=actor.name,
            at=store.clock(),
        )
        work.session.add(row)
        work.session.flush()
        assert row.id is not None  # noqa: S101 the database has just given it
        for one in draft.members:
            keys = {"round_id": row.id, "name": one.name, "hospital_id": hospital_id}
            work.session.add(ReviewMember(**keys, conflict=one.conflict.strip()))
        told = {"plan": draft.plan_id, "form": draft.form, "weights": dict(draft.weights)}
        told |= {"members": {one.name: one.conflict for one in draft.members}}
        work.record("review.open", f"round:{row.id}", hospital_id, new=told)
        return row.id


def _fits(draft: Round) -> str:
    """The round's name, when everything else of it can be stored too."""
    name, people = " ".join(draft.name.split()), [one.name for one in draft.members]
    if not name or len(name) > LONGEST_NAME:
        raise DataError("E_ROUND_NAME", most=LONGEST_NAME)
    if len(set(people)) < len(people):
        raise DataError("E_ROUND_TWICE")
    if len(draft.judging) < FEWEST:
        raise DataError("E_ROUND_FEW", fewest=FEWEST, count=len(draft.judging))
    if abs(sum(draft.weights.values()) - 100) > 1e-6 or min(draft.weights.values()) < 0:
        raise DataError("E_ROUND_WEIGHTS")
    return name


def submit(
    store: Store, actor: Actor, place: tuple[int, int], sheet: Sheet, codes: Collection[str]
) -> None:
    """Hand in a sheet, once a turn; the actor is the one who judges.

    place: hospital and round. codes: what the form scores. DataError E_SHEET_MEMBER for who does
    not judge, E_SHEET_CLOSED outside a turn or for another one, E_SHEET_TWICE, E_SHEET_SCORE for a
    score outside 0-5 or of something else, E_SHEET_EMPTY without any.
    """
    hospital_id, round_id = place
    wrong = [code for code, value in sheet.scores.items() if not 0 <= value <= MOST]
    if wrong or not set(sheet.scores) <= set(codes):
        raise DataError("E_SHEET_SCORE")
    if not sheet.scores:
        raise DataError("E_SHEET_EMPTY")
    remark = _fitting(sheet.remark)
    with store.write(actor) as work:
        row = _round(work, place)
        member = work.session.get(ReviewMember, (round_id, actor.name))
        if member is None or member.conflict or actor.name != sheet.name:
            raise DataError("E_SHEET_MEMBER", name=actor.name)
        turn = {"open": 1, "second": 2}.get(row.state, 0)
        if turn != sheet.turn:
            raise DataError("E_SHEET_CLOSED")
        if work.session.get(ReviewSheet, (round_id, actor.name, turn)) is not None:
            raise DataError("E_SHEET_TWICE", name=actor.name)
        work.session.add(
            ReviewSheet(
                round_id=round_id,
                name=actor.name,
                turn=turn,
                hospital_id=hospital_id,
                scores=json.dumps(dict(sheet.scores), sort_keys=True),
                remark=remark,
                at=store.clock(),
            )
        )
        told = {"turn": turn, "scored": len(sheet.scores)}
        work.record("review.submit", f"round:{round_id}", hospital_id, new=told)


def release(store: Store, actor: Actor, place: tuple[int, int], seen: int) -> None:
    """End the turn: its scores may be seen from now on.

    DataError E_ROUND_WAITING while somebody's sheet is missing, E_ROUND_STATE where no turn is
    collected; ConflictError E_CONFLICT at another version.
    """
    with store.write(actor) as work:
        row = _round(work, place, seen)
        if row.state not in _NEXT:
            raise DataError("E_ROUND_STATE")
        turn = {"open": 1, "second": 2}[row.state]
        people = select(ReviewMember).where(col(ReviewMember.round_id) == row.id)
        wanted = {one.name for one in work.session.scalars(people) if not one.conflict}
        given = select(ReviewSheet).where(
            col(ReviewSheet.round_id) == row.id, col(ReviewSheet.turn) == turn
        )
        waiting = wanted - {one.name for one in work.session.scalars(given)}
        if waiting:
            raise DataError("E_ROUND_WAITING", names="、".join(sorted(waiting)))
        _move(work, row, _NEXT[row.state])


def score_again(store: Store, actor: Actor, place: tuple[int, int], seen: int) -> None:
    """After the discussion: collect second sheets; the first scores stay. DataError E_ROUND_STATE
    unless released.
    """
    with store.write(actor) as work:
        row = _round(work, place, seen)
        if row.state != "released":
            raise DataError("E_ROUND_STATE")
        _move(work, row, "second")


def _fitting(text: str) -> str:
    """The text without blanks around it. DataError E_TEXT_LONG; nothing is cut off."""
    told = text.strip()
    if len(told) > LONGEST_NOTE:
        raise DataError("E_TEXT_LONG", count=len(told), most=LONGEST_NOTE)
    return told


def add_note(store: Store, actor: Actor, place: tuple[int, int], item: str, text: str) -> None:
    """What was said of an item.

    DataError E_NOTE_EMPTY, E_TEXT_LONG; E_ROUND_STATE before the release.
    """
    told = _fitting(text)
    if not told:
        raise DataError("E_NOTE_EMPTY")
    with store.write(actor) as work:
        row = _round(work, place)
        if not SHOWN[row.state]:
            raise DataError("E_ROUND_STATE")
        work.session.add(
            ReviewNote(
                hospital_id=place[0],
                round_id=place[1],
                item=item,
                text=told,
                who=actor.name,
                at=store.clock(),
            )
        )
        work.record("review.note", f"round:{place[1]} {item}", place[0], new={"text": told})


def _move(work: Work, row: ReviewRound, state: str) -> None:
    old = {"state": row.state}
    row.state = state
    row.version += 1
    work.record("review.state", f"round:{row.id}", row.hospital_id, old, {"state": state})


def _round(work: Work, place: tuple[int, int], seen: int | None = None) -> ReviewRound:
    row = work.session.get(ReviewRound, place[1], with_for_update=True)
    if row is None or row.hospital_id != place[0]:
        raise DataError("E_ROUND")
    if seen is not None and row.version != seen:
        raise ConflictError("E_CONFLICT", stored={"state": row.state, "version": row.version})
    return row
