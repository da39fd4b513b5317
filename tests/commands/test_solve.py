"""python -m core solve CASE.json: every shared case, small cases of our own, and bad ones."""

from __future__ import annotations

import json
import math
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from core.__main__ import app

COSTS = [310, 288, 297, 298, 307, 303, 294, 297, 308, 306]
STEADY = [10, 11, 9, 10, 11, 9, 10, 11, 9, 10, 11, 9, 10]
MONTHS = [f"2025-{month:02d}-01" for month in range(1, 13)] + ["2026-01-01"]


def solve(folder: Path, case: Any, language: str = "zh") -> tuple[dict[str, Any], int]:
    """What is printed for a case, and the exit status."""
    file = folder / "case.json"
    file.write_text(case if isinstance(case, str) else json.dumps(case), encoding="utf-8")
    result = CliRunner().invoke(app, ["--lang", language, "solve", str(file)])
    return json.loads(result.stdout), result.exit_code


def chart(code: str, **inputs: Any) -> dict[str, Any]:
    return {"kind": "control_chart", "chart": code, "input": inputs}


def xmr(values: list[Any], **inputs: Any) -> dict[str, Any]:
    return chart("xmr", dates=MONTHS[: len(values)], values=values, **inputs)


def agree(wanted: Any, found: Any, where: str) -> None:
    """Every key and entry of `wanted` is in `found`; numbers to a part in a million."""
    if isinstance(wanted, dict):
        for name, value in wanted.items():
            assert name in found, f"{where}: {name}"
            agree(value, found[name], f"{where}.{name}")
    elif isinstance(wanted, list):
        assert len(wanted) == len(found), where
        for place, value in enumerate(wanted):
            agree(value, found[place], f"{where}[{place}]")
    elif isinstance(wanted, float):
        assert found == pytest.approx(wanted, rel=1e-6, abs=1e-12), where
    else:
        assert wanted == found, where


def test_every_shared_case_agrees_with_and_without_its_answers(
    shared_folder: Path, tmp_path: Path
) -> None:
    files = sorted((shared_folder / "cases" / "control").glob("*.json"))
    cases = [json.loads(file.read_text("utf-8")) for file in files]
    cases = [case for case in cases if case["kind"] in ("control_chart", "funnel")]
    assert len(cases) >= 33
    for case in cases:
        bare = {name: case[name] for name in ("kind", "chart", "input")}
        for asked in (case, bare):
            found, status = solve(tmp_path, asked)
            assert status == 0
            agree(case["expected"], found, case["id"])


def test_a_chart_of_single_values_has_the_textbooks_limits(tmp_path: Path) -> None:
    found, status = solve(tmp_path, chart("i", y=COSTS))
    assert status == 0
    ranges = [abs(b - a) for a, b in pairwise(COSTS)]
    assert found["cl"] == [pytest.approx(sum(COSTS) / 10)] * 10
    spread = sum(ranges) / 9 / 1.128  # none is beyond 3.267 times their mean
    assert found["ucl"][0] == pytest.approx(sum(COSTS) / 10 + 3 * spread)
    assert found["lcl2"][0] == pytest.approx(sum(COSTS) / 10 - 2 * spread)
    assert found["sigma_signal"] == [False] * 10
    assert found["runs"]["n_useful"] == 10


@pytest.mark.parametrize(
    ("case", "wanted"),
    [
        (chart("c", y=[9, 9, 18, 0]), {"cl": [9] * 4, "ucl": [18] * 4, "lcl": [0] * 4}),
        (chart("p", y=[5, 50], n=[10, 100]), {"y": [0.5, 0.5], "ucl": [0.9743416490252569, 0.65]}),
        (chart("u", y=[4, 4], n=[100, 100], multiply=100), {"cl": [4, 4], "ucl": [10, 10]}),
        (chart("run", y=[1, 2, 9]), {"cl": [2] * 3, "ucl": [None] * 3, "lcl": [None] * 3}),
        (chart("run", y=[1, 4, 9], n=[1, 2, 0]), {"y": [1, 2, None], "cl": [1.5] * 3}),
        (chart("mr", y=[1, 3, 5]), {"y": [None, 2, 2], "lcl": [0] * 3, "ucl": [6.534] * 3}),
        (chart("g", y=[1, 2, 12]), {"cl": [2] * 3, "ucl": [21.431676725154983] * 3}),
        (chart("ip", y=[1, 3], screen_mr=False), {"cl": [2, 2], "y": [1, 3]}),
        (chart("i", y=[1, 2, 1, 101, 102, 101], part=3), {"cl": [4 / 3] * 3 + [304 / 3] * 3}),
        (chart("i", y=[1, 2, 11, 12, 21, 22], part=[2, 4]), {"cl": [1.5, 1.5, 11.5] * 1}),
    ],
)
def test_small_charts_can_be_done_in_the_head(
    tmp_path: Path, case: dict[str, Any], wanted: dict[str, Any]
) -> None:
    found, status = solve(tmp_path, case)
    assert status == 0
    for name, values in wanted.items():
        agree(values, found[name][: len(values)], name)


