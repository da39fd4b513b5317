"""Cached reads of patient flow: arrivals as panels, events, forecasts.

What is asked for is a stream, a department ('' all together), a rhythm and how far ahead. Keys
hold how far the facts and the events have come, so a new import is seen at the next run.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from core.flow import records
from core.flow.arrivals import STREAMS, WHOLE, last_day
from core.flow.calendar import Calendar
from core.flow.effects import (
    Event,
    Weights,
    ahead,
    applied,
    corrected,
    factors,
    unlearned,
    weights_of,
)
from core.flow.events.records import event_in
from core.flow.events.records import events as stored_events
from core.flow.licence import confirm
from core.flow.made.records import Label, Made, forecasts, values
from core.flow.making import Product, Subject, produced
from core.flow.profile import week_profile
from core.flow.rhythm import Freq
from core.frames import Scope
from core.hospital.rollups.reads.records import arrival_week
from core.months import add_months
from pages.shared.kept import kept
from pages.shared.reads import facts_key
from pages.shared.session import store

HORIZONS: dict[Freq, int] = {"D": 28, "W": 13, "h": 168, "M": 6}
"""How far ahead each rhythm looks unless another number is asked for."""
PROFILE_MONTHS = 12
Key = tuple[Any, ...]


@dataclass(frozen=True)
class Asked:
    """What is to be forecast; `origin` the last day to be read, YYYYMMDD, 0 all there is."""

    stream: str = STREAMS[0]
    department: str = ""
    freq: Freq = "D"
    horizon: int = HORIZONS["D"]
    origin: int = 0

    @property
    def series(self) -> str:
        """What the series is called in panels and forecasts."""
        return self.department or WHOLE

    @property
    def place(self) -> tuple[str, str]:
        return self.stream, self.department


def _store_key() -> Key:
    return st.session_state["store_key"]


@kept(32)
def _streams(key: Key, scope: Scope) -> dict[str, tuple[str, ...]]:
    return records.streams(store(), scope)


def streams(scope: Scope) -> dict[str, tuple[str, ...]]:
    """The departments that have arrivals, by stream; empty where no arrivals were brought."""
    return _streams(facts_key(scope), scope)


@kept(16)
def _event_rows(key: Key, hospital_id: int) -> tuple[dict[Any, Any], ...]:
    return tuple(stored_events(store(), hospital_id).to_dict("records"))


def event_rows(hospital_id: int) -> tuple[dict[Any, Any], ...]:
    """EVENTS rows of the hospital, by first day."""
    return _event_rows(_store_key(), hospital_id)


def events(hospital_id: int) -> tuple[Event, ...]:
    """The events of the hospital, by first day."""
    return tuple(event_in(row) for row in event_rows(hospital_id))


@kept(16)
def _calendar(key: Key, hospital_id: int, entered: tuple[Event, ...]) -> Calendar:
    return corrected(records.calendar(store(), hospital_id), entered)


def calendar(scope: Scope) -> Calendar:
    """China's calendar, the hospital's own days over it, and what events correct on top."""
    hospital = scope.hospital_id
    return _calendar(facts_key(scope), hospital, events(hospital))


@kept(16)
def _panel(key: Key, scope: Scope, stream: str, freq: Freq, together: bool) -> pd.DataFrame:
    return records.arrivals(store(), scope, stream, freq, together)


def panel(scope: Scope, asked: Asked) -> pd.DataFrame:
    """PANEL rows of one series (a department, or WHOLE) up to the origin; empty where none."""
    rows = _panel(facts_key(scope), scope, asked.stream, asked.freq, not asked.department)
    rows = rows[rows["series"] == asked.series]
    if asked.origin:
        until = pd.Timestamp(str(asked.origin)) + pd.Timedelta(hours=23)
        rows = rows[rows["time"] <= until]
    return rows.reset_index(drop=True)


def every(scope: Scope, stream: str, freq: Freq) -> pd.DataFrame:
    """PANEL rows of all departments of a stream."""
    return _panel(facts_key(scope), scope, stream, freq, False)


@kept(64)
def _subject(key: Key, scope: Scope, asked: Asked, entered: tuple[Event, ...]) -> Subject:
    rows = unlearned(panel(scope, asked), asked.freq, asked.place, entered)
    return Subject(rows, asked.freq, asked.horizon, calendar(scope))


def subject(scope: Scope, asked: Asked) -> Subject:
    """What a forecast is made from: counts without the days left out, calendar with events."""
    return _subject(facts_key(scope), scope, asked, events(scope.hospital_id))


@kept(64)
def _basis(key: Key, scope: Scope, asked: Asked, entered: tuple[Event, ...]) -> tuple[str, int]:
    about = _subject(key, scope, asked, entered)
    newest = last_day(about.panel, asked.freq)
    return about.basis, 0 if newest is None else int(f"{newest:%Y%m%d}")


def basis(scope: Scope, asked: Asked) -> tuple[str, int]:
    """Digest of what a forecast would be made from now, and its last day, 0 without arrivals."""
    return _basis(facts_key(scope), scope, asked, events(scope.hospital_id))


def label(scope: Scope, asked: Asked) -> Label:
    """The forecast's name in the store."""
    last = basis(scope, asked)[1]
    return Label(
        asked.stream, asked.department, asked.freq, last, asked.horizon, bool(asked.origin)
    )


