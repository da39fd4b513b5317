"""More of the queues page: when the list of booked patients is cleared, and the week played."""

from __future__ import annotations

import math
from dataclasses import replace

import pandas as pd
import streamlit as st

from core.charts.queues import lists_by_day, wait_of_week
from core.charts.theme import palette
from core.flow.backlog import Backlog, curves, machines_to_clear
from core.flow.opening import Opening, Room
from core.flow.simulation import Estimate, Run, Simulated, simulate
from core.formats import MISSING, money, number, signed, value_text
from core.words import language, t
from pages.shared import queues_parts as parts
from pages.shared import queues_reads as figures
from pages.shared.kept import kept
from pages.shared.page import dark, download, table
from pages.shared.phrases import sourced
from pages.shared.pictures import plain_spec
from pages.shared.quality_parts import joined
from pages.shared.queues_inputs import Asked, Start, flag_of, number_of
from pages.shared.queues_reads import Played
from pages.shared.scope import View

LINES = 6
HORIZON = 60
"""Days that are drawn at most."""
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def booked(told: Asked, start: Start) -> None:
    """预约几天: the list by day for each number of machines."""
    st.caption(t("queues.booked.what"))
    with st.grid(3, min_column_width=190, gap="small"):
        number_of("waiting", t("queues.field.waiting.help"))
        number_of("demand", t("queues.field.demand.help"))
        number_of("each", t("queues.field.each.help"))
    if start.case is None:
        st.caption(t("queues.booked.little"))
    now = told.backlog(told.now or 0)
    then = told.backlog(told.asked or 0)
    if now is None or then is None:
        st.info(t("queues.booked.fill"), icon=":material/edit:")
        return
    st.markdown(f"**{_booked_sentence(now, then)}**")
    counts = _counts(now, then)
    rows = _booked_rows(now, counts, told.cost_fen(start), told.now or 0)
    said = _drawn_sentence(now, counts)
    st.caption(said)
    roles = (int(now.machines), int(then.machines))
    spec = _booked_spec(now, tuple(counts), roles, language(), dark())
    st.vega_lite_chart(spec, theme=None, alt=said)
    st.caption(sourced(t("queues.unit.patients"), t("queues.booked.source")))
    table(rows, t("queues.booked.title"))


def _booked_sentence(now: Backlog, then: Backlog) -> str:
    return t(
        "queues.booked.answer",
        now=number(now.machines),
        before=parts.clear_text(now.clear_day),
        then=number(then.machines),
        after=parts.clear_text(then.clear_day),
    )


def _drawn_sentence(now: Backlog, counts: list[int]) -> str:
    week = machines_to_clear(now, 7)
    cleared = [one for one in counts if _with(now, one).clears]
    if not cleared:
        return t("queues.booked.none", least=number(_least(now)))
    fewest = _with(now, cleared[0])
    return t(
        "queues.booked.caption",
        least=number(cleared[0]),
        day=number(fewest.clear_day or 0),
        week=MISSING if week is None else number(week),
    )


def _with(backlog: Backlog, machines: int) -> Backlog:
    return replace(backlog, machines=machines)


def _least(now: Backlog) -> int:
    """The fewest machines that ever clear the list."""
    least = math.floor(now.demand / now.per_machine + 1e-9) + 1
    return least if now.waiting else math.ceil(now.demand / now.per_machine - 1e-9)


def _counts(now: Backlog, then: Backlog) -> list[int]:
    """Now, as asked, the fewest that clear, and what lies between, few enough to read."""
    least = _least(now)
    ends = {int(now.machines), int(then.machines), least}
    between = [one for one in range(min(ends), max(ends) + 2) if one not in ends]
    step = max(1, math.ceil(len(between) / max(1, LINES - len(ends))))
    return sorted(ends | set(between[::step]))


