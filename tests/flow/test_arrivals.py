"""Which days are zero, and which are unknown."""

from __future__ import annotations

import pandas as pd

from core.flow.arrivals import daily, hourly, last_day, periods, reported, whole


def days(*texts: str) -> pd.DatetimeIndex:
    return pd.DatetimeIndex(list(texts))


def rows(*given: tuple[str, str, int]) -> pd.DataFrame:
    frame = pd.DataFrame(given, columns=pd.Index(["time", "department", "count"]))
    return frame.assign(time=pd.to_datetime(frame["time"]))


def counts(panel: pd.DataFrame, series: str) -> dict[str, float]:
    own = panel[panel["series"] == series]
    return dict(zip(own["time"].dt.strftime("%m-%d"), own["count"], strict=True))


def test_a_day_without_a_row_is_zero_where_others_were_counted() -> None:
    known = days("2026-03-02", "2026-03-03", "2026-03-04")
    panel = daily(rows(("2026-03-02", "A", 5), ("2026-03-04", "A", 2)), known)
    assert counts(panel, "A") == {"03-02": 5, "03-03": 0, "03-04": 2}


def test_a_day_on_which_nothing_was_counted_is_absent() -> None:
    known = days("2026-03-02", "2026-03-04")
    panel = daily(rows(("2026-03-02", "A", 5), ("2026-03-04", "A", 2)), known)
    assert counts(panel, "A") == {"03-02": 5, "03-04": 2}


def test_a_department_begins_with_its_first_patient() -> None:
    known = days("2026-03-02", "2026-03-03")
    panel = daily(rows(("2026-03-02", "A", 5), ("2026-03-03", "B", 1)), known)
    assert counts(panel, "B") == {"03-03": 1}


def test_hours_of_a_known_day_without_patients_are_zero() -> None:
    panel = hourly(rows(("2026-03-02 08:00", "A", 3)), days("2026-03-02"))
    assert len(panel) == 24
    assert panel["count"].sum() == 3


def test_a_month_without_the_stream_is_unknown() -> None:
    every = pd.date_range("2026-01-01", "2026-03-31", freq="D")
    own = every[every.month != 2]
    assert reported(every, own).month.unique().tolist() == [1, 3]


def test_a_weekday_on_which_nobody_ever_works_is_known() -> None:
    every = pd.date_range("2026-01-05", "2026-03-29", freq="D")
    workdays = every[every.day_of_week != 6]
    assert reported(workdays, workdays).equals(every)


def test_days_after_a_stream_stopped_are_unknown() -> None:
    every = pd.date_range("2026-03-01", "2026-03-31", freq="D")
    assert reported(every, every[:20]).max() == every[19]


def test_a_weekend_after_the_last_patient_is_known() -> None:
    every = pd.date_range("2026-03-01", "2026-03-31", freq="D")
    assert reported(every, every[:-2]).max() == every[-1]


def test_half_a_week_is_no_week() -> None:
    known = pd.date_range("2026-03-02", "2026-03-18", freq="D")
    panel = daily(pd.DataFrame({"time": known, "department": "A", "count": 1}), known)
    assert counts(periods(panel, "W"), "A") == {"03-02": 7, "03-09": 7}


def test_a_month_that_lacks_a_day_is_no_month() -> None:
    known = pd.date_range("2026-03-01", "2026-04-30", freq="D").drop([pd.Timestamp("2026-03-09")])
    panel = daily(pd.DataFrame({"time": known, "department": "A", "count": 1}), known)
    made = periods(panel, "M")
    assert counts(made, "A") == {"04-01": 30}
    assert last_day(made, "M") == pd.Timestamp("2026-04-30")


def test_departments_add_up() -> None:
    panel = daily(rows(("2026-03-02", "A", 5), ("2026-03-02", "B", 2)), days("2026-03-02"))
    assert counts(whole(panel), "*") == {"03-02": 7}
