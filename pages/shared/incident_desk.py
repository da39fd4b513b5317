"""The desk of adverse events: what waits, one event, its grade, its way, answers; the rules."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from core.control.incidents.box.records import LONGEST
from core.control.incidents.grading import (
    ANALYSING,
    ASKED,
    CLOSED,
    GRADED,
    MOVES,
    NEW,
    STATES,
    VOID,
    suggested_grade,
    suggested_severity,
)
from core.control.incidents.records import (
    LONGEST_NOTE,
    Move,
    Triage,
    answer,
    move,
    triage,
)
from core.formats import listed, moment_text, number
from core.frames import Scope
from core.words import language, pick, t
from pages.shared import incident_reads as given
from pages.shared import reads
from pages.shared.incident_reads import day_text, definitions, grade_word, place_word, word
from pages.shared.incident_rules import rules
from pages.shared.incident_writes import PAGE, attempt, tell
from pages.shared.kept import kept
from pages.shared.long_text import long_text
from pages.shared.page import MOST_ROWS, download
from pages.shared.phrases import plain
from pages.shared.scope import View
from pages.shared.session import actor, store

CHOSEN = "incident_chosen"
WAITING = (NEW, ASKED, GRADED, ANALYSING)
_FIELDS = ("type", "stage", "harm", "grade", "severity", "probability", "chosen", "note")
Row = dict[Any, Any]


def triage_tab(shown: View) -> None:
    """What waits, the list, one event."""
    desk = given.desk(shown)
    tell()
    own = given.own_departments(shown)
    if own:
        names = reads.names(shown.scope)
        st.caption(t("incidents.own_only", places=plain(listed(names[one] for one in own))))
    if desk.rows.empty:
        st.info(t("incidents.none"), icon=":material/inbox:")
        rules(shown)
        return
    _cards(desk)
    told, ids = _told(given.key(), shown, given.scope_of(shown), _asked(), language())
    if not ids:
        st.write(t("incidents.none.such"))
    else:
        _list(told, ids)
    chosen = desk.rows[desk.rows["id"] == st.session_state.get(CHOSEN, 0)]
    if len(chosen):
        _one(shown, chosen.iloc[0].to_dict())
    rules(shown)


def _cards(desk: given.Desk) -> None:
    rows = desk.rows
    begun = set(desk.analyses["incident_id"])
    needed = rows[(rows["reasons"] != "") & ~rows["id"].isin(begun)]
    judged = rows["in_time"].dropna()
    cards = (
        ("new", number(int((rows["state"] == NEW).sum())), "watch"),
        ("asked", number(int((rows["state"] == ASKED).sum())), "none"),
        ("unbegun", number(len(needed)), "bad"),
        ("in_time", f"{number(float(judged.mean()) * 100, 1)}%" if len(judged) else "—", "none"),
    )
    with st.grid(4, min_column_width=150, gap="small"):
        for name, value, _ in cards:
            with st.container(border=True, height="stretch"):
                st.metric(t(f"incidents.card.{name}"), value)
                st.markdown(f":small[:gray[{t(f'incidents.card.{name}.note')}]]")


def _asked() -> tuple[str, str, int]:
    """State, type ('' every) and grade (-1 every) of the events that are listed."""
    with st.grid(3, min_column_width=200, gap="small"):
        state = st.selectbox(
            t("incidents.filter.state"),
            ("waiting", "every", *STATES),
            key="incident_state",
            format_func=lambda one: (
                t(f"incidents.state.{one}") if one in STATES else t(f"incidents.filter.{one}")
            ),
        )
        kind = st.selectbox(
            t("incidents.field.type"),
            ("", *(one.code for one in definitions().types)),
            key="incident_type",
            format_func=lambda one: (
                word(definitions().types, one) if one else t("incidents.filter.every")
            ),
        )
        grade = st.selectbox(
            t("incidents.column.grade"),
            (-1, 0, 1, 2, 3, 4),
            key="incident_grade",
            format_func=lambda one: t("incidents.filter.every") if one < 0 else grade_word(one),
        )
    return state or "waiting", kind or "", -1 if grade is None else grade


@kept(32)
def _told(
    key: given.StoreKey, shown: View, scope: Scope, asked: tuple[str, str, int], lang: str
) -> tuple[pd.DataFrame, tuple[int, ...]]:
    """The events asked for, in words, and their ids."""
    state, kind, grade = asked
    rows = given.desk_of(key, scope).rows
    states = {"waiting": WAITING, "every": STATES}.get(state, (state,))
    chosen = rows["state"].isin(states)
    if kind:
        chosen &= rows["type"] == kind
    if grade >= 0:
        chosen &= rows["grade"] == grade
    found = rows[chosen]
    return told_rows(shown, found), tuple(int(one) for one in found["id"])


def _list(told: pd.DataFrame, ids: tuple[int, ...]) -> None:
    event: Any = st.dataframe(
        told.head(MOST_ROWS),
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        key="incident_list",
        height=280,
    )
    if len(told) > MOST_ROWS:
        st.caption(t("table.more", shown=MOST_ROWS, rows=len(told)))
    download(told, t("incidents.tab.triage"))
    picked = event["selection"]["rows"]
    if picked and picked[0] < len(ids):
        st.session_state[CHOSEN] = ids[picked[0]]
    else:
        st.caption(t("incidents.pick"))


def told_rows(shown: View, rows: pd.DataFrame) -> pd.DataFrame:
    """Events in words, without their numbers."""
    names, offered = reads.names(shown.scope), definitions()
    in_time = {1.0: t("incidents.in_time"), 0.0: t("incidents.late")}
    columns: dict[str, list[str]] = {
        "state": [t(f"incidents.state.{one}") for one in rows["state"]],
        "day": [day_text(one) for one in rows["occurred_on"]],
        "place": [place_word(names, one) for one in rows["department"]],
        "type": [word(offered.types, one) for one in rows["type"]],
        "grade": [grade_word(one) for one in rows["grade"]],
        "sac": [number(one) if one else "—" for one in rows["sac"]],
        "in_time": [in_time.get(one, "—") for one in rows["in_time"]],
        "reasons": [reasons_text(one) for one in rows["reasons"]],
        "narrative": [str(one) for one in rows["narrative"]],
    }
    return pd.DataFrame(columns).rename(
        columns={name: t(f"incidents.column.{name}") for name in columns}
    )


def reasons_text(codes: str) -> str:
    """警讯事件、重复发生; '' where none."""
    return listed(t(f"incidents.reason.{code}") for code in codes.split(",") if code)


def _one(shown: View, row: Row) -> None:
    """One event: what was told, what was said since, and what can be done."""
    names, offered = reads.names(shown.scope), definitions()
    messages, steps = given.said(shown, int(row["id"]))
    with st.container(border=True):
        head = listed((word(offered.kinds, row["kind"]), word(offered.types, row["type"])))
        st.markdown(f"**{plain(head)}** · {t('incidents.state.' + row['state'])}")
        line = t(
            "incidents.one.line",
            place=place_word(names, row["department"]),
            day=day_text(row["occurred_on"]),
            part=t(f"incidents.part.{row['part']}") if row["part"] else "—",
            stage=word(offered.stages, row["stage"]),
            harm=word(offered.harms, row["harm"]),
            reported=day_text(row["reported_on"]),
        )
        st.caption(plain(line))
        st.text(row["narrative"])
        if row["remedy"]:
            st.caption(t("incidents.field.remedy"))
            st.text(row["remedy"])
        if row["reasons"]:
            needs = t("incidents.needs", reasons=reasons_text(row["reasons"]))
            st.warning(plain(needs), icon=":material/account_tree:")
        for one in messages.to_dict("records"):
            side = t(f"incidents.side.{one['side']}")
            st.markdown(f":small[:gray[{side} {day_text(one['said_on'])}]]")
            st.text(one["body"])
        left, right = st.columns([3, 2], gap="medium")
        with left:
            _grading(shown, row)
        with right:
            _moving(shown, row)
            _history(steps)


def _history(steps: pd.DataFrame) -> None:
    if steps.empty:
        return
    with st.expander(t("incidents.history"), icon=":material/history:"):
        for one in steps.to_dict("records"):
            states = " → ".join(t(f"incidents.state.{one[end]}") for end in ("before", "after"))
            st.markdown(f":small[{moment_text(one['at'])} {plain(one['who'])} {states}]")
            if one["note"]:
                st.text(one["note"])


def _widget(row: Row, name: str) -> str:
    return f"triage_{row['id']}_{name}"


def _follow(row: Row) -> None:
    """Grade and severity follow the harm that was just chosen; both may still be changed."""
    harm = st.session_state[_widget(row, "harm")]
    st.session_state[_widget(row, "grade")] = suggested_grade(definitions(), row["kind"], harm)
    st.session_state[_widget(row, "severity")] = suggested_severity(definitions(), harm)


def _chosen(
    row: Row,
    name: str,
    options: tuple[Any, ...],
    usual: str,
    then: Callable[[Row], None] | None = None,
) -> None:
    codes = [one.code for one in options]
    start = row[name] or usual
    st.selectbox(
        t(f"incidents.field.{name}"),
        codes,
        index=codes.index(start) if start in codes else 0,
        key=_widget(row, name),
        format_func=lambda code: word(options, code),
        on_change=then,
        args=(row,) if then else None,
    )


def _grading(shown: View, row: Row) -> None:
    """Grade, harm and SAC; saved at the version that is on the screen."""
    if row["state"] == VOID:
        return
    offered = definitions()
    with st.grid(2, min_column_width=160, gap="small"):
        _chosen(row, "type", offered.types, "other")
        _chosen(row, "stage", offered.stages, "unknown")
        _chosen(row, "harm", offered.harms, "unknown", _follow)
        harm = st.session_state.get(_widget(row, "harm"), row["harm"])
        usual = int(row["grade"]) or suggested_grade(offered, row["kind"], harm)
        st.selectbox(
            t("incidents.column.grade"),
            (1, 2, 3, 4),
            index=usual - 1,
            key=_widget(row, "grade"),
            format_func=grade_word,
            help="  \n".join(
                f"{pick(one.name.zh, one.name.en)}: {pick(one.note.zh, one.note.en)}"
                for one in offered.grades
            ),
        )
        _chosen(row, "severity", offered.severities, suggested_severity(offered, harm))
        _chosen(row, "probability", offered.probabilities, "uncommon")
    score = offered.score(
        st.session_state[_widget(row, "severity")], st.session_state[_widget(row, "probability")]
    )
    st.caption(t("incidents.sac.now", score=score))
    st.checkbox(t("incidents.field.chosen"), bool(row["chosen"]), key=_widget(row, "chosen"))
    long_text(t("incidents.field.note"), "", LONGEST_NOTE, line=True, key=_widget(row, "note"))
    st.button(
        t("incidents.grade.save"),
        type="primary",
        icon=":material/rule:",
        key=_widget(row, "save"),
        on_click=_save,
        args=(shown, row),
    )


def _save(shown: View, row: Row) -> None:
    values = {name: st.session_state.get(_widget(row, name)) for name in _FIELDS}
    made = Triage(**{**values, "note": str(values["note"] or "")})
    scope, seen = given.scope_of(shown), (int(row["id"]), int(row["version"]))
    acting = actor(PAGE)
    if attempt(
        lambda: triage(store(), acting, scope, seen, (definitions(), made)), "incidents.saved"
    ):
        for name in _FIELDS:
            st.session_state.pop(_widget(row, name), None)


def _moving(shown: View, row: Row) -> None:
    """Ask, answer, close, say that it is none, take back."""
    ways = [to for to in MOVES[row["state"]] if (row["state"], to) not in _ELSEWHERE]
    long_text(
        t("incidents.words"),
        "",
        LONGEST_NOTE,
        key=_widget(row, "words"),
        height=80,
        help=t("incidents.words.help"),
    )
    with st.container(horizontal=True, gap="small"):
        for to in ways:
            st.button(
                t(f"incidents.move.{to}"),
                key=_widget(row, f"move_{to}"),
                on_click=_move,
                args=(shown, row, to),
            )
        st.button(
            t("incidents.answer"), key=_widget(row, "answer"), on_click=_answer, args=(shown, row)
        )


_ELSEWHERE = {(NEW, GRADED), (ASKED, GRADED), (ANALYSING, CLOSED), (ASKED, NEW)}
"""Moves that grading, the analysis or the reporter make."""


def _move(shown: View, row: Row, to: str) -> None:
    note = str(st.session_state.get(_widget(row, "words")) or "")
    scope, seen = given.scope_of(shown), (int(row["id"]), int(row["version"]))
    made = Move(to, note, definitions())
    acting = actor(PAGE)
    if attempt(lambda: move(store(), acting, scope, seen, made), "incidents.saved"):
        st.session_state.pop(_widget(row, "words"), None)


def _answer(shown: View, row: Row) -> None:
    text = str(st.session_state.get(_widget(row, "words")) or "")[:LONGEST]
    scope, seen = given.scope_of(shown), (int(row["id"]), int(row["version"]))
    acting = actor(PAGE)
    if attempt(lambda: answer(store(), acting, scope, seen, text), "incidents.answered"):
        st.session_state.pop(_widget(row, "words"), None)
