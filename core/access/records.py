"""Reads and writes of the staff list."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import select
from sqlmodel import col

from core.access.tables import Staff
from core.errors import DataError
from core.store.engine import Actor, Store
from core.store.tables import Audit, columns

COMMAND_LINE = "命令行"


def staff(store: Store, hospital_id: int) -> pd.DataFrame:
    """id, name, title of the people who may act, in the order they were added."""
    statement = (
        select(*columns(Staff, "id", "name", "title"))
        .where(col(Staff.hospital_id) == hospital_id, col(Staff.active))
        .order_by(col(Staff.id))
    )
    return store.frame(statement)


def add_staff(store: Store, actor: Actor, hospital_id: int, people: list[tuple[str, str]]) -> None:
    """Add (name, title) pairs. DataError E_STAFF_NAME for an empty or listed name."""
    with store.write(actor) as work:
        listed = set(
            work.session.scalars(
                select(col(Staff.name)).where(
                    col(Staff.hospital_id) == hospital_id, col(Staff.active)
                )
            )
        )
        for name, title in people:
            clean = name.strip()
            if not clean or clean in listed or len(clean) > 40:
                raise DataError("E_STAFF_NAME", name=clean[:40])
            listed.add(clean)
            work.session.add(Staff(hospital_id=hospital_id, name=clean, title=title.strip()[:40]))
        names = [name.strip() for name, _ in people]
        work.record("staff.add", ", ".join(names), hospital_id, new={"names": names})


_WELCOME = "welcome.dismiss"


def welcome_dismissed(store: Store, hospital_id: int) -> bool:
    """Whether somebody of the hospital has put the first-run welcome away for good."""
    statement = (
        select(*columns(Audit, "id"))
        .where(col(Audit.hospital_id) == hospital_id, col(Audit.action) == _WELCOME)
        .limit(1)
    )
    return not store.frame(statement).empty


def dismiss_welcome(store: Store, actor: Actor, hospital_id: int) -> None:
    """Put the first-run welcome away for good."""
    with store.write(actor) as work:
        work.record(_WELCOME, "welcome", hospital_id)
