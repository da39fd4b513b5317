"""Charts of equipment: lines with their values, zero lines, gaps, explicit types."""

from __future__ import annotations

import json
import math
from typing import Any

import pandas as pd

from core.charts.equipment import (
    Even,
    Lines,
    break_even,
    cash_over_years,
    machine_months,
    use_by_pool,
)
from core.charts.theme import LIGHT

LINES = Lines(40.0, 95.0, "闲置线 40%", "用满线 95%")
POOLS = pd.DataFrame(
    {
        "pool": ["CT (2)", "CT (2)", "超声 (1)"],
        "used": [26.2, 80.0, 101.0],
        "state": ["idle", "normal", "full"],
        "label": ["CT-06", "", ""],
        "name": ["CT-06", "CT-01", "US-01"],
        "text": ["26.2%", "80.0%", "101.0%"],
        "pool_used": [70.0, 70.0, 101.0],
        "pool_text": ["70.0%", "70.0%", "101.0%"],
    }
)
YEARS = pd.DataFrame(
    {
        "which": ["actual"] * 2 + ["what_if"] * 2,
        "name": ["实际"] * 2 + ["假设后"] * 2,
        "year": [0, 1, 0, 1],
        "value": [-10.0, -5.0, -10.0, 2.0],
        "text": [""] * 4,
    }
)
VOLUMES = pd.DataFrame(
    {
        "which": ["income", "income", "cost", "cost"],
        "name": ["收入", "收入", "成本", "成本"],
        "examinations": [0.0, 100.0, 0.0, 100.0],
        "value": [0.0, 50.0, 20.0, 30.0],
    }
)


def encodings(spec: Any) -> list[dict[str, Any]]:
    """Every channel that names a field."""
    if isinstance(spec, list):
        return [found for one in spec for found in encodings(one)]
    if not isinstance(spec, dict):
        return []
    own = [spec] if isinstance(spec.get("field"), str) else []
    return own + [
        found for name, one in spec.items() if name != "datasets" for found in encodings(one)
    ]


def test_every_field_says_its_type() -> None:
    about = Even(80.0, "现在 80", 50.0, "保本 50")
    months = pd.DataFrame(
        {
            "date": ["2026-01-01"],
            "month": ["1月"],
            "value": [20.0],
            "text": [""],
            "examinations": [""],
        }
    )
    for chart in (
        use_by_pool(POOLS, LINES, LIGHT),
        machine_months(months, LINES, LIGHT),
        cash_over_years(YEARS, "万元", LIGHT),
        break_even(VOLUMES, about, "万元", LIGHT),
    ):
        found = encodings(chart.to_dict())
        assert found
        assert [channel for channel in found if "type" not in channel] == []


def test_both_lines_of_use_are_dashed_and_carry_their_values() -> None:
    text = json.dumps(use_by_pool(POOLS, LINES, LIGHT).to_dict(), ensure_ascii=False)
    assert "strokeDash" in text
    assert "闲置线 40%" in text
    assert "用满线 95%" in text


def test_use_begins_at_zero_and_has_room_above_a_hundred() -> None:
    layers = use_by_pool(POOLS, LINES, LIGHT).to_dict()["layer"]
    domains = [layer["encoding"]["x"].get("scale", {}).get("domain") for layer in layers]
    low, high = next(domain for domain in domains if domain)
    assert low == 0
    assert high > 101


def test_state_is_shape_as_well_as_colour() -> None:
    layers = use_by_pool(POOLS, LINES, LIGHT).to_dict()["layer"]
    marks = next(layer["encoding"] for layer in layers if "shape" in layer["encoding"])
    assert marks["shape"]["field"] == marks["color"]["field"] == "state"


def test_a_missing_month_is_a_gap_not_a_zero() -> None:
    months = pd.DataFrame(
        {
            "date": ["2026-01-01", "2026-02-01"],
            "month": ["1月", "2月"],
            "value": [20.0, math.nan],
            "text": ["20.0%", "—"],
            "examinations": ["10", "—"],
        }
    )
    spec = machine_months(months, LINES, LIGHT).to_dict()
    rows = [row for data in spec["datasets"].values() for row in data]
    assert [row["value"] for row in rows if row.get("date") == "2026-02-01"] == [None]


def test_the_actual_line_is_grey_only_beside_what_is_asked() -> None:
    def colours(points: pd.DataFrame) -> list[str]:
        spec = cash_over_years(points, "万元", LIGHT).to_dict()
        return next(
            layer["encoding"]["color"]["scale"]["range"]
            for layer in spec["layer"]
            if "color" in layer["encoding"]
        )

    assert colours(YEARS)[0] == LIGHT.context
    assert colours(YEARS[YEARS["which"] == "actual"])[0] == LIGHT.primary


def test_a_machine_that_never_breaks_even_has_no_line_for_it() -> None:
    none = break_even(VOLUMES, Even(80.0, "现在 80", None, ""), "万元", LIGHT).to_dict()
    some = break_even(VOLUMES, Even(80.0, "现在 80", 50.0, "保本 50"), "万元", LIGHT).to_dict()
    assert len(some["layer"]) - len(none["layer"]) == 2
