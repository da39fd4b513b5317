"""Tiles of the wall, one chart in full, and the table of its points."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd
import streamlit as st
from streamlit.dataframe_util import convert_anything_to_arrow_bytes

from core.analysis.control import Chart
from core.charts.control import Controlled, control_chart
from core.charts.theme import palette
from core.formats import month_date, month_name, unit_name
from core.months import add_months
from core.words import language, t
from pages.shared import chart_reads, reads
from pages.shared.chart_reads import Key, Options, Said
from pages.shared.chart_words import (
    ASSURANCES,
    MARKS,
    assurance_text,
    last_text,
    limits_text,
    mark_of,
    mark_text,
    point_name,
    target_text,
    value_of,
    variation_text,
)
from pages.shared.kept import kept
from pages.shared.phrases import name_of, plain
from pages.shared.scope import View
from pages.shared.session import catalog

PAGE = "pages/analysis/control.py"
WIDE = 26
"""Names of more Latin letters, or half as many characters, are cut on a tile: shown whole there."""


def tiles(shown: View, drawn: Mapping[Key, Chart], by_place: bool, query: dict[str, str]) -> None:
    """A tile a chart: name, marks, last value and target. by_place: named by the department."""
    names = reads.names(shown.scope)
    with st.grid(4, min_column_width=205, gap="small"):
        for (code, place), chart in drawn.items():
            name = (
                plain(names.get(place, place)) if by_place else name_of(catalog().indicators[code])
            )
            asked = shown.codes | query | {"indicator": code}
            if by_place:
                asked["dept"] = place
            with st.container(border=True, height="stretch", gap="xxsmall"):
                hint = name if len(name.encode("gbk", "replace")) > WIDE else None
                st.page_link(PAGE, label=name, help=hint, query_params=asked)
                st.markdown(_tile(shown, code, place, chart))


def _tile(shown: View, code: str, place: str, chart: Chart) -> str:
    """Marks in colour, shape and word; the value; the target."""
    indicator = catalog().indicators[code]
    colour = "gray" if chart.reason else MARKS[mark_of(chart)][1]
    marks = f":{colour}[{variation_text(chart)}]"
    if chart.assurance:
        marks += f" · :{ASSURANCES[chart.assurance][1]}[{assurance_text(chart)}]"
    value = last_text(chart, indicator)
    target = target_text(chart_reads.reading_of(shown, code, place), indicator)
    aim = f" :small[:gray[{t('card.target', target=target)}]]" if target else ""
    return f":small[{marks}]  \n**{value}**{aim}"


def lines(shown: View, drawn: Mapping[Key, Chart]) -> pd.DataFrame:
    """The wall as a table: indicator, department, value, marks, since, limits, target."""
    names, rows = reads.names(shown.scope), []
    for (code, place), chart in drawn.items():
        indicator, last = catalog().indicators[code], chart.last
        if last < 0:
            continue  # a January alone, or nothing
        since = point_name(chart, chart.months.index(chart.since)) if chart.since else "—"
        target = target_text(chart_reads.reading_of(shown, code, place), indicator)
        rows.append(
            {
                t("column.indicator"): name_of(indicator),
                t("column.department"): names.get(place, t("scope.whole")),
                t("chart.month"): point_name(chart, last),
                t("column.value"): value_of(float(chart.y[last]), indicator),
                t("control.mark"): variation_text(chart),
                t("control.since"): since,
                t("control.limits"): limits_text(chart, last, indicator),
                t("column.target"): target or "—",
                t("control.assurance"): assurance_text(chart) or "—",
            }
        )
    return pd.DataFrame(rows)


def points(chart: Chart, code: str, said: Said) -> pd.DataFrame:
    """Every point with its limits, mark and what was said of its month."""
    indicator, rows = catalog().indicators[code], []
    for place in reversed(range(len(chart.months))):
        value = float(chart.y[place])
        rows.append(
            {
                t("chart.month"): point_name(chart, place),
                t("column.value"): value_of(value, indicator),
                t("control.mean"): value_of(float(chart.mean[place]), indicator),
                t("control.limits"): limits_text(chart, place, indicator),
                t("control.mark"): _mark_at(chart, place),
                t("control.note"): _notes_at(chart, place, said),
            }
        )
    return pd.DataFrame(rows)


def _mark_at(chart: Chart, place: int) -> str:
    if math.isnan(chart.y[place]) or chart.reason:
        return "—"
    cause = chart.causes[place]
    mark = mark_text(chart.marks[place])
    return f"{mark} {t('control.cause.' + cause)}" if cause else mark


def _notes_at(chart: Chart, place: int, said: Said) -> str:
    months = {chart.months[place]}
    if chart.merged[place]:
        months.add(add_months(chart.months[place], -1))
    texts = [row["text"] for row in said.notes if row["month"] in months]
    texts += [
        t("control.rebased", reason=row["reason"], approver=row["approver"])
        for row in said.rebases
        if row["month"] in months
    ]
    return "；".join(texts) if language() == "zh" else "; ".join(texts)


def spec(shown: View, one: Key, options: Options, on_dark: bool) -> dict:
    """The chart as plain data, kept: building it costs more than all else on a page."""
    key = (reads.judged_key(shown.scope), st.session_state["store_key"])
    return _spec(key, shown, one, options, (language(), on_dark))


@kept(256)
def _spec(key: object, shown: View, one: Key, options: Options, look: tuple[str, bool]) -> dict:
    code, place = one
    chart, indicator = chart_reads.chart_of(shown, one, options), catalog().indicators[code]
    assert chart is not None  # noqa: S101 the page asks for charts that it has
    rows, events = _rows(chart, code), _events(chart_reads.said(shown).of(code, place))
    reading = chart_reads.reading_of(shown, code, place)
    bounds = [reading[name] for name in ("low", "high")] if reading else []
    bounds = tuple(bound for bound in bounds if not math.isnan(bound))
    low, high = _ends(rows, bounds)
    about = Controlled(
        unit=unit_name(indicator.unit),
        decimals=0 if abs(high) >= 100 else indicator.decimals,
        bounds=bounds,
        target=t("chart.target_line", target=target_text(reading, indicator)),
        low=low,
        high=high,
    )
    made = control_chart(rows, events, about, palette(look[1])).to_dict()
    named = made.pop("datasets").items()  # as bytes already, so that no rerun converts them
    tables = {name: convert_anything_to_arrow_bytes(pd.DataFrame(rows)) for name, rows in named}
    return made | {"datasets": tables}


def _rows(chart: Chart, code: str) -> pd.DataFrame:
    indicator, places = catalog().indicators[code], range(len(chart.months))
    told = [not chart.reason and bool(chart.causes[place]) for place in places]
    rows = pd.DataFrame(
        {
            "date": [month_date(month) for month in chart.months],
            "month": [point_name(chart, place) for place in places],
            "value": chart.y,
            "mean": chart.mean,
            "lower": chart.lower,
            "upper": chart.upper,
            "segment": [str(part) for part in chart.segment],
            "mark": [chart.marks[place] if told[place] else "common" for place in places],
            "text": [value_of(float(value), indicator) for value in chart.y],
            "limits": [limits_text(chart, place, indicator) for place in places],
            "said": [_mark_at(chart, place) for place in places],
        }
    )
    if math.isnan(chart.waiting):
        return rows
    month = add_months(chart.months[-1], 1)
    waits = {"date": month_date(month), "month": month_name(month), "value": chart.waiting}
    waits |= {"mark": "waiting", "segment": "", "said": t("control.waiting")}
    waits |= {"text": value_of(chart.waiting, indicator), "limits": "—"}
    return pd.concat([rows, pd.DataFrame([waits])], ignore_index=True)


def _events(said: Said) -> pd.DataFrame:
    """Notes and rebases in order of time, numbered as in the list below the chart."""
    rows = [
        {
            "date": month_date(row["month"]),
            "month": month_name(row["month"]),
            "kind": kind,
            "number": str(number),
            "text": row["text"]
            if kind == "note"
            else t("control.rebased", reason=row["reason"], approver=row["approver"]),
        }
        for number, kind, row in numbered(said)
    ]
    return pd.DataFrame(rows, columns=pd.Index(["date", "month", "kind", "number", "text"]))


def numbered(said: Said) -> list[tuple[int, str, dict]]:
    """Notes and rebases by month, each with its number on the chart."""
    both = [("note", row) for row in said.notes] + [("rebase", row) for row in said.rebases]
    both.sort(key=lambda pair: (pair[1]["month"], pair[0], pair[1]["id"]))
    return [(place, kind, row) for place, (kind, row) in enumerate(both, start=1)]


def _ends(rows: pd.DataFrame, bounds: tuple[float, ...]) -> tuple[float, float]:
    """The ends of the value axis, with a tenth to spare; not below zero where nothing is."""
    values = [*rows[["value", "lower", "upper", "mean"]].to_numpy(float).ravel(), *bounds]
    known = [value for value in values if not math.isnan(value)]
    if not known:
        return 0.0, 1.0
    low, high = min(known), max(known)
    spare = (high - low) * 0.1 or abs(high) * 0.1 or 1.0
    floor = 0.0 if low >= 0 else -math.inf
    return max(floor, low - spare), high + spare
