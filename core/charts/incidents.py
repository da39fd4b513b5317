"""Charts of adverse events: Pareto, heat map, rates, rare events, the fishbone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd

from core.charts.theme import Palette, framed, month_axis
from core.words import t

WIDTH, HEIGHT, RIB = 100.0, 100.0, 30.0
LETTERS, NARROW = 14, 640
"""Characters of a factor that fit beside its rib; on a narrower screen (px) only its number."""


def _hint(**fields: str) -> list[alt.Tooltip]:
    return [alt.Tooltip(field=name, type="nominal", title=t(key)) for name, key in fields.items()]


def pareto(rows: pd.DataFrame, colours: Palette) -> Any:
    """Shares as bars, the running sum as a line, both in % of all events.

    rows: name (in words, with its count), share, running, text (count and share), sum (the
    running sum in words), vital (bool: of those that make up four fifths).
    """
    order = list(rows["name"])
    down = alt.Y(
        field="name", type="nominal", sort=order, axis=alt.Axis(title=None, labelLimit=170)
    )
    axis = alt.Axis(title=t("incidents.axis.share"), values=[0, 20, 40, 60, 80, 100])
    scale = alt.Scale(domain=[0, 104], nice=False)
    along = alt.X(field="share", type="quantitative", scale=scale, axis=axis)
    running = alt.X(field="running", type="quantitative", scale=scale, axis=axis)
    hint = _hint(name="chart.name", text="chart.value", sum="incidents.running")
    ink = alt.condition("datum.vital", alt.value(colours.primary), alt.value(colours.context))
    base = alt.Chart(rows).encode(y=down, tooltip=hint)
    layers = [
        alt.Chart(pd.DataFrame({"at": [80.0]}))
        .mark_rule(color=colours.watch, strokeDash=[4, 3])
        .encode(x=alt.X(field="at", type="quantitative", scale=scale)),
        base.mark_bar(height=14).encode(x=along, color=ink),
        base.mark_line(color=colours.muted, strokeWidth=1.5).encode(
            x=running, order=alt.Order(field="running", type="quantitative")
        ),
        base.mark_point(color=colours.muted, filled=True, size=34, opacity=1).encode(x=running),
    ]
    return framed(alt.layer(*layers).properties(height=alt.Step(26)), colours)


def heat(rows: pd.DataFrame, down: list[str], along: list[str], colours: Palette) -> Any:
    """Counts by two things; a hidden one is grey with a star.

    rows: row, column (in words), count (missing where hidden), text.
    """
    x = alt.X(
        field="column",
        type="nominal",
        sort=along,
        axis=alt.Axis(title=None, orient="top", labelAngle=-40, labelLimit=110, grid=False),
    )
    y = alt.Y(
        field="row",
        type="nominal",
        sort=down,
        axis=alt.Axis(title=None, labelLimit=150, grid=False),
    )
    base = alt.Chart(rows).encode(
        x=x, y=y, tooltip=_hint(row="chart.name", column="incidents.axis.other", text="chart.value")
    )
    most = float(rows["count"].max()) if rows["count"].notna().any() else 1.0
    fill = alt.Color(
        field="count",
        type="quantitative",
        scale=alt.Scale(
            domain=[0, most], range=[colours.ground, colours.primary], interpolate="rgb"
        ),
        legend=None,
    )
    shown = base.transform_filter("isValid(datum.count)")
    hidden = base.transform_filter("!isValid(datum.count)")
    dark = f"isValid(datum.count) && datum.count > {most * 0.55}"
    ink = alt.condition(dark, alt.value(colours.ground), alt.value(colours.ink))
    layers = [
        shown.mark_rect(stroke=colours.grid).encode(color=fill),
        hidden.mark_rect(stroke=colours.grid, color=colours.grid),
        base.mark_text(fontSize=11).encode(text=alt.Text(field="text", type="nominal"), color=ink),
    ]
    return framed(alt.layer(*layers).properties(height=alt.Step(24)), colours)


def rate(rows: pd.DataFrame, unit: str, ink: str, colours: Palette) -> Any:
    """A rate by month; a month that is hidden or unknown is a gap.

    rows: date (ISO), month (in words), value (missing where hidden), text; ink: of the line.
    """
    base = alt.Chart(rows).encode(
        x=alt.X(field="date", type="temporal", axis=month_axis(colours)),
        y=alt.Y(
            field="value",
            type="quantitative",
            axis=alt.Axis(title=unit, tickCount=4),
            scale=alt.Scale(zero=True, nice=True),
        ),
        tooltip=_hint(month="chart.month", text="chart.value"),
    )
    layers = [
        base.mark_line(color=ink, strokeWidth=2),
        base.mark_point(color=ink, filled=True, size=40, opacity=1),
    ]
    return framed(alt.layer(*layers).properties(height=190), colours)


def rare(rows: pd.DataFrame, unit: str, colours: Palette) -> Any:
    """Intervals between rare events in their order, centre line and limits.

    rows: number, month (in words), value, centre, lower, upper, outside (bool), text.
    """
    along = alt.X(
        field="number",
        type="quantitative",
        axis=alt.Axis(title=t("incidents.axis.number"), grid=False, tickMinStep=1),
    )

    def up(field: str) -> alt.Y:
        return alt.Y(field=field, type="quantitative", axis=alt.Axis(title=unit, tickCount=5))

    base = alt.Chart(rows)
    hint = _hint(month="chart.month", text="chart.value")
    layers = [
        base.mark_area(color=colours.context, opacity=0.18).encode(
            x=along, y=up("lower"), y2=alt.Y2(field="upper")
        ),
        base.mark_line(color=colours.muted, strokeWidth=1).encode(x=along, y=up("centre")),
        base.mark_line(color=colours.primary, strokeWidth=1.5).encode(x=along, y=up("value")),
        base.mark_point(filled=True, opacity=1).encode(
            x=along,
            y=up("value"),
            tooltip=hint,
            shape=alt.condition("datum.outside", alt.value("diamond"), alt.value("circle")),
            color=alt.condition(
                "datum.outside", alt.value(colours.watch), alt.value(colours.primary)
            ),
            size=alt.condition("datum.outside", alt.value(120), alt.value(34)),
        ),
    ]
    return framed(alt.layer(*layers).properties(height=260), colours)


def fishbone(
    names: Sequence[str], factors: Mapping[str, Sequence[str]], effect: str, colours: Palette
) -> Any:
    """A spine to the effect, a rib for each category, its factors beside the rib.

    names: categories in words, in their order; factors: texts by category, each with its number
    in the table below the chart before it ("3 ..."); effect: short text.
    """
    lines, words = _skeleton(names, factors)
    x = alt.X(field="x", type="quantitative", axis=None, scale=alt.Scale(domain=[-6, 118]))
    y = alt.Y(field="y", type="quantitative", axis=None, scale=alt.Scale(domain=[0, HEIGHT]))
    ends = {"x2": alt.X2(field="x2"), "y2": alt.Y2(field="y2")}
    ribs = alt.Chart(lines)
    texts = alt.Chart(words)
    head = pd.DataFrame({"x": [WIDTH + 1], "y": [HEIGHT / 2], "text": [effect]})
    text = alt.Text(field="text", type="nominal")
    fits = alt.Text(field="fits", type="nominal")
    hint = [alt.Tooltip(field="full", type="nominal", title=t("incidents.column.factor"))]
    layers = [
        ribs.mark_rule(color=colours.context, strokeWidth=1.5).encode(x=x, y=y, **ends),
        texts.transform_filter("datum.role == 'name'")
        .mark_text(fontWeight="bold", color=colours.primary, fontSize=12)
        .encode(x=x, y=y, text=text),
        texts.transform_filter("datum.role == 'factor'")
        .transform_calculate(fits=f"width < {NARROW} ? datum.number : datum.text")
        .mark_text(align="right", dx=-6, fontSize=11, color=colours.ink)
        .encode(x=x, y=y, text=fits, tooltip=hint),
        alt.Chart(head)
        .mark_point(shape="triangle-right", filled=True, size=260, color=colours.bad, opacity=1)
        .encode(x=x, y=y),
        alt.Chart(head)
        .mark_text(align="left", dx=10, fontWeight="bold", color=colours.bad)
        .encode(x=x, y=y, text=text),
    ]
    return framed(alt.layer(*layers).properties(height=380), colours)


def _skeleton(
    names: Sequence[str], factors: Mapping[str, Sequence[str]]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Lines (x, y, x2, y2) and words (x, y, text, full, role): ribs above and below, in turn."""
    middle = HEIGHT / 2
    lines: list[dict[str, float]] = [{"x": 4, "y": middle, "x2": WIDTH, "y2": middle}]
    words: list[dict[str, object]] = []
    above = (len(names) + 1) // 2
    for place, name in enumerate(names):
        up = place < above
        step = WIDTH / above
        foot = WIDTH - 4 - (place if up else place - above) * step - (0 if up else step / 2)
        end, side = foot - 10, 1 if up else -1
        tip = middle + side * 42
        lines.append({"x": foot, "y": middle, "x2": end, "y2": tip})
        spot = {"x": end, "y": tip + side * (2.5 + 4 * (place % 2))}
        words.append({**spot, "text": name, "full": name, "number": "", "role": "name"})
        told = list(factors.get(name, ()))[:4]
        for at, factor in enumerate(told, start=1):
            share = at / (len(told) + 1)
            short = factor if len(factor) <= LETTERS else f"{factor[: LETTERS - 1]}…"
            words.append(
                {
                    "x": foot - 10 * share,
                    "y": middle + side * 42 * share,
                    "text": short,
                    "full": factor,
                    "number": factor.partition(" ")[0],
                    "role": "factor",
                }
            )
    return pd.DataFrame(lines), pd.DataFrame(words)
