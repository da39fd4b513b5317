"""Rows pasted or typed into a grid instead of a file; the ward census is typed in five minutes."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd
import streamlit as st

from core.hospital.masters.records import wards
from core.intake.definitions import Column, TableDefinition
from core.intake.delivered.records import last_open_beds
from core.intake.typed import MOST_ROWS, typed_csv
from core.words import pick, t
from pages.shared.scope import View
from pages.shared.session import store, today

_BLANK_ROWS = 6
_COUNTS = ("open_beds", "occupied", "admitted", "discharged", "transfers_in", "transfers_out")


def typed_rows(shown: View, definition: TableDefinition) -> bytes | None:
    """What was typed, as a CSV, from the moment a person asks to have it checked."""
    kept = f"typed_{definition.table}_{st.session_state.get('import_round', 0)}"
    with st.form(f"form_{kept}", border=False):
        if definition.table == "census":
            rows = _census(shown, definition, kept)
        else:
            rows = _any_table(definition, kept)
        asked = st.form_submit_button(t("imports.typed.check"), icon=":material/rule:")
    if asked:
        st.session_state.pop(kept, None)
        if len(rows) > MOST_ROWS:
            st.warning(t("imports.typed.most", most=MOST_ROWS), icon=":material/rule:")
        elif rows.empty:
            st.warning(t("imports.typed.none"), icon=":material/edit_off:")
        else:
            st.session_state[kept] = typed_csv(rows, definition)
    return st.session_state.get(kept)


def _any_table(definition: TableDefinition, kept: str) -> pd.DataFrame:
    """A grid of text: what is pasted arrives as it is, and the check says what is wrong."""
    st.caption(t("imports.typed.how", most=MOST_ROWS))
    names = definition.names
    blank = pd.DataFrame({name: [""] * _BLANK_ROWS for name in names}, dtype="object")
    rows = st.data_editor(
        blank,
        key=f"grid_{kept}",
        num_rows="dynamic",
        hide_index=True,
        column_config={name: _text_column(definition.column(name)) for name in names},
    )
    rows = rows.fillna("").astype(str)
    return rows[(rows != "").any(axis=1)]


def _text_column(column: Column) -> Any:
    label = pick(column.zh, column.en) + (" *" if column.required else "")
    words = " / ".join(spelled[0] for spelled in column.choices.values())
    return st.column_config.TextColumn(label, help=words or None)


def _census(shown: View, definition: TableDefinition, kept: str) -> pd.DataFrame:
    """One day of all wards: names and open beds are there, the numbers are typed."""
    yesterday = today() - dt.timedelta(days=1)
    date = st.date_input(t("imports.census.date"), yesterday, max_value=today(), key=f"date_{kept}")
    day = date if isinstance(date, dt.date) else yesterday
    own = wards(store(), shown.hospital_id)
    month = day.year * 100 + day.month
    own = own[(own["opened"] <= month) & ((own["closed"] == 0) | (own["closed"] >= month))]
    if own.empty:
        st.caption(t("imports.census.no_wards"))
        return pd.DataFrame()
    st.caption(t("imports.census.how"))
    last = last_open_beds(store(), shown.hospital_id)
    start = pd.DataFrame({"ward_code": own["code"].to_numpy(), "name": own["name_zh"].to_numpy()})
    beds = [last.get(code, number) for code, number in zip(own["code"], own["beds"], strict=True)]
    start["open_beds"] = pd.Series(beds, dtype="float64").astype("Int64")
    for name in _COUNTS[1:]:
        start[name] = pd.Series([pd.NA] * len(start), dtype="Int64")
    settings: dict[str, Any] = {
        name: st.column_config.NumberColumn(
            pick(definition.column(name).zh, definition.column(name).en), min_value=0, step=1
        )
        for name in _COUNTS
    }
    ward = definition.column("ward_code")
    settings["ward_code"] = st.column_config.TextColumn(pick(ward.zh, ward.en), disabled=True)
    settings["name"] = st.column_config.TextColumn(t("imports.census.ward"), disabled=True)
    rows = st.data_editor(
        start, key=f"grid_{kept}", hide_index=True, column_config=settings, placeholder=""
    )
    typed = rows[rows[list(_COUNTS[1:])].notna().any(axis=1)]
    return typed.drop(columns="name").assign(date=f"{day:%Y-%m-%d}")
