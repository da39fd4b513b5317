"""Tables of disease groups (病种: DIP groups, and DRG), top-down (自上而下法).

What the cases carry and what the departments spent on inpatients differ; the note says by how
much, so that both can be found again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from core.costing.groups import COSTS
from core.costing.official.material import (
    Cases,
    Cell,
    Line,
    Material,
    System,
    Table,
    department_heads,
    named,
    percent,
    yuan,
)
from core.costing.sides import CLASSES, PARTS
from core.statistics.rounding import to_totals
from core.words import t

SYSTEMS: tuple[System, ...] = ("disease", "drg")


def tables(given: Material, system: System) -> tuple[Table, ...]:
    """Detail, composition and units of one system; none where it has no cases."""
    if given.cases is None:
        return ()
    rows = of_system(given.cases, system)
    if rows.empty:
        return ()
    note = _note(given.cases)
    made = (_detail, _composition, _units)
    return tuple(make(given, given.cases, system, rows, note) for make in made)


def of_system(cases: Cases, system: System) -> pd.DataFrame:
    """GROUPS rows that are told in the tables of a system."""
    rows = cases.costed.groups
    own = [cases.system_of(str(code)) == system for code in rows["group"]]
    return rows[own].reset_index(drop=True)


def _note(cases: Cases) -> str:
    figures = (cases.costed.pool_fen, cases.costed.carried_fen, cases.costed.variance_fen)
    pool, carried, variance = (f"{fen / 100:,.2f}" for fen in figures)
    told = t("official.cases.note", pool=pool, carried=carried, variance=variance)
    return f"{told} {cases.left_out}".rstrip()


def _name(cases: Cases, code: str) -> tuple[str, str]:
    return code, cases.names.get(code, code) if code else t("official.cases.ungrouped")


def _group_heads() -> tuple[str, str]:
    return t("official.cases.code"), t("disease.column.group")


def _class_heads() -> list[str]:
    return [t("official.amount", kind=t(f"disease.class.{name}")) for name in CLASSES]


def _detail(given: Material, cases: Cases, system: System, rows: pd.DataFrame, note: str) -> Table:
    """A line a group: cases, days, cost by class, cost a case, payment and what is left."""
    numbers = ["cases", "days", "payment", *COSTS]
    sums = rows.groupby("group", sort=True)[numbers].sum()
    sums.loc["*"] = sums.sum()
    lines: list[Line] = []
    for code, row in sums.iterrows():
        cost = float(row[list(COSTS)].sum())
        many = float(row["cases"])
        left = float(row["payment"]) - cost
        first = _name(cases, str(code)) if code != "*" else ("", t("official.total"))
        each = cost / many / 100 if many else None
        money = yuan((*row[list(COSTS)], cost))
        lines.append(
            (*first, many, float(row["days"]), *money, each, *yuan((row["payment"], left)))
        )
    heads = (
        *_group_heads(),
        *(t("disease.column.cases"), t("official.cases.days")),
        *_class_heads(),
        *(t("official.cases.cost"), t("disease.column.cost_case")),
        *(t("official.cases.payment"), t("official.cases.left")),
    )
    return Table(system, heads, tuple(lines), note=note)


def _composition(
    given: Material, cases: Cases, system: System, rows: pd.DataFrame, note: str
) -> Table:
    """A line a group: each part of the full cost in 元 and per cent."""
    wide = parts_of(rows, cases.parts).groupby(rows["group"], sort=True).sum()
    wide.loc["*"] = wide.sum()
    heads: list[str] = []
    for word in (*[t(f"breakeven.part.{part}") for part in PARTS], t("official.total")):
        heads += [t("official.amount", kind=word), t("official.percent", kind=word)]
    lines: list[Line] = []
    for code, row in wide.iterrows():
        whole = float(row.sum())
        cells: list[Cell] = []
        for value in (*row, whole):
            cells += [float(value) / 100, percent(float(value), whole)]
        first = _name(cases, str(code)) if code != "*" else ("", t("official.total"))
        lines.append((*first, *cells))
    about = f"{t('official.cases.parts')} {note}"
    return Table(f"{system}_composition", (*_group_heads(), *heads), tuple(lines), note=about)


def parts_of(rows: pd.DataFrame, parts: pd.DataFrame) -> pd.DataFrame:
    """PARTS in 分 of each GROUPS row: a class by what the department's inpatient cost of it is.

    parts: department, part, inpatient (分). A department without cost of a class takes the
    hospital's parts. The parts of a row add up to its cost to the 分.
    """
    wide = parts.pivot_table(
        index="department", columns="part", values="inpatient", aggfunc="sum", fill_value=0
    )
    wide = wide.reindex(columns=list(PARTS), fill_value=0).clip(lower=0)
    found = {}
    for name, own in CLASSES.items():
        weights = wide[list(own)]
        whole = _weights(weights.sum().to_numpy(float)[None, :])
        mine = weights.reindex(rows["department"]).fillna(0).to_numpy(float)
        known = mine.sum(axis=1) > 0
        share = np.where(known[:, None], _weights(mine), whole)
        totals = rows[f"cost_{name}"].to_numpy(np.int64)
        amounts = to_totals((share * totals[:, None]).T, totals)
        found |= dict(zip(own, amounts, strict=True))
    return pd.DataFrame(found, index=rows.index)[list(PARTS)]


def _weights(amounts: np.ndarray) -> np.ndarray:
    """Each row as shares of 1; equal ones where it has nothing."""
    whole = amounts.sum(axis=1, keepdims=True)
    return np.where(whole > 0, amounts / np.where(whole > 0, whole, 1), 1 / amounts.shape[1])


def _units(given: Material, cases: Cases, system: System, rows: pd.DataFrame, note: str) -> Table:
    """A line a group and department that discharged its cases: cost by class, cost a case."""
    rows = rows.sort_values(["group", "department"], kind="stable")
    lines: list[Line] = []
    for row in rows.to_dict("records"):
        first = (*_name(cases, row["group"]), *named(given, row["department"]))
        lines.append((*first, *_costs(row)))
    lines.append(("", t("official.total"), "", "", *_costs(rows.sum(numeric_only=True).to_dict())))
    heads = (
        *(*_group_heads(), *department_heads(), t("disease.column.cases")),
        *(*_class_heads(), t("official.cases.cost"), t("disease.column.cost_case")),
    )
    return Table(f"{system}_units", heads, tuple(lines), note=note)


def _costs(row: Mapping[Any, Any]) -> tuple[Cell, ...]:
    costs = [row[name] for name in COSTS]
    cost, many = float(sum(costs)), float(row["cases"])
    return (many, *yuan((*costs, cost)), cost / many / 100 if many else None)
