"""Which contract table becomes which fact table, column by column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class FactTable:
    """A contract table and the fact table that keeps it."""

    contract: str
    store: str
    columns: Mapping[str, str]
    """Contract column -> stored column; columns not named are not kept (names live in masters)."""
    key: tuple[str, ...]
    """Stored key columns after hospital_id."""


_COUNTS = (
    "outpatient_visits",
    "emergency_visits",
    "checkup_visits",
    "admissions",
    "discharges",
    "transfers_in",
    "transfers_out",
    "in_bed_start",
    "in_bed_end",
    "bed_days_used",
    "bed_days_open",
    "discharged_bed_days",
    "surgeries",
    "level4_surgeries",
    "minimally_invasive_surgeries",
    "elective_surgeries",
    "day_surgeries",
)

FACT_TABLES = {
    table.contract: table
    for table in (
        FactTable(
            "workload",
            "workload",
            {"month": "month", "dept_code": "department"}
            | {name: name for name in _COUNTS}
            | {"remark": "remark"},
            ("month", "department"),
        ),
        FactTable(
            "income",
            "income",
            {
                "month": "month",
                "ordering_code": "ordering",
                "performing_code": "performing",
                "unit": "unit",
                "category": "category",
                "amount": "amount_fen",
                "remark": "remark",
            },
            ("month", "ordering", "performing", "unit", "category"),
        ),
        FactTable(
            "direct_cost",
            "direct_cost",
            {
                "month": "month",
                "dept_code": "department",
                "element_code": "element",
                "unit": "unit",
                "amount": "amount_fen",
                "remark": "remark",
            },
            ("month", "department", "element", "unit"),
        ),
        FactTable(
            "driver",
            "driver_quantity",
            {
                "month": "month",
                "dept_code": "department",
                "driver_code": "driver",
                "value": "quantity",
                "remark": "remark",
            },
            ("month", "department", "driver"),
        ),
    )
}
