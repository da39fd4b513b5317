"""Reads of what was planned and found. Each takes a scope and keeps to its departments."""

from __future__ import annotations

from typing import Any

import pandas as pd
from sqlalchemy import Select, and_, case, func, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from core.control.inspections.results import CHECKED, DEFECTS, FORMS, ROUNDS
from core.control.inspections.tables import (
    ChecklistVersion,
    ControlWeight,
    Inspection,
    InspectionAnswer,
    InspectionRound,
)
from core.frames import Scope
from core.store.engine import Store

_OF_ROUND = ("month", "level", "checklist", "checklist_version")
_SUBMITTED, WITHDRAWN = "submitted", "withdrawn"
_COUNTED = ("met", "partly", "unmet")


def marks(store: Store, hospital_id: int) -> tuple[Any, ...]:
    """How far the hospital's inspections have come: part of the keys of what is kept."""
    asked = (
        select(func.count(), func.max(col(Inspection.id)), func.sum(col(Inspection.revision))),
        select(func.count(), func.max(col(ChecklistVersion.id)), func.count()),
        select(func.count(), func.max(col(ControlWeight.id)), func.count()),
    )
    models = (Inspection, ChecklistVersion, ControlWeight)
    with store.read() as connection:
        return tuple(
            tuple(connection.execute(one.where(col(model.hospital_id) == hospital_id)).one())
            for one, model in zip(asked, models, strict=True)
        )


def rounds(store: Store, scope: Scope) -> pd.DataFrame:
    """ROUNDS of the scope's months, the newest first; forms counted in its departments."""
    counted = _within(
        select(
            col(Inspection.round_id),
            func.count().label("forms"),
            func.sum(
                case(
                    ((col(Inspection.state) == "open") & (col(Inspection.revision) > 0), 1), else_=0
                )
            ).label("begun"),
            func.sum(case((col(Inspection.state) == _SUBMITTED, 1), else_=0)).label("submitted"),
        ),
        scope,
    ).group_by(col(Inspection.round_id))
    sums = counted.subquery()
    own = [name for name in ROUNDS.columns if name not in ("forms", "begun", "submitted")]
    rows = store.frame(
        select(
            *[getattr(InspectionRound, name) for name in own],
            sums.c.forms,
            sums.c.begun,
            sums.c.submitted,
        )
        .join(sums, sums.c.round_id == col(InspectionRound.id))
        .where(col(InspectionRound.month).between(scope.first, scope.last))
        .order_by(col(InspectionRound.month).desc(), col(InspectionRound.id).desc())
    )
    return ROUNDS.check(rows)


def forms(store: Store, scope: Scope) -> pd.DataFrame:
    """FORMS of the scope's months and departments, by round and place."""
    own = [name for name in FORMS.columns if name not in _OF_ROUND]
    statement = select(
        *[getattr(InspectionRound, name) for name in _OF_ROUND],
        *[getattr(Inspection, name) for name in own],
    ).join(InspectionRound, col(InspectionRound.id) == col(Inspection.round_id))
    statement = _months(_within(statement, scope), scope)
    rows = store.frame(statement.order_by(col(Inspection.round_id), col(Inspection.place)))
    types = dict.fromkeys(("admitted", "discharged", "score"), "float64")
    return FORMS.check(rows.astype(types))


def form(store: Store, scope: Scope, inspection_id: int) -> dict[str, Any] | None:
    """One form of the scope's hospital and departments, with its round's title; None else."""
    own = [name for name in FORMS.columns if name not in _OF_ROUND]
    statement = (
        select(
            *[getattr(InspectionRound, name) for name in (*_OF_ROUND, "title", "due")],
            col(Inspection.hospital_id),
            *[getattr(Inspection, name) for name in own],
        )
        .join(InspectionRound, col(InspectionRound.id) == col(Inspection.round_id))
        .where(col(Inspection.id) == inspection_id)
    )
    rows = store.frame(_within(statement, scope)).to_dict("records")
    return {str(name): value for name, value in rows[0].items()} if rows else None


