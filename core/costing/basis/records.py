"""Changes of basis in the store: one transaction with its audit row, at the version seen.

What is taken back stays in the store, marked, and in the audit with the reason.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import pandas as pd
from sqlalchemy import func, select
from sqlmodel import col

from core.costing.basis.change import Change, check, checked_reason
from core.costing.rules import Override, Rules
from core.costing.tables import AllocationRule
from core.errors import ConflictError, DataError
from core.frames import Frame
from core.hospital.tables import Department, Hospital
from core.store.engine import Actor, Store, Work
from core.store.tables import Audit, columns

CHANGES = Frame(
    "changes of basis",
    {
        "id": "number",
        "department": "code of the source",
        "items": "tuple of cost items; empty: all that no other change takes",
        "month": "YYYYMM, the first month",
        "drivers": "tuple of choices; empty: as in the file",
        "receivers": "tuple of categories; empty: as in the file",
        "behaviour": "fixed | variable | mixed; '' as in the file",
        "otherwise": "stop | hold; '' as in the file",
        "reason": "text",
        "who": "text",
        "at": "UTC",
        "version": "number",
    },
    key=("id",),
)
TRAIL = Frame(
    "what was done to the basis",
    {
        "at": "UTC",
        "who": "text",
        "action": "save | take_back",
        "department": "code of the source",
        "items": "tuple of cost items",
        "month": "YYYYMM",
        "drivers": "tuple of choices",
        "reason": "text",
    },
)
_ORDER = ("department", "items", "month", "id")
_SAVE, _TAKE_BACK = "allocation.rule.save", "allocation.rule.take_back"


def changes(store: Store, hospital_id: int) -> pd.DataFrame:
    """CHANGES that stand, by department, items and month."""
    statement = (
        select(*columns(AllocationRule, *CHANGES.columns))
        .where(col(AllocationRule.hospital_id) == hospital_id, ~col(AllocationRule.removed))
        .order_by(*(col(getattr(AllocationRule, name)) for name in _ORDER))
    )
    rows = store.frame(statement)
    rows["drivers"] = [tuple(text.splitlines()) for text in rows["drivers"]]
    for name in ("receivers", "items"):
        rows[name] = [_listed(text) for text in rows[name]]
    return CHANGES.check(rows)


def own_rules(store: Store, hospital_id: int, month: int) -> tuple[Override, ...]:
    """The hospital's own rules in a month (YYYYMM): of each department and pool the latest."""
    rows = changes(store, hospital_id)
    latest = rows[rows["month"] <= month].drop_duplicates(["department", "items"], keep="last")
    texts = ("receivers", "behaviour", "otherwise", "reason", "items")
    made = [
        Change(
            row["department"], row["month"], row["drivers"], **{name: row[name] for name in texts}
        )
        for row in latest.to_dict("records")
    ]
    return tuple(own for own in (one.override for one in made) if own is not None)


def rules_for(store: Store, hospital_id: int, month: int, base: Rules) -> Rules:
    """The rules of the file with the hospital's own laid over them, as they hold in a month."""
    return base.with_own(own_rules(store, hospital_id, month))


def mark(store: Store, hospital_id: int) -> tuple[Any, ...]:
    """Changes with every change of basis, and with nothing else: part of a key of what is kept."""
    statement = select(
        func.count(), func.max(col(AllocationRule.id)), func.sum(col(AllocationRule.version))
    ).where(col(AllocationRule.hospital_id) == hospital_id)
    with store.read() as connection:
        return tuple(connection.execute(statement).one())


def save(
    store: Store, actor: Actor, hospital_id: int, change: Change, *, base: Rules, seen: int | None
) -> int:
    """Add a change, or replace the one of the same department, items and month; its id.

    base: the rules of the file. seen: the version of that change as the person saw it, None where
    there was none; ConflictError E_CONFLICT when it is another by now. DataError E_BASIS_REASON,
    E_MONTH, E_BASIS_DEPARTMENT, E_BASIS_DRIVER, E_BASIS_RECEIVERS, E_BASIS_ITEMS where
    another pool of the department has one of the items.
    """
    values = {
        "drivers": "\n".join(change.drivers),
        "receivers": ",".join(change.receivers),
        "behaviour": change.behaviour,
        "otherwise": change.otherwise,
        "reason": checked_reason(change.reason),
        "who": actor.name,
        "at": store.clock(),
    }
    with store.write(actor) as work:
        check(change, _category(work, hospital_id, change.department), base)
        row = _standing(work, hospital_id, change)
        old = row.model_dump() if row else {}
        if (row.version if row else None) != seen:
            raise ConflictError("E_CONFLICT", stored=old)
        if row is None:
            _apart(work, hospital_id, change)
            place = {"department": change.department, "month": change.month}
            place |= {"items": _joined(change.items)}
            row = AllocationRule(hospital_id=hospital_id, **place, **values)
        else:
            for name, value in values.items():
                setattr(row, name, value)
            row.version += 1
        work.session.add(row)
        work.session.flush()
        work.record(_SAVE, f"allocation_rule:{row.id}", hospital_id, old, row.model_dump())
        assert row.id is not None  # noqa: S101 flushed
        return row.id


