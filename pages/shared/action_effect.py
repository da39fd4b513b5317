"""Did it work: the chart of an action's indicator before and after, and what its signal says."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st
from streamlit.dataframe_util import convert_anything_to_arrow_bytes

from core.analysis.before_after import BeforeAfter, before_after
from core.analysis.control import direction_of
from core.analysis.series import all_series
from core.charts.control import Controlled, control_chart
from core.charts.theme import palette
from core.control.actions.effect import Aim, Judged, judged, start_of
from core.control.actions.model import CLOSED
from core.control.actions.rules import rules
from core.formats import month_date, month_name, unit_name
from core.frames import Scope
from core.words import language, t
from pages.shared import reads
from pages.shared.action_reads import Row
from pages.shared.action_words import EFFECTS, effect_word
from pages.shared.chart_words import limits_text, point_name, value_of
from pages.shared.kept import kept
from pages.shared.page import dark, table
from pages.shared.phrases import name_of, plain, source_line
from pages.shared.scope import View
from pages.shared.session import catalog

_SHOWN = {"improvement": "improvement", "concern": "concern", "": "common"}


@dataclass(frozen=True, eq=False)
class Effect:
    """The chart around an action, and what it says."""

    drawn: BeforeAfter
    judged: Judged


@kept(256)
def _effect(key: object, scope: Scope, asked: tuple[str, str, int, int]) -> Effect | None:
    code, department, start, periods = asked
    indicator, cube = catalog().indicators[code], reads.cube_for(scope, (code,))
    found = {}
    if department:
        own = cube.restrict({department})
        found = all_series(catalog(), (code,), own, scope.months, "department")
    place = department if (code, department) in found and department else ""
    if not place:
        found = all_series(catalog(), (code,), cube, scope.months, "hospital")
    series = found.get((code, place))
    if series is None:
        return None
    drawn = before_after(series, indicator, start, rules().effect.base_months)
    aim = Aim(code, place, direction_of(indicator), start, periods)
    levels = (drawn.before, drawn.after)
    return Effect(drawn, judged(aim, drawn.chart, drawn.chart.marks, levels))


def effect_of(shown: View, row: Row) -> Effect | None:
    """The effect of a closed action as the figures say today; None without indicator or figures."""
    if row["state"] != CLOSED or row["indicator"] not in catalog().indicators:
        return None
    asked = (row["indicator"], row["department"], start_of(row["done_at"]), int(row["periods"]))
    return _effect(reads.facts_key(shown.scope), shown.scope, asked)


def standing_text(row: Row, effect: Effect | None) -> str:
    """◆ 有效; 可下结论; 观察中 2/3 个月."""
    if row["effect"]:
        return effect_word(row["effect"])
    if effect is None:
        return f"○ {t('actions.effect.no_figures')}"
    if effect.judged.waiting:
        passed, periods = effect.judged.passed, effect.judged.periods
        return f"◔ {t('actions.effect.waiting', passed=passed, periods=periods)}"
    return f"◕ {t('actions.effect.due')}"


def sentence(where: str, row: Row, effect: Effect) -> str:
    """Before, after, and why the verdict is what it is; as text. where: the place of the series."""
    told, indicator = effect.judged, catalog().indicators[row["indicator"]]
    levels = t(
        "actions.effect.levels",
        where=where,
        indicator=name_of(indicator),
        before=value_of(told.before, indicator),
        after=value_of(told.after, indicator),
        start=month_name(told.start),
    )
    levels += " " if language() == "en" else ""
    if told.waiting:
        return levels + t("actions.effect.wait", passed=told.passed, periods=told.periods)
    verdict = t(f"actions.effect.{told.verdict}")
    return levels + t("actions.effect.says", verdict=verdict, why=t(f"actions.why.{told.reason}"))


def colour(effect: str) -> str:
    """Of a verdict."""
    return EFFECTS[effect][1]


def picture(shown: View, row: Row, effect: Effect) -> None:
    """The control chart with the limits of before, a line where the action was done; its points."""
    indicator = catalog().indicators[row["indicator"]]
    chart, place = effect.drawn.chart, effect.judged.department
    told = sentence(reads.names(shown.scope).get(place, t("scope.whole")), row, effect)
    st.markdown(plain(told))
    if chart.last < 0:
        return
    asked = (row["indicator"], row["department"], effect.judged.start, int(row["periods"]))
    key = (reads.facts_key(shown.scope), shown.scope)
    spec = _spec(key, asked, (language(), dark()))
    st.vega_lite_chart(spec, theme=None, alt=told)
    st.caption(source_line([indicator], chart.months))
    base = sum(month < effect.judged.start for month in chart.months)
    st.caption(t("actions.effect.limits", count=base))
    table(points(effect, row["indicator"]), t("actions.effect.points", number=row["id"]))


@kept(64)
def _spec(
    key: tuple[Any, Scope], asked: tuple[str, str, int, int], look: tuple[str, bool]
) -> dict[str, Any]:
    effect = _effect(key[0], key[1], asked)
    assert effect is not None  # noqa: S101 the page asks for charts that it has
    indicator, chart = catalog().indicators[asked[0]], effect.drawn.chart
    rows = _rows(effect, asked[0])
    values = rows[["value", "lower", "upper", "mean"]].to_numpy(float).ravel()
    known = [value for value in values if not math.isnan(value)]
    low, high = min(known), max(known)
    spare = (high - low) * 0.1 or abs(high) * 0.1 or 1.0
    ends = (max(0.0, low - spare) if low >= 0 else low - spare, high + spare)
    decimals = 0 if abs(high) >= 100 else indicator.decimals
    about = Controlled(unit_name(indicator.unit), decimals, (), "", *ends)
    start = effect.judged.start
    events = pd.DataFrame(
        [
            {
                "date": month_date(start),
                "month": month_name(start),
                "kind": "rebase",
                "number": t("actions.effect.from"),
                "text": t("actions.effect.from"),
            }
        ]
        if start <= chart.months[-1]
        else [],
        columns=pd.Index(["date", "month", "kind", "number", "text"]),
    )
    made = control_chart(rows, events, about, palette(look[1])).to_dict()
    named = made.pop("datasets").items()  # as bytes already, so that no rerun converts them
    tables = {name: convert_anything_to_arrow_bytes(pd.DataFrame(rows)) for name, rows in named}
    return made | {"datasets": tables}


def _rows(effect: Effect, code: str) -> pd.DataFrame:
    chart, indicator = effect.drawn.chart, catalog().indicators[code]
    places, signals = range(len(chart.months)), effect.judged.signals
    return pd.DataFrame(
        {
            "date": [month_date(month) for month in chart.months],
            "month": [point_name(chart, place) for place in places],
            "value": chart.y,
            "mean": chart.mean,
            "lower": chart.lower,
            "upper": chart.upper,
            "segment": ["0" for _ in places],
            "mark": [_SHOWN[signals[place]] for place in places],
            "text": [value_of(float(value), indicator) for value in chart.y],
            "limits": [limits_text(chart, place, indicator) for place in places],
            "said": [_said(effect, place) for place in places],
        }
    )


def _said(effect: Effect, place: int) -> str:
    if effect.judged.months[place] < effect.judged.start:
        return t("actions.effect.before")
    signal = effect.judged.signals[place]
    return t(f"control.mark.{signal}") if signal else t("actions.effect.after")


def points(effect: Effect, code: str) -> pd.DataFrame:
    """Every point, the newest first: value, usual level, limits, before or after."""
    chart, indicator = effect.drawn.chart, catalog().indicators[code]
    return pd.DataFrame(
        {
            t("chart.month"): [point_name(chart, p) for p in range(len(chart.months))][::-1],
            t("column.value"): [value_of(float(v), indicator) for v in chart.y][::-1],
            t("control.mean"): [value_of(float(v), indicator) for v in chart.mean][::-1],
            t("control.limits"): [
                limits_text(chart, place, indicator) for place in range(len(chart.months))
            ][::-1],
            t("control.mark"): [_said(effect, place) for place in range(len(chart.months))][::-1],
        }
    )


def levels(row: Row, effect: Effect | None) -> tuple[str, str]:
    """The levels before and after in words; — where there are none."""
    if effect is None:
        return "—", "—"
    indicator = catalog().indicators[row["indicator"]]
    return value_of(effect.judged.before, indicator), value_of(effect.judged.after, indicator)
