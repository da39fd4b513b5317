"""设备效益: which machine is idle, whether to buy another, how many years until it is paid back."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.analysis.equipment import Bands
from core.formats import months_name
from core.words import t
from pages.shared import equipment_parts as parts
from pages.shared import equipment_sheet as one
from pages.shared import reads
from pages.shared.equipment_reads import Asked, Machines, machines, registered, window
from pages.shared.equipment_what_if import what_if
from pages.shared.page import download, empty, head, view
from pages.shared.phrases import plain
from pages.shared.scope import View, adopt, publish

PAGE = "pages/analysis/equipment.py"
CHOSEN, GROUPS = "equipment_machine", "equipment_groups"
LINES = Bands()
SHEET = (190, 170, 250, 390)
"""Widths of item, value, figures and formula."""
FORMULAS = (
    *("capacity_use", "time_use", "idle_rate", "positive_rate", "idle_cost", "order"),
    *("depreciation", "surplus", "break_even", "payback", "npv", "irr", "year", "not_counted"),
)


def main() -> None:
    shown = view()
    head("equipment", shown)
    if reads.months_reported(shown.hospital_id) is None or not registered(shown):
        empty("equipment")
        return
    bar = st.container(horizontal=True, vertical_alignment="bottom", gap="medium")
    with bar:
        asked = _asked()
    found = machines(shown, asked)
    if found.rows.empty:
        st.info(t("equipment.none_here"), icon=":material/info:")
        _next(shown, "")
        return
    said = parts.worded(shown, asked)
    with bar:
        code = _chosen(said)
    if code:
        _machine(shown, found, asked, code)
    else:
        _every(shown, found, asked, said)


def _asked() -> Asked:
    """Lines of use, and whose income counts."""
    adopt("drg", GROUPS, lambda text: text == "1")
    low, full = st.slider(
        t("equipment.lines"),
        *(0, 110, (int(LINES.low), int(LINES.full)), 5),
        format="%d%%",
        key="equipment_lines",
        help=t("equipment.lines.help"),
        width=300,
    )
    by_group = st.toggle(t("equipment.groups"), key=GROUPS, help=t("equipment.groups.help"))
    publish(drg="1" if by_group else "")
    return Asked(Bands(float(low), float(full)), by_group=by_group)


def _chosen(said: parts.Worded) -> str:
    """The machine that is open, '' for all of them."""
    codes = ["", *sorted(said.names)]
    adopt("machine", CHOSEN, lambda text: text if text in codes else None)
    if st.session_state.get(CHOSEN, "") not in codes:
        st.session_state[CHOSEN] = ""
    code = st.selectbox(
        t("equipment.choose"),
        codes,
        key=CHOSEN,
        format_func=lambda c: said.names[c] if c else t("equipment.all"),
        width=300,
    )
    publish(machine=code or "")
    return code or ""


def _every(shown: View, found: Machines, asked: Asked, said: parts.Worded) -> None:
    st.subheader(said.headline, anchor=False)
    st.caption(t("equipment.window", months=months_name(window(shown))))
    parts.answers(said)
    st.subheader(t("equipment.use"), anchor=False)
    parts.use_picture(shown, said, asked)
    names, clicked = reads.names(shown.scope), None
    if len(said.regular):
        st.subheader(t("equipment.table.regular"), anchor=False)
        st.caption(t("equipment.order"))
        numbers = partial(parts.figures, found.regular, names)
        clicked = parts.machine_table(said.regular, "regular", numbers)
    if len(said.reserves):
        st.subheader(t("equipment.table.reserve"), anchor=False)
        st.caption(t("equipment.reserve"))
        numbers = partial(parts.figures, found.reserves, names)
        row = parts.machine_table(said.reserves, "reserve", numbers)
        clicked = clicked if row is None else len(said.regular) + row
    more = st.expander(t("equipment.table.pools"), on_change="rerun", key="equipment_pools")
    if more.open:
        with more:
            parts.pool_table(found, names)
    _how()
    _next(shown, "")
    if clicked is not None:
        st.switch_page(PAGE, query_params=shown.codes | {"machine": said.codes[clicked]})


def _machine(shown: View, found: Machines, asked: Asked, code: str) -> None:
    rows = found.rows[found.rows["code"] == code]
    row = rows.to_dict("records")[0]
    st.button(t("equipment.back"), icon=":material/arrow_back:", on_click=_close)
    department = reads.names(shown.scope).get(row["department"], row["department"])
    st.subheader(one.headline(row, plain(department or row["department"])), anchor=False)
    st.caption(t("equipment.window", months=months_name(found.months)))
    sheet, months, supposed = st.tabs(
        [t("equipment.tab.sheet"), t("equipment.tab.months"), t("equipment.what_if.title")],
        on_change="rerun",
        key="equipment_tab",
    )
    if sheet.open:
        with sheet:
            lines = one.sheet(row, found)
            wide = zip(lines.columns, SHEET, strict=True)
            widths = {column: st.column_config.Column(width=width) for column, width in wide}
            st.dataframe(lines, hide_index=True, height="content", column_config=widths)
            download(lines, f"{t('equipment.tab.sheet')} {code}")
    if months.open:
        with months:
            one.months_part(shown, row, asked)
            lines = one.months_table(shown, code)
            st.dataframe(lines, hide_index=True)
            download(lines, f"{t('equipment.tab.months')} {code}")
    if supposed.open:
        with supposed:
            what_if(row, found)
    _how()
    _next(shown, row["department"])


def _close() -> None:
    st.session_state[CHOSEN] = ""


def _how() -> None:
    """Every formula, one click away."""
    more = st.popover(
        t("how.title"), icon=":material/functions:", on_change="rerun", key="equipment_how"
    )
    if more.open:
        with more:
            for name in FORMULAS:
                title, words = t(f"equipment.item.{name}"), t(f"equipment.formula.{name}")
                st.markdown(f"**{plain(title)}** {plain(words)}")
            st.caption(t("how.source", source=t("equipment.source")))


def _next(shown: View, department: str) -> None:
    """Where to go from here: the signals, and use of time by department."""
    codes = shown.codes | ({"dept": department} if department else {})
    links = {
        "signals": (":material/notifications:", codes),
        "explore": (":material/query_stats:", codes | {"indicator": "OP024"}),
    }
    with st.container(horizontal=True):
        for page, (icon, query) in links.items():
            st.page_link(
                f"pages/analysis/{page}.py",
                label=t(f"equipment.next.{page}"),
                icon=icon,
                query_params=query,
            )


main()
