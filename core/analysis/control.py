"""Control charts of indicators: is a month signal or noise, since when, and is the target in reach?

Which chart an indicator gets stands in the catalogue: XmR for most, p for shares, u for rates, c
for counts of events. A p, u or c chart whose points differ by more than chance between its months
(sigma z above 1.2) is widened after Laney to p′, u′ or c′. All charts are judged by the same four
rules, those of XmR. By default January and February are one point (`core.analysis.series`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.analysis.series import Series, merge_spring
from core.catalog.model import Catalog, Indicator
from core.frames import Frame
from core.statistics.shewhart import between
from core.statistics.xmr import (
    HIGH,
    TRIAL_BELOW,
    Cause,
    Direction,
    Limits,
    XmrRule,
    assurance,
    causes_of,
    mark,
    xmr,
)

Array = npt.NDArray[np.floating]
Kind = Literal["xmr", "p", "pp", "u", "up", "c", "cp"]
COUNTED: dict[str, tuple[Kind, Kind]] = {
    **{"p": ("p", "pp"), "pp": ("p", "pp"), "u": ("u", "up"), "up": ("u", "up")},
    **{"c": ("c", "cp"), "cp": ("c", "cp")},
}
"""Charts of counts: the plain one and the widened one."""
LEAST = 8
"""Assumption: with fewer points no chart is judged."""
OVERDISPERSED = 1.2
"""Sigma z beyond which a p or u chart is widened (assumption; at 1 both are the same)."""
LEAST_EXPECTED = 1.0
"""Assumption: runs below the mean are judged where at least one event a point is usual."""

MARKS = Frame(
    "marks",
    {
        "indicator": "code",
        "department": "code; '' is the whole hospital",
        "kind": "xmr | p | pp | u | up | c | cp",
        "points": "number of points judged",
        "month": "YYYYMM of the last point",
        "value": "of the last point, in the indicator's unit",
        "mean": "centre line at the last point",
        "lower": "limit at the last point",
        "upper": "limit at the last point",
        "variation": "common | improvement | concern | neutral_high | neutral_low",
        "cause": "rule that the last point breaks: above | below | rising | falling | near_high"
        " | near_low | high | low | ''",
        "since": "YYYYMM in which the pattern that the last point ends began, 0 without one",
        "assurance": "pass | fail | inconsistent | '' without a target",
        "trial": "whether limits rest on fewer than 13 points",
    },
    key=("indicator", "department"),
)


@dataclass(frozen=True)
class ChartRule:
    """How a series is charted.

    starts: first months of new limits. merged: January and February are one point. kind: another
    chart than the catalogue's. fixed: limits of the first so many points hold for the rest.
    """

    direction: Direction = "neutral"
    target: float | None = None
    starts: tuple[int, ...] = ()
    merged: bool = True
    kind: str = ""
    fixed: int | None = None
    near_counts_outside: bool = False


@dataclass(frozen=True, eq=False)
class Chart:
    """One value a point; NaN where limits cannot be computed."""

    kind: Kind
    months: tuple[int, ...]
    merged: npt.NDArray[np.bool_]
    """Points that are January and February together."""
    y: Array
    mean: Array
    lower: Array
    upper: Array
    causes: tuple[Cause, ...]
    segment: npt.NDArray[np.int64]
    trial: bool
    waiting: float
    """A January whose February is not in yet, NaN when there is none: shown, not judged."""
    reason: str
    """'' | too_few | constant: why there are no limits.

    Constant: what the limits rest on does not move, or no two neighbours are known.
    """
    rule: ChartRule

    @cached_property
    def marks(self) -> tuple[str, ...]:
        return tuple(mark(cause, self.rule.direction) for cause in self.causes)

    @cached_property
    def last(self) -> int:
        """Place of the last point with a value, -1 when there is none."""
        known = np.flatnonzero(~np.isnan(self.y))
        return int(known[-1]) if len(known) else -1

    @cached_property
    def assurance(self) -> str:
        place = self.last
        if place < 0:
            return ""
        limits = float(self.lower[place]), float(self.upper[place])
        return assurance(self.rule.target, self.rule.direction, *limits)

    @cached_property
    def since(self) -> int:
        """The month in which the pattern that the last point ends began; 0 without one."""
        place, marks = self.last, self.marks
        if place < 0 or not self.causes[place]:
            return 0
        start = place
        while (
            start
            and marks[start - 1] == marks[place]
            and self.segment[start - 1] == (self.segment[place])
        ):
            start -= 1
        return self.months[start]


def chart(series: Series, indicator: Indicator, rule: ChartRule) -> Chart:
    """The chart of a series."""
    together, merged, waiting = (
        merge_spring(series, indicator)
        if rule.merged
        else (series, np.zeros(len(series.months), dtype=bool), np.nan)
    )
    known = int(np.count_nonzero(~np.isnan(together.y)))
    if known < LEAST:
        return _without_limits(together, merged, waiting, rule, "too_few")
    kind = rule.kind or indicator.chart
    starts = tuple(
        next((place for place, m in enumerate(together.months) if m >= month), 0)
        for month in rule.starts
    )
    counts = _counts(together, kind, merged)
    if counts is not None:
        per = float(getattr(indicator.formula, "per", 1)) if kind not in ("c", "cp") else 1.0
        found = _counted(counts, kind, starts, per, rule)
    else:
        found = _individuals(together, starts, rule)
    if found is None:
        return _without_limits(together, merged, waiting, rule, "constant")
    drawn, mean, lower, upper, causes, segment = found
    y = together.y
    trial = rule.fixed is None and _told(y[segment == segment[-1]]) < TRIAL_BELOW
    common = (drawn, together.months, merged, y, mean, lower, upper, causes, segment)
    return Chart(*common, trial, waiting, "", rule)


_Judged = tuple[Kind, Array, Array, Array, tuple[Cause, ...], npt.NDArray[np.int64]]


def _told(values: Array) -> int:
    return int(np.count_nonzero(~np.isnan(values)))


def _individuals(series: Series, starts: tuple[int, ...], rule: ChartRule) -> _Judged | None:
    judged = xmr(
        series.y,
        XmrRule(
            rule.direction,
            rule.target,
            starts,
            rule.fixed,
            near_counts_outside=rule.near_counts_outside,
        ),
    )
    if np.isnan(judged.lower).all():
        return None
    return "xmr", judged.mean, judged.lower, judged.upper, judged.causes, judged.segment


def _counts(series: Series, kind: str, merged: npt.NDArray[np.bool_]) -> Series | None:
    """The series as counts over what they are counted in; None where it does not rest on any.

    A chart of events counts them a month: the bottom is the number of months of a point.
    """
    if kind not in COUNTED:
        return None
    said = ~np.isnan(series.y)
    if kind in ("c", "cp"):
        months = np.where(merged, 2.0, 1.0)
        top, bottom = series.y * months, np.where(said, months, np.nan)
    else:
        top, bottom = series.top, series.bottom
    if np.isnan(top[said]).any() or np.isnan(bottom[said]).any() or (top[said] < 0).any():
        return None
    if COUNTED[kind][0] == "p" and (top[said] > bottom[said]).any():
        return None
    return Series(series.months, series.y, top, bottom)


def _counted(
    series: Series, kind: str, starts: tuple[int, ...], per: float, rule: ChartRule
) -> _Judged | None:
    """A p, u or c chart, each stretch between rebases with limits of its own.

    Points are judged by limits that are not cut off: none can lie beyond what is possible.
    """
    size = len(series.months)
    edges = [0, *sorted({start for start in starts if 0 < start < size}), size]
    segment = np.repeat(np.arange(len(edges) - 1), np.diff(edges))
    plain, wide = COUNTED[kind]
    shape: Literal["p", "u"] = "p" if plain == "p" else "u"
    bottom = np.where(series.bottom > 0, series.bottom, np.nan)
    stretches = [slice(start, end) for start, end in pairwise(edges)]
    told = [between(shape, series.top[one], bottom[one], rule.fixed) for one in stretches]
    spread = kind == wide or any(one.sigma > OVERDISPERSED for one in told)
    mean, lower, upper = (np.full(size, np.nan) for _ in range(3))
    causes: list[Cause] = []
    for inside, one in zip(stretches, told, strict=True):
        reach = one.deviation * (one.sigma if spread else 1.0) * per
        mean[inside] = one.centre * per
        limits = Limits(mean[inside], 3 * reach, 3 * reach, 2 * reach, 2 * reach)
        found = causes_of(series.y[inside], limits, rule.near_counts_outside)
        expected = one.centre * bottom[inside]
        idle = _idle(expected, bottom[inside] - expected if shape == "p" else None)
        kept: list[Cause] = ["" if cause in idle else cause for cause in found]
        causes += kept
        lower[inside] = np.maximum(mean[inside] - limits.down, 0)
        upper[inside] = np.minimum(mean[inside] + limits.up, per if shape == "p" else np.inf)
    width = upper - lower
    if np.isnan(width).all() or not np.nanmax(width) > 0:
        return None
    return wide if spread else plain, mean, lower, upper, tuple(causes), segment


def _idle(hits: Array, misses: Array | None) -> tuple[Cause, ...]:
    """Runs that say nothing, because fewer than one event, or one miss, is usual.

    Seven months without an event are no news where one comes every two years.
    """
    rare = _mostly_below(hits, LEAST_EXPECTED)
    full = misses is not None and _mostly_below(misses, LEAST_EXPECTED)
    low: tuple[Cause, ...] = ("low", "near_low") if rare else ()
    high: tuple[Cause, ...] = ("high", "near_high") if full else ()
    return low + high


def _mostly_below(values: Array, least: float) -> bool:
    return 2 * int(np.count_nonzero(values < least)) > _told(values)


def _without_limits(
    series: Series,
    merged: npt.NDArray[np.bool_],
    waiting: float,
    rule: ChartRule,
    reason: str,
) -> Chart:
    size = len(series.months)
    gone = np.full(size, np.nan)
    known = series.y[~np.isnan(series.y)]
    still = reason == "constant" and len(known) and (known == known[0]).all()
    mean = np.full(size, known[0] if still else np.nan)
    segment = np.zeros(size, dtype=np.int64)
    causes: tuple[Cause, ...] = ("",) * size
    return Chart(
        "xmr", series.months, merged, series.y, mean, gone, gone, causes, segment, False, waiting,
        reason, rule,
    )  # fmt: skip


def direction_of(indicator: Indicator) -> Direction:
    """Which way is better."""
    if indicator.better == "higher":
        return "increase"
    return "decrease" if indicator.better == "lower" else "neutral"


def aim_of(indicator: Indicator, low: float, high: float) -> float | None:
    """The bound that a directed indicator is held against; None for ranges and without one."""
    bound = {"higher": low, "lower": high}.get(indicator.better, np.nan)
    return None if np.isnan(bound) else float(bound)


def charts(
    catalog: Catalog,
    series: Mapping[tuple[str, str], Series],
    rules: Mapping[tuple[str, str], ChartRule],
    merged: bool = True,
) -> dict[tuple[str, str], Chart]:
    """A chart of each series; `rules` where there is more to say than the indicator's direction."""
    found = {}
    for key, one in series.items():
        indicator = catalog.indicators[key[0]]
        if indicator.chart == "none":
            continue
        rule = rules.get(key) or ChartRule(direction_of(indicator), merged=merged)
        same = rule.merged == merged
        found[key] = chart(one, indicator, rule if same else replace(rule, merged=merged))
    return found


def marks(drawn: Mapping[tuple[str, str], Chart]) -> pd.DataFrame:
    """MARKS of charts that have a value."""
    rows = []
    for (code, department), one in drawn.items():
        place = one.last
        if place < 0:
            continue
        rows.append(
            (
                code,
                department,
                one.kind,
                int(np.count_nonzero(~np.isnan(one.y))),
                one.months[place],
                float(one.y[place]),
                float(one.mean[place]),
                float(one.lower[place]),
                float(one.upper[place]),
                one.marks[place],
                one.causes[place],
                one.since,
                one.assurance,
                one.trial,
            )
        )
    return pd.DataFrame(rows, columns=pd.Index(list(MARKS.columns)))


def seasonal(one: Chart) -> bool:
    """Whether the last point only repeats what January and February did a year before.

    It is a joined point beyond a limit on the side on which the last year's joined point lay.
    """
    place = one.last
    if place < 0 or not one.merged[place] or one.causes[place] not in ("above", "below"):
        return False
    before = one.months[place] - 100
    if before not in one.months:
        return True  # nothing to tell the festival from a real change
    then = one.months.index(before)
    side = np.sign(one.y[then] - one.mean[then])
    return bool(side == (1 if one.causes[place] in HIGH else -1))
