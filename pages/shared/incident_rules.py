"""Deadlines and look-back of adverse events: the hospital's figures, each with its source."""

from __future__ import annotations

import streamlit as st

from core.control.incidents.records import set_rule
from core.formats import unit_name
from core.words import pick, t
from pages.shared import incident_reads as given
from pages.shared.incident_reads import definitions
from pages.shared.incident_writes import PAGE, attempt
from pages.shared.phrases import plain
from pages.shared.scope import View
from pages.shared.session import actor, store


def rules(shown: View) -> None:
    """Deadlines and look-back, each with its source; editable."""
    more = st.expander(
        t("incidents.rules"), icon=":material/tune:", on_change="rerun", key="incident_rules"
    )
    if not more.open:
        return
    figures, versions = given.desk(shown).rules, given.rule_versions(shown)
    with more:
        for rule in definitions().rules:
            unit = pick(f"（{unit_name(rule.unit)}）", f" ({unit_name(rule.unit)})")
            key = f"incident_rule_{rule.code}"
            with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
                st.number_input(
                    f"{pick(rule.name.zh, rule.name.en)}{unit}",
                    rule.least,
                    rule.most,
                    figures[rule.code],
                    step=1.0,
                    format="%.0f",
                    key=key,
                    width=260,
                )
                st.button(
                    t("incidents.rule.save"),
                    key=f"{key}_save",
                    on_click=_set_rule,
                    args=(shown, rule.code, versions.get(rule.code, 0)),
                )
            kind = t(f"catalog.target_kind.{rule.source_kind}")
            st.caption(plain(t("incidents.rule.source", kind=kind, source=rule.source)))


def _set_rule(shown: View, code: str, seen: int) -> None:
    value = float(st.session_state[f"incident_rule_{code}"])
    acting = actor(PAGE)
    figure = (definitions(), code, value)
    attempt(
        lambda: set_rule(store(), acting, shown.hospital_id, figure, seen), "incidents.rule.saved"
    )
