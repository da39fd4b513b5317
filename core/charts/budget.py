"""Charts of the budget: how far each line is beside the year's pace, who strays how far."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from core.charts.theme import Palette, framed
from core.words import t


def progress(rows: pd.DataFrame, colours: Palette) -> Any:
    """A bar a line: what is used of the year's budget, and a tick where the pace stands.

    rows: name, rate, pace (both % of the year's budget), text, text_pace, state (good | watch |
    bad | none); in the order shown.
    """
    top = max(100.0, float(rows[["rate", "pace"]].max().max()) * 1.12)
    base = alt.Chart(rows.assign(end=rows[["rate", "pace"]].max(axis=1)))
    down = alt.Y(field="name", type="nominal", sort=None, axis=alt.Axis(title=None, labelLimit=170))
    along = alt.X(
        field="rate",
        type="quantitative",
        scale=alt.Scale(domain=[0, top], nice=False),
        axis=alt.Axis(title=t("budget.chart.of_year"), tickCount=5),
    )
    hint = [
        alt.Tooltip(field="name", type="nominal", title=t("budget.column.line")),
        alt.Tooltip(field="text", type="nominal", title=t("budget.column.rate")),
        alt.Tooltip(field="text_pace", type="nominal", title=t("budget.column.pace")),
    ]
    bars = base.mark_bar(height=13).encode(x=along, y=down, color=_state(colours), tooltip=hint)
    ticks = base.mark_tick(color=colours.ink, thickness=2, size=20).encode(
        x=alt.X(field="pace", type="quantitative"), y=down, tooltip=hint
    )
    labels = base.mark_text(align="left", dx=6, color=colours.muted).encode(
        x=alt.X(field="end", type="quantitative"), y=down, text=_text("text")
    )
    return framed(alt.layer(bars, ticks, labels).properties(height=alt.Step(26)), colours)


def deviations(rows: pd.DataFrame, limit: float, colours: Palette) -> Any:
    """A bar a department: its deviation in % of its budget, with the line of the warning.

    rows: name, value (%), text, hint, state; in the order shown. limit: %; below zero for income.
    """
    base = alt.Chart(rows.assign(end=rows["value"].clip(lower=max(0.0, limit))))
    low = min(0.0, limit, float(rows["value"].min()))
    high = max(0.0, limit, float(rows["value"].max()))
    room = 0.42 * (high - low or 1.0)
    down = alt.Y(field="name", type="nominal", sort=None, axis=alt.Axis(title=None, labelLimit=150))
    along = alt.X(
        field="value",
        type="quantitative",
        scale=alt.Scale(domain=[low, high + room], nice=False),
        axis=alt.Axis(title=t("budget.chart.deviation"), tickCount=5),
    )
    hint = [
        alt.Tooltip(field="name", type="nominal", title=t("column.department")),
        alt.Tooltip(field="hint", type="nominal", title=t("budget.column.over")),
    ]
    bars = base.mark_bar(height=13).encode(x=along, y=down, color=_state(colours), tooltip=hint)
    labels = base.mark_text(align="left", dx=5, color=colours.muted).encode(
        x=alt.X(field="end", type="quantitative"), y=down, text=_text("text")
    )
    line = alt.Chart(pd.DataFrame({"at": [limit], "text": [f"{limit:+g}%".replace("-", "−")]}))
    at = alt.X(field="at", type="quantitative")
    rule = line.mark_rule(color=colours.bad, strokeDash=[4, 3]).encode(x=at)
    mark = line.mark_text(color=colours.bad, baseline="bottom", dy=-3).encode(
        x=at, y=alt.value(0), text=_text("text")
    )
    return framed(alt.layer(bars, labels, rule, mark).properties(height=alt.Step(22)), colours)


def _text(field: str) -> alt.Text:
    return alt.Text(field=field, type="nominal")


def _state(colours: Palette) -> alt.Color:
    return alt.Color(
        field="state",
        type="nominal",
        scale=alt.Scale(
            domain=["good", "watch", "bad", "none"],
            range=[colours.context, colours.watch, colours.bad, colours.none],
        ),
        legend=None,
    )
