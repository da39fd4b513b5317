"""audit, backup and restore as a person types them."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from core.store.dialects import sqlite
from core.store.opening import open_store
from tests.commands.test_commands import rows_of, run
from tests.stores import ACTOR


@pytest.fixture
def db(tmp_path: Path) -> str:
    """A store with one hospital, 甲医院, made by somebody whose name is nearly a formula."""
    url = f"sqlite:///{(tmp_path / 'cli.db').as_posix()}"
    assert run("init", "--name", "甲医院", "--as", "=1+1", "--db", url).exit_code == 0
    return url


def _tamper(db: str, statement: str) -> None:
    raw = sqlite._driver().connect(sqlite.database_file(db))
    for trigger in ("audit_no_update", "audit_no_delete"):
        raw.execute(f"DROP TRIGGER {trigger}")
    raw.execute(statement)
    raw.commit()
    raw.close()


def test_an_untouched_audit_is_whole(db: str) -> None:
    result = run("audit", "verify", "--db", db)
    found = json.loads(result.stdout)
    assert (result.exit_code, found["whole"], found["first_wrong_row"]) == (0, True, None)


def test_an_edited_row_is_named_with_exit_status_one(db: str) -> None:
    _tamper(db, "UPDATE audit SET who = '李四' WHERE id = 2")
    result = run("audit", "verify", "--db", db)
    assert (result.exit_code, json.loads(result.stdout)["first_wrong_row"]) == (1, 2)
    assert "第 2 行审计记录" in result.stderr


def test_a_chain_forged_to_the_end_is_found_against_a_backup(db: str, tmp_path: Path) -> None:
    assert run("backup", str(tmp_path / "a.bak"), "--db", db).exit_code == 0
    listed = tmp_path / "backups.json"
    noted = json.loads(listed.read_text(encoding="utf-8"))
    noted[0]["audit"]["hash"] = "0" * 64  # as if the rows had been others then
    listed.write_text(json.dumps(noted), encoding="utf-8")
    result = run("audit", "verify", "--db", db)
    assert (result.exit_code, json.loads(result.stdout)["reason"]) == (1, "noted")


def test_the_newest_rows_are_listed_oldest_first(db: str) -> None:
    rows = rows_of(run("audit", "list", "--last", "2", "--db", db))
    assert [row["id"] for row in rows] == ["2", "3"]
    assert rows[0]["who"] == "=1+1"


def test_an_export_runs_no_formula_and_is_recorded(db: str, tmp_path: Path) -> None:
    file = tmp_path / "audit.csv"
    assert json.loads(run("audit", "export", str(file), "--db", db).stdout)["rows"] == 3
    with file.open(encoding="utf-8-sig", newline="") as text:
        rows = list(csv.DictReader(text))
    assert {row["who"] for row in rows} == {"'=1+1"}
    last = rows_of(run("audit", "list", "--last", "1", "--db", db))[0]
    assert (last["action"], last["subject"]) == ("audit.export", "audit.csv")
    again = run("audit", "export", str(file), "--db", db)
    assert again.stderr.startswith("E_BACKUP_EXISTS: ")


def test_a_backup_comes_back_after_being_asked_for(db: str, tmp_path: Path) -> None:
    file = tmp_path / "a.bak"
    assert json.loads(run("backup", str(file), "--db", db).stdout)["recorded"] is True
    assert run("init", "--name", "乙医院", "--db", db).exit_code == 0
    refused = run("restore", str(file), "--db", db)
    assert (refused.exit_code, refused.stderr[:17]) == (2, "E_RESTORE_FILLED:")
    done = json.loads(run("restore", str(file), "--yes", "--db", db).stdout)
    assert done["control_totals"] == "equal"
    left = json.loads(run("init", "--db", db).stdout)["hospitals"]
    assert [hospital["name_zh"] for hospital in left] == ["甲医院"]


def test_a_backup_opens_as_a_store_of_its_own(db: str, tmp_path: Path) -> None:
    run("backup", str(tmp_path / "a.db"), "--db", db)
    store = open_store(f"sqlite:///{tmp_path / 'a.db'}")
    with store.write(ACTOR) as work:
        work.record("note", "x")
    store.close()


def test_a_schedule_keeps_as_many_as_asked(db: str, tmp_path: Path) -> None:
    words = ("backup", "--folder", str(tmp_path / "nightly"), "--keep", "2", "--db", db)
    for _ in range(3):
        assert run(*words).exit_code == 0
    assert len(list((tmp_path / "nightly").glob("jingguan-*.db"))) == 2


@pytest.mark.parametrize("words", [(), ("a.bak", "--folder", "b")])
def test_a_backup_wants_one_place(db: str, words: tuple[str, ...]) -> None:
    assert run("backup", *words, "--db", db).exit_code == 2


@pytest.mark.parametrize(
    "words", [("audit", "verify"), ("audit", "list"), ("backup", "a.bak"), ("audit", "export", "a")]
)
def test_none_of_these_makes_a_store(tmp_path: Path, words: tuple[str, ...]) -> None:
    result = run(*words, "--db", f"sqlite:///{tmp_path / 'none.db'}")
    assert (result.exit_code, result.stderr[:14]) == (2, "E_STORE_NONE: ")
    assert not (tmp_path / "none.db").exists()


def test_a_file_is_restored_where_there_was_no_store(db: str, tmp_path: Path) -> None:
    run("backup", str(tmp_path / "a.bak"), "--db", db)
    elsewhere = f"sqlite:///{tmp_path / 'new' / 'place.db'}"
    assert run("restore", str(tmp_path / "a.bak"), "--db", elsewhere).exit_code == 0
    assert json.loads(run("audit", "verify", "--db", elsewhere).stdout)["whole"] is True