def _booked_rows(now: Backlog, counts: list[int], cost: float, present: int) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                t("queues.column.machines"): number(one),
                t("queues.column.capacity"): number(_with(now, one).capacity, 1),
                t("queues.column.balance"): signed(now.demand - _with(now, one).capacity, 1),
                t("queues.column.days_now"): value_text(_with(now, one).wait_days, "天", 1),
                t("queues.column.clear"): parts.clear_text(_with(now, one).clear_day),
                t("queues.column.day10"): number(_with(now, one).on_day(10)),
                t("queues.column.cost"): money((one - present) * cost),
            }
            for one in counts
        ]
    )


@kept(256)
def _booked_spec(
    now: Backlog, counts: tuple[int, ...], roles: tuple[int, int], in_language: str, on_dark: bool
) -> dict:
    days = [_with(now, one).clear_day for one in counts]
    last = min(HORIZON, max([10, *(day + 2 for day in days if day is not None)]))
    rows = curves(now, counts, last)
    present, wanted = roles
    names = {present: "now", wanted: "asked"}
    rows["role"] = [names.get(one, "other") for one in rows["machines"]]
    by_count = dict(zip(counts, days, strict=True))
    rows["clears"] = [by_count[m] == d for m, d in zip(rows["machines"], rows["day"], strict=True)]
    late = [by_count[m] is not None and d > by_count[m] for m, d in _pairs(rows)]
    rows = rows[[not one for one in late]].drop(columns="wait_days")
    rows["machines"] = [t("queues.count", count=one) for one in rows["machines"]]
    return plain_spec(lists_by_day(rows, palette(on_dark)))


def _pairs(rows: pd.DataFrame) -> zip:
    return zip(rows["machines"], rows["day"], strict=True)


def week(shown: View, told: Asked) -> None:
    """到了等多久, hour by hour: opening hours, rush, urgent patients, by simulation."""
    st.caption(t("queues.week.what"))
    shaped, opening = _week_inputs(shown), told.opening()
    if not told.asked or not told.arrivals or not told.minutes or told.cv is None:
        st.info(t("queues.fill"), icon=":material/edit:")
        return
    if opening is None or told.urgent is None or told.seed is None:
        st.info(t("queues.fill"), icon=":material/edit:")
        return
    room = Room(told.arrivals, told.minutes, told.asked, told.cv, told.urgent / 100)
    longer = (told.within or 30) / 60
    shape = figures.shape(shown) if shaped else None
    played = Played(room, opening, shape, Run(longer_than_h=longer), told.seed)
    rho = told.arrivals * told.minutes / 60 / told.asked
    if rho >= parts.FULL:
        st.warning(
            t("queues.week.unstable", machines=told.asked, rho=parts.percent(rho)),
            icon=":material/warning:",
        )
        return
    box = figures.simulated(played)
    if not box:
        st.caption(t("queues.week.long"))
        if not st.button(t("queues.week.run"), icon=":material/play_arrow:", type="primary"):
            return
        box.append(_run(played))
        st.rerun()
    _told(box[0], played)


def _week_inputs(shown: View) -> bool:
    """The fields of the week; whether patients come by the hospital's own hours."""
    with st.grid(3, min_column_width=150, gap="small"):
        for name in ("opens", "hours", "days"):
            number_of(name)
        number_of("urgent", t("queues.field.urgent.help"))
        number_of("seed")
        shaped = flag_of("shape", figures.shape(shown) is not None)
        flag_of("stays", True)
    return shaped


def _run(played: Played) -> Simulated:
    """Under a bar; who leaves the page or changes a field ends it."""
    bar = st.progress(0.0, text=t("queues.week.step", done=0, all=played.run.replications))

    def tell(share: float) -> None:
        done = round(share * played.run.replications)
        bar.progress(share, text=t("queues.week.step", done=done, all=played.run.replications))

    found = simulate(played.plan, played.run, played.seed, tell)
    bar.empty()
    return found


def _minutes(found: Estimate) -> str:
    return t(
        "queues.estimate",
        lower=number(max(0.0, found.lower * 60), 1),
        upper=number(found.upper * 60, 1),
    )


