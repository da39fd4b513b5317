"""Plans side by side: which can be compared, their order, and what it rests on."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

import pandas as pd
import streamlit as st

from core.charts.planning import order_chart
from core.charts.theme import palette
from core.formats import listed, money, number
from core.planning.ranking import FEWEST_PLANS
from core.planning.reviews.comparing import BUDGET, Compared, Option, compared
from core.words import language, pick, t
from pages.shared import plan_reads, review_reads
from pages.shared.kept import kept
from pages.shared.page import dark, table
from pages.shared.phrases import plain, sourced
from pages.shared.pictures import plain_spec
from pages.shared.scope import View

SHARE = 20
"""Per cent of all weight that the budget takes unless changed (assumption)."""


def options(shown: View) -> tuple[list[Option], list[str]]:
    """Plans with a released round and a budget; names of the others."""
    rounds, found, rest = review_reads.rounds(shown), [], []
    for plan in plan_reads.plans(shown):
        own = [one for one in rounds if one.plan_id == plan.id]
        results = [(one, told) for one in own if (told := review_reads.result_of(shown, one))]
        if not results or plan.budget_fen is None:
            rest.append(plan.name)
            continue
        last, result = results[0]
        points = result.by_criterion(plan_reads.rubric())
        money_of = plan.budget_fen
        found.append(Option(plan.id, plan.name, points, money_of, result.score, last.form))
    return found, rest


def lacking(names: list[str]) -> None:
    """Which plans cannot be compared, and why."""
    if names:
        st.caption(plain(t("comparison.lacking", names=listed(names))))


def choose(every: list[Option]) -> list[Option]:
    """Which of them; at first those that were judged by the form that most were."""
    names = {one.plan_id: one.name for one in every}
    forms = Counter(one.form for one in every)
    usual = [one.plan_id for one in every if one.form == forms.most_common(1)[0][0]]
    chosen = st.multiselect(
        t("comparison.choose"),
        list(names),
        default=usual if len(usual) > 1 else list(names),
        format_func=lambda number_of_plan: names[number_of_plan],
        key="comparison_plans",
        placeholder=t("goals.break.choose"),
    )
    return [one for one in every if one.plan_id in chosen]


def budget_share() -> float:
    """Part of all weight that the budget takes, 0-1."""
    told = st.slider(t("comparison.share"), 0, 60, SHARE, step=5, key="comparison_share")
    return told / 100


def answer(shown: View, chosen: list[Option], share: float) -> None:
    """Which comes first, the picture, the table, the weights."""
    found = compared(chosen, plan_reads.rubric().weights, share)
    lines = _lines(found)
    if math.isnan(found.order.closeness[0]):
        st.subheader(t("comparison.alike"), anchor=False)
    else:
        first = min(zip(found.order.rank, found.options, strict=True), key=lambda one: one[0])[1]
        near = number(float(found.order.closeness.max()), 3)
        told = t("comparison.headline", plan=plain(first.name), near=near)
        st.subheader(told, anchor=False)
        pairs = zip(found.options, found.order.closeness.tolist(), strict=True)
        bars = tuple((one.name, near, one is first) for one, near in pairs)
        st.vega_lite_chart(_drawn(bars, language(), dark()), alt=told)
        st.caption(sourced(t("comparison.unit"), t("comparison.source", count=len(chosen))))
    table(lines, t("comparison.table"))
    _weights(found)


@kept(16)
def _drawn(
    bars: tuple[tuple[str, float, bool], ...], in_language: str, in_dark: bool
) -> dict[str, Any]:
    rows = pd.DataFrame(bars, columns=pd.Index(["name", "value", "first"]))
    rows["text"] = [number(value, 3) for value in rows["value"]]
    rows = rows.sort_values("value", ascending=False)
    return plain_spec(order_chart(rows, palette(in_dark)))


def _column(code: str) -> str:
    if code == BUDGET:
        return t("comparison.column.budget")
    one = plan_reads.rubric().criteria[code]
    return pick(one.name.zh, one.name.en)


def _lines(found: Compared) -> pd.DataFrame:
    rows = []
    told = zip(found.options, found.order.rank, found.order.closeness, strict=True)
    for one, rank, near in told:
        row = {
            t("comparison.column.rank"): number(float(rank)),
            t("comparison.column.plan"): one.name,
            t("comparison.column.near"): number(float(near), 3),
            t("comparison.column.score"): number(one.score, 1),
        }
        row |= {_column(code): number(one.points[code], 1) for code in found.columns[:-1]}
        row[t("comparison.column.budget")] = money(one.budget_fen)
        rows.append(row)
    return pd.DataFrame(rows).sort_values(t("comparison.column.rank"))


def _weights(found: Compared) -> None:
    """The weights used, beside those of entropy where there are enough plans for a reference."""
    with st.expander(t("comparison.weights"), icon=":material/balance:"):
        reference = found.entropy.referable
        lines = [
            {
                t("comparison.column.criterion"): _column(code),
                t("comparison.column.weight"): number(found.weights[code] * 100, 1),
                t("comparison.column.entropy"): number(float(entropy) * 100, 1)
                if reference
                else "—",
            }
            for code, entropy in zip(found.columns, found.entropy.weights, strict=True)
        ]
        table(pd.DataFrame(lines), t("comparison.weights"))
        said = "comparison.entropy" if reference else "comparison.entropy.few"
        st.caption(t(said, fewest=FEWEST_PLANS))
