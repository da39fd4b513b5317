"""All examinations beside each other: price, what one takes, what stays, where it breaks even."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import streamlit as st

from core.costing.cvp import outcome
from core.words import language, t
from pages.shared import breakeven_reads, costing_reads
from pages.shared.kept import kept
from pages.shared.page import table
from pages.shared.scope import View

WAN = 1e6
"""分 in 万元."""
YUAN = ("price", "variable")


def every(shown: View) -> None:
    """The table of the view's examinations, the narrowest margin of safety first."""
    st.subheader(t("breakeven.items"), anchor=False)
    rows = _lines(costing_reads.key(shown), shown, language())
    forms = dict.fromkeys(YUAN, "%,.2f") | {"fixed": "%,.1f", "profit": "%,.1f"}
    forms |= {"volume": "%,d", "even": "%,d", "safety": "%.1f%%"}
    columns: dict[str, Any] = {
        t(f"breakeven.items.{name}"): st.column_config.NumberColumn(format=form)
        for name, form in forms.items()
    }
    table(rows, t("breakeven.items"), columns)
    st.caption(t("breakeven.items.note"))


@kept(16)
def _lines(key: costing_reads.Key, shown: View, in_language: str) -> pd.DataFrame:
    lines = []
    for item in breakeven_reads.items(shown).values():
        found = outcome(item.figures)
        why = t(f"breakeven.reason.{found.reason}") if found.reason else ""
        lines.append(
            {
                t("breakeven.kind.item"): item.name,
                t("breakeven.items.volume"): found.volume,
                t("breakeven.items.price"): found.price / 100,
                t("breakeven.items.variable"): found.variable / 100,
                t("breakeven.items.fixed"): found.fixed / WAN,
                t("breakeven.items.even"): found.break_even,
                t("breakeven.items.safety"): found.safety * 100,
                t("breakeven.items.profit"): found.profit / WAN,
                t("column.state"): why or _state(found.safety),
            }
        )
    order = t("breakeven.items.safety")
    return pd.DataFrame(lines).sort_values(order, na_position="first", ignore_index=True)


def _state(safety: float) -> str:
    if math.isnan(safety):
        return ""
    above = safety >= 0
    return f"● {t('breakeven.items.above')}" if above else f"■ {t('breakeven.items.below')}"
