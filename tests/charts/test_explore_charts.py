"""Charts of the explore page: zero lines, targets, shapes beside colours, clicks by code."""

from __future__ import annotations

import json
import math
from typing import Any

import pandas as pd
import pytest

from core.charts.explore import PICK, Axis, funnel_chart, limits_chart, part_bars, state_bars
from core.charts.theme import DARK, LIGHT, Palette

AXIS = Axis("%", 1)
BARS = pd.DataFrame(
    [
        {"code": "A", "name": "甲", "value": 90.0, "end": 95.0, "text": "■ 90.0%", "state": "bad",
         "low": math.nan, "high": 95.0, "target": "≤ 95%", "change": "—", "subject": True},
        {"code": "B", "name": "乙", "value": 5.0, "end": 5.0, "text": "● 5.0%", "state": "good",
         "low": math.nan, "high": math.nan, "target": "—", "change": "—", "subject": False},
    ]
)  # fmt: skip
PARTS = pd.DataFrame(
    [
        {"code": "A", "name": "甲", "value": 0.5, "text": "+0.5", "short": "+0.5", "favourable": -1,
         "before": "1", "after": "2"},
        {"code": "B", "name": "乙", "value": -0.3, "text": "−0.3", "short": "−0.3", "favourable": 1,
         "before": "2", "after": "1"},
    ]
)  # fmt: skip
POINTS = pd.DataFrame(
    [
        {"code": "A", "name": "甲", "size": 10.0, "value": 30.0, "text": "30%", "state": "bad",
         "label": "甲", "cases": "10"},
        {"code": "B", "name": "乙", "size": 90.0, "value": 5.0, "text": "5%", "state": "none",
         "label": "", "cases": "90"},
    ]
)  # fmt: skip
BAND = pd.DataFrame(
    {
        "size": [10.0, 90.0],
        "centre": [7.0, 7.0],
        "lower95": [0.0, 3.0],
        "upper95": [25.0, 12.0],
        "lower998": [0.0, 1.0],
        "upper998": [99.0, 15.0],
    }
)
MONTHS = pd.DataFrame(
    [
        {"date": f"2026-0{n}-01", "month": f"{n}月", "value": v, "mean": 5.0, "lower": 1.0,
         "upper": 9.0, "state": s, "text": "", "why": ""}
        for n, v, s in ((1, 5.0, "none"), (2, math.nan, "none"), (3, 10.0, "bad"))
    ]
)  # fmt: skip


def layers(chart: Any) -> list[dict[str, Any]]:
    return chart.to_dict()["layer"]


@pytest.mark.parametrize("chart", [state_bars(BARS, AXIS, LIGHT), part_bars(PARTS, AXIS, LIGHT)])
def test_bars_start_at_zero_and_a_click_says_the_code(chart: Any) -> None:
    spec = chart.to_dict()
    low, high = layers(chart)[0]["encoding"]["x"]["scale"]["domain"]
    assert low <= 0 < high
    assert [(p["name"], p["select"]["fields"]) for p in spec["params"]] == [(PICK, ["code"])]


def test_the_numbers_of_bars_below_zero_stand_outside() -> None:
    aligned = {one["mark"]["align"] for one in layers(part_bars(PARTS, AXIS, LIGHT))[1:]}
    assert aligned == {"left", "right"}


def test_each_bar_has_its_own_target_where_it_has_one() -> None:
    ticks = [one for one in layers(state_bars(BARS, AXIS, LIGHT)) if one["mark"]["type"] == "tick"]
    assert [one["transform"][0]["filter"] for one in ticks] == [
        "isValid(datum.low)",
        "isValid(datum.high)",
    ]


def test_limits_of_very_few_cases_do_not_press_the_rest_flat() -> None:
    scale = layers(funnel_chart(POINTS, BAND, AXIS, LIGHT))[0]["encoding"]["y"]["scale"]
    assert scale["domain"] == [0, 57.0]  # the median limit, below the 99 of ten cases


def test_points_outside_have_a_shape_beside_their_colour() -> None:
    text = json.dumps(funnel_chart(POINTS, BAND, AXIS, LIGHT).to_dict())
    assert '"triangle-up"' in text
    assert '"square"' in text


def test_a_missing_month_is_a_gap_and_the_target_is_dashed() -> None:
    spec = limits_chart(MONTHS, AXIS, 6.0, LIGHT).to_dict()
    rows = [row for data in spec["datasets"].values() for row in data]
    assert [row["value"] for row in rows if row.get("date") == "2026-02-01"] == [None]
    assert "strokeDash" in json.dumps(spec)
    assert "strokeDash" not in json.dumps(limits_chart(MONTHS, AXIS, None, LIGHT).to_dict())


@pytest.mark.parametrize("colours", [LIGHT, DARK])
def test_colours_are_those_of_the_ground(colours: Palette) -> None:
    assert colours.bad in json.dumps(state_bars(BARS, AXIS, colours).to_dict())
