"""On the whole demo hospital the app's figures are those of the slow reference."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from core.catalog.cube import Cube, cube_of
from core.catalog.disease import disease_cube
from core.catalog.evaluate import evaluate
from core.catalog.model import Catalog, Level
from core.demo.hospital import generate
from core.demo.loading import SEED
from core.frames import Scope
from core.hospital.records import departments, facts
from core.hospital.rollups.reads.records import cases
from core.months import month_range
from core.store.engine import Store
from core.store.opening import open_store
from tests.catalog.conftest import ROOT
from tests.catalog.reference import read_definitions, reference_values
from tests.catalog.reference_tables import Tables
from tests.catalog.test_from_tables import wrong_rows
from tests.stores import LAST_MONTH, url_of

EVER = Scope(1, 190001, 299912)
FIRST = 202311
PERIODS = {  # the last month of each quarter of data, and a year
    **{str(month): (month,) for month in month_range(FIRST, LAST_MONTH)[2::3]},
    "the last year": month_range(202511, LAST_MONTH),
}
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def demo_store(demo_file: Path) -> Iterator[Store]:
    store = open_store(url_of(demo_file))
    yield store
    store.close()


@pytest.fixture(scope="module")
def demo_cube(demo_store: Store, catalog: Catalog) -> Cube:
    return cube_of(facts(demo_store, EVER), catalog, departments(demo_store, EVER))


@pytest.fixture(scope="module")
def demo_tables() -> Tables:
    content = tomllib.loads((ROOT / "data/hospital/masters.toml").read_text(encoding="utf-8"))
    return {
        **generate(LAST_MONTH, seed=SEED).tables,
        "cost_item": pd.DataFrame(content["cost_item"]),
        "driver_item": pd.DataFrame(content["driver"]),
    }


@pytest.mark.parametrize("level", ["hospital", "department", "category", "disease_group"])
def test_every_indicator_of_the_demo_agrees_with_the_reference(
    demo_store: Store, demo_cube: Cube, demo_tables: Tables, catalog: Catalog, level: Level
) -> None:
    cube = demo_cube
    if level == "disease_group":
        cube = disease_cube(catalog, cases(demo_store, EVER), demo_cube)
    definitions = read_definitions(ROOT / "data" / "catalog")
    expected = reference_values(definitions, demo_tables, PERIODS, level)
    values = evaluate(catalog, catalog.indicators, cube, PERIODS, level)
    assert len(values) == len(expected)
    assert wrong_rows(values, expected)[:5] == []


def test_the_demo_computes_130_indicators_or_more(catalog: Catalog, demo_cube: Cube) -> None:
    last = {"": (LAST_MONTH,)}
    whole = evaluate(catalog, catalog.computed, demo_cube, last)
    by_department = evaluate(catalog, catalog.computed, demo_cube, last, "department")
    known = pd.concat([whole, by_department]).dropna(subset="value")["indicator"]
    assert known.nunique() >= 130
