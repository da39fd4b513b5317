"""How connections are set up, who waits for whom, and when a cache is stale."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor, wait

import pytest
from sqlalchemy import event, func, select
from sqlmodel import col

from core.access.records import add_staff, staff
from core.access.tables import Staff
from core.hospital.records import create_hospital
from core.store.engine import Actor, Store
from core.store.tables import Audit

SETTINGS = [
    ("journal_mode", "wal"),
    ("synchronous", 2),
    ("foreign_keys", 1),
    ("busy_timeout", 10_000),
    ("trusted_schema", 0),
]


@pytest.mark.parametrize(("setting", "value"), SETTINGS)
def test_every_sqlite_connection_has_the_safe_settings(
    sqlite_store: Store, setting: str, value: object
) -> None:
    if sqlite_store.notes:
        pytest.skip("this SQLite has the fault of the write-ahead log: see test_journal")
    with sqlite_store.read() as first, sqlite_store.read() as second:
        for connection in (first, second):
            assert connection.exec_driver_sql(f"PRAGMA {setting}").scalar() == value


def test_a_write_takes_the_lock_before_its_first_statement(sqlite_store: Store) -> None:
    with sqlite_store.engine.begin(), sqlite_store.engine.connect() as other:
        other.connection.execute("PRAGMA busy_timeout=0")
        with pytest.raises(Exception, match="locked"):
            other.begin()
        other.connection.execute("PRAGMA busy_timeout=10000")


def test_twenty_people_saving_at_once_lose_nothing(store: Store, actor: Actor) -> None:
    hospital_id = create_hospital(store, actor, "县医院")
    add_staff(store, actor, hospital_id, [("甲", "")])
    start = threading.Barrier(20)

    def save_often(_: int) -> None:
        start.wait()
        for _turn in range(10):
            with store.write(actor) as work:
                person = work.session.get(Staff, 1, with_for_update=True)
                assert person is not None
                person.version += 1
                work.record("staff.touch", "甲", hospital_id)

    with ThreadPoolExecutor(20) as people:
        list(people.map(save_often, range(20)))
    with store.read() as connection:
        assert connection.execute(select(col(Staff.version))).scalar() == 201
        touched = select(func.count()).where(col(Audit.action) == "staff.touch")
        assert connection.execute(touched).scalar() == 200


def test_a_reader_goes_on_while_somebody_writes(store: Store, actor: Actor) -> None:
    hospital_id = create_hospital(store, actor, "县医院")
    with store.write(actor) as work:
        work.session.add(Staff(hospital_id=hospital_id, name="未存"))
        work.session.flush()
        work.record("staff.add", "未存", hospital_id)
        assert staff(store, hospital_id).empty
    assert staff(store, hospital_id)["name"].tolist() == ["未存"]


def test_a_writer_goes_on_while_somebody_reads(store: Store, actor: Actor) -> None:
    hospital_id = create_hospital(store, actor, "县医院")
    count = select(func.count()).select_from(Staff)
    with store.read() as connection:
        assert connection.execute(count).scalar() == 0
        add_staff(store, actor, hospital_id, [("甲", "")])
        assert connection.execute(count).scalar() == 0, "one read sees one state"
    assert len(staff(store, hospital_id)) == 1


def test_the_version_grows_with_every_write(store: Store, actor: Actor) -> None:
    seen = [store.version()]
    hospital_id = create_hospital(store, actor, "县医院")
    seen.append(store.version())
    for name in ("甲", "乙"):
        add_staff(store, actor, hospital_id, [(name, "")])
        seen.append(store.version())
    assert seen == sorted(set(seen))


@pytest.mark.postgres
def test_the_version_grows_though_two_save_at_the_same_moment(
    postgres_store: Store, actor: Actor
) -> None:
    store = postgres_store
    hospital_id = create_hospital(store, actor, "县医院")
    seen: list[int] = []
    with ThreadPoolExecutor(1) as others, store.write(actor) as slow:
        slow.record("staff.touch", "慢", hospital_id)

        @event.listens_for(slow.session, "after_flush")
        def _meanwhile(*_: object) -> None:
            """The trail is numbered and not yet committed: somebody else saves."""
            quick = others.submit(add_staff, store, actor, hospital_id, [("快", "")])
            wait([quick], timeout=0.3)
            seen.append(store.version())

    assert store.version() > seen[0], "a cache filled in between would never be dropped"


def test_a_staged_table_stays_with_its_connection_and_holds_up_nobody(
    sqlite_store: Store, actor: Actor
) -> None:
    with sqlite_store.bulk() as connection:
        connection.exec_driver_sql("CREATE TEMPORARY TABLE staged (a INTEGER)")
        sqlite_store.insert_many(connection, "staged", ["a"], [(1,), (2,)])
        create_hospital(sqlite_store, actor, "县医院")
        assert connection.exec_driver_sql("SELECT SUM(a) FROM staged").scalar() == 3


def test_a_select_comes_back_as_a_frame_with_its_names(store: Store, actor: Actor) -> None:
    create_hospital(store, actor, "县医院")
    frame = store.frame(select(func.count().label("rows")).select_from(Audit))
    assert frame.to_dict("list") == {"rows": [1]}
