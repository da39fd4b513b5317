"""Machines: use, idle time, cost and contribution, on tables small enough to do in the head."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.analysis import equipment
from core.analysis.equipment import Bands, Terms, benefit, charge, ranked
from core.months import month_range

YEAR = month_range(202601, 202612)


def machine(code: str, **other: Any) -> dict[str, Any]:
    """120,000 yuan over ten years: 1,000 yuan of depreciation a month."""
    return {
        "code": code,
        "name_zh": code,
        "name_en": code,
        "kind": "ct",
        "department": "T1",
        "campus": "",
        "price_fen": 120_000_00,
        "in_service": 202501,
        "retired": 0,
        "life_years": 10.0,
        "capacity_per_day": 15.0,
        "open_hours_per_day": 8.0,
        "minutes_per_exam": 30.0,
        "maintenance_per_year_fen": 6_000_00.0,
        "fee_per_exam_fen": math.nan,
        "emergency_reserve": False,
    } | other


def used(machine: str, months: tuple[int, ...] = YEAR, **other: float) -> list[dict[str, Any]]:
    """The same month again and again: 150 examinations in 75 hours on 22.5 days."""
    row = {
        "hours": 75.0,
        "examinations": 150.0,
        "positives": 90.0,
        "income": 15_000_00.0,
        "consumables": 3_000_00.0,
        "days_due": 22.5,
        "days_down": 2.5,
        "days_idle": 5.0,
    } | other
    return [{"month": month, "machine": machine, **row} for month in months]


def found(machines: list[dict], use: list[list[dict]], terms: Terms | None = None) -> pd.DataFrame:
    register = pd.DataFrame(machines)
    columns = pd.Index(list(equipment.MACHINE_USE.columns))
    rows = pd.DataFrame([row for rows in use for row in rows], columns=columns)
    return benefit(register, rows, YEAR, terms)


def row_of(rows: pd.DataFrame, code: str) -> dict[Any, Any]:
    return rows[rows["code"] == code].to_dict("records")[0]


def test_the_handbook_uses_41_7_percent_of_its_time_and_44_4_of_its_capacity() -> None:
    row = row_of(found([machine("A")], [used("A")]), "A")
    assert (row["examinations"], row["days_due"]) == (1800, 270)
    assert row["time_use"] == pytest.approx(1800 * 0.5 / (270 * 8) * 100)
    assert f"{row['time_use']:.1f} {row['capacity_use']:.1f}" == "41.7 44.4"


def test_hours_that_nobody_kept_are_estimated_from_the_minutes_an_examination() -> None:
    row = row_of(found([machine("A")], [used("A", hours=0)]), "A")
    assert row["hours"] == 900
    assert row["hours_estimated"]
    lost = row_of(found([machine("A", minutes_per_exam=math.nan)], [used("A", hours=0)]), "A")
    assert math.isnan(lost["time_use"])
    assert lost["reasons"]["time_use"] == "no_hours"


def test_idle_days_are_held_against_the_days_it_could_run() -> None:
    row = row_of(found([machine("A")], [used("A")]), "A")
    assert row["idle_rate"] == pytest.approx(5 / 20 * 100)
    assert row["positive_rate"] == pytest.approx(60)


def test_a_year_of_money_can_be_done_in_the_head() -> None:
    row = row_of(found([machine("A")], [used("A")]), "A")
    assert row["year_contribution"] == 144_000_00
    assert row["year_depreciation"] == 12_000_00
    assert row["year_surplus"] == 126_000_00
    assert row["year_margin"] == 80_00
    assert row["year_break_even"] == 225  # 18,000 / 80
    assert row["year_payback_years"] == pytest.approx(120 / 138)
    assert row["idle_cost"] == pytest.approx((1 - 1800 / 4050) * 12_000_00, abs=1)


@given(
    price=st.integers(0, 10**12),
    life=st.floats(0.5, 50),
)
def test_depreciation_adds_up_to_the_price_to_the_fen(price: int, life: float) -> None:
    months = round(life * 12)
    charges = [charge(price, life, month) for month in range(-1, months + 3)]
    assert sum(charges) == price
    assert charges[:2] == [0, 0]
    assert charges[months + 2 :] == [0, 0]
    inside = charges[2 : months + 2]
    assert max(inside) - min(inside) <= 1


def test_depreciation_ends_with_the_life_and_the_rest_goes_on() -> None:
    old = machine("A", in_service=201607)  # ten years end with June
    row = row_of(found([old], [used("A")]), "A")
    assert row["depreciation"] == 6_000_00
    assert row["year_contribution"] == 144_000_00


def test_a_machine_bought_in_mid_year_is_scaled_to_twelve_months() -> None:
    rows = found([machine("A", in_service=202607)], [used("A", YEAR[6:])])
    row = row_of(rows, "A")
    assert (row["months"], row["months_due"]) == (6, 6)
    assert row["income"] == 90_000_00
    assert row["year_income"] == 180_000_00
    assert row["year_depreciation"] == 12_000_00
    assert row["capacity_use"] == pytest.approx(1800 / 4050 * 100)


def test_a_month_that_leaves_something_out_makes_the_sum_unknown() -> None:
    use = used("A")
    use[3]["income"] = math.nan
    row = row_of(found([machine("A")], [use]), "A")
    assert math.isnan(row["income"])
    assert row["reasons"]["year_payback_years"] == "no_income"
    assert row["capacity_use"] == pytest.approx(1800 / 4050 * 100)


def test_a_machine_without_use_is_unknown_and_not_idle() -> None:
    rows = found([machine("A"), machine("B")], [used("A")])
    row = row_of(rows, "B")
    assert row["months"] == 0
    assert set(row["reasons"].values()) == {"no_use"}
    assert row["year_depreciation"] == 12_000_00
    assert row_of(ranked(rows, Bands()), "B")["state"] == "unknown"


def test_hospitals_without_machines_have_an_empty_table() -> None:
    register = pd.DataFrame(columns=pd.Index(list(equipment.MACHINES.columns)))
    use = pd.DataFrame(columns=pd.Index(list(equipment.MACHINE_USE.columns)))
    rows = benefit(register, use, YEAR)
    assert rows.empty
    assert equipment.pools(rows, Bands()).empty


def test_a_price_of_nothing_is_paid_back_by_nothing() -> None:
    row = row_of(found([machine("A", price_fen=0)], [used("A")]), "A")
    assert row["year_depreciation"] == 0
    assert row["reasons"]["year_payback_years"] == "price_zero"


def test_machines_out_of_service_are_left_out() -> None:
    rows = found([machine("A", retired=202512), machine("B", in_service=202701)], [])
    assert rows.empty


def test_idle_machines_come_first_by_idle_depreciation_and_reserves_last() -> None:
    machines = [
        machine("dear_but_busy", price_fen=10_000_000_00),
        machine("idle", price_fen=100_000_00),
        machine("idle_and_dear", price_fen=200_000_00),
        machine("reserve", emergency_reserve=True, price_fen=90_000_000_00),
    ]
    use = [
        used("dear_but_busy", examinations=200),
        used("idle", examinations=90),
        used("idle_and_dear", examinations=120),
        used("reserve", examinations=1),
    ]
    rows = ranked(found(machines, use), Bands(40, 95))
    assert rows["code"].tolist() == ["idle_and_dear", "idle", "dear_but_busy", "reserve"]
    assert rows["state"].tolist() == ["idle", "idle", "normal", "reserve"]


def test_a_pool_is_sums_over_sums_without_reserves() -> None:
    machines = [machine("A"), machine("B", capacity_per_day=30.0)]
    machines.append(machine("R", emergency_reserve=True))
    rows = found(machines, [used("A"), used("B", examinations=600), used("R", examinations=0)])
    pool = equipment.pools(rows, Bands()).to_dict("records")[0]
    assert pool["machines"] == 2
    assert pool["capacity_use"] == pytest.approx((1800 + 7200) / (4050 + 8100) * 100)
    assert pool["year_income"] == 2 * 180_000_00


def test_a_machine_can_be_spared_when_the_others_have_room_for_its_work() -> None:
    machines = [machine("A"), machine("B"), machine("L", kind="lab")]
    small = found(machines, [used("A", examinations=50), used("B", examinations=250), used("L")])
    assert equipment.can_be_spared(small, "A", Bands()) is True
    large = found(machines, [used("A"), used("B", examinations=250), used("L")])
    assert equipment.can_be_spared(large, "A", Bands()) is False
    assert equipment.can_be_spared(large, "L", Bands()) is None


def test_under_payment_by_group_inpatient_income_is_not_extra() -> None:
    terms = Terms(not_extra={"T1": 0.25})
    row = row_of(found([machine("A")], [used("A")], terms), "A")
    assert row["year_income"] == 135_000_00
    unknown = row_of(found([machine("A", department="T9")], [used("A")], terms), "A")
    assert math.isnan(unknown["year_income"])
    assert unknown["reasons"]["year_payback_years"] == "no_share"


def test_the_inpatient_share_is_of_the_performing_department() -> None:
    performed = pd.DataFrame(
        {
            "month": [202601, 202602, 202601, 202512],
            "department": ["T1", "T1", "T2", "T1"],
            "inpatient": [10.0, 30.0, 0.0, 999.0],
            "total": [100.0, 100.0, 0.0, 999.0],
        }
    )
    assert equipment.inpatient_shares(performed, YEAR) == {"T1": 0.2}


@settings(deadline=None, max_examples=30)
@given(st.lists(st.integers(0, 400), min_size=2, max_size=6))
def test_the_use_of_a_pool_lies_between_that_of_its_machines(counts: list[int]) -> None:
    machines = [machine(f"M{place}") for place in range(len(counts))]
    use = [used(f"M{place}", examinations=float(n)) for place, n in enumerate(counts)]
    rows = found(machines, use)
    pool = equipment.pools(rows, Bands()).to_dict("records")[0]
    assert rows["used"].min() - 1e-9 <= pool["capacity_use"] <= rows["used"].max() + 1e-9
    assert not np.isinf(rows["used"]).any()
