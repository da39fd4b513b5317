"""One action in full: what, who, until when; what to do now; evidence, effect, history."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from core.control.actions.evidence import KINDS
from core.control.actions.model import CLOSED
from core.control.actions.reads.records import file_content
from core.control.actions.records import conclude
from core.formats import moment_text, number
from core.words import t
from pages.shared import action_effect, action_moves, action_reads, reads
from pages.shared.action_reads import Row
from pages.shared.action_words import PAGE, badge, due_text, people_text, state_word, way_back
from pages.shared.files import file_button
from pages.shared.page import download, problems
from pages.shared.phrases import name_of, plain
from pages.shared.scope import View
from pages.shared.session import actor, catalog, store, today

_KILO = 1000


def draw(shown: View, row: Row) -> None:
    """The action of this row of ACTIONS."""
    _head(shown, row)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        action_moves.panel(shown, row)
    with right:
        _evidence(shown, row)
    if row["indicator"]:
        _effect(shown, row)
    _history(shown, row)


def _head(shown: View, row: Row) -> None:
    st.page_link(
        PAGE,
        label=t("actions.back"),
        icon=":material/arrow_back:",
        query_params=shown.codes | {"action": ""},
    )
    st.subheader(f"A{row['id']:04d} {plain(row['title'])}", anchor=False)
    names = reads.names(shown.scope)
    where = names.get(row["department"], t("scope.whole"))
    small = " · ".join(
        (
            where,
            t(f"actions.severity.{row['severity']}"),
            due_text(row, today()),
            people_text(row),
        )
    )
    st.markdown(f"{badge(row, today())}  \n:small[:gray[{plain(small)}]]")
    st.markdown(f"**{t('actions.problem')}** {plain(row['problem'])}")
    if row["expected"]:
        st.markdown(f"**{t('actions.expected')}** {plain(row['expected'])}")
    if row["indicator"] in catalog().indicators:
        aim = t(
            "actions.aims",
            indicator=name_of(catalog().indicators[row["indicator"]]),
            periods=row["periods"],
        )
        st.markdown(f"**{t('actions.indicator')}** {plain(aim)}")
    back = way_back(shown, row)
    kind = t(f"actions.origin.{row['origin_kind']}")
    if back is None:
        st.caption(t("actions.from", kind=kind))
    else:
        label = t("actions.from.look", kind=kind)
        st.page_link(back[0], label=label, icon=":material/query_stats:", query_params=back[1])


def _evidence(shown: View, row: Row) -> None:
    """Files, each handed out under our name."""
    st.subheader(t("actions.evidence"), anchor=False)
    files = action_reads.files(shown, row["id"])
    if not files:
        st.caption(t("actions.evidence.none"))
    for file in files:
        file_button(
            f"{file['name']} · {number(file['bytes'] / _KILO, 1)} KB",
            lambda file=file: file_content(store(), shown.scope, row["id"], file["id"]),
            file["name"],
            mime=KINDS[file["kind"]],
            key=f"actions_file_{file['id']}",
            icon=":material/attach_file:",
        )
        st.caption(plain(f"{file['who']} {moment_text(file['at'])}"))


def _effect(shown: View, row: Row) -> None:
    st.subheader(t("actions.worked"), anchor=False)
    if row["state"] != CLOSED:
        st.caption(t("actions.effect.after_closing", periods=row["periods"]))
        return
    effect = action_effect.effect_of(shown, row)
    if effect is None:
        st.caption(t("actions.effect.no_figures"))
        return
    action_effect.picture(shown, row, effect)
    conclusion(shown, row, effect)
    with st.expander(t("actions.effect.how"), icon=":material/functions:"):
        st.markdown(t("actions.effect.how.text"))


def conclusion(shown: View, row: Row, effect: action_effect.Effect) -> None:
    """What was concluded, and the button that writes down what the signal says now."""
    if row["effect"]:
        st.caption(t("actions.effect.was", verdict=t(f"actions.effect.{row['effect']}")))
    if effect.judged.waiting or row["effect_month"] == effect.judged.last:
        return
    if st.button(
        t("actions.effect.conclude"),
        icon=":material/gavel:",
        key=f"actions_conclude_{row['id']}",
        help=t("actions.effect.conclude.help"),
    ):
        with problems():
            seen = (int(row["id"]), int(row["version"]))
            who = actor(action_moves.PAGE)
            conclude(store(), who, shown.hospital_id, seen, effect.judged)
            st.rerun()


def _history(shown: View, row: Row) -> None:
    """Every step, the newest first."""
    st.subheader(t("actions.history"), anchor=False)
    steps = action_reads.steps(shown, row["id"])
    lines = []
    for step in reversed(steps):
        head = f"**{plain(moment_text(step['at']))} {plain(step['who'])}** {_step(step)}"
        small = action_moves.changes_text(step)
        text = plain(step["text"]).replace("\n", "  \n")
        parts = [head, text, f":small[:gray[{plain(small)}]]" if small else ""]
        lines.append("  \n".join(part for part in parts if part))
    st.markdown("\n\n".join(lines))
    download(lambda: _table(steps), f"{t('actions.history')} A{row['id']:04d}")


def _step(step: Row) -> str:
    return f"{t('actions.step.' + step['move'])} → {state_word(step['state'])}"


def _table(steps: tuple[Row, ...]) -> pd.DataFrame:
    columns: dict[str, list[Any]] = {
        t("actions.column.number"): [step["number"] for step in steps],
        t("actions.column.at"): [moment_text(step["at"]) for step in steps],
        t("actions.column.who"): [step["who"] for step in steps],
        t("actions.column.step"): [t(f"actions.step.{step['move']}") for step in steps],
        t("actions.column.state"): [t(f"actions.state.{step['state']}") for step in steps],
        t("actions.column.text"): [step["text"] for step in steps],
        t("actions.column.changed"): [action_moves.changes_text(step) for step in steps],
    }
    return pd.DataFrame(columns)
