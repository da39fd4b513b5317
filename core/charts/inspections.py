"""Charts of inspections: how far self-checks lie above inspections, with intervals; a trend."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from core.charts.theme import Palette, framed, month_axis
from core.words import t


def _hint(*columns: tuple[str, str]) -> list[alt.Tooltip]:
    return [alt.Tooltip(field=field, type="nominal", title=t(title)) for field, title in columns]


def gaps(rows: pd.DataFrame, unit: str, colours: Palette) -> Any:
    """Self-check minus inspection, a mark a department with its interval, in the order given.

    rows: name, inflation, low, high (points), state (bad | none), text, range, pairs.
    """
    base = alt.Chart(rows)
    down = alt.Y(field="name", type="nominal", sort=None, axis=alt.Axis(title=None, labelLimit=150))
    shades = alt.Scale(domain=["bad", "none"], range=[colours.bad, colours.context])
    colour = alt.Color(field="state", type="nominal", scale=shades, legend=None)
    shapes = alt.Scale(domain=["bad", "none"], range=["square", "circle"])
    hint = _hint(
        ("name", "chart.department"),
        ("text", "chart.value"),
        ("range", "inspections.column.range"),
        ("pairs", "inspections.column.pairs"),
    )

    def along(field: str) -> alt.X:
        axis = alt.Axis(title=unit, tickCount=6, format="+.0f")
        return alt.X(field=field, type="quantitative", axis=axis)

    zero = alt.Chart(pd.DataFrame({"at": [0.0]}))
    layers = [
        zero.mark_rule(color=colours.muted).encode(x=alt.X(field="at", type="quantitative")),
        base.mark_rule(strokeWidth=2).encode(
            x=along("low"), x2=alt.X2(field="high"), y=down, color=colour, tooltip=hint
        ),
        base.mark_point(filled=True, size=60, opacity=1).encode(
            x=along("inflation"),
            y=down,
            color=colour,
            shape=alt.Shape(field="state", type="nominal", scale=shapes, legend=None),
            tooltip=hint,
        ),
    ]
    return framed(alt.layer(*layers).properties(height=alt.Step(20)), colours)


def rate_trend(points: pd.DataFrame, unit: str, colours: Palette) -> Any:
    """A share month by month with its interval as a band; the hospital in grey.

    points: date (ISO), month, value, low, high (%), other (% of the whole hospital), text. Months
    without inspections are gaps.
    """
    base = alt.Chart(points)
    time = alt.X(field="date", type="temporal", axis=month_axis(colours))

    def up(field: str) -> alt.Y:
        axis = alt.Axis(title=unit, tickCount=5, format=",.0f")
        scale = alt.Scale(zero=False, nice=True)
        return alt.Y(field=field, type="quantitative", axis=axis, scale=scale)

    hint = _hint(("month", "chart.month"), ("text", "chart.value"))
    layers = [
        base.mark_area(color=colours.primary, opacity=0.14).encode(
            x=time, y=up("low"), y2=alt.Y2(field="high")
        ),
        base.mark_line(color=colours.context, strokeDash=[4, 3]).encode(x=time, y=up("other")),
        base.mark_line(color=colours.primary, strokeWidth=2).encode(x=time, y=up("value")),
        base.mark_point(filled=True, size=40, color=colours.primary, opacity=1).encode(
            x=time, y=up("value"), tooltip=hint
        ),
    ]
    return framed(alt.layer(*layers).properties(height=260), colours)
