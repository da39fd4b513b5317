"""Every kind of file arrives: made on the server after the run, in the session's language."""

from __future__ import annotations

import re
from pathlib import Path

import openpyxl
import pytest

from tests.browser.conftest import Open
from tests.browser.screen import Screen

pytest.importorskip("playwright.sync_api", reason="playwright is absent")
pytestmark = [pytest.mark.browser, pytest.mark.slow]
CHINESE = re.compile(r"[一-鿿]")
TABLES = (
    ("analysis_explore", {}),
    ("analysis_equipment", {}),
    ("department", {"dept": "0101"}),
    ("data_catalogue", {}),
)


def _fetch(screen: Screen, folder: Path) -> Path:
    button = screen.page.get_by_test_id("stDownloadButton").locator("button").first
    with screen.page.expect_download() as waiting:
        button.click()
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    return path


@pytest.mark.parametrize(("page", "asked"), TABLES, ids=[page for page, _ in TABLES])
def test_a_table_comes_as_xlsx_in_the_words_of_the_session(
    tab: Open, demo_address: str, tmp_path: Path, page: str, asked: dict[str, str]
) -> None:
    screen = tab(demo_address).open(page, lang="en", **asked)
    book = openpyxl.load_workbook(_fetch(screen, tmp_path))
    assert book.sheetnames[-1] == "About"
    first = list(book.worksheets[0].iter_rows(values_only=True))
    assert len(first) > 1
    assert not any(CHINESE.search(str(title)) for title in first[0])


def test_numbers_of_a_table_are_numbers_in_excel(
    tab: Open, demo_address: str, tmp_path: Path
) -> None:
    screen = tab(demo_address).open("analysis_explore", ind="OP001")
    rows = list(openpyxl.load_workbook(_fetch(screen, tmp_path)).worksheets[0].values)
    assert len(rows) > 20
    assert all(isinstance(row[1], (int, float)) for row in rows[1:])


def test_templates_of_all_tables_come_as_one_workbook(
    tab: Open, demo_address: str, tmp_path: Path
) -> None:
    screen = tab(demo_address).open("data_imports")
    assert openpyxl.load_workbook(_fetch(screen, tmp_path)).worksheets[0].max_column > 3
