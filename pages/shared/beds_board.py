"""全院一张床: wards by day as a picture and as rows with what to do; reasons for exemption."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import pandas as pd
import streamlit as st

from core.charts import beds as charts
from core.charts.theme import palette
from core.flow.board import LIKELY
from core.formats import number
from core.words import language, pick, t
from pages.shared import beds_choice, beds_reads
from pages.shared.beds_parts import band_word, census_text, judged, order, percent
from pages.shared.beds_reads import Ahead
from pages.shared.kept import kept
from pages.shared.page import dark, download
from pages.shared.phrases import plain, sourced
from pages.shared.pictures import plain_spec
from pages.shared.scope import View

DRAWN = 20
SHOWN_DAYS = (1, 7, 14)
Cells = tuple[tuple[str, str, float, str, bool, str, str], ...]


def board(shown: View, found: Ahead) -> None:
    """全院一张床: wards by day as a picture, then every ward with what to do."""
    wards = order(found)
    cells = _cells(shown, found, wards[:DRAWN])
    tight = [ward for ward in wards if found.outlook.full_days(ward)]
    alt = t("beds.heat.alt", wards=len(wards), tight=len(tight), ahead=beds_reads.HORIZON)
    st.caption(t("beds.heat.title", shown=min(DRAWN, len(wards)), percent=round(LIKELY * 100)))
    st.vega_lite_chart(_heat_spec(cells, language(), dark()), theme=None, alt=alt)
    st.caption(sourced(t("beds.heat.unit"), t("beds.source")))
    download(lambda: every_day(shown, found, wards), t("beds.every_day"))
    rows = board_rows(shown, found, wards)
    st.dataframe(rows, hide_index=True, column_config=_columns(rows))
    download(rows, t("beds.tab.board"))


def _cells(shown: View, found: Ahead, wards: list[str]) -> Cells:
    names, beds = beds_reads.ward_names(shown), found.outlook.beds.set_index("ward")["open"]
    rows = []
    for ward in wards:
        opened = float(beds.loc[ward])
        for row in found.outlook.wards[ward].to_dict("records"):
            day = found.origin + dt.timedelta(days=int(row["day"]))
            full = bool(row["p_full"] >= LIKELY)
            free = number(round(opened - row["census"]))
            rows.append(
                (
                    names.get(ward, ward),
                    f"{day.month}/{day.day}",
                    row["p_full"] * 100,
                    free,
                    full,
                    census_text(row),
                    percent(row["p_full"] * 100, 0),
                )
            )
    return tuple(rows)


@kept(32)
def _heat_spec(cells: Cells, in_language: str, on_dark: bool) -> Any:
    columns = pd.Index(["name", "day", "chance", "free", "likely", "text", "full"])
    return plain_spec(charts.ward_days(pd.DataFrame(cells, columns=columns), palette(on_dark)))


def board_rows(shown: View, found: Ahead, wards: list[str]) -> pd.DataFrame:
    """One row a ward, the tightest first; then the house."""
    out, names = found.outlook, beds_reads.ward_names(shown)
    beds = out.beds.set_index("ward").to_dict("index")
    bands = {str(row["ward"]): row for row in judged(shown).to_dict("records")}
    rules = {band.code: band for band in beds_reads.rules().bands}
    reasons = {one.code: pick(one.name.zh, one.name.en) for one in beds_reads.rules().exemptions}
    lines = []
    for ward in wards:
        band = bands.get(ward, {"occupancy": math.nan, "band": "", "exempt": ""})
        action = rules[band["band"]].action if band["band"] else None
        done = pick(action.zh, action.en) if action else ""
        done = t("beds.exempted", reason=reasons[band["exempt"]]) if band["exempt"] else done
        told = {
            t("beds.column.likely"): out.full_days(ward),
            t("beds.column.use"): percent(band["occupancy"]),
            t("beds.column.band"): band_word(band["band"], band["exempt"]),
            t("beds.column.action"): done or t("beds.action.none"),
        }
        name = names.get(ward, ward)
        lines.append(_line(name, beds[ward], out.wards[ward]) | told | _on(out.wards[ward], found))
    whole: dict[Any, Any] = out.beds[["open", "occupied", "free"]].sum().to_dict()
    full = int((out.house["p_full"] >= LIKELY).sum())
    last = {t("beds.column.likely"): full, t("beds.column.action"): t("beds.house.note")}
    lines.append(
        _line(beds_reads.house_name(shown), whole, out.house) | last | _on(out.house, found)
    )
    return pd.DataFrame(lines).fillna({t("beds.column.use"): "", t("beds.column.band"): ""})


def _line(name: str, beds: dict[Any, Any], days: pd.DataFrame) -> dict[str, Any]:
    first = days.iloc[0]
    return {
        t("beds.column.ward"): name,
        t("beds.column.open"): int(beds["open"]),
        t("beds.column.occupied"): int(beds["occupied"]),
        t("beds.column.free"): int(beds["free"]),
        t("beds.column.leave"): round(float(first["discharges"]), 1),
        t("beds.column.come"): round(float(first["admissions"]), 1),
    }


def _on(days: pd.DataFrame, found: Ahead) -> dict[str, str]:
    """Census of some days ahead under their dates."""
    told = {}
    for row in days[days["day"].isin(SHOWN_DAYS)].to_dict("records"):
        day = found.origin + dt.timedelta(days=int(row["day"]))
        told[t("beds.column.on", day=f"{day.month}/{day.day}")] = census_text(row)
    return told


def _columns(rows: pd.DataFrame) -> dict[str, Any]:
    found: dict[str, Any] = {
        t("beds.column.ward"): st.column_config.Column(width="medium", pinned=True),
        t("beds.column.action"): st.column_config.Column(width=260),
    }
    for name in (t("beds.column.come"), t("beds.column.leave")):
        found[name] = st.column_config.NumberColumn(format="%.1f")
    return found


def every_day(shown: View, found: Ahead, wards: list[str]) -> pd.DataFrame:
    """Every ward on every day ahead, then the house: means, interval, chance to be full."""
    names = beds_reads.ward_names(shown)
    parts = [(names.get(ward, ward), found.outlook.wards[ward]) for ward in wards]
    lines = []
    for name, days in [*parts, (beds_reads.house_name(shown), found.outlook.house)]:
        for row in days.to_dict("records"):
            day = found.origin + dt.timedelta(days=int(row["day"]))
            lines.append(
                {
                    t("beds.column.ward"): name,
                    t("beds.column.day"): day.isoformat(),
                    t("beds.column.come"): round(row["admissions"], 2),
                    t("beds.column.leave"): round(row["discharges"], 2),
                    t("beds.column.census"): round(row["census"], 1),
                    t("beds.column.low"): row["q10"],
                    t("beds.column.high"): row["q90"],
                    t("beds.column.p_full"): percent(row["p_full"] * 100, 0),
                }
            )
    return pd.DataFrame(lines)


def exemptions(shown: View) -> None:
    """Reasons for which a low ward is no candidate for merging."""
    rows = judged(shown)
    low = beds_reads.rules().bands[0]
    wards = rows.loc[rows["band"] == low.code, "ward"].tolist()
    if not wards:
        return
    names, chosen = beds_reads.place_names(shown), beds_choice.current().exempt
    reasons = {one.code: pick(one.name.zh, one.name.en) for one in beds_reads.rules().exemptions}
    st.caption(t("beds.exempt.why", count=len(wards), low=number(low.high)))
    with st.grid(4, min_column_width=205, gap="small"):
        for ward in wards:
            key = f"flow_beds_exempt_{ward}"
            if key not in st.session_state:
                st.session_state[key] = chosen.get(ward, "")
            st.selectbox(
                plain(str(names.get(ward, ward))),
                ["", *reasons],
                key=key,
                format_func=lambda code: reasons.get(code, t("beds.exempt.none")),
                on_change=lambda ward=ward, key=key: beds_choice.exempt(
                    ward, st.session_state[key] or ""
                ),
            )
