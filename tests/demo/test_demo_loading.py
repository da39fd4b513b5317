"""The demo in a store: through the path of a file, made once, taken up where it was killed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.demo.loading import TABLES, demo_is_complete, load_demo, start_hospital
from core.errors import DataError
from core.frames import Scope
from core.hospital.records import facts, hospitals, targets
from core.intake.delivered.records import batches
from core.store.engine import Actor, Store
from core.store.opening import open_store
from tests.stores import CATALOG, LAST_MONTH, url_of

EVER = Scope(1, 190001, 999912)


class Killed(Exception):
    """What a test raises where a power cut would end the run."""


@pytest.fixture
def made(demo_file: Path, tmp_path: Path) -> Iterator[Store]:
    """A store that holds the whole demo."""
    store = open_store(url_of(Path(shutil.copy(demo_file, tmp_path / "made.db"))))
    yield store
    store.close()


def test_the_demo_holds_36_months_up_to_the_last_one(made: Store) -> None:
    rows = facts(made, EVER)
    rows = rows[~rows["measure"].str.startswith("budget")]  # the year's budget goes to December
    assert rows["month"].agg(["min", "max", "nunique"]).tolist() == [
        202311,
        LAST_MONTH,
        36,
    ]
    assert set(batches(made, 1)["contract"]) == set(TABLES)
    assert demo_is_complete(made, 1)


def test_a_second_run_changes_nothing(made: Store, actor: Actor) -> None:
    before = len(batches(made, 1)), len(facts(made, EVER))
    load_demo(made, actor, CATALOG, LAST_MONTH)
    assert (len(batches(made, 1)), len(facts(made, EVER))) == before
    assert len(hospitals(made)) == 1


@pytest.mark.slow
def test_a_killed_run_is_taken_up_where_it_stopped(
    sqlite_store: Store, actor: Actor, made: Store
) -> None:
    def cut(share: float, step: str) -> None:
        if step == "demo.step.income":
            raise Killed

    with pytest.raises(Killed):
        load_demo(sqlite_store, actor, CATALOG, LAST_MONTH, cut)
    assert not demo_is_complete(sqlite_store, 1)
    shares: list[float] = []
    load_demo(sqlite_store, actor, CATALOG, LAST_MONTH, lambda share, step: shares.append(share))
    assert demo_is_complete(sqlite_store, 1)
    assert facts(sqlite_store, EVER).equals(facts(made, EVER))
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_a_hospital_of_ones_own_starts_with_the_targets_of_the_catalogue(
    sqlite_store: Store, actor: Actor
) -> None:
    hospital = start_hospital(sqlite_store, actor, "县医院", CATALOG)
    judged = targets(sqlite_store, Scope(hospital, 202601, 202601))
    assert set(judged["indicator"]) <= set(CATALOG.indicators)
    assert (judged["source"] != "").all()
    assert hospitals(sqlite_store)["demo"].tolist() == [False]


def test_a_hospital_of_ones_own_needs_a_name(sqlite_store: Store, actor: Actor) -> None:
    with pytest.raises(DataError, match="E_HOSPITAL_NAME"):
        start_hospital(sqlite_store, actor, " ", CATALOG)
    assert hospitals(sqlite_store).empty
