"""数据导入: what is due, a file in, its preview, the confirmation, and the way back."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pandas as pd
import streamlit as st

from core.errors import JingguanError
from core.formats import moment_text, month_name, months_name
from core.intake.check import Checked, CheckRequest, check
from core.intake.definitions import TableDefinition
from core.intake.delivered.records import changes
from core.intake.desk import delivery_of, masters_of
from core.intake.mapping import Mapping
from core.intake.records import load, undo
from core.intake.templates import template, workbook_of_all
from core.months import month_range
from core.words import pick, t
from pages.shared import reads
from pages.shared.mapping_form import mapping_form, saved_mapping
from pages.shared.page import head, problems, view
from pages.shared.phrases import complaint
from pages.shared.preview import preview
from pages.shared.scope import View
from pages.shared.session import actor, rules, store, tables, today

MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def main() -> None:
    shown = view()
    head("imports", shown)
    _told()
    _due(shown)
    st.subheader(t("imports.bring"), anchor=False)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        codes = list(tables())
        contract = st.selectbox(
            t("imports.table"), codes, key="import_table", format_func=lambda c: _title(tables()[c])
        )
        upload = st.file_uploader(
            t("imports.file"),
            type=["xlsx", "xls", "csv"],
            key=f"import_file_{st.session_state.get('import_round', 0)}",
            help=t("imports.file.help"),
        )
    with right:
        _templates(tables()[contract])
    if upload is not None:
        _read(shown, tables()[contract], upload.name, upload.getvalue())
    _history(shown)


def _title(definition: TableDefinition) -> str:
    return pick(definition.title.zh, definition.title.en)


def _told() -> None:
    """What the last action did, once."""
    told = st.session_state.pop("import_told", None)
    if told:
        st.success(told, icon=":material/check_circle:")
        st.page_link("pages/home.py", label=t("imports.look"), icon=":material/arrow_forward:")


def _due(shown: View) -> None:
    """本月应交 / 已交, by table and responsible department."""
    newest = today().year * 100 + today().month
    months = list(reversed(month_range(min(shown.month, newest), newest)))[:24]
    if st.session_state.get("due_month") not in months:
        st.session_state["due_month"] = shown.month if shown.month in months else months[0]
    month = st.selectbox(t("imports.due.month"), months, format_func=month_name, key="due_month")
    rows_in = reads.reported(shown.hospital_id, month).to_dict("records")
    have = {row["contract"]: row for row in rows_in}
    lines = []
    for contract, definition in sorted(tables().items(), key=lambda one: one[1].due_day):
        if contract not in have:
            continue
        rows = have[contract]["rows"]
        state = t("imports.due.in") if rows else t("imports.due.open")
        lines.append(
            {
                t("imports.due.table"): _title(definition),
                t("imports.due.owner"): pick(definition.owner.zh, definition.owner.en),
                t("imports.due.day"): t("imports.due.on", day=definition.due_day),
                t("imports.due.state"): state,
                t("imports.due.rows"): rows,
                t("imports.due.departments"): have[contract]["departments"],
            }
        )
    done = sum(row["rows"] > 0 for row in rows_in)
    st.subheader(
        t("imports.due.headline", month=month_name(month), due=len(lines), done=done), anchor=False
    )
    st.dataframe(pd.DataFrame(lines), hide_index=True)


def _templates(definition: TableDefinition) -> None:
    with st.container(border=True):
        st.markdown(f"**{t('imports.templates')}**")
        st.caption(t("imports.templates.why"))
        st.download_button(
            t("imports.template.one", table=_title(definition)),
            data=lambda: template(definition),
            file_name=f"{definition.table}.xlsx",
            mime=MIME,
            icon=":material/download:",
            on_click="ignore",
        )
        st.download_button(
            t("imports.template.all"),
            data=lambda: workbook_of_all(list(tables().values())),
            file_name="jingguan.xlsx",
            mime=MIME,
            icon=":material/download:",
            on_click="ignore",
        )


def _read(shown: View, definition: TableDefinition, name: str, content: bytes) -> None:
    """Check the file, with the mapping that fits its shape, and show what it holds."""
    plain = _checked(shown, definition, name, content, None)
    stored = saved_mapping(shown.hospital_id, definition, plain.fingerprint)
    answer = st.container()
    mapping = mapping_form(shown.hospital_id, definition, plain, stored)
    found = _checked(shown, definition, name, content, mapping) if mapping else plain
    with answer, problems():
        if len(found.sheets) > 1:
            st.selectbox(
                t("imports.sheet"),
                found.sheets,
                key=_sheet_key(content),
                index=None,
                placeholder=t("imports.sheet.first"),
            )
        delivery = delivery_of(found, shown.hospital_id)
        counted = None if found.verdict == "reject" else changes(store(), delivery)
        preview(found, counted)
        if found.verdict != "reject":
            _confirm(found, shown)


def _sheet_key(content: bytes) -> str:
    """A sheet is chosen of one file, and never asked of the next."""
    return f"import_sheet_{hash(content)}"


def _checked(
    shown: View, definition: TableDefinition, name: str, content: bytes, mapping: Mapping | None
) -> Checked:
    """The check of these bytes; kept while neither the file nor what it is held against changes."""
    sheet = st.session_state.get(_sheet_key(content))
    key = (hash(content), definition.table, sheet, mapping and mapping.to_toml(), store().version())
    kept = st.session_state.setdefault("import_checked", {})
    if key in kept:
        return kept[key]
    bar = st.progress(0.0, text=t("intake.step.gate"))
    request = CheckRequest(
        definition,
        tables(),
        masters_of(store(), shown.hospital_id, definition),
        today(),
        mapping,
        sheet,
        lambda share, step: bar.progress(share, text=t(step)) and None,
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "upload"
        path.write_bytes(content)
        found = check(path, name, request)
    bar.empty()
    if len(kept) > 4:
        kept.clear()
    kept[key] = found
    return found


def _confirm(found: Checked, shown: View) -> None:
    """The one primary button: store the accepted rows, under a progress bar."""
    if found.verdict == "hold":
        st.checkbox(t("imports.hold"), key=f"import_hold_{found.sha256}")
    held = found.verdict == "hold" and not st.session_state.get(f"import_hold_{found.sha256}")
    label = t("imports.confirm", rows=found.accepted_rows)
    if not st.button(label, type="primary", disabled=held, key="import_confirm"):
        return
    bar = st.progress(0.0, text=t("import.step.stage"))
    try:
        batch = load(
            store(),
            actor("imports"),
            delivery_of(found, shown.hospital_id),
            rules(),
            lambda share, step: bar.progress(share, text=t(step)) and None,
        )
    except JingguanError as error:
        bar.empty()
        st.error(complaint(error), icon=":material/error:")
        return
    st.session_state["import_told"] = t(
        "imports.done",
        batch=batch,
        rows=found.accepted_rows,
        table=_title(found.definition),
        months=months_name(found.months) if found.months else "—",
    )
    st.session_state["import_round"] = st.session_state.get("import_round", 0) + 1
    st.session_state.pop("import_checked", None)
    st.rerun()


def _history(shown: View) -> None:
    """Imports, newest first; one can be chosen and undone."""
    st.subheader(t("imports.history"), anchor=False)
    rows = reads.batches(shown.hospital_id)
    if rows.empty:
        st.caption(t("imports.history.none"))
        return
    lines = pd.DataFrame(
        {
            t("imports.batch"): rows["id"],
            t("imports.due.table"): [_title(tables()[code]) for code in rows["contract"]],
            t("imports.months"): [_months(row) for row in rows.to_dict("records")],
            t("imports.due.rows"): rows["rows"],
            t("imports.rejected"): rows["rejected"],
            t("imports.file"): rows["file_name"],
            t("imports.at"): [moment_text(at) for at in rows["at"]],
            t("imports.who"): rows["who"],
            t("column.state"): [t(f"imports.status.{status}") for status in rows["status"]],
        }
    )
    st.caption(t("imports.history.how"))
    event = st.dataframe(
        lines,
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        key=f"import_history_{store().version()}",
    )
    chosen = event["selection"]["rows"]
    if chosen:
        _undo(rows.iloc[chosen[0]].to_dict())


def _months(row: dict) -> str:
    if not row["month_first"]:
        return "—"
    ends = dict.fromkeys((int(row["month_first"]), int(row["month_last"])))
    return months_name(tuple(ends))


def _undo(batch: dict) -> None:
    if batch["status"] != "done":
        st.caption(t("imports.undo.not"))
        return
    st.caption(t("imports.undo.what", batch=batch["id"]))
    if st.button(t("imports.undo", batch=batch["id"]), icon=":material/undo:", key="import_undo"):
        with problems():
            undo(store(), actor("imports"), int(batch["id"]), int(batch["version"]), rules())
            st.session_state["import_told"] = t("imports.undone", batch=batch["id"])
            st.rerun()


main()
