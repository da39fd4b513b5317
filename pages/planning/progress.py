"""目标进度: planned against actual, who is behind, and where the year will end."""

from __future__ import annotations

import streamlit as st

from core.words import t
from pages.shared import plan_choice, plan_reads, progress_parts, reads
from pages.shared.page import empty, head, view

TABS = ("behind", "months", "one")


def main() -> None:
    shown = view()
    head("progress", shown)
    if reads.months_reported(shown.hospital_id) is None:
        empty("progress")
        return
    plan = plan_choice.chosen(shown)
    if plan is None:
        st.info(t("progress.begin"), icon=":material/inbox:")
        st.page_link(
            "pages/planning/goals.py", label=t("goals.begin.do"), icon=":material/account_tree:"
        )
        return
    judged = plan_reads.judged(shown, plan)
    if not judged.tree.goals:
        st.info(t("goals.none"), icon=":material/inbox:")
        return
    st.subheader(progress_parts.headline(shown, judged), anchor=False)
    progress_parts.cards(shown, judged)
    progress_parts.arrive(judged)
    titles = [t(f"progress.tab.{name}") for name in TABS]
    tabs = st.tabs(titles, on_change="rerun", key="progress")
    draws = (progress_parts.behind_tab, progress_parts.months_tab, progress_parts.one_tab)
    for tab, draw in zip(tabs, draws, strict=True):
        if tab.open:
            with tab:
                draw(shown, judged)
    with st.expander(t("how.title"), icon=":material/functions:"):
        progress_parts.how()


main()
