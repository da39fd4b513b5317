"""科室: one department against its own past, its targets and the other departments."""

from __future__ import annotations

import math
from collections import Counter

import streamlit as st

from core.analysis.overview import OWN_CARDS
from core.formats import amount_text, change_text, months_name
from core.words import pick, t
from pages.shared import own, reads
from pages.shared.cards import cards
from pages.shared.page import empty, head, table, view
from pages.shared.peers import peers_picture
from pages.shared.phrases import (
    Row,
    comparison_text,
    name_of,
    plain,
)
from pages.shared.scope import View, adopt, publish
from pages.shared.session import catalog
from pages.shared.trends import trend_picture


def main() -> None:
    shown = view()
    head("department", shown)
    if reads.months_reported(shown.hospital_id) is None:
        empty("department")
        return
    board = reads.board(shown)
    if not shown.department:
        _choose(shown)
        return
    department = own.row(shown)
    known = own.readings(shown)
    st.subheader(_headline(shown, department, known), anchor=False)
    st.caption(comparison_text(shown.comparison))
    kind = "clinical" if department["category"] in ("clinical", "unclassified") else "other"
    told = {row["indicator"] for row in known if row["reason"] != "no_data"}
    codes = tuple(code for code in OWN_CARDS[kind] if code in told)
    if codes:
        lines = reads.series(shown, codes, 13, shown.department)
        cards(catalog(), codes, board.place(shown.department), lines)
    if any(not math.isnan(row["value"]) for row in known):
        _pictures(shown, board, {row["indicator"]: row for row in known})
    _money(shown)
    st.subheader(t("department.every"), anchor=False)
    if not known:
        st.write(t("department.nothing"))
        return
    table(own.lines(shown), f"{t('department.title')} {shown.department}")


def _headline(shown: View, department: Row, readings: tuple[Row, ...]) -> str:
    """How many moved for the better and for the worse, and what is missed."""
    moved = Counter(row["favourable"] for row in readings)
    return t(
        "department.headline",
        department=plain(pick(department["name_zh"], department["name_en"])),
        months=months_name(shown.comparison.now),
        better=moved[1.0],
        worse=moved[-1.0],
        missed=sum(row["state"] == "bad" for row in readings),
    )


def _money(shown: View) -> None:
    """Income, cost and staff: money last."""
    st.subheader(t("department.money"), anchor=False)
    with st.grid(4, min_column_width=180):
        for row in reads.amounts(shown).to_dict("records"):
            measure = catalog().measures[row["measure"]]
            missing = math.isnan(row["change"])
            st.metric(
                pick(measure.name.zh, measure.name.en),
                amount_text(row["value"], measure.unit),
                None if missing else change_text(row["change"], points=False),
                delta_color="gray",
                delta_arrow="off" if missing else "up" if row["change"] > 0 else "down",
                border=True,
            )


def _pictures(shown: View, board: reads.Board, known: dict[str, Row]) -> None:
    codes = list(known)
    adopt("indicator", "department_indicator", lambda code: code if code in codes else None)
    if st.session_state.get("department_indicator", codes[0]) not in codes:
        st.session_state["department_indicator"] = codes[0]
    code = st.selectbox(
        t("department.indicator"),
        codes,
        key="department_indicator",
        format_func=lambda c: name_of(catalog().indicators[c]),
    )
    assert code is not None  # noqa: S101 there is a first one
    publish(indicator=code)
    left, right = st.columns([5, 4], gap="medium")
    with left:
        st.subheader(t("department.trend"), anchor=False)
        trend_picture(shown, known[code])
    with right:
        st.subheader(t("department.peers"), anchor=False)
        peers_picture(shown, board, code)


def _choose(shown: View) -> None:
    """Every department with its counts; a click opens it."""
    st.write(t("department.choose"))
    codes, lines = own.choices(shown)
    event = st.dataframe(
        lines,
        hide_index=True,
        height=560,
        on_select="rerun",
        selection_mode="single-row",
        key="department_choice",
    )
    chosen = event["selection"]["rows"]
    if chosen:
        asked = shown.codes | {"dept": codes[chosen[0]]}
        st.switch_page("pages/department.py", query_params=asked)


main()
