"""Shewhart charts beside XmR: I, MR, I′, p, p′, u, u′, c, g, t and the run chart.

Limits are three standard deviations from the centre line (Montgomery, Introduction to Statistical
Quality Control, ch. 6-7; Laney 2002 for p′ and u′; Taylor for I′); runs are judged by the longest
run and the number of crossings (Anhøj and Olesen 2014). A missing value is left out of the sums
and gets no limits of its own; a zero denominator is missing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Literal

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.floating]
ChartKind = Literal["i", "mr", "ip", "p", "pp", "u", "up", "c", "g", "t", "run"]
BY_DENOMINATOR = ("ip", "p", "pp", "u", "up")
D2, D4 = 1.128, 3.267
WEIBULL = 3.6
"""Times between rare events are near normal after the power 1/3.6 (Nelson 1994)."""


@dataclass(frozen=True)
class Runs:
    """Whether points lie about the centre line as chance would have them."""

    useful: int
    """Points that are not on the line."""
    longest: int
    longest_allowed: int
    crossings: int
    crossings_needed: int

    @property
    def signal(self) -> bool:
        return self.longest > self.longest_allowed or self.crossings < self.crossings_needed


@dataclass(frozen=True, eq=False)
class Shewhart:
    """One value an observation; limits are NaN where the chart has none."""

    values: Array
    centre: Array
    lower: Array
    upper: Array
    lower2: Array
    """Two standard deviations."""
    upper2: Array
    outside: npt.NDArray[np.bool_]
    edges: tuple[int, ...]
    """Where segments begin, and the end."""

    @cached_property
    def runs(self) -> tuple[Runs, ...]:
        """One a segment."""
        return tuple(
            runs_of(self.values[start:end], self.centre[start:end])
            for start, end in pairwise(self.edges)
            if end > start
        )


@dataclass(frozen=True)
class Counted:
    """What a chart is drawn from.

    y: values, or numerators of the kinds in BY_DENOMINATOR; n: their denominators. multiply: the
    scale of the chart (1000 for per mille). part: last position of the first segment, counted
    from 1, or of every segment but the last. screened: moving ranges beyond 3.267 times their
    mean are left out, once.
    """

    y: Sequence[float]
    n: Sequence[float] | None = None
    multiply: float = 1
    part: int | Sequence[int] | None = None
    screened: bool = True


def shewhart(kind: ChartKind, counted: Counted) -> Shewhart:
    """The chart of a kind; ValueError when a kind with denominators has none."""
    y = np.asarray(counted.y, dtype=float)
    n = np.ones(len(y)) if counted.n is None else np.asarray(counted.n, dtype=float)
    if kind in BY_DENOMINATOR and counted.n is None:
        raise ValueError(f"a {kind} chart needs denominators")
    n = np.where(n > 0, n, np.nan)
    edges = _edges(counted.part, len(y))
    parts = [
        _segment(kind, y[start:end], n[start:end], counted.screened)
        for start, end in pairwise(edges)
        if end > start
    ]
    if not parts:
        gone = np.empty(0)
        return Shewhart(gone, gone, gone, gone, gone, gone, gone.astype(bool), ())
    rows = [np.concatenate(row) * counted.multiply for row in zip(*parts, strict=True)]
    values, centre, lower, upper, lower2, upper2 = rows
    with np.errstate(invalid="ignore"):
        outside = (values < lower) | (values > upper)
    return Shewhart(values, centre, lower, upper, lower2, upper2, outside, tuple(edges))


def _edges(part: int | Sequence[int] | None, count: int) -> list[int]:
    ends = [part] if isinstance(part, int) else part or []
    return [0, *sorted({end for end in ends if 0 < end < count}), count]


def runs_of(values: Array, centre: Array) -> Runs:
    """Runs about the centre line; points on it, and missing ones, do not count."""
    from scipy.stats import binom  # takes a second to load

    with np.errstate(invalid="ignore"):
        side = np.sign(np.round(values - centre, 12))
    side = side[np.isfinite(side) & (side != 0)]
    count = len(side)
    if not count:
        return Runs(0, 0, 0, 0, 0)
    changes = np.flatnonzero(np.diff(side)) + 1
    lengths = np.diff(np.concatenate([[0], changes, [count]]))
    return Runs(
        useful=count,
        longest=int(lengths.max()),
        longest_allowed=round(math.log2(count)) + 3,
        crossings=len(changes),
        crossings_needed=int(binom.ppf(0.05, count - 1, 0.5)) if count > 1 else 0,
    )


def _segment(kind: ChartKind, y: Array, n: Array, screened: bool) -> tuple[Array, ...]:
    """values, centre, limits of three and of two deviations; before scaling."""
    match kind:
        case "run":
            gone = np.full(len(y), np.nan)
            return y, np.full(len(y), float(np.nanmedian(y))), gone, gone, gone, gone
        case "mr":
            return _moving_range_chart(y)
        case "t":
            inner = _limits(*_individuals(y ** (1 / WEIBULL), screened))
            return y, *(np.maximum(row, 0) ** WEIBULL for row in inner[1:])
        case "g":
            mean = np.nanmean(y)
            deviation = np.full(len(y), math.sqrt(mean * (mean + 1)))
            _, _, *limits = _limits(y, np.full(len(y), mean), deviation, floor=0)
            return y, np.full(len(y), float(np.nanmedian(y))), *limits
        case "i":
            return _limits(*_individuals(y, screened))
        case "c":
            mean = np.full(len(y), np.nanmean(y))
            return _limits(y, mean, np.sqrt(mean), floor=0)
        case _:
            return _by_denominator(kind, y, n, screened)


def _by_denominator(kind: str, y: Array, n: Array, screened: bool) -> tuple[Array, ...]:
    if kind == "ip":
        values, centre = y / n, np.full(len(y), _centre(y, n))
        steps = np.abs(np.diff(values)) / np.sqrt(1 / n[1:] + 1 / n[:-1])
        spread = _mean_range(steps, screened) * math.sqrt(math.pi / 2)
        return _limits(values, centre, spread / np.sqrt(n))
    plain: Literal["p", "u"] = "p" if kind in ("p", "pp") else "u"
    found = between(plain, y, n, screened=screened)
    deviation = found.deviation * (1.0 if kind == plain else found.sigma)
    ceiling = 1.0 if plain == "p" else np.inf
    return _limits(y / n, np.full(len(y), found.centre), deviation, 0, ceiling)


@dataclass(frozen=True, eq=False)
class Between:
    """Shares (p) or rates (u) about their common level."""

    centre: float
    deviation: Array
    """By chance alone, at each denominator."""
    sigma: float
    """Sigma z: how much wider than chance neighbours differ; NaN where it cannot be said."""


def between(
    kind: Literal["p", "u"], y: Array, n: Array, base: int | None = None, screened: bool = True
) -> Between:
    """Centre and sigma z of the first `base` points, or of all; the deviation of every point."""
    first = slice(base)
    centre = _centre(y[first], n[first])
    with np.errstate(divide="ignore", invalid="ignore"):
        deviation = np.sqrt((centre * (1 - centre) if kind == "p" else centre) / n)
        z = (y[first] / n[first] - centre) / deviation[first]
    return Between(centre, deviation, _mean_range(np.abs(z[1:] - z[:-1]), screened) / D2)


def _centre(y: Array, n: Array) -> float:
    both = np.isfinite(y) & np.isfinite(n)
    total = n[both].sum()
    return float(y[both].sum() / total) if total > 0 else math.nan


def _individuals(y: Array, screened: bool) -> tuple[Array, Array, Array]:
    spread = _mean_range(np.abs(np.diff(y)), screened) / D2
    return y, np.full(len(y), np.nanmean(y)), np.full(len(y), spread)


def _moving_range_chart(y: Array) -> tuple[Array, ...]:
    ranges = np.concatenate([[np.nan], np.abs(np.diff(y))])
    centre = np.full(len(y), np.nanmean(ranges)) if len(y) > 1 else np.full(len(y), np.nan)
    floor = np.where(np.isnan(centre), np.nan, 0.0)
    return ranges, centre, floor, D4 * centre, floor, D4 * centre * 2 / 3


def _limits(
    values: Array, centre: Array, deviation: Array, floor: float = -np.inf, ceiling: float = np.inf
) -> tuple[Array, ...]:
    """Three, then two deviations about the centre, cut off at what is possible."""
    rows = [np.clip(centre + step * deviation, floor, ceiling) for step in (-3, 3, -2, 2)]
    return values, centre, *rows


def _mean_range(ranges: Array, screened: bool) -> float:
    """The mean of moving ranges; NaN where there is none."""
    told = ranges[np.isfinite(ranges)]
    if not len(told):
        return math.nan
    mean = float(told.mean())
    return float(told[told < D4 * mean].mean()) if screened and mean > 0 else mean
