"""The demo hospital's year of inspections tells its planted stories."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.control.agreement import inflation
from core.control.inspections.desk.records import forms, rounds
from core.control.inspections.records import redrawn
from core.control.inspections.results import paired
from core.demo.inspections import inspection_parameters
from core.frames import Scope
from core.store.engine import Store
from core.store.opening import open_store
from tests.stores import url_of

YEAR = Scope(1, 202511, 202610)


@pytest.fixture(scope="module")
def demo_store(demo_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    copy = Path(shutil.copy(demo_file, tmp_path_factory.mktemp("inspected") / "demo.db"))
    store = open_store(url_of(copy))
    yield store
    store.close()


def test_only_the_planted_department_flatters_itself_by_points(demo_store: Store) -> None:
    found = inflation(paired(forms(demo_store, YEAR)))
    worst = found.iloc[0]
    assert worst["department"] == inspection_parameters().flatters.department
    assert worst["low"] > 4
    assert found.iloc[1]["inflation"] < 2


def test_infection_control_gets_better_when_its_story_says_so(demo_store: Store) -> None:
    rows = forms(demo_store, Scope(1, 202411, 202610))
    rows = rows[(rows["checklist"] == "CK-IC") & (rows["department"] == "0501")]
    scores = rows.groupby(rows["month"] >= 202509)["score"].mean()
    assert scores[True] > scores[False] + 5


def test_every_month_draws_enough_records_and_draws_them_again(demo_store: Store) -> None:
    rows = rounds(demo_store, YEAR)
    drawn = rows[(rows["seed"] != "") & (rows["level"] == 2)]
    assert len(drawn) == 12
    assert (drawn["forms"] >= 80).all()
    sample, same, still = redrawn(demo_store, 1, int(drawn.iloc[0]["id"]))
    assert (len(sample) >= 80, same, still) == (True, True, True)


def test_somebody_is_in_the_middle_of_a_night_inspection(demo_store: Store) -> None:
    newest = rounds(demo_store, YEAR).iloc[0]
    assert (newest["forms"], newest["submitted"], newest["begun"]) == (4, 1, 1)
    assert newest["off_hours"] == "night"
    assert set(forms(demo_store, YEAR)["off_hours"]) == {"", "night", "holiday"}
