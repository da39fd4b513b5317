"""Triage of an event: its grade, its deadline, whether it needs a root cause analysis, its states.

Days are YYYYMMDD. The day of a report is all that is stored of its time, so hours are held
against days: within 24 hours is the day itself or the next.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping

import numpy as np
import pandas as pd

from core.control.incidents.definitions import Definitions
from core.errors import DataError

NEW, ASKED, GRADED, ANALYSING, CLOSED, VOID = STATES = (
    *("new", "asked", "graded", "analysing", "closed", "void"),
)
MOVES: Mapping[str, tuple[str, ...]] = {
    NEW: (GRADED, ASKED, VOID),
    ASKED: (NEW, GRADED, VOID),
    GRADED: (CLOSED, ASKED, VOID),
    ANALYSING: (CLOSED,),
    CLOSED: (GRADED,),
    VOID: (NEW,),
}
"""Where a person can take an event from each state; ANALYSING begins with its analysis."""
REASONS = ("sentinel", "sac", "repeat", "chosen")
SEVERE = 2
"""Grades I and II: somebody was harmed."""
SENTINEL, WORST_SAC = 1, 3
HOURS_A_DAY = 24
HAZARD_GRADE = 4
HARMLESS = ("none", "unsafe", "unknown")


def day_of(number: int) -> dt.date:
    """The date of YYYYMMDD."""
    return dt.date(number // 10_000, number // 100 % 100, number % 100)


def number_of(day: dt.date) -> int:
    """YYYYMMDD."""
    return day.year * 10_000 + day.month * 100 + day.day


def suggested_grade(definitions: Definitions, kind: str, harm: str) -> int:
    """The usual grade of what happened and what it did; IV of what did not happen."""
    if kind != "event":
        return HAZARD_GRADE
    return next((one.grades[0] for one in definitions.harms if one.code == harm), 3)


USUAL_SEVERITY = {"death": 0, "severe": 0, "moderate": 1, "mild": 2}
LEAST_SEVERITY = {"death": 0, "severe": 1}
"""Places in the severities from the worst, by harm (assumption): what is proposed, and the least
that may be said of a death or of severe harm."""


def suggested_severity(definitions: Definitions, harm: str) -> str:
    """The usual severity of what it did."""
    return definitions.severities[USUAL_SEVERITY.get(harm, 3)].code


def check_severity(definitions: Definitions, harm: str, severity: str) -> None:
    """DataError E_INCIDENT_SEVERITY where a death or severe harm is called less than it was."""
    codes = [one.code for one in definitions.severities]
    if codes.index(severity) > LEAST_SEVERITY.get(harm, len(codes)):
        raise DataError("E_INCIDENT_SEVERITY")


def check_grade(definitions: Definitions, kind: str, harm: str, grade: int) -> None:
    """DataError E_INCIDENT_GRADE where grade, kind and harm contradict each other.

    What did not happen is of grade IV and harmed nobody; the rest as each harm allows.
    """
    allowed = next((one.grades for one in definitions.harms if one.code == harm), ())
    hazard = grade == HAZARD_GRADE and harm in HARMLESS
    if not (grade in allowed if kind == "event" else hazard):
        raise DataError("E_INCIDENT_GRADE")


def check_move(state: str, to: str) -> None:
    """DataError E_INCIDENT_MOVE where an event cannot be taken there."""
    if to not in MOVES.get(state, ()):
        raise DataError("E_INCIDENT_MOVE")


def days_allowed(grade: int, rules: Mapping[str, float]) -> int:
    """Days after the event by which a report of this grade is in time."""
    hours = rules["hours_severe" if grade <= SEVERE else "hours_other"]
    return math.ceil(hours / HOURS_A_DAY)


def in_time(events: pd.DataFrame, rules: Mapping[str, float]) -> pd.Series:
    """1.0 reported in time, 0.0 late, NaN while not graded; by row.

    events: occurred_on, reported_on (YYYYMMDD), grade (0 while not graded).
    """
    late_by = (_dates(events["reported_on"]) - _dates(events["occurred_on"])).dt.days
    grade = events["grade"].to_numpy()
    allowed = np.where(grade <= SEVERE, days_allowed(1, rules), days_allowed(4, rules))
    told = (late_by.to_numpy() <= allowed).astype(float)
    return pd.Series(np.where(grade > 0, told, np.nan), index=events.index)


def analysis_reasons(events: pd.DataFrame, rules: Mapping[str, float]) -> pd.Series:
    """Why each event needs a root cause analysis: codes of REASONS with , between; '' none does.

    events: department, type, occurred_on, state, grade, sac, chosen. Sentinel: grade I. SAC 3.
    Repeat: the second or later of grades I and II of one type in one department within
    `repeat_months`. Chosen: a committee asked for it. Void events count for nothing.
    Source: checklists.yaml trigger_rca; mission row 81.
    """
    alive = events["state"] != VOID
    flags = {
        "sentinel": events["grade"] == SENTINEL,
        "sac": events["sac"] == WORST_SAC,
        "repeat": _repeats(events[alive], int(rules["repeat_months"])).reindex(
            events.index, fill_value=False
        ),
        "chosen": events["chosen"].astype(bool),
    }
    columns = [np.where(flags[code] & alive, f"{code},", "") for code in REASONS]
    joined = [
        "".join(parts).rstrip(",") for parts in zip(*(map(str, c) for c in columns), strict=True)
    ]
    return pd.Series(joined, index=events.index, dtype=object)


def _repeats(events: pd.DataFrame, months: int) -> pd.Series:
    """Whether an event of harm follows another of its kind within so many months."""
    harmed = events[events["grade"].between(1, SEVERE) & (events["department"] != "")]
    harmed = harmed.sort_values(["occurred_on", "id"])
    day = _dates(harmed["occurred_on"])
    before = day.groupby([harmed["department"], harmed["type"]]).shift()
    return before.notna() & (before + pd.DateOffset(months=months) >= day)


def _dates(numbers: pd.Series) -> pd.Series:
    return pd.to_datetime(numbers.astype(int).astype(str), format="%Y%m%d")
