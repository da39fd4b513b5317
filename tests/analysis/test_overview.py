"""The month at a glance, on tables small enough to do in the head."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.analysis import overview
from core.catalog.cube import Cube, cube_of
from core.catalog.load import load_catalog
from core.catalog.model import Catalog
from core.frames import TARGETS
from tests.catalog.tables import FEB, JAN, MAR, departments_of, facts_of

WARDS = departments_of({"A": "clinical", "B": "clinical"})


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog(Path(__file__).resolve().parents[2] / "data" / "catalog")


@pytest.fixture
def cube(catalog: Catalog) -> Cube:
    """A is overfull in March, B half empty; visits halve in B; February of B is not reported."""
    facts = facts_of(
        {
            "bed_days_used": {"A": (270, 270, 300), "B": (280, None, 150)},
            "bed_days_open": {"A": (300, 300, 300), "B": (300, None, 300)},
            "outpatient_visits": {"A": (100, 100, 100), "B": (200, None, 100)},
            "emergency_visits": {"A": (0, 0, 0), "B": (0, None, 0)},
            "discharges": {"A": (10, 10, 10), "B": (10, None, 10)},
            "income": {"A": (1000, 1000, 1000), "B": (1000, 1000, 1000)},
            "income_drug": {"A": (200, 200, 200), "B": (200, 200, 350)},
        }
    )
    return cube_of(facts, catalog, WARDS)


def targets(*rows: tuple[str, str, float, float]) -> pd.DataFrame:
    """(indicator, department, low, high) in force for ever."""
    frame = pd.DataFrame(
        [
            {
                "indicator": indicator,
                "department": department,
                "month_from": 190001,
                "month_to": 0,
                "basis": "value",
                "low": low,
                "high": high,
                "watch_low": np.nan,
                "watch_high": np.nan,
                "kind": "target",
                "source": "测试",
            }
            for indicator, department, low, high in rows
        ],
        columns=pd.Index(list(TARGETS.columns)),
    )
    bounds = ["low", "high", "watch_low", "watch_high"]
    return frame.astype(dict.fromkeys(bounds, float))


def row(frame: pd.DataFrame, indicator: str, department: str = "") -> dict:
    found = frame[(frame["indicator"] == indicator) & (frame["department"] == department)]
    return found.iloc[0].to_dict()


def test_a_percentage_changes_in_points_and_a_count_in_percent(
    catalog: Catalog, cube: Cube
) -> None:
    asked = overview.Asked((MAR,), (JAN,))
    wards = overview.readings(catalog, cube, targets(), asked, "department")
    drug, visits = row(wards, "FN001", "B"), row(wards, "OP018", "B")
    assert (drug["value"], drug["then"], drug["change"]) == pytest.approx((35, 20, 15))
    assert visits["change"] == pytest.approx(-50)


def test_a_change_is_judged_by_the_direction_of_its_indicator(catalog: Catalog, cube: Cube) -> None:
    asked = overview.Asked((MAR,), (JAN,))
    wards = overview.readings(catalog, cube, targets(), asked, "department")
    assert row(wards, "FN001", "B")["favourable"] == -1
    assert row(wards, "FN001", "A")["favourable"] == 0
    assert row(wards, "OP018", "B")["favourable"] == 0


def test_without_a_comparison_there_is_no_change(catalog: Catalog, cube: Cube) -> None:
    found = overview.readings(catalog, cube, targets(), overview.Asked((MAR,), ()), "hospital")
    assert found["change"].isna().all()
    assert (found["favourable"] == 0).all()


def test_amounts_are_those_of_the_department(catalog: Catalog, cube: Cube) -> None:
    found = overview.amounts(catalog, cube, overview.Asked((JAN, FEB), (MAR,)), "B")
    income = found[found["measure"] == "income"].iloc[0]
    assert (income["value"], income["change"]) == (2000, 100)


def test_history_keeps_a_gap_a_gap(catalog: Catalog, cube: Cube) -> None:
    found = overview.history(catalog, cube, ["OP001"], (JAN, FEB, MAR), "B")
    assert found["value"].tolist() == pytest.approx([280 / 3, np.nan, 50.0], nan_ok=True)


def test_the_heat_map_shades_from_worse_to_better(catalog: Catalog, cube: Cube) -> None:
    asked = overview.Asked((MAR,), (JAN,))
    wards = overview.readings(catalog, cube, targets(("OP001", "*", 90, 95)), asked, "department")
    cells = overview.heat(catalog, wards)
    assert row(cells, "OP001", "B")["shade"] == -1
    assert -1 < row(cells, "OP001", "A")["shade"] < 0
    assert row(cells, "FN001", "B")["shade"] == -1
    assert np.isnan(row(cells, "OP018", "B")["shade"])
    assert set(cells["indicator"]) <= set(overview.HEAT)
