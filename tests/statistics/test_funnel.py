"""Funnels on groups that can be done in the head, and on the shared cases."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest

from core.statistics.funnel import FunnelKind, FunnelRule, exact_limit, funnel

KINDS: dict[str, FunnelKind] = {
    "funnel_PR": "proportion",
    "funnel_SR": "standardised",
    "funnel_RC": "ratio",
}


def test_the_target_is_the_sum_over_the_sum() -> None:
    assert funnel([1, 9], [10, 90], FunnelRule()).target == 0.1
    assert funnel([5, 5], [10, 90], FunnelRule()).target == 0.1


def test_limits_are_wider_where_there_are_few_cases() -> None:
    found = funnel([5, 50, 500], [10, 100, 1000], FunnelRule(adjusted=False))
    width = found.narrow.upper95 - found.narrow.lower95
    assert width[0] > width[1] > width[2]
    assert not found.outlier.any()


def test_a_group_far_from_the_others_is_an_outlier() -> None:
    found = funnel([10] * 11 + [60], [1000] * 12, FunnelRule(adjusted=False))
    assert found.outlier.tolist() == [False] * 11 + [True]


def test_groups_that_differ_by_more_than_chance_widen_the_funnel() -> None:
    shares = [100, 300] * 6
    found = funnel(shares, [1000] * 12, FunnelRule())
    assert found.phi > 1
    assert found.tau2 > 0
    assert (found.wide.upper95 > found.narrow.upper95).all()
    assert not found.outlier.any()


def test_of_nineteen_ratios_the_lowest_and_the_two_highest_are_dropped() -> None:
    """Ranks times 10 / 20, cut to whole classes: rank 1 is in class 0, ranks 18 and 19 in 9."""
    observed = [float(rank) for rank in range(91, 110)]
    found = funnel(observed, [100.0] * 19, FunnelRule("standardised"))
    assert np.isnan(found.trimmed).nonzero()[0].tolist() == [0, 17, 18]


def test_limits_of_square_roots_are_squared_back_and_never_below_nothing() -> None:
    """Four expected: a deviation of 1/4, so 99.8 % lies 3.09 quarters from one."""
    found = funnel([4, 1], [4, 1], FunnelRule("standardised", method="cqc"))
    assert found.narrow.lower95[0] < 1
    assert found.wide.upper998[0] == pytest.approx((1 + 3.090232 / 4) ** 2)
    assert found.wide.lower998[1] == 0


def test_a_group_without_cases_has_no_place() -> None:
    found = funnel([1, 0, 2], [10, 0, 20], FunnelRule())
    assert math.isnan(found.values[1])
    assert math.isnan(found.wide.upper95[1])
    assert not found.outlier[1]


def test_fewer_than_ten_groups_are_said_to_be_few() -> None:
    assert funnel([1] * 9, [10] * 9, FunnelRule()).few
    assert not funnel([1] * 10, [10] * 10, FunnelRule()).few


def test_the_exact_limits_of_a_fair_coin_lie_one_count_short_of_symmetric() -> None:
    low, high = exact_limit(0.025, 0.5, 100), exact_limit(0.975, 0.5, 100)
    assert low + high == pytest.approx(1 - 1 / 100)
    assert 0.39 < low < 0.41


def test_the_shared_cases_agree(shared_folder: Path) -> None:
    files = sorted((shared_folder / "cases" / "control").glob("funnel_*.json"))
    assert len(files) >= 5
    for file in files:
        case = json.loads(file.read_text("utf-8"))
        given, expected = case["input"], case["expected"]
        order = sorted(range(len(given["group"])), key=lambda place: given["group"][place])
        top, bottom = ([given[name][p] for p in order] for name in ("numerator", "denominator"))
        rule = FunnelRule(
            KINDS[case["chart"]],
            given["draw_adjusted"],
            given["multiplier"],
            given["sr_method"].lower(),
            given["trim_by"],
        )
        found = funnel(top, bottom, rule)
        told = {
            **{"phi": found.phi, "tau2": found.tau2, "target": found.target, "rr": found.values},
            **{"Uzscore": found.score, "Wuzscore": found.trimmed, "s": found.deviation},
            **{"LCL95": found.narrow.lower95, "UCL95": found.narrow.upper95},
            **{"LCL99": found.narrow.lower998, "UCL99": found.narrow.upper998},
            **{"OD95LCL": found.wide.lower95, "OD95UCL": found.wide.upper95},
            **{"OD99LCL": found.wide.lower998, "OD99UCL": found.wide.upper998},
        }
        for name, values in told.items():
            wanted = np.array(expected[name], dtype=float)
            assert np.allclose(wanted, values, rtol=1e-6, atol=1e-14, equal_nan=True), file.name
        assert found.outlier.astype(int).tolist() == expected["outlier"]
        for name, share in {"lo95": 0.025, "hi95": 0.975, "lo998": 0.001, "hi998": 0.999}.items():
            for place, wanted in enumerate(expected.get("exact", {}).get(name, [])):
                assert exact_limit(share, found.target, bottom[place]) == pytest.approx(wanted)
