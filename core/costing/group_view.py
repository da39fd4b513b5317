"""Disease groups told: per case, in four quadrants, step by step from payment to margin.

Ratios are sums over sums. A group without cases in the period has no row.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from core.costing.groups import COSTS, GROUPS
from core.costing.sides import CLASSES
from core.frames import Frame

TOP = 100
QUADRANTS = ("many_gain", "many_loss", "few_gain", "few_loss")
SUMMARY = Frame(
    "summary of groups",
    {
        **{name: unit for name, unit in GROUPS.columns.items() if name != "department"},
        "cost": "分",
        "margin": "分: payment less cost",
        "gap": "分: payment less what was charged",
        "payment_case": "分 a case; the same of charge, cost, margin, gap and each class of cost",
        "margin_share": "margin over payment, NaN without payment",
        "los": "days a case",
        "weight_case": "weight a case, NaN where no case states one",
        "high_share": "share of cases above their bound",
        "low_share": "share of cases below their bound",
    },
    key=("group",),
)
_PER_CASE = ("payment", "charge", "cost", "margin", "gap", *COSTS)


def summary(groups: pd.DataFrame, by: str = "group") -> pd.DataFrame:
    """SUMMARY of GROUPS rows, the largest number of cases first. by: group or department."""
    GROUPS.check(groups)
    numbers = [name for name in GROUPS.columns if name not in ("department", "group")]
    rows = groups.groupby(by, sort=True)[numbers].sum()
    rows["cost"] = rows[list(COSTS)].sum(axis=1)
    rows["margin"] = rows["payment"] - rows["cost"]
    rows["gap"] = rows["payment"] - rows["charge"]
    cases = rows["cases"].where(rows["cases"] > 0)
    for name in _PER_CASE:
        rows[f"{name}_case"] = rows[name] / cases
    rows["margin_share"] = rows["margin"] / rows["payment"].where(rows["payment"] > 0)
    rows["los"] = rows["days"] / cases
    rows["weight_case"] = rows["weight"].where(rows["weight"] > 0) / cases
    rows["high_share"], rows["low_share"] = rows["high"] / cases, rows["low"] / cases
    return rows.sort_values("cases", ascending=False, kind="stable").reset_index()


def quadrants(rows: pd.DataFrame, most: int = TOP) -> tuple[pd.DataFrame, float]:
    """The most frequent groups with their quadrant, and the median of cases that parts them.

    Many: at or above the median of those shown; gain: the payment covers the full cost. Cases
    that were not grouped are left out.
    """
    shown = rows[rows["group"] != ""].head(most).copy()
    if shown.empty:
        return shown.assign(quadrant=pd.Series(dtype=str)), float("nan")
    middle = float(shown["cases"].median())
    many = np.where(shown["cases"] >= middle, "many", "few")
    gain = np.where(shown["margin"] >= 0, "gain", "loss")
    return shown.assign(quadrant=[f"{m}_{g}" for m, g in zip(many, gain, strict=True)]), middle


def bridge(row: Mapping[Any, Any]) -> list[tuple[str, float, float]]:
    """Steps from payment to margin of a case: name, from, to; in 分."""
    at = float(row["payment_case"])
    steps = [("payment", 0.0, at)]
    for name in CLASSES:
        below = at - float(row[f"cost_{name}_case"])
        steps.append((name, at, below))
        at = below
    return [*steps, ("margin", 0.0, at)]


def beyond(row: Mapping[Any, Any], rows: pd.DataFrame) -> dict[str, float]:
    """By class, what a case costs beyond the hospital's share of that class in payments, in 分.

    rows: SUMMARY of all groups. NaN where nothing was paid.
    """
    paid = float(rows["payment"].sum())
    share = {name: float(rows[f"cost_{name}"].sum()) / paid if paid else np.nan for name in CLASSES}
    return {
        name: float(row[f"cost_{name}_case"]) - share[name] * float(row["payment_case"])
        for name in CLASSES
    }


def apart(row: Mapping[Any, Any], before: Mapping[Any, Any]) -> dict[str, float]:
    """A case now less a case of the reference, in 分; keys as in `bridge`, and los in days."""
    found = {
        name: float(row[f"cost_{name}_case"]) - float(before[f"cost_{name}_case"])
        for name in CLASSES
    }
    for name in ("payment", "margin"):
        found[name] = float(row[f"{name}_case"]) - float(before[f"{name}_case"])
    return found | {"los": float(row["los"]) - float(before["los"])}
