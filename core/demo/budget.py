"""The budget by department, line and month, from which execution strays as departments do.

A department's budget is what it comes to spend, less its own deviation of the year and some
scatter of the month; the hospital's budget is then brought to last year's execution and the
increase decided on. What one department overspent as a story is no part of its budget.
"""

from __future__ import annotations

import tomllib
from functools import cache

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict

from core.demo.drawn import Drawn
from core.demo.income import overspent_months
from core.demo.parameters import FOLDER
from core.months import add_months, month_range

FEN = 100
MATERIAL = "material"
INCOME = "income_"
KNOWN_MONTHS = 6
"""Months of the year before that must be known to bind a year's budget to them."""


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class BudgetParameters(_Model):
    kind: str
    increase_pct: float
    deviation_sd_pct: float
    deviation_limit: float
    income_sd_pct: float
    month_scatter_pct: float
    round_yuan: int
    line_reach: dict[str, float]
    element_lines: dict[str, str]


@cache
def budget_parameters() -> BudgetParameters:
    """data/demo/budget.toml, validated."""
    text = (FOLDER / "budget.toml").read_text(encoding="utf-8")
    return BudgetParameters.model_validate(tomllib.loads(text))


def budget_frame(drawn: Drawn) -> pd.DataFrame:
    """The contract table of the budget: every line on which a department spends or earns."""
    given, generator = budget_parameters(), drawn.stream("budget")
    actual = _actual(drawn, given)
    usual = _without_story(drawn, actual)
    years = np.array(actual.index) // 100
    planned = pd.DataFrame(0.0, index=actual.index, columns=actual.columns)
    for year in np.unique(years):
        rows = years == year
        strayed = _deviations(given, actual.columns, generator)
        noise = np.exp(generator.normal(0, given.month_scatter_pct / 100, usual[rows].shape))
        planned.loc[rows] = usual[rows].to_numpy() / (1 + strayed) * noise
        planned.loc[rows] *= _increase(given, actual, planned[rows])
    keep = _story_line(drawn)
    if keep in planned:
        planned[keep] = usual[keep]
    return _rows(given, pd.concat([planned, _still_to_come(planned)]))


def _still_to_come(planned: pd.DataFrame) -> pd.DataFrame:
    """The rest of the last year: last year's months, moved as the months so far were."""
    last = int(planned.index[-1])
    rest = [month for month in month_range(last, last // 100 * 100 + 12) if month > last]
    rest = [month for month in rest if month - 100 in planned.index]
    so_far = [month for month in planned.index if month // 100 == last // 100]
    both = [month for month in so_far if month - 100 in planned.index]
    before = planned.loc[[month - 100 for month in both]].sum()
    moved = (planned.loc[both].sum() / before).replace([np.inf, -np.inf], np.nan).fillna(1.0)
    found = planned.loc[[month - 100 for month in rest]] * moved
    return found.set_axis(pd.Index(rest, name=planned.index.name), axis=0)


def _rows(given: BudgetParameters, planned: pd.DataFrame) -> pd.DataFrame:
    step = given.round_yuan * FEN
    fen = (planned / step).round().clip(lower=1).astype(np.int64) * step
    frame = fen.melt(value_name="amount", ignore_index=False).reset_index()
    frame["remark"] = ""
    order = ["month", "dept_code", "line"]
    return frame.sort_values(order, ignore_index=True)


def _actual(drawn: Drawn, given: BudgetParameters) -> pd.DataFrame:
    """分 executed: months by (department, line)."""
    cost = drawn.tables["direct_cost"]
    spent = cost.assign(line=cost["element_code"].map(given.element_lines))
    income = drawn.tables["income"]
    earned = income.assign(line=INCOME + income["unit"], dept_code=income["ordering_code"])
    columns = ["month", "dept_code", "line", "amount"]
    both = pd.concat([spent[columns], earned[columns]])
    table = both.pivot_table(
        index="month", columns=["dept_code", "line"], values="amount", aggfunc="sum"
    )
    return table.fillna(0.0).astype(float)


def _story_line(drawn: Drawn) -> tuple[str, str]:
    return drawn.given.hospital.stories.overspend.department, MATERIAL


def _without_story(drawn: Drawn, actual: pd.DataFrame) -> pd.DataFrame:
    """What would have been executed without the overspent quarter."""
    story = drawn.given.hospital.stories.overspend
    rows = drawn.tables["income"]
    own = rows[(rows["ordering_code"] == story.department) & (rows["category"] == MATERIAL)]
    charged = own.groupby("month")["amount"].sum()
    months = list(overspent_months(drawn.given, drawn.reported[-1]))
    surplus = charged.reindex(months).fillna(0) * (1 - 1 / story.factor)
    usual = actual.copy()
    usual.loc[usual.index.isin(months), _story_line(drawn)] -= surplus.to_numpy()
    return usual


def _deviations(
    given: BudgetParameters, lines: pd.Index, generator: np.random.Generator
) -> np.ndarray:
    """Execution over budget, less one, of each (department, line) in one year."""
    departments = sorted({code for code, _ in lines})
    limit = given.deviation_limit
    spread = np.clip(generator.normal(0, 1, (len(departments), 2)), -limit, limit)
    place = {code: row for row, code in enumerate(departments)}
    return np.array(
        [
            spread[place[code], 1] * given.income_sd_pct / 100
            if line.startswith(INCOME)
            else spread[place[code], 0] * given.deviation_sd_pct / 100 * given.line_reach[line]
            for code, line in lines
        ]
    )


def _increase(given: BudgetParameters, actual: pd.DataFrame, year: pd.DataFrame) -> float:
    """By what the year's cost budget meets last year's execution and the increase; 1 if unknown."""
    before = [add_months(month, -12) for month in year.index]
    known = [now for now, then in zip(year.index, before, strict=True) if then in actual.index]
    if len(known) < min(KNOWN_MONTHS, len(year)):
        return 1.0
    then = [add_months(month, -12) for month in known]
    spending = ~year.columns.get_level_values("line").str.startswith(INCOME)
    last = actual.loc[then, spending].to_numpy().sum()
    return float(last * (1 + given.increase_pct / 100) / year.loc[known, spending].to_numpy().sum())
