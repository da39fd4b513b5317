"""At what time of the day patients come and leave.

Cases and arrivals both ask here and get the same answer: chance has a stream of its own.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from functools import cache

import numpy as np
from pydantic import BaseModel, ConfigDict

from core.demo.days import Days
from core.demo.drawn import Drawn
from core.demo.parameters import FOLDER

HOURS = 24
SECONDS_IN_HOUR = 3600
SECONDS_IN_DAY = 86_400
UTC_OFFSET = 8 * SECONDS_IN_HOUR
"""Asia/Shanghai is eight hours ahead all year."""
EPOCH = dt.date(1970, 1, 1).toordinal()
Shares = dict[int, float]
"""Hour of the day -> its share."""


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Emergency(_Model):
    hours: list[float]
    weekend: list[tuple[int, int, float]]


class Outpatient(_Model):
    hours: Shares
    weekend_afternoon: float
    evening_hours: Shares
    evening_share: float
    evening_departments: list[str]
    own_hours: dict[str, Shares]


class Inpatient(_Model):
    planned_hours: Shares
    planned_share: float
    planned_share_by_season: dict[str, float]
    day_case_hours: Shares


class Discharge(_Model):
    morning_hours: Shares
    afternoon_hours: Shares
    day_case_hours: Shares
    before_noon_share: float
    before_noon_step: float
    department_spread: float


class Arrivals(_Model):
    """Shares of the hours of the day."""

    kind: str
    emergency: Emergency
    outpatient: Outpatient
    inpatient: Inpatient
    discharge: Discharge


@cache
def arrivals() -> Arrivals:
    """data/demo/arrivals.toml, validated."""
    text = (FOLDER / "arrivals.toml").read_text(encoding="utf-8")
    return Arrivals.model_validate(tomllib.loads(text))


def by_hour(shares: Shares | list[float]) -> np.ndarray:
    """The shares as an array of 24 that adds up to 1."""
    pairs = shares.items() if isinstance(shares, dict) else enumerate(shares)
    found = np.zeros(HOURS)
    for hour, share in pairs:
        found[hour] = share
    return found / found.sum()


def midnights(days: Days) -> np.ndarray:
    """The midnight, local time, with which each simulated day begins: seconds UTC."""
    first = days.dates[0].toordinal() - EPOCH
    return (first + np.arange(len(days.dates))) * SECONDS_IN_DAY - UTC_OFFSET


def time_of_admission(drawn: Drawn) -> np.ndarray:
    """Seconds after midnight of the day of admission, of every stay."""
    stays, told, draw = drawn.stays, arrivals().inpatient, drawn.stream("clock.admission")
    default = told.planned_share
    shares = [
        told.planned_share_by_season.get(department.season, default)
        if not department.emergency_visits
        else 0.0
        for department in drawn.given.clinical
    ]
    planned = draw.random(len(stays.first)) < np.array(shares)[stays.first]
    hours = np.where(
        planned,
        _hours(by_hour(told.planned_hours), len(planned), draw),
        _hours(by_hour(arrivals().emergency.hours), len(planned), draw),
    )
    day_case = stays.discharged == stays.admitted
    hours[day_case] = _hours(by_hour(told.day_case_hours), int(day_case.sum()), draw)
    return hours * SECONDS_IN_HOUR + draw.integers(0, SECONDS_IN_HOUR, len(hours))


def time_of_discharge(drawn: Drawn) -> np.ndarray:
    """Seconds after midnight of the day of discharge, of every stay (also those in bed)."""
    stays, told, draw = drawn.stays, arrivals().discharge, drawn.stream("clock.discharge")
    own = draw.normal(0, told.department_spread, len(drawn.given.clinical))
    day = np.minimum(stays.discharged, len(drawn.days.dates) - 1)
    share = told.before_noon_share + told.before_noon_step * drawn.days.year[day]
    early = draw.random(len(day)) < np.clip(share + own[stays.department], 0.02, 0.95)
    hours = np.where(
        early,
        _hours(by_hour(told.morning_hours), len(day), draw),
        _hours(by_hour(told.afternoon_hours), len(day), draw),
    )
    day_case = stays.discharged == stays.admitted
    hours[day_case] = _hours(by_hour(told.day_case_hours), int(day_case.sum()), draw)
    return hours * SECONDS_IN_HOUR + draw.integers(0, SECONDS_IN_HOUR, len(hours))


def _hours(shares: np.ndarray, count: int, draw: np.random.Generator) -> np.ndarray:
    """An hour each, by share."""
    return np.searchsorted(np.cumsum(shares), draw.random(count), side="right").clip(0, HOURS - 1)
