"""The shared cases of scorecards, and cases of our own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from core.commands_solve import refused, solved


def one(**inputs: Any) -> dict[str, Any]:
    return solved({"kind": "scorecard", **inputs})


def near(expected: Any, found: Any) -> None:
    assert set(found) - {"id"} == set(expected)
    for key, value in expected.items():
        close = pytest.approx(value, rel=1e-9) if isinstance(value, float | list) else value
        assert found[key] == close


def test_shared_cases_agree(shared_folder: Path) -> None:
    path = shared_folder / "cases" / "control" / "scorecard_cases.json"
    told = json.loads(path.read_text("utf-8"))
    hidden = ("expected", "why")
    bare = [{k: v for k, v in case.items() if k not in hidden} for case in told["cases"]]
    results = solved(told | {"cases": bare})["results"]
    for case, found in zip(told["cases"], results, strict=True):
        near(case["expected"], found)


def test_a_clean_record_is_a_hundred() -> None:
    assert one(defects={}) == {"score": 100, "grade": "甲"}


def test_a_raw_score_is_graded_as_it_is() -> None:
    assert one(raw_score=89.95) == {"score": 89.95, "grade": "乙"}


def test_a_veto_caps_a_raw_score_too() -> None:
    assert one(raw_score=95, veto=["MR04"])["grade"] == "乙"


def test_anything_unchecked_only_tells_that_it_is_refused() -> None:
    answer = one(defects={"MR01": 1}, unchecked=["MR02"])
    assert (answer, refused(answer)) == ({"submit": "refused"}, False)


def test_an_empty_list_of_unchecked_items_is_submitted() -> None:
    assert one(unchecked=[])["score"] == 100


def test_another_checklist_has_another_scale() -> None:
    found = one(checklist="CK-SS", defects={"SS01": 1, "SS02": 1}, veto=["SS02"])
    assert found == {"score": 90, "grade": "不合格", "reason": "患者或部位错误"}


def test_a_sheet_that_does_not_apply_has_no_score() -> None:
    codes = [f"MR{at:02}" for at in range(1, 11)]
    assert one(na=codes) == {"score": None, "grade": None}


def test_a_rate_of_none_is_unknown() -> None:
    assert one(k=0, n=0) == {"p": None, "ci95": [None, None]}


def test_a_sample_adds_up() -> None:
    assert one(discharges=[700, 300, 10], total=10) == {"allocation": [6, 3, 1], "sum": 10}


@pytest.mark.parametrize(
    ("case", "code", "where"),
    [
        ({}, "E_CASE_MISSING", "defects"),
        ({"defects": {"MR99": 1}}, "E_CASE_INPUT", "defects.MR99"),
        ({"defects": {"MR01": -1}}, "E_CASE_INPUT", "defects.MR01"),
        ({"defects": {"MR01": 1.5}}, "E_CASE_INPUT", "defects.MR01"),
        ({"defects": {"MR01": None}}, "E_CASE_INPUT", "defects.MR01"),
        ({"defects": {"MR01": True}}, "E_CASE_INPUT", "defects.MR01"),
        ({"defects": [1]}, "E_CASE_INPUT", "defects"),
        ({"na": ["SS01"]}, "E_CASE_INPUT", "na[0]"),
        ({"na": [["MR01"]]}, "E_CASE_INPUT", "na[0]"),
        ({"na": {"MR01": 1}}, "E_CASE_INPUT", "na"),
        ({"na": ["MR01"], "defects": {"MR01": 1}}, "E_CASE_INPUT", "na"),
        ({"na": ["MR06"], "veto": ["MR06"]}, "E_CASE_INPUT", "na"),
        ({"veto": ["MR01"]}, "E_CASE_INPUT", "veto"),
        ({"unchecked": ["MR99"]}, "E_CASE_INPUT", "unchecked[0]"),
        ({"raw_score": 101}, "E_CASE_INPUT", "raw_score"),
        ({"raw_score": "90"}, "E_CASE_INPUT", "raw_score"),
        ({"checklist": "CK-XX", "defects": {}}, "E_CASE_INPUT", "checklist"),
        ({"checklist": ["CK-MR"], "defects": {}}, "E_CASE_INPUT", "checklist"),
        ({"k": 1}, "E_CASE_MISSING", "n"),
        ({"n": 1}, "E_CASE_MISSING", "k"),
        ({"k": 3, "n": 2}, "E_CASE_INPUT", "k"),
        ({"k": -1, "n": 2}, "E_CASE_INPUT", "k"),
        ({"discharges": [5, 5]}, "E_CASE_MISSING", "total"),
        ({"discharges": [], "total": 1}, "E_CASE_EMPTY", "discharges"),
        ({"discharges": [5, None], "total": 1}, "E_CASE_INPUT", "discharges[1]"),
        ({"discharges": [5, 1.5], "total": 1}, "E_CASE_INPUT", "discharges[1]"),
        ({"discharges": [5, -1], "total": 1}, "E_CASE_INPUT", "discharges[1]"),
        ({"discharges": [5, 5], "total": 2.5}, "E_CASE_INPUT", "total"),
        ({"discharges": [10**9] * 3, "total": 10**8}, "E_CASE_INPUT", "total"),
        ({"discharges": [5, 5], "total": 3, "min_each": -1}, "E_CASE_INPUT", "min_each"),
        ({"discharges": [5, 5], "total": 11}, "E_SAMPLE_FEW", "total"),
        ({"discharges": [5, 5], "total": 1}, "E_SAMPLE_LEAST", "total"),
    ],
)
def test_a_bad_case_is_refused_where_it_is_wrong(
    case: dict[str, Any], code: str, where: str
) -> None:
    error = solved({"kind": "scorecard", "cases": [case]})["results"][0]["error"]
    assert (error["code"], error["where"]) == (code, where)
    assert error["message"] != f"error.{code}"
