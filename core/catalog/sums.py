"""Sums over departments and months: what formulas are made of.

Arrays are [month, group] before and [period, group] after months are added up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from core.catalog.cube import Array, Cube, Mask, reported_measure
from core.catalog.model import CATEGORIES, LEVELS, Applies, Catalog, Indicator, Level, Term
from core.months import add_months

Periods = Mapping[str, tuple[int, ...]]
REASONS = ("", "no_data", "zero_bottom", "not_applicable", "too_few")


@dataclass(frozen=True, eq=False)
class Groups:
    """What the level adds up: labels, and which members of the cube belong to each."""

    level: Level
    labels: tuple[str, ...]
    members: Mask
    """[group, department]."""
    cube: Cube

    @property
    def alone(self) -> bool:
        """Each member is a group of its own."""
        return self.level not in ("hospital", "category")

    def applies(self, indicator: Indicator) -> Mask:
        """[group]: the indicator's grain has the level and some member is one it applies to.

        A department that nobody has classified yet is not ruled out by its category.
        """
        everywhere = np.ones(len(self.labels), dtype=bool)
        if self.level in ("machine", "staff_group"):  # cubes with the figures of these alone
            return everywhere
        if ("department" if self.level == "category" else self.level) not in indicator.grain:
            return ~everywhere
        if not self.cube.departments or self.cube.by != "department":
            return everywhere
        return np.asarray((self.members & self.fitting(indicator.applies)).any(axis=1))

    def fitting(self, rule: Applies) -> Mask:
        """[department]: the departments that the rule names."""
        departments = [
            category in (*rule.categories, "unclassified") and (has_beds or not rule.beds)
            for category, has_beds in zip(self.cube.categories, self.cube.with_beds, strict=True)
        ]
        return np.array(departments, dtype=bool)


def groups_of(cube: Cube, level: Level) -> Groups:
    """The groups of a level. ValueError for a level that the cube's members do not make."""
    if level != cube.by and level not in ("hospital", "category"):
        levels = ", ".join(LEVELS)
        raise ValueError(f"a level of a cube by {cube.by} is one of {levels}, not {level!r}")
    if level == "hospital":
        return Groups(level, ("",), np.ones((1, len(cube.departments)), dtype=bool), cube)
    if level != "category":
        return Groups(level, cube.departments, np.eye(len(cube.departments), dtype=bool), cube)
    labels = tuple(category for category in CATEGORIES if category in cube.categories)
    own = np.array(cube.categories)
    members = [own == label for label in labels]
    shape = (len(labels), len(cube.departments))
    return Groups(level, labels, np.array(members, dtype=bool).reshape(shape), cube)


