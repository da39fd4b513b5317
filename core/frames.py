"""Contracts of frames: which columns a frame has, in which unit, and its key. And Scope.

`FACTS.check(frame)` where rows enter a room. Missing values are NaN (numbers) or "" (codes).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from core.months import month_range


@dataclass(frozen=True)
class Frame:
    """The promise of a frame: its columns with their units, and its key."""

    name: str
    columns: Mapping[str, str]
    key: tuple[str, ...] = ()

    def check(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The same frame, or ValueError naming the columns it lacks."""
        lacking = [column for column in self.columns if column not in frame.columns]
        if lacking:
            has = ", ".join(map(str, frame.columns))
            raise ValueError(f"{self.name} lacks {', '.join(lacking)}; it has {has}.")
        return frame

    def empty(self) -> pd.DataFrame:
        """A frame of this contract without rows."""
        return pd.DataFrame({column: [] for column in self.columns})


@dataclass(frozen=True)
class Scope:
    """Whose figures a query may read: hospital, departments allowed (None: all), months.

    Every query takes one, and every cache key holds it.
    """

    hospital_id: int
    first: int
    last: int
    departments: tuple[str, ...] | None = None

    @property
    def months(self) -> tuple[int, ...]:
        return month_range(self.first, self.last)


FACTS = Frame(
    "facts",
    {
        "month": "YYYYMM",
        "department": "code",
        "measure": "code",
        "value": "in the measure's unit; money in 分",
    },
    key=("month", "department", "measure"),
)
DEPARTMENTS = Frame(
    "departments",
    {
        "department": "code",
        "name_zh": "text",
        "name_en": "text",
        "category": "clinical | medical_tech | medical_aux | admin | unclassified",
        "beds": "number, NaN when not stated",
        "opened": "YYYYMM or 0",
        "closed": "YYYYMM or 0: last month in which it was open",
    },
    key=("department",),
)
VALUES = Frame(
    "values",
    {
        "period": "label of the period",
        "department": "code; '' is the whole hospital; a category or disease group at its level",
        "indicator": "code",
        "value": "in the indicator's unit, NaN when missing",
        "top": "in the unit of the top measure, NaN when missing",
        "bottom": "in the unit of the bottom measure, NaN when missing or not a ratio",
        "reason": "'' | no_data | zero_bottom | not_applicable | too_few",
    },
    key=("period", "department", "indicator"),
)
TARGETS = Frame(
    "targets",
    {
        "indicator": "code",
        "department": "code; '' is the whole hospital",
        "month_from": "YYYYMM",
        "month_to": "YYYYMM, 0 is open-ended",
        "basis": "value | last_year: bounds are absolute, or added to the same months last year",
        "low": "lower bound of good, NaN when none",
        "high": "upper bound of good, NaN when none",
        "watch_low": "lower bound of watch, NaN when there is no watch zone",
        "watch_high": "upper bound of watch, NaN when there is no watch zone",
        "kind": "target | case | assumption | standard",
        "source": "text",
    },
    key=("indicator", "department", "month_from"),
)
CASES = Frame(
    "cases",
    {
        "month": "YYYYMM of the discharge",
        "department": "code",
        "disease_group": "code; '' was not grouped",
        "payer": "employee | resident | self | other",
        "cases": "number",
        "weight": "sum of weights",
        "days": "sum of nights, at least 1 a case",
        "deaths": "number",
        "readmitted": "number",
        "reoperated": "number",
        "surgical": "cases with an operation",
        "charge": "分",
        "charge_drug": "分",
        "charge_material": "分",
        "charge_exam": "分",
        "charge_lab": "分",
        "settled_cases": "cases whose settlement is stated",
        "settlement": "分, of settled cases",
        "settled_charge": "分, of settled cases",
        "risk": "of the group: low | mid_low | mid_high | high | ''",
        "benchmark_days": "of the group, NaN when not stated",
        "benchmark_charge": "of the group in 分, NaN when not stated",
    },
    key=("month", "department", "disease_group", "payer"),
)
VISITS = Frame(
    "visits",
    {
        "month": "YYYYMM",
        "department": "code",
        "stream": "outpatient | emergency",
        "payer": "employee | resident | self | other",
        "visits": "number",
        "charge": "分",
        "charge_drug": "分",
        "charge_material": "分",
        "charge_exam": "分",
        "charge_lab": "分",
    },
    key=("month", "department", "stream", "payer"),
)
ARRIVAL_DAYS = Frame(
    "arrivals by day",
    {
        "month": "YYYYMM",
        "date": "YYYYMMDD",
        "stream": "outpatient | emergency | inpatient",
        "department": "code",
        "count": "number",
    },
    key=("date", "stream", "department"),
)
ARRIVAL_WEEK = Frame(
    "arrivals by hour of the week",
    {
        "month": "YYYYMM",
        "weekday": "0 is Monday",
        "hour": "0-23",
        "stream": "outpatient | emergency | inpatient",
        "department": "code",
        "count": "number",
        "days": "such weekdays that the month's data hold",
    },
    key=("month", "weekday", "hour", "stream", "department"),
)
SIGNALS = Frame(
    "signals",
    {
        "subject": "indicator code, gap:TABLE, group:CODE, machine:CODE, machines:KIND,"
        " roster:STREAM, goal:PLAN.NUMBER",
        "department": "code; '' is the whole hospital",
        "month": "YYYYMM in which it is seen",
        "since": "YYYYMM in which it began",
        "reasons": "codes with , between: cause | year | missed | band | budget | gap | loss | idle"
        " | bottleneck | roster | plan",
        "direction": "worse | better | neutral",
        "severity": "high | medium | low",
        "value": "in `unit`, NaN when there is none",
        "unit": "unit of value, bound and usual",
        "bound": "what the value should keep, NaN when there is none",
        "usual": "what it was before, or what others are; NaN when it cannot be said",
        "detail": "cause: rule of the chart; roster: hours; machines: how many;"
        " goal: indicator:title; '' otherwise",
        "source": "text: where the bound comes from",
        "source_kind": "target | case | assumption | standard | ''",
        "stake": "what it amounts to; money in 分; NaN when it cannot be said",
        "stake_unit": "unit of the stake",
        "stake_months": "over how many months",
        "share": "the stake in the hospital's own figure over these months, NaN when unknown",
        "score": "rank: larger first",
    },
    key=("subject", "department"),
)
