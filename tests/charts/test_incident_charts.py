"""Charts of adverse events: what is encoded, where the ribs of the fishbone lie."""

from __future__ import annotations

import json

import pandas as pd

from core.charts import incidents as charts
from core.charts.theme import LIGHT


def spec(chart: object) -> dict:
    return json.loads(chart.to_json())  # type: ignore[attr-defined]


def rows_of(told: dict) -> list[list[dict]]:
    return list(told["datasets"].values())


def test_the_fishbone_has_a_spine_seven_ribs_and_every_factor() -> None:
    names = [f"类{place}" for place in range(7)]
    long = "1 床栏缝隙容易夹住管路而且没有人看到"
    told = spec(charts.fishbone(names, {"类0": [long], "类5": ["2 短"]}, "跌倒", LIGHT))
    data = rows_of(told)
    assert any(len(rows) == 8 and "x2" in rows[0] for rows in data)
    words = next(rows for rows in data if "role" in rows[0])
    factors = [row for row in words if row["role"] == "factor"]
    assert [row["full"] for row in factors] == [long, "2 短"]
    assert [row["number"] for row in factors] == ["1", "2"]
    assert factors[0]["text"].endswith("…")


def test_a_hidden_cell_has_no_count_only_a_star() -> None:
    rows = pd.DataFrame(
        [("甲", "跌倒", 7.0, "7"), ("甲", "管路", None, "*")],
        columns=pd.Index(["row", "column", "count", "text"]),
    )
    told = spec(charts.heat(rows, ["甲"], ["跌倒", "管路"], LIGHT))
    cells = next(rows for rows in rows_of(told) if "count" in rows[0])
    assert [cell["count"] for cell in cells] == [7.0, None]
    filters = [layer.get("transform", [{}])[0].get("filter") for layer in told["layer"]]
    assert "isValid(datum.count)" in filters
    assert "!isValid(datum.count)" in filters


def test_the_pareto_keeps_both_shares_on_one_axis() -> None:
    rows = pd.DataFrame(
        [
            ("跌倒 6", 60.0, 60.0, True, "6 例", "60%"),
            ("管路 4", 40.0, 100.0, True, "4 例", "100%"),
        ],
        columns=pd.Index(["name", "share", "running", "vital", "text", "sum"]),
    )
    told = spec(charts.pareto(rows, LIGHT))
    domains = [
        layer["encoding"]["x"]["scale"]["domain"]
        for layer in told["layer"]
        if "x" in layer["encoding"]
    ]
    assert domains == [[0, 104]] * len(domains)
