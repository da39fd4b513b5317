"""Back-tests: what was known, what came, and what the figures say."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from core.errors import DataError
from core.flow.backtest import Plan, backtest, naive, poisson_floor, scale_of, summary
from core.flow.forecast import forecast
from tests.flow.test_forecast import counts, panel


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    return backtest(panel(140), 7, "D", Plan(3, 7))


def test_a_back_test_has_every_origin(rows: pd.DataFrame) -> None:
    told = rows["origin"].drop_duplicates().dt.strftime("%m-%d").tolist()
    assert told == ["04-30", "05-07", "05-14"]


def test_a_back_test_forecasts_what_was_forecast_then(rows: pd.DataFrame) -> None:
    then = forecast(panel(140), 7, "D", as_of=pd.Timestamp("2023-05-07"))
    again = rows[rows["origin"] == "2023-05-07"][then.columns]
    pd.testing.assert_frame_equal(again.reset_index(drop=True), then)


def test_actual_is_what_came(rows: pd.DataFrame) -> None:
    both = rows.merge(panel(140), on=["series", "time"])
    assert (both["actual"] == both["count"]).all()


def test_a_summary_counts_what_lay_inside(rows: pd.DataFrame) -> None:
    inside = ((rows["actual"] >= rows["lower_80"]) & (rows["actual"] <= rows["upper_80"])).mean()
    assert summary(rows, (80, 95))["pooled"]["coverage"]["80"] == pytest.approx(inside)


def test_a_series_that_loses_to_last_week_says_so(rows: pd.DataFrame) -> None:
    worse = rows.assign(mean=rows["mean"] * 3)
    assert summary(worse, (80,))["series"]["急诊"]["loses"] is True


def test_a_constant_series_has_no_scale() -> None:
    found = summary(backtest(counts(np.full(60, 5)), 7, "D", Plan(1, 1)), (80,))
    assert found["pooled"]["mase"] is None


def test_the_scale_is_the_mean_move_over_a_week() -> None:
    assert scale_of(np.arange(21.0)[None, :], 7).tolist() == [7]


def test_last_week_is_repeated_past_its_end() -> None:
    assert naive(np.arange(7.0)[None, :], 7, 9).tolist() == [[0, 1, 2, 3, 4, 5, 6, 0, 1]]


@pytest.mark.parametrize("mean", [0.4, 3.0, 6.6, 50.0])
def test_the_floor_is_the_mean_deviation_of_poisson(mean: float) -> None:
    values = np.arange(400)
    slow = (np.abs(values - mean) * stats.poisson.pmf(values, mean)).sum()
    assert poisson_floor(np.array([mean]))[0] == pytest.approx(slow)


def test_a_past_shorter_than_the_horizon_is_refused() -> None:
    with pytest.raises(DataError, match="E_FLOW_ORIGINS"):
        backtest(panel(6), 7, "D", Plan(1, 1))
