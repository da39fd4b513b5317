"""科室月度考核汇总表 and the weights: both with their versions and reasons."""

from __future__ import annotations

import json
import math
from typing import Any

import pandas as pd
import streamlit as st

from core.control.scorecard.records import LONGEST_REASON, save_weights
from core.control.scorecard.rules import ASSESSMENT, ELEMENTS, PARTS, SCORECARD, weights_of
from core.formats import MISSING, listed, moment_text, month_name, number, signed
from core.words import t
from pages.shared import reads
from pages.shared import scorecard_reads as own
from pages.shared.page import problems, table
from pages.shared.phrases import plain
from pages.shared.scope import View
from pages.shared.scorecard_parts import domain_name
from pages.shared.session import actor, store

PAGE = "control_scorecard"
_TOLD = "scorecard_told"


def assessment(shown: View) -> None:
    """The month's summary by department, with the coefficient and what is missing."""
    rows = own.assessed(shown)
    if shown.department:
        rows = rows[rows["department"] == shown.department]
    if rows.empty:
        st.info(t("scorecard.none"), icon=":material/inbox:")
        return
    given = own.rules(shown).assessment
    weighed = listed(
        t(
            "scorecard.assessment.weight",
            name=t(f"scorecard.element.{name}"),
            weight=f"{getattr(given, name):g}",
        )
        for name in ELEMENTS
    )
    st.caption(
        plain(
            t(
                "scorecard.assessment.how",
                month=month_name(shown.month),
                weights=weighed,
                base=f"{given.base:g}",
                step=f"{given.step:g}",
                low=f"{given.low:g}",
                high=f"{given.high:g}",
            )
        )
    )
    names = reads.names(shown.scope)
    lines = [_line(row, names) for row in rows.to_dict("records")]
    columns = (
        *("department", "quality", "closing", "saving", "satisfaction"),
        *("score_all", "coefficient", "missing"),
    )
    told = pd.DataFrame(
        lines, columns=pd.Index([t(f"scorecard.column.{name}") for name in columns])
    )
    table(told, t("scorecard.assessment"))


def _line(row: dict[Any, Any], names: dict[str, str]) -> tuple[Any, ...]:
    missing = [t(f"scorecard.element.{name}") for name in ELEMENTS if math.isnan(row[name])]
    return (
        names.get(row["department"], row["department"]),
        _number(row["quality"], 1),
        MISSING if math.isnan(row["closing"]) else f"{number(row['closing'], 1)}%",
        MISSING if math.isnan(row["saving_pct"]) else f"{signed(row['saving_pct'], 1)}%",
        _number(row["satisfaction"], 1),
        _number(row["score"], 1),
        _number(row["coefficient"], 2),
        listed(missing) if missing else "",
    )


def _number(value: float, decimals: int) -> str:
    return MISSING if math.isnan(value) else number(value, decimals)


def weights(shown: View) -> None:
    """Every weight, editable with a reason; the versions that there were."""
    told = st.session_state.pop(_TOLD, None)
    if told:
        st.success(plain(told), icon=":material/check_circle:")
    kind = st.segmented_control(
        t("scorecard.weights.of"),
        (SCORECARD, ASSESSMENT),
        key="scorecard_kind",
        default=SCORECARD,
        required=True,
        format_func=lambda one: t(f"scorecard.weights.{one}"),
        persist_state="session",
    )
    _form(shown, kind or SCORECARD)
    _versions(shown)


def _name(shown: View, name: str) -> str:
    first, _, second = name.partition(".")
    if first == "domain":
        return domain_name(shown, second)
    if second in PARTS:
        return t(f"scorecard.part.{second}")
    return t(f"scorecard.element.{name}")


def _form(shown: View, kind: str) -> None:
    numbers, seen = weights_of(own.rules(shown), kind), own.version(shown, kind)
    st.caption(t("scorecard.weights.how"))
    with st.form(f"scorecard_weights_{kind}", border=True):
        typed: dict[str, float] = {}
        with st.grid(4, min_column_width=150, gap="small"):
            for name, value in numbers.items():
                typed[name] = st.number_input(
                    plain(_name(shown, name)),
                    value=value,
                    step=0.01 if name in ("step", "low", "high") else 1.0,
                    format="%.2f" if name in ("step", "low", "high") else "%g",
                    key=f"scorecard_weight_{kind}_{name}_{seen}",
                )
        reason = st.text_input(
            t("scorecard.weights.reason"),
            max_chars=LONGEST_REASON,
            key=f"scorecard_reason_{kind}_{seen}",
        )
        done = st.form_submit_button(t("scorecard.weights.save"), icon=":material/save:")
    if done:
        with problems():
            change = (own.rules(shown), typed, reason or "", seen)
            version = save_weights(store(), actor(PAGE), shown.hospital_id, kind, change)
            st.session_state[_TOLD] = t("scorecard.weights.saved", version=version)
            st.rerun()


def _versions(shown: View) -> None:
    rows = own.versions(shown)
    if rows.empty:
        st.caption(t("scorecard.weights.shipped"))
        return
    lines = [
        (
            t(f"scorecard.weights.{row['kind']}"),
            t("inspections.template.version", version=row["number"]),
            row["reason"],
            listed(
                f"{_name(shown, name)} {value:g}"
                for name, value in json.loads(row["content"]).items()
            ),
            row["who"],
            moment_text(row["at"]),
        )
        for row in rows.to_dict("records")
    ]
    columns = ("of", "version", "reason", "numbers", "who", "at")
    told = pd.DataFrame(
        lines, columns=pd.Index([t(f"scorecard.column.{name}") for name in columns])
    )
    table(told, t("scorecard.weights.versions"))
