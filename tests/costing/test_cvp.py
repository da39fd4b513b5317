"""Break-even on stored figures: what varies, where it breaks even, and why it sometimes cannot."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from core.costing.cvp import (
    Change,
    Figures,
    changed,
    load_behaviour,
    of_department,
    of_group,
    outcome,
    variable_shares,
)
from core.costing.groups import GROUPS
from core.errors import DefinitionError

DATA = Path(__file__).resolve().parents[2] / "data" / "costing" / "behaviour.toml"
TEN = Figures(income=1000.0, variable=600.0, fixed=200.0, volume=10.0)
"""100 each, 60 of it varies: 5 units pay the fixed 200."""
POOLS = pd.DataFrame(
    [("W", "personnel", 100, 50), ("W", "drug", 80, 0), ("W", "level2", 20, 10)],
    columns=pd.Index(["department", "part", "inpatient", "outpatient"]),
)


def test_it_breaks_even_where_the_margin_has_paid_the_fixed_cost() -> None:
    found = outcome(TEN, target=210.0)
    assert (found.break_even, found.break_even_income, found.profit) == (5, 500, 200)
    assert (found.safety, found.contribution_rate) == (0.5, 0.4)
    assert found.wanted == 11
    assert found.price_wanted == pytest.approx(101)


def test_a_change_moves_what_it_names() -> None:
    found = outcome(changed(TEN, Change(volume=2.0, price=1.1, variable=0.5, fixed=1.6)))
    assert (found.volume, found.price, found.variable, found.fixed) == (20, 110, 30, 320)
    assert found.break_even == 4


@pytest.mark.parametrize(
    ("figures", "reason"),
    [
        (replace(TEN, variable=1000.0), "no_margin"),
        (replace(TEN, variable=1200.0), "no_margin"),
        (replace(TEN, volume=0.0), "no_volume"),
        (replace(TEN, volume=math.nan), "no_volume"),
        (replace(TEN, income=0.0), "no_income"),
    ],
)
def test_what_never_breaks_even_says_why(figures: Figures, reason: str) -> None:
    found = outcome(figures)
    assert found.reason == reason
    assert math.isnan(found.break_even)


def test_a_department_splits_its_cost_by_behaviour() -> None:
    found = of_department(POOLS, "inpatient", 500.0, 10.0, load_behaviour(DATA))
    assert (found.variable, found.fixed) == (90, 110)


def test_a_group_takes_the_share_that_varies_in_its_ward() -> None:
    shares = variable_shares(POOLS, load_behaviour(DATA))
    assert shares.loc["W"].to_dict() == {
        "drug": 1.0,
        "material": 0.0,
        "exam": 0.0,
        "care": 0.0,
        "shared": 0.5,
    }
    row = dict.fromkeys(GROUPS.columns, 0) | {"department": "W", "group": "G", "cases": 4}
    row |= {"payment": 100, "cost_drug": 10, "cost_care": 30, "cost_shared": 20}
    found = of_group(pd.DataFrame([row]), shares)
    assert (found.income, found.variable, found.fixed, found.volume) == (100, 20, 40, 4)


def test_a_file_that_forgets_a_part_is_refused(tmp_path: Path) -> None:
    short = tmp_path / "behaviour.toml"
    text = DATA.read_text("utf-8").replace('code = "drug"', 'code = "drugs"')
    short.write_text(text, "utf-8")
    with pytest.raises(DefinitionError, match="drugs"):
        load_behaviour(short)
