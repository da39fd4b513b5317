"""report monthly as a program asks for it: a file, and on standard output what it is."""

from __future__ import annotations

import json
import shutil
from io import BytesIO
from pathlib import Path

import docx
import openpyxl
import pypdf
import pytest

from core.frames import Scope
from core.hospital.records import hospital_of, months_reported
from core.reports.monthly import records
from core.reports.monthly.files import close
from core.store.opening import open_store
from tests.commands.test_commands import run
from tests.stores import ACTOR, CATALOG, url_of, write_clinic


@pytest.fixture
def clinic(tmp_path: Path) -> str:
    return url_of(write_clinic(tmp_path / "clinic.db"))


def _written(db: str, file: Path, *asked: str) -> bytes:
    form = file.suffix.removeprefix(".")
    given = ("--month", "2026-01", "--format", form, "--out", str(file), *asked)
    result = run("report", "monthly", *given, "--db", db)
    assert result.exit_code == 0
    told = json.loads(result.stdout)
    assert (told["file"], told["month"]) == (file.name, "2026-01")
    assert told["status"] == ("final" if "--final" in asked else "draft")
    assert "第 4/4 步" in result.stderr
    assert told["bytes"] == file.stat().st_size
    return file.read_bytes()


def test_every_format_says_the_figures_of_the_month(clinic: str, tmp_path: Path) -> None:
    pages = pypdf.PdfReader(BytesIO(_written(clinic, tmp_path / "a.pdf"))).pages
    assert "门急诊人次420人次" in "".join("".join(p.extract_text() for p in pages).split())
    file = docx.Document(BytesIO(_written(clinic, tmp_path / "a.docx")))
    assert any("门急诊人次 420 人次" in one.text for one in file.paragraphs)
    book = openpyxl.load_workbook(BytesIO(_written(clinic, tmp_path / "a.xlsx")))
    assert 420 in [cell.value for row in book["一、工作量"].iter_rows() for cell in row]


def test_the_final_one_is_written_as_it_stood(demo_file: Path, tmp_path: Path) -> None:
    db = url_of(Path(shutil.copy(demo_file, tmp_path / "demo.db")))
    store = open_store(db)
    hospital = hospital_of(store)
    scope = Scope(hospital, *(months_reported(store, hospital) or (0, 0)))
    made = records.start(store, ACTOR, hospital, 202601)
    close(store, ACTOR, CATALOG, scope, (made, "王主任"))
    store.close()
    file = docx.Document(BytesIO(_written(db, tmp_path / "b.docx", "--final")))
    texts = [one.text for one in file.paragraphs]
    assert "编制：测试员　审核：王主任" in texts
    assert any(text.startswith("定稿，第 1 版") for text in texts)


def test_what_cannot_be_written_is_said(clinic: str, tmp_path: Path) -> None:
    asked = ("report", "monthly", "--db", clinic, "--out", str(tmp_path / "x"))
    for given, code in (
        (("--month", "2026-01", "--format", "doc"), "E_REPORT_FORMAT"),
        (("--month", "2026-05", "--format", "pdf"), "E_REPORT_MONTH"),
        (("--month", "January", "--format", "pdf"), "E_MONTH"),
        (("--month", "2026-01", "--format", "pdf", "--final"), "E_REPORT_NONE"),
    ):
        result = run(*asked, *given)
        assert result.exit_code == 2
        assert code in result.stderr
        assert result.stdout == ""
    assert not (tmp_path / "x").exists()


def test_a_file_that_cannot_be_written_is_said(clinic: str, tmp_path: Path) -> None:
    out = str(tmp_path / "no such folder" / "a.pdf")
    given = ("--month", "2026-01", "--format", "pdf", "--out", out, "--db", clinic)
    result = run("report", "monthly", *given)
    assert result.exit_code == 2
    assert "E_FILE_WRITE" in result.stderr