def test_laneys_charts_widen_by_how_much_more_than_chance_months_differ(tmp_path: Path) -> None:
    """Shares 0.4 and 0.6 in turn of 100: z is 2 apart of 1, so sigma z is 4 / 1.128."""
    y, n = [40, 60] * 4, [100] * 8
    plain, wide = (solve(tmp_path, chart(code, y=y, n=n))[0] for code in ("p", "pp"))
    assert plain["ucl"][0] == pytest.approx(0.5 + 3 * 0.05)
    assert wide["ucl"][0] == pytest.approx(min(1, 0.5 + 3 * 0.05 * 4 / 1.128))
    rates = solve(tmp_path, chart("up", y=y, n=n))[0]
    assert rates["ucl2"][0] == pytest.approx(0.5 + 2 * 0.2 / 1.128)


def test_a_chart_with_parts_says_the_runs_of_each(tmp_path: Path) -> None:
    found, _ = solve(tmp_path, chart("i", y=[1, 2, 1, 101, 102, 101, 102], part=3))
    assert found["runs"]["n_useful"] == 3
    assert [runs["n_useful"] for runs in found["runs_by_part"]] == [3, 4]


def test_times_between_events_have_no_second_limit_below_nothing(tmp_path: Path) -> None:
    found, _ = solve(tmp_path, chart("t", y=[1, 400, 2, 900, 1, 700]))
    assert found["lcl"] == [0] * 6
    assert found["lcl2"] == [None] * 6
    assert found["y"] == [1, 400, 2, 900, 1, 700]


def test_an_xmr_case_says_all_that_its_answer_holds(tmp_path: Path) -> None:
    """Steps of 1, 2, 1 in turn: mean moving range 4/3, limits 2.66 times as far."""
    found, status = solve(tmp_path, xmr(STEADY, improvement_direction="decrease", target=5))
    assert status == 0
    assert found["dates"] == MONTHS
    assert found["mean"] == [10.0] * 13
    assert found["upl"][0] == pytest.approx(10 + 2.66 * 4 / 3)
    assert found["relative_to_mean"] == [0, 1, -1] * 4 + [0]
    assert found["special_cause_type"] == ["Common Cause"] * 13
    assert (found["variation_icon"], found["assurance"]) == ("common_cause", "consistent_fail")
    assert found["warnings"] == []


def test_seven_on_one_side_is_named_by_the_direction(tmp_path: Path) -> None:
    values = [2, 4, 2, 4, 2, 4, 5, 7, 5, 7, 5, 7, 5]
    worse, _ = solve(tmp_path, xmr(values, improvement_direction="decrease"))
    neutral, _ = solve(tmp_path, xmr(values, improvement_direction="neutral", target=5))
    assert worse["special_cause_type"][-1] == "7 Points Above CL"
    assert worse["variation_icon"] == "special_cause_concern"
    assert neutral["variation_icon"] == "special_cause_neutral_high"
    assert neutral["assurance"] is None


def test_a_missing_month_is_null_and_breaks_the_moving_ranges(tmp_path: Path) -> None:
    found, _ = solve(tmp_path, xmr([1, 3, None, 9, 10]))
    assert found["mean"] == [5.75] * 5
    assert found["upl"][0] == pytest.approx(5.75 + 2.66 * 1.5)
    for name in ("y", "outside_limits", "close_to_limits", "relative_to_mean"):
        assert found[name][2] is None
    assert found["special_cause_flag"][2] is False
    assert found["short_group_warning"] == [True] * 5
    assert "trial limits" in found["warnings"]


def test_a_series_that_does_not_move_has_no_limits(tmp_path: Path) -> None:
    found, _ = solve(tmp_path, xmr([4] * 13, target=5))
    assert found["mean"] == [4] * 13
    assert found["lpl"] == [None] * 13
    unscreened, _ = solve(tmp_path, xmr([4] * 13, target=5, screen_outliers=False))
    assert unscreened["lpl"] == [4] * 13


