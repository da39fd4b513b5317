"""Views saved with a name: open, save, rename, remove."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.hospital.views.records import LONGEST, remove_view, rename_view, save_view
from core.words import t
from pages.shared import explore_reads
from pages.shared.explore_choice import MEMBERS, Choice, go
from pages.shared.page import problems
from pages.shared.phrases import plain
from pages.shared.scope import View
from pages.shared.session import actor, store

PAGE = "analysis_explore"


def saved_views(shown: View, choice: Choice) -> None:
    """One click away: the views of this page that anybody of the hospital saved."""
    with st.popover(t("explore.saved"), icon=":material/bookmark:"):
        known = explore_reads.saved(shown.hospital_id, PAGE)
        if not known:
            st.caption(t("explore.saved.none"))
        for view in known:
            _line(view)
        with st.form("explore_save", border=False):
            name = st.text_input(t("explore.saved.name"), max_chars=LONGEST, key="explore_name")
            if st.form_submit_button(t("explore.saved.save"), type="primary"):
                with problems():
                    place = (shown.hospital_id, PAGE)
                    parameters = {k: v for k, v in _address(shown, choice).items() if v}
                    save_view(store(), actor("explore"), place, name, parameters)
                    st.rerun()


def _address(shown: View, choice: Choice) -> dict[str, str]:
    return shown.codes | choice.parameters


def _line(view: dict[Any, Any]) -> None:
    """Open by its name; rename and remove beside it."""
    number, seen = int(view["id"]), int(view["version"])
    opens, edits = st.columns([5, 1], gap="small", vertical_alignment="center")
    wanted = {**dict.fromkeys(MEMBERS.values(), ""), "dept": "", **view["parameters"]}
    wanted = {k: v for k, v in wanted.items() if v or k == "dept"}
    opens.button(
        plain(view["name"]),
        key=f"explore_open_{number}",
        on_click=go,
        args=(wanted,),
        width="stretch",
    )
    with edits.popover("", icon=":material/edit:", help=t("explore.saved.edit")):
        name = st.text_input(
            t("explore.saved.name"), view["name"], max_chars=LONGEST, key=f"explore_name_{number}"
        )
        if st.button(t("explore.saved.rename"), key=f"explore_rename_{number}"):
            with problems():
                rename_view(store(), actor("explore"), number, name or "", seen)
                st.rerun()
        if st.button(t("explore.saved.remove"), key=f"explore_remove_{number}"):
            with problems():
                remove_view(store(), actor("explore"), number, seen)
                st.rerun()
