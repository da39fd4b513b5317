"""plan check as a program reads it: every check of every goal, caps, the best score."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path

import pytest

from tests.commands.test_commands import run
from tests.stores import url_of


@pytest.fixture(scope="module")
def db(demo_file: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    return url_of(Path(shutil.copy(demo_file, tmp_path_factory.mktemp("plan") / "demo.db")))


def test_every_goal_has_ten_checks_and_gaps_cap_the_score(db: str) -> None:
    result = run("plan", "check", "--plan", "1", "--format", "json", "--db", db)
    assert result.exit_code == 0
    told = json.loads(result.stdout)
    assert len(told["checks"]) == 10 * told["goals"]
    caps = {cap["item"]: cap for cap in told["caps"]}
    assert caps["OPE2"] == {
        "item": "OPE2",
        "name": "责任与权限",
        "most": 2.0,
        "checks": ["A4"],
        "goals": [16],
    }
    assert told["best_score"] == 75.0
    lacking = [one for one in told["checks"] if (one["goal"], one["check"]) == (16, "A4")]
    assert [one["why"] for one in lacking] == ["没有第一责任人"]


def test_rows_are_csv_too_and_plans_are_listed(db: str) -> None:
    rows = run("plan", "check", "--plan", "1", "--format", "csv", "--db", db).stdout
    assert len(list(csv.DictReader(io.StringIO(rows)))) == 560
    listed = json.loads(run("plan", "list", "--db", db).stdout)
    assert (listed[0]["plan"], listed[0]["goals"], listed[0]["state"]) == (1, 56, "approved")


def test_a_plan_that_is_not_there_is_refused(db: str) -> None:
    result = run("plan", "check", "--plan", "99", "--db", db)
    assert result.exit_code == 2
    assert "E_PLAN" in result.stderr
