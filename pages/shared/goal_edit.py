"""The card of a goal: edited in place, its gaps marked while one types, saved with a reason."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from core.formats import month_name, number, signed
from core.months import month_of, month_range
from core.planning.goals.changes import with_goal
from core.planning.goals.checks import CHECKS, Found, check_goal
from core.planning.goals.model import (
    AGGREGATIONS,
    BASES,
    DIRECTIONS,
    FREQUENCIES,
    LEVELS,
    SIDES,
    Goal,
    Placed,
    Plan,
)
from core.planning.goals.records import LONGEST_TITLE
from core.reports.plans.phrases import CHECK_SHAPES, natural_words, reason_words, stated_words
from core.words import t
from pages.shared import plan_reads, reads
from pages.shared.goal_draft import DONE, Draft, draft_of, read_baseline, typed_goal, widget_key
from pages.shared.goal_save import save_bar
from pages.shared.phrases import name_of, plain
from pages.shared.plan_reads import Judged
from pages.shared.scope import View
from pages.shared.session import catalog, today

COLOURS = {"pass": "blue", "doubt": "orange", "missing": "red"}
WIDE = 220


class _Fields:
    """Widgets of one goal; each begins from the draft and gives its value back to it."""

    def __init__(self, plan: Plan, draft: Draft) -> None:
        self.plan, self.draft, self.number = plan, draft, draft.before.number

    def key(self, name: str) -> str:
        key = widget_key(self.plan, self.number, name)
        if key not in st.session_state:
            st.session_state[key] = self.draft.typed[name]
        return key

    def keep(self, name: str, value: Any) -> None:
        self.draft.typed[name] = value

    def text(self, name: str, most: int = 120) -> None:
        self.keep(name, st.text_input(t(f"goals.field.{name}"), max_chars=most, key=self.key(name)))

    def area(self, name: str) -> None:
        label = t(f"goals.field.{name}")
        self.keep(name, st.text_area(label, max_chars=300, height=80, key=self.key(name)))

    def choice(self, name: str, options: Sequence[Any], words: Callable[[Any], str]) -> None:
        key = self.key(name)
        if st.session_state[key] not in options:
            options = [*options, st.session_state[key]]
        label = t(f"goals.field.{name}")
        self.keep(name, st.selectbox(label, options, format_func=words, key=key))

    def amount(self, name: str, hint: str = "") -> None:
        key = self.key(name)
        if st.session_state[key] is not None:
            st.session_state[key] = float(st.session_state[key])
        self.keep(
            name,
            st.number_input(t(f"goals.field.{name}"), value=None, key=key, help=hint or None),
        )


def card(shown: View, judged: Judged, number_of_goal: int) -> None:
    """Everything of one goal, what is missing beside it, and how high the plan could score."""
    placed = judged.tree.goals[number_of_goal]
    draft = draft_of(judged.plan, placed)
    fields = _Fields(judged.plan, draft)
    top = st.container()
    with st.container(border=True):
        rows = _fields(shown, judged, fields)
    goal = typed_goal(judged.plan, draft, rows, month_of(today()))
    typed = Placed(placed.number, draft.typed["parent"], placed.version, goal)
    tree = with_goal(judged.tree, typed)
    found = check_goal(typed, tree, plan_reads.around(shown.hospital_id))
    changed = goal != placed.goal or typed.parent != placed.parent
    best = judged.ceiling
    if changed:
        best = plan_reads.judged_as(judged.plan, tree, shown.hospital_id).ceiling
    with top:
        _live(goal, found, judged.ceiling, best)
    save_bar(shown, judged.plan, draft, typed)


def _live(goal: Goal, found: tuple[Found, ...], stored: float, best: float) -> None:
    """The ten checks as they are now, and what filling a gap would bring."""
    chips = [f":{COLOURS[one.state]}[{CHECK_SHAPES[one.state]} {one.check}]" for one in found]
    st.markdown("\u2003".join(chips))
    gaps = [one for one in found if one.state != "pass"]
    for one in gaps:
        named = t(
            "plan.found", check=f"{one.check} {t(f'plan.check.{one.check}')}", why=reason_words(one)
        )
        st.markdown(f":small[:{COLOURS[one.state]}[{plain(named)}]]")
    if not gaps:
        st.markdown(f":small[:blue[{t('goals.card.whole', checks=len(CHECKS))}]]")
    said = t("goals.live", best=number(best, 1))
    if abs(best - stored) > 1e-9:
        said += t("goals.live.change", change=signed(best - stored))
    st.markdown(f"**{said}**")
    told = stated_words(goal, catalog())
    natural = natural_words(goal, catalog())
    st.caption(plain(t("goals.stated", target=told, natural=natural)))


def _fields(shown: View, judged: Judged, fields: _Fields) -> pd.DataFrame:
    """The widgets; the rows of the milestones' grid."""
    fields.text("title", LONGEST_TITLE)
    with st.grid(3, min_column_width=WIDE, gap="small"):
        fields.choice("level", LEVELS, lambda one: t(f"plan.level.{one}"))
        fields.choice("side", SIDES, lambda one: t(f"plan.side.{one}"))
        _parent(judged, fields)
        _measured(shown, fields)
    _aim(shown, judged.plan, fields)
    _who(shown, fields)
    return _when(judged.plan, fields)


