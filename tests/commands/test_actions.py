"""actions: what is late, as rows that a program can read."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from core.__main__ import app
from core.access.records import add_staff
from core.control.actions.model import Draft, Origin
from core.control.actions.records import raise_action
from core.hospital.records import create_hospital
from core.store.engine import Actor
from core.store.opening import open_store
from tests.stores import url_of


def told(url: str, *words: str) -> tuple[int, str, str]:
    found = CliRunner().invoke(app, ["actions", "--db", url, *words])
    return found.exit_code, found.stdout, found.stderr


def test_late_actions_are_listed_and_others_are_not(tmp_path: Path) -> None:
    url, actor = url_of(tmp_path / "store.db"), Actor("甲", "tests")
    store = open_store(url)
    hospital = create_hospital(store, actor, "县医院")
    add_staff(store, actor, hospital, [("甲", ""), ("乙", "")])
    draft = Draft("洗手", "", Origin("suggestion"), "danger", "没洗", owner="甲", verifier="乙")
    number = raise_action(store, actor, hospital, draft)
    store.close()
    code, out, _ = told(url, "--overdue", "--as-of", "2200-01-01", "--format", "json")
    (row,) = json.loads(out)
    assert (code, row["id"], row["owner"], row["state"]) == (0, number, "甲", "assigned")
    assert row["days_late"] > 0
    assert json.loads(told(url, "--overdue", "--as-of", "2000-01-01")[1]) == []
    code, out, complaint = told(url, "--state", "lost")
    assert (code, out) == (2, "")
    assert "unassigned" in complaint
