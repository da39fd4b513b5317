"""The flexible budget on the page: what volume explains of a deviation, what use and price do."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from core.costing.budget.flexible import AUTO, Asked
from core.formats import MISSING, money, number, signed
from core.words import language, pick, t
from pages.shared import reads
from pages.shared.budget_reads import Carried, definitions, flexible
from pages.shared.budget_words import line_name, percent, right, signed_money, unit
from pages.shared.kept import kept
from pages.shared.page import table
from pages.shared.phrases import plain
from pages.shared.scope import View, adopt, publish

VOLUME, GROWTH = "budget_volume", "budget_growth"
AMOUNTS = ("plan", "flexible", "done", "by_volume", "by_use", "over")
CHANGES = ("by_volume", "by_use", "over")


def draw(shown: View, found: Carried) -> None:
    """Choices, the answer, and the table by department with the reason of what stays static."""
    asked = _asked()
    rows = flexible(shown, asked)
    if rows.empty:
        st.write(t("budget.nothing"))
        return
    said, frame, still = _told(reads.judged_key(shown.scope), shown, asked, language())
    st.markdown(f"**{said}**")
    with st.grid(3, min_column_width=205, gap="small"):
        for name in CHANGES:
            with st.container(border=True, height="stretch", gap="xsmall"):
                st.metric(t(f"budget.flexible.{name}"), signed_money(float(rows[name].sum())))
                st.markdown(f":small[{t(f'budget.flexible.{name}.why')}]")
    if still:
        st.caption(plain(still))
    table(frame, t("budget.tab.flexible"), right(frame, 2))
    more = st.expander(t("budget.flexible.behaviour"), on_change="rerun", key="budget_behaviour")
    if more.open:
        with more:
            st.caption(t("budget.flexible.formula"))
            st.dataframe(_behaviour(), hide_index=True)


def _asked() -> Asked:
    volumes = {one.code: pick(one.name.zh, one.name.en) for one in definitions().volumes}
    choices = [AUTO, *volumes]
    adopt("volume", VOLUME, lambda text: text if text in choices else None)
    adopt("growth", GROWTH, _growth)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        volume = st.selectbox(
            t("budget.flexible.volume"),
            choices,
            key=VOLUME,
            format_func=lambda code: volumes.get(code) or t("budget.flexible.auto"),
            width=300,
            help=_auto(volumes),
        )
        usual = definitions().planned_growth_pct
        st.session_state.setdefault(GROWTH, usual)
        growth = st.number_input(
            t("budget.flexible.growth"),
            -50.0,
            100.0,
            step=0.5,
            format="%.1f",
            key=GROWTH,
            width=300,
            help=t("budget.flexible.growth.help"),
        )
    publish(
        volume="" if volume == AUTO else volume, growth="" if growth == usual else f"{growth:g}"
    )
    return Asked(volume, float(growth))


def _auto(volumes: dict[str, str]) -> str:
    """Which volume each category takes."""
    told = [
        t(
            "budget.flexible.takes",
            category=t(f"category.{category}"),
            volumes=" → ".join(volumes[code] for code in codes) or t("budget.flexible.static"),
        )
        for category, codes in definitions().categories.items()
    ]
    return "  \n".join(told)


def _growth(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if -50 <= value <= 100 else None


@kept(64)
def _told(
    key: reads.Key, shown: View, asked: Asked, in_language: str
) -> tuple[str, pd.DataFrame, str]:
    rows = flexible(shown, asked)
    sums = rows.groupby("department", sort=False)[list(AMOUNTS)].sum()
    first = rows.drop_duplicates("department").set_index("department")
    sums = sums.join(first[["volume", "planned", "actual", "reason"]])
    sums = sums.sort_values("over", ascending=False, kind="stable")
    whole = sums[list(AMOUNTS)].sum()
    said = t(
        "budget.flexible.said",
        plan=money(float(whole["plan"])),
        flexible=money(float(whole["flexible"])),
        done=money(float(whole["done"])),
    )
    still = sums[sums["reason"] != ""]
    told = ""
    if len(still):
        share = percent(float(still["plan"].sum()) / whole["plan"] * 100 if whole["plan"] else 0.0)
        told = t("budget.flexible.still", count=len(still), share=share)
    return said, _frame(shown, sums), told


def _frame(shown: View, sums: pd.DataFrame) -> pd.DataFrame:
    names = reads.names(shown.scope)
    volumes = {one.code: pick(one.name.zh, one.name.en) for one in definitions().volumes}
    name, size = unit()
    digits = 1 if language() == "zh" else 2
    columns: dict[str, Any] = {
        t("column.department"): [names.get(str(code), str(code)) for code in sums.index]
    }
    columns[t("budget.flexible.by")] = [
        t(f"budget.flexible.reason.{reason}") if reason else volumes[volume]
        for volume, reason in zip(sums["volume"], sums["reason"], strict=True)
    ]
    moved = (sums["actual"] / sums["planned"] - 1) * 100
    columns[t("budget.flexible.moved")] = [
        MISSING if reason else f"{signed(share)}%"
        for share, reason in zip(moved, sums["reason"], strict=True)
    ]
    for column in AMOUNTS:
        shown_as = signed if column in CHANGES else number
        label = t("budget.in", column=t(f"budget.flexible.{column}"), unit=name)
        columns[label] = [shown_as(fen / size, digits) for fen in sums[column]]
    return pd.DataFrame(columns)


def _behaviour() -> pd.DataFrame:
    """How each line follows volume, and whose word that is."""
    rows = [line for line in definitions().lines if not line.code.startswith("income_")]
    return pd.DataFrame(
        {
            t("budget.column.line"): [line_name(line.code) for line in rows],
            t("budget.flexible.kind"): [t(f"budget.behaviour.{line.behaviour}") for line in rows],
            t("budget.flexible.share"): [percent(line.variable_share * 100) for line in rows],
            t("budget.flexible.source"): [pick(line.source.zh, line.source.en) for line in rows],
            t("budget.flexible.source_kind"): [
                t(f"catalog.target_kind.{line.source_kind}") for line in rows
            ],
        }
    )
