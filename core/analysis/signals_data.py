"""Signals from data that did not come: a table that a department, or everybody, did not report."""

from __future__ import annotations

import pandas as pd

from core.analysis.data_quality import COMPLETENESS, gaps
from core.analysis.signals import GAP, Found, begun, rows_of


def missing_tables(complete: pd.DataFrame, month: int) -> pd.DataFrame:
    """FOUND rows of what was expected in the month and is not there, with since when.

    complete: COMPLETENESS of this month and those before.
    """
    COMPLETENESS.check(complete)
    by = {
        key: dict(zip(rows["month"], rows["delivered"].astype(bool), strict=True))
        for key, rows in complete.groupby(["department", "contract"])
    }
    found = []
    for row in gaps(complete, month).to_dict("records"):
        place, contract = row["department"], row["contract"]
        known = by[place, contract]
        months = sorted(known)
        since = begun(months, [not known[one] for one in months])
        found.append(Found(f"gap:{contract}", place, month, since, GAP, "worse"))
    return rows_of(found)
