"""科室: one department against its own past, its targets and the other departments."""

from __future__ import annotations

import math

import pandas as pd
import streamlit as st

from core.analysis.overview import OWN_CARDS
from core.charts.overview import ranked_bars
from core.charts.theme import palette
from core.formats import amount_text, change_text, months_name
from core.words import pick, t
from pages.shared import reads
from pages.shared.cards import cards
from pages.shared.page import dark, empty, head, table, view
from pages.shared.phrases import (
    bounds_text,
    comparison_text,
    name_of,
    plain,
    reading_change,
    reading_text,
    state_word,
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
        _choose(shown, board)
        return
    rows = reads.departments(shown.scope)
    department = rows[rows["department"] == shown.department].iloc[0]
    readings = board.departments[board.departments["department"] == shown.department]
    st.subheader(_headline(shown, department, readings), anchor=False)
    st.caption(comparison_text(shown.comparison))
    kind = "clinical" if department["category"] in ("clinical", "unclassified") else "other"
    known = readings[readings["reason"] != "not_applicable"]
    told = set(known.loc[known["reason"] != "no_data", "indicator"])
    codes = tuple(code for code in OWN_CARDS[kind] if code in told)
    if codes:
        lines = reads.series(shown, codes, 13, shown.department)
        cards(catalog(), codes, board.place(shown.department), lines)
    if known["value"].notna().any():
        _pictures(shown, board, known)
    _money(shown)
    st.subheader(t("department.every"), anchor=False)
    if known.empty:
        st.write(t("department.nothing"))
        return
    table(_lines(known), f"{t('department.title')} {shown.department}")


def _headline(shown: View, department: pd.Series, readings: pd.DataFrame) -> str:
    """How many moved for the better and for the worse, and what is missed."""
    moved = readings["favourable"].value_counts()
    return t(
        "department.headline",
        department=plain(pick(department["name_zh"], department["name_en"])),
        months=months_name(shown.comparison.now),
        better=int(moved.get(1.0, 0)),
        worse=int(moved.get(-1.0, 0)),
        missed=int((readings["state"] == "bad").sum()),
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


def _pictures(shown: View, board: reads.Board, known: pd.DataFrame) -> None:
    codes = known["indicator"].tolist()
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
        trend_picture(shown, known[known["indicator"] == code].iloc[0].to_dict())
    with right:
        st.subheader(t("department.peers"), anchor=False)
        _peers(shown, board, code)


def _peers(shown: View, board: reads.Board, code: str) -> None:
    """The department among the others of its category: context in grey."""
    indicator = catalog().indicators[code]
    rows = reads.departments(shown.scope).set_index("department")
    category = rows.loc[shown.department, "category"]
    values = board.departments[board.departments["indicator"] == code].dropna(subset=["value"])
    values = values[values["department"].map(rows["category"]) == category]
    values = values.sort_values("value", ascending=False)
    if values.empty:
        st.write(t("department.nothing"))
        return
    codes = values["department"].tolist()
    place = codes.index(shown.department) + 1 if shown.department in codes else 0
    near = _around(values, place)
    names = reads.names(shown.scope)
    bars = pd.DataFrame(
        {
            "name": [names[code] for code in near["department"]],
            "value": near["value"],
            "text": [reading_text(row, indicator) for row in near.to_dict("records")],
            "subject": near["department"] == shown.department,
        }
    )
    sentence = t("department.place", place=place or "—", count=len(values))
    st.caption(sentence + t("department.no_league"))
    st.altair_chart(ranked_bars(bars, "", palette(dark())), theme=None, alt=sentence)


def _around(values: pd.DataFrame, place: int, most: int = 12) -> pd.DataFrame:
    """The neighbours of the department, at most so many rows."""
    start = max(0, min(place - most // 2, len(values) - most))
    return values.iloc[start : start + most]


def _lines(known: pd.DataFrame) -> pd.DataFrame:
    lines = []
    for row in known.to_dict("records"):
        indicator = catalog().indicators[row["indicator"]]
        lines.append(
            {
                t("column.indicator"): name_of(indicator),
                t("column.value"): reading_text(row, indicator),
                t("column.state"): state_word(row),
                t("column.target"): bounds_text(row, indicator) or "—",
                t("column.change"): reading_change(row, indicator),
                t("column.formula"): pick(indicator.formula_text.zh, indicator.formula_text.en),
            }
        )
    return pd.DataFrame(lines)


def _choose(shown: View, board: reads.Board) -> None:
    """Every department with its counts; a click opens it."""
    st.write(t("department.choose"))
    rows = reads.departments(shown.scope)
    states = pd.crosstab(board.departments["department"], board.departments["state"])
    moved = pd.crosstab(board.departments["department"], board.departments["favourable"])
    rows = rows.assign(missed=_counts(states, rows, "bad"), watched=_counts(states, rows, "watch"))
    rows = rows.sort_values(["missed", "watched", "department"], ascending=[False, False, True])
    names = reads.names(shown.scope)
    lines = pd.DataFrame(
        {
            t("column.department"): [names[code] for code in rows["department"]],
            t("column.category"): [t(f"category.{category}") for category in rows["category"]],
            t("column.missed"): rows["missed"].tolist(),
            t("column.watch"): rows["watched"].tolist(),
            t("column.better"): _counts(moved, rows, 1.0),
            t("column.worse"): _counts(moved, rows, -1.0),
        }
    )
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
        code = rows["department"].iloc[chosen[0]]
        st.switch_page("pages/department.py", query_params=shown.codes | {"dept": code})


def _counts(table_of: pd.DataFrame, rows: pd.DataFrame, column: object) -> list[int]:
    if column not in table_of:
        return [0] * len(rows)
    return table_of[column].reindex(rows["department"]).fillna(0).astype(int).tolist()


main()
