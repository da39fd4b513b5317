"""sample as a program reads it: the same seed gives the same records, byte for byte."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.commands.test_commands import run
from tests.stores import url_of, write_empty


@pytest.fixture(scope="module")
def db(demo_file: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    return url_of(Path(shutil.copy(demo_file, tmp_path_factory.mktemp("sample") / "demo.db")))


def test_a_month_is_drawn_by_its_seed(db: str) -> None:
    asked = ("sample", "--month", "2026-09", "--seed", "7", "--format", "json", "--db", db)
    first, again = run(*asked), run(*asked)
    assert first.exit_code == 0
    assert first.stdout == again.stdout
    found = json.loads(first.stdout)
    assert found["count"]["running"] == 50
    assert found["count"]["archived"] >= 30
    assert min(found["allocation"]["archived"].values()) >= 1
    assert len({row["record"] for row in found["records"]}) == len(found["records"])
    other = json.loads(run(*asked[:4], "8", *asked[5:]).stdout)
    assert other["allocation"] == found["allocation"]
    assert other["records"] != found["records"]


def test_what_cannot_be_drawn_is_worded(db: str, tmp_path: Path) -> None:
    assert run("sample", "--month", "10", "--seed", "7", "--db", db).exit_code == 2
    empty = url_of(write_empty(tmp_path / "empty.db"))
    result = run("sample", "--month", "2026-09", "--seed", "7", "--db", empty)
    assert result.exit_code == 2
    assert "E_SAMPLE_NONE" in result.stderr
