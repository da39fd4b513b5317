"""Cached reads of patient flow: arrivals as panels, forecasts, the hospital's calendar.

What is asked for is a stream, a department ('' all together), a rhythm and how far ahead. Keys
hold how far the facts have come, so a new import is seen at the next run.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from core.flow import records
from core.flow.arrivals import STREAMS, WHOLE, last_day
from core.flow.calendar import Calendar
from core.flow.forecast import LEVELS, forecast
from core.flow.rhythm import Freq
from core.frames import Scope
from pages.shared.kept import kept
from pages.shared.reads import facts_key
from pages.shared.session import store

HORIZONS: dict[Freq, int] = {"D": 28, "W": 13, "h": 168, "M": 6}
"""How far ahead each rhythm looks unless another number is asked for."""


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


@kept(32)
def _streams(key: tuple[Any, ...], scope: Scope) -> dict[str, tuple[str, ...]]:
    return records.streams(store(), scope)


def streams(scope: Scope) -> dict[str, tuple[str, ...]]:
    """The departments that have arrivals, by stream; empty where no arrivals were brought."""
    return _streams(facts_key(scope), scope)


@kept(8)
def _calendar(key: tuple[Any, ...], hospital_id: int) -> Calendar:
    return records.calendar(store(), hospital_id)


def calendar(scope: Scope) -> Calendar:
    """China's calendar with the hospital's own days over it."""
    return _calendar(facts_key(scope), scope.hospital_id)


@kept(16)
def _panel(
    key: tuple[Any, ...], scope: Scope, stream: str, freq: Freq, together: bool
) -> pd.DataFrame:
    return records.arrivals(store(), scope, stream, freq, together)


def panel(scope: Scope, asked: Asked) -> pd.DataFrame:
    """PANEL rows of one series (a department, or WHOLE) up to the origin; empty where none."""
    together = not asked.department
    rows = _panel(facts_key(scope), scope, asked.stream, asked.freq, together)
    rows = rows[rows["series"] == asked.series]
    if asked.origin:
        until = pd.Timestamp(str(asked.origin)) + pd.Timedelta(hours=23)
        rows = rows[rows["time"] <= until]
    return rows.reset_index(drop=True)


def every(scope: Scope, stream: str, freq: Freq) -> pd.DataFrame:
    """PANEL rows of all departments of a stream."""
    return _panel(facts_key(scope), scope, stream, freq, False)


def origin_of(scope: Scope, asked: Asked) -> int:
    """The last day known to a forecast, YYYYMMDD; 0 where there are no arrivals."""
    newest = last_day(panel(scope, asked), asked.freq)
    return 0 if newest is None else int(f"{newest:%Y%m%d}")


@kept(64)
def _forecast(key: tuple[Any, ...], scope: Scope, asked: Asked) -> pd.DataFrame:
    rows = panel(scope, asked)
    return forecast(rows, asked.horizon, asked.freq, LEVELS, calendar=calendar(scope))


def forecast_of(scope: Scope, asked: Asked) -> pd.DataFrame:
    """FORECAST rows, worked out where nobody has asked before (a few seconds).

    DataError E_FLOW_EMPTY where there are no arrivals.
    """
    return _forecast(facts_key(scope), scope, asked)
