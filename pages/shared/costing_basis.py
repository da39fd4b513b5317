"""改动因: by what a department gives its cost away, from a month on, with a reason."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from core.costing.basis.change import LONGEST, Change
from core.costing.basis.records import save, take_back
from core.costing.model import AllocationError, Method
from core.costing.rules import Rule, pool_of
from core.errors import DataError, JingguanError
from core.formats import listed, moment_text, money, month_name
from core.months import month_text, parse_month
from core.words import t
from pages.shared import costing_reads
from pages.shared.costing_words import drivers_text
from pages.shared.page import download
from pages.shared.phrases import complaint, plain
from pages.shared.scope import View
from pages.shared.session import actor, store

_ROUND, _SEEN, _DONE = "basis_round", "basis_seen", "basis_done"
MOST_TOLD = 3
"""Departments whose change is named beside the form."""
WORDS = {"otherwise": ("stop", "hold"), "behaviour": ("fixed", "variable", "mixed")}


def draw(shown: View, method: Method) -> None:
    """What stands, with taking back; the form; all that was ever done, to take along."""
    st.markdown(f"**{t('basis.title')}**")
    rows = costing_reads.changes(shown)
    st.caption(t("basis.why"))
    _told_done()
    if len(rows):
        _standing(shown, rows)
    else:
        st.write(t("basis.none"))
    form = st.expander(
        t("basis.change"), icon=":material/edit:", key="basis_open", on_change="rerun"
    )
    if form.open:
        with form:
            _form(shown, method)
    if len(costing_reads.trail(shown)):
        download(lambda: _trail(shown), t("basis.trail"))
    places = zip(*(rows[name] for name in ("department", "items", "month", "version")), strict=True)
    st.session_state[_SEEN] = {(shown.hospital_id, *place[:3]): place[3] for place in places}


def _told_done() -> None:
    done = st.session_state.pop(_DONE, None)
    if done:
        st.success(done, icon=":material/check_circle:")


def _done(told: str) -> None:
    st.session_state[_DONE] = told
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
    st.rerun()


def _name(shown: View, code: str) -> str:
    return costing_reads.names(shown).departments.get(code, code)


def _line(shown: View, row: dict[Any, Any]) -> dict[str, str]:
    """A change in words."""
    told = {
        t("costing.column.source"): _name(shown, row["department"]),
        t("basis.items"): _items_text(shown, row["items"]),
        t("basis.from"): month_name(int(row["month"])),
        t("costing.column.driver"): drivers_text(
            tuple(row["drivers"]), costing_reads.drivers(shown)
        ),
    }
    if "action" in row:
        told[t("basis.action")] = t(f"basis.action.{row['action']}")
    else:
        receivers = [t(f"category.{one}") for one in row["receivers"]]
        told[t("basis.receivers")] = listed(receivers) or t("basis.default")
        for name in ("otherwise", "behaviour"):
            word = t(f"basis.{name}.{row[name]}") if row[name] else t("basis.default")
            told[t(f"basis.{name}")] = word
    said = {t("basis.reason"): row["reason"], t("basis.who"): row["who"]}
    return {**told, **said, t("basis.at"): moment_text(row["at"])}


def _items_text(shown: View, items: Sequence[str]) -> str:
    known = costing_reads.names(shown).items
    return listed([known.get(one, one) for one in items]) if len(items) else t("basis.items.all")


def _trail(shown: View) -> pd.DataFrame:
    rows = costing_reads.trail(shown).to_dict("records")
    return pd.DataFrame([_line(shown, row) for row in rows])


def _standing(shown: View, rows: pd.DataFrame) -> None:
    """The changes that stand; a click opens taking back, of the row as it was then."""
    key = f"basis_rows_{shown.hospital_id}_{st.session_state.get(_ROUND, 0)}"
    event = st.dataframe(
        pd.DataFrame([_line(shown, row) for row in rows.to_dict("records")]),
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        key=key,
    )
    picked = event["selection"]["rows"]
    held = st.session_state.get("basis_picked", {})
    if held.get("where") != (key, picked):
        row = rows.iloc[picked[0]].to_dict() if picked and picked[0] < len(rows) else None
        held = {"where": (key, picked), "row": row}
        st.session_state["basis_picked"] = held
    if held["row"] is None:
        st.caption(t("basis.click"))
        return
    row = held["row"]
    with st.form(f"basis_back_{row['id']}_{row['version']}"):
        what = {"department": plain(_name(shown, row["department"]))}
        st.markdown(t("basis.back.of", month=month_name(int(row["month"])), **what))
        reason = st.text_input(t("basis.back.reason"), max_chars=LONGEST)
        pressed = st.form_submit_button(t("basis.back"))
    if pressed:
        _take_back(shown, row, reason)


def _take_back(shown: View, row: dict[Any, Any], reason: str) -> None:
    place = (shown.hospital_id, int(row["id"]))
    try:
        take_back(store(), actor("allocation"), place, int(row["version"]), reason)
    except JingguanError as error:
        st.error(complaint(error))
    else:
        _done(t("basis.back.done", department=plain(_name(shown, row["department"]))))


def _form(shown: View, method: Method) -> None:
    """Source first: what it can be shared by depends on it."""
    given = costing_reads.inputs(shown)
    notes = given.notes.set_index("source")
    if notes.empty:
        st.write(t("basis.no_source"))
        return
    labels = _sources(shown, notes.index)
    if st.session_state.get("basis_source") not in labels:
        st.session_state.pop("basis_source", None)
    source = st.selectbox(
        t("costing.column.source"),
        list(labels),
        key="basis_source",
        format_func=labels.__getitem__,
    )
    items = _items(shown, source)
    place = pool_of(source, items)
    note = notes.loc[place if place in notes.index else source]
    own = {one.place for one in costing_reads.own_rules(shown)}
    rules = costing_reads.rules(costing_reads.key(shown), shown.scope, shown.month)
    rule = rules.of(place, str(note["category"]))
    usual = costing_reads.base().of(source, str(note["category"]))
    if rule is None or usual is None:
        return
    used = str(note["choice"])
    used = f"services:{note['driver']}" if used == "services" else used
    stated = _fields(shown, (source, place), (rule, usual), used if place in own else "")
    typed, reason = _when_and_why(shown, place)
    try:
        change = Change(source, parse_month(typed.strip()), reason=reason, items=items, **stated)
        tried = replace(change, reason=reason.strip() or t("basis.reason"))
    except ValueError:
        st.error(complaint(DataError("E_MONTH", value=typed.strip())))
        return
    if change.drivers or place in own:
        _effect(shown, method, tried)
    if st.button(t("basis.save"), type="primary", key="basis_save"):
        _save(shown, change)


def _sources(shown: View, places: pd.Index) -> dict[str, str]:
    """Departments that give their cost away, by code, as they are named; pools are theirs."""
    pools = {one.place for one in costing_reads.own_rules(shown) if one.items}
    sources = [str(code) for code in places if code not in pools]
    return {code: f"{code} {_name(shown, code)}" for code in sources}


def _items(shown: View, source: str) -> tuple[str, ...]:
    """The cost items that the change is for; none chosen: all that no pool takes."""
    booked = costing_reads.facts(costing_reads.key(shown), shown.scope, shown.month).cost
    codes = sorted(booked.loc[booked["department"] == source, "item"].unique())
    known = costing_reads.names(shown).items
    chosen = st.multiselect(
        t("basis.items"),
        codes,
        key=f"basis_items_{source}_{st.session_state.get(_ROUND, 0)}",
        format_func=lambda one: known.get(one, one),
        placeholder=t("basis.items.all"),
        help=t("basis.items.help"),
    )
    return tuple(sorted(chosen))


def _offered(
    shown: View, source: str, usual: Rule, used: str
) -> tuple[list[str], Callable[[str], str]]:
    """The drivers to choose from, the one in use among them, and how each is named."""
    drivers = costing_reads.drivers(shown)
    offers = costing_reads.offers(shown, source)
    counts = dict(zip(offers["choice"], offers["receivers"], strict=True))
    choices = [str(one) for one in counts]
    if used and used not in choices:
        choices.append(used)

    def named(choice: str) -> str:
        if not choice:
            return t("basis.as_file", drivers=drivers_text(usual.drivers, drivers))
        count = counts.get(choice, 0)
        return t("basis.choice", driver=drivers_text((choice,), drivers), count=count)

    return choices, named


def _fields(
    shown: View, at: tuple[str, str], rules: tuple[Rule, Rule], used: str
) -> dict[str, Any]:
    """What is stated of the change; what is as in the file's rule stays empty.

    at: the source and, where the change is for some items, its pool.
    """
    (source, place), (rule, usual) = at, rules
    choices, named = _offered(shown, source, usual, used)
    key = f"{place}_{st.session_state.get(_ROUND, 0)}_{shown.month}"
    with st.grid(2, min_column_width=340):
        first = _choose("basis.driver", key, ["", *choices], used, named=named)
        spare = _choose(
            "basis.spare",
            key,
            ["", *[one for one in choices if one != first]],
            "",
            named=lambda one: named(one) if one else t("basis.spare.none"),
            off=not first,
        )
    texts: dict[str, str] = {}
    with st.grid(3, min_column_width=210):
        for name, words in WORDS.items():
            chosen = _choose(
                f"basis.{name}",
                key,
                words,
                getattr(rule, name),
                named=lambda one, name=name: t(f"basis.{name}.{one}"),
                off=not first,
            )
            texts[name] = "" if chosen == getattr(usual, name) else chosen
    told = [one for one in (first, spare) if one]
    return {"drivers": tuple(told), "receivers": _receivers(rules, key, not first), **texts}


def _choose(
    label: str,
    at: str,
    options: Sequence[str],
    chosen: str,
    *,
    named: Callable[[str], str],
    off: bool = False,
) -> str:
    place = list(options).index(chosen) if chosen in options else 0
    key = f"{label}_{at}"
    return st.selectbox(
        t(label), options, index=place, key=key, format_func=named, disabled=off, help=_help(label)
    )


def _help(label: str) -> str | None:
    return t(f"{label}.help") if label.rpartition(".")[2] in WORDS else None


def _receivers(rules: tuple[Rule, Rule], at: str, off: bool) -> tuple[str, ...]:
    """The categories that receive; none stated where all of the file's rule do."""
    rule, usual = rules
    chosen = st.multiselect(
        t("basis.receivers"),
        usual.receivers,
        default=rule.receivers,
        key=f"basis_receivers_{at}",
        format_func=lambda one: t(f"category.{one}"),
        placeholder=t("basis.receivers.all"),
        disabled=off,
    )
    return () if set(chosen) == set(usual.receivers) else tuple(chosen)


