"""What a checked file holds, before anybody confirms it."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from core.formats import listed, months_name, number
from core.intake.check import Checked
from core.intake.definitions import Column, TableDefinition
from core.intake.faults import fault_text
from core.intake.rejected import rejected_xlsx
from core.months import LOCAL
from core.words import pick, t
from pages.shared.files import file_button

ROWS, FAULTS = 8, 200
LOOKS = {
    "accept": (st.success, ":material/check_circle:"),
    "partial": (st.warning, ":material/rule:"),
    "hold": (st.warning, ":material/pause_circle:"),
    "reject": (st.error, ":material/block:"),
}


def preview(found: Checked, counted: dict[str, int] | None) -> None:
    """The verdict in words, counts and control total, warnings, refused rows, first rows."""
    show, icon = LOOKS[found.verdict]
    refused = found.refused
    show(t(f"preview.{found.verdict}", rows=found.accepted_rows, refused=refused), icon=icon)
    for fault in found.file_faults:
        st.text(f"■ {fault_text(fault, found.definition)}")
    for warning in found.warnings:
        st.text(f"▲ {fault_text(warning, found.definition)}")
    if counted is not None:
        _counts(found, counted)
    if found.new_departments and found.table != "departments":
        codes = listed(found.new_departments[:30])
        st.text(t("preview.new_departments", count=len(found.new_departments), codes=codes))
    if found.rejected:
        _refused(found)
    if len(found.rows):
        st.markdown(f"**{t('preview.first', rows=min(ROWS, len(found.rows)))}**")
        st.dataframe(_named(found.rows.head(ROWS), found.definition), hide_index=True)


def _counts(found: Checked, counted: dict[str, int]) -> None:
    """Rows and the total that a person can hold against the source."""
    with st.grid(4, min_column_width=150):
        st.metric(t("preview.rows"), number(found.accepted_rows))
        st.metric(t("preview.refused"), number(found.refused))
        if found.control_total is not None:
            column, amount = found.control_total
            name = found.definition.column(column)
            unit = f" {name.unit}" if name.unit else ""
            st.metric(t("preview.total", column=pick(name.zh, name.en)), f"{amount:,}{unit}")
        months = (
            months_name(tuple(dict.fromkeys((found.months[0], found.months[-1]))))
            if (found.months)
            else "—"
        )
        st.metric(t("preview.months"), months)
    st.caption(t("preview.changes", **counted))


def _refused(found: Checked) -> None:
    st.markdown(f"**{t('preview.refused.title')}**")
    lines = [
        {t("preview.row"): fault.row, t("preview.why"): fault_text(fault, found.definition)}
        for fault in found.rejected[:FAULTS]
    ]
    st.dataframe(pd.DataFrame(lines), hide_index=True)
    file_button(t("preview.download"), lambda: rejected_xlsx(found), "rejected.xlsx")


def _named(rows: pd.DataFrame, definition: TableDefinition) -> pd.DataFrame:
    """Columns that hold something, under the names people know; money in 元 again."""
    shown = {}
    for column in definition.columns:
        if column.name not in rows:
            continue
        cells = rows[column.name]
        if cells.isna().all() or (cells.astype(str) == "").all():
            continue
        if column.type != "hashed":
            shown[pick(column.zh, column.en)] = _legible(cells, column)
    return pd.DataFrame(shown)


def _legible(cells: pd.Series, column: Column) -> pd.Series:
    """Cells as a person writes them: 元, dates and times of Shanghai, yes and no."""
    if column.type == "money":
        return cells / 100
    if column.type == "flag":
        return pd.Series([_word(cell) for cell in cells], index=cells.index)
    if column.type == "date":
        days = [None if pd.isna(cell) else str(cell) for cell in cells]
        texts = [day and f"{day[:4]}-{day[4:6]}-{day[6:]}" for day in days]
        return pd.Series(texts, index=cells.index)
    if column.type == "datetime":
        moments = pd.to_datetime(cells.astype("Int64"), unit="s", utc=True).dt.tz_convert(LOCAL)
        return moments.dt.strftime("%Y-%m-%d %H:%M")
    return cells


def _word(flag: Any) -> str | None:
    return None if pd.isna(flag) else t("preview.yes") if flag else t("preview.no")
