"""Parts of the data quality page: a gap with what it blocks, the map, the lines of a check."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pandas as pd
import streamlit as st
from streamlit.dataframe_util import convert_anything_to_arrow_bytes

from core.analysis.blocked import Blocked
from core.analysis.data_quality import CHECKS, REPORTED
from core.charts.quality import completeness_map
from core.charts.theme import palette
from core.formats import MISSING, amount_text, listed, month_name, number
from core.months import month_text
from core.words import language, pick, t
from pages.shared.kept import kept
from pages.shared.page import dark
from pages.shared.phrases import name_of, plain, sourced
from pages.shared.session import catalog, tables

Row = dict[Any, Any]
NAMED = 3
PALEST = 0.35
"""The shade of a single missing table: still seen beside cells that lack nothing."""
SHAPES = {"ok": "●", "off": "■", "none": "○"}
ORDER = {"off": 0, "none": 1, "ok": 2}
_BY_CODE = {check.code: check for check in CHECKS}


def title_of(contract: str) -> str:
    """A table's title in the session's language."""
    title = tables()[contract].title
    return pick(title.zh, title.en)


def owner_of(contract: str) -> str:
    """Who delivers a table."""
    owner = tables()[contract].owner
    return pick(owner.zh, owner.en)


def joined(sentences: list[str]) -> str:
    """Sentences one after the other, with a space between them in English."""
    return (" " if language() == "en" else "").join(sentences)


def blocked_text(blocked: Blocked) -> str:
    """挡住 12 项指标：床位使用率、…；影响：运营总览、科室。"""
    if not blocked.indicators:
        return t("quality.blocks.nothing")
    names = [name_of(catalog().indicators[code]) for code in blocked.indicators[:NAMED]]
    key = "quality.blocks.more" if len(blocked.indicators) > NAMED else "quality.blocks"
    places = [t("home.title")] * blocked.home + [t("department.title")] * blocked.department
    said = t(key, count=len(blocked.indicators), names=listed(names))
    where = [t("quality.blocks.where", pages=listed(places))] if places else []
    return joined([said, *where])


def gap(place: str, contract: str, why: str) -> None:
    """One gap, what it blocks, and the way to close it."""
    with st.container(border=True, gap="xxsmall"):
        st.page_link(
            "pages/data/imports.py",
            label=f"○ {plain(place)} · {plain(title_of(contract))}",
            query_params={"table": contract},
        )
        st.caption(why)


def cells_of(complete: pd.DataFrame, contract: str, names: dict[str, str]) -> pd.DataFrame:
    """Cells of the map of one table, or of all ('').

    The hospital first, then departments by how much they lack.
    """
    rows = complete if not contract else complete[complete["contract"] == contract]
    rows = rows.assign(lacking=~rows["delivered"].astype(bool))
    sums = rows.groupby(["department", "month"], sort=True)["lacking"].agg(["sum", "size"])
    lacking = rows[rows["lacking"]].groupby(["department", "month"])["contract"].agg(tuple)
    cells = []
    for place, month in sums.index:
        missing, expected = (int(part) for part in sums.loc[(place, month)])
        titles = [title_of(code) for code in lacking.get((place, month), ())]
        cells.append(
            {
                "name": names.get(place, place) if place else t("quality.whole"),
                "month": month_text(int(month))[2:],
                "missing": max(PALEST, missing / expected) if missing else 0.0,
                "text": str(missing) if missing else "●",
                "when": month_name(int(month)),
                "hint": listed(titles) or t("quality.nothing"),
            }
        )
    worst = Counter()
    for cell in cells:
        worst[cell["name"]] -= cell["missing"]
    first = t("quality.whole")
    cells.sort(key=lambda cell: (cell["name"] != first, worst[cell["name"]]))
    return pd.DataFrame(cells)


def completeness_picture(
    of: tuple, complete: pd.DataFrame, contract: str, names: dict[str, str]
) -> pd.DataFrame:
    """Draw the map; its cells as a table. `of` names all that it depends on, for it is kept."""
    spec, lines = _picture(_Named(of, (complete, contract, names)), language(), dark())
    if len(lines):
        st.vega_lite_chart(spec, theme=None, alt=t("quality.map.how"))
        st.caption(sourced(t("quality.map.unit"), t("quality.map.source")))
    return lines


class _Named:
    """Frames known by what they are of: equal names, equal frames."""

    def __init__(self, of: tuple, content: tuple[pd.DataFrame, str, dict[str, str]]) -> None:
        self.of, self.content = of, content

    def __hash__(self) -> int:
        return hash(self.of)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Named) and self.of == other.of


@kept(64)
def _picture(named: _Named, in_language: str, on_dark: bool) -> tuple[dict, pd.DataFrame]:
    cells = cells_of(*named.content)
    if cells.empty:
        return {}, cells
    spec = completeness_map(cells, palette(on_dark)).to_dict()
    sets = spec.pop("datasets").items()
    filled = {name: convert_anything_to_arrow_bytes(pd.DataFrame(rows)) for name, rows in sets}
    lines = cells.pivot_table(
        index="name", columns="when", values="text", aggfunc="first", sort=False
    )
    table = lines.reset_index(names=t("column.department")).fillna("")
    return spec | {"datasets": filled}, table


def check_name(row: Row) -> str:
    """What is compared, in words."""
    if row["check"] != REPORTED:
        return t(f"quality.check.{row['check']}")
    code, _, part = row["subject"].rpartition(".")
    indicator = catalog().indicators.get(code)
    name = name_of(indicator) if indicator else code
    return t(f"quality.check.reported.{part}", indicator=name)


def state_of(row: Row) -> str:
    """Shape and word of a check's state."""
    return f"{SHAPES[row['state']]} {t('quality.state.' + row['state'])}"


def amount(row: Row, side: str) -> str:
    """A side, a difference or a tolerance with its unit."""
    value = row[side]
    if pd.isna(value):
        return MISSING
    check = _BY_CODE.get(row["check"])
    return amount_text(value, check.unit) if check else number(value, 0)


def sides_of(row: Row) -> dict[str, str]:
    """The state, both sides, their difference and what is allowed, as cells."""
    return {
        t("column.state"): state_of(row),
        t("quality.left"): amount(row, "left"),
        t("quality.right"): amount(row, "right"),
        t("quality.difference"): amount(row, "difference"),
        t("quality.tolerance"): amount(row, "tolerance"),
    }


def next_step(row: Row) -> str:
    """Which tables to look into; nothing where the check agrees."""
    if row["state"] == "ok":
        return MISSING
    if row["check"].startswith("ledger") and row["state"] == "none":
        return t("quality.next.ledger")
    check = _BY_CODE.get(row["check"])
    contracts = check.tables if check else (REPORTED,)
    return t("quality.next", tables=listed(title_of(code) for code in contracts))
