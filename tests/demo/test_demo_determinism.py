"""The same months and seed give the same hospital, to the last bit."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from pandas.core.util.hashing import hash_pandas_object

from core.demo.hospital import MAKERS, DemoHospital, generate
from core.hospital.facts import MASTER_TABLES
from core.months import month_range

TABLES = tuple(MAKERS)
CHANCELESS = set(MASTER_TABLES)


def fingerprint(hospital: Any, table: str) -> str:
    rows = hash_pandas_object(hospital.tables[table], index=True).to_numpy()
    return hashlib.sha256(rows.tobytes()).hexdigest()


@pytest.fixture(scope="module")
def other_month() -> DemoHospital:
    return generate(202604)


def test_two_runs_with_one_seed_are_identical(demo: Any) -> None:
    again = generate(202610)
    for table in TABLES:
        assert fingerprint(again, table) == fingerprint(demo, table), table


def test_another_seed_gives_another_hospital(demo: Any) -> None:
    other = generate(202610, seed=1)
    for table in set(TABLES) - CHANCELESS:
        assert fingerprint(other, table) != fingerprint(demo, table), table


@pytest.mark.parametrize("table", [*MASTER_TABLES, "workload", "driver", "income", "direct_cost"])
def test_another_last_month_gives_the_same_shape(
    demo: Any, other_month: DemoHospital, table: str
) -> None:
    if table != "calendar":
        assert other_month.tables[table].shape == demo.tables[table].shape


def test_months_end_with_the_last_one_asked_for(other_month: DemoHospital) -> None:
    expected = list(month_range(202305, 202604))
    for table in set(TABLES) - CHANCELESS - {"case", "budget"}:
        assert sorted(other_month.tables[table]["month"].unique()) == expected, table
    budgeted = sorted(other_month.tables["budget"]["month"].unique())
    assert budgeted == list(month_range(202305, 202612))  # a budget is made for the whole year
    left = other_month.tables["case"]["discharge_month"].dropna().unique()
    assert sorted(left) == expected


def test_fewer_than_twelve_months_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 12 months, not 11"):
        generate(202610, months=11)


def test_years_without_a_decreed_calendar_work_too() -> None:
    assert len(generate(203512, months=12).workload) == 12 * 34 - 1
