"""Where events happen: departments, stages and types, small counts hidden.

Two of the three as a table, of all or of one of the third.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from core.charts import incidents as charts
from core.charts.theme import palette
from core.control.incidents import risk
from core.control.incidents.hiding import LEAST, Shown
from core.control.incidents.risk import Picture
from core.formats import months_name, number
from core.words import language, pick, t
from pages.shared import reads
from pages.shared.incident_reads import STAR, definitions, or_none, place_word, starred, word
from pages.shared.kept import kept
from pages.shared.page import dark, download
from pages.shared.phrases import plain, sourced
from pages.shared.pictures import plain_spec
from pages.shared.reads import Key
from pages.shared.scope import View

FACES = ("type", "stage", "both")


def heat(shown: View, found: Picture, own: tuple[str, ...]) -> None:
    st.subheader(t("incidents.heat"), anchor=False, divider="gray")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        face = st.segmented_control(
            t("incidents.face"),
            FACES,
            default="type",
            required=True,
            key="incident_face",
            format_func=lambda one: t(f"incidents.face.{one}"),
        )
        face = face or "type"
        only = _only(shown, found, face, own)
    laid = _laid((found, reads.facts_key(shown.scope)), shown, (face, only), own, language())
    least = {"least": LEAST, "hidden": laid.table.hidden, "cells": laid.table.cells.size}
    say = t("incidents.heat.say", months=months_name(found.months), **least)
    if only:
        name = _third(face, only, reads.names(shown.scope))
        about = t("incidents.heat.only", name=name, count=starred(laid.table.total))
        say = pick("", " ").join((about, say))
    st.caption(plain(say))
    st.vega_lite_chart(_spec(laid.values, laid.order, language(), dark()), theme=None, alt=say)
    st.caption(sourced(t("incidents.unit.events"), t("incidents.source")))
    download(lambda: _table(laid), t("incidents.heat"))


def _only(shown: View, found: Picture, face: str, own: tuple[str, ...]) -> str:
    """One of what the face leaves out; '' is all of it. Own departments first."""
    line = (found.places, found.stages, found.types)[risk.THIRD[face]]
    order = line.fillna(0).sort_values(ascending=False, kind="stable").index
    first = [one for one in (*own, shown.department) if one in order] if face == "both" else []
    named = [str(one) for one in (*first, *order) if one]  # '' is events of no department
    codes = ["", *dict.fromkeys(named)]
    names = reads.names(shown.scope)
    chosen = st.selectbox(
        t(f"incidents.only.{face}"),
        codes,
        key=f"incident_only_{face}",
        width=240,
        format_func=lambda one: _third(face, one, names) if one else t("incidents.only.all"),
    )
    return chosen or ""


def _third(face: str, code: str, names: dict[str, str]) -> str:
    if face == "both":
        return place_word(names, code)
    return word(definitions().stages if face == "type" else definitions().types, code)


@dataclass(frozen=True, eq=False)
class Laid:
    """A table of two things, its rows and columns in order and in words."""

    table: Shown
    down: dict[str, str]
    along: dict[str, str]
    values: tuple[tuple[str, str, float | None], ...]
    """Of the rows that are drawn."""

    @property
    def order(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        return tuple(self.down.values())[: risk.TOP], tuple(self.along.values())


@kept(64)
def _laid(
    of: tuple[Picture, Key], shown: View, face_of: tuple[str, str], own: tuple[str, ...], lang: str
) -> Laid:
    """One's own rows first, then by what may be told of their total; of one, its empty rows go."""
    found, offered, names = of[0], definitions(), reads.names(shown.scope)
    face, only = face_of
    table = found.face(face, only)
    known = table.rows if only else found.types if face == "both" else found.places
    known = known.reindex(table.cells.index)
    order = [
        str(code) for code in known.fillna(1).sort_values(ascending=False, kind="stable").index
    ]
    first = [code for code in (*own, shown.department) if code in order]
    if only:
        held = table.cells.index[(table.cells != 0).any(axis=1)]
        order = [code for code in order if code in held]
    options = offered.types if face == "type" else offered.stages
    along = {
        one.code: word(options, one.code) for one in options if one.code in table.cells.columns
    }
    down = {
        code: word(offered.types, code) if face == "both" else place_word(names, code)
        for code in dict.fromkeys([*first, *order])
    }
    cells = table.cells.to_dict("index")
    values = tuple(
        (down[row], along[code], or_none(cells[row][code]))
        for row in list(down)[: risk.TOP]
        for code in along
    )
    return Laid(table, down, along, values)


@kept(64)
def _spec(
    values: tuple[tuple[Any, ...], ...],
    order: tuple[tuple[str, ...], tuple[str, ...]],
    lang: str,
    is_dark: bool,
) -> dict[str, Any]:
    rows = pd.DataFrame(list(values), columns=pd.Index(["row", "column", "count"]))
    rows["text"] = [STAR if pd.isna(one) else number(one) if one else "" for one in rows["count"]]
    return plain_spec(charts.heat(rows, list(order[0]), list(order[1]), palette(is_dark)))


def _table(laid: Laid) -> pd.DataFrame:
    """Every row with its total; stars where hidden, in the file as on the screen."""
    table = laid.table
    cells = table.cells.to_dict("index")
    lines = [
        [
            name,
            *(starred(float(cells[row][code])) for code in laid.along),
            starred(float(table.rows[row])),
        ]
        for row, name in laid.down.items()
    ]
    totals = [starred(float(table.columns[code])) for code in laid.along]
    lines.append([t("incidents.all"), *totals, number(table.total)])
    titles = ["", *laid.along.values(), t("incidents.all")]
    return pd.DataFrame(lines, columns=pd.Index(titles))
