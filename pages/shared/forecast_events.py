"""The event calendar on the screen: what is entered, changed and removed, and what it does."""

from __future__ import annotations

import datetime as dt
from typing import Any

import streamlit as st

from core.flow.arrivals import STREAMS
from core.flow.effects import CHANGE, CLOSURE, DAYS, KINDS, LEAST, MOST, Event
from core.flow.events.records import (
    LONGEST,
    LONGEST_REASON,
    Entry,
    add_event,
    change_event,
    remove_event,
)
from core.formats import moment_text, signed
from core.words import t
from pages.shared import flow_reads as reads
from pages.shared import reads as common
from pages.shared.flow_phrases import date_of, range_name
from pages.shared.flow_reads import Asked
from pages.shared.forecast_making import PAGE
from pages.shared.page import problems
from pages.shared.phrases import plain
from pages.shared.scope import View
from pages.shared.session import actor, store

OPEN = "forecast_event"
"""The event whose form is open: its number, 0 a new one; none closed."""


def calendar(shown: View, asked: Asked) -> None:
    """Every event, newest days first; a form for a new one or the one that is open."""
    st.caption(t("forecast.events.why"))
    rows = reads.event_rows(shown.hospital_id)
    if not rows:
        st.caption(t("forecast.events.none"))
    for row in rows:
        _line(shown, row)
    opened = next((row for row in rows if row["id"] == st.session_state.get(OPEN)), None)
    title = t("forecast.event.change", name=opened["name"]) if opened else t("forecast.event.new")
    st.markdown(f"**{plain(title)}**")
    kind = _kind(opened)
    _form(shown, asked, opened, kind)


def _kind(opened: dict[Any, Any] | None) -> str:
    """Chosen outside of the form: what is asked depends on it."""
    index = KINDS.index(opened["kind"]) if opened else 0
    chosen = st.selectbox(
        t("forecast.event.kind"),
        KINDS,
        index=index,
        format_func=lambda code: t(f"forecast.event.kind.{code}"),
        key=f"forecast_event_kind_{_number(opened)}",
        width=320,
    )
    kind = chosen or KINDS[0]
    st.caption(t(f"forecast.event.does.{'day' if kind in DAYS else kind}"))
    return kind


def _number(opened: dict[Any, Any] | None) -> str:
    return f"{opened['id']}_{opened['version']}" if opened else "new"


def _form(shown: View, asked: Asked, opened: dict[Any, Any] | None, kind: str) -> None:
    own = _number(opened)
    first = date_of(opened["first"]) if opened else _tomorrow(shown, asked)
    last = date_of(opened["last"]) if opened else first
    with st.form(f"forecast_event_{own}"), st.grid(3, min_column_width=200, gap="small"):
        name = st.text_input(
            t("forecast.event.name"), opened["name"] if opened else "", max_chars=LONGEST
        )
        days = st.date_input(
            t("forecast.event.days"), (first, last), key=f"forecast_event_days_{own}"
        )
        place = _place(shown, asked, opened) if kind not in DAYS else ("", "")
        percent = learn = None
        if kind == CHANGE:
            percent = st.number_input(
                t("forecast.event.percent"),
                *(LEAST, MOST, float(opened["percent"]) if opened else 20.0, 5.0),
                format="%.0f",
                help=t("forecast.event.percent.help"),
            )
            learn = st.checkbox(
                t("forecast.event.learn"),
                bool(opened["learn"]) if opened else True,
                help=t("forecast.event.learn.help"),
            )
        reason = st.text_input(
            t("forecast.event.reason"),
            opened["reason"] if opened else "",
            max_chars=LONGEST_REASON,
        )
        done = st.form_submit_button(t("forecast.event.save"), icon=":material/save:")
    if done:
        with problems():
            span = _span(days, first)
            event = Event(
                kind, *span, *place, percent or 0.0, learn is not False, (name or "").strip()
            )
            _save(shown, Entry(event, reason or ""), opened)
    if opened is not None:
        st.button(t("forecast.event.close"), on_click=_close, icon=":material/close:")


