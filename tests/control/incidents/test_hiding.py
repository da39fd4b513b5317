"""Small counts are hidden, and no total gives one away."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from core.control.incidents.hiding import LEAST, Shown, shown_line, shown_table


def table_of(rows: list[list[int]], own: tuple[int, ...] = ()) -> tuple[pd.DataFrame, Shown]:
    counts = pd.DataFrame(rows)
    totals = shown_line(counts.sum(axis=1), own), shown_line(counts.sum(axis=0))
    return counts, shown_table(counts, *totals, own)


def test_a_count_below_five_is_hidden_and_five_is_shown() -> None:
    line = shown_line(pd.Series({"a": 4, "b": 5, "c": 3, "d": 0}))
    assert line.isna().tolist() == [True, False, True, False]


def test_one_hidden_alone_takes_the_smallest_other_along() -> None:
    line = shown_line(pd.Series({"a": 4, "b": 9, "c": 7, "d": 0}))
    assert line.isna().tolist() == [True, False, True, False]


def test_the_reader_sees_the_own_department() -> None:
    _, shown = table_of([[1, 9], [9, 9], [2, 8]], own=(0,))
    cells = shown.cells.to_numpy()
    assert cells[0].tolist() == [1.0, 9.0]
    assert np.isnan(cells[2, 0])


def test_a_single_small_cell_takes_three_others_along() -> None:
    _, shown = table_of([[2, 9, 8], [9, 9, 9], [9, 9, 9]])
    assert shown.hidden == 4


def test_no_small_count_at_all_hides_nothing() -> None:
    _, shown = table_of([[5, 0], [7, 9]])
    assert shown.hidden == 0


def consistent(counts: pd.DataFrame, shown: Shown) -> list[tuple[int, ...]]:
    """Every table of two by two whole numbers that has all that is shown, totals included."""
    total = int(counts.to_numpy().sum())
    cells = [None if pd.isna(one) else int(one) for one in shown.cells.to_numpy().ravel()]
    lines = [None if pd.isna(one) else int(one) for one in (*shown.rows, *shown.columns)]
    spans = [range(total + 1) if one is None else (one,) for one in cells[:3]]
    found = []
    for a, b, c in product(*spans):
        d = total - a - b - c
        sums = (a + b, c + d, a + c, b + d)
        same = all(told in (None, own) for told, own in zip(lines, sums, strict=True))
        if d >= 0 and cells[3] in (None, d) and same:
            found.append((a, b, c, d))
    return found


@settings(max_examples=50, deadline=None)
@given(st.lists(st.lists(st.integers(0, 6), min_size=2, max_size=2), min_size=2, max_size=2))
def test_nobody_can_work_out_a_small_count_from_what_is_shown(rows: list[list[int]]) -> None:
    counts, shown = table_of(rows)
    assume(counts.to_numpy().sum() >= LEAST)  # of fewer nothing is told at all
    tables = consistent(counts, shown)
    for place, own in enumerate([*rows[0], *rows[1]]):
        if 0 < own < LEAST:
            assert len({table[place] for table in tables}) > 1, place


@settings(max_examples=15, deadline=None)
@given(st.lists(st.lists(st.integers(0, 9), min_size=4, max_size=4), min_size=5, max_size=5))
def test_no_row_or_column_hides_one_count_alone_beside_a_known_total(rows: list[list[int]]) -> None:
    counts, shown = table_of(rows)
    assume(counts.to_numpy().sum() >= LEAST)
    small = ((counts > 0) & (counts < LEAST)).to_numpy()
    hidden = shown.cells.isna().to_numpy()
    assert hidden[small].all()
    for mask, few, totals in ((hidden, small, shown.rows), (hidden.T, small.T, shown.columns)):
        alone = (mask.sum(axis=1) == 1) & (mask & few).any(axis=1) & totals.notna().to_numpy()
        assert not alone.any()
