"""Control charts of indicators: known answers, traps, and a slow second way to judge."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.analysis.control import (
    LEAST,
    MARKS,
    Chart,
    ChartRule,
    aim_of,
    chart,
    charts,
    direction_of,
    marks,
    seasonal,
)
from tests.analysis.charted import (
    NAN,
    amounts,
    catalog,
    indicator,
    ratios,
    slow_causes,
    slow_xmr,
)

AMOUNT = indicator("xmr")
PLAIN = ChartRule(merged=False)
STEADY = [10, 11, 9] * 6
FEW, FAR = 13, 2.66


def drawn(values: Sequence[float], rule: ChartRule = PLAIN, first: int = 202303) -> Chart:
    return chart(amounts(values, first), AMOUNT, rule)


def test_limits_are_the_mean_and_2_66_moving_ranges() -> None:
    """Steps of 1, 2, 1, 1, 2, 1 ...: 17 of them add up to 23."""
    found = drawn(STEADY)
    assert found.mean[0] == pytest.approx(10)
    assert found.upper[0] == pytest.approx(10 + 2.66 * 23 / 17)
    assert (found.kind, found.reason, found.trial) == ("xmr", "", False)
    assert set(found.marks) == {"common"}
    assert found.since == 0


@settings(deadline=None)
@given(
    st.lists(
        st.one_of(st.integers(0, 12).map(float), st.just(NAN)), min_size=LEAST, max_size=40
    ).filter(lambda values: sum(not math.isnan(one) for one in values) >= LEAST)
)
def test_every_point_is_judged_as_the_rules_are_written(values: list[float]) -> None:
    found = drawn(values)
    mean, spread = slow_xmr(values)
    if math.isnan(spread):
        assert found.reason == "constant"
        return
    assert found.mean[0] == pytest.approx(mean)
    assert found.lower[0] == pytest.approx(mean - FAR * spread)
    wanted = slow_causes(values, float(found.mean[0]), FAR * spread, FAR * spread * 2 / 3)
    assert list(found.causes) == wanted


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 40)), min_size=LEAST, max_size=36))
def test_rates_have_limits_of_their_own_bottoms(pairs: list[tuple[int, int]]) -> None:
    tops, bottoms = [top for top, _ in pairs], [bottom for _, bottom in pairs]
    found = chart(ratios(tops, bottoms, per=1000), indicator("u", per=1000), PLAIN)
    level = sum(tops) / sum(bottoms)
    if level == 0:
        assert found.reason == "constant"
        return
    z = [(t / b - level) / math.sqrt(level / b) for t, b in pairs]
    steps = [abs(b - a) for a, b in pairwise(z)]
    usual = sum(steps) / len(steps)
    kept = [step for step in steps if step < 3.267 * usual] or [0.0]
    sigma = sum(kept) / len(kept) / 1.128
    assert found.kind == ("up" if sigma > 1.2 else "u")
    wide = sigma if sigma > 1.2 else 1.0
    for place, bottom in enumerate(bottoms):
        reach = 3 * math.sqrt(level / bottom) * wide
        assert found.upper[place] == pytest.approx((level + reach) * 1000)
        assert found.lower[place] == pytest.approx(max(0, level - reach) * 1000)


def test_shares_stay_between_nothing_and_all_and_have_a_p_chart() -> None:
    found = chart(ratios([48, 49, 50, 49] * 4, [50] * 16, per=100), indicator("p", per=100), PLAIN)
    assert found.kind == "p"
    assert found.mean[0] == pytest.approx(98)
    assert found.upper.tolist() == [100] * 16
    assert set(found.causes) == {""}


def test_shares_that_differ_by_more_than_chance_are_widened() -> None:
    found = chart(ratios([450, 550] * 8, [1000] * 16), indicator("p"), PLAIN)
    assert found.kind == "pp"
    sigma = 0.1 / math.sqrt(0.25 / 1000) / 1.128
    assert found.upper[0] == pytest.approx(0.5 + 3 * math.sqrt(0.25 / 1000) * sigma)


def test_tops_above_bottoms_are_no_shares_and_get_an_xmr_chart() -> None:
    found = chart(ratios([5, 12, 7, 6] * 3, [10] * 12), indicator("p"), PLAIN)
    assert found.kind == "xmr"
    assert not np.isnan(found.upper).any()


def test_values_without_counts_get_an_xmr_chart() -> None:
    share = indicator("p", per=100)
    assert chart(amounts([50, 52, 49] * 4), share, PLAIN).kind == "xmr"


def test_a_closed_month_has_no_point_and_no_limits_of_its_own() -> None:
    found = chart(ratios([5, 4, 0, 6] * 3, [10, 10, 0, 10] * 3), indicator("p"), PLAIN)
    assert np.isnan(found.y[2])
    assert np.isnan(found.upper[2])
    assert found.mean[3] == pytest.approx(0.5)
    assert found.last == 11


def test_events_are_counted_a_month_also_where_two_months_are_one_point() -> None:
    """Nine events a month: limits 9 ± 9, and ± 9 / √2 where the point is a mean of two."""
    events = [9, 6, 12] * 6
    found = chart(amounts(events, first=202309), indicator("c"), ChartRule())
    assert found.kind == "c"
    spring = found.months.index(202402)
    assert found.merged[spring]
    mean = float(found.mean[0])
    assert mean == pytest.approx(sum(events) / 18)
    assert found.upper[0] - mean == pytest.approx(3 * math.sqrt(mean))
    assert found.upper[spring] - mean == pytest.approx(3 * math.sqrt(mean / 2))


def test_months_without_a_rare_event_are_no_news() -> None:
    found = chart(amounts([1, *[0] * 20]), indicator("c"), PLAIN)
    assert found.kind in ("c", "cp")
    assert set(found.causes[1:]) == {""}
    often = chart(amounts([*[9, 10, 11] * 4, *[1] * 9]), indicator("c"), PLAIN)
    assert often.marks[-1] != "common"


def test_a_shift_down_is_worse_or_better_by_the_direction() -> None:
    values = [10.0, 12, 9, 11, 10, 12, 9, *[7, 8] * 5]
    assert drawn(values, ChartRule("increase", merged=False)).marks[-1] == "concern"
    better = drawn(values, ChartRule("decrease", merged=False))
    assert better.marks[-1] == "improvement"
    assert better.since == better.months[7]


def test_a_missing_month_interrupts_a_run() -> None:
    high = [1.0, 3, 2, 3, 1, 2, 1, 3, 1] + [6.0] * 3 + [NAN] + [6.0] * 3
    found = drawn(high)
    assert "high" not in found.causes
    assert found.marks[12] == "common"


def test_a_series_that_does_not_move_has_no_limits() -> None:
    found = drawn([0.1] * 20)
    assert found.reason == "constant"
    assert found.mean[0] == 0.1
    assert np.isnan(found.upper).all()
    assert found.assurance == ""
    shares = chart(ratios([0] * 12, [50] * 12), indicator("p"), PLAIN)
    assert shares.reason == "constant"
    assert shares.mean[0] == 0


def test_no_neighbours_known_means_no_limits() -> None:
    found = drawn([1, NAN] * 9)
    assert found.reason == "constant"


def test_with_a_first_value_missing_a_still_series_has_its_mean() -> None:
    assert drawn([NAN, *[4] * 10]).mean[0] == 4


def test_fewer_than_eight_points_are_not_judged() -> None:
    found = drawn([1, 5, 2, 9, 4, 3, 2])
    assert found.reason == "too_few"
    assert np.isnan(found.mean).all()
    assert drawn([1, 5, 2, 9, 4, 3, 2, 6]).reason == ""


def test_nothing_known_makes_an_empty_chart() -> None:
    assert drawn([]).last == -1
    assert drawn([NAN] * 20).last == -1
    assert drawn([NAN] * 20).since == 0


def test_limits_are_on_trial_until_thirteen_points_of_the_stretch() -> None:
    assert drawn(STEADY[:12]).trial
    assert not drawn(STEADY[:13]).trial
    again = drawn(STEADY, ChartRule(starts=(202401,), merged=False))
    assert again.trial  # eight points since the rebase
    assert not drawn(STEADY, ChartRule(fixed=12, merged=False)).trial


def test_a_rebase_gives_the_stretch_after_it_limits_of_its_own() -> None:
    values = [10.0, 11, 9] * 4 + [20.0, 21, 19] * 3
    found = drawn(values, ChartRule("decrease", starts=(202403,), merged=False))
    assert found.mean[0] == pytest.approx(10)
    assert found.mean[-1] == pytest.approx(20)
    assert set(found.marks) == {"common"}
    assert drawn(values).marks[-1] != "common"


@pytest.mark.parametrize("month", [202401, 202402])
def test_a_rebase_in_a_joined_month_begins_with_the_joined_point(month: int) -> None:
    values = [10.0, 11, 9] * 3 + [20.0, 21, 19] * 4
    found = chart(amounts(values, first=202304), AMOUNT, ChartRule(starts=(month,)))
    start = int(np.flatnonzero(found.segment == 1)[0])
    assert found.months[start] == 202402
    assert found.merged[start]


def test_a_rebase_outside_the_months_changes_nothing() -> None:
    for month in (190001, 203001):
        found = drawn(STEADY, ChartRule(starts=(month,), merged=False))
        assert set(found.segment.tolist()) == {0}


@pytest.mark.parametrize("kind", ["xmr", "u", "c"])
def test_a_fixed_baseline_is_not_moved_by_what_comes_after(kind: str) -> None:
    base = [20.0, 24, 22] * 4
    rule = ChartRule(fixed=12, merged=False)
    one = indicator(kind)
    series = ratios if kind == "u" else lambda values, _: amounts(values)
    short = chart(series(base, [100] * 12), one, rule)
    longer = chart(series(base + [90.0] * 9, [100] * 21), one, rule)
    assert longer.mean[-1] == pytest.approx(short.mean[0])
    assert longer.upper[-1] == pytest.approx(short.upper[0])
    assert longer.causes[-1] == "above"


def test_a_point_beyond_the_limit_counts_as_near_it_where_the_rule_says_so() -> None:
    """Mean 0, limits about ±2.66: one point beyond, one between 1.77 and 2.66, one low."""
    base = [0.5, -0.5] * 12
    values = [*base, 2.6, 4.0, 0.3]
    old = drawn(values)
    new = drawn(values, ChartRule(merged=False, near_counts_outside=True))
    far, near = float(old.upper[0] - old.mean[0]), 2 / 3 * float(old.upper[0] - old.mean[0])
    assert near < 2.6 - old.mean[0] < far
    assert old.causes[-3:] == ("", "above", "")
    assert new.causes[-3:] == ("near_high", "above", "")


def test_the_target_is_in_reach_beyond_it_or_met_for_certain() -> None:
    def told(target: float, direction: str) -> str:
        rule = ChartRule(direction, target, merged=False)  # type: ignore[arg-type]
        return drawn(STEADY, rule).assurance

    assert told(10, "increase") == told(10, "decrease") == "inconsistent"
    assert (told(20, "increase"), told(20, "decrease")) == ("fail", "pass")
    assert (told(1, "increase"), told(1, "decrease")) == ("pass", "fail")
    assert told(1, "neutral") == ""


def test_a_spring_festival_like_the_last_is_seasonal() -> None:
    def year(spring: float) -> list[float]:
        return [10.0, 11, 9, 10, 11, 9, 10, 11, 9, 10, spring, spring]

    values = [*year(4), *year(4)]
    found = chart(amounts(values, first=202303), AMOUNT, ChartRule())
    assert found.months[-1] == 202502
    assert found.causes[-1] == "below"
    assert seasonal(found)
    other = chart(amounts([*year(12), *year(4)], first=202303), AMOUNT, ChartRule())
    assert other.causes[-1] == "below"
    assert not seasonal(other)


def test_a_last_january_is_shown_but_not_judged() -> None:
    found = chart(amounts([*STEADY[:10], 99], first=202303), AMOUNT, ChartRule())
    assert found.months[-1] == 202312
    assert found.waiting == 99
    assert found.marks[-1] == "common"


def test_bounds_that_a_directed_indicator_is_held_against() -> None:
    up, down = indicator("xmr", better="higher"), indicator("xmr", better="lower")
    span = indicator("xmr", better="range")
    assert (aim_of(up, 5, NAN), aim_of(down, NAN, 7)) == (5, 7)
    assert aim_of(up, NAN, 7) is None
    assert aim_of(span, 90, 95) is None
    told = [direction_of(one) for one in (up, down, span)]
    assert told == ["increase", "decrease", "neutral"]


def test_marks_list_every_chart_that_has_a_value() -> None:
    codes = [code for code, one in catalog().indicators.items() if one.chart == "xmr"][:2]
    series = {(codes[0], "A"): amounts(STEADY), (codes[1], "A"): amounts([NAN] * 18)}
    found = charts(catalog(), series, {}, merged=False)
    assert set(found) == set(series)
    rows = MARKS.check(marks(found))
    assert rows["indicator"].tolist() == [codes[0]]
    assert rows["points"].tolist() == [18]
    assert rows["value"].tolist() == [9]
    assert rows["variation"].tolist() == ["common"]


def test_indicators_without_a_chart_are_left_out() -> None:
    code = next(code for code, one in catalog().indicators.items() if one.chart == "none")
    assert charts(catalog(), {(code, ""): amounts(STEADY)}, {}) == {}


def test_a_rule_of_its_own_holds_for_its_chart_alone() -> None:
    code = next(code for code, one in catalog().indicators.items() if one.chart == "xmr")
    series = {(code, place): amounts(STEADY) for place in ("A", "B")}
    found = charts(catalog(), series, {(code, "A"): ChartRule(target=3.0, starts=(202403,))})
    assert found[code, "A"].segment[-1] == 1
    assert found[code, "B"].segment[-1] == 0
    assert found[code, "A"].rule.merged
