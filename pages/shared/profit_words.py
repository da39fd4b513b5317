"""Department profit in words: headline, causes, what is missing, the rows of the tables."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import pandas as pd

from core.costing import profit
from core.formats import MISSING, listed, money, month_name, months_name, number
from core.words import language, t
from pages.shared import costing_reads
from pages.shared.kept import kept
from pages.shared.phrases import plain
from pages.shared.profit_reads import Asked, Span, span
from pages.shared.scope import View

SHAPES = {"profit": "●", "loss": "■", "even": "▲", "unknown": "○"}
COLOURS = {"profit": "blue", "loss": "red", "even": "orange", "unknown": "gray"}
CARDS = ("income", "controllable", "allocated", "surplus")
Bar = tuple[str, str, float, float, str]
"""Name, kind, start, end in 分, text."""


@dataclass(frozen=True)
class Card:
    """label, value, change in words; whether more of it is better: 1, 0, −1."""

    label: str
    value: str
    change: str
    favourable: int
    state: str


@dataclass(frozen=True, eq=False)
class Told:
    """All that the page says of a span, in the session's language."""

    headline: str
    cause: str
    warning: str
    cards: tuple[Card, ...]
    bars: tuple[Bar, ...]
    reading: str
    table: pd.DataFrame
    codes: tuple[str, ...]
    """Departments of the table, row by row."""


def size() -> float:
    """分 in the unit of the tables: 万元, or CNY m."""
    return 1e6 if language() == "zh" else 1e8


def name(shown: View, code: str) -> str:
    return costing_reads.names(shown).departments.get(code, code)


def told(shown: View, asked: Asked) -> Told:
    """Everything that is said, made once for a view."""
    return _told(costing_reads.key(shown), shown, asked, language())


@kept(costing_reads.MONTHS)
def _told(key: tuple[Any, ...], shown: View, asked: Asked, in_language: str) -> Told:
    now, before = span(shown, asked), span(shown, asked, then=True)
    rows = now.rows
    one = shown.department if shown.department in rows.index else ""
    chosen = _one(rows, one) if one else rows.sum()
    causes = profit.causes(rows)
    states = profit.outcomes(rows)
    then = _comparable(before, one, now)
    table, codes = _table(shown, rows, states, (causes, before, now))
    return Told(
        headline=_headline_of(shown, now, one) if one else _headline(now, states),
        cause=_cause(shown, one, causes, rows, states),
        warning=_warning(rows, states, name(shown, one) if one else "", one),
        cards=_cards(chosen, then, states.get(one, "")),
        bars=bars(chosen),
        reading=_reading(chosen),
        table=table,
        codes=codes,
    )


def _one(rows: pd.DataFrame, code: str) -> pd.Series:
    """The row of a department."""
    return rows.T[code]


def _comparable(before: Span, one: str, now: Span) -> pd.Series | None:
    """What the span is held against; None where it has other months or not the department."""
    if before.rows.empty or len(before.months) != len(now.months):
        return None
    if one:
        return _one(before.rows, one) if one in before.rows.index else None
    return before.rows.sum()


def _headline(now: Span, states: pd.Series) -> str:
    rows = now.rows
    counts = states.value_counts()
    covered = ((rows["controllable"] > 0) & (rows["surplus"] < 0) & (states == "loss")).sum()
    text = t(
        "profit.headline",
        period=months_name(now.months),
        count=number(len(rows)),
        profit=number(int(counts.get("profit", 0))),
        loss=number(int(counts.get("loss", 0))),
        surplus=money(int(rows["surplus"].sum())),
        covered=number(int(covered)),
    )
    unknown = int(counts.get("unknown", 0))
    return text + (t("profit.headline.unknown", count=number(unknown)) if unknown else "")


def _headline_of(shown: View, now: Span, one: str) -> str:
    row = _one(now.rows, one)
    state = profit.outcomes(now.rows)[one]
    return t(
        "profit.headline.one",
        period=months_name(now.months),
        department=plain(name(shown, one)),
        state=t(f"profit.state.{state}"),
        surplus=money(int(row["surplus"])),
        controllable=money(int(row["controllable"])),
    )


def _cause(
    shown: View, one: str, causes: pd.DataFrame, rows: pd.DataFrame, states: pd.Series
) -> str:
    """The main cause of the department, or of the largest loss."""
    if not one:
        losing = rows.loc[states == "loss", "surplus"]
        if losing.empty:
            return ""
        one = str(losing.idxmin())
    row = _one(causes, one)
    surplus = money(int(_one(rows, one)["surplus"]))
    fields = {"department": plain(name(shown, one)), "surplus": surplus}
    if not row["cause"]:
        key = "profit.cause.usual" if states[one] != "loss" else "profit.cause.none"
        return t(key, **fields)
    return t(
        "profit.cause.more",
        **fields,
        step=t(f"profit.step.{row['cause']}"),
        share=f"{row['share']:.1%}",
        usual=f"{row['usual']:.1%}",
        excess=money(round(float(row["excess"]))),
    )


