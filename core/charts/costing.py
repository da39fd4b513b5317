"""Charts of costing: full cost by level, and whose cost it is made of."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from core.charts.theme import Palette, framed
from core.words import t

LEVELS = ("direct", "level1", "level2", "level3")
SHARED = ("direct", "shared")
"""Of methods that know no levels."""


def by_level(rows: pd.DataFrame, unit: str, colours: Palette) -> Any:
    """A bar a department: its direct cost in colour, what came down by levels in greys.

    rows: name, level (of LEVELS or SHARED), label, order, value, text; in the order shown.
    """
    levels = SHARED if "shared" in set(rows["level"]) else LEVELS
    names = [t(f"costing.column.{level}") for level in levels]
    shades = [colours.primary, "#5B7A8C", "#93A7B3", "#C3CED5"][: len(levels)]
    bars = (
        alt.Chart(rows)
        .mark_bar(height=14)
        .encode(
            x=alt.X(
                field="value",
                type="quantitative",
                stack="zero",
                axis=alt.Axis(title=unit, tickCount=5, grid=True),
            ),
            y=alt.Y(
                field="name",
                type="nominal",
                sort=None,
                axis=alt.Axis(title=None, labelLimit=170),
            ),
            color=alt.Color(
                field="label",
                type="nominal",
                scale=alt.Scale(domain=names, range=shades),
                legend=alt.Legend(title=None, orient="top", columns=2),
            ),
            order=alt.Order(field="order", type="quantitative"),
            tooltip=[
                alt.Tooltip(field="name", type="nominal", title=t("column.department")),
                alt.Tooltip(field="label", type="nominal", title=t("costing.level")),
                alt.Tooltip(field="text", type="nominal", title=t("chart.value")),
            ],
        )
    )
    return framed(bars.properties(height=alt.Step(22)), colours)


def order_band(rows: pd.DataFrame, unit: str, colours: Palette) -> Any:
    """A row a department: a thin line over all closing orders tried, a point at the rule's order.

    rows: name, least, most, value, and each as text; in the order shown.
    """
    along = alt.Scale(zero=False, nice=True)
    down = alt.Y(field="name", type="nominal", sort=None, axis=alt.Axis(title=None, labelLimit=170))
    hint = [
        alt.Tooltip(field="name", type="nominal", title=t("column.department")),
        alt.Tooltip(field="text", type="nominal", title=t("orders.usual")),
        alt.Tooltip(field="least_text", type="nominal", title=t("orders.least")),
        alt.Tooltip(field="most_text", type="nominal", title=t("orders.most")),
    ]
    axis = alt.Axis(title=unit, tickCount=5, grid=True)
    lines = (
        alt.Chart(rows)
        .mark_rule(color=colours.context, strokeWidth=3)
        .encode(
            x=alt.X(field="least", type="quantitative", scale=along, axis=axis),
            x2=alt.X2(field="most"),
            y=down,
            tooltip=hint,
        )
    )
    points = (
        alt.Chart(rows)
        .mark_point(color=colours.primary, filled=True, size=55, opacity=1)
        .encode(
            x=alt.X(field="value", type="quantitative", scale=along, axis=axis),
            y=down,
            tooltip=hint,
        )
    )
    return framed(alt.layer(lines, points).properties(height=alt.Step(22)), colours)
