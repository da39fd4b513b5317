"""The lists of 改进闭环: mine, the board by state, what is late, what worked."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from core.control.actions.model import STATES, VOID, date_of
from core.control.actions.rules import rules
from core.control.actions.summary import Summary, days_late, late, mine
from core.formats import number
from core.words import t
from pages.shared import action_detail, action_effect, reads
from pages.shared.action_reads import Row
from pages.shared.action_words import (
    PAGE,
    badge,
    date_text,
    due_text,
    effect_word,
    people_text,
    short_title,
)
from pages.shared.page import table
from pages.shared.phrases import COLOURS, SHAPES, name_of, plain
from pages.shared.scope import View
from pages.shared.session import actor, catalog, today

ON_BOARD, IN_LIST = 5, 12
_GROUPS = ("verify", "work", "assign", "waiting")


def headline(told: Summary, waiting: int) -> str:
    """One sentence: how much is open and late, what was closed of what was due, what waits."""
    return t(
        "actions.headline",
        open=told.open,
        late=told.late,
        rate=_pct(told.closing_pct),
        mine=waiting,
    )


def _pct(value: float) -> str:
    return "—" if math.isnan(value) else f"{number(value, 1)}%"


def cards(told: Summary) -> None:
    """Open, late, closed of what was due against the target, effective of what was concluded."""
    target = rules().closing.target_pct
    met = "none" if math.isnan(told.closing_pct) else "good"
    if told.closing_pct < target:
        met = "bad"
    with st.grid(4, min_column_width=150, gap="small"):
        _card("open", number(told.open), t("actions.card.open.what"), "none")
        _card(
            "late", number(told.late), t("actions.card.late.what"), "bad" if told.late else "good"
        )
        closing = t(
            "actions.card.closing.what", target=f"{target:g}", due=told.due, closed=told.closed
        )
        _card("closing", _pct(told.closing_pct), closing, met)
        worked = t("actions.card.effective.what", count=told.concluded)
        _card("effective", number(told.effective), worked, "none")


def _card(name: str, value: str, what: str, state: str) -> None:
    with st.container(border=True, height="stretch", gap="xsmall"):
        st.metric(t(f"actions.card.{name}"), value, help=t(f"actions.card.{name}.help"))
        word = f":{COLOURS[state]}[{SHAPES[state]} {what}]" if state != "none" else what
        st.markdown(f":small[{word}]")


def waiting_for(rows: Sequence[Row]) -> dict[str, list[Row]]:
    """What waits for the acting person."""
    return mine(rows, actor("control_actions").name)


def my_work(shown: View, groups: dict[str, list[Row]]) -> None:
    """What the acting person has to verify, do or assign; the soonest due first."""
    who = actor("control_actions").name
    if not any(groups.values()):
        st.write(t("actions.mine.none", who=plain(who)))
        return
    for name in _GROUPS:
        if groups[name]:
            st.markdown(f"**{t('actions.mine.' + name)} · {len(groups[name])}**")
            for row in groups[name][:IN_LIST]:
                line(shown, row)
            if len(groups[name]) > IN_LIST:
                st.caption(t("actions.more", count=len(groups[name]) - IN_LIST))


def line(shown: View, row: Row) -> None:
    """An action as a row: what, where it stands, until when, who; the way to it."""
    with st.container(border=True, gap="xxsmall"):
        _open(shown, row)
        names = reads.names(shown.scope)
        where = names.get(row["department"], t("scope.whole"))
        small = f"{where} · {due_text(row, today())} · {people_text(row)}"
        st.markdown(f"{badge(row, today())}  \n:small[:gray[{plain(small)}]]")


def _open(shown: View, row: Row, title: str = "") -> None:
    """The way to an action by its title."""
    st.page_link(
        PAGE,
        label=f"**{plain(title or row['title'])}**",
        query_params=shown.codes | {"action": str(row["id"])},
    )


def board(shown: View, rows: Sequence[Row]) -> None:
    """A column a state, the soonest due first; every action in the table below."""
    with st.grid(3, min_column_width=270, gap="small"):
        for state in STATES:
            if state == VOID:
                continue
            own = [row for row in rows if row["state"] == state]
            own.sort(key=lambda row: (row["due"], row["id"]), reverse=state == "closed")
            with st.container(border=True, height="stretch", gap="xsmall"):
                st.markdown(f"**{t('actions.state.' + state)} · {len(own)}**")
                for row in own[:ON_BOARD]:
                    _open(shown, row, short_title(row["title"]))
                    st.caption(plain(_short(row)))
                if len(own) > ON_BOARD:
                    st.caption(t("actions.more", count=len(own) - ON_BOARD))
    table(lines(shown, rows), t("actions.table"))


def _short(row: Row) -> str:
    told = row["owner"] or t("actions.nobody")
    if row["state"] == "closed":
        return " · ".join(filter(None, (told, effect_word(row["effect"]))))
    return f"{told} · {due_text(row, today())}"


def overdue(shown: View, rows: Sequence[Row]) -> None:
    """What is open after its day, the latest first."""
    found = late(rows, today())
    if not found:
        st.write(t("actions.late.none"))
        return
    for row in found[:IN_LIST]:
        line(shown, row)
    table(lines(shown, found), t("actions.table.late"))


def lines(shown: View, rows: Sequence[Row]) -> pd.DataFrame:
    """Actions as a table in words."""
    names, day = reads.names(shown.scope), today()
    told = [
        {
            t("actions.column.code"): f"A{row['id']:04d}",
            t("actions.title_of"): row["title"],
            t("column.department"): names.get(row["department"], t("scope.whole")),
            t("actions.column.state"): t(f"actions.state.{row['state']}"),
            t("actions.column.due"): date_text(date_of(row["due"])),
            t("actions.column.late"): days_late(row, day),
            t("actions.severity"): t(f"actions.severity.{row['severity']}"),
            t("actions.owner"): row["owner"] or "—",
            t("actions.verifier"): row["verifier"] or "—",
            t("actions.column.origin"): t(f"actions.origin.{row['origin_kind']}"),
            t("actions.column.effect"): effect_word(row["effect"]) or "—",
        }
        for row in rows
    ]
    return pd.DataFrame(told)


def effects(shown: View, rows: Sequence[Row]) -> None:
    """Closed actions that name an indicator: one in full, all in a table."""
    aimed = {row["id"]: row for row in rows if row["state"] == "closed" and row["indicator"]}
    if not aimed:
        st.write(t("actions.effect.none_yet"))
        return
    order = sorted(aimed.values(), key=lambda row: (row["effect"] != "effective", -row["id"]))
    codes = [row["id"] for row in order]
    if st.session_state.get("actions_effect") not in codes:
        st.session_state["actions_effect"] = codes[0]
    chosen = st.selectbox(
        t("actions.effect.which"),
        codes,
        key="actions_effect",
        format_func=lambda one: f"A{one:04d} {aimed[one]['title']}",
    )
    row = aimed[chosen]
    effect = action_effect.effect_of(shown, row)
    if effect is None:
        st.caption(t("actions.effect.no_figures"))
    else:
        action_effect.picture(shown, row, effect)
        action_detail.conclusion(shown, row, effect)
    with st.expander(t("actions.effect.how"), icon=":material/functions:"):
        st.markdown(t("actions.effect.how.text"))
    table(_effect_lines(shown, order), t("actions.table.effects"))


def _effect_lines(shown: View, rows: Sequence[Row]) -> pd.DataFrame:
    names, told = reads.names(shown.scope), []
    for row in rows:
        effect = action_effect.effect_of(shown, row)
        before, after = action_effect.levels(row, effect)
        told.append(
            {
                t("actions.column.code"): f"A{row['id']:04d}",
                t("actions.title_of"): row["title"],
                t("column.department"): names.get(row["department"], t("scope.whole")),
                t("column.indicator"): name_of(catalog().indicators[row["indicator"]]),
                t("actions.column.before"): before,
                t("actions.column.after"): after,
                t("actions.column.effect"): action_effect.standing_text(row, effect),
            }
        )
    return pd.DataFrame(told)
