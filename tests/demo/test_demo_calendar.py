"""Days are as busy as their weekday, season and festival make them."""

from __future__ import annotations

import datetime as dt

import pytest

from core.demo.days import WHOLE_HOSPITAL, Days, daily_curve, days_until
from core.demo.parameters import Parameters


@pytest.fixture(scope="module")
def days() -> Days:
    return days_until(202712, 48)


def position(days: Days, text: str) -> int:
    return days.dates.index(dt.date.fromisoformat(text))


@pytest.mark.parametrize("first", ["2024-02-10", "2025-01-29", "2026-02-17", "2027-02-06"])
def test_the_spring_festival_begins_on_its_first_day(days: Days, first: str) -> None:
    assert days.festival_day[position(days, first)] == 0


@pytest.mark.parametrize(
    ("first_working_day", "why"),
    [
        ("2024-02-18", "a Sunday worked in exchange"),
        ("2025-02-05", "the eighth day"),
        ("2026-02-24", "the eighth day"),
        ("2027-02-15", "not decreed yet: the first weekday from the seventh day on"),
    ],
)
def test_work_begins_again_after_the_festival(days: Days, first_working_day: str, why: str) -> None:
    assert days.after_work[position(days, first_working_day)] == 0, why


def test_outpatients_stay_away_on_the_first_day_and_come_when_work_begins(
    days: Days, given: Parameters
) -> None:
    curve = daily_curve(days, given.calendar, "outpatient", WHOLE_HOSPITAL)
    festival = curve[position(days, "2026-02-17")]
    ordinary_tuesday = curve[position(days, "2026-03-17")]
    back_at_work = curve[position(days, "2026-02-24")]
    assert festival / ordinary_tuesday == pytest.approx(0.22 * 0.99 / 1.05)
    assert back_at_work > ordinary_tuesday


def test_emergencies_rise_while_clinics_are_closed(days: Days, given: Parameters) -> None:
    curve = daily_curve(days, given.calendar, "emergency", WHOLE_HOSPITAL)
    assert curve[position(days, "2026-02-18")] > 1.1 * curve[position(days, "2026-02-04")]


def test_a_weekend_worked_in_exchange_is_a_lesser_friday(days: Days, given: Parameters) -> None:
    curve = daily_curve(days, given.calendar, "outpatient", WHOLE_HOSPITAL)
    assert days.holiday[position(days, "2026-05-09")] == "makeup"
    saturday, friday = curve[position(days, "2026-05-09")], curve[position(days, "2026-05-08")]
    assert saturday == pytest.approx(0.92 * friday)


def test_national_day_halves_the_clinics(days: Days, given: Parameters) -> None:
    curve = daily_curve(days, given.calendar, "outpatient", WHOLE_HOSPITAL)
    assert curve[position(days, "2026-10-01")] == pytest.approx(
        0.55 * curve[position(days, "2026-10-15")]
    )
