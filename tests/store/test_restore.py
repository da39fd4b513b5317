"""A restore asks before it replaces, sets aside what was there, and is all or nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from core.errors import StoreError
from core.hospital.records import create_hospital, hospitals
from core.store import chain, ledger
from core.store.backup import back_up, sha256_of
from core.store.dialects import sqlite
from core.store.engine import Actor, Store, new_engine
from core.store.opening import migrate, open_store
from core.store.restore import restore
from tests.store.schemas import HEAD, scripts_up_to


@pytest.fixture
def kept(empty_url: str) -> Iterator[Store]:
    """A store on either database with one hospital, 老医院, and a backup of it."""
    store = open_store(empty_url)
    yield store
    if store.engine.dialect.name == "postgresql":
        with store.engine.begin() as connection:
            asked = "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'aside_%'"
            for schema in connection.execute(text(asked)).scalars().all():
                connection.execute(text(f'DROP SCHEMA "{schema}" CASCADE'))
    store.close()


@pytest.fixture
def old(kept: Store, actor: Actor, tmp_path: Path) -> Path:
    create_hospital(kept, actor, "老医院")
    back_up(kept, tmp_path / "old.bak", actor)
    create_hospital(kept, actor, "新医院")
    return tmp_path / "old.bak"


def _names(store: Store) -> list[str]:
    return hospitals(store)["name_zh"].tolist()


def _renote(file: Path, **changes: object) -> None:
    """Write the note anew, as if it had always said so."""
    beside = Path(f"{file}.json")
    note = json.loads(beside.read_text(encoding="utf-8"))
    beside.write_text(json.dumps({**note, **changes}), encoding="utf-8")


def test_over_a_filled_store_it_asks(kept: Store, old: Path, actor: Actor) -> None:
    with pytest.raises(StoreError, match="E_RESTORE_FILLED"):
        restore(kept.url, old, actor)
    assert _names(kept) == ["老医院", "新医院"]


def test_who_has_the_store_open_sees_the_restored_rows(
    kept: Store, old: Path, actor: Actor
) -> None:
    seen = kept.version()
    done = restore(kept.url, old, actor, yes=True)
    assert (done["control_totals"], done["audit"]) == ("equal", "whole")
    assert _names(kept) == ["老医院"]
    assert kept.version() > seen, "what was read before must not be taken for the new rows"
    create_hospital(kept, actor, "再来")
    with kept.read() as connection:
        found = chain.verify(connection, ledger.noted_heads(kept.url))
    assert (found.row, found.rows) == (None, 3)


def test_a_restore_is_recorded_with_the_name_of_what_was_set_aside(
    kept: Store, old: Path, actor: Actor
) -> None:
    done = restore(kept.url, old, actor, yes=True)
    last = kept.frame(text("SELECT who, action, subject, new FROM audit ORDER BY id DESC LIMIT 1"))
    (row,) = last.to_dict("records")
    assert (row["who"], row["action"], row["subject"]) == (actor.name, "backup.restore", "old.bak")
    assert json.loads(row["new"])["aside"] == done["aside"]


def test_what_was_there_is_set_aside_whole(kept: Store, old: Path, actor: Actor) -> None:
    aside = restore(kept.url, old, actor, yes=True)["aside"]
    if kept.engine.dialect.name == "sqlite":
        folder = Path(str(kept.engine.url.database)).parent
        store = open_store(f"sqlite:///{folder / 'archive' / aside}")
        assert _names(store) == ["老医院", "新医院"]
        store.close()
        return
    rows = kept.frame(text(f'SELECT name_zh FROM "{aside}".hospital ORDER BY id'))
    assert rows["name_zh"].tolist() == ["老医院", "新医院"]


def _refused(kept: Store, file: Path, actor: Actor) -> str:
    """The code with which the restore is refused; nothing has changed."""
    before = kept.version()
    with pytest.raises(StoreError) as refused:
        restore(kept.url, file, actor, yes=True)
    assert (_names(kept), kept.version()) == (["老医院", "新医院"], before)
    return refused.value.code


def test_numbers_that_differ_change_nothing(kept: Store, old: Path, actor: Actor) -> None:
    note = json.loads(Path(f"{old}.json").read_text(encoding="utf-8"))
    note["tables"]["hospital"]["rows"] = 2
    _renote(old, tables=note["tables"])
    assert _refused(kept, old, actor) == "E_BACKUP_TOTALS"


def test_a_backup_of_a_newer_schema_is_refused(kept: Store, old: Path, actor: Actor) -> None:
    _renote(old, schema="9999")
    assert _refused(kept, old, actor) == "E_BACKUP_NEWER"


def test_a_newer_schema_is_found_in_the_file_itself(
    kept: Store, actor: Actor, tmp_path: Path
) -> None:
    create_hospital(kept, actor, "老医院")
    create_hospital(kept, actor, "新医院")
    with kept.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    file = tmp_path / "newer.bak"
    back_up(kept, file, actor)
    with kept.engine.begin() as connection:
        connection.execute(text(f"UPDATE alembic_version SET version_num = '{HEAD}'"))
    Path(f"{file}.json").unlink()
    assert _refused(kept, file, actor) == "E_BACKUP_NEWER"


@pytest.mark.parametrize("place", [0, 0.5, -200])
def test_a_changed_byte_is_found_before_anything_is_touched(
    kept: Store, old: Path, actor: Actor, place: float
) -> None:
    content = bytearray(old.read_bytes())
    content[int(place * len(content)) if 0 < place < 1 else int(place)] ^= 0xFF
    old.write_bytes(content)
    assert _refused(kept, old, actor) == "E_BACKUP_DAMAGED"


def test_half_a_backup_without_its_note_is_refused(kept: Store, old: Path, actor: Actor) -> None:
    content = old.read_bytes()
    old.write_bytes(content[: len(content) // 2])
    Path(f"{old}.json").unlink()
    assert _refused(kept, old, actor) == "E_BACKUP_DAMAGED"


def test_a_backup_without_its_note_is_restored_and_says_that_nothing_was_compared(
    kept: Store, old: Path, actor: Actor
) -> None:
    Path(f"{old}.json").unlink()
    assert restore(kept.url, old, actor, yes=True)["control_totals"] == "not noted"
    assert _names(kept) == ["老医院"]


def test_a_backup_of_another_kind_of_database_is_refused(
    kept: Store, old: Path, actor: Actor
) -> None:
    _renote(old, backend="oracle")
    assert _refused(kept, old, actor) == "E_BACKUP_BACKEND"


def test_a_backup_that_is_not_there_is_named(kept: Store, actor: Actor, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="E_BACKUP_MISSING: file=none"):
        restore(kept.url, tmp_path / "none", actor)


def test_a_backup_of_an_older_schema_is_migrated(kept: Store, actor: Actor, tmp_path: Path) -> None:
    """Made by an app that knew two migrations, restored by this one."""
    url = kept.url
    if kept.engine.dialect.name == "postgresql":
        with kept.engine.begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
    else:
        url = f"sqlite:///{tmp_path / 'old.db'}"
    engine, _ = new_engine(url)
    migrate(engine, scripts_up_to("0002", tmp_path))
    with engine.begin() as connection:
        made = "INSERT INTO hospital (name_zh, name_en, created_at, demo, archived, version)"
        when = "2026-01-15 08:00:00"
        connection.execute(text(f"{made} VALUES ('旧医院', '', '{when}', FALSE, FALSE, 1)"))
    old_app = Store(url, engine)
    with kept.dialect.copied(engine, tmp_path / "older.bak") as _:
        pass
    old_app.close()
    done = restore(kept.url, tmp_path / "older.bak", actor, yes=True)
    assert done["audit"] == "whole"
    again = open_store(kept.url)
    assert _names(again) == ["旧医院"]
    again.close()


def test_a_damaged_store_is_kept_as_it_is_and_replaced(
    sqlite_store: Store, actor: Actor, tmp_path: Path
) -> None:
    create_hospital(sqlite_store, actor, "老医院")
    back_up(sqlite_store, tmp_path / "old.bak", actor)
    sqlite_store.close()
    file = sqlite.database_file(sqlite_store.url)
    assert file is not None
    file.write_bytes(b"\0" * 8192)
    with pytest.raises(StoreError, match="E_RESTORE_DAMAGED"):
        restore(sqlite_store.url, tmp_path / "old.bak", actor)
    done = restore(sqlite_store.url, tmp_path / "old.bak", actor, yes=True)
    assert (file.parent / "archive" / done["aside"]).read_bytes() == b"\0" * 8192
    again = open_store(sqlite_store.url)
    assert _names(again) == ["老医院"]
    again.close()


def test_nothing_is_left_beside_the_store(sqlite_store: Store, actor: Actor) -> None:
    file = sqlite.database_file(sqlite_store.url)
    assert file is not None
    create_hospital(sqlite_store, actor, "老医院")
    back_up(sqlite_store, file.parent / "b.bak", actor)
    restore(sqlite_store.url, file.parent / "b.bak", actor, yes=True)
    sqlite_store.close()
    left = {path.name for path in file.parent.iterdir()}
    assert left == {"store.db", "b.bak", "b.bak.json", "backups.json", "archive"}
    assert sha256_of(file)
