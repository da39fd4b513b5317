"""About 200,000 rows of every large table and some of the others, seeded, for any store."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import numpy as np
import pandas as pd

from core.hospital.records import create_hospital, save_target
from core.intake.records import Delivery, load, undo
from core.store.engine import Actor, Store
from tests.intake_load.deliveries import RULES

ACTOR = Actor("测试员", "tests")
MONTHS = (202501, 202502, 202503, 202504)
DEPARTMENTS = tuple(f"D{number:02d}" for number in range(1, 13))
GROUPS = tuple(f"G{number:02d}" for number in range(1, 21))
VISITS, CASES = 140_000, 12_000
_PAYERS = ("employee", "resident", "self", "other")
_FIRST = 1735660800
"""2025-01-01 00:00 in Shanghai, in seconds UTC."""
_SPAN = 120 * 86_400


def fill(store: Store) -> int:
    """A hospital with all of it, one file corrected and one taken back; its id."""
    hospital_id = create_hospital(store, ACTOR, "大医院")
    for contract, rows in _files(np.random.default_rng(20260101)):
        _load(store, hospital_id, contract, rows)
    chance = np.random.default_rng(7)
    again = _visits(np.random.default_rng(3)).iloc[:500]
    _load(store, hospital_id, "visit", again.assign(charge_total=again["charge_total"] + 100))
    taken = _arrivals(chance).iloc[::3].assign(count=9)
    undo(store, ACTOR, _load(store, hospital_id, "arrival", taken), 1, RULES)
    bound = {"indicator": "alos", "month_from": 202501, "high": 9.0, "kind": "target"}
    save_target(store, ACTOR, hospital_id, bound | {"source": "院部"})
    return hospital_id


def _load(store: Store, hospital_id: int, contract: str, rows: pd.DataFrame) -> int:
    digest = hashlib.sha256(rows.to_csv(index=False).encode()).hexdigest()
    given = Delivery(hospital_id, contract, rows, f"{contract}.csv", digest)
    return load(store, ACTOR, given, RULES)


def _files(chance: np.random.Generator) -> Iterator[tuple[str, pd.DataFrame]]:
    """Contract tables in the order in which a hospital brings them."""
    yield (
        "departments",
        pd.DataFrame({"dept_code": DEPARTMENTS, "dept_name": "科", "category": "clinical"}),
    )
    codes = {"ward_code": [f"W{code}" for code in DEPARTMENTS], "dept_code": DEPARTMENTS}
    yield "ward", pd.DataFrame({**codes, "ward_name": "病区", "beds": 40})
    yield (
        "disease_group",
        pd.DataFrame(
            {
                "group_code": GROUPS,
                "group_name": "病组",
                "system": "drg",
                "weight": np.round(np.linspace(0.3, 4.1, len(GROUPS)), 4),
                "benchmark_days": 7.5,
                "benchmark_charge": 900_000,
                "risk": "low",
                "surgical": [0, 1] * (len(GROUPS) // 2),
            }
        ),
    )
    yield "workload", _workload(chance)
    yield "income", _income(chance)
    yield "case", _cases(chance)
    yield "visit", _visits(np.random.default_rng(3))
    yield "arrival", _arrivals(chance)


def _grid(**values: tuple) -> pd.DataFrame:
    """Every combination of the values."""
    return pd.MultiIndex.from_product(list(values.values()), names=list(values)).to_frame(
        index=False
    )


def _workload(chance: np.random.Generator) -> pd.DataFrame:
    rows = _grid(month=MONTHS, dept_code=DEPARTMENTS)
    names = ["outpatient_visits", "emergency_visits", "admissions", "discharges", "surgeries"]
    names += ["bed_days_used", "bed_days_open", "discharged_bed_days"]
    for name in names:
        rows[name] = chance.integers(1, 2_000, len(rows))
    return rows


def _income(chance: np.random.Generator) -> pd.DataFrame:
    rows = _grid(
        month=MONTHS,
        ordering_code=DEPARTMENTS,
        performing_code=DEPARTMENTS,
        unit=("inpatient", "outpatient"),
        category=("bed", "drug", "exam", "lab", "material", "other"),
    )
    return rows.assign(amount=chance.integers(-5_000, 900_000_00, len(rows)))


def _months_of(seconds: np.ndarray) -> np.ndarray:
    local = pd.to_datetime(seconds + 8 * 3600, unit="s")
    return (local.year * 100 + local.month).to_numpy(dtype="int64")


def _charges(chance: np.random.Generator, rows: int) -> dict[str, pd.Series]:
    drug = pd.Series(chance.integers(0, 50_000, rows), dtype="Int64")
    drug[chance.random(rows) < 0.4] = pd.NA
    total = pd.Series(chance.integers(50_000, 900_000, rows))
    return {"charge_total": total, "charge_drug": drug, "charge_lab": pd.Series(total // 7)}


def _visits(chance: np.random.Generator) -> pd.DataFrame:
    seconds = _FIRST + chance.integers(0, _SPAN, VISITS)
    return pd.DataFrame(
        {
            "visit_id": chance.permutation(VISITS) * 70_368_744_177_664 + 11,
            "month": _months_of(seconds),
            "visited_at": seconds,
            "stream": chance.choice(["outpatient", "emergency"], VISITS, p=[0.9, 0.1]),
            "dept_code": chance.choice(DEPARTMENTS, VISITS),
            "disease_code": chance.choice(["E11", "I10", ""], VISITS),
            "payer": chance.choice(_PAYERS, VISITS),
            **_charges(chance, VISITS),
        }
    )


def _cases(chance: np.random.Generator) -> pd.DataFrame:
    admitted = _FIRST + chance.integers(0, _SPAN, CASES)
    left = pd.Series(admitted + chance.integers(3_600, 20 * 86_400, CASES), dtype="Int64")
    month = pd.Series(_months_of(left.to_numpy(dtype="int64")), dtype="Int64")
    gone = month <= MONTHS[-1]
    department = chance.choice(DEPARTMENTS, CASES)
    rows = {
        "case_id": chance.permutation(CASES) * 70_368_744_177_664 + 5,
        "month": _months_of(admitted),
        "admitted_at": admitted,
        "discharged_at": left.where(gone),
        "discharge_month": month.where(gone),
        "dept_code": department,
        "ward_code": [f"W{code}" for code in department],
        "group_code": chance.choice([*GROUPS, ""], CASES),
        "weight": np.where(chance.random(CASES) < 0.2, np.round(chance.random(CASES), 4), np.nan),
        "payer": chance.choice(_PAYERS, CASES),
        "settlement": pd.Series(chance.integers(1, 900_000, CASES), dtype="Int64").where(gone),
        "outcome": np.where(gone, chance.choice(["cured", "improved", "died"], CASES), ""),
        "surgery_level": pd.Series(chance.integers(0, 5, CASES), dtype="Int64").where(gone),
        "readmitted": pd.Series(chance.integers(0, 2, CASES), dtype="Int64").where(gone),
    }
    return pd.DataFrame({**rows, **_charges(chance, CASES)})


def _arrivals(chance: np.random.Generator) -> pd.DataFrame:
    """Of the first two months: in the others they are read from visits."""
    days = [day for month in MONTHS[:2] for day in range(month * 100 + 1, month * 100 + 29)]
    rows = _grid(
        date=tuple(days),
        hour=tuple(range(0, 24)),
        stream=("outpatient", "emergency"),
        dept_code=DEPARTMENTS,
    )
    return rows.assign(month=rows["date"] // 100, count=chance.integers(0, 30, len(rows)))
