"""医院与演练: the hospitals of the store, and copies of them for exercises."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from core.formats import MISSING, months_name, number
from core.words import pick, t
from core.workshop.commands import kind_of
from core.workshop.records import clone, mark, remove, reset
from pages.shared import hospital_reads
from pages.shared.page import download, head, problems, view
from pages.shared.phrases import plain
from pages.shared.session import actor, hospital_id, store

Row = dict[Any, Any]
MARKS = {"real": "●", "demo": "◇", "drill": "▲"}


def main() -> None:
    shown = view()
    head("hospitals", shown)
    told = st.session_state.pop("hospitals_told", None)
    if told:
        st.success(told, icon=":material/check_circle:")
    rows = hospital_reads.overview()
    names = {row["id"]: _name(row) for row in rows}
    lines = pd.DataFrame([_line(row, names) for row in rows])
    st.subheader(_headline(rows), anchor=False)
    grouped = {t("hospitals.rows"): st.column_config.NumberColumn(format="localized")}
    st.dataframe(lines, hide_index=True, column_config=grouped)
    download(lines, t("hospitals.title"))
    chosen = st.selectbox(
        t("hospitals.choose"),
        list(names),
        index=list(names).index(shown.hospital_id),
        key=f"hospitals_choice_{shown.hospital_id}",
        format_func=names.__getitem__,
    )
    row = next(row for row in rows if row["id"] == chosen)
    left, right = st.columns(2, gap="medium")
    with left:
        _copy(row)
    with right:
        _care(row, len(rows))


def _name(row: Row) -> str:
    return pick(row["name_zh"], row["name_en"])


def _headline(rows: tuple[Row, ...]) -> str:
    drills = sum(kind_of(row) == "drill" for row in rows)
    return t("hospitals.headline", count=len(rows), drills=drills)


def _line(row: Row, names: dict[int, str]) -> dict[str, str | int]:
    kind = kind_of(row)
    months = (int(row["first"]), int(row["last"]))
    source = row["cloned_from"]
    return {
        t("hospitals.number"): int(row["id"]),
        t("hospitals.name"): _name(row),
        t("hospitals.kind"): f"{MARKS[kind]} {t('hospitals.kind.' + kind)}",
        t("hospitals.source"): MISSING if pd.isna(source) else names.get(source, MISSING),
        t("hospitals.months"): months_name(tuple(dict.fromkeys(months)))
        if months[0]
        else t("hospitals.none"),
        t("hospitals.rows"): int(row["rows"]),
    }


def _copy(row: Row) -> None:
    """A copy under a name of its own, marked 演练."""
    with st.container(border=True, height="stretch"):
        st.markdown(f"**{t('hospitals.copy')}**")
        st.caption(t("hospitals.copy.what"))
        name = st.text_input(
            t("hospitals.copy.name"),
            value=t("hospitals.copy.as", hospital=_name(row)),
            max_chars=60,
            key=f"hospitals_copy_{row['id']}",
        )
        if st.button(t("hospitals.copy.do"), type="primary", key="hospitals_copy_do"):
            with problems(), st.spinner(t("hospitals.copying")):
                made = clone(store(), actor("hospitals"), int(row["id"]), name)
                st.session_state["hospital_wanted"] = made
                _tell("copied", name.strip())


def _care(row: Row, count: int) -> None:
    """Switch to it, mark it, reset it, remove it: what its kind allows."""
    number_of, drill = int(row["id"]), bool(row["drill"])
    with st.container(border=True, height="stretch"):
        st.markdown(f"**{plain(_name(row))}**")
        with st.container(horizontal=True):
            here = number_of == hospital_id()
            label = t("hospitals.here") if here else t("hospitals.switch")
            if st.button(label, disabled=here, icon=":material/login:", key="hospitals_switch"):
                st.session_state["hospital_wanted"] = number_of
                st.rerun()
            word = "unmark" if drill else "mark"
            if st.button(t(f"hospitals.{word}"), icon=":material/school:", key="hospitals_mark"):
                with problems():
                    mark(store(), actor("hospitals"), number_of, not drill)
                    _tell(f"{word}ed", _name(row))
            if drill and not pd.isna(row["cloned_from"]):
                _reset(row)
        if drill and count > 1:
            _remove(row)
        else:
            st.caption(t("hospitals.keep.last") if drill else t("hospitals.keep.real"))


def _reset(row: Row) -> None:
    with st.popover(t("hospitals.reset"), icon=":material/restart_alt:"):
        st.write(t("hospitals.reset.what"))
        if st.button(t("hospitals.reset.do"), key="hospitals_reset"):
            with problems(), st.spinner(t("hospitals.copying")):
                reset(store(), actor("hospitals"), int(row["id"]))
                _tell("reset", _name(row))


def _remove(row: Row) -> None:
    """Only with its name typed: what is removed does not come back."""
    with st.popover(t("hospitals.remove"), icon=":material/delete:"):
        rows = number(row["rows"])
        st.write(t("hospitals.remove.what", hospital=plain(row["name_zh"]), rows=rows))
        typed = st.text_input(t("hospitals.remove.type"), key=f"hospitals_typed_{row['id']}")
        if st.button(t("hospitals.remove.do"), key="hospitals_remove"):
            with problems(), st.spinner(t("hospitals.removing")):
                remove(store(), actor("hospitals"), int(row["id"]), typed)
                _tell("removed", _name(row))


def _tell(what: str, hospital: str) -> None:
    """Say it on the next run, when the table is new."""
    st.session_state["hospitals_told"] = t(f"hospitals.told.{what}", hospital=plain(hospital))
    st.rerun()


main()
