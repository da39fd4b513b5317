"""Data quality: what is complete, what adds up, and what is late.

Pure: presence and sums come as frames, due days and today's date are handed in.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.frames import Frame
from core.months import add_months, days_in_month, first_day, month_range

PRESENCE = Frame(
    "presence",
    {
        "month": "YYYYMM",
        "department": "code; '' is the whole hospital",
        "contract": "table",
        "rows": "how many rows it holds there, more than 0",
    },
    key=("month", "department", "contract"),
)
COMPLETENESS = Frame(
    "completeness",
    {
        "month": "YYYYMM",
        "department": "code; '' is the table as a whole",
        "contract": "table",
        "delivered": "whether it is there; rows hold only what is expected",
    },
    key=("month", "department", "contract"),
)
SIDES = Frame(
    "sides",
    {
        "month": "YYYYMM",
        "department": "code; '' is the whole hospital",
        "side": "code of a sum: table.column",
        "value": "money in 分",
    },
    key=("month", "department", "side"),
)
RECONCILED = Frame(
    "reconciled",
    {
        "check": "code of the check",
        "subject": "code of an indicator where the check is about one, else ''",
        "month": "YYYYMM",
        "department": "code; '' is the whole hospital",
        "left": "NaN when missing",
        "right": "NaN when missing",
        "difference": "left minus right, NaN when a side is missing",
        "tolerance": "how large the difference may be",
        "state": "ok | off | none: a side is missing",
    },
    key=("check", "subject", "month", "department"),
)
FRESHNESS = Frame(
    "freshness",
    {
        "contract": "table",
        "last": "YYYYMM, 0 when it was never delivered",
        "due": "day of the following month, 0 when there is none",
        "due_on": "date on which the next month is or was due, NaT when there is none",
        "late": "days, 0 when not late",
    },
    key=("contract",),
)

REQUIRED = ("workload", "income", "direct_cost", "driver")
"""Tables without which little can be said of a month: expected of every hospital."""
EVENTS = ("case", "visit", "arrival")
"""Tables of single events: a department may have none in a month, and lacks nothing."""
LOOK_BACK, ENOUGH = 12, 6
"""A table is expected of who delivered it in 6 of the 12 months before; half of fewer months.

