"""督查: plan, draw the sample, fill on a tablet; what was found becomes an action."""

from __future__ import annotations

import streamlit as st

from core.words import t
from pages.shared import inspection_compare, inspection_plan, inspection_templates, reads
from pages.shared import inspection_form as filling
from pages.shared import inspection_parts as parts
from pages.shared import inspection_reads as own
from pages.shared.inspection_parts import OPENED
from pages.shared.page import empty, head, view
from pages.shared.phrases import plain
from pages.shared.scope import View, adopt, number_in, publish

TABS = ("work", "plan", "found", "compare", "templates")
HOW = ("score", "grade", "sample", "wilson", "flatters", "kappa", "save")


def main() -> None:
    shown = view()
    head("inspections", shown)
    if reads.months_reported(shown.hospital_id) is None:
        empty("inspections")
        return
    adopt("inspection", OPENED, number_in)
    opened = st.session_state.get(OPENED)
    publish(inspection=str(opened) if opened else "")
    if opened:
        _form(shown, int(opened))
        return
    parts.headline(shown)
    parts.cards(shown)
    tabs = st.tabs(
        [t(f"inspections.tab.{tab}") for tab in TABS], on_change="rerun", key="inspections_tab"
    )
    draws = (
        parts.worklist,
        inspection_plan.draw,
        parts.findings,
        inspection_compare.compare,
        inspection_templates.draw,
    )
    for tab, draw in zip(tabs, draws, strict=True):
        if tab.open:
            with tab:
                draw(shown)
    _how()
    _next(shown)


def _form(shown: View, opened: int) -> None:
    """One form alone: nothing else is drawn while somebody fills it."""
    form = own.form_of(shown, opened)
    st.button(
        t("inspections.back"),
        icon=":material/arrow_back:",
        on_click=parts.open_form,
        args=(None,),
        key="inspections_back",
    )
    if form is None:
        st.warning(t("error.E_INSPECTION_GONE"), icon=":material/error:")
        return
    parts.form_head(shown, form)
    if form["state"] == "open":
        template = own.all_templates(shown.hospital_id)[
            (form["checklist"], form["checklist_version"])
        ]
        filling.draw(form, template)
    else:
        parts.result(form, shown)
    parts.neighbours(shown, form)


def _how() -> None:
    """Every rule with its source, one click away."""
    more = st.popover(
        t("how.title"), icon=":material/functions:", on_change="rerun", key="inspections_how"
    )
    if more.open:
        with more:
            for name in HOW:
                st.markdown(t(f"inspections.how.{name}"))


def _next(shown: View) -> None:
    with st.container(horizontal=True):
        for page, icon in (
            ("control/actions", ":material/assignment:"),
            ("analysis/signals", ":material/notifications:"),
        ):
            st.page_link(
                f"pages/{page}.py",
                label=plain(t(f"inspections.next.{page.rpartition('/')[2]}")),
                icon=icon,
                query_params=shown.codes,
            )


main()
