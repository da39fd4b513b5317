"""A backup is taken while people work, comes back equal, and is never half a file."""

from __future__ import annotations

import datetime as dt
import errno
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from core.access.records import add_staff, staff
from core.errors import StoreError
from core.hospital.records import create_hospital, hospitals
from core.store import backup as backups
from core.store import chain, ledger
from core.store.backup import back_up, back_up_by_schedule
from core.store.contents import totals
from core.store.dialects import postgresql
from core.store.engine import Actor, Store
from core.store.opening import open_store
from core.store.restore import restore
from tests.conftest import ROOT
from tests.intake_load.deliveries import fill
from tests.store.schemas import HEAD


@pytest.fixture
def kept(empty_url: str, fixed_clock: object) -> Iterator[Store]:
    """A store on either database, whose companions lie in the test's own folder."""
    store = open_store(empty_url)
    yield store
    store.close()


def _totals(store: Store) -> dict[str, dict[str, int]]:
    with store.read() as connection:
        return totals(connection)


def _facts(found: dict[str, dict[str, int]]) -> dict[str, dict[str, int]]:
    """Without the audit, where a backup and a restore leave their rows."""
    return {table: numbers for table, numbers in found.items() if table != "audit"}


def test_the_note_says_what_when_and_how_much(kept: Store, actor: Actor, tmp_path: Path) -> None:
    fill(kept, actor)
    held = _totals(kept)
    back_up(kept, tmp_path / "a.bak", actor)
    note = json.loads((tmp_path / "a.bak.json").read_text(encoding="utf-8"))
    assert (note["file"], note["schema"], note["app"]) == ("a.bak", HEAD, "0.1.0")
    assert dt.datetime.fromisoformat(note["at"]).utcoffset() == dt.timedelta(0)
    assert note["tables"] == held
    assert note["tables"]["income"]["sum of amount_fen"] > 0
    assert note["audit"]["last_id"] == held["audit"]["rows"]
    assert note["bytes"] == (tmp_path / "a.bak").stat().st_size


def test_a_backup_is_recorded_in_the_audit_and_beside_the_store(
    kept: Store, actor: Actor, tmp_path: Path
) -> None:
    assert back_up(kept, tmp_path / "a.bak", actor)["recorded"]
    last = kept.frame(text("SELECT action, subject FROM audit ORDER BY id DESC LIMIT 1"))
    assert last.to_dict("records") == [{"action": "backup", "subject": "a.bak"}]
    found = ledger.last_good(kept.url)
    assert found is not None
    assert found["file"] == "a.bak"


def test_a_backup_restores_into_an_empty_place_with_the_same_numbers(
    kept: Store, actor: Actor, tmp_path: Path
) -> None:
    fill(kept, actor)
    held = _facts(_totals(kept))
    back_up(kept, tmp_path / "a.bak", actor)
    _empty_the_place(kept)
    done = restore(kept.url, tmp_path / "a.bak", actor)
    assert (done["control_totals"], done["audit"], done["aside"]) == ("equal", "whole", "")
    again = open_store(kept.url)
    assert _facts(_totals(again)) == held
    with again.read() as connection:
        assert chain.verify(connection, ledger.noted_heads(kept.url)).row is None
    again.close()


def _empty_the_place(store: Store) -> None:
    if store.engine.dialect.name == "sqlite":
        store.close()
        Path(str(store.engine.url.database)).unlink()
        return
    with store.engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    store.close()


def test_a_backup_under_writers_holds_whole_transactions(
    kept: Store, actor: Actor, tmp_path: Path
) -> None:
    """Four people save, each time two rows of staff and one of audit, while two backups run."""
    hospital_id = create_hospital(kept, actor, "县医院")
    done = threading.Event()

    def save_on(who: int) -> int:
        turn = 0
        while not done.is_set():
            add_staff(kept, actor, hospital_id, [(f"{who}-{turn}-a", ""), (f"{who}-{turn}-b", "")])
            turn += 1
        return turn

    with ThreadPoolExecutor(4) as people:
        saving = [people.submit(save_on, who) for who in range(4)]
        try:
            notes = [back_up(kept, tmp_path / f"{n}.bak", actor) for n in range(2)]
        finally:
            done.set()
        assert sum(each.result() for each in saving) > 4
    for number, note in enumerate(notes):
        rows = {table: numbers["rows"] for table, numbers in note["tables"].items()}
        assert rows["staff"] == 2 * (rows["audit"] - 1 - number), "half a save was copied"
    _empty_the_place(kept)
    assert restore(kept.url, tmp_path / "1.bak", actor)["control_totals"] == "equal"
    again = open_store(kept.url)
    assert len(staff(again, hospital_id)) == notes[1]["tables"]["staff"]["rows"]
    again.close()


def test_a_file_that_is_there_is_not_overwritten(kept: Store, actor: Actor, tmp_path: Path) -> None:
    (tmp_path / "a.bak").write_text("mine")
    with pytest.raises(StoreError, match="E_BACKUP_EXISTS"):
        back_up(kept, tmp_path / "a.bak", actor)
    assert (tmp_path / "a.bak").read_text() == "mine"
    assert not (tmp_path / "a.bak.part").exists()


