"""Entry of a budget: a grid of a line or a month, through the same check and load as a file."""

from __future__ import annotations

import hashlib
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from core.costing.budget.grid import Cell, Place, Typed, amounts, compared
from core.costing.budget.lines import CODES
from core.errors import JingguanError
from core.formats import month_name, months_name
from core.intake.check import Checked, CheckRequest, check
from core.intake.desk import delivery_of, masters_of
from core.intake.faults import RowFault, fault_text
from core.intake.records import load
from core.intake.templates import template
from core.intake.typed import typed_csv
from core.months import month_range, month_text
from core.words import language, t
from pages.shared import reads
from pages.shared.budget_reads import Carried, planned
from pages.shared.budget_words import line_name
from pages.shared.files import file_button
from pages.shared.kept import kept
from pages.shared.page import problems
from pages.shared.phrases import complaint, plain
from pages.shared.scope import View
from pages.shared.session import actor, rules, store, surroundings, tables, today

MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FAULTS = 50
Axes = tuple[tuple[int, ...], tuple[str, ...]]
"""Months and lines of a grid; one of them is single."""
_HEADER = 1
"""Records of a CSV are numbered from 1, the header included."""


def draw(shown: View, found: Carried | None) -> None:
    """What to type, the grid, what is wrong with it, and the button that stores it."""
    told = st.session_state.pop("budget_told", None)
    if told:
        st.success(told, icon=":material/check_circle:")
    _files()
    by, year, one = _what(shown)
    months = month_range(year * 100 + 1, year * 100 + 12) if by == "line" else (int(one),)
    lines = (str(one),) if by == "line" else CODES
    sheet = _sheet(reads.facts_key(shown.scope), shown, year, (months, lines), language())
    st.caption(t("budget.entry.how"))
    key = f"budget_grid_{by}_{one}_{year}_{st.session_state.get('budget_round', 0)}"
    with st.form(f"form_{key}", border=False):
        edited = _grid(sheet, key)
        asked = st.form_submit_button(t("budget.entry.check"), icon=":material/rule:")
    if asked:
        st.session_state["budget_typed"] = (key, compared(sheet.held, sheet.typed(edited)))
    waiting = st.session_state.get("budget_typed")
    if waiting and waiting[0] == key:
        _judge(shown, waiting[1])


def _files() -> None:
    """The other way: a file, and its template."""
    with st.container(horizontal=True):
        st.page_link(
            "pages/data/imports.py",
            label=t("budget.import"),
            icon=":material/upload_file:",
            query_params={"table": "budget"},
        )
        file_button(
            t("budget.template"),
            lambda: template(tables()["budget"]),
            "budget.xlsx",
            mime=MIME,
            key="budget_template",
        )


