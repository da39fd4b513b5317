"""Parts of the forecast page: the answer, its cards, the fan, the table, the hours of the week."""

from __future__ import annotations

import datetime as dt
import math

import pandas as pd
import streamlit as st

from core.charts.forecast import Fan, axis_label, fan_chart, hours_chart
from core.charts.theme import palette
from core.flow.calendar import unannounced_years
from core.flow.effects import days_of
from core.flow.licence import coverage_state, error_state
from core.flow.made.records import Made
from core.flow.outlook import Outlook, outlook
from core.flow.profile import busiest
from core.formats import MISSING, listed, number, signed, value_text
from core.words import language, t
from pages.shared import flow_reads as reads
from pages.shared.flow_phrases import date_of, period_name, range_name, weekday_name
from pages.shared.flow_reads import Asked, Found
from pages.shared.kept import kept
from pages.shared.page import dark, download, table
from pages.shared.phrases import COLOURS, SHAPES, plain, sourced
from pages.shared.pictures import plain_spec
from pages.shared.session import today

HISTORY = {"D": 42, "W": 52, "h": 7 * 24, "M": 24}
"""Periods of the past in the picture."""
NUMBERS = ("mean", "median", "lower_80", "upper_80", "lower_95", "upper_95", "naive")
SMALL = 10
"""Mean counts below which one decimal is told."""


def counted(value: float, decimals: int = 0) -> str:
    """A number of arrivals with its unit."""
    return value_text(value, "人次", decimals)


def percent(share: float | None, decimals: int = 1) -> str:
    """A share of 1 as percent; — when it is unknown."""
    return value_text(math.nan if share is None else share * 100, "%", decimals)


def percent_signed(share: float | None) -> str:
    """+1.2%, — when unknown."""
    return MISSING if share is None else f"{signed(share * 100)}%"


def ratio(value: float | None) -> str:
    """A pure number with two decimals, — when unknown."""
    return MISSING if value is None else number(value, 2)


def headline(found: Found) -> None:
    """How many in the next stretch, how sure, when it is busiest, more or fewer than last time."""
    said, over = _headline(found, today(), language())
    if said:
        st.subheader(said, anchor=False)
    if over:
        st.warning(over, icon=":material/history:")


@kept(128)
def _headline(found: Found, day: dt.date, in_language: str) -> tuple[str, str]:
    """The answer, and that it is over where it is."""
    ahead = outlook(found.rows, found.asked.freq, day)
    if ahead is None:
        return "", ""
    last = range_name(ahead.last, ahead.last)
    return _sentence(found, ahead), t("forecast.over", day=last) if ahead.over else ""


def _sentence(found: Found, ahead: Outlook) -> str:
    asked, decimals = found.asked, 0 if ahead.mean >= SMALL else 1
    month = asked.freq == "M"
    first = pd.Timestamp(ahead.first)
    said = t(
        f"forecast.headline.{asked.freq}",
        when=period_name(first, "M") if month else range_name(ahead.first, ahead.last),
        stream=t(f"forecast.stream.{asked.stream}"),
        mean=counted(ahead.mean, decimals),
        low=number(ahead.lower),
        high=number(ahead.upper),
        busiest=period_name(ahead.busiest, asked.freq),
        most=number(ahead.most, decimals),
    )
    profile = reads.profile(found.scope, asked)
    if asked.freq == "D" and not profile.empty:
        said += t("forecast.headline.hour", hour=busiest(profile)[1])
    if not math.isnan(ahead.change_pct):
        against = t(f"forecast.against.{asked.freq}")
        said += t("forecast.headline.change", against=against, change=signed(ahead.change_pct))
    return plain(said)


