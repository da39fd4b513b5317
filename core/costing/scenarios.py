"""What if: changes laid on a base month or year, answered by running its allocation anew.

A scenario is a list of changes (`core.costing.changes`), never a copy of the month. Profit is
income by ordering department less full cost; deltas by department add up to the delta of the
whole, to the 分.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
from scipy.optimize import brentq

from core.costing.allocation import allocate
from core.costing.changes import Change, Close, Merge, Scenario, Switch, ends
from core.costing.checks import closing_order
from core.costing.inputs import TAKING_PART, Inputs, assemble
from core.costing.inputs_facts import Facts
from core.costing.laid import lay, steps
from core.costing.model import FINAL, Method
from core.costing.network import Sources, network_of
from core.costing.outsourcing import Outsourced, Services, outsourced
from core.costing.rules import Rules
from core.errors import DataError

AMOUNTS = ("income", "cost", "profit")


@dataclass(frozen=True, eq=False)
class Answer:
    """What a scenario does to the departments that keep cost; in 分."""

    scenario: Scenario
    departments: pd.DataFrame
    """By code: income, cost, profit and the same _before; delta_income, delta_cost, delta."""
    tornado: pd.DataFrame
    """change (its place), delta: of the whole by each change alone, the largest first."""

    @property
    def delta(self) -> int:
        return int(self.departments["delta"].sum())

    @property
    def flips(self) -> dict[str, str]:
        """Departments that change between 盈 and 亏: to_loss or to_profit.

        A department that is closed or merged away does not turn, it is gone.
        """
        gone = {
            change.department if isinstance(change, Close) else change.origin
            for change in self.scenario.changes
            if isinstance(change, Close | Merge)
        }
        before = self.departments["profit_before"] < 0
        after = self.departments["profit"] < 0
        turned = self.departments.index[before != after].difference(sorted(gone))
        return {str(code): "to_loss" if after[code] else "to_profit" for code in turned}


@dataclass(frozen=True)
class Run:
    """What a scenario does to a month, or to several added up; a page keeps what each gives."""

    profits: Callable[[Method, tuple[Change, ...]], pd.DataFrame]
    """profits() by method and changes."""
    wholes: Callable[[Method, tuple[Change, ...]], tuple[int, ...]]
    """wholes() by method and changes."""

    def alone(self, method: Method, change: Change) -> int:
        """What one change does to the profit of the whole, in 分."""
        before, after = self.wholes(method, (change,))
        return after - before


def run_of(facts: Facts, rules: Rules) -> Run:
    """The run of one month."""
    return Run(partial(profits, facts, rules), partial(wholes, facts, rules))


def answer(run: Run, scenario: Scenario) -> Answer:
    """The scenario on its base. DataError and AllocationError as `profits`."""
    method = scenario.method
    joined = compared(run.profits(method, scenario.changes), run.profits(method, ()))
    alone = [run.alone(method, change) for change in scenario.changes]
    tornado = pd.DataFrame({"change": range(len(alone)), "delta": alone})
    order = tornado["delta"].abs().sort_values(ascending=False, kind="stable").index
    return Answer(scenario, joined, tornado.loc[order].reset_index(drop=True))


def compared(after: pd.DataFrame, before: pd.DataFrame) -> pd.DataFrame:
    """Answer.departments of two runs; a department that only one of them has is 0 in the other."""
    joined = after.join(before.add_suffix("_before"), how="outer").fillna(0).astype("int64")
    for name in AMOUNTS:
        joined[f"delta_{name}"] = joined[name] - joined[f"{name}_before"]
    return joined.rename(columns={"delta_profit": "delta"})


def together(months: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """profits() of several months added up."""
    return pd.concat(list(months)).groupby(level=0).sum().astype("int64")


def profits(
    facts: Facts, rules: Rules, method: Method, changes: tuple[Change, ...]
) -> pd.DataFrame:
    """income, cost, profit by final department, in 分, with the changes laid on.

    DataError as `lay`; AllocationError as `allocate`.
    """
    facts, rules = lay(facts, rules, changes)
    inputs = assemble(facts, rules, judged=False)
    order: tuple[str, ...] = ()
    for change in changes:
        if isinstance(change, Switch):
            method, order = change.method, change.order
    found = allocate(
        *(inputs.direct, inputs.services, inputs.departments, method, _completed(inputs, order)),
        policies=inputs.policies,
    )
    cost = found.final.sum(axis=1)
    income = facts.income.groupby("ordering")["amount_fen"].sum()
    income = income.reindex(cost.index, fill_value=0)
    return pd.DataFrame({"income": income, "cost": cost, "profit": income - cost}).astype("int64")


def wholes(
    facts: Facts, rules: Rules, method: Method, changes: tuple[Change, ...]
) -> tuple[int, ...]:
    """Profit of the whole in 分: of the base, then with the first change, the first two, ...

    All that takes part ends with the final departments, so it needs no allocation; but where a
    rule may leave cost 未分摊 the months are run. DataError as `lay`, AllocationError only then.
    """
    laid = list(steps(facts, rules, changes))
    if any(own.may_hold for _, own in laid):
        counts = range(len(changes) + 1)
        runs = [profits(facts, rules, method, changes[:count]) for count in counts]
        return tuple(int(run["profit"].sum()) for run in runs)
    rows = facts.departments
    codes = {
        of: set(rows.loc[rows["category"].isin(of), "department"]) for of in (TAKING_PART, FINAL)
    }
    return tuple(
        _total(one.income, "ordering", codes[FINAL])
        - _total(one.cost, "department", codes[TAKING_PART])
        for one, _ in laid
    )


def _total(rows: pd.DataFrame, column: str, codes: set[str]) -> int:
    """分 of the rows of these departments."""
    told = np.fromiter((code in codes for code in rows[column].tolist()), bool, len(rows))
    return int(rows["amount_fen"].to_numpy()[told].sum())


def _completed(inputs: Inputs, order: tuple[str, ...]) -> tuple[str, ...] | None:
    """The supports named, then the others by the rule of the method; None for the rule alone."""
    if not order:
        return None
    given = Sources(inputs.direct, inputs.services, inputs.departments, inputs.policies)
    network, _ = network_of(given)
    usual = [network.codes[place] for place in closing_order(network, None)]
    return (*order, *(code for code in usual if code not in order))


def seek(run: Run, scenario: Scenario, place: int, department: str, goal_fen: int = 0) -> float:
    """The percent of the change at `place` at which a department's profit is the goal.

    department: its code; '' is the whole. To a hundredth of a percent. DataError
    E_SCENARIO_SEEK_KIND for a change that is no percentage, E_SCENARIO_SEEK (low, high) where
    the goal is not reached within the change's bounds.
    """
    change = scenario.changes[place]
    if "percent" not in type(change).model_fields:
        raise DataError("E_SCENARIO_SEEK_KIND")

    def missed(percent: float) -> float:
        tried = change.model_copy(update={"percent": percent})
        changes = (*scenario.changes[:place], tried, *scenario.changes[place + 1 :])
        if not department:
            return float(run.wholes(scenario.method, changes)[-1] - goal_fen)
        found = run.profits(scenario.method, changes)["profit"]
        return float(found.get(department, 0) - goal_fen)

    low, high = (0.0, 99.99) if change.kind == "price_cut" else (-99.99, 300.0)
    at_low, at_high = missed(low), missed(high)
    if at_low * at_high > 0:
        raise DataError(
            "E_SCENARIO_SEEK",
            low=f"{low:g}",
            high=f"{high:g}",
            at_low=f"{(at_low + goal_fen) / 100:,.2f}",
            at_high=f"{(at_high + goal_fen) / 100:,.2f}",
        )
    return round(float(brentq(missed, low, high, xtol=0.002, maxiter=60)), 2)  # type: ignore[arg-type]


def terms(facts: Facts, rules: Rules, department: str) -> Outsourced:
    """What buying a support department's service saves, with all that supports do for each other.

    Variable cost of the month in 分; one unit of a support is all that it does in the month, so
    that external_units is the share of it that has to be bought. Pools of a department go with
    it. DataError as `outsourced`.
    """
    inputs = assemble(facts, rules.whole, judged=False)
    given = Sources(inputs.direct, inputs.services, inputs.departments, inputs.policies)
    network, _ = network_of(given)
    supports = [place for place, final in enumerate(network.final) if not final]
    shares = facts.cost["kind"].map(rules.variable).fillna(0.0) * facts.cost["amount_fen"]
    variable = shares.groupby(facts.cost["department"]).sum()
    codes = tuple(network.codes[place] for place in supports)
    if department not in codes:
        raise DataError("E_SCENARIO_SUPPORT", where=department)
    quantity = network.quantity.toarray()[supports]
    done = quantity.sum(axis=1)
    share = quantity / np.where(done > 0, done, 1.0)[:, None]
    use = share[:, supports]
    return outsourced(
        Services(codes, use, 1.0 - use.sum(axis=1), variable.reindex(codes).fillna(0).to_numpy()),
        department,
    )


def named(scenario: Scenario) -> set[str]:
    """Departments that the scenario's changes name."""
    found: set[str] = set()
    for change in scenario.changes:
        found |= {*getattr(change, "departments", ()), *ends(change)}
    return found
