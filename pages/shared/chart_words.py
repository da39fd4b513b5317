"""Control charts in plain words: what the last point says, since when, is the target met."""

from __future__ import annotations

import math

from core.analysis.control import LEAST, Chart
from core.catalog.model import Indicator
from core.formats import MISSING, month_name, number, value_text
from core.words import t
from pages.shared.chart_reads import Row
from pages.shared.phrases import bounds_text, name_of

MARKS = {
    "concern": ("■", "red"),
    "improvement": ("◆", "blue"),
    "neutral_high": ("▲", "orange"),
    "neutral_low": ("▼", "orange"),
    "common": ("●", "gray"),
}
"""Shape and colour of each mark, the same on tiles and in charts."""
ASSURANCES = {
    "fail": ("✖", "red"),
    "inconsistent": ("≈", "orange"),
    "pass": ("✔", "blue"),
}


def mark_of(chart: Chart) -> str:
    """The mark of the last point with a value."""
    return chart.marks[chart.last] if chart.last >= 0 else "common"


def mark_text(mark: str) -> str:
    """Shape and word: ■ 变差."""
    return f"{MARKS[mark][0]} {t('control.mark.' + mark)}"


def variation_text(chart: Chart) -> str:
    """The mark of the last point, or why there is none."""
    if chart.reason:
        return f"○ {t('control.reason.' + chart.reason)}"
    return mark_text(mark_of(chart))


def assurance_text(chart: Chart) -> str:
    """Whether the target is met for certain; '' where there is none, or no limits."""
    found = chart.assurance
    return f"{ASSURANCES[found][0]} {t('control.assurance.' + found)}" if found else ""


def point_name(chart: Chart, place: int) -> str:
    """2026年10月; 2026年1–2月 where both months are one point."""
    month = chart.months[place]
    if not chart.merged[place]:
        return month_name(month)
    return t("control.spring", year=month // 100)


def value_of(value: float, indicator: Indicator) -> str:
    return value_text(value, indicator.unit, indicator.decimals)


def last_text(chart: Chart, indicator: Indicator) -> str:
    """The last value, judged or still waiting; — where there is none."""
    if chart.last < 0:
        return value_of(chart.waiting, indicator)
    return value_of(float(chart.y[chart.last]), indicator)


def limits_text(chart: Chart, place: int, indicator: Indicator) -> str:
    """6.1–8.4 天; — where there are none."""
    low, high = float(chart.lower[place]), float(chart.upper[place])
    if math.isnan(low) or math.isnan(high):
        return MISSING
    return f"{number(low, indicator.decimals)}–{value_of(high, indicator)}"


def target_text(row: Row | None, indicator: Indicator) -> str:
    return bounds_text(row, indicator) if row else ""


def sentence(chart: Chart, indicator: Indicator, where: str, row: Row | None) -> str:
    """What to see: the last point, what rule it breaks and since when, and the target."""
    place = chart.last
    head = t("control.say.head", place=where, indicator=name_of(indicator))
    if place < 0 and not math.isnan(chart.waiting):
        return head + t("control.say.waiting", value=value_of(chart.waiting, indicator))
    if place < 0:
        return head + t("control.say.nothing")
    last = t(
        "control.say.last",
        month=point_name(chart, place),
        value=value_of(float(chart.y[place]), indicator),
    )
    return head + last + _judged(chart, indicator, place) + _met(chart, indicator, row)


def _judged(chart: Chart, indicator: Indicator, place: int) -> str:
    if chart.reason:
        return t(f"control.say.{chart.reason}", least=LEAST)
    cause = chart.causes[place]
    if not cause:
        return t("control.say.common", limits=limits_text(chart, place, indicator))
    began = chart.months.index(chart.since)
    key = "control.say.now" if began == place else "control.say.since"
    return t(
        key,
        cause=t(f"control.cause.{cause}"),
        mark=t("control.mark." + mark_of(chart)),
        since=point_name(chart, began),
    )


def _met(chart: Chart, indicator: Indicator, row: Row | None) -> str:
    target = target_text(row, indicator)
    if not target:
        return t("control.say.no_target")
    if not chart.assurance:
        return t("control.say.target", target=target)
    return t(f"control.say.{chart.assurance}", target=target)
