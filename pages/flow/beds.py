"""床位: how many can still come today, which ward is tight, what frees beds."""

from __future__ import annotations

import streamlit as st

from core.formats import number
from core.words import pick, t
from pages.shared import background, beds_choice, beds_reads, reads, saved
from pages.shared import beds_parts as parts
from pages.shared import beds_trials as trials
from pages.shared.beds_board import board, exemptions
from pages.shared.beds_controls import kind_word
from pages.shared.beds_reads import Ahead
from pages.shared.page import empty, head, problems, view
from pages.shared.phrases import plain
from pages.shared.scope import View

TABS = ("board", "census", "trial", "saved")
BOOK = saved.Book(beds_choice.PAGE, beds_choice.content, beds_choice.put)
HOW = ("census", "stays", "interval", "full", "bands", "refused", "stay", "noon", "day", "even")


def main() -> None:
    shown = view()
    head("beds", shown)
    months = shown.comparison.now
    known = reads.months_reported(shown.hospital_id) is not None
    if not known or (not beds_reads.has_census(shown) and beds_reads.places(shown, months).empty):
        empty("beds")
        return
    saved.arrive(BOOK, shown)
    beds_choice.arrive(shown)
    counted = beds_reads.has_census(shown)
    if counted and not background.ready(*beds_reads.work(shown)):
        return
    found = beds_reads.ahead(shown) if counted else None
    if found is None:
        st.info(t("beds.monthly"), icon=":material/info:")
        with st.grid(4, min_column_width=190, gap="small"):
            parts.use_card(shown)
    else:
        parts.headline(shown, found)
        parts.cards(shown, found)
    _tabs(shown, found)
    beds_choice.tell()
    _how()
    _next(shown)


def _tabs(shown: View, found: Ahead | None) -> None:
    names = TABS if found is not None else TABS[2:]
    tabs = st.tabs([t(f"beds.tab.{name}") for name in names], on_change="rerun", key="beds_tab")
    for name, tab in zip(names, tabs, strict=True):
        if not tab.open:
            continue
        with tab:
            if name == "saved":
                with problems():
                    saved.panel(BOOK, shown, lambda chosen: trials.side_by_side(shown, chosen))
            elif name == "trial" or found is None:
                _place(shown)
                trials.trials(shown, by_ward=found is not None)
            elif name == "board":
                board(shown, found)
                exemptions(shown)
            else:
                _place(shown)
                parts.census(shown, found)


def _place(shown: View) -> None:
    """The ward that is looked at, or all."""
    names = {"": beds_reads.house_name(shown), **beds_reads.place_names(shown)}
    codes = ["", *beds_reads.places(shown, shown.comparison.now)["ward"]]
    key = beds_choice.widget("ward")
    if st.session_state[key] not in codes:
        st.session_state[key] = ""
    st.selectbox(
        t("beds.place"),
        codes,
        key=key,
        format_func=lambda code: str(names.get(code, code)),
        on_change=beds_choice.changed,
        args=("ward",),
        width=320,
    )


def _how() -> None:
    """Formulas, bands and targets with their sources, one click away."""
    more = st.popover(
        t("how.title"), icon=":material/functions:", on_change="rerun", key="beds_how"
    )
    if not more.open:
        return
    with more:
        for name in HOW:
            st.markdown(t(f"beds.how.{name}"))
        for band in beds_reads.rules().bands:
            action = pick(band.action.zh, band.action.en) if band.action else ""
            words = (parts.band_word(band.code), f"≥ {number(band.low)}%", action, band.source)
            st.caption(plain(" · ".join((t(f"catalog.target_kind.{band.source_kind}"), *words))))
        for aim in beds_reads.rules().targets:
            words = (kind_word(aim), pick(aim.note.zh, aim.note.en), aim.source)
            st.caption(plain(" · ".join(words)))


def _next(shown: View) -> None:
    """Where to go from here."""
    with st.container(horizontal=True):
        st.page_link(
            "pages/flow/forecast.py",
            label=t("beds.next.forecast"),
            icon=":material/online_prediction:",
            query_params=shown.codes | {"stream": "inpatient"},
        )
        st.page_link(
            "pages/flow/staffing.py",
            label=t("beds.next.staffing"),
            icon=":material/badge:",
            query_params=shown.codes,
        )
        st.page_link(
            "pages/analysis/explore.py",
            label=t("beds.next.explore"),
            icon=":material/query_stats:",
            query_params=shown.codes | {"indicator": "OP001"},
        )


main()
