"""What patients and their groups cost: three ways, on wards done in the head."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.costing import diseases

WARD = pd.DataFrame(
    {
        "patient": ["p1", "p2", "p3"],
        "group": ["GB15", "GZ11", "GB15"],
        "department": ["S", "S", "M"],
        "days": [2.0, 8.0, 5.0],
        "drugs": [10.0, 20.0, 0.0],
        "material": [0.0, 20.0, 30.0],
    }
)
COST = pd.Series({"S": 150.0, "M": 80.0})
patients = st.lists(
    st.tuples(st.sampled_from("AB"), st.sampled_from("SM"), st.floats(0.5, 60), st.floats(0, 1e5)),
    min_size=1,
    max_size=12,
)


def used(*rows: tuple[str, str, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["patient", "item", "quantity"])


def charged(*rows: tuple[str, str, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["patient", "unit", "revenue"])


def test_days_share_what_drugs_and_material_leave() -> None:
    found = diseases.top_down(WARD, COST)
    assert found.rate.to_dict() == {"S": 10, "M": 10}
    assert found.patient.to_dict() == {"p1": 30, "p2": 120, "p3": 80}
    assert (found.total, found.variance) == (230, 0)


def test_a_group_costs_its_patients_over_their_number() -> None:
    group = diseases.top_down(WARD, COST).group
    assert group.loc["GB15"].to_dict() == {"total": 110, "cases": 2, "unit": 55}
    assert group.loc["GZ11", "unit"] == 120


def test_a_department_without_days_has_no_rate_and_its_groups_no_cost() -> None:
    found = diseases.top_down(WARD.assign(days=[2.0, 8.0, 0.0]), COST)
    assert math.isnan(found.rate["M"])
    assert found.patient["p1"] == 30
    assert math.isnan(found.patient["p3"])
    assert math.isnan(found.group["unit"]["GB15"])
    assert found.group.loc["GB15", "cases"] == 2


def test_items_leave_a_variance_that_is_said() -> None:
    rows = used(("p1", "test", 3), ("p1", "bed", 2), ("p2", "bed", 8))
    found = diseases.bottom_up(WARD, rows, pd.Series({"test": 5.0, "bed": 10.0}), pool=230)
    assert found.patient.to_dict() == {"p1": 45, "p2": 120, "p3": 30}
    assert (found.total, found.variance) == (195, 35)


def test_an_item_without_unit_cost_leaves_its_patient_unknown() -> None:
    rows = used(("p1", "test", 3), ("p2", "scan", 1), ("p3", "scan", 0))
    found = diseases.bottom_up(WARD, rows, pd.Series({"test": 5.0}))
    assert math.isnan(found.patient["p2"])
    assert found.patient["p3"] == 30
    assert math.isnan(found.variance)


def test_revenue_at_its_ratio_is_the_cost() -> None:
    rows = charged(("p1", "lab", 40), ("p2", "lab", 60), ("p2", "bed", 100))
    found = diseases.by_revenue(WARD, rows, pd.Series({"lab": 50.0, "bed": 120.0}))
    assert found.rate.to_dict() == {"lab": 0.5, "bed": 1.2}
    assert found.patient.to_dict() == {"p1": 20, "p2": 150, "p3": 0}
    assert found.variance == 0


def test_the_cost_of_a_unit_that_charged_nothing_stays_in_the_variance() -> None:
    rows = charged(("p1", "lab", 100), ("p1", "bed", 0))
    found = diseases.by_revenue(WARD, rows, pd.Series({"lab": 50.0, "bed": 120.0}))
    assert math.isnan(found.rate["bed"])
    assert found.patient["p1"] == 50
    assert found.variance == 120


def test_a_frame_without_days_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="patients lacks days"):
        diseases.top_down(WARD.drop(columns="days"), COST)


@given(patients, st.floats(0, 1e7), st.floats(0, 1e7))
def test_patients_add_up_to_the_pool_top_down_and_by_revenue(
    rows: list[tuple[str, str, float, float]], surgery: float, medicine: float
) -> None:
    ward = pd.DataFrame(rows, columns=["group", "department", "days", "drugs"])
    ward = ward.assign(patient=[f"p{place}" for place in range(len(rows))], material=1.0)
    cost = pd.Series({"S": surgery, "M": medicine})[ward["department"].unique()]
    found = diseases.top_down(ward, cost)
    scale = float(cost.sum() + ward["drugs"].sum()) + 1
    assert found.variance == pytest.approx(0, abs=1e-9 * scale)
    assert float(found.group["total"].sum()) == pytest.approx(found.total, abs=1e-9 * scale)
    lines = ward[["patient", "department", "days"]].set_axis(["patient", "unit", "revenue"], axis=1)
    assert diseases.by_revenue(ward, lines, cost).variance == pytest.approx(0, abs=1e-9 * scale)
