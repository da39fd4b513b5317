"""A store is opened only when it can be trusted; else its last good backup is named."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import text

from core.errors import StoreError
from core.hospital.records import create_hospital, hospitals
from core.store import ledger, opening
from core.store.backup import back_up
from core.store.dialects import sqlite
from core.store.engine import Actor, Store, new_engine
from core.store.opening import archive, free_space_is_low, migrate, open_store
from tests.conftest import ROOT
from tests.intake_load.deliveries import fill
from tests.store.schemas import HEAD, NEXT, scripts_up_to, scripts_with

FAIL = f"""
from alembic import op

revision, down_revision, branch_labels, depends_on = "{NEXT}", "{HEAD}", None, None


def upgrade() -> None:
    op.execute("UPDATE hospital SET name_zh = 'half-way'")
    op.execute("CREATE TABLE half_way (id INTEGER)")
    raise RuntimeError("half-way")
"""


@pytest.fixture
def backed_up(sqlite_store: Store, actor: Actor, tmp_path: Path) -> Path:
    """The file of a filled store, closed, with a backup called good.bak."""
    fill(sqlite_store, actor)
    back_up(sqlite_store, tmp_path / "good.bak", actor)
    sqlite_store.close()
    file = sqlite.database_file(sqlite_store.url)
    assert file is not None
    return file


def _refusal(file: Path) -> StoreError:
    with pytest.raises(StoreError) as refused:
        open_store(f"sqlite:///{file}")
    return refused.value


def _overwrite(file: Path, start: int, content: bytes) -> None:
    whole = bytearray(file.read_bytes())
    whole[start : start + len(content)] = content
    file.write_bytes(whole)


def _damage(file: Path, kind: str) -> None:
    size = file.stat().st_size
    if kind == "header":
        _overwrite(file, 0, b"\0" * 100)
    elif kind == "middle":
        _overwrite(file, size // 2 // 4096 * 4096, random.Random(1).randbytes(4096))
    elif kind == "truncated":
        file.write_bytes(file.read_bytes()[: size // 2])
    else:
        file.write_bytes(b"")


@pytest.mark.parametrize("kind", ["header", "middle", "truncated", "emptied"])
def test_a_damaged_store_is_refused_with_the_name_of_the_last_backup(
    backed_up: Path, kind: str
) -> None:
    _damage(backed_up, kind)
    error = _refusal(backed_up)
    assert (error.code, error.fields["backup"]) == ("E_STORE_DAMAGED_KEPT", "good.bak")
    assert error.fields["at"] == "2026-01-15 16:00"
    assert str(backed_up.parent) not in str(error)


def test_a_backup_that_is_gone_is_not_named(backed_up: Path) -> None:
    (backed_up.parent / "good.bak").unlink()
    _damage(backed_up, "header")
    assert _refusal(backed_up).code == "E_STORE_DAMAGED"


@pytest.mark.parametrize("content", ["", "{", "{}", '[{"file": "x"}, 3]'])
def test_a_damaged_list_of_backups_names_none(backed_up: Path, content: str) -> None:
    (backed_up.parent / ledger.FILE).write_text(content)
    _damage(backed_up, "header")
    assert _refusal(backed_up).code == "E_STORE_DAMAGED"


def test_an_empty_file_is_a_new_store_where_there_never_was_another(tmp_path: Path) -> None:
    (tmp_path / "new.db").touch()
    store = open_store(f"sqlite:///{tmp_path / 'new.db'}")
    assert hospitals(store).empty
    store.close()


def test_a_large_store_has_the_ends_of_each_table_looked_at(
    backed_up: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every page is read only when somebody was cut off and the app asks for it."""
    monkeypatch.setattr(opening, "_QUICKLY_READ", 0)
    asked = []
    monkeypatch.setattr(
        sqlite, "examine", lambda _engine, every_page: asked.append(every_page) or True
    )
    url = f"sqlite:///{backed_up}"
    first = open_store(url, thorough=True)
    create_hospital(first, Actor("甲", "页"), "县医院")
    open_store(url).close()
    open_store(url, thorough=True).close()
    first.close()
    assert asked == [False, False, True]


def test_the_quick_look_finds_a_table_whose_first_page_is_gone(backed_up: Path) -> None:
    engine, _ = new_engine(f"sqlite:///{backed_up}")
    with engine.connect() as connection:
        asked = "SELECT rootpage FROM sqlite_master WHERE name = 'income'"
        root = connection.exec_driver_sql(asked).scalar_one()
    engine.dispose()
    _overwrite(backed_up, (root - 1) * 4096, b"\xff" * 4096)
    engine, _ = new_engine(f"sqlite:///{backed_up}")
    assert not sqlite.examine(engine, every_page=False)
    engine.dispose()


# Schemas ---------------------------------------------------------------------------------------


def _older(url: str, folder: Path) -> None:
    """A store as an older app left it, with one hospital."""
    engine, _ = new_engine(url)
    migrate(engine, scripts_up_to("0002", folder))
    with engine.begin() as connection:
        made = "INSERT INTO hospital (name_zh, name_en, created_at, demo, archived, version)"
        values = "VALUES ('老医院', '', '2026-01-15 08:00:00', FALSE, FALSE, 1)"
        connection.execute(text(f"{made} {values}"))
    engine.dispose()


