"""What a purchase brings back: published examples, and what must hold of any plan."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.analysis.investment import (
    Change,
    Plan,
    break_even,
    changed,
    flows,
    internal_rate,
    judge,
    payback,
    present_value,
    running,
)

YUAN = 100
ABDOMEN = Plan(
    price_fen=15_000_000 * YUAN,
    life_years=5,
    examinations=6_000,
    income_fen=6_000 * 2_000 * YUAN,
    consumables_fen=6_000 * 900 * YUAN,
    depreciation_fen=3_000_000 * YUAN,
    maintenance_fen=300_000 * YUAN,
    other_fen=(60_000 + 120_000 + 480_000 + 1_560_000) * YUAN,
)
"""A published case: fixed cost 5.52 million, fee 2,000, 900 variable; 6,000 a year is ours."""
plans = st.builds(
    Plan,
    price_fen=st.integers(1_000_00, 30_000_000_00),
    life_years=st.floats(0.5, 20),
    examinations=st.integers(1, 100_000),
    income_fen=st.integers(0, 50_000_000_00),
    consumables_fen=st.integers(0, 20_000_000_00),
    depreciation_fen=st.integers(0, 3_000_000_00),
    maintenance_fen=st.integers(0, 2_000_000_00),
    rate=st.floats(0, 0.3),
)


def test_the_published_machine_breaks_even_at_5019() -> None:
    found = judge(ABDOMEN)
    assert found.fixed == 5_520_000 * YUAN
    assert found.margin == 1_100 * YUAN
    assert found.break_even == 5_019


def test_the_published_case_file_agrees(shared_folder: Path) -> None:
    case = json.loads(
        (shared_folder / "cases" / "costing" / "cvp_device_cn.json").read_text("utf-8")
    )
    asked, wanted = case["inputs"], case["expected"]
    months = asked["utilities_month"] + asked["salaries_month"]
    months += asked["area"] * asked["cleaning_per_m2_month"]
    other = asked["fitout"] / asked["fitout_life"] + 12 * months
    fixed = (
        asked["equipment"] / asked["life"] + asked["equipment"] * asked["maintenance_rate"] + other
    )
    share = asked["drug_material_rate"] + asked["doctor_rate"]
    margin = asked["price"] * (1 - share)
    assert fixed == wanted["fixed_cost"]
    assert break_even(fixed, margin) == (wanted["break_even_cases"], "")


def test_a_year_of_a_plan_can_be_done_in_the_head() -> None:
    plan = Plan(1_000_00, 4, 100, 900_00, 300_00, 250_00, maintenance_fen=100_00, other_fen=50_00)
    found = judge(plan)
    assert (found.contribution, found.fixed, found.surplus) == (600_00, 400_00, 200_00)
    assert (found.cash, found.margin) == (450_00, 6_00)
    assert found.break_even == 67  # 400 / 6 = 66.67
    assert found.payback_years == pytest.approx(1000 / 450)


def test_present_value_of_two_years_at_ten_percent() -> None:
    value, reason = present_value(100, 60, 2, 0.10)
    assert value == pytest.approx(60 / 1.1 + 60 / 1.21 - 100)
    assert reason == ""


def test_a_price_that_comes_back_in_one_year_with_a_tenth_has_a_rate_of_ten_percent() -> None:
    assert internal_rate(1_000, 1_100, 1)[0] == pytest.approx(0.10)


def test_half_a_year_brings_half_a_year_of_cash() -> None:
    assert flows(100, 40, 2.5) == [(0.0, -100), (1.0, 40.0), (2.0, 40.0), (2.5, 20.0)]


def test_what_has_come_back_is_added_up() -> None:
    assert running(Plan(100, 3, 1, 0, 0, 0), 40) == [(0, -100), (1, -60), (2, -20), (3, 20)]


@pytest.mark.parametrize(
    ("plan", "missing"),
    [
        (Plan(0, 5, 10, 100, 20, 0), {"payback_years": "price_zero", "irr": "price_zero"}),
        (Plan(100, 5, 10, 100, 100, 0), {"payback_years": "no_cash", "break_even": "no_margin"}),
        (Plan(100, 5, 10, math.nan, 20, 0), {"npv": "no_contribution", "cash": "no_contribution"}),
        (Plan(100, 5, 0, 0, 0, 20), {"margin": "no_examinations"}),
    ],
)
def test_what_cannot_be_computed_has_a_reason(plan: Plan, missing: dict[str, str]) -> None:
    found = judge(plan)
    assert {name: found.reasons[name] for name in missing} == missing
    assert all(math.isnan(getattr(found, name)) for name in missing)


def test_income_that_is_not_extra_does_not_count() -> None:
    whole = judge(Plan(1000, 5, 10, 500, 100, 0))
    part = judge(Plan(1000, 5, 10, 500, 100, 0, not_extra=0.4))
    assert (whole.income, part.income) == (500, 300)
    assert part.payback_years == pytest.approx(1000 / 200)


def test_more_volume_brings_income_and_consumables_at_the_same_fee() -> None:
    more = judge(changed(Plan(1000, 5, 10, 500, 100, 200), Change(volume=1.5)))
    assert (more.income, more.consumables, more.depreciation) == (750, 150, 200)


@given(plans)
def test_nothing_is_left_at_the_internal_rate(plan: Plan) -> None:
    found = judge(plan)
    if not math.isnan(found.irr):
        left, _ = present_value(plan.price_fen, found.cash, plan.life_years, found.irr)
        assert abs(left) <= 1e-6 * plan.price_fen


@given(plans)
def test_every_missing_figure_has_a_reason_and_none_is_infinite(plan: Plan) -> None:
    found = judge(plan)
    for name in ("break_even", "payback_years", "npv", "irr", "margin", "surplus"):
        value = getattr(found, name)
        assert math.isnan(value) == (name in found.reasons)
        assert not math.isinf(value)


@given(plans, st.floats(1.0, 3.0))
def test_a_higher_fee_never_makes_a_plan_worse(plan: Plan, factor: float) -> None:
    before, after = judge(plan), judge(changed(plan, Change(fee=factor)))
    assert after.npv >= before.npv - 1e-6 * plan.price_fen
    if not math.isnan(before.break_even):
        assert after.break_even <= before.break_even
    if not math.isnan(before.payback_years):
        assert after.payback_years <= before.payback_years + 1e-9


@given(plans, st.floats(0, 0.3))
def test_a_higher_discount_rate_never_makes_later_cash_worth_more(plan: Plan, rate: float) -> None:
    cash = judge(plan).cash
    low, high = sorted([plan.rate, rate])
    if cash >= 0:
        dear = present_value(plan.price_fen, cash, plan.life_years, high)[0]
        assert dear <= present_value(plan.price_fen, cash, plan.life_years, low)[0] + 1e-3


@given(plans)
def test_at_the_break_even_volume_the_margin_pays_the_fixed_cost(plan: Plan) -> None:
    found = judge(plan)
    if not math.isnan(found.break_even):
        assert found.break_even * found.margin >= found.fixed * (1 - 1e-6)
        assert (found.break_even - 1) * found.margin < found.fixed * (1 + 1e-6) + 1e-6


def test_a_price_is_paid_back_at_once_by_no_one() -> None:
    assert payback(0, 50)[1] == "price_zero"
