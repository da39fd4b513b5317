"""A report on the screen: its blocks as on paper, its comments in boxes, its files."""

from __future__ import annotations

import dataclasses
import json
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from core.charts.theme import DARK, LIGHT
from core.errors import ConflictError
from core.formats import moment_text, month_name
from core.reports.documents.blocks import (
    Block,
    Document,
    Heading,
    Note,
    Paragraph,
    Picture,
    Quote,
    Table,
    cell_text,
)
from core.reports.monthly import records
from core.reports.monthly.content import Comment
from core.reports.monthly.files import FORMATS
from core.reports.monthly.plan import SECTIONS
from core.reports.monthly.records import FINAL, LONGEST, Report
from core.words import t
from pages.shared import report_reads
from pages.shared.files import file_button
from pages.shared.kept import kept
from pages.shared.long_text import long_text
from pages.shared.page import dark, download
from pages.shared.phrases import plain
from pages.shared.pictures import drawn_spec
from pages.shared.scope import View
from pages.shared.session import actor, store

_WHOLE = 30
"""Tables of so many rows are shown without scrolling in them."""
_LONG, _LINES = 3, 62
"""From this width on a column holds sentences: its rows are so many pixels high."""
_MIME = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}


def draw(blocks: tuple[Block, ...], name: str = "") -> None:
    """The blocks of a section, one under another; of its tables and charts a file each.

    name: what the files begin with.
    """
    for place, block in enumerate(blocks):
        match block:
            case Heading():
                st.subheader(plain(block.text), anchor=False)
            case Paragraph():
                st.markdown(_literal(block.text))
            case Note():
                st.caption(_literal(block.text))
            case Quote():
                with st.container(border=True):
                    st.markdown(_literal(block.text))
                    st.caption(plain(block.by))
            case Table():
                if block.title:
                    st.markdown(f"**{plain(block.title)}**")
                tall = "content" if len(block.rows) <= _WHOLE else "auto"
                wraps = any(column.width >= _LONG for column in block.columns)
                st.dataframe(
                    _rows(block), hide_index=True, height=tall, row_height=_LINES if wraps else None
                )
                download(_rows(block), _file(name, block.title, blocks[:place]))
            case Picture():
                st.vega_lite_chart(_spec(block.spec, dark()), theme=None, alt=block.alt)
                st.caption(plain(block.alt))
                if block.figures is not None:
                    download(_rows(block.figures), _file(name, "", blocks[:place]))


def _file(section: str, title: str, before: tuple[Block, ...]) -> str:
    """The name of a file: its section, what it holds, and which one where there are several."""
    own = [one for one in before if isinstance(one, Table | Picture)]
    return " ".join((section, title or f"{t('report.chart')} {len(own) + 1}"))


def how(document: Document, heading: Heading) -> None:
    """Formula and source of every indicator of a section, one click away."""
    if not any(plan.code == heading.code and plan.lines for plan in SECTIONS):
        return
    more = st.popover(
        t("how.title"),
        icon=":material/functions:",
        on_change="rerun",
        key=f"report_how_{heading.code}",
    )
    if not more.open:
        return
    with more:
        lines = _definitions(document, heading.code)
        for code, name, _, formula, source in lines:
            st.markdown(f"**{plain(name)}** ({plain(code)})  \n{plain(formula)}")
            st.caption(t("how.source", source=plain(source)))
        st.caption(t("report.how.measures" if lines else "report.how.none"))


def _definitions(document: Document, section: str) -> list[tuple[str, ...]]:
    """Lines of the report's own definitions (of a final one as they were then) that it shows."""
    codes = {code for plan in SECTIONS if plan.code == section for code in plan.lines}
    rows = [
        row
        for heading, blocks in document.sections()
        if heading.code == "definitions"
        for block in blocks
        if isinstance(block, Table)
        for row in block.rows
    ]
    told = [tuple(map(cell_text, row)) for row in rows]
    return [row for row in told if row[0] in codes]


