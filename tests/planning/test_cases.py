"""The shared cases of weights, agreement and order of plans, and cases of our own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from core.commands_solve import solved

SHARED = ("ahp_saaty", "agreement", "topsis_entropy")
SAME = [[3, 3], [3, 3]]
GAPS = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
    [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
]
"""Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), section D."""
LEVELS = {"nominal": 0.743, "ordinal": 0.815, "interval": 0.849, "ratio": 0.797}
HOUSE = [
    [1, 5, 3, 7, 6, 6, 1 / 3, 1 / 4],
    [1 / 5, 1, 1 / 3, 5, 3, 3, 1 / 5, 1 / 7],
    [1 / 3, 3, 1, 6, 3, 4, 6, 1 / 5],
    [1 / 7, 1 / 5, 1 / 6, 1, 1 / 3, 1 / 4, 1 / 7, 1 / 8],
    [1 / 6, 1 / 3, 1 / 3, 3, 1, 1 / 2, 1 / 5, 1 / 6],
    [1 / 6, 1 / 3, 1 / 4, 4, 2, 1, 1 / 5, 1 / 6],
    [3, 5, 1 / 6, 7, 5, 5, 1, 1 / 2],
    [4, 7, 5, 8, 6, 6, 2, 1],
]
"""Saaty's choice of a house, published lambda_max 9.669 and CR .169."""


@pytest.mark.parametrize("name", SHARED)
def test_shared_cases_agree(shared_folder: Path, name: str) -> None:
    told = json.loads((shared_folder / "cases" / "planning" / f"{name}.json").read_text("utf-8"))
    bare = [{key: one[key] for key in one if key != "expected"} for one in told["cases"]]
    results = solved(told | {"cases": bare})["results"]
    for case, result in zip(told["cases"], results, strict=True):
        assert result.keys() - {"id"} == case["expected"].keys()
        for key, value in case["expected"].items():
            assert result[key] == pytest.approx(value, rel=1e-6)


def one(kind: str, **inputs: Any) -> dict[str, Any]:
    return solved({"kind": kind, **inputs})


def test_an_inconsistent_matrix_still_tells_its_numbers() -> None:
    found = one("ahp", matrix=HOUSE)
    assert found["lambda_max"] == pytest.approx(9.669, abs=5e-4)
    assert found["cr"] == pytest.approx(0.169, abs=5e-4)


def test_alpha_of_the_published_gaps_agrees() -> None:
    found = one("agreement", ratings_reviewer_by_item=GAPS)
    assert found == pytest.approx(LEVELS, abs=5e-4)


def test_a_case_with_its_inputs_apart_is_read_alike() -> None:
    found = one("agreement", inputs={"ratings_reviewer_by_item": GAPS})
    assert found == one("agreement", ratings_reviewer_by_item=GAPS)


def test_scores_are_ranked_from_the_smallest() -> None:
    """By hand: both rank 2, 3, 1; R 4, 6, 2, S = 8, W = 12 * 8 / (4 * 24) = 1."""
    found = one("scores", ratings_reviewer_by_item=[[70, 90, 60], [5, 9, 1]])
    assert found["rank_sums"] == [4, 6, 2]
    assert (found["S"], found["W"], found["chi2"], found["df"]) == (8, 1, 4, 2)


@pytest.mark.parametrize("kind", ["agreement", "ranks"])
@pytest.mark.parametrize(
    ("ratings", "reason"),
    [([[1, 2, 3]], "one_reviewer"), ([[1], [2]], "one_item"), (SAME, "all_equal")],
)
def test_what_cannot_show_agreement_is_not_computable(
    kind: str, ratings: list[list[float]], reason: str
) -> None:
    found = one(kind, ratings_reviewer_by_item=ratings)
    told = {found[key] for key in found.keys() - {"rank_sums", "not_computable"}}
    assert (found["not_computable"], told) == (reason, {None})


@pytest.mark.parametrize("ratings", [[[1], [2]], [[1, 2, 3]], SAME])
def test_scores_that_cannot_show_agreement_have_no_icc(ratings: list[list[float]]) -> None:
    found = one("agreement", ratings_item_by_reviewer=ratings)
    assert {found[key] for key in found if key.startswith("ICC")} == {None}


