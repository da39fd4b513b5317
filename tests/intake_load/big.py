"""Income files of any size, for the kill test and the benchmarks."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd

from core.hospital.records import create_hospital
from core.intake.records import Delivery, load
from core.months import add_months
from core.store.engine import Actor, Store
from tests.intake_load.deliveries import RULES, delivery

CATEGORIES = (
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
WARDS = tuple(f"D{number:03d}" for number in range(1, 61))


def big_income(months: int, ordering: int, performing: int, categories: int) -> pd.DataFrame:
    """Typed income rows of every combination, in the order of their key."""
    keys = product(
        [add_months(202301, step) for step in range(months)],
        WARDS[:ordering],
        WARDS[:performing],
        ("inpatient", "outpatient"),
        sorted(CATEGORIES[:categories]),
    )
    names = ["month", "ordering_code", "performing_code", "unit", "category"]
    rows = pd.DataFrame(keys, columns=pd.Index(names))
    rows["amount"] = np.random.default_rng(20260101).integers(-50_00, 900_000_00, len(rows))
    return rows


def big_hospital(store: Store, actor: Actor) -> int:
    """A hospital of sixty wards without facts."""
    hospital_id = create_hospital(store, actor, "大医院")
    wards = pd.DataFrame({"dept_code": WARDS, "dept_name": WARDS})
    load(store, actor, delivery(hospital_id, "departments", wards), RULES)
    return hospital_id


def big_delivery(hospital_id: int, rows: pd.DataFrame, name: str) -> Delivery:
    """A file of these rows under a hash of its own."""
    return Delivery(hospital_id, "income", rows, f"{name}.csv", name)
