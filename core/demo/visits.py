"""Visits and operations of a month: what is counted without beds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.demo.days import WHOLE_HOSPITAL, Days, daily_curve, growth
from core.demo.parameters import Curve, Department, Parameters

SPREAD = 0.015
"""Relative scatter of a month beyond chance: weather, absence of doctors (assumption)."""
DAY_WARD_FLOOR = 0.04
"""Day surgery never falls below this share of elective operations, however early the month."""
MOST_OPERATED = 0.97
"""Of the patients whom a department discharges in a month (assumption)."""


@dataclass(frozen=True)
class Operations:
    """Counts of each month [month, department of the order given]."""

    surgeries: np.ndarray
    elective: np.ndarray
    level4: np.ndarray
    minimally_invasive: np.ndarray
    day: np.ndarray

    def within(self, discharges: np.ndarray) -> Operations:
        """No more than patients discharged: one operation a stay is counted."""
        most = np.where(self.day > 0, discharges, np.floor(MOST_OPERATED * discharges))
        return Operations(
            *(np.minimum(counts, most).astype(np.int64) for counts in vars(self).values())
        )


def visits(given: Parameters, days: Days, generator: np.random.Generator) -> dict[str, np.ndarray]:
    """Outpatient, emergency and check-up visits [month, clinical department]."""
    return {
        column: np.stack(
            [
                _counts(_expected_visits(given, days, department, column), generator)
                for department in given.clinical
            ],
            axis=1,
        )
        for column in ("outpatient_visits", "emergency_visits", "checkup_visits")
    }


def operations(given: Parameters, days: Days, generator: np.random.Generator) -> Operations:
    """Operations on discharged patients [month, clinical department]; day cases in the day ward."""
    totals = given.volume.surgery
    elective, urgent = _expected_operations(given, days)
    elective_done = _counts(elective, generator)
    surgeries = elective_done + _counts(urgent, generator)
    day = elective_done * np.array([department.day_ward for department in given.clinical])
    expected = (elective + urgent)[-12:].sum(axis=0)
    level4 = _shares(given, "level4", expected, totals.total * totals.level4_pct / 100)
    gentle = _shares(
        given, "minimally_invasive", expected, totals.total * totals.minimally_invasive_pct / 100
    )
    return Operations(
        surgeries=surgeries,
        elective=elective_done,
        level4=generator.binomial(surgeries, level4),
        minimally_invasive=generator.binomial(surgeries, gentle),
        day=day,
    )


def _counts(expected: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    scatter = generator.normal(1, SPREAD, expected.shape)
    return generator.poisson(expected * scatter)


def _last_year_to(total: float, daily: np.ndarray, days: Days) -> np.ndarray:
    """The daily curve by month, scaled so that the most recent twelve months are `total`."""
    return total * days.monthly(daily) / daily[days.last_year].sum()


def _expected_visits(
    given: Parameters, days: Days, department: Department, column: str
) -> np.ndarray:
    effects = given.calendar
    group, pct = effects.group[department.season], effects.growth["outpatient"]
    curve: Curve = "outpatient"
    if column == "emergency_visits":
        curve, group, pct = "emergency", WHOLE_HOSPITAL, effects.growth["emergency"]
    elif column == "checkup_visits":
        pct = effects.growth["checkup"]
    elif department.growth_pct is not None:
        pct = department.growth_pct
    daily = daily_curve(days, effects, curve, group) * growth(days, pct)
    return _last_year_to(getattr(department, column), daily, days)


def _expected_operations(given: Parameters, days: Days) -> tuple[np.ndarray, np.ndarray]:
    """Elective and urgent operations [month, clinical department]."""
    totals, effects = given.volume.surgery, given.calendar
    planned = np.array([_annual(department, True) for department in given.clinical])
    urgent = np.array([_annual(department, False) for department in given.clinical])
    day_share = _day_share(given, days)
    recent = totals.day_share_pct / 100
    planned *= totals.elective * (1 - recent) / planned.sum()
    urgent *= (totals.total - totals.elective) / urgent.sum()
    pace = growth(days, effects.growth["elective"])
    elective_months, urgent_months = [], []
    for position, department in enumerate(given.clinical):
        group = effects.group[department.season]
        own_pace = pace * (1 - day_share)
        if department.growth_pct is not None:
            own_pace = growth(days, department.growth_pct)
        curve = daily_curve(days, effects, "elective", group)
        if department.day_ward:
            whole = totals.elective * recent
            elective_months.append(_last_year_to(whole, curve * pace * day_share, days))
        else:
            elective_months.append(_last_year_to(planned[position], curve * own_pace, days))
        urgent_months.append(_last_year_to(urgent[position], own_pace, days))
    return np.stack(elective_months, axis=1), np.stack(urgent_months, axis=1)


def _annual(department: Department, elective: bool) -> float:
    """Operations a year outside the day ward, before scaling to the hospital's total."""
    surgery = department.surgery
    if surgery is None or department.day_ward:
        return 0.0
    share = surgery.elective if elective else 1 - surgery.elective
    return department.annual_discharges * surgery.rate * share


def _day_share(given: Parameters, days: Days) -> np.ndarray:
    totals = given.volume.surgery
    share = (totals.day_share_pct + totals.day_share_step * days.year) / 100
    return np.maximum(share, DAY_WARD_FLOOR)


def _shares(given: Parameters, kind: str, expected: np.ndarray, wanted: float) -> np.ndarray:
    """Share of a kind of operation by department, scaled to the hospital's number."""
    raw = np.array([getattr(d.surgery, kind) if d.surgery else 0.0 for d in given.clinical])
    return np.minimum(raw * wanted / (raw * expected).sum(), 0.95)
