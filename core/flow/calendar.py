"""What is known beforehand of each day: public holidays, exchanged days, distance to the festival.

Everything here may be known at the origin of a forecast, so it may look at the future. Holidays are
those of the package `holidays`; a hospital's own rows replace them. The exchanged days (调休) of a
year are announced in the autumn before: until then only the legal days are known.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache

import holidays
import numpy as np
import numpy.typing as npt
import pandas as pd

from core.errors import DataError
from core.hospital.calendar import SATURDAY, day_kinds, spring_festival

COUNTRIES = ("CN", "GB", "US", "TW")
BEFORE, AFTER = 14, 15
"""Days around Spring Festival that differ from others."""
NAMES = {"CN": "zh_CN", "TW": "zh_TW", "GB": "en_GB", "US": "en_US"}
Days = npt.NDArray[np.datetime64]


@dataclass(frozen=True)
class Calendar:
    """Which holidays apply. `own` are rows (date as YYYYMMDD, kind, name) that replace them.

    kind: workday | weekend | holiday | makeup, as in the hospital's table of calendar days.
    """

    country: str = ""
    """CN, GB, US, TW; empty knows only what `own` says."""
    own: pd.DataFrame | None = None

    def __post_init__(self) -> None:
        if self.country and self.country not in COUNTRIES:
            raise DataError("E_FLOW_COUNTRY", country=self.country, known=", ".join(COUNTRIES))

    def days(self, first: dt.date, last: dt.date) -> pd.DataFrame:
        """Each day from first to last: date (datetime64), kind, name, announced.

        announced is False where the year's exchanged days are not published yet (调休未公布).
        """
        days = _national(self.country, first, last)
        days["date"] = pd.to_datetime(days["date"].astype(str), format="%Y%m%d")
        if self.own is None or self.own.empty:
            return days
        own = self.own.drop_duplicates("date", keep="last").set_index("date")
        key = days["date"].dt.strftime("%Y%m%d").astype(int)
        corrected = key.isin(own.index)
        for column in ("kind", "name"):
            values = key.map(own[column]).fillna("") if column in own else ""
            days[column] = days[column].mask(corrected, values)
        days["announced"] |= corrected
        return days


def unannounced_years(calendar: Calendar, first: dt.date, last: dt.date) -> tuple[int, ...]:
    """Years of which the exchanged days are not announced yet: 调休未公布."""
    days = calendar.days(first, last)
    return tuple(sorted(set(days.loc[~days["announced"], "date"].dt.year.tolist())))


def _national(country: str, first: dt.date, last: dt.date) -> pd.DataFrame:
    """Columns date (YYYYMMDD), kind, name, announced."""
    return _national_days(country, first, last).copy()


@lru_cache(maxsize=32)
def _national_days(country: str, first: dt.date, last: dt.date) -> pd.DataFrame:
    if country == "CN":
        return day_kinds(first, last)
    known: dict[dt.date, str] = {}
    worked: set[dt.date] = set()
    if country:
        years = range(first.year, last.year + 1)
        area = "ENG" if country == "GB" else None
        found = holidays.country_holidays(
            country, subdiv=area, years=years, language=NAMES[country]
        )
        known = dict(found)
        worked = set(getattr(found, "weekend_workdays", ()))
    rows = []
    for step in range((last - first).days + 1):
        date = first + dt.timedelta(days=step)
        name = known.get(date, "")
        kind = "holiday" if name else "weekend" if date.weekday() >= SATURDAY else "workday"
        if kind == "weekend" and date in worked:
            kind = "makeup"
        rows.append((int(f"{date:%Y%m%d}"), kind, name, True))
    return pd.DataFrame(rows, columns=pd.Index(["date", "kind", "name", "announced"]))


def festival_distance(dates: Days) -> npt.NDArray[np.int64]:
    """Days since the nearest Spring Festival's first day: negative before it, 999 far from it."""
    days = dates.astype("datetime64[D]")
    far = np.full(len(days), 999, dtype=np.int64)
    years = days.astype("datetime64[Y]").astype(int) + 1970
    for year in np.unique(years):
        start = np.datetime64(spring_festival(int(year)), "D")
        distance = (days - start).astype(np.int64)
        near = (distance >= -BEFORE) & (distance <= AFTER)
        far[near] = distance[near]
    return far


