"""The official tables add up, say what they are, and name those that are not made."""

from __future__ import annotations

import io

import pandas as pd
import pytest
from openpyxl import load_workbook

from core.costing import profit, results, unit_costs
from core.costing.inputs import assemble
from core.costing.official import book
from core.costing.official.material import Cell, Material, Table, by_kind
from core.words import set_language, t
from tests.costing.test_profit import DEPARTMENTS, GOODS, OWN, RULES, hospital

CATEGORIES = dict(zip(DEPARTMENTS["department"], DEPARTMENTS["category"], strict=True))


@pytest.fixture
def given() -> Material:
    set_language("zh")
    facts, booked = hospital()
    found = results.allocated(assemble(facts, RULES), "three_level")
    costs = unit_costs.divided(facts, booked, found, OWN, GOODS)
    volume = unit_costs.volumes(facts, costs)
    return Material(
        period="2026年1月",
        hospital="县医院",
        names=dict(zip(DEPARTMENTS["department"], DEPARTMENTS["name_zh"], strict=True)),
        categories=CATEGORIES,
        direct=facts.cost,
        lines=profit.lines(facts, found, "ordering", OWN),
        costs=costs,
        each=unit_costs.unit_costs(costs, volume, ["C1", "C2"]),
        origins=results.by_category(found, CATEGORIES),
    )


def last(given: Material, code: str) -> tuple[Cell, ...]:
    return made(given, code).lines[-1]


def made(given: Material, code: str) -> Table:
    return next(one for one in book.tables(given) if one.code == code)


def test_totals_are_the_hospital(given: Material) -> None:
    assert last(given, "direct")[-1] == 238.0
    assert last(given, "full")[-3:] == (178.0, 60.0, 238.0)
    assert last(given, "composition")[-2:] == (238.0, 100.0)
    assert last(given, "summary")[-3:] == (238.0, 290.0, 52.0)


def test_unit_tables_say_cost_volume_and_why_not(given: Material) -> None:
    tables = {table.code: table for table in book.tables(given)}
    assert tables["visit"].lines == (("C1", "内科", 123.5, 10.0, 12.35, ""),)
    assert tables["day"].lines[-1][-1] == t("profit.unit.reason.zero_volume")
    total = next(line for line in tables["visit_hospital"].lines if line[0] == t("official.total"))
    assert total == (t("official.total"), 123.5, 12.35, 100.0)


def test_direct_cost_is_told_as_far_as_medical_cost(given: Material) -> None:
    table = made(given, "direct_whole")
    assert table.lines[-1] == ("", t("official.total"), "", 198.0, 40.0, 238.0, *[None] * 5)
    assert table.lacks == t("official.why.layers")


def test_full_cost_tells_what_came_from_administration(given: Material) -> None:
    # A1's 40 by heads 10:5:5; of T1's 10 from A1, C1 gets 30 of 40 orders, C2 the rest.
    lines = made(given, "full_whole").lines
    assert [line[2:5] for line in lines] == [
        (113.0, 27.5, 140.5),
        (85.0, 12.5, 97.5),
        (198.0, 40.0, 238.0),
    ]


def test_the_book_names_every_table_as_to_be_checked(given: Material) -> None:
    tables = book.tables(given)
    file = load_workbook(io.BytesIO(book.workbook(given, tables)))
    assert len(file.sheetnames) == 1 + len(tables)
    listed = [row[0] for row in file.worksheets[0].iter_rows(min_row=5, values_only=True)]
    assert len(listed) == 18
    assert all("待核对" in str(name) for name in listed)
    assert all("待核对" in str(sheet["A1"].value) for sheet in file.worksheets[1:])


def test_what_the_data_do_not_allow_is_listed_with_its_reason(given: Material) -> None:
    listed = book.contents(book.tables(given))
    absent = [why for _, state, why in listed if state == t("official.absent")]
    assert len(absent) == 8
    assert all(absent)


def test_a_kind_that_nobody_knows_counts_as_other(given: Material) -> None:
    strange = given.direct.assign(kind="gold")
    wide = by_kind(strange, "department")
    assert isinstance(wide, pd.DataFrame)
    assert wide["other"].sum() == 238.0
