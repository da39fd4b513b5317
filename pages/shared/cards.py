"""Headline cards: value, unit, sparkline, change; state by colour, shape and word."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Literal

import streamlit as st

from core.catalog.model import Catalog
from core.words import t
from pages.shared.phrases import (
    COLOURS,
    Row,
    bounds_text,
    name_of,
    reading_change,
    reading_text,
    state_word,
)


def cards(
    catalog: Catalog,
    codes: tuple[str, ...],
    rows: Mapping[str, Row],
    lines: Mapping[str, Mapping[int, float]],
    way: Callable[[str], dict[str, str]] | None = None,
) -> None:
    """A grid of cards in the order of `codes`; lines: values by month for the sparklines.

    way: the address at which the explore page shows who is behind a card that is not good.
    """
    with st.grid(4, min_column_width=205, gap="small"):
        for code in codes:
            with st.container(border=True, height="stretch", gap="xsmall"):
                card(catalog, rows[code], list(lines.get(code, {}).values()))
                if way is not None and rows[code]["state"] in ("bad", "watch"):
                    st.page_link(
                        "pages/analysis/explore.py",
                        label=t("explore.card"),
                        icon=":material/account_tree:",
                        query_params=way(code),
                    )


def card(catalog: Catalog, row: Row, line: list[float]) -> None:
    """One card: the number first, then its change, then what it is judged by."""
    indicator = catalog.indicators[row["indicator"]]
    change = None if math.isnan(row["change"]) else reading_change(row, indicator)
    st.metric(
        name_of(indicator),
        reading_text(row, indicator),
        change,
        delta_color=_delta_colour(row),
        delta_arrow=_arrow(row["change"]),
        chart_data=_without_gaps(line),
        chart_type="line",
        height="stretch",
    )
    target = bounds_text(row, indicator)
    judged = f":{COLOURS[row['state']]}[{state_word(row)}]"
    aim = f"  {t('card.target', target=target)}" if target else ""
    st.markdown(f":small[{judged}{aim}]")  # a caption would fade the colours below what reads well


def _arrow(change: float) -> Literal["up", "down", "off"]:
    """Said outright: a true minus sign is not read as one."""
    if math.isnan(change) or change == 0:
        return "off"
    return "up" if change > 0 else "down"


def _delta_colour(row: Row) -> Literal["blue", "red", "gray"]:
    """Blue for better, red for worse, grey where neither is good in itself."""
    if row["favourable"] == 0:
        return "gray"
    return "blue" if row["favourable"] > 0 else "red"


def _without_gaps(line: list[float]) -> list[float] | None:
    """The sparkline from its last gap on: a missing month is never drawn as zero."""
    kept: list[float] = []
    for value in line:
        kept = [] if math.isnan(value) else [*kept, value]
    return kept if len(kept) > 1 else None
