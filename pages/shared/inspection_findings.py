"""Findings of submitted inspections, each with its way to an improvement action."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from core.control.actions.model import LONGEST_TEXT, LONGEST_TITLE, Draft, Origin
from core.control.inspections.editing import Template
from core.control.inspections.records import Saved
from core.control.scoring import Answer
from core.words import t
from pages.shared import action_reads, raise_action, reads
from pages.shared import inspection_reads as own
from pages.shared.action_words import state_word
from pages.shared.inspection_form import told
from pages.shared.inspection_reads import sheet_name
from pages.shared.page import table
from pages.shared.phrases import plain
from pages.shared.scope import View

MOST = 12
"""Findings with a button; the table below holds them all."""
Finding = dict[Any, Any]


def draft_of(row: Finding, template: Template, department: str) -> Draft:
    """A finding as an action to be raised: the same item in the same department is one matter."""
    item = template.sheet.by_code[row["item"]]
    count = None if pd.isna(row["defects"]) else int(row["defects"])
    answer = Answer(row["result"], count, bool(row["vetoed"]))
    where = t("inspections.found.record", record=row["record"]) if row["record"] else ""
    problem = f"{item.text}。{told(Saved(answer, row['note']))}。{where}"
    return Draft(
        f"{department} · {sheet_name(template)} {item.code}"[:LONGEST_TITLE],
        row["department"],
        Origin(
            "finding",
            f"{template.sheet.code}:{item.code}",
            {"page": "control/inspections", "inspection": int(row["id"])},
        ),
        "serious" if row["vetoed"] else "ordinary",
        problem[:LONGEST_TEXT],
        t("inspections.found.expected", item=item.text)[:LONGEST_TEXT],
    )


def listed(shown: View) -> None:
    """The findings of the period: vetoes first, then the newest; a button each."""
    scope = own.period_of(shown)
    rows = own.defects(scope)
    names, templates = reads.names(shown.scope), own.all_templates(shown.hospital_id)
    first = rows.sort_values(["vetoed", "id"], ascending=[False, False], kind="stable")
    st.markdown(f"**{t('inspections.found.title', count=len(rows))}**")
    for row in first.head(MOST).to_dict("records"):
        template = templates[(row["checklist"], row["checklist_version"])]
        _line(shown, row, template, names)
    table(_table(shown, first, names), t("inspections.tab.found"))


def _line(shown: View, row: Finding, template: Template, names: dict[str, str]) -> None:
    """What was found where, and the way to an action."""
    item = template.sheet.by_code[row["item"]]
    where = str(names.get(row["department"], row["department"]))
    count = None if pd.isna(row["defects"]) else int(row["defects"])
    answer = Answer(row["result"], count, bool(row["vetoed"]))
    said = told(Saved(answer, row["note"]))
    mark = ":red[■]" if row["vetoed"] else ":orange[▲]"
    with st.container(border=True, gap="xxsmall"):
        head = f"{mark} **{plain(where)}** {plain(f'{item.code} {item.text}')}"
        st.markdown(f"{head}  \n:small[:gray[{plain(said)}]]")
        raise_action.panel(shown, draft_of(row, template, where))


def _table(shown: View, rows: pd.DataFrame, names: dict[str, str]) -> pd.DataFrame:
    templates = own.all_templates(shown.hospital_id)
    lines = []
    for row in rows.to_dict("records"):
        template = templates[(row["checklist"], row["checklist_version"])]
        item = template.sheet.by_code[row["item"]]
        count = None if pd.isna(row["defects"]) else int(row["defects"])
        answer = Answer(row["result"], count, bool(row["vetoed"]))
        key = f"{template.sheet.code}:{item.code}"
        action = action_reads.of_origin(shown, "finding", key, row["department"])
        lines.append(
            (
                names.get(row["department"], row["department"]),
                sheet_name(template),
                f"{item.code} {item.text}",
                told(Saved(answer, row["note"])),
                row["record"],
                state_word(action["state"]) if action else t("inspections.found.free"),
            )
        )
    columns = ("department", "checklist", "item", "finding", "record", "action")
    return pd.DataFrame(
        lines, columns=pd.Index([t(f"inspections.column.{name}") for name in columns])
    )


def of_form(shown: View, form: dict[str, Any], template: Template) -> None:
    """Findings of one submitted form."""
    rows = own.form_defects(form)
    names = reads.names(shown.scope)
    if not rows:
        st.write(t("inspections.form.clean"))
    for row in rows:
        _line(shown, row, template, names)