def _what(shown: View) -> tuple[str, int, str | int]:
    """By line of a year or by month; the year; the line or month."""
    this = max(today().year, shown.month // 100)
    years = list(range(this + 1, this - 3, -1))
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        by = st.segmented_control(
            t("budget.entry.by"),
            ("line", "month"),
            key="budget_by",
            default="line",
            required=True,
            format_func=lambda one: t(f"budget.entry.by.{one}"),
        )
        start = years.index(shown.month // 100) if shown.month // 100 in years else 0
        year = st.selectbox(
            t("budget.entry.year"),
            years,
            index=start,
            key="budget_year",
            format_func=lambda one: t("budget.entry.year.of", year=one),
            width=160,
        )
        if by == "line":
            codes = [*(code for code in CODES if not code.startswith("income_")), *CODES[:2]]
            one: str | int = st.selectbox(
                t("budget.column.line"), codes, key="budget_entry_line", format_func=line_name
            )
        else:
            months = month_range(year * 100 + 1, year * 100 + 12)
            one = st.selectbox(
                t("scope.month"),
                months,
                index=shown.month % 100 - 1,
                key=f"budget_entry_month_{year}",
                format_func=month_name,
            )
    return by or "line", int(year), one


@dataclass(frozen=True, eq=False)
class _Sheet:
    """The grid as it stands in the store, and which place each of its cells is."""

    start: pd.DataFrame
    held: dict[Place, str]
    codes: tuple[str, ...]
    places: dict[str, tuple[int, str]]
    """Month and line of each column by its title."""

    def typed(self, edited: pd.DataFrame) -> dict[Place, str]:
        """Every cell by its place."""
        return {
            (code, month, line): "" if pd.isna(text) else str(text)
            for title, (month, line) in self.places.items()
            for code, text in zip(self.codes, edited[title], strict=True)
        }


@kept(32)
def _sheet(key: reads.Key, shown: View, year: int, axes: Axes, in_language: str) -> _Sheet:
    months, lines = axes
    held, names = amounts(planned(shown, year)), reads.names(shown.scope)
    codes = (shown.department,) if shown.department else tuple(names)
    places = {
        month_text(month) if len(months) > 1 else line_name(line): (month, line)
        for month in months
        for line in lines
    }
    columns = {t("column.department"): [f"{code} {names.get(code, code)}" for code in codes]}
    for title, (month, line) in places.items():
        columns[title] = [held.get((code, month, line), "") for code in codes]
    return _Sheet(pd.DataFrame(columns, dtype="object"), held, codes, places)


def _grid(sheet: _Sheet, key: str) -> pd.DataFrame:
    who = t("column.department")
    settings: dict[str, Any] = {who: st.column_config.TextColumn(disabled=True, pinned=True)}
    settings |= {title: st.column_config.TextColumn(alignment="right") for title in sheet.places}
    return st.data_editor(
        sheet.start, key=key, hide_index=True, column_config=settings, alt=t("budget.tab.entry")
    )


def _judge(shown: View, typed: Typed) -> None:
    """What the check says of the cells; nothing is stored while one of them is wrong."""
    if typed.emptied:
        st.warning(t("budget.entry.emptied", count=len(typed.emptied)), icon=":material/rule:")
        _cells(shown, [(cell, t("budget.entry.emptied.way")) for cell in typed.emptied])
        return
    if not typed.changed:
        st.warning(t("budget.entry.none"), icon=":material/edit_off:")
        return
    with problems():
        found = checked(shown, typed.changed)
        for notice in found.file_faults:
            st.error(plain(fault_text(notice, found.definition)), icon=":material/error:")
        if found.rejected:
            st.error(t("budget.entry.faults", count=found.refused), icon=":material/error:")
            _cells(shown, [_told(typed.changed, fault, found) for fault in found.rejected[:FAULTS]])
        elif not found.file_faults:
            _confirm(shown, found)


def checked(shown: View, cells: tuple[Cell, ...]) -> Checked:
    """The cells as a file of the budget, through the check that every file goes through."""
    definition = tables()["budget"]
    content = typed_csv(
        pd.DataFrame(
            {
                "month": [month_text(cell.month) for cell in cells],
                "dept_code": [cell.department for cell in cells],
                "line": [definition.column("line").choices[cell.line][0] for cell in cells],
                "amount": [cell.text for cell in cells],
            }
        ),
        definition,
    )
    masters = masters_of(store(), shown.hospital_id, definition, surroundings())
    request = CheckRequest(definition, tables(), replace(masters, known_files=frozenset()), today())
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "typed.csv"
        path.write_bytes(content)
        found = check(path, "typed.csv", request)
    # The same amounts may be typed again after others: each time it is another delivery.
    digest = hashlib.sha256(content + str(store().version()).encode()).hexdigest()
    return replace(found, name=t("budget.entry.name"), sha256=digest)


def _told(cells: tuple[Cell, ...], fault: RowFault, found: Checked) -> tuple[Cell, str]:
    return cells[fault.row - _HEADER - 1], fault_text(fault, found.definition)


def _cells(shown: View, told: list[tuple[Cell, str]]) -> None:
    """Row, column, value and way out of each cell that cannot be stored."""
    names = reads.names(shown.scope)
    lines = [
        {
            t("column.department"): f"{cell.department} {names.get(cell.department, '')}".strip(),
            t("chart.month"): month_name(cell.month),
            t("budget.column.line"): line_name(cell.line),
            t("budget.entry.value"): cell.text or "—",
            t("budget.entry.way"): way,
        }
        for cell, way in told[:FAULTS]
    ]
    st.dataframe(pd.DataFrame(lines), hide_index=True)


def _confirm(shown: View, found: Checked) -> None:
    total = f"{found.control_total[1]:,}" if found.control_total else "—"
    held = False
    for warning in found.warnings:
        st.text(f"▲ {fault_text(warning, found.definition)}")
    if found.verdict == "hold":
        held = not st.checkbox(t("imports.hold"), key=f"budget_hold_{found.sha256}")
    st.write(
        t(
            "budget.entry.ready",
            rows=found.accepted_rows,
            total=total,
            months=months_name(tuple(dict.fromkeys((found.months[0], found.months[-1])))),
        )
    )
    label = t("budget.entry.store", rows=found.accepted_rows)
    if not st.button(label, type="primary", disabled=held, key="budget_store"):
        return
    try:
        who = actor("costing_budget")
        batch = load(store(), who, delivery_of(found, shown.hospital_id), rules())
    except JingguanError as error:
        st.error(complaint(error), icon=":material/error:")
        return
    st.session_state["budget_told"] = t("budget.entry.done", batch=batch, rows=found.accepted_rows)
    st.session_state["budget_round"] = st.session_state.get("budget_round", 0) + 1
    st.session_state.pop("budget_typed", None)
    st.rerun()
