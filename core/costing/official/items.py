"""Tables of service items: examinations on the machines of medical-technical departments.

Only what machines report can be told: the store holds no volumes of other items. What a
department spent beyond them stands in its own column, so that its full cost is found again.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from core.costing.examinations import WAYS
from core.costing.official.material import (
    Cell,
    Line,
    Material,
    Performer,
    Table,
    department_heads,
    named,
    percent,
    yuan,
)
from core.statistics.rounding import to_totals
from core.words import t


def tables(given: Material) -> tuple[Table, ...]:
    """Summary by department and detail by item; none where no item's cost can be told."""
    if not any(len(one.rows) for one in given.performers):
        return ()
    return _summary(given), _detail(given)


def _told(one: Performer) -> int:
    """分 that the items carry."""
    return round(one.pool_fen) if len(one.rows) else 0


def _summary(given: Material) -> Table:
    """A line a department: its pool, what its items carry, the rest and why."""
    lines: list[Line] = []
    for one in given.performers:
        told = _told(one)
        why = "" if len(one.rows) else t("official.items.none")
        work = _work(one) if len(one.rows) else (None, None, None)
        money = yuan((one.whole_fen, told, one.whole_fen - told))
        share = percent(told, one.whole_fen)
        lines.append((*named(given, one.department), *money, share, *work, why))
    whole = sum(one.whole_fen for one in given.performers)
    told = sum(_told(one) for one in given.performers)
    money = yuan((whole, told, whole - told))
    lines.append(("", t("official.total"), *money, percent(told, whole), None, None, None, ""))
    names = ("whole", "told", "rest", "share", "kinds", "volume", "income", "why")
    heads = (*department_heads(), *(t(f"official.items.{name}") for name in names))
    return Table("item_summary", heads, tuple(lines), t("official.why.items"))


def _work(one: Performer) -> tuple[Cell, ...]:
    """Kinds, volume and income (元; none where a kind does not state it)."""
    income = float((one.rows["price"] * one.rows["volume"]).sum(skipna=False))
    told = None if np.isnan(income) else round(income) / 100
    return float(len(one.rows)), float(one.rows["volume"].sum()), told


def _detail(given: Material) -> Table:
    """A line an item: volume, what is charged, its cost by each way, all of it by the first."""
    lines: list[Line] = []
    for one in given.performers:
        if one.rows.empty:
            continue
        way = next(way for way in WAYS if not one.rows[way].isna().any())
        exact = (one.rows[way] * one.rows["volume"]).to_numpy(float)
        amounts = to_totals(exact[:, None], np.array([_told(one)]))[:, 0]
        for row, fen in zip(one.rows.to_dict("records"), amounts, strict=True):
            lines.append((*named(given, one.department), *_line(row, way, int(fen))))
    total = sum(_told(one) for one in given.performers) / 100
    lines.append(("", t("official.total"), "", None, None, total, "", *(None,) * len(WAYS)))
    heads = (
        *(*department_heads(), t("disease.items.kind"), t("disease.items.volume")),
        *(t("disease.items.price"), t("official.items.cost"), t("official.items.way")),
        *(t("official.items.each", way=t(f"disease.items.way.{way}")) for way in WAYS),
    )
    return Table("item_detail", heads, tuple(lines), t("official.why.items"))


def _line(row: dict[Any, Any], way: str, fen: int) -> tuple[Cell, ...]:
    each = [None if np.isnan(row[one]) else row[one] / 100 for one in WAYS]
    price = None if np.isnan(row["price"]) else row["price"] / 100
    return (row["name"], float(row["volume"]), price, fen / 100, t(f"official.way.{way}"), *each)