def _parent(judged: Judged, fields: _Fields) -> None:
    goals = judged.tree.goals
    under = [n for n in goals if n == fields.number or fields.number in judged.tree.above(n)]
    options = [0, *(n for n, _ in judged.tree.ordered() if n not in under)]
    fields.choice(
        "parent", options, lambda n: f"{n} {goals[n].goal.title}" if n in goals else t("goals.top")
    )


def _measured(shown: View, fields: _Fields) -> None:
    indicators, names = catalog().indicators, reads.names(shown.scope)

    def named(code: str) -> str:
        return f"{code} {name_of(indicators[code])}" if code in indicators else t("goals.unbound")

    fields.choice("aggregation", AGGREGATIONS, lambda one: t(f"plan.aggregation.{one}"))
    fields.choice("indicator", ["", *indicators], named)
    fields.choice("department", ["", *names], lambda one: names.get(one, t("scope.whole")))


def _aim(shown: View, plan: Plan, fields: _Fields) -> None:
    """Direction, target and baseline; the baseline is read from the indicator at a press."""
    values = fields.draft.typed
    known = catalog().indicators.get(values["indicator"])
    with st.grid(3, min_column_width=WIDE, gap="small"):
        fields.choice(
            "direction", ["", *DIRECTIONS], lambda one: t(f"plan.direction.{one or 'none'}")
        )
        fields.choice("basis", BASES, lambda one: t(f"plan.basis.{one}"))
        fields.amount("target", t("goals.field.target.help"))
        if values["direction"] == "within":
            fields.amount("high")
        fields.amount("base", t("goals.field.base.help"))
        if known is None:
            fields.text("unit", 20)
    if known is not None:
        st.button(
            t("goals.baseline.read"),
            key=f"goal_read_{fields.number}",
            icon=":material/download:",
            on_click=read_baseline,
            args=(shown, plan, fields.number),
        )


def _who(shown: View, fields: _Fields) -> None:
    people = list(reads.people(shown.hospital_id))
    with st.grid(3, min_column_width=WIDE, gap="small"):
        fields.choice("owner", ["", *people], lambda one: one or t("goals.nobody"))
        key = fields.key("helpers")
        known = [*people, *(one for one in st.session_state[key] if one not in people)]
        label, hint = t("goals.field.helpers"), t("goals.nobody")
        fields.keep("helpers", st.multiselect(label, known, key=key, placeholder=hint))
        fields.amount("weight", t("goals.field.weight.help"))
        fields.text("source")
        fields.text("collector")
        fields.choice("frequency", FREQUENCIES, lambda one: t(f"plan.frequency.{one or 'none'}"))
        fields.amount("budget", t("goals.field.budget.help"))
        fields.text("no_budget")
    fields.area("measures")


def _when(plan: Plan, fields: _Fields) -> pd.DataFrame:
    months = month_range(plan.first, plan.last)

    def named(month: Any) -> str:
        return month_name(int(month)) if month else t("goals.unstated")

    with st.grid(3, min_column_width=WIDE, gap="small"):
        fields.choice("start", [0, *months], named)
        fields.choice("due", [0, *months], named)
    st.caption(t("goals.milestones"))
    column = st.column_config
    settings: dict[str, Any] = {
        "month": column.SelectboxColumn(
            t("goals.milestone.month"), options=list(months), format_func=named
        ),
        "text": column.TextColumn(t("goals.milestone.text"), max_chars=60),
        "value": column.TextColumn(t("goals.milestone.value"), validate=r"^-?[\d,]*\.?\d*$"),
        "done": column.SelectboxColumn(t("goals.milestone.done"), options=["", DONE]),
    }
    turn = st.session_state.get("goal_round", 0)
    key = f"goal_steps_{plan.id}_{fields.number}_{turn}"
    base = f"{key}_base"
    if key not in st.session_state or base not in st.session_state:
        st.session_state[base] = fields.draft.steps  # the grid begins again where it was left
    rows = st.data_editor(
        st.session_state[base],
        key=key,
        hide_index=True,
        num_rows="dynamic",
        column_config=settings,
        placeholder="",
        alt=t("goals.milestones"),
    )
    fields.draft.steps = rows
    return rows
