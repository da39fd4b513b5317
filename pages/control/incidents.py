"""不良事件: report without a name, follow by receipt, triage, find root causes, see the risks."""

from __future__ import annotations

import streamlit as st

from core.words import t
from pages.shared import incident_rca
from pages.shared.incident_desk import triage_tab
from pages.shared.incident_rca import rca_tab
from pages.shared.incident_report import follow_tab, report_tab
from pages.shared.incident_risk import risk_tab
from pages.shared.page import head, problems, view
from pages.shared.scope import View, adopt, number_in

TABS = {
    "report": report_tab,
    "follow": follow_tab,
    "triage": triage_tab,
    "rca": rca_tab,
    "risk": risk_tab,
}


def main() -> None:
    shown = view()
    head("incidents", shown)
    _arrive(shown)
    titles = [t(f"incidents.tab.{name}") for name in TABS]
    tabs = st.tabs(titles, on_change="rerun", key="incidents")
    for draw, tab in zip(TABS.values(), tabs, strict=True):
        if tab.open:
            with tab, problems():
                draw(shown)


def _arrive(shown: View) -> None:
    """An address may name a tab and an event: an action leads back to where it came from."""
    names = ("incident_part", "incident_asked")
    before = [st.session_state.get(name) for name in names]
    adopt("part", names[0], lambda text: text if text in TABS else None)
    adopt("incident", names[1], number_in)
    part, asked = (st.session_state.get(name) for name in names)
    if part and part != before[0]:
        st.session_state["incidents"] = t(f"incidents.tab.{part}")
    if asked and asked != before[1]:
        incident_rca.arrive(shown, int(asked))


main()
