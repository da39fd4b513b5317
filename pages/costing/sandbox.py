"""分摊沙盘: change one driver, price or volume, and see at once who gains, loses or turns."""

from __future__ import annotations

import streamlit as st

from core.costing.changes import Scenario, change_of
from core.costing.model import Method
from core.costing.scenarios import Answer, answer
from core.errors import DataError, DefinitionError
from core.formats import listed, month_name
from core.words import error_text, t
from pages.shared import costing_reads, reads, sandbox_edit, sandbox_reads, sandbox_saved, saved
from pages.shared import sandbox_parts as parts
from pages.shared.page import empty, head, view
from pages.shared.phrases import plain
from pages.shared.scope import View

TABS = ("answer", "departments", "tornado", "seek", "saved")


def main() -> None:
    shown = view()
    head("sandbox", shown)
    if reads.months_reported(shown.hospital_id) is None:
        empty("sandbox")
        return
    without = [m for m in shown.comparison.now if sandbox_reads.facts(shown, m).cost.empty]
    if without:
        told = listed(month_name(month) for month in without)
        st.info(t("sandbox.none", months=told), icon=":material/inbox:")
        st.page_link("pages/data/imports.py", label=t("empty.do"), icon=":material/upload_file:")
        return
    saved.arrive(sandbox_saved.book(None), shown)
    left, right = st.columns([2, 3], gap="medium")
    with left:
        method = _method()
        sandbox_edit.editor(shown)
    with right:
        _right(shown, method)
    with st.expander(t("sandbox.how"), icon=":material/functions:"):
        parts.assumptions(shown)


def _method() -> Method:
    chosen: Method | None = st.selectbox(
        t("sandbox.method"),
        costing_reads.SHOWN,
        format_func=lambda one: t(f"costing.method.{one}"),
        key=sandbox_edit.METHOD,
    )
    return chosen or costing_reads.SHOWN[0]


def _right(shown: View, method: Method) -> None:
    scenario = _scenario(method)
    found, steps = None, ()
    if scenario is None:
        _invite(shown, method)
    else:
        found, steps = _answered(shown, scenario)
        if found is not None:
            parts.headline(shown, found)
            parts.cards(found)
    tabs = st.tabs([t(f"sandbox.tab.{tab}") for tab in TABS], on_change="rerun", key="sandbox_tab")
    for name, tab in zip(TABS, tabs, strict=True):
        if not tab.open:
            continue
        with tab:
            if name == "saved":
                sandbox_saved.panel(shown, scenario)
            elif found is None:
                st.caption(t("sandbox.first"))
            elif name == "answer":
                parts.pictures(shown, found, steps)
            elif name == "departments":
                parts.departments(shown, found)
            elif name == "tornado":
                parts.tornado(shown, found)
            else:
                sandbox_saved.seeking(shown, found.scenario)


def _scenario(method: Method) -> Scenario | None:
    """What the cards say; None while there is none."""
    contents = [entry["content"] for entry in sandbox_edit.entries()]
    if not contents:
        return None
    try:
        changes = tuple(change_of(content) for content in contents)
    except DefinitionError as error:
        st.error(plain(error_text(error)), icon=":material/error:")
        return None
    return Scenario(name=t("saved.unnamed"), method=method, change=changes)


def _answered(shown: View, scenario: Scenario) -> tuple[Answer | None, tuple[int, ...]]:
    run = sandbox_reads.run(shown)
    try:
        with st.spinner(t("sandbox.running"), show_time=False):
            steps = run.wholes(scenario.method, scenario.changes)
            return answer(run, scenario), steps
    except DataError as error:
        st.error(plain(error_text(error)), icon=":material/error:")
        return None, ()


def _invite(shown: View, method: Method) -> None:
    """The base, and what to begin with."""
    try:
        base = sandbox_reads.run(shown).profits(method, ())
    except DataError as error:
        st.error(plain(error_text(error)), icon=":material/error:")
        st.page_link(
            "pages/costing/allocation.py", label=t("sandbox.mend"), icon=":material/account_tree:"
        )
        return
    parts.base(shown, base)
    st.caption(t("sandbox.begin"))


main()
