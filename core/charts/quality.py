"""The completeness map: departments by months, shaded by what is missing."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from core.charts.theme import Palette, framed
from core.words import t


def completeness_map(cells: pd.DataFrame, colours: Palette) -> Any:
    """Departments by months: pale where all is there, darker amber the more is missing.

    cells: name, month (25-11), when (the month worded), missing (shade 0-1), text, hint; in the
    order to be shown.
    """
    names = list(dict.fromkeys(cells["name"]))
    months = list(dict.fromkeys(cells["month"]))
    across = alt.X(
        field="month",
        type="nominal",
        sort=months,
        axis=alt.Axis(title=None, orient="top", labelAngle=-90, grid=False),
    )
    down = alt.Y(
        field="name", type="nominal", sort=names, axis=alt.Axis(title=None, labelLimit=170)
    )
    ends = [colours.grid, colours.worse]
    scale = alt.Scale(domain=[0, 1], range=ends, interpolate="lab")
    shade = alt.Color(field="missing", type="quantitative", scale=scale, legend=None)
    hint = [
        alt.Tooltip(field="name", type="nominal", title=t("chart.department")),
        alt.Tooltip(field="when", type="nominal", title=t("chart.month")),
        alt.Tooltip(field="hint", type="nominal", title=t("quality.missing")),
    ]
    base = alt.Chart(cells)
    squares = base.mark_rect(stroke=colours.ground, opacity=0.85).encode(
        x=across, y=down, color=shade, tooltip=hint
    )
    words = base.mark_text(color=colours.ink, fontSize=11).encode(
        x=across, y=down, text=alt.Text(field="text", type="nominal"), tooltip=hint
    )
    return framed(alt.layer(squares, words).properties(height=alt.Step(22)), colours)
