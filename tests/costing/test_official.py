"""The official tables add up, say what they are, and name those that are not made."""

from __future__ import annotations

import io

import pandas as pd
import pytest
from openpyxl import load_workbook

from core.costing import official, profit, results, unit_costs
from core.costing.inputs import assemble
from core.words import set_language, t
from tests.costing.test_profit import DEPARTMENTS, GOODS, OWN, RULES, hospital


@pytest.fixture
def given() -> official.Material:
    set_language("zh")
    facts, booked = hospital()
    found = results.allocated(assemble(facts, RULES), "three_level")
    costs = unit_costs.divided(facts, booked, found, OWN, GOODS)
    volume = unit_costs.volumes(facts, costs)
    return official.Material(
        period="2026年1月",
        hospital="县医院",
        names=dict(zip(DEPARTMENTS["department"], DEPARTMENTS["name_zh"], strict=True)),
        categories=dict(zip(DEPARTMENTS["department"], DEPARTMENTS["category"], strict=True)),
        direct=facts.cost,
        lines=profit.lines(facts, found, "ordering", OWN),
        costs=costs,
        each=unit_costs.unit_costs(costs, volume, ["C1", "C2"]),
    )


def last(given: official.Material, code: str) -> tuple[official.Cell, ...]:
    return next(one for one in official.tables(given) if one.code == code).lines[-1]


def test_totals_are_the_hospital(given: official.Material) -> None:
    assert last(given, "direct")[-1] == 238.0
    assert last(given, "full")[-3:] == (178.0, 60.0, 238.0)
    assert last(given, "composition")[-2:] == (238.0, 100.0)
    assert last(given, "summary")[-3:] == (238.0, 290.0, 52.0)


def test_unit_tables_say_cost_volume_and_why_not(given: official.Material) -> None:
    tables = {table.code: table for table in official.tables(given)}
    assert tables["visit"].lines == (("C1", "内科", 123.5, 10.0, 12.35, ""),)
    assert tables["day"].lines[-1][-1] == t("profit.unit.reason.zero_volume")
    total = next(line for line in tables["visit_hospital"].lines if line[0] == t("official.total"))
    assert total == (t("official.total"), 123.5, 12.35, 100.0)


def test_the_book_names_every_table_as_to_be_checked(given: official.Material) -> None:
    book = load_workbook(io.BytesIO(official.workbook(given)))
    assert len(book.sheetnames) == 1 + len(official.MADE)
    listed = [row[0] for row in book.worksheets[0].iter_rows(min_row=5, values_only=True)]
    assert len(listed) == 18
    assert all("待核对" in str(name) for name in listed)
    assert all("待核对" in str(sheet["A1"].value) for sheet in book.worksheets[1:])


def test_a_kind_that_nobody_knows_counts_as_other(given: official.Material) -> None:
    strange = given.direct.assign(kind="gold")
    wide = official._wide(strange, "department")
    assert isinstance(wide, pd.DataFrame)
    assert wide["other"].sum() == 238.0
