"""What-ifs of beds: shorter stays, wards merged, day surgery; from a census or from months."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from core.flow.bed_trials import (
    beds_of,
    day_cases,
    house,
    merged,
    other_stays,
    places_of_census,
    places_of_months,
)

PLACES = pd.DataFrame(
    {
        "ward": ["A", "B"],
        "occupied": [1350.0, 600.0],
        "open": [1500.0, 1500.0],
        "came": [150.0, 100.0],
        "days": [30.0, 30.0],
    }
)


def test_a_stay_is_the_bed_days_of_who_was_put_into_the_beds() -> None:
    ward = beds_of(PLACES.to_dict("records")[0])
    assert (ward.admissions, ward.stay_days, ward.beds) == (5.0, 9.0, 50)


def test_nine_days_to_eight_frees_beds_at_the_same_refusals() -> None:
    found = other_stays(PLACES[PLACES["ward"] == "A"], -1.0)
    assert found is not None
    one = found.apart["A"]
    assert one.after.stay_days == pytest.approx(8.0)
    assert found.freed == one.freed == 4
    assert found.bed_days == pytest.approx(5.0)


def test_a_longer_stay_takes_beds() -> None:
    found = other_stays(PLACES, 1.0)
    assert found is not None
    assert found.freed < 0


def test_several_wards_change_in_proportion() -> None:
    found = other_stays(PLACES, -0.78)
    assert found is not None
    shares = [each.after.stay_days / each.before.stay_days for each in found.apart.values()]
    assert shares[0] == pytest.approx(shares[1])


def test_a_stay_never_shrinks_to_nothing() -> None:
    found = other_stays(PLACES, -30.0)
    assert found is not None
    assert found.one.after.stay_days > 0


def test_nobody_in_bed_is_nothing_to_try() -> None:
    assert other_stays(PLACES.assign(occupied=0.0), -1.0) is None


def test_a_house_is_all_wards_as_one() -> None:
    whole = house(PLACES)
    assert (whole.beds, whole.load) == (100, pytest.approx(65.0))


def test_one_ward_alone_is_not_merged() -> None:
    assert merged(PLACES, ["A"]) is None
    found = merged(PLACES, ["A", "B"])
    assert found is not None
    assert found.freed > 0


def test_the_operations_missing_to_the_share_are_moved() -> None:
    found = day_cases(house(PLACES), (100, 1000), 20, 365.0)
    assert (found.share, found.moved) == (10.0, 100.0)
    assert found.freed >= 1


def test_without_planned_operations_there_is_no_share() -> None:
    assert math.isnan(day_cases(house(PLACES), (0, 0), 20, 0.0).share)


def test_a_census_gives_wards_where_somebody_lay() -> None:
    census = pd.DataFrame(
        {
            "date": [20261001, 20261002] * 2,
            "ward": ["A", "A", "D", "D"],
            "open": 10,
            "occupied": [8, 9, 0, 0],
            "admitted": [2, 1, 3, 3],
            "transfers_in": [0, 1, 0, 0],
        }
    )
    rows = places_of_census(census, [202610])
    assert rows.to_numpy().tolist() == [["A", 17.0, 20.0, 4.0, 2.0]]


def test_months_give_departments_and_a_month_without_beds_is_not_counted() -> None:
    facts = pd.DataFrame(
        [
            (202510, "D1", "bed_days_open", 1240.0),
            (202510, "D1", "bed_days_used", 1000.0),
            (202510, "D1", "admissions", 50.0),
            (202511, "D1", "admissions", 40.0),
        ],
        columns=pd.Index(["month", "department", "measure", "value"]),
    )
    rows = places_of_months(facts, {202510: 31, 202511: 30})
    assert rows.to_numpy().tolist() == [["D1", 1000.0, 1240.0, 50.0, 31.0]]
