"""Parts of the staffing page: headline, cards, the week's gaps, one day."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from core.charts.staffing import day_of_arrivals, day_of_staff, gap_strip
from core.charts.theme import palette
from core.flow.rostering import QUANTILES, Need, Shortage, worst
from core.flow.staffing import Comparison, Suggestion, compare, peaks
from core.formats import MISSING, money, number, signed
from core.words import language, pick, t
from pages.shared import reads
from pages.shared import staffing_reads as figures
from pages.shared.equipment_phrases import MONEY
from pages.shared.kept import kept
from pages.shared.page import dark, download
from pages.shared.phrases import sourced
from pages.shared.pictures import plain_spec
from pages.shared.quality_parts import joined
from pages.shared.queues_more import DAYS, hour_name
from pages.shared.scope import View, adopt, publish
from pages.shared.staffing_inputs import PAGE, Asked

DAY = f"{PAGE}_day"


@dataclass(frozen=True)
class Of:
    """What an answer depends on, beside the facts."""

    shown: View
    told: Asked
    departments: tuple[str, ...]
    suggests: bool
    """Whether shifts may be suggested."""


@dataclass(frozen=True, eq=False)
class Answer:
    """Everything that the page says of one what-if."""

    of: Of
    forecast: pd.DataFrame
    monday: dt.date
    need: Need
    present: np.ndarray | None
    held: Comparison | None
    """The present roster against the need; None without a roster."""
    suggestion: Suggestion | None
    """None while it must not be shown or pay is not known."""
    then: Comparison | None

    @property
    def told(self) -> Asked:
        return self.of.told

    @property
    def silent(self) -> int:
        """Hours of which the present roster says nothing."""
        return 0 if self.present is None else int(np.isnan(self.present).sum())

    @property
    def worst(self) -> Shortage | None:
        return None if self.held is None else worst(self.held.gap)


def answer(of: Of) -> Answer | None:
    """The need, the present roster held against it, and the cheapest shifts; None: no forecast."""
    shown, told = of.shown, of.told
    rule, week = told.rule, told.week(of.departments)
    if rule is None:
        return None
    found, needed = figures.forecast_week(shown, week), figures.needed(shown, week, rule)
    if found is None or needed is None:
        return None
    wage_fen = 0 if told.wage is None else round(told.wage * 100)
    hours, present = figures.standards().hours, told.present()
    held = None
    if present is not None:
        held = compare(present, needed.needed, wage_fen, hours, told.people)
    suggestion = then = None
    if of.suggests and wage_fen:
        suggestion = figures.suggested(shown, week, rule, wage_fen, told.every)
    if suggestion is not None:
        staffed = suggestion.cover.staffed
        then = compare(staffed, needed.needed, wage_fen, hours, told.people)
    return Answer(of, *found, needed, present, held, suggestion, then)


def untold_answer(of: Of) -> Answer:
    """The same where it is known that there is one."""
    found = answer(of)
    if found is None:
        raise ValueError("nothing is forecast")
    return found


def week_name(monday: dt.date) -> str:
    sunday = monday + dt.timedelta(days=6)
    return t(
        "staffing.week",
        month=monday.month,
        day=monday.day,
        month2=sunday.month,
        day2=sunday.day,
        start=f"{monday:%d %b}",
        end=f"{sunday:%d %b}",
    )


def span_name(gap: Shortage) -> str:
    start, day = gap.start % 24, t(f"queues.day.{DAYS[gap.start // 24]}")
    return t("staffing.span", day=day, start=start, end=start + gap.hours)


def headline(found: Answer) -> str:
    staff = t(f"staffing.staff.{found.told.staff}")
    stream = t(f"staffing.stream.{found.told.stream}")
    fields = {"week": week_name(found.monday), "stream": stream, "staff": staff}
    said, gap = [], found.worst
    if found.held is None:
        total, most = found.need.needed.sum(), found.need.needed.max()
        said.append(t("staffing.headline.need", **fields, hours=number(total), most=number(most)))
    elif gap is None:
        said.append(t("staffing.headline.covered", **fields, spare=number(found.held.spare)))
    else:
        short = number(found.held.uncovered)
        where = span_name(gap)
        said.append(t("staffing.headline", **fields, short=short, where=where, people=gap.people))
    if found.suggestion is not None:
        rows = found.suggestion.shifts
        peak = int(rows.loc[rows["peak"], "people"].sum())
        cost = money(found.suggestion.cost_fen)
        count = number(int(rows["people"].sum()))
        said.append(t("staffing.headline.suggest", count=count, peak=number(peak), cost=cost))
    return joined(said)


def cards(found: Answer) -> None:
    """Present to suggested: uncovered, spare, overtime, cost."""
    with st.grid(4, min_column_width=190, gap="small"):
        for name in ("uncovered", "spare", "overtime", "cost"):
            with st.container(border=True, height="stretch", gap="xsmall"):
                st.metric(t(f"staffing.card.{name}"), _moved(found, name))
                st.markdown(f":small[{_why(found, name)}]")


def _moved(found: Answer, name: str) -> str:
    """Present and suggested, — where one is not known."""
    if name == "cost":
        before = math.nan if found.held is None else found.held.cost_fen or math.nan
        after = math.nan if found.suggestion is None else float(found.suggestion.cost_fen)
        ends = [number(fen / MONEY[language()], 1) for fen in (before, after)]
        return t("staffing.moves.cost", before=ends[0], after=ends[1])
    before, after = (
        math.nan if one is None else getattr(one, name) for one in (found.held, found.then)
    )
    return t("staffing.moves", before=number(before), after=number(after))


def _why(found: Answer, name: str) -> str:
    if found.held is not None and found.silent and name in ("uncovered", "cost"):
        return f":orange[▲ {t('staffing.silent', hours=found.silent)}]"
    if name == "overtime" and found.told.people is None:
        return t("staffing.people.none")
    if name == "cost" and found.told.wage is None:
        return f":orange[▲ {t('staffing.wage.none')}]"
    if name == "uncovered" and found.held is not None:
        bad = found.held.uncovered > 0
        return f":red[■ {t('staffing.short')}]" if bad else f":blue[● {t('staffing.full')}]"
    return t(f"staffing.card.{name}.why")


def strip(found: Answer) -> None:
    """The week by hour: who is missing, who is spare."""
    said = _strip_sentence(found)
    st.caption(said)
    key = _drawn_from(found.of.shown)
    spec = _strip_spec(key, found.of, language(), dark())
    st.vega_lite_chart(spec, theme=None, alt=said)
    st.caption(sourced(t("staffing.unit"), source(found)))
    download(lambda: coverage(found), t("staffing.coverage"))


def source(found: Answer) -> str:
    return t(
        "staffing.source",
        week=week_name(found.monday),
        level=found.told.level,
        per=number(found.told.per or math.nan, 1),
    )


def _strip_sentence(found: Answer) -> str:
    if found.held is None:
        return t("staffing.strip.need")
    gap = found.worst
    if gap is None:
        return t("staffing.strip.covered")
    return t("staffing.strip", where=span_name(gap), people=gap.people)


Key = tuple[Any, ...]


def _drawn_from(shown: View) -> Key:
    """How far facts and events have come."""
    return (*reads.facts_key(shown.scope), figures.known(shown))


@kept(64)
def _strip_spec(key: Key, of: Of, in_language: str, on_dark: bool) -> dict:
    found = untold_answer(of)
    days, rows = [t(f"queues.day.{day}") for day in DAYS], []
    for hour, wanted in enumerate(found.need.needed.tolist()):
        there = 0.0 if found.present is None else _at(found.present, hour)
        gap = 0 if there is None else round(there - wanted)
        rows.append(
            {
                "day": days[hour // 24],
                "hour": hour % 24,
                "gap": gap,
                "silent": there is None,
                "text": number(wanted) if found.present is None else signed(gap, 0),
                "name": hour_name(hour),
                "needed": number(wanted),
                "rostered": MISSING if found.present is None or there is None else number(there),
            }
        )
    table = pd.DataFrame(rows)
    most = max(1, int(table["gap"].abs().max()))
    return plain_spec(gap_strip(table, days, most, palette(on_dark)))


def one_day(found: Answer) -> None:
    """A day that is chosen, the worst one to begin with."""
    gap = found.worst
    usual = DAYS[gap.start // 24] if gap is not None else DAYS[0]
    adopt("day", DAY, lambda text: text if text in DAYS else None)
    day = st.segmented_control(
        t("staffing.day"),
        DAYS,
        key=DAY,
        default=None if DAY in st.session_state else usual,
        required=True,
        format_func=lambda one: t(f"queues.day.{one}"),
    )
    day = day or usual
    publish(day="" if day == usual else day)
    place = DAYS.index(day)
    busy = peaks(found.need.median[place * 24 : place * 24 + 24])
    name = t(f"queues.day.{day}")
    said = t("staffing.day.flat", day=name)
    if busy:
        spans = [t("staffing.hours", start=one.start, end=one.end) for one in busy]
        said = t("staffing.day.peaks", day=name, spans=pick("、", ", ").join(spans))
    st.caption(said)
    key = _drawn_from(found.of.shown)
    spec = _arrival_spec(key, found.of, place, language(), dark())
    st.vega_lite_chart(spec, theme=None, alt=said)
    level = found.told.level
    st.caption(sourced(t("staffing.day.unit"), t("staffing.day.source", level=level)))
    own = slice(place * 24, place * 24 + 24)
    download(lambda: coverage(found).iloc[own], t("staffing.day.arrivals", day=name))
    words = t("staffing.day.staff")
    st.caption(words)
    spec = _staff_spec(key, found.of, place, language(), dark())
    st.vega_lite_chart(spec, theme=None, alt=words)
    st.caption(sourced(t("staffing.unit"), source(found)))
    download(lambda: coverage(found).iloc[own], t("staffing.day.people", day=name))


@kept(64)
def _arrival_spec(key: Key, of: Of, place: int, in_language: str, on_dark: bool) -> dict:
    found = untold_answer(of)
    busy = peaks(found.need.median[place * 24 : place * 24 + 24])
    spans = pd.DataFrame([{"start": one.start, "end": one.end} for one in busy])
    hours, _ = _day_rows(found, place)
    return plain_spec(day_of_arrivals(hours, spans, palette(on_dark)))


@kept(64)
def _staff_spec(key: Key, of: Of, place: int, in_language: str, on_dark: bool) -> dict:
    _, staff = _day_rows(untold_answer(of), place)
    return plain_spec(day_of_staff(staff, palette(on_dark)))


def _day_rows(found: Answer, place: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Arrivals of the day, and its staff with the last hour said twice for the staircase."""
    lower, upper = interval(found)
    hours, staff = [], []
    for hour in range(24):
        at = place * 24 + hour
        hours.append(
            {
                "hour": hour + 0.5,
                "median": found.need.median[at],
                "lower": lower[at],
                "upper": upper[at],
                "name": hour_name(at),
                "text": number(found.need.median[at], 1),
                "interval": f"{number(lower[at], 1)}–{number(upper[at], 1)}",
            }
        )
        there = _at(found.present, at)
        then = None if found.suggestion is None else float(found.suggestion.cover.staffed[at])
        staff.append(
            {
                "hour": hour,
                "base": int(found.need.base[at]),
                "needed": int(found.need.needed[at]),
                "present": there,
                "suggested": then,
                "name": hour_name(at),
                "words": _words(found, at, there, then),
            }
        )
    staff.append(staff[-1] | {"hour": 24})
    return pd.DataFrame(hours), pd.DataFrame(staff)


