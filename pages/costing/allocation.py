"""成本分摊: what a clinical department costs in full, and where every 分 of it came from."""

from __future__ import annotations

import streamlit as st

from core.costing.allocation import Allocation
from core.costing.model import AllocationError, Method
from core.costing.sheets import workbook
from core.formats import money, month_name, number
from core.words import error_text, t
from pages.shared import costing_basis, costing_flow, costing_reads, reads
from pages.shared import costing_parts as parts
from pages.shared.files import file_button
from pages.shared.page import empty, head, view
from pages.shared.phrases import plain
from pages.shared.scope import View, adopt, publish

METHODS = costing_reads.SHOWN
METHOD = "allocation_method"
TABS = ("departments", "trace", "methods", "inputs")


def main() -> None:
    shown = view()
    head("allocation", shown)
    if reads.months_reported(shown.hospital_id) is None:
        empty("allocation")
        return
    if shown.span != "month":
        st.caption(t("allocation.one_month", month=month_name(shown.month)))
    method = _method()
    publish(method="" if method == "three_level" else method)
    with st.spinner(t("allocation.reading", month=month_name(shown.month)), show_time=True):
        given = costing_reads.inputs(shown)
    if given.direct.empty:
        st.info(t("allocation.none", month=month_name(shown.month)), icon=":material/inbox:")
        st.page_link("pages/data/imports.py", label=t("empty.do"), icon=":material/upload_file:")
        return
    try:
        with st.spinner(t("allocation.running", month=month_name(shown.month)), show_time=True):
            found = costing_reads.allocated(shown, method)
    except AllocationError as error:
        _refused(shown, method, error)
        return
    _answer(shown, found)
    tabs = st.tabs(
        [t(f"allocation.tab.{tab}") for tab in TABS], on_change="rerun", key="allocation"
    )
    draws = (_departments, parts.trace, parts.methods, parts.inputs)
    for tab, draw in zip(tabs, draws, strict=True):
        if tab.open:
            with tab:
                draw(shown, found)
    with st.expander(t("allocation.how"), icon=":material/functions:"):
        st.markdown(t("allocation.how.text"))


def _method() -> Method:
    adopt("method", METHOD, lambda text: text if text in METHODS else None)
    chosen: Method | None = st.segmented_control(  # pyright: ignore[reportAssignmentType]
        t("allocation.method"),
        METHODS,
        key=METHOD,
        default=None if METHOD in st.session_state else METHODS[0],
        required=True,
        format_func=lambda one: t(f"costing.method.{one}"),
    )
    return chosen or METHODS[0]


def _refused(shown: View, method: Method, error: AllocationError) -> None:
    """Every reason at once, the money at stake, and where to mend it."""
    st.subheader(t("allocation.refused", count=len(error.problems)), anchor=False)
    for problem in error.problems:
        names = costing_reads.names(shown).departments
        told = error_text(AllocationError([problem]))
        where = "、".join(f"{names.get(one, one)}（{one}）" for one in problem.departments)
        st.error(plain(f"{told} {where}"), icon=":material/error:")
    st.page_link("pages/data/imports.py", label=t("empty.do"), icon=":material/upload_file:")
    costing_basis.draw(shown, method)


def _answer(shown: View, found: Allocation) -> None:
    levels = costing_reads.levels(shown, found.method)
    full, own = int(levels["full"].sum()), int(levels["direct"].sum())
    lost = int(found.unassigned["amount_fen"].sum()) if len(found.unassigned) else 0
    st.subheader(
        t(
            "allocation.headline",
            month=month_name(shown.month),
            total=money(int(found.network.direct.sum())),
            count=number(len(levels)),
            shared=money(full - own),
            share=f"{(full - own) / full:.1%}" if full else "—",
        ),
        anchor=False,
    )
    with st.grid(4, min_column_width=205, gap="small"):
        for key, amount in (("total", full + lost), ("own", own), ("shared", full - own)):
            with st.container(border=True, height="stretch"):
                st.metric(t(f"allocation.card.{key}"), money(amount))
        with st.container(border=True, height="stretch"):
            st.metric(t("allocation.card.lost"), money(lost))
            whole = found.certificate.conserved
            word = t("allocation.conserved" if whole else "allocation.not_conserved")
            st.markdown(f":small[:{'blue' if whole and not lost else 'red'}[{word}]]")


def _departments(shown: View, found: Allocation) -> None:
    costing_flow.draw(shown, found.method)
    parts.departments(shown, found)
    names = costing_reads.names(shown)
    file_button(
        t("allocation.workbook"),
        lambda: workbook(costing_reads.inputs(shown), found, names),
        f"{t('allocation.title')} {month_name(shown.month)}.xlsx",
        key="allocation_workbook",
        icon=":material/table_view:",
    )
    st.caption(t("allocation.workbook.why"))


main()
