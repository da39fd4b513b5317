"""弹性排班: which hour lacks people, how many to add, what it costs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from core.errors import JingguanError
from core.flow.licence import confirm
from core.formats import number, value_text
from core.words import error_text, t
from pages.shared import background, reads, saved
from pages.shared import staffing_inputs as inputs
from pages.shared import staffing_more as more
from pages.shared import staffing_parts as parts
from pages.shared import staffing_reads as figures
from pages.shared.page import empty, head, view
from pages.shared.phrases import complaint, plain
from pages.shared.scope import View
from pages.shared.staffing_inputs import Asked
from pages.shared.staffing_parts import Answer, Of

TABS = ("week", "day", "shifts", "departments", "care", "saved")


def main() -> None:
    shown = view()
    head("staffing", shown)
    if reads.months_reported(shown.hospital_id) is None:
        empty("staffing")
        return
    options = figures.streams(shown)
    if not options:
        st.info(t("staffing.none"), icon=":material/inbox:")
        st.page_link("pages/data/imports.py", label=t("empty.do"), icon=":material/upload_file:")
        inputs.settle_care(more.rooms_of(shown))
        more.care()
        return
    saved.arrive(saved.Book(inputs.PAGE, lambda: None, inputs.show), shown)
    inputs.settle_care(more.rooms_of(shown))
    told = _asked(shown, options)
    departments = figures.departments(shown, told.stream)
    try:
        if not background.ready(*figures.work(shown, told.week(departments))):
            return
        found = _answered(shown, told, departments)
    except JingguanError as error:
        st.error(plain(error_text(error)), icon=":material/error:")
        return
    if found is None:
        st.info(t("staffing.no_hours"), icon=":material/inbox:")
    else:
        st.subheader(parts.headline(found), anchor=False)
        parts.cards(found)
    _tabs(shown, told, found)
    _how()
    _next(shown, told.stream)


def _asked(shown: View, options: tuple[str, ...]) -> Asked:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        stream = inputs.stream_of(options)
        chosen = {
            name: inputs.choice_of(name, stream) for name in ("staff", "level", "ahead", "roster")
        }
    start = inputs.settle(shown, stream, chosen["staff"])
    if chosen["roster"] == "own":
        with st.expander(t("staffing.own"), icon=":material/edit_calendar:", expanded=True):
            inputs.roster_grid()
    else:
        preset = figures.presets()[stream]
        st.markdown(f":orange-badge[{t('queues.badge.case')}] :small[{plain(preset.source)}]")
        st.caption(t("staffing.case.note"))
        st.checkbox(t("staffing.between"), key=inputs.BETWEEN)
    with st.expander(t("staffing.more"), icon=":material/tune:"):
        with st.grid(4, min_column_width=160, gap="small"):
            for name in inputs.FIELDS:
                inputs.number_of(name)
        chosen["every"] = inputs.choice_of("every", stream)
        standard = figures.workload(stream, chosen["staff"])
        if standard is not None:
            kind = t(f"staffing.source.{standard.source_kind}")
            badge = f":orange-badge[{kind}] :orange-badge[{t('queues.badge.to_check')}]"
            st.markdown(f"{badge} :small[{plain(standard.source)}]")
    return inputs.asked(stream, chosen, start)


def _answered(shown: View, told: Asked, departments: tuple[str, ...]) -> Answer | None:
    week = told.week(departments)
    if figures.forecast_week(shown, week) is None:
        return None
    licence = figures.licence(shown, week)
    suggests = not confirm(licence) or _confirmed()
    _licence_line(licence)
    return parts.answer(Of(shown, told, departments, suggests))


def _confirmed() -> bool:
    st.warning(t("staffing.loses"), icon=":material/warning:")
    return st.checkbox(t("staffing.confirm"), key=f"{inputs.PAGE}_confirm")


def _licence_line(licence: Mapping[str, Any]) -> None:
    if licence["ratio"] is None or licence["wape"] is None:
        st.caption(t("staffing.licence.none"))
        return
    gain = value_text((1 - licence["ratio"]) * 100, "%", 0)
    wape = value_text(licence["wape"] * 100, "%", 0)
    st.caption(t("staffing.licence", weeks=number(figures.ORIGINS), gain=gain, wape=wape))


def _tabs(shown: View, told: Asked, found: Answer | None) -> None:
    tabs = st.tabs(
        [t(f"staffing.tab.{tab}") for tab in TABS], on_change="rerun", key="staffing_tab"
    )
    for name, tab in zip(TABS, tabs, strict=True):
        if not tab.open:
            continue
        with tab:
            if name == "care":
                more.care()
            elif name == "saved":
                book = saved.Book(inputs.PAGE, lambda: inputs.content(told), inputs.show)
                saved.panel(book, shown, lambda chosen: _compare(shown, chosen))
            elif found is not None:
                _part(name, shown, found)


def _part(name: str, shown: View, found: Answer) -> None:
    if name == "week":
        parts.strip(found)
    elif name == "day":
        parts.one_day(found)
    elif name == "shifts":
        more.shifts(found)
    else:
        more.departments(shown, found)


def _compare(shown: View, chosen: Mapping[str, Mapping[str, Any]]) -> None:
    found = {}
    for name, content in chosen.items():
        try:
            found[name] = inputs.of_content(content)
        except JingguanError as error:
            st.error(complaint(error), icon=":material/error:")
    if found:
        more.compared(shown, found)


def _how() -> None:
    how = st.popover(
        t("how.title"), icon=":material/functions:", on_change="rerun", key="staffing_how"
    )
    if how.open:
        with how:
            st.markdown(t("staffing.how"))


def _next(shown: View, stream: str) -> None:
    """Where to go from here."""
    with st.container(horizontal=True):
        st.page_link(
            "pages/flow/forecast.py",
            label=t("staffing.next.forecast"),
            icon=":material/trending_up:",
            query_params=shown.codes | {"stream": stream},
        )
        st.page_link(
            "pages/flow/queues.py",
            label=t("staffing.next.queues"),
            icon=":material/hourglass_top:",
            query_params=shown.codes,
        )


main()
