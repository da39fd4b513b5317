"""Colours and the frame of every chart: grey first, the subject in colour, no clutter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import altair as alt

from core.words import language


@dataclass(frozen=True)
class Palette:
    """Colours of one ground; contrast measured in the look of the house."""

    ground: str
    ink: str
    muted: str
    grid: str
    primary: str
    context: str
    good: str
    watch: str
    bad: str
    none: str
    worse: str
    """The far end of a diverging scale; the near end is `primary`."""


LIGHT = Palette(
    *("#FFFFFF", "#1C2730", "#5A6772", "#E3E8EB", "#0B6470", "#9AA7B0"),
    *("#1F6FB2", "#A35F00", "#B3261E", "#6B7680", "#C77700"),
)
DARK = Palette(
    *("#12181D", "#E7ECF0", "#A3AFBA", "#2B3740", "#4DB6C4", "#5F6E79"),
    *("#6FB1EA", "#F0B04A", "#F2867F", "#93A0AB", "#F0B04A"),
)
FONT = "'Source Sans', 'Microsoft YaHei', 'PingFang SC', 'Noto Sans CJK SC', sans-serif"
_MONTHS_ZH = [f"{month}月" for month in range(1, 13)]
_TIME_ZH = {
    "dateTime": "%Y年%m月%d日 %H:%M:%S",
    "date": "%Y-%m-%d",
    "time": "%H:%M:%S",
    "periods": ["上午", "下午"],
    "days": ["周日", "周一", "周二", "周三", "周四", "周五", "周六"],
    "shortDays": ["日", "一", "二", "三", "四", "五", "六"],
    "months": _MONTHS_ZH,
    "shortMonths": _MONTHS_ZH,
}


def palette(dark: bool) -> Palette:
    """The colours of a dark or light ground."""
    return DARK if dark else LIGHT


def framed(chart: Any, colours: Palette) -> Any:
    """The chart with the house's axes, font and language; its ground is the page's."""
    config: dict[str, Any] = {
        "background": "transparent",
        "font": FONT,
        "view": alt.ViewConfig(stroke=None),
        "axis": alt.AxisConfig(
            labelColor=colours.muted,
            titleColor=colours.muted,
            gridColor=colours.grid,
            domainColor=colours.grid,
            tickColor=colours.grid,
            labelFontSize=12,
            titleFontSize=12,
            titleFontWeight="normal",
        ),
        "text": alt.MarkConfig(color=colours.ink, fontSize=12),
    }
    if language() == "zh":
        config["locale"] = alt.Locale(
            number=alt.NumberLocale(decimal=".", thousands=",", grouping=[3], currency=["", ""]),
            time=alt.TimeLocale(**_TIME_ZH),
        )
    return chart.configure(**config)


def month_axis(colours: Palette) -> alt.Axis:
    """Years in full at January, months as numbers, few enough to read."""
    year = "%Y年" if language() == "zh" else "%Y"
    label = f"timeFormat(datum.value, month(datum.value) == 0 ? '{year}' : '%b')"
    return alt.Axis(title=None, labelExpr=label, grid=False, tickCount=9, labelOverlap=True)
