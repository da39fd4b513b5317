"""What the acting person can do with an action now: forms, checked at the version that was seen."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import streamlit as st

from core.control.actions.evidence import KINDS, Upload
from core.control.actions.flow import TOLD, allowed
from core.control.actions.model import (
    LONGEST_TEXT,
    MOST_HELPERS,
    UNASSIGNED,
    Assignment,
    date_of,
    day_of,
)
from core.control.actions.records import take
from core.control.actions.rows import Move, standing_of
from core.control.actions.rules import rules
from core.errors import ConflictError
from core.words import language, t
from pages.shared import reads
from pages.shared.action_reads import Row
from pages.shared.action_words import date_text, people_text, state_word
from pages.shared.long_text import long_text
from pages.shared.page import problems
from pages.shared.phrases import complaint, plain
from pages.shared.raise_action import aim_box, person_box
from pages.shared.scope import View
from pages.shared.session import actor, store

PAGE = "control_actions"
_SEEN = "actions_seen"
_MOST = 1e6


def panel(shown: View, row: Row) -> None:
    """The next step of the acting person at once, the others behind one click; or who is awaited.

    A step counts against what this screen last showed. Where somebody else was first, that is
    said, and what was typed stays until the person goes on from the present state.
    """
    st.subheader(t("actions.now"), anchor=False)
    row = _as_seen(row)
    seen = (int(row["id"]), int(row["version"]))
    who = actor(PAGE).name
    steps = allowed(standing_of(row), who)
    first = [move for move in ("start", "submit", "close", "assign") if move in steps]
    main = first[0] if first and (first[0] != "assign" or row["state"] == UNASSIGNED) else ""
    if main:
        _FORMS[main](shown, row, seen)
    else:
        st.caption(_awaited(row, who))
    rest = [move for move in steps if move not in (main, "send_back")]
    if rest:
        _others(shown, row, seen, rest)


def _as_seen(row: Row) -> Row:
    """The action as this screen last showed it while something is typed, else as it is now."""
    before = st.session_state.get(_SEEN)
    st.session_state[_SEEN] = row
    if not before or before["id"] != row["id"] or before["version"] == row["version"]:
        return row
    now = f"{state_word(row['state'])} · {people_text(row)}"
    st.info(plain(t("actions.changed", who=row["who"], now=now)), icon=":material/sync:")
    if not any(st.session_state.get(_key(before, move)) for move in (*TOLD, "assign", "files")):
        return row
    if st.button(t("actions.changed.go_on"), key=f"actions_go_on_{row['id']}"):
        return row
    st.session_state[_SEEN] = before
    return before


def _awaited(row: Row, who: str) -> str:
    """Why there is nothing to do for this person, and who is expected."""
    told = t(f"actions.awaited.{row['state']}", owner=row["owner"], verifier=row["verifier"])
    return plain(t("actions.awaited", who=who) + (" " if language() == "en" else "") + told)


def _others(shown: View, row: Row, seen: tuple[int, int], moves: list[str]) -> None:
    more = st.expander(t("actions.others"), on_change="rerun", key=f"actions_more_{row['id']}")
    if not more.open:
        return
    with more:
        chosen = st.segmented_control(
            t("actions.others.which"),
            moves,
            key=f"actions_move_{row['id']}",
            format_func=lambda move: t(
                "actions.do.assign" if move == "assign" else f"actions.move.{move}"
            ),
            label_visibility="collapsed",
        )
        if chosen:
            _FORMS[chosen](shown, row, seen)


def _choice(move: str) -> str:
    return t("actions.do.assign" if move == "assign" else f"actions.move.{move}")


def _take(shown: View, seen: tuple[int, int], move: Move) -> None:
    """Take the step; who was second is told what is stored now, and keeps what is typed."""
    with problems():
        try:
            take(store(), actor(PAGE), shown.hospital_id, seen, move)
        except ConflictError as error:
            st.error(complaint(error), icon=":material/error:")
            stored: Any = error.fields["stored"]
            now = f"{state_word(stored['state'])} · {people_text(stored)}"
            st.caption(plain(t("actions.stored", now=now)))
            return
        st.session_state.pop(_SEEN, None)
        st.rerun()


def _key(row: Row, name: str) -> str:
    return f"actions_{name}_{row['id']}_{row['round']}"


def _words(row: Row, move: str) -> str:
    key = _key(row, move)
    return long_text(t(f"actions.words.{move}"), "", LONGEST_TEXT, height=90, key=key)


def _start(shown: View, row: Row, seen: tuple[int, int]) -> None:
    """One press: work has begun. What is done at once can be handed in without it."""
    if st.button(
        t("actions.move.start"),
        type="primary",
        icon=":material/play_arrow:",
        key=_key(row, "start"),
    ):
        _take(shown, seen, Move("start"))


def _submit(shown: View, row: Row, seen: tuple[int, int]) -> None:
    bounds = rules().evidence
    with st.form(_key(row, "submit_form")):
        text = _words(row, "submit")
        files = st.file_uploader(
            t("actions.files", most=bounds.most_files, size=f"{bounds.most_bytes / _MOST:g}"),
            type=[*KINDS, "jpeg"],
            accept_multiple_files=True,
            max_upload_size=max(1, round(bounds.most_bytes / _MOST)),
            key=_key(row, "files"),
            help=t("actions.files.help"),
        )
        if not st.form_submit_button(t("actions.move.submit"), type="primary"):
            return
    uploads = tuple(Upload(file.getvalue()) for file in files or ())
    _take(shown, seen, Move("submit", text, files=uploads))


def _verify(shown: View, row: Row, seen: tuple[int, int]) -> None:
    """Close, or send back; both with words."""
    with st.form(_key(row, "close_form")):
        text = _words(row, "close")
        with st.container(horizontal=True, gap="small"):
            close = st.form_submit_button(
                t("actions.move.close"), type="primary", icon=":material/verified:"
            )
            back = st.form_submit_button(t("actions.move.send_back"), icon=":material/undo:")
    if close or back:
        _take(shown, seen, Move("close" if close else "send_back", text))


def _assign(shown: View, row: Row, seen: tuple[int, int]) -> None:
    people = ("", *reads.people(shown.hospital_id))
    helpers = [name for name in json.loads(row["helpers"]) if name in people]
    with st.form(_key(row, "assign_form")):
        with st.grid(2, min_column_width=160, gap="small"):
            owner = person_box(t("actions.owner"), people, row["owner"])
            verifier = person_box(t("actions.verifier"), people, row["verifier"])
        helping = st.multiselect(
            t("actions.helpers"),
            people[1:],
            default=helpers,
            max_selections=MOST_HELPERS,
            placeholder=t("actions.helpers.none"),
        )
        due = st.date_input(t("actions.due_on"), date_of(row["due"]), format="YYYY-MM-DD")
        text = _words(row, "assign")
        if not st.form_submit_button(t("actions.move.assign"), type="primary"):
            return
    day = due if isinstance(due, dt.date) else date_of(row["due"])
    given = Assignment(owner, verifier, day_of(day), tuple(helping))
    _take(shown, seen, Move("assign", text, given))


def _worded(move: str) -> Callable[[View, Row, tuple[int, int]], None]:
    """A form that asks for words only."""

    def form(shown: View, row: Row, seen: tuple[int, int]) -> None:
        with st.form(_key(row, f"{move}_form")):
            text = _words(row, move)
            if not st.form_submit_button(t(f"actions.move.{move}")):
                return
        _take(shown, seen, Move(move, text))

    return form


def _aim(shown: View, row: Row, seen: tuple[int, int]) -> None:
    effect = rules().effect
    with st.form(_key(row, "aim_form")):
        indicator = aim_box(row["indicator"])
        periods = st.number_input(
            t("actions.periods"),
            min_value=1,
            max_value=effect.most_periods,
            value=int(row["periods"]),
            step=1,
            help=t("actions.periods.help"),
        )
        text = _words(row, "aim")
        if not st.form_submit_button(t("actions.move.aim")):
            return
    _take(shown, seen, Move("aim", text, indicator=indicator, periods=int(periods)))


_FORMS: dict[str, Callable[[View, Row, tuple[int, int]], None]] = {
    "start": _start,
    "submit": _submit,
    "close": _verify,
    "assign": _assign,
    "void": _worded("void"),
    "reopen": _worded("reopen"),
    "aim": _aim,
}


def changes_text(step: Row) -> str:
    """What a step changed, where words alone do not say it."""
    content = json.loads(step["content"])
    told = []
    if step["move"] in ("assign", "raise", "recur"):
        told += _people_of(content)
    if "due" in content:
        told.append(t("actions.due", date=date_text(date_of(content["due"]))))
    if step["move"] == "recur":
        told.append(t("actions.recurred", round=content.get("round", 2)))
    if "files" in content:
        told.append(t("actions.files.count", count=len(content["files"])))
    if step["move"] == "conclude":
        verdict = t(f"actions.effect.{content['effect']}")
        told.append(
            t("actions.concluded", verdict=verdict, why=t(f"actions.why.{content['reason']}"))
        )
    return " · ".join(told)


def _people_of(content: dict[str, Any]) -> list[str]:
    """Who was named; of a change, only whom it changed."""
    if content.get("owner") and content.get("verifier"):
        return [people_text({"helpers": "[]", **content})]
    return [
        f"{t(f'actions.{one}')} {content[one]}" for one in ("owner", "verifier") if content.get(one)
    ]
