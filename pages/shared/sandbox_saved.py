"""Scenarios saved, opened, compared; and the percent that reaches a goal."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from core.costing.changes import Scenario, content_of, scenario_of
from core.costing.scenarios import Answer, answer, seek
from core.errors import DataError, JingguanError
from core.words import language, t
from pages.shared import costing_reads, sandbox_edit, sandbox_reads, saved
from pages.shared import sandbox_parts as parts
from pages.shared.phrases import complaint
from pages.shared.scope import View

PAGE = "costing_sandbox"


def book(scenario: Scenario | None) -> saved.Book:
    """The scenarios of this page; the one on screen is `scenario`."""
    return saved.Book(PAGE, lambda: None if scenario is None else content_of(scenario), _show)


def _show(content: saved.Content) -> None:
    sandbox_edit.open_scenario(_named(content))


def _named(content: saved.Content) -> Scenario:
    """DefinitionError for what this release cannot read."""
    name = t("saved.unnamed")
    return scenario_of({**content, "name": name}, name)


def panel(shown: View, scenario: Scenario | None) -> None:
    """Save what is on screen; open, compare, remove what was saved."""
    saved.panel(book(scenario), shown, lambda chosen: _compare(shown, chosen))


def _compare(shown: View, chosen: Mapping[str, saved.Content]) -> None:
    st.caption(t("sandbox.compare.base"))
    run = sandbox_reads.run(shown)
    answers: dict[str, Answer | None] = {}
    for name, content in chosen.items():
        try:
            answers[name] = answer(run, _named(content))
        except JingguanError:
            answers[name] = None
    parts.side_by_side(shown, answers)


def seeking(shown: View, scenario: Scenario) -> None:
    """Which percent of one change brings the surplus of a department, or of all, to a goal."""
    places = [
        place for place, one in enumerate(scenario.changes) if "percent" in type(one).model_fields
    ]
    if not places:
        st.caption(t("sandbox.seek.none"))
        return
    names = costing_reads.names(shown).departments
    finals = list(sandbox_reads.run(shown).profits(scenario.method, ()).index)
    with st.form("sandbox_seek", border=False):
        place = st.selectbox(
            t("sandbox.seek.change"),
            places,
            format_func=lambda at: parts.label(scenario.changes[at], at),
        )
        own = st.selectbox(
            t("sandbox.seek.whose"),
            ["", *finals],
            index=finals.index(shown.department) + 1 if shown.department in finals else 0,
            format_func=lambda code: names.get(code, code) if code else t("scope.whole"),
        )
        goal = st.number_input(t("sandbox.seek.goal", unit=t("sandbox.unit")), value=0.0, step=1.0)
        asked = st.form_submit_button(t("sandbox.seek"), icon=":material/my_location:")
    at = place if place is not None else places[0]
    if asked:
        try:
            with st.spinner(t("sandbox.running")):
                run = sandbox_reads.run(shown)
                goal_fen = round(goal * sandbox_edit.MONEY[language()] * 100)
                percent = seek(run, scenario, at, own or "", goal_fen)
            st.session_state["sandbox_sought"] = (scenario, at, percent)
        except DataError as error:
            st.error(complaint(error), icon=":material/error:")
    found = st.session_state.get("sandbox_sought")
    if found and found[0] == scenario:
        _, at, percent = found
        label = parts.label(scenario.changes[at], at)
        st.success(t("sandbox.seek.found", change=label, percent=f"{percent:+.2f}%"))
        st.button(t("sandbox.seek.use"), on_click=sandbox_edit.replace_percent, args=(at, percent))
