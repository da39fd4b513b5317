"""Checklists on the screen: read, edited as a grid, saved as the next version with a reason."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from core.control.inspections.editing import GRID, Template, edited, grid
from core.control.inspections.templates.records import LONGEST_REASON, save_template
from core.formats import moment_text, number
from core.words import t
from pages.shared import inspection_reads as own
from pages.shared.inspection_form import PAGE
from pages.shared.inspection_reads import grade_word, sheet_name
from pages.shared.page import problems, table
from pages.shared.phrases import plain
from pages.shared.quality_parts import joined
from pages.shared.scope import View
from pages.shared.session import actor, store

_BASE, _TOLD = "inspections_template_base", "inspections_template_told"
NUMBERS = ("weight", "per", "most")
NONE = "—"
"""Shown where an item has no veto."""


def draw(shown: View) -> None:
    """One checklist as a grid; its versions; the reason and the button that adds the next."""
    told = st.session_state.pop(_TOLD, None)
    if told:
        st.success(plain(told), icon=":material/check_circle:")
    templates = own.newest_templates(shown.hospital_id)
    code = st.selectbox(
        t("inspections.sheet"),
        list(templates),
        key="inspections_template",
        format_func=lambda one: f"{one} {sheet_name(templates[one])}",
        persist_state="session",
    )
    if code is None:
        return
    newest = templates[code]
    before = _base(shown, newest)
    if before.key != newest.key:
        st.warning(
            t("inspections.template.newer", mine=before.sheet.version, newest=newest.sheet.version),
            icon=":material/group:",
        )
        st.button(t("inspections.template.leave"), on_click=_forget, key="inspections_leave")
    st.caption(plain(_said(before)))
    rows = _grid(before)
    reason = st.text_input(
        t("inspections.template.reason"),
        max_chars=LONGEST_REASON,
        key=f"inspections_reason_{code}_{before.sheet.version}",
    )
    if st.button(t("inspections.template.save"), type="primary", icon=":material/save:"):
        with problems():
            _save(shown, before, rows, reason or "")
    _versions(shown, code)


def _base(shown: View, newest: Template) -> Template:
    """The version that the grid was opened on: another person's does not take its place."""
    code, number_ = newest.key
    bases = st.session_state.setdefault(_BASE, {})
    base = bases.setdefault((shown.hospital_id, code), number_)
    return own.all_templates(shown.hospital_id).get((code, base), newest)


def _forget() -> None:
    st.session_state[_BASE] = {}


def _said(template: Template) -> str:
    sheet = template.sheet
    levels = "、".join(t(f"inspections.level.{one}") for one in sheet.levels)
    told = t(
        "inspections.template.said",
        version=sheet.version,
        items=len(sheet.items),
        whole=number(template.whole, 0),
        levels=levels,
        source=sheet.source,
    )
    check = [t("inspections.to_check")] if sheet.to_check else []
    return joined([told, *check])


def _grid(template: Template) -> pd.DataFrame:
    sheet = template.sheet
    titles = {name: t(f"inspections.grid.{name}") for name in GRID}
    settings: dict[str, Any] = {
        titles[name]: st.column_config.NumberColumn(min_value=0, max_value=1000) for name in NUMBERS
    }
    settings[titles["text"]] = st.column_config.TextColumn(width="large")
    settings[titles["cap"]] = st.column_config.SelectboxColumn(
        options=[NONE, *template.scale.names[1:]], format_func=grade_word
    )
    rows = [row | {"cap": row["cap"] or NONE} for row in grid(sheet)]
    start = pd.DataFrame(rows, columns=pd.Index(GRID)).rename(columns=titles)
    changed = st.data_editor(
        start,
        key=f"inspections_grid_{sheet.code}_{sheet.version}",
        hide_index=True,
        num_rows="dynamic",
        column_config=settings,
        alt=sheet_name(template),
    )
    changed = changed.rename(columns={title: name for name, title in titles.items()})
    return changed.replace({"cap": {NONE: ""}})


def _save(shown: View, before: Template, rows: pd.DataFrame, reason: str) -> None:
    after = edited(before, rows.to_dict("records"))
    version = save_template(store(), actor(PAGE), shown.hospital_id, (before, after), reason)
    _forget()
    st.session_state[_TOLD] = t("inspections.template.saved", version=version)
    st.rerun()


def _versions(shown: View, code: str) -> None:
    """Who made which version, and why; inspections keep the one that they were made with."""
    rows = own.template_versions(shown.hospital_id)
    rows = rows[rows["code"] == code]
    st.caption(t("inspections.template.keeps"))
    if rows.empty:
        return
    lines = [
        (
            t("inspections.template.version", version=row["number"]),
            row["reason"] or t("inspections.template.shipped"),
            row["who"],
            moment_text(row["at"]),
        )
        for row in rows.to_dict("records")
    ]
    columns = ("version", "reason", "author", "at")
    told = pd.DataFrame(
        lines, columns=pd.Index([t(f"inspections.column.{name}") for name in columns])
    )
    table(told, t("inspections.template.versions"))
