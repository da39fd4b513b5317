"""What entered events do to a forecast: days left out of learning, days closed, days supposed.

An event that lies after the origin changes the forecast's days in it; one that began before is
already in the counts, so it is never counted twice. What is supposed is multiplied on mean and
bounds alike: nothing in the figures says how certain an assumption is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.errors import DataError
from core.flow.calendar import Calendar
from core.flow.rhythm import Freq

CLOSURE, CHANGE = "closure", "change"
DAYS = ("holiday", "workday", "makeup")
KINDS = (CLOSURE, CHANGE, *DAYS)
LEAST, MOST = -100.0, 300.0
"""Percent that a change may say."""
LONGEST = 731
"""Days of one event."""
LONGEST_DAYS = 31
"""Days of one correction of the calendar."""
LATELY = 56
"""Days over which the weights of weekdays and departments are taken."""
BOUNDS = ("mean", "median", "lower_80", "upper_80", "lower_95", "upper_95")


@dataclass(frozen=True)
class Event:
    """Days of which people know more than the figures; first and last YYYYMMDD, both included."""

    kind: str
    first: int
    last: int
    stream: str = ""
    department: str = ""
    percent: float = 0.0
    learn: bool = True
    name: str = ""

    def concerns(self, stream: str, department: str) -> bool:
        """Whether it touches a series ('' all departments: any of them touches the whole)."""
        if self.stream not in ("", stream):
            return False
        return not department or self.department in ("", department)

    def __contains__(self, day: int) -> bool:
        return self.first <= day <= self.last


def checked(event: Event) -> Event:
    """The same event. DataError E_EVENT_KIND, E_EVENT_DAYS, E_EVENT_PERCENT, E_EVENT_LONG."""
    if event.kind not in KINDS:
        raise DataError("E_EVENT_KIND", kind=event.kind, known=", ".join(KINDS))
    try:
        first, last = (dt.datetime.strptime(str(d), "%Y%m%d") for d in (event.first, event.last))
    except ValueError:
        raise DataError("E_EVENT_DAYS", first=event.first, last=event.last) from None
    if last < first:
        raise DataError("E_EVENT_DAYS", first=event.first, last=event.last)
    most = LONGEST_DAYS if event.kind in DAYS else LONGEST
    if (last - first).days >= most:
        raise DataError("E_EVENT_LONG", days=(last - first).days + 1, most=most)
    if event.kind == CHANGE and not (LEAST <= event.percent <= MOST and event.percent):
        raise DataError("E_EVENT_PERCENT", value=event.percent, least=LEAST, most=MOST)
    return event


def days_of(event: Event) -> list[int]:
    """Every day of an event, YYYYMMDD."""
    every = pd.date_range(str(event.first), str(event.last), freq="D")
    return every.strftime("%Y%m%d").astype(int).tolist()


def corrected(calendar: Calendar, events: Sequence[Event]) -> Calendar:
    """The calendar with the days that events correct: later entries stand over earlier ones."""
    rows = [
        {"date": day, "kind": event.kind, "name": event.name}
        for event in events
        if event.kind in DAYS
        for day in days_of(event)
    ]
    if not rows:
        return calendar
    own = pd.DataFrame(rows)
    kept = [part for part in (calendar.own, own) if part is not None and len(part)]
    return Calendar(calendar.country, pd.concat(kept, ignore_index=True))


def unlearned(
    panel: pd.DataFrame, freq: Freq, place: tuple[str, str], events: Sequence[Event]
) -> pd.DataFrame:
    """The panel without periods in which a past event says that they were not ordinary.

    Closures always, changes where `learn` is off. place: stream and department ('' all). A
    department's event leaves the whole hospital's days in: there it is one among many.
    """
    kept = np.ones(len(panel), dtype=bool)
    starts, ends = _spans(panel["time"], freq)
    for event in events:
        left_out = event.kind == CLOSURE or (event.kind == CHANGE and not event.learn)
        if not left_out or not event.concerns(*place) or (event.department and not place[1]):
            continue
        kept &= (ends < event.first) | (starts > event.last)
    return panel[kept].reset_index(drop=True)


Days = npt.NDArray[np.int64]


def _spans(times: pd.Series, freq: Freq) -> tuple[Days, Days]:
    """First and last day of each period, YYYYMMDD."""
    code = {"D": "D", "h": "D", "W": "W-SUN", "M": "M"}[freq]
    periods = times.dt.to_period(code).dt
    starts = periods.start_time.dt.strftime("%Y%m%d").astype("int64").to_numpy()
    ends = periods.end_time.dt.strftime("%Y%m%d").astype("int64").to_numpy()
    return starts, ends


@dataclass(frozen=True)
class Weights:
    """How much a weekday, and a department among all, weighs: from the last counted days."""

    weekday: tuple[float, ...]
    """Seven means, Monday first."""
    share: dict[str, float]
    """Department -> its share of all arrivals, 0-1."""


def weights_of(days: pd.DataFrame, department: str) -> Weights:
    """Weights from a PANEL of days by department: its last LATELY days."""
    if days.empty:
        return Weights((1.0,) * 7, {})
    recent = days[days["time"] > days["time"].max() - pd.Timedelta(days=LATELY)]
    total = recent.groupby("series")["count"].sum()
    whole = float(total.sum())
    share = {str(name): float(value) / whole for name, value in total.items()} if whole else {}
    own = recent[recent["series"] == department] if department else recent
    sums = own.groupby(own["time"].dt.day_of_week)["count"].sum()
    weekday = tuple(float(sums.get(day, 0.0)) for day in range(7))
    return Weights(weekday if any(weekday) else (1.0,) * 7, share)


def factor_of_day(
    day: int, place: tuple[str, str], events: Sequence[Event], share: dict[str, float]
) -> float:
    """What the events make of a day of a series: 1 nothing, 0 closed."""
    factor = 1.0
    for event in events:
        if event.kind in DAYS or not event.concerns(*place) or day not in event:
            continue
        change = -1.0 if event.kind == CLOSURE else event.percent / 100
        part = share.get(event.department, 0.0) if event.department and not place[1] else 1.0
        factor *= 1.0 + change * part
    return max(factor, 0.0)


def ahead(events: Sequence[Event], origin: int) -> list[Event]:
    """The events that change what lies after the origin (YYYYMMDD).

    A change that began before and was learned from is in the counts already; closures, and what
    was left out of learning, are not.
    """
    return [
        event
        for event in events
        if event.kind not in DAYS
        and event.last > origin
        and (event.first > origin or event.kind == CLOSURE or not event.learn)
    ]


def factors(
    times: pd.Series,
    lengths: tuple[Freq, int],
    place: tuple[str, str],
    events: Sequence[Event],
    weights: Weights,
) -> npt.NDArray[np.float64]:
    """One factor a period, or a run of so many of them: the mean over its days by weekday weight.

    times: first moments; lengths: the rhythm and how many periods are added up.
    """
    freq, span = lengths
    steps = {"D": pd.offsets.Day(span), "W": pd.offsets.Day(7 * span), "h": pd.offsets.Hour(span)}
    step = steps.get(freq, pd.offsets.MonthBegin(span))
    found = np.ones(len(times))
    for at, start in enumerate(times):
        every = pd.date_range(start.normalize(), start + step - pd.Timedelta(seconds=1), freq="D")
        weight = np.array([weights.weekday[day.day_of_week] for day in every])
        codes = every.strftime("%Y%m%d").astype(int)
        own = np.array([factor_of_day(int(d), place, events, weights.share) for d in codes])
        if (own != 1.0).any():
            total = weight.sum()
            found[at] = float((own * weight).sum() / total) if total else float(own.mean())
    return found


def applied(rows: pd.DataFrame, factor: npt.NDArray[np.float64], whole: bool) -> pd.DataFrame:
    """Forecast rows times their factors; bounds of counts are whole numbers, outwards.

    The naive line stays: it knows no event. Rows gain `factor`.
    """
    made = rows.assign(factor=factor)
    touched = factor != 1.0
    for name in BOUNDS:
        values = rows[name].to_numpy(dtype=float) * factor
        if whole and name.startswith("lower"):
            values = np.where(touched, np.floor(values), values)
        if whole and name.startswith("upper"):
            values = np.where(touched, np.ceil(values), values)
        made[name] = values
    return made
