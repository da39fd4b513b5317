"""异常信号: what needs action, ranked; what improved; and the page of the weekly meeting."""

from __future__ import annotations

from collections import Counter

import pandas as pd
import streamlit as st

from core.analysis.signals import REASONS
from core.formats import month_name
from core.reports.signals.answers import OPEN
from core.words import t
from pages.shared import agenda_page, reads, signal_reads
from pages.shared.page import MOST_ROWS, download, empty, head, view
from pages.shared.phrases import plain
from pages.shared.scope import View
from pages.shared.signal_reads import Told
from pages.shared.signal_rows import answer_of, dialog_of, row_of_signal

SHOWN = 8
"""As many as a director reads; the rest stands in a table below."""
BETTER = 10
STATES = ("open", "answered", "all")


def main() -> None:
    shown = view()
    head("signals", shown)
    if reads.months_reported(shown.hospital_id) is None:
        empty("signals")
        return
    rows = tuple(
        row for row in signal_reads.signals(shown) if shown.department in ("", row["department"])
    )
    by = {way: [row for row in rows if row["direction"] == way] for way in WAYS}
    st.subheader(_headline(shown, by["worse"]), anchor=False)
    titles = [t(f"signals.tab.{way}", count=len(by[key])) for key, way in WAYS.items()]
    tabs = st.tabs([*titles, t("signals.tab.agenda")], on_change="rerun", key="signals")
    for tab, (way, name) in zip(tabs, WAYS.items(), strict=False):
        if tab.open:
            with tab:
                _act(shown, by[way]) if way == "worse" else _others(shown, by[way], name)
    if tabs[-1].open:
        with tabs[-1]:
            agenda_page.draw(shown)


WAYS = {"worse": "act", "better": "better", "neutral": "neutral"}


def _headline(shown: View, rows: list[Told]) -> str:
    """One sentence, computed: how many of which level, and the most pressing one."""
    standing = [row for row in rows if row["answer"] == OPEN]
    if not standing:
        return t("signals.headline.none", month=month_name(shown.month))
    counts = Counter(row["severity"] for row in standing)
    first = standing[0]
    said = t(
        "signals.headline",
        month=month_name(shown.month),
        high=counts["high"],
        medium=counts["medium"],
        low=counts["low"],
    )
    return said + t(
        "signals.headline.first",
        where=plain(first["where"]),
        what=plain(first["what"]),
        why=plain(first["why"]),
    )


def _act(shown: View, rows: list[Told]) -> None:
    """The ranked list: filters, eight rows to act on, the rest as a table."""
    chosen = _filtered(rows)
    if not chosen:
        st.write(t("signals.none"))
    for row in chosen[:SHOWN]:
        row_of_signal(shown, row)
    dialog_of(shown)
    rest = chosen[SHOWN:]
    if rest:
        more = st.expander(
            t("signals.more", count=len(rest)), on_change="rerun", key="signals_more"
        )
        if more.open:
            with more:
                st.dataframe(_lines(rest), hide_index=True)
    if chosen:
        download(lambda: _lines(chosen), t("signals.table"))
    with st.expander(t("signals.how"), icon=":material/functions:"):
        st.markdown(t("signals.how.text"))


def _filtered(rows: list[Told]) -> list[Told]:
    there = {reason for row in rows for reason in row["reasons"].split(",")}
    with st.grid(2, min_column_width=260, gap="small"):
        reasons = st.multiselect(
            t("signals.filter.reason"),
            [reason for reason in REASONS if reason in there],
            key="signals_reasons",
            format_func=lambda code: t(f"signals.reason.{code}"),
            placeholder=t("signals.filter.every"),
        )
        state = st.segmented_control(
            t("signals.filter.state"),
            STATES,
            key="signals_state",
            default="open",
            format_func=lambda code: t(f"signals.state.{code}"),
            required=True,
        )
    return [
        row
        for row in rows
        if (not reasons or set(reasons) & set(row["reasons"].split(",")))
        and (state == "all" or (row["answer"] == OPEN) == (state == "open"))
    ]


def _others(shown: View, rows: list[Told], name: str) -> None:
    """Improvements, or what is neither better nor worse: the largest as rows, the rest below."""
    if not rows:
        st.write(t(f"signals.none.{name}"))
        return
    for row in rows[:BETTER]:
        row_of_signal(shown, row, act=False)
    rest = rows[BETTER:]
    if rest:
        st.dataframe(_lines(rest[:MOST_ROWS]), hide_index=True)
    if len(rest) > MOST_ROWS:
        st.caption(t("table.more", shown=MOST_ROWS, rows=len(rest)))
    download(lambda: _lines(rows), t(f"signals.tab.{name}", count=len(rows)))


def _lines(rows: list[Told]) -> pd.DataFrame:
    """The rows as a table in words."""
    names = {"mark": "mark", "what": "what", "where": "where", "began": "since", "kinds": "kinds"}
    lines = pd.DataFrame(
        [[*(row[name] for name in names), row["why"], answer_of(row)] for row in rows],
        columns=pd.Index(
            [*(t(f"signals.column.{name}") for name in names.values()), "why", "answer"]
        ),
    )
    return lines.rename(columns={name: t(f"signals.column.{name}") for name in ("why", "answer")})


main()
