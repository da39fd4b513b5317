"""Plans drawn: the tree of goals, the map of the four sides, months planned and actual."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import altair as alt
import pandas as pd

from core.charts.theme import Palette, framed, month_axis
from core.words import t

STATES = ("good", "watch", "bad", "none")
ROW, LINE = 26, 74
TEXT_LINE = 13
DEEP = 15.0
"""Steps of indentation over the width of a tree: the rest is for the words."""
STRENGTHS = {"strong": 3.0, "medium": 1.8, "weak": 0.9}


def _colour(colours: Palette) -> alt.Color:
    tones = [colours.good, colours.watch, colours.bad, colours.none]
    scale = alt.Scale(domain=list(STATES), range=tones)
    return alt.Color(field="state", type="nominal", scale=scale, legend=None)


def _shape() -> alt.Shape:
    scale = alt.Scale(domain=list(STATES), range=["circle", "triangle-up", "square", "circle"])
    return alt.Shape(field="state", type="nominal", scale=scale, legend=None)


def _hints(*fields: str) -> list[alt.Tooltip]:
    return [
        alt.Tooltip(field=name, type="nominal", title=t(f"plan.hint.{name}")) for name in fields
    ]


def _text() -> alt.Text:
    return alt.Text(field="text", type="nominal")


def tree_chart(rows: pd.DataFrame, elbows: pd.DataFrame, colours: Palette) -> Any:
    """A row a goal, indented, with the lines from each goal to its parts.

    rows: ROWS with state, text, name, owner, gaps (texts). elbows: ELBOWS.
    """
    across = alt.Scale(domain=[-0.3, DEEP], nice=False)
    down = alt.Scale(domain=[-0.5, len(rows) - 0.5], reverse=True, nice=False)
    x = alt.X(field="depth", type="quantitative", scale=across, axis=None)
    y = alt.Y(field="row", type="quantitative", scale=down, axis=None)
    line = alt.Chart(elbows).mark_rule(color=colours.context, strokeWidth=1)
    falls = line.encode(
        x=x,
        y=alt.Y(field="top", type="quantitative", scale=down, axis=None),
        x2=alt.X2(field="child"),
        y2=alt.Y2(field="bottom"),
    )
    base = alt.Chart(rows)
    marks = base.mark_point(filled=True, size=90, opacity=1).encode(
        x=x, y=y, color=_colour(colours), shape=_shape(), tooltip=_hints("name", "owner", "gaps")
    )
    words = base.mark_text(align="left", dx=10, color=colours.ink, limit=900).encode(
        x=x,
        y=y,
        text=_text(),
        tooltip=_hints("name", "owner", "gaps"),
    )
    drawn = alt.layer(falls, marks, words).properties(height=max(len(rows), 1) * ROW)
    return framed(drawn, colours)


def map_chart(
    boxes: pd.DataFrame, links: pd.DataFrame, bands: pd.DataFrame, colours: Palette
) -> Any:
    """The four sides one above the other, a box a goal, lines where one helps another.

    boxes: BOXES with middle, words (where the text begins), state, text, name, owner.
    links: x, y, x2, y2, head_x, head_y, head (a triangle that points there), strength, said.
    bands: side, top, bottom, name.
    """
    lines = max(int(bands["bottom"].max()) if len(bands) else 1, 1)
    across = alt.Scale(domain=[0, 1], nice=False)
    down = alt.Scale(domain=[0, lines], reverse=True, nice=False)

    def x(field: str) -> alt.X:
        return alt.X(field=field, type="quantitative", scale=across, axis=None)

    def y(field: str) -> alt.Y:
        return alt.Y(field=field, type="quantitative", scale=down, axis=None)

    ground, base = alt.Chart(bands), alt.Chart(boxes)
    areas = ground.mark_rect(fill=colours.grid, opacity=0.35, cornerRadius=4).encode(
        x=alt.value(0), x2=alt.value("width"), y=y("top"), y2=alt.Y2(field="bottom")
    )
    titles = ground.mark_text(align="left", baseline="top", dx=6, dy=4, color=colours.muted).encode(
        x=alt.value(0), y=y("top"), text=alt.Text(field="name", type="nominal")
    )
    frames = base.mark_rect(fill=colours.ground, strokeWidth=1.6, cornerRadius=4).encode(
        x=x("left"),
        x2=alt.X2(field="right"),
        y=y("top"),
        y2=alt.Y2(field="bottom"),
        stroke=_edge(colours),
        tooltip=_hints("name", "owner"),
    )
    words = base.mark_text(
        fontSize=11, lineBreak="\n", lineHeight=TEXT_LINE, color=colours.ink
    ).encode(x=x("middle"), y=y("words"), text=_text())
    lines_of = (_links(links, x, y, colours), _heads(links, x, y, colours))
    drawn = alt.layer(areas, titles, *lines_of, frames, words)
    return framed(drawn.properties(height=lines * LINE), colours)


def _edge(colours: Palette) -> alt.Stroke:
    tones = [colours.good, colours.watch, colours.bad, colours.none]
    scale = alt.Scale(domain=list(STATES), range=tones)
    return alt.Stroke(field="state", type="nominal", scale=scale, legend=None)


def _links(links: pd.DataFrame, x: Any, y: Any, colours: Palette) -> Any:
    """From box to box; a stronger link is a broader line."""
    scale = alt.Scale(domain=list(STRENGTHS), range=list(STRENGTHS.values()))
    return (
        alt.Chart(links)
        .mark_rule(color=colours.primary, opacity=0.75)
        .encode(
            x=x("x"),
            y=y("y"),
            x2=alt.X2(field="x2"),
            y2=alt.Y2(field="y2"),
            strokeWidth=alt.StrokeWidth(field="strength", type="nominal", scale=scale, legend=None),
            tooltip=_hints("said"),
        )
    )


def _heads(links: pd.DataFrame, x: Any, y: Any, colours: Palette) -> Any:
    """On each line, which way a line points: up, down, or along its band."""
    kinds = ["triangle-up", "triangle-down", "triangle-left", "triangle-right"]
    return (
        alt.Chart(links)
        .mark_point(filled=True, size=90, opacity=1, color=colours.primary)
        .encode(
            x=x("head_x"),
            y=y("head_y"),
            shape=alt.Shape(
                field="head",
                type="nominal",
                legend=None,
                scale=alt.Scale(domain=kinds, range=kinds),
            ),
            tooltip=_hints("said"),
        )
    )


@dataclass(frozen=True)
class Tracked:
    """What a chart of one goal shows besides its months."""

    unit: str
    low: float
    high: float
    """Ends of the value axis."""
    year_end: pd.DataFrame
    """date, expected, low, high, text: one row, or none."""


def months_chart(
    points: pd.DataFrame, bounds: pd.DataFrame, about: Tracked, colours: Palette
) -> Any:
    """Planned dashed, months grey, twelve months together in colour, the year end as an interval.

    points: date, planned, actual, year (twelve months together), month, said. bounds: at, text.
    """
    time = alt.X(field="date", type="temporal", axis=month_axis(colours))
    scale = alt.Scale(domain=[about.low, about.high], nice=True, zero=False)
    axis = alt.Axis(title=about.unit, tickCount=5)

    def y(field: str) -> alt.Y:
        return alt.Y(field=field, type="quantitative", scale=scale, axis=axis)

    base = alt.Chart(points)
    planned = base.mark_line(color=colours.muted, strokeDash=[5, 4]).encode(x=time, y=y("planned"))
    dot = alt.OverlayMarkDef(size=18, color=colours.context)
    months = base.mark_line(
        color=colours.context,
        strokeWidth=1,
        point=dot,
    ).encode(x=time, y=y("actual"))
    year = base.mark_line(color=colours.primary, strokeWidth=2.5).encode(
        x=time, y=y("year"), tooltip=_hints("month", "said")
    )
    rule = alt.Chart(bounds).mark_rule(color=colours.good, strokeDash=[2, 3]).encode(y=y("at"))
    words = (
        alt.Chart(bounds)
        .mark_text(align="left", baseline="bottom", dx=2, dy=-3, color=colours.good)
        .encode(x=alt.value(0), y=y("at"), text=_text())
    )
    drawn = alt.layer(rule, words, planned, months, year, *_year_end(about, time, y, colours))
    return framed(drawn.properties(height=320), colours)


def _year_end(about: Tracked, time: alt.X, y: Any, colours: Palette) -> list[Any]:
    base = alt.Chart(about.year_end)
    ends = base.mark_rule(color=colours.worse, strokeWidth=3).encode(
        x=time, y=y("low"), y2=alt.Y2(field="high"), tooltip=_hints("text")
    )
    middle = base.mark_point(color=colours.worse, filled=True, size=80, opacity=1).encode(
        x=time, y=y("expected"), tooltip=_hints("text")
    )
    return [ends, middle]


def states_chart(cells: pd.DataFrame, colours: Palette) -> Any:
    """A row a goal, a column a month: how it stood, by colour and shape.

    cells: row, name, month, column, state, said; in the order shown.
    """
    base = alt.Chart(cells)
    order = list(dict.fromkeys(cells["column"]))
    x = alt.X(
        field="column",
        type="nominal",
        sort=order,
        axis=alt.Axis(title=None, orient="top", labelAngle=0, labelOverlap=True),
    )
    y = alt.Y(field="name", type="nominal", sort=None, axis=alt.Axis(title=None, labelLimit=190))
    marks = base.mark_point(filled=True, size=130, opacity=1).encode(
        x=x, y=y, color=_colour(colours), shape=_shape(), tooltip=_hints("name", "month", "said")
    )
    return framed(marks.properties(height=alt.Step(22)), colours)


def scores_chart(rows: pd.DataFrame, colours: Palette) -> Any:
    """A row an item: every reviewer's score as a dot, the span between them, mean and cap.

    rows: name, who, score, mean, cap (NaN without), said; in the order shown.
    """
    base = alt.Chart(rows)
    down = alt.Y(field="name", type="nominal", sort=None, axis=alt.Axis(title=None, labelLimit=190))
    scale = alt.Scale(domain=[0, 5], nice=False)
    axis = alt.Axis(title=t("reviews.chart.unit"), values=[0, 1, 2, 3, 4, 5], format="d")

    def x(field: str) -> alt.X:
        return alt.X(field=field, type="quantitative", scale=scale, axis=axis)

    span = base.mark_line(color=colours.context, strokeWidth=5, opacity=0.45).encode(
        x=x("score"), y=down, detail=alt.Detail(field="name", type="nominal")
    )
    dots = base.mark_point(color=colours.muted, size=55, filled=True, opacity=0.55).encode(
        x=x("score"), y=down, tooltip=_hints("name", "said")
    )
    mean = base.mark_tick(color=colours.primary, thickness=3, size=16).encode(x=x("mean"), y=down)
    cap = (
        base.transform_filter("isValid(datum.cap)")
        .mark_tick(color=colours.bad, thickness=2, size=22)
        .encode(x=x("cap"), y=down)
    )
    return framed(alt.layer(span, dots, mean, cap).properties(height=alt.Step(26)), colours)


def order_chart(rows: pd.DataFrame, colours: Palette) -> Any:
    """A bar a plan: its closeness to the best, 0-1; the first in colour.

    rows: name, value, text, first; in the order shown.
    """
    base = alt.Chart(rows)
    down = alt.Y(field="name", type="nominal", sort=None, axis=alt.Axis(title=None, labelLimit=220))
    along = alt.X(
        field="value",
        type="quantitative",
        scale=alt.Scale(domain=[0, 1.1], nice=False),
        axis=alt.Axis(title=t("comparison.unit"), values=[0, 0.2, 0.4, 0.6, 0.8, 1]),
    )
    tone = alt.Color(
        field="first",
        type="nominal",
        scale=alt.Scale(domain=[True, False], range=[colours.primary, colours.context]),
        legend=None,
    )
    bars = base.mark_bar(height=16).encode(x=along, y=down, color=tone)
    words = base.mark_text(align="left", dx=5).encode(x=along, y=down, text=_text())
    return framed(alt.layer(bars, words).properties(height=alt.Step(30)), colours)