def _when_and_why(shown: View, source: str) -> tuple[str, str]:
    at = f"{source}_{st.session_state.get(_ROUND, 0)}"
    with st.grid(2, min_column_width=210):
        month = st.text_input(
            t("basis.from"), value=month_text(shown.month), key=f"basis_month_{at}_{shown.month}"
        )
        reason = st.text_input(t("basis.reason"), key=f"basis_reason_{at}", max_chars=LONGEST)
    return month, reason


def _effect(shown: View, method: Method, change: Change) -> None:
    """Whose full cost it would move most, by the month on the screen."""
    month = month_name(shown.month)
    try:
        deltas = costing_reads.tried(shown, method, change.place, change.override)
    except AllocationError as error:
        st.warning(t("basis.effect.stops", month=month, why=complaint(error)))
        return
    moved = deltas[deltas != 0]
    if moved.empty:
        word = "basis.effect.none" if len(deltas) else "basis.effect.runs"
        st.caption(t(word, month=month))
        return
    order = moved.abs().sort_values(ascending=False, kind="stable").index[:MOST_TOLD]
    told = [f"{plain(_name(shown, str(code)))} {_signed(int(moved[code]))}" for code in order]
    st.info(
        t(
            "basis.effect",
            month=month,
            count=len(moved),
            moved=money(int(moved[moved > 0].sum())),
            most=listed(told),
        ),
        icon=":material/compare_arrows:",
    )


def _signed(fen: int) -> str:
    return ("+" if fen > 0 else "−") + money(abs(fen))


def _save(shown: View, change: Change) -> None:
    """At the version that the run before this one showed."""
    place = (shown.hospital_id, change.department, change.items, change.month)
    seen = st.session_state.get(_SEEN, {}).get(place)
    base = costing_reads.base()
    try:
        save(store(), actor("allocation"), shown.hospital_id, change, base=base, seen=seen)
    except JingguanError as error:
        st.error(complaint(error))
    else:
        _done(
            t(
                "basis.saved",
                department=plain(_name(shown, change.department)),
                month=month_name(change.month),
            )
        )
