"""快速建院: a form, a grid of departments, and a small hospital on which every page works."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.formats import money, month_name, months_name, number
from core.hospital.quick import (
    COLUMNS,
    NUMBERS,
    Assumption,
    GridFault,
    QuickDepartment,
    Remarks,
    assumptions,
    category_word,
    hospital_frames,
    pasted,
    read_grid,
)
from core.months import add_months, month_of, month_range
from core.words import language, pick, t
from core.workshop.building import QuickHospital, build, is_empty
from pages.shared import reads
from pages.shared.page import head, problems, view
from pages.shared.session import actor, catalog, hospital_id, store, today

CATEGORIES = ("clinical", "medical_tech", "medical_aux", "admin")


def main() -> None:
    shown = view()
    head("quick", shown)
    if st.session_state.get("quick_done"):
        _built(st.session_state["quick_done"])
        return
    name, last, count = _who_and_when()
    st.subheader(t("quick.grid"), anchor=False)
    st.caption(t("quick.grid.how"))
    departments, faults = read_grid(_grid())
    _paste()
    st.subheader(t("quick.assumed"), anchor=False)
    st.caption(t("quick.assumed.why"))
    assumed = _assumed()
    asked = QuickHospital(name, last, count, departments, assumed)
    if faults:
        _faults(faults)
    else:
        _preview(asked)
    if st.button(t("quick.do"), type="primary", disabled=bool(faults), key="quick_do"):
        _build(asked)


def _who_and_when() -> tuple[str, int, int]:
    """Name, last month, months of history."""
    own = next(row["name_zh"] for row in reads.hospitals() if row["id"] == hospital_id())
    vacant = is_empty(store(), hospital_id())
    newest = add_months(month_of(today()), -1)
    months = list(reversed(month_range(add_months(newest, -35), newest)))
    with st.grid(3, min_column_width=220):
        name = st.text_input(
            t("quick.name"), value=own if vacant else "", max_chars=60, key="quick_name"
        )
        last = st.selectbox(t("quick.last"), months, format_func=month_name, key="quick_last")
        count = st.slider(t("quick.count"), 1, 12, 12, key="quick_count")
    st.caption(t("quick.fills", hospital=own) if vacant and name == own else t("quick.beside"))
    return name, last, count


def _grid() -> pd.DataFrame:
    """The grid as it was typed, under its own column names; kept over languages and pages."""
    state = st.session_state
    fresh = pd.DataFrame([[t("quick.example"), "clinical", "30", "40", "90", "120"]])
    latest = state.setdefault("quick_latest", fresh.set_axis(list(COLUMNS), axis=1))
    if state.get("quick_spoken") != language() or state.get("scope_arrived"):
        state["quick_base"], state["quick_spoken"] = latest, language()
        state["quick_round"] = state.get("quick_round", 0) + 1
    labels = {column: t(f"quick.column.{column}") for column in COLUMNS}
    words = {code: category_word(code, language()) for code in CATEGORIES}
    base = state["quick_base"].assign(
        category=[words.get(code, code) for code in state["quick_base"]["category"]]
    )
    numbers = {labels[column]: st.column_config.TextColumn(alignment="right") for column in NUMBERS}
    edited = st.data_editor(
        base.rename(columns=labels),
        num_rows="dynamic",
        hide_index=True,
        key=f"quick_grid_{state['quick_round']}",
        column_config={
            labels["name"]: st.column_config.TextColumn(max_chars=60),
            labels["category"]: st.column_config.SelectboxColumn(options=list(words.values())),
            **numbers,
        },
        alt=t("quick.grid"),
    )
    codes = {word: code for code, word in words.items()}
    typed = edited.rename(columns={label: column for column, label in labels.items()})
    state["quick_latest"] = typed.assign(category=[codes.get(c, c) for c in typed["category"]])
    return state["quick_latest"]


def _paste() -> None:
    """Many rows at once, copied from a sheet."""
    with st.popover(t("quick.paste"), icon=":material/content_paste:"):
        text = st.text_area(
            t("quick.paste.how"), key="quick_paste", placeholder=t("quick.paste.example")
        )
        if st.button(t("quick.paste.do"), key="quick_paste_do") and text.strip():
            st.session_state["quick_latest"] = pasted(text)
            st.session_state["quick_spoken"] = None
            st.rerun()


def _assumed() -> dict[str, float]:
    """The assumptions, each in a field of its own, with its unit in the label."""
    with st.grid(4, min_column_width=205):
        return {one.code: _field(one) for one in assumptions()}


def _field(one: Assumption) -> float:
    unit = pick(one.unit["zh"], one.unit["en"])
    return st.number_input(
        t("quick.assumption", name=pick(one.name["zh"], one.name["en"]), unit=unit),
        float(one.minimum),
        float(one.maximum),
        float(one.value),
        float(one.step),
        format="%g",
        key=f"quick_{one.code}",
    )


def _faults(faults: list[GridFault]) -> None:
    """Every fault by row and column; nothing is stored while there is one."""
    st.error(t("quick.faults", count=len(faults)), icon=":material/error:")
    lines = [
        {
            t("quick.fault.row"): number(fault.row) if fault.row else "—",
            t("quick.fault.column"): t(f"quick.column.{fault.column}"),
            t("quick.fault.value"): fault.value or "—",
            t("quick.fault.what"): t(f"quick.fault.{fault.code}"),
        }
        for fault in faults
    ]
    st.dataframe(pd.DataFrame(lines), hide_index=True)


def _preview(asked: QuickHospital) -> None:
    """What the assumptions lead to in the last month, so that they can be put right first."""
    month = (asked.last_month,)
    frames = hospital_frames(asked.departments, month, asked.assumed, Remarks("", ""))
    work, income = frames.get("workload"), frames.get("income")
    visits, left = (_sum(work, name) for name in ("outpatient_visits", "discharges"))
    visits += _sum(work, "emergency_visits")
    stays = 0 if income is None else _sum(income[income["unit"] == "inpatient"], "amount")
    cost = _sum(frames.get("direct_cost"), "amount")
    st.caption(t("quick.preview"))
    with st.grid(4, min_column_width=205):
        st.metric(t("quick.visits"), t("quick.persons", count=number(visits)), border=True)
        st.metric(t("quick.discharges"), t("quick.persons", count=number(left)), border=True)
        each = money(stays / left) if left else "—"
        st.metric(t("quick.each"), each, border=True)
        st.metric(t("quick.balance"), money(_sum(income, "amount") - cost), border=True)


def _sum(rows: pd.DataFrame | None, column: str) -> float:
    return 0.0 if rows is None or column not in rows else float(rows[column].sum())


def _build(asked: QuickHospital) -> None:
    with problems(), st.spinner(t("quick.building")):
        made = build(store(), actor("quick"), asked, catalog())
        st.session_state["quick_done"] = {
            "name": asked.name.strip(),
            "months": asked.months,
            "departments": asked.departments,
            "assumed": asked.assumed,
        }
        st.session_state["hospital_wanted"] = made
        for key in ("quick_latest", "scope_month", "scope_department"):
            st.session_state.pop(key, None)
        st.rerun()


def _built(done: dict) -> None:
    """What was made, what was assumed, and where to go from here."""
    made: list[QuickDepartment] = done["departments"]
    told = t(
        "quick.built",
        hospital=done["name"],
        departments=len(made),
        months=months_name(done["months"]),
    )
    st.success(told, icon=":material/check_circle:")
    with st.container(horizontal=True):
        st.page_link("pages/home.py", label=t("quick.look"), icon=":material/home:")
        st.page_link("pages/data/imports.py", label=t("quick.replace"), icon=":material/upload:")
    st.subheader(t("quick.rests"), anchor=False)
    lines = [
        {
            t("quick.rests.what"): pick(one.name["zh"], one.name["en"]),
            t("quick.rests.value"): f"{done['assumed'][one.code]:g}",
            t("quick.rests.unit"): pick(one.unit["zh"], one.unit["en"]),
            t("quick.rests.kind"): t("quick.rests.assumed"),
        }
        for one in assumptions()
    ]
    st.dataframe(pd.DataFrame(lines), hide_index=True)
    for key in ("typed", "split", "even", "missing"):
        st.markdown(f"- {t(f'quick.rests.{key}')}")
    if st.button(t("quick.again"), icon=":material/add:", key="quick_again"):
        del st.session_state["quick_done"]
        st.rerun()


main()
