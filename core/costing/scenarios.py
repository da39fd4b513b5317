"""What if: changes laid on a base month, answered by running its allocation anew.

A scenario is a list of changes, never a copy of the month. Profit is income by ordering
department less full cost; deltas by department add up to the delta of the whole, to the 分.
Formulas: the costing reference, what-ifs 2, 4, 5, 13, 17 and 18.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.costing.allocation import Allocation
from core.costing.inputs import assemble
from core.costing.inputs_facts import Facts
from core.costing.model import Method
from core.costing.results import allocated
from core.costing.rules import Override, Rules
from core.errors import DataError, DefinitionError

Code = Annotated[str, Field(min_length=1)]
Percent = Annotated[float, Field(ge=-100, le=1000, allow_inf_nan=False)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Cost(_Frozen):
    """Direct cost by so many percent; of these kinds of cost and departments, all where empty."""

    kind: Literal["cost"]
    percent: Percent
    kinds: tuple[Code, ...] = ()
    departments: tuple[Code, ...] = ()


class Wages(_Frozen):
    """Staff cost by so many percent."""

    kind: Literal["wages"]
    percent: Percent
    departments: tuple[Code, ...] = ()


class PriceCut(_Frozen):
    """Goods bought and charged for less (集采): sold without markup, income falls as cost does."""

    kind: Literal["price_cut"]
    percent: Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]
    goods: Code
    """A kind of cost that is a category of income too: drug, material."""
    departments: tuple[Code, ...] = ()


class Price(_Frozen):
    """Fees by so many percent at the same volume; of these categories of income, all if empty."""

    kind: Literal["price"]
    percent: Percent
    categories: tuple[Code, ...] = ()
    departments: tuple[Code, ...] = ()


class Move(_Frozen):
    """So many persons from one department to another, with their average staff cost."""

    kind: Literal["move"]
    persons: Annotated[float, Field(gt=0, allow_inf_nan=False)]
    origin: Code = Field(alias="from")
    target: Code = Field(alias="to")


class Driver(_Frozen):
    """Another driver for a source, with the reason that a change of basis must have."""

    kind: Literal["driver"]
    department: Code
    drivers: tuple[Code, ...] = Field(min_length=1)
    reason: Code


Change = Annotated[Cost | Wages | PriceCut | Price | Move | Driver, Field(discriminator="kind")]


class Scenario(_Frozen):
    """A name, a method and what changes."""

    name: Code
    method: Method = "three_level"
    changes: tuple[Change, ...] = Field(alias="change", min_length=1)


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
        """Departments that change between 盈 and 亏: to_loss or to_profit."""
        before = self.departments["profit_before"] < 0
        after = self.departments["profit"] < 0
        turned = self.departments.index[before != after]
        return {str(code): "to_loss" if after[code] else "to_profit" for code in turned}


def scenario_of(content: Mapping[str, Any], name: str) -> Scenario:
    """The scenario of parsed content; DefinitionError lists every fault, each under `name`."""
    try:
        return Scenario.model_validate(content)
    except ValidationError as error:
        faults = [f"{name}: {'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
        raise DefinitionError(faults) from error


Run = Callable[[Method, tuple[Change, ...]], pd.DataFrame]
"""profits() of a month by method and changes; a page keeps what it gives."""


def answer(run: Run, scenario: Scenario) -> Answer:
    """The scenario on a month. DataError and AllocationError as `profits`."""
    base = run(scenario.method, ())
    joined = run(scenario.method, scenario.changes).join(base.add_suffix("_before"))
    for name in ("income", "cost", "profit"):
        joined[f"delta_{name}"] = joined[name] - joined[f"{name}_before"]
    joined = joined.rename(columns={"delta_profit": "delta"})
    whole = int(base["profit"].sum())
    alone = [int(run(scenario.method, (one,))["profit"].sum()) - whole for one in scenario.changes]
    tornado = pd.DataFrame({"change": range(len(alone)), "delta": alone})
    order = tornado["delta"].abs().sort_values(ascending=False, kind="stable").index
    return Answer(scenario, joined, tornado.loc[order].reset_index(drop=True))


def profits(
    facts: Facts, rules: Rules, method: Method, changes: tuple[Change, ...]
) -> pd.DataFrame:
    """income, cost, profit by final department, in 分, with the changes laid on.

    DataError E_SCENARIO_DEPARTMENT, E_SCENARIO_GOODS, E_SCENARIO_STAFF for a change that names
    what the month does not have; AllocationError as `allocate`.
    """
    facts, rules = _laid(facts, rules, changes)
    found: Allocation = allocated(assemble(facts, rules, judged=False), method)
    cost = found.final.sum(axis=1)
    income = facts.income.groupby("ordering")["amount_fen"].sum()
    income = income.reindex(cost.index, fill_value=0)
    return pd.DataFrame({"income": income, "cost": cost, "profit": income - cost}).astype("int64")


def _laid(facts: Facts, rules: Rules, changes: tuple[Change, ...]) -> tuple[Facts, Rules]:
    """The month and its rules with the changes laid on, one after the other."""
    for change in changes:
        _known(facts, change)
        match change:
            case Cost():
                facts = _cost(facts, change.percent, change.kinds, change.departments)
            case Wages():
                facts = _cost(facts, change.percent, ("personnel",), change.departments)
            case PriceCut():
                facts = _cost(facts, -change.percent, (change.goods,), change.departments)
                facts = _income(facts, -change.percent, (change.goods,), change.departments)
            case Price():
                facts = _income(facts, change.percent, change.categories, change.departments)
            case Move():
                facts = _moved(facts, change)
            case Driver():
                own = Override.model_validate(change.model_dump(exclude={"kind"}))
                kept = [one for one in rules.overrides if one.department != own.department]
                rules = rules.model_copy(update={"overrides": (*kept, own)})
    return facts, rules


def _known(facts: Facts, change: Change) -> None:
    named = {*getattr(change, "departments", ()), *_ends(change)}
    strangers = named - set(facts.departments["department"])
    if strangers:
        raise DataError("E_SCENARIO_DEPARTMENT", where=",".join(sorted(strangers)))
    if isinstance(change, PriceCut) and change.goods not in set(facts.cost["kind"]):
        raise DataError("E_SCENARIO_GOODS", where=change.goods)


def _ends(change: Change) -> set[str]:
    if isinstance(change, Move):
        return {change.origin, change.target}
    return {change.department} if isinstance(change, Driver) else set()


def _cost(
    facts: Facts, percent: float, kinds: tuple[str, ...], departments: tuple[str, ...]
) -> Facts:
    rows = facts.cost
    told = _told(rows["kind"], kinds) & _told(rows["department"], departments)
    return replace(facts, cost=_scaled(rows, told, percent))


def _income(
    facts: Facts, percent: float, categories: tuple[str, ...], departments: tuple[str, ...]
) -> Facts:
    rows = facts.income
    told = _told(rows["category"], categories) & _told(rows["ordering"], departments)
    return replace(facts, income=_scaled(rows, told, percent))


def _told(codes: pd.Series, wanted: tuple[str, ...]) -> pd.Series:
    return codes.isin(wanted) if wanted else pd.Series(True, index=codes.index)


def _scaled(rows: pd.DataFrame, told: pd.Series, percent: float) -> pd.DataFrame:
    """Amounts of the rows told, in whole 分."""
    scaled = np.rint(rows["amount_fen"] * (1 + percent / 100)).astype("int64")
    return rows.assign(amount_fen=rows["amount_fen"].where(~told, scaled))


def _moved(facts: Facts, change: Move) -> Facts:
    """Headcount and staff cost go along; more persons than there are is E_SCENARIO_STAFF."""
    heads = facts.stated["driver"] == "headcount"
    by_department = facts.stated[heads].set_index("department")["quantity"]
    there = float(by_department.get(change.origin, 0))
    if change.persons > there:
        raise DataError("E_SCENARIO_STAFF", where=change.origin, count=f"{there:g}")
    stated = _with_heads(facts.stated, change.origin, -change.persons)
    stated = _with_heads(stated, change.target, change.persons)
    rows = facts.cost
    own = (rows["department"] == change.origin) & (rows["kind"] == "personnel")
    part = np.rint(rows["amount_fen"] * (change.persons / there)).astype("int64")
    left = rows.assign(amount_fen=rows["amount_fen"].where(~own, rows["amount_fen"] - part))
    gone = rows[own].assign(amount_fen=part[own], department=change.target)
    return replace(facts, stated=stated, cost=pd.concat([left, gone], ignore_index=True))


def _with_heads(stated: pd.DataFrame, department: str, persons: float) -> pd.DataFrame:
    """The headcount of one department, which may have had none."""
    own = (stated["driver"] == "headcount") & (stated["department"] == department)
    if own.any():
        return stated.assign(quantity=stated["quantity"].where(~own, stated["quantity"] + persons))
    row = {"department": department, "driver": "headcount", "quantity": persons}
    return pd.concat([stated, pd.DataFrame([row])], ignore_index=True)
