"""Sums over departments and months, and what a formula makes of them.

Arrays are [month, group] before and [period, group] after months are added up. A month counts
for a formula when every measure in it has a value in some department of the group.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from core.catalog.cube import Array, Cube
from core.catalog.model import (
    CATEGORIES,
    LEVELS,
    Catalog,
    Change,
    Formula,
    Indicator,
    Level,
    Ratio,
    Term,
    Total,
    terms_of,
)
from core.months import add_months

Mask = npt.NDArray[np.bool_]
Periods = Mapping[str, tuple[int, ...]]
REASONS = ("", "no_data", "zero_bottom", "not_applicable")


def alone(measure: str) -> Total:
    """A measure as a total of its own."""
    return Total(kind="total", measures=(measure,))


@dataclass(frozen=True, eq=False)
class Groups:
    """What the level adds up: labels, and which departments of the cube belong to each."""

    level: Level
    labels: tuple[str, ...]
    members: Mask
    """[group, department]."""
    cube: Cube

    def applies(self, indicator: Indicator) -> Mask:
        """[group]: the indicator's grain has the level and some member is one it applies to.

        A department that nobody has classified yet is not ruled out by its category.
        """
        everywhere = np.ones(len(self.labels), dtype=bool)
        if ("hospital" if self.level == "hospital" else "department") not in indicator.grain:
            return ~everywhere
        if not self.cube.departments:
            return everywhere
        rule = indicator.applies
        departments = [
            category in (*rule.categories, "unclassified") and (has_beds or not rule.beds)
            for category, has_beds in zip(self.cube.categories, self.cube.with_beds, strict=True)
        ]
        return np.asarray((self.members & np.array(departments, dtype=bool)).any(axis=1))


def groups_of(cube: Cube, level: Level) -> Groups:
    if level not in LEVELS:
        raise ValueError(f"a level is one of {', '.join(LEVELS)}, not {level!r}")
    if level == "hospital":
        return Groups(level, ("",), np.ones((1, len(cube.departments)), dtype=bool), cube)
    if level == "department":
        return Groups(level, cube.departments, np.eye(len(cube.departments), dtype=bool), cube)
    labels = tuple(category for category in CATEGORIES if category in cube.categories)
    own = np.array(cube.categories)
    members = [own == label for label in labels]
    shape = (len(labels), len(cube.departments))
    return Groups(level, labels, np.array(members, dtype=bool).reshape(shape), cube)


@dataclass(frozen=True, eq=False)
class Result:
    """Of one formula, [period, group]; reason is a place in REASONS."""

    value: Array
    top: Array
    bottom: Array
    reason: npt.NDArray[np.int8]

    def except_where(self, outside: Mask) -> Result:
        """Missing and not_applicable in the groups `outside`."""
        if not outside.any():
            return self
        value, top, bottom = (
            np.where(outside, np.nan, x) for x in (self.value, self.top, self.bottom)
        )
        reason = np.where(outside, REASONS.index("not_applicable"), self.reason).astype(np.int8)
        return Result(value, top, bottom, reason)


@dataclass(eq=False)
class Sums:
    """Sums by month and group, and what formulas make of them."""

    catalog: Catalog
    cube: Cube
    groups: Groups
    periods: Periods
    months: tuple[int, ...] = field(init=False)
    inside: Mask = field(init=False)
    """[period, month]."""
    _by_shift: dict[int, tuple[Array, Mask]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.months = tuple(sorted({m for months in self.periods.values() for m in months}))
        rows = [[month in set(p) for month in self.months] for p in self.periods.values()]
        self.inside = np.array(rows, dtype=bool).reshape(len(self.periods), len(self.months))

    def result(self, formula: Formula) -> Result:
        return self._compute(formula, 0, self._counted(formula, 0))

    def _at(self, shift: int) -> tuple[Array, Mask]:
        """Sums [month, group, measure] of the months `shift` later, and where there is a value."""
        if shift not in self._by_shift:
            at = {month: place for place, month in enumerate(self.cube.months)}
            places = [at.get(add_months(month, shift), -1) for month in self.months]
            held = np.array([place >= 0 for place in places], dtype=bool)
            facts = self.cube.values
            values = np.full((len(places), *facts.shape[1:]), np.nan)
            values[held] = facts[[place for place in places if place >= 0]]
            there = ~np.isnan(values)
            if self.groups.level == "department":
                self._by_shift[shift] = (np.where(there, values, 0.0), there)
            else:
                members = self.groups.members.astype(float)
                summed = members @ np.where(there, values, 0.0)
                self._by_shift[shift] = (summed, members @ there.astype(float) > 0)
        return self._by_shift[shift]

    def _counted(self, formula: Formula, shift: int) -> Mask:
        """[month, group]: the months that count for the formula."""
        if isinstance(formula, Change):
            of = self._formula(formula.of)
            return self._counted(of, shift) & self._counted(of, shift - 12)
        there = self._at(shift)[1]
        places = [self.cube.measures.index(term.measure) for term in _terms(formula)]
        if not places:
            return np.zeros(there.shape[:2], dtype=bool)
        return np.asarray(there[:, :, places].all(axis=2))

    def _formula(self, code: str) -> Formula:
        """The formula of an indicator; a measure is a total of its own."""
        found = self.catalog.indicators.get(code)
        return found.formula if found else alone(code)

    def _compute(self, formula: Formula, shift: int, counted: Mask) -> Result:
        """The formula over the months that count, `shift` months later."""
        if isinstance(formula, Change):
            of = self._formula(formula.of)
            now = self._compute(of, shift, counted)
            before = self._compute(of, shift - 12, counted)
            value = _divide(now.value - before.value, before.value) * formula.per
            reason = np.maximum(now.reason, before.reason)
            return _result(value, now.value, before.value, reason)
        missing = np.where(self._any(counted), 0.0, np.nan)
        reason = np.isnan(missing).astype(np.int8)
        if isinstance(formula, Ratio):
            top = self._side(terms_of(formula.top), shift, counted) + missing
            bottom = self._side(terms_of(formula.bottom), shift, counted) + missing
            return _result(_divide(top, bottom) * formula.per, top, bottom, reason)
        top = self._side(_terms(formula), shift, counted) + missing
        value = top * (formula.per if isinstance(formula, Total) else 1)
        return Result(value, top, np.full(top.shape, np.nan), reason)

    def _any(self, counted: Mask) -> Mask:
        """[period, group]: whether some month counts."""
        return self.inside.astype(float) @ counted.astype(float) > 0

    def _side(self, terms: Sequence[Term], shift: int, counted: Mask) -> Array:
        """[period, group]: terms added up over the months that count; 0 where none does."""
        side = np.zeros((len(self.periods), len(self.groups.labels)))
        for term in terms:
            place = self.cube.measures.index(term.measure)
            by_month = np.where(counted, self._at(shift)[0][:, :, place], 0.0)
            kind = self.catalog.measures[term.measure].kind
            side += term.sign * self._over_months(by_month, counted, kind)
        return side

    def _over_months(self, by_month: Array, counted: Mask, kind: str) -> Array:
        inside = self.inside.astype(float)
        if kind == "flow":
            return inside @ by_month
        if kind == "stock_mean":
            return inside @ by_month / np.maximum(inside @ counted.astype(float), 1)
        if not self.months:
            return np.zeros((len(self.periods), counted.shape[1]))
        step = 1 if kind == "stock_start" else -1
        chosen = self.inside[:, ::step, None] & counted[None, ::step, :]
        return np.take_along_axis(by_month[::step], chosen.argmax(axis=1), axis=0)


def _terms(formula: Formula) -> tuple[Term, ...]:
    match formula:
        case Total(measures=texts):
            return terms_of(texts)
        case Ratio(top=top, bottom=bottom):
            return terms_of(top + bottom)
        case _:
            return ()


def _divide(top: Array, bottom: Array) -> Array:
    """Quotient; NaN where bottom is 0 or either is missing."""
    return np.divide(top, bottom, out=np.full(top.shape, np.nan), where=bottom != 0)


def _result(value: Array, top: Array, bottom: Array, reason: npt.NDArray[np.int8]) -> Result:
    """The result of a division: zero_bottom where the bottom is 0."""
    zero = REASONS.index("zero_bottom")
    return Result(value, top, bottom, np.where(bottom == 0, zero, reason).astype(np.int8))
