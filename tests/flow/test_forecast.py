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


def counts(values: np.ndarray, start: str = "2023-01-02", freq: str = "D") -> pd.DataFrame:
    """One series."""
    times = pd.date_range(start, periods=len(values), freq=freq)
    return pd.DataFrame({"series": "A", "time": times, "count": values.astype(float)})


def test_the_future_of_the_calendar_may_change_a_forecast() -> None:
    rng = np.random.default_rng(2)
    times = pd.date_range("2022-01-01", periods=500)
    off = times.day == 10
    given = counts(rng.poisson(np.where(off, 40, 100)), "2022-01-01")
    past = [int(f"{day:%Y%m%d}") for day in times[off]]
    ahead = pd.DataFrame({"date": [*past, 20230520], "kind": "holiday", "name": "停诊"})
    usual = forecast(given, 14, "D", calendar=Calendar("", ahead[:-1]))
    closed = forecast(given, 14, "D", calendar=Calendar("", ahead))
    on = usual["time"] == "2023-05-20"
    assert (closed["mean"] / usual["mean"])[on].iloc[0] < 0.7


@pytest.mark.parametrize("days", [1, 5, 13, 20, 45])
def test_a_short_past_gives_a_forecast_near_its_mean(days: int) -> None:
    values = np.random.default_rng(4).poisson(50, days)
    found = forecast(counts(values), 7, "D")
    assert found["mean"].mean() == pytest.approx(values.mean(), rel=0.15)


def test_a_constant_series_stays_constant() -> None:
    found = forecast(counts(np.full(100, 7)), 7, "D")
    assert found["mean"].to_numpy() == pytest.approx(7, abs=0.01)


def test_a_series_of_zeros_stays_zero() -> None:
    found = forecast(counts(np.zeros(100)), 7, "D")
    assert found[["mean", "upper_80"]].to_numpy().max() < 0.6


def test_a_clinic_closed_at_weekends_is_forecast_as_closed() -> None:
    week = np.tile([50, 48, 52, 49, 51, 0, 0], 20)
    found = forecast(counts(week), 7, "D")
    saturday = found[found["time"] == "2023-05-27"]
    assert saturday[["mean", "upper_95"]].to_numpy().tolist() == [[0, 0]]


def test_gaps_do_not_pull_a_forecast_down() -> None:
    rng = np.random.default_rng(5)
    values = np.where(rng.random(200) < 0.3, np.nan, rng.poisson(60, 200))
    assert forecast(counts(values), 7, "D")["mean"].mean() == pytest.approx(60, rel=0.08)


def test_a_merged_department_is_forecast_at_its_new_level() -> None:
    values = np.random.default_rng(6).poisson(np.repeat([100, 220], [300, 60]))
    assert forecast(counts(values), 14, "D")["mean"].mean() == pytest.approx(220, rel=0.08)


def test_a_new_department_borrows_the_season_of_the_others() -> None:
    rng = np.random.default_rng(7)
    times = pd.date_range("2021-01-01", periods=900)
    year = 1 + 0.4 * np.cos(2 * np.pi * times.day_of_year / 365.25)
    old = [
        pd.DataFrame({"series": f"S{at}", "time": times, "count": rng.poisson(200 * year)})
        for at in range(5)
    ]
    new = old[0].assign(series="new").tail(120)
    given = pd.concat([*old, new])
    found = forecast(given, 28, "D").groupby("series")["mean"].mean()
    assert found["new"] == pytest.approx(found["S1"], rel=0.08)


def test_months_are_normalised_by_their_days() -> None:
    days = pd.date_range("2020-01-01", periods=48, freq="MS").days_in_month.to_numpy()
    found = forecast(counts(days * 100, "2020-01-01", "MS"), 2, "M")
    assert (found["mean"] / [31, 29]).to_numpy() == pytest.approx(100, rel=0.02)


def test_weeks_go_on_through_a_year_of_53() -> None:
    values = np.random.default_rng(8).poisson(300, 160)
    found = forecast(counts(values, "2017-12-31", "W-SUN"), 8, "W")
    assert found["time"].diff().dropna().dt.days.unique().tolist() == [7]


def test_a_year_of_unannounced_exchanges_is_forecast() -> None:
    values = np.random.default_rng(9).poisson(80, 400)
    found = forecast(counts(values, "2025-12-01"), 14, "D", calendar=Calendar("CN"))
    assert found["mean"].notna().all()


def test_hours_of_the_day_are_learned() -> None:
    shape = np.where((np.arange(24) >= 8) & (np.arange(24) < 20), 30, 6)
    values = np.random.default_rng(10).poisson(np.tile(shape, 40))
    found = forecast(counts(values, "2024-01-01", "h"), 24, "h")
    assert found["mean"].to_numpy() == pytest.approx(shape, rel=0.5)


def test_an_hour_in_the_middle_of_a_day_is_followed_by_the_next() -> None:
    values = np.random.default_rng(11).poisson(9, 24 * 20 + 7)
    found = forecast(counts(values, "2024-01-01", "h"), 5, "h")
    assert found["time"].iloc[0] == pd.Timestamp("2024-01-21 07:00")


@pytest.mark.parametrize(
    ("horizon", "levels", "code"),
    [(0, (80,), "E_FLOW_HORIZON"), (7, (100,), "E_FLOW_LEVEL"), (7, (), "E_FLOW_LEVEL")],
)
def test_a_question_without_an_answer_is_refused(
    horizon: int, levels: tuple[int, ...], code: str
) -> None:
    with pytest.raises(DataError, match=code):
        forecast(panel(30), horizon, "D", levels)