def cards(found: Found, made: Made) -> None:
    """The whole horizon; error against same as last time; coverage; the best that can be."""
    asked, rows, scores = found.asked, found.rows, made.scores or {}
    single = rows[rows["span"] == 1]
    error, covered = error_state(made.scores), coverage_state(made.scores, 80)
    shares = scores.get("coverage", {})
    last = t(f"forecast.naive.{asked.freq}")
    errors = t("forecast.card.error.why", naive=last, wape=percent(scores.get("naive_wape")))
    if scores:
        bias = percent_signed(scores["bias"])
        errors += t("forecast.card.error.more", mase=ratio(scores["mase"]), bias=bias)
    inside = f"{percent(shares.get('80'), 0)} / {percent(shares.get('95'), 0)}"
    with st.grid(4, min_column_width=205, gap="small"):
        _card(
            t("forecast.card.total", many=len(single), unit=t(f"forecast.unit.{asked.freq}")),
            counted(float(single["mean"].sum())),
            t("forecast.card.total.why"),
        )
        _card(
            t("forecast.card.error"),
            percent(scores.get("wape")),
            f"{_state(error, f'forecast.error.{error}')} {errors}",
        )
        _card(
            t("forecast.card.coverage"),
            inside,
            f"{_state(covered, f'forecast.coverage.{covered}')} {t('forecast.card.coverage.why')}",
        )
        best = percent(scores.get("floor_wape"))
        _card(t("forecast.card.floor"), best, t("forecast.card.floor.why"))


def _card(label: str, value: str, under: str) -> None:
    with st.container(border=True, height="stretch", gap="xsmall"):
        st.metric(label, value)
        st.markdown(f":small[{under}]")


def _state(state: str, word: str) -> str:
    return f":{COLOURS[state]}[{SHAPES[state]} {t(word)}]"


def picture(found: Found) -> None:
    """The fan: what came, what is to come with its intervals, same as last time, marked days."""
    spec, said, years = _drawing(found, language(), dark())
    st.vega_lite_chart(spec, theme=None, alt=said)
    st.caption(plain(said))
    st.caption(sourced(t("forecast.unit"), source(found)))
    if years:
        st.info(t("forecast.unannounced", years=years), icon=":material/event_busy:")


def source(found: Found) -> str:
    """Where the arrivals come from, and how far they reach."""
    last = date_of(reads.basis(found.scope, found.asked)[1])
    return t("forecast.source", stream=t(f"forecast.stream.{found.asked.stream}"), last=last)


@kept(64)
def _drawing(found: Found, in_language: str, on_dark: bool) -> tuple[dict, str, str]:
    """The fan as plain data, what it shows in words, the years not announced."""
    asked, marked, points = found.asked, _marks(found), _points(found)
    last = str(points.loc[points["actual"].notna(), "date"].max())
    about = Fan(t("forecast.unit"), axis_label(asked.freq), last)
    said = t("forecast.picture", naive=t(f"forecast.naive.{asked.freq}"))
    if len(marked):
        said += t("forecast.picture.marks", names=listed(dict.fromkeys(marked["text"])))
    times = found.rows["time"]
    first, until = times.min().date(), times.max().date()
    years = unannounced_years(reads.calendar(found.scope), first, until)
    spec = plain_spec(fan_chart(points, marked, about, palette(on_dark)))
    return spec, said, listed(str(year) for year in years)


def _marks(found: Found) -> pd.DataFrame:
    """Holidays and events of the days ahead: date, text, label; by date."""
    single = found.rows
    first, last = single["time"].min().normalize(), single["time"].max().normalize()
    days = reads.calendar(found.scope).days(first.date(), last.date())
    named = days[(days["name"] != "") & days["kind"].isin(["holiday", "makeup"])]
    marks = [
        (pd.Timestamp(one["date"]), str(one["name"]))
        for one in named.drop_duplicates("name").to_dict("records")
    ]
    for event in found.entered:
        begun = max(pd.Timestamp(str(event.first)), first)
        over = pd.Timestamp(str(event.last)) < first
        if event.concerns(*found.asked.place) and begun <= last and not over:
            marks.append((begun, event.name))
    told = pd.DataFrame(sorted(marks), columns=pd.Index(["date", "text"]))
    date = [f"{one:%Y-%m-%dT%H:%M:%S}" for one in told["date"]]
    return told.assign(date=date, label=[text[:8] for text in told["text"]])


