"""A trend picture of one reading, with the sentence that says what to see."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from core.catalog.model import Indicator
from core.charts.overview import Trend, trend
from core.charts.theme import palette
from core.formats import month_date, month_name, unit_name, value_text, value_text_in_full
from core.months import add_months, month_range
from core.words import language, pick, t
from pages.shared import reads
from pages.shared.kept import kept
from pages.shared.page import dark, download
from pages.shared.phrases import Row, bounds_text, name_of, source_line
from pages.shared.pictures import plain_spec, told, untold
from pages.shared.scope import View
from pages.shared.session import catalog

MONTHS = 36


def trend_picture(shown: View, reading: Row) -> None:
    """36 months of the reading's indicator, last year's in grey; how it is computed below."""
    indicator = catalog().indicators[reading["indicator"]]
    values = reads.series(shown, (indicator.code,), MONTHS + 12, reading["department"])
    by_month = values[indicator.code]
    known = [m for m, value in by_month.items() if m >= _first(shown) and not math.isnan(value)]
    sentence = _sentence(by_month, known, indicator)
    st.caption(sentence)
    if known:
        target = bounds_text(reading, indicator)
        asked = _Asked(
            tuple((month, told(value)) for month, value in by_month.items()),
            _first(shown),
            indicator.code,
            (told(reading["low"]), told(reading["high"]), target),
            shown.comparison.now,
        )
        st.vega_lite_chart(_spec(asked, language(), dark()), theme=None, alt=sentence)
        st.caption(source_line([indicator], month_range(_first(shown), shown.month)))
    with st.container(horizontal=True, gap="small"):
        computed(indicator, reading)
        if known:
            download(
                lambda: _lines(by_month, _first(shown), indicator),
                f"{name_of(indicator)} {t('home.trend')}",
            )


@dataclass(frozen=True)
class _Asked:
    """All that a trend chart depends on, besides language and ground."""

    points: tuple[tuple[int, float | None], ...]
    first: int
    indicator: str
    target: tuple[float | None, float | None, str]
    chosen: tuple[int, ...]


def _first(shown: View) -> int:
    """The first month drawn."""
    return max(shown.first, add_months(shown.month, 1 - MONTHS))


@kept(512)
def _spec(asked: _Asked, in_language: str, on_dark: bool) -> dict:
    """The chart as plain data: building and checking it costs more than all else on a page."""
    indicator = catalog().indicators[asked.indicator]
    by_month = {month: untold(value) for month, value in asked.points}
    months = [month for month in by_month if month >= asked.first]
    before = [by_month.get(month - 100, math.nan) for month in months]
    points = pd.DataFrame(
        {
            "date": [month_date(month) for month in months],
            "month": [month_name(month) for month in months],
            "value": [by_month[month] for month in months],
            "before": before,
            "text": [_text(by_month[month], indicator) for month in months],
            "text_before": [_text(value, indicator) for value in before],
        }
    )
    low, high, target = asked.target
    about = Trend(
        unit=unit_name(indicator.unit),
        decimals=0 if points["value"].abs().max() >= 100 else 1,
        low=untold(low),
        high=untold(high),
        bounds=t("chart.target_line", target=target),
        chosen=tuple(month_date(month) for month in asked.chosen),
    )
    return plain_spec(trend(points, about, palette(on_dark)))


def _lines(by_month: dict[int, float], first: int, indicator: Indicator) -> pd.DataFrame:
    """What is drawn, as a table: month, value and the year before."""
    months = [month for month in by_month if month >= first]
    return pd.DataFrame(
        {
            t("chart.month"): [month_name(month) for month in months],
            t("column.value"): [_text(by_month[month], indicator) for month in months],
            t("scope.compare.last_year"): [
                _text(by_month.get(month - 100, math.nan), indicator) for month in months
            ],
        }
    )


def _text(value: float, indicator: Indicator) -> str:
    return value_text(value, indicator.unit, indicator.decimals)


def _sentence(by_month: dict[int, float], known: list[int], indicator: Indicator) -> str:
    """What to see: the last value, and where it stands among the months shown."""
    if not known:
        return t("trend.none", indicator=name_of(indicator))
    values = [by_month[month] for month in known]
    last = values[-1]
    higher = sum(value > last for value in values)
    lower = sum(value < last for value in values)
    key = "trend.highest" if not higher else "trend.lowest" if not lower else "trend.among"
    return t(
        key,
        indicator=name_of(indicator),
        month=month_name(known[-1]),
        value=_text(last, indicator),
        count=len(known),
        place=higher + 1,
        mean=_text(sum(values) / len(values), indicator),
    )


def computed(indicator: Indicator, reading: Row) -> None:
    """Formula, inputs, source and target of a reading: one click away."""
    with st.popover(t("how.title"), icon=":material/functions:"):
        st.markdown(f"**{name_of(indicator)}** ({indicator.code})")
        st.write(pick(indicator.formula_text.zh, indicator.formula_text.en))
        for line in _inputs(indicator, reading):
            st.caption(line)
        st.caption(t("how.source", source=indicator.source))
        if indicator.recalled:
            st.caption(t("how.recalled"))
        if reading["target_kind"]:
            kind = t("catalog.target_kind." + reading["target_kind"])
            st.caption(t("how.target", target=bounds_text(reading, indicator), kind=kind))
            st.caption(t("how.target_source", source=reading["target_source"]))


def _inputs(indicator: Indicator, reading: Row) -> list[str]:
    """Top and bottom as they were added up."""
    formula = indicator.formula
    if formula.kind != "ratio":
        return []
    lines = []
    for side, terms in (("top", formula.top), ("bottom", formula.bottom)):
        unit = catalog().measures[terms[0].removeprefix("-")].unit
        lines.append(t(f"how.{side}", names=_signed(terms), amount=_input(reading[side], unit)))
    return lines


def _input(amount: float, unit: str) -> str:
    """What was added up, in full: 1,234.56 元, 1,790 人次."""
    if unit == "元":
        return value_text_in_full(amount / 100, unit, 2)
    whole = math.isnan(amount) or amount == round(amount)
    return value_text_in_full(amount, unit, 0 if whole else 2)


def _signed(terms: tuple[str, ...]) -> str:
    """A − B + C, in words."""
    text = ""
    for term in terms:
        measure = catalog().measures[term.removeprefix("-")]
        mark = " − " if term.startswith("-") else " + " if text else ""
        text += mark + pick(measure.name.zh, measure.name.en)
    return text
