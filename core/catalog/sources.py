"""What measures can be counted from: the tables, their columns and the conditions on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Table = Literal[
    "workload",
    "income",
    "direct_cost",
    "driver",
    "case",
    "machine_use",
    "material",
    "energy",
    "budget",
    "census",
    "arrival",
    "visit",
    "quality",
]
PAYERS = ("employee", "resident", "self", "other")
RISKS = ("low", "mid_low", "mid_high", "high")
FLAG = ("yes", "no")
_CHARGES = ("charge_total", "charge_drug", "charge_material", "charge_exam", "charge_lab")


@dataclass(frozen=True)
class TableSource:
    """One table as a source of measures."""

    columns: tuple[str, ...] = ()
    """Columns that can be added up; none where the table has one value column."""
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Conditions with the values they take; () where a hospital's own codes decide."""
    needs_where: bool = False


TABLES: Mapping[str, TableSource] = {
    "workload": TableSource(
        (
            *("outpatient_visits", "emergency_visits", "checkup_visits", "admissions"),
            *("discharges", "transfers_in", "transfers_out", "in_bed_start", "in_bed_end"),
            *("bed_days_used", "bed_days_open", "discharged_bed_days", "surgeries"),
            *("level4_surgeries", "minimally_invasive_surgeries", "elective_surgeries"),
            "day_surgeries",
        )
    ),
    "income": TableSource(where={"unit": (), "category": ()}),
    "direct_cost": TableSource(where={"kind": ()}),
    "driver": TableSource(where={"role": ()}, needs_where=True),
    "case": TableSource(
        (
            *("cases", "weight", "days", "preop_days", "transfers"),
            *("surgical_cases", "reoperated", "readmitted"),
            *_CHARGES,
            *("settlement", "settled_charge", "benchmark_days", "benchmark_charge"),
            *("benchmarked_cases", "charge_benchmarked_cases"),
        ),
        {
            "payer": PAYERS,
            "outcome": ("home", "transferred", "left", "died", "other"),
            "grouped": FLAG,
            "surgical": FLAG,
            "risk": RISKS,
            "pathway": ("none", "entered", "varied", "completed"),
            "elective": FLAG,
            "day_case": FLAG,
            "discharged": ("before_noon",),
        },
    ),
    "machine_use": TableSource(
        (
            *("hours", "examinations", "positives", "income", "consumables"),
            *("days_due", "days_down", "days_idle", "hours_open", "capacity", "minutes"),
        ),
        {"kind": (), "emergency_reserve": FLAG},
    ),
    "material": TableSource(
        ("stock", "issued", "expired", "written_off", "issued_items", "lost_items"),
        {"goods": ("drug", "high_value", "low_value", "reagent", "office")},
    ),
    "energy": TableSource(
        ("amount", "quantity"), {"kind": ("water", "electricity", "gas", "heat", "fuel")}
    ),
    "budget": TableSource(("amount",), {"line": ()}),
    "census": TableSource(("open_beds", "occupied", "admitted", "discharged")),
    "arrival": TableSource(("count",), {"stream": ("outpatient", "emergency", "inpatient")}),
    "visit": TableSource(
        ("visits", *_CHARGES), {"stream": ("outpatient", "emergency"), "payer": PAYERS}
    ),
    "quality": TableSource(("numerator", "denominator"), {"item": ()}, needs_where=True),
}

GROUP_COLUMNS = (
    *("cases", "weight", "days", "surgical_cases", "reoperated", "readmitted"),
    *_CHARGES,
    *("settlement", "settled_charge", "benchmark_days", "benchmark_charge"),
    *("benchmarked_cases", "charge_benchmarked_cases"),
)
"""Columns of cases that are also kept by disease group."""
_GROUP_COUNTS = {("outcome", "died"), ("surgical", "yes")}
"""Conditions under which only cases are kept by disease group, one of them at a time."""


def by_disease_group(table: str | None, column: str, where: Mapping[str, str]) -> bool:
    """Whether a measure of this source is also kept by disease group."""
    if table != "case" or column not in GROUP_COLUMNS:
        return False
    counted = {pair for pair in where.items() if pair[0] not in ("payer", "grouped", "risk")}
    return not counted or (column == "cases" and len(counted) == 1 and counted <= _GROUP_COUNTS)


def fault_of(table: str, column: str, where: Mapping[str, str], department: str | None) -> str:
    """What is wrong with a source that reads this table; '' when nothing is.

    A name that is no table stands for a derived measure, which has none of these.
    """
    known = TABLES.get(table, TableSource())
    for name, given, needed in (
        ("column", column, bool(known.columns)),
        ("department", department, table == "income"),
    ):
        if bool(given) != needed:
            return f"{name} is {'missing' if needed else 'out of place'}"
    if column and column not in known.columns:
        return f"column cannot be {column} for {table}; it has {', '.join(known.columns)}"
    wrong = [
        key
        for key, value in where.items()
        if key not in known.where or (known.where[key] and value not in known.where[key])
    ]
    if wrong or (known.needs_where and not where):
        return f"where cannot be {dict(where)} for {table}"
    return ""
