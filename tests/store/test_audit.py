"""Every write leaves one row that nobody can change."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError, StatementError
from sqlmodel import col

from core.access.records import add_staff, staff
from core.access.tables import Staff
from core.hospital.records import (
    archive_hospital,
    create_hospital,
    delete_target,
    save_mapping,
    save_target,
)
from core.hospital.tables import Hospital
from core.intake.records import load, undo
from core.store.engine import Actor, Store
from core.store.tables import Audit
from tests.intake_load.deliveries import RULES, delivery, found

TARGET = {
    "indicator": "alos",
    "month_from": 202501,
    "high": 9.0,
    "kind": "target",
    "source": "院部",
}


def _trail(store: Store) -> list[dict]:
    names = ("id", "at", "who", "origin", "hospital_id", "action", "subject", "old", "new")
    columns = [getattr(Audit, name) for name in names]
    return store.frame(select(*columns).order_by(col(Audit.id))).to_dict("records")


def test_a_row_says_who_when_what_and_from_where(store: Store) -> None:
    hospital_id = create_hospital(store, Actor("张三", "page:welcome"), "县医院")
    (row,) = _trail(store)
    assert (row["who"], row["origin"], row["action"]) == ("张三", "page:welcome", "hospital.create")
    assert (row["subject"], row["hospital_id"]) == ("县医院", hospital_id)
    assert row["at"] == dt.datetime(2026, 1, 15, 8, 0, tzinfo=dt.UTC)


def test_a_change_keeps_the_old_and_the_new_values(store: Store, actor: Actor) -> None:
    hospital_id = create_hospital(store, actor, "县医院")
    target_id = save_target(store, actor, hospital_id, TARGET)
    save_target(store, actor, hospital_id, {**TARGET, "id": target_id, "high": 8.0}, seen=1)
    last = _trail(store)[-1]
    assert (json.loads(last["old"])["high"], json.loads(last["new"])["high"]) == (9.0, 8.0)
    assert "院部" in last["new"], "Chinese stays readable"


def test_a_write_that_fails_leaves_neither_row_nor_trail(store: Store, actor: Actor) -> None:
    hospital_id = create_hospital(store, actor, "县医院")
    before = _trail(store)
    with pytest.raises(RuntimeError), store.write(actor) as work:
        work.session.add(Staff(hospital_id=hospital_id, name="甲"))
        work.record("staff.add", "甲", hospital_id)
        work.session.flush()
        raise RuntimeError
    assert _trail(store) == before
    assert staff(store, hospital_id).empty


def test_a_write_without_a_trail_is_refused(store: Store, actor: Actor) -> None:
    hospital_id = create_hospital(store, actor, "县医院")
    with pytest.raises(ValueError, match="audit row"), store.write(actor) as work:
        work.session.add(Staff(hospital_id=hospital_id, name="甲"))
        work.session.flush()
    assert staff(store, hospital_id).empty


@pytest.mark.parametrize("statement", ["UPDATE audit SET who = '李四'", "DELETE FROM audit"])
def test_the_database_refuses_to_change_the_trail(
    store: Store, actor: Actor, statement: str
) -> None:
    create_hospital(store, actor, "县医院")
    before = _trail(store)
    with (
        pytest.raises(DatabaseError, match="append only"),
        store.engine.begin() as connection,
    ):
        connection.execute(text(statement))
    assert _trail(store) == before


def test_times_come_back_in_utc_whatever_zone_they_were_given_in(
    store: Store, actor: Actor
) -> None:
    shanghai = dt.datetime(2026, 1, 15, 16, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
    with store.write(actor) as work:
        work.session.add(Hospital(name_zh="县医院", created_at=shanghai))
        work.record("hospital.create", "县医院")
    with store.read() as connection:
        stored = connection.execute(select(col(Hospital.created_at))).scalar_one()
    assert stored == shanghai
    assert stored.utcoffset() == dt.timedelta(0)


def test_a_time_without_a_zone_is_refused(store: Store, actor: Actor) -> None:
    nowhere = dt.datetime(2026, 1, 15, 16, 0)
    with (
        pytest.raises(StatementError, match="must know its zone"),
        store.write(actor) as work,
    ):
        work.session.add(Hospital(name_zh="县医院", created_at=nowhere))
        work.record("hospital.create", "县医院")


def _write_once(name: str, store: Store, actor: Actor, hospital_id: int) -> None:
    """One write of each kind, on a hospital that has one target and one batch."""
    mapping = {"contract": "income", "name": "收费系统", "fingerprint": "f", "spec": "{}"}
    writes: dict[str, Callable[[], object]] = {
        "hospital.create": lambda: create_hospital(store, actor, "二院"),
        "hospital.archive": lambda: archive_hospital(store, actor, hospital_id),
        "staff.add": lambda: add_staff(store, actor, hospital_id, [("甲", ""), ("乙", "")]),
        "target.save": lambda: save_target(store, actor, hospital_id, TARGET),
        "target.delete": lambda: delete_target(store, actor, 1, seen=1),
        "mapping.save": lambda: save_mapping(store, actor, hospital_id, mapping),
        "import.load": lambda: load(store, actor, delivery(hospital_id, "income"), RULES),
        "import.undo": lambda: undo(store, actor, 1, 1, RULES),
    }
    writes[name]()


@pytest.mark.parametrize(
    "name",
    [
        "hospital.create",
        "hospital.archive",
        "staff.add",
        "target.save",
        "target.delete",
        "mapping.save",
        "import.load",
        "import.undo",
    ],
)
def test_each_write_leaves_one_row(store: Store, actor: Actor, name: str) -> None:
    hospital_id = found(store, actor)
    save_target(store, actor, hospital_id, TARGET)
    before = len(_trail(store))
    _write_once(name, store, actor, hospital_id)
    assert [row["action"] for row in _trail(store)[before:]] == [name]
