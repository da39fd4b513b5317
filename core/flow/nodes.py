"""Where patients wait: pools of machines with how busy they are, clinics with their reported waits.

What comes an hour is what was examined divided by the hours in which the pool was open: a mean of
the open hours by month, never a rush hour. Work is the measured time of an examination where the
hours of use are stated, else the time in the register. A pool is the machines of one kind of one
department.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from core.flow.queues import Line, waiting
from core.frames import Frame

MACHINE_MONTHS = Frame(
    "months of machines",
    {
        "month": "YYYYMM",
        "machine": "code",
        "kind": "ct | mr | ..., as in the table of machines",
        "department": "code",
        "open_hours_per_day": "hours, NaN when not stated",
        "minutes_per_exam": "minutes, NaN when not stated",
        "capacity_per_day": "examinations, NaN when not stated",
        "price_fen": "分",
        "life_years": "years",
        "maintenance_per_year_fen": "分, NaN when not stated",
        "examinations": "number",
        "hours": "hours of use, NaN when not stated",
        "days_due": "days, NaN when not stated",
        "days_down": "days, NaN when not stated",
    },
    key=("month", "machine"),
)
WAITS = Frame(
    "reported waits",
    {
        "month": "YYYYMM",
        "department": "code",
        "kind": "exam_days | exam_minutes | clinic_minutes",
        "waited": "days or minutes, added up over patients",
        "patients": "number",
    },
    key=("month", "department", "kind"),
)
NODES = Frame(
    "nodes",
    {
        "code": "kind.department",
        "kind": "of machine, or clinic",
        "department": "code",
        "machines": "in use in the last month, NaN for a clinic",
        "arrivals": "an open hour, NaN when it cannot be told",
        "minutes": "of an examination, NaN when it cannot be told",
        "measured": "bool: minutes are hours of use over examinations",
        "rho": "share of open time that the work takes, NaN when it cannot be told",
        "wait_min": "closed form, minutes; NaN where not stable, planned or not known",
        "open_hours": "a day, mean of the pool's machines",
        "open_days": "a month, mean",
        "daily": "examinations an open day",
        "capacity": "examinations a machine a day: the register's, else open hours over minutes",
        "exam_days": "reported mean days from order to examination, of the whole department",
        "reported_min": "reported mean minutes in the waiting room, of the whole department",
        "price_fen": "分, mean of the pool",
        "life_years": "years, mean of the pool",
        "maintenance_fen": "分 a year, mean of those stated",
    },
    key=("code",),
)
Node = Mapping[Any, Any]
"""A row of NODES."""
UNQUEUED = ("lab", "other")
"""Analysers take specimens, the rest are too mixed to be one line."""
PLANNED = ("dialysis", "dsa", "radiotherapy")
"""Every patient has a time of his own: busy they are, but nobody queues for them."""


def nodes(rows: pd.DataFrame, waits: pd.DataFrame, months: Sequence[int]) -> pd.DataFrame:
    """NODES of these months, the busiest pool first, then clinics by their reported wait.

    rows: MACHINE_MONTHS; waits: WAITS. What is not stated is NaN, never zero.
    """
    own = rows[rows["month"].isin(months) & ~rows["kind"].isin(UNQUEUED)]
    told = waits[waits["month"].isin(months)].groupby(["kind", "department"])
    sums = told[["waited", "patients"]].sum()
    means: dict[Any, float] = (sums["waited"] / sums["patients"].replace(0, np.nan)).to_dict()
    keys = own[["kind", "department"]].drop_duplicates()
    found = [
        _pool(
            kind, department, own[(own["kind"] == kind) & (own["department"] == department)], means
        )
        for kind, department in zip(keys["kind"], keys["department"], strict=True)
    ]
    found.sort(key=lambda node: (math.isnan(node["rho"]), -node["rho"]))
    clinics = [
        _node(f"clinic.{department}", "clinic", department) | {"reported_min": wait}
        for (kind, department), wait in means.items()
        if kind == "clinic_minutes"
    ]
    clinics.sort(key=lambda node: -node["reported_min"])
    return NODES.check(pd.DataFrame([*found, *clinics], columns=pd.Index(NODES.columns)))


def _node(code: str, kind: str, department: str) -> dict[str, Any]:
    bare: dict[str, Any] = dict.fromkeys(NODES.columns, math.nan)
    return bare | {"code": code, "kind": kind, "department": department, "measured": False}


def _pool(
    kind: str, department: str, rows: pd.DataFrame, means: dict[Any, float]
) -> dict[str, Any]:
    """One pool: sums over sums, months of a machine without days or hours left out of both."""
    last = rows[rows["month"] == rows["month"].max()]
    days = (rows["days_due"] - rows["days_down"].fillna(0)).clip(lower=0)
    opened = days * rows["open_hours_per_day"]
    known = opened.notna() & (opened > 0)
    servers = len(last)
    node = _node(f"{kind}.{department}", kind, department) | {
        "machines": float(servers),
        "exam_days": means.get(("exam_days", department), math.nan),
        "reported_min": means.get(("exam_minutes", department), math.nan),
        "price_fen": float(last["price_fen"].mean()),
        "life_years": float(last["life_years"].mean()),
        "maintenance_fen": float(last["maintenance_per_year_fen"].replace(0, np.nan).mean()),
    }
    minutes, measured = _minutes(rows)
    node |= {"minutes": minutes, "measured": measured}
    exams = float(rows.loc[known, "examinations"].sum())
    if not known.any() or not exams > 0:
        return node
    by_month = rows.loc[known].groupby("month")["machine"].count()
    each = opened[known].groupby(rows.loc[known, "month"]).sum() / by_month
    arrivals = exams / float(each.sum())
    open_days = float(days[known].groupby(rows.loc[known, "month"]).mean().mean())
    open_hours = float(opened[known].sum() / days[known].sum())
    node |= {"arrivals": arrivals, "open_hours": open_hours, "open_days": open_days}
    node["daily"] = arrivals * open_hours
    stated = float(last["capacity_per_day"].mean())
    node["capacity"] = open_hours * 60 / minutes if math.isnan(stated) else stated
    if minutes > 0:
        found = waiting(Line(arrivals, 60 / minutes, servers))
        wait = math.nan if kind in PLANNED else found.wait_h * 60
        node |= {"rho": found.line.rho, "wait_min": wait}
    return node


def _minutes(rows: pd.DataFrame) -> tuple[float, bool]:
    """Minutes of an examination, and whether they were measured."""
    stated = rows["hours"].notna() & (rows["hours"] > 0) & (rows["examinations"] > 0)
    if stated.any():
        own = rows[stated]
        return float(own["hours"].sum() * 60 / own["examinations"].sum()), True
    named = rows["minutes_per_exam"].notna()
    weight = rows.loc[named, "examinations"].clip(lower=0)
    if not weight.sum() > 0:
        return math.nan, False
    return float((rows.loc[named, "minutes_per_exam"] * weight).sum() / weight.sum()), False


def yearly_fixed(node: Node) -> float:
    """Price over life and maintenance of one more machine of the pool, 分 a year.

    Maintenance that no machine states counts as nothing; NaN without a price or a life.
    """
    upkeep = 0.0 if math.isnan(node["maintenance_fen"]) else node["maintenance_fen"]
    return node["price_fen"] / node["life_years"] + upkeep if node["life_years"] > 0 else math.nan


def slowest(found: Iterable[Node]) -> tuple[Node | None, Node | None]:
    """The node with the longest reported days, and the busiest; None where nothing tells."""
    rows = list(found)
    booked = [row for row in rows if not math.isnan(row["exam_days"])]
    busy = [row for row in rows if not math.isnan(row["rho"])]
    return (
        max(booked, key=lambda row: (row["exam_days"], row["rho"])) if booked else None,
        max(busy, key=lambda row: row["rho"]) if busy else None,
    )
