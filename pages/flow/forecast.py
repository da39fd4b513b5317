"""流量预测: how many will come, how sure that is, what drives it, what is known beforehand."""

from __future__ import annotations

import streamlit as st

from core.flow.arrivals import STREAMS
from core.flow.made.records import Made
from core.flow.rhythm import Freq
from core.words import t
from pages.shared import flow_reads, forecast_events, forecast_making, forecast_worth, reads
from pages.shared import forecast_parts as parts
from pages.shared.flow_reads import HORIZONS, Asked, Found
from pages.shared.page import empty, head, view
from pages.shared.phrases import plain
from pages.shared.scope import View, adopt, publish

STREAM, FREQ = "forecast_stream", "forecast_freq"
TABS = ("ahead", "hours", "accuracy", "drivers", "tracked", "events")
FORMULAS = ("model", "interval", "error", "floor", "events", "zeros")


def main() -> None:
    shown = view()
    head("forecast", shown)
    known = flow_reads.streams(shown.scope) if reads.months_reported(shown.hospital_id) else {}
    if not known:
        empty("forecast")
        return
    own = [one for one in STREAMS if not shown.department or shown.department in known.get(one, ())]
    there = [one for one in own if one in known]
    if not there:
        st.info(t("forecast.none_here"), icon=":material/info:")
        return
    asked = _asked(shown, there)
    if not flow_reads.basis(shown.scope, asked)[1]:
        st.info(t("forecast.too_short"), icon=":material/info:")
        return
    made = forecast_making.make(shown, asked)
    if made is not None:
        _answer(shown, asked, made)
    _tabs(shown, asked, made)
    _how()
    _next(shown, asked)


def _asked(shown: View, there: list[str]) -> Asked:
    """Whose arrivals, by which rhythm."""
    rhythms = list(HORIZONS)
    adopt("stream", STREAM, lambda text: text if text in there else None)
    adopt("freq", FREQ, lambda text: text if text in rhythms else None)
    if st.session_state.get(STREAM) not in there:
        st.session_state[STREAM] = there[0]
    if st.session_state.get(FREQ) not in rhythms:
        place = (st.session_state[STREAM], shown.department)
        st.session_state[FREQ] = flow_reads.first_rhythm(shown.hospital_id, place)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        stream = st.segmented_control(
            t("forecast.stream"),
            there,
            key=STREAM,
            required=True,
            format_func=lambda code: t(f"forecast.stream.{code}").capitalize(),
        )
        freq: Freq | None = st.segmented_control(
            t("forecast.freq"),
            rhythms,
            key=FREQ,
            required=True,
            format_func=lambda code: t(f"forecast.freq.{code}"),
        )
    chosen, rhythm = stream or there[0], freq or rhythms[0]
    publish(stream=chosen, freq=rhythm)
    return Asked(chosen, shown.department, rhythm, HORIZONS[rhythm])


def _answer(shown: View, asked: Asked, made: Made) -> None:
    found = flow_reads.found(shown.scope, asked, made)
    parts.headline(found)
    forecast_worth.warning(asked, made)
    parts.cards(found, made)


def _tabs(shown: View, asked: Asked, made: Made | None) -> None:
    names = TABS if made is not None else ("events",)
    key = "forecast_tab" if made is not None else "forecast_tab_events"
    titles = [t(f"forecast.tab.{name}") for name in names]
    for name, tab in zip(names, st.tabs(titles, on_change="rerun", key=key), strict=True):
        if not tab.open:
            continue
        with tab:
            if name == "events":
                forecast_events.calendar(shown, asked)
            elif made is not None:
                _tab(shown, flow_reads.found(shown.scope, asked, made), made, name)


def _tab(shown: View, found: Found, made: Made, name: str) -> None:
    if name == "ahead":
        parts.picture(found)
        parts.rows_table(found)
    elif name == "hours":
        parts.hours(found)
    elif name == "accuracy":
        forecast_worth.accuracy(found, made)
    elif name == "drivers":
        forecast_worth.drivers(found, made)
    else:
        forecast_worth.tracked(shown, found)
        forecast_making.earlier(shown, found.asked)


def _how() -> None:
    """How it is worked out, one click away."""
    more = st.popover(
        t("how.title"), icon=":material/functions:", on_change="rerun", key="forecast_how"
    )
    if more.open:
        with more:
            for name in FORMULAS:
                title, words = t(f"forecast.how.{name}"), t(f"forecast.how.{name}.text")
                st.markdown(f"**{plain(title)}** {plain(words)}")
            st.caption(t("how.source", source=t("forecast.how.source")))


def _next(shown: View, asked: Asked) -> None:
    """Where to go from here: staff for it, beds for it."""
    links = {"staffing": ":material/badge:", "beds": ":material/bed:"}
    with st.container(horizontal=True):
        for page, icon in links.items():
            st.page_link(
                f"pages/flow/{page}.py",
                label=t(f"forecast.next.{page}"),
                icon=icon,
                query_params=shown.codes | {"stream": asked.stream},
            )


main()
