"""The tab of examinations: unit cost by several ways beside what is charged on average."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from core.costing.examinations import WAYS
from core.formats import MISSING, money, months_name, number
from core.words import language, t
from pages.shared import costing_reads, examination_reads, reads
from pages.shared.disease_parts import percent
from pages.shared.kept import kept
from pages.shared.page import table
from pages.shared.phrases import plain
from pages.shared.scope import View, adopt, publish

CHOSEN = "disease_technical"


def examinations(shown: View) -> None:
    """One medical-technical department and its kinds of examination."""
    codes = examination_reads.departments(shown)
    if not codes:
        st.write(t("disease.items.none"))
        return
    names = reads.names(shown.scope)
    adopt("technical", CHOSEN, lambda text: text if text in codes else None)
    if st.session_state.get(CHOSEN) not in codes:
        st.session_state[CHOSEN] = shown.department if shown.department in codes else codes[0]
    code = st.selectbox(
        t("disease.items.department"),
        codes,
        key=CHOSEN,
        format_func=lambda one: f"{one} {names.get(one, one)}",
        width=360,
    )
    publish(technical="" if code == codes[0] else code)
    sentence, covered, lines = _told(costing_reads.key(shown), shown, code, language())
    st.markdown(sentence)
    if lines is None:
        return
    form = st.column_config.NumberColumn(format="%,.2f")
    columns: dict[str, Any] = dict.fromkeys(lines.columns[2:-2], form)
    table(lines, f"{t('disease.tab.items')} {names.get(code, code)}", columns)
    st.caption(covered)
    st.caption(t("disease.items.why"))


@kept(128)
def _told(
    key: reads.Key, shown: View, department: str, in_language: str
) -> tuple[str, str, pd.DataFrame | None]:
    """The sentence, what the pool covers, and the table."""
    found = examination_reads.examined(shown, department)
    if found is None:
        return t("disease.items.nothing", months=months_name(shown.comparison.now)), "", None
    names, rows = reads.names(shown.scope), found.rows
    loses = rows[rows["low"] > rows["price"]]
    sentence = t(
        "disease.items.text",
        department=plain(names.get(department, department)),
        months=months_name(found.months),
        pool=money(found.pool_fen),
        count=number(len(rows)),
        loses=number(len(loses)),
    )
    covered = t(
        "disease.items.covered",
        whole=money(found.whole_fen),
        share=MISSING if pd.isna(found.covered) else percent(found.covered),
    )
    return sentence, covered, _lines(shown, rows)


def _lines(shown: View, rows: pd.DataFrame) -> pd.DataFrame:
    lines = []
    for row in rows.to_dict("records"):
        cells: dict[Any, Any] = {
            t("disease.items.kind"): examination_reads.item_name(shown, row["kind"]),
            t("disease.items.volume"): number(row["volume"]),
            t("disease.items.price"): _yuan(row["price"]),
        }
        cells |= {t(f"disease.items.way.{way}"): _yuan(row[way]) for way in WAYS}
        cells[t("disease.items.margin")] = _range(row)
        cells[t("column.state")] = _state(row)
        lines.append(cells)
    return pd.DataFrame(lines)


def _yuan(fen: float) -> float | None:
    return None if pd.isna(fen) else round(fen / 100, 2)


def _range(row: dict[Any, Any]) -> str:
    """Mean charge less the dearest and less the cheapest way."""
    ends = sorted((row["price"] - row["high"], row["price"] - row["low"]))
    if any(pd.isna(end) for end in ends):
        return MISSING
    low, high = (number(end / 100) for end in ends)
    return low if low == high else t("disease.items.range", low=low, high=high)


def _state(row: dict[Any, Any]) -> str:
    """Whether every way says the same."""
    if pd.isna(row["price"]) or pd.isna(row["low"]):
        return f"○ {t('disease.items.unknown')}"
    if row["price"] >= row["high"]:
        return f"● {t('disease.items.gain')}"
    if row["price"] < row["low"]:
        return f"■ {t('disease.items.loss')}"
    return f"▲ {t('disease.items.depends')}"
