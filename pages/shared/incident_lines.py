"""One form for every line of an analysis: a new one, or one that is there; at the version seen."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.control.incidents.analyses.records import Written, remove_line, write_line
from core.control.incidents.analysis import (
    CAUSE,
    CAUSE_KINDS,
    FIELDS,
    LONGEST,
    NEEDED,
    Line,
    of_section,
)
from core.words import pick, t
from pages.shared import incident_reads as given
from pages.shared import reads
from pages.shared.incident_reads import definitions, place_word, word
from pages.shared.incident_writes import PAGE, attempt
from pages.shared.long_text import long_text
from pages.shared.scope import View
from pages.shared.session import actor, store

LONG = ("fact", "text", "because", "likelier", "so", "evidence")
Row = dict[Any, Any]


def editor(shown: View, analysis: Row, section: str, lines: tuple[Line, ...]) -> None:
    """Choose a line or a new one, change it, save it or take it out; nothing once finished."""
    if analysis["state"] != "open":
        return
    known = {one.id: one for one in of_section(lines, section)}
    key = f"rca_{analysis['id']}_{section}"
    with st.expander(t(f"incidents.edit.{section}"), icon=":material/edit:", expanded=not known):
        if st.session_state.get(key, 0) not in (0, *known):
            st.session_state[key] = 0
        picked = st.selectbox(
            t("incidents.edit.which"),
            [0, *known],
            key=key,
            format_func=lambda one: _label(known[one]) if one else t("incidents.edit.new"),
        )
        line = known.get(picked, Line(0, section, dict.fromkeys(FIELDS[section], ""), 0))
        form = f"{key}_{line.id}"
        for name in FIELDS[section]:
            _field(shown, form, (section, name), line, lines)
        with st.container(horizontal=True, gap="small"):
            st.button(
                t("incidents.edit.save"),
                key=f"{form}_save",
                icon=":material/save:",
                on_click=_save,
                args=(shown, analysis, line, form),
            )
            if line.id:
                st.button(
                    t("incidents.edit.remove"),
                    key=f"{form}_remove",
                    icon=":material/delete:",
                    on_click=_remove,
                    args=(shown, analysis, line),
                )


def _label(line: Line) -> str:
    told = line.content
    return next(told[name] for name in ("fact", "because", "text") if name in told)[:40]


def _field(
    shown: View, form: str, of: tuple[str, str], line: Line, lines: tuple[Line, ...]
) -> None:
    section, name = of
    star = " *" if name in NEEDED[section] else ""
    label = f"{t(f'incidents.column.{_LABELS.get((section, name), name)}')}{star}"
    key, value = f"{form}_{name}", line.content[name]
    offered = _offered(shown, name, section, lines)
    if offered is not None:
        codes = list(offered)
        st.selectbox(
            label,
            codes,
            index=codes.index(value) if value in codes else 0,
            key=key,
            format_func=lambda code: str(offered.get(code, code)),
        )
    elif name in LONG:
        long_text(label, value, LONGEST, key=key, height=70)
    else:
        long_text(label, value, LONGEST, line=True, key=key)


_LABELS = {
    (CAUSE, "kind"): "cause_kind",
    ("bone", "text"): "factor",
    ("why", "text"): "why",
    ("measure", "text"): "text",
    ("measure", "department"): "place",
}


def _offered(
    shown: View, name: str, section: str, lines: tuple[Line, ...]
) -> dict[str, str] | None:
    """Codes with their words where a field is chosen; None where it is written."""
    told = definitions()
    if name == "bone":
        return {one.code: word(told.bones, one.code) for one in told.bones}
    if name == "depth":
        return {one.code: word(told.depths, one.code) for one in told.depths}
    if name == "measure":
        return {
            one.code: pick("{0}（{1}）", "{0} ({1})").format(
                word(told.measures, one.code), t(f"incidents.strength.{one.strength}")
            )
            for one in told.measures
        }
    if name == "cause":
        return {str(one.id): one.content["because"][:40] for one in of_section(lines, CAUSE)}
    if name == "kind" and section == CAUSE:
        return {code: t(f"incidents.cause.{code}") for code in CAUSE_KINDS}
    if name == "department":
        names = reads.names(shown.scope)
        return {code: place_word(names, code) for code in ("", *names)}
    return None


def _save(shown: View, analysis: Row, line: Line, form: str) -> None:
    fields = FIELDS[line.section]
    content = {name: str(st.session_state.get(f"{form}_{name}") or "") for name in fields}
    written = Written(int(analysis["id"]), line.section, content, line.id, line.version)
    acting, scope = actor(PAGE), given.scope_of(shown)
    if attempt(
        lambda: write_line(store(), acting, scope, written, definitions()), "incidents.saved"
    ):
        for name in fields:
            st.session_state.pop(f"{form}_{name}", None)


def _remove(shown: View, analysis: Row, line: Line) -> None:
    acting, scope = actor(PAGE), given.scope_of(shown)
    seen = (line.id, line.version)
    attempt(
        lambda: remove_line(store(), acting, scope, int(analysis["id"]), seen),
        "incidents.edit.removed",
    )
