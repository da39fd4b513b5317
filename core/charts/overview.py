"""Charts of the overview and the department page: a trend with its target, the heat map."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import altair as alt
import pandas as pd

from core.charts.theme import Palette, framed, month_axis
from core.words import t


@dataclass(frozen=True)
class Trend:
    """What a trend chart shows besides its points: names, target, and the month in question."""

    unit: str
    decimals: int
    low: float
    high: float
    bounds: str
    """The target in words, written on its line."""
    chosen: tuple[str, ...]
    """Dates (ISO) of the months that the page is about."""


def trend(points: pd.DataFrame, about: Trend, colours: Palette) -> Any:
    """A line a month, last year's in grey, the target as a thin dashed line with its value.

    points: date (ISO), value, before (same month last year), text, text_before, month. Missing
    months are gaps. The value axis starts at zero only where that leaves the movement visible.
    """
    rows = points.assign(chosen=points["date"].isin(about.chosen))
    base = alt.Chart(rows)
    time = alt.X(field="date", type="temporal", axis=month_axis(colours))
    axis = alt.Axis(title=about.unit, tickCount=5, format=f",.{about.decimals}f")
    value = alt.Y(field="value", type="quantitative", scale=alt.Scale(zero=False), axis=axis)
    before = alt.Y(field="before", type="quantitative")
    hint = [
        alt.Tooltip(field="month", type="nominal", title=t("chart.month")),
        alt.Tooltip(field="text", type="nominal", title=t("chart.value")),
        alt.Tooltip(field="text_before", type="nominal", title=t("chart.last_year")),
    ]
    layers = [
        base.mark_line(color=colours.context, strokeWidth=1.5).encode(x=time, y=before),
        base.mark_line(color=colours.primary, strokeWidth=2.5).encode(x=time, y=value),
        base.mark_point(color=colours.primary, filled=True, size=28, opacity=1).encode(
            x=time, y=value, tooltip=hint
        ),
        base.transform_filter("datum.chosen")
        .mark_point(color=colours.primary, filled=True, size=110, opacity=1)
        .encode(x=time, y=value, tooltip=hint),
    ]
    layers += _bound_lines(about, colours)
    return framed(alt.layer(*layers).properties(height=300), colours)


def _bound_lines(about: Trend, colours: Palette) -> list[Any]:
    """The bounds of good, as far as there are any."""
    bounds = [bound for bound in (about.low, about.high) if not math.isnan(bound)]
    if not bounds:
        return []
    rows = pd.DataFrame({"bound": bounds, "label": [about.bounds] + [""] * (len(bounds) - 1)})
    level = alt.Y(field="bound", type="quantitative")
    return [
        alt.Chart(rows).mark_rule(color=colours.watch, strokeDash=[4, 3]).encode(y=level),
        alt.Chart(rows)
        .mark_text(align="left", baseline="bottom", dx=4, dy=-2, color=colours.watch)
        .encode(y=level, x=alt.value(0), text=alt.Text(field="label", type="nominal")),
    ]


def heat_map(cells: pd.DataFrame, colours: Palette) -> Any:
    """Departments by indicators, shaded from worse (amber) over neutral to better (teal).

    cells: name (department), title (indicator), order, shade -1..1, text, hint, target, change.
    """
    names = list(dict.fromkeys(cells["name"]))
    titles = list(dict.fromkeys(cells.sort_values("order")["title"]))
    across = alt.X(
        field="title",
        type="nominal",
        sort=titles,
        axis=alt.Axis(title=None, orient="top", labelAngle=-40, labelLimit=150, grid=False),
    )
    down = alt.Y(
        field="name", type="nominal", sort=names, axis=alt.Axis(title=None, labelLimit=190)
    )
    scale = alt.Scale(
        domain=[-1, 0, 1], range=[colours.worse, colours.ground, colours.primary], interpolate="lab"
    )
    shade = alt.Color(field="shade", type="quantitative", scale=scale, legend=None)
    base = alt.Chart(cells)
    hint = [
        alt.Tooltip(field="name", type="nominal", title=t("chart.department")),
        alt.Tooltip(field="title", type="nominal", title=t("chart.indicator")),
        alt.Tooltip(field="hint", type="nominal", title=t("chart.value")),
        alt.Tooltip(field="target", type="nominal", title=t("chart.target")),
        alt.Tooltip(field="change", type="nominal", title=t("chart.change")),
    ]
    squares = (
        base.transform_filter("isValid(datum.shade)")
        .mark_rect(opacity=0.75, stroke=colours.ground)
        .encode(x=across, y=down, color=shade, tooltip=hint)
    )
    numbers = base.mark_text(color=colours.ink, fontSize=10.5).encode(
        x=across, y=down, text=alt.Text(field="text", type="nominal"), tooltip=hint
    )
    height = alt.Step(22)
    return framed(alt.layer(squares, numbers).properties(height=height), colours)


def ranked_bars(rows: pd.DataFrame, unit: str, colours: Palette) -> Any:
    """Bars from zero, largest first; the subject in colour, the rest in grey.

    rows: name, value, text, subject (bool), in the order to be shown.
    """
    base = alt.Chart(rows)
    down = alt.Y(field="name", type="nominal", sort=None, axis=alt.Axis(title=None, labelLimit=190))
    # Room at the end for the number beside the longest bar.
    ends = [min(0.0, float(rows["value"].min())), max(0.0, float(rows["value"].max()) * 1.18)]
    along = alt.X(
        field="value",
        type="quantitative",
        scale=alt.Scale(domain=ends, nice=False),
        axis=alt.Axis(title=unit, tickCount=4, grid=True),
    )
    colour = alt.condition("datum.subject", alt.value(colours.primary), alt.value(colours.context))
    bars = base.mark_bar(height=14).encode(
        x=along,
        y=down,
        color=colour,
        tooltip=[
            alt.Tooltip(field="name", type="nominal", title=t("chart.name")),
            alt.Tooltip(field="text", type="nominal", title=t("chart.value")),
        ],
    )
    labels = base.mark_text(align="left", dx=4, color=colours.muted).encode(
        x=along, y=down, text=alt.Text(field="text", type="nominal")
    )
    return framed(alt.layer(bars, labels).properties(height=alt.Step(24)), colours)
