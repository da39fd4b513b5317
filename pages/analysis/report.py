"""月度经营报表: the month as a document; comments under its sections; final once it is agreed."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.formats import moment_text, month_name
from core.months import month_text
from core.reports.documents.blocks import Document
from core.reports.monthly import records
from core.reports.monthly.files import close
from core.reports.monthly.plan import CODES
from core.reports.monthly.records import FINAL, Report
from core.words import t
from pages.shared import reads, report_parts, report_reads
from pages.shared.page import download, empty, head, view
from pages.shared.phrases import plain
from pages.shared.scope import View, adopt, publish
from pages.shared.session import actor, catalog, store


def main() -> None:
    shown = view()
    head("report", shown)
    if reads.months_reported(shown.hospital_id) is None:
        empty("report")
        return
    said = st.session_state.pop("report_said", "")
    if said:
        st.success(plain(said), icon=":material/check:")
    every = report_reads.reports(shown.hospital_id)
    of_month = [one for one in every if one.month == shown.month]
    if not of_month:
        _first(shown)
    else:
        _report(shown, _edition(of_month))
    _editions(shown, every)


def _first(shown: View) -> None:
    """Nobody has made a report of the month yet."""
    with st.container(border=True):
        st.write(t("report.none_yet", month=month_name(shown.month)))
        if st.button(t("report.make"), type="primary", icon=":material/description:"):
            _start(shown)


def _start(shown: View) -> None:
    made = records.start(store(), actor("report"), shown.hospital_id, shown.month)
    month = month_name(made.month)
    st.session_state["report_said"] = t("report.made", month=month, edition=made.edition)
    st.session_state.pop("report_edition", None)
    st.rerun()


def _edition(of_month: list[Report]) -> Report:
    """The edition asked for, else the newest."""
    numbers = [one.edition for one in of_month]
    adopt(
        "edition", "report_edition", lambda text: int(text) if text in map(str, numbers) else None
    )
    if st.session_state.get("report_edition") not in numbers:
        st.session_state["report_edition"] = numbers[0]
    chosen = numbers[0]
    if len(numbers) > 1:
        words = {one.edition: t(f"report.status.word.{one.status}") for one in of_month}
        chosen = st.selectbox(
            t("report.edition"),
            numbers,
            key="report_edition",
            format_func=lambda n: t("report.edition.name", edition=n, status=words[n]),
        )
    publish(edition=str(chosen) if len(numbers) > 1 else "")
    return next(one for one in of_month if one.edition == chosen)


def _report(shown: View, report: Report) -> None:
    report_reads.prepare(shown, report)
    document = report_reads.shown_document(shown, report)
    lines = "  \n".join(plain(line) for line in document.lines[1:])
    st.subheader(plain(document.title), anchor=False)
    st.markdown(f":small[{lines}]")
    if report.status == FINAL:
        st.info(t("report.frozen"), icon=":material/lock:")
    _desk(shown, report)
    _sections(shown, report, document)


def _desk(shown: View, report: Report) -> None:
    """What can be done with the report as a whole."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        report_parts.downloads(shown, report)
        if report.status == FINAL:
            if st.button(t("report.new_edition"), icon=":material/edit_document:"):
                _start(shown)
            return
        with (
            st.popover(t("report.finalise"), icon=":material/lock:"),
            st.form("report_finalise", border=False),
        ):
            st.caption(t("report.finalise.why"))
            people = [
                name for name in reads.people(shown.hospital_id) if name != report.prepared_by
            ]
            reviewer = st.selectbox(
                t("report.reviewer"),
                people,
                index=None,
                placeholder=t("report.reviewer.choose"),
                accept_new_options=True,
                key="report_reviewer",
            )
            if st.form_submit_button(t("report.finalise"), type="primary"):
                _finalise(shown, report, reviewer or "")


def _finalise(shown: View, report: Report, reviewer: str) -> None:
    bar = st.progress(0.2, text=t("report.step.read"))
    close(store(), actor("report"), catalog(), shown.scope, (report, reviewer))
    bar.empty()
    month = month_name(report.month)
    st.session_state["report_said"] = t("report.finalised", month=month, edition=report.edition)
    st.rerun()


def _sections(shown: View, report: Report, document: Document) -> None:
    """A tab a section, the whole in short before them; only the open one is drawn."""
    (_, first), *parts = document.sections()
    titles = [t(f"report.section.{heading.code}") for heading, _ in parts]
    tabs = st.tabs([t("report.tab.short"), *titles], on_change="rerun", key="report_tab")
    if tabs[0].open:
        with tabs[0]:
            report_parts.draw(first)
            for heading, blocks in parts:
                if heading.code in CODES:
                    report_parts.short(heading, blocks, report, shown)
    for tab, (heading, blocks) in zip(tabs[1:], parts, strict=True):
        if tab.open:
            with tab:
                st.subheader(plain(heading.text), anchor=False)
                report_parts.draw(blocks, f"{month_name(report.month)} {heading.text}")
                report_parts.how(document, heading)
                if heading.code in CODES:
                    report_parts.comment(shown, report, heading.code)


def _editions(shown: View, every: tuple[Report, ...]) -> None:
    """Every report there is; a click opens it."""
    if not every:
        return
    st.subheader(t("report.editions"), anchor=False)
    names = ("month", "edition", "status", "prepared", "reviewer", "at")
    rows = [
        (
            month_name(one.month),
            one.edition,
            t(f"report.status.word.{one.status}"),
            one.prepared_by,
            one.reviewed_by or "—",
            moment_text(one.at),
        )
        for one in every
    ]
    lines = pd.DataFrame(rows, columns=pd.Index([t(f"report.{name}") for name in names]))
    event = st.dataframe(
        lines,
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        key=f"report_editions_{len(every)}_{shown.month}",
    )
    download(lines, t("report.editions"))
    chosen = event["selection"]["rows"]
    if chosen:
        one = every[chosen[0]]
        asked = {"period": month_text(one.month), "edition": str(one.edition)}
        st.switch_page("pages/analysis/report.py", query_params=shown.codes | asked)


main()
