"""Scenarios saved, opened, compared; and the percent that reaches a goal."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.costing.changes import Scenario
from core.costing.saved.records import (
    LONGEST,
    LONGEST_NOTE,
    Kept,
    overwrite_scenario,
    remove_scenario,
    save_scenario,
    scenario_in,
)
from core.costing.scenarios import Answer, answer, seek
from core.errors import DataError, JingguanError
from core.formats import moment_text, month_name
from core.words import language, t
from pages.shared import costing_reads, sandbox_edit, sandbox_reads
from pages.shared import sandbox_parts as parts
from pages.shared.page import problems
from pages.shared.phrases import complaint, plain
from pages.shared.scope import View, adopt, publish
from pages.shared.session import actor, store

PAGE, COMPARED, OPENED = "costing_sandbox", 3, "sandbox_opened"


def arrive(shown: View) -> None:
    """Open the saved scenario that the address names, once."""
    rows = {str(row["id"]): row for row in sandbox_reads.saved(shown.hospital_id)}
    before = st.session_state.get(OPENED)
    adopt("scenario", OPENED, lambda text: text if text in rows else None)
    wanted = st.session_state.get(OPENED)
    if wanted != before and wanted in rows:
        _open(rows[wanted])
    publish(scenario=st.session_state.get(OPENED, ""))


def _open(row: dict[Any, Any]) -> None:
    """DefinitionError is told where it cannot be read."""
    with problems():
        sandbox_edit.open_scenario(scenario_in(row))
        st.session_state[OPENED] = str(row["id"])


def saved(shown: View, scenario: Scenario | None) -> None:
    """Save what is on screen; open, compare, remove what was saved."""
    rows = sandbox_reads.saved(shown.hospital_id)
    if scenario is not None:
        _save(shown, scenario, rows)
    if not rows:
        st.caption(t("sandbox.saved.none"))
        return
    st.markdown(f"**{t('sandbox.saved')}**")
    for row in rows:
        _line(row)
    _compare(shown, rows, scenario)


def _save(shown: View, scenario: Scenario, rows: tuple[dict[Any, Any], ...]) -> None:
    opened = next((r for r in rows if str(r["id"]) == st.session_state.get(OPENED)), None)
    with st.form("sandbox_save"):
        name = st.text_input(t("sandbox.name"), max_chars=LONGEST, key="sandbox_name")
        note = st.text_area(
            t("sandbox.note"), max_chars=LONGEST_NOTE, height=80, key="sandbox_note"
        )
        done = st.form_submit_button(t("sandbox.save"), type="primary", icon=":material/save:")
    if done:
        with problems():
            told = Kept(_renamed(scenario, name or ""), shown.month, shown.span, note or "")
            made = save_scenario(store(), actor(PAGE), shown.hospital_id, told)
            st.session_state[OPENED] = str(made)
            st.rerun()
    if opened is not None and st.button(
        plain(t("sandbox.overwrite", name=opened["name"])), icon=":material/save_as:"
    ):
        with problems():
            told = Kept(_renamed(scenario, opened["name"]), shown.month, shown.span, opened["note"])
            seen = int(opened["version"])
            overwrite_scenario(store(), actor(PAGE), int(opened["id"]), told, seen)
            st.rerun()


def _renamed(scenario: Scenario, name: str) -> Scenario:
    return scenario.model_copy(update={"name": name})


def _line(row: dict[Any, Any]) -> None:
    """Its name opens it; who saved it when, on which base, and why."""
    number, seen = int(row["id"]), int(row["version"])
    opens, away = st.columns([6, 1], gap="small", vertical_alignment="center")
    opens.button(
        plain(row["name"]),
        key=f"sandbox_open_{number}",
        icon=":material/folder_open:",
        on_click=_open,
        args=(row,),
        width="stretch",
    )
    with away.popover("", icon=":material/delete:", help=t("sandbox.remove")):
        st.caption(t("sandbox.remove.why"))
        if st.button(t("sandbox.remove"), key=f"sandbox_remove_{number}", type="primary"):
            with problems():
                remove_scenario(store(), actor(PAGE), number, seen)
                if st.session_state.get(OPENED) == str(number):
                    st.session_state[OPENED] = ""
                st.rerun()
    who = t(
        "sandbox.saved.by",
        who=row["who"],
        at=moment_text(row["at"]),
        base=month_name(int(row["month"])),
        span=t(f"scope.span.{row['span']}"),
    )
    st.caption(plain(f"{who} {row['note']}".strip()))


def _compare(shown: View, rows: tuple[dict[Any, Any], ...], scenario: Scenario | None) -> None:
    by_id = {str(row["id"]): row for row in rows}
    names = {code: str(row["name"]) for code, row in by_id.items()}
    options = [*names, *(["now"] if scenario else [])]
    chosen = st.multiselect(
        t("sandbox.compare.choose", most=COMPARED),
        options,
        max_selections=COMPARED,
        format_func=lambda code: names.get(code, t("sandbox.unnamed")),
        key="sandbox_compared",
        placeholder=t("sandbox.compare.placeholder"),
    )
    if not chosen:
        return
    st.caption(t("sandbox.compare.base"))
    run = sandbox_reads.run(shown)
    answers: dict[str, Answer | None] = {}
    for code in chosen:
        name = names.get(code, t("sandbox.unnamed"))
        try:
            tried = scenario if code == "now" else scenario_in(by_id[code])
            answers[name] = answer(run, tried) if tried else None
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
    finals = list(sandbox_reads.run(shown)(scenario.method, ()).index)
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
