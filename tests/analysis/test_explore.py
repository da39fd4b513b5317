"""Levels side by side: ranked, in funnels, in pivots; on tables done in the head."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import pytest

from core.analysis import explore
from core.analysis.explore import Cut
from core.analysis.overview import READINGS, Asked
from core.catalog.cube import Cube, cube_of
from core.catalog.states import default_targets
from tests.catalog.tables import FEB, JAN, departments_of, facts_of
from tests.stores import CATALOG

WARDS = departments_of({"A": "clinical", "B": "clinical", "T": "medical_tech"})
SITES: Mapping[str, list[str]] = {"01": ["A"], "02": ["B", "T"]}


@pytest.fixture
def cube() -> Cube:
    facts = facts_of(
        {
            "bed_days_used": {"A": (10, 90), "B": (50, 50)},
            "bed_days_open": {"A": (100, 100), "B": (50, 50)},
            "income": {"A": (100, 100), "B": (100, 100), "T": (100, 100)},
            "income_drug": {"A": (50, 50), "B": (10, 10), "T": (0, 0)},
        }
    )
    return cube_of(facts, CATALOG, WARDS)


def rows(code: str, *told: Mapping[str, Any]) -> pd.DataFrame:
    plain = dict.fromkeys(READINGS.columns, np.nan) | {"indicator": code, "state": "none"}
    return pd.DataFrame(
        [plain | dict(one) for one in told], columns=pd.Index(list(READINGS.columns))
    )


def order(code: str, how: str, *told: Mapping[str, Any]) -> list[str]:
    return explore.ranked(CATALOG, rows(code, *told), how)["department"].tolist()


def test_worst_is_missed_before_watched_before_met_and_farthest_first() -> None:
    told = [
        {"department": "met", "value": 9.0, "state": "good"},
        {"department": "bad", "value": 5.0, "state": "bad"},
        {"department": "worse", "value": 7.0, "state": "bad"},
        {"department": "watched", "value": 4.0, "state": "watch"},
        {"department": "unjudged", "value": 99.0},
    ]
    found = order("OP003", "worst", *told)  # a length of stay: lower is better
    assert found == ["worse", "bad", "watched", "met", "unjudged"]
    assert order("SV007", "worst", *told)[:2] == ["bad", "worse"]  # satisfaction: higher is


def test_of_a_range_the_farthest_from_its_bounds_is_worst() -> None:
    bounds = {"low": 90.0, "high": 95.0, "state": "bad"}
    found = order(
        "OP001",
        "worst",
        {"department": "over", "value": 97.0, **bounds},
        {"department": "empty", "value": 60.0, **bounds},
        {"department": "under", "value": 85.0, **bounds},
    )
    assert found == ["empty", "under", "over"]


def test_other_orders() -> None:
    told = [
        {"department": "B", "value": 1.0, "change": -9.0},
        {"department": "C", "value": 3.0, "change": 2.0},
        {"department": "A", "value": 2.0, "change": np.nan},
    ]
    assert order("OP003", "value", *told) == ["C", "A", "B"]
    assert order("OP003", "change", *told) == ["B", "C", "A"]
    assert order("OP003", "code", *told) == ["A", "B", "C"]
    assert order("OP003", "worst") == []


def test_members_without_a_value_are_not_read_and_campuses_are_not_judged(cube: Cube) -> None:
    targets = default_targets(CATALOG)
    asked = Asked((FEB,), (JAN,), ("OP001",))
    wards = explore.read(CATALOG, Cut("department", cube, SITES), targets, asked)
    assert dict(zip(wards["department"], wards["value"], strict=True)) == {"A": 90, "B": 100}
    assert set(wards["state"]) <= {"good", "bad", "watch"}
    sites = explore.read(CATALOG, Cut("campus", cube, SITES), targets, asked)
    assert dict(zip(sites["department"], sites["value"], strict=True)) == {"01": 90, "02": 100}
    assert sites["change"].tolist() == pytest.approx([80, 0])
    assert set(sites["state"]) == {"none"}


def test_the_whole_of_a_pivot_is_sum_over_sum(cube: Cube) -> None:
    """January 60 of 150, February 140 of 150, both 200 of 300; means would say 55, 95, 75."""
    periods = {"1": (JAN,), "2": (FEB,), "": (JAN, FEB)}
    found = explore.pivot(CATALOG, Cut("department", cube, SITES), ["OP001"], periods)
    assert list(found.loc[""]) == pytest.approx([40, 140 / 1.5, 200 / 3])
    assert list(found.loc["A"]) == pytest.approx([10, 90, 50])
    assert set(found.index) == {"", "A", "B"}


def test_a_filter_changes_the_whole_too(cube: Cube) -> None:
    cut = Cut("department", cube, SITES)
    clinical = explore.only(cut, "clinical")
    assert clinical.cube.departments == ("A", "B")
    site = explore.only(cut, explore.CAMPUS + "02")
    assert site.cube.departments == ("B", "T")
    found = explore.pivot(CATALOG, site, ["FN001"], {"": (JAN,)})
    assert list(found.loc[""]) == pytest.approx([5])  # 10 of 200
    assert explore.only(cut, "all") is cut


def test_a_share_has_a_funnel_of_proportions() -> None:
    told = [{"department": f"D{n}", "top": 10.0, "bottom": 100.0, "value": 10.0} for n in range(11)]
    told += [
        {"department": "X", "top": 60.0, "bottom": 100.0, "value": 60.0},
        {"department": "zero", "top": 0.0, "bottom": 0.0},
    ]
    found = explore.compared(CATALOG.indicators["QA060"], rows("QA060", *told))
    assert found is not None
    assert "zero" not in set(found.rows["department"])
    assert found.centre == pytest.approx(170 / 1200 * 100)
    assert found.rows["department"][found.funnel.outlier].tolist() == ["X"]
    assert not found.funnel.few


def test_a_rate_is_held_against_what_the_common_rate_would_bring() -> None:
    """3 events in 9,000: a place with none among 3,000 is no outlier, one with all three may be."""
    told = [
        {"department": "A", "top": 0.0, "bottom": 3000.0, "value": 0.0},
        {"department": "B", "top": 0.0, "bottom": 3000.0, "value": 0.0},
        {"department": "C", "top": 3.0, "bottom": 3000.0, "value": 10.0},
    ]
    found = explore.compared(CATALOG.indicators["SV009"], rows("SV009", *told))
    assert found is not None
    assert found.centre == pytest.approx(3 / 9000 * 10_000)
    assert not found.funnel.outlier[:2].any()
    assert found.funnel.few
    assert list(found.funnel.values) == pytest.approx([0, 0, 10])


def test_means_and_amounts_have_no_funnel() -> None:
    two = [{"department": d, "top": 5.0, "bottom": 9.0, "value": 1.0} for d in "AB"]
    assert explore.compared(CATALOG.indicators["OP003"], rows("OP003", *two)) is None
    assert explore.compared(CATALOG.indicators["OP018"], rows("OP018", *two)) is None
    assert explore.compared(CATALOG.indicators["QA060"], rows("QA060", two[0])) is None


def test_questions_ask_of_moves_for_the_worse_first() -> None:
    told = [
        {"indicator": "OP003", "change": 5.0, "favourable": -1},  # a quarter of 20 %
        {"indicator": "SV009", "change": 30.0, "favourable": -1},
        {"indicator": "OP018", "change": 90.0, "favourable": 0},
        {"indicator": "OP048", "change": 80.0, "favourable": 1},
        {"indicator": "FN024", "change": 50.0, "favourable": -1},  # a growth is not asked about
        {"indicator": "QA048", "change": 0.0, "favourable": 0},
    ]
    found = explore.questions(CATALOG, rows("OP003", *told))
    assert found == [("SV009", 1), ("OP003", 1), ("OP018", 1), ("OP048", 1)]


def test_months_are_shaded_against_the_members_own_mean() -> None:
    values = pd.DataFrame({"1": [90.0, 5.0], "2": [110.0, 5.0]}, index=pd.Index(["A", "B"]))
    lower = explore.month_shades(CATALOG.indicators["OP003"], values)
    assert lower.to_numpy().tolist() == [[0.5, -0.5], [0, 0]]
    neutral = explore.month_shades(CATALOG.indicators["QA059"], values)
    assert neutral.isna().all(axis=None)
    ranged = explore.month_shades(CATALOG.indicators["OP001"], values)
    assert ranged.to_numpy().tolist() == [[-0.5, -0.5], [0, 0]]


def test_the_bound_a_reading_is_held_against() -> None:
    assert explore.bound_of({"low": np.nan, "high": 7.0, "value": 9.0}) == 7
    assert explore.bound_of({"low": 90.0, "high": 95.0, "value": 60.0}) == 90
    assert explore.bound_of({"low": 90.0, "high": 95.0, "value": 99.0}) == 95
    assert np.isnan(explore.bound_of({"low": np.nan, "high": np.nan, "value": 1.0}))
