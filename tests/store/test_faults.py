"""What a person is told when the store cannot be opened or written."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from core.errors import StoreError
from core.frames import Scope
from core.hospital.records import archive_hospital, create_hospital, departments, hospitals
from core.hospital.tables import CostItem
from core.store.dialects import sqlite
from core.store.engine import Actor, Store
from core.store.opening import archive, open_store
from core.store.tables import Audit
from tests.intake_load.deliveries import fill
from tests.store.schemas import HEAD


def _file(store: Store) -> Path:
    assert store.engine.url.database is not None
    return Path(store.engine.url.database)


def _shorten_waiting(store: Store, statement: str) -> None:
    """Have the one pooled connection give up early."""
    with store.engine.connect() as connection:
        connection.connection.cursor().execute(statement)
        connection.connection.commit()


def test_a_save_behind_a_long_write_says_busy_and_stores_nothing(
    sqlite_store: Store, actor: Actor
) -> None:
    other = sqlite._driver().connect(_file(sqlite_store), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    _shorten_waiting(sqlite_store, "PRAGMA busy_timeout=50")
    with pytest.raises(StoreError, match="E_STORE_BUSY"):
        create_hospital(sqlite_store, actor, "县医院")
    other.execute("ROLLBACK")
    other.close()
    assert hospitals(sqlite_store).empty
    create_hospital(sqlite_store, actor, "县医院")


@pytest.mark.postgres
def test_a_save_behind_a_locked_row_says_busy(postgres_store: Store, actor: Actor) -> None:
    store = postgres_store
    hospital_id = create_hospital(store, actor, "县医院")
    _shorten_waiting(store, "SET lock_timeout = '50ms'")
    other = open_store(store.url)
    with other.engine.begin() as holding:
        holding.execute(text("SELECT id FROM hospital FOR UPDATE"))
        with pytest.raises(StoreError, match="E_STORE_BUSY"):
            archive_hospital(store, actor, hospital_id)
    other.close()
    assert hospitals(store)["id"].tolist() == [hospital_id]


@pytest.mark.postgres
def test_a_connection_that_reads_cannot_write_by_mistake(postgres_store: Store) -> None:
    with (
        pytest.raises(StoreError, match="E_STORE_READONLY"),
        postgres_store.read() as connection,
    ):
        connection.execute(text("DELETE FROM hospital"))


@pytest.mark.postgres
def test_a_server_does_not_let_a_save_wait_for_ever(postgres_store: Store) -> None:
    with postgres_store.read() as connection:
        assert connection.execute(text("SHOW lock_timeout")).scalar() == "10s"


def test_no_connection_left_says_busy(sqlite_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_store.engine.pool, "_timeout", 0.05)
    held = [sqlite_store.engine.connect() for _ in range(15)]
    with pytest.raises(StoreError, match="E_STORE_BUSY"):
        hospitals(sqlite_store)
    for connection in held:
        connection.close()


def test_a_file_that_may_only_be_read_is_read(sqlite_store: Store, actor: Actor) -> None:
    create_hospital(sqlite_store, actor, "县医院")
    sqlite_store.close()
    reading = open_store(f"sqlite:///file:{_file(sqlite_store)}?mode=ro&uri=true")
    assert hospitals(reading)["name_zh"].tolist() == ["县医院"]
    with pytest.raises(StoreError, match="E_STORE_READONLY"):
        create_hospital(reading, actor, "二院")
    reading.close()


def test_a_full_disk_says_so_and_reads_go_on(sqlite_store: Store, actor: Actor) -> None:
    create_hospital(sqlite_store, actor, "县医院")
    _shorten_waiting(sqlite_store, "PRAGMA max_page_count=1")  # cut to the pages in use
    long = Audit(
        at=sqlite_store.clock(),
        who="甲",
        origin="",
        action="",
        subject="",
        old="长" * 99_999,
        new="",
    )
    with (
        pytest.raises(StoreError, match="E_STORE_FULL"),
        sqlite_store.write(actor) as work,
    ):
        work.trail.append(long)
    assert sqlite_store.version() == 1
    assert len(hospitals(sqlite_store)) == 1


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "a.db"
    file.write_bytes(random.Random(7).randbytes(8192))
    with pytest.raises(StoreError, match="E_STORE_DAMAGED"):
        open_store(f"sqlite:///{file}")


def test_a_damaged_page_is_named_damage_when_it_is_read(sqlite_store: Store, actor: Actor) -> None:
    hospital_id = fill(sqlite_store, actor)
    sqlite_store.close()
    file = _file(sqlite_store)
    content = bytearray(file.read_bytes())
    for page in range(2, len(content) // 4096):
        content[page * 4096 : page * 4096 + 64] = random.Random(page).randbytes(64)
    file.write_bytes(content)
    damaged = Store(sqlite_store.url, sqlite_store.engine)
    with pytest.raises(StoreError, match="E_STORE_DAMAGED"):
        departments(damaged, Scope(hospital_id, 202501, 202501))


def test_a_store_written_by_a_newer_app_is_refused_with_both_numbers(store: Store) -> None:
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError) as refused:
        open_store(store.url)
    assert refused.value.code == "E_STORE_NEWER"
    assert refused.value.fields["stored"] == "9999"
    assert refused.value.fields["known"] == HEAD


def test_an_unknown_kind_of_database_is_refused() -> None:
    with pytest.raises(StoreError, match="E_STORE_BACKEND: backend=mysql"):
        open_store("mysql://somewhere/jingguan")


def test_a_place_where_no_file_can_be_is_refused(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file, not a folder")
    with pytest.raises(StoreError, match="E_STORE_OPEN"):
        open_store(f"sqlite:///{tmp_path / 'taken' / 'a.db'}")


def test_a_server_that_is_not_there_is_refused() -> None:
    with pytest.raises(StoreError, match="E_STORE_OPEN"):
        open_store("postgresql://jingguan:wrong@127.0.0.1:1/jingguan")


@pytest.mark.parametrize("words", ["database is locked", "disk is full", "connection"])
def test_words_that_people_typed_are_not_taken_for_a_fault(
    store: Store, actor: Actor, words: str
) -> None:
    hospital_id = create_hospital(store, actor, "县医院")
    with pytest.raises(IntegrityError), store.write(actor) as work:
        work.session.add(CostItem(hospital_id=hospital_id, code="A01", name_zh=words, kind=words))
        work.record("cost_item.add", words, hospital_id)


def test_a_store_set_aside_keeps_everything_and_leaves_its_place_empty(
    sqlite_store: Store, actor: Actor
) -> None:
    create_hospital(sqlite_store, actor, "县医院")
    kept = archive(sqlite_store)
    assert not _file(sqlite_store).exists()
    old, new = open_store(f"sqlite:///{kept}"), open_store(sqlite_store.url)
    assert hospitals(old)["name_zh"].tolist() == ["县医院"]
    assert hospitals(new).empty
    old.close()
    new.close()


@pytest.mark.postgres
def test_a_server_is_not_set_aside_as_a_file(postgres_store: Store) -> None:
    with pytest.raises(StoreError, match="E_STORE_ARCHIVE"):
        archive(postgres_store)
