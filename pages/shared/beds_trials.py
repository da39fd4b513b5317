"""The what-ifs of beds: what is tried beside what it answers."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from core.charts import beds as charts
from core.charts.theme import palette
from core.flow.beds import trade_off
from core.formats import months_name, number, signed
from core.words import language, t
from pages.shared import beds_answers, beds_choice, beds_reads
from pages.shared.beds_answers import Supposed, beds_text, supposed
from pages.shared.beds_choice import Choice, changed, widget
from pages.shared.beds_controls import CONTROLS, aim
from pages.shared.beds_parts import percent
from pages.shared.kept import kept
from pages.shared.page import dark, download, table
from pages.shared.phrases import COLOURS, SHAPES, plain, sourced
from pages.shared.pictures import plain_spec
from pages.shared.scope import View

DRAWN = 15
Bars = tuple[tuple[str, float, str], ...]


def trials(shown: View, *, by_ward: bool) -> None:
    """Choose one, set it, read its answer. by_ward: cases and wards are known, not only months."""
    names = [one for one in beds_choice.TRIALS if by_ward or one != "noon"]
    if beds_choice.current().trial not in names:
        beds_choice.put(beds_choice.content() | {"trial": names[0]})
    st.segmented_control(
        t("beds.try"),
        names,
        key=widget("trial"),
        required=True,
        format_func=lambda one: t(f"beds.try.{one}"),
        on_change=changed,
        args=("trial",),
    )
    choice = beds_choice.current()
    st.caption(t(f"beds.try.{choice.trial}.why"))
    asked = supposed(shown, choice)
    if asked is None:
        st.info(t("beds.try.none", months=months_name(shown.comparison.now)))
        return
    with st.container(width=560):
        CONTROLS[choice.trial](shown, asked)
        aim(choice)
    choice = beds_choice.current()
    _answer(shown, choice)
    PICTURES[choice.trial](shown, choice, asked)


def _answer(shown: View, choice: Choice) -> None:
    lines = beds_answers.answer(shown, choice)
    if not lines:
        st.info(t(f"beds.try.{choice.trial}.none"), icon=":material/info:")
        return
    st.markdown(
        f"**{plain(beds_answers.ward_of(shown, choice))}** "
        f":small[:gray[{t('beds.on', months=months_name(shown.comparison.now))}]]"
    )
    with st.grid(len(lines), min_column_width=165, gap="small"):
        for name, value in lines:
            with st.container(border=True, height="stretch"):
                st.metric(name, value)


def _stay_picture(shown: View, choice: Choice, _asked: Supposed) -> None:
    found = beds_answers.stays(shown, choice)
    if found is None or len(found.apart) < 2:
        return
    names = beds_reads.place_names(shown)
    freed = sorted(found.apart, key=lambda ward: -abs(found.apart[ward].freed))
    rows = tuple(
        (names.get(ward, ward), float(found.apart[ward].freed), beds_text(found.apart[ward].freed))
        for ward in freed[:DRAWN]
        if found.apart[ward].freed
    )
    _bars(rows, t("beds.stay.picture", shown=len(rows)))
    lines = [
        {
            t("beds.column.ward"): names.get(ward, ward),
            t("beds.column.beds"): each.before.beds,
            t("beds.column.admissions"): round(each.before.admissions, 2),
            t("beds.column.stay"): round(each.before.stay_days, 1),
            t("beds.column.stay_after"): round(each.after.stay_days, 1),
            t("beds.column.refused"): percent(each.before.refused * 100),
            t("beds.column.needed"): each.beds_needed,
            t("beds.column.freed"): each.freed,
            t("beds.column.more"): round(each.more_admissions * beds_answers.YEAR),
        }
        for ward, each in ((ward, found.apart[ward]) for ward in freed)
    ]
    columns = {
        t(f"beds.column.{name}"): st.column_config.NumberColumn(format=form)
        for name, form in (("admissions", "%.2f"), ("stay", "%.1f"), ("stay_after", "%.1f"))
    }
    table(pd.DataFrame(lines), t("beds.try.stay"), columns)


def _pool_picture(shown: View, choice: Choice, asked: Supposed) -> None:
    found = beds_answers.pooling(shown, choice)
    if found is None:
        return
    names = beds_reads.place_names(shown)
    own = [ward for ward in asked.every["ward"] if ward in choice.pool]
    parts = [
        *((names.get(ward, ward), each) for ward, each in zip(own, found.apart, strict=True)),
        (t("beds.pool.one"), found.pool),
    ]
    lines = [
        {
            t("beds.column.ward"): name,
            t("beds.column.beds"): each.beds,
            t("beds.column.admissions"): round(each.admissions, 2),
            t("beds.column.stay"): round(each.stay_days, 1),
            t("beds.column.use"): percent(each.occupancy * 100),
            t("beds.column.refused"): percent(each.refused * 100),
        }
        for name, each in parts
    ]
    table(pd.DataFrame(lines), t("beds.try.pool"))


def _use_picture(shown: View, choice: Choice, asked: Supposed) -> None:
    beds = asked.whole.beds
    now = float(asked.places["occupied"].sum() / asked.places["open"].sum())
    target = beds_reads.rules().band(92.5)
    share = beds_answers.answer(shown, choice)[2][1].rpartition("→")[2].strip()
    say = t("beds.use.say", beds=beds_text(beds), use=percent(choice.use, 0), refused=share)
    st.caption(plain(say))
    spec = _use_spec(beds, (choice.use, asked.whole.occupancy * 100), language(), dark())
    st.vega_lite_chart(spec, theme=None, alt=say)
    st.caption(sourced(t("beds.refused.unit"), t("beds.erlang")))
    download(lambda: _use_table(beds), t("beds.try.use"))
    if target is not None and not math.isnan(now):
        st.caption(t("beds.use.target", low=number(target.low), high=number(target.high)))


@kept(64)
def _curve(beds: int) -> pd.DataFrame:
    shares = np.arange(beds_answers.LOWEST_USE, beds_answers.HIGHEST_USE + 1) / 100
    return trade_off(beds, shares.tolist())


def _use_table(beds: int) -> pd.DataFrame:
    return pd.DataFrame(
        [
            (
                percent(row["occupancy"] * 100, 0),
                number(row["load"], 1),
                percent(row["refused"] * 100, 2),
            )
            for row in _curve(beds).to_dict("records")
        ],
        columns=pd.Index([t("beds.column.use"), t("beds.column.load"), t("beds.column.refused")]),
    )


@kept(64)
def _use_spec(beds: int, at: tuple[float, float], in_language: str, on_dark: bool) -> Any:
    rows = _curve(beds).assign(text="")
    rows[["occupancy", "refused"]] *= 100
    points = []
    for name, use in (("tried", at[0]), ("now", at[1])):
        if beds_answers.LOWEST_USE <= use <= beds_answers.HIGHEST_USE:
            share = float(trade_off(beds, [use / 100])["refused"].iloc[0]) * 100
            points.append((use, share, t(f"beds.use.{name}"), percent(share)))
    columns = pd.Index(["occupancy", "refused", "name", "text"])
    told = pd.DataFrame(points, columns=columns)
    return plain_spec(charts.trade_off(rows, told, t("beds.refused.unit"), palette(on_dark)))


def _noon_picture(shown: View, choice: Choice, _asked: Supposed) -> None:
    found, both = beds_answers.hourly(shown, choice), beds_answers.turned(shown, choice)
    if found is None or both is None:
        return
    before, after = both
    aim = beds_reads.rules().target("empty_hours")
    gap = (after.empty_hours / before.empty_hours - 1) * 100 if before.empty_hours > 0 else 0.0
    state = "good" if gap <= aim.value else "watch"
    word = t(
        "beds.noon.reached" if state == "good" else "beds.noon.short",
        change=f"{signed(gap)}%",
        target=f"{signed(aim.value, 0)}%",
    )
    st.markdown(f":{COLOURS[state]}[{SHAPES[state]} {plain(word)}]")
    say = t("beds.noon.say", now=percent(before.before_noon * 100))
    st.vega_lite_chart(_hours_spec(found, language(), dark()), theme=None, alt=say)
    st.caption(sourced(t("beds.hours.unit"), t("beds.cases")))
    names = [t(f"beds.hours.{name}") for name in ("came", "left", "tried")]
    rows = [(hour, *(round(part[hour], 2) for part in found)) for hour in range(24)]
    columns = pd.Index([t("beds.hour"), *names])
    download(lambda: pd.DataFrame(rows, columns=columns), t("beds.try.noon"))


@kept(64)
def _hours_spec(found: tuple[tuple[float, ...], ...], in_language: str, on_dark: bool) -> Any:
    rows = pd.DataFrame(
        [
            {
                "hour": hour,
                "value": part[hour],
                "which": which,
                "name": t(f"beds.hours.{which}"),
                "text": number(part[hour], 1),
            }
            for which, part in zip(("came", "left", "tried"), found, strict=True)
            for hour in range(24)
        ]
    )
    return plain_spec(charts.by_hour(rows, t("beds.hours.unit"), palette(on_dark)))


def _day_picture(shown: View, choice: Choice, _asked: Supposed) -> None:
    found = beds_answers.day_surgery(shown, choice)
    if found is None:
        return
    aim = beds_reads.rules().target("day_surgery")
    state = "good" if found.share >= aim.value else "watch"
    word = t(f"beds.day.{state}", now=percent(found.share), target=percent(aim.value, 0))
    st.markdown(f":{COLOURS[state]}[{SHAPES[state]} {plain(word)}]")
    kept_in = beds_reads.elective_stays(shown)
    if not kept_in:
        st.caption(t("beds.day.no_cases"))
        return
    lines = [
        {t("beds.column.nights"): nights, t("beds.column.operations"): kept_in[nights]}
        for nights in sorted(kept_in)
    ]
    table(pd.DataFrame(lines), t("beds.try.day"))


def _even_picture(shown: View, choice: Choice, _asked: Supposed) -> None:
    found = beds_answers.even(shown, choice)
    if found is None:
        return
    met = found.now.variation <= found.wanted
    state = "none" if math.isnan(found.wanted) else "good" if met else "watch"
    months = months_name(beds_answers.base_months(shown, choice))
    word = t(
        f"beds.even.{state}", wards=found.now.wards, months=months, mean=percent(found.now.mean)
    )
    st.markdown(f":{COLOURS[state]}[{SHAPES[state]} {plain(word)}]")
    if found.moves is None:
        return
    names = beds_reads.place_names(shown)
    moves = found.moves[found.moves["moved"] != 0].sort_values("moved")
    rows = tuple(
        (
            str(names.get(row["ward"], row["ward"])),
            float(row["moved"]),
            t("beds.count", n=signed(row["moved"], 0)),
        )
        for row in moves.to_dict("records")
    )
    _bars(rows[:DRAWN], t("beds.even.picture"))
    st.caption(t("beds.even.limits"))


def _bars(rows: Bars, say: str) -> None:
    if not rows:
        return
    st.caption(say)
    st.vega_lite_chart(_bars_spec(rows, language(), dark()), theme=None, alt=say)
    st.caption(sourced(t("beds.unit"), t("beds.erlang")))
    columns = pd.Index([t("beds.column.ward"), t("chart.value")])
    download(lambda: pd.DataFrame([(row[0], row[1]) for row in rows], columns=columns), say)


@kept(64)
def _bars_spec(rows: Bars, in_language: str, on_dark: bool) -> Any:
    told = pd.DataFrame(list(rows), columns=pd.Index(["name", "value", "text"]))
    return plain_spec(charts.bars(told, t("beds.unit"), palette(on_dark)))


PICTURES = {
    "stay": _stay_picture,
    "pool": _pool_picture,
    "use": _use_picture,
    "noon": _noon_picture,
    "day": _day_picture,
    "even": _even_picture,
}


def side_by_side(shown: View, contents: Any) -> None:
    """Saved what-ifs, each worked out on the months of this view."""
    st.caption(t("beds.compare.base", months=months_name(shown.comparison.now)))
    columns: dict[str, dict[str, str]] = {}
    for name, told in contents.items():
        choice = beds_choice.choice_of(told)
        head = {
            t("beds.compare.trial"): t(f"beds.try.{choice.trial}"),
            t("beds.compare.where"): beds_answers.ward_of(shown, choice),
        }
        columns[name] = head | dict(beds_answers.answer(shown, choice))
    items = list(dict.fromkeys(item for lines in columns.values() for item in lines))
    rows = pd.DataFrame(
        {
            t("beds.column.what"): items,
            **{name: [lines.get(item, "") for item in items] for name, lines in columns.items()},
        }
    )
    table(rows, t("beds.compare.title"))
