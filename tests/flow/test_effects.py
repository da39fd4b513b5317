"""What entered events do: closed, supposed, left out; never what is in the counts already."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from core.errors import DataError
from core.flow.calendar import Calendar
from core.flow.effects import (
    Event,
    Weights,
    ahead,
    applied,
    checked,
    corrected,
    factor_of_day,
    factors,
    unlearned,
    weights_of,
)

EVEN = Weights((1.0,) * 7, {"A": 0.25, "B": 0.75})
CLOSED = Event("closure", 20261105, 20261106)
MORE = Event("change", 20261105, 20261106, percent=20.0)


def days(first: str, count: int) -> pd.Series:
    return pd.Series(pd.date_range(first, periods=count, freq="D"))


def test_a_closed_day_is_nothing() -> None:
    found = factors(days("2026-11-04", 4), ("D", 1), ("outpatient", ""), [CLOSED], EVEN)
    assert found.tolist() == [1, 0, 0, 1]


def test_a_change_multiplies_its_days() -> None:
    found = factors(days("2026-11-04", 3), ("D", 1), ("outpatient", ""), [MORE], EVEN)
    assert found == pytest.approx([1, 1.2, 1.2])


def test_a_week_loses_as_much_as_its_closed_days_weigh() -> None:
    weights = Weights((2.0, 1.0, 1.0, 1.0, 1.0, 0.0, 0.0), {})
    monday = Event("closure", 20261102, 20261102)
    found = factors(days("2026-11-02", 1), ("W", 1), ("outpatient", ""), [monday], weights)
    assert found == pytest.approx([4 / 6])


def test_an_hour_follows_its_day() -> None:
    hours = pd.Series(pd.date_range("2026-11-04 23:00", periods=2, freq="h"))
    found = factors(hours, ("h", 1), ("outpatient", ""), [CLOSED], EVEN)
    assert found.tolist() == [1, 0]


def test_a_department_counts_in_the_whole_by_its_share() -> None:
    own = Event("closure", 20261105, 20261105, department="A")
    assert factor_of_day(20261105, ("outpatient", ""), [own], EVEN.share) == 0.75
    assert factor_of_day(20261105, ("outpatient", "A"), [own], EVEN.share) == 0
    assert factor_of_day(20261105, ("outpatient", "B"), [own], EVEN.share) == 1


def test_another_stream_is_not_touched() -> None:
    own = Event("closure", 20261105, 20261105, stream="outpatient")
    assert factor_of_day(20261105, ("emergency", ""), [own], EVEN.share) == 1


def test_a_change_that_has_begun_is_in_the_counts_already() -> None:
    assert ahead([MORE], 20261105) == []
    assert ahead([MORE], 20261104) == [MORE]


def test_a_change_that_is_not_learned_from_goes_on_after_the_origin() -> None:
    unlearnt = Event("change", 20261101, 20261106, percent=20.0, learn=False)
    assert ahead([unlearnt], 20261105) == [unlearnt]


def test_a_closure_goes_on_after_the_origin() -> None:
    assert ahead([CLOSED], 20261105) == [CLOSED]
    assert ahead([CLOSED], 20261106) == []


def test_bounds_of_counts_are_rounded_outwards() -> None:
    names = ("mean", "median", "lower_80", "upper_80", "lower_95", "upper_95")
    rows = pd.DataFrame([dict.fromkeys(names, 11.0)])
    made = applied(rows, np.array([0.5]), whole=True).iloc[0]
    assert (made["mean"], made["lower_80"], made["upper_80"]) == (5.5, 5, 6)


def test_past_closures_are_left_out_of_learning() -> None:
    panel = pd.DataFrame({"series": "*", "time": days("2026-11-04", 4), "count": 1.0})
    kept = unlearned(panel, "D", ("outpatient", ""), [CLOSED])
    assert kept["time"].dt.day.tolist() == [4, 7]
    assert len(unlearned(panel, "D", ("outpatient", ""), [MORE])) == 4


def test_a_week_with_a_day_left_out_is_left_out() -> None:
    weeks = pd.Series(pd.to_datetime(["2026-10-26", "2026-11-02"]))
    panel = pd.DataFrame({"series": "*", "time": weeks, "count": 7.0})
    kept = unlearned(panel, "W", ("outpatient", ""), [CLOSED])
    assert kept["time"].dt.day.tolist() == [26]


def test_a_departments_closure_leaves_the_wholes_days_in() -> None:
    panel = pd.DataFrame({"series": "*", "time": days("2026-11-04", 4), "count": 1.0})
    own = Event("closure", 20261105, 20261106, department="A")
    assert len(unlearned(panel, "D", ("outpatient", ""), [own])) == 4


def test_a_corrected_day_stands_over_the_hospitals_own() -> None:
    own = pd.DataFrame([{"date": 20261105, "kind": "workday", "name": "演练"}])
    made = corrected(Calendar("CN", own), [Event("holiday", 20261105, 20261105, name="院庆")])
    day = made.days(dt.date(2026, 11, 5), dt.date(2026, 11, 5)).iloc[0]
    assert (day["kind"], day["name"]) == ("holiday", "院庆")


def test_weights_are_those_of_the_last_eight_weeks() -> None:
    rows = pd.DataFrame({"series": "A", "time": days("2026-09-07", 56), "count": 1.0})
    rows.loc[rows["time"].dt.day_of_week == 0, "count"] = 3.0
    older = pd.DataFrame({"series": "A", "time": days("2026-01-05", 7), "count": 999.0})
    found = weights_of(pd.concat([older, rows]), "")
    assert found.weekday == (24, 8, 8, 8, 8, 8, 8)
    assert found.share == {"A": 1.0}


@pytest.mark.parametrize(
    ("event", "code"),
    [
        (Event("party", 20261105, 20261105), "E_EVENT_KIND"),
        (Event("closure", 20261106, 20261105), "E_EVENT_DAYS"),
        (Event("closure", 20261131, 20261131), "E_EVENT_DAYS"),
        (Event("closure", 20260101, 20291231), "E_EVENT_LONG"),
        (Event("holiday", 20260101, 20260301), "E_EVENT_LONG"),
        (Event("change", 20261105, 20261105), "E_EVENT_PERCENT"),
        (Event("change", 20261105, 20261105, percent=-120.0), "E_EVENT_PERCENT"),
    ],
)
def test_what_cannot_be_is_refused(event: Event, code: str) -> None:
    with pytest.raises(DataError) as refused:
        checked(event)
    assert refused.value.code == code
