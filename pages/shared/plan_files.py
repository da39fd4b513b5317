"""The plan itself: its name, months, office and money; approval; the files to take along."""

from __future__ import annotations

import dataclasses

import streamlit as st

from core.planning.goals.model import MOST_WAN, WAN, Plan
from core.planning.goals.records import LONGEST_NAME, save_plan
from core.reports.documents.blocks import Document
from core.reports.plans.plan import Written, document
from core.words import t
from pages.shared import plan_reads, reads
from pages.shared.page import problems
from pages.shared.plan_choice import new_plan
from pages.shared.plan_export import buttons
from pages.shared.plan_reads import Judged
from pages.shared.scope import View
from pages.shared.session import actor, catalog, store

PAGE = "planning_goals"


def plan_tab(shown: View, judged: Judged) -> None:
    """Change the plan, approve it, export it, begin another."""
    st.markdown(f"**{t('plan.files')}**")
    buttons(lambda: _document(shown, judged), judged.plan.name, "plan")
    st.divider()
    _form(shown, judged.plan)
    with st.expander(t("plan.another"), icon=":material/add:"):
        new_plan(shown, PAGE)


def _document(shown: View, judged: Judged) -> Document:
    return document(
        Written(
            judged.plan,
            judged.tree,
            judged.found,
            plan_reads.standing(shown, judged.plan),
            judged.ceiling,
            shown.month,
            catalog(),
            reads.names(shown.scope),
        )
    )


def _form(shown: View, plan: Plan) -> None:
    names = reads.names(shown.scope)
    offices = ["", *names]
    with st.form(f"plan_form_{plan.id}_{plan.version}"):
        name = st.text_input(t("plan.name"), value=plan.name, max_chars=LONGEST_NAME)
        with st.grid(2, min_column_width=180, gap="small"):
            office = st.selectbox(
                t("plan.office"),
                offices,
                index=offices.index(plan.office) if plan.office in offices else 0,
                format_func=lambda code: names.get(code, "—"),
            )
            own = None if plan.budget_fen is None else plan.budget_fen / WAN
            budget = st.number_input(
                t("plan.budget"), min_value=0.0, max_value=MOST_WAN, value=own, step=10.0
            )
        approved = st.checkbox(t("plan.approved"), value=plan.state == "approved")
        if not st.form_submit_button(t("plan.save"), type="primary", icon=":material/save:"):
            return
    with problems():
        changed = dataclasses.replace(
            plan,
            name=name or "",
            office=office or "",
            budget_fen=None if budget is None else round(budget * WAN),
            state="approved" if approved else "draft",
        )
        save_plan(store(), actor(PAGE), shown.hospital_id, changed)
        st.session_state["goal_told"] = ("success", t("goals.saved"))
        st.rerun()
