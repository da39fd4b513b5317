"""Periods, and what they are held against around Spring Festival."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from core.hospital.calendar import compare, day_kinds, period, spring_festival


@pytest.mark.parametrize(
    ("year", "first_day"),
    [(2024, (2, 10)), (2025, (1, 29)), (2026, (2, 17)), (2027, (2, 6))],
)
def test_the_festival_begins_on_the_first_day_of_the_lunar_year(
    year: int, first_day: tuple[int, int]
) -> None:
    assert spring_festival(year) == dt.date(year, *first_day)


def test_spans_end_in_the_month_asked_for() -> None:
    assert period("month", 202608) == (202608,)
    assert period("quarter", 202608) == (202607, 202608)
    assert period("ytd", 202603) == (202601, 202602, 202603)
    assert period("year12", 202602)[0] == 202503
    assert len(period("year12", 202602)) == 12


def test_an_unknown_span_is_a_mistake_of_the_programme() -> None:
    with pytest.raises(ValueError, match="fortnight"):
        period("fortnight", 202601)


def test_last_year_means_the_same_months() -> None:
    assert compare("quarter", 202606, "last_year", 202606).then == (202504, 202505, 202506)


def test_the_previous_period_of_a_quarter_is_three_months_earlier() -> None:
    assert compare("quarter", 202608, "last_period", 202608).then == (202604, 202605)
    assert compare("month", 202601, "last_period", 202601).then == (202512,)


def test_a_year_has_no_previous_period_but_last_year() -> None:
    found = compare("ytd", 202603, "last_period", 202603)
    assert (found.then, found.how) == ((202501, 202502, 202503), "last_year")


@pytest.mark.parametrize("month", [202601, 202602])
def test_january_and_february_are_taken_together(month: int) -> None:
    found = compare("month", month, "janfeb", 202610)
    assert (found.now, found.then) == ((202601, 202602), (202501, 202502))


def test_january_waits_for_february() -> None:
    found = compare("month", 202601, "janfeb", 202601)
    assert (found.now, found.then, found.how) == ((202601,), (202501,), "last_year")


@pytest.mark.parametrize(
    ("month", "then"),
    [(202602, 202501), (202601, 202412), (202603, 202502), (202501, 202402), (202604, 202504)],
)
def test_months_are_aligned_to_the_festival(month: int, then: int) -> None:
    assert compare("month", month, "lunar", 202610).then == (then,)


def test_the_target_needs_no_other_months() -> None:
    assert compare("month", 202610, "target", 202610).then == ()


def kind_of(text: str, corrections: pd.DataFrame | None = None) -> tuple[str, str, bool]:
    date = dt.date.fromisoformat(text)
    row = day_kinds(date, date, corrections).iloc[0]
    return row["kind"], row["name"], bool(row["announced"])


@pytest.mark.parametrize(
    ("date", "kind"),
    [
        ("2026-05-09", "makeup"),
        ("2026-05-10", "weekend"),
        ("2026-02-17", "holiday"),
        ("2026-03-17", "workday"),
    ],
)
def test_a_day_is_what_the_state_council_made_it(date: str, kind: str) -> None:
    assert kind_of(date)[0] == kind


def test_a_holiday_has_its_name_and_an_ordinary_day_none() -> None:
    assert kind_of("2026-02-17") == ("holiday", "春节", True)
    assert kind_of("2026-03-17") == ("workday", "", True)


def test_years_without_decreed_days_are_marked() -> None:
    assert kind_of("2027-02-06") == ("holiday", "春节", False)
    assert not kind_of("2027-02-14")[2]


def test_a_hospitals_own_day_goes_before_the_national_one() -> None:
    own = pd.DataFrame({"date": [20270214], "kind": ["makeup"], "name": ["本院补班"]})
    assert kind_of("2027-02-14", own) == ("makeup", "本院补班", True)
    assert kind_of("2027-02-13", own) == ("weekend", "", False)


def test_every_day_of_a_span_is_listed_once() -> None:
    days = day_kinds(dt.date(2025, 12, 30), dt.date(2026, 1, 2))
    assert days["date"].tolist() == [20251230, 20251231, 20260101, 20260102]
