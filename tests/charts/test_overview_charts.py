"""Charts keep the house's promises: zero lines, gaps, dashed targets, explicit types."""

from __future__ import annotations

import json
import math
from typing import Any

import pandas as pd
import pytest

from core.charts.overview import Trend, heat_map, ranked_bars, trend
from core.charts.theme import DARK, LIGHT, palette
from core.words import set_language

POINTS = pd.DataFrame(
    {
        "date": ["2026-01-01", "2026-02-01"],
        "month": ["2026年1月", "2026年2月"],
        "value": [90.0, math.nan],
        "before": [88.0, 87.0],
        "text": ["90.0%", "—"],
        "text_before": ["88.0%", "87.0%"],
    }
)
ABOUT = Trend("%", 1, 90.0, 95.0, "目标 90–95%", ("2026-01-01",))


def data_of(spec: dict[str, Any]) -> list[dict[str, Any]]:
    return [row for rows in spec["datasets"].values() for row in rows]


def test_a_missing_month_is_a_gap_not_a_zero() -> None:
    spec = trend(POINTS, ABOUT, LIGHT).to_dict()
    values = [row["value"] for row in data_of(spec) if row.get("date") == "2026-02-01"]
    assert values == [None]


def test_the_target_is_a_thin_dashed_line_with_its_value() -> None:
    text = json.dumps(trend(POINTS, ABOUT, LIGHT).to_dict(), ensure_ascii=False)
    assert '"strokeDash"' in text
    assert "目标 90–95%" in text


def test_without_bounds_there_is_no_target_line() -> None:
    about = Trend("%", 1, math.nan, math.nan, "", ())
    assert "strokeDash" not in json.dumps(trend(POINTS, about, LIGHT).to_dict())


def test_bars_start_at_zero() -> None:
    rows = pd.DataFrame(
        {"name": ["a", "b"], "value": [50.0, 40.0], "text": ["50", "40"], "subject": [True, False]}
    )
    spec = ranked_bars(rows, "", LIGHT).to_dict()
    assert spec["layer"][0]["encoding"]["x"]["scale"]["domain"][0] == 0


def test_every_field_says_its_type() -> None:
    cells = pd.DataFrame(
        {
            "name": ["内科"],
            "title": ["床位使用率"],
            "order": [0],
            "shade": [-0.5],
            "text": ["80.0"],
            "hint": ["80.0%"],
            "target": ["90–95%"],
            "change": ["—"],
        }
    )
    spec = heat_map(cells, DARK).to_dict()
    for layer in spec["layer"]:
        for channel in layer["encoding"].values():
            for one in channel if isinstance(channel, list) else [channel]:
                assert "field" not in one or "type" in one


@pytest.mark.parametrize("dark", [True, False])
def test_a_chart_stands_on_the_ground_of_the_page(dark: bool) -> None:
    spec = trend(POINTS, ABOUT, palette(dark)).to_dict()
    assert spec["config"]["background"] == "transparent"
    assert spec["config"]["axis"]["labelColor"] == palette(dark).muted


def test_months_on_the_axis_follow_the_language() -> None:
    assert "locale" in trend(POINTS, ABOUT, LIGHT).to_dict()["config"]
    set_language("en")
    assert "locale" not in trend(POINTS, ABOUT, LIGHT).to_dict()["config"]
