"""瓶颈与排队: which node holds patients up, what one more machine brings, when a list is clear."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from core.errors import JingguanError
from core.words import t
from pages.shared import queues_inputs as inputs
from pages.shared import queues_more as more
from pages.shared import queues_parts as parts
from pages.shared import queues_reads as figures
from pages.shared import reads, saved
from pages.shared.page import empty, head, table, view
from pages.shared.phrases import complaint, plain
from pages.shared.queues_inputs import Asked, Start
from pages.shared.scope import View

TABS = ("arrived", "booked", "week", "saved")


def main() -> None:
    shown = view()
    head("queues", shown)
    if reads.months_reported(shown.hospital_id) is None:
        empty("queues")
        return
    saved.arrive(saved.Book(inputs.PAGE, lambda: None, inputs.show), shown)
    _nodes(shown)
    options = inputs.starts(shown)
    st.subheader(t("queues.what_if"), anchor=False)
    start = inputs.choose(options)
    inputs.settle(start)
    inputs.keep((*inputs.FIELDS, *inputs.FLAGS))
    _origin(start)
    _line(shown, start, options)
    _how()
    _next(shown, start)


def _nodes(shown: View) -> None:
    found = figures.every_node(shown)
    if not found:
        st.info(t("queues.none"), icon=":material/inbox:")
        st.page_link("pages/data/imports.py", label=t("empty.do"), icon=":material/upload_file:")
        return
    said = parts.headline(shown, found)
    if said:
        st.subheader(said, anchor=False)
    parts.nodes_picture(shown, found)
    rows = st.expander(t("queues.nodes.title"), on_change="rerun", key="queues_nodes")
    if rows.open:
        with rows:
            parts.nodes_table(shown)


def _origin(start: Start) -> None:
    """Where the numbers to begin with come from."""
    if start.case is not None:
        badge = f":orange-badge[{t('queues.badge.case')}]"
        check = f" :orange-badge[{t('queues.badge.to_check')}]" if start.case.to_check else ""
        st.markdown(f"{badge}{check} :small[{plain(start.case.source)}]")
    else:
        st.markdown(f":blue-badge[{t('queues.badge.month')}] :small[{t('queues.month.why')}]")


def _line(shown: View, start: Start, options: Mapping[str, Start]) -> None:
    left, right = st.columns([1, 3], gap="medium")
    with left:
        for name in ("arrivals", "minutes", "now", "asked"):
            inputs.number_of(name)
        more_fields = st.expander(
            t("queues.more"), icon=":material/tune:", on_change="rerun", key="queues_more"
        )
        if more_fields.open:
            with more_fields:
                inputs.number_of("within")
                inputs.number_of("cv", t("queues.field.cv.help"))
                inputs.number_of("yearly", t("queues.field.yearly.help"))
                inputs.number_of("people")
                inputs.number_of("wage", t("queues.field.wage.help"))
    with right:
        told = inputs.asked(start)
        st.subheader(parts.sentence(told, start), anchor=False)
        parts.cards(told, start)
        tabs = st.tabs(
            [t(f"queues.tab.{tab}") for tab in TABS], on_change="rerun", key="queues_tab"
        )
        for name, tab in zip(TABS, tabs, strict=True):
            if tab.open:
                with tab:
                    _part(name, shown, told, start, options)


def _part(name: str, shown: View, told: Asked, start: Start, options: Mapping[str, Start]) -> None:
    if name == "arrived":
        st.caption(t("queues.arrived.what"))
        parts.curve(told, start)
    elif name == "booked":
        more.booked(told, start)
    elif name == "week":
        more.week(shown, told)
    else:
        book = saved.Book(inputs.PAGE, lambda: inputs.content(told), inputs.show)
        saved.panel(book, shown, lambda chosen: _compare(chosen, options))


def _compare(chosen: Mapping[str, Mapping[str, Any]], options: Mapping[str, Start]) -> None:
    found = {}
    for name, content in chosen.items():
        try:
            found[name] = inputs.of_content(content)
        except JingguanError as error:
            st.error(complaint(error), icon=":material/error:")
    if found:
        table(parts.compared(found, options), t("queues.compare.title"))


def _how() -> None:
    how = st.popover(
        t("how.title"), icon=":material/functions:", on_change="rerun", key="queues_how"
    )
    if how.open:
        with how:
            st.markdown(t("queues.how"))


def _next(shown: View, start: Start) -> None:
    """Where to go from here, the choice in the address."""
    department = start.node["department"] if start.node is not None else shown.department
    codes = shown.codes | {"dept": department}
    with st.container(horizontal=True):
        st.page_link(
            "pages/analysis/equipment.py",
            label=t("queues.next.equipment"),
            icon=":material/radiology:",
            query_params=codes,
        )


main()
