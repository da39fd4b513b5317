"""The words of the budget page: lines, states, amounts, and the table of judged rows."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from core.costing.budget.lines import LINES
from core.formats import MISSING, money, number, signed
from core.words import language, pick, t
from pages.shared import reads
from pages.shared.phrases import COLOURS, SHAPES
from pages.shared.scope import View
from pages.shared.session import catalog

TONES = {
    **{"over": "bad", "unplanned": "bad", "short": "bad"},
    **{"above": "watch", "slow": "watch", "below": "watch", "within": "good", "none": "none"},
}
_MEASURES = {plan.removeprefix("budget_"): done for plan, done in LINES.items()}


def line_name(line: str) -> str:
    """A line by the name of what stands against it; cost and income are the sums."""
    if line in ("cost", "income"):
        return t(f"budget.line.{line}")
    name = catalog().measures[_MEASURES[line]].name
    return pick(name.zh, name.en)


def place_name(shown: View, department: str) -> str:
    """A department by name, by its code where it has none."""
    return reads.names(shown.scope).get(department) or department


def state_word(state: str) -> str:
    """■ 超过预警线."""
    return f"{SHAPES[TONES[state]]} {t(f'budget.state.{state}')}"


def coloured(state: str) -> str:
    """The same in its colour."""
    return f":{COLOURS[TONES[state]]}[{state_word(state)}]"


def percent(value: float) -> str:
    """86.6%; — when missing."""
    shown = number(value, 1)
    return shown if shown == MISSING else f"{shown}%"


def signed_percent(value: float) -> str:
    """+17.0%; — when missing."""
    shown = signed(value)
    return shown if shown == MISSING else f"{shown}%"


def signed_money(fen: float) -> str:
    """+109.9 万元, CNY +1.1 m."""
    shown = money(fen)
    if fen <= 0:
        return shown
    return f"+{shown}" if language() == "zh" else shown.replace("CNY ", "CNY +", 1)


def in_unit(fen: float) -> str:
    """A change in the one unit of the page's columns: +109.9 万元."""
    name, size = unit()
    shown = signed(fen / size, 1 if language() == "zh" else 2)
    return f"{shown} {name}" if language() == "zh" else f"CNY {shown} m"


def unit() -> tuple[str, float]:
    """The unit of a column of money and its size in 分."""
    return t("costing.unit"), 1e6 if language() == "zh" else 1e8


def figures(rows: pd.DataFrame, first: dict[str, list[str]]) -> pd.DataFrame:
    """The table of judged rows under the names of the page, money in one unit."""
    name, size = unit()
    digits = 1 if language() == "zh" else 2
    columns: dict[str, Any] = dict(first)
    for column in ("plan", "done", "over"):
        shown = signed if column == "over" else number
        label = t("budget.in", column=t(f"budget.column.{column}"), unit=name)
        columns[label] = [shown(fen / size, digits) for fen in rows[column]]
    columns[t("budget.column.over_pct")] = [signed_percent(one) for one in rows["over_pct"]]
    columns[t("column.state")] = [state_word(state) for state in rows["state"]]
    label = t("budget.in", column=t("budget.column.year_plan"), unit=name)
    columns[label] = [number(fen / size, digits) for fen in rows["year_plan"]]
    for column in ("rate", "pace"):
        columns[t(f"budget.column.{column}")] = [percent(one) for one in rows[column]]
    label = t("budget.in", column=t("budget.column.forecast"), unit=name)
    columns[label] = [number(fen / size, digits) for fen in rows["forecast"]]
    return pd.DataFrame(columns)


def right(frame: pd.DataFrame, words: int) -> dict[str, Any]:
    """Figures stand right; the first `words` columns and the state do not."""
    names = [name for name in frame.columns[words:] if name != t("column.state")]
    return {name: st.column_config.TextColumn(alignment="right") for name in names}
