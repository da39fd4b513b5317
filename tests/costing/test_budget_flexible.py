"""The flexible budget: fixed plus variable at the volume that came; variances that add up."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.costing.budget.execution import Facts, execution, span_of
from core.costing.budget.flexible import Asked, flexible
from core.costing.budget.lines import CODES, COST, load_settings
from tests.costing.test_budget import FILE, facts

USUAL = Asked()
SETTINGS = load_settings(FILE)
MONTHS = (202501, 202601)


def with_volume(discharges: tuple[float, float], category: str = "clinical") -> Facts:
    """D1: 1,000.00 元 of every cost line planned, 1,100.00 spent; discharges last year and now."""
    found = facts(MONTHS, ("D1",))
    for code in COST:
        place = CODES.index(code)
        found.plan[1, 0, place], found.done[1, 0, place] = 100_000, 110_000
    nothing = np.full((2, 1), np.nan)
    counted = np.array([[discharges[0]], [discharges[1]]])
    volumes = dict.fromkeys(("bed_days", "visits", "examinations"), nothing)
    return replace(found, volumes=volumes | {"discharges": counted}, categories={"D1": category})


def rows_of(held: Facts, asked: Asked = USUAL) -> pd.DataFrame:
    span = span_of(held, (202601,), 202601)
    return flexible(held, execution(held, span), span.cost, asked, SETTINGS).set_index("line")


def test_fixed_stays_variable_follows_and_mixed_does_in_part() -> None:
    found = rows_of(with_volume((100, 120)))
    assert found.loc["depreciation", "flexible"] == 100_000
    assert found.loc["material", "flexible"] == 120_000
    assert found.loc["other", "flexible"] == 106_000  # 70 % fixed, 30 % x 1.2
    assert found.loc["material", "by_volume"] == 20_000
    assert found.loc["material", "by_use"] == -10_000
    assert found.loc["material", "over"] == 10_000


def test_planned_growth_raises_the_volume_that_was_planned() -> None:
    found = rows_of(with_volume((100, 120)), Asked(growth_pct=20.0))
    assert found.loc["material", "by_volume"] == 0
    assert found.loc["material", "planned"] == pytest.approx(120)


@pytest.mark.parametrize(
    ("discharges", "category", "reason"),
    [
        ((100, 120), "admin", "no_volume"),
        ((np.nan, 120), "clinical", "no_base"),
        ((0, 120), "clinical", "no_base"),
        ((100, np.nan), "clinical", "gap"),
    ],
)
def test_without_a_volume_the_budget_stays_static_and_says_why(
    discharges: tuple[float, float], category: str, reason: str
) -> None:
    found = rows_of(with_volume(discharges, category))
    assert set(found["reason"]) == {reason}
    assert (found["flexible"] == found["plan"]).all()
    assert (found["by_use"] == found["over"]).all()


def test_another_volume_can_be_asked_for() -> None:
    found = rows_of(with_volume((100, 120)), Asked("bed_days"))
    assert set(found["reason"]) == {"no_base"}


fen = st.integers(min_value=0, max_value=10**13)
volume = st.integers(min_value=1, max_value=10**6)


@given(plan=fen, done=fen, before=volume, now=volume, growth=st.floats(-50, 100))
def test_the_two_variances_are_the_whole_deviation(
    plan: int, done: int, before: int, now: int, growth: float
) -> None:
    held = with_volume((before, now))
    held.plan[1, 0, :], held.done[1, 0, :] = plan, done
    found = rows_of(held, Asked(growth_pct=growth))
    assert (found["by_volume"] + found["by_use"] == found["over"]).all()
    assert (found["over"] == found["done"] - found["plan"]).all()
    assert (found["plan"] + found["by_volume"] == found["flexible"]).all()
