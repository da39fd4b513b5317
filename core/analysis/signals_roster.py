"""Signals from rosters: a peak of arrivals in which nobody was added to the staff."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.analysis.signals import ROSTER, Found, begun, rows_of, share_of
from core.frames import ARRIVAL_WEEK
from core.months import add_months, month_range

LOOK_BACK = 12
WEEKDAYS = 5
HOURS = 24
LEAST_ARRIVALS = 300
"""Assumption: of fewer weekday arrivals in a month no peak is looked for."""


@dataclass(frozen=True)
class Roster:
    """When more people are on duty on weekdays: hours [start, end), and where that is said."""

    stream: str
    start: int
    end: int
    source: str
    source_kind: str

    @property
    def hours(self) -> int:
        return self.end - self.start


def missed_peaks(arrivals: pd.DataFrame, rosters: Sequence[Roster], month: int) -> pd.DataFrame:
    """FOUND rows of rosters whose added hours do not meet the busiest ones of weekdays.

    arrivals: ARRIVAL_WEEK rows of up to twelve months. The busiest stretch is as long as the
    roster's; it is missed when no hour of it is one of the roster's. value: its share of a
    weekday's arrivals in %, usual: the share of the roster's hours; stake: who came in it.
    """
    ARRIVAL_WEEK.check(arrivals)
    found = []
    for roster in rosters:
        own = arrivals[(arrivals["stream"] == roster.stream) & (arrivals["weekday"] < WEEKDAYS)]
        months = month_range(add_months(month, 1 - LOOK_BACK), month)
        profiles = {one: _profile(own[own["month"] == one]) for one in months}
        now = profiles[month]
        if now.sum() < LEAST_ARRIVALS or not _missed(now, roster):
            continue
        labels = [one for one in months if profiles[one].sum() >= LEAST_ARRIVALS]
        start = _busiest(now, roster.hours)
        inside, rostered = _within(now, start, roster.hours), now[roster.start : roster.end].sum()
        most = own[own["month"] == month].groupby("department")["count"].sum()
        found.append(
            Found(
                f"roster:{roster.stream}",
                str(most.idxmax()),
                month,
                begun(labels, [_missed(profiles[one], roster) for one in labels]),
                ROSTER,
                "worse",
                float(inside / now.sum() * 100),
                "%",
                usual=float(rostered / now.sum() * 100),
                detail=f"{start}-{(start + roster.hours) % HOURS}-{roster.start}-{roster.end}",
                source=roster.source,
                source_kind=roster.source_kind,
                stake=float(inside),
                stake_unit="人次",
                share=share_of(float(inside), float(now.sum())),
            )
        )
    return rows_of(found)


def _profile(rows: pd.DataFrame) -> npt.NDArray[np.float64]:
    """Arrivals by hour of the day."""
    hours = rows["hour"].to_numpy(int)
    counted = np.bincount(hours, weights=rows["count"].to_numpy(float), minlength=HOURS)
    return counted.astype(np.float64)


def _within(profile: npt.NDArray[np.float64], start: int, hours: int) -> float:
    return float(np.take(profile, range(start, start + hours), mode="wrap").sum())


def _busiest(profile: npt.NDArray[np.float64], hours: int) -> int:
    """The hour at which the busiest stretch of so many hours begins."""
    return int(np.argmax([_within(profile, start, hours) for start in range(HOURS)]))


def _missed(profile: npt.NDArray[np.float64], roster: Roster) -> bool:
    start = _busiest(profile, roster.hours)
    busy = {hour % HOURS for hour in range(start, start + roster.hours)}
    return not busy & set(range(roster.start, roster.end))
