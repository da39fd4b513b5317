"""Rosters of a week: need by hour with a shared float, typed lines, the deepest shortage."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.flow.effects import Event
from core.flow.rostering import (
    Line,
    eventful,
    monday_after,
    need,
    on_duty,
    read,
    worst,
    written,
)
from core.flow.standards import Workload

DOCTOR = Workload.model_validate(
    {
        "code": "doctor",
        "name": {"zh": "医师", "en": "Doctors"},
        "per": 4.0,
        "unit": {"zh": "人次", "en": "patients"},
        "staff": {"doctor": 1},
        "least": 1,
        "source": "x",
        "source_kind": "assumption",
    }
)


def week(name: str, median: float, high: float) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "series": name,
            "time": pd.date_range("2026-11-02", periods=168, freq="h"),
            "mean": median,
            "median": median,
            "upper_60": high,
        }
    )


def test_the_base_is_what_the_median_needs_and_the_float_what_a_busy_hour_adds() -> None:
    found = need(week("A", 8.0, 17.0), DOCTOR, "doctor", 80)
    assert found is not None
    assert (found.base[0], found.pool[0], found.needed[0]) == (2, 3, 5)


def test_departments_share_a_smaller_float_than_they_would_hold_apart() -> None:
    rows = pd.concat([week("A", 8.0, 20.0), week("B", 8.0, 24.0)])
    found = need(rows, DOCTOR, "doctor", 80)
    assert found is not None
    assert (found.apart[0], found.pool[0]) == (7, 5)
    assert found.by_department["float_most"].tolist() == [3, 4]


def test_a_week_that_lacks_an_hour_is_no_need() -> None:
    assert need(week("A", 8.0, 17.0).iloc[1:], DOCTOR, "doctor", 80) is None


def test_no_department_is_no_need() -> None:
    assert need(week("A", 8.0, 17.0).iloc[:0], DOCTOR, "doctor", 80) is None


@pytest.mark.parametrize(
    ("last", "monday"), [("2026-10-31", "2026-11-02"), ("2026-11-01", "2026-11-02")]
)
def test_the_week_begins_on_the_monday_after_the_last_day(last: str, monday: str) -> None:
    assert monday_after(dt.date.fromisoformat(last)) == dt.date.fromisoformat(monday)


def test_after_a_monday_comes_the_next_one() -> None:
    assert monday_after(dt.date(2026, 11, 2)) == dt.date(2026, 11, 9)


def test_a_shift_of_sunday_night_runs_into_monday() -> None:
    hours = on_duty([Line(20, 8, (0, 0, 0, 0, 0, 0, 2))])
    assert (hours[167], hours[0], hours[3], hours[4]) == (2, 2, 2, 0)


@given(
    st.lists(
        st.builds(
            Line,
            st.integers(0, 23),
            st.integers(1, 24),
            st.tuples(*[st.integers(0, 999)] * 7),
        ),
        max_size=5,
    )
)
def test_a_roster_comes_back_from_its_text(lines: list[Line]) -> None:
    assert read(written(lines)) == tuple(lines)


@pytest.mark.parametrize(
    "text", ["x", "24-8:1.1.1.1.1.1.1", "8-0:1.1.1.1.1.1.1", "8-8:1.1", "8-8:1.1.1.1.1.1.-1"]
)
def test_what_is_no_roster_is_refused(text: str) -> None:
    assert read(text) is None


def test_the_deepest_shortage_is_the_longest_of_those_as_deep() -> None:
    gap = np.zeros(168)
    gap[[3, 4]] = -1
    gap[10] = -2
    gap[[30, 31]] = -2
    gap[100] = np.nan
    found = worst(gap)
    assert found is not None
    assert (found.start, found.hours, found.people) == (30, 2, 2)


def test_without_shortage_there_is_no_worst() -> None:
    assert worst(np.array([0.0, 1.0, np.nan])) is None


def test_an_event_changes_only_its_days_and_its_department() -> None:
    rows = pd.concat([week("A", 8.0, 17.0), week("B", 8.0, 17.0)], ignore_index=True)
    event = Event("change", 20261103, 20261103, "emergency", "A", 10.0)
    found = eventful(rows, "emergency", [event])
    day = found["time"].dt.day == 3
    assert found.loc[day & (found["series"] == "A"), "median"].unique() == pytest.approx([8.8])
    assert found.loc[day & (found["series"] == "A"), "upper_60"].unique().tolist() == [19.0]
    assert found.loc[~day | (found["series"] == "B"), "median"].unique().tolist() == [8.0]


def test_events_of_another_stream_change_nothing() -> None:
    rows = week("A", 8.0, 17.0)
    event = Event("closure", 20261103, 20261103, "outpatient")
    assert eventful(rows, "emergency", [event]).equals(rows)
