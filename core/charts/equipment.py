"""Charts of equipment: use by pool, a machine's months, its cash over the years, its break-even."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import altair as alt
import pandas as pd

from core.charts.theme import Palette, framed, month_axis
from core.words import t

SHAPES = {
    "idle": "square",
    "full": "triangle-up",
    "normal": "circle",
    "unknown": "circle",
    "reserve": "cross",
}


@dataclass(frozen=True)
class Lines:
    """The two lines of use, in %, with what is written on them."""

    low: float
    full: float
    low_text: str
    full_text: str


def use_by_pool(rows: pd.DataFrame, lines: Lines, colours: Palette) -> Any:
    """A row a pool: its machines as marks along their use, the pool's own use as a bar across.

    rows: pool, used (%), state, label (of idle machines, else ''), name, text, pool_used,
    pool_text; pools in the order to be shown. State is colour and shape.
    """
    most = max(105.0, float(rows["used"].max()) * 1.04)
    along = alt.X(
        field="used",
        type="quantitative",
        scale=alt.Scale(domain=[0, most], nice=False),
        axis=alt.Axis(title=t("equipment.axis.use"), tickCount=5, grid=True),
    )
    down = alt.Y(field="pool", type="nominal", sort=None, axis=alt.Axis(title=None, labelLimit=170))
    colour, shape = _by_state(colours)
    hint = [
        alt.Tooltip(field="name", type="nominal", title=t("chart.name")),
        alt.Tooltip(field="text", type="nominal", title=t("equipment.axis.use")),
        alt.Tooltip(field="pool_text", type="nominal", title=t("equipment.axis.pool")),
    ]
    base = alt.Chart(rows)
    pools = alt.Chart(rows.drop_duplicates("pool"))
    across = alt.X(field="pool_used", type="quantitative")
    layers = [
        *_use_lines(lines, colours),
        pools.mark_tick(color=colours.ink, thickness=2.5, size=20).encode(x=across, y=down),
        base.mark_point(filled=True, size=65, opacity=0.7).encode(
            x=along, y=down, color=colour, shape=shape, tooltip=hint
        ),
        base.transform_filter("datum.label")
        .mark_text(align="left", baseline="bottom", dx=-5, dy=-5, color=colours.bad)
        .encode(x=along, y=down, text=alt.Text(field="label", type="nominal")),
    ]
    return framed(alt.layer(*layers).properties(height=alt.Step(26)), colours)


def _by_state(colours: Palette) -> tuple[alt.Color, alt.Shape]:
    """State as colour and as shape."""
    ink = {"idle": colours.bad, "full": colours.watch, "reserve": colours.none}
    shown = [ink.get(state, colours.primary) for state in SHAPES]
    inks = alt.Scale(domain=list(SHAPES), range=shown)
    shapes = alt.Scale(domain=list(SHAPES), range=list(SHAPES.values()))
    return (
        alt.Color(field="state", type="nominal", scale=inks, legend=None),
        alt.Shape(field="state", type="nominal", scale=shapes, legend=None),
    )


def _use_lines(lines: Lines, colours: Palette) -> list[Any]:
    """The idle and the full line, dashed, with their values on top."""
    rows = pd.DataFrame({"at": [lines.low, lines.full], "text": [lines.low_text, lines.full_text]})
    at = alt.X(field="at", type="quantitative")
    return [
        alt.Chart(rows).mark_rule(color=colours.watch, strokeDash=[4, 3]).encode(x=at),
        alt.Chart(rows)
        .mark_text(align="right", baseline="bottom", dx=-3, dy=-3, color=colours.watch)
        .encode(x=at, y=alt.value(0), text=alt.Text(field="text", type="nominal")),
    ]


def machine_months(points: pd.DataFrame, lines: Lines, colours: Palette) -> Any:
    """A machine's use month by month; missing months are gaps.

    points: date (ISO), month, value (%), text, examinations (worded).
    """
    base = alt.Chart(points)
    time = alt.X(field="date", type="temporal", axis=month_axis(colours))
    value = alt.Y(
        field="value",
        type="quantitative",
        scale=alt.Scale(domainMin=0),
        axis=alt.Axis(title=t("equipment.axis.use"), tickCount=5),
    )
    hint = [
        alt.Tooltip(field="month", type="nominal", title=t("chart.month")),
        alt.Tooltip(field="text", type="nominal", title=t("chart.value")),
        alt.Tooltip(field="examinations", type="nominal", title=t("equipment.column.exams")),
    ]
    rows = pd.DataFrame({"at": [lines.low, lines.full], "text": [lines.low_text, lines.full_text]})
    level = alt.Y(field="at", type="quantitative")
    layers = [
        alt.Chart(rows).mark_rule(color=colours.watch, strokeDash=[4, 3]).encode(y=level),
        alt.Chart(rows)
        .mark_text(align="left", baseline="bottom", dx=4, dy=-2, color=colours.watch)
        .encode(y=level, x=alt.value(0), text=alt.Text(field="text", type="nominal")),
        base.mark_line(color=colours.primary, strokeWidth=2.5).encode(x=time, y=value),
        base.mark_point(color=colours.primary, filled=True, size=40, opacity=1).encode(
            x=time, y=value, tooltip=hint
        ),
    ]
    return framed(alt.layer(*layers).properties(height=260), colours)


def cash_over_years(points: pd.DataFrame, unit: str, colours: Palette) -> Any:
    """What has come back less the price, at the end of each year; above zero it is paid back.

    points: which (actual | what_if), name, year, value (in `unit`), text. What is asked in colour,
    the actual in grey when both are there.
    """
    base = alt.Chart(points)
    along = alt.X(
        field="year",
        type="quantitative",
        axis=alt.Axis(title=t("equipment.axis.years"), tickMinStep=1, grid=False),
    )
    up = alt.Y(field="value", type="quantitative", axis=alt.Axis(title=unit, tickCount=5))
    actual = colours.context if len(set(points["which"])) > 1 else colours.primary
    inks = alt.Scale(domain=["actual", "what_if"], range=[actual, colours.primary])
    ink = alt.Color(field="which", type="nominal", scale=inks, legend=None)
    hint = [
        alt.Tooltip(field="name", type="nominal", title=t("chart.name")),
        alt.Tooltip(field="year", type="quantitative", title=t("equipment.axis.years")),
        alt.Tooltip(field="text", type="nominal", title=t("chart.value")),
    ]
    ends = points.loc[points.groupby("which")["year"].idxmax()]
    layers = [
        alt.Chart(pd.DataFrame({"at": [0]}))
        .mark_rule(color=colours.muted)
        .encode(y=alt.Y(field="at", type="quantitative")),
        base.mark_line(strokeWidth=2.5).encode(x=along, y=up, color=ink),
        base.mark_point(filled=True, size=40, opacity=1).encode(
            x=along, y=up, color=ink, tooltip=hint
        ),
        alt.Chart(ends)
        .mark_text(align="right", dx=-8, dy=-8)
        .encode(x=along, y=up, text=alt.Text(field="name", type="nominal"), color=ink),
    ]
    return framed(alt.layer(*layers).properties(height=260), colours)


@dataclass(frozen=True)
class Even:
    """A year's examinations, and what is written at the two volumes of a break-even picture."""

    now: float
    now_text: str
    even: float | None
    even_text: str
    axis: str = ""
    """What the volume is called, where it is not examinations."""


