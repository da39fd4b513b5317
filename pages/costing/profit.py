"""科室损益: in profit or in loss, how much of it the department controls, and what weighs most."""

from __future__ import annotations

import streamlit as st

from core.costing.profit_rules import BASES, Basis
from core.formats import money, month_name, months_name
from core.words import t
from pages.shared import costing_reads, profit_official, reads
from pages.shared import profit_parts as parts
from pages.shared.page import empty, head, view
from pages.shared.phrases import comparison_text, plain
from pages.shared.profit_reads import Asked, Span, categories, months, performed, span
from pages.shared.profit_words import gaps, told
from pages.shared.scope import View, adopt, publish

BASIS, METHOD = "profit_basis", "profit_method"
METHODS = costing_reads.SHOWN
TABS = ("departments", "methods", "units", "official")


def main() -> None:
    shown = view()
    head("profit", shown)
    if reads.months_reported(shown.hospital_id) is None:
        empty("profit")
        return
    asked = _asked()
    with st.spinner(t("profit.working", count=len(months(shown)))):
        found = span(shown, asked)
        if not found.rows.empty:
            said = told(shown, asked)
    if found.rows.empty:
        _nothing(shown, found)
        return
    _notes(shown, asked, found)
    st.subheader(said.headline, anchor=False)
    if said.cause:
        st.markdown(said.cause)
    parts.cards(said)
    st.caption(_against(shown))
    if said.warning:
        st.warning(said.warning, icon=":material/domain_disabled:")
    parts.bridge(shown, said)
    tabs = st.tabs([t(f"profit.tab.{tab}") for tab in TABS], on_change="rerun", key="profit")
    for tab, which in zip(tabs, TABS, strict=True):
        if tab.open:
            with tab:
                _tab(which, shown, asked, found)
    _next(shown)


def _asked() -> Asked:
    """Whose income, and how cost is shared."""
    adopt("basis", BASIS, lambda text: text if text in BASES else None)
    adopt("method", METHOD, lambda text: text if text in METHODS else None)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        basis: Basis | None = st.segmented_control(  # pyright: ignore[reportAssignmentType]
            t("profit.basis"),
            BASES,
            key=BASIS,
            default=None if BASIS in st.session_state else BASES[0],
            required=True,
            format_func=lambda one: t(f"profit.basis.{one}"),
            help=t("profit.basis.help"),
        )
        method = st.selectbox(
            t("allocation.method"),
            METHODS,
            key=METHOD,
            format_func=lambda one: t(f"costing.method.{one}"),
            width=190,
        )
    asked = Asked(basis or BASES[0], method)
    publish(
        basis="" if asked.basis == BASES[0] else asked.basis,
        method="" if asked.method == METHODS[0] else asked.method,
    )
    return asked


def _against(shown: View) -> str:
    if not shown.comparison.then:
        return t("profit.no_target")
    known = months(shown, then=True)
    if len(known) < len(shown.comparison.then):
        return t("profit.no_comparison", months=months_name(shown.comparison.then))
    return comparison_text(shown.comparison)


def _nothing(shown: View, found: Span) -> None:
    """No month of the view has cost that can be shared."""
    if found.refused:
        names = "、".join(month_name(month) for month in found.refused)
        st.error(t("profit.refused", months=names), icon=":material/error:")
        _link(shown, "allocation")
        return
    st.info(t("profit.none", months=months_name(months(shown))), icon=":material/inbox:")
    st.page_link("pages/data/imports.py", label=t("empty.do"), icon=":material/upload_file:")


def _notes(shown: View, asked: Asked, found: Span) -> None:
    """What a reader must know before the figures."""
    if gaps(found):
        st.warning(gaps(found), icon=":material/event_busy:")
    if asked.basis != "ordering":
        where = money(found.elsewhere_fen)
        st.warning(t(f"profit.basis.{asked.basis}.warn", amount=where), icon=":material/info:")
    if found.held_fen:
        st.warning(t("profit.held", amount=money(found.held_fen)), icon=":material/pending:")
    if shown.department and shown.department not in found.rows.index:
        _not_final(shown, found)


def _not_final(shown: View, found: Span) -> None:
    """A department whose cost ends elsewhere: what it performed, and what it cost directly."""
    own = performed(shown, found.months, shown.department)
    direct = int(own[["variable", "own_fixed", "uncontrollable"]].sum())
    category = categories(shown).get(shown.department, "unclassified")
    st.info(
        t(
            "profit.not_clinical",
            department=plain(reads.names(shown.scope).get(shown.department, shown.department)),
            category=t(f"category.{category}"),
            income=money(int(own["income"])),
            direct=money(direct),
            left=money(int(own["income"]) - direct),
        ),
        icon=":material/info:",
    )


def _tab(which: str, shown: View, asked: Asked, found: Span) -> None:
    if which == "departments":
        parts.departments(shown, told(shown, asked))
    elif which == "methods":
        parts.methods(shown, asked, found)
    elif which == "units":
        parts.unit_costs(shown, asked, found)
    else:
        profit_official.official(shown, found)


def _next(shown: View) -> None:
    """Formulas one click away, and where to go from here."""
    more = st.expander(t("profit.how"), icon=":material/functions:", on_change="rerun")
    if more.open:
        with more:
            profit_official.how()
    with st.container(horizontal=True):
        _link(shown, "allocation")
        st.page_link(
            "pages/department.py",
            label=t("profit.next.department"),
            icon=":material/local_hospital:",
            query_params=shown.codes,
        )


def _link(shown: View, page: str) -> None:
    st.page_link(
        f"pages/costing/{page}.py",
        label=t(f"profit.next.{page}"),
        icon=":material/account_tree:",
        query_params=shown.codes,
    )


main()
