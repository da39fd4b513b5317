"""运营总览: how the month went, what needs attention, and where to go next."""

from __future__ import annotations

from collections import Counter

import pandas as pd
import streamlit as st

from core.access.records import dismiss_welcome
from core.analysis.overview import CARD_ROWS, CARDS, HEAT, heat
from core.charts.overview import heat_map
from core.charts.theme import palette
from core.formats import MISSING, months_name, number
from core.words import pick, t
from pages.shared import reads, signal_reads
from pages.shared.cards import cards
from pages.shared.errors import caught
from pages.shared.explore_choice import way_in
from pages.shared.page import dark, download, empty, head, view
from pages.shared.phrases import (
    bounds_text,
    comparison_text,
    name_of,
    plain,
    reading_change,
    reading_text,
    sourced,
    state_word,
)
from pages.shared.raise_action import of_signal, panel
from pages.shared.scope import View
from pages.shared.session import actor, catalog, hospital_id, store
from pages.shared.signal_ways import way_of
from pages.shared.trends import trend_picture

SHOWN = 4


def main() -> None:
    shown = view()
    head("home", shown)
    if reads.months_reported(shown.hospital_id) is None:
        empty("home")
        return
    _welcome()
    board = reads.board(shown)
    names = reads.names(shown.scope)
    st.subheader(_headline(shown, board), anchor=False)
    st.caption(comparison_text(shown.comparison))
    overview, map_tab, every = st.tabs(
        [t("home.tab.month"), t("home.tab.heat"), t("home.tab.all")], on_change="rerun", key="home"
    )
    if overview.open:
        with overview:
            _month(shown, board)
    if map_tab.open:
        with map_tab:
            _heat(shown, board, names)
    if every.open:
        with every:
            _every(list(board.place(shown.department).values()))


def _welcome() -> None:
    """The first-run welcome: over the page, never instead of it; put away for good."""
    if st.session_state.get("welcomed") or reads.welcomed(hospital_id()):
        return
    st.session_state["welcomed"] = True

    @st.dialog(t("welcome.title"))
    def greet() -> None:
        with caught():
            for step in ("look", "bring", "language"):
                st.markdown(t(f"welcome.{step}"))
            if st.button(t("welcome.ok"), type="primary", key="welcome_ok"):
                dismiss_welcome(store(), actor("home"), hospital_id())
                st.rerun()

    greet()


def _headline(shown: View, board: reads.Board) -> str:
    """One sentence, computed: how many are met, and the most pressing matter."""
    counts = Counter(row["state"] for row in board.place(shown.department).values())
    sentence = t(
        "home.headline",
        months=months_name(shown.comparison.now),
        good=counts["good"],
        watch=counts["watch"],
        bad=counts["bad"],
    )
    first = next(iter(signal_reads.pressing(shown, shown.department)), None)
    if first is None:
        return sentence + t("home.calm")
    matter = t(
        "home.pressing",
        department=plain(first["where"]),
        indicator=plain(first["what"]),
        why=plain(first["why"]),
    )
    return sentence + matter


def _month(shown: View, board: reads.Board) -> None:
    rows = board.place(shown.department)
    lines = reads.series(shown, CARDS, 13, shown.department)
    for row, codes in CARD_ROWS.items():
        known = tuple(code for code in codes if code in rows)
        st.markdown(f":small[**{t('home.row.' + row)}**]")
        cards(catalog(), known, rows, lines, lambda code: way_in(shown, code))
    left, right = st.columns([5, 4], gap="medium")
    with left:
        st.subheader(t("home.attention"), anchor=False)
        _attention(shown)
    with right:
        st.subheader(t("home.trend"), anchor=False)
        told = [code for code in CARDS if code in rows]
        code = st.selectbox(
            t("home.trend.of"),
            told,
            key="home_trend",
            format_func=lambda c: name_of(catalog().indicators[c]),
        )
        trend_picture(shown, rows[code or told[0]])


def _attention(shown: View) -> None:
    """The first signals nobody has answered, each with why and a way in; the list they are from."""
    rows = signal_reads.pressing(shown, shown.department)
    if not rows:
        st.write(t("home.nothing"))
    for row in rows[:SHOWN]:
        with st.container(border=True, gap="xxsmall"):
            page, asked = way_of(shown, row["subject"], row["department"], row["month"])
            label = f"{row['mark']} {plain(row['where'])} · {plain(row['what'])}"
            st.page_link(page, label=label, query_params=asked)
            st.caption(plain(row["why"]))
            panel(shown, of_signal(row))
    st.page_link(
        "pages/analysis/signals.py",
        label=t("home.signals", count=len(rows)),
        icon=":material/notifications:",
        query_params=shown.codes,
    )


def _heat(shown: View, board: reads.Board, names: dict[str, str]) -> None:
    """Departments by indicators; amber is worse, teal is better, grey text alone is not judged."""
    cells = heat(catalog(), board.departments)
    rows = cells.to_dict("records")
    cells = pd.DataFrame(
        {
            "name": [names.get(row["department"], row["department"]) for row in rows],
            "title": [name_of(catalog().indicators[row["indicator"]]) for row in rows],
            "order": [HEAT.index(row["indicator"]) for row in rows],
            "shade": [row["shade"] for row in rows],
            "text": [_short(row) for row in rows],
            "hint": [reading_text(row, catalog().indicators[row["indicator"]]) for row in rows],
            "target": [bounds_text(row, catalog().indicators[row["indicator"]]) for row in rows],
            "change": [reading_change(row, catalog().indicators[row["indicator"]]) for row in rows],
        }
    )
    told = ~cells["text"].isin(["", MISSING])
    kept = told.groupby(cells["name"]).transform("any") & told.groupby(cells["title"]).transform(
        "any"
    )
    st.caption(t("home.heat.how"))
    st.altair_chart(heat_map(cells[kept], palette(dark())), alt=t("home.heat.how"), theme=None)
    count = cells["title"][kept].nunique()
    months = months_name(shown.comparison.now)
    st.caption(sourced(t("home.heat.unit"), t("home.heat.source", count=count, months=months)))
    download(lambda: _wide(cells), t("home.tab.heat"))


def _wide(cells: pd.DataFrame) -> pd.DataFrame:
    """The map as a table: a department a row, an indicator a column."""
    wide = cells.pivot_table(index="name", columns="title", values="hint", aggfunc="first")
    wide = wide[cells.sort_values("order")["title"].unique()].fillna("")
    return wide.rename_axis(index=t("column.department"), columns=None).reset_index()


def _short(row: dict) -> str:
    """The number without its unit, for a cell; nothing where it does not apply."""
    if row["reason"]:
        return "" if row["reason"] == "not_applicable" else MISSING
    return number(row["value"], min(1, catalog().indicators[row["indicator"]].decimals))


def _every(readings: list[dict]) -> None:
    """All indicators in use, in words."""
    lines = []
    for row in readings:
        indicator = catalog().indicators[row["indicator"]]
        lines.append(
            {
                t("column.code"): indicator.code,
                t("column.indicator"): name_of(indicator),
                t("column.value"): reading_text(row, indicator),
                t("column.state"): state_word(row),
                t("column.target"): bounds_text(row, indicator) or "—",
                t("column.change"): reading_change(row, indicator),
                t("column.formula"): pick(indicator.formula_text.zh, indicator.formula_text.en),
                t("column.source"): indicator.source,
            }
        )
    every = pd.DataFrame(lines)
    st.dataframe(every, hide_index=True, height=560)
    download(every, t("home.tab.all"))
    st.page_link("pages/data/catalogue.py", label=t("home.how"), icon=":material/functions:")


main()
