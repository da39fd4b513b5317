"""January and February as one point, on figures that can be added up in the head."""

from __future__ import annotations

import numpy as np
import pytest

from core.analysis.series import all_series, merge_spring
from core.catalog.cube import cube_of
from tests.analysis.charted import NAN, amounts, catalog, indicator, ratios
from tests.catalog.tables import departments_of, facts_of

AMOUNT, SHARE = indicator("xmr"), indicator("p", per=100)


def test_amounts_of_both_months_are_averaged() -> None:
    found, joined, waiting = merge_spring(amounts([5, 10, 30, 6], first=202412), AMOUNT)
    assert found.months == (202412, 202502, 202503)
    assert found.y.tolist() == [5, 20, 6]
    assert joined.tolist() == [False, True, False]
    assert np.isnan(waiting)


def test_tops_and_bottoms_of_both_months_are_added_up() -> None:
    series = ratios([1, 9, 5], [10, 30, 10], first=202501, per=100)
    found, joined, _ = merge_spring(series, SHARE)
    assert found.y.tolist() == [25, 50]  # (1 + 9) of (10 + 30), not the mean of 10 % and 30 %
    assert (found.top.tolist(), found.bottom.tolist()) == ([10, 5], [40, 10])
    assert joined.tolist() == [True, False]


def test_a_last_january_waits_for_its_february() -> None:
    found, joined, waiting = merge_spring(amounts([5, 7, 100], first=202411), AMOUNT)
    assert found.months == (202411, 202412)
    assert waiting == 100
    assert not joined.any()


@pytest.mark.parametrize(
    ("values", "first"),
    [([3, NAN, 5], 202501), ([NAN, 3, 5], 202501)],
)
def test_one_half_without_the_other_reads_as_missing(values: list[float], first: int) -> None:
    found, joined, _ = merge_spring(amounts(values, first), AMOUNT)
    assert found.months == (202502, 202503)
    assert np.isnan(found.y[0])
    assert found.y[1] == 5
    assert not joined.any()


def test_a_february_before_whose_january_nothing_is_known_reads_as_missing() -> None:
    found, _, _ = merge_spring(amounts([3, 5, 6], first=202502), AMOUNT)
    assert found.months == (202502, 202503, 202504)
    assert np.isnan(found.y[0])


def test_a_closed_ward_in_both_months_stays_unknown() -> None:
    series = ratios([0, 0, 5], [0, 0, 10], first=202501)
    found, joined, _ = merge_spring(series, SHARE)
    assert np.isnan(found.y[0])
    assert not joined.any()


def test_a_january_that_ends_and_a_january_inside_are_not_mixed_up() -> None:
    found, joined, waiting = merge_spring(amounts([1, 3, *[4] * 10, 9], first=202401), AMOUNT)
    assert found.months[0] == 202402
    assert found.months[-1] == 202412
    assert found.y[0] == 2
    assert joined.tolist() == [True] + [False] * 10
    assert waiting == 9


def test_the_series_given_is_not_changed() -> None:
    series = amounts([1, 3, 4], first=202501)
    merge_spring(series, AMOUNT)
    assert series.y.tolist() == [1, 3, 4]


def test_no_month_makes_no_series() -> None:
    found, joined, waiting = merge_spring(amounts([]), AMOUNT)
    assert len(found.y) == len(joined) == 0
    assert np.isnan(waiting)


def test_series_are_those_that_have_some_value() -> None:
    wards = departments_of({"A": "clinical", "B": "clinical"})
    facts = facts_of({"discharges": {"A": (100, None, 120), "B": (None, None, None)}})
    cube = cube_of(facts, catalog(), wards)
    found = all_series(catalog(), ["OP019"], cube, (202501, 202502, 202503), "department")
    assert list(found) == [("OP019", "A")]
    assert np.array_equal(found["OP019", "A"].y, [100, NAN, 120], equal_nan=True)
    whole = all_series(catalog(), ["OP019"], cube, (202501, 202502, 202503), "hospital")
    assert list(whole) == [("OP019", "")]
