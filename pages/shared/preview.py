"""What a checked file holds, before anybody confirms it."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.formats import listed, months_name, number
from core.intake.check import Checked
from core.intake.definitions import TableDefinition
from core.intake.faults import fault_text
from core.intake.rejected import rejected_xlsx
from core.words import pick, t

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
    refused = len(found.rejected_rows)
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
        st.metric(t("preview.refused"), number(len(found.rejected_rows)))
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
    st.download_button(
        t("preview.download"),
        data=lambda: rejected_xlsx(found),
        file_name="rejected.xlsx",
        icon=":material/download:",
        on_click="ignore",
    )


def _named(rows: pd.DataFrame, definition: TableDefinition) -> pd.DataFrame:
    """Columns that hold something, under the names people know; money in 元 again."""
    shown = {}
    for column in definition.columns:
        if column.name not in rows:
            continue
        cells = rows[column.name]
        if cells.isna().all() or (cells.astype(str) == "").all():
            continue
        named = pick(column.zh, column.en)
        shown[named] = cells / 100 if column.type == "money" else cells
    return pd.DataFrame(shown)