Of EVENTS a department is expected to have some when it had some in each of them.
"""


def completeness(
    presence: pd.DataFrame, lives: Mapping[str, tuple[int, int]], last: int, count: int = 12
) -> pd.DataFrame:
    """COMPLETENESS of the `count` months up to `last`.

    presence: PRESENCE rows, best from 12 months before the first of those. lives: opened and
    closed (0: open-ended) by department; nothing is expected outside them. Of a month in which a
    table lacks altogether, the departments are not listed beside the table.
    """
    PRESENCE.check(presence)
    if presence.empty:
        return COMPLETENESS.empty()
    begin = int(presence["month"].min())
    months = [m for m in month_range(add_months(last, 1 - count), last) if m >= begin]
    keys = (presence[name].tolist() for name in ("contract", "department", "month"))
    held: set[tuple[str, str, int]] = set(zip(*keys, strict=True))
    whole = {(contract, month) for contract, _, month in held}
    places = sorted({(contract, place) for contract, place, _ in held if place})
    rows = []
    for month in months:
        before = month_range(max(begin, add_months(month, -LOOK_BACK)), add_months(month, -1))
        for contract in sorted({contract for contract, _ in whole} | set(REQUIRED)):
            known = sum((contract, m) in whole for m in before)
            if contract in REQUIRED or _expected(known, len(before)):
                rows.append((month, "", contract, (contract, month) in whole))
        for contract, place in places:
            known = sum((contract, place, m) in held for m in before)
            enough = known == len(before) if contract in EVENTS else True
            if (contract, month) not in whole or not enough or not _expected(known, len(before)):
                continue
            opened, closed = lives.get(place, (0, 0))
            if opened <= month and (not closed or month <= closed):
                rows.append((month, place, contract, (contract, place, month) in held))
    return pd.DataFrame(rows, columns=pd.Index(list(COMPLETENESS.columns)))


def _expected(known: int, months: int) -> bool:
    need = ENOUGH if months >= LOOK_BACK else -(-months // 2)
    return months > 0 and known >= need


def gaps(complete: pd.DataFrame, month: int) -> pd.DataFrame:
    """COMPLETENESS rows of one month that are not delivered, whole tables first."""
    lacking = complete[(complete["month"] == month) & ~complete["delivered"].astype(bool)]
    return lacking.sort_values(["department", "contract"]).reset_index(drop=True)


def share_delivered(complete: pd.DataFrame, month: int) -> float:
    """Of what was expected in the month, how much is there, 0-1; NaN when nothing was."""
    rows = complete.loc[complete["month"] == month, "delivered"]
    return float(rows.astype(float).mean()) if len(rows) else float("nan")


@dataclass(frozen=True)
class Check:
    """Two sums that should agree; a side may start with - to be subtracted.

    The first term of a side is what it is about: without it the side is missing.
    """

    code: str
    left: tuple[str, ...]
    right: tuple[str, ...]
    unit: str
    tables: tuple[str, ...]
    """Where the two sides come from: what to look at when they differ."""
    share: float = 0.0
    """假设: how far they may differ, as a share of the larger."""
    departments: bool = True
    """Whether it must hold in every department too."""


_VISITS = ("workload.outpatient_visits", "workload.emergency_visits")
CHECKS = (
    Check("cases", ("case.cases",), ("workload.discharges",), "人次", ("case", "workload"), 0.005),
    Check(
        "case_days",
        ("case.days",),
        ("workload.discharged_bed_days",),
        "床日",
        ("case", "workload"),
        0.01,
    ),
    Check("visits", ("visit.visits",), _VISITS, "人次", ("visit", "workload"), 0.005),
    Check("arrivals", ("arrival.count",), _VISITS, "人次", ("arrival", "workload"), 0.01),
    Check("charges", ("visit.charge",), ("income.outpatient",), "元", ("visit", "income"), 0.01),
    Check(
        "census",
        ("census.occupied", "case.same_day"),
        ("workload.bed_days_used",),
        "床日",
        ("census", "workload"),
        0.005,
    ),
    Check(
        "carried",
        ("workload.in_bed_before",),
        ("workload.in_bed_start",),
        "人",
        ("workload",),
    ),
    Check(
        "balance",
        (
            "workload.in_bed_start",
            "workload.admissions",
            "workload.transfers_in",
            "-workload.discharges",
            "-workload.transfers_out",
        ),
        ("workload.in_bed_end",),
        "人",
        ("workload",),
    ),
    Check(
        "transfers",
        ("workload.transfers_in",),
        ("workload.transfers_out",),
        "人次",
        ("workload",),
        departments=False,
    ),
    Check(
        "performing",
        ("income.ordering",),
        ("income.performing",),
        "元",
        ("income",),
        departments=False,
    ),
    Check(
        "ledger_cost",
        ("cost.total",),
        ("ledger.cost",),
        "元",
        ("direct_cost",),
        0.001,
        departments=False,
    ),
    Check(
        "ledger_income",
        ("income.ordering",),
        ("ledger.income",),
        "元",
        ("income",),
        0.001,
        departments=False,
    ),
)
REPORTED = "reported"
"""Check over reported values: the hospital's own row against the sum of its departments."""


def reconcile(sides: pd.DataFrame, months: Sequence[int]) -> pd.DataFrame:
    """RECONCILED of these months: each check for the hospital, then by department.

    sides: SIDES rows of these months and of the one before the first. Left out is a check of
    which a side is missing in every month: who never brings visits has none to compare. The
    ledger's are kept, for its totals can be typed in.
    """
    SIDES.check(sides)
    carried = sides[sides["side"] == "workload.in_bed_end"].assign(side="workload.in_bed_before")
    carried["month"] = [add_months(int(month), 1) for month in carried["month"]]
    every = pd.concat([sides, carried], ignore_index=True)
    every = every[every["month"].isin(list(months))]
    own = every.pivot_table(
        index=["month", "department"], columns="side", values="value", aggfunc="sum"
    )
    whole = every.pivot_table(index="month", columns="side", values="value", aggfunc="sum")
    whole.index = pd.MultiIndex.from_arrays([whole.index, [""] * len(whole)])
    parts = [_checked(check, whole) for check in CHECKS]
    inside = own[[bool(place) for place in own.index.get_level_values(1)]]
    parts += [_checked(check, inside) for check in CHECKS if check.departments]
    parts.append(_reported(every))
    found = [part for part in parts if len(part)]
    return _meaningful(pd.concat(found, ignore_index=True)) if found else RECONCILED.empty()


