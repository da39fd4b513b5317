"""Income by ordering and performing department, unit and category: volumes times prices.

The most recent year's magnitudes are fitted to the hospital's totals by category and to each
department's own; months follow the department's visits, bed-days, discharges and operations.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.demo.days import Days
from core.demo.parameters import Department, Income, Parameters
from core.demo.performers import Performed, performed
from core.demo.rounding import FEN_PER_WAN, fit_margins
from core.demo.workload import Workload
from core.months import add_months

SCATTER = 0.025
"""Relative scatter of a department's category in a month (assumption)."""
FEW_OPERATIONS = 200
"""Departments with fewer operations a year buy consumables by discharges instead."""


@dataclass(frozen=True)
class OrderedIncome:
    """Income in 分 by unit of an ordering department: amounts [month, unit, category]."""

    months: tuple[int, ...]
    units: tuple[tuple[Department, str], ...]
    categories: tuple[str, ...]
    amounts: np.ndarray

    def of(self, category: str) -> np.ndarray:
        """Amounts of one category [month, unit]."""
        return self.amounts[..., self.categories.index(category)]


def clinical_units(given: Parameters) -> tuple[tuple[Department, str], ...]:
    """Each clinical department's outpatient and inpatient unit, where it has one."""
    found = []
    for department in given.clinical:
        if department.outpatient_profile:
            found.append((department, "outpatient"))
        if department.inpatient_profile:
            found.append((department, "inpatient"))
    return tuple(found)


def ordered_income(
    given: Parameters, days: Days, work: Workload, generator: np.random.Generator
) -> OrderedIncome:
    """Income of all simulated months by ordering unit and category, whole 分."""
    units = clinical_units(given)
    base = _annual_wan(given.income, units)
    pace = np.stack([_pace(given, work, unit) for unit in units], axis=1)
    trend = _trend(given, units, days.month_years)
    noise = np.exp(generator.normal(0, SCATTER, pace.shape))
    wan = base * pace * trend * noise * _stories(given, days, units)
    return OrderedIncome(
        days.months,
        units,
        tuple(given.income.categories),
        np.rint(wan * FEN_PER_WAN).astype(np.int64),
    )


def income_frame(
    given: Parameters, ordered: OrderedIncome, days: Days, months: tuple[int, ...]
) -> pd.DataFrame:
    """The contract table of `months`: every amount shared out to who performs it."""
    kept = slice(ordered.months.index(months[0]), ordered.months.index(months[-1]) + 1)
    recent = slice(-12, None)
    pieces = []
    for position, category in enumerate(given.income.categories):
        amounts = ordered.amounts[..., position]
        annual = amounts[recent].sum(axis=0).astype(float)
        shared = performed(given.income, (category, ordered.units), annual, days.month_years)
        pieces.append(_rows(months, category, shared, shared.share(amounts)[kept]))
    frame = pd.concat(pieces, ignore_index=True)
    order = ["month", "ordering_code", "performing_code", "unit", "category"]
    return frame.sort_values(order, ignore_index=True)


def _rows(
    months: tuple[int, ...], category: str, shared: Performed, amounts: np.ndarray
) -> pd.DataFrame:
    """One category's rows [month, pair of unit and performer], flattened."""
    count = len(shared.pairs)
    return pd.DataFrame(
        {
            "month": np.repeat(np.array(months, dtype=np.int64), count),
            "ordering_code": [pair.ordering for pair in shared.pairs] * len(months),
            "performing_code": [pair.performing for pair in shared.pairs] * len(months),
            "unit": [pair.unit for pair in shared.pairs] * len(months),
            "category": [category] * (count * len(months)),
            "amount": amounts.ravel(),
            "remark": [""] * (count * len(months)),
        }
    )


