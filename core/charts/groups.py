"""Charts of disease groups: volume by margin, payment step by step to margin, month by month."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import altair as alt
import pandas as pd

from core.charts.theme import Palette, framed, month_axis
from core.costing.group_view import QUADRANTS
from core.words import t

SHAPES = ("circle", "square", "diamond", "triangle-up")
STEPS = ("payment", "cost", "gain", "loss")
LINES = ("payment", "charge", "cost")


@dataclass(frozen=True)
class Plane:
    """Where the four quadrants part, and how far the picture reaches (margin a case)."""

    middle: float
    low: float
    high: float
    unit: str


def _hint(*columns: tuple[str, str]) -> list[alt.Tooltip]:
    return [alt.Tooltip(field=field, type="nominal", title=title) for field, title in columns]


def plane(rows: pd.DataFrame, about: Plane, colours: Palette) -> Any:
    """A mark a group: cases across, margin a case upwards; colour and shape are its quadrant.

    rows: cases, margin (within the reach of the picture), quadrant, word, name, label ('' for
    most), cases_text, margin_text.
    """
    across = alt.X(
        field="cases",
        type="quantitative",
        scale=alt.Scale(type="log", nice=False, padding=12),
        axis=alt.Axis(title=t("disease.axis.cases"), grid=False, tickCount=6, format=",d"),
    )
    up = alt.Y(
        field="margin",
        type="quantitative",
        scale=alt.Scale(domain=[about.low, about.high], nice=False),
        axis=alt.Axis(title=about.unit, tickCount=6, grid=True),
    )
    hint = _hint(
        ("name", t("disease.column.group")),
        ("word", t("column.state")),
        ("cases_text", t("disease.column.cases")),
        ("margin_text", t("disease.column.margin_case")),
    )
    colour, shape = _by_quadrant(colours)
    base = alt.Chart(rows)
    layers = [
        *_parted(about, colours),
        base.mark_point(filled=True, size=70, opacity=0.75).encode(
            x=across, y=up, color=colour, shape=shape, tooltip=hint
        ),
        base.transform_filter("datum.label")
        .mark_text(align="left", dx=7, dy=-5, color=colours.ink)
        .encode(x=across, y=up, text=alt.Text(field="label", type="nominal")),
    ]
    return framed(alt.layer(*layers).properties(height=360), colours)


def _by_quadrant(colours: Palette) -> tuple[alt.Color, alt.Shape]:
    """Quadrant as colour and as shape, with one legend."""
    inks = [colours.good, colours.bad, colours.none, colours.watch]
    words = [t(f"disease.quadrant.{name}") for name in QUADRANTS]
    word: Any = {"field": "word", "type": "nominal"}
    legend = alt.Legend(title=None, orient="top", columns=2, symbolOpacity=1)
    return (
        alt.Color(**word, scale=alt.Scale(domain=words, range=inks), legend=legend),
        alt.Shape(**word, scale=alt.Scale(domain=words, range=list(SHAPES)), legend=legend),
    )


def _parted(about: Plane, colours: Palette) -> list[Any]:
    """The median of cases and the margin of 0."""
    at: Any = {"type": "quantitative", "field": "at"}
    rules: list[tuple[pd.DataFrame, Any]] = [
        (pd.DataFrame({"at": [about.middle]}), {"x": alt.X(**at)}),
        (pd.DataFrame({"at": [0.0]}), {"y": alt.Y(**at)}),
    ]
    return [
        alt.Chart(place).mark_rule(color=colours.muted, strokeDash=[4, 3]).encode(**side)
        for place, side in rules
    ]


def steps(rows: pd.DataFrame, unit: str, colours: Palette) -> Any:
    """From payment down to margin. rows: name, start, end (in `unit`), kind of STEPS, text."""
    inks = (colours.primary, colours.context, colours.good, colours.bad)
    base = alt.Chart(rows).encode(
        y=alt.Y(field="name", type="nominal", sort=None, axis=alt.Axis(title=None, labelLimit=150))
    )
    along = alt.X(
        field="start", type="quantitative", axis=alt.Axis(title=unit, tickCount=5, grid=True)
    )
    bars = base.mark_bar(height=16).encode(
        x=along,
        x2=alt.X2(field="end"),
        color=alt.Color(
            field="kind",
            type="nominal",
            scale=alt.Scale(domain=list(STEPS), range=list(inks)),
            legend=None,
        ),
        tooltip=_hint(("name", t("chart.name")), ("text", t("chart.value"))),
    )
    texts = base.mark_text(align="left", dx=5).encode(
        x=alt.X(field="far", type="quantitative"), text=alt.Text(field="text", type="nominal")
    )
    return framed(alt.layer(bars, texts).properties(height=alt.Step(28)), colours)


def months(rows: pd.DataFrame, unit: str, colours: Palette) -> Any:
    """Payment, charge and full cost of a case by month; a month without cases is a gap.

    rows: date (ISO), month, which of LINES, name, value (in `unit`), text.
    """
    names = [t(f"disease.line.{which}") for which in LINES]
    inks = [colours.primary, colours.context, colours.watch]
    base = alt.Chart(rows)
    time = alt.X(field="date", type="temporal", axis=month_axis(colours))
    up = alt.Y(
        field="value",
        type="quantitative",
        scale=alt.Scale(zero=False),
        axis=alt.Axis(title=unit, tickCount=5),
    )
    colour = alt.Color(
        field="name",
        type="nominal",
        scale=alt.Scale(domain=names, range=inks),
        legend=alt.Legend(title=None, orient="top"),
    )
    dash = alt.StrokeDash(
        field="name",
        type="nominal",
        scale=alt.Scale(domain=names, range=[[1, 0], [4, 3], [1, 0]]),
        legend=None,
    )
    hint = _hint(("month", t("chart.month")), ("name", t("chart.name")), ("text", t("chart.value")))
    layers = [
        base.mark_line(strokeWidth=2.5).encode(x=time, y=up, color=colour, strokeDash=dash),
        base.mark_point(filled=True, size=35, opacity=1).encode(
            x=time, y=up, color=colour, tooltip=hint
        ),
    ]
    return framed(alt.layer(*layers).properties(height=280), colours)
