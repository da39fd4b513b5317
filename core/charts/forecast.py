"""Charts of patient flow: what came and what is to come with its intervals; hours of the week."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import altair as alt
import pandas as pd

from core.charts.theme import Palette, framed
from core.words import language, t

HEIGHT = 330


@dataclass(frozen=True)
class Fan:
    """What a fan shows besides its numbers."""

    unit: str
    label: str
    """Vega expression of the time axis."""
    last: str
    """ISO moment of the last known period: where the forecast begins."""


def axis_label(freq: str) -> str:
    """How the rhythm writes its time axis."""
    zh = language() == "zh"
    day, month = ("%-m月%-d日", "%Y年%-m月") if zh else ("%-d %b", "%b %Y")
    form = {"D": day, "W": day, "h": f"{day} %H:00" if not zh else "%-d日%-H时", "M": month}[freq]
    if freq == "W":
        year = "%Y年%-m月" if zh else "%b %Y"
        return f"timeFormat(datum.value, date(datum.value) == 1 ? '{year}' : '{day}')"
    return f"timeFormat(datum.value, '{form}')"


def fan_chart(points: pd.DataFrame, marks: pd.DataFrame, about: Fan, colours: Palette) -> Any:
    """History, median with its two bands, same as last time as a dashed line, marked days.

    points: date (ISO), actual, median, naive, lower_80, upper_80, lower_95, upper_95, told, range;
    missing numbers are gaps. marks: date, text (a holiday or event on that day).
    """
    axis = alt.Axis(title=None, labelExpr=about.label, grid=False, tickCount=8, labelOverlap=True)
    time = alt.X(field="date", type="temporal", axis=axis)
    layers = [
        *_bands(points, time, about, colours),
        *_marks(marks, time, colours),
        *_lines(points, time, about, colours),
    ]
    return framed(alt.layer(*layers).properties(height=HEIGHT), colours)


def _counts(field: str, about: Fan) -> alt.Y:
    axis = alt.Axis(title=about.unit, tickCount=5)
    return alt.Y(field=field, type="quantitative", axis=axis, scale=alt.Scale(zero=False))


def _bands(points: pd.DataFrame, time: alt.X, about: Fan, colours: Palette) -> list[Any]:
    ahead = points[points["median"].notna()]
    base = alt.Chart(ahead)
    return [
        base.mark_area(color=colours.primary, opacity=opacity).encode(
            x=time,
            y=_counts(f"lower_{level}", about),
            y2=alt.Y2(field=f"upper_{level}"),
        )
        for level, opacity in ((95, 0.13), (80, 0.22))
    ]


def _marks(marks: pd.DataFrame, time: alt.X, colours: Palette) -> list[Any]:
    if marks.empty:
        return []
    tooltip = [alt.Tooltip(field="text", type="nominal", title=t("forecast.mark"))]
    rules = alt.Chart(marks).mark_rule(color=colours.watch, strokeDash=[2, 3], strokeWidth=1.5)
    texts = alt.Chart(marks).mark_text(
        color=colours.watch, align="left", baseline="top", dx=3, fontSize=11, limit=90
    )
    return [
        rules.encode(x=time, tooltip=tooltip),
        texts.encode(
            x=time,
            y=alt.value(2),
            text=alt.Text(field="label", type="nominal"),
            tooltip=tooltip,
        ),
    ]


def _lines(points: pd.DataFrame, time: alt.X, about: Fan, colours: Palette) -> list[Any]:
    base = alt.Chart(points)
    said = [
        alt.Tooltip(field="when", type="nominal", title=t("forecast.column.time")),
        alt.Tooltip(field="told", type="nominal", title=t("chart.value")),
        alt.Tooltip(field="range", type="nominal", title=t("forecast.column.range")),
        alt.Tooltip(field="last", type="nominal", title=t("forecast.column.naive")),
    ]
    return [
        base.transform_filter("isValid(datum.actual)")
        .mark_line(color=colours.context, strokeWidth=1.6)
        .encode(x=time, y=_counts("actual", about)),
        base.transform_filter("isValid(datum.naive)")
        .mark_line(color=colours.muted, strokeWidth=1.2, strokeDash=[4, 3])
        .encode(x=time, y=_counts("naive", about)),
        base.transform_filter("isValid(datum.median)")
        .mark_line(color=colours.primary, strokeWidth=2.4)
        .encode(x=time, y=_counts("median", about)),
        base.mark_point(size=46, filled=True, opacity=0).encode(
            x=time, y=_counts("shown", about), tooltip=said
        ),
    ]


def hours_chart(cells: pd.DataFrame, unit: str, days: list[str], colours: Palette) -> Any:
    """Seven rows of 24 hours, the more the darker.

    cells: day (word), hour, mean, text.
    """
    hours = alt.Axis(title=t("forecast.hour"), labelAngle=0, values=list(range(0, 24, 3)))
    chart = (
        alt.Chart(cells)
        .mark_rect(stroke=colours.ground, strokeWidth=1)
        .encode(
            x=alt.X(field="hour", type="ordinal", axis=hours),
            y=alt.Y(field="day", type="nominal", sort=days, axis=alt.Axis(title=None)),
            color=alt.Color(
                field="mean",
                type="quantitative",
                scale=alt.Scale(range=[colours.grid, colours.primary]),
                legend=alt.Legend(title=unit, orient="right", gradientLength=120),
            ),
            tooltip=[
                alt.Tooltip(field="day", type="nominal", title=t("forecast.weekday")),
                alt.Tooltip(field="hour", type="ordinal", title=t("forecast.hour")),
                alt.Tooltip(field="text", type="nominal", title=t("chart.value")),
            ],
        )
    )
    return framed(chart.properties(height=230), colours)


def effects_chart(rows: pd.DataFrame, unit: str, colours: Palette) -> Any:
    """Bars to both sides of zero: name, value in percent, text; in the order shown."""
    bars = (
        alt.Chart(rows)
        .mark_bar(height=14, color=colours.primary)
        .encode(
            x=alt.X(field="value", type="quantitative", axis=alt.Axis(title=unit, tickCount=5)),
            y=alt.Y(
                field="name",
                type="nominal",
                sort=list(rows["name"]),
                axis=alt.Axis(title=None, labelLimit=170),
            ),
            tooltip=[
                alt.Tooltip(field="name", type="nominal", title=t("forecast.driver")),
                alt.Tooltip(field="text", type="nominal", title=t("chart.value")),
            ],
        )
    )
    return framed(bars.properties(height=alt.Step(24)), colours)
