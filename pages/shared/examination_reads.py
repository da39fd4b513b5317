"""Cached reads of examinations of medical-technical departments and of their pool."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from core.analysis import equipment
from core.analysis.machines import records
from core.costing.examinations import EXAMINED, examination_costs, pool_of
from core.costing.item_even import PARTS, pool_parts
from core.costing.sides import GOODS
from core.frames import Scope
from core.words import language, pick
from pages.shared import costing_reads, group_reads, reads
from pages.shared.equipment_phrases import kind_of
from pages.shared.kept import kept
from pages.shared.scope import View
from pages.shared.session import store


@dataclass(frozen=True, eq=False)
class Examined:
    """What the examinations of a department cost in some months."""

    months: tuple[int, ...]
    pool_fen: float
    """The part of the department's pool that its machines' income is of its performed income."""
    whole_fen: int
    covered: float
    """That part, 0-1; NaN without performed income."""
    rows: pd.DataFrame
    """As core.costing.examinations.examination_costs."""
    parts: pd.Series
    """分 by PARTS of core.costing.item_even, of the whole pool."""
    used: pd.DataFrame
    """USED of core.costing.item_even."""


@kept(4)
def _machines(key: reads.Key, scope: Scope) -> tuple[pd.DataFrame, pd.DataFrame]:
    return records.register(store(), scope), records.machine_use(store(), scope)


def departments(shown: View) -> tuple[str, ...]:
    """Medical-technical departments with machines, those with the most kinds first."""
    return _departments(costing_reads.key(shown), shown.scope)


@kept(16)
def _departments(key: reads.Key, scope: Scope) -> tuple[str, ...]:
    register, _ = _machines(key, scope)
    known = reads.departments(scope)
    technical = known.loc[known["category"] == "medical_tech", "department"]
    rows = register[register["department"].isin(technical)]
    counts = rows.groupby("department")["kind"].agg(["nunique", "size"])
    counts = counts.sort_values(["nunique", "size"], ascending=False, kind="stable")
    return tuple(str(code) for code in counts.index)


def examined(shown: View, department: str) -> Examined | None:
    """None where no month of the view has cost, or no machine was used."""
    key = costing_reads.key(shown)
    return _examined(key, shown, department, language())


@kept(128)
def _examined(key: reads.Key, shown: View, department: str, in_language: str) -> Examined | None:
    register, use = _machines(key, shown.scope)
    own = register[register["department"] == department]
    known = _pool(shown, department)
    if not known.months:
        return None
    used = equipment.monthly(own, use[use["machine"].isin(own["code"])], known.months)
    rows = _kinds(own, used)
    if rows.empty:
        return None
    income = float(rows["income"].sum(skipna=False))
    covered = min(1.0, income / known.performed) if known.performed > 0 else float("nan")
    told = known.spent_fen * (1.0 if pd.isna(covered) else covered)
    costs = examination_costs(told, rows)
    return Examined(known.months, told, known.spent_fen, covered, costs, known.parts, rows)


@dataclass(frozen=True, eq=False)
class _Pool:
    """What a department spent in the months that could be allocated, and performed in them."""

    months: tuple[int, ...]
    spent_fen: int
    parts: pd.Series
    performed: float
    """分 without goods."""


def pool(shown: View, department: str) -> int:
    """What a department spent before it handed it on, without drugs; 分 of the view's months."""
    return _pool(shown, department).spent_fen


def _pool(shown: View, department: str) -> _Pool:
    held, known, spent, performed = group_reads.held(shown), [], 0, 0.0
    parts = pd.Series(0, index=list(PARTS))
    for month in shown.comparison.now:
        sides = group_reads.sides(shown, month)
        if sides is None:
            continue
        cost = held.cost[month]
        drugs = cost[(cost["department"] == department) & (cost["kind"] == "drug")]
        spent += pool_of(sides.found, department, int(drugs["amount_fen"].sum()))
        parts = parts + pool_parts(sides.found, cost, department)
        income = held.income.get(month)
        if income is not None:
            rows = income[(income["performing"] == department) & ~income["category"].isin(GOODS)]
            performed += float(rows["amount_fen"].sum())
        known.append(month)
    return _Pool(tuple(known), spent, parts, performed)


def _kinds(own: pd.DataFrame, used: pd.DataFrame) -> pd.DataFrame:
    """EXAMINED and USED: machines of a kind together; those without like one by one."""
    facts = own.set_index("code")
    rows = used.assign(
        kind=used["machine"].map(facts["kind"]),
        minutes=used["machine"].map(facts["minutes_per_exam"]) * used["examinations"],
        own=used["consumables"] + used["depreciation"],
    )
    unlike = rows["kind"].isin(equipment.UNLIKE)
    rows["kind"] = rows["kind"].mask(unlike, rows["machine"])
    names = ["examinations", "minutes", "income", "own", "consumables", "depreciation"]
    sums = rows.groupby("kind", sort=True)[names].agg(lambda values: values.sum(skipna=False))
    sums = sums.rename(columns={"examinations": "volume"}).reset_index()
    sums["minutes"] = sums["minutes"] / sums["volume"].where(sums["volume"] > 0)
    return EXAMINED.check(sums)


def item_name(shown: View, kind: str) -> str:
    """A kind's name; of a machine without like its own."""
    register, _ = _machines(costing_reads.key(shown), shown.scope)
    rows: list[dict[Any, Any]] = register[register["code"] == kind].to_dict("records")
    return pick(rows[0]["name_zh"], rows[0]["name_en"]) if rows else kind_of(kind)
