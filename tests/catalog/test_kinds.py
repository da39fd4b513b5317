"""Reported values, comparisons of departments, budgets, disease groups: in the head."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import pytest

from core.catalog.cube import REPORTED, cube_of, group_measure, reported_measure
from core.catalog.disease import disease_cube
from core.catalog.evaluate import evaluate
from core.catalog.model import Catalog, Level
from core.catalog.needs import needed
from core.frames import CASES
from tests.catalog.small import catalog_of, indicator, measure
from tests.catalog.tables import FEB, JAN, MAR, QUARTER, departments_of, facts_of

FOUR = departments_of({"A": "clinical", "B": "clinical", "C": "clinical", "Z": "admin"})
Table = Mapping[str, Mapping[str, tuple[float | None, ...]]]


def _answers(
    catalog: Catalog, code: str, table: Table, level: Level = "hospital", periods: Any = None
) -> list[tuple[float, str]]:
    """Value and reason by period, then group; missing is -1."""
    cube = cube_of(facts_of(table), catalog, FOUR)
    found = evaluate(catalog, [code], cube, periods or QUARTER, level)
    values = [round(value, 6) for value in found["value"].fillna(-1)]
    return list(zip(values, found["reason"], strict=True))


BROUGHT = catalog_of(indicator("QA001", {"kind": "reported", "per": 100}))
VALUE, TOP, BOTTOM = (reported_measure("QA001", part) for part in ("value", "top", "bottom"))


def test_a_reported_value_is_that_of_the_last_month_reported() -> None:
    table = {VALUE: {"": (91, 93, None)}}
    assert _answers(BROUGHT, "QA001", table) == [(93, "")]
    assert _answers(BROUGHT, "QA001", table, periods={"3": (MAR,)}) == [(-1, "no_data")]


def test_tops_and_bottoms_of_every_month_reported_are_added_up() -> None:
    table = {TOP: {"": (1, 5)}, BOTTOM: {"": (10, 10)}, VALUE: {"": (99, 99)}}
    assert _answers(BROUGHT, "QA001", table) == [(30, "")]


def test_a_month_with_a_value_alone_leaves_the_last_month_to_speak() -> None:
    table = {TOP: {"": (None, 5)}, BOTTOM: {"": (None, 10)}, VALUE: {"": (99,)}}
    assert _answers(BROUGHT, "QA001", table) == [(50, "")]
    table = {TOP: {"": (5,)}, BOTTOM: {"": (10,)}, VALUE: {"": (None, 99)}}
    assert _answers(BROUGHT, "QA001", table) == [(99, "")]


def test_a_reported_bottom_of_zero_is_unknown() -> None:
    table = {TOP: {"A": (0,)}, BOTTOM: {"A": (0,)}}
    assert _answers(BROUGHT, "QA001", table, "department")[0] == (-1, "zero_bottom")


def test_the_hospitals_own_report_stands_before_its_departments() -> None:
    table = {TOP: {"": (1,), "A": (9,)}, BOTTOM: {"": (4,), "A": (10,)}}
    assert _answers(BROUGHT, "QA001", table) == [(25, "")]


def test_without_a_hospitals_report_departments_tops_are_added_up() -> None:
    table = {TOP: {"A": (1,), "B": (5,)}, BOTTOM: {"A": (10,), "B": (10,)}}
    assert _answers(BROUGHT, "QA001", table) == [(30, "")]


def test_values_of_departments_are_never_averaged() -> None:
    table = {VALUE: {"A": (80,), "B": (90,)}}
    assert _answers(BROUGHT, "QA001", table) == [(-1, "no_data")]
    assert _answers(BROUGHT, "QA001", table, "department")[:2] == [(80, ""), (90, "")]


def test_reported_counts_are_added_up_over_months_and_departments() -> None:
    catalog = catalog_of(indicator("QA001", {"kind": "reported", "over": "sum"}))
    table = {VALUE: {"A": (2, None, 1), "B": (4,)}}
    assert _answers(catalog, "QA001", table) == [(7, "")]


RATIO = {"kind": "ratio", "top": ["used"], "bottom": ["open"], "per": 100}
COMPARED = catalog_of(
    measure("used"),
    measure("open"),
    indicator("OP001", RATIO, applies={"categories": ["clinical"]}),
    indicator("OP002", {"kind": "spread", "of": "OP001"}, grain=["hospital"]),
    indicator("SV011", {"kind": "zero_share", "of": "used"}, grain=["hospital"]),
)


def test_a_spread_is_the_deviation_over_the_mean_of_departments_that_count() -> None:
    used, opened = {"A": (8,), "B": (10,), "C": (12,), "Z": (99,)}, dict.fromkeys("ABCZ", (10,))
    assert _answers(COMPARED, "OP002", {"used": used, "open": opened}) == [(20, "")]


def test_two_departments_make_no_spread() -> None:
    table = {"used": {"A": (8,), "B": (10,), "C": (12,)}, "open": {"A": (10,), "B": (10,)}}
    assert _answers(COMPARED, "OP002", table) == [(-1, "too_few")]


def test_a_closed_ward_is_left_out_of_the_spread() -> None:
    table = {
        "used": {"A": (8,), "B": (10,), "C": (0,)},
        "open": {"A": (10,), "B": (10,), "C": (0,)},
    }
    assert _answers(COMPARED, "OP002", table) == [(-1, "too_few")]


def test_the_share_of_departments_without_any_counts_those_that_report() -> None:
    table = {"used": {"A": (0, 0), "B": (0, 1), "Z": (0,)}}
    assert _answers(COMPARED, "SV011", table) == [(66.666667, "")]
    assert _answers(COMPARED, "SV011", {}) == [(-1, "no_data")]


@pytest.mark.parametrize(
    ("spent", "expected"), [(100, (100, "")), (85, (85, "")), (115, (85, "")), (0, (0, ""))]
)
def test_accuracy_falls_as_far_as_spending_leaves_the_budget(
    spent: float, expected: tuple[float, str]
) -> None:
    formula = {"kind": "accuracy", "top": ["used"], "bottom": ["open"]}
    catalog = catalog_of(measure("used"), measure("open"), indicator("FN027", formula))
    assert _answers(catalog, "FN027", {"used": {"A": (spent,)}, "open": {"A": (100,)}}) == [
        expected
    ]


def test_disease_groups_are_counted_once_over_months_and_departments() -> None:
    catalog = catalog_of(indicator("OP046", {"kind": "distinct"}))
    table = {
        group_measure("G1"): {"A": (3, 1), "B": (1,)},
        group_measure("G2"): {"B": (None, 2)},
    }
    assert _answers(catalog, "OP046", table) == [(2, "")]
    months = {"1": (JAN,), "2": (FEB,)}
    by_ward = _answers(catalog, "OP046", table, "department", months)
    assert by_ward[:2] == [(1, ""), (1, "")]
    assert by_ward[4:6] == [(1, ""), (1, "")]
    assert by_ward[2] == (-1, "no_data")


CASE = {"kind": "ratio", "top": ["weight"], "bottom": ["cases"]}
GROUPED = catalog_of(
    measure("cases", table="case", column="cases"),
    measure("weight", table="case", column="weight"),
    measure("deaths", table="case", column="cases", where={"outcome": "died"}),
    measure("benchmark", table="case", column="benchmark_days"),
    indicator("OP048", CASE, grain=["hospital", "disease_group"]),
    indicator("OP019", {"kind": "total", "measures": ["cases"]}),
    indicator(
        "OP050",
        {"kind": "ratio", "top": ["benchmark"], "bottom": ["cases"]},
        grain=["disease_group"],
    ),
)


def _cases(*rows: dict[str, Any]) -> pd.DataFrame:
    blank = dict.fromkeys(CASES.columns, 0) | {"month": JAN, "payer": "self", "risk": ""}
    blank |= {"benchmark_days": np.nan, "benchmark_charge": np.nan}
    return pd.DataFrame([blank | row for row in rows], columns=pd.Index(list(CASES.columns)))


TWO_GROUPS = _cases(
    {"department": "A", "disease_group": "G1", "cases": 2, "weight": 3.0, "days": 12},
    {"department": "B", "disease_group": "G1", "cases": 2, "weight": 1.0, "days": 8},
    {"department": "B", "disease_group": "G2", "cases": 1, "weight": 7.0, "benchmark_days": 5.0},
    {"department": "B", "disease_group": "", "cases": 5, "weight": 0.0},
)
STATED = facts_of({code: {"A": (1,), "B": (1,)} for code in GROUPED.measures})


def _by_group(code: str, department: str = "") -> dict[str, tuple[float, str]]:
    cube = cube_of(STATED, GROUPED, FOUR)
    groups = disease_cube(GROUPED, TWO_GROUPS, cube, department)
    found = evaluate(GROUPED, [code], groups, {"1": (JAN,)}, "disease_group")
    values = zip(found["value"].fillna(-1), found["reason"], strict=True)
    return dict(zip(found["department"], values, strict=True))


def test_the_same_formula_gives_the_value_of_a_disease_group() -> None:
    assert _by_group("OP048") == {"G1": (1, ""), "G2": (7, "")}
    assert _by_group("OP048", "A") == {"G1": (1.5, "")}


def test_an_indicator_without_disease_groups_in_its_grain_is_not_theirs() -> None:
    assert _by_group("OP019")["G1"] == (-1, "not_applicable")


def test_a_group_without_a_benchmark_has_no_index() -> None:
    assert _by_group("OP050") == {"G1": (-1, "no_data"), "G2": (0, "")}


def test_what_the_hospital_never_states_is_missing_in_every_group() -> None:
    unstated = cube_of(STATED[STATED["measure"] != "weight"], GROUPED, FOUR)
    groups = disease_cube(GROUPED, TWO_GROUPS, unstated)
    found = evaluate(GROUPED, ["OP048"], groups, {"1": (JAN,)}, "disease_group")
    assert set(found["reason"]) == {"no_data"}


def test_departments_and_disease_groups_are_not_mixed() -> None:
    cube = cube_of(STATED, GROUPED, FOUR)
    with pytest.raises(ValueError, match="disease_group"):
        evaluate(GROUPED, ["OP048"], cube, QUARTER, "disease_group")
    groups = disease_cube(GROUPED, TWO_GROUPS, cube)
    with pytest.raises(ValueError, match="department"):
        evaluate(GROUPED, ["OP048"], groups, QUARTER, "department")


def test_what_belongs_to_the_whole_hospital_counts_at_no_other_level() -> None:
    catalog = catalog_of(
        measure("used"), indicator("FN020", {"kind": "total", "measures": ["used"]})
    )
    table = {"used": {"": (700,), "A": (50,)}}
    assert _answers(catalog, "FN020", table) == [(750, "")]
    assert _answers(catalog, "FN020", table, "department")[0] == (50, "")
    assert _answers(catalog, "FN020", table, "category")[0] == (50, "")


def test_what_an_indicator_needs_is_all_that_its_value_takes(catalog: Catalog) -> None:
    dice = np.random.default_rng(3)
    reported = [reported_measure(c, part) for c in catalog.reported for part in REPORTED]
    codes = [code for code, one in catalog.measures.items() if not one.source.base]
    keys = pd.MultiIndex.from_product([(202401, JAN), ("A", "B", "Z"), (*codes, *reported)])
    facts = keys.to_frame(index=False, name=["month", "department", "measure"])
    facts = facts.assign(value=dice.integers(0, 9, len(facts)).astype(float))
    whole = cube_of(facts, catalog, FOUR)
    for code in list(catalog.indicators)[::5]:
        part = facts[facts["measure"].isin(needed(catalog, [code]))]
        one, other = (
            evaluate(catalog, [code], cube, {"": (JAN,)}, "department")
            for cube in (whole, cube_of(part, catalog, FOUR))
        )
        pd.testing.assert_frame_equal(one, other)
