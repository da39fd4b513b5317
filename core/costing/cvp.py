"""本量利 on stored figures: a department's side, a disease group or a machine as a service.

Amounts are sums of a period in 分; cost is split into what follows volume and what does not by
data/costing/behaviour.toml. What cannot be told is NaN with its reason beside it.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.costing.breakeven import (
    Service,
    price_needed,
    profit_at,
    revenue_needed,
    safety_margin,
    volume_needed,
)
from core.costing.sides import CLASSES, PARTS
from core.errors import DefinitionError
from core.statistics.rounding import whole_up


class _Frozen(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Part(_Frozen):
    code: str
    variable: float = Field(ge=0, le=1)


class Behaviour(_Frozen):
    """Which share of each part of cost follows the volume in the short run."""

    source: Annotated[str, Field(min_length=1)]
    source_kind: Literal["target", "case", "assumption", "standard"]
    parts: tuple[Part, ...] = Field(alias="part")

    @property
    def variable(self) -> dict[str, float]:
        return {part.code: part.variable for part in self.parts}


def load_behaviour(path: Path) -> Behaviour:
    """The behaviour of a file; DefinitionError lists its faults."""
    try:
        found = Behaviour.model_validate(tomllib.loads(path.read_text("utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError, ValidationError) as error:
        raise DefinitionError([f"{path.name}: {error}"]) from error
    named = sorted(part.code for part in found.parts)
    if named != sorted(PARTS):
        wanted = ", ".join(PARTS)
        raise DefinitionError([f"{path.name}: each of {wanted} once; it has {', '.join(named)}"])
    return found


@dataclass(frozen=True)
class Figures:
    """What a service did in a period: income and cost in 分, volume in its unit."""

    income: float
    variable: float
    fixed: float
    volume: float

    @property
    def service(self) -> Service:
        """Price and variable cost of a unit; NaN without volume."""
        whole = self.volume if self.volume > 0 else math.nan
        return Service(self.fixed, self.income / whole, self.variable / whole)


@dataclass(frozen=True)
class Change:
    """Factors on what is there, and the surplus that is wanted (分)."""

    volume: float = 1.0
    price: float = 1.0
    variable: float = 1.0
    fixed: float = 1.0
    target: float = 0.0


@dataclass(frozen=True)
class Outcome:
    """Break-even of a service; NaN where `reason` says why."""

    volume: float
    price: float
    variable: float
    fixed: float
    income: float
    profit: float
    break_even: float
    """In whole units."""
    break_even_income: float
    safety: float
    """Share of the volume that may be lost, 0-1; negative below break-even."""
    contribution_rate: float
    wanted: float
    """Whole units at which the target is reached."""
    price_wanted: float
    """Price of a unit at which the volume reaches the target."""
    reason: str
    """'' | no_volume | no_income | no_margin."""


def changed(figures: Figures, change: Change) -> Figures:
    """The figures at another volume, price, variable cost a unit or fixed cost."""
    return Figures(
        figures.income * change.volume * change.price,
        figures.variable * change.volume * change.variable,
        figures.fixed * change.fixed,
        figures.volume * change.volume,
    )


def outcome(figures: Figures, target: float = 0.0) -> Outcome:
    """Where the income pays the cost, and where it leaves the target."""
    service, volume = figures.service, figures.volume
    return Outcome(
        volume=volume,
        price=service.price,
        variable=service.variable,
        fixed=service.fixed,
        income=figures.income,
        profit=profit_at(service, volume) if volume > 0 else -figures.fixed,
        break_even=whole_up(volume_needed(service)),
        break_even_income=revenue_needed(service),
        safety=safety_margin(service, volume),
        contribution_rate=service.margin / service.price if service.price > 0 else math.nan,
        wanted=whole_up(volume_needed(service, target)),
        price_wanted=price_needed(service, volume, target),
        reason=_reason(figures),
    )


def _reason(figures: Figures) -> str:
    if not figures.volume > 0:
        return "no_volume"
    if not figures.income > 0:
        return "no_income"
    return "" if figures.income > figures.variable else "no_margin"


def of_department(
    pools: pd.DataFrame, side: str, income: float, volume: float, behaviour: Behaviour
) -> Figures:
    """One side of a department. pools: POOLS rows of it, of any number of months."""
    cost = pools.groupby("part")[side].sum()
    follows = behaviour.variable
    variable = float(sum(amount * follows[str(part)] for part, amount in cost.items()))
    return Figures(income, variable, float(cost.sum()) - variable, volume)


def variable_shares(pools: pd.DataFrame, behaviour: Behaviour) -> pd.DataFrame:
    """By department (rows) and class (columns) the share of inpatient cost that is variable."""
    follows = behaviour.variable
    moving = pools["inpatient"] * pools["part"].map(follows).astype(float)
    pools, found = pools.assign(moving=moving), {}
    for name, parts in CLASSES.items():
        rows = pools[pools["part"].isin(parts)]
        sums = rows.groupby("department")[["inpatient", "moving"]].sum()
        found[name] = sums["moving"] / sums["inpatient"].where(sums["inpatient"] != 0)
    return pd.DataFrame(found).fillna(0.0)


def of_group(groups: pd.DataFrame, shares: pd.DataFrame) -> Figures:
    """A disease group. groups: GROUPS rows of it; shares: `variable_shares`."""
    variable = whole = 0.0
    for row in groups.to_dict("records"):
        own: Mapping[str, float] = (
            shares.loc[row["department"]].to_dict() if row["department"] in shares.index else {}
        )
        for name in CLASSES:
            whole += row[f"cost_{name}"]
            variable += row[f"cost_{name}"] * own.get(name, 0.0)
    return Figures(
        float(groups["payment"].sum()), variable, whole - variable, float(groups["cases"].sum())
    )
