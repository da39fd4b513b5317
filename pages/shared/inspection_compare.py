"""Self-checks against inspections of the same sample: who flatters, and how far they agree."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import streamlit as st

from core.charts import inspections as charts
from core.charts.theme import palette
from core.formats import month_name, number, signed
from core.words import language, t
from pages.shared import inspection_reads as own
from pages.shared import reads
from pages.shared.kept import kept
from pages.shared.page import dark, table
from pages.shared.phrases import plain, sourced
from pages.shared.pictures import plain_spec
from pages.shared.quality_parts import joined
from pages.shared.scope import View


def compare(shown: View) -> None:
    """Who scores themselves higher than the inspection does, on the same sample."""
    found = own.compared(shown)
    if found.table.empty or not (found.table["pairs"] > 0).any():
        st.info(t("inspections.compare.none"), icon=":material/inbox:")
        return
    whole, scope = found.kappa[""], own.scope_of(shown)
    names = reads.names(shown.scope)
    span = f"{month_name(scope.first)}–{month_name(scope.last)}"
    rows = found.table[found.table["pairs"] > 0]
    said = _compare_sentence(rows, names)
    st.markdown(plain(said))
    drawn = _compare_drawn(own.key_of(scope), scope, language(), dark())
    st.vega_lite_chart(drawn, theme=None, alt=said)
    st.caption(sourced(t("inspections.unit.points"), t("inspections.compare.source", span=span)))
    lines = [
        (
            names.get(row["department"], row["department"]),
            int(row["pairs"]),
            signed(row["inflation"], 1),
            _range(row["low"], row["high"]),
            number(found.kappa[row["department"]].kappa, 2)
            if row["department"] in found.kappa
            else "—",
            t(f"inspections.flatters.{'yes' if row['flatters'] else 'no'}"),
        )
        for row in rows.to_dict("records")
    ]
    columns = ("department", "pairs", "inflation", "range", "kappa", "judged")
    told = pd.DataFrame(
        lines, columns=pd.Index([t(f"inspections.column.{name}") for name in columns])
    )
    table(told, t("inspections.tab.compare"))
    st.caption(t("inspections.compare.kappa", kappa=number(whole.kappa, 2), pairs=whole.pairs))


def _range(low: float, high: float) -> str:
    return "—" if math.isnan(low) else f"{signed(low, 1)} – {signed(high, 1)}"


def _compare_sentence(rows: pd.DataFrame, names: dict[str, str]) -> str:
    sure = rows[rows["flatters"]]
    if sure.empty:
        return t("inspections.compare.calm", departments=len(rows))
    first = sure.iloc[0]
    said = t(
        "inspections.compare.said",
        department=names.get(first["department"], first["department"]),
        gap=number(first["inflation"], 1),
        low=number(first["low"], 1),
        high=number(first["high"], 1),
        pairs=int(first["pairs"]),
    )
    others = len(sure) - 1
    more = [t("inspections.compare.others", others=others)] if others else []
    return joined([said, *more])


@kept(64)
def _compare_drawn(key: Any, scope: Any, in_language: str, dark_: bool) -> dict[str, Any]:
    rows = own.compared_in(scope).table
    names = reads.names(scope)
    rows = rows[(rows["pairs"] > 1)]
    told = rows.assign(
        name=[str(names.get(code, code)) for code in rows["department"]],
        state=["bad" if one else "none" for one in rows["flatters"]],
        text=[signed(value, 1) for value in rows["inflation"]],
        range=[_range(*ends) for ends in zip(rows["low"], rows["high"], strict=True)],
    )
    return plain_spec(charts.gaps(told, t("inspections.axis.gap"), palette(dark_)))
