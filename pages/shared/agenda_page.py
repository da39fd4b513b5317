"""The page of the weekly meeting: its matters, edited in place, and the docx made of them."""

from __future__ import annotations

import datetime as dt

import streamlit as st

from core.formats import month_name
from core.reports.agenda.items import MOST, Origin, day_of, document, next_meeting
from core.reports.agenda.records import add_matter, remove_matter, save_matter
from core.reports.documents.word import docx
from core.words import pick, t
from pages.shared import signal_reads
from pages.shared.agenda_form import matter_form
from pages.shared.errors import caught
from pages.shared.files import file_button
from pages.shared.page import problems
from pages.shared.phrases import plain
from pages.shared.reads import hospitals
from pages.shared.scope import View
from pages.shared.session import actor, store, today
from pages.shared.signal_reads import Told
from pages.shared.signal_ways import way_of

_MEETING, _CHOSEN = "agenda_meeting", "agenda_chosen"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def draw(shown: View) -> None:
    """The day of the meeting, its matters, and the ways to write one or take the page along."""
    if _MEETING not in st.session_state:
        st.session_state[_MEETING] = next_meeting(today())
    chosen = st.session_state[_MEETING]
    picked = st.date_input(t("agenda.meeting"), value=chosen, format="YYYY-MM-DD", width=220)
    meeting = picked if isinstance(picked, dt.date) else chosen
    st.session_state[_MEETING] = meeting
    rows = signal_reads.matters(shown.hospital_id, day_of(meeting))
    if not rows:
        st.write(t("agenda.nothing"))
    if len(rows) > MOST:
        st.info(t("agenda.full", count=len(rows)), icon=":material/info:")
    for number, row in enumerate(rows, start=1):
        _row(shown, number, row)
    with st.container(horizontal=True, gap="small"):
        if rows:
            file_button(
                t("agenda.export"),
                lambda: docx(document(_hospital(shown), meeting, rows)),
                f"{t('agenda.title')} {meeting.isoformat()}.docx",
                mime=_WORD,
                icon=":material/description:",
                key="agenda_export",
                kind="primary",
            )
        st.button(
            t("agenda.add"), key="agenda_add", icon=":material/add:", on_click=_choose, args=({},)
        )
    _dialog(shown, meeting)
    st.caption(t("agenda.rule"))


def _choose(row: Told | None = None) -> None:
    """Open the dialog of a matter as it is seen now, of a new one ({}), or of none."""
    st.session_state[_CHOSEN] = row


def _dialog(shown: View, meeting: dt.date) -> None:
    chosen = st.session_state.get(_CHOSEN)
    if chosen is None:
        return
    if chosen:
        _edit(shown, chosen)
    else:
        _write(shown, meeting)


def _hospital(shown: View) -> str:
    own = next(row for row in hospitals() if row["id"] == shown.hospital_id)
    return pick(own["name_zh"], own["name_en"])


def _row(shown: View, number: int, row: Told) -> None:
    """A matter as it will stand on the page, with the way back to where it came from."""
    who = row["responsible"] or t("agenda.nobody")
    line = t("agenda.line", responsible=plain(who), tier=t(f"agenda.tier.{row['tier']}"))
    texts = [plain(row[name]) for name in ("data", "proposal") if row[name]]
    with st.container(border=True, gap="xxsmall"):
        body = "  \n".join([f"**{number}. {plain(row['matter'])}**", *texts])
        st.markdown(f"{body}  \n:small[:gray[{line}]]")
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            if row["subject"]:
                page, asked = way_of(shown, row["subject"], row["department"], row["month"])
                label = t("agenda.origin", month=month_name(row["month"]))
                st.page_link(page, label=label, icon=":material/query_stats:", query_params=asked)
            st.button(
                t("agenda.edit"),
                key=f"agenda_edit_{row['id']}",
                type="tertiary",
                on_click=_choose,
                args=(row,),
            )


def _edit(shown: View, row: Told) -> None:
    @st.dialog(t("agenda.edit.title"), width="large", on_dismiss=_choose)
    def ask() -> None:
        with caught():
            seen = (row["id"], row["version"])
            given = matter_form("agenda_edit", row_texts(row), t("agenda.save"))
            gone = st.button(t("agenda.remove"), key="agenda_remove", icon=":material/delete:")
            if given is None and not gone:
                return
            with problems():
                acting = actor("analysis_signals")
                if gone:
                    remove_matter(store(), acting, shown.hospital_id, seen)
                elif given is not None:
                    save_matter(store(), acting, shown.hospital_id, given[1], seen)
                _choose()
                st.rerun()

    ask()


def row_texts(row: Told) -> dict[str, str]:
    """What the form shows of a matter."""
    return {name: row[name] for name in ("matter", "data", "proposal", "responsible", "tier")}


def _write(shown: View, meeting: dt.date) -> None:
    @st.dialog(t("agenda.add.title"), width="large", on_dismiss=_choose)
    def ask() -> None:
        with caught():
            given = matter_form("agenda_new", {}, t("agenda.save"))
            if given is None:
                return
            with problems():
                content = (given[1], Origin(month=shown.month))
                day = day_of(meeting)
                add_matter(store(), actor("analysis_signals"), shown.hospital_id, day, content)
                _choose()
                st.rerun()

    ask()
