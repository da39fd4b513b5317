"""Numbers, money and months, as people read them in both languages."""

from __future__ import annotations

import datetime as dt
import math

import pytest

from core import formats
from core.months import add_months, days_in_month, month_of, month_range, month_text, parse_month
from core.words import set_language, t, texts


@pytest.mark.parametrize(
    ("fen", "text"),
    [
        (0, "0 元"),
        (12_345, "123 元"),
        (9_999_900, "99,999 元"),
        (10_000_000, "10.0 万元"),
        (123_456_789_00, "1.23 亿元"),
        (-8_600_000_000, "−8,600.0 万元"),
        (math.nan, "—"),
    ],
)
def test_money_grows_from_yuan_to_yi(fen: float, text: str) -> None:
    assert formats.money(fen) == text


def test_money_in_english_is_said_in_millions() -> None:
    set_language("en")
    assert formats.money(1_230_000_000) == "CNY 12.3 m"
    assert formats.money(123_456_789_000) == "CNY 1.23 bn"
    assert formats.money(12_300) == "CNY 123"


def test_changes_carry_their_sign() -> None:
    assert formats.signed(2.14) == "+2.1"
    assert formats.signed(-0.5) == "−0.5"
    assert formats.signed(-0.04) == "0.0"
    assert formats.change_text(1.25, points=True) == "+1.2 个百分点"
    assert formats.change_text(-3.4, points=False) == "−3.4%"
    assert formats.change_text(math.nan, points=True) == "—"


def test_a_value_carries_its_unit() -> None:
    assert formats.value_text(86.63, "%", 1) == "86.6%"
    assert formats.value_text(7.186, "天", 2) == "7.19 天"
    assert formats.value_text(1.5, "1:x", 2) == "1:1.50"
    assert formats.value_text(231_000, "元", 0) == "23.1 万元"
    assert formats.value_text(math.nan, "天", 2) == "—"


def test_a_count_in_english_leaves_the_noun_to_the_name() -> None:
    set_language("en")
    assert formats.value_text(1532, "台次", 0) == "1,532"
    assert formats.value_text(7.186, "天", 2) == "7.19 days"


def test_months_are_named_in_the_language() -> None:
    assert formats.month_name(202610) == "2026年10月"
    assert formats.months_name((202609, 202610)) == "2026年9月–2026年10月"
    assert formats.months_name(()) == "—"
    set_language("en")
    assert formats.month_name(202610) == "Oct 2026"


def test_a_moment_is_read_in_shanghai() -> None:
    assert (
        formats.moment_text(dt.datetime(2026, 1, 31, 16, 30, tzinfo=dt.UTC)) == "2026-02-01 00:30"
    )
    assert month_of(dt.datetime(2026, 1, 31, 16, 30, tzinfo=dt.UTC)) == 202602


def test_months_are_counted_over_the_turn_of_the_year() -> None:
    assert add_months(202611, 3) == 202702
    assert add_months(202601, -1) == 202512
    assert month_range(202511, 202602) == (202511, 202512, 202601, 202602)
    assert month_range(202602, 202601) == ()
    assert days_in_month(202402) == 29


@pytest.mark.parametrize("text", ["2025-13", "2025-1", "202501", "25-01", ""])
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="YYYY-MM"):
        parse_month(text)


def test_a_month_and_its_text_are_the_same() -> None:
    assert parse_month(month_text(202607)) == 202607


def test_an_unknown_text_is_shown_as_its_id() -> None:
    assert t("nobody.wrote.this") == "nobody.wrote.this"


def test_an_unknown_language_reads_as_chinese() -> None:
    set_language("fr")
    assert t("home.title") == texts("zh")["home.title"]


def test_names_stand_side_by_side() -> None:
    assert formats.listed(["内科", "外科"]) == "内科、外科"
    set_language("en")
    assert formats.listed(["Medicine", "Surgery"]) == "Medicine, Surgery"
    assert formats.listed([]) == ""


def test_what_rounds_to_nothing_has_no_minus() -> None:
    assert [formats.number(-0.4), formats.number(-0.004, 2), formats.number(-0.6)] == [
        "0",
        "0.00",
        "−1",
    ]
