"""Cached reads of the budget; keys as in pages.shared.reads."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from core.analysis.signals_targets import LEAST_BUDGET
from core.catalog.model import DefaultTarget
from core.costing.budget import flexible as flex
from core.costing.budget import records
from core.costing.budget.execution import (
    AMOUNTS,
    Facts,
    Limits,
    Span,
    execution,
    judged,
    overspent,
    span_of,
    summed,
)
from core.costing.budget.lines import CODES, INCOME, Settings, load_settings, office_of
from core.frames import Scope
from core.hospital.calendar import period
from core.words import language, pick
from pages.shared import reads
from pages.shared.kept import kept
from pages.shared.scope import View
from pages.shared.session import catalog, settings, store

WATCHED = {"cost": "FN026", "material": "FN051"}
"""Indicators whose bounds judge the lines: those by which overspending becomes a signal."""
SEVERAL = 64


@dataclass(frozen=True, eq=False)
class Carried:
    """The budget of a view, judged."""

    span: Span
    rows: pd.DataFrame
    """A department and line each."""
    lines: pd.DataFrame
    """By line of the view's department, '' the hospital."""
    whole: dict[str, dict[Any, Any]]
    """cost and income of the same; a side without a budget is not there."""
    offices: pd.DataFrame
    """By office and side: office (as shown), line (codes), `over_rows` of departments."""
    over: pd.DataFrame
    """Over the warning line, of the view's department or of all."""
    limits: dict[str, Limits]

    def limit(self, line: str) -> Limits:
        """What judges a line, or the sum of them."""
        return self.limits.get(line, self.limits["cost"])


@kept(1)
def definitions() -> Settings:
    """data/costing/budget.toml."""
    return load_settings(Path(settings().data_folder) / "costing" / "budget.toml")


@kept(8)
def _facts(key: reads.Key, scope: Scope) -> Facts:
    return records.budget_facts(store(), scope, catalog(), definitions())


def facts(shown: View) -> Facts:
    """Everything there is of the budget, and what stands against it."""
    return _facts(reads.facts_key(shown.scope), shown.scope)


def has_budget(shown: View) -> bool:
    """Whether any month has a budget."""
    return bool((facts(shown).plan > 0).any())


@kept(SEVERAL)
def _limits(key: reads.Key, scope: Scope, month: int) -> dict[str, Limits]:
    held = reads.targets(scope)
    held = held[(held["department"] == "*") & (held["basis"] == "value")]
    held = held[(held["month_from"] <= month)]
    held = held[(held["month_to"] == 0) | (held["month_to"] >= month)]
    found = {}
    for line, code in WATCHED.items():
        own = held[held["indicator"] == code].to_dict("records")
        bounds: Any = own[-1] if own else _of_catalogue(code).model_dump()
        found[line] = Limits(
            *(_number(bounds[name]) for name in ("high", "watch_high", "watch_low")),
            source=str(bounds["source"]),
            source_kind=str(bounds["kind"]),
        )
    return found


def _number(bound: float | None) -> float:
    return float("nan") if bound is None else float(bound)


def _of_catalogue(code: str) -> DefaultTarget:
    return next(one for one in catalog().indicators[code].targets if one.level == "department")


@kept(SEVERAL)
def _carried(key: reads.Key, shown: View, in_language: str) -> Carried:
    found = facts(shown)
    span = span_of(found, period(shown.span, shown.month), shown.month)
    limits = _limits(reads.judged_key(shown.scope), shown.scope, shown.month)
    base = execution(found, span)
    own = base[base["department"] == shown.department] if shown.department else base
    rows = judged(base, limits)
    over = overspent(rows, LEAST_BUDGET)
    if shown.department:
        over = over[over["department"] == shown.department].reset_index(drop=True)
    whole = judged(summed(own, []), limits).to_dict("records")
    return Carried(
        span,
        judged(own, limits),
        _in_order(judged(summed(own, ["line"]), limits)),
        {str(row["line"]): row for row in whole if row["year_plan"] or row["plan"]},
        _offices(shown, judged(own, limits), over, limits),
        over,
        limits,
    )


def _in_order(rows: pd.DataFrame) -> pd.DataFrame:
    """Costs first, then income, each as the definitions have them."""
    order = {code: (code in INCOME, place) for place, code in enumerate(CODES)}
    return rows.sort_values("line", key=lambda lines: lines.map(order), ignore_index=True)


def _offices(
    shown: View, rows: pd.DataFrame, over: pd.DataFrame, limits: dict[str, Limits]
) -> pd.DataFrame:
    """Judged sums of the lines that an office answers for."""
    offices = {line.code: office_name(shown, line.code) for line in definitions().lines}
    side = ["income" if line in INCOME else "cost" for line in rows["line"]]
    keyed = rows.assign(office=rows["line"].map(offices), side=side)
    sums = keyed.groupby(["office", "side"], sort=False)[[*AMOUNTS, "silent"]].sum().reset_index()
    sums = judged(sums.rename(columns={"side": "line"}), limits)
    parts = keyed.groupby(["office", "side"], sort=False)["line"].unique()
    counts = over["line"].map(offices).value_counts()
    sums["lines"] = [
        tuple(code for code in CODES if code in set(parts[office, line]))
        for office, line in zip(sums["office"], sums["line"], strict=True)
    ]
    sums["over_rows"] = [
        int(counts.get(office, 0)) if line == "cost" else 0
        for office, line in zip(sums["office"], sums["line"], strict=True)
    ]
    return sums.sort_values("over", ascending=False, kind="stable", ignore_index=True)


def carried(shown: View) -> Carried:
    """How far the budget of this view is carried out."""
    return _carried(reads.judged_key(shown.scope), shown, language())


@kept(16)
def _offices_of(key: reads.Key, scope: Scope, in_language: str) -> dict[str, str]:
    rows, names = reads.departments(scope), reads.names(scope)
    chinese = dict(zip(rows["department"], rows["name_zh"], strict=True))
    found = {}
    for line in definitions().lines:
        code = office_of(line, chinese)
        found[line.code] = names[code] if code else pick(line.office.zh, line.office.en)
    return found


def office_name(shown: View, line: str) -> str:
    """The office that answers for a line: this hospital's department, else its usual name."""
    return _offices_of(reads.facts_key(shown.scope), shown.scope, language())[line]


@kept(SEVERAL)
def _flexible(key: reads.Key, shown: View, asked: flex.Asked) -> pd.DataFrame:
    found = carried(shown)
    return flex.flexible(facts(shown), found.rows, found.span.cost, asked, definitions())


def flexible(shown: View, asked: flex.Asked) -> pd.DataFrame:
    """FLEXIBLE rows of the view's department or of all."""
    return _flexible(reads.judged_key(shown.scope), shown, asked)


@kept(SEVERAL)
def _ledger(
    key: reads.Key, scope: Scope, months: tuple[int, ...], place: tuple[str, str]
) -> pd.DataFrame:
    return records.ledger(store(), scope, months, place)


def ledger(shown: View, months: tuple[int, ...], place: tuple[str, str]) -> pd.DataFrame:
    """Imported cost rows behind a department and line."""
    return _ledger(reads.facts_key(shown.scope), shown.scope, months, place)


@kept(8)
def _planned(key: reads.Key, scope: Scope) -> pd.DataFrame:
    return records.planned(store(), scope)


def planned(shown: View, year: int) -> pd.DataFrame:
    """The budget of a calendar year as it stands."""
    months = Scope(shown.hospital_id, year * 100 + 1, year * 100 + 12)
    return _planned(reads.facts_key(shown.scope), months)
