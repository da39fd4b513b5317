"""The answer first: the next stretch that still lies ahead, and when it is busiest."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pandas as pd

from core.flow.rhythm import Freq

STRETCH: dict[Freq, int] = {"D": 7, "W": 1, "h": 168, "M": 1}
"""Periods that the answer adds up."""


@dataclass(frozen=True)
class Outlook:
    """One stretch of a forecast: first and last day, how many, how sure, against what."""

    first: dt.date
    last: dt.date
    span: int
    mean: float
    lower: float
    upper: float
    """Bounds of 80 %."""
    naive: float
    """Same as last time; NaN where it is unknown."""
    busiest: pd.Timestamp
    """First moment of the period with the most within the stretch, or within all for one period."""
    most: float
    over: bool
    """Whether the whole forecast lies before today."""

    @property
    def change_pct(self) -> float:
        """Against same as last time; NaN where that is 0 or unknown."""
        return (self.mean / self.naive - 1) * 100 if self.naive else float("nan")


def outlook(values: pd.DataFrame, freq: Freq, today: dt.date) -> Outlook | None:
    """The first stretch that ends today or later, else the last; None where it is too short.

    values: VALUES rows of all spans.
    """
    size = STRETCH[freq]
    runs = values[values["span"] == size].reset_index(drop=True)
    if runs.empty:
        return None
    ends = [end_of(start, freq, size) for start in runs["time"]]
    place = next((at for at, end in enumerate(ends) if end >= today), len(ends) - 1)
    row = runs.iloc[place].to_dict()
    single = values[values["span"] == 1].reset_index(drop=True)
    inside = single.iloc[place * size : (place + 1) * size] if size > 1 else single
    top = inside.iloc[int(inside["mean"].to_numpy().argmax())].to_dict()
    return Outlook(
        row["time"].date(),
        ends[place],
        size,
        float(row["mean"]),
        float(row["lower_80"]),
        float(row["upper_80"]),
        float(row["naive"]),
        top["time"],
        float(top["mean"]),
        ends[-1] < today,
    )


def end_of(start: pd.Timestamp, freq: Freq, span: int) -> dt.date:
    """The last day of a run of so many periods."""
    steps = {
        "D": pd.Timedelta(days=span),
        "W": pd.Timedelta(days=7 * span),
        "h": pd.Timedelta(hours=span),
        "M": pd.DateOffset(months=span),
    }
    return (start + steps[freq] - pd.Timedelta(seconds=1)).date()
