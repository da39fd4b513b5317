"""Charts of what-ifs: the way from base to answer, and who gains or loses how much."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from core.charts.theme import Palette, framed
from core.words import t


def bridge(rows: pd.DataFrame, unit: str, colours: Palette) -> Any:
    """A waterfall: totals stand on zero, steps on what was there before.

    rows: name, start, end, state (total | up | down), text; in the order shown.
    """
    label = alt.Axis(title=None, labelLimit=140)
    base = alt.Chart(rows).encode(
        y=alt.Y(field="name", type="nominal", sort=list(rows["name"]), axis=label),
        tooltip=[
            alt.Tooltip(field="name", type="nominal", title=t("sandbox.step")),
            alt.Tooltip(field="text", type="nominal", title=t("chart.value")),
        ],
    )
    bars = base.mark_bar(height=16).encode(
        x=alt.X(
            field="start",
            type="quantitative",
            scale=alt.Scale(zero=False),
            axis=alt.Axis(title=unit, tickCount=5),
        ),
        x2=alt.X2(field="end"),
        color=_states(colours),
    )
    return framed(bars.properties(height=alt.Step(28)), colours)


def moves(rows: pd.DataFrame, unit: str, colours: Palette) -> Any:
    """Bars to both sides of zero, in the order shown.

    rows: name, value, state (up | down), text.
    """
    bars = (
        alt.Chart(rows)
        .mark_bar(height=14)
        .encode(
            x=alt.X(
                field="value",
                type="quantitative",
                axis=alt.Axis(title=unit, tickCount=5, grid=True),
            ),
            y=alt.Y(
                field="name",
                type="nominal",
                sort=list(rows["name"]),
                axis=alt.Axis(title=None, labelLimit=150),
            ),
            color=_states(colours),
            tooltip=[
                alt.Tooltip(field="name", type="nominal", title=t("sandbox.step")),
                alt.Tooltip(field="text", type="nominal", title=t("chart.value")),
            ],
        )
    )
    return framed(bars.properties(height=alt.Step(24)), colours)


def _states(colours: Palette) -> alt.Color:
    scale = alt.Scale(
        domain=["total", "up", "down"], range=[colours.context, colours.good, colours.bad]
    )
    return alt.Color(field="state", type="nominal", scale=scale, legend=None)
