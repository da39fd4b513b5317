"""The demo's year of actions keeps the rules and tells the planted stories."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.control.actions.reads.records import actions, steps
from core.control.actions.summary import summary
from core.frames import Scope
from core.store.engine import Store
from core.store.opening import open_store
from tests.stores import AS_OF, url_of

SCOPE = Scope(1, 190001, 999912)
TODAY = dt.date.fromisoformat(AS_OF)


@pytest.fixture(scope="module")
def demo_store(demo_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    own = Path(shutil.copy(demo_file, tmp_path_factory.mktemp("actions") / "store.db"))
    store = open_store(url_of(own))
    yield store
    store.close()


@pytest.fixture(scope="module")
def rows(demo_store: Store) -> list[dict[Any, Any]]:
    return actions(demo_store, SCOPE).to_dict("records")


def test_a_year_of_actions_has_every_state(rows: list[dict[Any, Any]]) -> None:
    assert len(rows) > 100
    assert {row["state"] for row in rows} == {
        *("unassigned", "assigned", "working", "review", "closed", "void")
    }


def test_nobody_verified_their_own_work(rows: list[dict[Any, Any]]) -> None:
    for row in rows:
        workers = {row["owner"], *json.loads(row["helpers"]), *json.loads(row["handed_in"])}
        assert row["verifier"] not in workers - {""}, row["title"]


def test_nearly_all_that_was_due_is_closed(rows: list[dict[Any, Any]]) -> None:
    told = summary(rows, TODAY)
    assert 80 < told.closing_pct < 100
    assert 0 < told.late < told.open


def test_effects_are_what_the_charts_say(rows: list[dict[Any, Any]]) -> None:
    told = {row["indicator"]: row["effect"] for row in rows if row["effect"]}
    assert told["SF016"] == "effective"  # the infection-control story
    assert told["SV009"] == "none"  # complaints kept rising after the booking change
    assert told["SF013"] == told["QA024"] == "unproven"  # both improved long before


def test_what_came_back_holds_its_history(demo_store: Store, rows: list[dict[Any, Any]]) -> None:
    row = next(one for one in rows if one["round"] == 2)
    told = steps(demo_store, SCOPE, row["id"])["move"].tolist()
    assert told == ["raise", "start", "submit", "close", "recur"]
    assert row["severity"] == "serious"


def test_no_step_lies_in_the_future(demo_store: Store, rows: list[dict[Any, Any]]) -> None:
    assert max(row["at"] for row in rows).date() <= TODAY
