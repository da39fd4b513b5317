"""Hospitals for exercises on the command line: copied, marked, reset, removed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from core.__main__ import app


@pytest.fixture
def db(tmp_path: Path) -> str:
    """A store with 甲医院."""
    url = f"sqlite:///{(tmp_path / 'cli.db').as_posix()}"
    assert run("init", "--name", "甲医院", "--db", url).exit_code == 0
    return url


def run(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def listed(result: Result) -> list[dict[str, Any]]:
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)["hospitals"]


def copied(db: str) -> None:
    listed(run("clone", "--hospital", "甲医院", "--as", "演练一", "--db", db))


@pytest.mark.parametrize("which", ["甲医院", "1"])
def test_a_hospital_is_copied_by_name_or_number(db: str, which: str) -> None:
    hospitals = listed(run("clone", "--hospital", which, "--as", "演练一", "--db", db))
    assert [(row["name"], row["kind"], row["cloned_from"]) for row in hospitals] == [
        ("甲医院", "real", None),
        ("演练一", "drill", 1),
    ]


def test_an_unknown_hospital_is_named_with_those_there_are(db: str) -> None:
    answer = run("clone", "--hospital", "乙医院", "--as", "演练一", "--db", db)
    assert answer.exit_code == 2
    assert "E_HOSPITAL_UNKNOWN" in answer.stderr
    assert "1 甲医院" in answer.stderr


def test_the_mark_comes_and_goes(db: str) -> None:
    marked = listed(run("hospital-mark", "--hospital", "1", "--drill", "--db", db))
    plain = listed(run("hospital-mark", "--hospital", "1", "--no-drill", "--db", db))
    assert [marked[0]["kind"], plain[0]["kind"]] == ["drill", "real"]


def test_a_copy_is_reset(db: str) -> None:
    copied(db)
    assert len(listed(run("hospital-reset", "--hospital", "演练一", "--db", db))) == 2


def test_a_real_hospital_is_not_reset(db: str) -> None:
    answer = run("hospital-reset", "--hospital", "甲医院", "--db", db)
    assert (answer.exit_code, answer.stderr.partition(":")[0]) == (2, "E_DRILL_ONLY")


def test_removing_needs_the_name_typed_again(db: str) -> None:
    copied(db)
    answer = run("hospital-remove", "--hospital", "2", "--confirm", "演练", "--db", db)
    assert (answer.exit_code, answer.stderr.partition(":")[0]) == (2, "E_HOSPITAL_TYPED")
    left = listed(run("hospital-remove", "--hospital", "2", "--confirm", "演练一", "--db", db))
    assert [row["name"] for row in left] == ["甲医院"]


def test_files_go_into_the_real_hospital_beside_a_copy(db: str, tmp_path: Path) -> None:
    copied(db)
    file = tmp_path / "departments.csv"
    file.write_text("科室编码,科室名称,科室类别,编制床位\nA1,内科,临床,10\n", encoding="utf-8")
    assert run("import", str(file), "--table", "departments", "--yes", "--db", db).exit_code == 0
    rows = {row["name"]: row["rows"] for row in listed(run("hospitals", "--db", db))}
    assert rows == {"甲医院": 1, "演练一": 0}
