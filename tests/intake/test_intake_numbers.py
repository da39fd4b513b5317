"""What is written down reads back as itself."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from core.intake import numbers
from core.intake.reader import number_text

FULL_WIDTH = str.maketrans("0123456789.-/", "０１２３４５６７８９．－／")
MONTHS = st.tuples(st.integers(2000, 2099), st.integers(1, 12))
LAST = 209912


@given(st.integers(0, 10**14), st.booleans(), st.booleans())
def test_a_count_reads_back(count, grouped, wide):
    text = f"{count:,}" if grouped else str(count)
    assert numbers.whole(text.translate(FULL_WIDTH) if wide else text) == (count, "")


@given(st.integers(-(10**14), 10**14), st.sampled_from(["", "¥", "￥"]), st.booleans())
def test_money_reads_back_to_the_fen(fen, sign, brackets):
    text = f"{sign}{abs(fen) // 100:,}.{abs(fen) % 100:02d}"
    negative = f"({text})" if brackets else f"-{text}"
    assert numbers.money(negative if fen < 0 else text) == (fen, "")


@given(st.decimals(-(10**12), 10**12, places=4))
def test_a_decimal_reads_back_exactly(value):
    assert numbers.number(f"{value:f}") == (value, "")


@given(MONTHS, st.sampled_from(["-", "/", "."]), st.booleans())
def test_a_month_reads_back(parts, separator, wide):
    text = f"{parts[0]}{separator}{parts[1]:02d}"
    read = numbers.month(text.translate(FULL_WIDTH) if wide else text, False, LAST)
    assert read == (parts[0] * 100 + parts[1], "")


@given(MONTHS, st.integers(1, 28), st.sampled_from(["{}年{}月{}日", "{}-{}-{}", "{}/{}/{}"]))
def test_a_date_reads_back_as_its_month(parts, day, pattern):
    read = numbers.month(pattern.format(*parts, day), False, LAST)
    assert read == (parts[0] * 100 + parts[1], "")


@given(st.text(max_size=30))
def test_no_text_breaks_a_reader(text):
    for value, code in (
        numbers.number(text),
        numbers.whole(text),
        numbers.money(text),
        numbers.month(text, False, LAST),
    ):
        assert value is None or not code


@given(st.floats(-1e14, 1e14, allow_nan=False))
def test_a_numeric_cell_reads_as_its_fifteen_digits(value):
    assert float(number_text(value)) == float(f"{value:.15g}")
    assert "e" not in number_text(value)


def test_a_value_finer_than_fen_is_never_rounded():
    assert numbers.money("0.005") == (None, "R_PRECISION")
    assert numbers.number("0.005") == (Decimal("0.005"), "")