def _annual_wan(income: Income, units: tuple[tuple[Department, str], ...]) -> np.ndarray:
    """万元 of the most recent year [unit, category], fitted to departments and categories."""
    columns = np.array([income.totals_wan[name] for name in income.categories])
    inpatient = sum(department.inpatient_wan for department, unit in units if unit == "inpatient")
    visits = np.array(
        [d.all_visits * d.visit_yuan / 1e4 if unit == "outpatient" else 0 for d, unit in units]
    )
    # Outpatient income is what the categories leave after the wards (派生).
    visits = visits * (columns.sum() - inpatient) / visits.sum()
    rows = np.array([d.inpatient_wan if unit == "inpatient" else 0 for d, unit in units]) + visits
    profiles = np.array(
        [
            income.inpatient_profile[department.inpatient_profile]
            if unit == "inpatient"
            else income.outpatient_profile[department.outpatient_profile]
            for department, unit in units
        ]
    )
    start = profiles / profiles.sum(axis=1, keepdims=True) * rows[:, None]
    return fit_margins(start, rows, columns)


def _pace(given: Parameters, work: Workload, unit: tuple[Department, str]) -> np.ndarray:
    """Share of the most recent year that each month's volume is [month, category]."""
    department, kind = unit
    position = given.clinical.index(department)

    def volume(column: str) -> np.ndarray:
        counts = work.filled(column)[:, position].astype(float)
        return counts / max(counts[-12:].sum(), 1)

    if kind == "outpatient":
        names = [f"{name}_visits" for name in ("outpatient", "emergency", "checkup")]
        visits = np.sum([work.filled(name)[:, position] for name in names], axis=0)
        own = visits / visits[-12:].sum()
        return np.repeat(own[:, None], len(given.income.categories), axis=1)
    by_volume = {name: volume(name) for name in ("bed_days_used", "discharges", "surgeries")}
    by_volume["bed_days"] = by_volume.pop("bed_days_used")
    if work.filled("surgeries")[-12:, position].sum() < FEW_OPERATIONS:
        by_volume["surgeries"] = by_volume["discharges"]
    chosen = [given.income.inpatient_volume[name] for name in given.income.categories]
    return np.stack([by_volume[name] for name in chosen], axis=1)


def _trend(
    given: Parameters, units: tuple[tuple[Department, str], ...], years: np.ndarray
) -> np.ndarray:
    """Change of price and intensity a unit of volume [month, unit, category].

    Fees per case fall faster than per bed-day, as stays get shorter by themselves.
    """
    growth = given.calendar.growth
    per_case = growth["inpatient_fee"]
    per_day = per_case - growth["length_of_stay"]
    yearly = []
    for _, unit in units:
        row = []
        for name in given.income.categories:
            by_day = given.income.inpatient_volume[name] == "bed_days"
            pct = growth["outpatient_fee"] if unit == "outpatient" else per_day
            if unit == "inpatient" and not by_day:
                pct = per_case
            row.append(1 + (pct + given.income.tilt_pct[name]) / 100)
        yearly.append(row)
    return np.array(yearly)[None] ** years[:, None, None]


def _stories(
    given: Parameters, days: Days, units: tuple[tuple[Department, str], ...]
) -> np.ndarray:
    """Factors on consumables: one overspent quarter, two price cuts [month, unit, category]."""
    stories = given.hospital.stories
    factor = np.ones((len(days.months), len(units), len(given.income.categories)))
    material = given.income.categories.index("material")
    months = np.array(days.months)
    overspent = np.isin(months, overspent_months(given, days.months[-1]))
    cuts = (stories.price_cut, stories.stent_cut)
    for position, (department, _) in enumerate(units):
        if department.code == stories.overspend.department:
            factor[overspent, position, material] = stories.overspend.factor
        for cut in cuts:
            if department.code == cut.department:
                before = months < add_months(days.months[-1], -cut.month_offset)
                factor[before, position, material] = cut.factor
    return factor


def overspent_months(given: Parameters, last_month: int) -> tuple[int, ...]:
    """The third quarter that was last completed by `last_month`."""
    quarter = given.hospital.stories.overspend.quarter_months
    year = last_month // 100 - (last_month % 100 < quarter[-1])
    return tuple(year * 100 + month for month in quarter)
