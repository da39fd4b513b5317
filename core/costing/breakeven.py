"""Cost, volume, profit: from how many cases on a service pays for itself.

Money in one currency unit throughout, over one period (mostly a year). What cannot be computed
is NaN: no volume is enough where a case leaves nothing over its variable cost.

Sources: 保本点 = 固定成本 / (单价 − 单位变动成本), rounded up to whole cases; the machine's fixed
cost as in a published case of a hospital (本量利案例分析, 医院经济管理).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

MONTHS = 12


@dataclass(frozen=True)
class Service:
    """Fixed cost of a period; price and variable cost of a case."""

    fixed: float
    price: float
    variable: float

    @property
    def margin(self) -> float:
        """Contribution of a case: its price less its variable cost."""
        return self.price - self.variable


@dataclass(frozen=True)
class Machine:
    """A machine with its room and people. Lives in years, area in m², rates as shares (0-1).

    maintenance_rate is of the machine's price a year; material_rate (drugs and material) and
    doctor_rate are of the price of a case.
    """

    price: float
    equipment: float
    life: float
    maintenance_rate: float
    fitout: float
    fitout_life: float
    utilities_month: float
    area: float
    cleaning_per_m2_month: float
    salaries_month: float
    material_rate: float
    doctor_rate: float


def volume_needed(service: Service, profit: float = 0.0) -> float:
    """Exact volume at which the margin has paid the fixed cost and the profit asked for.

    0 where nothing is to be paid; NaN where the margin is not above 0.
    """
    if not service.margin > 0:
        return math.nan
    return max(0.0, (service.fixed + profit) / service.margin)


def revenue_needed(service: Service, profit: float = 0.0) -> float:
    """Revenue at the exact volume needed; NaN where the margin is not above 0."""
    return volume_needed(service, profit) * service.price


def profit_at(service: Service, volume: float) -> float:
    """What is left of the revenue of a volume after variable and fixed cost."""
    return service.margin * volume - service.fixed


def safety_margin(service: Service, volume: float) -> float:
    """Share of a volume that may be lost before there is a loss; negative below break-even.

    NaN where the volume is 0 or the margin is not above 0.
    """
    return (volume - volume_needed(service)) / volume if volume else math.nan


def price_needed(service: Service, volume: float, profit: float = 0.0) -> float:
    """Price of a case at which a volume earns the profit; NaN where the volume is 0."""
    return service.variable + (service.fixed + profit) / volume if volume else math.nan


def fixed_parts(machine: Machine) -> dict[str, float]:
    """A year's fixed cost by what it is paid for; NaN for a life of 0 years."""
    cleaning = machine.area * machine.cleaning_per_m2_month
    return {
        "equipment": _a_year(machine.equipment, machine.life),
        "maintenance": machine.equipment * machine.maintenance_rate,
        "fitout": _a_year(machine.fitout, machine.fitout_life),
        "utilities": machine.utilities_month * MONTHS,
        "cleaning": cleaning * MONTHS,
        "salaries": machine.salaries_month * MONTHS,
    }


def _a_year(price: float, life: float) -> float:
    return price / life if life else math.nan


def service_of(machine: Machine) -> Service:
    """The machine's year as a service: all of its fixed parts, a case's shares of the price."""
    material, doctors = machine.price * machine.material_rate, machine.price * machine.doctor_rate
    return Service(sum(fixed_parts(machine).values()), machine.price, material + doctors)
