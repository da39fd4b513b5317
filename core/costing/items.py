"""What one performance of a service item costs (医疗服务项目成本).

The pool is what a cost unit spent on its items: its full cost without drugs and without material
that is charged separately. Unit costs times volumes add up to the pool again, whatever the
method. Series are indexed by item; money in one unit. A share whose whole is zero, and a unit
cost of an item without volume, are NaN.

Source: 公立医院成本核算规范 国卫财务发〔2021〕4号 (as recalled, 待核对): 作业成本法, 成本当量法,
成本比例系数法, 成本点数法; the ratio of cost to charges as in CMS cost reports.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from core.errors import DataError


@dataclass(frozen=True, eq=False)
class ItemCosts:
    """Unit costs by item, and the cost of one unit of weight (equivalent, point)."""

    pool: float
    weight: float
    """Weights times volumes, summed up."""
    value: float
    """Pool over weight."""
    unit: pd.Series


@dataclass(frozen=True, eq=False)
class Activities:
    """What items take of activities, and activities of resources.

    resources: cost by resource. drivers: resource × activity, any unit. quantities: activity ×
    item, over the whole volume. direct: cost of one performance that is its own.
    """

    resources: pd.Series
    drivers: pd.DataFrame
    quantities: pd.DataFrame
    direct: pd.Series
    volume: pd.Series


@dataclass(frozen=True, eq=False)
class ActivityCosts:
    """Cost and rate by activity, unit cost by item."""

    cost: pd.Series
    rate: pd.Series
    unit: pd.Series


def divided(top: float, bottom: float) -> float:
    """A quotient; NaN where the bottom is zero."""
    return top / bottom if bottom else math.nan


def net_pool(total: float, drugs: float, charged_material: float) -> float:
    """What is left for items: drugs and material charged separately are no item's cost."""
    return total - drugs - charged_material


def by_weight(pool: float, weight: pd.Series, volume: pd.Series) -> ItemCosts:
    """Unit cost = weight × pool / Σ(weight × volume): 成本当量法 and 成本点数法.

    An item without volume has a unit cost too: what its weight says.
    """
    whole = float((weight * volume).sum(skipna=False))
    value = divided(pool, whole)
    return ItemCosts(pool, whole, value, weight * value)


def by_share(pool: float, weight: pd.Series, volume: pd.Series) -> ItemCosts:
    """Each item's share of the pool over its volume: 成本比例系数法.

    weight: price (收入), minutes (操作时间) or effort (工作量) of one performance. The share is
    weight × volume over the sum of all; an item without volume reads NaN.
    """
    found = by_weight(pool, weight, volume)
    unit = found.unit.where(volume != 0)
    return ItemCosts(pool, found.weight, found.value, unit)


def by_activity(work: Activities) -> ActivityCosts:
    """Resources go to activities, activities to items by what they took: 作业成本法.

    DataError E_DRIVER_ZERO (where, amount, count) for a resource or an activity that has cost
    but nothing to share it by. An activity without cost and without quantity has no rate.
    """
    cost = _shared_out(work.resources, work.drivers)
    taken = work.quantities.reindex(index=cost.index, columns=work.volume.index, fill_value=0.0)
    used = taken.sum(axis=1, skipna=False)
    _check_driven(cost, used)
    rate = cost / used.where(used != 0)
    received = taken.mul(rate.fillna(0.0), axis=0).sum(axis=0, skipna=False)
    return ActivityCosts(cost, rate, work.direct + received / work.volume.where(work.volume != 0))


def _shared_out(cost: pd.Series, drivers: pd.DataFrame) -> pd.Series:
    shares = drivers.reindex(index=cost.index, fill_value=0.0)
    whole = shares.sum(axis=1, skipna=False)
    _check_driven(cost, whole)
    factor = (cost / whole.where(whole != 0)).fillna(0.0)
    return shares.mul(factor, axis=0).sum(axis=0)


def _check_driven(cost: pd.Series, driver: pd.Series) -> None:
    stuck = cost.index[((cost != 0) & (driver == 0)).to_numpy()]
    if len(stuck):
        amount = f"{float(cost[stuck].sum()):,.2f}"
        where = ",".join(map(str, stuck))
        raise DataError("E_DRIVER_ZERO", where=where, amount=amount, count=len(stuck))


def by_charges(charges: pd.Series, ratio: pd.Series) -> pd.Series:
    """Cost = charges × ratio of cost to charges (RCC), by department or item."""
    return charges * ratio.reindex(charges.index)


def ratio_of(cost: pd.Series, revenue: pd.Series) -> pd.Series:
    """Cost over revenue by department or 服务单元; NaN where there is no revenue."""
    bottom = revenue.reindex(cost.index, fill_value=0.0).astype(float)
    return cost / bottom.where(bottom != 0)


def added_back(unit: pd.Series, volume: pd.Series) -> float:
    """Unit costs times volumes: the pool again. Items without volume count nothing."""
    return float((unit * volume).where(volume != 0, 0.0).sum(skipna=False))
