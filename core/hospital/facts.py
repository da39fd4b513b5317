"""Which contract table becomes which fact table, column by column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

CHARGES = (
    "total",
    "drug",
    "material",
    "exam",
    "lab",
    "treatment",
    "surgery",
    "nursing",
    "bed",
    "consultation",
    "other",
)


@dataclass(frozen=True)
class FactTable:
    """A contract table and the fact table that keeps it."""

    contract: str
    store: str
    columns: Mapping[str, str]
    """Contract column -> stored column; columns not named are not kept (names live in masters)."""
    key: tuple[str, ...]
    """Stored key columns after hospital_id."""
    replaces: tuple[str, ...] = ()
    """By what a row takes the place of an earlier one, where that is less than the key."""
    owners: tuple[str, ...] = ("department",)
    """Stored columns that name departments; the first is whose row it is, where there is one."""
    month: str = "month"
    """The stored month by which roll-ups add up."""

    @property
    def identity(self) -> tuple[str, ...]:
        """By what a row takes the place of an earlier one."""
        return self.replaces or self.key


def _same(*names: str) -> dict[str, str]:
    return {name: name for name in names}


def _money(*names: str) -> dict[str, str]:
    return {name: f"{name}_fen" for name in names}


_MONTH = {"month": "month"}
_DEPARTMENT = _MONTH | {"dept_code": "department"}
_REMARK = {"remark": "remark"}
_CHARGES = _money(*(f"charge_{name}" for name in CHARGES))

_TABLES = (
    FactTable(
        "workload",
        "workload",
        _DEPARTMENT
        | _same(
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
        | _REMARK,
        ("month", "department"),
    ),
    FactTable(
        "income",
        "income",
        _MONTH
        | {"ordering_code": "ordering", "performing_code": "performing"}
        | _same("unit", "category")
        | _money("amount")
        | _REMARK,
        ("month", "ordering", "performing", "unit", "category"),
        owners=("ordering", "performing"),
    ),
    FactTable(
        "direct_cost",
        "direct_cost",
        _DEPARTMENT | {"element_code": "element"} | _same("unit") | _money("amount") | _REMARK,
        ("month", "department", "element", "unit"),
    ),
    FactTable(
        "driver",
        "driver_quantity",
        _DEPARTMENT | {"driver_code": "driver", "value": "quantity"} | _REMARK,
        ("month", "department", "driver"),
    ),
    FactTable(
        "service",
        "service",
        _MONTH
        | {"from_code": "provider", "to_code": "receiver", "driver_code": "driver"}
        | _same("quantity")
        | _REMARK,
        ("month", "provider", "receiver", "driver"),
        owners=("provider", "receiver"),
    ),
    FactTable(
        "census",
        "census",
        _MONTH
        | {"ward_code": "ward"}
        | _same(
            "date",
            "open_beds",
            "occupied",
            "admitted",
            "discharged",
            "transfers_in",
            "transfers_out",
        )
        | _REMARK,
        ("month", "date", "ward"),
        owners=(),
    ),
    FactTable(
        "case",
        "inpatient_case",
        _DEPARTMENT
        | {"case_id": "case_key", "ward_code": "ward", "group_code": "disease_group"}
        | _same("admitted_at", "discharged_at", "discharge_month", "transfers", "weight", "payer")
        | _money("low_bound", "high_bound", "settlement")
        | _CHARGES
        | _same(
            "outcome",
            "surgery_level",
            "preop_days",
            "elective",
            "day_case",
            "reoperated",
            "readmitted",
            "pathway",
        )
        | _REMARK,
        ("month", "case_key"),
        replaces=("case_key",),
        month="discharge_month",
    ),
    FactTable(
        "visit",
        "visit",
        _DEPARTMENT
        | {"visit_id": "visit_key", "disease_code": "disease"}
        | _same("visited_at", "stream", "payer")
        | _CHARGES,
        ("month", "visit_key"),
    ),
    FactTable(
        "arrival",
        "arrival",
        _DEPARTMENT | _same("date", "hour", "stream", "count"),
        ("month", "date", "hour", "stream", "department"),
    ),
    FactTable(
        "machine_use",
        "machine_use",
        _MONTH
        | {"machine_code": "machine"}
        | _same("hours", "examinations", "positives", "days_due", "days_down", "days_idle")
        | _money("income", "consumables")
        | _REMARK,
        ("month", "machine"),
        owners=(),
    ),
    FactTable(
        "quality",
        "quality_count",
        _DEPARTMENT | {"item_code": "item"} | _same("numerator", "denominator") | _REMARK,
        ("month", "department", "item"),
    ),
    FactTable(
        "material",
        "material_stock",
        _DEPARTMENT
        | {"class": "goods"}
        | _money("stock", "issued", "expired", "written_off")
        | _same("issued_items", "lost_items")
        | _REMARK,
        ("month", "department", "goods"),
    ),
    FactTable(
        "energy",
        "energy",
        _DEPARTMENT | _same("kind", "quantity") | _money("amount") | _REMARK,
        ("month", "kind", "department"),
    ),
    FactTable(
        "budget",
        "budget",
        _DEPARTMENT | _same("line") | _money("amount") | _REMARK,
        ("month", "department", "line"),
    ),
    FactTable(
        "reported",
        "reported_value",
        _DEPARTMENT
        | {"indicator_code": "indicator"}
        | _same("value", "numerator", "denominator")
        | _REMARK,
        ("month", "department", "indicator"),
    ),
)
FACT_TABLES = {table.contract: table for table in _TABLES}

# Masters that a file brings in: contract column -> stored column, the stored key after hospital_id.
MASTER_TABLES = {
    table.contract: table
    for table in (
        FactTable(
            "departments",
            "department",
            {"dept_code": "code", "dept_name": "name_zh", "campus_code": "campus"}
            | _same("name_en", "category", "beds", "opened", "closed"),
            ("code",),
            owners=(),
        ),
        FactTable(
            "campus",
            "campus",
            {"campus_code": "code", "campus_name": "name_zh", "name_en": "name_en"},
            ("code",),
            owners=(),
        ),
        FactTable(
            "ward",
            "ward",
            {
                "ward_code": "code",
                "ward_name": "name_zh",
                "dept_code": "department",
                "campus_code": "campus",
            }
            | _same("name_en", "beds", "opened", "closed"),
            ("code",),
        ),
        FactTable(
            "disease_group",
            "disease_group",
            {"group_code": "code", "group_name": "name_zh"}
            | _same("name_en", "system", "weight", "benchmark_days", "risk", "surgical")
            | _money("payment_standard", "benchmark_charge"),
            ("code",),
            owners=(),
        ),
        FactTable(
            "staff_group",
            "staff_group",
            {"group_code": "code", "group_name": "name_zh"}
            | _same("name_en", "profession", "on_payroll")
            | _money("hourly_cost"),
            ("code",),
            owners=(),
        ),
        FactTable(
            "machine",
            "machine",
            {"machine_code": "code", "machine_name": "name_zh", "dept_code": "department"}
            | _same(
                "name_en",
                "kind",
                "in_service",
                "retired",
                "life_years",
                "capacity_per_day",
                "open_hours_per_day",
                "minutes_per_exam",
                "emergency_reserve",
            )
            | _money("price", "maintenance_per_year", "fee_per_exam"),
            ("code",),
        ),
        FactTable("calendar", "calendar_day", _same("date", "kind", "name"), ("date",), owners=()),
        FactTable(
            "payment",
            "payment_rule",
            {"area_code": "area", "area_name": "name_zh"}
            | _same(
                "month_from",
                "method",
                "low_ratio",
                "high_ratio_light",
                "high_ratio_middle",
                "high_ratio_heavy",
            )
            | _money("rate"),
            ("area", "month_from"),
            owners=(),
        ),
    )
}
