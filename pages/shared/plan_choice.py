"""Which plan is looked at, kept in the address; and the form of a new one."""

from __future__ import annotations

import streamlit as st

from core.months import add_months
from core.planning.goals.model import MOST_WAN, Plan
from core.planning.goals.records import LONGEST_NAME, add_plan
from core.words import t
from pages.shared import plan_reads, reads
from pages.shared.page import problems
from pages.shared.scope import View, adopt, number_in, publish
from pages.shared.session import actor, store

_PLAN = "plan_chosen"
YEARS = (1, 2, 3, 5, 10)


def chosen(shown: View) -> Plan | None:
    """The plan that the page is about; None where the hospital has none."""
    found = {plan.id: plan for plan in plan_reads.plans(shown)}
    adopt("plan", _PLAN, lambda text: n if (n := number_in(text)) in found else None)
    if not found:
        return None
    if st.session_state.get(_PLAN) not in found:
        st.session_state[_PLAN] = next(iter(found))
    if len(found) > 1:
        picked = st.selectbox(
            t("plan.choose"),
            list(found),
            index=list(found).index(st.session_state[_PLAN]),
            format_func=lambda number: found[number].name,
            width=420,
        )
        st.session_state[_PLAN] = picked
    publish(plan=str(st.session_state[_PLAN]))
    return found[st.session_state[_PLAN]]


def look_at(plan_id: int) -> None:
    """Make this plan the one that pages are about."""
    st.session_state[_PLAN] = plan_id


def new_plan(shown: View, page: str) -> None:
    """The form of a new plan: name, first year, years, who writes it, what it may spend."""
    names = reads.names(shown.scope)
    this = shown.month // 100
    with st.form("plan_new"):
        name = st.text_input(t("plan.name"), max_chars=LONGEST_NAME)
        with st.grid(2, min_column_width=160, gap="small"):
            year = st.selectbox(t("plan.first_year"), list(range(this - 1, this + 3)), index=2)
            years = st.selectbox(t("plan.years"), YEARS, index=YEARS.index(5))
            office = st.selectbox(
                t("plan.office"), ["", *names], format_func=lambda code: names.get(code, "—")
            )
            budget = st.number_input(
                t("plan.budget"), min_value=0.0, max_value=MOST_WAN, value=None, step=10.0
            )
        if not st.form_submit_button(t("plan.add"), type="primary", icon=":material/add:"):
            return
    first = int(year or this) * 100 + 1
    fen = None if budget is None else round(budget * 1_000_000)
    last = add_months(first, 12 * int(years or 1) - 1)
    with problems():
        plan = Plan(0, name or "", first, last, office or "", fen, "draft", 1)
        look_at(add_plan(store(), actor(page), shown.hospital_id, plan))
        st.rerun()
