"""Which of the hospital's tables: masters, what is due each month, and what comes as needed."""

from __future__ import annotations

import streamlit as st

from core.intake.definitions import TableDefinition, in_order
from core.words import pick, t
from pages.shared import reads
from pages.shared.scope import View, adopt, publish
from pages.shared.session import tables

MASTERS, MONTHLY, NEEDED = "masters", "monthly", "needed"
_OF_EVERY_HOSPITAL = ("workload", "income", "direct_cost", "driver")


def title(definition: TableDefinition) -> str:
    return pick(definition.title.zh, definition.title.en)


def monthly_tables(shown: View, month: int) -> list[TableDefinition]:
    """What this hospital owes each month: the four that all do, and what it has begun to bring."""
    begun = reads.delivered_lately(shown.hospital_id, month)
    return [
        one
        for one in in_order(tables().values())
        if one.due_day and (one.table in _OF_EVERY_HOSPITAL or one.table in begun)
    ]


def choose_table(shown: View) -> TableDefinition:
    """The table that a person chose, or that a link named: first its kind, then its name."""
    groups = _groups(shown)
    before = st.session_state.get("import_table")
    adopt("table", "import_table", lambda code: code if code in tables() else None)
    linked = st.session_state.get("import_table")
    if linked != before or "import_group" not in st.session_state:
        st.session_state["import_group"] = _group_of(linked, groups) or _first_group(shown)
    group = st.segmented_control(
        t("imports.group"),
        list(groups),
        format_func=lambda one: t(f"imports.group.{one}"),
        key="import_group",
        required=True,
    )
    codes = [one.table for one in groups[group or MONTHLY]]
    if st.session_state.get("import_table") not in codes:
        st.session_state["import_table"] = codes[0]
    contract = st.selectbox(
        t("imports.table"), codes, key="import_table", format_func=lambda c: title(tables()[c])
    )
    if "table" in st.query_params:  # a link brought it; from here on the choice leads
        publish(table=contract)
    st.caption(_about(tables()[contract]))
    return tables()[contract]


def _groups(shown: View) -> dict[str, list[TableDefinition]]:
    monthly = monthly_tables(shown, shown.month)
    every = in_order(tables().values())
    others = [one for one in every if one.kind == "fact" and one not in monthly]
    masters = [one for one in every if one.kind == "master"]
    # Most hospitals have one site and begin with their departments.
    masters.sort(key=lambda one: one.table == "campus")
    return {MASTERS: masters, MONTHLY: monthly, NEEDED: others}


def _group_of(contract: str | None, groups: dict[str, list[TableDefinition]]) -> str:
    for group, members in groups.items():
        if any(one.table == contract for one in members):
            return group
    return ""


def _first_group(shown: View) -> str:
    return MONTHLY if reads.batches(shown.hospital_id).shape[0] else MASTERS


def _about(definition: TableDefinition) -> str:
    """Who brings it, and by when."""
    owner = t("imports.about.owner", owner=pick(definition.owner.zh, definition.owner.en))
    if definition.due_day:
        return owner + t("imports.about.due", day=definition.due_day)
    return owner
