"""Direct cost by department, cost item and unit.

Drugs and separately charged consumables are booked at the ordering unit, as its income is; the
other items are pools of the hospital shared by category and weight, exactly.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.demo.days import Days
from core.demo.income import OrderedIncome
from core.demo.parameters import Department, Parameters
from core.demo.rounding import FEN_PER_WAN, whole_by_running_total
from core.statistics.rounding import share_out

ITEMS = {
    "A01": "人员经费",
    "A02": "卫生材料费",
    "A03": "药品费",
    "A04": "固定资产折旧费",
    "A05": "无形资产摊销费",
    "A06": "提取医疗风险基金",
    "A07": "其他运行费用",
}
CATEGORIES = ("clinical", "medical_tech", "medical_aux", "admin")
MINOR_WEIGHT = 0.2
"""Weight of auxiliary and administrative departments that state none: gloves, masks, paper."""
SUPPLIES_GROWTH_PCT = 3.0
"""What departments use without charging it grows with their work (assumption)."""
Cell = tuple[str, str, str]
"""Department code, cost item, unit."""


@dataclass(frozen=True)
class Ledger:
    """What costs are booked from: parameters, months, income ordered, and chance."""

    given: Parameters
    days: Days
    ordered: OrderedIncome
    generator: np.random.Generator

    def months_of(self, item: str, annual_wan: float, pct: float) -> np.ndarray:
        """分 of each month growing by `pct` a year; the most recent twelve are `annual_wan`."""
        pattern = np.array(self.given.cost.months.get(item, [1.0] * 12))
        level = pattern[np.array(self.days.months) % 100 - 1]
        level = level * (1 + pct / 100) ** self.days.month_years
        wan = level * self.chance(item, 1)[:, 0]
        wan = wan * (annual_wan / wan[-12:].sum())
        # Running totals from the end, so that exactly the last twelve months are the year.
        return whole_by_running_total((wan * FEN_PER_WAN)[::-1])[::-1]

    def chance(self, item: str, count: int) -> np.ndarray:
        """Random factors [month, count] around 1, by how far the item varies."""
        spread = self.given.cost.scatter_pct.get(item, 0) / 100
        return np.exp(self.generator.normal(0, spread, (len(self.days.months), count)))

    def departments(self, category: str) -> list[Department]:
        return [d for d in self.given.departments if d.category == category]


def direct_cost_frame(ledger: Ledger, months: tuple[int, ...]) -> pd.DataFrame:
    """The contract table of `months`; clinical departments by unit, others not split."""
    cells: dict[Cell, np.ndarray] = {}
    for item in ledger.given.cost.items_wan:
        _add(cells, _shared(ledger, item))
    _add(cells, _drugs(ledger))
    _add(cells, _materials(ledger))
    known = ledger.days.months
    kept = slice(known.index(months[0]), known.index(months[-1]) + 1)
    chosen = sorted(cell for cell, amounts in cells.items() if amounts.any())
    count = len(chosen)
    return pd.DataFrame(
        {
            "month": np.repeat(np.array(months, dtype=np.int64), count),
            "dept_code": [code for code, _, _ in chosen] * len(months),
            "element_code": [item for _, item, _ in chosen] * len(months),
            "element_name": [ITEMS[item] for _, item, _ in chosen] * len(months),
            "unit": [unit for _, _, unit in chosen] * len(months),
            "amount": np.stack([cells[cell][kept] for cell in chosen], axis=1).ravel(),
            "remark": [""] * (count * len(months)),
        }
    )


def outpatient_share(given: Parameters, department: Department) -> float:
    """Part of a clinical department's pay that belongs to outpatients, by hours of work."""
    if not department.inpatient_profile:
        return 1.0
    if not department.outpatient_profile:
        return 0.0
    hours, pay, staff = given.cost.hours, given.cost.pay, department.staff
    outside = inside = 0.0
    for profession in ("physicians", "nurses"):
        visits = department.outpatient_visits * hours["visit"][profession]
        visits += department.emergency_visits * hours["emergency"][profession]
        beds = department.annual_bed_days * hours["bed_day"][profession]
        cost = getattr(staff, profession) * pay[profession]
        outside += cost * visits / (visits + beds)
        inside += cost * beds / (visits + beds)
    return outside / (outside + inside)


def pay_weight(given: Parameters, department: Department) -> float:
    """Staff weighed by the level of pay of their profession."""
    staff = department.staff.model_dump()
    return sum(count * given.cost.pay[profession] for profession, count in staff.items())


def _add(cells: dict[Cell, np.ndarray], more: dict[Cell, np.ndarray]) -> None:
    for cell, amounts in more.items():
        cells[cell] = cells.get(cell, 0) + amounts


