"""Control charts of indicators: is a month signal or noise, since when, and is the target in reach?

Which chart an indicator gets stands in the catalogue: XmR for most, p for shares, u for rates. A
p or u chart whose points differ by more than chance between its months (sigma z above 1.2) is
widened after Laney to p′ or u′. All charts are judged by the same four rules, those of XmR.
By default January and February are one point (`core.analysis.series`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.analysis.series import Series, merge_spring
from core.catalog.model import Catalog, Indicator
from core.frames import Frame
from core.statistics.shewhart import ChartKind, Counted, Shewhart, shewhart
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
Kind = Literal["xmr", "p", "pp", "u", "up"]
LEAST = 8
"""Assumption: with fewer points no chart is judged."""
OVERDISPERSED = 1.2
"""Sigma z beyond which a p or u chart is widened (assumption; at 1 both are the same)."""

MARKS = Frame(
    "marks",
    {
        "indicator": "code",
        "department": "code; '' is the whole hospital",
        "kind": "xmr | p | pp | u | up",
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
    """'' | too_few | constant: why there are no limits."""
    rule: ChartRule

    @property
    def marks(self) -> tuple[str, ...]:
        return tuple(mark(cause, self.rule.direction) for cause in self.causes)

    @property
    def last(self) -> int:
        """Place of the last point with a value, -1 when there is none."""
        known = np.flatnonzero(~np.isnan(self.y))
        return int(known[-1]) if len(known) else -1

    @property
    def assurance(self) -> str:
        place = self.last
        if place < 0:
            return ""
        limits = float(self.lower[place]), float(self.upper[place])
        return assurance(self.rule.target, self.rule.direction, *limits)

    @property
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
        merge_spring(series, indicator) if rule.merged else (series, None, np.nan)
    )
    flags = np.zeros(len(together.months), dtype=bool) if merged is None else merged
    known = int(np.count_nonzero(~np.isnan(together.y)))
    if known < LEAST:
        return _without_limits(together, flags, waiting, rule, "too_few")
    kind = rule.kind or indicator.chart
    starts = tuple(
        next((place for place, m in enumerate(together.months) if m >= month), 0)
        for month in rule.starts
    )
    if kind in ("p", "u", "pp", "up") and _has_counts(together):
        found = _counted(together, kind, starts, indicator, rule)
    else:
        found = _individuals(together, starts, rule)
    if found is None:
        return _without_limits(together, flags, waiting, rule, "constant")
    drawn, mean, lower, upper, causes, segment = found
    trial = known < TRIAL_BELOW and rule.fixed is None
    y = together.y
    common = (drawn, together.months, flags, y, mean, lower, upper, causes, segment)
    return Chart(*common, trial, waiting, "", rule)


_Judged = tuple[Kind, Array, Array, Array, tuple[Cause, ...], npt.NDArray[np.int64]]


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


def _counted(
    series: Series, kind: str, starts: tuple[int, ...], indicator: Indicator, rule: ChartRule
) -> _Judged | None:
    """A p or u chart, each stretch between rebases with limits of its own."""
    per = float(getattr(indicator.formula, "per", 1))
    edges = sorted({0, *(start for start in starts if 0 < start < len(series.months))})
    segment = np.searchsorted(np.array(edges), np.arange(len(series.months)), side="right") - 1
    stretches = [np.flatnonzero(segment == number) for number in range(len(edges))]
    plain: ChartKind = "p" if kind in ("p", "pp") else "u"
    wide: ChartKind = "pp" if plain == "p" else "up"
    drawn: ChartKind = wide if kind in ("pp", "up") else plain
    if kind == plain and any(
        _spread_of(series, inside, plain, wide) > OVERDISPERSED for inside in stretches
    ):
        drawn = wide
    size = len(series.months)
    mean, lower, upper = (np.full(size, np.nan) for _ in range(3))
    causes: list[Cause] = [""] * size
    for inside in stretches:
        part = _drawn(series, inside, drawn, per)
        mean[inside], lower[inside], upper[inside] = part.centre, part.lower, part.upper
        limits = Limits(
            part.centre,
            part.centre - part.lower,
            part.upper - part.centre,
            part.centre - part.lower2,
            part.upper2 - part.centre,
        )
        for place, cause in zip(
            inside, causes_of(part.values, limits, rule.near_counts_outside), strict=True
        ):
            causes[place] = cause
    if np.isnan(upper).all() or not np.nanmax(upper - lower) > 0:
        return None
    return drawn, mean, lower, upper, tuple(causes), segment  # type: ignore[return-value]


def _drawn(series: Series, inside: npt.NDArray[np.intp], kind: ChartKind, per: float) -> Shewhart:
    counted = Counted(series.top[inside].tolist(), series.bottom[inside].tolist(), per)
    return shewhart(kind, counted)


def _spread_of(
    series: Series, inside: npt.NDArray[np.intp], plain: ChartKind, wide: ChartKind
) -> float:
    """Sigma z: how much wider than chance months differ; 1 where it cannot be said."""
    narrow, broad = (_drawn(series, inside, kind, 1.0) for kind in (plain, wide))
    reach = (narrow.upper2 - narrow.centre) > 0
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = (broad.upper2 - broad.centre)[reach] / (narrow.upper2 - narrow.centre)[reach]
    ratio = ratio[np.isfinite(ratio)]
    return float(np.median(ratio)) if len(ratio) else 1.0


def _has_counts(series: Series) -> bool:
    """Whether every value rests on whole numbers that can be added up."""
    both = ~np.isnan(series.top) & ~np.isnan(series.bottom)
    said = ~np.isnan(series.y)
    return bool(both[said].all() and (series.top[both] >= 0).all())


def _without_limits(
    series: Series,
    merged: npt.NDArray[np.bool_],
    waiting: float,
    rule: ChartRule,
    reason: str,
) -> Chart:
    size = len(series.months)
    gone = np.full(size, np.nan)
    mean = np.full(size, series.y[0] if reason == "constant" and size else np.nan)
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
        rule = rules.get(key) or ChartRule(direction_of(indicator))
        found[key] = chart(one, indicator, replace(rule, merged=merged))
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
