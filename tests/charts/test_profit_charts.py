"""The bridge begins at nothing, ends at the surplus and leaves room for its figures."""

from __future__ import annotations

import pandas as pd

from core.charts.profit import bridge, unit_cost
from core.charts.theme import LIGHT

STEPS = pd.DataFrame(
    [
        ("收入", "total", 0.0, 100.0, "100 元"),
        ("变动成本", "cost", 100.0, 70.0, "−30 元"),
        ("分摊成本", "cost", 70.0, -20.0, "−90 元"),
        ("结余", "bad", 0.0, -20.0, "−20 元"),
    ],
    columns=pd.Index(["name", "kind", "start", "end", "text"]),
)


def test_the_scale_holds_losses_and_the_figures() -> None:
    spec = bridge(STEPS, "元", LIGHT).to_dict()
    low, high = spec["layer"][0]["encoding"]["x"]["scale"]["domain"]
    assert low < -20
    assert high > 100


def test_a_deficit_is_drawn_in_the_colour_of_bad() -> None:
    spec = bridge(STEPS, "元", LIGHT).to_dict()
    scale = spec["layer"][0]["encoding"]["color"]["scale"]
    assert dict(zip(scale["domain"], scale["range"], strict=True))["bad"] == LIGHT.bad


def test_the_average_is_in_sight_even_when_it_is_the_largest() -> None:
    rows = pd.DataFrame({"name": ["内科"], "value": [10.0], "text": ["10 元"]})
    spec = unit_cost(rows, 40.0, ("元", "全院 40 元"), LIGHT).to_dict()
    assert spec["layer"][1]["encoding"]["x"]["scale"]["domain"][1] > 40
