"""Figures as cells and as sentences, in the language of the session."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.catalog.model import Catalog, Indicator
from core.formats import change_text, money, months_name, number, unit_name, value_text
from core.reports.documents.blocks import Cell, Column, Mark, Note, Number
from core.words import language, pick, t

Row = Mapping[Any, Any]
SHAPES = {"good": "●", "watch": "▲", "bad": "■", "none": "○"}


@dataclass(frozen=True)
class Named:
    """An indicator or a measure as a table shows it: money of a measure in 万元."""

    code: str
    name: str
    unit: str
    decimals: int
    scale: float = 1.0
    points: str = ""
    """The unit of a difference, where it is not relative."""

    def number(self, value: float) -> Number:
        return Number(known(value * self.scale), self.decimals)


def money_in() -> tuple[str, float, int]:
    """Unit, factor from 分 and decimals of money in a table: 万元, in English millions."""
    return (
        (t("report.unit.money"), 1e-8, 2)
        if language() == "en"
        else (t("report.unit.money"), 1e-6, 1)
    )


def money_number(fen: float, signed: bool = False) -> Number:
    """Money in the unit of `money_in`."""
    _, scale, decimals = money_in()
    return Number(known(fen * scale), decimals, signed=signed)


def named(catalog: Catalog, code: str) -> Named:
    """The name, unit and decimals of a code."""
    if code in catalog.measures:
        measure = catalog.measures[code]
        name = pick(measure.name.zh, measure.name.en)
        if measure.money:
            unit, scale, decimals = money_in()
            return Named(code, name, unit, decimals, scale)
        return Named(code, name, unit_name(measure.unit), 0)
    indicator = catalog.indicators[code]
    name, decimals = pick(indicator.name.zh, indicator.name.en), indicator.decimals
    points = {"%": t("format.points"), "‰": t("format.permille")}.get(indicator.unit, "")
    return Named(code, name, unit_name(indicator.unit), decimals, points=points)


def said(catalog: Catalog, code: str, value: float) -> str:
    """A value with its unit, in a sentence."""
    if code not in catalog.measures:
        indicator = catalog.indicators[code]
        return value_text(value, indicator.unit, indicator.decimals)
    measure = catalog.measures[code]
    return money(value) if measure.money else value_text(value, measure.unit, 0)


def columns() -> tuple[Column, ...]:
    """The table of a section: what each figure is held against, and what judges it."""
    names = ("value", "month_then", "month", "year_then", "year", "ytd", "ytd_change")
    wide = {"ytd": 1.2}
    numbers = tuple(
        Column(t(f"report.column.{name}"), "number", width=wide.get(name, 1.0)) for name in names
    )
    return (
        Column(t("report.column.indicator"), width=2.2),
        Column(t("report.column.unit"), width=0.8),
        *numbers,
        Column(t("report.column.target"), "number", width=1.25),
        Column(t("report.column.state"), width=0.95),
    )


def cells(catalog: Catalog, row: Row) -> tuple[Cell, ...]:
    """One line of that table."""
    one = named(catalog, row["indicator"])
    return (
        one.name,
        one.unit,
        one.number(row["value"]),
        one.number(row["month_then"]),
        change(one, row, "month"),
        one.number(row["year_then"]),
        change(one, row, "year"),
        one.number(row["ytd"]),
        change(one, row, "ytd"),
        bounds(catalog.indicators.get(row["indicator"]), row) or "—",
        state(row),
    )


def change(one: Named, row: Row, against: str) -> Number:
    """In points where the unit is a percentage, else in %."""
    if one.points:
        return Number(known(row[f"{against}_points"]), 1, one.points, signed=True)
    return Number(known(row[f"{against}_relative"]), 1, "%", signed=True)


def change_said(one: Named, row: Row, against: str) -> str:
    """The same in a sentence; '' when it is not known."""
    points = bool(one.points)
    value = row[f"{against}_points" if points else f"{against}_relative"]
    if math.isnan(value):
        return ""
    unit = "‰" if one.points == t("format.permille") else "%"
    return t(f"report.against.{against}", change=change_text(value, points, unit))


def clause(catalog: Catalog, row: Row) -> str:
    """One figure with its changes: 出院人次 4,195 人次（较上月 −5.5%，较去年同月 +3.8%）."""
    one = named(catalog, row["indicator"])
    known = [change_said(one, row, against) for against in ("month", "year", "ytd")]
    changes = t("report.comma").join(filter(None, known))
    value = said(catalog, one.code, row["value"])
    return t(f"report.clause{'.alone' if not changes else ''}", **_kept(one.name, value, changes))


def _kept(name: str, value: str, changes: str) -> dict[str, str]:
    found = {"name": name, "value": value}
    return found | {"changes": changes} if changes else found


def state(row: Row) -> Mark:
    """Shape and word; why there is nothing to judge."""
    if row["reason"]:
        return Mark(f"{SHAPES['none']} {t('catalog.reason.' + row['reason'])}", "none")
    if row["state"] == "none":
        return Mark("—", "muted")
    return Mark(f"{SHAPES[row['state']]} {t('catalog.state.' + row['state'])}", row["state"])


def bounds(indicator: Indicator | None, row: Row) -> str:
    """The target in words: 90–95%, ≤ 7.2 天; empty when there is none."""
    if indicator is None:
        return ""
    low, high = row["low"], row["high"]
    unit, decimals = indicator.unit, indicator.decimals
    if not math.isnan(low) and not math.isnan(high):
        return f"{number(low, decimals)}–{value_text(high, unit, decimals)}"
    if not math.isnan(low):
        return f"≥ {value_text(low, unit, decimals)}"
    return f"≤ {value_text(high, unit, decimals)}" if not math.isnan(high) else ""


def spring(catalog: Catalog, rows: Sequence[Row], now: tuple[int, ...]) -> str:
    """What January and February together say, where the festival moved between them."""
    told = []
    for row in rows:
        one = named(catalog, row["indicator"])
        value = row["joined_points" if one.points else "joined_relative"]
        if not math.isnan(value):
            unit = "‰" if one.points == t("format.permille") else "%"
            told.append(f"{one.name} {change_text(value, bool(one.points), unit)}")
    if not told:
        return ""
    return t("report.spring", months=months_name(now), changes=t("report.comma").join(told))


def source(catalog: Catalog, code: str, months: tuple[int, ...]) -> Note:
    """Unit, definition and months of a picture, as under every picture of the screen."""
    one, indicator = named(catalog, code), catalog.indicators.get(code)
    if indicator is None:
        of = t("chart.source.measure", name=one.name)
    else:
        system = pick(indicator.data_source.zh, indicator.data_source.en)
        of = t("chart.source.one", code=code, system=system)
    of = t("chart.source.months", of=of, months=months_name(months))
    return Note(t("chart.source", unit=one.unit, of=of))


def known(value: float | None) -> float | None:
    """None where it is missing."""
    return None if value is None or math.isnan(value) else float(value)
