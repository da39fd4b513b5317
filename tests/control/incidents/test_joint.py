"""What a cube, its tables and its totals give away together."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import LinearConstraint, milp

from core.control.incidents import risk
from core.control.incidents.hiding import LEAST, shown_line, shown_table
from core.control.incidents.joint import CUBE, LINES, TABLES, together
from tests.control.incidents.given import events

Counts = npt.NDArray[np.int64]
Told = dict[tuple[int, ...], npt.NDArray[np.float64]]


def summed(counts: Counts, axes: tuple[int, ...]) -> Counts:
    return counts.sum(axis=tuple(axis for axis in CUBE if axis not in axes))


def shown_of(counts: Counts, mine: tuple[int, ...] = ()) -> Told:
    """What is shown of a cube, as the risk picture makes it."""
    lines = [shown_line(pd.Series(summed(counts, axes)), () if axes[0] else mine) for axes in LINES]
    alone: Told = {axes: line.to_numpy(float) for axes, line in zip(LINES, lines, strict=True)}
    for down, along in TABLES:
        table = pd.DataFrame(summed(counts, (down, along)))
        told = shown_table(table, lines[down], lines[along], () if down else mine)
        alone[(down, along)] = told.cells.to_numpy()
    return together(counts, alone, np.isin(np.arange(len(counts)), mine))


def given_away(counts: Counts, told: Told) -> list[tuple[int, ...]]:
    """Axes of small counts, of two or three things, that have one value only: the least one that
    fits all that is shown is the greatest one.
    """
    size, each = counts.size, np.arange(counts.size).reshape(counts.shape)
    equations = [(np.ones(size), float(counts.sum()))]
    for axes, seen in told.items():
        for place in zip(*np.nonzero(~np.isnan(seen)), strict=True):
            equations.append((member(each, axes, place), float(seen[place])))
    sides: Any = np.array([value for _, value in equations])
    equal = LinearConstraint(np.array([row for row, _ in equations]), sides, sides)
    found = []
    for axes in (*TABLES, CUBE):
        sums = summed(counts, axes)
        for place in zip(*np.nonzero((sums > 0) & (sums < LEAST)), strict=True):
            aim = member(each, axes, place)
            least, most = (
                round(sign * milp(sign * aim, constraints=equal, integrality=np.ones(size)).fun)
                for sign in (1, -1)
            )
            if least == most:
                found.append(axes)
    return found


def member(each: Counts, axes: tuple[int, ...], place: tuple[int, ...]) -> npt.NDArray[np.float64]:
    """1 for the cells that this sum is made of."""
    where: list[Any] = [slice(None)] * 3
    for axis, at in zip(axes, place, strict=True):
        where[axis] = at
    found = np.zeros(each.size)
    found[np.ravel(each[tuple(where)])] = 1
    return found


@settings(max_examples=10, deadline=None)
@given(st.lists(st.sampled_from([0, 0, 0, 1, 2, 4, 6]), min_size=36, max_size=36))
def test_nobody_can_work_out_a_small_count_of_the_cube(numbers: list[int]) -> None:
    counts = np.array(numbers, dtype=np.int64).reshape(4, 3, 3)
    assume(counts.sum() >= LEAST)
    assert given_away(counts, shown_of(counts)) == []


def test_a_small_count_that_two_tables_settle_together_is_hidden_in_one_of_them() -> None:
    """Department 0 has one event; each table alone hides it, all three give it away."""
    counts = np.zeros((3, 2, 2), dtype=np.int64)
    counts[0, 0, 0], counts[1], counts[2] = 1, 5, 6
    told = shown_of(counts)
    assert np.isnan(told[CUBE][0, 0, 0])
    assert given_away(counts, told) == []


def test_five_is_shown_and_zeros_where_they_tell_nothing() -> None:
    counts = np.full((3, 2, 2), 7, dtype=np.int64)
    counts[1, 1, 1] = 0
    told = shown_of(counts)
    assert not np.isnan(told[CUBE]).any()
    assert told[CUBE][1, 1, 1] == 0


def test_the_reader_sees_the_own_department_whole() -> None:
    counts = np.array([[[1, 2], [0, 3]], [[2, 1], [1, 6]], [[4, 2], [3, 1]]], dtype=np.int64)
    told = shown_of(counts, (0,))
    assert told[CUBE][0].tolist() == counts[0].tolist()
    small = (counts[1:] > 0) & (counts[1:] < LEAST)
    assert np.isnan(told[CUBE][1:][small]).all()


FACES = [("type", "stage"), ("stage", "type"), ("both", "department")]


@pytest.mark.parametrize(("face", "thing"), FACES)
def test_slices_of_a_face_add_up_to_it_where_nothing_is_hidden(face: str, thing: str) -> None:
    rows = pd.concat(
        [
            events(*[(place, kind, 20260701, 2)] * (5 + n + m)).assign(stage=stage)
            for n, (place, kind) in enumerate(product("AB", ("fall", "tube")))
            for m, stage in enumerate(("handover", "check"))
        ],
        ignore_index=True,
    )
    found = risk.picture(rows, 202609)
    assert found is not None
    whole = found.face(face)
    parts = [found.face(face, code) for code in sorted(rows[thing].unique())]
    assert sum(part.cells for part in parts).equals(whole.cells)  # type: ignore[union-attr]
    for part in parts:
        assert part.cells.sum(axis=1).equals(part.rows)
        assert part.cells.sum().equals(part.columns)
        assert part.total == part.cells.to_numpy().sum()
    assert whole.total == len(rows)
