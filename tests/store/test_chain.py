"""The audit as a chain: whatever is done to a row behind the app's back is found, and named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from core.errors import StoreError
from core.hospital.records import create_hospital, hospitals
from core.store import chain
from core.store.dialects import sqlite
from core.store.engine import Actor, Store, new_engine
from core.store.opening import migrate, open_store
from tests.store.schemas import scripts_up_to

CHANGES = [
    ("UPDATE audit SET who = '李四' WHERE id = 3", 3, "row"),
    ("UPDATE audit SET at = '2026-01-15 08:00:01.000000' WHERE id = 3", 3, "row"),
    ("UPDATE audit SET new = '{}' WHERE id = 1", 1, "row"),
    ("UPDATE audit SET hash = 'forged' WHERE id = 3", 3, "row"),
    ("DELETE FROM audit WHERE id = 3", 4, "gap"),
    ("DELETE FROM audit WHERE id = 1", 2, "gap"),
    ("DELETE FROM audit WHERE id = 5", 5, "tail"),
    ("DELETE FROM audit WHERE id > 2", 3, "tail"),
    ("DELETE FROM audit", 1, "tail"),
    ("UPDATE audit SET id = 9 WHERE id = 5", 9, "gap"),
    (
        "INSERT INTO audit SELECT 6, at, who, origin, hospital_id, action, subject, old, new,"
        " hash FROM audit WHERE id = 5",
        6,
        "row",
    ),
]


def _behind_the_app(store: Store, statement: str) -> None:
    """What somebody does who may write to the database: the triggers gone, then the statement."""
    dialect = store.dialect
    with store.engine.begin() as connection:
        for drop in dialect.open_to_change("audit"):
            connection.execute(text(drop))
        connection.execute(text(statement))
        for make in dialect.append_only("audit"):
            connection.execute(text(make))


def _verdict(store: Store, noted: dict[int, str] | None = None) -> chain.Verdict:
    with store.read() as connection:
        return chain.verify(connection, noted)


@pytest.fixture
def trail(store: Store, actor: Actor) -> Store:
    """A store whose audit has five rows."""
    for name in "甲乙丙丁戊":
        create_hospital(store, actor, f"{name}医院")
    return store


def test_an_untouched_trail_is_whole(trail: Store) -> None:
    found = _verdict(trail)
    assert (found.rows, found.row, found.head.last_id) == (5, None, 5)


def test_an_empty_trail_is_whole(store: Store) -> None:
    assert _verdict(store).row is None


@pytest.mark.parametrize(("statement", "row", "reason"), CHANGES)
def test_what_was_done_behind_the_app_is_named(
    trail: Store, statement: str, row: int, reason: str
) -> None:
    _behind_the_app(trail, statement)
    found = _verdict(trail)
    assert (found.row, found.reason) == (row, reason)


def test_an_edit_with_the_plain_driver_is_found(sqlite_store: Store, actor: Actor) -> None:
    for name in "甲乙丙":
        create_hospital(sqlite_store, actor, f"{name}医院")
    sqlite_store.close()
    raw = sqlite._driver().connect(sqlite.database_file(sqlite_store.url))
    raw.execute("DROP TRIGGER audit_no_update")
    raw.execute("UPDATE audit SET subject = '丁医院' WHERE id = 2")
    raw.commit()
    raw.close()
    again = open_store(sqlite_store.url)
    assert _verdict(again).row == 2
    again.close()


def _forge(store: Store) -> None:
    """The strongest forger: edits a row and computes the whole rest anew, head included."""
    _behind_the_app(store, "UPDATE audit SET who = '李四' WHERE id = 2")
    with store.engine.begin() as connection:
        for drop in store.dialect.open_to_change("audit"):
            connection.execute(text(drop))
        seed = connection.execute(text("SELECT seed FROM audit_head")).scalar_one()
        rows = list(chain._rows(connection))
        for row, made in zip(rows, chain.chained(seed, rows), strict=True):
            connection.execute(
                text("UPDATE audit SET hash = :made WHERE id = :id"),
                {"made": made, "id": row["id"]},
            )
        last = connection.execute(text("SELECT hash FROM audit WHERE id = 5")).scalar_one()
        forward = "audit_head_forward"
        on = " ON audit_head" if store.engine.dialect.name == "postgresql" else ""
        connection.execute(text(f"DROP TRIGGER {forward}{on}"))
        connection.execute(text("UPDATE audit_head SET hash = :last"), {"last": last})


def test_a_chain_computed_anew_is_found_only_against_a_head_noted_elsewhere(trail: Store) -> None:
    noted = {4: _hash(trail, 4)}
    _forge(trail)
    assert _verdict(trail).row is None, "this is what a chain alone cannot find"
    assert (_verdict(trail, noted).row, _verdict(trail, noted).reason) == (4, "noted")


def _hash(store: Store, row: int) -> str:
    with store.read() as connection:
        return connection.execute(text(f"SELECT hash FROM audit WHERE id = {row}")).scalar_one()


def test_a_noted_row_that_is_gone_is_found(trail: Store) -> None:
    assert _verdict(trail, {7: "x"}).reason == "tail"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_head SET hash = 'x'",
        "UPDATE audit_head SET last_id = 2",
        "DELETE FROM audit_head",
    ],
)
def test_the_head_only_moves_on(trail: Store, statement: str) -> None:
    with (
        pytest.raises(DatabaseError, match="append only"),
        trail.engine.begin() as connection,
    ):
        connection.execute(text(statement))


@pytest.mark.postgres
@pytest.mark.parametrize("table", ["audit", "audit_head"])
def test_a_server_refuses_to_empty_the_trail(
    postgres_store: Store, actor: Actor, table: str
) -> None:
    create_hospital(postgres_store, actor, "县医院")
    with (
        pytest.raises(DatabaseError, match="append only"),
        postgres_store.engine.begin() as connection,
    ):
        connection.execute(text(f"TRUNCATE {table}"))
    assert _verdict(postgres_store).rows == 1


def test_without_its_head_nothing_more_is_saved(sqlite_store: Store, actor: Actor) -> None:
    with sqlite_store.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER audit_head_no_delete"))
        connection.execute(text("DELETE FROM audit_head"))
    with pytest.raises(StoreError, match="E_AUDIT_HEAD"):
        create_hospital(sqlite_store, actor, "县医院")
    assert hospitals(sqlite_store).empty


def test_a_write_of_several_rows_chains_each(store: Store, actor: Actor) -> None:
    with store.write(actor) as work:
        for name in ("一", "二", "三"):
            work.record("note", name)
    assert (_verdict(store).rows, _verdict(store).row) == (3, None)


def test_a_write_that_fails_leaves_no_gap(store: Store, actor: Actor) -> None:
    create_hospital(store, actor, "县医院")
    with pytest.raises(RuntimeError), store.write(actor) as work:
        work.record("note", "x")
        raise RuntimeError
    create_hospital(store, actor, "二院")
    assert store.version() == 2
    assert _verdict(store).row is None


def test_two_stores_with_the_same_rows_have_chains_of_their_own(
    tmp_path: Path, actor: Actor
) -> None:
    hashes = set()
    for name in ("a", "b"):
        store = open_store(f"sqlite:///{tmp_path / name}.db")
        create_hospital(store, actor, "县医院")
        hashes.add(_hash(store, 1))
        store.close()
    assert len(hashes) == 2


def test_rows_written_before_the_chain_are_chained_by_the_migration(
    empty_url: str, tmp_path: Path
) -> None:
    engine, _ = new_engine(empty_url)
    migrate(engine, scripts_up_to("0002", tmp_path))
    values = {"new": json.dumps({"name": "中文"}, ensure_ascii=False)}
    with engine.begin() as connection:
        for row in (1, 3):  # a number that a write had taken before it failed
            statement = (
                "INSERT INTO audit (id, at, who, origin, action, subject, old, new) VALUES"
                f" ({row}, '2026-01-15 08:00:00.123456', '甲', '页', 'a', 's', '{{}}', :new)"
            )
            connection.execute(text(statement), values)
    engine.dispose()
    migrated, _ = new_engine(empty_url)
    migrate(migrated)
    store = Store(empty_url, migrated)
    found = _verdict(store)
    assert (found.rows, found.row, found.head.last_id) == (2, None, 3)
    with store.write(Actor("甲", "页")) as work:
        work.record("note", "after")
    assert (store.version(), _verdict(store).row) == (4, None)
    with (
        pytest.raises(DatabaseError, match="append only"),
        store.engine.begin() as connection,
    ):
        connection.execute(text("DELETE FROM audit"))
    store.close()
