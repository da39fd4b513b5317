"""A goal while it is typed: its values stand beside the widgets, so that nothing typed is lost.

A widget that is not drawn forgets; a draft stays until it is saved or given up.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import streamlit as st

from core.months import add_months
from core.planning.goals.actuals import baseline_of
from core.planning.goals.model import (
    MOST_WAN,
    WAN,
    Baseline,
    Goal,
    Milestone,
    Placed,
    Plan,
)
from core.words import t
from pages.shared import plan_reads
from pages.shared.scope import View
from pages.shared.session import catalog

DONE = "✓"
"""分 in 万元."""
TEXTS = ("title", "owner", "source", "collector", "no_budget", "measures", "unit")
CHOICES = ("level", "side", "aggregation", "direction", "basis", "frequency")


@dataclass
class Draft:
    """What is typed of a goal: widget values by name, and the goal it began from."""

    before: Placed
    typed: dict[str, Any] = field(default_factory=dict)
    baseline: Baseline | None = None
    steps: pd.DataFrame = field(default_factory=pd.DataFrame)
    round: int = 0
    """Grows when the grid of milestones is to begin anew."""


def draft_of(plan: Plan, placed: Placed) -> Draft:
    """The draft of this goal, begun from what is stored when there is none."""
    drafts: dict[tuple[int, int], Draft] = st.session_state.setdefault("goal_drafts", {})
    place = (plan.id, placed.number)
    old = drafts.get(place)
    if old is not None and old.before != placed and _untouched(old):
        forget(plan, placed.number)  # somebody saved it, and nothing is typed here
    if place not in drafts:
        goal = placed.goal
        drafts[place] = Draft(placed, _values(placed), goal.baseline, steps_frame(goal))
    return drafts[place]


def _untouched(draft: Draft) -> bool:
    return draft.typed == _values(draft.before) and draft.steps.equals(
        steps_frame(draft.before.goal)
    )


def forget(plan: Plan, number: int) -> None:
    """Give the draft up: what is stored is shown again."""
    drafts: dict[tuple[int, int], Draft] = st.session_state.setdefault("goal_drafts", {})
    gone = drafts.pop((plan.id, number), None)
    if gone is not None:
        for name in gone.typed:
            st.session_state.pop(widget_key(plan, number, name), None)
        st.session_state["goal_round"] = st.session_state.get("goal_round", 0) + 1


def _values(placed: Placed) -> dict[str, Any]:
    goal = placed.goal
    told: dict[str, Any] = {name: getattr(goal, name) for name in (*TEXTS, *CHOICES)}
    told |= {name: getattr(goal, name) for name in ("indicator", "department", "start", "due")}
    told |= {name: getattr(goal, name) for name in ("target", "high", "weight")}
    told["helpers"] = list(goal.helpers)
    told["parent"] = placed.parent
    told["budget"] = None if goal.budget_fen is None else goal.budget_fen / WAN
    told["base"] = goal.baseline.value if goal.baseline else None
    return told


def widget_key(plan: Plan, number: int, name: str) -> str:
    return f"goal_{plan.id}_{number}_{name}"


def steps_frame(goal: Goal) -> pd.DataFrame:
    """Milestones as the rows of a grid."""
    rows = [
        {
            "month": one.month,
            "text": one.text,
            "value": "" if one.value is None else f"{one.value:g}",
            "done": DONE if one.done else "",
        }
        for one in goal.milestones
    ]
    frame = pd.DataFrame(rows, columns=pd.Index(["month", "text", "value", "done"]))
    return frame.astype({"month": "Int64", "text": "object", "value": "object", "done": "object"})


def typed_goal(plan: Plan, draft: Draft, rows: pd.DataFrame, now: int) -> Goal:
    """The goal that the widgets say."""
    told = draft.typed
    known = catalog().indicators.get(told["indicator"])
    budget = told["budget"]
    before = draft.before.goal
    return Goal(
        **{name: (told[name] or "").strip() for name in TEXTS if name != "unit"},
        **{name: told[name] for name in CHOICES},
        indicator=told["indicator"],
        department=told["department"] if told["indicator"] else "",
        target=told["target"],
        high=told["high"] if told["direction"] == "within" else None,
        unit=known.unit if known else (told["unit"] or "").strip(),
        baseline=_baseline(draft, plan),
        weight=told["weight"],
        helpers=tuple(told["helpers"]),
        start=told["start"],
        due=told["due"],
        milestones=_steps(before, rows, now),
        budget_fen=None if budget is None else _fen(budget),
        template=before.template,
        kind=before.kind,
        basis_source=before.basis_source,
    )


def _fen(budget: float) -> int:
    """In 分; what is beyond any budget stays so, and is refused when it is saved."""
    return round(min(max(budget, -MOST_WAN), MOST_WAN * 10) * WAN)


def _steps(before: Goal, rows: pd.DataFrame, now: int) -> tuple[Milestone, ...]:
    """Rows with a month; one that is ticked now was reached this month, unless it was before."""
    reached = {(one.month, one.text): one.done for one in before.milestones}
    found = []
    for row in rows.to_dict("records"):
        if pd.isna(row["month"]):
            continue
        month, text = int(row["month"]), _said(row["text"])
        done = (reached.get((month, text)) or min(month, now)) if row["done"] == DONE else 0
        found.append(Milestone(month, text, _number(row["value"]), done))
    return tuple(sorted(found, key=lambda one: one.month))


def _said(cell: Any) -> str:
    return "" if cell is None or pd.isna(cell) else str(cell).strip()


def _number(cell: Any) -> float | None:
    """A number typed into the grid; None for what is none."""
    try:
        value = float(_said(cell).replace(",", ""))
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _baseline(draft: Draft, plan: Plan) -> Baseline | None:
    """The one read from the indicator, or the value typed over it: a single point."""
    typed = draft.typed["base"]
    if typed is None:
        return None
    if draft.baseline is not None and abs(draft.baseline.value - typed) < 1e-9:
        return draft.baseline
    first, last = before_start(draft.typed["start"] or plan.first)
    return Baseline(float(typed), first, last, points=1)


def before_start(start: int) -> tuple[int, int]:
    """The twelve months before a goal begins."""
    return add_months(start, -12), add_months(start, -1)


def read_baseline(shown: View, plan: Plan, number: int) -> None:
    """Take the baseline from the indicator."""
    draft = st.session_state["goal_drafts"][plan.id, number]
    told = draft.typed
    found = baseline_at(shown, plan, told["indicator"], told["department"], told["start"])
    if found is None:
        st.session_state["goal_told"] = ("warning", t("goals.baseline.none"))
        return
    draft.baseline = found
    told["base"] = found.value
    st.session_state[widget_key(plan, number, "base")] = found.value


def baseline_at(
    shown: View, plan: Plan, indicator: str, department: str, start: int = 0
) -> Baseline | None:
    """The twelve months before the start, or as far as there is data; None without any."""
    line = plan_reads.line_of(shown, indicator, department)
    first, last = before_start(start or plan.first)
    if last > shown.last or first < shown.first:
        last = min(max(last, shown.first), shown.last)
        first = max(add_months(last, -11), shown.first)
    return baseline_of(line, first, last) if line else None
