"""Indicators held against last month, last year and the year so far, on tables done in the head."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pytest

from core.analysis.comparison import COMPARED, Wanted, compared
from core.catalog.cube import Cube, cube_of
from core.catalog.model import Catalog
from core.errors import DataError
from core.frames import FACTS, TARGETS
from core.months import month_range
from tests.catalog.small import catalog_of, indicator, measure
from tests.catalog.tables import departments_of

WARDS = departments_of({"A": "clinical", "B": "clinical"})


@pytest.fixture
def catalog() -> Catalog:
    """A share X1, an amount X2, a growth X3 and a difference X4."""
    return catalog_of(
        measure("top"),
        measure("bottom"),
        indicator("XX001", {"kind": "ratio", "top": ["top"], "bottom": ["bottom"], "per": 100}),
        indicator("XX002", {"kind": "total", "measures": ["bottom"]}, unit="例"),
        indicator("XX003", {"kind": "change", "of": "bottom"}),
        indicator("XX004", {"kind": "total", "measures": ["top", "-bottom"]}, unit="例"),
    )


def cube(catalog: Catalog, table: Mapping[str, Mapping[int, tuple[float, float]]]) -> Cube:
    """{department: {month: (top, bottom)}}."""
    rows = [
        (month, department, name, float(value))
        for department, months in table.items()
        for month, pair in months.items()
        for name, value in zip(("top", "bottom"), pair, strict=True)
    ]
    facts = pd.DataFrame(rows, columns=pd.Index(list(FACTS.columns)))
    return cube_of(facts, catalog, WARDS)


def targets(low: float = np.nan, high: float = np.nan) -> pd.DataFrame:
    row = dict.fromkeys(TARGETS.columns, np.nan) | {
        "indicator": "XX001",
        "department": "",
        "month_from": 190001,
        "month_to": 0,
        "basis": "value",
        "low": low,
        "high": high,
        "kind": "target",
        "source": "测试",
    }
    return pd.DataFrame([row], columns=pd.Index(list(TARGETS.columns)))


def one(catalog: Catalog, found: Cube, code: str, month: int) -> pd.Series:
    rows = compared(catalog, found, targets(90, 95), Wanted((code,), month))
    return rows.iloc[0]


def test_a_share_changes_in_points_and_in_percent_apart(catalog: Catalog) -> None:
    months = {202509: (20, 100), 202609: (20, 100), 202610: (22, 100), 202510: (11, 100)}
    row = one(catalog, cube(catalog, {"A": months}), "XX001", 202610)
    assert row["value"] == pytest.approx(22)
    assert (row["month_points"], row["month_relative"]) == pytest.approx((2, 10))
    assert (row["year_points"], row["year_relative"]) == pytest.approx((11, 100))


def test_an_amount_has_no_points(catalog: Catalog) -> None:
    found = cube(catalog, {"A": {202609: (1, 100), 202610: (1, 150)}})
    row = one(catalog, found, "XX002", 202610)
    assert row["month_relative"] == pytest.approx(50)
    assert np.isnan(row["month_points"])


def test_a_growth_has_points_but_no_growth_of_its_own(catalog: Catalog) -> None:
    months = {202509: (1, 100), 202510: (1, 100), 202609: (1, 110), 202610: (1, 130)}
    row = one(catalog, cube(catalog, {"A": months}), "XX003", 202610)
    assert (row["value"], row["month_points"]) == pytest.approx((30, 20))
    assert np.isnan(row["month_relative"])


def test_from_a_loss_nothing_rises_by_a_percentage(catalog: Catalog) -> None:
    found = cube(catalog, {"A": {202609: (50, 100), 202610: (150, 100)}})
    row = one(catalog, found, "XX004", 202610)
    assert (row["value"], row["month_then"]) == (50, -50)
    assert np.isnan(row["month_relative"])


@pytest.mark.parametrize(("value", "state"), [(89, "bad"), (90, "good"), (95, "good"), (96, "bad")])
def test_a_range_stays_a_range(catalog: Catalog, value: float, state: str) -> None:
    row = one(catalog, cube(catalog, {"A": {202610: (value, 100)}}), "XX001", 202610)
    assert (row["low"], row["high"], row["state"]) == (90, 95, state)
    assert (row["target_kind"], row["target_source"]) == ("target", "测试")


def test_the_year_so_far_is_the_sum_of_tops_over_the_sum_of_bottoms(catalog: Catalog) -> None:
    months = {202601: (10, 100), 202602: (90, 300), 202501: (5, 100), 202502: (15, 100)}
    row = one(catalog, cube(catalog, {"A": months}), "XX001", 202602)
    assert (row["ytd"], row["ytd_then"], row["ytd_points"]) == pytest.approx((25, 10, 15))


def test_a_year_with_other_months_is_no_comparison_of_amounts(catalog: Catalog) -> None:
    months = {202601: (1, 100), 202602: (1, 100), 202502: (1, 100)}
    row = one(catalog, cube(catalog, {"A": months}), "XX002", 202602)
    assert (row["ytd"], row["ytd_then"]) == (200, 100)
    assert (row["ytd_months"], row["ytd_then_months"]) == (2, 1)
    assert np.isnan(row["ytd_relative"])


def test_around_the_festival_january_and_february_stand_together(catalog: Catalog) -> None:
    """春节 fell in January 2025 and in February 2026."""
    months = {202501: (1, 60), 202502: (1, 100), 202601: (1, 100), 202602: (1, 60), 202603: (1, 9)}
    found = cube(catalog, {"A": months})
    row = one(catalog, found, "XX002", 202602)
    assert row["year_relative"] == pytest.approx(-40)
    assert (row["joined"], row["joined_then"], row["joined_relative"]) == (160, 160, 0)
    assert (row["lunar_then"], row["lunar_relative"]) == (60, 0)
    march = one(catalog, found, "XX002", 202610)
    assert np.isnan(march[["joined", "joined_then", "lunar_then"]].to_numpy(float)).all()


def test_a_january_before_its_february_is_not_joined(catalog: Catalog) -> None:
    found = cube(catalog, {"A": dict.fromkeys(month_range(202501, 202601), (1, 100))})
    row = one(catalog, found, "XX002", 202601)
    assert np.isnan(row["joined"])


def test_every_place_and_indicator_has_a_row_in_the_order_asked(catalog: Catalog) -> None:
    found = cube(catalog, {"A": {202610: (1, 4)}, "B": {202610: (1, 0)}})
    rows = compared(catalog, found, targets(1, 2), Wanted(("XX002", "XX001"), 202610, "department"))
    keys = list(zip(rows["department"], rows["indicator"], strict=True))
    assert keys == [("A", "XX002"), ("A", "XX001"), ("B", "XX002"), ("B", "XX001")]
    assert rows["value"].tolist()[:3] == [4, 25, 0]
    assert rows["reason"].tolist() == ["", "", "", "zero_bottom"]
    assert list(rows.columns) == list(COMPARED.columns)


def test_a_month_without_data_has_rows_without_values(catalog: Catalog) -> None:
    row = one(catalog, cube(catalog, {"A": {202610: (1, 4)}}), "XX001", 202601)
    assert (row["reason"], row["state"]) == ("no_data", "none")
    assert np.isnan(row["value"])


def test_a_code_nobody_knows_is_named(catalog: Catalog) -> None:
    found = cube(catalog, {"A": {202610: (1, 4)}})
    with pytest.raises(DataError, match="E_INDICATOR"):
        compared(catalog, found, targets(), Wanted(("ZZ999",), 202610))
