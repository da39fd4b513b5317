"""What holds for any facts."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from core.catalog.cube import cube_of
from core.catalog.evaluate import evaluate
from core.catalog.load import load_catalog
from core.frames import FACTS
from tests.catalog.conftest import ROOT
from tests.catalog.tables import FEB, JAN, MAR, QUARTER, departments_of

CATALOG = load_catalog(ROOT / "data" / "catalog")
WARDS = departments_of({"A": "clinical", "B": "clinical", "Z": "admin"})
MEASURES = ["bed_days_used", "bed_days_open", "discharges", "direct_cost", "income", "headcount"]

_keys = st.tuples(
    st.sampled_from([JAN, FEB, MAR, 202401]), st.sampled_from("ABZ"), st.sampled_from(MEASURES)
)
_facts = st.dictionaries(_keys, st.integers(min_value=0, max_value=10**12), max_size=60)


def _frame(rows: list[tuple[tuple[int, str, str], int]]) -> pd.DataFrame:
    return pd.DataFrame(
        [(*key, float(value)) for key, value in rows], columns=list(FACTS.columns)
    ).astype({"value": float})


@settings(deadline=None)
@given(facts=_facts, data=st.data())
def test_the_order_of_rows_is_irrelevant(
    facts: dict[tuple[int, str, str], int], data: st.DataObject
) -> None:
    rows = list(facts.items())
    shuffled = data.draw(st.permutations(rows))
    found = [
        evaluate(CATALOG, CATALOG.indicators, cube_of(_frame(order), CATALOG, wards), QUARTER)
        for order, wards in ((rows, WARDS), (shuffled, WARDS.iloc[::-1]))
    ]
    pd.testing.assert_frame_equal(found[0], found[1])


@settings(deadline=None)
@given(facts=_facts)
def test_the_hospital_is_sum_over_sum_of_its_departments(
    facts: dict[tuple[int, str, str], int],
) -> None:
    rows = [row for row in facts.items() if row[0][1] != "Z"]
    cube = cube_of(_frame(rows), CATALOG, WARDS).restrict({"A", "B"})
    january = {"1": (JAN,)}
    used = {m: sum(v for k, v in rows if k[0] == JAN and k[2] == m) for m in MEASURES}
    there = {k[2] for k, _ in rows if k[0] == JAN}
    whole = evaluate(CATALOG, ["OP001"], cube, january).iloc[0]
    if not {"bed_days_used", "bed_days_open"} <= there:
        assert whole["reason"] == "no_data"
    elif used["bed_days_open"] == 0:
        assert whole["reason"] == "zero_bottom"
    else:
        assert whole["value"] == used["bed_days_used"] / used["bed_days_open"] * 100
    by_ward = evaluate(CATALOG, ["OP019"], cube, january, "department")
    total = evaluate(CATALOG, ["OP019"], cube, january)["value"].iloc[0]
    assert np.nan_to_num(total) == np.nansum(by_ward["value"])


@settings(deadline=None)
@given(facts=_facts)
def test_a_value_is_finite_or_says_why_not(facts: dict[tuple[int, str, str], int]) -> None:
    cube = cube_of(_frame(list(facts.items())), CATALOG, WARDS)
    found = evaluate(CATALOG, CATALOG.indicators, cube, QUARTER, "department")
    assert (np.isfinite(found["value"]) == (found["reason"] == "")).all()