def take_back(store: Store, actor: Actor, place: tuple[int, int], seen: int, reason: str) -> None:
    """Take a change (hospital, id) back at the version the person saw; the one before it holds.

    ConflictError E_CONFLICT when it is another by now; DataError E_BASIS_REASON.
    """
    hospital_id, key = place
    told = checked_reason(reason)
    with store.write(actor) as work:
        row = work.session.get(AllocationRule, key, with_for_update=True)
        stands = row is not None and row.hospital_id == hospital_id and not row.removed
        if row is None or not stands or row.version != seen:
            raise ConflictError("E_CONFLICT", stored=row.model_dump() if row is not None else {})
        old = row.model_dump()
        row.removed = True
        row.version += 1
        work.session.add(row)
        new = {"removed": True, "reason": told}
        work.record(_TAKE_BACK, f"allocation_rule:{key}", hospital_id, old, new)


def trail(store: Store, hospital_id: int) -> pd.DataFrame:
    """TRAIL of the hospital, the newest first, from the audit."""
    names = ("at", "who", "action", "old", "new")
    statement = (
        select(*columns(Audit, *names))
        .where(col(Audit.hospital_id) == hospital_id, col(Audit.action).in_((_SAVE, _TAKE_BACK)))
        .order_by(col(Audit.id).desc())
    )
    rows = [
        {"at": at, "who": who, "action": action.rpartition(".")[2]}
        | _told(json.loads(old) | json.loads(new))
        for at, who, action, old, new in store.frame(statement).itertuples(index=False)
    ]
    return TRAIL.check(pd.DataFrame(rows, columns=pd.Index(list(TRAIL.columns))))


def _told(row: dict[str, Any]) -> dict[str, Any]:
    texts = {name: row[name] for name in ("department", "month", "reason")}
    items = _listed(row.get("items", ""))
    return {**texts, "items": items, "drivers": tuple(row["drivers"].splitlines())}


def _listed(text: str) -> tuple[str, ...]:
    return tuple(text.split(",")) if text else ()


def _joined(items: Iterable[str]) -> str:
    return ",".join(sorted(items))


def _apart(work: Work, hospital_id: int, change: Change) -> None:
    """No item in two pools at once. DataError E_BASIS_ITEMS."""
    rows = work.session.scalars(
        select(AllocationRule)
        .where(
            col(AllocationRule.hospital_id) == hospital_id,
            col(AllocationRule.department) == change.department,
            col(AllocationRule.items) != _joined(change.items),
            ~col(AllocationRule.removed),
        )
        .order_by(col(AllocationRule.month), col(AllocationRule.id))
    ).all()
    standing = {row.items: row for row in rows if row.month <= change.month}
    later = [row for row in rows if row.month > change.month]
    for row in (*standing.values(), *later):
        if row.drivers and change.drivers and set(_listed(row.items)) & set(change.items):
            raise DataError("E_BASIS_ITEMS", department=change.department)


def _category(work: Work, hospital_id: int, department: str) -> str:
    """Its category; '' where the hospital has no such department. Changes wait for each other."""
    if work.session.get(Hospital, hospital_id, with_for_update=True) is None:
        raise DataError("E_HOSPITAL", hospital=hospital_id)
    statement = select(col(Department.category)).where(
        col(Department.hospital_id) == hospital_id, col(Department.code) == department
    )
    return work.session.execute(statement).scalar() or ""


def _standing(work: Work, hospital_id: int, change: Change) -> AllocationRule | None:
    return work.session.scalars(
        select(AllocationRule).where(
            col(AllocationRule.hospital_id) == hospital_id,
            col(AllocationRule.department) == change.department,
            col(AllocationRule.items) == _joined(change.items),
            col(AllocationRule.month) == change.month,
            ~col(AllocationRule.removed),
        )
    ).first()
