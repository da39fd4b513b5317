"""The benchmark of millions of visits, with a few thousand and without a clock."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pandas as pd
import pytest

from core.intake.records import Delivery, load
from core.store.engine import Actor, Store
from tests.benchmarks.visits.bring import RULES, bring, refreshed
from tests.benchmarks.visits.make import write_months
from tests.benchmarks.visits.read import Parquet, from_rollups, from_rows
from tests.intake_load.deliveries import found

WARDS = ["V01", "V02", "V03"]
MONTHS = [202511, 202512]


@pytest.fixture
def hospital(sqlite_store: Store, actor: Actor) -> int:
    hospital_id = found(sqlite_store, actor)
    wards = pd.DataFrame({"dept_code": WARDS, "dept_name": WARDS, "category": "clinical"})
    load(sqlite_store, actor, Delivery(hospital_id, "departments", wards, "d.csv", "d"), RULES)
    return hospital_id


def test_two_runs_make_the_same_visits(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        write_months(tmp_path / name, 500, MONTHS, WARDS)
    for month in MONTHS:
        first, second = (tmp_path / name / f"{month}.csv" for name in ("a", "b"))
        assert first.read_bytes() == second.read_bytes()


def test_roll_ups_every_row_and_duckdb_say_the_same(
    sqlite_store: Store, hospital: int, tmp_path: Path
) -> None:
    months = write_months(tmp_path, 3_000, MONTHS, WARDS)
    brought = bring(sqlite_store, months)
    refreshed(sqlite_store, hospital, MONTHS[-1])
    rolled = from_rollups(sqlite_store, hospital)
    assert brought.rows == rolled["visits"].sum() == 3_000
    pd.testing.assert_frame_equal(rolled, from_rows(sqlite_store, hospital), check_dtype=False)
    if importlib.util.find_spec("duckdb"):
        by_duck = Parquet(tmp_path)()
        pd.testing.assert_frame_equal(rolled, by_duck, check_dtype=False, rtol=1e-12)
