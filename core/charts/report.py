"""Charts for paper: the same pictures as on the screen, in a fixed size and in light colours."""

from __future__ import annotations

import json
from typing import Any

import altair as alt
import pandas as pd

from core.charts.overview import Trend, trend
from core.charts.theme import LIGHT, framed

WIDTH, TREND_HEIGHT = 660, 200


def trend_on_paper(points: pd.DataFrame, about: Trend) -> str:
    """The specification (JSON, data inside) of a trend; points as `core.charts.overview.trend`."""
    return _specified(trend(points, about, LIGHT), height=TREND_HEIGHT)


def bars_on_paper(rows: pd.DataFrame, unit: str) -> str:
    """The specification of bars on both sides of zero, in the order of the rows.

    rows: name, value, text, subject (bool: in colour, the rest in grey). The text stands at the
    end of its bar, of a negative one at zero.
    """
    base = alt.Chart(rows.assign(end=rows["value"].clip(lower=0)))
    down = alt.Y(field="name", type="nominal", sort=None, axis=alt.Axis(title=None, labelLimit=190))
    ends = [min(0.0, float(rows["value"].min())), max(0.0, float(rows["value"].max()))]
    ends[1] += 0.18 * (ends[1] - ends[0])  # room for the text
    along = alt.X(
        field="value",
        type="quantitative",
        scale=alt.Scale(domain=ends, nice=False),
        axis=alt.Axis(title=unit, tickCount=5),
    )
    colour = alt.condition("datum.subject", alt.value(LIGHT.primary), alt.value(LIGHT.context))
    bars = base.mark_bar(height=13).encode(x=along, y=down, color=colour)
    labels = base.mark_text(align="left", dx=4, color=LIGHT.muted).encode(
        x=alt.X(field="end", type="quantitative"),
        y=down,
        text=alt.Text(field="text", type="nominal"),
    )
    return _specified(framed(alt.layer(bars, labels).properties(height=alt.Step(20)), LIGHT))


def _specified(chart: Any, **size: int) -> str:
    spec = chart.to_dict() | {"width": WIDTH, "autosize": {"type": "fit-x", "contains": "padding"}}
    return json.dumps(spec | size, ensure_ascii=False, sort_keys=True)
