"""A forecast from beginning to end, and what is said of its worth."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from core.flow.blocks import blocked
from core.flow.calendar import Calendar
from core.flow.engine import Foresight, Past
from core.flow.licence import confirm, coverage_state, error_state
from core.flow.making import Subject, judged, produced, scored
from core.flow.outlook import outlook
from core.flow.profile import busiest, week_profile


def monthly(months: int = 36, changed: float = 0.0) -> pd.DataFrame:
    """A year's wave about 1,000; `changed` is added to the last month."""
    time = pd.date_range("2023-01-01", periods=months, freq="MS")
    count = 1000 + 100 * np.sin(np.arange(months) * np.pi / 6)
    count[-1] += changed
    return pd.DataFrame({"series": "*", "time": time, "count": np.round(count)})


def daily(weeks: int = 30) -> pd.DataFrame:
    time = pd.date_range("2025-03-03", periods=7 * weeks, freq="D")
    count = 100 + 30 * (time.day_of_week < 5) + np.arange(7 * weeks) % 5
    return pd.DataFrame({"series": "*", "time": time, "count": count.astype(float)})


@pytest.fixture(scope="module")
def made() -> pd.DataFrame:
    return produced(Subject(daily(), "D", 28, Calendar("CN"))).rows


def test_a_week_is_the_sum_of_its_days(made: pd.DataFrame) -> None:
    days, weeks = made[made["span"] == 1], made[made["span"] == 7]
    sums = days["mean"].to_numpy().reshape(4, 7).sum(axis=1)
    assert weeks["mean"].to_numpy() == pytest.approx(sums)


def test_the_interval_of_a_week_is_narrower_than_its_days_added_up(made: pd.DataFrame) -> None:
    days, week = made[made["span"] == 1][:7], made[made["span"] == 7].iloc[0]
    added = (days["upper_80"] - days["lower_80"]).sum()
    assert week["upper_80"] - week["lower_80"] < added


def test_a_past_run_is_unknown_where_a_day_of_it_is() -> None:
    counts = np.array([[[1.0, 2.0, np.nan, 4.0]]])
    none = np.zeros((1, 4), dtype=bool)
    past = Past(np.array([0]), np.ones((1, 1, 4)), counts, none)
    found = Foresight(0, np.ones((1, 4)), ("x",), np.ones(1), none[0], none, past)
    runs = blocked(found, 2).past.counts[0, 0]
    assert runs[0] == 3
    assert np.isnan(runs[1])


def test_weekdays_are_told_as_drivers() -> None:
    told = produced(Subject(daily(), "D", 7, Calendar("CN"))).drivers
    percent = {one["label"]: one["percent"] for one in told if one["kind"] == "weekday"}
    assert percent[0] > 5
    assert percent[6] < -5


def test_the_basis_changes_with_a_count_and_with_the_calendar() -> None:
    own = pd.DataFrame([{"date": 20251001, "kind": "workday", "name": ""}])
    subjects = [
        Subject(monthly(), "M", 6, Calendar("CN")),
        Subject(monthly(changed=1.0), "M", 6, Calendar("CN")),
        Subject(monthly(), "M", 6, Calendar("CN", own)),
    ]
    assert len({one.basis for one in subjects}) == 3
    assert subjects[0].basis == Subject(monthly(), "M", 6, Calendar("CN")).basis


def test_a_forecast_is_tested_at_past_origins_as_far_as_there_are() -> None:
    shares: list[float] = []
    found = scored(Subject(monthly(24), "M", 6, Calendar("CN")), shares.append)
    assert found is not None
    assert found["origins"] == 7
    assert shares[-1] == 1
    assert found["n"] == 42


def test_a_past_too_short_is_not_tested() -> None:
    assert scored(Subject(monthly(15), "M", 6, Calendar("CN"))) is None


def values(means: list[float]) -> pd.DataFrame:
    time = pd.date_range("2026-11-01", periods=len(means), freq="D")
    rows = pd.DataFrame({"span": 1, "time": time, "mean": means, "naive": 12.0})
    for level, wide in ((80, 2), (95, 4)):
        rows[f"lower_{level}"], rows[f"upper_{level}"] = rows["mean"] - wide, rows["mean"] + wide
    return rows


def test_a_kept_forecast_is_judged_by_what_came() -> None:
    came = pd.DataFrame({"time": pd.to_datetime(["2026-11-01", "2026-11-02"]), "count": [10, 13]})
    found = judged(values([10.0, 10.0, 10.0]), came)
    assert found is not None
    assert (found["n"], found["wape"], found["bias"]) == (2, 3 / 23, -3 / 23)
    assert found["coverage"] == {"80": 0.5, "95": 1.0}
    assert found["ratio"] == 1


def test_a_kept_forecast_that_met_nothing_is_not_judged() -> None:
    came = pd.DataFrame({"time": pd.to_datetime(["2026-10-31"]), "count": [10]})
    assert judged(values([10.0]), came) is None


@pytest.mark.parametrize(
    ("ratio", "state"), [(None, "none"), (0.8, "good"), (0.97, "watch"), (1.01, "bad")]
)
def test_the_error_is_held_against_the_naive(ratio: float | None, state: str) -> None:
    assert error_state({"ratio": ratio}) == state
    assert confirm({"ratio": ratio}) == (state in ("none", "bad"))


@pytest.mark.parametrize(
    ("share", "state"),
    [(0.6, "bad"), (0.72, "watch"), (0.8, "good"), (0.91, "good"), (0.95, "watch")],
)
def test_coverage_may_lie_above_its_level_where_counts_are_small(share: float, state: str) -> None:
    assert coverage_state({"coverage": {"80": share}}, 80) == state


def test_the_answer_is_the_first_week_that_is_not_over(made: pd.DataFrame) -> None:
    begun = made["time"].min().date()
    found = outlook(made, "D", begun + dt.timedelta(days=9))
    assert found is not None
    assert found.first == begun + dt.timedelta(days=7)
    assert found.last == begun + dt.timedelta(days=13)
    assert not found.over
    late = outlook(made, "D", begun + dt.timedelta(days=99))
    assert late is not None
    assert late.over


def test_hours_of_the_week_are_means_of_such_hours() -> None:
    rows = pd.DataFrame(
        [(202601, 0, 8, "emergency", "A", 12, 4), (202602, 0, 8, "emergency", "A", 12, 2)],
        columns=pd.Index(["month", "weekday", "hour", "stream", "department", "count", "days"]),
    )
    found = week_profile(rows)
    assert found["mean"].max() == 4
    assert len(found) == 24
    assert busiest(found) == (0, 8)
