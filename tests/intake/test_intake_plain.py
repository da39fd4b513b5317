"""What is read at once is what would be read one by one."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.intake.cells import Known, column_reader
from core.intake.definitions import load_tables
from core.intake.plain import plain_values

TABLES = load_tables(Path(__file__).resolve().parents[2] / "data" / "intake")
SECRET = b"0123456789abcdef"
KNOWN = Known({"departments": {}}, {}, 202601, 20260115, secret=SECRET)
DIGITS = st.text("0123456789.,-+¥ eE_\n٣²", max_size=16)
CLOCKS = st.tuples(
    st.dates().map(str), st.sampled_from(" T"), st.times().map(str), st.sampled_from(["", " ", "Z"])
).map("".join)
NUMBERED = st.one_of(st.text(max_size=45), st.from_regex(r"[A-Za-z0-9]{1,45}", fullmatch=True))
EDGES = {
    "charge_total": [
        "0.00",
        ".50",
        "1.2.34",
        "12345678901.23",
        "123456789012.34",
        "-1.00",
        "１.00",
    ],
    "visited_at": ["2025-01-01 23:59:59", "2025-02-30 00:00:00", "2026-01-16 00:00:00"],
    "visit_id": ["无", "-", "11010519491231002X", "13812345678", "NA", "0"],
}


def _agree(name: str, cells: list[str]) -> set[str]:
    """The cells that are read at once; AssertionError where one would be read otherwise."""
    column = TABLES["visit"].column(name)
    read = column_reader(column, KNOWN)

    def day(text: str) -> int | None:
        found = read(text)
        return found.value if isinstance(found.value, int) and not found.code else None

    values = plain_values(column, cells, SECRET, day)
    for cell, value in values.items():
        found = read(cell)
        assert (value, found.code, found.warnings) == (found.value, "", ()), cell
    return {str(cell) for cell in values}


@given(st.lists(DIGITS))
def test_amounts(cells: list[str]) -> None:
    _agree("charge_total", cells)


@given(st.lists(st.one_of(CLOCKS, st.text("0123456789-: ", min_size=19, max_size=19))))
def test_times(cells: list[str]) -> None:
    _agree("visited_at", cells)


@given(st.lists(NUMBERED))
def test_hashed_numbers(cells: list[str]) -> None:
    _agree("visit_id", cells)


@pytest.mark.parametrize("name", EDGES)
def test_spellings_at_the_edge(name: str) -> None:
    _agree(name, EDGES[name])


def test_what_exports_mostly_hold_is_read_at_once() -> None:
    assert _agree("charge_total", ["12.50", "0.00"]) == {"12.50", "0.00"}
    assert _agree("visited_at", ["2025-11-03 08:15:00"]) == {"2025-11-03 08:15:00"}
    assert _agree("visit_id", ["MZ20251103001"]) == {"MZ20251103001"}
    assert _agree("dept_code", ["0101"]) == set()
