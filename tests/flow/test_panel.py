"""From long rows to a grid: gaps, parts of periods, weeks, months, closures."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.errors import DataError
from core.flow.panel import grid_of, opening_mask
from core.flow.rhythm import Freq


def rows(times: list[str] | pd.DatetimeIndex, counts: list[float]) -> pd.DataFrame:
    return pd.DataFrame({"series": "A", "time": pd.to_datetime(times), "count": counts})


def test_a_missing_date_is_not_zero() -> None:
    found = grid_of(rows(["2024-01-01", "2024-01-03"], [5, 7]), "D")
    assert np.isnan(found.counts[0, 1])


def test_rows_of_one_day_are_added_up() -> None:
    found = grid_of(rows(["2024-01-01 08:00", "2024-01-01 20:00"], [5, 7]), "D")
    assert found.counts.tolist() == [[12]]


def test_a_last_day_that_stops_at_noon_is_dropped() -> None:
    hours = pd.date_range("2024-01-01", "2024-01-06 12:00", freq="h")
    found = grid_of(rows(hours, [1.0] * len(hours)), "D")
    assert found.counts.tolist() == [[24, 24, 24, 24, 24]]


def test_a_last_month_of_days_that_is_not_over_is_dropped() -> None:
    days = pd.date_range("2024-01-01", "2024-06-10")
    assert grid_of(rows(days, [1.0] * len(days)), "M").counts.tolist() == [[31, 29, 31, 30, 31]]


@pytest.mark.parametrize(("as_of", "months"), [("2024-03-01", 3), ("2024-03-12", 2)])
def test_a_month_that_is_not_over_at_the_origin_is_dropped(as_of: str, months: int) -> None:
    given = rows(["2024-01-01", "2024-02-01", "2024-03-01", "2024-04-01"], [1, 2, 3, 4])
    assert grid_of(given, "M", pd.Timestamp(as_of)).length == months


def test_months_written_by_their_last_day_stay_so() -> None:
    found = grid_of(rows(["2024-01-31", "2024-02-29"], [1, 2]), "M")
    assert found.clock.labels(found.steps(1))[-1] == pd.Timestamp("2024-03-31")


def test_weeks_keep_their_first_day_through_a_year_of_53() -> None:
    sundays = pd.date_range("2023-12-03", periods=60, freq="W-SUN")
    found = grid_of(rows(sundays, [1.0] * 60), "W")
    assert list(found.clock.labels(found.steps())) == list(sundays)


@pytest.mark.parametrize("freq", ["D", "W", "M", "h"])
def test_a_period_is_found_again_by_its_label(freq: Freq) -> None:
    found = grid_of(rows(["2024-01-01", "2024-03-01"], [1, 2]), freq)
    steps = found.steps()
    assert found.clock.steps(found.clock.labels(steps).to_numpy()).tolist() == steps.tolist()


def test_nothing_before_the_origin_is_refused() -> None:
    with pytest.raises(DataError, match="E_FLOW_EMPTY"):
        grid_of(rows(["2024-01-01"], [1]), "D", pd.Timestamp("2023-01-01"))


def test_a_mistyped_year_is_refused() -> None:
    with pytest.raises(DataError, match="E_FLOW_TOO_LONG"):
        grid_of(rows(["1924-01-01", "2024-01-01"], [1, 1]), "h")


def week_of(counts: list[float]) -> np.ndarray:
    return np.tile(np.array(counts, dtype=float), 8)[None, :]


def test_zero_at_every_weekend_is_a_closure() -> None:
    found = opening_mask(week_of([9, 9, 9, 9, 9, 0, 0]), np.arange(56) % 7, ("A",), {})
    assert found.tolist() == [[True] * 5 + [False] * 2]


def test_no_row_at_any_weekend_is_a_closure() -> None:
    found = opening_mask(week_of([9, 9, 9, 9, 9, np.nan, np.nan]), np.arange(56) % 7, ("A",), {})
    assert found.tolist() == [[True] * 5 + [False] * 2]


def test_zero_in_a_sparse_series_is_no_closure() -> None:
    found = opening_mask(week_of([1, 0, 0, 1, 0, 0, 0]), np.arange(56) % 7, ("A",), {})
    assert found.all()


def test_opening_days_that_are_given_count() -> None:
    found = opening_mask(week_of([9] * 7), np.arange(56) % 7, ("A",), {"A": (0, 2)})
    assert np.flatnonzero(found[0]).tolist() == [0, 2]
