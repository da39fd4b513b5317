"""An invented hospital with three years of facts that hang together, drawn from a seed.

`generate` is the one door. Everything follows from the last month, the number of months and the
seed: the same three give identical frames.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.demo.days import days_until
from core.demo.direct_cost import Ledger, direct_cost_frame
from core.demo.income import income_frame, ordered_income
from core.demo.parameters import Parameters, parameters
from core.demo.staffing import driver_frame
from core.demo.workload import workload, workload_frame
from core.months import add_months, month_range

FEWEST_MONTHS = 12
"""Magnitudes are those of a year: with less than one there is nothing to calibrate."""


@dataclass(frozen=True)
class DemoHospital:
    """Names, people, own targets, and the five tables with the columns of data/intake.

    Months are YYYYMM, money is integer 分, counts are nullable: missing where a department does
    not have the thing counted.
    """

    name_zh: str
    name_en: str
    departments: pd.DataFrame
    workload: pd.DataFrame
    income: pd.DataFrame
    direct_cost: pd.DataFrame
    driver: pd.DataFrame
    staff: list[tuple[str, str]]
    """Invented persons who act: name and title."""
    targets: list[dict[str, str | int | float | None]]
    """Own targets of exempt departments, keys as in the target table."""


def generate(last_month: int, months: int = 36, seed: int = 20260101) -> DemoHospital:
    """The demo hospital of `months` months (12 at least) up to and including `last_month`."""
    if months < FEWEST_MONTHS:
        raise ValueError(f"the demo hospital needs at least {FEWEST_MONTHS} months, not {months}")
    given = parameters()
    days = days_until(last_month, months)
    reported = month_range(add_months(last_month, 1 - months), last_month)
    streams = [np.random.default_rng(child) for child in np.random.SeedSequence(seed).spawn(5)]
    work = workload(given, days, streams[:2])
    ordered = ordered_income(given, days, work, streams[2])
    return DemoHospital(
        name_zh=given.hospital.name_zh,
        name_en=given.hospital.name_en,
        departments=departments_frame(given),
        workload=workload_frame(work, given, reported),
        income=income_frame(given, ordered, days, reported),
        direct_cost=direct_cost_frame(Ledger(given, days, ordered, streams[4]), reported),
        driver=driver_frame(given, reported, streams[3]),
        staff=[(person.name, person.title) for person in given.hospital.staff],
        targets=_targets(given, reported[0]),
    )


def departments_frame(given: Parameters) -> pd.DataFrame:
    """The contract table of departments; beds only where there are beds."""
    count = len(given.departments)
    beds = [department.beds for department in given.departments]
    return pd.DataFrame(
        {
            "dept_code": [department.code for department in given.departments],
            "dept_name": [department.name["zh"] for department in given.departments],
            "name_en": [department.name["en"] for department in given.departments],
            "category": [department.category for department in given.departments],
            "beds": pd.array([pd.NA if bed is None else bed for bed in beds], dtype="Int64"),
            "opened": pd.array([pd.NA] * count, dtype="Int64"),
            "closed": pd.array([pd.NA] * count, dtype="Int64"),
            "remark": [department.remark for department in given.departments],
        }
    )


def _targets(given: Parameters, first_month: int) -> list[dict[str, str | int | float | None]]:
    """Bed occupancy (OP001) without a lower bound for departments that must keep beds free."""
    return [
        {
            "indicator": "OP001",
            "department": exemption.department,
            "month_from": first_month,
            "month_to": 0,
            "basis": "value",
            "low": None,
            "high": 95.0,
            "watch_low": None,
            "watch_high": 95.0,
            "kind": "assumption",
            "source": "演示医院自定",
            "note": exemption.note,
        }
        for exemption in given.hospital.exemption
    ]
