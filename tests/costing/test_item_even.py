"""Break-even of service items: own cost first, the rest by minutes, the pool borne to the end."""

from __future__ import annotations

import math
from pathlib import Path

import pandas as pd
import pytest

from core.costing import results
from core.costing.cvp import load_behaviour, outcome
from core.costing.examinations import pool_of
from core.costing.inputs import assemble
from core.costing.item_even import PARTS, USED, of_items, pool_parts, varying
from tests.costing.test_profit import RULES, hospital

BEHAVIOUR = load_behaviour(
    Path(__file__).resolve().parents[2] / "data" / "costing" / "behaviour.toml"
)
ROWS = pd.DataFrame(
    [("ct", 100.0, 3.0, 1_000.0, 100.0, 50.0), ("mr", 50.0, 4.0, 1_500.0, 50.0, 300.0)],
    columns=list(USED.columns),
)
"""500 of 1,000 is their own; the minutes are 300 and 200."""


def test_an_item_has_its_own_cost_and_its_minutes_of_the_rest() -> None:
    # Of 1,000, 250 vary: 150 are consumables, 100 the rest's; 400 of the rest stay.
    found = of_items(1_000.0, 0.25, ROWS)
    assert (found["ct"].variable, found["ct"].fixed) == (100 + 60, 50 + 240)
    assert (found["mr"].variable, found["mr"].fixed) == (50 + 40, 300 + 160)


def test_it_breaks_even_at_whole_examinations() -> None:
    ct = outcome(of_items(1_000.0, 0.25, ROWS)["ct"])
    # 10 charged, 1.6 vary: 290 / 8.4 = 34.5 of 100 examinations.
    assert (ct.break_even, ct.price, ct.variable) == (35, 10.0, 1.6)
    assert ct.safety == pytest.approx(1 - 290 / 8.4 / 100)


@pytest.mark.parametrize(
    "rows",
    [
        ROWS,
        ROWS.assign(minutes=math.nan),
        ROWS.assign(minutes=math.nan, income=math.nan),
        ROWS.assign(consumables=math.nan),
        ROWS.assign(depreciation=[5_000.0, 1.0]),
        ROWS.assign(volume=[100.0, 0.0]),
    ],
)
@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 1.0])
def test_items_together_bear_the_pool(rows: pd.DataFrame, share: float) -> None:
    found = of_items(1_000.0, share, rows).values()
    assert sum(one.variable + one.fixed for one in found) == pytest.approx(1_000.0)


def test_what_nobody_charged_for_says_so() -> None:
    found = of_items(1_000.0, 0.25, ROWS.assign(income=math.nan))
    assert outcome(found["ct"]).reason == "no_income"


def test_parts_of_a_pool_are_what_the_department_handed_on() -> None:
    facts, _ = hospital()
    found = results.allocated(assemble(facts, RULES), "three_level")
    parts = pool_parts(found, facts.cost, "T1")
    assert parts[parts != 0].to_dict() == {"personnel": 20_00, "level1": 10_00}
    assert int(parts.sum()) == pool_of(found, "T1", 0)


def test_the_behaviour_of_the_parts_says_what_varies() -> None:
    spent = {"material": 10, "personnel": 60, "level2": 20}
    parts = pd.Series([spent.get(part, 0) for part in PARTS], index=list(PARTS))
    assert varying(parts, BEHAVIOUR) == pytest.approx((10 + 20 * 0.5) / 90)
    assert varying(parts * 0, BEHAVIOUR) == 0.0
