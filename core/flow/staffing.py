"""From demand by hour to people: base for the usual hour, a shared float for the busy one.

base is what the median demand needs, float what the 80 % or 90 % demand needs on top, pooled over
departments since they are rarely all busy at once; short peak shifts are chosen with the base by
the cheapest cover. Weeks start on Monday 00:00; costs are in 分.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.flow.shifts import Cover, Shift, cover, works
from core.flow.standards import Hours, ShiftKind, Workload

Array = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]
DAY_HOURS = 24
LEAST_LIFT = 1.2
"""A peak is at least this many times the mean hour; flatter days have none."""


@dataclass(frozen=True)
class Split:
    """People by hour: who is always rostered, and who is added when it is busy."""

    base: Codes
    float_: Codes
    """On top of the base for the high quantile, 0 or more."""

    @property
    def high(self) -> Codes:
        """Base and float together."""
        return self.base + self.float_


def split(median: Array, high: Array, workload: Workload, staff: str) -> Split:
    """Base and float by hour. median, high: demand at 50 % and at 80 or 90 %, in its unit."""
    base = workload.needed(median, staff)
    return Split(base, np.maximum(workload.needed(high, staff) - base, 0))


@dataclass(frozen=True)
class Pooled:
    """Floats of several departments, by hour."""

    apart: Codes
    """Sum of what each would hold for itself."""
    pool: Codes
    """What one shared float holds: never more."""


def pooled(floats: npt.ArrayLike) -> Pooled:
    """One 机动组 for several departments whose rushes are independent.

    floats: departments x hours. Means add, spreads by root of the sum of squares; departments that
    rush together (flu, a mass casualty) need the sum.
    """
    each = np.asarray(floats, dtype=np.int64)
    root = np.sqrt((each**2).sum(axis=0))
    return Pooled(each.sum(axis=0), np.ceil(root - 1e-9).astype(np.int64))


@dataclass(frozen=True)
class Peak:
    """A stretch of busy hours of the day, [start, end); end may be at most 24."""

    start: int
    end: int
    lift: float
    """Mean of its hours over the mean hour of the day."""


def peaks(profile: npt.ArrayLike) -> list[Peak]:
    """Stretches of hours above half-way between the mean and the busiest hour.

    profile: 24 mean arrivals by hour of one kind of day. One quiet hour does not end a stretch.
    None where the busiest hour is below LEAST_LIFT times the mean. Both borders are assumptions.
    """
    hours = np.asarray(profile, float)
    mean, most = float(hours.mean()), float(hours.max())
    if not mean > 0 or most < LEAST_LIFT * mean:
        return []
    busy = hours >= (mean + most) / 2
    gaps = busy[:-2] & ~busy[1:-1] & busy[2:]
    busy[1:-1] |= gaps
    edges = np.flatnonzero(np.diff(np.concatenate([[False], busy, [False]]).astype(int)))
    pairs = zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)
    return [Peak(start, end, float(hours[start:end].mean() / mean)) for start, end in pairs]


@dataclass(frozen=True)
class Suggestion:
    """The cheapest shifts for a demand by hour."""

    shifts: pd.DataFrame
    """kind (code), peak, start (hour of the circle), hours, people, cost_fen."""
    cover: Cover

    @property
    def cost_fen(self) -> int:
        return int(self.shifts["cost_fen"].sum())

    @property
    def hours(self) -> int:
        """Rostered hours."""
        return int((self.shifts["hours"] * self.shifts["people"]).sum())


def suggest(
    needed: npt.ArrayLike,
    kinds: Sequence[ShiftKind],
    hourly_fen: int,
    starts: Sequence[int] = tuple(range(DAY_HOURS)),
) -> Suggestion:
    """The cheapest whole shifts covering `needed` people in each hour of a day or a week.

    needed: 24 or 168 numbers, read as a circle; starts: hours of the day at which a shift may
    begin; hourly_fen: pay of an hour before premiums. DataError as `shifts.cover`.
    """
    demand = np.asarray(needed, float)
    offered = [
        (kind, Shift(day + start, kind.hours), kind.cost_hours(start) * hourly_fen)
        for kind in kinds
        for day in range(0, len(demand), DAY_HOURS)
        for start in starts
    ]
    working = works([shift for _, shift, _ in offered], len(demand))
    found = cover(demand, working, np.array([cost for _, _, cost in offered]))
    rows = [
        (kind.code, kind.peak, shift.start, kind.hours, int(people), round(cost * int(people)))
        for (kind, shift, cost), people in zip(offered, found.counts, strict=True)
        if people
    ]
    names = ["kind", "peak", "start", "hours", "people", "cost_fen"]
    table = pd.DataFrame(rows, columns=pd.Index(names)).sort_values(["start", "hours", "kind"])
    return Suggestion(table.reset_index(drop=True), found)


@dataclass(frozen=True)
class Comparison:
    """A roster held against what is needed; person-hours of the circle."""

    rostered: float
    needed: float
    uncovered: float
    """Needed and not there."""
    spare: float
    """There and not needed."""
    overtime: float
    """Rostered beyond the people's weekly hours; NaN where their number is not stated."""
    cost_fen: float
    """Rostered hours at plain pay, and the premium of overtime where that is known."""
    gap: Array
    """By hour: rostered minus needed; NaN where the roster says nothing."""


def compare(
    staffed: npt.ArrayLike,
    needed: npt.ArrayLike,
    hourly_fen: int,
    hours: Hours,
    people: int | None = None,
) -> Comparison:
    """A present roster against the need, both by hour of the same day or week.

    staffed: people on duty, NaN where the roster does not say (these hours are left out).
    people: how many share the roster, for overtime; of a day a seventh of the week's hours.
    """
    have, need = np.asarray(staffed, float), np.asarray(needed, float)
    gap = have - need
    told = np.isfinite(gap)
    rostered = float(have[told].sum())
    days = len(have) / DAY_HOURS
    allowed = math.nan if people is None else people * hours.weekly * days / 7
    overtime = max(0.0, rostered - allowed) if people is not None else math.nan
    extra = 0.0 if math.isnan(overtime) else overtime * (hours.overtime_premium - 1)
    return Comparison(
        rostered,
        float(need[told].sum()),
        float(np.maximum(-gap[told], 0.0).sum()),
        float(gap[told & (gap > 0)].sum()),
        overtime,
        (rostered + extra) * hourly_fen,
        gap,
    )
