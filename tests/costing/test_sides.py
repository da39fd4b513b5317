"""Full cost by inpatient and outpatient side adds up to the allocation, to the 分."""

from __future__ import annotations

import pandas as pd
import pytest

from core.costing.allocation import allocate
from core.costing.sides import SIDES, by_class, income_by_class, side_pools

UNITS = pd.DataFrame(
    [
        ("A", "admin"),
        ("X", "medical_aux"),
        ("T", "medical_tech"),
        ("C", "clinical"),
        ("D", "clinical"),
    ],
    columns=pd.Index(["department", "category"]),
)
COST = pd.DataFrame(
    [
        ("A", "shared", "personnel", 100),
        ("X", "shared", "personnel", 50),
        ("T", "shared", "personnel", 201),
        ("C", "inpatient", "personnel", 300),
        ("C", "outpatient", "personnel", 100),
        ("C", "shared", "drug", 40),
        ("D", "shared", "depreciation", 7),
    ],
    columns=pd.Index(["department", "unit", "kind", "amount_fen"]),
)
SERVICES = pd.DataFrame(
    [
        ("A", "C", "headcount", 1.0),
        ("A", "T", "headcount", 1.0),
        ("X", "C", "services", 1.0),
        ("T", "C", "orders", 2.0),
        ("T", "D", "orders", 1.0),
    ],
    columns=pd.Index(["from_department", "to_department", "driver", "quantity"]),
)
INCOME = pd.DataFrame(
    [
        ("C", "T", "inpatient", "lab", 30),
        ("C", "T", "outpatient", "exam", 60),
        ("C", "T", "inpatient", "surgery", 10),
        ("C", "C", "inpatient", "drug", 30),
        ("C", "C", "outpatient", "drug", 10),
    ],
    columns=pd.Index(["ordering", "performing", "unit", "category", "amount_fen"]),
)


@pytest.fixture
def pools() -> pd.DataFrame:
    direct = COST.rename(columns={"kind": "item"})[["department", "item", "amount_fen"]]
    direct = direct.groupby(["department", "item"], as_index=False).sum()
    found = allocate(direct, SERVICES, UNITS, "three_level")
    rows = side_pools(found, COST, INCOME)
    assert rows[list(SIDES)].to_numpy().sum() == found.final.to_numpy().sum() == 798
    return rows


def of(pools: pd.DataFrame, department: str, part: str) -> list[int]:
    row = pools[(pools["department"] == department) & (pools["part"] == part)]
    return row[list(SIDES)].to_numpy().sum(axis=0).tolist()


def test_what_the_ledger_states_stays_and_goods_go_by_their_income(pools: pd.DataFrame) -> None:
    assert of(pools, "C", "personnel") == [300, 100, 0]
    assert of(pools, "C", "drug") == [30, 10, 0]


def test_administration_goes_by_own_cost_of_either_side(pools: pd.DataFrame) -> None:
    assert sum(of(pools, "C", "level1")) == 50
    assert of(pools, "C", "level1")[1] in (12, 13)


def test_examinations_go_by_the_income_they_were_shared_by(pools: pd.DataFrame) -> None:
    """T hands on 251; two thirds to C, of which 30 : 60 : 10 were ordered."""
    exam, treatment = of(pools, "C", "exam"), of(pools, "C", "treatment")
    assert sum(exam) + sum(treatment) == 167
    assert exam == [50, 100, 0]
    assert treatment == [17, 0, 0]


def test_what_no_side_claims_stays_unsplit(pools: pd.DataFrame) -> None:
    assert of(pools, "D", "depreciation") == [0, 0, 7]
    assert of(pools, "D", "treatment") == [0, 0, 84]


def test_classes_hold_every_part_of_a_side(pools: pd.DataFrame) -> None:
    wide = by_class(pools, "inpatient")
    assert wide.to_numpy().sum() == pools["inpatient"].sum()
    assert income_by_class(INCOME, "inpatient").loc["C"].to_dict() == {
        "drug": 30,
        "material": 0,
        "exam": 30,
        "care": 10,
        "shared": 40,
    }
