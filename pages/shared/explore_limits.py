"""What chance allows: departments in a funnel, months between control limits."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from core.analysis import explore
from core.analysis.control import Chart
from core.charts import explore as charts
from core.charts.theme import palette
from core.formats import MISSING, listed, month_date, month_name, number, value_text
from core.statistics.funnel import Funnel
from core.words import t
from pages.shared import explore_reads
from pages.shared.explore_drawn import Asked, Drawn
from pages.shared.kept import kept
from pages.shared.phrases import name_of, plain, reading_text
from pages.shared.pictures import plain_spec

NAMED = 3
"""At most so many names in a sentence."""
_BAND = ("lower95", "upper95", "lower998", "upper998")
_MARKS = {"improvement": "good", "concern": "bad", "common": "none"}


@kept(256)
def funnel(key: Any, asked: Asked) -> Drawn:
    """Members by their denominator, with limits that allow for over-dispersion."""
    choice, indicator = asked.choice, asked.indicator
    rows = explore_reads.readings(asked.shown, choice, asked.code)
    made = explore.compared(indicator, rows)
    if made is None:
        return asked.nothing("explore.funnel.none")
    rows, found, centre = made.rows, made.funnel, made.centre
    points = _points(asked, rows, found)
    wide = {name: getattr(found.wide, name) for name in _BAND}
    limits = pd.DataFrame({"size": rows["bottom"], "centre": centre, **wide})
    chart = charts.funnel_chart(pd.DataFrame(points), limits, asked.axis, palette(asked.dark))
    outside = [point["label"] for point in points if point["label"]]
    sentence = t(
        "explore.funnel.some" if outside else "explore.funnel.nobody",
        indicator=name_of(indicator),
        names=plain(listed(outside[:NAMED])),
        outside=len(outside),
        count=len(points),
        centre=value_text(centre, indicator.unit, indicator.decimals),
    )
    lines = [
        {
            t(f"explore.by.{choice.by}"): point["name"],
            name_of(indicator): point["text"],
            t("explore.funnel.size"): point["cases"],
            t("explore.funnel.outside"): point["where"],
        }
        for point in points
    ]
    few = t("explore.funnel.few", count=len(points)) if found.few else ""
    spec = plain_spec(chart)
    return Drawn(spec, sentence, pd.DataFrame(lines), tuple(rows["department"]), few)


def _points(asked: Asked, rows: pd.DataFrame, found: Funnel) -> list[dict[str, Any]]:
    indicator = asked.indicator
    names = explore_reads.member_names(asked.shown, asked.choice.by)
    sign = {"higher": 1, "lower": -1}.get(indicator.better, 0)
    points = []
    for place, row in enumerate(rows.to_dict("records")):
        side = 1 if row["value"] > found.wide.upper998[place] else -1
        outside = bool(found.outlier[place])
        judged = {1: "good", -1: "bad", 0: "watch"}[sign * side]
        name = names.get(row["department"], row["department"])
        points.append(
            {
                "code": row["department"],
                "name": name,
                "size": row["bottom"],
                "value": row["value"],
                "text": reading_text(row, indicator),
                "state": judged if outside else "none",
                "label": name if outside else "",
                "cases": number(row["bottom"]),
                "where": _side_word(side) if outside else MISSING,
            }
        )
    return points


def _side_word(side: int) -> str:
    return t("explore.funnel.above" if side > 0 else "explore.funnel.below")


@kept(256)
def trend(key: Any, asked: Asked) -> Drawn:
    """Months of the member, the department or the whole, between control limits."""
    indicator = asked.indicator
    one = explore_reads.charted(asked.shown, asked.choice, asked.code)
    if one is None or one.last < 0:
        return asked.nothing("explore.none")
    rows = _months(asked, one)
    target, colours = one.rule.target, palette(asked.dark)
    chart = charts.limits_chart(pd.DataFrame(rows), asked.axis, target, colours)
    last = rows[one.last]
    words = {"month": last["month"], "value": last["text"], "why": last["why"]}
    sentence = t("explore.trend.last", indicator=name_of(indicator), **words)
    lines = [
        {
            t("chart.month"): row["month"],
            name_of(indicator): row["text"],
            **{t(f"explore.limits.{name}"): row[f"{name}_text"] for name in _LINES},
            t("explore.limits.why"): row["why"],
        }
        for row in reversed(rows)
    ]
    warning = t(f"explore.limits.{one.reason}") if one.reason else ""
    warning = t("explore.limits.trial") if one.trial and not warning else warning
    return Drawn(plain_spec(chart), sentence, pd.DataFrame(lines), (), warning)


_LINES = ("lower", "mean", "upper")


def _months(asked: Asked, one: Chart) -> list[dict[str, Any]]:
    unit, decimals = asked.indicator.unit, asked.indicator.decimals
    rows = []
    for place, month in enumerate(one.months):
        lines = {name: float(getattr(one, name)[place]) for name in _LINES}
        value, name = float(one.y[place]), month_name(month)
        texts = {
            f"{line}_text": MISSING if math.isnan(at) else value_text(at, unit, max(1, decimals))
            for line, at in lines.items()
        }
        rows.append(
            {
                "date": month_date(month),
                "month": t("explore.joined", month=name) if one.merged[place] else name,
                "value": value,
                **lines,
                **texts,
                "state": _MARKS.get(one.marks[place], "watch"),
                "text": value_text(value, unit, decimals),
                "why": t(f"explore.cause.{one.causes[place] or 'none'}"),
            }
        )
    return rows
