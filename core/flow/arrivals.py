"""Arrivals as they were counted, made into panels: which days are zero, which are unknown.

A row that is absent says nothing by itself. A day on which anything at all was counted was
reported, so whoever has no row on it had no patient; other days are missing, never zero.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.flow.panel import PANEL
from core.flow.rhythm import Freq

STREAMS = ("emergency", "outpatient", "inpatient")
WHOLE = "*"
"""The series of all departments together."""
LULL = 3
"""Days without anybody at the end of the reports that still read as zero: a closed weekend."""
CLOSED = 0.1
"""Share of reported days under which a weekday counts as one on which nobody works."""
HOURS = 24


def reported(days: pd.DatetimeIndex, own: pd.DatetimeIndex) -> pd.DatetimeIndex:
    """The days of which a stream's arrivals are known, by date.

    days: days on which anything was counted, of any stream; own: days with patients of the
    stream. A month without any of the stream is not known, nor are days far after its last one.
    Weekdays on which nothing is ever counted are known, and closed.
    """
    if not len(own) or not len(days):
        return own[:0]
    ends = min(days.max() + pd.Timedelta(days=LULL), days.max() + pd.offsets.MonthEnd(0))
    every = pd.date_range(days.min(), ends, freq="D")
    seen = every[every <= days.max()]
    share = pd.Series(seen.isin(days)).groupby(seen.day_of_week).mean()
    quiet = [day for day in range(7) if share.get(day, 1.0) < CLOSED]
    closed = every[every.day_of_week.isin(quiet)]
    known = days.union(closed)
    months = own.to_period("M").unique()
    last = own.max() + pd.Timedelta(days=LULL)
    until = known.max() if known.max() <= last else own.max()
    inside = known.to_period("M").isin(months) & (known >= own.min()) & (known <= until)
    return known[inside]


def daily(rows: pd.DataFrame, known: pd.DatetimeIndex) -> pd.DataFrame:
    """PANEL of days by department: from its first patient on, zero on known days without one.

    rows: time (day), department, count. By series and time; days not in `known` are absent.
    """
    return _filled(rows, known)


def hourly(rows: pd.DataFrame, known: pd.DatetimeIndex) -> pd.DataFrame:
    """PANEL of hours by department, zero in hours of known days without a patient.

    rows: time (hour), department, count.
    """
    steps = pd.to_timedelta(np.tile(np.arange(HOURS), len(known)), unit="h")
    hours = pd.DatetimeIndex(known.repeat(HOURS)) + steps
    first = rows.groupby("department")["time"].transform("min").dt.normalize()
    anchors = rows.assign(time=first, count=0).drop_duplicates("department")
    return _filled(pd.concat([rows, anchors], ignore_index=True), hours)


def _filled(rows: pd.DataFrame, known: pd.DatetimeIndex) -> pd.DataFrame:
    if rows.empty or not len(known):
        return PANEL.empty()
    wide = rows.pivot_table(index="time", columns="department", values="count", aggfunc="sum")
    wide = wide.reindex(known).sort_index()
    filled = wide.fillna(0.0).where(wide.notna().cummax())
    long = filled.rename_axis(index="time").reset_index()
    found = long.melt(id_vars="time", var_name="series", value_name="count").dropna()
    return PANEL.check(found[["series", "time", "count"]].reset_index(drop=True))


def whole(panel: pd.DataFrame) -> pd.DataFrame:
    """All series of a panel of `daily` or `hourly` added up, as the series WHOLE."""
    if panel.empty:
        return panel
    total = panel.groupby("time", as_index=False, sort=True)["count"].sum()
    return total.assign(series=WHOLE)[["series", "time", "count"]]


def periods(panel: pd.DataFrame, freq: Freq) -> pd.DataFrame:
    """A panel of days by week (its Monday) or month (its first day); "D" and "h" as they are.

    A period of which any day is missing is absent: half a week is not a quiet week.
    """
    if freq in ("D", "h") or panel.empty:
        return panel
    code = "W-SUN" if freq == "W" else "M"
    period = panel["time"].dt.to_period(code)
    days = panel["count"].groupby([panel["series"], period.rename("time")], sort=True)
    found = days.agg(["sum", "size"]).reset_index()
    start, end = found["time"].dt.start_time, found["time"].dt.end_time
    length = (end.dt.normalize() - start).dt.days + 1
    kept = found[found["size"] == length]
    kept = kept.assign(time=start[kept.index], count=kept["sum"])
    return kept[["series", "time", "count"]].reset_index(drop=True)


def last_day(panel: pd.DataFrame, freq: Freq) -> pd.Timestamp | None:
    """The last day that a panel of whole periods knows; None of an empty one."""
    if panel.empty:
        return None
    newest = panel["time"].max()
    if freq == "W":
        return newest + pd.Timedelta(days=6)
    if freq == "M":
        return newest + pd.offsets.MonthEnd(0)
    return newest.normalize()
