"""Small facts and departments, written the way a person would jot them down."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from core.frames import DEPARTMENTS, FACTS

JAN, FEB, MAR = 202501, 202502, 202503
QUARTER = {"Q1": (JAN, FEB, MAR)}


def facts_of(table: Mapping[str, Mapping[str, Iterable[float | None]]]) -> pd.DataFrame:
    """{measure: {department: (January, February, March)}}; None is a hole."""
    rows = [
        {"month": month, "department": department, "measure": measure, "value": float(value)}
        for measure, by_department in table.items()
        for department, values in by_department.items()
        for month, value in zip((JAN, FEB, MAR), values, strict=False)
        if value is not None
    ]
    return pd.DataFrame(rows, columns=list(FACTS.columns))


def departments_of(
    categories: Mapping[str, str], beds: Mapping[str, float] | None = None
) -> pd.DataFrame:
    """{department: category}; 20 beds each unless `beds` says otherwise, NaN is not stated."""
    rows = [
        {
            "department": code,
            "name_zh": code,
            "name_en": code,
            "category": category,
            "beds": (beds or {}).get(code, 20.0),
            "opened": 0,
            "closed": 0,
        }
        for code, category in categories.items()
    ]
    return pd.DataFrame(rows, columns=list(DEPARTMENTS.columns))


TWO_WARDS = departments_of({"A": "clinical", "B": "clinical"})
UNKNOWN = np.nan
