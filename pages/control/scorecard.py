"""质控记分卡: departments by quality domain, with what chance explains; the monthly assessment."""

from __future__ import annotations

import streamlit as st

from core.words import t
from pages.shared import reads, scorecard_sheet
from pages.shared import scorecard_parts as parts
from pages.shared.page import empty, head, view
from pages.shared.phrases import plain
from pages.shared.scope import View

TABS = ("funnel", "cards", "trend", "assessment", "weights")
HOW = ("compose", "indicators", "interval", "funnel", "coefficient")


def main() -> None:
    shown = view()
    head("scorecard", shown)
    if reads.months_reported(shown.hospital_id) is None:
        empty("scorecard")
        return
    parts.headline(shown)
    if shown.department:
        st.caption(t("scorecard.whole"))
    parts.cards(shown)
    st.caption(t("scorecard.year"))
    tabs = st.tabs(
        [t(f"scorecard.tab.{tab}") for tab in TABS], on_change="rerun", key="scorecard_tab"
    )
    draws = (
        parts.funnel,
        parts.cards_table,
        parts.trend,
        scorecard_sheet.assessment,
        scorecard_sheet.weights,
    )
    for tab, draw in zip(tabs, draws, strict=True):
        if tab.open:
            with tab:
                draw(shown)
    _how()
    _next(shown)


def _how() -> None:
    more = st.popover(
        t("how.title"), icon=":material/functions:", on_change="rerun", key="scorecard_how"
    )
    if more.open:
        with more:
            for name in HOW:
                st.markdown(t(f"scorecard.how.{name}"))


def _next(shown: View) -> None:
    with st.container(horizontal=True):
        for page, icon in (
            ("control/inspections", ":material/fact_check:"),
            ("control/actions", ":material/assignment:"),
        ):
            st.page_link(
                f"pages/{page}.py",
                label=plain(t(f"scorecard.next.{page.rpartition('/')[2]}")),
                icon=icon,
                query_params=shown.codes,
            )


main()
