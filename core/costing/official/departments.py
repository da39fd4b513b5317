"""Tables of departments: direct cost, full cost, its composition, the allocation, cost layers."""

from __future__ import annotations

import pandas as pd

from core.costing.official.material import (
    KINDS,
    TIERS,
    Cell,
    Line,
    Material,
    Table,
    by_department,
    by_kind,
    department_heads,
    floats,
    kind_names,
    named,
    percent,
    yuan,
)
from core.words import t

KNOWN = ("business", "admin", "medical")
UNKNOWN = ("fiscal", "research", "medical_whole", "expenses", "hospital_whole")
"""Layers that direct cost does not mark."""


def direct(given: Material) -> Table:
    """Departments by category with subtotals, then all."""
    wide = by_kind(given.direct, "department")
    wide["total"] = wide.sum(axis=1)
    lines = _by_tier(given, wide)
    heads = (*_tier_heads(), *kind_names(), t("official.total"))
    return Table("direct", heads, tuple(lines))


def _tier_heads() -> tuple[str, ...]:
    return (*department_heads(), t("column.category"))


def _by_tier(given: Material, wide: pd.DataFrame) -> list[Line]:
    """Lines by category with subtotals, then all."""
    tiers = wide.index.map(lambda code: given.categories.get(str(code), ""))
    lines: list[Line] = []
    for tier in (*TIERS, *sorted(set(tiers) - set(TIERS))):
        own = wide[tiers == tier]
        word = t(f"category.{tier or 'unclassified'}")
        lines += [(*named(given, str(code)), word, *floats(row)) for code, row in own.iterrows()]
        if len(own):
            lines.append(("", t("official.subtotal", category=word), word, *floats(own.sum())))
    lines.append(("", t("official.total"), "", *floats(wide.sum())))
    return lines


def direct_whole(given: Material) -> Table:
    """Direct cost by layer: 医疗业务成本 of all but administration, with it 医疗成本."""
    total = given.direct.groupby("department", sort=True)["amount_fen"].sum() / 100
    governs = total.index.map(lambda code: given.categories.get(str(code), "")) == "admin"
    wide = pd.DataFrame(
        {"business": total.where(~governs, 0.0), "admin": total.where(governs, 0.0)}
    )
    wide["medical"] = total
    return _layers("direct_whole", _tier_heads(), _by_tier(given, wide))


def full_whole(given: Material) -> Table:
    """Full cost of clinical departments by the layer of the direct cost it is made of."""
    whole = given.origins.sum(axis=1)
    governed = given.origins["admin"] if "admin" in given.origins else whole * 0
    lines: list[Line] = [
        (
            *named(given, str(code)),
            *yuan((whole[code] - governed[code], governed[code], whole[code])),
        )
        for code in whole.index
    ]
    sums = (int((whole - governed).sum()), int(governed.sum()), int(whole.sum()))
    lines.append(("", t("official.total"), *yuan(sums)))
    return _layers("full_whole", department_heads(), lines)


def _layers(code: str, heads: tuple[str, ...], lines: list[Line]) -> Table:
    """The layers that are known, and empty columns for the others."""
    blank: tuple[Cell, ...] = (None,) * len(UNKNOWN)
    names = [t(f"official.layer.{layer}") for layer in (*KNOWN, *UNKNOWN)]
    filled = tuple((*line, *blank) for line in lines)
    return Table(code, (*heads, *names), filled, t("official.why.layers"))


def full(given: Material, costs: pd.DataFrame) -> Table:
    """By kind: direct, indirect, full. costs: COSTS with kind."""
    own = costs[costs["part"].isin(["direct", "common"])]
    booked, whole = by_kind(own, "department"), by_kind(costs, "department")
    booked = booked.reindex(whole.index, fill_value=0)
    heads, columns = [], []
    for kind, word in zip((*KINDS, "total"), (*kind_names(), t("official.total")), strict=True):
        ours, all_of = (
            frame.sum(axis=1) if kind == "total" else frame[kind] for frame in (booked, whole)
        )
        columns += [ours, all_of - ours, all_of]
        heads += [t(f"official.of.{part}", kind=word) for part in ("direct", "indirect", "full")]
    return by_department(given, "full", heads, pd.concat(columns, axis=1))


def composition(given: Material, costs: pd.DataFrame) -> Table:
    """By kind: 元 and per cent of the department's full cost."""
    wide = by_kind(costs, "department")
    wide.loc[""] = wide.sum()
    heads: list[str] = []
    for word in (*kind_names(), t("official.total")):
        heads += [t("official.amount", kind=word), t("official.percent", kind=word)]
    lines: list[Line] = []
    for code, row in wide.iterrows():
        total = float(row.sum())
        cells: list[Cell] = []
        for value in (*floats(row), total):
            cells += [value, percent(value, total)]
        lines.append((*(named(given, str(code)) if code else ("", t("official.total"))), *cells))
    return Table("composition", (*department_heads(), *heads), tuple(lines))


def summary(given: Material) -> Table:
    """Direct cost, what each level brought, full cost, income and what is left."""
    rows = given.lines
    own = rows["variable"] + rows["own_fixed"] + rows["uncontrollable"]
    wide = pd.DataFrame(
        {
            t("costing.column.direct"): own,
            **{
                t(f"costing.column.{level}"): rows[level]
                for level in ("level1", "level2", "level3")
            },
            t("costing.column.full"): rows["full"],
            t("profit.step.income"): rows["income"],
            t("profit.step.surplus"): rows["surplus"],
        }
    )
    return by_department(given, "summary", list(wide.columns), wide / 100)
