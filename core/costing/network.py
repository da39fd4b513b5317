"""Departments, their direct cost and what they do for each other, as arrays.

Rows may come in any order: departments and items stand in the order of their codes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from core.costing.model import (
    ACCUMULATED,
    CATEGORIES,
    DIRECT,
    FINAL,
    SERVICES,
    UNITS,
    Policy,
    Problem,
)

Whole = npt.NDArray[np.int64]
Array = npt.NDArray[Any]
"""Whole numbers or not."""
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Network:
    """n departments, k items; quantities of what a row does for a column, self-use included."""

    codes: tuple[str, ...]
    items: tuple[str, ...]
    rank: Whole
    """[n]: place of the department's category in CATEGORIES."""
    direct: Whole
    """[n, k], in 分."""
    booked: Flags
    """[n]: has rows of direct cost."""
    quantity: sparse.csr_matrix
    """[n, n]; rows of final departments are empty."""
    accumulated: Flags
    """[n]: shares its cost by the receivers' own cost so far."""
    held: Flags
    """[n]: has no driver, and its cost is to stay 未分摊."""

    @property
    def final(self) -> Flags:
        return np.array([CATEGORIES[rank] in FINAL for rank in self.rank], dtype=bool)

    def places(self, *categories: str) -> Whole:
        """Places of the departments of these categories."""
        wanted = [CATEGORIES.index(category) for category in categories]
        return np.flatnonzero(np.isin(self.rank, wanted))


@dataclass(frozen=True)
class Sources:
    """What allocate was given: frames, and what is done where a driver is missing."""

    direct: pd.DataFrame
    services: pd.DataFrame
    departments: pd.DataFrame
    policies: Mapping[str, Policy]
    fallback: pd.DataFrame | None = None


def network_of(given: Sources) -> tuple[Network, list[Problem]]:
    """The network of the rows that can be read, and what is wrong with the others.

    ValueError where a frame lacks a column.
    """
    units = UNITS.check(given.departments).sort_values("department", kind="stable")
    problems = _units(units)
    units = units[units["category"].isin(CATEGORIES)].drop_duplicates("department")
    codes = tuple(units["department"])
    direct, items, booked = _direct(DIRECT.check(given.direct), codes, problems)
    rank = np.array([CATEGORIES.index(one) for one in units["category"]], dtype=np.int64)
    ours = np.array([CATEGORIES[one] not in FINAL for one in rank], dtype=bool)
    served = _served(given, codes, problems)
    served = served.where(ours[served.source])
    quantity = sparse.csr_matrix(
        (served.quantity, (served.source, served.receiver)), shape=(len(codes), len(codes))
    )
    by_cost = np.zeros(len(codes), dtype=bool)
    by_cost[served.source[served.by_cost]] = True
    held = np.array([given.policies.get(code) == "hold" for code in codes], dtype=bool)
    empty = np.asarray(quantity.sum(axis=1)).ravel() == 0
    return Network(codes, items, rank, direct, booked, quantity, by_cost, held & empty), problems


class Served(NamedTuple):
    """Rows of services whose ends are known and whose quantity is one."""

    source: Whole
    receiver: Whole
    quantity: Array
    by_cost: Flags

    def where(self, told: Flags) -> Served:
        return Served(
            self.source[told], self.receiver[told], self.quantity[told], self.by_cost[told]
        )

    def and_(self, other: Served) -> Served:
        return Served(
            np.concatenate([self.source, other.source]),
            np.concatenate([self.receiver, other.receiver]),
            np.concatenate([self.quantity, other.quantity]),
            np.concatenate([self.by_cost, other.by_cost]),
        )


def _places(rows: pd.Series, known: tuple[str, ...]) -> Whole:
    """Where each code stands among the known ones, -1 for a stranger."""
    each, codes = pd.factorize(rows)
    where = pd.Index(known, dtype=object).get_indexer(pd.Index(codes, dtype=object))
    return np.append(where, -1).astype(np.int64)[each]


