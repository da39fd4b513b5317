"""督查: the answer at the head of the page, the forms to fill, what was found, the comparison."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import streamlit as st

from core.control.inspections.records import withdraw_round
from core.formats import months_name, number
from core.words import language, t
from pages.shared import inspection_findings, reads
from pages.shared import inspection_form as filling
from pages.shared import inspection_reads as own
from pages.shared.inspection_reads import Rate, grade_word, sheet_name
from pages.shared.kept import kept
from pages.shared.page import download, problems, table
from pages.shared.phrases import COLOURS, SHAPES, plain
from pages.shared.quality_parts import joined
from pages.shared.scope import View
from pages.shared.session import actor, store

TOP = 5
CLOSED = 24
"""As many finished rounds as can be looked at again here; all of them are in their figures."""
OPENED = "inspections_open"
"""Which form is open; kept in the address."""


def day_text(day: float) -> str:
    """2026-10-21 of YYYYMMDD; empty where there is none."""
    if not day or math.isnan(day):
        return ""
    text = f"{int(day)}"
    return f"{text[:4]}-{text[4:6]}-{text[6:]}"


def percent(share: float) -> str:
    return "—" if math.isnan(share) else f"{number(share * 100, 1)}%"


def interval(rate: Rate) -> str:
    """91.4%（95% 区间 83.2%–95.8%）."""
    if math.isnan(rate.rate):
        return "—"
    told = {"rate": percent(rate.rate), "low": percent(rate.low), "high": percent(rate.high)}
    return t("inspections.interval", **told)


def headline(shown: View) -> None:
    """How much is done, the rate of 甲 records, vetoes, and who flatters."""
    told, worst = own.told(shown), own.compared(shown).worst
    names = reads.names(shown.scope)
    if not told.forms and worst is None:
        text = t("inspections.headline.none", months=months_name(shown.comparison.now))
        st.subheader(plain(text), anchor=False)
        return
    span, done = months_name(shown.comparison.now), number(told.submitted)
    said = [t("inspections.headline", months=span, done=done, of=number(told.forms))]
    if told.records.count:
        said.append(t("inspections.headline.rate", rate=interval(told.records)))
    if worst is not None:
        where = names.get(worst["department"], worst["department"])
        gap = number(worst["inflation"], 1)
        said.append(t("inspections.headline.flatters", department=where, gap=gap))
    st.subheader(plain(joined(said)), anchor=False)


def cards(shown: View) -> None:
    told, compared = own.told(shown), own.compared(shown)
    sure = int(compared.table["flatters"].sum()) if len(compared.table) else 0
    rate = told.records
    left = told.forms - told.submitted
    done = t("inspections.forms", count=number(told.submitted), of=number(told.forms))
    between = {"low": percent(rate.low), "high": percent(rate.high)}
    hits = t("inspections.card.rate.of", hits=rate.hits, count=rate.count, **between)
    vetoes = {"inspected": told.inspected, "off": told.off_hours}
    shown_cards = (
        ("done", done, "watch" if left else "good", {"begun": told.begun, "left": left}),
        ("rate", percent(rate.rate), "none", hits),
        (
            "veto",
            t("inspections.count", count=number(told.vetoed)),
            "bad" if told.vetoed else "good",
            vetoes,
        ),
        (
            "flatters",
            t("inspections.departments", count=sure),
            "watch" if sure else "good",
            {},
        ),
    )
    with st.grid(4, min_column_width=205, gap="small"):
        for name, value, state, fields in shown_cards:
            label = f"inspections.card.{name}"
            words = fields if isinstance(fields, str) else t(f"{label}.of", **fields)
            with st.container(border=True, height="stretch", gap="xsmall"):
                st.metric(t(label), value)
                st.markdown(f":small[:{COLOURS[state]}[{SHAPES[state]} {plain(words)}]]")


def open_form(number_: int | None) -> None:
    """Open a form, or none."""
    st.session_state[OPENED] = number_


def worklist(shown: View) -> None:
    """Forms that were begun, then a round with its forms."""
    told = st.session_state.pop("inspections_told", None)
    if told:
        st.success(plain(told), icon=":material/check_circle:")
    rounds = [row for row in own.rounds(shown) if row["forms"] > row["submitted"]]
    closed = [row for row in own.rounds(shown) if row["forms"] == row["submitted"]]
    if not rounds and not closed:
        st.info(t("inspections.work.none"), icon=":material/inbox:")
        return
    every = {int(row["id"]): row for row in (*rounds, *closed[:CLOSED])}
    _begun(shown, rounds)
    keep_valid("inspections_round", list(every))
    chosen = st.selectbox(
        t("inspections.round"),
        list(every),
        key="inspections_round",
        format_func=lambda one: round_name(every[one]),
        persist_state="session",
    )
    if chosen is not None:
        _of_round(shown, every[chosen])


def keep_valid(key: str, options: list[int]) -> None:
    """A choice that is not among the options (another department) falls back to the first."""
    if st.session_state.get(key, options[0]) not in options:
        st.session_state[key] = options[0]


def round_name(row: dict[Any, Any]) -> str:
    return t(
        "inspections.round.line",
        title=row["title"],
        level=t(f"inspections.level.{row['level']}"),
        done=row["submitted"],
        of=row["forms"],
        due=day_text(row["due"]),
    )


def _begun(shown: View, rounds: list[dict[Any, Any]]) -> None:
    """What somebody is in the middle of."""
    if not any(row["begun"] for row in rounds):
        return
    forms = own.forms(own.open_scope(shown))
    names = reads.names(shown.scope)
    begun = forms[(forms["state"] == "open") & (forms["revision"] > 0)]
    st.markdown(f"**{t('inspections.begun', count=len(begun))}**")
    with st.container(horizontal=True):
        for row in begun.tail(TOP).to_dict("records"):
            st.button(
                plain(t("inspections.continue", what=form_name(row, names))),
                key=f"inspections_continue_{row['id']}",
                icon=":material/edit_note:",
                on_click=open_form,
                args=(int(row["id"]),),
            )


def form_name(row: dict[Any, Any], names: dict[str, str]) -> str:
    """脊柱创伤骨科 · 病历 …9F3A21."""
    where = str(names.get(row["department"], row["department"]))
    return f"{where} · {row['record'][-6:]}" if row["record"] else where


def _of_round(shown: View, round_: dict[Any, Any]) -> None:
    scope = own.open_scope(shown)
    rows, lines = _lines_of(own.key_of(scope), shown, int(round_["id"]), language())
    waiting = rows[rows["state"] == "open"]
    if len(waiting):
        st.button(
            t("inspections.next", count=len(waiting)),
            type="primary",
            icon=":material/tablet_mac:",
            on_click=open_form,
            args=(int(waiting.iloc[0]["id"]),),
        )
    turn = st.session_state.setdefault("inspections_turn", 0)
    event = st.dataframe(
        lines,
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        key=f"inspections_forms_{turn}",
    )
    picked = event.selection.rows  # pyright: ignore[reportAttributeAccessIssue]
    if picked:
        st.session_state["inspections_turn"] = turn + 1
        open_form(int(rows.iloc[picked[0]]["id"]))
        st.rerun()
    st.caption(t("inspections.pick"))
    with st.container(horizontal=True):
        download(lines, plain_name(round_["title"]))
        if not round_["begun"] and not round_["submitted"] and not shown.department:
            _withdraw(shown, round_)


def _withdraw(shown: View, round_: dict[Any, Any]) -> None:
    """A round that was planned by mistake goes, while nobody has answered anything."""
    with st.popover(t("inspections.withdraw"), icon=":material/undo:"):
        st.write(
            plain(t("inspections.withdraw.what", round=round_["title"], count=round_["forms"]))
        )
        if st.button(t("inspections.withdraw.do"), key=f"inspections_withdraw_{round_['id']}"):
            with problems():
                taken = withdraw_round(
                    store(), actor(filling.PAGE), shown.hospital_id, int(round_["id"])
                )
                told = t("inspections.withdrawn", round=round_["title"], count=taken)
                st.session_state["inspections_told"] = told
                st.rerun()


@kept(64)
def _lines_of(
    key: Any, shown: View, round_id: int, in_language: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A round's forms, and the same in words."""
    forms = own.forms(own.open_scope(shown))
    rows = forms[forms["round_id"] == round_id]
    return rows, _lines(rows, reads.names(shown.scope))