def test_an_older_store_is_backed_up_then_migrated(empty_url: str, tmp_path: Path) -> None:
    _older(empty_url, tmp_path)
    store = open_store(empty_url)
    assert hospitals(store)["name_zh"].tolist() == ["老医院"]
    (kept,) = [path for path in _companions(empty_url) if path.suffix != ".json"]
    assert kept.name.startswith("before-0002-")
    good = ledger.last_good(empty_url)
    assert good is not None
    assert (good["file"], good["schema"]) == (kept.name, "0002")
    store.close()


def _companions(url: str) -> list[Path]:
    return sorted((ledger.local_folder(url) / "backups").iterdir())


def test_a_new_store_needs_no_backup(empty_url: str) -> None:
    open_store(empty_url).close()
    assert not (ledger.local_folder(empty_url) / "backups").exists()


def test_a_migration_that_fails_leaves_the_old_store_and_names_the_backup(
    empty_url: str, actor: Actor, tmp_path: Path
) -> None:
    store = open_store(empty_url)
    create_hospital(store, actor, "老医院")
    with pytest.raises(StoreError) as failed:
        open_store(empty_url, scripts=scripts_with(FAIL, tmp_path))
    (kept,) = [path for path in _companions(empty_url) if path.suffix != ".json"]
    assert failed.value.code == "E_STORE_MIGRATE"
    assert failed.value.fields == {"stored": HEAD, "known": NEXT, "backup": kept.name}
    store.close()
    again = open_store(empty_url)
    assert hospitals(again)["name_zh"].tolist() == ["老医院"]
    create_hospital(again, actor, "二院")
    again.close()


# Places that cannot be written to --------------------------------------------------------------


def test_a_store_that_may_only_be_read_says_so(sqlite_store: Store, actor: Actor) -> None:
    create_hospital(sqlite_store, actor, "县医院")
    sqlite_store.close()
    file = sqlite.database_file(sqlite_store.url)
    reading = open_store(f"sqlite:///file:{file}?mode=ro&uri=true")
    assert reading.notes == ("W_STORE_READONLY",)
    reading.close()


def test_an_older_store_that_may_only_be_read_is_not_migrated(tmp_path: Path) -> None:
    _older(f"sqlite:///{tmp_path / 'old.db'}", tmp_path)
    with pytest.raises(StoreError, match="E_STORE_OLD"):
        open_store(f"sqlite:///file:{tmp_path / 'old.db'}?mode=ro&uri=true")


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that everybody may enter: pytest's own is for its owner alone."""
    folder = Path(tempfile.mkdtemp(prefix="jingguan-readonly-"))
    folder.chmod(0o755)
    yield folder
    for path in folder.iterdir():
        path.chmod(0o755)
    shutil.rmtree(folder)


AS_SOMEBODY = """
import os, sys
from core.errors import StoreError
from core.hospital.records import create_hospital, hospitals
from core.store.engine import Actor
from core.store.opening import open_store

actor, urls = Actor("a", "b"), sys.argv[2:]
create_hospital(open_store(urls[0]), actor, "c")  # so that everything is imported
if os.getuid() == 0:
    os.setuid(65534)
for url in urls[1:]:
    store = open_store(url)
    print(len(hospitals(store)), *store.notes)
    try:
        create_hospital(store, actor, "d")
    except StoreError as error:
        print(error.code)
"""


@pytest.mark.skipif(not hasattr(os, "setuid"), reason="rights are kept otherwise here")
def test_what_somebody_else_owns_is_read(open_folder: Path, actor: Actor) -> None:
    """A file, then a folder that may not be written to, by a user without rights.

    The administrator, as whom tests may run, is stopped by nothing.
    """
    for name in ("file", "folder"):
        (open_folder / name).mkdir()
        store = open_store(f"sqlite:///{open_folder / name / 'a.db'}")
        create_hospital(store, actor, "县医院")
        store.close()
        (open_folder / name / "a.db").chmod(0o444)
    (open_folder / "file").chmod(0o777)
    (open_folder / "folder").chmod(0o555)
    urls = [f"sqlite:///{open_folder / name / 'a.db'}" for name in ("root", "file", "folder")]
    done = subprocess.run(
        [sys.executable, "-c", AS_SOMEBODY, "", *urls],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.splitlines() == ["1 W_STORE_READONLY", "E_STORE_READONLY"] * 2, done.stderr


def test_a_disk_with_less_than_a_tenth_left_is_low(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = SimpleNamespace(total=100_000_000_000, free=9_000_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: usage)
    assert free_space_is_low(sqlite_store.url)
    usage.free = 11_000_000_000
    assert not free_space_is_low(sqlite_store.url)


def test_two_stores_set_aside_in_one_second_are_both_kept(
    sqlite_store: Store, actor: Actor
) -> None:
    kept = []
    for name in ("甲医院", "乙医院"):
        store = open_store(sqlite_store.url, sqlite_store.clock)
        create_hospital(store, actor, name)
        kept.append(archive(store))
    assert len(set(kept)) == 2
    found = []
    for file in kept:
        store = open_store(f"sqlite:///{file}")
        found += hospitals(store)["name_zh"].tolist()
        store.close()
    assert found == ["甲医院", "乙医院"]
