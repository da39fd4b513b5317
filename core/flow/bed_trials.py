"""What-ifs of beds on the figures of some months: by ward, and all wards as one house.

A place is a ward, or a department where only monthly figures are known. Its patients are those
put into its beds, its stay is their bed-days (Little 1961). Who found no bed was not written down:
demand is what was admitted, so that real refusals are rather more than said.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from core.flow.beds import Beds, Pooling, ShorterStay, least_beds, other_stay, pooled
from core.frames import Frame

PLACES = Frame(
    "places",
    {
        "ward": "code of a ward, or of a department",
        "occupied": "bed-days",
        "open": "bed-days really open",
        "came": "patients put into its beds, transfers in included",
        "days": "calendar days",
    },
    key=("ward",),
)
SHORTEST = 0.1
"""Of its stay, what a what-if leaves at least."""


def places_of_census(census: pd.DataFrame, months: Sequence[int]) -> pd.DataFrame:
    """PLACES of CENSUS_DAYS in some months (YYYYMM): wards where somebody lay over night."""
    rows = census[(census["date"] // 100).isin(list(months))]
    rows = rows.assign(came=rows["admitted"] + rows["transfers_in"])
    sums = rows.groupby("ward", sort=True)
    found = sums[["occupied", "open", "came"]].sum().assign(days=sums["date"].nunique())
    return PLACES.check(found[found["occupied"] > 0].astype(float).reset_index())


def places_of_months(facts: pd.DataFrame, months: Mapping[int, int]) -> pd.DataFrame:
    """PLACES of FACTS by department. months: days by month (YYYYMM).

    Departments without open bed-days are left out; months without any are not counted.
    """
    rows = facts[facts["month"].isin(list(months))]
    names = ("bed_days_used", "bed_days_open", "admissions", "transfers_in")
    if rows.empty:
        return PLACES.empty()
    wide = rows.pivot_table(
        index=["department", "month"], columns="measure", values="value", aggfunc="sum"
    ).reindex(columns=list(names))
    wide = wide[wide["bed_days_open"] > 0].fillna(0.0).reset_index()
    wide["days"] = wide["month"].map(dict(months)).astype(float)
    wide["came"] = wide["admissions"] + wide["transfers_in"]
    columns = {"department": "ward", "bed_days_used": "occupied", "bed_days_open": "open"}
    wide = wide.rename(columns=columns)
    sums = wide.groupby("ward", sort=True)[["occupied", "open", "came", "days"]].sum()
    return PLACES.check(sums[sums["occupied"] > 0].reset_index())


def beds_of(place: Mapping[Hashable, Any]) -> Beds:
    """A PLACES row in the long run; without patients nobody comes."""
    came, days = float(place["came"]), float(place["days"])
    stay = float(place["occupied"]) / came if came > 0 else 0.0
    return Beds(came / days, stay, round(float(place["open"]) / days))


def house(places: pd.DataFrame) -> Beds:
    """All places as one: everyone may lie anywhere."""
    each = [beds_of(row) for row in places.to_dict("records")]
    admissions = sum(one.admissions for one in each)
    load = sum(one.load for one in each)
    return Beds(
        admissions, load / admissions if admissions > 0 else 0.0, sum(one.beds for one in each)
    )


@dataclass(frozen=True)
class Stays:
    """Another length of stay in every place, in proportion."""

    apart: dict[str, ShorterStay]
    one: ShorterStay
    """All places as one house."""

    @property
    def freed(self) -> int:
        """Beds, place by place, at the refusals of now."""
        return sum(each.freed for each in self.apart.values())

    @property
    def more_admissions(self) -> float:
        """A day, instead of closing beds."""
        return sum(each.more_admissions for each in self.apart.values())

    @property
    def bed_days(self) -> float:
        """Bed-days a day that the same patients need less; negative: more."""
        return self.one.before.load - self.one.after.load


def other_stays(places: pd.DataFrame, change_days: float) -> Stays | None:
    """The mean stay of PLACES changed by so many days; None where nobody lies."""
    whole = house(places)
    if not (whole.load > 0 and whole.beds > 0):
        return None
    factor = max(SHORTEST, (whole.stay_days + change_days) / whole.stay_days)
    apart = {}
    for row in places.to_dict("records"):
        own = beds_of(row)
        if own.load > 0 and own.beds > 0:
            apart[str(row["ward"])] = other_stay(own, own.stay_days * factor)
    return Stays(apart, other_stay(whole, whole.stay_days * factor))


def merged(places: pd.DataFrame, wards: Sequence[str]) -> Pooling | None:
    """Some of PLACES as one; None with fewer than two, or without patients."""
    rows = places[places["ward"].isin(list(wards))]
    each = [beds_of(row) for row in rows.to_dict("records")]
    if len(each) < 2 or not sum(one.admissions for one in each) > 0:
        return None
    return pooled(each)


@dataclass(frozen=True)
class DayCases:
    """Planned operations that become day cases."""

    share: float
    """Day surgery in elective surgery now, %; NaN without elective surgery."""
    moved: float
    """Operations a year that would have to move; 0 where the share is reached."""
    nights: float
    """Nights a year that they lie now."""
    freed: int
    """Beds freed at the refusals of now, all places as one house."""


def day_cases(whole: Beds, elective: tuple[float, float], wanted: float, saved: float) -> DayCases:
    """What a share of `wanted` % would free.

    elective: day cases and all planned operations a year; saved: nights a year that those who
    move lie now.
    """
    day, every = elective
    share = day / every * 100 if every > 0 else math.nan
    moved = max(0.0, wanted / 100 * every - day) if every > 0 else 0.0
    load = max(0.0, whole.load - saved / 365)
    needed = least_beds(load, whole.refused)
    return DayCases(share, moved, saved, 0 if needed is None else whole.beds - needed)
