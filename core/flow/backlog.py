"""Booked examinations as a fluid: what waits today, what comes, what is done in a day.

Deterministic: it answers "when is the list cleared", not how long one patient waits in the room.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

_HAIR = 1e-9
"""Rounding of a division: 450 / 18 clears on day 25, not 26."""


@dataclass(frozen=True)
class Backlog:
    """A list of booked examinations and what works on it."""

    waiting: float
    """Examinations booked and not done."""
    demand: float
    """New ones a working day."""
    per_machine: float
    """Done by one machine in a working day."""
    machines: float

    def __post_init__(self) -> None:
        if min(self.waiting, self.demand, self.per_machine, self.machines) < 0:
            raise ValueError(f"not a backlog: {self}")

    @property
    def capacity(self) -> float:
        """A working day."""
        return self.per_machine * self.machines

    @property
    def wait_days(self) -> float:
        """Working days that one who books today waits; infinite where nothing is done."""
        if self.waiting == 0:
            return 0.0
        return self.waiting / self.capacity if self.capacity > 0 else math.inf

    @property
    def clears(self) -> bool:
        """Whether the list is ever empty."""
        return self.capacity > self.demand or (self.waiting == 0 and self.capacity == self.demand)

    @property
    def clear_day(self) -> int | None:
        """The working day at whose end nobody waits, 0 is today; None where never."""
        if not self.clears:
            return None
        if self.waiting == 0:
            return 0
        return math.ceil(self.waiting / (self.capacity - self.demand) - _HAIR)

    def on_day(self, day: float) -> float:
        """Examinations still waiting at the end of working day `day`."""
        return max(0.0, self.waiting + day * (self.demand - self.capacity))


CURVE = ("machines", "day", "waiting", "wait_days")


def curves(backlog: Backlog, machines: Iterable[int], days: int) -> pd.DataFrame:
    """The list by day for each number of machines. Columns of CURVE, days 0 to `days`."""
    rows = []
    for count in machines:
        one = Backlog(backlog.waiting, backlog.demand, backlog.per_machine, count)
        for day in range(days + 1):
            left = one.on_day(day)
            wait = 0.0 if left == 0 else left / one.capacity if one.capacity > 0 else math.inf
            rows.append((count, day, left, wait))
    return pd.DataFrame(rows, columns=pd.Index(CURVE))


def machines_to_clear(backlog: Backlog, day: int) -> int | None:
    """The fewest machines with which nobody waits at the end of `day`; None where none can."""
    if backlog.per_machine <= 0:
        return None if backlog.waiting + backlog.demand > 0 else 0
    if day <= 0:
        return None if backlog.waiting > 0 else math.ceil(backlog.demand / backlog.per_machine)
    wanted = backlog.demand + backlog.waiting / day
    return math.ceil(wanted / backlog.per_machine - _HAIR)