def plain_name(title: str) -> str:
    """A title that may name a sheet and a file."""
    return "".join(" " if sign in '[]:*?/\\<>|"' else sign for sign in title).strip() or "-"


def _state(row: dict[Any, Any]) -> str:
    """How far a form is: open, begun or submitted."""
    return "begun" if row["state"] == "open" and row["revision"] else str(row["state"])


def _lines(rows: pd.DataFrame, names: dict[str, str]) -> pd.DataFrame:
    """Forms in words."""
    lines = [
        (
            row["place"],
            names.get(row["department"], row["department"]),
            t(f"inspections.kind.{row['kind']}"),
            row["record"],
            day_text(row["admitted"]),
            day_text(row["discharged"]),
            t(f"inspections.state.{_state(row)}"),
            number(row["score"], 1) if row["state"] == "submitted" else "",
            grade_word(row["grade"]),
            row["submitted_by"],
        )
        for row in rows.to_dict("records")
    ]
    columns = ("place", "department", "kind", "record", "admitted", "discharged")
    columns += ("state", "score", "grade", "who")
    return pd.DataFrame(
        lines, columns=pd.Index([t(f"inspections.column.{name}") for name in columns])
    )


def form_head(shown: View, form: dict[str, Any]) -> None:
    """Which checklist and version, where, which record."""
    names = reads.names(shown.scope)
    template = own.all_templates(shown.hospital_id)[(form["checklist"], form["checklist_version"])]
    st.subheader(plain(f"{sheet_name(template)} · {form_name(form, names)}"), anchor=False)
    about = [
        form["title"],
        t(f"inspections.level.{form['level']}"),
        t("inspections.template.version", version=form["checklist_version"]),
    ]
    if form["record"]:
        days = {name: day_text(form[name] or 0) or "—" for name in ("admitted", "discharged")}
        about.append(t("inspections.form.record", record=form["record"], **days))
    st.caption(plain(" · ".join(about)))


