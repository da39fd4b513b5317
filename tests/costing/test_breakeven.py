"""From how many cases on a service pays: in the head, and what must hold of any."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.costing import breakeven
from core.costing.breakeven import Machine, Service
from core.statistics.rounding import whole_up

VISITS = Service(fixed=1_000, price=50, variable=20)
ABDOMEN = Machine(
    price=2_000,
    equipment=15_000_000,
    life=5,
    maintenance_rate=0.02,
    fitout=300_000,
    fitout_life=5,
    utilities_month=10_000,
    area=200,
    cleaning_per_m2_month=200,
    salaries_month=130_000,
    material_rate=0.3,
    doctor_rate=0.15,
)
services = st.builds(
    Service,
    fixed=st.floats(0, 1e8),
    price=st.floats(1, 1e4),
    variable=st.floats(0, 1e4),
)


def test_a_thousand_at_thirty_a_case_takes_34_cases() -> None:
    assert breakeven.volume_needed(VISITS) == pytest.approx(33 + 1 / 3)
    assert whole_up(breakeven.volume_needed(VISITS)) == 34
    assert breakeven.revenue_needed(VISITS) == pytest.approx(1_000 / 0.6)


def test_a_profit_asked_for_is_one_more_cost_to_cover() -> None:
    assert breakeven.volume_needed(VISITS, profit=500) == 50
    assert breakeven.profit_at(VISITS, 50) == 500


def test_a_price_can_be_asked_for_instead_of_a_volume() -> None:
    assert breakeven.price_needed(VISITS, volume=100, profit=500) == 35
    assert math.isnan(breakeven.price_needed(VISITS, volume=0))


def test_the_safety_margin_is_the_share_that_may_be_lost() -> None:
    assert breakeven.safety_margin(Service(900, 50, 20), 40) == 0.25
    assert breakeven.safety_margin(Service(900, 50, 20), 20) == -0.5
    assert math.isnan(breakeven.safety_margin(VISITS, 0))


@pytest.mark.parametrize("price", [20, 19])
def test_no_volume_is_enough_where_a_case_leaves_nothing(price: float) -> None:
    assert math.isnan(breakeven.volume_needed(Service(1_000, price, 20)))
    assert math.isnan(whole_up(math.nan))


@pytest.mark.parametrize(
    ("volume", "cases"), [(5000.0000000001, 5000), (5000.001, 5001), (0.2, 1), (0, 0), (7, 7)]
)
def test_a_part_of_a_case_is_a_case_but_floating_noise_is_none(volume: float, cases: int) -> None:
    assert whole_up(volume) == cases


def test_a_published_machine_has_its_published_fixed_cost() -> None:
    parts = breakeven.fixed_parts(ABDOMEN)
    assert list(parts.values()) == [3_000_000, 300_000, 60_000, 120_000, 480_000, 1_560_000]
    service = breakeven.service_of(ABDOMEN)
    assert (service.fixed, service.variable, service.margin) == (5_520_000, 900, 1_100)


@given(services)
def test_at_the_volume_needed_nothing_is_left_and_nothing_lacks(service: Service) -> None:
    needed = breakeven.volume_needed(service)
    if math.isnan(needed):
        assert service.margin <= 0
    else:
        turnover = service.fixed + 1
        assert breakeven.profit_at(service, needed) == pytest.approx(0, abs=1e-6 * turnover)


@given(services)
def test_whole_cases_pay_and_one_case_less_does_not(service: Service) -> None:
    cases = whole_up(breakeven.volume_needed(service))
    if cases > 0:
        noise = 1e-6 * (service.fixed + 1)
        assert breakeven.profit_at(service, cases) >= -noise
        assert breakeven.profit_at(service, cases - 1) < noise
