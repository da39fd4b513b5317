"""Charts of beds: census behind and ahead, wards by day, refusals by occupancy, hours, bars."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from core.charts.theme import Palette, framed
from core.words import t

ROW, LABEL = 21, 190


def _days() -> alt.Axis:
    """Days as 11/3 on a time axis."""
    return alt.Axis(title=None, format="%-m/%-d", grid=False, tickCount=12, labelOverlap=True)


def census_days(rows: pd.DataFrame, unit: str, colours: Palette) -> Any:
    """Census of the days behind (line), ahead (dashed, with its interval), and the open beds.

    rows: date (ISO), occupied, low, high (None behind), open, part (past | ahead), text.
    """
    x = alt.X(field="date", type="temporal", axis=_days())
    axis = alt.Axis(title=unit, tickCount=6)
    scale = alt.Scale(zero=False)
    base = alt.Chart(rows)
    ahead = base.transform_filter(alt.datum.part == "ahead")
    band = ahead.mark_area(color=colours.primary, opacity=0.18).encode(
        x=x,
        y=alt.Y(field="low", type="quantitative", axis=axis, scale=scale),
        y2=alt.Y2(field="high"),
    )
    lines = base.mark_line(color=colours.primary, strokeWidth=2.5).encode(
        x=x,
        y=alt.Y(field="occupied", type="quantitative", axis=axis, scale=scale),
        strokeDash=alt.StrokeDash(
            field="part",
            type="nominal",
            scale=alt.Scale(domain=["past", "ahead"], range=[[1, 0], [5, 4]]),
            legend=None,
        ),
    )
    beds = base.mark_line(color=colours.muted, strokeWidth=1.2, interpolate="step").encode(
        x=x, y=alt.Y(field="open", type="quantitative", axis=axis, scale=scale)
    )
    dots = base.mark_circle(color=colours.primary, size=42).encode(
        x=x,
        y=alt.Y(field="occupied", type="quantitative", axis=axis, scale=scale),
        tooltip=[
            alt.Tooltip(field="day", type="nominal", title=t("beds.column.day")),
            alt.Tooltip(field="text", type="nominal", title=t("beds.column.occupied")),
            alt.Tooltip(field="open", type="quantitative", title=t("beds.column.open")),
        ],
    )
    return framed(alt.layer(band, beds, lines, dots).properties(height=300), colours)


def ward_days(rows: pd.DataFrame, colours: Palette) -> Any:
    """Wards by day ahead: beds that will be free, coloured by the chance to be full.

    rows: name, day, chance (0-100), free (as text), likely (bool), text, full; in their order.
    """
    names = list(dict.fromkeys(rows["name"]))
    days = list(dict.fromkeys(rows["day"]))
    top = alt.Axis(title=None, labelAngle=0, orient="top", labelOverlap=True)
    x = alt.X(field="day", type="ordinal", sort=days, axis=top)
    label = alt.Axis(title=None, labelLimit=LABEL)
    y = alt.Y(field="name", type="nominal", sort=names, axis=label)
    legend = alt.Legend(title=t("beds.heat.legend"), orient="bottom", format=".0f")
    scale = alt.Scale(type="threshold", domain=[5, 20, 50], range=_steps(colours))
    cells = (
        alt.Chart(rows)
        .mark_rect(stroke=colours.ground, strokeWidth=2)
        .encode(
            x=x,
            y=y,
            color=alt.Color(field="chance", type="quantitative", scale=scale, legend=legend),
            tooltip=_ward_tips(),
        )
    )
    marks = (
        alt.Chart(rows)
        .mark_text(fontSize=11, fontWeight=600)
        .encode(
            x=x,
            y=y,
            text=alt.Text(field="free", type="nominal"),
            color=alt.condition(
                alt.datum.likely, alt.value(colours.ground), alt.value(colours.ink)
            ),
        )
    )
    return framed(alt.layer(cells, marks).properties(height=alt.Step(ROW)), colours)


def _ward_tips() -> list[alt.Tooltip]:
    titles = (("name", "ward"), ("day", "day"), ("text", "census"), ("full", "p_full"))
    return [
        alt.Tooltip(field=field, type="nominal", title=t(f"beds.column.{title}"))
        for field, title in titles
    ]


def _steps(colours: Palette) -> list[str]:
    """From much room to little in one hue, likely full in the colour of bad."""
    light = ["#EDF3F4", "#C9DEE1", "#9CC3C9"]
    dark = ["#1E2B31", "#27444B", "#2F5D66"]
    return [*(light if colours.ground == "#FFFFFF" else dark), colours.bad]


def trade_off(rows: pd.DataFrame, points: pd.DataFrame, unit: str, colours: Palette) -> Any:
    """Refusals by occupancy, both in %.

    rows: occupancy, refused, text; points: the same and name, for now and what is tried.
    """
    x = alt.X(
        field="occupancy",
        type="quantitative",
        scale=alt.Scale(zero=False, nice=False),
        axis=alt.Axis(title=t("beds.use.axis"), tickCount=8),
    )
    y = alt.Y(field="refused", type="quantitative", axis=alt.Axis(title=unit, tickCount=6))
    tips = [
        alt.Tooltip(field="name", type="nominal", title=t("beds.column.what")),
        alt.Tooltip(field="text", type="nominal", title=t("beds.column.refused")),
    ]
    line = alt.Chart(rows).mark_line(color=colours.primary, strokeWidth=2.5).encode(x=x, y=y)
    dots = (
        alt.Chart(points)
        .mark_point(filled=True, size=110, color=colours.worse)
        .encode(x=x, y=y, tooltip=tips)
    )
    names = (
        alt.Chart(points)
        .mark_text(align="right", dx=-10, dy=-6, color=colours.ink)
        .encode(x=x, y=y, text=alt.Text(field="name", type="nominal"))
    )
    return framed(alt.layer(line, dots, names).properties(height=280), colours)


def by_hour(rows: pd.DataFrame, unit: str, colours: Palette) -> Any:
    """Who comes (bars) and who leaves (lines: now, and as tried) by hour of the day.

    rows: hour, value, name, which (came | left | tried), text.
    """
    x = alt.X(
        field="hour",
        type="quantitative",
        scale=alt.Scale(domain=[-0.5, 23.5], nice=False),
        axis=alt.Axis(title=t("beds.hour"), tickCount=12, grid=False),
    )
    y = alt.Y(field="value", type="quantitative", axis=alt.Axis(title=unit, tickCount=5))
    tips = [
        alt.Tooltip(field="hour", type="quantitative", title=t("beds.hour")),
        alt.Tooltip(field="name", type="nominal", title=t("beds.column.what")),
        alt.Tooltip(field="text", type="nominal", title=t("chart.value")),
    ]
    inks = [colours.context, colours.muted, colours.primary]
    names = list(dict.fromkeys(rows["name"]))
    colour = alt.Color(
        field="name",
        type="nominal",
        scale=alt.Scale(domain=names, range=inks[: len(names)]),
        legend=alt.Legend(title=None, orient="top", labelLimit=240),
    )
    came = alt.Chart(rows).transform_filter(alt.datum.which == "came")
    left = alt.Chart(rows).transform_filter(alt.datum.which != "came")
    layers = [
        came.mark_bar(width=10, opacity=0.55).encode(x=x, y=y, color=colour, tooltip=tips),
        left.mark_line(strokeWidth=2.5, point=True).encode(x=x, y=y, color=colour, tooltip=tips),
    ]
    return framed(alt.layer(*layers).properties(height=280), colours)


def bars(rows: pd.DataFrame, unit: str, colours: Palette) -> Any:
    """Beds by ward to both sides of zero. rows: name, value, text; in their order."""
    drawn = (
        alt.Chart(rows)
        .mark_bar(height=14, color=colours.primary)
        .encode(
            x=alt.X(field="value", type="quantitative", axis=alt.Axis(title=unit, tickCount=5)),
            y=alt.Y(
                field="name",
                type="nominal",
                sort=list(rows["name"]),
                axis=alt.Axis(title=None, labelLimit=LABEL),
            ),
            tooltip=[
                alt.Tooltip(field="name", type="nominal", title=t("beds.column.ward")),
                alt.Tooltip(field="text", type="nominal", title=t("chart.value")),
            ],
        )
    )
    return framed(drawn.properties(height=alt.Step(24)), colours)
