"""Samples by department and their draw."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.control.sampling import allocation, draw, draw_key, ranked
from core.errors import DataError


def test_shares_follow_the_discharges() -> None:
    assert allocation([100, 60, 40], 10).tolist() == [5, 3, 2]


def test_a_tie_goes_to_the_earlier_department() -> None:
    assert allocation([10, 10], 3).tolist() == [2, 1]


def test_a_small_department_gets_one_from_the_furthest_above_its_share() -> None:
    """Exact 6.93, 2.97, 0.10 of 10: seven, three, none; then 0.07 above against 0.03."""
    assert allocation([700, 300, 10], 10).tolist() == [6, 3, 1]


def test_a_department_nobody_left_gives_nothing() -> None:
    assert allocation([20, 0, 20], 4).tolist() == [2, 0, 2]


def test_a_minimum_above_the_discharges_takes_them_all() -> None:
    assert allocation([100, 2], 10, least=3).tolist() == [8, 2]


def test_the_planned_total_may_be_everyone() -> None:
    assert allocation([3, 1, 2], 6).tolist() == [3, 1, 2]


@pytest.mark.parametrize(
    ("discharges", "total", "code"),
    [([3, 2], 6, "E_SAMPLE_FEW"), ([5, 5, 5], 2, "E_SAMPLE_LEAST"), ([0], 1, "E_SAMPLE_FEW")],
)
def test_a_total_that_cannot_be_is_refused(discharges: list[int], total: int, code: str) -> None:
    with pytest.raises(DataError, match=code):
        allocation(discharges, total)


@given(st.lists(st.integers(0, 300), min_size=1, max_size=15), st.data())
def test_shares_add_up_within_their_limits(discharges: list[int], data: st.DataObject) -> None:
    floor = np.minimum(discharges, 1)
    total = data.draw(st.integers(int(floor.sum()), sum(discharges)))
    shares = allocation(discharges, total)
    assert shares.sum() == total
    assert np.all((floor <= shares) & (shares <= discharges))


RECORDS = {"D1": [f"A{at}" for at in range(20)], "D2": [f"B{at}" for at in range(9)]}


def test_the_same_seed_draws_the_same_in_any_order() -> None:
    turned = {code: own[::-1] for code, own in RECORDS.items()}
    counts = {"D1": 5, "D2": 2}
    assert draw(RECORDS, counts, 202503).equals(draw(turned, counts, 202503))


def test_another_seed_draws_others() -> None:
    assert ranked(1, RECORDS["D1"]) != ranked(2, RECORDS["D1"])


def test_a_larger_draw_keeps_the_smaller() -> None:
    small, large = (draw(RECORDS, {"D1": count}, 7)["record"].tolist() for count in (3, 8))
    assert large[:3] == small


def test_anyone_redraws_it_with_common_tools() -> None:
    """What `printf '7|A3' | sha256sum` prints."""
    told = "ae22d9a4cd927030cc2787ebe2900f41930a8359ce1ce639e38bd22cccc14369"
    assert draw_key(7, "A3") == told


def test_every_record_is_drawn_about_as_often() -> None:
    first = [ranked(seed, RECORDS["D2"])[0] for seed in range(900)]
    counts = np.unique(first, return_counts=True)[1]
    assert len(counts) == 9
    assert np.all(np.abs(counts - 100) < 40)


def test_more_than_a_department_has_is_refused() -> None:
    with pytest.raises(DataError, match="E_SAMPLE_SHORT"):
        draw(RECORDS, {"D2": 10}, 1)


def test_an_unknown_department_has_no_records() -> None:
    with pytest.raises(DataError, match="E_SAMPLE_SHORT"):
        draw(RECORDS, {"D9": 1}, 1)


def test_a_record_that_stands_twice_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="twice"):
        ranked(1, ["A", "A"])


def test_nothing_planned_draws_nothing() -> None:
    assert draw(RECORDS, {}, 1).empty