def _units(units: pd.DataFrame) -> list[Problem]:
    twice = units.loc[units["department"].duplicated(), "department"].unique()
    odd = units.loc[~units["category"].isin(CATEGORIES), "department"].unique()
    found = []
    if len(twice):
        found.append(Problem("E_DEPARTMENT_TWICE", tuple(twice), 0))
    if len(odd):
        found.append(Problem("E_DEPARTMENT_CATEGORY", tuple(odd), 0))
    return found


def _direct(
    rows: pd.DataFrame, codes: tuple[str, ...], problems: list[Problem]
) -> tuple[Whole, tuple[str, ...], Flags]:
    """Direct cost by department and item; unknown departments and amounts are problems."""
    amounts = pd.to_numeric(rows["amount_fen"], errors="coerce").to_numpy(float)
    whole = np.isfinite(amounts) & (amounts == np.rint(amounts)) & (np.abs(amounts) < 2**53)
    if not whole.all():
        problems.append(Problem("E_AMOUNT", _named(rows["department"][~whole]), 0))
    at = _places(rows["department"], codes)
    lost = (at < 0) & whole
    if lost.any():
        strangers = _named(rows["department"][lost])
        problems.append(Problem("E_DEPARTMENT_UNKNOWN", strangers, int(amounts[lost].sum())))
    kinds, items = pd.factorize(rows["item"], sort=True)
    told = whole & (at >= 0)
    table = np.zeros(len(codes) * len(items), dtype=np.int64)
    np.add.at(table, at[told] * len(items) + kinds[told], amounts[told].astype(np.int64))
    booked = np.zeros(len(codes), dtype=bool)
    booked[at[told]] = True
    return table.reshape(len(codes), len(items)), tuple(map(str, items)), booked


def _named(codes: Iterable[Any]) -> tuple[str, ...]:
    return tuple(sorted(set(map(str, codes))))


def _served(given: Sources, codes: tuple[str, ...], problems: list[Problem]) -> Served:
    """Rows with a quantity, the fallback of a source whose own add up to nothing among them."""
    rows = _read(SERVICES.check(given.services), codes, problems)
    wanted = [code for code, policy in given.policies.items() if policy == "fallback"]
    if not wanted or given.fallback is None:
        return rows
    full = np.bincount(rows.source, rows.quantity, len(codes)) > 0
    empty = np.isin(codes, wanted) & ~full
    other = _read(SERVICES.check(given.fallback), codes, problems)
    return rows.where(~empty[rows.source]).and_(other.where(empty[other.source]))


def _read(rows: pd.DataFrame, codes: tuple[str, ...], problems: list[Problem]) -> Served:
    source, receiver = (_places(rows[end], codes) for end in ENDS)
    drivers, names = pd.factorize(rows["driver"])
    by_cost = np.append(np.asarray(names) == ACCUMULATED, False)[drivers]
    quantity = pd.to_numeric(rows["quantity"], errors="coerce").to_numpy(float)
    quantity = np.where(by_cost & ~np.isfinite(quantity), 1.0, quantity)
    known, told = (source >= 0) & (receiver >= 0), np.isfinite(quantity)
    for code, wrong in {"E_DRIVER_MISSING": ~told, "E_DRIVER_NEGATIVE": quantity < 0}.items():
        if wrong.any():
            problems.append(Problem(code, _named(rows[ENDS[0]][wrong]), 0))
    if not known.all():
        strangers = [*rows[ENDS[0]][source < 0], *rows[ENDS[1]][receiver < 0]]
        problems.append(Problem("E_DEPARTMENT_UNKNOWN", _named(strangers), 0))
    pairs = np.unique(source[known] * (len(names) + 1) + drivers[known])
    several = np.bincount(pairs // (len(names) + 1), minlength=len(codes)) > 1
    if several.any():
        mixed = _named(codes[place] for place in np.flatnonzero(several))
        problems.append(Problem("E_DRIVER_MIXED", mixed, 0))
    good = known & told & (quantity >= 0)
    return Served(source, receiver, quantity, by_cost).where(good)


ENDS = ("from_department", "to_department")
