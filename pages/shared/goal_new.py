"""New goals: from a template of the sources, written by hand, or by breaking one down."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from core.months import month_range
from core.planning.goals.breakdown import WHOLE, Part, broken_down
from core.planning.goals.model import LEVELS, Goal, Plan
from core.planning.goals.records import Change, add_goals
from core.planning.goals.templates import GROUPS, Template, steps_of
from core.reports.plans.phrases import stated_words
from core.words import language, pick, t
from pages.shared import plan_reads, reads
from pages.shared.goal_draft import baseline_at
from pages.shared.goal_save import reason_box
from pages.shared.page import problems
from pages.shared.phrases import plain
from pages.shared.plan_reads import Judged
from pages.shared.scope import View
from pages.shared.session import actor, catalog, store

PAGE = "planning_goals"
CHOSEN = "goal_chosen"
BADGES = {"target": "blue", "case": "orange", "assumption": "gray", "standard": "violet"}


def templates_tab(shown: View, judged: Judged) -> None:
    """Templates by group, each with its kind and source; one is taken over at a press."""
    st.caption(t("goals.templates.how"))
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        group = st.segmented_control(
            t("goals.templates.group"),
            GROUPS,
            default=GROUPS[0],
            required=True,
            format_func=lambda one: t(f"goals.group.{one}"),
            key="goal_group",
        )
        parent = _parent(judged, "goal_template_parent")
    reason = reason_box(judged.plan, "goal_add_reason")
    for template in plan_reads.templates().values():
        if template.group == group:
            _template(shown, judged, template, (parent, reason))
    st.divider()
    st.markdown(f"**{t('goals.by_hand')}**")
    made = len(judged.tree.goals)
    with st.form("goal_by_hand"):
        title = st.text_input(t("goals.field.title"), max_chars=80, key=f"goal_hand_{made}")
        own = reason_box(judged.plan, f"goal_hand_reason_{made}")
        if st.form_submit_button(t("goals.add"), icon=":material/add:"):
            _add(shown, judged.plan, [_placed(judged, Goal(title or ""), (parent, own))])


def _parent(judged: Judged, key: str) -> int:
    goals = judged.tree.goals
    options = [0, *(number for number, _ in judged.tree.ordered())]
    if st.session_state.get(key) not in options:
        st.session_state.pop(key, None)
    picked = st.selectbox(
        t("goals.field.parent"),
        options,
        format_func=lambda n: f"{n} {goals[n].goal.title}" if n in goals else t("goals.top"),
        key=key,
    )
    return int(picked or 0)


def _template(shown: View, judged: Judged, template: Template, under: tuple[int, str]) -> None:
    """under: its parent, and why it is added."""
    goal = template.goal(pick(template.title.zh, template.title.en), catalog())
    kind = t(f"catalog.target_kind.{template.kind}")
    with st.container(border=True, gap="xxsmall"):
        badge = f":{BADGES[template.kind]}-badge[{kind}]"
        st.markdown(f"**{plain(goal.title)}** {badge}")
        told = [t("goals.template.source", source=plain(template.source))]
        if template.indicator:
            told.insert(0, t("goals.template.target", target=plain(stated_words(goal, catalog()))))
        if template.note:
            told.append(plain(pick(template.note.zh, template.note.en)))
        st.markdown("  \n".join(f":small[:gray[{one}]]" for one in told))
        label = t("goals.template.use") if template.kind != "case" else t("goals.template.use.case")
        if st.button(label, key=f"template_{template.code}", icon=":material/add:"):
            plan = judged.plan
            steps = steps_of(template, month_range(plan.first, plan.last), language() == "zh")
            _add(shown, plan, [_placed(judged, _begun(shown, plan, goal, steps), under)])


def _begun(shown: View, plan: Plan, goal: Goal, steps: tuple) -> Goal:
    """With the plan's months and the baseline that the indicator gives."""
    base = baseline_at(shown, plan, goal.indicator, "") if goal.indicator else None
    return replace(goal, start=plan.first, due=plan.last, baseline=base, milestones=steps)


def _placed(judged: Judged, goal: Goal, under: tuple[int, str]) -> Change:
    """Under its parent, never above it."""
    parent, reason = under
    if parent:
        above = judged.tree.goals[parent].goal.level
        lower = max(LEVELS.index(above), LEVELS.index(goal.level))
        goal = replace(goal, level=LEVELS[lower], side=judged.tree.goals[parent].goal.side)
    return Change(goal, parent, reason)


def _add(shown: View, plan: Plan, changes: list[Change]) -> None:
    with problems():
        made = add_goals(store(), actor(PAGE), (shown.hospital_id, plan.id), changes)
        st.session_state[CHOSEN] = made[0]
        st.session_state["goal_told"] = ("success", t("goals.added", count=len(made)))
        st.session_state["goals_next"] = "card"
        st.rerun()


def _there(judged: Judged, number: int) -> set[str]:
    """Departments that already have a part of the goal: same indicator."""
    goals = judged.tree.goals
    own = goals[number].goal.indicator
    kids = (goals[child].goal for child in judged.tree.children.get(number, ()))
    return {kid.department for kid in kids if kid.indicator == own}


def _room(judged: Judged, number: int) -> float:
    """Per cent of weight that the parts there are leave."""
    goals = judged.tree.goals
    taken = sum(goals[child].goal.weight or 0.0 for child in judged.tree.children.get(number, ()))
    return max(WHOLE - taken, 0.0)


def _people(shown: View, goal: Goal) -> list[Part]:
    chosen = st.multiselect(
        t("goals.break.people"),
        list(reads.people(shown.hospital_id)),
        placeholder=t("goals.break.choose"),
    )
    return [Part(name, goal.department, name, goal.baseline) for name in chosen]


def _departments(judged: Judged, number: int, names: dict[str, str]) -> list[Part]:
    """Those chosen; who has the goal already is not offered."""
    codes = st.multiselect(
        t("goals.break.departments"),
        [code for code in names if code not in _there(judged, number)],
        format_func=lambda code: names[code],
        placeholder=t("goals.break.choose"),
    )
    return [Part(names[code], code) for code in codes]


def break_down(shown: View, judged: Judged, number: int) -> None:
    """Sub-goals for departments, or for people once the goal is a department's."""
    goal = judged.tree.goals[number].goal
    names = reads.names(shown.scope)
    to_people = goal.level != "hospital"
    st.caption(t(f"goals.break.how.{'person' if to_people else 'department'}"))
    with st.form(f"goal_break_{number}"):
        parts = _people(shown, goal) if to_people else _departments(judged, number, names)
        reason = reason_box(judged.plan, f"goal_break_reason_{number}")
        if not st.form_submit_button(t("goals.break.do"), icon=":material/account_tree:"):
            return
    if not parts:
        st.warning(t("goals.break.none"), icon=":material/edit_off:")
        return
    if not to_people and goal.indicator:
        parts = [
            replace(
                part,
                baseline=baseline_at(
                    shown, judged.plan, goal.indicator, part.department, goal.start
                ),
            )
            for part in parts
        ]
    _add(
        shown,
        judged.plan,
        [Change(one, number, reason) for one in broken_down(goal, parts, _room(judged, number))],
    )
