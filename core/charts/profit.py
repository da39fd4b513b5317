"""Charts of department profit: the bridge from income to surplus, unit costs beside the average."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from core.charts.theme import Palette, framed
from core.words import t

KINDS = ("total", "cost", "good", "bad")
"""Of a bar of the bridge: income and subtotals, what is taken off, a surplus, a deficit."""
_ROOM = 0.5
"""Of the width, kept free for the figures beside the bars."""


def bridge(rows: pd.DataFrame, unit: str, colours: Palette) -> Any:
    """A bar a step, from where the one before ended; read downwards.

    rows: name, kind (of KINDS), start, end, text; in the order of the steps.
    """
    drawn = rows.assign(tip=rows[["start", "end"]].max(axis=1))
    across = _across(rows)
    down = alt.Y(field="name", type="nominal", sort=None, axis=alt.Axis(title=None, labelLimit=150))
    shades = [colours.primary, colours.context, colours.good, colours.bad]
    base = alt.Chart(drawn)
    bars = base.mark_bar(height=16).encode(
        x=alt.X(
            field="start",
            type="quantitative",
            scale=across,
            axis=alt.Axis(title=unit, tickCount=5, grid=True),
        ),
        x2=alt.X2(field="end"),
        y=down,
        color=alt.Color(
            field="kind",
            type="nominal",
            scale=alt.Scale(domain=list(KINDS), range=shades),
            legend=None,
        ),
        tooltip=[
            alt.Tooltip(field="name", type="nominal", title=t("profit.step")),
            alt.Tooltip(field="text", type="nominal", title=t("chart.value")),
        ],
    )
    figures = base.mark_text(align="left", dx=5, color=colours.ink).encode(
        x=alt.X(field="tip", type="quantitative", scale=across),
        y=down,
        text=alt.Text(field="text", type="nominal"),
    )
    return framed(
        alt.layer(bars, figures, _zero(across, colours)).properties(height=alt.Step(27)), colours
    )


def _across(rows: pd.DataFrame) -> alt.Scale:
    """From the lowest end to the highest, with room for the figures."""
    low = min(0.0, float(rows[["start", "end"]].min().min()))
    high = max(0.0, float(rows[["start", "end"]].max().max()))
    room = (high - low or 1.0) * _ROOM
    return alt.Scale(domain=[low - (room / 4 if low < 0 else 0), high + room], nice=False)


def _zero(across: alt.Scale, colours: Palette) -> Any:
    line = alt.Chart(pd.DataFrame({"zero": [0.0]})).mark_rule(color=colours.muted)
    return line.encode(x=alt.X(field="zero", type="quantitative", scale=across))


def unit_cost(rows: pd.DataFrame, average: float, words: tuple[str, str], colours: Palette) -> Any:
    """A bar a department, the dearest first, and a thin line at the hospital's own.

    rows: name, value (元), text. words: title of the axis, what is written on the line.
    """
    high = max(float(rows["value"].max()), average)
    across = alt.Scale(domain=[0, high * (1 + _ROOM)], nice=False)
    down = alt.Y(field="name", type="nominal", sort=None, axis=alt.Axis(title=None, labelLimit=150))
    along = alt.X(
        field="value",
        type="quantitative",
        scale=across,
        axis=alt.Axis(title=words[0], tickCount=5, grid=True),
    )
    base = alt.Chart(rows)
    bars = base.mark_bar(height=14, color=colours.primary).encode(
        x=along,
        y=down,
        tooltip=[
            alt.Tooltip(field="name", type="nominal", title=t("column.department")),
            alt.Tooltip(field="text", type="nominal", title=words[0]),
        ],
    )
    figures = base.mark_text(align="left", dx=5, color=colours.ink).encode(
        x=along, y=down, text=alt.Text(field="text", type="nominal")
    )
    line = alt.Chart(pd.DataFrame({"average": [average], "label": [words[1]]}))
    at = alt.X(field="average", type="quantitative", scale=across)
    rule = line.mark_rule(color=colours.watch, strokeDash=[4, 3]).encode(x=at)
    label = line.mark_text(align="left", baseline="bottom", dx=4, color=colours.watch).encode(
        x=at, y=alt.value(-4), text=alt.Text(field="label", type="nominal")
    )
    return framed(alt.layer(rule, bars, figures, label).properties(height=alt.Step(23)), colours)
