"""How long between rare events: days or harmless reports, on a chart with limits."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from core.charts import incidents as charts
from core.charts.theme import palette
from core.control.incidents import risk
from core.control.incidents.hiding import LEAST
from core.formats import listed, month_name, number
from core.words import language, pick, t
from pages.shared import incident_reads as given
from pages.shared.incident_reads import definitions, word
from pages.shared.kept import kept
from pages.shared.page import dark, download
from pages.shared.phrases import plain, sourced
from pages.shared.pictures import plain_spec
from pages.shared.scope import View

FEWEST_RARE = 8
"""Events from which an interval chart says something (assumption)."""


@kept(8)
def _offered(key: given.StoreKey, hospital_id: int) -> tuple[str, ...]:
    """All severe events (''), and types of which there are enough."""
    rows = given.all_rows(key, hospital_id)
    codes = [one.code for one in definitions().types]
    return (
        "",
        *(one for one in codes if int(risk.severe_of(rows, one).sum()) >= FEWEST_RARE),
    )


def rare(shown: View) -> None:
    st.subheader(t("incidents.rare"), anchor=False, divider="gray")
    offered = _offered(given.key(), shown.hospital_id)
    with st.grid(2, min_column_width=220, gap="small"):
        kind = st.selectbox(
            t("incidents.rare.which"),
            offered,
            key="incident_rare",
            format_func=lambda one: (
                word(definitions().types, one) if one else t("incidents.rare.every")
            ),
        )
        chart = st.segmented_control(
            t("incidents.rare.chart"),
            ("t", "g"),
            default="t",
            required=True,
            key="incident_rare_chart",
            format_func=lambda one: t(f"incidents.rare.{one}"),
        )
    _drawn((shown.hospital_id, kind or "", chart or "t"))


def _drawn(of: tuple[int, str, str]) -> None:
    """The chart of the events and the kind of interval chosen."""
    told = _rare_rows(given.key(), *of)
    if told.empty:
        st.info(t("incidents.rare.few", least=LEAST), icon=":material/visibility_off:")
        return
    unit = t(f"incidents.rare.unit.{of[2]}")
    say = _rare_say(told, unit)
    st.caption(plain(say))
    spec = _rare_spec(given.key(), of, language(), dark())
    st.vega_lite_chart(spec, theme=None, alt=say)
    st.caption(sourced(unit, t("incidents.source")))
    names = ("number", "month", "value", "centre", "lower", "upper")
    titles = pd.Index([t(f"incidents.column.{name}") for name in names])
    download(
        lambda: (
            told[list(names)]
            .assign(month=[month_name(int(one)) for one in told["month"]])
            .round(2)
            .set_axis(titles, axis=1)
        ),
        t("incidents.rare"),
    )


def _rare_say(told: pd.DataFrame, unit: str) -> str:
    """The centre, and in which months events came unusually late, or unusually close."""
    centre = number(float(told["centre"].iloc[0]), 1)
    parts = [t("incidents.rare.say", centre=centre, unit=unit, count=len(told))]
    for name, beyond in (
        ("above", told["value"] > told["upper"]),
        ("below", told["value"] < told["lower"]),
    ):
        if beyond.any():
            months = dict.fromkeys(month_name(int(one)) for one in told.loc[beyond, "month"])
            parts.append(t(f"incidents.rare.{name}", months=listed(months)))
    if not told["outside"].any():
        parts.append(t("incidents.rare.calm"))
    return pick("", " ").join(parts)


@kept(64)
def _rare_rows(key: given.StoreKey, hospital_id: int, kind: str, chart: str) -> pd.DataFrame:
    rows = given.all_rows(key, hospital_id)
    severe = risk.severe_of(rows, kind)
    if chart == "t":
        return risk.rare_days(rows[severe])
    return risk.rare_reports(rows, severe)


@kept(64)
def _rare_spec(
    key: given.StoreKey, of: tuple[int, str, str], lang: str, is_dark: bool
) -> dict[str, Any]:
    told = _rare_rows(key, *of)
    rows = told.assign(
        month=[month_name(int(one)) for one in told["month"]],
        text=[number(float(one), 1) for one in told["value"]],
    )
    return plain_spec(charts.rare(rows, t(f"incidents.rare.unit.{of[2]}"), palette(is_dark)))