def test_plans_without_weights_get_those_of_entropy() -> None:
    """A constant column and one of zeros say nothing; the third alone tells plans apart."""
    found = one("ranking", matrix=[[2, 0, 1], [2, 0, 3]])
    assert found["weights"] == [0, 0, 1]
    assert found["entropy"] == pytest.approx([1, 1, 0.811278], abs=1e-6)


def test_a_single_plan_has_neither_entropy_nor_rank() -> None:
    assert one("ranking", matrix=[[2, 3]]) == {"entropy": [None] * 2, "weights": [None] * 2}
    found = one("ranking", matrix=[[2, 3]], weights=[1, 1])
    assert (found["closeness"], found["rank"]) == ([None], [None])


@pytest.mark.parametrize(
    ("case", "code", "where"),
    [
        ({"kind": "ahp"}, "E_CASE_MISSING", "matrix"),
        ({"kind": "ahp", "matrix": []}, "E_CASE_EMPTY", "matrix"),
        ({"kind": "ahp", "matrix": [[]]}, "E_CASE_EMPTY", "matrix"),
        ({"kind": "ahp", "matrix": 3}, "E_CASE_INPUT", "matrix"),
        ({"kind": "ahp", "matrix": [1, 2]}, "E_CASE_INPUT", "matrix[0]"),
        ({"kind": "ahp", "matrix": [[1, 2], [1]]}, "E_CASE_LENGTH", "matrix[1]"),
        ({"kind": "ahp", "matrix": [[1, 2]]}, "E_CASE_LENGTH", "matrix[0]"),
        ({"kind": "ahp", "matrix": [[1, "2"], [1, 1]]}, "E_CASE_INPUT", "matrix[0][1]"),
        ({"kind": "ahp", "matrix": [[1, -2], [-0.5, 1]]}, "E_CASE_INPUT", "matrix[0][1]"),
        ({"kind": "ahp", "matrix": [[1, 2], [2, 1]]}, "E_CASE_INPUT", "matrix[1][0]"),
        ({"kind": "ahp", "matrix": [[2, 2], [0.5, 1]]}, "E_CASE_INPUT", "matrix[0][0]"),
        ({"kind": "ahp", "matrix": [[1, None], [None, 1]]}, "E_CASE_MISSING", "matrix[0][1]"),
        ({"kind": "ahp", "matrix": [[1] * 101] * 101}, "E_CASE_INPUT", "matrix"),
        ({"kind": "agreement"}, "E_CASE_MISSING", "ratings_reviewer_by_item"),
        (
            {"kind": "agreement", "ratings_item_by_reviewer": [[1, 2], [3, None]]},
            *("E_RATINGS_MISSING", "ratings_item_by_reviewer[1][1]"),
        ),
        (
            {"kind": "ranks", "ratings_reviewer_by_item": [[1, None], [3, 1]]},
            *("E_RATINGS_MISSING", "ratings_reviewer_by_item[0][1]"),
        ),
        (
            {"kind": "agreement", "ratings_reviewer_by_item": [[None], [None]]},
            *("E_CASE_EMPTY", "ratings_reviewer_by_item"),
        ),
        (
            {"kind": "agreement", "ratings_reviewer_by_item": [[1] * 10_001] * 2},
            *("E_CASE_INPUT", "ratings_reviewer_by_item"),
        ),
        ({"kind": "ranking", "matrix": [[1, None]]}, "E_CASE_MISSING", "matrix[0][1]"),
        ({"kind": "ranking", "matrix": [[1, -2]]}, "E_CASE_INPUT", "matrix[0][1]"),
        ({"kind": "ranking", "matrix": [[1, 2]], "weights": [1]}, "E_CASE_LENGTH", "weights"),
        (
            {"kind": "ranking", "matrix": [[1, 2]], "weights": [1, -1]},
            *("E_CASE_INPUT", "weights[1]"),
        ),
        ({"kind": "ranking", "matrix": [[1, 2]], "weights": [0, 0]}, "E_CASE_INPUT", "weights"),
        (
            {"kind": "ranking", "matrix": [[1, 2]], "weights": [1, 1], "cost_columns": [2]},
            *("E_CASE_INPUT", "cost_columns[0]"),
        ),
    ],
)
def test_a_bad_case_is_refused_where_it_is_wrong(
    case: dict[str, Any], code: str, where: str
) -> None:
    error = solved({"cases": [case]})["results"][0]["error"]
    assert (error["code"], error["where"]) == (code, where)
    assert error["message"] != f"error.{code}"