def short(heading: Heading, blocks: tuple[Block, ...], report: Report, view: View) -> None:
    """A section in short: its first sentence, and what was written under it."""
    st.markdown(f"**{plain(heading.text)}**")
    draw(tuple(block for block in blocks[:1] if isinstance(block, Paragraph)))
    draw(tuple(block for block in blocks if isinstance(block, Quote)))
    if report.status == FINAL:
        return
    said = records.last_of_each(report_reads.comments(report, view.hospital_id)).get(heading.code)
    if said is not None and said.text:
        by = t("report.comment.by", who=said.who, at=moment_text(said.at))
        draw((Quote(said.text, by),))


def _literal(text: str) -> str:
    """Typed-in text with its lines, no mark of it read as Markdown."""
    return "  \n".join(plain(line) for line in text.split("\n"))


@kept(256)
def _rows(table: Table) -> pd.DataFrame:
    """The table as texts; the same frame at every rerun."""
    names = [column.title for column in table.columns]
    rows = [[cell_text(cell) for cell in row] for row in table.rows]
    return pd.DataFrame(rows, columns=pd.Index(names))


@kept(128)
def _spec(text: str, on_dark: bool) -> dict[str, Any]:
    """The chart as plain data, in the colours of the ground."""
    if on_dark:
        for field in dataclasses.fields(LIGHT):
            text = text.replace(getattr(LIGHT, field.name), getattr(DARK, field.name))
    return drawn_spec(json.loads(text))


def comment(view: View, report: Report, section: str) -> None:
    """The box under a section: what is written, who wrote it, and the versions before."""
    versions = report_reads.comments(report, view.hospital_id)
    own = [one for one in versions if one.section == section]
    if report.status == FINAL:
        return
    last = own[-1] if own else None
    key = f"report_comment_{report.id}_{section}"
    seen = st.session_state.setdefault(f"{key}_seen", last.number if last else 0)
    with st.form(f"{key}_form", border=False):
        text = long_text(
            t("report.comment"),
            last.text if last else "",
            LONGEST,
            key=key,
            placeholder=t("report.comment.placeholder"),
        )
        save = st.form_submit_button(t("report.comment.save"), icon=":material/save:")
    if last:
        st.caption(plain(_version(last)))
    if save:
        _save(report, (section, text or ""), key, seen)
    if len(own) > 1:
        _versions(own[:-1])


def _save(report: Report, given: tuple[str, str], key: str, seen: int) -> None:
    """Keep it; where somebody else was first, show what they wrote and keep what was typed."""
    try:
        number = records.save_comment(store(), actor("report"), report, given, seen)
    except ConflictError as conflict:
        stored = conflict.fields.get("stored")
        if not isinstance(stored, dict) or "text" not in stored:
            raise
        at = moment_text(stored["at"])
        st.warning(plain(t("report.comment.conflict", who=stored["who"], at=at)))
        st.text(stored["text"])
        st.session_state[f"{key}_seen"] = stored["number"]
        return
    st.session_state[f"{key}_seen"] = number
    st.session_state["report_said"] = t("report.comment.saved", number=number)
    st.rerun()


def _version(one: Comment) -> str:
    return t("report.comment.version", number=one.number, who=one.who, at=moment_text(one.at))


def _versions(older: list[Comment]) -> None:
    """Every version before, the newest first."""
    with st.popover(t("report.comment.versions"), icon=":material/history:"):
        for one in reversed(older):
            st.caption(plain(_version(one)))
            st.text(one.text or t("report.comment.empty"))


def downloads(view: View, report: Report) -> None:
    """The three files, made when asked for, under a progress bar."""
    versions = report_reads.comments(report, view.hospital_id)
    of = (report, len(versions), report_reads.figures_key(view.scope), t("report.title"))
    if report.status == FINAL:
        of = (report, t("report.title"))
    made = st.session_state.get("report_files")
    if made is None or made[0] != of:
        asked = st.button(
            t("report.download"), icon=":material/download:", help=t("report.download.why")
        )
        if not asked:
            return
        bar = st.progress(0.0, text=t("report.step.read"))
        made = (of, report_reads.files(view, report, bar.progress))
        st.session_state["report_files"] = made
        st.rerun()  # so that the button does not stand beside what it made
    name = t("report.document", month=month_name(report.month))
    with st.container(horizontal=True):
        for form in FORMATS:
            file_button(
                t(f"report.download.{form}"),
                partial(made[1].__getitem__, form),
                f"{name}.{form}",
                mime=_MIME[form],
                key=f"report_file_{form}",
            )
