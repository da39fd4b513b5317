"""Periods, and what they are held against around Spring Festival."""

from __future__ import annotations

import datetime as dt

import pytest

from core.hospital.calendar import compare, period, spring_festival


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
