"""改进闭环: what I have to do, where every action stands, what is late, and whether it worked."""

from __future__ import annotations

import streamlit as st

from core.control.actions.model import Draft, Origin
from core.control.actions.rules import rules
from core.control.actions.summary import summary
from core.words import t
from pages.shared import action_detail, action_reads, raise_action
from pages.shared import action_parts as parts
from pages.shared.page import head, view
from pages.shared.scope import View, adopt, number_in, publish
from pages.shared.session import today

OPENED = "actions_open"
TABS = ("mine", "board", "late", "effect")


def main() -> None:
    shown = view()
    head("actions", shown)
    adopt("action", OPENED, lambda text: number_in(text) or 0)
    every = action_reads.rows(shown)
    opened = next((row for row in every if row["id"] == st.session_state.get(OPENED)), None)
    publish(action=str(opened["id"]) if opened else "")
    if opened is not None:
        action_detail.draw(shown, opened)
        return
    if st.session_state.get(OPENED):
        st.warning(t("error.E_ACTION_GONE"), icon=":material/search_off:")
    _lists(shown, [row for row in every if shown.department in ("", row["department"])])


def _lists(shown: View, rows: list[action_reads.Row]) -> None:
    groups = parts.waiting_for(rows)
    told = summary(rows, today())
    if rows:
        waiting = sum(len(groups[name]) for name in ("verify", "work", "assign"))
        st.subheader(parts.headline(told, waiting), anchor=False)
        parts.cards(told)
    else:
        st.markdown(f":material/inbox: {t('actions.empty')}")
    suggested = Draft("", shown.department, Origin("suggestion"), "ordinary", "")
    raise_action.panel(shown, suggested)
    if rows:
        _tabs(shown, rows, groups)
    with st.expander(t("actions.how"), icon=":material/functions:"):
        st.markdown(t("actions.how.text", deadlines=raise_action.deadlines_text()))
        st.caption(rules().source)


def _tabs(
    shown: View, rows: list[action_reads.Row], groups: dict[str, list[action_reads.Row]]
) -> None:
    tabs = st.tabs([t(f"actions.tab.{tab}") for tab in TABS], on_change="rerun", key="actions_tab")
    for name, tab in zip(TABS, tabs, strict=True):
        if not tab.open:
            continue
        with tab:
            if name == "mine":
                parts.my_work(shown, groups)
            elif name == "board":
                parts.board(shown, rows)
            elif name == "late":
                parts.overdue(shown, rows)
            else:
                parts.effects(shown, rows)


main()