def _warning(rows: pd.DataFrame, states: pd.Series, named: str, one: str) -> str:
    """亏损≠应关科, with the money that would stay."""
    losing = rows[(states == "loss") & (rows["controllable"] > 0)]
    if one:
        losing = losing[losing.index == one]
    if losing.empty:
        return ""
    fields = {
        "controllable": money(int(losing["controllable"].sum())),
        "allocated": money(int(losing["allocated"].sum())),
    }
    if one:
        return t("profit.warning.one", department=plain(named), **fields)
    return t("profit.warning", count=number(len(losing)), **fields)


def _cards(chosen: pd.Series, then: pd.Series | None, state: str) -> tuple[Card, ...]:
    cards = []
    for key in CARDS:
        amount = int(chosen[key])
        change = "" if then is None else _change(amount - int(then[key]))
        better = {"income": 0, "allocated": 0}.get(key, 1)
        sign = 0 if then is None else (amount > int(then[key])) - (amount < int(then[key]))
        shown_state = ""
        if key == "surplus":
            shown_state = state or ("profit" if amount > 0 else "loss" if amount < 0 else "even")
        elif key == "controllable":
            shown_state = "covered" if amount > 0 else "uncovered"
        label = t(f"profit.step.{key}")
        cards.append(Card(label, money(amount), change, better * sign, shown_state))
    return tuple(cards)


def _change(fen: int) -> str:
    return ("+" if fen > 0 else "") + money(fen)


def bars(chosen: pd.Series) -> tuple[Bar, ...]:
    """The bridge of one row of `lines`, or of their sum."""
    down = [one for one in (*profit.LEVELS, *profit.SHARED) if one in chosen.index]
    steps = ["variable", "contribution", "own_fixed", "controllable", "uncontrollable", *down]
    at = float(chosen["income"])
    found: list[Bar] = [(t("profit.step.income"), "total", 0.0, at, money(at))]
    for step in steps:
        amount = float(chosen[step])
        if step in ("contribution", "controllable"):
            found.append((t(f"profit.step.{step}"), "total", 0.0, amount, money(amount)))
            continue
        found.append((t(f"profit.step.{step}"), "cost", at, at - amount, money(-amount)))
        at -= amount
    kind = "good" if at >= 0 else "bad"
    return (*found, (t("profit.step.surplus"), kind, 0.0, at, money(at)))


def _reading(chosen: pd.Series) -> str:
    """What to see in the bridge, in a sentence."""
    if chosen["income"] <= 0:
        return t("profit.reading.no_income", full=money(int(chosen["full"])))
    return t(
        "profit.reading",
        variable=per_hundred(chosen["variable"], chosen["income"]),
        controllable=per_hundred(chosen["controllable"], chosen["income"]),
        allocated=per_hundred(chosen["allocated"], chosen["income"]),
        surplus=per_hundred(chosen["surplus"], chosen["income"]),
    )


def per_hundred(part: float, whole: float) -> str:
    return number(part / whole * 100, 1) if whole > 0 else MISSING


def _table(
    shown: View,
    rows: pd.DataFrame,
    states: pd.Series,
    beside: tuple[pd.DataFrame, Span, Span],
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Departments, the largest loss first."""
    causes, before, now = beside
    order = rows["surplus"].sort_values(kind="stable").index
    rows, states, causes = rows.loc[order], states[order], causes.loc[order]
    then = before.rows["surplus"].reindex(order) if len(before.rows) else None
    if len(before.months) != len(now.months):
        then = None
    unit = t("costing.unit")
    table = pd.DataFrame(
        {
            t("column.department"): [name(shown, str(code)) for code in order],
            t("profit.column.state"): [
                f"{SHAPES[state]} {t(f'profit.state.{state}')}" for state in states
            ],
            **{
                t("profit.column.money", step=t(f"profit.step.{step}"), unit=unit): (
                    rows[step] / size()
                ).to_numpy()
                for step in ("income", "controllable", "allocated", "surplus")
            },
            t("profit.column.margin"): [
                _margin(*both) for both in zip(rows["surplus"], rows["income"], strict=True)
            ],
            t("profit.column.change", unit=unit): (
                [math.nan] * len(rows) if then is None else (rows["surplus"] - then) / size()
            ),
            t("profit.column.cause"): [
                t(f"profit.step.{cause}") if cause else MISSING for cause in causes["cause"]
            ],
        }
    )
    if then is None:
        table = table.drop(columns=t("profit.column.change", unit=unit))
    return table.reset_index(drop=True), tuple(str(code) for code in order)


def _margin(surplus: int, income: int) -> str:
    return f"{surplus / income:.1%}".replace("-", "−") if income > 0 else MISSING


def gaps(found: Span) -> str:
    """Months that are not in it, and why; '' when all are."""
    said = []
    if found.without:
        said.append(t("profit.gap.without", months=listed(map(month_name, found.without))))
    if found.refused:
        said.append(t("profit.gap.refused", months=listed(map(month_name, found.refused))))
    return " ".join(said)
