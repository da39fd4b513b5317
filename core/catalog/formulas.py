"""What each kind of formula makes of sums.

A month counts when it has everything that the formula needs.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from core.catalog.cube import REPORTED, Array, Mask, reported_measure
from core.catalog.model import (
    Accuracy,
    Change,
    Distinct,
    Formula,
    Indicator,
    Ratio,
    Reported,
    Spread,
    Total,
    ZeroShare,
    measures_in,
    terms_of,
)
from core.catalog.sums import REASONS, Sums, groups_of

NO_DATA, ZERO_BOTTOM, NOT_APPLICABLE, TOO_FEW = range(1, len(REASONS))
LEAST = 3
"""A spread of fewer departments says nothing (indicator OP002)."""


def alone(measure: str) -> Total:
    """A measure as a total of its own."""
    return Total(kind="total", measures=(measure,))


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
        reason = np.where(outside, NOT_APPLICABLE, self.reason).astype(np.int8)
        return Result(value, top, bottom, reason)


@dataclass(eq=False)
class Formulas:
    """Results of indicators and measures over one set of sums."""

    sums: Sums
    _departments: list[Formulas] = field(init=False, default_factory=list)

    def indicator(self, indicator: Indicator) -> Result:
        """The indicator's values where it applies."""
        applies = self.sums.groups.applies(indicator)
        if not applies.any():
            return self._nothing().except_where(~applies)
        return self._of(indicator.code, 0).except_where(~applies)

    def measure(self, code: str) -> Result:
        """The measure as a total of its own."""
        return self._of(code, 0)

    def _of(self, code: str, shift: int) -> Result:
        return self._compute(code, shift, self._counted(code, shift))

    def _formula(self, code: str) -> Formula:
        """The formula of an indicator; a measure is a total of its own."""
        found = self.sums.catalog.indicators.get(code)
        return found.formula if found else alone(code)

    def _counted(self, code: str, shift: int) -> Mask:
        """[month, group]: the months that count for the formula."""
        match self._formula(code):
            case Change(of=of):
                return self._counted(of, shift) & self._counted(of, shift - 12)
            case Reported(over=over):
                stated = self.sums.at(reported_measure(code), shift)[1]
                paired = self.sums.at(reported_measure(code, "top"), shift)[1]
                return stated if over == "sum" else stated | paired
            case Distinct():
                return np.asarray(self.sums.treated(shift).any(axis=2))
            case formula:
                return self.sums.there([term.measure for term in measures_in(formula)], shift)

    def _compute(self, code: str, shift: int, counted: Mask) -> Result:
        """The formula over the months that count, `shift` months later."""
        formula = self._formula(code)
        match formula:
            case Change():
                return self._change(formula, shift, counted)
            case Reported():
                return self._reported(code, formula, shift, counted)
            case Spread() | ZeroShare():
                return self._compared(code, formula)
        missing = np.where(self.sums.any(counted), 0.0, np.nan)
        reason = np.isnan(missing).astype(np.int8)
        match formula:
            case Ratio() | Accuracy():
                top = self.sums.side(terms_of(formula.top), shift, counted) + missing
                bottom = self.sums.side(terms_of(formula.bottom), shift, counted) + missing
                share = _divide(top, bottom)
                if isinstance(formula, Accuracy):
                    share = 1 - np.abs(share - 1)
                return _quotient(share * formula.per, top, bottom, reason)
            case Total():
                top = self.sums.side(terms_of(formula.measures), shift, counted) + missing
                return Result(top * formula.per, top, np.full(top.shape, np.nan), reason)
            case _:
                top = self.sums.distinct(self.sums.treated(shift), counted) + missing
                return Result(top, top, np.full(top.shape, np.nan), reason)

    def _change(self, formula: Change, shift: int, counted: Mask) -> Result:
        now = self._compute(formula.of, shift, counted)
        before = self._compute(formula.of, shift - 12, counted)
        value = _divide(now.value - before.value, before.value) * formula.per
        reason = np.maximum(now.reason, before.reason)
        return _quotient(value, now.value, before.value, reason)

    def _reported(self, code: str, formula: Reported, shift: int, counted: Mask) -> Result:
        sums, inside = self.sums, self.sums.inside.astype(float)
        (stated, _), (top, paired), (bottom, _) = (
            sums.at(reported_measure(code, part), shift) for part in REPORTED
        )
        missing = np.where(sums.any(counted), 0.0, np.nan)
        reason = np.isnan(missing).astype(np.int8)
        nothing = np.full(missing.shape, np.nan)
        if formula.over == "sum":
            return Result(
                inside @ np.where(counted, stated, 0.0) + missing, nothing, nothing, reason
            )
        paired = paired & counted
        by_month = np.where(paired, _divide(top, bottom) * formula.per, stated)
        last = sums.over_months(np.where(counted, by_month, 0.0), counted, "stock_end")
        tops = inside @ np.where(paired, top, 0.0) + missing
        bottoms = inside @ np.where(paired, bottom, 0.0) + missing
        together = sums.any(paired) & ~sums.any(counted & ~paired)
        value = np.where(together, _divide(tops, bottoms) * formula.per, last + missing)
        zero = np.isnan(value) & (reason == 0)
        return Result(
            value,
            np.where(together, tops, np.nan),
            np.where(together, bottoms, np.nan),
            np.where(zero, ZERO_BOTTOM, reason).astype(np.int8),
        )

    def _compared(self, code: str, formula: Spread | ZeroShare) -> Result:
        """What departments' own values say together: one group, the hospital."""
        sums = self.sums
        if not self._departments:
            groups = groups_of(sums.cube, sums.cube.by)
            self._departments = [Formulas(Sums(sums.catalog, sums.cube, groups, sums.periods))]
        apart = self._departments[0]
        base = sums.catalog.indicators.get(formula.of)
        found = apart.indicator(base) if base else apart.measure(formula.of)
        own = sums.catalog.indicators[code].applies
        values = np.where(apart.sums.groups.fitting(own), found.value, np.nan)
        there = ~np.isnan(values)
        count = there.sum(axis=1, keepdims=True).astype(float)
        if isinstance(formula, ZeroShare):
            top = (there & (values == 0)).sum(axis=1, keepdims=True).astype(float)
            reason = (count == 0).astype(np.int8)
            value = _divide(top, count) * formula.per
            top, count = np.where(count > 0, top, np.nan), np.where(count > 0, count, np.nan)
            return Result(value, top, count, reason)
        mean = _divide(np.nansum(values, axis=1, keepdims=True), count)
        squares = np.nansum((values - mean) ** 2, axis=1, keepdims=True)
        enough = count >= LEAST
        top = np.where(enough, np.sqrt(_divide(squares, np.maximum(count - 1, 1))), np.nan)
        mean = np.where(enough, mean, np.nan)
        reason = np.where(enough, 0, np.where(count > 0, TOO_FEW, NO_DATA)).astype(np.int8)
        return _quotient(_divide(top, mean) * formula.per, top, mean, reason)

    def _nothing(self) -> Result:
        shape = (len(self.sums.periods), len(self.sums.groups.labels))
        empty = np.full(shape, np.nan)
        return Result(empty, empty, empty, np.zeros(shape, dtype=np.int8))


def _divide(top: Array, bottom: Array) -> Array:
    """Quotient; NaN where bottom is 0 or either is missing."""
    return np.divide(top, bottom, out=np.full(top.shape, np.nan), where=bottom != 0)


def _quotient(value: Array, top: Array, bottom: Array, reason: npt.NDArray[np.int8]) -> Result:
    """The result of a division: zero_bottom where the bottom is 0."""
    return Result(value, top, bottom, np.where(bottom == 0, ZERO_BOTTOM, reason).astype(np.int8))
