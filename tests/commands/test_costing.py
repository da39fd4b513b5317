"""allocate and scenario: full cost and what changes it; refusals name the money at stake."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
from typer.testing import CliRunner, Result

from core.__main__ import app
from tests.stores import url_of, write_empty


def allocate(path: Path, *words: str) -> Result:
    return CliRunner().invoke(app, ["allocate", *words, "--db", url_of(path)])


def test_json_tells_every_department_to_the_fen(demo_file: Path) -> None:
    found = json.loads(allocate(demo_file, "--month", "2026-10").stdout)
    full = sum(one["full_fen"] for one in found["departments"])
    assert full == found["total_fen"]
    assert found["certificate"]["conserved"]
    assert found["unassigned"] == []
    assert len(found["drivers"]) == 26
    one = found["departments"][0]
    assert sum(one["items_fen"].values()) == one["full_fen"]


def test_another_method_has_the_same_total_and_another_result(demo_file: Path) -> None:
    one, other = (
        json.loads(allocate(demo_file, "--month", "2026-10", "--method", method).stdout)
        for method in ("three_level", "direct")
    )
    assert one["total_fen"] == sum(each["full_fen"] for each in other["departments"])
    assert one["certificate"]["inputs"] == other["certificate"]["inputs"]
    assert one["certificate"]["result"] != other["certificate"]["result"]


def test_the_workbook_is_written(demo_file: Path, tmp_path: Path) -> None:
    out = tmp_path / "a.xlsx"
    words = ("--month", "2026-10", "--format", "xlsx", "--out", str(out))
    assert allocate(demo_file, *words).exit_code == 0
    assert len(openpyxl.load_workbook(out).sheetnames) == 10


def test_what_cannot_be_done_is_said(demo_file: Path, tmp_path: Path) -> None:
    for words, code in (
        (("--month", "2026-13"), "E_MONTH"),
        (("--month", "2026-10", "--method", "guess"), "E_COSTING_METHOD"),
        (("--month", "2026-10", "--format", "pdf"), "E_COSTING_FORMAT"),
        (("--month", "2026-10", "--format", "xlsx"), "E_COSTING_OUT"),
    ):
        found = allocate(demo_file, *words)
        assert found.exit_code == 2
        assert found.stderr.startswith(code)
        assert found.stdout == ""
    bare = write_empty(tmp_path / "empty.db")
    assert allocate(bare, "--month", "2026-10").stderr.startswith("E_COSTING_NONE")


SCENARIO = """
name = "集采与调价"
month = "2026-10"
[[change]]
kind = "price_cut"
goods = "material"
percent = 10
[[change]]
kind = "wages"
percent = 3
"""


def scenario(path: Path, demo: Path) -> Result:
    return CliRunner().invoke(app, ["scenario", "run", str(path), "--db", url_of(demo)])


def test_a_scenario_tells_who_gains_and_adds_up(demo_file: Path, tmp_path: Path) -> None:
    file = tmp_path / "s.toml"
    file.write_text(SCENARIO, "utf-8")
    found = json.loads(scenario(file, demo_file).stdout)
    assert found["name"] == "集采与调价"
    assert sum(one["delta_fen"] for one in found["departments"]) == found["delta_fen"] < 0
    assert {one["change"]["kind"] for one in found["tornado"]} == {"price_cut", "wages"}


def test_a_scenario_that_cannot_be_run_says_why(demo_file: Path, tmp_path: Path) -> None:
    for text, code in (
        ("name = ", "E_SCENARIO_FILE"),
        (SCENARIO.replace("2026-10", "soon"), "E_MONTH"),
        (SCENARIO.replace("2026-10", "1990-01"), "E_COSTING_NONE"),
        (SCENARIO.replace('"wages"', '"magic"'), "E_DEFINITION"),
        (SCENARIO.replace('"material"', '"gold"'), "E_SCENARIO_GOODS"),
    ):
        file = tmp_path / "s.toml"
        file.write_text(text, "utf-8")
        found = scenario(file, demo_file)
        assert found.exit_code == 2
        assert found.stderr.startswith(code), found.stderr
