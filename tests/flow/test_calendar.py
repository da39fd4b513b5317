"""What is known beforehand of days: holidays, exchanged days, the festival, a hospital's own."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from core.flow.calendar import Calendar, day_terms, festival_distance, unannounced_years


def day(name: str) -> dt.date:
    return dt.date.fromisoformat(name)


def kind(calendar: Calendar, name: str) -> str:
    return str(calendar.days(day(name), day(name))["kind"].iloc[0])


@pytest.mark.parametrize(
    ("country", "date", "expected"),
    [
        ("CN", "2026-02-14", "makeup"),
        ("CN", "2026-10-01", "holiday"),
        ("GB", "2024-12-26", "holiday"),
        ("US", "2024-11-28", "holiday"),
        ("TW", "2016-02-08", "holiday"),
        ("", "2024-12-25", "workday"),
    ],
)
def test_a_day_has_its_kind(country: str, date: str, expected: str) -> None:
    assert kind(Calendar(country), date) == expected


def test_a_year_without_announced_exchanges_says_so() -> None:
    assert unannounced_years(Calendar("CN"), day("2026-12-30"), day("2027-01-02")) == (2027,)


def test_own_days_replace_the_national_ones() -> None:
    own = pd.DataFrame({"date": [20261001], "kind": ["workday"], "name": [""]})
    assert kind(Calendar("CN", own), "2026-10-01") == "workday"


@pytest.mark.parametrize(
    ("date", "expected"), [("2026-02-17", 0), ("2026-02-03", -14), ("2026-03-04", 15)]
)
def test_days_are_counted_from_the_festival(date: str, expected: int) -> None:
    assert festival_distance(np.array([date], dtype="datetime64[D]"))[0] == expected


def test_a_makeup_day_counts_as_a_friday() -> None:
    assert day_terms(Calendar("CN"), day("2026-02-14"), day("2026-02-14")).weekday.tolist() == [4]


def test_days_around_easter_are_special() -> None:
    assert day_terms(Calendar("GB"), day("2024-03-30"), day("2024-03-30")).holiday.all()
