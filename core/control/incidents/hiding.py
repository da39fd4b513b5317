"""Counts below 5 are hidden from everybody but the department itself, and so that nothing gives
them away: no total, no neighbour.

A hidden count may be anything from 0 up, a zero among them: who reads the table knows no more. A
further count is hidden wherever the totals would settle one that is small.
Source: issue (department's own events), statistical disclosure control, cell suppression
(Willenborg and de Waal 2001, ch. 4; from memory, 待核对).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

LEAST = 5
"""The smallest count that is shown."""
Mask = npt.NDArray[np.bool_]
Counts = npt.NDArray[np.int64]
_ROWS, _COLUMNS = -1, -2
"""Nodes of the hidden totals of rows and of columns."""


@dataclass(frozen=True, eq=False)
class Shown:
    """A table of counts, NaN where one is hidden."""

    cells: pd.DataFrame
    rows: pd.Series
    columns: pd.Series
    total: float
    """NaN where hidden."""

    @property
    def hidden(self) -> int:
        """How many cells are hidden."""
        return int(self.cells.isna().to_numpy().sum())


def shown_line(counts: pd.Series, own: Iterable[Hashable] = ()) -> pd.Series:
    """Counts whose total is known, NaN where hidden: the small ones and, where one would be alone,
    the smallest of the others.

    counts: whole numbers by name; own: names that the reader belongs to.
    """
    values = counts.to_numpy(np.int64)
    mine = counts.index.isin(list(own))
    hidden = (values > 0) & (values < LEAST) & ~mine
    free = np.flatnonzero(~hidden & ~mine)
    if hidden.sum() == 1 and len(free):
        hidden[_least(values, free)] = True
    return pd.Series(np.where(hidden, np.nan, values.astype(float)), index=counts.index)


def shown_table(
    counts: pd.DataFrame, rows: pd.Series, columns: pd.Series, own: Iterable[Hashable] = ()
) -> Shown:
    """The table as outsiders may see it.

    counts: whole numbers by row and column; rows, columns: its totals as `shown_line` leaves
    them, NaN where hidden (the whole total is known); own: rows of the reader's departments.
    """
    values = counts.to_numpy(np.int64)
    mine = counts.index.isin(list(own))
    small = (values > 0) & (values < LEAST) & ~mine[:, None]
    hidden = small.copy()
    gone = (
        rows.reindex(counts.index).isna().to_numpy(),
        columns.reindex(counts.columns).isna().to_numpy(),
    )
    left = _settled(values, hidden, gone, small)
    while left:
        more = sum(_hide_beside(values, hidden, mine, cell) for cell in left)
        if not more:
            break
        left = _settled(values, hidden, gone, small)
    if left:
        hidden[~mine] = True
    cells = pd.DataFrame(
        np.where(hidden, np.nan, values.astype(float)), counts.index, counts.columns
    )
    return Shown(cells, rows, columns, float(values.sum()))


def _hide_beside(values: Counts, hidden: Mask, mine: Mask, cell: tuple[int, int]) -> bool:
    """Hide what closes a rectangle with this cell along which counts can move; whether any was.

    The fewest further cells, then the smallest; where no rectangle would move, the whole row.
    """
    row, column = cell
    extra = ~hidden
    added = extra + extra[row][None, :].astype(int) + extra[:, column][:, None].astype(int)
    whole = values * extra
    value = whole + whole[row][None, :] + whole[:, column][:, None]
    held = values > 0
    moves = held | (held[row][None, :] & held[:, column][:, None])
    moves &= ~mine[:, None]
    moves[row, :] = moves[:, column] = False
    moves &= added > 0
    if moves.any():
        order = np.lexsort((value.ravel(), added.ravel(), ~moves.ravel()))
        down, along = divmod(int(order[0]), values.shape[1])
        hidden[row, along] = hidden[down, column] = hidden[down, along] = True
        return True
    free = ~hidden & ~mine[:, None]
    free[np.arange(len(values)) != row, :] = False
    hidden |= free
    return bool(free.any())


def _settled(
    values: Counts, hidden: Mask, gone: tuple[Mask, Mask], small: Mask
) -> list[tuple[int, int]]:
    """Small cells that the totals settle: no other table of counts has the same of all else.

    A hidden count can rise along a way back to its row, and fall along a way to its column: over
    hidden cells (a rise of one is always possible, a fall only from more than 0) and over hidden
    totals.
    """
    ways = _ways(values, hidden, gone)
    count = values.shape[0]
    found = []
    for row, column in zip(*np.nonzero(small & hidden), strict=True):
        here, there = int(row), count + int(column)
        if not _moves(ways, here, there):
            found.append((int(row), int(column)))
    for row in np.flatnonzero(gone[0] & hidden.any(axis=1)):
        total = values[row].sum()
        if 0 < total < LEAST and not _moves(ways, int(row), _ROWS):
            found.append((int(row), int(np.flatnonzero(hidden[row])[0])))
    for column in np.flatnonzero(gone[1] & hidden.any(axis=0)):
        total = values[:, column].sum()
        if 0 < total < LEAST and not _moves(ways, _COLUMNS, count + int(column)):
            found.append((int(np.flatnonzero(hidden[:, column])[0]), int(column)))
    return found


def _moves(ways: dict[int, set[int]], one: int, other: int) -> bool:
    """Whether there is a way between two nodes, there or back, beside the direct ones."""
    return _reaches(ways, one, other, (one, other)) or _reaches(ways, other, one, (other, one))


def _ways(values: Counts, hidden: Mask, gone: tuple[Mask, Mask]) -> dict[int, set[int]]:
    """From node to node: rows, then columns, then hidden totals; see `_settled`."""
    count = values.shape[0]
    ways: dict[int, set[int]] = {}

    def way(start: int, end: int) -> None:
        ways.setdefault(start, set()).add(end)

    for row, column in zip(*np.nonzero(hidden), strict=True):
        way(int(row), count + int(column))
        if values[row, column] > 0:
            way(count + int(column), int(row))
    for row in np.flatnonzero(gone[0]):
        way(_ROWS, int(row))
        if values[row].sum() > 0:
            way(int(row), _ROWS)
    for column in np.flatnonzero(gone[1]):
        way(count + int(column), _COLUMNS)
        if values[:, column].sum() > 0:
            way(_COLUMNS, count + int(column))
    return ways


def _reaches(ways: dict[int, set[int]], start: int, end: int, but: tuple[int, int]) -> bool:
    seen, waiting = {start}, deque([start])
    while waiting:
        node = waiting.popleft()
        for following in ways.get(node, ()):
            if (node, following) == but or following in seen:
                continue
            if following == end:
                return True
            seen.add(following)
            waiting.append(following)
    return False


def _least(values: Counts, free: npt.NDArray[np.intp]) -> int:
    """The place of the smallest count, of a zero only where there is nothing else."""
    return int(min(free, key=lambda one: (values[one] == 0, values[one])))