def test_one_jump_screened_out_leaves_limits_without_width(tmp_path: Path) -> None:
    found, _ = solve(tmp_path, xmr([9, 0, 0, 0, 0, 0, 0, 0]))
    assert found["lpl"] == found["upl"] == [1.125] * 8
    assert found["special_cause_type"] == ["Above UCL"] + ["Below LCL"] * 7


def test_a_rebase_begins_a_group_and_fixed_points_hold_their_limits(tmp_path: Path) -> None:
    values = [1, 2] * 6 + [9]
    again, _ = solve(tmp_path, xmr(values, rebase=["2025-01-01", "2025-07-01"]))
    assert again["rebase_group"] == [1] * 6 + [2] * 7
    held, _ = solve(tmp_path, xmr(values, fix_after_n_points=12))
    assert held["mean"] == [1.5] * 13
    assert held["special_cause_type"][-1] == "Above UCL"


def test_dates_in_any_order_are_put_in_order(tmp_path: Path) -> None:
    found, _ = solve(
        tmp_path,
        chart("xmr", dates=["2025-03-01", "2025-01-01", "2025-02-01"], values=[3, 1, 2]),
    )
    assert found["y"] == [1, 2, 3]


def funnel(kind: str = "funnel_PR", **inputs: Any) -> dict[str, Any]:
    given = {"group": ["B", "A"], "numerator": [5, 5], "denominator": [90, 10]}
    return {"kind": "funnel", "chart": kind, "input": given | inputs}


def test_a_funnel_lists_its_groups_by_name(tmp_path: Path) -> None:
    found, status = solve(tmp_path, funnel(draw_adjusted=False))
    assert status == 0
    assert found["group"] == ["A", "B"]
    assert found["target"] == 0.1
    assert found["rr"] == [0.5, pytest.approx(5 / 90)]
    assert (found["phi"], found["tau2"]) == (0, 0)
    half = math.sin(math.asin(math.sqrt(0.1)) + 1.959964 / (2 * math.sqrt(90))) ** 2
    assert found["UCL95"][1] == pytest.approx(half)
    assert found["exact"]["hi95"][1] < 0.2


def test_rows_of_one_group_are_added_up(tmp_path: Path) -> None:
    found, _ = solve(
        tmp_path,
        funnel(group=["A", "B", "A"], numerator=[1, 5, 4], denominator=[4, 90, 6]),
    )
    assert found["rr"] == [0.5, pytest.approx(5 / 90)]


def test_the_limit_of_95_finds_more_outliers(tmp_path: Path) -> None:
    groups = {
        "group": list("ABCDEFGH"),
        "numerator": [10] * 7 + [18],
        "denominator": [100] * 8,
        "draw_adjusted": False,
    }
    wide, _ = solve(tmp_path, funnel(**groups))
    near, _ = solve(tmp_path, funnel(**groups, limit=95))
    assert (sum(wide["outlier"]), sum(near["outlier"])) == (0, 1)


def test_standardised_ratios_are_held_against_one(tmp_path: Path) -> None:
    groups = {"numerator": [20, 12], "denominator": [16.004, 12.0], "multiplier": 100}
    found, _ = solve(tmp_path, funnel("funnel_SR", **groups))
    assert found["target"] == 1
    assert found["rr"] == [100, 125]  # 16.004 expected deaths are taken as 16.00
    assert found["s"][1] == 0.25
    roots, _ = solve(tmp_path, funnel("funnel_SR", **groups, sr_method="CQC"))
    assert roots["OD95UCL"][0] == pytest.approx(100 * (1 + 1.959964 / (2 * math.sqrt(12))))
    assert "exact" not in found


def test_a_group_without_cases_reads_null(tmp_path: Path) -> None:
    found, _ = solve(
        tmp_path, funnel(group=["A", "B", "C"], numerator=[1, 0, 2], denominator=[10, 0, 20])
    )
    assert found["rr"][1] is None
    assert found["UCL95"][1] is None
    assert found["outlier"] == [0, 0, 0]


def test_a_file_of_several_cases_answers_each(tmp_path: Path) -> None:
    cases = [{"id": "a", "chart": "c", "input": {"y": [4, 4]}}, {"id": "b", "chart": "c", "y": []}]
    found, status = solve(tmp_path, {"kind": "control_chart", "cases": cases})
    assert found["results"][0]["id"] == "a"
    assert found["results"][0]["cl"] == [4, 4]
    assert found["results"][1]["error"]["code"] == "E_CASE_EMPTY"
    assert status == 2


