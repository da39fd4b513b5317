"""Parts of the budget page: the answer in words, lines, offices, departments."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from core.charts import budget as charts
from core.charts.theme import palette
from core.costing.budget.execution import judged, summed
from core.costing.budget.lines import COST, INCOME
from core.formats import MISSING, listed, money, months_name, number, signed
from core.words import language, t
from pages.shared import budget_case, reads
from pages.shared.budget_reads import WATCHED, Carried, carried
from pages.shared.budget_words import (
    TONES,
    coloured,
    figures,
    in_unit,
    line_name,
    percent,
    place_name,
    right,
    signed_money,
    signed_percent,
)
from pages.shared.costing_words import source_of
from pages.shared.kept import kept
from pages.shared.page import dark, download, table
from pages.shared.phrases import plain
from pages.shared.pictures import plain_spec
from pages.shared.scope import View, adopt, publish

DRAWN = 15
LINE = "budget_line"


@dataclass(frozen=True)
class Card:
    label: str
    value: str
    words: str


@dataclass(frozen=True)
class Worded:
    """The answer of a view in words."""

    headline: str
    span: str
    notes: tuple[str, ...]
    cards: tuple[Card, ...]


def worded(shown: View) -> Worded:
    """The answer in words."""
    return _worded(reads.judged_key(shown.scope), shown, language())


@kept(128)
def _worded(key: reads.Key, shown: View, in_language: str) -> Worded:
    found = carried(shown)
    return Worded(_headline(shown, found), _span(found), _notes(found), tuple(_cards(found)))


def _headline(shown: View, found: Carried) -> str:
    cost = found.whole.get("cost")
    if cost is None:
        return t("budget.headline.none", months=months_name(found.span.months))
    start = t(
        "budget.headline",
        months=months_name(_ends(found.span.year_cost)),
        rate=percent(cost["rate"]),
        pace=percent(cost["pace"]),
    )
    if not found.span.cost:
        return start + t("budget.headline.gap", months=months_name(_ends(found.span.months)))
    limit = f"{found.limits['cost'].watch_high - 100:g}%"
    months = months_name(_ends(found.span.cost))
    if found.over.empty:
        return start + t("budget.headline.within", months=months, limit=limit)
    first = found.over.iloc[0]
    return start + t(
        "budget.headline.over",
        months=months,
        limit=limit,
        count=found.over["department"].nunique(),
        department=plain(place_name(shown, first["department"])),
        line=line_name(first["line"]),
        amount=signed_money(float(first["over"])),
        share=signed_percent(first["over_pct"]),
    )


def _ends(months: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(dict.fromkeys((months[0], months[-1]))) if months else ()


def _span(found: Carried) -> str:
    span = found.span
    return t(
        "budget.span",
        months=months_name(_ends(span.months)),
        year=months_name(_ends(span.year_cost or span.year_income)),
    )


def _notes(found: Carried) -> tuple[str, ...]:
    """What the figures lack, each in one sentence."""
    span, notes = found.span, []
    if span.planned_cost and not span.complete("cost"):
        notes.append(
            t("budget.note.part", count=len(span.planned_cost), so_far=len(span.year_cost))
        )
    if span.left_out:
        notes.append(t("budget.note.left_out", months=listed(map(_month, span.left_out))))
    silent = int(found.rows["silent"].sum())
    if silent:
        notes.append(t("budget.note.silent", count=number(silent)))
    return tuple(notes)


def _month(month: int) -> str:
    return months_name((month,))


def _cards(found: Carried) -> list[Card]:
    cards = []
    cost, income = found.whole.get("cost"), found.whole.get("income")
    for row in filter(None, (cost, income)):
        words = t("budget.card.pace", pace=percent(row["pace"]), plan=money(row["year_plan"]))
        cards.append(Card(t(f"budget.card.{row['line']}"), percent(row["rate"]), words))
    if cost is None:
        return cards
    if found.span.cost:
        share = t("budget.card.of", share=signed_percent(cost["over_pct"]))
        words = f"{coloured(cost['state'])} {share}"
        cards.insert(1, Card(t("budget.card.over"), signed_money(float(cost["over"])), words))
    if not math.isnan(cost["forecast"]):
        more = signed_money(float(cost["forecast"] - cost["year_plan"]))
        words = t("budget.card.forecast.why", more=more)
        cards.append(Card(t("budget.card.forecast"), money(float(cost["forecast"])), words))
    return cards


def lines(shown: View, found: Carried) -> None:
    """Used of the year's budget beside the pace, line by line."""
    said, frame, spec = _lines(reads.judged_key(shown.scope), shown, language(), dark())
    if not said:
        st.write(t("budget.nothing"))
        return
    st.caption(plain(said))
    st.vega_lite_chart(spec, theme=None, alt=said)
    st.caption(t("budget.chart.key"))
    st.caption(source_of(shown, "%"))
    st.dataframe(frame, hide_index=True, height="content", column_config=right(frame, 1))
    download(frame, t("budget.tab.lines"))


