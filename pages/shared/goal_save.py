"""Saving a goal: with a reason, at the version seen; when somebody was first, both are shown."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from core.errors import ConflictError
from core.formats import moment_text
from core.planning.goals import records
from core.planning.goals.changes import FIELDS, differing, merged
from core.planning.goals.model import STRENGTHS, Goal, Placed, Plan, Strength, Tree
from core.planning.goals.records import LONGEST_REASON, Change
from core.reports.plans.phrases import stated_words
from core.words import t
from pages.shared.goal_draft import Draft, draft_of, forget
from pages.shared.page import problems
from pages.shared.phrases import plain
from pages.shared.scope import View
from pages.shared.session import actor, catalog, store

PAGE = "planning_goals"
_CLASH = "goal_clash"


def save_bar(shown: View, plan: Plan, draft: Draft, typed: Placed) -> None:
    """The reason, the button, and what is in the way."""
    clash = st.session_state.get(_CLASH, {}).get((plan.id, typed.number))
    if clash:
        _both(shown, plan, draft, typed, clash)
        return
    changed = typed.goal != draft.before.goal or typed.parent != draft.before.parent
    needs = plan.state == "approved"
    label = t("goals.reason.needed") if needs else t("goals.reason")
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        reason = st.text_input(label, max_chars=LONGEST_REASON, key=_reason_key(draft))
        saved = st.button(
            t("goals.save"), type="primary", icon=":material/save:", disabled=not changed
        )
        st.button(
            t("goals.undo"),
            icon=":material/undo:",
            disabled=not changed,
            on_click=forget,
            args=(plan, typed.number),
        )
    if changed:
        st.caption(t("goals.unsaved"))
    if saved:
        _save(shown, plan, draft, Change(typed.goal, typed.parent, reason or ""))


def _reason_key(draft: Draft) -> str:
    """Of a version: once saved, the next change asks again."""
    return f"goal_reason_{draft.before.number}_{draft.before.version}"


def reason_box(plan: Plan, key: str) -> str:
    """Why the tree changes: an approved plan asks for it, a draft does not."""
    if plan.state != "approved":
        return ""
    return st.text_input(t("goals.reason.needed"), max_chars=LONGEST_REASON, key=key) or ""


def _save(shown: View, plan: Plan, draft: Draft, change: Change) -> None:
    number = draft.before.number
    place, seen = (shown.hospital_id, plan.id), (number, draft.before.version)
    with problems():
        try:
            records.save_goal(store(), actor(PAGE), place, seen, change)
        except ConflictError as error:
            stored: Any = error.fields["stored"]
            clashes = st.session_state.setdefault(_CLASH, {})
            clashes[plan.id, number] = (stored, change.reason)
            st.rerun()
        forget(plan, number)
        st.session_state["goal_told"] = ("success", t("goals.saved"))
        st.rerun()


def _both(shown: View, plan: Plan, draft: Draft, typed: Placed, clash: tuple[Any, str]) -> None:
    """What the other one stored beside what is typed here; three ways on."""
    stored, reason = clash
    if not stored or stored["removed"]:
        st.error(t("goals.clash.gone"), icon=":material/error:")
        return
    theirs = records.goal_in(stored["content"])
    said = t("goals.clash", who=stored["who"], at=moment_text(stored["at"]))
    st.error(plain(said), icon=":material/group:")
    st.dataframe(compared(draft.before.goal, theirs, typed.goal), hide_index=True)
    now = Placed(typed.number, stored["parent"], stored["version"], theirs)
    both = merged(draft.before.goal, typed.goal, theirs)
    with st.container(horizontal=True, gap="small"):
        if st.button(t("goals.clash.both"), type="primary", help=t("goals.clash.both.help")):
            _again(shown, plan, now, Change(both, typed.parent, reason))
        if st.button(t("goals.clash.mine"), help=t("goals.clash.mine.help")):
            _again(shown, plan, now, Change(typed.goal, typed.parent, reason))
        if st.button(t("goals.clash.theirs"), help=t("goals.clash.theirs.help")):
            _settle(plan, typed.number)
            st.rerun()


def _again(shown: View, plan: Plan, now: Placed, change: Change) -> None:
    """Save over what the other one stored, seen now; both stand among the versions."""
    _settle(plan, now.number)
    _save(shown, plan, draft_of(plan, now), change)


def _settle(plan: Plan, number: int) -> None:
    st.session_state[_CLASH].pop((plan.id, number), None)
    forget(plan, number)


def compared(before: Goal, theirs: Goal, mine: Goal) -> pd.DataFrame:
    """A row a field in which one of the two differs from what both began with."""
    either = {*differing(before, theirs), *differing(before, mine)}
    names = [name for name in FIELDS if name in either]
    return pd.DataFrame(
        [
            {
                t("goals.clash.field"): field_name(name),
                t("goals.clash.before"): field_words(before, name),
                t("goals.clash.stored"): field_words(theirs, name),
                t("goals.clash.typed"): field_words(mine, name),
            }
            for name in names
        ]
    )


def field_name(name: str) -> str:
    """A field of a goal in words."""
    names = {"budget_fen": "budget", "baseline": "base", "milestones": "milestone"}
    return t(f"goals.field.{names.get(name, name)}")


def field_words(goal: Goal, name: str) -> str:
    """A value of a goal for people."""
    value = getattr(goal, name)
    if value in (None, "", (), 0):
        return "—"
    if name in ("level", "side", "direction", "basis", "aggregation", "frequency"):
        return t(f"plan.{name}.{value}")
    if name == "target":
        return stated_words(goal, catalog())
    if name == "baseline":
        return f"{value.value:g}"
    if name == "milestones":
        return "；".join(f"{one.month} {one.text}" for one in value)
    if name == "budget_fen":
        return f"{value / 1_000_000:g}"
    return "、".join(value) if isinstance(value, tuple) else str(value)


def history(shown: View, plan: Plan, number: int) -> None:
    """Every version of the goal: who, when, why, and what changed."""
    rows = records.versions(store(), (shown.hospital_id, plan.id), number).to_dict("records")
    goals = [records.goal_in(row["content"]) for row in rows]
    lines = []
    for place, row in enumerate(rows):
        before = goals[place + 1] if place + 1 < len(goals) else None
        names = differing(before, goals[place]) if before else ()
        told = "、".join(f"{field_name(n)} {field_words(goals[place], n)}" for n in names)
        lines.append(
            {
                t("goals.version"): str(row["version"]),
                t("goals.version.at"): moment_text(row["at"]),
                t("goals.version.who"): row["who"],
                t("goals.version.why"): row["reason"] or "—",
                t("goals.version.what"): told or (t("goals.version.first") if not before else "—"),
            }
        )
    st.dataframe(pd.DataFrame(lines), hide_index=True)


def links_form(shown: View, plan: Plan, tree: Tree, number: int) -> None:
    """Which other goals this one helps, strongly, somewhat, a little."""
    own = {one.supports: one.strength for one in tree.links if one.goal == number}
    parent = tree.goals[number].parent
    others = [n for n, _ in tree.ordered() if n not in (number, parent)]
    with st.form(f"goal_links_{number}"):
        told: dict[Strength, list[int]] = {}
        for strength in STRENGTHS:
            told[strength] = st.multiselect(
                t(f"plan.strength.{strength}"),
                others,
                default=[n for n in own if own[n] == strength],
                format_func=lambda n: f"{n} {tree.goals[n].goal.title}",
                placeholder=t("goals.links.none"),
            )
        if not st.form_submit_button(t("goals.links.save")):
            return
    with problems():
        pairs: list[tuple[int, Strength]] = [
            (n, strength) for strength, numbers in told.items() for n in numbers
        ]
        place = (shown.hospital_id, plan.id)
        records.save_links(store(), actor(PAGE), place, number, pairs)
        st.rerun()


def remove(shown: View, plan: Plan, placed: Placed) -> None:
    """Take the goal out; its versions stay."""
    st.caption(t("goals.remove.why"))
    reason = reason_box(plan, f"goal_remove_reason_{placed.number}")
    if st.button(t("goals.remove"), type="primary", key=f"goal_remove_{placed.number}"):
        with problems():
            seen = (placed.number, placed.version)
            records.remove_goal(store(), actor(PAGE), (shown.hospital_id, plan.id), seen, reason)
            forget(plan, placed.number)
            st.rerun()
