"""Shewhart charts on textbook figures, on small tables, and on the shared cases."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest

from core.statistics.shewhart import ChartKind, Counted, Runs, runs_of, shewhart

# Montgomery, examples 6.5 and 7.1: mortgage costs, and faulty cans of 50.
COSTS = [int(text) for text in "310 288 297 298 307 303 294 297 308 306".split()]
COSTS += [int(text) for text in "294 299 297 299 314 295 293 306 301 304".split()]
CANS = [int(text) for text in "12 15 8 10 4 7 16 9 14 10 5 6 17 12 22".split()]
CANS += [int(text) for text in "8 10 5 13 11 20 18 24 15 9 12 7 13 9 6".split()]


def test_a_p_chart_is_wider_where_the_denominator_is_small() -> None:
    chart = shewhart("p", Counted([5, 50], [10, 100]))
    assert chart.centre.tolist() == [0.5, 0.5]
    assert chart.upper[0] == pytest.approx(0.5 + 3 * math.sqrt(0.25 / 10))
    assert chart.upper[1] == pytest.approx(0.65)
    assert chart.lower2[1] == pytest.approx(0.4)


def test_shares_stay_between_nothing_and_everything() -> None:
    chart = shewhart("p", Counted([1, 0, 1], [4, 4, 4]))
    assert chart.lower.tolist() == [0, 0, 0]
    assert shewhart("p", Counted([4, 3, 4], [4, 4, 4])).upper.tolist() == [1, 1, 1]


def test_a_c_chart_has_the_root_of_its_mean() -> None:
    chart = shewhart("c", Counted([9, 9, 18, 0]))
    assert chart.centre[0] == 9
    assert chart.upper[0] == 18
    assert chart.lower[0] == 0
    assert not chart.outside.any()


def test_rates_are_scaled_with_their_limits() -> None:
    plain, scaled = (shewhart("u", Counted([2, 4], [100, 100], multiply=m)) for m in (1, 1000))
    assert np.allclose(plain.upper * 1000, scaled.upper)


def test_a_zero_denominator_is_missing_and_not_counted() -> None:
    chart = shewhart("p", Counted([1, 3, 1], [2, 0, 2]))
    assert chart.centre[0] == 0.5
    assert np.isnan(chart.values[1])
    assert np.isnan(chart.upper[1])


def test_a_run_chart_has_a_median_and_no_limits() -> None:
    chart = shewhart("run", Counted([1, 2, 9]))
    assert chart.centre.tolist() == [2, 2, 2]
    assert np.isnan(chart.upper).all()


def test_moving_ranges_lie_between_nothing_and_their_upper_limit() -> None:
    chart = shewhart("mr", Counted([1, 3, 5]))
    assert np.isnan(chart.values[0])
    assert chart.centre[0] == 2
    assert chart.upper[0] == pytest.approx(3.267 * 2)
    assert chart.upper2[0] == pytest.approx(3.267 * 2 * 2 / 3)
    assert chart.lower.tolist() == [0, 0, 0]


def test_a_g_chart_is_centred_on_the_median() -> None:
    chart = shewhart("g", Counted([1, 2, 12]))
    assert chart.centre[0] == 2
    assert chart.upper[0] == pytest.approx(5 + 3 * math.sqrt(30))
    assert chart.lower[0] == 0


def test_a_second_part_has_limits_of_its_own() -> None:
    chart = shewhart("i", Counted([1, 2, 1, 101, 102, 101], part=3))
    assert chart.centre[2] < 2
    assert chart.centre[3] > 100
    assert len(chart.runs) == 2


def test_a_chart_may_have_several_parts() -> None:
    chart = shewhart("i", Counted([1, 2, 11, 12, 21, 22], part=(2, 4)))
    assert chart.centre.tolist() == [1.5, 1.5, 11.5, 11.5, 21.5, 21.5]
    assert chart.edges == (0, 2, 4, 6)


def test_a_chart_of_shares_needs_denominators() -> None:
    with pytest.raises(ValueError, match="denominators"):
        shewhart("p", Counted([1, 2]))


def test_no_point_makes_no_chart() -> None:
    assert len(shewhart("i", Counted([])).values) == 0


def test_a_long_run_is_a_signal() -> None:
    values = np.array([1.0] * 10 + [-1.0] * 10)
    assert runs_of(values, np.zeros(20)) == Runs(20, 10, 7, 1, 6)
    assert runs_of(values, np.zeros(20)).signal


def test_points_on_the_line_belong_to_no_run() -> None:
    assert runs_of(np.array([1.0, 0, 1, -1]), np.zeros(4)).useful == 3


@pytest.mark.parametrize(
    ("kind", "counted", "centre", "lower", "upper"),
    [
        ("i", Counted(COSTS), 300.5, 279.78, 321.22),
        ("p", Counted(CANS, [50] * 30), 0.2313, 0.0524, 0.4102),
    ],
)
def test_the_textbooks_limits_come_out(
    kind: ChartKind, counted: Counted, centre: float, lower: float, upper: float
) -> None:
    chart = shewhart(kind, counted)
    found = (chart.centre[0], chart.lower[0], chart.upper[0])
    assert found == pytest.approx((centre, lower, upper), rel=1e-3)


def test_the_shared_cases_agree(shared_folder: Path) -> None:
    files = sorted((shared_folder / "cases" / "control").glob("qic_*.json"))
    assert len(files) >= 11
    for file in files:
        case = json.loads(file.read_text("utf-8"))
        given, expected = case["input"], case["expected"]
        chart = shewhart(
            case["chart"],
            Counted(
                given["y"],
                given.get("n"),
                given.get("multiply", 1),
                given.get("part"),
                given.get("screen_mr", True),
            ),
        )
        names = {"cl": chart.centre, "lcl": chart.lower, "ucl": chart.upper}
        for name, limits in (names | {"lcl2": chart.lower2, "ucl2": chart.upper2}).items():
            assert np.allclose(np.array(expected[name], float), limits, rtol=1e-6), file.name
        assert chart.outside.tolist() == expected["sigma_signal"]
        runs, wanted = chart.runs[0], expected["runs"]
        assert (runs.useful, runs.longest) == (wanted["n_useful"], wanted["longest_run"])
        assert runs.longest_allowed == wanted["longest_run_max"]
        assert runs.crossings == wanted["n_crossings"]
        assert runs.crossings_needed == wanted["n_crossings_min"]
        assert runs.signal == wanted["runs_signal"]
