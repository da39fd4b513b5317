"""Did it work? What the control chart of its indicator says after an action was done.

Limits are those of the months before; the points after are judged by the usual four rules on
their own, so that no pattern that began before counts. Effective only when they show an
improvement, nothing worse since, and a better level than before. A level that was improving before
the action proves nothing; neither do fewer than seven points without a signal.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from core.control.actions.rules import rules
from core.months import add_months, month_of, months_between
from core.statistics.xmr import PATTERN, Direction, Limits, causes_of, mark

Array = npt.NDArray[np.floating]
EFFECTIVE, NONE, UNPROVEN = "effective", "none", "unproven"
VERDICTS = (EFFECTIVE, NONE, UNPROVEN)
LEAST_AFTER = 2
"""Points: of fewer nothing is said."""
REASONS = ("signal", "worse", "no_signal", "level", "base", "limits", "drift", "short", "neutral")
FEBRUARY = 2


def start_of(done: dt.datetime) -> int:
    """The first month (YYYYMM) that can show what an action did: the one after it was done.

    January and February are one point, so February cannot begin.
    """
    month = add_months(month_of(done), 1)
    return add_months(month, 1) if month % 100 == FEBRUARY else month


class Charted(Protocol):
    """A control chart with limits of the months before: what is read of it."""

    @property
    def months(self) -> tuple[int, ...]: ...
    @property
    def y(self) -> Array: ...
    @property
    def mean(self) -> Array: ...
    @property
    def lower(self) -> Array: ...
    @property
    def upper(self) -> Array: ...


@dataclass(frozen=True)
class Aim:
    """What an action is held against: an indicator in a place, from a month on, for so many."""

    indicator: str
    department: str
    """Of the series: '' is the whole hospital."""
    direction: Direction
    start: int
    periods: int


def judged(aim: Aim, chart: Charted, marks: Sequence[str], levels: tuple[float, float]) -> Judged:
    """What a chart says of an action. marks: of its points; levels: before and after."""
    arrays = (chart.y, chart.mean, chart.lower, chart.upper)
    where = (aim.indicator, aim.department, aim.direction, aim.periods, aim.start)
    return Judged(*where, chart.months, *arrays, marks, *levels)


@dataclass(frozen=True, eq=False)
class Judged:
    """Points of an indicator with limits of the months before `start`; NaN where unknown.

    marks: what the chart says of each point. before, after: the levels, tops over bottoms.
    """

    indicator: str
    department: str
    direction: Direction
    periods: int
    start: int
    months: tuple[int, ...]
    values: Array
    mean: Array
    lower: Array
    upper: Array
    marks: Sequence[str]
    before: float
    after: float

    @property
    def last(self) -> int:
        """The last month with a value since the start, 0 without one."""
        return max((self.months[place] for place in self._after), default=0)

    @property
    def passed(self) -> int:
        """Months of figures since the start."""
        return months_between(self.start, self.last) + 1 if self.last else 0

    @property
    def waiting(self) -> bool:
        """Whether fewer months have passed than were agreed."""
        return self.passed < self.periods

    @property
    def _after(self) -> list[int]:
        known = np.flatnonzero(~np.isnan(self.values))
        return [int(place) for place in known if self.months[place] >= self.start]

    @property
    def _base(self) -> list[int]:
        known = np.flatnonzero(~np.isnan(self.values))
        return [int(place) for place in known if self.months[place] < self.start]

    @cached_property
    def signals(self) -> tuple[str, ...]:
        """Of every point: improvement, concern or ''; points before the start are ''."""
        told = [""] * len(self.months)
        inside = [place for place, month in enumerate(self.months) if month >= self.start]
        if not inside:
            return tuple(told)
        mean = self.mean[inside]
        # A count's lower limit is cut at zero: both lie as far from the middle as the wider one.
        reach = np.fmax(self.upper[inside] - mean, mean - self.lower[inside])
        limits = Limits(mean, reach, reach, reach * 2 / 3, reach * 2 / 3)
        causes = causes_of(self.values[inside], limits)
        for place, cause in zip(inside, causes, strict=True):
            found = mark(cause, self.direction)
            if found == self.marks[place] and found in ("improvement", "concern"):
                told[place] = found
        return tuple(told)

    @property
    def reason(self) -> str:
        """One of REASONS: why the verdict is what it is."""
        if self.direction == "neutral":
            return "neutral"
        if len(self._base) < rules().effect.least_base:
            return "base"
        after = self._after
        if len(after) < LEAST_AFTER:
            return "short"
        if np.isnan(self.upper[after[-1]]):
            return "limits"
        if "improvement" in [self.marks[place] for place in self._base[len(self._base) // 2 :]]:
            return "drift"
        return self._of_signals(len(after))

    def _of_signals(self, count: int) -> str:
        special = [found for found in self.signals if found]
        if special and special[-1] == "concern":
            return "worse"
        if special:
            return "signal" if self.better else "level"
        return "no_signal" if count >= PATTERN else "short"

    @property
    def better(self) -> bool:
        """Whether the level after is better than before."""
        if math.isnan(self.before) or math.isnan(self.after):
            return False
        change = self.after - self.before
        return change < 0 if self.direction == "decrease" else change > 0

    @property
    def verdict(self) -> str:
        """One of VERDICTS."""
        if self.reason == "signal":
            return EFFECTIVE
        return NONE if self.reason in ("worse", "no_signal", "level") else UNPROVEN

    def content(self) -> dict[str, Any]:
        """The points as they were when it was concluded; missing as null."""
        arrays = {name: getattr(self, name) for name in ("values", "mean", "lower", "upper")}
        told = {name: [_number(v) for v in values] for name, values in arrays.items()}
        return {
            **told,
            "department": self.department,
            "start": self.start,
            "months": list(self.months),
            "signals": list(self.signals),
            "before": _number(self.before),
            "after": _number(self.after),
            "reason": self.reason,
        }


def _number(value: float) -> float | None:
    return None if math.isnan(value) else float(value)
