"""A signal as a row a person acts on: what, where, since, why, how large; look, and act."""

from __future__ import annotations

import datetime as dt
from typing import Any

import streamlit as st

from core.formats import month_name
from core.months import add_months
from core.reports.agenda import records as agenda_records
from core.reports.agenda.items import Origin, day_of, next_meeting, tier_of
from core.reports.signals.answers import ACKNOWLEDGED, OPEN, SNOOZED, Answer
from core.reports.signals.desk.records import keep_answer, take_back
from core.words import t
from pages.shared.agenda_form import matter_form
from pages.shared.errors import caught
from pages.shared.page import problems
from pages.shared.phrases import plain
from pages.shared.raise_action import of_signal, panel
from pages.shared.scope import View
from pages.shared.session import actor, store, today
from pages.shared.signal_reads import Told
from pages.shared.signal_ways import way_of

AHEAD = 12
"""How many months a signal can be put off."""
_AGENDA, _CHOSEN = "agenda", "signal_chosen"


def row_of_signal(shown: View, row: Told, act: bool = True) -> None:
    """Mark, where and what; why; since when and by which reason; ways onward."""
    answered = answer_of(row)
    small = " · ".join(filter(None, (row["began"], row["kinds"], answered)))
    with st.container(
        border=True,
        horizontal=True,
        horizontal_alignment="distribute",
        vertical_alignment="center",
        gap="small",
    ):
        st.markdown(
            f":{row['colour']}[**{row['mark']}**] **{plain(row['where'])} · {plain(row['what'])}**"
            f"  \n{plain(row['why'])}  \n:small[:gray[{plain(small)}]]",
            width="content",
        )
        with st.container(horizontal=True, width="content", vertical_alignment="center"):
            page, asked = way_in(shown, row)
            st.page_link(
                page, label=t("signals.look"), icon=":material/query_stats:", query_params=asked
            )
            if act:
                code = f"{row['subject']}_{row['department']}"
                st.button(t("signals.act"), key=f"signal_{code}", on_click=_choose, args=(row,))
                panel(shown, of_signal(row))


def _choose(row: Told | None = None) -> None:
    """Open the dialog of a row as it is seen now, or of none."""
    st.session_state[_CHOSEN] = row


def dialog_of(shown: View) -> None:
    """The dialog of the row that was chosen, until it is answered or closed."""
    chosen = st.session_state.get(_CHOSEN)
    if chosen and chosen["month"] == shown.month:
        act_on(shown, chosen)
    else:
        _choose()


def answer_of(row: Told) -> str:
    """Who answered what, as text; '' where nobody did, or it holds no longer."""
    if row["answer"] == OPEN:
        return ""
    until = month_name(row["until"]) if row["until"] else ""
    return t(f"signals.answered.{row['answer']}", who=row["who"], note=row["note"], until=until)


def way_in(shown: View, row: Told) -> tuple[str, dict[str, str]]:
    """The page that shows what is behind a signal, and its address: codes only."""
    return way_of(shown, row["subject"], row["department"], row["month"])


def act_on(shown: View, row: Told) -> None:
    """A dialog: acknowledge, snooze with a reason, or put it on the weekly agenda."""

    @st.dialog(t("signals.act.title"), width="large", on_dismiss=_choose)
    def ask() -> None:
        with caught():
            st.markdown(f"**{plain(row['where'])} · {plain(row['what'])}**  \n{plain(row['why'])}")
            if row["answer"] != OPEN:
                st.caption(plain(answer_of(row)))
                _undo(shown, row)
            choices = (ACKNOWLEDGED, SNOOZED, _AGENDA)
            chosen = st.segmented_control(
                t("signals.act.how"),
                choices,
                default=ACKNOWLEDGED,
                key="signal_act",
                format_func=lambda code: t(f"signals.act.{code}"),
                required=True,
            )
            if chosen == _AGENDA:
                _agenda(shown, row)
            else:
                _answer(shown, row, str(chosen))

    ask()


def _done() -> None:
    _choose()
    st.rerun()


def _undo(shown: View, row: Told) -> None:
    if st.button(t("signals.act.back"), key="signal_back", icon=":material/undo:"):
        with problems():
            take_back(
                store(),
                actor("analysis_signals"),
                shown.hospital_id,
                row["answer_id"],
                row["answer_version"],
            )
            _done()


def _answer(shown: View, row: Told, chosen: str) -> None:
    """Acknowledge, or snooze until a month; a reason is required."""
    with st.form(f"signal_answer_{chosen}"):
        until = 0
        if chosen == SNOOZED:
            months = [add_months(shown.month, step) for step in range(1, AHEAD + 1)]
            until = st.selectbox(t("signals.act.until"), months, format_func=month_name) or 0
        reason = st.text_input(
            t("signals.act.reason"), placeholder=t("signals.act.reason.hint"), max_chars=200
        )
        if not st.form_submit_button(t("signals.act.save"), type="primary"):
            return
    with problems():
        given = Answer(row["subject"], row["department"], row["since"], chosen, reason, until)
        keep_answer(
            store(),
            actor("analysis_signals"),
            shown.hospital_id,
            given,
            row["answer_version"] or None,
        )
        _done()


def _agenda(shown: View, row: Told) -> None:
    """The signal as a matter of a meeting, its words ready to be edited."""
    before: dict[str, Any] = {
        "matter": f"{row['where']} · {row['what']}",
        "data": f"{row['why']}{row['began']}",
        "tier": tier_of(row),
        "meeting": next_meeting(today()),
    }
    given = matter_form("signal_agenda", before, t("signals.act.agenda"))
    if given is None:
        return
    meeting, matter = given
    with problems():
        origin = Origin(row["subject"], row["department"], row["month"])
        agenda_records.add_matter(
            store(),
            actor("analysis_signals"),
            shown.hospital_id,
            day_of(meeting or dt.date.today()),
            (matter, origin),
        )
        st.session_state["agenda_meeting"] = meeting
        _done()
