"""signals as a program reads it: what, where, since when, why, how large."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from core.store.opening import open_store
from tests.commands.test_commands import run
from tests.stores import url_of, write_empty


@pytest.fixture(scope="module")
def db(demo_file: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    return url_of(Path(shutil.copy(demo_file, tmp_path_factory.mktemp("signals") / "demo.db")))


def _listed(db: str, *asked: str) -> list[dict]:
    result = run("signals", *asked, "--format", "json", "--db", db)
    assert result.exit_code == 0
    return json.loads(result.stdout)


def test_the_list_says_what_where_since_when_why_and_how_large(db: str) -> None:
    rows = _listed(db, "--month", "2026-09")
    found = next(row for row in rows if (row["subject"], row["department"]) == ("FN051", "0205"))
    assert found["since"] == "2026-07"
    assert {"cause", "budget"} <= set(found["reasons"])
    assert found["direction"] == "worse"
    assert found["stake_unit"] == "元"
    assert 200_000 < found["stake"] < 600_000  # in 元
    assert "超预算" in found["why"]
    assert rows.index(found) < 5


def test_no_signal_is_listed_twice_and_scores_fall(db: str) -> None:
    rows = _listed(db, "--month", "2026-10")
    keys = [(row["subject"], row["department"]) for row in rows]
    assert len(set(keys)) == len(keys)
    worse = [row["score"] for row in rows if row["direction"] != "better"]
    assert worse == sorted(worse, reverse=True)
    assert all(row["direction"] == "better" for row in rows[len(worse) :])


def test_one_department_alone_in_english(db: str) -> None:
    asked = ("signals", "--month", "2026-09", "--department", "0205", "--db", db)
    result = run("--lang", "en", *asked)
    rows = json.loads(result.stdout)
    assert {row["department"] for row in rows} == {"0205"}
    assert rows[0]["department_name"] == "Spine & trauma"


def test_without_a_month_the_last_one_is_told(db: str) -> None:
    assert {row["month"] for row in _listed(db)} == {"2026-10"}


def test_what_is_no_month_and_no_department_is_refused(db: str) -> None:
    for asked in (("--month", "October"), ("--month", "2026-10", "--department", "9999")):
        result = run("signals", *asked, "--db", db)
        assert (result.exit_code, result.stdout) == (2, "")


def test_an_empty_hospital_has_no_signals(tmp_path: Path) -> None:
    path = write_empty(tmp_path / "store.db")
    assert _listed(url_of(path)) == []
    open_store(url_of(path)).close()
