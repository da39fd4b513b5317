"""Charts of queues and rosters: what is not stable has no bar, silent hours no colour."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pytest

from core.charts.queues import busy_nodes, lists_by_day, wait_by_machines, wait_of_week
from core.charts.staffing import day_of_arrivals, day_of_staff, gap_strip
from core.charts.theme import LIGHT

WEEK = pd.DataFrame(
    {
        "run": ["0", "0"],
        "hour": [0.5, 1.5],
        "wait": [3.0, 4.0],
        "lower": [2.0, 3.0],
        "upper": [4.0, 5.0],
        "name": ["周一 8 时", "周一 9 时"],
        "text": ["3", "4"],
        "interval": ["2–4", "3–5"],
    }
)
HOURS = pd.DataFrame(
    {
        "hour": [0.5],
        "median": [3.0],
        "lower": [2.0],
        "upper": [4.0],
        "name": ["0"],
        "text": ["3"],
        "interval": ["2–4"],
    }
)


def drawn(chart: Any) -> str:
    return json.dumps(chart.to_dict(), ensure_ascii=False)


def test_the_line_of_full_use_lies_under_the_bars() -> None:
    rows = pd.DataFrame(
        {"name": ["CT"], "rho": [90.0], "state": ["watch"], "text": ["90%"], "wait": ["3"]}
    )
    marks = [layer["mark"]["type"] for layer in busy_nodes(rows, LIGHT).to_dict()["layer"]]
    assert marks == ["rule", "bar", "text"]


def test_what_is_not_stable_says_so_at_zero() -> None:
    rows = pd.DataFrame(
        {
            "machines": [4, 5],
            "wait": [0.0, 50.3],
            "role": ["unstable", "now"],
            "text": ["不稳定", "50.3"],
            "saved": ["—", "—"],
            "cost": ["", ""],
        }
    )
    assert "不稳定" in drawn(wait_by_machines(rows, "分钟", LIGHT))


def test_the_day_on_which_a_list_is_cleared_is_a_dot() -> None:
    rows = pd.DataFrame(
        {
            "machines": ["8 台"] * 2,
            "day": [0, 1],
            "waiting": [10.0, 0.0],
            "role": ["asked"] * 2,
            "clears": [False, True],
        }
    )
    points = lists_by_day(rows, LIGHT).to_dict()["layer"][1]
    assert points["mark"]["type"] == "point"


@pytest.mark.parametrize("days", [["周一"], ["周一", "周二"]])
def test_a_week_of_any_number_of_days_is_drawn(days: list[str]) -> None:
    assert "周一" in drawn(wait_of_week(WEEK, days, 9, LIGHT))


def test_silent_hours_are_no_gap_of_zero() -> None:
    rows = pd.DataFrame(
        {
            "day": ["周一"] * 2,
            "hour": [0, 1],
            "gap": [-2, 0],
            "silent": [False, True],
            "text": ["−2", "0"],
            "name": ["a", "b"],
            "needed": ["3", "3"],
            "rostered": ["1", "—"],
        }
    )
    assert '"filter": "!datum.silent"' in drawn(gap_strip(rows, ["周一"], 2, LIGHT))


@pytest.mark.parametrize("busy", [[], [{"start": 9, "end": 11}]])
def test_a_day_is_shaded_only_where_it_has_peaks(busy: list[dict[str, int]]) -> None:
    layers = day_of_arrivals(HOURS, pd.DataFrame(busy), LIGHT).to_dict()["layer"]
    assert [layer["mark"]["type"] for layer in layers].count("rect") == len(busy)


def test_a_day_without_roster_has_its_need() -> None:
    staff = pd.DataFrame(
        {
            "hour": [0, 24],
            "base": [2, 2],
            "needed": [3, 3],
            "present": [None, None],
            "suggested": [3.0, 3.0],
            "name": ["0", "0"],
            "words": ["", ""],
        }
    )
    assert "step-after" in drawn(day_of_staff(staff, LIGHT))
