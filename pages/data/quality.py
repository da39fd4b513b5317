"""数据质量: what is complete, what does not add up, what is late, and what each gap blocks."""

from __future__ import annotations

import hashlib
import math

import pandas as pd
import streamlit as st

from core.analysis.records import LEDGER
from core.formats import MISSING, moment_text, month_name, number
from core.intake.records import Delivery, load
from core.words import t
from pages.shared import hospital_reads, reads
from pages.shared.hospital_reads import Quality
from pages.shared.page import download, empty, head, problems, table, view
from pages.shared.quality_parts import (
    ORDER,
    blocked_text,
    check_name,
    completeness_picture,
    gap,
    joined,
    next_step,
    owner_of,
    sides_of,
    title_of,
)
from pages.shared.scope import View
from pages.shared.session import actor, rules, store

SHOWN = 6


def main() -> None:
    shown = view()
    head("quality", shown)
    if reads.months_reported(shown.hospital_id) is None:
        empty("quality")
        return
    found = hospital_reads.quality(shown)
    names = reads.names(shown.scope)
    st.subheader(_headline(shown, found), anchor=False)
    _cards(shown, found)
    parts = ("complete", "agree", "fresh")
    tabs = st.tabs([t(f"quality.tab.{part}") for part in parts], on_change="rerun", key="quality")
    for tab, draw in zip(tabs, (_complete, _agree, _fresh), strict=True):
        if tab.open:
            with tab:
                draw(shown, found, names)


def _headline(shown: View, found: Quality) -> str:
    """One sentence: how complete, what is wrong, what to do first."""
    rows = found.complete[found.complete["month"] == shown.month]
    sentence = t(
        "quality.headline",
        month=month_name(shown.month),
        due=len(rows),
        done=int(rows["delivered"].astype(bool).sum()),
    )
    faults = {
        "gaps": len(found.gaps),
        "off": len(found.off(shown.month)),
        "late": len(found.late),
    }
    said = [t(f"quality.headline.{name}", count=count) for name, count in faults.items() if count]
    return joined([sentence, *(said or [t("quality.headline.calm")])])


def _cards(shown: View, found: Quality) -> None:
    """Complete, agreeing, on time, blocked: each with its state in colour, shape and word."""
    share = found.share
    complete = MISSING if math.isnan(share) else f"{number(math.floor(share * 1000) / 10, 1)}%"
    off, late = len(found.off(shown.month)), len(found.late)
    blocked = len(found.blocked_indicators)
    with st.grid(4, min_column_width=205, gap="small"):
        _card("complete", complete, "none" if math.isnan(share) else _state(share < 1))
        _card("off", t("quality.count.checks", count=off), _state(off))
        _card("late", t("quality.count.tables", count=late), _state(late))
        _card("blocked", t("quality.count.indicators", count=blocked), _state(blocked))


def _state(wrong: object) -> str:
    return "bad" if wrong else "good"


def _card(name: str, value: str, state: str) -> None:
    colour = {"good": "blue", "bad": "red", "none": "gray"}[state]
    shape = {"good": "●", "bad": "■", "none": "○"}[state]
    with st.container(border=True, height="stretch", gap="xsmall"):
        st.metric(t(f"quality.card.{name}"), value, help=t(f"quality.card.{name}.help"))
        word = t(f"quality.card.{state}")
        st.markdown(f":small[:{colour}[{shape} {word}]]")


def _complete(shown: View, found: Quality, names: dict[str, str]) -> None:
    """The month's gaps with what they block, then twelve months by department."""
    if found.gaps.empty:
        st.write(t("quality.gaps.none", month=month_name(shown.month)))
    rows = found.gaps.to_dict("records")
    for row in rows[:SHOWN]:
        place = names.get(row["department"], t("quality.whole"))
        gap(place, row["contract"], blocked_text(found.blocked[row["contract"]]))
    if rows:
        lines = [
            {
                t("column.department"): names.get(row["department"], t("quality.whole")),
                t("quality.table"): title_of(row["contract"]),
                t("quality.owner"): owner_of(row["contract"]),
                t("quality.blocks.title"): blocked_text(found.blocked[row["contract"]]),
            }
            for row in rows
        ]
        more = st.expander(t("quality.gaps.all", count=len(rows)), on_change="rerun", key="gaps")
        if more.open:
            with more:
                table(pd.DataFrame(lines), t("quality.gaps.file"))
    _map(shown, found, names)


def _map(shown: View, found: Quality, names: dict[str, str]) -> None:
    st.subheader(t("quality.map"), anchor=False)
    contracts = sorted(set(found.complete["contract"]), key=list(found.blocked).index)
    contract = st.selectbox(
        t("quality.table"),
        ["", *contracts],
        key="quality_table",
        format_func=lambda code: title_of(code) if code else t("quality.every"),
    )
    st.caption(t("quality.map.how"))
    of = (hospital_reads.key(), shown.scope, shown.month, contract)
    lines = completeness_picture(of, found.complete, contract, names)
    if len(lines):
        download(lines, t("quality.map"))


