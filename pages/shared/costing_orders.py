"""How far the step-down moves with the closing order: asked for, computed in parts, kept."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from core.charts import costing as charts
from core.charts.theme import palette
from core.costing.allocation import Allocation
from core.costing.model import AllocationError
from core.costing.orders import EXACT, SEED, Band, band, count_of, merged
from core.formats import listed, money, month_name, number
from core.words import language, t
from pages.shared import costing_reads
from pages.shared.kept import kept
from pages.shared.page import dark
from pages.shared.phrases import plain, sourced
from pages.shared.pictures import plain_spec
from pages.shared.scope import View

PART = 150
"""Orders between two steps of the progress bar."""
DRAWN = 12


@kept(512)
def _part(key: Any, shown: View, start: int) -> Band:
    return band(costing_reads.allocated(shown, "step_down").network, start, PART)


@kept(costing_reads.MONTHS)
def _band(key: Any, shown: View, count: int) -> Band:
    return merged([_part(key, shown, start) for start in range(0, count, PART)])


def draw(shown: View) -> pd.DataFrame | None:
    """Button, progress, what the band says; its rows (least, most, in 分) once it was asked for."""
    st.markdown(f"**{t('orders.title')}**")
    try:
        usual = costing_reads.allocated(shown, "step_down")
    except AllocationError:
        st.write(t("orders.cannot"))
        return None
    count = count_of(usual.network)
    asked = ("orders", shown.hospital_id, shown.month)
    st.caption(t("orders.why", count=number(count)))
    if st.session_state.get("orders_asked") != asked:
        if not st.button(t("orders.run"), icon=":material/play_arrow:", key="orders_run"):
            return None
        st.session_state["orders_asked"] = asked
        _with_progress(shown, count)
    found = _band(costing_reads.key(shown), shown, count)
    if found.tried == found.stuck:
        st.write(t("orders.stuck_all"))
        return None
    _told(shown, usual, found)
    return found.departments


def _with_progress(shown: View, count: int) -> None:
    bar = st.progress(0.0, text=t("orders.step", done=0, count=number(count)))
    for start in range(0, count, PART):
        _part(costing_reads.key(shown), shown, start)
        done = min(start + PART, count)
        bar.progress(done / count, text=t("orders.step", done=number(done), count=number(count)))
    bar.empty()


def _told(shown: View, usual: Allocation, found: Band) -> None:
    rows = found.departments
    width = (rows["most"] - rows["least"]).sort_values(ascending=False, kind="stable")
    names = costing_reads.names(shown).departments
    widest = str(width.index[0])
    said = t(
        "orders.widest",
        department=plain(names.get(widest, widest)),
        least=money(float(rows.loc[widest, "least"])),  # type: ignore[arg-type]
        most=money(float(rows.loc[widest, "most"])),  # type: ignore[arg-type]
    )
    turned = [plain(names.get(code, code)) for code in _turning(shown, rows)]
    flips = t("orders.turn", count=len(turned), names=listed(turned)) if turned else ""
    st.markdown(f"{said} {flips or t('orders.turn.none')}")
    drawn = tuple(str(code) for code in width.index[:DRAWN])
    spec = _spec(costing_reads.key(shown), shown, drawn, language(), dark())
    st.vega_lite_chart(spec, theme=None, alt=said.replace("**", ""))
    st.caption(sourced(t("costing.unit"), t("costing.source", months=month_name(shown.month))))
    how = "orders.exact" if found.exact else "orders.sample"
    st.caption(
        t(
            how,
            tried=number(found.tried),
            stuck=number(found.stuck),
            seed=SEED,
            most=EXACT,
        )
    )


def _turning(shown: View, rows: pd.DataFrame) -> list[str]:
    """Departments that make a profit in one order and a loss in another."""
    income = costing_reads.income(shown).reindex(rows.index, fill_value=0)
    turns = (income >= rows["least"]) & (income < rows["most"])
    return [str(code) for code in rows.index[turns]]


@kept(128)
def _spec(
    key: Any, shown: View, codes: tuple[str, ...], in_language: str, on_dark: bool
) -> dict[str, Any]:
    usual = costing_reads.allocated(shown, "step_down")
    found = _band(key, shown, count_of(usual.network)).departments.loc[list(codes)]
    size = 1e6 if in_language == "zh" else 1e8
    names = costing_reads.names(shown).departments
    own = usual.final.sum(axis=1).loc[list(codes)]
    rows = pd.DataFrame(
        {
            "name": [names.get(code, code) for code in codes],
            "least": found["least"].to_numpy() / size,
            "most": found["most"].to_numpy() / size,
            "value": own.to_numpy() / size,
            "text": [money(float(fen)) for fen in own],
            "least_text": [money(float(fen)) for fen in found["least"]],
            "most_text": [money(float(fen)) for fen in found["most"]],
        }
    )
    return plain_spec(charts.order_band(rows, t("costing.unit"), palette(on_dark)))
