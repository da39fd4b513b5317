"""XmR charts: is a value of the month signal or noise, and can the process meet its target?

Limits and rules as in NHS "Making Data Count": mean ± 2.66 × mean moving range, moving ranges
beyond 3.267 times their mean screened out once, seven points for a shift or a trend, two of three
near a limit. Times are positions 0..n-1; a missing value (NaN) interrupts every pattern and takes
both moving ranges beside it away. A series that does not move has no limits: NaN.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.floating]
Mask = npt.NDArray[np.bool_]
Direction = Literal["increase", "decrease", "neutral"]
Cause = Literal["", "above", "below", "rising", "falling", "near_high", "near_low", "high", "low"]
"""Beyond a limit; seven rising or falling; two of three near a limit; seven on one side."""

NATURAL, SCREEN = 2.66, 3.267
NEAR = NATURAL * 2 / 3
PATTERN = 7
TRIAL_BELOW = 13
"""Limits of fewer points are on trial: each further point moves them."""
HIGH: tuple[Cause, ...] = ("above", "rising", "near_high", "high")


@dataclass(frozen=True)
class XmrRule:
    """How a series is judged.

    starts: positions at which limits begin anew (a rebase, with its reason kept elsewhere).
    fixed: limits of the first so many points of a segment hold for the rest of it.
    near_counts_outside: whether a point beyond a limit counts as one of two in three.
    """

    direction: Direction = "neutral"
    target: float | None = None
    starts: tuple[int, ...] = ()
    fixed: int | None = None
    screened: bool = True
    near_counts_outside: bool = False


@dataclass(frozen=True, eq=False)
class Xmr:
    """One value an observation; NaN where limits cannot be computed."""

    values: Array
    segment: npt.NDArray[np.int64]
    mean: Array
    lower: Array
    upper: Array
    near_lower: Array
    near_upper: Array
    causes: tuple[Cause, ...]
    trial: Mask
    """Points of a segment whose limits are on trial."""
    rule: XmrRule

    @property
    def marks(self) -> tuple[str, ...]:
        """Of each point: common, improvement, concern, neutral_high or neutral_low."""
        return tuple(mark(cause, self.rule.direction) for cause in self.causes)

    @property
    def variation(self) -> str:
        """The mark of the last point."""
        return self.marks[-1] if self.marks else "common"

    @property
    def assurance(self) -> str:
        """Can it be relied upon to meet the target: pass, fail, inconsistent; '' without one.

        A target on a limit counts as inconsistent.
        """
        if not len(self.values):
            return ""
        return assurance(self.rule.target, self.rule.direction, self.lower[-1], self.upper[-1])


def assurance(target: float | None, direction: Direction, lower: float, upper: float) -> str:
    """Can it be relied upon to meet the target: pass, fail, inconsistent; '' without one.

    A target on a limit counts as inconsistent.
    """
    if target is None or direction == "neutral" or np.isnan(lower) or np.isnan(upper):
        return ""
    above, below = target > upper, target < lower
    if not above and not below:
        return "inconsistent"
    return "pass" if below == (direction == "increase") else "fail"


def xmr(values: Sequence[float] | Array, rule: XmrRule = XmrRule()) -> Xmr:
    """The chart of a series in order of time."""
    y = np.asarray(values, dtype=float)
    starts = sorted({0, *(start for start in rule.starts if 0 < start < len(y))})
    segment = np.searchsorted(np.array(starts), np.arange(len(y)), side="right") - 1
    mean, spread = np.full(len(y), np.nan), np.full(len(y), np.nan)
    trial = np.zeros(len(y), dtype=bool)
    causes: list[Cause] = [""] * len(y)
    for number in range(len(starts) if len(y) else 0):
        inside = np.flatnonzero(segment == number)
        part = y[inside]
        base = part[: rule.fixed] if rule.fixed else part
        mean[inside], spread[inside] = _centre(base), _moving_range(base, rule.screened)
        told = int(np.count_nonzero(~np.isnan(base)))
        trial[inside] = told < TRIAL_BELOW and rule.fixed is None
        found = _causes(part, mean[inside], spread[inside], rule.near_counts_outside)
        for place, cause in zip(inside, found, strict=True):
            causes[place] = cause
    reach, near = NATURAL * spread, NEAR * spread
    limits = (mean, mean - reach, mean + reach, mean - near, mean + near)
    return Xmr(y, segment, *limits, tuple(causes), trial, rule)


def _centre(base: Array) -> float:
    return float(np.nanmean(base)) if np.isfinite(base).any() else np.nan


def _moving_range(base: Array, screened: bool) -> float:
    """Mean moving range; NaN where there is none or the series does not move."""
    ranges = np.abs(np.diff(base))
    ranges = ranges[np.isfinite(ranges)]
    if not len(ranges):
        return np.nan
    mean = ranges.mean()
    if screened:
        mean = ranges[ranges < SCREEN * mean].mean() if mean > 0 else 0.0
    return float(mean) if mean > 0 else np.nan


def _causes(y: Array, mean: Array, spread: Array, near_counts_outside: bool) -> list[Cause]:
    """The first rule that applies to each point of one segment."""
    if np.isnan(spread).all():
        return [""] * len(y)
    limits = Limits(mean, NATURAL * spread, NATURAL * spread, NEAR * spread, NEAR * spread)
    return causes_of(y, limits, near_counts_outside)


@dataclass(frozen=True, eq=False)
class Limits:
    """A centre line and how far the limits lie from it, a value a point."""

    mean: Array
    down: Array
    up: Array
    near_down: Array
    near_up: Array


def causes_of(y: Array, limits: Limits, near_counts_outside: bool = False) -> list[Cause]:
    """The first rule that applies to each point, of any chart with a centre line and limits."""
    with np.errstate(invalid="ignore"):
        off = y - limits.mean
        side, step = np.sign(off), np.sign(y[1:] - y[:-1])
        outside = (off > limits.up) | (-off > limits.down)
        beyond = (off > limits.near_up) | (-off > limits.near_down)
    side[np.isnan(side)] = 0
    near = beyond if near_counts_outside else beyond & ~outside
    trend = _spread_back(_runs(step, PATTERN - 1), len(y))
    rules: list[tuple[Mask | Array, Array, tuple[Cause, Cause]]] = [
        (outside, side, ("above", "below")),
        (trend, trend, ("rising", "falling")),
        (_two_of_three(near, side) & ~outside, side, ("near_high", "near_low")),
        (_runs(side, PATTERN), side, ("high", "low")),
    ]
    found: list[Cause] = [""] * len(y)
    for applies, sign, (up, down) in reversed(rules):
        for place in applies.nonzero()[0]:
            found[place] = up if sign[place] > 0 else down
    return found


def _runs(signs: Array, least: int) -> Array:
    """The sign of each place that lies in a run of at least so many equal signs, else 0."""
    found = np.zeros(len(signs))
    if len(signs) < least:
        return found
    full = np.convolve(signs, np.ones(least), "valid")  # NaN, a missing value, is never full
    for start in (np.abs(full) == least).nonzero()[0]:
        found[start : start + least] = signs[start]
    return found


def _spread_back(steps: Array, count: int) -> Array:
    """Signs of steps between points, as signs of the points they join; the later step decides."""
    found = np.zeros(count)
    for place in steps.nonzero()[0][::-1]:
        found[place + 1] = steps[place] if found[place + 1] == 0 else found[place + 1]
        found[place] = steps[place] if found[place] == 0 else found[place]
    return found


def _two_of_three(near: Mask, side: Array) -> Mask:
    """Points near a limit in three neighbours of one side of which two at least are near it."""
    found = np.zeros(len(near), dtype=bool)
    if len(near) < 3 or not near.any():
        return found
    same = (side[:-2] != 0) & (side[:-2] == side[1:-1]) & (side[:-2] == side[2:])
    counted = near[:-2].astype(int) + near[1:-1] + near[2:]
    for start in np.flatnonzero(same & (counted >= 2)):
        window = slice(start, start + 3)
        found[window] |= near[window]
    return found


def mark(cause: Cause, direction: Direction) -> str:
    """What a point says: common, improvement, concern, neutral_high or neutral_low."""
    if not cause:
        return "common"
    high = cause in HIGH
    if direction == "neutral":
        return "neutral_high" if high else "neutral_low"
    return "improvement" if high == (direction == "increase") else "concern"