def break_even(points: pd.DataFrame, about: Even, unit: str, colours: Palette) -> Any:
    """Income and cost by volume; they cross where the machine breaks even.

    points: which (income | cost), name, examinations, value (in `unit`); the last of each is
    labelled.
    """
    base = alt.Chart(points)
    along = alt.X(
        field="examinations",
        type="quantitative",
        axis=alt.Axis(title=about.axis or t("equipment.axis.exams"), tickCount=5, grid=False),
    )
    up = alt.Y(field="value", type="quantitative", axis=alt.Axis(title=unit, tickCount=5))
    inks = alt.Scale(domain=["income", "cost"], range=[colours.primary, colours.context])
    ink = alt.Color(field="which", type="nominal", scale=inks, legend=None)
    marks = [(about.now, about.now_text, colours.ink)]
    if about.even is not None:
        marks.append((about.even, about.even_text, colours.watch))
    layers = [base.mark_line(strokeWidth=2.5).encode(x=along, y=up, color=ink)]
    for place, (at, text, colour) in enumerate(marks):
        row = alt.Chart(pd.DataFrame({"at": [at], "text": [text]}))
        across = alt.X(field="at", type="quantitative")
        left = at > float(points["examinations"].max()) / 2
        layers += [
            row.mark_rule(color=colour, strokeDash=[4, 3]).encode(x=across),
            row.mark_text(
                align="right" if left else "left", dx=-4 if left else 4, color=colour
            ).encode(
                x=across, y=alt.value(8 + 16 * place), text=alt.Text(field="text", type="nominal")
            ),
        ]
    ends = points.loc[points.groupby("which")["examinations"].idxmax()]
    for place, aside in ((ends["value"].idxmax(), -8), (ends["value"].idxmin(), 14)):
        layers.append(
            alt.Chart(ends.loc[[place]])
            .mark_text(align="right", dx=-4, dy=aside)
            .encode(x=along, y=up, text=alt.Text(field="name", type="nominal"), color=ink)
        )
    return framed(alt.layer(*layers).properties(height=260), colours)
