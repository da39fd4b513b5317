"""Rows of the same key among millions, judged as `core.intake.keys.refuse_duplicates` does."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.intake.definitions import TableDefinition
from core.intake.faults import RowFault


@dataclass(frozen=True)
class Repeats:
    """Places of the refused rows in the frame, in its order, and what is wrong with each."""

    places: np.ndarray
    conflicts: np.ndarray
    others: np.ndarray
    """Record numbers of the rows that they repeat or contradict."""


def repeats(rows: pd.DataFrame, definition: TableDefinition) -> Repeats:
    """Same key and same values: the first is kept. Other values: all are refused."""
    key = list(definition.key)
    places = np.flatnonzero(rows.duplicated(key, keep=False))
    some = rows.iloc[places]
    groups = some.groupby(key, sort=False, dropna=False).ngroup().to_numpy()
    _, firsts = np.unique(groups, return_index=True)
    leader = firsts[groups] if len(groups) else groups
    differs = np.zeros(len(some), dtype=bool)
    for column in definition.columns:
        if column.name not in key and (column.type != "text" or column.required):
            differs |= _differs(some[column.name], leader)
    conflicts = np.bincount(groups, differs, minlength=len(firsts))[groups] > 0
    is_first = leader == np.arange(len(some))
    refused = conflicts | ~is_first
    numbers = some["_row"].to_numpy()
    others = numbers[np.where(is_first, _seconds(groups)[groups] if len(groups) else 0, leader)]
    return Repeats(places[refused], conflicts[refused], others[refused])


def faults(
    rows: pd.DataFrame, found: Repeats, definition: TableDefinition, most: int
) -> list[RowFault]:
    """The first `most` of them as faults of their rows."""
    numbers = rows["_row"].to_numpy()[found.places[:most]].tolist()
    conflicts, others = found.conflicts[:most].tolist(), found.others[:most].tolist()
    return [
        RowFault(
            number,
            definition.key[-1],
            "R_DUP_CONFLICT" if conflict else "R_DUP_KEY",
            because=other,
        )
        for number, conflict, other in zip(numbers, conflicts, others, strict=True)
    ]


def _seconds(groups: np.ndarray) -> np.ndarray:
    """The place of the second row of each group."""
    order = np.argsort(groups, kind="stable")
    _, starts = np.unique(groups[order], return_index=True)
    return order[starts + 1]


def _differs(values: pd.Series, leader: np.ndarray) -> np.ndarray:
    """Whether each value is another than that of its group's first row; missing equals missing."""
    first = values.iloc[leader]
    missing, first_missing = values.isna().to_numpy(), first.isna().to_numpy()
    stated = ~(missing | first_missing)
    differs = missing != first_missing
    differs[stated] = values.to_numpy()[stated] != first.to_numpy()[stated]
    return differs
