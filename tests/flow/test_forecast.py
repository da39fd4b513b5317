"""Forecasts of small panels: what they know, what they never see, and the ladder of the past."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.errors import DataError
from core.flow.calendar import Calendar
from core.flow.forecast import FORECAST, forecast

WEEK = np.array([130, 110, 105, 100, 100, 80, 75])


def panel(days: int, level: float = 1.0, seed: int = 1, start: str = "2023-01-02") -> pd.DataFrame:
    """Two departments with a week's shape and Poisson noise."""
    rng = np.random.default_rng(seed)
    times = pd.date_range(start, periods=days)
    means = WEEK[times.day_of_week] * level
    return pd.concat(
        [
            pd.DataFrame({"series": name, "time": times, "count": rng.poisson(means * size)})
            for name, size in (("急诊", 1.0), ("007", 0.2))
        ],
        ignore_index=True,
    )


def test_a_forecast_has_its_columns_and_every_period() -> None:
    found = FORECAST.check(forecast(panel(120), 7, "D"))
    assert found.groupby("series").size().to_dict() == {"007": 7, "急诊": 7}


def test_a_forecast_begins_after_the_last_period() -> None:
    assert forecast(panel(120), 3, "D")["time"].min() == pd.Timestamp("2023-05-02")


def test_the_week_is_learned() -> None:
    found = forecast(panel(200), 14, "D")
    ours = found.loc[found["series"] == "急诊", ["time", "mean"]]
    expected = WEEK[ours["time"].dt.day_of_week.to_numpy()]
    assert np.abs(ours["mean"].to_numpy() / expected - 1).max() < 0.1


def test_shuffled_rows_change_nothing() -> None:
    rows = panel(150)
    mixed = rows.sample(frac=1, random_state=3)
    pd.testing.assert_frame_equal(forecast(rows, 7, "D"), forecast(mixed, 7, "D"))


def test_what_comes_after_the_origin_changes_nothing() -> None:
    rows = panel(200)
    origin = pd.Timestamp("2023-06-15")
    changed = rows.assign(count=rows["count"].where(rows["time"] <= origin, 9999))
    cut = rows[rows["time"] <= origin]
    whole = forecast(changed, 7, "D", as_of=origin)
    pd.testing.assert_frame_equal(whole, forecast(cut, 7, "D"))


def test_a_negative_count_is_refused() -> None:
    with pytest.raises(DataError, match="E_FLOW_NEGATIVE"):
        forecast(panel(30).assign(count=-1.0), 7, "D")


def test_an_unknown_country_is_refused() -> None:
    with pytest.raises(DataError, match="E_FLOW_COUNTRY"):
        forecast(panel(30), 7, "D", calendar=Calendar("XX"))
