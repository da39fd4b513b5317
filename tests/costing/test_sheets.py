"""The workbook of an allocation: its formulas give what the run gave."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path

import openpyxl
import pytest

from core.costing.allocation import Allocation
from core.costing.inputs import Inputs
from core.costing.results import allocated
from core.costing.sheets import Names, workbook
from core.words import set_language, t
from tests.costing.test_results import (  # noqa: F401 fixtures
    found,
    given,
    store,
)

NAMES = Names({"0101": "=心血管内科"}, {"A01": "人员经费"})


@pytest.fixture(autouse=True)
def _in_chinese() -> None:
    set_language("zh")


def test_levels_are_formulas_over_direct_cost_and_drivers(
    given: Inputs,  # noqa: F811
    found: Allocation,  # noqa: F811
) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook(given, found, NAMES)))
    names = [t(f"costing.sheet.level{level}") for level in (1, 2, 3)]
    for name in names:
        cells = [cell for row in book[name].iter_rows(min_row=2, min_col=4) for cell in row]
        assert sum(str(cell.value).startswith("=") for cell in cells) > 200
    full = book[t("costing.sheet.full")]
    assert full.cell(1, 4).value == "人员经费"
    named = [row[1] for row in book[names[0]].iter_rows(min_row=2) if row[0].value == "0101"]
    assert named[0].value == "=心血管内科"
    assert named[0].data_type == "s"


def test_other_methods_are_told_as_figures(given: Inputs) -> None:  # noqa: F811
    book = openpyxl.load_workbook(io.BytesIO(workbook(given, allocated(given, "direct"), NAMES)))
    assert t("costing.sheet.level1") not in book.sheetnames
    assert book[t("costing.sheet.result")].max_row > 30


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed here")
def test_libreoffice_adds_it_up_to_the_same_totals(
    given: Inputs,  # noqa: F811
    found: Allocation,  # noqa: F811
    tmp_path: Path,
) -> None:
    path = tmp_path / "book.xlsx"
    plain = openpyxl.load_workbook(io.BytesIO(workbook(given, found, NAMES)))
    plain.save(path)  # without the figures that stood beside the formulas
    out = tmp_path / "out"
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless"]
    subprocess.run(
        [*command, "--convert-to", "xlsx", "--outdir", str(out), str(path)],
        check=True,
        capture_output=True,
        timeout=240,
    )
    added = openpyxl.load_workbook(out / "book.xlsx", data_only=True)[t("costing.sheet.full")]
    told = {
        row[0].value: float(row[-1].value)
        for row in added.iter_rows(min_row=2)
        if isinstance(row[-1].value, int | float)
    }
    full = found.final.sum(axis=1) / 100
    exact = {str(code): float(amount) for code, amount in full.items()}
    assert told == pytest.approx(exact, abs=0.2)
    assert sum(told.values()) == pytest.approx(given.total_fen / 100, abs=0.01)