def _tomorrow(shown: View, asked: Asked) -> dt.date:
    """The first day that is not known yet."""
    return date_of(reads.basis(shown.scope, asked)[1]) + dt.timedelta(days=1)


def _span(days: Any, first: dt.date) -> tuple[int, int]:
    """First and last day, YYYYMMDD; one day alone is both."""
    given = list(days) if isinstance(days, tuple | list) else [days]
    begun = given[0] if given else first
    ended = given[1] if len(given) > 1 else begun
    return int(f"{begun:%Y%m%d}"), int(f"{ended:%Y%m%d}")


def _place(shown: View, asked: Asked, opened: dict[Any, Any] | None) -> tuple[str, str]:
    names = common.names(shown.scope)
    streams = ["", *STREAMS]
    departments = ["", *names]
    stream = opened["stream"] if opened else asked.stream
    department = opened["department"] if opened else asked.department
    chosen = st.selectbox(
        t("forecast.stream"),
        streams,
        index=streams.index(stream),
        format_func=lambda code: (
            t(f"forecast.stream.{code}").capitalize() if code else t("forecast.every")
        ),
    )
    where = st.selectbox(
        t("scope.department"),
        departments,
        index=departments.index(department) if department in departments else 0,
        format_func=lambda code: f"{code} {names[code]}" if code else t("scope.whole"),
    )
    return chosen or "", where or ""


def _save(shown: View, entry: Entry, opened: dict[Any, Any] | None) -> None:
    if opened is None:
        add_event(store(), actor(PAGE), shown.hospital_id, entry)
    else:
        seen = int(opened["version"])
        change_event(store(), actor(PAGE), int(opened["id"]), entry, seen)
    _close()
    st.rerun()


def _close() -> None:
    st.session_state.pop(OPEN, None)


def _open(number: int) -> None:
    st.session_state[OPEN] = number


def _line(shown: View, row: dict[Any, Any]) -> None:
    """What, when, where, how much, why, by whom; open it, remove it."""
    number, seen = int(row["id"]), int(row["version"])
    says, opens, away = st.columns([7, 1, 1], gap="small", vertical_alignment="center")
    with says:
        st.markdown(f"**{plain(row['name'])}** {plain(_what(shown, row))}")
        by = t("forecast.event.by", who=row["who"], at=moment_text(row["at"]))
        st.caption(plain(f"{row['reason']} {by}"))
    opens.button(
        "",
        key=f"forecast_event_open_{number}",
        icon=":material/edit:",
        help=t("forecast.event.open"),
        on_click=_open,
        args=(number,),
    )
    with away.popover("", icon=":material/delete:", help=t("forecast.event.remove")):
        st.caption(t("forecast.event.remove.why"))
        if st.button(t("forecast.event.remove"), key=f"forecast_event_remove_{number}"):
            with problems():
                remove_event(store(), actor(PAGE), number, seen)
                _close()
                st.rerun()


def _what(shown: View, row: dict[Any, Any]) -> str:
    kind = str(row["kind"])
    parts = [
        t(f"forecast.event.kind.{kind}"),
        range_name(date_of(row["first"]), date_of(row["last"])),
    ]
    if kind in (CLOSURE, CHANGE):
        names = common.names(shown.scope)
        stream = t(f"forecast.stream.{row['stream']}") if row["stream"] else t("forecast.every")
        parts.append(stream)
        where = names.get(row["department"], row["department"])
        parts.append(str(where) if row["department"] else t("scope.whole"))
    if kind == CHANGE:
        parts.append(t("forecast.event.assumed", change=signed(float(row["percent"]), 0)))
        if not row["learn"]:
            parts.append(t("forecast.event.not_learned"))
    return " · ".join(parts)