def _at(present: np.ndarray | None, hour: int) -> float | None:
    return None if present is None or math.isnan(present[hour]) else float(present[hour])


def _words(found: Answer, at: int, there: float | None, then: float | None) -> str:
    return t(
        "staffing.words",
        base=number(found.need.base[at]),
        float=number(found.need.pool[at]),
        present=MISSING if there is None else number(there),
        suggested=MISSING if then is None else number(then),
    )


def interval(found: Answer) -> tuple[np.ndarray, np.ndarray]:
    """Sums over departments of the ends of the interval; its own ends where there is one."""
    level = QUANTILES[found.told.level]
    sums = found.forecast.groupby("time")[[f"lower_{level}", f"upper_{level}"]].sum()
    return sums.iloc[:, 0].to_numpy(), sums.iloc[:, 1].to_numpy()


def coverage(found: Answer) -> pd.DataFrame:
    """Every hour of the week as rows: forecast, need, present, suggested, gap."""
    need, rows = found.need, []
    for hour in range(168):
        day = found.monday + dt.timedelta(days=hour // 24)
        there = _at(found.present, hour)
        then = None if found.suggestion is None else int(found.suggestion.cover.staffed[hour])
        wanted = int(need.needed[hour])
        rows.append(
            {
                t("staffing.column.date"): f"{day:%Y-%m-%d}",
                t("queues.axis.hour"): hour_name(hour),
                t("staffing.column.median"): round(float(need.median[hour]), 1),
                t("staffing.column.high", level=found.told.level): round(float(need.high[hour]), 1),
                t("staffing.column.base"): int(need.base[hour]),
                t("staffing.column.float"): int(need.pool[hour]),
                t("staffing.column.needed"): wanted,
                t("staffing.column.present"): there,
                t("staffing.column.gap"): None if there is None else there - wanted,
                t("staffing.column.suggested"): then,
            }
        )
    return pd.DataFrame(rows)
