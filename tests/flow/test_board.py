"""The board of wards: beds at midnight, stocks and flows, what the days ahead rest on."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.flow.board import Lying, Measured, beds_at, breaks, curve_of, outlook, paced
from core.flow.board_past import measured
from core.flow.calendar import Calendar
from core.flow.census import Ward, ahead, moments, one_house
from core.flow.coming import Coming, coming, panel_of
from core.flow.shifted import day_case_nights, levelled

HALVES = np.array([1.0, 0.5, 0.25])


def census(ward: str, occupied: list[int], came: int = 2, beds: int = 10) -> pd.DataFrame:
    """Days from 1 October 2026 on; as many leave as the stock says."""
    left = [
        came - (now - before)
        for before, now in zip([occupied[0], *occupied], occupied, strict=False)
    ]
    return pd.DataFrame(
        {
            "date": [20261001 + day for day in range(len(occupied))],
            "ward": ward,
            "open": beds,
            "occupied": occupied,
            "admitted": came,
            "discharged": left,
            "transfers_in": 0,
            "transfers_out": 0,
        }
    )


TWO = pd.concat([census("A", [8, 8, 9]), census("B", [12, 11, 11])], ignore_index=True)
NOBODY = pd.DataFrame({"ward": ["A"], "stay": [1], "patients": [0]})


def expected(*wards: str, a_day: float = 2.0) -> Coming:
    days = pd.date_range("2026-10-04", periods=3)
    mean = {ward: np.full(3, a_day) for ward in wards}
    return Coming(days, mean, dict.fromkeys(wards, 1.0), 1.0, (), 0.5, 0.6)


def test_free_beds_and_extra_beds_are_counted_apart() -> None:
    rows = beds_at(TWO, 20261003).set_index("ward")
    assert rows["free"].to_dict() == {"A": 1, "B": 0}
    assert rows["extra"].to_dict() == {"A": 0, "B": 1}


def test_a_ward_that_does_not_report_the_day_is_left_out() -> None:
    rows = beds_at(TWO[~((TWO["ward"] == "B") & (TWO["date"] == 20261003))], 20261003)
    assert rows["ward"].tolist() == ["A"]


def test_a_day_on_which_stock_and_flow_disagree_is_named() -> None:
    wrong = TWO.assign(discharged=TWO["discharged"].to_numpy() - [0, 3, 0, 0, 0, 0])
    assert breaks(TWO).empty
    assert breaks(wrong).to_numpy().tolist() == [[20261002, "A", -3]]


def test_a_gap_of_days_is_no_disagreement() -> None:
    assert breaks(TWO[TWO["date"] != 20261002]).empty


def board(rows: pd.DataFrame, *wards: str):
    lying = Lying(NOBODY, NOBODY, 365)
    return outlook(rows, beds_at(rows, 20261003), lying, expected(*wards))


def test_means_of_the_house_are_the_sums_of_its_wards() -> None:
    found = board(TWO, "A", "B")
    for name in ("census", "admissions", "discharges"):
        both = found.wards["A"][name] + found.wards["B"][name]
        assert found.house[name].tolist() == pytest.approx(both.tolist())


def test_the_stock_of_the_house_keeps_its_flows() -> None:
    found = board(TWO, "A", "B").house
    before = [20, *found["census"].tolist()[:-1]]
    after = np.array(before) + found["admissions"] - found["discharges"]
    assert found["census"].tolist() == pytest.approx(after.tolist())


def test_quantiles_of_the_house_lie_nearer_than_the_sums_of_quantiles() -> None:
    found = board(TWO, "A", "B")
    apart = found.wards["A"]["q90"] + found.wards["B"]["q90"]
    assert (found.house["q90"] <= apart).all()
    assert (found.house["q90"] < apart).any()


def test_what_can_be_taken_is_the_sum_of_what_is_told() -> None:
    found = board(TWO, "A", "B")
    first = found.house.iloc[0]
    rounded = round(first["discharges"]) - round(first["admissions"])
    assert found.can_take == 1 - 1 + rounded


def test_the_tightest_ward_is_the_one_beyond_its_beds() -> None:
    assert board(TWO, "A", "B").tightest == "B"


def test_a_ward_empty_at_every_midnight_is_a_day_ward() -> None:
    rows = pd.concat([TWO, census("D", [0, 0, 0])], ignore_index=True)
    found = board(rows, "A", "B", "D")
    assert found.day_wards["ward"].tolist() == ["D"]
    assert set(found.wards) == {"A", "B"}


def test_a_ward_whose_cases_are_too_few_leaves_by_its_flow() -> None:
    """16 bed-days at risk and 2 of 10 leave each day: four in five stay on."""
    rows = census("A", [8] * 11)
    curve, of_cases = curve_of("A", rows, Lying(NOBODY, NOBODY, 365))
    assert not of_cases
    assert curve[1] == pytest.approx(curve[0] ** 2)


def test_a_curve_is_paced_to_the_nights_of_the_flow() -> None:
    assert paced(HALVES, 2.0).sum() == pytest.approx(2.0)
    assert paced(HALVES, 9.0).tolist() == HALVES.tolist()  # no pace reaches that


def test_a_stretch_widens_the_interval_and_leaves_the_mean() -> None:
    ward = Ward(np.array([1] * 30), HALVES, np.array([4.0, 4.0]), beds=30)
    narrow, wide = ahead(ward), ahead(ward, stretch=2.0)
    assert wide["census"].tolist() == narrow["census"].tolist()
    assert (wide["q90"] - wide["q10"] > narrow["q90"] - narrow["q10"]).all()
    assert (wide["p_full"] > narrow["p_full"]).all()


def test_moments_are_those_of_the_distribution() -> None:
    ward = Ward(np.array([1, 1, 2]), HALVES, np.array([3.0, 1.0]))
    mean, variance = moments(ward)
    assert mean.tolist() == pytest.approx(ahead(ward)["census"].tolist())
    assert variance[0] == pytest.approx(3 + 3 * 0.25)  # newcomers are Poisson, three may leave


def test_one_ward_is_a_house_of_its_own() -> None:
    ward = Ward(np.array([1, 1, 2]), HALVES, np.array([3.0, 1.0]), beds=6)
    pd.testing.assert_frame_equal(one_house([ward]), ahead(ward))


def test_admissions_count_who_is_moved_in() -> None:
    rows = census("A", [8, 8]).assign(transfers_in=1)
    assert panel_of(rows)["count"].tolist() == [3.0, 3.0]


def test_a_short_history_is_forecast_and_not_measured() -> None:
    found = coming(TWO, 3, Calendar("CN"))
    assert found.mean["A"].tolist() == pytest.approx([2.0, 2.0, 2.0], rel=0.05)
    assert found.past == {}


def test_nothing_is_measured_without_a_past() -> None:
    lying = Lying(NOBODY, NOBODY, 365)
    assert measured(TWO, lying, {}, expected("A", "B")) == Measured()


SHARED = pd.DataFrame({"ward": ["A", "B"], "occupied": [190, 100], "open": [200, 200]})


def test_beds_move_from_the_empty_ward_to_the_full_until_they_are_alike() -> None:
    found = levelled(SHARED, 10, 0.07)
    assert found is not None
    assert found["moved"].sum() == 0
    assert found["moved"].tolist() == [5, -5]


def test_a_spread_that_is_reached_needs_no_bed() -> None:
    found = levelled(SHARED, 10, 0.5)
    assert found is not None
    assert found["moved"].tolist() == [0, 0]


def test_a_spread_out_of_reach_is_said_so() -> None:
    assert levelled(SHARED.assign(occupied=[200, 10]), 10, 0.0) is None


def test_the_shortest_stays_become_day_cases_first() -> None:
    assert day_case_nights({1: 10, 3: 5}, 12) == 10 * 1 + 2 * 3
    assert day_case_nights({}, 12) == 0
