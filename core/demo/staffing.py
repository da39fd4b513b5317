"""Staff and drivers by department and month: what cost is shared by, changing slowly."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.demo.parameters import Department, Parameters

UNITS = {
    "HC": "人",
    "PHYS": "人",
    "NURSE": "人",
    "TECH": "人",
    "PHARM": "人",
    "AREA": "平方米",
    "EQV": "元",
    "BED": "张",
}
"""Units of the drivers, as data/hospital/masters.toml has them."""
PROFESSIONS = {
    "physicians": "PHYS",
    "nurses": "NURSE",
    "technicians": "TECH",
    "pharmacists": "PHARM",
    "managers": "",
    "workers": "",
}
TURNOVER = 0.08
"""How far a month's staffing of a profession wanders, in people (assumption)."""
PURCHASES_A_YEAR = 0.8
"""How often a department's equipment grows (assumption); by 2 to 9 %."""
YUAN_PER_WAN = 10_000


def driver_frame(
    given: Parameters, months: tuple[int, ...], generator: np.random.Generator
) -> pd.DataFrame:
    """The contract table: every driver of every department, beds only where there are beds."""
    pieces = []
    for department in given.departments:
        for code, values in _drivers(given, department, len(months), generator).items():
            pieces.append(
                pd.DataFrame(
                    {
                        "month": np.array(months, dtype=np.int64),
                        "dept_code": department.code,
                        "driver_code": code,
                        "value": values.astype(float),
                        "unit": UNITS[code],
                        "remark": "",
                    }
                )
            )
    frame = pd.concat(pieces, ignore_index=True)
    return frame.sort_values(["month", "dept_code"], kind="stable", ignore_index=True)


def _drivers(
    given: Parameters, department: Department, count: int, generator: np.random.Generator
) -> dict[str, np.ndarray]:
    pct = given.calendar.growth["staff"]
    people = {
        profession: _people(final, count, pct, generator)
        for profession, final in department.staff.model_dump().items()
    }
    drivers = {"HC": np.sum(list(people.values()), axis=0)}
    drivers |= {code: people[name] for name, code in PROFESSIONS.items() if code}
    drivers["AREA"] = np.full(count, department.area)
    drivers["EQV"] = _equipment(department.equipment_wan, count, generator)
    if department.beds:
        drivers["BED"] = np.full(count, department.beds)
    return drivers


def _people(
    final: int, count: int, pct_per_year: float, generator: np.random.Generator
) -> np.ndarray:
    """Whole people month by month, ending with `final`; no one where there is no one now."""
    steps = generator.normal(0, TURNOVER, count)
    if final == 0:
        return np.zeros(count, dtype=np.int64)
    wander = np.cumsum(steps)
    years = np.arange(1 - count, 1) / 12
    level = final * (1 + pct_per_year / 100) ** years + wander - wander[-1]
    return np.maximum(np.rint(level), 1).astype(np.int64)


def _equipment(final_wan: float, count: int, generator: np.random.Generator) -> np.ndarray:
    """Original value of the equipment in 元, rising in the months something was bought."""
    bought = generator.random(count) < PURCHASES_A_YEAR / 12
    jump = np.where(bought, 1 + generator.uniform(0.02, 0.09, count), 1.0)
    path = np.cumprod(jump)
    return np.rint(final_wan * YUAN_PER_WAN * path / path[-1])
