"""Making a forecast from the page: a button, a progress bar that can be left, what went wrong."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from core.flow.arrivals import last_day
from core.flow.effects import ahead
from core.flow.made.records import Made
from core.months import add_months, month_of
from core.words import t
from pages.shared import flow_jobs as jobs
from pages.shared import flow_reads as reads
from pages.shared.flow_jobs import Job, Order
from pages.shared.flow_phrases import date_of
from pages.shared.flow_reads import Asked
from pages.shared.phrases import complaint
from pages.shared.scope import View
from pages.shared.session import actor, store

PAGE = "flow_forecast"
EVERY = 1.0
"""Seconds between looks at the progress."""


def make(shown: View, asked: Asked) -> Made | None:
    """The stored forecast of what is asked; what is missing can be made here."""
    made = reads.current(shown.scope, asked)
    fresh = made is not None and made.basis == reads.basis(shown.scope, asked)[0]
    job = jobs.running(store(), shown.hospital_id, reads.label(shown.scope, asked))
    if job is not None and job.error is not None:
        st.error(complaint(job.error), icon=":material/error:")
    if job is not None and job.error is None:
        _progress(shown, asked, job.stage)
    elif made is None:
        with st.container(border=True):
            st.write(t("forecast.none_yet", last=known_until(shown, asked)))
            _button(shown, asked, "forecast.make", None)
    elif not fresh:
        st.warning(t("forecast.stale"), icon=":material/update:")
        _button(shown, asked, "forecast.make_again", None)
    elif made.scores is None:
        _button(shown, asked, "forecast.test", made)
    return made


def known_until(shown: View, asked: Asked) -> str:
    """The last day of the figures, as a date."""
    return f"{date_of(reads.basis(shown.scope, asked)[1]):%Y-%m-%d}"


def _button(shown: View, asked: Asked, word: str, made: Made | None) -> None:
    if st.button(t(word), type="primary", icon=":material/online_prediction:", key="forecast_make"):
        begin(shown, asked, made)
        st.rerun()


def begin(shown: View, asked: Asked, made: Made | None = None) -> Job:
    """Start making it, or only its test."""
    label = reads.label(shown.scope, asked)
    events = tuple(ahead(reads.events(shown.hospital_id), label.origin))
    number = made.id if made is not None else 0
    order = Order(shown.hospital_id, label, reads.subject(shown.scope, asked), events, number)
    return jobs.start(store(), actor(PAGE), order)


def a_month_ago(shown: View, asked: Asked) -> Asked | None:
    """The same with what was known a month ago; None where there was nothing yet."""
    last = reads.basis(shown.scope, asked)[1]
    if not last:
        return None
    month = add_months(month_of(date_of(last)), -1)
    days = reads.panel(shown.scope, asked)
    known = days[days["time"].dt.strftime("%Y%m").astype(int) <= month]
    newest = last_day(known, asked.freq)
    if newest is None:
        return None
    return replace(asked, origin=int(f"{newest:%Y%m%d}"))


def earlier(shown: View, asked: Asked) -> None:
    """A forecast made afterwards with what was known a month ago, so that there is one to judge."""
    back = a_month_ago(shown, asked)
    if back is None:
        return
    job = jobs.running(store(), shown.hospital_id, reads.label(shown.scope, back))
    if job is not None and job.error is None:
        _progress(shown, back, job.stage)
    elif reads.current(shown.scope, back) is None and st.button(
        t("forecast.back", day=f"{date_of(back.origin):%Y-%m-%d}"), icon=":material/history:"
    ):
        begin(shown, back)
        st.rerun()


@st.fragment(run_every=EVERY)
def _progress(shown: View, asked: Asked, stage: str) -> None:
    """How far it is; the page is drawn anew when a stage ends."""
    job = jobs.running(store(), shown.hospital_id, reads.label(shown.scope, asked))
    if job is None or job.stage != stage:
        st.rerun()
        return
    share = 0.15 if stage == jobs.MAKING else 0.3 + 0.7 * job.share
    st.progress(share, text=t(f"forecast.step.{stage}"))
