"""The control chart: what it encodes, from a handmade result."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from core.charts.control import SHAPES, Controlled, colours_of, control_chart
from core.charts.theme import palette

ABOUT = Controlled("天", 1, (7.2,), "目标 ≤ 7.2 天", 5.0, 12.0)


def points(marks: list[str]) -> pd.DataFrame:
    count = len(marks)
    return pd.DataFrame(
        {
            "date": [f"2026-{month:02d}-01" for month in range(1, count + 1)],
            "month": [f"2026年{month}月" for month in range(1, count + 1)],
            "value": [8.0] * count,
            "mean": [8.0] * count,
            "lower": [6.0] * count,
            "upper": [10.0] * count,
            "segment": ["0"] * count,
            "mark": marks,
            "text": ["8.0 天"] * count,
            "limits": ["6.0–10.0 天"] * count,
            "said": ["正常波动"] * count,
        }
    )


def events(*rows: tuple[str, str]) -> pd.DataFrame:
    made = [
        {"date": "2026-02-01", "month": "2026年2月", "kind": kind, "number": "1", "text": text}
        for kind, text in rows
    ]
    return pd.DataFrame(made, columns=pd.Index(["date", "month", "kind", "number", "text"]))


def layers(about: Controlled = ABOUT, *rows: tuple[str, str]) -> list[dict[str, Any]]:
    made = control_chart(points(["common", "concern"]), events(*rows), about, palette(False))
    return made.to_dict()["layer"]


def kinds(found: list[dict[str, Any]]) -> list[str]:
    return [layer["mark"]["type"] for layer in found]


def test_limits_are_a_light_band_and_values_a_line() -> None:
    found = layers()
    assert kinds(found) == ["area", "line", "rule", "line", "point", "point", "text", "text"]
    band = found[0]
    assert band["mark"]["opacity"] < 0.3
    assert (band["encoding"]["y"]["field"], band["encoding"]["y2"]["field"]) == ("lower", "upper")


def test_special_points_have_a_shape_a_colour_and_a_size() -> None:
    dots = layers()[4]["encoding"]
    assert dots["shape"]["scale"]["domain"] == list(SHAPES)
    assert dots["shape"]["field"] == dots["color"]["field"] == "mark"
    assert "common" in dots["size"]["condition"]["test"]


def test_no_two_directions_share_shape_and_colour() -> None:
    paint = colours_of(palette(False))
    looks = {(SHAPES[mark], paint[mark]) for mark in SHAPES if mark != "waiting"}
    assert len(looks) == len(SHAPES) - 1
    assert paint["improvement"] == palette(False).good
    assert paint["concern"] == palette(False).bad


def test_the_target_is_dashed_and_named_once() -> None:
    rule = layers()[2]
    assert rule["mark"]["strokeDash"]
    two = Controlled("%", 1, (90.0, 95.0), "目标 90–95%", 80.0, 100.0)
    made = control_chart(points(["common"]), events(), two, palette(False)).to_dict()
    rows = next(rows for rows in made["datasets"].values() if "bound" in rows[0])
    assert [row["label"] for row in rows] == ["目标 90–95%", ""]
    none = Controlled("%", 1, (), "", 80.0, 100.0)
    assert "rule" not in kinds(layers(none))


@pytest.mark.parametrize(("kind", "dashed"), [("note", True), ("rebase", False)])
def test_what_people_said_stands_in_its_month(kind: str, dashed: bool) -> None:
    found = layers(ABOUT, (kind, "新病区启用"))
    assert kinds(found).count("rule") == 3
    own = next(one for one in found if kind in str(one.get("transform")))
    assert ("strokeDash" in own["mark"]) is dashed
    assert {one["field"] for one in own["encoding"]["tooltip"]} == {"month", "text"}


def test_every_encoding_names_its_field_and_type() -> None:
    for layer in layers(ABOUT, ("note", "甲")):
        for channel in layer["encoding"].values():
            for one in channel if isinstance(channel, list) else [channel]:
                if "field" in one and one is not layer["encoding"].get("y2"):
                    assert "type" in one
