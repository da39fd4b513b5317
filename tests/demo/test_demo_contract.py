"""The frames have exactly the columns, types and codes of the intake contracts."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from core.demo.hospital import MAKERS
from core.demo.staffing import UNITS

DATA = Path(__file__).resolve().parents[2] / "data"
TABLES = tuple(MAKERS)


def contract(table: str) -> dict:
    return tomllib.loads((DATA / "intake" / f"{table}.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("table", TABLES)
def test_every_table_has_the_columns_of_its_contract_in_their_order(demo: Any, table: str) -> None:
    stated = [column["name"] for column in contract(table)["column"]]
    derived = [month for month in contract(table).get("months", {}) if month not in stated]
    assert list(demo.tables[table].columns) == stated + derived


@pytest.mark.parametrize("table", TABLES)
def test_columns_that_a_contract_requires_have_no_gaps(demo: Any, table: str) -> None:
    for column in contract(table)["column"]:
        if column.get("required"):
            values = demo.tables[table][column["name"]]
            assert not (values.isna() | (values.astype(str) == "")).any(), column["name"]


@pytest.mark.parametrize("table", TABLES)
def test_every_key_occurs_once(demo: Any, table: str) -> None:
    assert not demo.tables[table].duplicated(contract(table)["key"]).any()


@pytest.mark.parametrize("table", TABLES)
def test_choices_are_codes_of_the_contract(demo: Any, table: str) -> None:
    for column in contract(table)["column"]:
        if column["type"] == "choice":
            allowed = set(column["choices"]) | (set() if column.get("required") else {""})
            assert set(demo.tables[table][column["name"]]) <= allowed


@pytest.mark.parametrize("table", TABLES)
def test_numbers_are_within_the_limits_of_the_contract(demo: Any, table: str) -> None:
    for column in contract(table)["column"]:
        values = demo.tables[table][column["name"]]
        if "minimum" in column:
            assert (values.dropna() >= column["minimum"]).all(), column["name"]
        if "maximum" in column:
            assert (values.dropna() <= column["maximum"]).all(), column["name"]


@pytest.mark.parametrize("table", TABLES)
def test_no_table_of_a_year_is_longer_than_a_file_may_be(demo: Any, table: str) -> None:
    rows = demo.tables[table]
    longest = rows.groupby(rows["month"] // 100).size().max() if "month" in rows else len(rows)
    assert longest <= contract(table)["limits"]["max_rows"]


def test_counts_are_whole_and_nullable_and_money_is_whole_fen(demo: Any) -> None:
    for column in contract("workload")["column"]:
        if column["type"] == "int":
            assert demo.workload[column["name"]].dtype == pd.Int64Dtype()
    assert demo.departments["beds"].dtype == pd.Int64Dtype()
    assert demo.income["amount"].dtype == "int64"
    assert demo.direct_cost["amount"].dtype == "int64"


def test_money_is_positive_and_counts_are_never_negative(demo: Any) -> None:
    assert (demo.income["amount"] > 0).all()
    assert (demo.direct_cost["amount"] > 0).all()
    assert (demo.workload.select_dtypes("number").min() >= 0).all()
    assert (demo.driver["value"] >= 0).all()


def test_every_code_is_a_known_department_item_or_driver(demo: Any) -> None:
    masters = tomllib.loads((DATA / "hospital" / "masters.toml").read_text(encoding="utf-8"))
    known = set(demo.departments["dept_code"])
    assert set(demo.income["ordering_code"]) | set(demo.income["performing_code"]) <= known
    assert set(demo.direct_cost["dept_code"]) | set(demo.workload["dept_code"]) <= known
    assert set(demo.driver["dept_code"]) == known
    assert set(demo.direct_cost["element_code"]) == {c["code"] for c in masters["cost_item"]}
    units = {driver["code"]: driver["unit"] for driver in masters["driver"]}
    assert all(units[code] == unit for code, unit in UNITS.items())
    assert (demo.driver["unit"] == demo.driver["driver_code"].map(units)).all()


def test_cost_items_carry_the_names_of_the_masters(demo: Any) -> None:
    masters = tomllib.loads((DATA / "hospital" / "masters.toml").read_text(encoding="utf-8"))
    names = {item["code"]: item["name"]["zh"] for item in masters["cost_item"]}
    assert (demo.direct_cost["element_name"] == demo.direct_cost["element_code"].map(names)).all()


def test_a_clinic_has_no_beds_rather_than_zero(demo: Any) -> None:
    beds = demo.departments.set_index("dept_code")["beds"]
    assert beds["0504"] is pd.NA
    clinic = demo.workload[demo.workload["dept_code"] == "0504"]
    assert clinic["in_bed_end"].isna().all()
    assert clinic["level4_surgeries"].isna().all()
    assert "BED" not in set(demo.driver.loc[demo.driver["dept_code"] == "0504", "driver_code"])


def test_exempt_departments_have_an_occupancy_target_without_a_lower_bound(
    demo: Any,
) -> None:
    assert {target["department"] for target in demo.targets} == {"0503", "0109", "0302", "0501"}
    for target in demo.targets:
        assert target["indicator"] == "OP001"
        assert target["low"] is None
        assert target["high"] == 95
        assert target["note"]


def test_persons_are_invented_and_carry_a_title(demo: Any) -> None:
    assert len(demo.staff) >= 8
    assert all(name and title for name, title in demo.staff)
    assert "演示" in demo.name_zh
    assert "demo" in demo.name_en
