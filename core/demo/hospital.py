"""An invented hospital with three years of facts that hang together, drawn from a seed.

`generate` is the one door. Everything follows from the last month, the number of months and the
seed: the same three give identical frames.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.demo import masters
from core.demo.arrivals import arrival_frame
from core.demo.cases import case_frame
from core.demo.census import census_frame
from core.demo.days import days_until
from core.demo.direct_cost import Ledger, direct_cost_frame
from core.demo.drawn import Drawn, Maker, stream
from core.demo.drg import disease_group_frame
from core.demo.income import income_frame, ordered_income
from core.demo.parameters import Parameters, parameters
from core.demo.resources import MAKERS as RESOURCES
from core.demo.staffing import driver_frame
from core.demo.stays import hand_out, with_day_cases
from core.demo.visits import operations, visits
from core.demo.wards import ward_days
from core.demo.workload import workload, workload_frame
from core.hospital.facts import MASTER_TABLES
from core.months import add_months, month_range

FEWEST_MONTHS = 12
"""Magnitudes are those of a year: with less than one there is nothing to calibrate."""


MASTERS: dict[str, Maker] = {
    "campus": lambda drawn: masters.campus_frame(),
    "departments": lambda drawn: departments_frame(drawn.given),
    "ward": lambda drawn: masters.ward_frame(drawn.given),
    "disease_group": disease_group_frame,
    "staff_group": lambda drawn: masters.staff_group_frame(),
    "calendar": lambda drawn: masters.calendar_frame(drawn.reported),
    "payment": lambda drawn: masters.payment_frame(drawn.reported[-1], len(drawn.reported)),
}
MONTHLY: dict[str, Maker] = {
    "workload": lambda drawn: workload_frame(drawn.work, drawn.given, drawn.reported),
    "driver": lambda drawn: driver_frame(drawn.given, drawn.reported, drawn.streams[3]),
    "income": lambda drawn: income_frame(drawn.given, drawn.ordered, drawn.days, drawn.reported),
    "direct_cost": lambda drawn: direct_cost_frame(
        Ledger(drawn.given, drawn.days, drawn.ordered, drawn.streams[4]), drawn.reported
    ),
}
PATIENTS: dict[str, Maker] = {
    "census": census_frame,
    "case": case_frame,
    "arrival": arrival_frame,
}


def _in_loading_order() -> dict[str, Maker]:
    """Masters before facts, departments first of all that names them."""
    registers = {name: make for name, make in RESOURCES.items() if name in MASTER_TABLES}
    facts = {name: make for name, make in RESOURCES.items() if name not in registers}
    return MASTERS | registers | MONTHLY | PATIENTS | facts


MAKERS = _in_loading_order()


@dataclass(frozen=True)
class DemoHospital:
    """Names, people, own targets, and the tables with the columns of data/intake.

    Months are YYYYMM, money is integer 分, counts are nullable: missing where a department does
    not have the thing counted.
    """

    name_zh: str
    name_en: str
    tables: dict[str, pd.DataFrame]
    """By contract, in the order in which they can be loaded."""
    staff: list[tuple[str, str]]
    """Invented persons who act: name and title."""
    targets: list[dict[str, str | int | float | None]]
    """Own targets of exempt departments, keys as in the target table."""

    @property
    def departments(self) -> pd.DataFrame:
        return self.tables["departments"]

    @property
    def workload(self) -> pd.DataFrame:
        return self.tables["workload"]

    @property
    def income(self) -> pd.DataFrame:
        return self.tables["income"]

    @property
    def direct_cost(self) -> pd.DataFrame:
        return self.tables["direct_cost"]

    @property
    def driver(self) -> pd.DataFrame:
        return self.tables["driver"]


def generate(last_month: int, months: int = 36, seed: int = 20260101) -> DemoHospital:
    """The demo hospital of `months` months (12 at least) up to and including `last_month`."""
    drawn = draw(last_month, months, seed)
    for contract, make in MAKERS.items():
        drawn.tables[contract] = make(drawn)
    identity = drawn.given.hospital
    return DemoHospital(
        name_zh=identity.name_zh,
        name_en=identity.name_en,
        tables=drawn.tables,
        staff=[(person.name, person.title) for person in identity.staff],
        targets=_targets(drawn.given, drawn.reported[0]),
    )


def draw(last_month: int, months: int = 36, seed: int = 20260101) -> Drawn:
    """Volumes, stays and income of the hospital, before any table is made of them."""
    if months < FEWEST_MONTHS:
        raise ValueError(f"the demo hospital needs at least {FEWEST_MONTHS} months, not {months}")
    given = parameters()
    days = days_until(last_month, months)
    streams = [np.random.default_rng(child) for child in np.random.SeedSequence(seed).spawn(5)]
    seen, done = visits(given, days, streams[0]), operations(given, days, streams[0])
    wards, rooms = ward_days(given, days, streams[1]), masters.wards(given)
    stays = hand_out(given, wards, rooms, stream(seed, "stays"))
    stays = with_day_cases(stays, rooms, done, (given, days), stream(seed, "day_cases"))
    work = workload(given, days, (wards, stays), seen, done)
    return Drawn(
        given=given,
        days=days,
        reported=month_range(add_months(last_month, 1 - months), last_month),
        work=work,
        ordered=ordered_income(given, days, work, streams[2]),
        wards=wards,
        rooms=rooms,
        stays=stays,
        seed=seed,
        streams=tuple(streams),
    )


def departments_frame(given: Parameters) -> pd.DataFrame:
    """The contract table of departments; beds only where there are beds."""
    count = len(given.departments)
    codes = [department.code for department in given.departments]
    beds = [department.beds for department in given.departments]
    return pd.DataFrame(
        {
            "dept_code": codes,
            "dept_name": [department.name["zh"] for department in given.departments],
            "name_en": [department.name["en"] for department in given.departments],
            "category": [department.category for department in given.departments],
            "campus_code": [masters.campus_of(code) for code in codes],
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
