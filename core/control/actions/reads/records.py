"""Reads of actions: of a scope's departments, one with its steps and files, one of an origin."""

from __future__ import annotations

from typing import Any

import pandas as pd
from sqlalchemy import func, select
from sqlmodel import col

from core.control.actions.model import ACTIONS, FILES, STEPS, VOID
from core.control.actions.tables import ActionFile, ActionStep, ImprovementAction
from core.errors import DataError
from core.frames import Scope
from core.store.engine import Store
from core.store.tables import columns


def actions(store: Store, scope: Scope) -> pd.DataFrame:
    """ACTIONS of the scope's departments, the newest first; its months bound nothing.

    Who may see some departments only sees those of the whole hospital too.
    """
    statement = _of(scope).order_by(col(ImprovementAction.id).desc())
    return ACTIONS.check(store.frame(statement))


def action(store: Store, scope: Scope, action_id: int) -> dict[Any, Any]:
    """One row of ACTIONS. DataError E_ACTION_GONE where the scope has no such action."""
    found = store.frame(_of(scope).where(col(ImprovementAction.id) == action_id))
    if found.empty:
        raise DataError("E_ACTION_GONE", action=action_id)
    return found.iloc[0].to_dict()


def _of(scope: Scope) -> Any:
    statement = select(*columns(ImprovementAction, *ACTIONS.columns)).where(
        col(ImprovementAction.hospital_id) == scope.hospital_id
    )
    if scope.departments is None:
        return statement
    return statement.where(col(ImprovementAction.department).in_(["", *scope.departments]))


def steps(store: Store, scope: Scope, action_id: int) -> pd.DataFrame:
    """STEPS of an action, oldest first. DataError E_ACTION_GONE."""
    action(store, scope, action_id)
    statement = (
        select(*columns(ActionStep, *STEPS.columns))
        .where(col(ActionStep.action_id) == action_id)
        .order_by(col(ActionStep.number))
    )
    return STEPS.check(store.frame(statement))


def files(store: Store, scope: Scope, action_id: int) -> pd.DataFrame:
    """FILES of an action, oldest first. DataError E_ACTION_GONE."""
    action(store, scope, action_id)
    statement = (
        select(*columns(ActionFile, *FILES.columns))
        .where(col(ActionFile.action_id) == action_id)
        .order_by(col(ActionFile.id))
    )
    return FILES.check(store.frame(statement))


def file_content(store: Store, scope: Scope, action_id: int, file_id: int) -> bytes:
    """The content of a file of the action. DataError E_ACTION_GONE."""
    action(store, scope, action_id)
    statement = select(col(ActionFile.content)).where(
        col(ActionFile.id) == file_id, col(ActionFile.action_id) == action_id
    )
    with store.read() as connection:
        content = connection.execute(statement).scalar()
    if content is None:
        raise DataError("E_ACTION_GONE", action=action_id)
    return bytes(content)


def newest(store: Store, hospital_id: int) -> tuple[int, int]:
    """How far actions of the hospital have come: their number, and the sum of their versions."""
    statement = select(
        func.count(col(ImprovementAction.id)), func.sum(col(ImprovementAction.version))
    ).where(col(ImprovementAction.hospital_id) == hospital_id)
    with store.read() as connection:
        count, versions = connection.execute(statement).one()
    return int(count), int(versions or 0)


def of_origin(rows: pd.DataFrame, kind: str, key: str, department: str) -> dict[Any, Any] | None:
    """The newest of ACTIONS of an origin in a department that was not voided; None without one."""
    if not key:
        return None
    own = rows[
        (rows["origin_kind"] == kind)
        & (rows["origin_key"] == key)
        & (rows["department"] == department)
        & (rows["state"] != VOID)
    ]
    return None if own.empty else own.sort_values("id").iloc[-1].to_dict()
