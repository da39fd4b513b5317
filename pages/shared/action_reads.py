"""Cached reads of improvement actions; keys hold how far they have come, and the scope."""

from __future__ import annotations

from typing import Any

from core.control.actions.model import VOID
from core.control.actions.reads import records
from core.frames import Scope
from pages.shared.hospital_reads import key
from pages.shared.kept import kept
from pages.shared.scope import View
from pages.shared.session import store

Row = dict[Any, Any]
Of = tuple[str, int, int]


@kept(16)
def _newest(of: tuple[str, int], hospital_id: int) -> tuple[int, int]:
    return records.newest(store(), hospital_id)


def come(shown: View) -> Of:
    """The store and how far actions of the hospital have come: other writes change nothing."""
    return (key()[0], *_newest(key(), shown.hospital_id))


@kept(16)
def _rows(of: Of, scope: Scope) -> tuple[Row, ...]:
    return tuple(records.actions(store(), scope).to_dict("records"))


def rows(shown: View) -> tuple[Row, ...]:
    """ACTIONS of the view's scope, the newest first."""
    return _rows(come(shown), shown.scope)


@kept(16)
def _by_origin(of: Of, scope: Scope) -> dict[tuple[str, str, str], Row]:
    told = reversed(_rows(of, scope))
    return {
        (row["origin_kind"], row["origin_key"], row["department"]): row
        for row in told
        if row["origin_key"] and row["state"] != VOID
    }


def of_origin(shown: View, kind: str, key_of: str, department: str) -> Row | None:
    """The newest action of an origin in a department that was not voided; None without one."""
    return _by_origin(come(shown), shown.scope).get((kind, key_of, department))


@kept(64)
def _steps(of: Of, scope: Scope, action_id: int) -> tuple[Row, ...]:
    return tuple(records.steps(store(), scope, action_id).to_dict("records"))


def steps(shown: View, action_id: int) -> tuple[Row, ...]:
    """STEPS of an action, oldest first."""
    return _steps(come(shown), shown.scope, action_id)


@kept(64)
def _files(of: Of, scope: Scope, action_id: int) -> tuple[Row, ...]:
    return tuple(records.files(store(), scope, action_id).to_dict("records"))


def files(shown: View, action_id: int) -> tuple[Row, ...]:
    """FILES of an action, oldest first."""
    return _files(come(shown), shown.scope, action_id)