@dataclass(eq=False)
class Sums:
    """Sums by month and group, and over the months of periods."""

    catalog: Catalog
    cube: Cube
    groups: Groups
    periods: Periods
    months: tuple[int, ...] = field(init=False)
    inside: Mask = field(init=False)
    """[period, month]."""
    places: dict[str, int] = field(init=False)
    """Of each measure on the cube's axis."""
    _by_shift: dict[int, tuple[Array, Mask]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.months = tuple(sorted({m for months in self.periods.values() for m in months}))
        rows = [[month in set(p) for month in self.months] for p in self.periods.values()]
        self.inside = np.array(rows, dtype=bool).reshape(len(self.periods), len(self.months))
        self.places = {measure: place for place, measure in enumerate(self.cube.measures)}

    def at(self, measure: str, shift: int) -> tuple[Array, Mask]:
        """[month, group] of a measure `shift` months later, 0 where missing; where it is there."""
        summed, there = self._at(shift)
        place = self.places[measure]
        return summed[place], there[place]

    def there(self, measures: Sequence[str], shift: int) -> Mask:
        """[month, group]: months in which every one of the measures has a value."""
        _, there = self._at(shift)
        if not measures:
            return np.zeros(there.shape[1:], dtype=bool)
        counted = there[self.places[measures[0]]]
        for measure in measures[1:]:
            counted = counted & there[self.places[measure]]
        return counted

    def any(self, counted: Mask) -> Mask:
        """[period, group]: whether some month counts."""
        return self.inside.astype(float) @ counted.astype(float) > 0

    def side(self, terms: Sequence[Term], shift: int, counted: Mask) -> Array:
        """[period, group]: terms added up over the months that count; 0 where none does."""
        side = np.zeros((len(self.periods), len(self.groups.labels)))
        for term in terms:
            by_month = np.where(counted, self.at(term.measure, shift)[0], 0.0)
            kind = self.catalog.measures[term.measure].kind
            side += term.sign * self.over_months(by_month, counted, kind)
        return side

    def over_months(self, by_month: Array, counted: Mask, kind: str) -> Array:
        """[period, group]: flows added up, stocks averaged or taken from an end."""
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

    def treated(self, shift: int) -> Mask:
        """[month, group, disease group] whether it had a case `shift` months later."""
        places = self._held(shift)
        held = np.zeros((len(places), *self.cube.treated.shape[1:]), dtype=bool)
        held[places >= 0] = self.cube.treated[places[places >= 0]]
        if self.groups.alone:
            return held
        return np.tensordot(held.astype(float), self.groups.members, axes=(1, 1)).swapaxes(1, 2) > 0

    def distinct(self, treated: Mask, counted: Mask) -> Array:
        """[period, group]: disease groups with a case in a month that counts."""
        had = (treated & counted[:, :, None]).astype(float)
        return (np.tensordot(self.inside.astype(float), had, axes=1) > 0).sum(axis=2).astype(float)

    def _held(self, shift: int) -> npt.NDArray[np.intp]:
        """The place of each month `shift` later in the cube; -1 where it is not in it."""
        at = {month: place for place, month in enumerate(self.cube.months)}
        return np.array([at.get(add_months(m, shift), -1) for m in self.months], dtype=np.intp)

    def _at(self, shift: int) -> tuple[Array, Mask]:
        """[measure, month, group] of all measures, and where there is a value."""
        if shift not in self._by_shift:
            values = self._moved(self.cube.values, shift)
            there = ~np.isnan(values)
            summed = np.where(there, values, 0.0)
            if not self.groups.alone:
                members = self.groups.members.astype(float)
                summed = members @ summed
                counts = members @ there.astype(float)
                there = counts > 0
                self._leave_apart(there)
                if self.groups.level == "hospital":
                    self._add_whole(summed, there, self._moved(self.cube.whole, shift))
            axes = (2, 0, 1)
            self._by_shift[shift] = (
                np.ascontiguousarray(summed.transpose(axes)),
                np.ascontiguousarray(there.transpose(axes)),
            )
        return self._by_shift[shift]

    def _moved(self, facts: Array, shift: int) -> Array:
        """The rows of the months `shift` later; NaN where the cube does not reach."""
        places = self._held(shift)
        moved = np.full((len(places), *facts.shape[1:]), np.nan)
        moved[places >= 0] = facts[places[places >= 0]]
        return moved

    def _add_whole(self, summed: Array, there: Mask, whole: Array) -> None:
        """Add what names no department; a reported value of the hospital stands alone."""
        found = ~np.isnan(whole)
        for code in self.catalog.reported:
            first = self.places[reported_measure(code)]
            own = found[:, first : first + 3].any(axis=1)
            summed[own, 0, first : first + 3] = 0.0
            there[own, 0, first : first + 3] = False
        summed[:, 0, :] += np.where(found, whole, 0.0)
        there[:, 0, :] |= found

    def _leave_apart(self, there: Mask) -> None:
        """Reported values of several departments are no value of them together."""
        for code in self.catalog.reported:
            formula = self.catalog.indicators[code].formula
            if formula.kind == "reported" and formula.over == "last":
                there[:, :, self.places[reported_measure(code)]] = False
