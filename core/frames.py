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
        "department": "code; '' is the whole hospital; or a category code at level category",
        "indicator": "code",
        "value": "in the indicator's unit, NaN when missing",
        "top": "in the unit of the top measure, NaN when missing",
        "bottom": "in the unit of the bottom measure, NaN when missing or not a ratio",
        "reason": "'' | no_data | zero_bottom | not_applicable",
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
