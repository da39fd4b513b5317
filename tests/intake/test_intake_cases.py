"""The files of ../shared/cases/intake with their known verdicts."""

from __future__ import annotations

import csv
import datetime as dt
import json
from decimal import Decimal
from pathlib import Path

import pytest

from core.intake.check import CheckRequest, Masters, check, to_json
from core.intake.faults import fault_text
from core.intake.rejected import rejected_xlsx

FOLDER = Path(__file__).resolve().parents[2].parent / "shared" / "cases" / "intake"
MANIFEST = FOLDER / "manifest.json"
ABSENT = not MANIFEST.exists()
CASES = [] if ABSENT else json.loads(MANIFEST.read_text("utf-8"))["cases"]

pytestmark = pytest.mark.skipif(ABSENT, reason="../shared/cases is not beside this clone")


def _reference(name: str) -> list[list[str]]:
    with (FOLDER / "reference" / name).open(encoding="utf-8") as file:
        return list(csv.reader(file))[1:]


@pytest.fixture(scope="module")
def masters() -> Masters:
    baseline = json.loads((FOLDER / "reference" / "baseline.json").read_text("utf-8"))
    visits = Decimal(baseline["workload"]["outpatient_visits"])
    spent = Decimal(str(baseline["direct_cost"]["total_yuan"]))
    return Masters(
        departments={row[0]: row[1] for row in _reference("departments.csv")},
        elements={row[0]: row[1] for row in _reference("elements.csv")},
        drivers={row[0]: (row[1], row[2]) for row in _reference("drivers.csv")},
        last_totals={
            "direct_cost": (202412, "amount", spent),
            "workload": (202412, "outpatient_visits", visits),
        },
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_a_known_file_gets_its_known_verdict(case, masters, tables):
    expected = case["expected"]
    as_of = dt.date(2025, 12, 31)
    request = CheckRequest(tables[case["table"]], tables, masters, as_of)
    checked = check(FOLDER / case["file"], case["upload_name"], request)
    answer = to_json(checked)
    assert answer["verdict"] == expected["verdict"]
    assert answer["accepted_rows"] == expected["accepted_rows"]
    found = {row["row"]: row["code"] for row in answer["rejected_rows"]}
    assert set(found) == {row["row"] for row in expected["rejected_rows"]}
    assert all(found[row["row"]] in row["code_any"] for row in expected["rejected_rows"])
    if expected["file_code_any"]:
        assert {*answer["file_codes"], ""} & set(expected["file_code_any"])
    if expected["warnings_any_of"]:
        assert {*answer["warnings"], ""} & set(expected["warnings_any_of"])
    if "control_total" in expected:
        assert answer["control_total"]["column"] == expected["control_total"]["column"]
        assert answer["control_total"]["value"] == float(expected["control_total"]["value"])
    if "expected_month" in case:
        assert checked.months == (case["expected_month"],)
    faults = [*checked.file_faults, *checked.warnings, *checked.rejected]
    told = json.dumps(answer) + "".join(fault_text(one, checked.definition) for one in faults)
    told += checked.name + repr(checked) + rejected_xlsx(checked).hex()
    for secret in case.get("must_not_leak", []):
        assert secret not in told
        assert secret.encode().hex() not in told
