"""Where events happen: departments, stages and types by twos, small counts hidden."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from core.charts import incidents as charts
from core.charts.theme import palette
from core.control.incidents import risk
from core.control.incidents.hiding import LEAST, Shown
from core.control.incidents.risk import Picture
from core.formats import months_name, number
from core.words import language, t
from pages.shared import reads
from pages.shared.incident_reads import STAR, definitions, or_none, place_word, starred, word
from pages.shared.kept import kept
from pages.shared.page import dark, download
from pages.shared.phrases import plain, sourced
from pages.shared.pictures import plain_spec
from pages.shared.scope import View

FACES = ("type", "stage", "both")
Words = Callable[[str], str]


def heat(shown: View, found: Picture, own: tuple[str, ...]) -> None:
    st.subheader(t("incidents.heat"), anchor=False, divider="gray")
    face = st.segmented_control(
        t("incidents.face"),
        FACES,
        default="type",
        required=True,
        key="incident_face",
        format_func=lambda one: t(f"incidents.face.{one}"),
    )
    table, down = _face(shown, found, face or "type", own)
    names = reads.names(shown.scope)
    offered = definitions()
    along = offered.types if face == "type" else offered.stages
    row_word: Words = (
        (lambda code: word(offered.types, code))
        if face == "both"
        else (lambda code: place_word(names, code))
    )
    codes = [one.code for one in along if one.code in table.cells.columns]
    words: tuple[Words, Words] = (row_word, lambda code: word(along, code))
    _drawn(table, (down, codes), words, found)


def _drawn(
    table: Shown, of: tuple[list[str], list[str]], words: tuple[Words, Words], found: Picture
) -> None:
    """The picture, its sentence, and the file of every row."""
    down, codes = of
    say = t(
        "incidents.heat.say",
        hidden=table.hidden,
        cells=table.cells.size,
        least=LEAST,
        months=months_name(found.months),
    )
    st.caption(plain(say))
    cells = table.cells.to_dict("index")
    values = tuple(
        (words[0](row), words[1](code), or_none(cells[row][code]))
        for row in down[: risk.TOP]
        for code in codes
    )
    order = (
        tuple(words[0](row) for row in down[: risk.TOP]),
        tuple(words[1](code) for code in codes),
    )
    st.vega_lite_chart(_spec(values, order, language(), dark()), theme=None, alt=say)
    st.caption(sourced(t("incidents.unit.events"), t("incidents.source")))
    download(lambda: _table(table, down, codes, words), t("incidents.heat"))


def _face(shown: View, found: Picture, face: str, own: tuple[str, ...]) -> tuple[Shown, list[str]]:
    """The table and its rows in order: one's own, then by what may be told of their total."""
    table = {"type": found.by_type, "stage": found.by_stage, "both": found.types_by_stage}[face]
    totals = found.types if face == "both" else found.places
    known = totals.reindex(table.cells.index).fillna(0)
    order = [str(code) for code in known.sort_values(ascending=False, kind="stable").index]
    first = [code for code in (*own, shown.department) if code in order]
    return table, list(dict.fromkeys([*first, *order]))


@kept(32)
def _spec(
    values: tuple[tuple[Any, ...], ...],
    order: tuple[tuple[str, ...], tuple[str, ...]],
    lang: str,
    is_dark: bool,
) -> dict[str, Any]:
    rows = pd.DataFrame(list(values), columns=pd.Index(["row", "column", "count"]))
    rows["text"] = [STAR if pd.isna(one) else number(one) if one else "" for one in rows["count"]]
    return plain_spec(charts.heat(rows, list(order[0]), list(order[1]), palette(is_dark)))


def _table(
    table: Shown, down: list[str], codes: list[str], words: tuple[Words, Words]
) -> pd.DataFrame:
    """Every row with its total; stars where hidden, in the file as on the screen."""
    cells = table.cells.to_dict("index")
    lines = [
        [
            words[0](row),
            *(starred(float(cells[row][code])) for code in codes),
            starred(float(table.rows[row])),
        ]
        for row in down
    ]
    lines.append(
        [
            t("incidents.all"),
            *(starred(float(table.columns[code])) for code in codes),
            number(table.total),
        ]
    )
    titles = ["", *(words[1](code) for code in codes), t("incidents.all")]
    return pd.DataFrame(lines, columns=pd.Index(titles))
