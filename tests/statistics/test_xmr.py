"""XmR charts on series that can be done in the head, and on the shared cases."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.statistics.xmr import Xmr, XmrRule, xmr

LEVEL = [10.0, 12, 10, 12, 10, 12, 10, 12, 10, 12, 10, 12, 10, 12]
NAMES = {
    "": "Common Cause",
    "above": "Above UCL",
    "below": "Below LCL",
    "rising": "7 Point Trend (Increasing)",
    "falling": "7 Point Trend (Decreasing)",
    "near_high": "2 in 3 Above CL",
    "near_low": "2 in 3 Below CL",
    "high": "7 Points Above CL",
    "low": "7 Points Below CL",
}


def test_limits_are_the_mean_and_so_many_moving_ranges() -> None:
    chart = xmr(LEVEL)
    assert chart.mean[0] == 11
    assert chart.upper[0] == pytest.approx(11 + 2.66 * 2)
    assert chart.lower[0] == pytest.approx(11 - 2.66 * 2)
    assert set(chart.causes) == {""}


def test_a_point_beyond_the_limit_is_told_and_screened_from_the_ranges() -> None:
    chart = xmr([*LEVEL, 40.0, *LEVEL])
    assert chart.causes[14] == "above"
    assert chart.upper[0] == pytest.approx(chart.mean[0] + 2.66 * 2)


def test_six_on_one_side_are_chance_and_seven_are_a_shift() -> None:
    base = [10.0, 12, 9, 8, 9, 11, 8]
    six = xmr([*base, 11, 11.4, 11.1, 11.5, 11.2, 11.6, 8, 9, 11.9, 9, 8.5])
    assert "high" not in six.causes
    seven = xmr([*base, 11, 11.4, 11.1, 11.5, 11.2, 11.6, 11.3, 8, 9, 11.9, 9, 8.5])
    assert seven.causes[7:14] == ("high",) * 7


def test_equal_values_interrupt_a_trend() -> None:
    wide = [0.0, 20, 0, 20, 0, 20]
    assert xmr([*wide, 9, 9.1, 9.2, 9.3, 9.4, 9.5, 9.6, *wide]).causes[6:13] == ("rising",) * 7
    assert "rising" not in xmr([*wide, 9, 9.1, 9.2, 9.2, 9.4, 9.5, 9.6, *wide]).causes


def test_a_missing_month_takes_both_ranges_beside_it_away() -> None:
    chart = xmr([10, 12, math.nan, 20, 18])
    assert chart.mean[0] == 15
    assert chart.upper[0] == pytest.approx(15 + 2.66 * 2)
    assert chart.causes[2] == ""


@pytest.mark.parametrize("series", [[], [5.0], [5.0] * 12, [math.nan] * 5])
def test_what_does_not_move_has_no_limits_and_no_signal(series: list[float]) -> None:
    chart = xmr(series, XmrRule("increase", target=4))
    assert np.isnan(chart.upper).all()
    assert set(chart.causes) <= {""}
    assert chart.assurance == ""


def test_a_rebase_begins_limits_and_patterns_anew() -> None:
    chart = xmr([*LEVEL, *[v + 100 for v in LEVEL]], XmrRule(starts=(14,)))
    assert chart.mean[13] == 11
    assert chart.mean[14] == 111
    assert set(chart.causes) == {""}


def test_fixed_limits_are_those_of_the_first_points() -> None:
    chart = xmr([*LEVEL, 30, 30, 30], XmrRule(fixed=14))
    assert chart.mean[-1] == 11
    assert chart.causes[-1] == "above"
    assert not chart.trial.any()


def test_few_points_have_limits_on_trial() -> None:
    assert xmr(LEVEL[:12]).trial.all()
    assert not xmr(LEVEL[:13]).trial.any()


@pytest.mark.parametrize(
    ("target", "direction", "said"),
    [
        (5, "increase", "pass"),
        (20, "increase", "fail"),
        (11, "increase", "inconsistent"),
        (5, "decrease", "fail"),
        (20, "decrease", "pass"),
        (11, "neutral", ""),
        (None, "increase", ""),
    ],
)
def test_assurance_says_whether_the_target_is_met_whatever_chance_does(
    target: float | None, direction: str, said: str
) -> None:
    assert xmr(LEVEL, XmrRule(direction, target)).assurance == said  # type: ignore[arg-type]


def test_a_mark_says_what_the_direction_makes_of_a_cause() -> None:
    series = [*LEVEL, 40.0]
    assert xmr(series, XmrRule("increase")).variation == "improvement"
    assert xmr(series, XmrRule("decrease")).variation == "concern"
    assert xmr(series, XmrRule("neutral")).variation == "neutral_high"


@given(st.lists(st.integers(0, 50), min_size=2, max_size=40), st.integers(-100, 100))
def test_moving_a_series_moves_its_limits_and_no_signal(series: list[int], by: int) -> None:
    here, there = xmr(series), xmr([value + by for value in series])
    assert here.causes == there.causes
    assert np.allclose(here.upper + by, there.upper, equal_nan=True)


def _of_case(given_: dict, near_counts_outside: bool) -> Xmr:
    order = np.argsort(np.array(given_["dates"]), kind="stable")
    dates = [given_["dates"][place] for place in order]
    told = [given_["values"][place] for place in order]
    rebase = given_["rebase"] or []
    rule = XmrRule(
        {"increase": "increase", "decrease": "decrease"}.get(  # type: ignore[arg-type]
            given_["improvement_direction"], "neutral"
        ),
        given_["target"],
        tuple(map(dates.index, [rebase] if isinstance(rebase, str) else rebase)),
        given_["fix_after_n_points"],
        given_["screen_outliers"],
        near_counts_outside,
    )
    return xmr([math.nan if value is None else value for value in told], rule)


def test_the_shared_cases_agree(shared_folder: Path) -> None:
    files = sorted((shared_folder / "cases" / "control").glob("ptd_*.json"))
    assert len(files) >= 15
    for file in files:
        case = json.loads(file.read_text("utf-8"))
        expected, chart = case["expected"], _of_case(case["input"], False)
        for name, limits in (("mean", chart.mean), ("lpl", chart.lower), ("upl", chart.upper)):
            assert np.allclose(np.array(expected[name], float), limits, rtol=1e-6), file.name
        assert [NAMES[cause] for cause in chart.causes] == expected["special_cause_type"]
        assert chart.trial.tolist() == expected["short_group_warning"]
        assert chart.variation == expected["variation_icon"].removeprefix("special_cause_").replace(
            "common_cause", "common"
        )
        assert (expected["assurance"] or "").removeprefix("consistent_") == chart.assurance
        if "expected_mdc_2in3" in case:
            other = _of_case(case["input"], True)
            wanted = case["expected_mdc_2in3"]["special_cause_type"]
            assert [NAMES[cause] for cause in other.causes] == wanted
