"""explain, as a person types it: parts that add up, and faults as JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.commands.test_commands import run
from tests.stores import url_of, write_clinic


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> str:
    return url_of(write_clinic(tmp_path_factory.mktemp("clinic") / "store.db"))


def asked(url: str, *words: str) -> dict[str, Any]:
    result = run("explain", *words, "--format", "json", "--db", url)
    assert result.exit_code == 0, result.stdout
    return json.loads(result.stdout)


def refused(url: str, *words: str) -> str:
    result = run("explain", *words, "--db", url)
    assert result.exit_code == 2
    error = json.loads(result.stdout)["error"]
    assert error["message"]
    return error["code"]


YEAR = ("--from", "2025-09", "--to", "2026-09")


@pytest.mark.parametrize(
    "words",
    [
        ("--code", "FN002", *YEAR),
        ("--code", "drug_income_share", *YEAR),
        ("--code", "FN002", *YEAR, "--span", "quarter", "--by", "sides"),
        ("--code", "OP018", *YEAR, "--span", "ytd"),
        ("--code", "SV009", *YEAR, "--department", "0303", "--by", "sides"),
        ("--code", "FN033", *YEAR, "--by", "disease_group", "--department", "0101"),
        ("--code", "OP048", *YEAR, "--by", "disease_group"),
        ("--code", "OP024", *YEAR, "--by", "machine", "--department", "0601"),
        ("--code", "income_inpatient", "--volume", "discharges", *YEAR),
        ("--code", "income_inpatient", "--volume", "discharges", *YEAR, "--department", "0101"),
    ],
    ids=" ".join,
)
def test_the_parts_add_up_to_the_change(demo_file: Path, words: tuple[str, ...]) -> None:
    found = asked(url_of(demo_file), *words)
    size = 1e-9 * max(1.0, abs(found["before"]), abs(found["after"]))
    assert found["change"] == pytest.approx(found["after"] - found["before"], abs=size)
    assert abs(sum(part["total"] for part in found["parts"]) - found["change"]) <= size
    assert abs(found["total"] - found["change"]) <= size
    assert abs(sum(found["effects"].values()) - found["change"]) <= size
    sizes = [abs(part["total"]) for part in found["parts"]]
    assert sizes == sorted(sizes, reverse=True)
    assert len(sizes) > 1 or "--department" in words


def test_the_materials_of_the_spine_department_are_found(demo_file: Path) -> None:
    found = asked(
        url_of(demo_file), "--code", "FN002", *YEAR, "--span", "quarter", "--by", "department"
    )
    assert (found["indicator"], found["unit"], found["span"]) == ("FN002", "%", "quarter")
    assert (found["from"], found["to"]) == ("2025-09", "2026-09")
    assert found["parts"][0]["part"] == "0205"
    assert found["parts"][0]["rate"] > 0


def test_the_waits_of_paediatrics_are_found(demo_file: Path) -> None:
    words = ("--code", "SV009", *YEAR, "--department", "0303", "--by", "sides", "--span", "quarter")
    assert asked(url_of(demo_file), *words)["parts"][0]["part"] == "complaints_waiting"


def test_the_idle_scanner_is_found(demo_file: Path) -> None:
    words = (
        "--code",
        "OP025",
        *YEAR,
        "--by",
        "machine",
        "--department",
        "0601",
        "--span",
        "year12",
    )
    parts = {part["part"]: part["after"] for part in asked(url_of(demo_file), *words)["parts"]}
    scanners = {code: use for code, use in parts.items() if code.startswith("CT-")}
    assert min(scanners, key=lambda code: scanners[code]) == "CT-06"


def test_money_of_sides_is_in_yuan(demo_file: Path) -> None:
    found = asked(url_of(demo_file), "--code", "FN022", *YEAR, "--by", "sides")
    sides = {part["part"]: part["after"] for part in found["parts"]}
    assert 1e8 < sides["bottom"] < 2e8
    assert -1e8 < sides["cost_personnel"] < -1e7


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--code", "OP999", *YEAR), "E_INDICATOR"),
        (("--code", "OP018", "--from", "2025", "--to", "2026-01"), "E_MONTH"),
        (("--code", "OP018", *YEAR, "--span", "decade"), "E_SPAN"),
        (("--code", "OP018", *YEAR, "--by", "doctor"), "E_EXPLAIN_BY"),
        (("--code", "OP018", *YEAR, "--by", "machine"), "E_EXPLAIN_LEVEL"),
        (("--code", "OP018", *YEAR, "--department", "X1"), "E_EXPLAIN_PLACE"),
        (("--code", "OP018", *YEAR), "E_EXPLAIN_MISSING"),
        (("--code", "OP002", *YEAR), "E_EXPLAIN_KIND"),
        (("--code", "OP018", *YEAR, "--volume", "discharges"), "E_EXPLAIN_MONEY"),
        (("--code", "income", *YEAR, "--volume", "nothing"), "E_MEASURE"),
        (("--code", "OP018", *YEAR, "--format", "csv"), "E_EXPLAIN_FORMAT"),
    ],
)
def test_what_cannot_be_done_is_said_as_json_with_status_two(
    clinic: str, words: tuple[str, ...], code: str
) -> None:
    assert refused(clinic, *words) == code


def test_a_store_without_a_hospital_is_named(tmp_path: Path) -> None:
    assert refused(url_of(tmp_path / "none.db"), "--code", "OP018", *YEAR) == "E_NO_HOSPITAL"
