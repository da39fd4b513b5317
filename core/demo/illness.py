"""What every patient had: disease group and operation, in the numbers of the workload table.

In each department and month of discharge exactly as many patients are operated on, electively or
at level 4, as the workload table counts. The longer stays fall to the groups that take longer.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.demo.drawn import Drawn
from core.demo.drg import drg

INTENSIVE_PULL = 1.6
"""Stays that went through intensive care count longer: they had the graver illness."""
LEVELS = (0.12, 0.40, 0.48)
"""Shares of levels 1 to 3 among operations below level 4 (assumption)."""
RECENT = slice(-12, None)


@dataclass(frozen=True)
class Illness:
    """One patient a position, as in Stays."""

    group: np.ndarray
    """Position among the disease groups."""
    operated: np.ndarray
    level: np.ndarray
    """Highest level of operation, 0 without."""
    elective: np.ndarray


@dataclass(frozen=True)
class Cells:
    """Patients by month of discharge and department; those in bed in a month of their own."""

    cell: np.ndarray
    """Of each patient: month * departments + department."""
    sizes: np.ndarray
    departments: int

    def first(self, key: np.ndarray, counts: np.ndarray) -> np.ndarray:
        """Which patients have the lowest keys, `counts` of them in each cell."""
        order = np.lexsort((key, self.cell))
        chosen = np.zeros(len(key), dtype=bool)
        chosen[order] = self.rank < counts.ravel()[self.cell[order]]
        return chosen

    @property
    def rank(self) -> np.ndarray:
        """Place within its cell of each patient, when patients are in the order of cells."""
        start = np.cumsum(self.sizes) - self.sizes
        return np.arange(len(self.cell)) - np.repeat(start, self.sizes)


def cells(drawn: Drawn) -> Cells:
    """Patients by month of discharge; the month after the last is for those in bed."""
    stays, days = drawn.stays, drawn.days
    departments = len(drawn.given.clinical)
    month = np.searchsorted(days.starts, stays.discharged, side="right") - 1
    month = np.where(stays.in_bed, len(days.months), month)
    cell = month * departments + stays.department
    sizes = np.bincount(cell, minlength=(len(days.months) + 1) * departments)
    return Cells(cell, sizes, departments)


def illness(drawn: Drawn) -> Illness:
    """Disease group and operation of every stay."""
    draw, where = drawn.stream("illness"), cells(drawn)
    group = _groups(drawn, where, draw)
    operated = drg().of("surgical")[group]
    never = np.where(operated, 0, np.inf)
    chance = draw.random(len(group))
    level4 = where.first(
        never + chance - drg().of("level4")[group], _counts(drawn, "level4_surgeries")
    )
    elective = where.first(never + draw.random(len(group)), _counts(drawn, "elective_surgeries"))
    lower = 1 + np.searchsorted(np.cumsum(LEVELS)[:-1], draw.random(len(group)))
    level = np.where(level4, 4, lower) * operated
    return Illness(group, operated, level, elective)


def _counts(drawn: Drawn, column: str) -> np.ndarray:
    """Operations of each month and department; of patients in bed, as usual in the last year."""
    done, left = drawn.work.filled(column), drawn.work.filled("discharges")
    share = done[RECENT].sum(axis=0) / np.maximum(left[RECENT].sum(axis=0), 1)
    lying = np.bincount(drawn.stays.department[drawn.stays.in_bed], minlength=done.shape[1])
    return np.vstack([done, np.floor(share * lying).astype(np.int64)])


def _groups(drawn: Drawn, where: Cells, draw: np.random.Generator) -> np.ndarray:
    """A group for each patient: drawn by each department's mix, matched by length of stay."""
    told, stays = drg(), drawn.stays
    operations = _counts(drawn, "surgeries").ravel()
    cell = np.repeat(np.arange(len(where.sizes)), where.sizes)
    surgical = where.rank < operations[cell]
    row = 2 * (cell % where.departments) + surgical
    drawn_group = _by_mix(drawn, row, draw)
    spread = np.exp(draw.normal(0, told.case.days_spread, len(cell)))
    intended = told.of("days")[drawn_group] * spread
    so_far = np.minimum(stays.discharged, len(drawn.days.dates)) - stays.admitted
    key = so_far * np.where(stays.intensive, INTENSIVE_PULL, 1) + draw.random(len(cell))
    group = np.empty(len(cell), dtype=np.int64)
    group[np.lexsort((key, where.cell))] = drawn_group[np.lexsort((intended, cell))]
    return group


def _by_mix(drawn: Drawn, row: np.ndarray, draw: np.random.Generator) -> np.ndarray:
    """A group by chance; row: 2 * department, plus 1 for operated patients."""
    told = drg()
    table = np.array(
        [
            told.shares(department.code, surgical)
            for department in drawn.given.clinical
            for surgical in (False, True)
        ]
    )
    # One ascending list for all rows: the running shares of row n lie between n and n + 1.
    running = (np.cumsum(table, axis=1) + np.arange(len(table))[:, None]).ravel()
    place = np.searchsorted(running, row + draw.random(len(row)) * (1 - 1e-9), side="right")
    return place - row * table.shape[1]
