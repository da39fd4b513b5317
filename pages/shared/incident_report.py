"""The letter box on a phone: report an event, and follow it by its receipt.

Nothing that is typed here, and no receipt, stays in the session: a callback hands both over and
forgets them before the page is drawn again; the receipt is drawn once and kept nowhere.
"""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Any

import streamlit as st

from core.control.incidents.box.records import (
    EARLIEST_DAYS,
    LONGEST,
    PARTS,
    Followed,
    Report,
    add,
    follow,
    report,
)
from core.control.incidents.grading import number_of
from core.errors import JingguanError
from core.words import t
from pages.shared import reads
from pages.shared.incident_reads import day_text, definitions, place_word, word
from pages.shared.long_text import long_text
from pages.shared.phrases import complaint, plain
from pages.shared.scope import View
from pages.shared.session import store, today

_FIELDS = ("kind", "department", "type", "stage", "day", "part", "harm", "narrative", "remedy")
_ROUND, _TOLD, _FAULT = "letter_round", "letter_told", "letter_fault"
_CODE, _MORE = "code", "more"


def _key(field: str) -> str:
    """Keys of one form: anew after each letter, so that no browser hands the old one in again."""
    if _ROUND not in st.session_state:
        st.session_state[_ROUND] = secrets.token_hex(4)
    return f"letter_{st.session_state[_ROUND]}_{field}"


def _forget() -> None:
    """Drop every field of the form that was sent."""
    for field in (*_FIELDS, _CODE, _MORE):
        st.session_state.pop(_key(field), None)
    del st.session_state[_ROUND]


def _fault() -> None:
    if _FAULT in st.session_state:
        st.error(st.session_state.pop(_FAULT), icon=":material/error:")


def report_tab(shown: View) -> None:
    """The form; in its place, once, the receipt of the letter that was sent just now.

    Without the form the page is short, so that a phone shows the receipt.
    """
    told = st.session_state.pop(_TOLD, None)
    if isinstance(told, str):
        _receipt(told)
        st.button(t("incidents.another"), icon=":material/add:", key="letter_another")
        return
    st.markdown(f":material/lock: {t('incidents.promise')}")
    _fault()
    with st.form("incident_letter", border=True):
        _fields(shown)
        st.form_submit_button(
            t("incidents.send"),
            type="primary",
            icon=":material/send:",
            width="stretch",
            on_click=_send,
            args=(shown.hospital_id,),
        )
    with st.expander(t("incidents.what_is_kept"), icon=":material/visibility_off:"):
        st.markdown(t("incidents.what_is_kept.text"))


def _fields(shown: View) -> None:
    """What is asked: the event, where and when, what it did; the rest if one likes."""
    names, offered = reads.names(shown.scope), definitions()
    _choice("kind", offered.kinds)
    long_text(
        t("incidents.field.narrative"),
        "",
        LONGEST,
        key=_key("narrative"),
        height=120,
        placeholder=t("incidents.field.narrative.hint"),
    )
    with st.grid(2, min_column_width=220, gap="small"):
        _select("type", [one.code for one in offered.types], offered.types, blank=True)
        st.selectbox(
            t("incidents.field.department"),
            ["", *names],
            key=_key("department"),
            format_func=lambda code: place_word(names, code),
        )
        st.date_input(
            t("incidents.field.day"),
            value=today(),
            min_value=today() - dt.timedelta(days=EARLIEST_DAYS),
            max_value=today(),
            key=_key("day"),
            format="YYYY-MM-DD",
        )
        _select("harm", [one.code for one in reversed(offered.harms)], offered.harms)
    with st.expander(t("incidents.more")):
        st.segmented_control(
            t("incidents.field.part"),
            PARTS,
            key=_key("part"),
            format_func=lambda code: t(f"incidents.part.{code}"),
        )
        _select("stage", [one.code for one in reversed(offered.stages)], offered.stages)
        long_text(t("incidents.field.remedy"), "", LONGEST, key=_key("remedy"))


def _choice(field: str, options: tuple[Any, ...]) -> None:
    st.segmented_control(
        t(f"incidents.field.{field}"),
        [one.code for one in options],
        default=options[0].code,
        required=True,
        key=_key(field),
        format_func=lambda code: word(options, code),
    )


def _select(field: str, codes: list[str], options: tuple[Any, ...], *, blank: bool = False) -> None:
    """A choice; blank: nobody's first answer counts as chosen."""
    st.selectbox(
        t(f"incidents.field.{field}"),
        codes,
        index=None if blank else 0,
        placeholder=t("incidents.field.choose"),
        key=_key(field),
        format_func=lambda code: word(options, code),
    )


def _send(hospital_id: int) -> None:
    """Runs before the page is drawn: keep the letter, forget it, hand on the receipt."""
    given = {field: st.session_state.get(_key(field)) for field in _FIELDS}
    day = given.pop("day")
    texts = {name: str(value or "") for name, value in given.items()}
    written = Report(occurred_on=number_of(day) if isinstance(day, dt.date) else 0, **texts)
    try:
        code = report(store(), hospital_id, written, definitions(), today())
    except JingguanError as error:
        st.session_state[_FAULT] = complaint(error)
        return
    _forget()
    st.session_state[_TOLD] = code


def _receipt(code: str) -> None:
    with st.container(border=True):
        st.markdown(f":material/check_circle: **{t('incidents.received')}**")
        st.code(code, language=None)
        st.markdown(t("incidents.received.note"))


def follow_tab(shown: View) -> None:
    """By receipt: what became of it; and add something."""
    found = st.session_state.pop("letter_found", None)
    st.markdown(t("incidents.follow.how"))
    _fault()
    if isinstance(found, Followed):
        _followed(shown, found)
    with st.form("incident_follow", border=True):
        st.text_input(
            t("incidents.follow.code"),
            key=_key(_CODE),
            max_chars=20,
            placeholder="XXXX-XXXX-XXXX",
            autocomplete="off",
        )
        long_text(t("incidents.follow.add"), "", LONGEST, key=_key(_MORE))
        st.form_submit_button(
            t("incidents.follow.do"),
            type="primary",
            icon=":material/receipt_long:",
            width="stretch",
            on_click=_look,
            args=(shown.hospital_id,),
        )


def _look(hospital_id: int) -> None:
    code, more = (str(st.session_state.get(_key(field)) or "") for field in (_CODE, _MORE))
    try:
        if more.strip():
            add(store(), hospital_id, code, more)
        st.session_state["letter_found"] = follow(store(), hospital_id, code)
    except JingguanError as error:
        st.session_state[_FAULT] = complaint(error)
        return
    _forget()


def _followed(shown: View, found: Followed) -> None:
    names, offered = reads.names(shown.scope), definitions()
    with st.container(border=True):
        st.markdown(
            f"**{t('incidents.state.' + found.state)}** · {t('incidents.told.' + found.state)}"
        )
        line = t(
            "incidents.follow.line",
            kind=word(offered.kinds, found.kind),
            type=word(offered.types, found.type),
            place=place_word(names, found.department),
            day=day_text(found.occurred_on),
            reported=day_text(found.reported_on),
        )
        st.caption(plain(line))
        st.text(found.narrative)
        for one in found.messages:
            st.markdown(f":small[:gray[{t('incidents.side.' + one.side)} {day_text(one.said_on)}]]")
            st.text(one.body)
