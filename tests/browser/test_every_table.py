"""Every table of a new hospital comes in from a workbook as a person would type it."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from core.hospital.facts import FACT_TABLES, MASTER_TABLES
from core.intake.definitions import TableDefinition, in_order, load_tables
from tests.browser.conftest import Open
from tests.browser.screen import Screen
from tests.browser.server import ROOT, serve
from tests.intake.every_table import as_sheet, rows_of
from tests.stores import CATALOG, write_empty

expect = pytest.importorskip("playwright.sync_api", reason="playwright is absent").expect
openpyxl = pytest.importorskip("openpyxl", reason="openpyxl is absent")
pytestmark = [pytest.mark.browser, pytest.mark.slow]
TABLES = in_order(load_tables(ROOT / "data" / "intake").values())
ITEM, INDICATOR = "falls", next(iter(CATALOG.indicators))
APART = 3
"""Tables brought in files of their own; the others are sheets of one workbook."""


def _workbook(path: Path, definitions: Sequence[TableDefinition]) -> Path:
    """A sheet a table, named by its title, dates typed as dates."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for definition in definitions:
        sheet = book.create_sheet(definition.title.zh)
        for line in as_sheet(rows_of(definition.table, ITEM, INDICATOR)):
            sheet.append(line)
    book.save(path)
    return path


def _stored(path: Path, hospital: int = 1) -> dict[str, int]:
    """Rows by table, as the file of the store holds them."""
    owners = {table: facts.store for table, facts in (MASTER_TABLES | FACT_TABLES).items()}
    with sqlite3.connect(path) as connection:
        asked = "SELECT count(*) FROM {} WHERE hospital_id = ?"
        return {
            table: connection.execute(asked.format(store), (hospital,)).fetchone()[0]
            for table, store in owners.items()
        }


def _group(definition: TableDefinition) -> str:
    if definition.kind == "master":
        return "字典"
    old = ("workload", "income", "direct_cost", "driver")
    return "每月必交" if definition.table in old else "需要时"


def _confirm(screen: Screen, table: TableDefinition) -> None:
    rows = len(rows_of(table.table))
    # While the page is drawn again the button may be there twice for a moment.
    button = screen.page.get_by_role("button", name=f"确认写入 {rows} 行")
    expect(button).to_have_count(1)
    button.click()
    screen.says(f"《{table.title.zh}》{rows} 行")


def test_every_table_comes_in_from_a_workbook(tab: Open, browser: Any, tmp_path: Path) -> None:
    store = write_empty(tmp_path / "store.db")
    with serve(store) as address:
        screen = tab(address).open()
        screen.menu("数据导入")
        for definition in TABLES[:APART]:
            screen.page.get_by_role("radio", name=_group(definition), exact=True).click()
            screen.choose("这是哪张表", definition.title.zh)
            screen.upload(_workbook(tmp_path / f"{definition.table}.xlsx", [definition]))
            _confirm(screen, definition)
        screen.upload(_workbook(tmp_path / "其余各表.xlsx", TABLES[APART:]))
        for definition in TABLES[APART:]:
            _confirm(screen, definition)
        assert screen.faults == []
    held = _stored(store)
    assert held == {one.table: len(rows_of(one.table)) for one in TABLES}
