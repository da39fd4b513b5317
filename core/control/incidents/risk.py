"""The risk picture: what happens where, how often it is told, how long between what is rare.

All counts by department pass `core.control.incidents.hiding` before anybody sees them. They are
of the last four whole quarters, whatever months are looked at: two periods that overlap by all but
a month would give that month away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.control.incidents.grading import SEVERE, VOID
from core.control.incidents.hiding import LEAST, Shown, shown_line, shown_table
from core.control.incidents.joint import CUBE, TABLES, together
from core.frames import Frame
from core.months import add_months, month_range
from core.statistics.shewhart import Counted, Shewhart, shewhart

QUARTERS = 12
"""Months of four quarters."""
PER = 1000
"""Rates are per 1,000 bed-days."""
TOP = 15
THIRD = {"type": 1, "stage": 2, "both": 0}
"""The thing that a face leaves out: 0 departments, 1 stages, 2 types."""
COUNTED = ["department", "stage", "type", "occurred_on", "state"]
"""What the picture reads of events."""
VITAL = 80.0
SAME_DAY = 0.5
RATES = Frame(
    "rates of events",
    {
        "month": "YYYYMM",
        "events": "reported, whenever graded",
        "severe": "of grades I and II; NaN where hidden",
        "bed_days": "of the hospital, NaN where not reported",
        "rate": "events per 1,000 bed-days, NaN where unknown",
        "severe_rate": "severe ones per 1,000 bed-days, NaN where unknown or hidden",
    },
    key=("month",),
)
RARE = Frame(
    "rare events",
    {
        "number": "1 is the second event: an interval lies before it",
        "month": "YYYYMM of the event",
        "value": "days since the one before, or reports without harm between them",
        "centre": "of the chart",
        "lower": "limit",
        "upper": "limit",
        "outside": "beyond a limit",
    },
    key=("number",),
)


@dataclass(frozen=True, eq=False)
class Picture:
    """The counts of four quarters, hidden where they are small."""

    months: tuple[int, ...]
    total: int
    places: pd.Series
    stages: pd.Series
    types: pd.Series
    by_stage: pd.DataFrame
    """Departments by stages."""
    by_type: pd.DataFrame
    """Departments by types."""
    stage_by_type: pd.DataFrame
    """Stages by types."""
    cube: npt.NDArray[np.float64]
    """Departments x stages x types, NaN where hidden."""

    def face(self, name: str, only: str = "") -> Shown:
        """A table of two of the three things, of all or of one of the third.

        name: type (departments by types, only: a stage), stage (departments by stages, only: a
        type), both (types by stages, only: a department).
        """
        lines = (self.places, self.stages, self.types)
        third = THIRD[name]
        down, along = (axis for axis in CUBE if axis != third)
        rows, columns, total = lines[down], lines[along], float(self.total)
        tables = {0: self.stage_by_type, 1: self.by_type, 2: self.by_stage}
        cells = tables[third]
        if only:
            at = list(lines[third].index).index(only)
            cells = pd.DataFrame(self.cube.take(at, axis=third), cells.index, cells.columns)
            rows = _of(tables[along], only, third > down)
            columns = _of(tables[down], only, third > along)
            total = float(lines[third][only])
        if name == "both":
            return Shown(cells.T, columns, rows, total)
        return Shown(cells, rows, columns, total)


def _of(table: pd.DataFrame, code: str, along: bool) -> pd.Series:
    found: Any = table[code] if along else table.loc[code]
    return found


def quarters_of(month: int) -> tuple[int, ...]:
    """The months of the last four whole quarters that have ended by this month."""
    last = month if month % 100 % 3 == 0 else add_months(month, -(month % 100 % 3))
    return month_range(add_months(last, 1 - QUARTERS), last)


def counted(rows: pd.DataFrame, months: Sequence[int]) -> pd.DataFrame:
    """Events of the months that count: void ones do not."""
    months_of = rows["occurred_on"] // 100
    return rows[months_of.isin(list(months)) & (rows["state"] != VOID)]


def picture(rows: pd.DataFrame, month: int, own: tuple[str, ...] = ()) -> Picture | None:
    """What may be shown of four quarters; None with fewer than 5 events.

    own: the reader's departments. rows: department, type, stage, occurred_on (YYYYMMDD), state.
    """
    months = quarters_of(month)
    told = counted(rows, months)
    if len(told) < LEAST:
        return None
    counts, names = _cube(told)
    mine = np.isin(names[0], own)
    lines = [
        shown_line(pd.Series(_sum(counts, (axis,)), name), () if axis else own)
        for axis, name in enumerate(names)
    ]
    alone = {
        axes: shown_table(
            pd.DataFrame(_sum(counts, axes), names[axes[0]], names[axes[1]]),
            lines[axes[0]],
            lines[axes[1]],
            () if axes[0] else own,
        ).cells
        for axes in TABLES
    }
    first = {(axis,): line.to_numpy(float) for axis, line in enumerate(lines)}
    seen = together(counts, first | {axes: one.to_numpy() for axes, one in alone.items()}, mine)
    tables = [pd.DataFrame(seen[axes], one.index, one.columns) for axes, one in alone.items()]
    places, stages, types = lines
    return Picture(months, len(told), places, stages, types, *tables, cube=seen[CUBE])


def _cube(told: pd.DataFrame) -> tuple[npt.NDArray[np.int64], list[list[str]]]:
    """Counts, departments x stages x types; and the codes of each in their order."""
    things = ["department", "stage", "type"]
    names = [sorted(map(str, told[one].unique())) for one in things]
    at = [
        told[one].map({code: n for n, code in enumerate(codes)})
        for one, codes in zip(things, names, strict=True)
    ]
    counts = np.zeros([len(codes) for codes in names], dtype=np.int64)
    np.add.at(counts, tuple(at), 1)
    return counts, names


def _sum(counts: npt.NDArray[np.int64], axes: tuple[int, ...]) -> npt.NDArray[np.int64]:
    return counts.sum(axis=tuple(axis for axis in CUBE if axis not in axes))


def pareto(line: pd.Series, total: int) -> pd.DataFrame:
    """name, count, share (of all, %), running (%), vital: the largest first, what is hidden as one.

    line: counts, NaN where hidden. The name of what is hidden is ''. Vital are the few that make
    up four fifths (Juran).
    """
    told = line.dropna()
    told = told[told > 0].sort_values(ascending=False, kind="stable")
    names, counts = [*map(str, told.index)], [*told.astype(int)]
    rest = total - sum(counts)
    if rest:
        names.append("")
        counts.append(rest)
    share = np.array(counts, dtype=float) / total * 100
    running = share.cumsum()
    return pd.DataFrame(
        {
            "name": names,
            "count": counts,
            "share": share,
            "running": running,
            "vital": running - share < VITAL,
        }
    )


def rates(rows: pd.DataFrame, bed_days: pd.Series, months: Sequence[int]) -> pd.DataFrame:
    """RATES of the months. bed_days: of the hospital by month.

    Severe events of a month below 5 are hidden, and another month's with them where the sum would
    tell.
    """
    told = counted(rows, months)
    month = told["occurred_on"] // 100
    by_month = list(months)
    events = month.value_counts().reindex(by_month, fill_value=0)
    harmed = month[told["grade"].between(1, SEVERE)].value_counts().reindex(by_month, fill_value=0)
    severe = shown_line(harmed)
    beds = bed_days.reindex(by_month).to_numpy(float)
    beds = np.where(beds > 0, beds, np.nan)
    seen = shown_line(events).to_numpy(float)
    frame = pd.DataFrame(
        {
            "month": by_month,
            "events": seen,
            "severe": severe.to_numpy(float),
            "bed_days": beds,
            "rate": seen / beds * PER,
            "severe_rate": severe.to_numpy(float) / beds * PER,
        }
    )
    return RATES.check(frame)


def rate_of(rows: pd.DataFrame, bed_days: pd.Series, months: Sequence[int]) -> tuple[float, float]:
    """Events, and those of grades I and II, per 1,000 bed-days of these months; NaN if unknown.

    NaN too where fewer than 5 were counted.
    """
    told = counted(rows, months)
    beds = bed_days.reindex(list(months)).to_numpy(float)
    whole = float(beds.sum())
    if not whole > 0:
        return float("nan"), float("nan")
    counts = (len(told), int(told["grade"].between(1, SEVERE).sum()))
    every, severe = (float("nan") if 0 < count < LEAST else count / whole * PER for count in counts)
    return every, severe


def rare_days(rows: pd.DataFrame) -> pd.DataFrame:
    """RARE of the days between events, a t chart; rows: the events, occurred_on (YYYYMMDD).

    Two on one day lie half a day apart (assumption): only the day of an event is known.
    """
    days = _days(rows)
    return _rare(days, np.maximum(np.diff(days).astype(float), SAME_DAY), "t")


def rare_reports(rows: pd.DataFrame, severe: pd.Series) -> pd.DataFrame:
    """RARE of how many harmless reports lie between severe ones, a g chart.

    rows: all reports, occurred_on; severe: which of them are the rare ones.
    """
    order = rows.assign(severe=severe).sort_values(["occurred_on", "severe"])
    places = np.flatnonzero(order["severe"].to_numpy())
    chosen = order[order["severe"]]
    return _rare(_days(chosen), (np.diff(places) - 1).astype(float), "g")


def _rare(days: npt.NDArray[np.int64], values: npt.NDArray[np.float64], kind: str) -> pd.DataFrame:
    if len(values) < LEAST:
        return RARE.empty()
    chart: Shewhart = shewhart("t" if kind == "t" else "g", Counted(list(values)))
    months = pd.to_datetime(days[1:], unit="D").strftime("%Y%m").astype(int)
    frame = pd.DataFrame(
        {
            "number": range(1, len(values) + 1),
            "month": months,
            "value": values,
            "centre": chart.centre,
            "lower": np.maximum(chart.lower, 0),
            "upper": chart.upper,
            "outside": chart.outside,
        }
    )
    return RARE.check(frame)


def _days(rows: pd.DataFrame) -> npt.NDArray[np.int64]:
    """Days since 1970, in order."""
    stamps = pd.to_datetime(rows["occurred_on"].astype(int).astype(str), format="%Y%m%d")
    return np.sort(stamps.to_numpy().astype("datetime64[D]").astype(np.int64))


def bed_days(facts: pd.DataFrame) -> pd.Series:
    """Bed-days used in the hospital by month; facts: FACTS rows of that measure."""
    return facts.groupby("month")["value"].sum().astype(float)


def severe_of(rows: pd.DataFrame, kind: str = "") -> pd.Series:
    """Which events are of grades I and II, of one type where it is named."""
    harmed = rows["grade"].between(1, SEVERE) & (rows["state"] != VOID)
    return harmed & (rows["type"] == kind) if kind else harmed
