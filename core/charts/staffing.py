"""Charts of rosters: the gap hour by hour of a week, and one day's demand above its staff."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from core.charts.theme import Palette, framed
from core.words import t

HOURS = 24


def _hint(**fields: str) -> list[alt.Tooltip]:
    return [alt.Tooltip(field=name, type="nominal", title=t(key)) for name, key in fields.items()]


def _missing_or_spare(most: int, colours: Palette) -> alt.Scale:
    """Mixed in lab: other ways go through green on a dark ground."""
    inks = [colours.worse, colours.ground, colours.primary]
    return alt.Scale(domain=[-most, 0, most], range=inks, interpolate="lab")


def gap_strip(rows: pd.DataFrame, days: list[str], most: int, colours: Palette) -> Any:
    """Seven days of 24 hours: people missing in amber, spare in teal, a cross where it is silent.

    rows: day (name), hour, gap (0 where silent), silent (bool), text, name, needed, rostered
    (worded); most: the largest gap of either sign, at least 1. Where nothing is rostered, `gap` is
    what is needed with a minus.
    """
    across = alt.X(
        field="hour",
        type="ordinal",
        axis=alt.Axis(
            title=t("staffing.axis.hour"),
            labelAngle=0,
            values=list(range(0, HOURS, 2)),
            labelOverlap=True,
        ),
    )
    down = alt.Y(field="day", type="ordinal", sort=days, axis=alt.Axis(title=None))
    needed = {"needed": "staffing.column.needed", "rostered": "staffing.column.present"}
    hint = _hint(name="queues.axis.hour", **needed, text="staffing.column.gap")
    ink = _missing_or_spare(most, colours)
    base = alt.Chart(rows)
    told, silent = base.transform_filter("!datum.silent"), base.transform_filter("datum.silent")
    layers = [
        told.mark_rect(stroke=colours.grid, strokeWidth=0.5).encode(
            x=across,
            y=down,
            tooltip=hint,
            color=alt.Color(field="gap", type="quantitative", scale=ink, legend=None),
        ),
        silent.mark_rect(
            fill=colours.grid, fillOpacity=0.5, stroke=colours.grid, strokeWidth=0.5
        ).encode(x=across, y=down, tooltip=hint),
        silent.mark_text(color=colours.muted, text="╱", fontSize=11).encode(x=across, y=down),
        told.transform_filter("datum.gap != 0")
        .mark_text(fontSize=10, color=colours.ink)
        .encode(x=across, y=down, text=alt.Text(field="text", type="nominal")),
    ]
    return framed(alt.layer(*layers).properties(height=7 * 27), colours)


def _along(title: str | None) -> alt.X:
    return alt.X(
        field="hour",
        type="quantitative",
        scale=alt.Scale(domain=[0, HOURS], nice=False),
        axis=alt.Axis(title=title, values=list(range(0, HOURS + 1, 2)), grid=False),
    )


def day_of_arrivals(hours: pd.DataFrame, peaks: pd.DataFrame, colours: Palette) -> Any:
    """One day's arrivals with their interval.

    hours: hour (its middle), median, lower, upper, name, text, interval (worded); peaks: start,
    end of the busy stretches, which are shaded.
    """
    up = alt.Y(
        field="median",
        type="quantitative",
        axis=alt.Axis(title=t("staffing.axis.arrivals"), tickCount=4),
        scale=alt.Scale(zero=True),
    )
    base = alt.Chart(hours)
    shade = alt.Chart(peaks).mark_rect(color=colours.watch, opacity=0.13)
    layers = [
        base.mark_area(color=colours.primary, opacity=0.2).encode(
            x=_along(t("staffing.axis.hour")),
            y=alt.Y(field="lower", type="quantitative"),
            y2=alt.Y2(field="upper"),
        ),
        base.mark_line(color=colours.primary, strokeWidth=2.5).encode(
            x=_along(t("staffing.axis.hour")), y=up
        ),
        base.mark_point(color=colours.primary, filled=True, size=28, opacity=1).encode(
            x=_along(t("staffing.axis.hour")),
            y=up,
            tooltip=_hint(
                name="queues.axis.hour",
                text="staffing.column.median",
                interval="staffing.column.interval",
            ),
        ),
    ]
    if len(peaks):
        layers.insert(
            0,
            shade.encode(x=alt.X(field="start", type="quantitative"), x2=alt.X2(field="end")),
        )
    return framed(alt.layer(*layers).properties(height=170), colours)


def day_of_staff(staff: pd.DataFrame, colours: Palette) -> Any:
    """One day's people: base and float as areas, present and suggested as lines.

    staff: hour (0-24, the last repeats), base, needed, present (missing where silent), suggested
    (missing where none), name, words.
    """
    base = alt.Chart(staff)
    axis = alt.Axis(title=t("staffing.axis.people"), tickCount=4, format="d")

    def up(field: str) -> alt.Y:
        return alt.Y(field=field, type="quantitative", axis=axis, scale=alt.Scale(zero=True))

    def steps(field: str, ink: str, **more: Any) -> Any:
        line = base.mark_line(interpolate="step-after", color=ink, strokeWidth=2.2, **more)
        return line.encode(x=_along(t("staffing.axis.hour")), y=up(field))

    wide = _along(t("staffing.axis.hour"))
    hover = _hint(name="queues.axis.hour", words="staffing.axis.people")
    layers = [
        base.mark_area(interpolate="step-after", color=colours.context, opacity=0.25).encode(
            x=wide, y=up("needed")
        ),
        base.mark_area(interpolate="step-after", color=colours.context, opacity=0.55).encode(
            x=wide, y=up("base")
        ),
        steps("suggested", colours.primary, strokeDash=[5, 3]),
        steps("present", colours.bad),
        base.mark_point(opacity=0, size=300).encode(x=wide, y=up("needed"), tooltip=hover),
    ]
    return framed(alt.layer(*layers).properties(height=200), colours)
