"""A week of a room that opens at fixed hours: who comes in each hour and how many machines run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.flow.simulation import WEEK_HOURS, Plan

DAY_HOURS = 24
WEEKS_A_MONTH = 365 / 12 / 7


@dataclass(frozen=True)
class Opening:
    """Opening hours: the same on each of the first `days` days from Monday."""

    start: int
    hours: int
    days: int
    stays: bool = True
    """Whether who has come is served after closing, on overtime; else at the next opening."""

    def __post_init__(self) -> None:
        if not (
            0 <= self.start < 24 and 1 <= self.hours <= 24 - self.start and 1 <= self.days <= 7
        ):
            raise ValueError(f"not opening hours: {self}")

    @property
    def open(self) -> np.ndarray:
        """168 times whether it is open, from Monday 00:00."""
        hour = np.arange(WEEK_HOURS)
        day = hour % DAY_HOURS
        own = (day >= self.start) & (day < self.start + self.hours)
        return own & (hour // DAY_HOURS < self.days)


def opening_of(open_hours: float, open_days: float, start: int = 8) -> Opening:
    """From hours a day and days a month: earlier than `start` where the day would not hold them."""
    hours = min(24, max(1, round(open_hours)))
    days = min(7, max(1, round(open_days / WEEKS_A_MONTH)))
    return Opening(min(start, 24 - hours), hours, days)


@dataclass(frozen=True)
class Room:
    """What works in the opening hours."""

    arrivals: float
    """Mean of an open hour."""
    minutes: float
    machines: int
    cv_service: float = 1.0
    urgent: float = 0.0
    """Share of patients who go before the others, 0-1."""


def week_of(room: Room, opening: Opening, shape: Sequence[float] | None = None) -> Plan:
    """The room's week: arrivals only while it is open, in all as many as its mean says.

    shape: 168 weights of the hours of the week (of outpatients, say); None or nothing within the
    opening hours is an even flow.
    """
    opened = opening.open
    weights = opened.astype(float)
    if shape is not None:
        own = np.where(opened, np.asarray(shape, float), 0.0)
        weights = own if own.sum() > 0 else weights
    arrivals = weights / weights.sum() * room.arrivals * opened.sum()
    shares = (room.urgent, 1 - room.urgent) if room.urgent > 0 else (1.0,)
    worked = np.ones(WEEK_HOURS, dtype=np.int64) if opening.stays else opened.astype(np.int64)
    return Plan(arrivals, worked * room.machines, room.minutes / 60, room.cv_service, shares)
