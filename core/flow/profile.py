"""The hours of the week as they were: how many came on average in each."""

from __future__ import annotations

import pandas as pd

from core.frames import ARRIVAL_WEEK, Frame

PROFILE = Frame(
    "hours of the week",
    {
        "weekday": "0 is Monday",
        "hour": "0-23",
        "mean": "arrivals in such an hour",
    },
    key=("weekday", "hour"),
)


def week_profile(rows: pd.DataFrame, department: str = "") -> pd.DataFrame:
    """PROFILE of a stream's ARRIVAL_WEEK rows: arrivals over the number of such hours.

    department: '' all of them together. All 168 hours, 0 where nobody came; weekdays that no month
    holds are left out. Empty without rows.
    """
    ARRIVAL_WEEK.check(rows)
    if rows.empty:
        return PROFILE.empty()
    days = rows.drop_duplicates(["month", "weekday"]).groupby("weekday")["days"].sum()
    own = rows[rows["department"] == department] if department else rows
    came = own.groupby(["weekday", "hour"])["count"].sum()
    every = pd.MultiIndex.from_product([days.index, range(24)], names=["weekday", "hour"])
    mean = came.reindex(every, fill_value=0) / days.reindex(every.get_level_values(0)).to_numpy()
    return PROFILE.check(mean.rename("mean").reset_index())


def busiest(profile: pd.DataFrame) -> tuple[int, int]:
    """Weekday and hour with the most arrivals; ValueError of an empty profile."""
    if profile.empty:
        raise ValueError("an empty profile has no busiest hour")
    place = int(profile["mean"].to_numpy().argmax())
    return int(profile["weekday"].to_numpy()[place]), int(profile["hour"].to_numpy()[place])
