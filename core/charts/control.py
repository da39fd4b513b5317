"""A control chart: the months as a line, the limits as a light band, marks by shape and colour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import altair as alt
import pandas as pd

from core.charts.theme import Palette, framed, month_axis
from core.words import t

SHAPES = {
    "common": "circle",
    "concern": "square",
    "improvement": "diamond",
    "neutral_high": "triangle-up",
    "neutral_low": "triangle-down",
    "waiting": "circle",
}
HEIGHT = 340


@dataclass(frozen=True)
class Controlled:
    """What a control chart shows besides its points."""

    unit: str
    decimals: int
    bounds: tuple[float, ...]
    """Where the target lies: one bound, two of a range, none."""
    target: str
    """The target in words, written on its line."""
    low: float
    high: float
    """Ends of the value axis."""


def colours_of(colours: Palette) -> dict[str, str]:
    """The colour of each mark: blue good, red bad, amber neither."""
    return {
        "common": colours.context,
        "concern": colours.bad,
        "improvement": colours.good,
        "neutral_high": colours.watch,
        "neutral_low": colours.watch,
        "waiting": colours.context,
    }


def control_chart(
    points: pd.DataFrame, events: pd.DataFrame, about: Controlled, colours: Palette
) -> Any:
    """Band, centre line, values, special points, target, dated notes and rebases.

    points: date (ISO), month, value, mean, lower, upper, segment, mark, text, limits, said.
    events: date, kind (note | rebase), number, text. Missing months are gaps.
    """
    time = alt.X(field="date", type="temporal", axis=month_axis(colours))
    rule, words = _target(about, colours)
    layers = [
        *_limits(points, time, colours),
        *rule,
        *_events(events, time, colours),
        *_values(points, time, about, colours),
        *words,
    ]
    return framed(alt.layer(*layers).properties(height=HEIGHT), colours)


def _scaled(field: str) -> alt.Y:
    return alt.Y(field=field, type="quantitative")


def _limits(points: pd.DataFrame, time: alt.X, colours: Palette) -> list[Any]:
    """The band between the limits and the centre line, anew after each rebase."""
    base = alt.Chart(points)
    part = alt.Detail(field="segment", type="nominal")
    band = base.mark_area(color=colours.context, opacity=0.18).encode(
        x=time, y=_scaled("lower"), y2=alt.Y2(field="upper"), detail=part
    )
    centre = base.mark_line(color=colours.muted, strokeWidth=1).encode(
        x=time, y=_scaled("mean"), detail=part
    )
    return [band, centre]


def _values(points: pd.DataFrame, time: alt.X, about: Controlled, colours: Palette) -> list[Any]:
    """The line, its points, and a January that waits for its February as a hollow one."""
    axis = alt.Axis(title=about.unit, tickCount=5, format=f",.{about.decimals}f")
    scale = alt.Scale(domain=[about.low, about.high], nice=False, zero=False)
    value = alt.Y(field="value", type="quantitative", scale=scale, axis=axis)
    hint = [
        alt.Tooltip(field="month", type="nominal", title=t("chart.month")),
        alt.Tooltip(field="text", type="nominal", title=t("chart.value")),
        alt.Tooltip(field="limits", type="nominal", title=t("control.limits")),
        alt.Tooltip(field="said", type="nominal", title=t("control.mark")),
    ]
    base = alt.Chart(points)
    judged = base.transform_filter("datum.mark != 'waiting'")
    line = judged.mark_line(color=colours.primary, strokeWidth=2).encode(x=time, y=value)
    dots = judged.mark_point(filled=True, opacity=1).encode(
        x=time, y=value, tooltip=hint, **_marked(colours)
    )
    waiting = (
        base.transform_filter("datum.mark == 'waiting'")
        .mark_point(filled=False, color=colours.context, size=60)
        .encode(x=time, y=value, tooltip=hint)
    )
    return [line, dots, waiting]


def _marked(colours: Palette) -> dict[str, Any]:
    """Shape, colour and size by mark: special points are larger."""
    names, paint = list(SHAPES), colours_of(colours)
    shapes = alt.Scale(domain=names, range=list(SHAPES.values()))
    paints = alt.Scale(domain=names, range=[paint[name] for name in names])
    return {
        "shape": alt.Shape(field="mark", type="nominal", scale=shapes, legend=None),
        "color": alt.Color(field="mark", type="nominal", scale=paints, legend=None),
        "size": alt.condition("datum.mark == 'common'", alt.value(34), alt.value(110)),
    }


def _target(about: Controlled, colours: Palette) -> tuple[list[Any], list[Any]]:
    """The target as a thin dashed line, and its value on a ground that keeps it legible."""
    if not about.bounds:
        return [], []
    labels = [about.target] + [""] * (len(about.bounds) - 1)
    rows = pd.DataFrame({"bound": about.bounds, "label": labels})
    base = alt.Chart(rows)
    rule = base.mark_rule(color=colours.watch, strokeDash=[4, 3]).encode(y=_scaled("bound"))
    name = alt.Text(field="label", type="nominal")
    where = {"y": _scaled("bound"), "x": alt.value(0), "text": name}
    ground = base.mark_text(
        align="left", baseline="bottom", dx=4, dy=-2, stroke=colours.ground, strokeWidth=4
    )
    ink = base.mark_text(align="left", baseline="bottom", dx=4, dy=-2, color=colours.watch)
    words = [layer.encode(**where) for layer in (ground, ink)]
    return [rule], words


def _events(events: pd.DataFrame, time: alt.X, colours: Palette) -> list[Any]:
    """A numbered mark at the foot of each noted month; a rebase is a line from top to bottom."""
    if events.empty:
        return []
    hint = [
        alt.Tooltip(field="month", type="nominal", title=t("chart.month")),
        alt.Tooltip(field="text", type="nominal", title=t("control.note")),
    ]
    base = alt.Chart(events)
    rule = (
        base.transform_filter("datum.kind == 'rebase'")
        .mark_rule(color=colours.ink, strokeWidth=1.5)
        .encode(x=time, tooltip=hint)
    )
    dots = (
        base.transform_filter("datum.kind == 'note'")
        .mark_rule(color=colours.context, strokeDash=[2, 3])
        .encode(x=time, tooltip=hint)
    )
    numbers = base.mark_text(
        color=colours.ink, baseline="top", align="left", dx=3, fontWeight="bold"
    ).encode(x=time, y=alt.value(0), text=alt.Text(field="number", type="nominal"), tooltip=hint)
    return [rule, dots, numbers]
