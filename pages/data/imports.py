"""数据导入: what is due, a file in, its preview, the confirmation, and the way back."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd
import streamlit as st

from core.errors import JingguanError
from core.formats import moment_text, month_name, months_name
from core.intake.check import Checked, CheckRequest, check
from core.intake.definitions import TableDefinition, in_order
from core.intake.delivered.records import changes
from core.intake.desk import delivery_of, masters_of
from core.intake.mapping import Mapping
from core.intake.records import load, undo
from core.intake.sheets import roomiest, tables_by_sheet
from core.intake.templates import template, workbook_of_all
from core.months import month_range
from core.words import pick, t
from pages.shared import reads
from pages.shared.files import file_button
from pages.shared.mapping_form import mapping_form, saved_mapping
from pages.shared.page import head, problems, view
from pages.shared.phrases import complaint
from pages.shared.preview import preview
from pages.shared.scope import View
from pages.shared.session import actor, rules, store, surroundings, tables, today
from pages.shared.table_choice import choose_table, monthly_tables, title
from pages.shared.typed_grid import typed_rows

TYPED = "typed.csv"
MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def main() -> None:
    shown = view()
    head("imports", shown)
    with st.container():  # what comes and goes here must not move the file that is being chosen
        _told()
    _due(shown)
    st.subheader(t("imports.bring"), anchor=False)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        definition = choose_table(shown)
        how = st.segmented_control(
            t("imports.how"),
            ["file", "typed"],
            format_func=lambda one: t(f"imports.how.{one}"),
            key="import_how",
            default="file",
            required=True,
            label_visibility="collapsed",
        )
        upload = None
        if how == "file":
            upload = st.file_uploader(
                t("imports.file"),
                type=["xlsx", "xls", "csv"],
                key=f"import_file_{st.session_state.get('import_round', 0)}",
                help=t("imports.file.help"),
            )
    with right:
        _templates(definition)
    if upload is not None:
        content = upload.getvalue()
        _read(shown, *_sheet_table(definition, upload.name, content), upload.name, content)
    elif how == "typed":
        content = typed_rows(shown, definition)
        if content:
            _read(shown, definition, None, TYPED, content)
    _history(shown)


def _sheet_table(
    definition: TableDefinition, name: str, content: bytes
) -> tuple[TableDefinition, str | None]:
    """The table of this file; of a workbook with a sheet a table, the one that is next."""
    found = _tables_by_sheet(name, content)
    if len(found) < 2:
        return definition, None
    done = st.session_state.setdefault("import_sheets_done", set())
    key = f"import_several_{hash(content)}"
    waiting = [sheet for sheet in found if (hash(content), sheet) not in done]
    if key not in st.session_state:
        st.session_state[key] = waiting[0] if waiting else next(iter(found))

    def told(sheet: str) -> str:
        return ("● " if (hash(content), sheet) in done else "○ ") + title(tables()[found[sheet]])

    st.markdown(f"**{t('imports.several', count=len(found), done=len(found) - len(waiting))}**")
    sheet = st.selectbox(t("imports.several.which"), list(found), key=key, format_func=told)
    return tables()[found[sheet]], sheet


def _tables_by_sheet(name: str, content: bytes) -> dict[str, str]:
    kept = st.session_state.setdefault("import_sheets", {})
    key = hash(content)
    if key not in kept:
        kept.clear()
        kept[key] = tables_by_sheet(content, name, tables())
    return kept[key]


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
    for definition in monthly_tables(shown, month):
        contract = definition.table
        rows = have[contract]["rows"]
        state = t("imports.due.in") if rows else t("imports.due.open")
        lines.append(
            {
                t("imports.due.table"): title(definition),
                t("imports.due.owner"): pick(definition.owner.zh, definition.owner.en),
                t("imports.due.day"): t("imports.due.on", day=definition.due_day),
                t("imports.due.state"): state,
                t("imports.due.rows"): rows,
                t("imports.due.departments"): have[contract]["departments"],
            }
        )
    done = sum(line[t("imports.due.rows")] > 0 for line in lines)
    st.subheader(
        t("imports.due.headline", month=month_name(month), due=len(lines), done=done), anchor=False
    )
    st.dataframe(pd.DataFrame(lines), hide_index=True)


def _templates(definition: TableDefinition) -> None:
    with st.container(border=True):
        st.markdown(f"**{t('imports.templates')}**")
        st.caption(t("imports.templates.why"))
        file_button(
            t("imports.template.one", table=title(definition)),
            lambda: template(definition),
            f"{definition.table}.xlsx",
            mime=MIME,
        )
        file_button(
            t("imports.template.all"),
            lambda: workbook_of_all(in_order(tables().values())),
            "jingguan.xlsx",
            mime=MIME,
        )


def _read(
    shown: View, definition: TableDefinition, sheet: str | None, name: str, content: bytes
) -> None:
    """Check the file, with the mapping that fits its shape, and show what it holds.

    sheet: the one that is this table, in a workbook of several tables.
    """
    given = _Given(name, content, sheet)
    plain = _checked(shown, definition, given, None)
    stored = saved_mapping(shown.hospital_id, definition, plain.fingerprint)
    answer = st.container()
    mapping = mapping_form(shown.hospital_id, definition, plain, stored)
    found = _checked(shown, definition, given, mapping) if mapping else plain
    with answer, problems():
        if len(found.sheets) > 1 and sheet is None:
            st.selectbox(
                t("imports.sheet"),
                found.sheets,
                key=_sheet_key(content),
                index=None,
                placeholder=t("imports.sheet.first"),
            )
        preview(found, _counted(found, shown.hospital_id))
        if found.verdict != "reject":
            _confirm(found, shown, given)


@dataclass(frozen=True)
class _Given:
    """The file as it was given, and the sheet that is the table, where it holds several."""

    name: str
    content: bytes
    sheet: str | None


def _counted(found: Checked, hospital_id: int) -> dict[str, int] | None:
    """How many rows are new, changed and the same; counted once for a file and a store."""
    if found.verdict == "reject":
        return None
    kept = st.session_state.setdefault("import_counted", {})
    key = (found.sha256, found.table, hospital_id, store().version(), found.fingerprint, id(found))
    if key not in kept:
        kept.clear()
        kept[key] = changes(store(), delivery_of(found, hospital_id))
    return kept[key]


def _sheet_key(content: bytes) -> str:
    """A sheet is chosen of one file, and never asked of the next."""
    return f"import_sheet_{hash(content)}"


def _checked(
    shown: View, definition: TableDefinition, given: _Given, mapping: Mapping | None
) -> Checked:
    """The check of these bytes; kept while neither the file nor what it is held against changes."""
    content = given.content
    sheet = given.sheet or st.session_state.get(_sheet_key(content))
    key = (hash(content), definition.table, sheet, mapping and mapping.to_toml(), store().version())
    kept = st.session_state.setdefault("import_checked", {})
    if key in kept:
        return kept[key]
    bar = st.progress(0.0, text=t("intake.step.gate"))
    request = CheckRequest(
        definition,
        tables(),
        masters_of(store(), shown.hospital_id, definition, surroundings()),
        today(),
        mapping,
        sheet,
        lambda share, step: bar.progress(share, text=t(step)) and None,
        roomiest(tables().values()) if given.sheet else None,
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "upload"
        path.write_bytes(content)
        found = check(path, given.name, request)
    if given.name == TYPED:
        found = replace(found, name=t("imports.typed.name"))
    bar.empty()
    if len(kept) > 4:
        kept.clear()
    kept[key] = found
    return found


def _confirm(found: Checked, shown: View, given: _Given) -> None:
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
        table=title(found.definition),
        months=months_name(found.months) if found.months else "—",
    )
    _next(given)
    st.session_state.pop("import_checked", None)
    st.rerun()


def _next(given: _Given) -> None:
    """After a table is in: the next sheet of the same workbook, or an empty place for a file."""
    done = st.session_state.setdefault("import_sheets_done", set())
    if given.sheet:
        done.add((hash(given.content), given.sheet))
        st.session_state.pop(f"import_several_{hash(given.content)}", None)
        sheets = _tables_by_sheet(given.name, given.content)
        if any((hash(given.content), sheet) not in done for sheet in sheets):
            return
    st.session_state["import_round"] = st.session_state.get("import_round", 0) + 1


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
            t("imports.due.table"): [title(tables()[code]) for code in rows["contract"]],
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