def _points(found: Found) -> pd.DataFrame:
    asked, rows = found.asked, found.rows
    past = reads.panel(found.scope, asked).tail(HISTORY[asked.freq])
    single = rows[rows["span"] == 1]
    decimals = _decimals(single)
    before = pd.DataFrame({"time": past["time"], "actual": past["count"]})
    points = pd.concat([before, single[["time", *NUMBERS]]], ignore_index=True)
    points["shown"] = points["median"].fillna(points["actual"])
    points["told"] = [counted(value, decimals) for value in points["shown"]]
    bounds = zip(points["lower_80"], points["upper_80"], strict=True)
    points["range"] = [f"{number(low)}–{number(up)}" for low, up in bounds]
    points["last"] = [number(value) for value in points["naive"]]
    points["when"] = [period_name(time, asked.freq) for time in points["time"]]
    points["date"] = points["time"].dt.strftime("%Y-%m-%dT%H:%M:%S")
    return points.drop(columns=["time", "mean"])


def _decimals(single: pd.DataFrame) -> int:
    return 0 if single["mean"].mean() >= SMALL else 1


def rows_table(found: Found) -> None:
    """Every period of the forecast, with xlsx."""
    unit = t(f"forecast.unit.{found.asked.freq}")
    stream = t(f"forecast.stream.{found.asked.stream}")
    table(_lines(found, language()), t("forecast.table", stream=stream, unit=unit))


@kept(64)
def _lines(found: Found, in_language: str) -> pd.DataFrame:
    asked, rows = found.asked, found.rows
    single = rows[rows["span"] == 1]
    decimals = _decimals(single)
    when = [period_name(one, asked.freq) for one in single["time"]]
    notes = _notes(found, single)
    frame = pd.DataFrame({t("forecast.column.time"): when, t("forecast.column.note"): notes})
    for column in NUMBERS:
        places = 1 if column == "mean" else decimals
        frame[t(f"forecast.column.{column}")] = single[column].round(places).to_numpy()
    return frame


def _notes(found: Found, single: pd.DataFrame) -> list[str]:
    """Holiday and events of each period."""
    first, last = single["time"].min().date(), single["time"].max().date()
    days = reads.calendar(found.scope).days(first, last)
    holidays = {f"{one:%Y%m%d}": name for one, name in zip(days["date"], days["name"], strict=True)}
    own = [one for one in found.entered if one.concerns(*found.asked.place)]
    events = {str(day): one.name for one in own for day in days_of(one)}
    notes = []
    for time, factor in zip(single["time"], single["factor"], strict=True):
        day = f"{time:%Y%m%d}"
        daily = found.asked.freq in ("D", "h")
        told = [holidays.get(day, ""), events.get(day, "")] if daily else []
        if factor != 1.0:
            told.append(t("forecast.supposed", change=signed((factor - 1) * 100)))
        notes.append(listed(dict.fromkeys(one for one in told if one)))
    return notes


def hours(found: Found) -> None:
    """The hours of the week as they were in the last twelve months."""
    drawn = _hours(found.scope, found.asked, found.basis, (language(), dark()))
    if drawn is None:
        st.caption(t("forecast.hours.none"))
        return
    spec, said, rows = drawn
    st.vega_lite_chart(spec, theme=None, alt=said)
    st.caption(plain(said))
    st.caption(sourced(t("forecast.unit.hour"), source(found)))
    download(rows, t("forecast.hours.name"))


@kept(32)
def _hours(
    scope: reads.Scope, asked: Asked, basis: str, look: tuple[str, bool]
) -> tuple[dict, str, pd.DataFrame] | None:
    profile = reads.profile(scope, asked)
    if profile.empty:
        return None
    names = {day: weekday_name(day) for day in sorted(set(profile["weekday"]))}
    days = list(names.values())
    cells = profile.assign(
        day=profile["weekday"].map(lambda day: names[day]),
        text=[counted(value, 1) for value in profile["mean"]],
    )
    day, hour = busiest(profile)
    most = counted(float(profile["mean"].max()), 1)
    said = t("forecast.hours", day=weekday_name(day), hour=hour, mean=most)
    spec = plain_spec(hours_chart(cells, t("forecast.unit.hour"), days, palette(look[1])))
    wide = cells.pivot_table(index="hour", columns="day", values="mean")[days].round(2)
    return spec, said, wide.reset_index().rename(columns={"hour": t("forecast.hour")})
