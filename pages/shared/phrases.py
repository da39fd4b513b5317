"""Readings in words: state, target, change."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from core.analysis.overview import POINTS
from core.catalog.model import Indicator
from core.errors import JingguanError
from core.formats import change_text, listed, months_name, number, unit_name, value_text
from core.hospital.calendar import Comparison
from core.words import error_text, pick, t

SHAPES = {"good": "●", "watch": "▲", "bad": "■", "none": "○"}
COLOURS = {"good": "blue", "watch": "orange", "bad": "red", "none": "gray"}
Row = Mapping[Any, Any]


def name_of(indicator: Indicator) -> str:
    return pick(indicator.name.zh, indicator.name.en)


def plain(text: str) -> str:
    """Typed-in text for a place that reads Markdown: every mark of it escaped."""
    return "".join(f"\\{mark}" if mark in r"\`*_{}[]()#+-.!|<>~$:&=" else mark for mark in text)


def complaint(error: JingguanError) -> str:
    """An error in a person's words; names in it are never read as Markdown."""
    return plain(error_text(error))


def source_line(indicators: Sequence[Indicator], months: tuple[int, ...]) -> str:
    """Unit, definition, where it is kept, months: under every picture of indicators."""
    if len(indicators) == 1:
        one = indicators[0]
        system = pick(one.data_source.zh, one.data_source.en)
        unit, named = unit_name(one.unit), t("chart.source.one", code=one.code, system=system)
    else:
        unit = listed(f"{name_of(one)} {unit_name(one.unit)}" for one in indicators)
        named = t("chart.source.many", codes=listed(one.code for one in indicators))
    return sourced(unit, t("chart.source.months", of=named, months=months_name(months)))


def sourced(unit: str, of: str) -> str:
    """单位：万元；来源：……: the line under every picture."""
    return plain(t("chart.source", unit=unit, of=of))


def state_word(row: Row) -> str:
    """Shape and word: ● 达标. Where nothing judges the value, that is said instead."""
    if row["reason"]:
        return f"{SHAPES['none']} {t('catalog.reason.' + row['reason'])}"
    if row["state"] == "none":
        return f"{SHAPES['none']} {t('catalog.state.none')}"
    return f"{SHAPES[row['state']]} {t('catalog.state.' + row['state'])}"


def bounds_text(row: Row, indicator: Indicator) -> str:
    """The target in words: 90–95%, ≤ 7.2 天, ≥ 20%; empty when there is none."""
    low, high = row["low"], row["high"]
    unit, decimals = indicator.unit, indicator.decimals
    if not math.isnan(low) and not math.isnan(high):
        return f"{number(low, decimals)}–{value_text(high, unit, decimals)}"
    if not math.isnan(low):
        return f"≥ {value_text(low, unit, decimals)}"
    if math.isnan(high):
        return ""
    return f"≤ {value_text(high, unit, decimals if high else 0)}"


def reading_text(row: Row, indicator: Indicator) -> str:
    return value_text(row["value"], indicator.unit, indicator.decimals)


def reading_change(row: Row, indicator: Indicator) -> str:
    return change_text(row["change"], indicator.unit in POINTS, indicator.unit)


def comparison_text(comparison: Comparison) -> str:
    """What the change is against: 较 2025年10月."""
    if not comparison.then:
        return t("scope.against_target")
    return t("scope.against", months=months_name(comparison.then))
