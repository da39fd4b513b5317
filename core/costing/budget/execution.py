"""How far the budget is carried out: by department and line, of a span and of its year.

A month counts where it has both a budget and what stands against it, for costs and for income
apart: what is not reported is no saving. All money is whole 分, so sums of parts are the whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.costing.budget.lines import CODES, COST, INCOME
from core.frames import Frame

Array = npt.NDArray[np.float64]
YEAR = 12
AMOUNTS = ("plan", "done", "year_plan", "year_due", "year_done")
EXECUTION = Frame(
    "execution",
    {
        "department": "code; '' is the whole hospital",
        "line": "of CODES; cost and income are their sums",
        "plan": "分, budget of the span's months that count",
        "done": "分, carried out in the same months",
        "year_plan": "分, budget of the calendar year; stands for twelve months where some lack",
        "year_due": "分, budget of the year's months up to the chosen one that count",
        "year_done": "分, carried out in the same months",
        "silent": "months of this department that have a budget but nothing against it: left out",
    },
    key=("department", "line"),
)


@dataclass(frozen=True, eq=False)
class Facts:
    """Budget and what stands against it, months x departments x lines (of CODES), 分, NaN missing.

    volumes: by code, months x departments.
    """

    months: tuple[int, ...]
    departments: tuple[str, ...]
    plan: Array
    done: Array
    volumes: Mapping[str, Array]
    categories: Mapping[str, str]


@dataclass(frozen=True)
class Span:
    """Which months were asked for, and which count."""

    months: tuple[int, ...]
    cost: tuple[int, ...]
    income: tuple[int, ...]
    year_cost: tuple[int, ...]
    year_income: tuple[int, ...]
    planned_cost: tuple[int, ...]
    """Months of the calendar year that have a budget of costs."""
    planned_income: tuple[int, ...]

    @property
    def left_out(self) -> tuple[int, ...]:
        """Months of the span that have no budget of costs or no costs."""
        return tuple(month for month in self.months if month not in self.cost)

    def complete(self, line: str) -> bool:
        """Whether the year's budget of this line's kind has all twelve months."""
        return (
            len(self.planned_income if line in (*INCOME, "income") else self.planned_cost) == YEAR
        )


@dataclass(frozen=True)
class Limits:
    """Bounds of what was carried out in % of the budget; source and kind say whose they are."""

    high: float
    watch_high: float
    watch_low: float
    source: str
    source_kind: str


def span_of(facts: Facts, months: Sequence[int], month: int) -> Span:
    """The months that count. months: of the span; month: the chosen one, its year is the year."""
    year = tuple(month // 100 * 100 + step for step in range(1, YEAR + 1))
    so_far = tuple(one for one in year if one <= month)
    planned = {kind: _planned(facts, kind) for kind in (COST, INCOME)}
    known = {kind: planned[kind] & _reported(facts, kind) for kind in (COST, INCOME)}
    return Span(
        tuple(months),
        *(tuple(one for one in months if one in known[kind]) for kind in (COST, INCOME)),
        *(tuple(one for one in so_far if one in known[kind]) for kind in (COST, INCOME)),
        *(tuple(one for one in year if one in planned[kind]) for kind in (COST, INCOME)),
    )


def _planned(facts: Facts, kind: tuple[str, ...]) -> set[int]:
    own = facts.plan[:, :, _places(kind)]
    return {facts.months[place] for place in np.flatnonzero((own > 0).any(axis=(1, 2)))}


def _reported(facts: Facts, kind: tuple[str, ...]) -> set[int]:
    own = facts.done[:, :, _places(kind)]
    return {facts.months[place] for place in np.flatnonzero((~np.isnan(own)).any(axis=(1, 2)))}


def _places(kind: tuple[str, ...]) -> list[int]:
    return [CODES.index(code) for code in kind]


def execution(facts: Facts, span: Span) -> pd.DataFrame:
    """EXECUTION rows of every department and line that has a budget or spent without one."""
    parts = []
    for kind, months, so_far, planned in (
        (INCOME, span.income, span.year_income, span.planned_income),
        (COST, span.cost, span.year_cost, span.planned_cost),
    ):
        plan, done, silent = _sums(facts, kind, months)
        due, year_done, _ = _sums(facts, kind, so_far)
        year = _year(facts, kind, planned) if len(planned) == YEAR else _stretched(due, so_far)
        parts.append(_rows(facts, kind, (plan, done, year, due, year_done, silent)))
    return EXECUTION.check(pd.concat(parts, ignore_index=True))


def _sums(
    facts: Facts, kind: tuple[str, ...], months: tuple[int, ...]
) -> tuple[Array, Array, Array]:
    """[department, line] of plan and done, and of months with a plan but nothing reported."""
    at = [facts.months.index(month) for month in months]
    places = _places(kind)
    plan = np.nan_to_num(facts.plan[at][:, :, places])
    done = facts.done[at][:, :, places]
    unknown = np.isnan(done)
    return (
        np.where(unknown, 0.0, plan).sum(axis=0),
        np.where(unknown, 0.0, done).sum(axis=0),
        (unknown & (plan > 0)).sum(axis=0).astype(float),
    )


def _year(facts: Facts, kind: tuple[str, ...], months: tuple[int, ...]) -> Array:
    at = [facts.months.index(month) for month in months]
    return np.nan_to_num(facts.plan[at][:, :, _places(kind)]).sum(axis=0)


def _stretched(due: Array, so_far: tuple[int, ...]) -> Array:
    """Twelve months at the level of those that count."""
    return np.round(due * YEAR / len(so_far)) if so_far else due * 0.0


def _rows(facts: Facts, kind: tuple[str, ...], amounts: tuple[Array, ...]) -> pd.DataFrame:
    count = len(facts.departments)
    columns: dict[str, Any] = {
        "department": np.repeat(np.array(facts.departments, dtype=object), len(kind)),
        "line": np.tile(np.array(kind, dtype=object), count),
    }
    names = (*AMOUNTS, "silent")
    for name, amount in zip(names, amounts, strict=True):
        columns[name] = np.rint(amount).astype(np.int64).reshape(-1)
    rows = pd.DataFrame(columns)
    return rows[(rows[[*AMOUNTS, "silent"]] != 0).any(axis=1)]


def summed(rows: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """EXECUTION summed over what `by` (department, line) does not name, '' or cost/income there."""
    side = np.where(rows["line"].isin(INCOME), "income", "cost")
    keyed = rows.assign(**({} if "line" in by else {"line": side}))
    keyed = keyed.assign(**({} if "department" in by else {"department": ""}))
    return (
        keyed.groupby(["department", "line"], sort=False)[[*AMOUNTS, "silent"]].sum().reset_index()
    )


def judged(rows: pd.DataFrame, limits: Mapping[str, Limits]) -> pd.DataFrame:
    """The rows with over (分), over_pct, rate and pace (% of the year), forecast (分) and state.

    limits: by line; what has none takes those of `cost`. Income is judged the other way round,
    by the same distances. A percentage of nothing is NaN.
    state: over | above | slow | short | below | within | unplanned | none.
    """
    found = rows.copy()
    plan, done = (found[name].to_numpy(float) for name in ("plan", "done"))
    year, due, so_far = (found[f"year_{name}"].to_numpy(float) for name in ("plan", "due", "done"))
    found["over"] = found["done"] - found["plan"]
    found["over_pct"] = _percent(done - plan, plan)
    found["rate"], found["pace"] = _percent(so_far, year), _percent(due, year)
    found["forecast"] = _share(so_far * year, due)
    pairs = zip(found["line"], found["over_pct"], plan, done, strict=True)
    found["state"] = [_state(*pair, limits) for pair in pairs]
    return found


def _share(top: Array, bottom: Array) -> Array:
    return np.divide(top, bottom, out=np.full(len(top), np.nan), where=bottom > 0)


def _percent(top: Array, bottom: Array) -> Array:
    return _share(top, bottom) * 100


def _state(
    line: str, over_pct: float, plan: float, done: float, limits: Mapping[str, Limits]
) -> str:
    bound = limits.get(line, limits["cost"])
    if plan <= 0:
        return "unplanned" if done > 0 and line not in (*INCOME, "income") else "none"
    if line in (*INCOME, "income"):
        if over_pct < 100 - bound.watch_high:
            return "short"
        return "below" if over_pct < 100 - bound.high else "within"
    if over_pct > bound.watch_high - 100:
        return "over"
    if over_pct > bound.high - 100:
        return "above"
    return "slow" if over_pct < bound.watch_low - 100 else "within"


def overspent(rows: pd.DataFrame, least: float) -> pd.DataFrame:
    """Judged rows of departments over the warning line, the largest excess first.

    least: share of what the hospital carried out on the line below which an excess is left out.
    """
    whole = rows.groupby("line")["done"].transform("sum")
    large = rows["over"] >= least * whole
    found = rows[rows["state"].isin(["over", "unplanned"]) & large & (rows["over"] > 0)]
    return found.sort_values("over", ascending=False, kind="stable", ignore_index=True)
