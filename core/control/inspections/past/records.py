"""Finished inspections, many at once: one transaction, one audit row."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, insert, select
from sqlmodel import col

from core.control.inspections.editing import Template
from core.control.inspections.tables import Inspection, InspectionAnswer, InspectionRound
from core.control.inspections.templates.records import keep
from core.control.scoring import Answer, scorecard
from core.store.engine import Actor, Store, Work


@dataclass(frozen=True)
class Filled:
    """One form with its answers, and who filled it when; submitted where `done`."""

    form: Mapping[str, Any]
    """place, kind, department, record, disease_group, and admitted, discharged of a record."""
    answers: Mapping[str, Answer]
    who: str
    at: dt.datetime
    done: bool = True


@dataclass(frozen=True)
class Past:
    """A round with its forms."""

    template: Template
    about: Mapping[str, Any]
    """month, level, title, seed, as_at, running, archived, off_hours, due."""
    population: Mapping[str, Any]
    filled: Sequence[Filled]


def has_rounds(store: Store, hospital_id: int) -> bool:
    """Whether anything was ever planned or inspected."""
    statement = select(func.count()).where(col(InspectionRound.hospital_id) == hospital_id)
    with store.read() as connection:
        return bool(connection.execute(statement).scalar())


def store_past(store: Store, actor: Actor, hospital_id: int, rounds: Sequence[Past]) -> int:
    """Store rounds with forms and answers; how many forms. Scores are worked out here."""
    with store.write(actor) as work:
        for template in {one.template.key: one.template for one in rounds}.values():
            keep(work, hospital_id, template)
        numbers = _insert(work, InspectionRound, [_round(one, hospital_id) for one in rounds])
        pairs = [
            (number, past, filled)
            for number, past in zip(numbers, rounds, strict=True)
            for filled in past.filled
        ]
        forms = [_form(filled, past, (hospital_id, number)) for number, past, filled in pairs]
        of_forms = zip(_insert(work, Inspection, forms), pairs, strict=True)
        answers = [
            _answer(code, answer, filled, (hospital_id, number))
            for number, (_round_id, _past, filled) in of_forms
            for code, answer in filled.answers.items()
        ]
        work.connection.execute(insert(InspectionAnswer), answers)
        new = {"rounds": len(rounds), "forms": len(forms), "answers": len(answers)}
        work.record("inspection.past", f"{len(rounds)} rounds", hospital_id, new=new)
    return len(forms)


def _insert(work: Work, table: Any, rows: list[dict[str, Any]]) -> list[int]:
    """Insert rows; their numbers in the order given."""
    if not rows:
        return []
    statement = insert(table).returning(table.id, sort_by_parameter_order=True)
    return [int(number) for (number,) in work.connection.execute(statement, rows)]


def _round(past: Past, hospital_id: int) -> dict[str, Any]:
    code, version = past.template.key
    at = min((one.at for one in past.filled), default=dt.datetime.now(dt.UTC))
    return {
        **past.about,
        "hospital_id": hospital_id,
        "checklist": code,
        "checklist_version": version,
        "population": json.dumps(past.population, sort_keys=True),
        "who": past.filled[0].who if past.filled else "",
        "at": at,
        "version": 1,
    }


def _form(filled: Filled, past: Past, ids: tuple[int, int]) -> dict[str, Any]:
    form = {"admitted": None, "discharged": None, **filled.form}
    form |= {"hospital_id": ids[0], "round_id": ids[1], "off_hours": past.about["off_hours"]}
    form |= {"state": "open", "revision": len(filled.answers), "score": None, "grade": ""}
    form |= {"own_grade": "", "submitted_by": "", "submitted_at": None}
    if not filled.done:
        return form
    card = scorecard(past.template.sheet, past.template.scale, filled.answers)
    graded = {"grade": card.grade or "", "own_grade": card.own_grade or ""}
    score = None if card.grade is None else card.score
    by = {"submitted_by": filled.who, "submitted_at": filled.at}
    return form | graded | by | {"state": "submitted", "score": score}


def _answer(code: str, answer: Answer, filled: Filled, ids: tuple[int, int]) -> dict[str, Any]:
    told = {"item": code, "hospital_id": ids[0], "inspection_id": ids[1], "note": "", "version": 1}
    return told | vars(answer) | {"who": filled.who, "at": filled.at}
