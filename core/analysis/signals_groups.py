"""Signals from disease groups that lose money: what insurance settles against what cases charge."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from core.analysis.signals import LOSS, Found, begun, rows_of, share_of
from core.frames import Frame
from core.months import add_months, month_range

SETTLED = Frame(
    "settled",
    {
        "month": "YYYYMM of the discharge",
        "department": "code",
        "disease_group": "code, never ''",
        "cases": "cases whose settlement is stated",
        "settlement": "分, of these",
        "charge": "分, of these",
    },
    key=("month", "department", "disease_group"),
)
WINDOW, QUARTER = 12, 3
LEAST_LOSS = 3.0
"""Assumption: a group that gets 3 % less than it charges, or worse, is looked at."""
LEAST_CASES = 30
"""Assumption: of fewer settled cases in twelve months nothing is said."""
MOST_GROUPS = 20
"""The largest losses; what lies below them moves little."""


def losing_groups(settled: pd.DataFrame, month: int) -> pd.DataFrame:
    """FOUND rows of the groups of a department that lost most in the twelve months to `month`.

    settled: SETTLED rows, best of 24 months. value: what is left of 100 分 charged, in %;
    it began where the last unbroken run of losing quarters (any three months) began.
    """
    SETTLED.check(settled)
    year = settled[settled["month"].between(add_months(month, 1 - WINDOW), month)]
    if not (year["month"] == month).any():
        return rows_of([])
    whole = float(year["charge"].sum())
    sums = year.groupby(["disease_group", "department"])[["cases", "settlement", "charge"]].sum()
    sums = sums[(sums["cases"] >= LEAST_CASES) & (sums["charge"] > 0)]
    left = sums["settlement"] - sums["charge"]
    rate = left / sums["charge"] * 100
    worst = left[(rate <= -LEAST_LOSS) & (left < 0)].sort_values(kind="stable").head(MOST_GROUPS)
    by = dict(iter(settled.groupby(["disease_group", "department"])))
    found = []
    for (group, department), loss in worst.items():  # type: ignore[misc]
        found.append(
            Found(
                f"group:{group}",
                department,
                month,
                _since(by[group, department], month),
                LOSS,
                "worse",
                float(rate[group, department]),
                "%",
                bound=0.0,
                stake=-float(loss),
                stake_unit="元",
                stake_months=WINDOW,
                share=share_of(float(loss), whole),
            )
        )
    return rows_of(found)


def _since(rows: pd.DataFrame, month: int) -> int:
    """The first month of the oldest losing quarter of the run that ends now."""
    left = (rows["settlement"] - rows["charge"]).groupby(rows["month"]).sum()
    months: Sequence[int] = month_range(int(rows["month"].min()), month)
    quarters = left.reindex(months).fillna(0).rolling(QUARTER).sum()
    ends = begun(list(quarters.index), [bool(one < 0) for one in quarters])
    return add_months(ends, 1 - QUARTER) if ends else month