@dataclass(frozen=True)
class DayTerms:
    """Daily columns [days, terms] with names; `kind` groups them for shrinkage."""

    dates: Days
    columns: npt.NDArray[np.float64]
    names: tuple[str, ...]
    weekday: npt.NDArray[np.int64]
    """0 is Monday; a make-up day counts as the Friday that it replaces."""
    holiday: npt.NDArray[np.bool_]
    """Whether something special is known of the day."""
    off: npt.NDArray[np.bool_]
    """Public holidays: days on which what follows office hours is closed."""


def day_terms(calendar: Calendar, first: dt.date, last: dt.date) -> DayTerms:
    """Columns that say what is special about each day from first to last, both included."""
    wide = calendar.days(first - dt.timedelta(days=21), last + dt.timedelta(days=21))
    dates = wide["date"].to_numpy().astype("datetime64[D]")
    weekday = wide["date"].dt.day_of_week.to_numpy().astype(np.int64)
    kind = wide["kind"].to_numpy(dtype=object)
    columns = _columns(calendar.country, wide, dates, weekday)
    off = kind == "holiday"
    makeup = kind == "makeup"
    inside = (dates >= np.datetime64(first, "D")) & (dates <= np.datetime64(last, "D"))
    names = tuple(name for name in columns if columns[name][inside].any())
    values = (
        np.column_stack([columns[name][inside] for name in names]).astype(float)
        if names
        else np.zeros((int(inside.sum()), 0))
    )
    counted = np.where(makeup, 4, weekday)
    return DayTerms(
        dates[inside], values, names, counted[inside], (values != 0).any(axis=1), off[inside]
    )


def _columns(
    country: str, days: pd.DataFrame, dates: Days, weekday: npt.NDArray[np.int64]
) -> dict[str, npt.NDArray[np.bool_]]:
    kind = days["kind"].to_numpy(dtype=object)
    off, weekend = kind == "holiday", weekday >= SATURDAY
    rest = off | (kind == "weekend")
    work = ~rest
    before, after = np.roll(rest, 1), np.roll(rest, -1)
    columns = {
        "off": off & ~weekend,
        "off on a weekend": off & weekend,
        "makeup": kind == "makeup",
        "day before": work & np.roll(off, -1),
        "first workday after": work & np.roll(_block_with(off, rest), 1),
        "bridge": work & before & after & (np.roll(off, 1) | np.roll(off, -1)),
    }
    columns |= _named(days, off)
    if country in ("GB", "US"):
        columns |= _christmas(dates)
        columns |= _offsets(columns, country)
    if country in ("CN", "TW"):
        distance = festival_distance(dates)
        columns |= {f"festival {step:+d}": distance == step for step in range(-BEFORE, AFTER + 1)}
        month_day = _month_day(dates)
        if country == "CN":
            columns |= {f"october {day}": month_day == 1000 + day for day in range(1, 9)}
    return columns


def _block_with(off: npt.NDArray[np.bool_], rest: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Days of rest in an unbroken run in which a public holiday lies before or on the day."""
    found = off.copy()
    for place in range(1, len(off)):
        found[place] |= rest[place] and found[place - 1]
    return found


def _named(days: pd.DataFrame, off: npt.NDArray[np.bool_]) -> dict[str, npt.NDArray[np.bool_]]:
    bare = days["name"].str.split(r" \(|（|; ", regex=True).str[0]
    names = sorted(set(bare[off]) - {""})
    return {name: off & (bare == name).to_numpy() for name in names if "调休" not in name}


def _month_day(dates: Days) -> npt.NDArray[np.int64]:
    months = dates.astype("datetime64[M]")
    day = (dates - months.astype("datetime64[D]")).astype(np.int64) + 1
    return (months.astype(np.int64) % 12 + 1) * 100 + day


def _christmas(dates: Days) -> dict[str, npt.NDArray[np.bool_]]:
    month_day = _month_day(dates)
    wanted = (1222, 1223, 1224, 1225, 1226, 1227, 1228, 1229, 1230, 1231, 101, 102, 103, 104)
    return {f"date {day // 100}-{day % 100}": month_day == day for day in wanted}


def _offsets(
    columns: dict[str, npt.NDArray[np.bool_]], country: str
) -> dict[str, npt.NDArray[np.bool_]]:
    """Days around the holidays that move whole weekends."""
    around = {
        "GB": {"Good Friday": (-1, 1, 2, 4)},
        "US": {
            "Thanksgiving Day": (-1, 1, 2, 3),
            "Independence Day": (-1, 1),
            "Labor Day": (1,),
            "Memorial Day": (1,),
        },
    }[country]
    return {
        f"{name} {step:+d}": np.roll(columns[name], step)
        for name, steps in around.items()
        if name in columns
        for step in steps
    }
