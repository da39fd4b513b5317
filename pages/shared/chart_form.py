"""What people say about a chart: the list, a form for a note, and one to begin limits anew."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core.analysis.notes.records import (
    LONGEST,
    LONGEST_NAME,
    Place,
    add_note,
    add_rebase,
    remove_note,
    remove_rebase,
)
from core.errors import JingguanError
from core.formats import month_name
from core.words import t
from pages.shared import chart_reads
from pages.shared.chart_reads import Key, Row, Said
from pages.shared.chart_show import numbered
from pages.shared.phrases import complaint, plain
from pages.shared.scope import View
from pages.shared.session import actor, store

ROUND = "control_round"
"""Counts what was saved, so that a form is empty again."""


def said_about(shown: View, one: Key, said: Said) -> None:
    """The notes and rebases of the chart, and the forms to add to them."""
    st.subheader(t("control.said"), anchor=False)
    listed = numbered(said)
    if not listed:
        st.caption(t("control.said.none"))
    for number, kind, row in listed:
        _line(shown, number, kind, row)
    with st.expander(t("control.add"), icon=":material/edit_note:"):
        left, right = st.columns(2, gap="medium")
        with left:
            _note(shown, one)
        with right:
            _rebase(shown, one)


def _line(shown: View, number: int, kind: str, row: Row) -> None:
    """One entry: its number on the chart, its month, what was said and by whom."""
    text = row["text"] if kind == "note" else row["reason"]
    words = t(
        f"control.said.{kind}",
        number=number,
        month=month_name(row["month"]),
        text=plain(text),
        who=plain(row["who"]),
        approver=plain(row.get("approver", "")),
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(words)
        if st.button(t("control.remove"), key=f"control_remove_{kind}_{row['id']}"):
            remove = remove_note if kind == "note" else remove_rebase
            place = (shown.hospital_id, int(row["id"]))
            _write(lambda: remove(store(), actor("analysis_control"), place, int(row["version"])))


def _note(shown: View, one: Key) -> None:
    with st.form(f"control_note_{one[0]}_{one[1]}_{_round()}", border=False):
        st.markdown(f"**{t('control.form.note')}**")
        month = _month(shown, "control_note_month")
        text = st.text_area(t("control.form.text"), max_chars=LONGEST, height=90)
        if st.form_submit_button(t("control.form.save_note")):
            place = Place(shown.hospital_id, *one, month)
            _write(lambda: add_note(store(), actor("analysis_control"), place, text or ""))


def _rebase(shown: View, one: Key) -> None:
    with st.form(f"control_rebase_{one[0]}_{one[1]}_{_round()}", border=False):
        st.markdown(f"**{t('control.form.rebase')}**")
        st.caption(t("control.form.rebase.why"))
        month = _month(shown, "control_rebase_month")
        reason = st.text_input(t("control.form.reason"), max_chars=LONGEST)
        approver = st.text_input(t("control.form.approver"), max_chars=LONGEST_NAME)
        if st.form_submit_button(t("control.form.save_rebase")):
            place, said = Place(shown.hospital_id, *one, month), (reason or "", approver or "")
            _write(lambda: add_rebase(store(), actor("analysis_control"), place, *said))


def _month(shown: View, key: str) -> int:
    months = list(reversed(chart_reads.months_of(shown)))
    return st.selectbox(
        t("control.form.month"), months, key=f"{key}_{_round()}", format_func=month_name
    )


def _round() -> int:
    return st.session_state.get(ROUND, 0)


def _write(work: Callable[[], object]) -> None:
    """Do it, say what cannot be done, and show the chart anew."""
    try:
        work()
    except JingguanError as error:
        st.error(complaint(error), icon=":material/error:")
        return
    st.session_state[ROUND] = _round() + 1
    st.rerun()
