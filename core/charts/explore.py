"""Charts of the explore page: ranked bars with targets, parts of a change, funnel, limits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import altair as alt
import pandas as pd

from core.charts.theme import Palette, framed, month_axis
from core.words import t

PICK = "pick"
"""The selection of a click: the code of the member."""
_ENDS: tuple[tuple[str, Literal["left", "right"], int], ...] = (
    (">=", "left", 5),
    ("<", "right", -5),
)
STATES = ("good", "watch", "bad", "none")
SHAPES = {"good": "circle", "watch": "triangle-up", "bad": "square", "none": "circle"}


@dataclass(frozen=True)
class Axis:
    """The unit written on the value axis, and how many decimals its numbers have."""

    unit: str
    decimals: int

    def of(self, **more: Any) -> alt.Axis:
        shape = f",.{self.decimals}f"
        return alt.Axis(title=self.unit, tickCount=4, format=shape, labelOverlap=True, **more)


def _down(width: int = 170) -> alt.Y:
    return alt.Y(
        field="name", type="nominal", sort=None, axis=alt.Axis(title=None, labelLimit=width)
    )


def _state_colour(colours: Palette) -> alt.Color:
    shown = [colours.good, colours.watch, colours.bad, colours.context]
    scale = alt.Scale(domain=list(STATES), range=shown)
    return alt.Color(field="state", type="nominal", scale=scale, legend=None)


def _hint(*columns: tuple[str, str]) -> list[alt.Tooltip]:
    return [alt.Tooltip(field=field, type="nominal", title=t(title)) for field, title in columns]


def state_bars(rows: pd.DataFrame, axis: Axis, colours: Palette) -> Any:
    """Bars from zero in the order given, coloured by state, each with its own target as a tick.

    rows: code, name, value, end (where its number stands), text (with the state's shape), state,
    low, high, target, change, subject (bool: the one that the page is about).
    """
    base = alt.Chart(rows)
    bounds = rows[["value", "low", "high"]]
    least, most = float(bounds.min().min()), float(bounds.max().max())
    ends = [min(0.0, least * 1.3), max(0.0, most * 1.22)]
    scale = alt.Scale(domain=ends, nice=False)
    along = alt.X(field="value", type="quantitative", scale=scale, axis=axis.of())
    hint = _hint(
        ("name", "chart.name"),
        ("text", "chart.value"),
        ("target", "chart.target"),
        ("change", "chart.change"),
    )
    outline = alt.condition("datum.subject", alt.value(colours.ink), alt.value("transparent"))
    bars = (
        base.mark_bar(height=15, cursor="pointer", strokeWidth=1.5)
        .encode(x=along, y=_down(), color=_state_colour(colours), stroke=outline, tooltip=hint)
        .add_params(alt.selection_point(name=PICK, fields=["code"]))
    )
    layers: list[Any] = [bars]
    for bound in ("low", "high"):
        layers.append(
            base.transform_filter(f"isValid(datum.{bound})")
            .mark_tick(color=colours.ink, thickness=2, height=20)
            .encode(x=alt.X(field=bound, type="quantitative"), y=_down())
        )
    layers += _labels(base, alt.X(field="end", type="quantitative"), colours)
    room = {"left": 5, "top": 5, "bottom": 5, "right": _room(rows["text"])}
    return framed(alt.layer(*layers).properties(height=alt.Step(24), padding=room), colours)


def _room(texts: pd.Series) -> int:
    """Pixels to the right of the longest bar for its number, which on a telephone has no other."""
    return 5 + max(0, round(6.5 * texts.str.len().max()) - 55)


def _labels(base: Any, along: alt.X, colours: Palette, field: str = "text") -> list[Any]:
    """Each bar's number at its outer end."""
    return [
        base.transform_filter(f"datum.value {sign} 0")
        .mark_text(align=align, dx=gap, color=colours.ink)
        .encode(x=along, y=_down(), text=alt.Text(field=field, type="nominal"))
        for sign, align, gap in _ENDS
    ]


def part_bars(rows: pd.DataFrame, axis: Axis, colours: Palette) -> Any:
    """What each part adds to a change: to the left what lowers it, to the right what raises it.

    rows: code, name, value, short (the number alone), text, favourable (1 | -1 | 0), before, after,
    in the order given.
    """
    base = alt.Chart(rows)
    reach = float(rows["value"].abs().max()) * 1.35 or 1.0
    scale = alt.Scale(domain=[min(0.0, -reach), reach], nice=False)
    along = alt.X(field="value", type="quantitative", scale=scale, axis=axis.of())
    colour = alt.Color(
        field="favourable",
        type="ordinal",
        scale=alt.Scale(domain=[-1, 0, 1], range=[colours.bad, colours.context, colours.good]),
        legend=None,
    )
    hint = _hint(
        ("name", "chart.name"),
        ("text", "chart.change"),
        ("before", "explore.before"),
        ("after", "explore.after"),
    )
    bars = (
        base.mark_bar(height=15, cursor="pointer")
        .encode(x=along, y=_down(), color=colour, tooltip=hint)
        .add_params(alt.selection_point(name=PICK, fields=["code"]))
    )
    sides = _labels(base, along, colours, "short")
    return framed(alt.layer(bars, *sides).properties(height=alt.Step(24)), colours)


def funnel_chart(
    points: pd.DataFrame, limits: pd.DataFrame, axis: Axis, colours: Palette, counted: str = ""
) -> Any:
    """Members against their common level, wider where there are few cases.

    `counted` names what the cases are, worded; the denominator unless it is told.

    points: code, name, size, value, text, state (of the funnel: bad | good | none), label, cases.
    limits: size, centre, lower95, upper95, lower998, upper998, in the order of size; those of very
    few cases are cut off, for they would press everything else flat.
    """
    counted = counted or t("explore.funnel.size")
    across = alt.X(
        field="size",
        type="quantitative",
        scale=alt.Scale(zero=False, nice=True),
        axis=alt.Axis(title=counted, tickCount=5, format=",.0f", grid=False),
    )
    most = max(float(points["value"].max()) * 1.25, float(limits["upper998"].median()))
    scale = alt.Scale(domain=[0, most or 1.0], nice=False)

    def up(field: str) -> alt.Y:
        return alt.Y(field=field, type="quantitative", scale=scale, axis=axis.of())

    layers = _limits(alt.Chart(limits), across, up, colours)
    hint = [
        *_hint(("name", "chart.name"), ("text", "chart.value")),
        alt.Tooltip(field="cases", type="nominal", title=counted),
    ]
    layers += _members(points, (across, up("value")), hint, colours)
    return framed(alt.layer(*layers).properties(height=320), colours)


def _limits(
    lines: alt.Chart, across: alt.X, up: Callable[[str], alt.Y], colours: Palette
) -> list[Any]:
    """The two bands and the common level."""
    bands: list[Any] = [
        lines.mark_area(color=colours.context, opacity=0.17, clip=True).encode(
            x=across, y=up(f"lower{reach}"), y2=alt.Y2(field=f"upper{reach}")
        )
        for reach in (998, 95)
    ]
    centre = lines.mark_line(color=colours.muted, strokeDash=[4, 3], strokeWidth=1)
    return [*bands, centre.encode(x=across, y=up("centre"))]


def _members(
    points: pd.DataFrame, place: tuple[alt.X, alt.Y], hint: list[Any], colours: Palette
) -> list[Any]:
    """Points to click, those outside with their names."""
    base = alt.Chart(points)
    across, up = place
    return [
        base.mark_point(filled=True, size=75, opacity=1, cursor="pointer")
        .encode(x=across, y=up, color=_state_colour(colours), shape=_state_shape(), tooltip=hint)
        .add_params(alt.selection_point(name=PICK, fields=["code"])),
        base.mark_text(align="left", dx=8, fontSize=11, color=colours.ink).encode(
            x=across, y=up, text=alt.Text(field="label", type="nominal")
        ),
    ]


def _state_shape() -> alt.Shape:
    scale = alt.Scale(domain=list(STATES), range=list(SHAPES.values()))
    return alt.Shape(field="state", type="nominal", scale=scale, legend=None)


def limits_chart(points: pd.DataFrame, axis: Axis, target: float | None, colours: Palette) -> Any:
    """A line a month inside its limits; special points in colour and with a shape of their own.

    points: date (ISO), month, value, mean, lower, upper, state (bad | good | none), text, why.
    """
    base = alt.Chart(points)
    time = alt.X(field="date", type="temporal", axis=month_axis(colours))

    def up(field: str) -> alt.Y:
        return alt.Y(field=field, type="quantitative", scale=alt.Scale(zero=False), axis=axis.of())

    hint = _hint(("month", "chart.month"), ("text", "chart.value"), ("why", "explore.limits.why"))
    layers: list[Any] = [
        base.mark_area(color=colours.context, opacity=0.18).encode(
            x=time, y=up("lower"), y2=alt.Y2(field="upper")
        ),
        base.mark_line(color=colours.muted, strokeWidth=1).encode(x=time, y=up("mean")),
        base.mark_line(color=colours.primary, strokeWidth=2).encode(x=time, y=up("value")),
        base.mark_point(filled=True, size=24, color=colours.primary, opacity=1).encode(
            x=time, y=up("value"), tooltip=hint
        ),
        base.transform_filter("datum.state != 'none'")
        .mark_point(filled=True, size=90, opacity=1)
        .encode(
            x=time, y=up("value"), color=_state_colour(colours), shape=_state_shape(), tooltip=hint
        ),
    ]
    if target is not None:
        rule = alt.Chart(pd.DataFrame({"target": [target]}))
        layers.append(rule.mark_rule(color=colours.watch, strokeDash=[4, 3]).encode(y=up("target")))
    return framed(alt.layer(*layers).properties(height=260), colours)
