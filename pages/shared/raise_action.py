"""The button that makes an action of what a page shows: a short form, its origin carried along."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import streamlit as st

from core.control.actions.model import CLOSED, LONGEST_TEXT, LONGEST_TITLE, Draft, Origin
from core.control.actions.records import raise_action
from core.control.actions.rows import codes_of
from core.control.actions.rules import SEVERITIES, Severity, rules
from core.formats import listed
from core.words import language, t
from pages.shared import action_reads, chart_reads, reads
from pages.shared.action_reads import Row
from pages.shared.action_words import PAGE, people_text, state_word
from pages.shared.long_text import long_text
from pages.shared.page import problems
from pages.shared.phrases import name_of
from pages.shared.scope import View
from pages.shared.session import actor, catalog, store, today

_SEVERITY: dict[str, Severity] = {"high": "serious", "medium": "ordinary", "low": "ordinary"}
"""A signal's own level as one of an action (assumption; the person may choose another)."""


def of_signal(row: Mapping[Any, Any]) -> Draft:
    """A signal, as told by pages.shared.signal_reads, as an action to be raised."""
    told = str(row["detail"]).partition(":")[0]
    code = told if row["subject"].startswith("goal:") else row["subject"]
    code = code if code in chart_reads.charted() else ""
    return Draft(
        f"{row['where']} · {row['what']}"[:LONGEST_TITLE],
        row["department"],
        _origin(row),
        _SEVERITY[row["severity"]],
        " ".join((row["why"], row["began"])) if language() == "en" else row["why"] + row["began"],
        indicator=code,
    )


def _origin(row: Mapping[Any, Any]) -> Origin:
    """The signal; of a goal the goal itself, as on the page of progress: one action for both."""
    kind, _, code = str(row["subject"]).partition(":")
    month = int(row["month"])
    if kind != "goal":
        return Origin("signal", row["subject"], {"month": month})
    plan, goal = (int(part) for part in code.split("."))
    return of_goal(plan, goal, month)


def of_goal(plan: int, goal: int, month: int) -> Origin:
    """A goal of a plan, with the way back to its progress."""
    codes = {"page": "planning/progress", "plan": plan, "goal": goal, "month": month}
    return Origin("plan", f"{plan}:{goal}", codes)


def panel(shown: View, draft: Draft) -> None:
    """A popover with a short form, its fields as in the draft; a link where the action is there.

    The draft's origin says where it came from: codes may hold "page" (control/inspections) and
    parameters of that page's address, for the way back. Of what was closed and has come back, both
    are shown: the link, and the form that opens it again.
    """
    origin = draft.origin
    key = re.sub(r"\W", "_", f"raise_{origin.kind}_{origin.key}_{draft.department}")
    told = st.session_state.pop(f"{key}_told", None)
    if told:
        st.success(told, icon=":material/check_circle:")
    known = action_reads.of_origin(shown, origin.kind, origin.key, draft.department)
    if known is not None:
        link(shown, known)
        if known["state"] != CLOSED or known["origin_codes"] == codes_of(draft):
            return
    named = "actions.raise" if origin.key else "actions.raise.new"
    label = t("actions.raise.again" if known is not None else named)
    form = st.popover(label, icon=":material/assignment_add:", on_change="rerun", key=key)
    if form.open:
        with form:
            _form(shown, draft, key)


def link(shown: View, row: Row) -> None:
    """The way to an action: its state and who does it."""
    st.page_link(
        PAGE,
        label=f"{state_word(row['state'])} · {people_text(row)}",
        icon=":material/assignment:",
        query_params=shown.codes | {"action": str(row["id"])},
    )


def deadlines_text() -> str:
    """危及患者安全 1 天、严重 7 天、..."""
    days = rules().deadline_days
    return listed(
        t("actions.deadline", severity=t(f"actions.severity.{one}"), days=days[one])
        for one in SEVERITIES
    )


def _form(shown: View, draft: Draft, key: str) -> None:
    """What a person may still change; owner and verifier may be named later."""
    with st.form(f"{key}_form", border=False):
        given = _asked(shown, draft)
        st.caption(t("actions.raise.rule"))
        if not st.form_submit_button(t("actions.raise.save"), type="primary"):
            return
    given = replace(given, due=given.due or rules().due(given.severity, today()))
    with problems():
        made = raise_action(store(), actor("control_actions"), shown.hospital_id, given)
        st.session_state.pop(key, None)
        st.session_state[f"{key}_told"] = t("actions.raised", code=f"A{made:04d}")
        st.rerun()


def _asked(shown: View, draft: Draft) -> Draft:
    """The fields, and the draft as they say."""
    people = ("", *reads.people(shown.hospital_id))
    title = st.text_input(t("actions.title_of"), draft.title, max_chars=LONGEST_TITLE)
    department = draft.department if draft.origin.key else _place(shown, draft.department)
    texts = [
        long_text(t(f"actions.{name}"), text, LONGEST_TEXT, height=height)
        for name, text, height in (
            ("problem", draft.problem, 90),
            ("expected", draft.expected, 70),
        )
    ]
    severity = st.selectbox(
        t("actions.severity"),
        SEVERITIES,
        index=SEVERITIES.index(draft.severity),
        format_func=lambda one: t(f"actions.severity.{one}"),
        help=deadlines_text(),
    )
    with st.grid(2, min_column_width=140, gap="small"):
        owner = person_box(t("actions.owner"), people, draft.owner)
        verifier = person_box(t("actions.verifier"), people, draft.verifier)
    indicator = aim_box(draft.indicator)
    return replace(
        draft,
        title=title or "",
        department=department,
        problem=texts[0] or "",
        expected=texts[1] or "",
        severity=severity or draft.severity,
        owner=owner,
        verifier=verifier,
        indicator=indicator,
    )


def _place(shown: View, chosen: str) -> str:
    """The department of what somebody suggests."""
    names = reads.names(shown.scope)
    codes = ["", *names]
    picked = st.selectbox(
        t("column.department"),
        codes,
        index=codes.index(chosen) if chosen in codes else 0,
        format_func=lambda code: f"{code} {names[code]}" if code else t("scope.whole"),
    )
    return picked or ""


def person_box(label: str, people: tuple[str, ...], chosen: str) -> str:
    """A person of the staff list, or '' for later."""
    place = people.index(chosen) if chosen in people else 0
    picked = st.selectbox(
        label, people, index=place, format_func=lambda one: one or t("actions.later")
    )
    return picked or ""


def aim_box(chosen: str, key: str | None = None) -> str:
    """The indicator that the action should move; only those with a better side and a chart."""
    codes = ["", *aims()]
    return (
        st.selectbox(
            t("actions.indicator"),
            codes,
            index=codes.index(chosen) if chosen in codes else 0,
            format_func=lambda one: (
                name_of(catalog().indicators[one]) if one else t("actions.none")
            ),
            help=t("actions.indicator.help"),
            key=key,
        )
        or ""
    )


def aims() -> tuple[str, ...]:
    """Codes of the indicators that an action can aim at."""
    known = catalog().indicators
    return tuple(c for c in chart_reads.charted() if known[c].better in ("higher", "lower"))
