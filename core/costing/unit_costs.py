"""Cost of a visit and of a bed-day: full cost divided between outpatient and inpatient units.

What is booked to a unit stays there. What is not, and what is shared to the department, is divided
by the drivers of the rules, to the 分. 诊次成本 = cost of the outpatient units / visits, 床日成本 =
cost of the inpatient units / bed-days used (costing reference 1.5); a hospital's is sum over sum.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.costing.allocation import Allocation
from core.costing.inputs_facts import Facts
from core.costing.network import Array, Whole
from core.costing.profit_rules import ProfitRules
from core.frames import Frame
from core.statistics.rounding import to_totals

UNITS = ("outpatient", "inpatient")
UNSPLIT = "unsplit"
"""Cost of a department of which no driver says to which unit it belongs."""
VOLUMES = {
    "outpatient": ("outpatient_visits", "emergency_visits"),
    "inpatient": ("bed_days_used",),
}
COSTS = Frame(
    "unit costs",
    {
        "department": "code",
        "item": "code of the cost item",
        "unit": "outpatient | inpatient | unsplit",
        "part": "direct | common | level1 | level2 | level3 | shared",
        "amount_fen": "分",
    },
    key=("department", "item", "unit", "part"),
)
VOLUME = Frame(
    "volumes", {"department": "code", "unit": "of UNITS", "volume": "visits or bed-days"}
)


@dataclass(frozen=True, eq=False)
class ByUnit:
    """A month's rows as booked: unit is outpatient, inpatient, or anything else for neither."""

    cost: pd.DataFrame
    """department, item, kind, unit, amount_fen."""
    income: pd.DataFrame
    """ordering, performing, category, unit, amount_fen."""


def divided(
    facts: Facts, booked: ByUnit, found: Allocation, rules: ProfitRules, goods: Iterable[str]
) -> pd.DataFrame:
    """COSTS of the final departments; by department and item they add up to its full cost.

    goods: categories of income that are no driver: drugs and consumables of patients.
    """
    finals, items = list(found.final.index), list(found.network.items)
    weights = _weights(facts, booked, set(goods), pd.Index(finals))
    parts = []
    for unit in UNITS:
        rows = booked.cost[booked.cost["unit"] == unit]
        parts.append(_long(_grid(rows, finals, items), (finals, items), unit, "direct"))
    common = _grid(booked.cost[~booked.cost["unit"].isin(UNITS)], finals, items)
    for name, amounts in {"common": common, **_shared(found)}.items():
        parts += _divide(name, amounts, (finals, items), [weights[d] for d in rules.drivers(name)])
    told = pd.concat(parts, ignore_index=True)
    return COSTS.check(told[told["amount_fen"] != 0].reset_index(drop=True))


def _grid(rows: pd.DataFrame, finals: list[str], items: list[str]) -> Whole:
    """[finals, items] of rows with department, item, amount_fen."""
    wide = rows.pivot_table(
        index="department", columns="item", values="amount_fen", aggfunc="sum", fill_value=0
    )
    return wide.reindex(index=finals, columns=items, fill_value=0).to_numpy(np.int64)


def _shared(found: Allocation) -> dict[str, Whole]:
    """What the final departments received by item: by level, or all together."""
    final = found.network.final
    places = np.flatnonzero(final)
    if found.method != "three_level":
        return {"shared": (found.kept - found.network.direct)[places].astype(np.int64)}
    levels: dict[str, Whole] = {}
    for stage in found.stages:
        whole = np.zeros(found.network.direct.shape, dtype=np.int64)
        whole[stage.receivers] = stage.received.astype(np.int64)
        levels[f"level{stage.level}"] = levels.get(f"level{stage.level}", 0) + whole[places]
    return levels


def _weights(
    facts: Facts, booked: ByUnit, goods: set[str], finals: pd.Index
) -> dict[str, pd.DataFrame]:
    """By driver, what the units of each final department have of it; negative counts as 0."""
    cost, fees = booked.cost, booked.income[~booked.income["category"].isin(goods)]
    known = facts.departments
    tech = known.loc[known["category"] == "medical_tech", "department"]
    drivers = {
        "personnel": cost[cost["kind"] == "personnel"],
        "direct": cost,
        "income": fees.rename(columns={"ordering": "department"}),
        "orders": fees[fees["performing"].isin(tech)].rename(columns={"ordering": "department"}),
    }
    return {name: _by_unit(rows, finals) for name, rows in drivers.items()}


