"""Tables of visits and bed-days."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.costing.official.material import (
    KINDS,
    Line,
    Material,
    Table,
    by_kind,
    department_heads,
    floats,
    kind_names,
    named,
    percent,
)
from core.words import t


def unit_whole(given: Material, costs: pd.DataFrame, unit: str) -> Table:
    """The hospital's cost of a visit or bed-day by kind: 元, 元 each, per cent."""
    kinds = by_kind(costs[costs["unit"] == unit].assign(one=""), "one")
    row = kinds.iloc[0] if len(kinds) else pd.Series(0.0, index=list(KINDS))
    whole = given.each[(given.each["unit"] == unit) & (given.each["department"] == "")].iloc[0]
    volume, total = float(whole["volume"]), float(row.sum())
    known = volume > 0 and not np.isnan(volume)
    pairs = [*zip(kind_names(), floats(row), strict=True), (t("official.total"), total)]
    lines: list[Line] = [
        (word, value, value / volume if known else None, percent(value, total))
        for word, value in pairs
    ]
    lines.append((t(f"profit.unit.volume.{unit}"), volume if known else None, None, None))
    heads = (
        t("costing.column.item"),
        t("official.amount.plain"),
        t(f"profit.unit.each.{unit}"),
        t("official.percent.plain"),
    )
    return Table(f"{_stem(unit)}_hospital", heads, tuple(lines))


def _stem(unit: str) -> str:
    return "visit" if unit == "outpatient" else "day"


def units(given: Material, unit: str) -> Table:
    """Departments: cost, volume, cost of each, or why there is none."""
    rows = given.each[(given.each["unit"] == unit) & (given.each["department"] != "")]
    lines: list[Line] = []
    for row in rows.to_dict("records"):
        volume = None if np.isnan(row["volume"]) else float(row["volume"])
        each = None if row["reason"] else row["each"] / 100
        reason = t(f"profit.unit.reason.{row['reason']}") if row["reason"] else ""
        lines.append((*named(given, row["department"]), row["cost"] / 100, volume, each, reason))
    heads = (
        *(*department_heads(), t("profit.unit.cost")),
        *(t(f"profit.unit.volume.{unit}"), t(f"profit.unit.each.{unit}"), t("profit.unit.reason")),
    )
    return Table(_stem(unit), heads, tuple(lines))
