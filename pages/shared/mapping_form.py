"""Reading a file whose columns are not ours: say once which is which, and save it by name."""

from __future__ import annotations

import json

import pandas as pd
import streamlit as st

from core.errors import JingguanError
from core.hospital.records import mappings, save_mapping
from core.intake.check import Checked
from core.intake.definitions import Column, TableDefinition
from core.intake.mapping import Mapping, mapping_from
from core.words import pick, t
from pages.shared.phrases import complaint, plain
from pages.shared.session import actor, store, tables

UNSAID, ABSENT, CONSTANT = "-", "absent", "constant"
HEADER_FAULTS = ("F_MISSING_COLUMN", "F_WRONG_TABLE")


def saved_mapping(hospital_id: int, definition: TableDefinition, shape: str) -> pd.Series | None:
    """The mapping saved for files of this shape, if there is one."""
    rows = mappings(store(), hospital_id, definition.table)
    rows = rows[rows["fingerprint"] == shape] if shape else rows.iloc[:0]
    return rows.iloc[-1] if len(rows) else None


def mapping_form(
    hospital_id: int, definition: TableDefinition, found: Checked, stored: pd.Series | None
) -> Mapping | None:
    """The mapping to read this file with; None when its own headers do."""
    applied = st.session_state.get("mapping_applied")
    if applied and applied["shape"] == found.fingerprint and applied["table"] == definition.table:
        mapping: Mapping | None = applied["mapping"]
    elif stored is not None:
        mapping = mapping_from(json.loads(stored["spec"]), tables())
        st.info(t("mapping.offered", name=plain(stored["name"])), icon=":material/conversion_path:")
    else:
        mapping = None
    unclear = any(fault.code in HEADER_FAULTS for fault in found.file_faults)
    if not found.headers or not (unclear or mapping):
        return mapping
    with st.expander(t("mapping.title"), expanded=unclear and mapping is None):
        st.caption(t("mapping.how"))
        _edit(hospital_id, definition, found, mapping)
    return mapping


def _edit(
    hospital_id: int, definition: TableDefinition, found: Checked, mapping: Mapping | None
) -> None:
    columns: dict[str, str] = {}
    constants: dict[str, str] = {}
    absent: list[str] = []
    required = [column for column in definition.columns if column.required]
    optional = [column for column in definition.columns if not column.required]
    for title, group in (("mapping.required", required), ("mapping.optional", optional)):
        st.markdown(f"**{t(title)}**")
        with st.grid(3, min_column_width=200):
            for column in group:
                choice = _choice(column, found, mapping)
                if choice == ABSENT:
                    absent.append(column.name)
                elif choice == CONSTANT:
                    constants[column.name] = _constant(column, mapping)
                elif choice != UNSAID:
                    columns[column.name] = choice.removeprefix("=")
    add_up = st.checkbox(t("mapping.sum"), value=bool(mapping and mapping.aggregate))
    create = st.checkbox(t("mapping.create"), value=bool(mapping and mapping.create_departments))
    spec = {
        "table": definition.table,
        "aggregate": "sum" if add_up else "",
        "create_departments": create,
        "absent": absent,
        "columns": columns,
        "constants": constants,
    }
    _apply(hospital_id, found, spec)


def _choice(column: Column, found: Checked, mapping: Mapping | None) -> str:
    """One column: a header of the file, nothing, not reported, or one value for every row."""
    headers = [header for header in found.headers if header]
    options = [UNSAID, *[f"={header}" for header in headers], ABSENT, CONSTANT]
    names = {UNSAID: t("mapping.unsaid"), ABSENT: t("mapping.absent"), CONSTANT: t("mapping.same")}
    return st.selectbox(
        pick(column.zh, column.en) + (" *" if column.required else ""),
        options,
        index=options.index(_before(column, headers, mapping)),
        format_func=lambda option: str(names.get(option, option.removeprefix("="))),
        key=f"mapping_columns_{found.fingerprint}_{column.name}",
    )


def _before(column: Column, headers: list[str], mapping: Mapping | None) -> str:
    """What the saved mapping says, or the header that has the column's name."""
    if mapping is not None:
        if mapping.columns.get(column.name) in headers:
            return f"={mapping.columns[column.name]}"
        if column.name in mapping.absent:
            return ABSENT
        if column.name in mapping.constants:
            return CONSTANT
    known = {label.lower() for label in column.labels}
    same = [header for header in headers if header.strip().lower() in known]
    return f"={same[0]}" if same else UNSAID


def _constant(column: Column, mapping: Mapping | None) -> str:
    before = mapping.constants.get(column.name, "") if mapping else ""
    return st.text_input(t("mapping.value", column=pick(column.zh, column.en)), value=before)


def _apply(hospital_id: int, found: Checked, spec: dict) -> None:
    """Read the file with it; save it under a name for the next file of this shape."""
    name = st.text_input(t("mapping.name"), max_chars=40, key="mapping_name")
    with st.container(horizontal=True):
        read = st.button(t("mapping.read"), key="mapping_read")
        save = st.button(t("mapping.save"), key="mapping_save", icon=":material/save:")
    if not (read or save):
        return
    try:
        mapping = mapping_from(spec, tables())
        if save:
            _save(hospital_id, found, name, mapping)
    except JingguanError as error:
        st.error(complaint(error), icon=":material/error:")
        return
    st.session_state["mapping_applied"] = {
        "shape": found.fingerprint,
        "table": mapping.table,
        "mapping": mapping,
    }
    st.rerun()


def _save(hospital_id: int, found: Checked, name: str, mapping: Mapping) -> None:
    known = mappings(store(), hospital_id, mapping.table)
    same = known[known["name"] == name.strip()]
    save_mapping(
        store(),
        actor("imports"),
        hospital_id,
        {
            "contract": mapping.table,
            "name": name.strip(),
            "fingerprint": found.fingerprint,
            "spec": json.dumps(mapping.to_dict(), ensure_ascii=False),
        },
        int(same["version"].iloc[0]) if len(same) else None,
    )