def _told(found: Simulated, played: Played) -> None:
    rows = _hours(found, played.opening)
    worst = rows.nlargest(1, "wait").to_dict("records")[0] if len(rows) else None
    with st.grid(3, min_column_width=190, gap="small"):
        for name, estimate in (("wait", found.wait_h), ("longer", found.p_longer)):
            with st.container(border=True, height="stretch", gap="xsmall"):
                minutes = number(played.run.longer_than_h * 60)
                label = t(f"queues.week.card.{name}", minutes=minutes)
                whole = name == "wait"
                st.metric(
                    label,
                    parts.minutes_text(estimate.mean * 60)
                    if whole
                    else parts.percent(estimate.mean),
                )
                st.markdown(f":small[{_minutes(estimate) if whole else _share(estimate)}]")
        with st.container(border=True, height="stretch", gap="xsmall"):
            st.metric(
                t("queues.week.card.worst"),
                MISSING if worst is None else parts.minutes_text(worst["wait"]),
            )
            st.markdown(f":small[{'' if worst is None else worst['name']}]")
    if worst is None:
        return
    wait = parts.minutes_text(worst["wait"])
    words = [t("queues.week.caption", hour=worst["name"], wait=wait)]
    if len(found.by_urgency) > 1:
        urgent, usual = found.by_urgency
        words.append(_ranks(urgent, usual))
    said = joined(words)
    st.caption(said)
    st.vega_lite_chart(_week_spec(played, language(), dark()), theme=None, alt=said)
    source = t(
        "queues.week.source",
        weeks=played.run.weeks,
        times=played.run.replications,
        seed=played.seed,
    )
    st.caption(sourced(t("queues.unit.minutes"), source))
    download(lambda: _week_table(rows), t("queues.week.title"))


def _ranks(urgent: Estimate, usual: Estimate) -> str:
    return t(
        "queues.week.ranks",
        urgent=parts.minutes_text(urgent.mean * 60),
        urgent_interval=_minutes(urgent),
        usual=parts.minutes_text(usual.mean * 60),
        usual_interval=_minutes(usual),
    )


def _share(found: Estimate) -> str:
    ends = (parts.percent(max(0.0, found.lower)), parts.percent(min(1.0, found.upper)))
    return t("queues.estimate.share", lower=ends[0], upper=ends[1])


def _hours(found: Simulated, opening: Opening) -> pd.DataFrame:
    """Open hours in which somebody came, worded."""
    rows = found.by_hour[found.by_hour["wait_h"].notna()].copy()
    for name, column in (("wait", "wait_h"), ("lower", "lower_h"), ("upper", "upper_h")):
        rows[name] = rows[column] * 60
    day, hour = rows["hour_of_week"] // 24, rows["hour_of_week"] % 24
    rows["hour"] = day * (opening.hours + 1) + hour - opening.start + 0.5
    rows["run"] = day.astype(str)
    rows["name"] = [hour_name(int(hour)) for hour in rows["hour_of_week"]]
    rows["text"] = [parts.minutes_text(one) for one in rows["wait"]]
    ends = zip(rows["lower"], rows["upper"], strict=True)
    rows["interval"] = [f"{number(low, 1)}–{number(high, 1)}" for low, high in ends]
    return rows


def hour_name(hour: int) -> str:
    """周六 19 时."""
    return t("queues.hour", day=t(f"queues.day.{DAYS[hour // 24]}"), hour=hour % 24)


@kept(64)
def _week_spec(played: Played, in_language: str, on_dark: bool) -> dict:
    found = figures.simulated(played)[0]
    rows = _hours(found, played.opening)
    columns = ["hour", "wait", "lower", "upper", "run", "name", "text", "interval"]
    days = [t(f"queues.day.{day}") for day in DAYS[: played.opening.days]]
    step = played.opening.hours + 1
    return plain_spec(wait_of_week(rows[columns], days, step, palette(on_dark)))


def _week_table(rows: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            t("queues.axis.hour"): rows["name"],
            t("queues.column.arrivals"): rows["arrivals"].round(2),
            t("queues.column.wait_min"): rows["wait"].round(2),
            t("queues.column.lower"): rows["lower"].round(2),
            t("queues.column.upper"): rows["upper"].round(2),
        }
    )