@kept(16)
def _stored(key: Key, hospital_id: int) -> tuple[Made, ...]:
    return forecasts(store(), hospital_id)


def stored(hospital_id: int) -> tuple[Made, ...]:
    """Every stored forecast, the newest first."""
    return _stored(_store_key(), hospital_id)


def first_rhythm(hospital_id: int, place: tuple[str, str]) -> Freq:
    """The rhythm to open with: the first that has a forecast of a stream and department, else D."""
    labels = [one.label for one in stored(hospital_id) if not one.label.backdated]
    there = {one.freq for one in labels if (one.stream, one.department) == place}
    rhythms: tuple[Freq, ...] = ("D", "W", "h", "M")
    for freq in rhythms:
        if freq in there:
            return freq
    return rhythms[0]


def current(scope: Scope, asked: Asked) -> Made | None:
    """The newest stored forecast from where the figures now end; None where there is none."""
    wanted = label(scope, asked)
    return next((one for one in stored(scope.hospital_id) if one.label == wanted), None)


@kept(64)
def _values(key: Key, hospital_id: int, made_id: int) -> pd.DataFrame:
    return values(store(), hospital_id, made_id)


def plain_values(hospital_id: int, made_id: int) -> pd.DataFrame:
    """VALUES of a stored forecast before events are applied: they never change."""
    return _values((store().url,), hospital_id, made_id)


@kept(32)
def _weights(key: Key, scope: Scope, asked: Asked) -> Weights:
    return weights_of(every(scope, asked.stream, "D"), asked.department)


@kept(128)
def _told(
    key: Key, scope: Scope, asked: Asked, made_id: int, entered: tuple[Event, ...]
) -> pd.DataFrame:
    rows = plain_values(scope.hospital_id, made_id)
    weights = _weights(facts_key(scope), scope, asked)
    return with_events(rows, asked, entered, weights)


def with_events(
    rows: pd.DataFrame, asked: Asked, entered: tuple[Event, ...], weights: Weights
) -> pd.DataFrame:
    """VALUES rows with the events that are handed in, by span and step; gains `factor`."""
    parts = []
    for span in sorted(set(rows["span"].tolist())):
        part = rows[rows["span"] == span]
        lengths: tuple[Freq, int] = (asked.freq, int(span))
        factor = factors(part["time"], lengths, asked.place, entered, weights)
        parts.append(applied(part, factor, whole=True))
    return pd.concat(parts, ignore_index=True)


@dataclass(frozen=True)
class Found:
    """A stored forecast as it is now shown: a key of all that is drawn of it."""

    scope: Scope
    asked: Asked
    made_id: int
    basis: str
    entered: tuple[Event, ...]

    @property
    def rows(self) -> pd.DataFrame:
        """VALUES of all spans, events applied; with `factor`."""
        one = next(one for one in stored(self.scope.hospital_id) if one.id == self.made_id)
        return told(self.scope, self.asked, one)


def found(scope: Scope, asked: Asked, made: Made) -> Found:
    """The stored forecast with what its drawings depend on."""
    return Found(scope, asked, made.id, basis(scope, asked)[0], events(scope.hospital_id))


def told(scope: Scope, asked: Asked, made: Made) -> pd.DataFrame:
    """VALUES of a stored forecast as the events now say; with `factor`."""
    now = tuple(ahead(events(scope.hospital_id), made.label.origin))
    return _told(facts_key(scope), scope, asked, made.id, now)


def as_made(scope: Scope, asked: Asked, made: Made) -> pd.DataFrame:
    """VALUES of a stored forecast as the events said when it was made."""
    return _told(facts_key(scope), scope, asked, made.id, made.events)


@kept(32)
def _profile(key: Key, scope: Scope, stream: str, department: str) -> pd.DataFrame:
    return week_profile(arrival_week(store(), scope, stream), department)


def profile(scope: Scope, asked: Asked) -> pd.DataFrame:
    """PROFILE of the last twelve months' hours of the week."""
    first = max(scope.first, add_months(scope.last, 1 - PROFILE_MONTHS))
    lately = Scope(scope.hospital_id, first, scope.last, scope.departments)
    return _profile(facts_key(lately), lately, asked.stream, asked.department)


@kept(64)
def _produced(key: Key, scope: Scope, asked: Asked, entered: tuple[Event, ...]) -> Product:
    return produced(_subject(key, scope, asked, entered))


def forecast_of(scope: Scope, asked: Asked) -> pd.DataFrame:
    """FORECAST rows of one series as the events say: stored ones, else worked out now (seconds).

    DataError E_FLOW_EMPTY where there are no arrivals.
    """
    made, entered = current(scope, asked), events(scope.hospital_id)
    if made is not None and made.basis == basis(scope, asked)[0]:
        rows, model = told(scope, asked, made), str(made.settings["model"])
    else:
        product = _produced(facts_key(scope), scope, asked, entered)
        now = tuple(ahead(entered, basis(scope, asked)[1]))
        weights = _weights(facts_key(scope), scope, asked)
        rows, model = with_events(product.rows, asked, now, weights), product.model
    rows = rows[rows["span"] == 1].reset_index(drop=True)
    return rows.assign(series=asked.series, model=model)


def must_confirm(scope: Scope, asked: Asked) -> bool:
    """Whether people must confirm before staff are planned by it: untested, or worse than naive."""
    made = current(scope, asked)
    return confirm(made.scores if made is not None else None)
