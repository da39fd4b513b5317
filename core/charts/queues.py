"""Charts of waiting: how busy the nodes are, what every machine brings, lists by day, the week."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from core.charts.theme import Palette, framed
from core.words import t

STATES = ("bad", "watch", "good", "none")
ROLES = ("now", "asked", "other", "unstable")


def _hint(**fields: str) -> list[alt.Tooltip]:
    return [alt.Tooltip(field=name, type="nominal", title=t(key)) for name, key in fields.items()]


def busy_nodes(rows: pd.DataFrame, colours: Palette) -> Any:
    """A bar a node: the share of its open time that the work takes, with a line at 100 %.

    rows: name, rho (%), state, text (written at the bar's end), wait; in the order shown.
    """
    most = max(110.0, float(rows["rho"].max())) * 1.55
    inks = [colours.bad, colours.watch, colours.primary, colours.context]
    ink = alt.Scale(domain=list(STATES), range=inks)
    down = alt.Y(
        field="name",
        type="nominal",
        sort=list(rows["name"]),
        axis=alt.Axis(title=None, labelLimit=170),
    )
    along = alt.X(
        field="rho",
        type="quantitative",
        scale=alt.Scale(domain=[0, most], nice=False),
        axis=alt.Axis(title=t("queues.axis.rho"), values=[0, 25, 50, 75, 100], grid=True),
    )
    base = alt.Chart(rows).encode(
        y=down, tooltip=_hint(name="chart.name", text="queues.axis.rho", wait="queues.column.wait")
    )
    layers = [
        alt.Chart(pd.DataFrame({"at": [100.0]}))
        .mark_rule(color=colours.watch, strokeDash=[4, 3])
        .encode(x=alt.X(field="at", type="quantitative")),
        base.mark_bar(height=15).encode(
            x=along, color=alt.Color(field="state", type="nominal", scale=ink, legend=None)
        ),
        base.mark_text(align="left", dx=5).encode(
            x=along, text=alt.Text(field="text", type="nominal")
        ),
    ]
    return framed(alt.layer(*layers).properties(height=alt.Step(26)), colours)


def wait_by_machines(rows: pd.DataFrame, unit: str, colours: Palette) -> Any:
    """A bar for each number of machines; what is not stable has a word instead of a bar.

    rows: machines, wait (0 where not stable), role (now | asked | other | unstable), text,
    saved, cost.
    """
    inks = [colours.muted, colours.primary, colours.context, colours.bad]
    ink = alt.Scale(domain=list(ROLES), range=inks)
    along = alt.X(
        field="machines",
        type="ordinal",
        axis=alt.Axis(title=t("queues.axis.machines"), labelAngle=0, grid=False),
    )
    up = alt.Y(
        field="wait", type="quantitative", axis=alt.Axis(title=unit, tickCount=5), scale=_zero()
    )
    hint = _hint(
        machines="queues.axis.machines",
        text="queues.column.wait",
        saved="queues.column.saved",
        cost="queues.column.cost",
    )
    colour = alt.Color(field="role", type="nominal", scale=ink, legend=None)
    base = alt.Chart(rows).encode(x=along, y=up, tooltip=hint)
    layers = [
        base.mark_bar(size=26).encode(color=colour),
        base.mark_text(baseline="bottom", dy=-3).encode(
            text=alt.Text(field="text", type="nominal"), color=colour
        ),
    ]
    return framed(alt.layer(*layers).properties(height=260), colours)


def _zero() -> alt.Scale:
    return alt.Scale(zero=True, nice=True)


def lists_by_day(points: pd.DataFrame, colours: Palette) -> Any:
    """The list by day, a line for each number of machines; the day on which it is cleared is a dot.

    points: machines (text), day, waiting, role (now | asked | other), clears (bool: that day).
    """
    inks = [colours.muted, colours.primary, colours.context]
    ink = alt.Scale(domain=list(ROLES[:3]), range=inks)
    along = alt.X(
        field="day",
        type="quantitative",
        axis=alt.Axis(title=t("queues.axis.day"), grid=False, tickMinStep=1),
    )
    up = alt.Y(
        field="waiting",
        type="quantitative",
        axis=alt.Axis(title=t("queues.axis.list"), tickCount=5),
        scale=_zero(),
    )
    colour = alt.Color(field="role", type="nominal", scale=ink, legend=None)
    detail = alt.Detail(field="machines", type="nominal")
    words = points.assign(day_text=points["day"].astype(str), left=points["waiting"].round())
    hint = _hint(machines="queues.axis.machines", day_text="queues.axis.day")
    hint.append(alt.Tooltip(field="left", type="quantitative", title=t("queues.axis.list")))
    base = alt.Chart(words).encode(x=along, y=up, color=colour)
    ends = words[words["clears"] | ((words["day"] == words["day"].max()) & (words["waiting"] > 0))]
    layers = [
        base.mark_line(strokeWidth=2.5).encode(detail=detail, tooltip=hint),
        alt.Chart(words[words["clears"]])
        .mark_point(filled=True, size=70, opacity=1)
        .encode(x=along, y=up, color=colour, tooltip=hint),
        alt.Chart(ends)
        .mark_text(align="right", baseline="bottom", dy=-7)
        .encode(x=along, y=up, color=colour, text=alt.Text(field="machines", type="nominal")),
    ]
    return framed(alt.layer(*layers).properties(height=280), colours)


def wait_of_week(rows: pd.DataFrame, days: list[str], step: int, colours: Palette) -> Any:
    """Mean wait by the hour of the week with its interval; closed hours are gaps.

    rows: run (the opening it belongs to), hour, wait, lower, upper (minutes), name, text, interval;
    hour: open hours from the week's first, days `step` apart; days: names of the open ones.
    """
    along = _open_hours(days, step)
    up = alt.Y(
        field="wait",
        type="quantitative",
        axis=alt.Axis(title=t("queues.axis.wait"), tickCount=5),
        scale=_zero(),
    )
    detail = alt.Detail(field="run", type="nominal")
    base = alt.Chart(rows)
    hint = _hint(name="queues.axis.hour", text="queues.column.wait", interval="queues.interval")
    edges = pd.DataFrame({"at": [float(step * day - 0.5) for day in range(1, len(days))]})
    layers = [
        alt.Chart(edges)
        .mark_rule(color=colours.grid)
        .encode(x=alt.X(field="at", type="quantitative")),
        base.mark_area(opacity=0.22, color=colours.primary).encode(
            x=along,
            y=alt.Y(field="lower", type="quantitative"),
            y2=alt.Y2(field="upper"),
            detail=detail,
        ),
        base.mark_line(color=colours.primary, strokeWidth=2).encode(x=along, y=up, detail=detail),
        base.mark_point(color=colours.primary, filled=True, size=22, opacity=1).encode(
            x=along, y=up, tooltip=hint
        ),
    ]
    return framed(alt.layer(*layers).properties(height=260), colours)


def _open_hours(days: list[str], step: int) -> alt.X:
    """Open hours one after the other, named by their day."""
    said = ",".join(f"'{day}'" for day in days)
    return alt.X(
        field="hour",
        type="quantitative",
        scale=alt.Scale(domain=[-0.5, step * len(days) - 0.5], nice=False),
        axis=alt.Axis(
            title=None,
            values=[(day + 0.5) * step for day in range(len(days))],
            labelExpr=f"[{said}][floor(datum.value / {step})]",
            grid=False,
        ),
    )