def _meaningful(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of checks that can be made in some month, and those of the ledger."""
    known = (rows["state"] != "none").groupby([rows[n] for n in ("check", "subject", "department")])
    kept = known.transform("any") | rows["check"].str.startswith("ledger")
    return rows[kept].reset_index(drop=True)


def _checked(check: Check, wide: pd.DataFrame) -> pd.DataFrame:
    """One check over rows (month, department) with a column a side."""
    left, right = _side(check.left, wide), _side(check.right, wide)
    return _states(check.code, "", pd.DataFrame({"left": left, "right": right}), check.share)


def _side(terms: tuple[str, ...], wide: pd.DataFrame) -> pd.Series:
    """Sum of the terms; missing where the first is not known."""
    signed: list[pd.Series] = [
        wide.get(term.removeprefix("-"), pd.Series(np.nan, index=wide.index))
        * (-1 if term.startswith("-") else 1)
        for term in terms
    ]
    return pd.concat(signed, axis=1).sum(axis=1).where(signed[0].notna())


def _states(check: str, subject: str, rows: pd.DataFrame, share: float) -> pd.DataFrame:
    rows = rows[rows["left"].notna() | rows["right"].notna()]
    difference = rows["left"] - rows["right"]
    tolerance = share * rows.abs().max(axis=1)
    within = difference.abs() <= tolerance + 1e-9
    state = np.where(difference.isna(), "none", np.where(within, "ok", "off"))
    return pd.DataFrame(
        {
            "check": check,
            "subject": subject,
            "month": rows.index.get_level_values(0).to_numpy(int),
            "department": rows.index.get_level_values(1).to_numpy(str),
            "left": rows["left"].to_numpy(float),
            "right": rows["right"].to_numpy(float),
            "difference": difference.to_numpy(float),
            "tolerance": tolerance.to_numpy(float),
            "state": state,
        }
    )


def _reported(every: pd.DataFrame) -> pd.DataFrame:
    """Numerators and denominators of reported indicators that both levels state."""
    rows = every[every["side"].str.startswith("reported.")]
    parts = []
    for side, own in rows.groupby("side"):
        levels = own.assign(level=np.where(own["department"] == "", "left", "right"))
        sums = levels.pivot_table(index="month", columns="level", values="value", aggfunc="sum")
        if {"left", "right"} <= set(sums.columns):
            both = sums.dropna(subset=["left", "right"])
            both.index = pd.MultiIndex.from_arrays([both.index, [""] * len(both)])
            parts.append(_states(REPORTED, str(side).removeprefix("reported."), both, 0.0))
    return pd.concat(parts, ignore_index=True) if parts else RECONCILED.empty()


def freshness(
    last: Mapping[str, int], due: Mapping[str, int], today: dt.date, begin: int
) -> pd.DataFrame:
    """FRESHNESS of every table of `due`.

    last: newest month by table; due: day of the month after, 0 for none; begin: first month that
    the hospital holds, 0 when it holds none. A table that was never delivered is late only when
    it is one of REQUIRED and the hospital holds data.
    """
    rows = []
    for contract, day in due.items():
        newest = last.get(contract, 0)
        wanted = add_months(newest, 1) if newest else begin if contract in REQUIRED else 0
        due_on = _due_on(wanted, day) if wanted and day else None
        late = max(0, (today - due_on).days) if due_on else 0
        rows.append((contract, newest, day, due_on, late))
    found = pd.DataFrame(rows, columns=pd.Index(list(FRESHNESS.columns)))
    return found.sort_values(["late", "contract"], ascending=[False, True], ignore_index=True)


def _due_on(month: int, day: int) -> dt.date:
    """The day of the following month on which a month's table is due; its last at most."""
    following = add_months(month, 1)
    return first_day(following).replace(day=min(day, days_in_month(following)))
