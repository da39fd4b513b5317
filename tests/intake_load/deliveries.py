"""A small hospital's files, already typed: two wards, one laboratory, two months."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pandas as pd

from core.catalog.load import load_catalog
from core.hospital.records import create_hospital
from core.hospital.rollups.records import RollupRule
from core.hospital.rollups.rules import rules_of
from core.intake.records import Delivery, load
from core.store.engine import Actor, Store

CATALOG = load_catalog(Path(__file__).resolve().parents[2] / "data" / "catalog")
RULES: list[RollupRule] = rules_of(CATALOG)

DEPARTMENTS = pd.DataFrame(
    [
        ("D01", "内科", "clinical", 40),
        ("D02", "外科", "clinical", 30),
        ("T01", "检验科", "medical_tech", None),
    ],
    columns=pd.Index(["dept_code", "dept_name", "category", "beds"]),
).astype({"beds": "Int64"})
WORKLOAD = pd.DataFrame(
    [
        (202501, "D01", 100, 10, 20, 18, 1000, 1240, None),
        (202501, "D02", 80, None, 15, 15, 700, 930, 12),
        (202501, "T01", 0, None, None, None, None, None, None),
        (202502, "D01", 60, 8, 12, 14, 800, 1120, None),
        (202502, "D02", 50, None, 11, 10, 600, 840, 9),
    ],
    columns=pd.Index(
        [
            "month",
            "dept_code",
            "outpatient_visits",
            "emergency_visits",
            "admissions",
            "discharges",
            "bed_days_used",
            "bed_days_open",
            "surgeries",
        ]
    ),
).astype({"emergency_visits": "Int64", "surgeries": "Int64", "admissions": "Int64"})
INCOME = pd.DataFrame(
    [
        (202501, "D01", "D01", "outpatient", "drug", 500_00, None),
        (202501, "D01", "T01", "outpatient", "lab", 120_50, None),
        (202501, "D02", "D02", "inpatient", "surgery", 9_000_01, "含补记"),
        (202501, "D02", "T01", "inpatient", "lab", -20_00, "冲红"),
        (202502, "D01", "D01", "outpatient", "drug", 300_00, None),
        (202502, "D02", "D02", "inpatient", "surgery", 7_000_00, None),
    ],
    columns=pd.Index(
        ["month", "ordering_code", "performing_code", "unit", "category", "amount", "remark"]
    ),
)
DIRECT_COST = pd.DataFrame(
    [
        (202501, "D01", "A01", "inpatient", 800_00),
        (202501, "D01", "A03", "outpatient", 310_00),
        (202501, "D02", "A01", "inpatient", 900_00),
        (202502, "D02", "A01", "inpatient", 905_00),
    ],
    columns=pd.Index(["month", "dept_code", "element_code", "unit", "amount"]),
)
DRIVER = pd.DataFrame(
    [
        (202501, "D01", "HC", 30.5),
        (202501, "D01", "NURSE", 12.0),
        (202501, "D02", "HC", 25.0),
        (202502, "D01", "HC", 31.0),
    ],
    columns=pd.Index(["month", "dept_code", "driver_code", "value"]),
)
FRAMES = {
    "departments": DEPARTMENTS,
    "workload": WORKLOAD,
    "income": INCOME,
    "direct_cost": DIRECT_COST,
    "driver": DRIVER,
}


def delivery(hospital_id: int, contract: str, rows: pd.DataFrame | None = None, **more) -> Delivery:
    """A file of this contract table; its hash is made of its rows."""
    frame = FRAMES[contract] if rows is None else rows
    digest = hashlib.sha256(frame.to_csv(index=False).encode()).hexdigest()
    return Delivery(hospital_id, contract, frame, f"{contract}.csv", digest, **more)


def found(store: Store, actor: Actor, name: str = "县医院") -> int:
    """A hospital with its departments and no facts."""
    hospital_id = create_hospital(store, actor, name)
    load(store, actor, delivery(hospital_id, "departments"), RULES)
    return hospital_id


def fill(store: Store, actor: Actor, name: str = "县医院") -> int:
    """A hospital into which all five files were loaded."""
    hospital_id = found(store, actor, name)
    for contract in ("workload", "income", "direct_cost", "driver"):
        load(store, actor, delivery(hospital_id, contract), RULES)
    return hospital_id
