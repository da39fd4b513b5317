"""Totals: means add up, quantiles do not."""

from __future__ import annotations

import pandas as pd
import pytest

from core.errors import DataError
from core.flow.forecast import forecast
from tests.flow.test_forecast import panel


@pytest.fixture(scope="module")
def made() -> pd.DataFrame:
    return forecast(panel(120), 7, "D", groups={"全院": ()})


def test_the_mean_of_a_total_is_the_sum_of_means(made: pd.DataFrame) -> None:
    parts = made[made["series"] != "全院"].groupby("time")["mean"].sum()
    total = made[made["series"] == "全院"].set_index("time")["mean"]
    assert total.to_numpy() == pytest.approx(parts.to_numpy())


def test_the_interval_of_a_total_is_narrower_than_the_sum_of_intervals(made: pd.DataFrame) -> None:
    width = (made["upper_80"] - made["lower_80"]).groupby(made["series"]).mean()
    assert width["全院"] < width["急诊"] + width["007"]


def test_a_member_without_counts_is_refused() -> None:
    with pytest.raises(DataError, match="E_FLOW_MEMBER"):
        forecast(panel(30), 7, "D", groups={"全院": ("内科",)})