def neighbours(shown: View, form: dict[str, Any]) -> None:
    """The next form of the same round that nobody has submitted."""
    forms = own.forms(own.open_scope(shown))
    rows = forms[(forms["round_id"] == form["round_id"]) & (forms["state"] == "open")]
    others = rows[rows["id"] != form["id"]]
    after = others[others["place"] > form["place"]]
    found = after if len(after) else others
    if found.empty:
        return
    row = found.iloc[0].to_dict()
    st.button(
        plain(t("inspections.following", what=form_name(row, reads.names(shown.scope)))),
        icon=":material/arrow_forward:",
        on_click=open_form,
        args=(int(row["id"]),),
        key="inspections_following",
    )


def findings(shown: View) -> None:
    """Where points were lost, and every finding with its way to an action."""
    scope = own.period_of(shown)
    lost = own.deductions(scope)
    if lost.empty:
        st.info(t("inspections.found.none"), icon=":material/inbox:")
        return
    st.markdown(f"**{t('inspections.found.top')}**")
    whole = float(lost["points"].sum())
    for row in lost.head(TOP).to_dict("records"):
        st.markdown(
            plain(
                t(
                    "inspections.found.line",
                    item=row["item"],
                    text=row["text"],
                    points=number(row["points"], 0),
                    share=number(row["points"] / whole * 100, 0),
                    times=row["times"],
                )
            )
        )
    inspection_findings.listed(shown)
    _rates(shown)


def _rates(shown: View) -> None:
    """Pass rate of every item with its interval."""
    rows = own.item_rates(own.period_of(shown))
    templates = own.newest_templates(shown.hospital_id)
    lines = [
        (
            sheet_name(templates[row["checklist"]]),
            row["item"],
            f"{int(row['met'])}/{int(row['counted'])}",
            percent(row["rate"]),
            f"{percent(row['low'])}–{percent(row['high'])}",
        )
        for row in rows.to_dict("records")
        if row["checklist"] in templates
    ]
    columns = ("checklist", "item", "met", "rate", "wilson")
    more = st.expander(t("inspections.rates"), on_change="rerun", key="inspections_rates")
    if more.open:
        with more:
            told = pd.DataFrame(
                lines, columns=pd.Index([t(f"inspections.column.{name}") for name in columns])
            )
            table(told, t("inspections.rates"))


def result(form: dict[str, Any], shown: View) -> None:
    """A submitted form: score, grade, vetoes; what was found, each with its way to an action."""
    template = own.all_templates(shown.hospital_id)[(form["checklist"], form["checklist_version"])]
    names = template.scale.names
    score = "—" if pd.isna(form["score"]) else number(form["score"], 1)
    st.metric(t("inspections.column.score"), score)
    st.markdown(filling.grade_mark(form["grade"], form["own_grade"], names))
    st.caption(plain(t("inspections.form.submitted", who=form["submitted_by"])))
    inspection_findings.of_form(shown, form, template)
