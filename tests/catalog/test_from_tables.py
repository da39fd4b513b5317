"""From contract tables through store, roll-ups and cube: the same as added up by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.catalog.cube import Cube, cube_of
from core.catalog.disease import disease_cube
from core.catalog.evaluate import evaluate, measure_values
from core.catalog.model import Catalog, Level
from core.frames import Scope
from core.hospital.records import departments, facts
from core.hospital.rollups.reads.records import cases
from core.hospital.rollups.rules import rules_of
from core.store.engine import Actor, Store
from tests.catalog.conftest import ROOT
from tests.catalog.random_hospital import MONTHS, fill, tables_of
from tests.catalog.reference import Answer, read_definitions, reference_values
from tests.catalog.reference_tables import Tables

PERIODS = {
    **{str(month): (month,) for month in MONTHS},
    "a quarter": MONTHS[3:],
    "the year before": MONTHS[:3],
}


@pytest.fixture(scope="module")
def tables(catalog: Catalog) -> Tables:
    return tables_of(7, list(catalog.items)[::3], catalog.reported)


def _scope(hospital_id: int) -> Scope:
    return Scope(hospital_id, 190001, 299912)


def _cube(store: Store, hospital_id: int, catalog: Catalog) -> Cube:
    scope = _scope(hospital_id)
    return cube_of(facts(store, scope), catalog, departments(store, scope))


def wrong_rows(values: pd.DataFrame, expected: dict[tuple[str, str, str], Answer]) -> list[object]:
    """Rows of VALUES that differ from the reference's answer, with that answer."""
    keys = zip(values["period"], values["department"], values["indicator"], strict=True)
    answers = [expected[key] for key in keys]
    same = values["reason"].to_numpy(dtype=object) == np.array(
        [a[3] for a in answers], dtype=object
    )
    for place, column in enumerate(("value", "top", "bottom")):
        told = np.array([answer[place] for answer in answers], dtype=float)
        found = values[column].to_numpy(dtype=float)
        same = same & np.isclose(found, told, rtol=1e-6, atol=1e-6, equal_nan=True)
    return [(values.iloc[place].to_dict(), answers[place]) for place in np.flatnonzero(~same)]


@pytest.mark.parametrize("level", ["hospital", "department", "category"])
def test_every_indicator_agrees_from_table_to_value(
    sqlite_store: Store, actor: Actor, catalog: Catalog, tables: Tables, level: Level
) -> None:
    definitions = read_definitions(ROOT / "data" / "catalog")
    hospital_id = fill(sqlite_store, actor, dict(tables), rules_of(catalog))
    cube = _cube(sqlite_store, hospital_id, catalog)
    values = evaluate(catalog, catalog.indicators, cube, PERIODS, level)
    expected = reference_values(definitions, tables, PERIODS, level)
    assert len(values) == len(expected)
    assert wrong_rows(values, expected) == []


@pytest.mark.parametrize("department", ["", "C1"])
def test_disease_groups_agree_from_table_to_value(
    sqlite_store: Store, actor: Actor, catalog: Catalog, tables: Tables, department: str
) -> None:
    definitions = read_definitions(ROOT / "data" / "catalog")
    hospital_id = fill(sqlite_store, actor, dict(tables), rules_of(catalog))
    cube = _cube(sqlite_store, hospital_id, catalog)
    groups = disease_cube(catalog, cases(sqlite_store, _scope(hospital_id)), cube, department)
    values = evaluate(catalog, catalog.indicators, groups, PERIODS, "disease_group")
    expected = reference_values(definitions, tables, PERIODS, "disease_group", department)
    assert len(values) == len(expected)
    assert wrong_rows(values, expected) == []


@pytest.mark.postgres
def test_both_databases_hold_the_same_roll_ups(
    sqlite_store: Store, postgres_store: Store, actor: Actor, catalog: Catalog, tables: Tables
) -> None:
    found = []
    for store in (sqlite_store, postgres_store):
        scope = _scope(fill(store, actor, dict(tables), rules_of(catalog)))
        found.append((facts(store, scope), cases(store, scope)))
    for one, other in zip(*found, strict=True):
        pd.testing.assert_frame_equal(one, other, check_exact=True)


def test_measures_agree_from_table_to_value(
    sqlite_store: Store, actor: Actor, catalog: Catalog, tables: Tables
) -> None:
    hospital_id = fill(sqlite_store, actor, dict(tables), rules_of(catalog))
    cube = _cube(sqlite_store, hospital_id, catalog)
    values = measure_values(catalog, ["cases"], cube, {"": MONTHS})
    assert values["value"].iloc[0] == tables["case"]["discharge_month"].isin(MONTHS).sum()