@kept(64)
def _lines(
    key: reads.Key, shown: View, in_language: str, on_dark: bool
) -> tuple[str, pd.DataFrame, dict[str, Any]]:
    found = carried(shown)
    rows = found.lines
    drawn = rows[rows["rate"].notna() & rows["pace"].notna()]
    if drawn.empty:
        return "", pd.DataFrame(), {}
    costs = drawn[drawn["line"].isin(COST)]
    ahead = (costs if len(costs) else drawn).assign(gap=lambda r: r["rate"] - r["pace"])
    first = ahead.sort_values("gap").to_dict("records")[-1]
    points = pd.DataFrame(
        {
            "name": [line_name(line) for line in drawn["line"]],
            "rate": drawn["rate"].to_numpy(),
            "pace": drawn["pace"].to_numpy(),
            "text": [percent(one) for one in drawn["rate"]],
            "text_pace": [percent(one) for one in drawn["pace"]],
            "state": [TONES[state] for state in drawn["state"]],
        }
    )
    said = t(
        "budget.chart.lines",
        line=line_name(first["line"]),
        rate=percent(first["rate"]),
        pace=percent(first["pace"]),
        gap=signed(first["gap"]),
    )
    sums = pd.concat([judged(summed(rows, []), found.limits), rows], ignore_index=True)
    names = [line_name(line) for line in sums["line"]]
    frame = figures(sums, {t("budget.column.line"): names})
    return said, frame, plain_spec(charts.progress(points, palette(on_dark)))


def offices(shown: View, found: Carried) -> None:
    """Who answers for what, and how far each office's budget is used."""
    st.caption(t("budget.offices.why"))
    frame = _office_table(reads.judged_key(shown.scope), shown, language())
    table(frame, t("budget.tab.offices"), right(frame, 2))


@kept(64)
def _office_table(key: reads.Key, shown: View, in_language: str) -> pd.DataFrame:
    rows = carried(shown).offices
    first = {
        t("budget.column.office"): rows["office"].tolist(),
        t("budget.column.line"): [listed(map(line_name, codes)) for codes in rows["lines"]],
    }
    frame = figures(rows, first)
    frame[t("budget.column.over_rows")] = [
        number(count) if line == "cost" else MISSING
        for count, line in zip(rows["over_rows"], rows["line"], strict=True)
    ]
    return frame


def departments(shown: View, found: Carried) -> None:
    """Who strays how far on a line, or on all costs; a row opens its ledger."""
    choices = ["cost", *COST, *INCOME]
    first = found.over["line"].iloc[0] if len(found.over) else "cost"
    adopt("line", LINE, lambda text: text if text in choices else None)
    if LINE not in st.session_state:
        st.session_state[LINE] = first
    line = st.selectbox(
        t("budget.column.line"), choices, key=LINE, format_func=line_name, width=300
    )
    publish(line=line)
    said, rows, frame, spec = _departments(
        reads.judged_key(shown.scope), shown, line, language(), dark()
    )
    if rows.empty:
        st.write(t("budget.nothing"))
        return
    if said:
        st.caption(plain(said))
        st.vega_lite_chart(spec, theme=None, alt=said)
        st.caption(source_of(shown, "%"))
    st.caption(t("budget.choose"))
    event = st.dataframe(
        frame,
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        key=f"budget_departments_{line}",
        column_config=right(frame, 1),
    )
    budget_case.download_of(frame, line_name(line))
    chosen = event["selection"]["rows"]
    place = chosen[0] if chosen and chosen[0] < len(rows) else 0
    budget_case.case(shown, found, rows.iloc[place].to_dict(), WATCHED)


@kept(256)
def _departments(
    key: reads.Key, shown: View, line: str, in_language: str, on_dark: bool
) -> tuple[str, pd.DataFrame, pd.DataFrame, dict[str, Any]]:
    found = carried(shown)
    rows = found.rows
    if line == "cost":
        rows = judged(summed(rows[rows["line"].isin(COST)], ["department"]), found.limits)
    else:
        rows = rows[rows["line"] == line]
    worst_first = line in INCOME
    rows = rows.sort_values("over", ascending=worst_first, kind="stable", ignore_index=True)
    told = [place_name(shown, code) for code in rows["department"]]
    frame = figures(rows, {t("column.department"): told})
    drawn = rows.assign(name=told)[rows["over_pct"].notna()].head(DRAWN)
    if drawn.empty:
        return "", rows, frame, {}
    points = pd.DataFrame(
        {
            "name": drawn["name"].tolist(),
            "value": drawn["over_pct"].tolist(),
            "text": [in_unit(fen) for fen in drawn["over"]],
            "hint": [
                f"{in_unit(fen)} ({signed_percent(share)})"
                for fen, share in zip(drawn["over"], drawn["over_pct"], strict=True)
            ],
            "state": [TONES[state] for state in drawn["state"]],
        }
    )
    limit = found.limit(line).watch_high - 100
    limit = -limit if line in INCOME else limit
    said = t(
        "budget.chart.departments",
        count=len(points),
        line=line_name(line),
        department=points["name"].iloc[0],
        text=points["hint"].iloc[0],
    )
    return said, rows, frame, plain_spec(charts.deviations(points, limit, palette(on_dark)))
