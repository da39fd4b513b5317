"""A new round: which plan, which form, who judges and who is left out, by which weights."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from itertools import combinations

import numpy as np
import streamlit as st

from core.errors import DataError
from core.formats import number
from core.planning.ahp import Comparison, adopted, compare
from core.planning.goals.model import Plan
from core.planning.reviews.model import FEWEST, FORMS, Member, Round
from core.planning.reviews.records import LONGEST_NAME, open_round
from core.words import error_text, pick, t
from pages.shared import plan_reads, reads
from pages.shared.page import problems
from pages.shared.phrases import plain
from pages.shared.scope import View
from pages.shared.session import actor, store, today

PAGE = "planning_reviews"
DAYS = 14
"""Assumption: how long a round is given."""
SCALE = (1 / 9, 1 / 7, 1 / 5, 1 / 3, 1.0, 3.0, 5.0, 7.0, 9.0)
"""Saaty's scale of comparisons in pairs."""


def draw(shown: View) -> None:
    """The form; below it, folded away, weights by comparison in pairs."""
    found = plan_reads.plans(shown)
    people = list(reads.people(shown.hospital_id))
    if not found or len(people) < FEWEST:
        st.info(t("reviews.new.need", fewest=FEWEST), icon=":material/inbox:")
        return
    plan = _plan({one.id: one for one in found})
    weights, judgements = _weights()
    with st.form("review_new"):
        draft = _typed(shown, plan, people)
        if not st.form_submit_button(
            t("reviews.new.open"), type="primary", icon=":material/how_to_vote:"
        ):
            return
    if weights is None:
        st.error(t("reviews.new.weights"), icon=":material/error:")
        return
    way = "ahp" if judgements else "fixed"
    whole = replace(draft, weights=weights, weighing=way, judgements=judgements)
    with problems():
        made = open_round(store(), actor(PAGE), shown.hospital_id, whole)
        st.session_state["review_chosen"] = made
        st.session_state["reviews_next"] = "sheet"
        st.rerun()


def _plan(found: dict[int, Plan]) -> Plan:
    """Which plan is judged: who is left out follows from who wrote it."""
    picked = st.selectbox(
        t("plan.choose"),
        list(found),
        format_func=lambda one: found[one].name,
        key="review_plan",
        width=460,
    )
    return found[picked]


def _typed(shown: View, plan: Plan, people: list[str]) -> Round:
    """Name, day, form and people, as typed."""
    with st.grid(2, min_column_width=160, gap="small"):
        name = st.text_input(t("reviews.new.name"), max_chars=LONGEST_NAME)
        due = st.date_input(
            t("reviews.new.due"), today() + dt.timedelta(days=DAYS), min_value=today()
        )
    form = st.segmented_control(
        t("reviews.new.form"),
        FORMS,
        default=FORMS[0],
        required=True,
        format_func=lambda one: t(f"reviews.form.{one}"),
    )
    hint = t("goals.break.choose")
    judging = st.multiselect(t("reviews.new.people"), people, placeholder=hint)
    out = st.multiselect(
        t("reviews.new.out"),
        people,
        _writers(shown, plan),
        placeholder=hint,
        help=t("reviews.new.out.help"),
        key=f"review_out_{plan.id}",
    )
    if plan.office:
        office = reads.names(shown.scope).get(plan.office, plan.office)
        st.caption(plain(t("reviews.new.office", office=office)))
    why = st.text_input(t("reviews.new.why"), value=t("reviews.new.why.office"), max_chars=60)
    members = [Member(one) for one in judging if one not in out]
    members += [Member(one, (why or "").strip() or t("reviews.new.why.office")) for one in out]
    kind = "quick" if form == "quick" else "full"
    day = int(due.strftime("%Y%m%d")) if isinstance(due, dt.date) else 0
    return Round(plan.id, name or "", kind, tuple(members), due=day)


def _writers(shown: View, plan: Plan) -> list[str]:
    """Those of the office that writes the plan, by their titles."""
    rows, titles = reads.departments(shown.scope), reads.titles(shown.hospital_id)
    return [
        name
        for name, title in titles.items()
        if plan.office and reads.department_of(title, rows) == plan.office
    ]


def _weights() -> tuple[dict[str, float] | None, str]:
    """The rubric's, or those of comparisons in pairs; None where these may not be adopted."""
    rubric = plan_reads.rubric()
    way = st.segmented_control(
        t("reviews.new.weighing"),
        ("fixed", "ahp"),
        default="fixed",
        required=True,
        key="review_weighing",
        format_func=lambda one: t(f"reviews.weighing.{one}"),
    )
    if way != "ahp":
        return rubric.weights, ""
    names = {code: pick(one.name.zh, one.name.en) for code, one in rubric.criteria.items()}
    told = _pairs(names)
    matrix = np.full((len(names), len(names)), np.nan)
    places = {code: place for place, code in enumerate(names)}
    for (one, other), value in told.items():
        matrix[places[one], places[other]] = value
    return _adopted(compare(matrix), names, told)


def _adopted(
    found: Comparison, names: dict[str, str], told: dict[tuple[str, str], float]
) -> tuple[dict[str, float] | None, str]:
    try:
        shares = adopted(found, list(names.values()))
    except DataError as error:
        st.error(plain(error_text(error)), icon=":material/error:")
        return None, ""
    parts = "、".join(f"{name} {number(share * 100, 1)}" for name, share in shares.items())
    cr = 0.0 if found.cr is None else found.cr
    st.success(t("reviews.ahp.fine", weights=parts, cr=f"{cr:.3f}"), icon=":material/check_circle:")
    judged = json.dumps({f"{one}/{other}": value for (one, other), value in told.items()})
    weights = dict(zip(names, (share * 100 for share in shares.values()), strict=True))
    return weights, judged


def _pairs(names: dict[str, str]) -> dict[tuple[str, str], float]:
    """How much more the first of each pair weighs."""
    told = {}
    st.caption(t("reviews.ahp.how"))
    with st.grid(3, min_column_width=220, gap="small"):
        for one, other in combinations(names, 2):
            told[one, other] = st.select_slider(
                t("reviews.ahp.pair", one=names[one], other=names[other]),
                SCALE,
                value=1.0,
                format_func=lambda value: f"{value:g}" if value >= 1 else f"1/{1 / value:.0f}",
                key=f"ahp_{one}_{other}",
            )
    return told
