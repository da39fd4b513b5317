"""Signals from machines: those that stand idle, and kinds that have no room left.

Use is examinations in what could be examined on the days the machine was due, as OP025 has it. What
is kept for emergencies stands idle by intention and is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from core.analysis.equipment import MACHINE_USE, MACHINES
from core.analysis.signals import BOTTLENECK, IDLE, Found, begun, rows_of, share_of
from core.frames import Frame
from core.months import add_months, months_between

USED = Frame(
    "use of machines by month",
    {
        "month": "YYYYMM",
        "machine": "code",
        "kind": "code of the kind; other is no kind",
        "department": "code",
        "examinations": "number",
        "capacity": "examinations that the month's days had room for, NaN when not stated",
        "reserve": "whether it stands by for emergencies",
        "in_service": "YYYYMM",
        "price": "分",
        "life_years": "years of depreciation",
    },
    key=("month", "machine"),
)
WINDOW, QUARTER = 12, 3
NO_KIND = "other"
LEAST_MONTHS = 6
"""Assumption: of a machine with fewer months nothing is said."""
IDLE_BELOW, BESIDE_OTHERS = 40.0, 0.5
"""Assumption: idle is used below 40 % of capacity, and half as much as its kind at most."""
FULL_FROM = 95.0
"""Assumption: from 95 % of capacity on a queue grows with every patient."""


def used(register: pd.DataFrame, use: pd.DataFrame) -> pd.DataFrame:
    """USED rows of MACHINES and MACHINE_USE rows; days are those due."""
    rows = MACHINE_USE.check(use).merge(
        MACHINES.check(register), left_on="machine", right_on="code"
    )
    return USED.check(
        rows.assign(
            capacity=rows["days_due"] * rows["capacity_per_day"],
            reserve=rows["emergency_reserve"].astype(bool),
            price=rows["price_fen"],
        )[list(USED.columns)]
    )


def idle_machines(use: pd.DataFrame, month: int) -> pd.DataFrame:
    """FOUND rows of machines little used in the twelve months to `month`.

    use: USED rows. value: use in %; usual: the median of others of its kind; stake: the
    straight-line depreciation of the time not used.
    """
    year = _year(use, month)
    sums = year.groupby("machine")[["examinations", "capacity"]].sum()
    rate = (sums["examinations"] / sums["capacity"] * 100).to_dict()
    months = year.groupby("machine").size().to_dict()
    last = {row["machine"]: row for row in year.to_dict("records")}
    unused = {
        code: _depreciation(row, month) * (1 - rate[code] / 100) for code, row in last.items()
    }
    whole = float(sum(_depreciation(row, month) for row in last.values()))
    found = []
    for code, row in last.items():
        if row["month"] != month or months[code] < LEAST_MONTHS or row["reserve"]:
            continue
        usual = _others(last, rate, code)
        if not rate[code] < IDLE_BELOW or rate[code] > BESIDE_OTHERS * usual:
            continue
        found.append(
            Found(
                f"machine:{code}",
                row["department"],
                month,
                _since(use[use["machine"] == code], month, (-np.inf, IDLE_BELOW)),
                IDLE,
                "worse",
                rate[code],
                "%",
                usual=usual,
                stake=unused[code] or np.nan,
                stake_unit="元",
                stake_months=WINDOW,
                share=share_of(unused[code], whole),
            )
        )
    return rows_of(found)


def _others(last: Mapping[str, Mapping[Any, Any]], rate: Mapping[str, float], code: str) -> float:
    """The median use of others of its kind that do not stand by; NaN where there are none."""
    kind = last[code]["kind"]
    rates = [
        rate[other]
        for other, row in last.items()
        if other != code and row["kind"] == kind != NO_KIND and not row["reserve"]
    ]
    return float(np.median(rates)) if rates else np.nan


def full_machines(use: pd.DataFrame, month: int) -> pd.DataFrame:
    """FOUND rows of kinds of machine that a department used to the full for twelve months.

    value: use of all of them in %; detail: how many; stake: the month's examinations, all of
    which wait.
    """
    year = _year(use, month)
    year = year[~year["reserve"] & (year["kind"] != NO_KIND)]
    now = year[year["month"] == month]
    whole = float(now["examinations"].sum())
    found = []
    for key, rows in year.groupby(["department", "kind"]):
        department, kind = (str(part) for part in key)  # type: ignore[attr-defined]
        rate = float(rows["examinations"].sum() / rows["capacity"].sum() * 100)
        own = rows[rows["month"] == month]
        if rate < FULL_FROM or rows["month"].nunique() < LEAST_MONTHS or own.empty:
            continue
        of_them = use[(use["department"] == department) & (use["kind"] == kind) & ~use["reserve"]]
        stake = float(own["examinations"].sum())
        found.append(
            Found(
                f"machines:{kind}",
                department,
                month,
                _since(of_them, month, (FULL_FROM, np.inf)),
                BOTTLENECK,
                "worse",
                rate,
                "%",
                bound=FULL_FROM,
                detail=str(len(own)),
                stake=stake,
                stake_unit="人次",
                share=share_of(stake, whole),
            )
        )
    return rows_of(found)


def _year(use: pd.DataFrame, month: int) -> pd.DataFrame:
    """Rows with a stated capacity of the twelve months, by month."""
    USED.check(use)
    inside = use["month"].between(add_months(month, 1 - WINDOW), month)
    return use[inside & (use["capacity"] > 0)].sort_values(["month", "machine"])


def _depreciation(machine: Mapping[Any, Any], month: int) -> float:
    """Of the twelve months to `month`, straight-line, in 分; none of what is written off."""
    life = round(float(machine["life_years"]) * 12)
    age = months_between(int(machine["in_service"]), month)
    inside = min(WINDOW, age, max(0, life - age + WINDOW))
    return float(machine["price"]) / life * max(0, inside) if life > 0 else 0.0


def _since(rows: pd.DataFrame, month: int, between: tuple[float, float]) -> int:
    """The first month of the oldest three in the run whose use lies there."""
    sums = rows[rows["capacity"] > 0].groupby("month")[["examinations", "capacity"]].sum()
    quarters = sums.rolling(QUARTER, min_periods=1).sum()
    rate = quarters["examinations"] / quarters["capacity"] * 100
    inside = (rate >= between[0]) & (rate <= between[1])
    start = begun([int(one) for one in rate.index], inside.tolist())
    if not start:
        return add_months(month, 1 - WINDOW)
    place = list(rate.index).index(start)
    return int(rate.index[max(0, place - QUARTER + 1)])
