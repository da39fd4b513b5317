"""A trend picture of one reading, with the sentence that says what to see."""

from __future__ import annotations

import math

import pandas as pd
import streamlit as st

from core.catalog.model import Indicator
from core.charts.overview import Trend, trend
from core.charts.theme import palette
from core.formats import MISSING, month_date, month_name, value_text
from core.months import add_months
from core.words import pick, t
from pages.shared import reads
from pages.shared.page import dark
from pages.shared.phrases import Row, bounds_text, name_of
from pages.shared.scope import View
from pages.shared.session import catalog

MONTHS = 36


def trend_picture(shown: View, reading: Row) -> None:
    """36 months of the reading's indicator, last year's in grey; how it is computed below."""
    indicator = catalog().indicators[reading["indicator"]]
    values = reads.series(shown, (indicator.code,), MONTHS + 12, reading["department"])
    by_month = dict(zip(values["period"].astype(int), values["value"], strict=True))
    months = [month for month in by_month if month > add_months(shown.month, -MONTHS)]
    months = [month for month in months if month >= shown.first]
    points = pd.DataFrame(
        {
            "date": [month_date(month) for month in months],
            "month": [month_name(month) for month in months],
            "value": [by_month[month] for month in months],
            "before": [by_month.get(month - 100, math.nan) for month in months],
        }
    )
    points["text"] = [value_text(v, indicator.unit, indicator.decimals) for v in points["value"]]
    points["text_before"] = [
        value_text(v, indicator.unit, indicator.decimals) for v in points["before"]
    ]
    about = Trend(
        unit=value_text(0, indicator.unit, 0).replace("0", "").strip(),
        decimals=0 if points["value"].abs().max() >= 100 else 1,
        low=reading["low"],
        high=reading["high"],
        bounds=t("chart.target_line", target=bounds_text(reading, indicator)),
        chosen=tuple(month_date(month) for month in shown.comparison.now),
    )
    sentence = _sentence(points, indicator)
    st.caption(sentence)
    st.altair_chart(trend(points, about, palette(dark())), theme=None, alt=sentence)
    computed(indicator, reading)


def _sentence(points: pd.DataFrame, indicator: Indicator) -> str:
    """What to see: the last value, and where it stands among the months shown."""
    known = points.dropna(subset=["value"])
    if known.empty:
        return t("trend.none", indicator=name_of(indicator))
    last = known.iloc[-1]
    higher = int((known["value"] > last["value"]).sum())
    lower = int((known["value"] < last["value"]).sum())
    key = "trend.highest" if not higher else "trend.lowest" if not lower else "trend.among"
    return t(
        key,
        indicator=name_of(indicator),
        month=last["month"],
        value=last["text"],
        count=len(known),
        place=higher + 1,
        mean=value_text(float(known["value"].mean()), indicator.unit, indicator.decimals),
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
        measures = [catalog().measures[term.removeprefix("-")] for term in terms]
        money = measures[0].unit == "元"
        amount = reading[side] / (100 if money else 1)
        text = f"{amount:,.2f}" if not math.isnan(amount) else MISSING
        lines.append(t(f"how.{side}", names=_signed(terms), amount=text))
    return lines


def _signed(terms: tuple[str, ...]) -> str:
    """A − B + C, in words."""
    text = ""
    for term in terms:
        measure = catalog().measures[term.removeprefix("-")]
        mark = " − " if term.startswith("-") else " + " if text else ""
        text += mark + pick(measure.name.zh, measure.name.en)
    return text