def test_a_backup_that_fails_leaves_nothing(
    sqlite_store: Store, actor: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_file: Path) -> str:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(backups, "sha256_of", full)
    with pytest.raises(StoreError, match="E_STORE_FULL"):
        back_up(sqlite_store, tmp_path / "to" / "a.bak", actor)
    assert list((tmp_path / "to").iterdir()) == []
    assert ledger.known_backups(sqlite_store.url) == []


def test_a_place_that_cannot_be_written_is_named(
    sqlite_store: Store, actor: Actor, tmp_path: Path
) -> None:
    (tmp_path / "taken").write_text("a file, not a folder")
    with pytest.raises(StoreError, match="E_BACKUP_PLACE"):
        back_up(sqlite_store, tmp_path / "taken" / "a.bak", actor)


@pytest.mark.postgres
def test_without_the_servers_tools_a_backup_says_what_to_install(
    postgres_store: Store, actor: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(StoreError, match="E_BACKUP_TOOL: tool=pg_dump"):
        back_up(postgres_store, tmp_path / "a.bak", actor)


def test_a_password_is_not_handed_over_where_others_can_read_it() -> None:
    url = "postgresql://me:se'cret@db.local:5433/x?sslmode=require"
    told = postgresql._conninfo(make_url(url))
    assert told == "host='db.local' port='5433' user='me' dbname='x' sslmode='require'"


def test_the_schedule_keeps_the_newest(kept: Store, actor: Actor, tmp_path: Path) -> None:
    folder = tmp_path / "nightly"
    folder.mkdir()
    suffix = kept.dialect.BACKUP_SUFFIX
    others = ["notes.txt", f"before-0001-20200101T000000Z{suffix}", "jingguan-old.db"]
    for name in others:
        (folder / name).write_text("not ours to remove")
    for day in ("20200101", "20200102", "20200103"):
        (folder / f"jingguan-{day}T000000Z{suffix}").write_text("an older backup")
        (folder / f"jingguan-{day}T000000Z{suffix}.json").write_text("{}")
    (folder / f"jingguan-20200104T000000Z{suffix}.part").write_text("a killed run")
    note = back_up_by_schedule(kept, folder, 2, actor)
    left = {path.name for path in folder.iterdir()}
    newest = {note["file"], f"jingguan-20200103T000000Z{suffix}"}
    assert left == newest | {f"{name}.json" for name in newest} | set(others)


def test_a_schedule_that_fails_removes_nothing(
    sqlite_store: Store, actor: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "nightly"
    folder.mkdir()
    (folder / "jingguan-20200101T000000Z.db").write_text("an older backup")
    monkeypatch.setattr(sqlite_store.dialect, "is_sound", lambda _file: False)
    with pytest.raises(StoreError, match="E_BACKUP_DAMAGED"):
        back_up_by_schedule(sqlite_store, folder, 1, actor)
    assert [path.name for path in folder.iterdir()] == ["jingguan-20200101T000000Z.db"]


def test_two_backups_in_one_second_have_two_names(
    sqlite_store: Store, actor: Actor, tmp_path: Path
) -> None:
    names = {back_up_by_schedule(sqlite_store, tmp_path / "n", 9, actor)["file"] for _ in range(3)}
    assert len(names) == 3


BREEDER = """
import os, pathlib, signal, sys
from core.store import backup
from core.store.engine import Actor
from core.store.opening import open_store

for line in sys.stdin:
    url, folder = line.rstrip("\\n").split("\\t")
    child = os.fork()
    if child:
        os.waitpid(child, 0)
        os.write(1, b"reaped\\n")
        continue
    store = open_store(url)
    os.write(1, b"%d\\n" % os.getpid())
    for turn in range(1000):
        backup.back_up(store, pathlib.Path(folder) / f"{turn}.bak", Actor("a", "b"))
    os._exit(0)
"""
"""Bears a child for each line, which backs up until it is killed."""


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="children are forked")
def test_a_killed_backup_leaves_no_file_under_its_name(
    sqlite_store: Store, actor: Actor, tmp_path: Path
) -> None:
    """Killed at twenty moments of a run of backups: whatever has a name is whole."""
    fill(sqlite_store, actor)
    folder = tmp_path / "to"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", BREEDER]
    with subprocess.Popen(command, env=environment, stdin=pipe, stdout=pipe, text=True) as breeder:
        assert breeder.stdin is not None
        assert breeder.stdout is not None
        for turn in range(20):
            breeder.stdin.write(f"{sqlite_store.url}\t{folder / str(turn)}\n")
            breeder.stdin.flush()
            child = int(breeder.stdout.readline())
            time.sleep(0.005 + turn * 0.006)
            os.kill(child, signal.SIGKILL)
            assert breeder.stdout.readline() == "reaped\n"
        breeder.stdin.close()
    parts = list(folder.rglob("*.part"))
    assert parts, "no kill met a backup half-way"
    for file in folder.rglob("*.bak"):
        assert backups.sha256_of(file) == json.loads(Path(f"{file}.json").read_text())["sha256"]
    assert len(hospitals(sqlite_store)) == 1