def _shared(ledger: Ledger, item: str) -> dict[Cell, np.ndarray]:
    """One item of the hospital by category, then department, then unit."""
    given = ledger.given
    pct = given.calendar.growth["personnel" if item == "A01" else "other_cost"]
    pool = ledger.months_of(item, given.cost.items_wan[item], pct)
    by_category = np.array([given.cost.category_pct[item][name] for name in CATEGORIES])
    amounts = share_out(pool, np.broadcast_to(by_category, (len(pool), len(CATEGORIES))))
    found: dict[Cell, np.ndarray] = {}
    for position, category in enumerate(CATEGORIES):
        if not amounts[:, position].any():
            continue
        departments = ledger.departments(category)
        weights = np.array([_weight(given, item, d) for d in departments])
        if item == "A06":
            weights = _earned(departments, ledger.ordered)
        found |= _to_units(ledger, item, departments, amounts[:, position], weights)
    return found


def _to_units(
    ledger: Ledger,
    item: str,
    departments: list[Department],
    amounts: np.ndarray,
    weights: np.ndarray,
) -> dict[Cell, np.ndarray]:
    """Amounts [month] shared to departments, clinical ones further to their units."""
    parts = share_out(amounts, weights * ledger.chance(item, len(departments)))
    found: dict[Cell, np.ndarray] = {}
    for column, department in enumerate(departments):
        if department.category != "clinical":
            found[department.code, item, "shared"] = parts[:, column]
            continue
        share = outpatient_share(ledger.given, department)
        split = share_out(parts[:, column], np.tile([share, 1 - share], (len(amounts), 1)))
        for position, unit in enumerate(("outpatient", "inpatient")):
            found[department.code, item, unit] = split[:, position]
    return found


def _weight(given: Parameters, item: str, department: Department) -> float:
    """Part of a department in what its category spends on an item."""
    cost, staff = given.cost, pay_weight(given, department)
    if item == "A01":
        return staff
    if item == "A04":
        # Equipment wears out faster than the building around it.
        return department.equipment_wan + 0.02 * department.area
    if item == "A05":
        return staff * cost.central_amortisation.get(department.code, 1.0)
    mix = cost.other_mix
    # Per square metre, per 万元 of equipment and per head, each brought to a like size.
    even = (
        mix.area * department.area / 60
        + mix.equipment * department.equipment_wan / 30
        + mix.headcount * staff
    )
    return even * cost.central.get(department.code, 1.0)


def _earned(departments: list[Department], ordered: OrderedIncome) -> np.ndarray:
    """Income ordered by each clinical department in the most recent year: the risk fund's base."""
    earned = {department.code: 0.0 for department in departments}
    for position, (department, _) in enumerate(ordered.units):
        if department.code in earned:
            earned[department.code] += float(ordered.amounts[-12:, position].sum())
    return np.array(list(earned.values()))


def _ordered(ordered: OrderedIncome, item: str, amounts: np.ndarray) -> dict[Cell, np.ndarray]:
    """Amounts [month, ordering unit] at the units that ordered."""
    return {
        (department.code, item, unit): amounts[:, position]
        for position, (department, unit) in enumerate(ordered.units)
    }


def _drugs(ledger: Ledger) -> dict[Cell, np.ndarray]:
    """Drugs at cost at the ordering unit; contrast media and anaesthetics where they are used."""
    cost = ledger.given.cost
    at_cost = np.rint(ledger.ordered.of("drug") * cost.drug.clinical_of_income)
    found = _ordered(ledger.ordered, "A03", at_cost.astype(np.int64))
    pool = ledger.months_of("A03", cost.drug.medical_tech_wan, SUPPLIES_GROWTH_PCT)
    using = ledger.departments("medical_tech")
    weights = np.array([department.weights.drug for department in using])
    return found | _to_units(ledger, "A03", using, pool, weights)


def _materials(ledger: Ledger) -> dict[Cell, np.ndarray]:
    """Charged consumables at the ordering unit (no mark-up), and what is not charged apart."""
    found = _ordered(ledger.ordered, "A02", ledger.ordered.of("material"))
    for category, wan in ledger.given.cost.uncharged_material_wan.items():
        pool = ledger.months_of("A02", wan, SUPPLIES_GROWTH_PCT)
        using = ledger.departments(category)
        weights = np.array([_material_weight(department) for department in using])
        _add(found, _to_units(ledger, "A02", using, pool, weights))
    return found


def _material_weight(department: Department) -> float:
    """Dressings and gloves go with nurses in clinical departments, else with what is stated."""
    if department.category == "clinical":
        return float(department.staff.nurses)
    return department.weights.material or MINOR_WEIGHT