def checked(store: Store, scope: Scope) -> pd.DataFrame:
    """CHECKED rows: answers of submitted forms, counted by month, level, department and item."""
    keys = (
        col(InspectionRound.month),
        col(InspectionRound.level),
        col(InspectionRound.checklist),
        col(Inspection.department),
        col(InspectionAnswer.item),
    )
    result = col(InspectionAnswer.result)
    statement = (
        select(
            *keys,
            func.sum(case((result == "met", 1), else_=0)).label("met"),
            func.sum(case((result.in_(_COUNTED), 1), else_=0)).label("counted"),
        )
        .join(Inspection, col(Inspection.id) == col(InspectionAnswer.inspection_id))
        .join(InspectionRound, col(InspectionRound.id) == col(Inspection.round_id))
        .where(col(Inspection.state) == _SUBMITTED)
    )
    rows = store.frame(_months(_within(statement, scope), scope).group_by(*keys).order_by(*keys))
    return CHECKED.check(rows.astype({"met": "int64", "counted": "int64"}))


def defects(store: Store, scope: Scope) -> pd.DataFrame:
    """DEFECTS of submitted forms, newest form first."""
    answer = InspectionAnswer
    statement = (
        select(
            col(Inspection.id),
            *[getattr(InspectionRound, name) for name in _OF_ROUND],
            col(Inspection.department),
            col(Inspection.record),
            *[getattr(answer, name) for name in ("item", "result", "defects", "vetoed", "note")],
        )
        .join(Inspection, col(Inspection.id) == col(answer.inspection_id))
        .join(InspectionRound, col(InspectionRound.id) == col(Inspection.round_id))
        .where(col(Inspection.state) == _SUBMITTED, col(answer.result).in_(("partly", "unmet")))
    )
    statement = _months(_within(statement, scope), scope)
    rows = store.frame(statement.order_by(col(Inspection.id).desc(), col(answer.item)))
    return DEFECTS.check(rows.astype({"defects": "float64"}))


def answer_pairs(store: Store, scope: Scope) -> pd.DataFrame:
    """department, own, seen, count: results of the same item of the same record at levels 1, 2."""
    first, second = aliased(Inspection), aliased(Inspection)
    round_1, round_2 = aliased(InspectionRound), aliased(InspectionRound)
    own, seen = aliased(InspectionAnswer), aliased(InspectionAnswer)
    keys = (col(first.department), col(own.result).label("own"), col(seen.result).label("seen"))
    same = and_(
        col(second.hospital_id) == col(first.hospital_id),
        col(second.department) == col(first.department),
        col(second.kind) == col(first.kind),
        col(second.record) == col(first.record),
        col(second.state) == _SUBMITTED,
    )
    of_level_2 = and_(
        col(round_2.id) == col(second.round_id),
        col(round_2.level) == 2,
        col(round_2.month) == col(round_1.month),
        col(round_2.checklist) == col(round_1.checklist),
    )
    item = (col(seen.inspection_id) == col(second.id)) & (col(seen.item) == col(own.item))
    of_level_1 = (col(round_1.id) == col(first.round_id)) & (col(round_1.level) == 1)
    statement = (
        select(*keys, func.count().label("count"))
        .select_from(first)
        .join(round_1, of_level_1)
        .join(second, same)
        .join(round_2, of_level_2)
        .join(own, col(own.inspection_id) == col(first.id))
        .join(seen, item)
        .where(
            col(first.hospital_id) == scope.hospital_id,
            col(first.state) == _SUBMITTED,
            col(round_1.month).between(scope.first, scope.last),
        )
    )
    if scope.departments is not None:
        statement = statement.where(col(first.department).in_(scope.departments))
    return store.frame(statement.group_by(*keys).order_by(*keys))


def _within(statement: Select, scope: Scope) -> Select:
    statement = statement.where(
        col(Inspection.hospital_id) == scope.hospital_id, col(Inspection.state) != WITHDRAWN
    )
    if scope.departments is not None:
        statement = statement.where(col(Inspection.department).in_(scope.departments))
    return statement


def _months(statement: Select, scope: Scope) -> Select:
    return statement.where(col(InspectionRound.month).between(scope.first, scope.last))
