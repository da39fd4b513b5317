"""预算执行: what of the budget is used beside the pace of the year, who is over it, and why."""

from __future__ import annotations

import streamlit as st

from core.words import t
from pages.shared import budget_entry as entry
from pages.shared import budget_flexible as flexible
from pages.shared import budget_parts as parts
from pages.shared import reads
from pages.shared.budget_reads import Carried, carried, has_budget
from pages.shared.budget_words import line_name
from pages.shared.page import empty, head, view
from pages.shared.phrases import plain
from pages.shared.scope import View

TABS = ("lines", "offices", "departments", "flexible", "entry")


def main() -> None:
    shown = view()
    head("budget", shown)
    if reads.months_reported(shown.hospital_id) is None:
        empty("budget")
        return
    if not has_budget(shown):
        _begin(shown)
        return
    found = carried(shown)
    _answer(shown, found)
    tabs = st.tabs([t(f"budget.tab.{tab}") for tab in TABS], on_change="rerun", key="budget")
    draws = (parts.lines, parts.offices, parts.departments, flexible.draw, entry.draw)
    for tab, draw in zip(tabs, draws, strict=True):
        if tab.open:
            with tab:
                draw(shown, found)
    _how(found)
    _next(shown)


def _begin(shown: View) -> None:
    """No budget at all: what to bring, by file or by grid."""
    with st.container(border=True):
        st.markdown(f":material/inbox: **{t('budget.begin')}**")
        st.write(t("budget.begin.why"))
        st.page_link(
            "pages/data/imports.py",
            label=t("budget.import"),
            icon=":material/upload_file:",
            query_params={"table": "budget"},
        )
    st.subheader(t("budget.tab.entry"), anchor=False)
    entry.draw(shown, None)


def _answer(shown: View, found: Carried) -> None:
    said = parts.worded(shown)
    st.subheader(said.headline, anchor=False)
    st.caption(said.span)
    for note in said.notes:
        st.info(note, icon=":material/info:")
    with st.grid(4, min_column_width=205, gap="small"):
        for card in said.cards:
            with st.container(border=True, height="stretch", gap="xsmall"):
                st.metric(card.label, card.value)
                st.markdown(f":small[{card.words}]")


def _how(found: Carried) -> None:
    """Every formula and every bound with its source, one click away."""
    more = st.popover(
        t("how.title"), icon=":material/functions:", on_change="rerun", key="budget_how"
    )
    if more.open:
        with more:
            st.markdown(t("budget.how"))
            for line, limit in found.limits.items():
                st.markdown(
                    t(
                        "budget.how.limit",
                        line=line_name(line),
                        high=f"{limit.high:g}",
                        watch=f"{limit.watch_high:g}",
                        kind=t(f"catalog.target_kind.{limit.source_kind}"),
                        source=plain(limit.source),
                    )
                )


def _next(shown: View) -> None:
    with st.container(horizontal=True):
        for page, icon, query in (
            ("analysis/signals", ":material/notifications:", {}),
            ("analysis/explore", ":material/query_stats:", {"indicator": "FN026"}),
            ("data/imports", ":material/upload_file:", {"table": "budget"}),
        ):
            st.page_link(
                f"pages/{page}.py",
                label=t(f"budget.next.{page.rpartition('/')[2]}"),
                icon=icon,
                query_params=shown.codes | query,
            )


main()