@pytest.mark.parametrize(
    ("case", "code", "where"),
    [
        ("[1, 2]", "E_CASE_JSON", "line 1"),
        ("{", "E_CASE_JSON", "line 1"),
        ('{"kind": "funnel", "x": NaN}', "E_CASE_JSON", "case.json"),
        ({}, "E_CASE_MISSING", "kind"),
        ({"kind": "horoscope"}, "E_CASE_KIND", "kind"),
        ({"kind": ["funnel"]}, "E_CASE_KIND", "kind"),
        ({"kind": "control_chart"}, "E_CASE_MISSING", "chart"),
        ({"kind": "control_chart", "chart": "c", "input": 3}, "E_CASE_INPUT", "input"),
        (chart("pie", y=[1, 2]), "E_CASE_CHART", "chart"),
        (chart("c"), "E_CASE_MISSING", "y"),
        (chart("c", y=[]), "E_CASE_EMPTY", "y"),
        (chart("c", y=[None]), "E_CASE_EMPTY", "y"),
        (chart("c", y="many"), "E_CASE_INPUT", "y"),
        (chart("c", y=[1, "2"]), "E_CASE_INPUT", "y[1]"),
        (chart("c", y=[1, True]), "E_CASE_INPUT", "y[1]"),
        (chart("c", y=[1, -2]), "E_CASE_INPUT", "y[1]"),
        (chart("t", y=[1, 0]), "E_CASE_INPUT", "y[1]"),
        (chart("p", y=[1, 2]), "E_CASE_MISSING", "n"),
        (chart("p", y=[1, 2], n=[5]), "E_CASE_LENGTH", "n"),
        (chart("p", y=[1, 2], n=[5, -1]), "E_CASE_INPUT", "n[1]"),
        (chart("p", y=[1, 9], n=[5, 5]), "E_CASE_INPUT", "y[1]"),
        (chart("i", y=[1, 2], multiply=0), "E_CASE_INPUT", "multiply"),
        (chart("i", y=[1, 2], screen_mr="yes"), "E_CASE_INPUT", "screen_mr"),
        (chart("i", y=[1, 2], part=2.5), "E_CASE_INPUT", "part[0]"),
        (chart("i", y=[1, 2], part=9), "E_CASE_INPUT", "part[0]"),
        (chart("xmr", values=[1, 2]), "E_CASE_MISSING", "dates"),
        (chart("xmr", dates=["2025-01-01"], values=[1, 2]), "E_CASE_LENGTH", "dates"),
        (chart("xmr", dates=["2025-01-01"] * 2, values=[1, 2]), "E_CASE_INPUT", "dates[1]"),
        (chart("xmr", dates=["2025-01-01", "soon"], values=[1, 2]), "E_CASE_INPUT", "dates[1]"),
        (xmr([1, 2], improvement_direction="up"), "E_CASE_INPUT", "improvement_direction"),
        (xmr([1, 2], target="7"), "E_CASE_INPUT", "target"),
        (xmr([1, 2], rebase=[3]), "E_CASE_INPUT", "rebase[0]"),
        (xmr([1, 2], fix_after_n_points=11), "E_CASE_INPUT", "fix_after_n_points"),
        (funnel("funnel_XX"), "E_CASE_CHART", "chart"),
        (funnel(group=None), "E_CASE_MISSING", "group"),
        (funnel(group=["A"]), "E_CASE_LENGTH", "group"),
        (funnel(numerator=[1]), "E_CASE_LENGTH", "group"),
        (funnel(numerator=[1, -1]), "E_CASE_INPUT", "numerator[1]"),
        (funnel(numerator=[95, 1]), "E_CASE_INPUT", "numerator: B"),
        (funnel(denominator=[0, 0]), "E_CASE_INPUT", "denominator"),
        (funnel(trim_by=0.6), "E_CASE_INPUT", "trim_by"),
        (funnel(limit=50), "E_CASE_INPUT", "limit"),
        (funnel(sr_method="guess"), "E_CASE_INPUT", "sr_method"),
    ],
)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_bad_case_is_refused_with_a_code_and_a_place(
    tmp_path: Path, case: Any, code: str, where: str, language: str
) -> None:
    found, status = solve(tmp_path, case, language)
    assert status == 2
    assert list(found) == ["error"]
    assert (found["error"]["code"], found["error"]["where"]) == (code, where)
    assert found["error"]["message"]
    assert "error.E_" not in found["error"]["message"]


def test_a_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["solve", str(tmp_path / "none.json")])
    assert result.exit_code == 2
    assert json.loads(result.stdout)["error"]["code"] == "E_CASE_FILE"