def _agree(shown: View, found: Quality, names: dict[str, str]) -> None:
    """Each check of the month, then the departments of one of them."""
    checks = found.checks
    whole = checks[checks["department"] == ""]
    off = whole[whole["state"] == "off"].groupby(["check", "subject"]).size()
    now = whole[whole["month"] == shown.month].to_dict("records")
    now.sort(key=lambda row: ORDER[row["state"]])
    lines = [
        {t("quality.check"): check_name(row)}
        | sides_of(row)
        | {
            t("quality.off12"): int(off.get((row["check"], row["subject"]), 0)),
            t("quality.next.title"): next_step(row),
        }
        for row in now
    ]
    st.caption(t("quality.agree.how"))
    if not lines:
        st.write(t("quality.agree.none", month=month_name(shown.month)))
    else:
        table(pd.DataFrame(lines), t("quality.tab.agree"))
    _by_department(shown, checks, names)
    _ledger(shown)


def _by_department(shown: View, checks: pd.DataFrame, names: dict[str, str]) -> None:
    own = checks[(checks["month"] == shown.month) & (checks["department"] != "")]
    codes = list(dict.fromkeys(own["check"]))
    if not codes:
        return
    st.subheader(t("quality.by_department"), anchor=False)
    wrong = own[own["state"] == "off"].groupby("check").size()
    codes.sort(key=lambda code: -int(wrong.get(code, 0)))
    chosen = st.selectbox(
        t("quality.check"),
        codes,
        key="quality_check",
        format_func=lambda code: t(f"quality.check.{code}"),
    )
    st.caption(t("quality.off_departments", count=int(wrong.get(chosen, 0))))
    rows = own[own["check"] == chosen].to_dict("records")
    rows.sort(key=lambda row: (ORDER[row["state"]], row["department"]))
    lines = [
        {t("column.department"): names.get(row["department"], row["department"])} | sides_of(row)
        for row in rows
    ]
    table(pd.DataFrame(lines), t("quality.by_department"))


def _ledger(shown: View) -> None:
    """The month's totals in the general ledger, typed in, to be held against the tables."""
    with st.expander(t("quality.ledger", month=month_name(shown.month))), st.form("ledger"):
        st.caption(t("quality.ledger.why"))
        with st.grid(2, min_column_width=220):
            typed = {
                side: st.number_input(
                    t(f"quality.ledger.{side}"), 0.0, 1e12, None, 0.01, format="%.2f"
                )
                for side in LEDGER
            }
        if not st.form_submit_button(t("quality.ledger.save")):
            return
        given = {LEDGER[side]: value for side, value in typed.items() if value is not None}
        with problems():
            if given:
                _save_ledger(shown, given)
                st.rerun()


def _save_ledger(shown: View, given: dict[str, float]) -> None:
    """As reported values of the whole hospital, through the importer: undone like a file."""
    rows = pd.DataFrame(
        {
            "month": shown.month,
            "dept_code": "",
            "indicator_code": list(given),
            "value": list(given.values()),
            "remark": t("quality.ledger.remark"),
        }
    )
    name = t("quality.ledger.remark")
    typed = f"{shown.hospital_id} {shown.month} {given} {store().version()}"
    digest = hashlib.sha256(typed.encode()).hexdigest()
    load(
        store(),
        actor("quality"),
        Delivery(shown.hospital_id, "reported", rows, name, digest),
        rules(),
    )


def _fresh(shown: View, found: Quality, names: dict[str, str]) -> None:
    """Every table: how far it reaches, when it is due, who brought it last."""
    for row in found.late.head(SHOWN).to_dict("records"):
        late = t("quality.late.why", days=number(row["late"]), owner=owner_of(row["contract"]))
        why = joined([late, blocked_text(found.blocked[row["contract"]])])
        gap(t("quality.late", days=number(row["late"])), row["contract"], why)
    lines = [
        {
            t("quality.table"): title_of(row["contract"]),
            t("quality.owner"): owner_of(row["contract"]),
            t("quality.last"): month_name(row["last"]) if row["last"] else t("quality.never"),
            t("quality.due"): MISSING if row["due_on"] is None else f"{row['due_on']:%Y-%m-%d}",
            t("quality.late.days"): int(row["late"]),
            t("quality.imported.at"): MISSING if pd.isna(row["at"]) else moment_text(row["at"]),
            t("quality.imported.who"): MISSING if pd.isna(row["who"]) else row["who"],
            t("quality.imported.file"): MISSING if pd.isna(row["file_name"]) else row["file_name"],
        }
        for row in found.fresh.to_dict("records")
    ]
    table(pd.DataFrame(lines), t("quality.tab.fresh"))


main()
