"""One department among the others of its category: context in grey."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from core.catalog.model import Indicator
from core.charts.overview import ranked_bars
from core.charts.theme import palette
from core.words import language, t
from pages.shared import reads
from pages.shared.kept import kept
from pages.shared.page import dark, download
from pages.shared.phrases import Row, name_of, reading_text, source_line
from pages.shared.pictures import plain_spec
from pages.shared.scope import View
from pages.shared.session import catalog

MOST = 12
"""At most so many neighbours are drawn."""


def peers_picture(shown: View, board: reads.Board, code: str) -> None:
    """Where the view's department stands; its nearest neighbours as bars."""
    rows = reads.departments(shown.scope)
    category = dict(zip(rows["department"], rows["category"], strict=True))
    own = category[shown.department]
    peers = [
        row
        for where, readings in board.places.items()
        if where
        and category.get(where) == own
        and (row := readings.get(code))
        and not math.isnan(row["value"])
    ]
    peers.sort(key=lambda row: -row["value"])
    if not peers:
        st.write(t("department.nothing"))
        return
    codes = [row["department"] for row in peers]
    place = codes.index(shown.department) + 1 if shown.department in codes else 0
    start = max(0, min(place - MOST // 2, len(peers) - MOST))
    names, indicator = reads.names(shown.scope), catalog().indicators[code]
    bars = tuple(
        (
            names[row["department"]],
            row["value"],
            reading_text(row, indicator),
            row["department"] == shown.department,
        )
        for row in peers[start : start + MOST]
    )
    sentence = t("department.place", place=place or "—", count=len(peers))
    st.caption(sentence + t("department.no_league"))
    st.vega_lite_chart(_bars(bars, language(), dark()), theme=None, alt=sentence)
    st.caption(source_line([indicator], shown.comparison.now))
    download(lambda: _table(peers, names, indicator), t("department.peers"))


def _table(peers: Sequence[Row], names: dict[str, str], indicator: Indicator) -> pd.DataFrame:
    """All of the category, as a table."""
    return pd.DataFrame(
        {
            t("column.department"): [names[row["department"]] for row in peers],
            name_of(indicator): [reading_text(row, indicator) for row in peers],
        }
    )


@kept(256)
def _bars(
    rows: tuple[tuple[str, float, str, bool], ...], in_language: str, on_dark: bool
) -> dict[str, Any]:
    bars = pd.DataFrame(rows, columns=pd.Index(["name", "value", "text", "subject"]))
    return plain_spec(ranked_bars(bars, "", palette(on_dark)))
