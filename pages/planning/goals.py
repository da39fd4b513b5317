"""目标树: the goals of a plan as a tree and a map, edited in place, with their gaps marked."""

from __future__ import annotations

import streamlit as st

from core.words import t
from pages.shared import goal_edit, goal_new, goal_save, plan_choice, plan_parts, plan_reads, reads
from pages.shared import plan_files as files
from pages.shared.page import empty, head, view
from pages.shared.plan_reads import Judged
from pages.shared.scope import View, adopt, number_in, publish

TABS = ("tree", "map", "card", "checks", "templates", "plan")
TAB = "goals"


def main() -> None:
    shown = view()
    head("goals", shown)
    if reads.months_reported(shown.hospital_id) is None:
        empty("goals")
        return
    plan = plan_choice.chosen(shown)
    if plan is None:
        _begin(shown)
        return
    judged = plan_reads.judged(shown, plan)
    st.subheader(plan_parts.headline(shown, judged), anchor=False)
    plan_parts.cards(shown, judged)
    told = st.session_state.pop("goal_told", None)
    if told:
        {"success": st.success, "warning": st.warning}[told[0]](told[1])
    _arrive(judged)
    wanted = st.session_state.pop("goals_next", None)
    if wanted:
        st.session_state[TAB] = t(f"goals.tab.{wanted}")
    tabs = st.tabs([t(f"goals.tab.{name}") for name in TABS], on_change="rerun", key=TAB)
    draws = (
        plan_parts.tree_tab,
        plan_parts.map_tab,
        _card,
        plan_parts.checks_tab,
        goal_new.templates_tab,
        files.plan_tab,
    )
    for tab, draw in zip(tabs, draws, strict=True):
        if tab.open:
            with tab:
                draw(shown, judged)
    st.page_link(
        "pages/planning/progress.py", label=t("goals.next.progress"), icon=":material/trending_up:"
    )


def _begin(shown: View) -> None:
    with st.container(border=True):
        st.markdown(f":material/account_tree: **{t('goals.begin')}**")
        st.write(t("goals.begin.why"))
    plan_choice.new_plan(shown, "planning_goals")


def _arrive(judged: Judged) -> None:
    """A link that names a goal opens its card."""
    goals, before = judged.tree.goals, st.session_state.get(goal_new.CHOSEN)
    adopt(
        "goal",
        goal_new.CHOSEN,
        lambda text: n if (n := number_in(text)) in goals else None,
    )
    chosen = st.session_state.get(goal_new.CHOSEN)
    if chosen not in goals:
        st.session_state.pop(goal_new.CHOSEN, None)
    elif chosen != before:
        st.session_state[TAB] = t("goals.tab.card")
    publish(goal=str(st.session_state.get(goal_new.CHOSEN, "")))


def _card(shown: View, judged: Judged) -> None:
    """One goal: choose it, edit it, break it down, link it, see its versions."""
    goals = judged.tree.goals
    if not goals:
        st.write(t("goals.none"))
        return
    order = [number for number, _ in judged.tree.ordered()]
    depth = dict(judged.tree.ordered())
    start = st.session_state.get(goal_new.CHOSEN, order[0])
    number = st.selectbox(
        t("goals.which"),
        order,
        index=order.index(start) if start in order else 0,
        format_func=lambda one: "\u2003" * depth[one] + f"{one} {goals[one].goal.title}",
    )
    if number != start:
        st.session_state[goal_new.CHOSEN] = number
        publish(goal=str(number))
    goal_edit.card(shown, judged, number)
    _more(shown, judged, number)


def _more(shown: View, judged: Judged, number: int) -> None:
    """What is done to a goal less often, folded away."""
    plan, placed = judged.plan, judged.tree.goals[number]
    shows = {
        "break": lambda: goal_new.break_down(shown, judged, number),
        "links": lambda: goal_save.links_form(shown, plan, judged.tree, number),
        "versions": lambda: goal_save.history(shown, plan, number),
        "remove": lambda: goal_save.remove(shown, plan, placed),
    }
    for name, draw in shows.items():
        part = st.expander(t(f"goals.{name}.title"), on_change="rerun", key=f"goal_more_{name}")
        if part.open:
            with part:
                draw()


main()
