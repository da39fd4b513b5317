"""不良事件: report without a name, follow by receipt, triage, find root causes, see the risks."""

from __future__ import annotations

import streamlit as st

from core.words import t
from pages.shared.incident_report import follow_tab, report_tab
from pages.shared.page import head, view
from pages.shared.scope import View

TABS = ("report", "follow")


def main() -> None:
    shown = view()
    head("incidents", shown)
    tabs = st.tabs(
        [t(f"incidents.tab.{name}") for name in TABS], on_change="rerun", key="incidents"
    )
    for name, tab in zip(TABS, tabs, strict=True):
        if tab.open:
            with tab:
                _open(shown, name)


def _open(shown: View, name: str) -> None:
    if name == "report":
        report_tab(shown)
    else:
        follow_tab(shown)


main()
