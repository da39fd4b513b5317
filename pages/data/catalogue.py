"""指标字典: how each indicator is computed, who reports it, and which targets are in force."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.catalog.model import Indicator, terms_of
from core.formats import listed
from core.words import pick, t
from pages.shared import reads
from pages.shared.page import download, head, view
from pages.shared.phrases import name_of
from pages.shared.scope import View, adopt, publish
from pages.shared.session import catalog
from pages.shared.target_form import targets_of
from pages.shared.trends import trend_picture


def main() -> None:
    shown = view()
    head("catalogue", shown)
    listed = _filtered()
    st.caption(t("catalogue.count", count=len(listed), all=len(catalog().indicators)))
    lines = pd.DataFrame([_line(indicator) for indicator in listed])
    if lines.empty:
        st.write(t("catalogue.nothing"))
        return
    event = st.dataframe(
        lines,
        hide_index=True,
        height=330,
        on_select="rerun",
        selection_mode="single-row",
        key="catalogue_choice",
    )
    download(lines, t("catalogue.title"))
    chosen = event["selection"]["rows"]
    code = _code(listed, chosen[0] if chosen else None)
    _detail(shown, catalog().indicators[code])


def _filtered() -> list[Indicator]:
    """本院在用 first: what the hospital has chosen to follow, then the rest."""
    every = list(catalog().indicators.values())
    domains = list(dict.fromkeys(indicator.domain for indicator in every))
    with st.grid(3, min_column_width=200):
        used = st.segmented_control(
            t("catalogue.use"),
            ["in_use", "all"],
            default="in_use",
            required=True,
            format_func=lambda code: t(f"catalogue.use.{code}"),
            key="catalogue_use",
        )
        domain = st.selectbox(
            t("catalogue.domain"),
            ["", *domains],
            format_func=lambda c: t(f"catalog.domain.{c}") if c else t("catalogue.every"),
            key="catalogue_domain",
        )
        text = st.text_input(t("catalogue.search"), key="catalogue_search").strip().lower()
    return [
        indicator
        for indicator in every
        if (indicator.in_use or used == "all")
        and domain in ("", indicator.domain)
        and text in f"{indicator.code} {indicator.name.zh} {indicator.name.en}".lower()
    ]


def _line(indicator: Indicator) -> dict[str, str]:
    return {
        t("column.code"): indicator.code,
        t("column.indicator"): name_of(indicator),
        t("catalogue.domain"): t(f"catalog.domain.{indicator.domain}"),
        t("column.formula"): pick(indicator.formula_text.zh, indicator.formula_text.en),
        t("catalogue.unit"): t(f"catalog.unit.{indicator.unit}"),
        t("catalogue.better"): t(f"catalog.better.{indicator.better}"),
        t("catalogue.owner"): pick(indicator.owner.zh, indicator.owner.en),
        t("catalogue.system"): pick(indicator.data_source.zh, indicator.data_source.en),
        t("catalogue.used_for"): listed(t(f"catalog.used_for.{u}") for u in indicator.used_for),
        t("column.source"): indicator.source,
        t("catalogue.checked"): t("catalogue.recalled") if indicator.recalled else "",
    }


def _code(listed: list[Indicator], row: int | None) -> str:
    """The indicator chosen in the table, else that of the URL, else the first."""
    codes = [indicator.code for indicator in listed]
    adopt("indicator", "catalogue_code", lambda code: code if code in codes else None)
    if row is not None and row < len(codes):
        st.session_state["catalogue_code"] = codes[row]
    if st.session_state.get("catalogue_code") not in codes:
        st.session_state["catalogue_code"] = codes[0]
    publish(indicator=st.session_state["catalogue_code"])
    return st.session_state["catalogue_code"]


def _detail(shown: View, indicator: Indicator) -> None:
    st.subheader(f"{indicator.code} {name_of(indicator)}", anchor=False)
    left, right = st.columns([4, 5], gap="medium")
    with left:
        _definition(indicator)
    with right:
        if reads.months_reported(shown.hospital_id) is not None:
            board = reads.board(shown)
            readings = board.hospital.set_index("indicator", drop=False)
            if "hospital" in indicator.grain:
                trend_picture(shown, readings.loc[indicator.code].to_dict())
            else:
                st.write(t("catalogue.department_only"))
    targets_of(shown, indicator)


def _definition(indicator: Indicator) -> None:
    st.markdown(f"**{t('catalogue.formula')}**")
    st.write(pick(indicator.formula_text.zh, indicator.formula_text.en))
    for label, text in _sides(indicator):
        st.caption(f"{label}: {text}")
    st.markdown(f"**{t('catalogue.note')}**")
    st.write(pick(indicator.note.zh, indicator.note.en))
    st.caption(t("how.source", source=indicator.source))
    if indicator.recalled:
        st.badge(t("catalogue.recalled"), color="orange", icon=":material/help:")
        st.caption(t("how.recalled"))


def _sides(indicator: Indicator) -> list[tuple[str, str]]:
    """What is counted on top and at the bottom, by the names of the import tables."""
    formula = indicator.formula
    if formula.kind == "ratio":
        return [
            (t("catalogue.top"), _names(formula.top)),
            (t("catalogue.bottom"), _names(formula.bottom)),
        ]
    return [(t("catalogue.sum"), _names(formula.measures))] if formula.kind == "total" else []


def _names(terms: tuple[str, ...]) -> str:
    parts = []
    for term in terms_of(terms):
        measure = catalog().measures[term.measure]
        parts.append(("− " if term.sign < 0 else "") + pick(measure.name.zh, measure.name.en))
    return listed(parts)


main()
