"""指标字典: how each indicator is computed, who reports it, and which targets are in force."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from core.analysis import overview
from core.catalog.model import Indicator, terms_of
from core.formats import listed, month_name, months_name, value_text
from core.words import pick, t
from pages.shared import reads
from pages.shared.page import download, head, view
from pages.shared.phrases import name_of
from pages.shared.scope import View, adopt, publish
from pages.shared.session import catalog
from pages.shared.target_form import targets_of
from pages.shared.trends import MONTHS, trend_picture


def main() -> None:
    shown = view()
    head("catalogue", shown)
    found = _filtered()
    st.caption(t("catalogue.count", count=len(found), all=len(catalog().indicators)))
    lines = pd.DataFrame([_line(indicator) for indicator in found])
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
    code = _code(found, chosen[0] if chosen else None)
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
            on_change=_filter_changed,
        )
        domain = st.selectbox(
            t("catalogue.domain"),
            ["", *domains],
            format_func=lambda c: t(f"catalog.domain.{c}") if c else t("catalogue.every"),
            key="catalogue_domain",
            on_change=_filter_changed,
        )
        typed = st.text_input(
            t("catalogue.search"), key="catalogue_search", on_change=_filter_changed
        )
    text = typed.strip().lower()
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


def _code(found: list[Indicator], row: int | None) -> str:
    """The indicator chosen in the table, else that of the URL, else the first."""
    codes = [indicator.code for indicator in found]
    adopt("indicator", "catalogue_code", _linked)
    if row is not None and row < len(codes):
        st.session_state["catalogue_code"] = codes[row]
    chosen = st.session_state.get("catalogue_code")
    if chosen not in [*codes, st.session_state.get("catalogue_linked", "")]:
        st.session_state["catalogue_code"] = codes[0]
    publish(indicator=st.session_state["catalogue_code"])
    return st.session_state["catalogue_code"]


def _linked(code: str) -> str | None:
    """A link opens any indicator, also one that the filters leave out."""
    if code not in catalog().indicators:
        return None
    st.session_state["catalogue_linked"] = code
    return code


def _filter_changed() -> None:
    st.session_state.pop("catalogue_linked", None)


def _detail(shown: View, indicator: Indicator) -> None:
    st.subheader(f"{indicator.code} {name_of(indicator)}", anchor=False)
    held = reads.months_reported(shown.hospital_id) is not None
    left, right = st.columns([4, 5], gap="medium")
    with left:
        _definition(indicator)
    with right:
        if held and "hospital" in indicator.grain:
            trend_picture(shown, reads.reading(shown, indicator.code))
        elif held:
            st.write(t("catalogue.department_only"))
    if held and "department" in indicator.grain:
        _departments(shown, indicator)
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
    kinds = dict.fromkeys(t(f"catalog.target_kind.{aim.kind}") for aim in indicator.targets)
    st.caption(t("catalogue.target_kinds", kinds=listed(kinds) or t("catalogue.target_none")))
    st.caption(t("catalogue.used", places=listed(_places(indicator))))


def _places(indicator: Indicator) -> list[str]:
    """Where a person meets the indicator."""
    code = indicator.code
    found = {
        "catalogue.used.card": code in overview.CARDS,
        "catalogue.used.heat": code in overview.HEAT,
        "catalogue.used.all": indicator.in_use,
        "catalogue.used.department": any(code in row for row in overview.OWN_CARDS.values()),
    }
    places = [t(key) for key, used in found.items() if used]
    for other in catalog().indicators.values():
        if other.formula.kind == "change" and other.formula.of == code:
            places.append(f"{other.code} {name_of(other)}")
    return places or [t("catalogue.used.here")]


def _departments(shown: View, indicator: Indicator) -> None:
    """The last 36 months of each department: newest value, line, extremes; all of it as xlsx."""
    values = reads.by_department(shown, indicator.code, MONTHS)
    st.subheader(t("catalogue.departments"), anchor=False)
    if values.empty:
        st.write(t("catalogue.departments.none"))
        return
    months = [int(month) for month in values.columns]
    st.caption(
        t("catalogue.departments.what", months=months_name((months[0], months[-1])))
        if len(months) > 1
        else month_name(months[0])
    )
    rows = values.round(indicator.decimals)
    lines = _lines(shown, indicator, rows)
    st.dataframe(
        lines,
        hide_index=True,
        height=min(420, 38 + 35 * len(lines)),
        column_config={
            t("catalogue.line"): st.column_config.LineChartColumn(width="medium"),
            **{
                t(key): st.column_config.NumberColumn(format=f"%.{indicator.decimals}f")
                for key in ("catalogue.lowest", "catalogue.highest")
            },
        },
    )
    wide = rows.set_axis([month_name(month) for month in months], axis=1)
    wide.insert(0, t("column.department"), lines[t("column.department")])
    download(wide, f"{indicator.code} {name_of(indicator)}")


def _lines(shown: View, indicator: Indicator, rows: pd.DataFrame) -> pd.DataFrame:
    """What the table shows of each department."""
    names = reads.names(shown.scope)
    newest = [value_text(v, indicator.unit, indicator.decimals) for v in rows[shown.month].tolist()]
    return pd.DataFrame(
        {
            t("column.code"): rows.index,
            t("column.department"): [names.get(code, code) for code in rows.index],
            month_name(shown.month): newest,
            t("catalogue.line"): [_known(row) for row in rows.to_numpy()],
            t("catalogue.lowest"): rows.min(axis=1),
            t("catalogue.highest"): rows.max(axis=1),
            t("catalogue.months"): rows.notna().sum(axis=1),
        }
    )


def _known(row: np.ndarray) -> list[float]:
    """From the last gap on: a line must not join over what nobody reported."""
    gaps = np.flatnonzero(np.isnan(row))
    return row[gaps[-1] + 1 :].tolist() if len(gaps) else row.tolist()


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
