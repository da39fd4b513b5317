"""A process of its own: nothing but the result on standard output, in the bytes of UTF-8."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.stores import url_of, write_clinic

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
def test_a_process_prints_the_result_and_nothing_else(tmp_path: Path) -> None:
    words = ["measures", "--measure", "outpatient_visits", "--measure", "income"]
    cut = ["--by", "department,month", "--db", url_of(write_clinic(tmp_path / "clinic.db"))]
    done = subprocess.run(
        [sys.executable, "-m", "core", *words, *cut], cwd=ROOT, capture_output=True, check=True
    )
    assert done.stdout.decode("utf-8") == (
        "department,month,measure,value\n"
        "C1,2026-01,outpatient_visits,300\n"
        "C1,2026-01,income,10000\n"
        "C2,2026-01,outpatient_visits,100\n"
        "C2,2026-01,income,\n"
        "T1,2026-01,outpatient_visits,\n"
        "T1,2026-01,income,\n"
    )
    assert done.stderr == b""