def _by_unit(rows: pd.DataFrame, finals: pd.Index) -> pd.DataFrame:
    wide = rows.pivot_table(
        index="department", columns="unit", values="amount_fen", aggfunc="sum", fill_value=0
    )
    return wide.reindex(index=finals, columns=list(UNITS), fill_value=0).clip(lower=0)


def _divide(
    part: str,
    amounts: Whole,
    names: tuple[list[str], list[str]],
    drivers: list[pd.DataFrame],
) -> list[pd.DataFrame]:
    """A pool [finals, items] by unit; unsplit where the department has none of the drivers."""
    weight = np.zeros((len(names[0]), len(UNITS)))
    for driver in drivers:
        open_still = weight.sum(axis=1) == 0
        weight[open_still] = driver.to_numpy(float)[open_still]
    known = weight.sum(axis=1) > 0
    share = weight / np.where(known, weight.sum(axis=1), 1.0)[:, None]
    totals = np.where(known[:, None], amounts, 0)
    exact: Array = share.T[:, :, None] * totals[None, :, :]
    whole = to_totals(exact.reshape(len(UNITS), -1), totals.ravel()).reshape(exact.shape)
    parts = [_long(whole[at], names, unit, part) for at, unit in enumerate(UNITS)]
    return [*parts, _long(np.where(known[:, None], 0, amounts), names, UNSPLIT, part)]


def _long(amounts: Whole, names: tuple[list[str], list[str]], unit: str, part: str) -> pd.DataFrame:
    finals, items = names
    return pd.DataFrame(
        {
            "department": np.repeat(finals, len(items)),
            "item": np.tile(items, len(finals)),
            "unit": unit,
            "part": part,
            "amount_fen": amounts.ravel(),
        }
    )


def volumes(facts: Facts, costs: pd.DataFrame) -> pd.DataFrame:
    """VOLUME of the month for every unit with cost or volume; NaN where nothing was reported."""
    parts = []
    for unit, drivers in VOLUMES.items():
        rows = facts.workload[facts.workload["driver"].isin(drivers)]
        reported = rows.groupby("department")["quantity"].sum()
        spent = costs.loc[costs["unit"] == unit, "department"].unique()
        wanted = sorted(set(spent) | set(reported.index[reported > 0]))
        one = reported.reindex(wanted).rename("volume").rename_axis("department").reset_index()
        parts.append(one.assign(unit=unit))
    return VOLUME.check(pd.concat(parts, ignore_index=True))


def added(months: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """COSTS of several months together."""
    whole = pd.concat(list(months), ignore_index=True)
    keys = list(COSTS.key)
    return whole.groupby(keys, sort=True)["amount_fen"].sum().reset_index()


def unit_costs(
    costs: pd.DataFrame, volume: pd.DataFrame, departments: Iterable[str]
) -> pd.DataFrame:
    """A row a unit: department ('' is the hospital), unit, cost, volume, each, reason; in 分.

    volume: VOLUME rows of all months. A month of a unit without reported volume makes the
    department's missing. reason: '' | no_volume (not reported) | zero_volume | no_cost.
    """
    spent = costs.groupby(["department", "unit"])["amount_fen"].sum()
    rows = []
    for unit in UNITS:
        here = volume[volume["unit"] == unit]
        done = here.groupby("department")["volume"].agg(lambda months: months.sum(skipna=False))
        whole = float(here["volume"].sum()) if here["volume"].notna().any() else np.nan
        total = int(costs.loc[costs["unit"] == unit, "amount_fen"].sum())
        rows.append(_each("", unit, total, whole))
        for code in departments:
            cost = int(spent.get((code, unit), 0))
            amount = float(done.get(code, np.nan))
            if cost or amount > 0:
                rows.append(_each(code, unit, cost, amount))
    return pd.DataFrame(rows)


def _each(department: str, unit: str, cost: int, volume: float) -> dict[str, object]:
    reason = ""
    if not cost:
        reason = "no_cost"
    elif np.isnan(volume):
        reason = "no_volume"
    elif volume <= 0:
        reason = "zero_volume"
    return {
        "department": department,
        "unit": unit,
        "cost": cost,
        "volume": volume,
        "each": np.nan if reason else cost / volume,
        "reason": reason,
    }
