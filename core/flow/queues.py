"""Waiting lines in the long run: M/M/c exactly, other spreads by the Allen-Cunneen factor.

Rates are per hour and steady: a daily mean hides the rush hours, so ask hour by hour or simulate
(`core.flow.simulation`). Times are in hours. Where work arrives as fast as it can be done, the line
has no long run: every wait is NaN and `stable` is False.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pandas as pd

MOST_SERVERS = 100_000
"""More servers than these are not counted."""
_HAIR = 1e-12
"""Rounding: 0.3 an hour over three servers of 0.1 is 1, not a hair less."""


@dataclass(frozen=True)
class Line:
    """One waiting line before `servers` equal servers, first come first served."""

    arrivals: float
    """An hour."""
    service_rate: float
    """Patients that one server finishes in an hour of work."""
    servers: int
    cv_arrival: float = 1.0
    """Standard deviation of the time between arrivals over its mean; 1 is a Poisson stream."""
    cv_service: float = 1.0
    """The same of the service time; 1 is exponential."""

    def __post_init__(self) -> None:
        spreads = (self.cv_arrival, self.cv_service)
        if self.arrivals < 0 or self.service_rate <= 0 or self.servers < 1 or min(spreads) < 0:
            raise ValueError(f"not a waiting line: {self}")

    @property
    def load(self) -> float:
        """Servers that would be busy if nobody waited."""
        return self.arrivals / self.service_rate

    @property
    def rho(self) -> float:
        """Share of the servers' time that the work takes, 0-1; 1 or more is not stable."""
        return self.load / self.servers

    @property
    def stable(self) -> bool:
        return self.rho < 1 - _HAIR

    @property
    def factor(self) -> float:
        """Allen-Cunneen: how much longer than M/M/c the line waits."""
        return (self.cv_arrival**2 + self.cv_service**2) / 2

    @property
    def exact(self) -> bool:
        """Whether the closed form is exact; else the answer is shown as 近似."""
        return self.cv_arrival == 1 and self.cv_service == 1


@dataclass(frozen=True)
class Waiting:
    """The long run of a line; NaN throughout where it is not stable."""

    line: Line
    p_wait: float
    """Share of patients who wait at all, 0-1."""
    wait_h: float
    """Mean wait before service, those who do not wait included."""

    @property
    def stable(self) -> bool:
        return self.line.stable

    @property
    def stay_h(self) -> float:
        """Wait and service together."""
        return self.wait_h + 1 / self.line.service_rate

    @property
    def queue(self) -> float:
        """Mean number waiting."""
        return self.line.arrivals * self.wait_h

    @property
    def inside(self) -> float:
        """Mean number waiting or being served."""
        return self.queue + self.line.load

    def p_longer(self, hours: float) -> float:
        """Share of patients who wait longer than `hours`, 0-1."""
        if not self.stable:
            return math.nan
        factor = self.line.factor
        if factor == 0:
            return self.p_wait if hours == 0 else 0.0
        spare = self.line.servers * self.line.service_rate - self.line.arrivals
        return self.p_wait * math.exp(-spare * hours / factor)


@dataclass(frozen=True)
class Aim:
    """What the wait may be at most; infinite where it is not asked."""

    wait_h: float = math.inf
    p_wait: float = math.inf
    longer_than_h: float = 0.0
    p_longer: float = math.inf
    """Share that may wait longer than `longer_than_h`."""
    rho: float = math.inf

    def met(self, found: Waiting) -> bool:
        return (
            found.stable
            and found.wait_h <= self.wait_h
            and found.p_wait <= self.p_wait
            and found.p_longer(self.longer_than_h) <= self.p_longer
            and found.line.rho <= self.rho
        )


def refusals(load: float) -> Iterator[float]:
    """Erlang-B for 0, 1, 2 ... servers: the share that finds every server busy, 0-1.

    By the recursion, which neither overflows nor cancels. ITU Teletraffic Engineering Handbook.
    """
    share, servers = 1.0, 0
    while True:
        yield share
        servers += 1
        share = load * share / (servers + load * share)


def refused(load: float, servers: int) -> float:
    """Erlang-B: the share refused where nobody can wait."""
    shares = refusals(load)
    for _ in range(servers):
        next(shares)
    return next(shares)


def waiting(line: Line) -> Waiting:
    """The long run of a line. Erlang-C from Erlang-B; Allen-Cunneen where not M/M/c."""
    return _waiting(line, refused(line.load, line.servers) if line.stable else math.nan)


def _waiting(line: Line, share: float) -> Waiting:
    if not line.stable:
        return Waiting(line, math.nan, math.nan)
    p_wait = share / (1 - line.rho * (1 - share))
    spare = line.servers * line.service_rate - line.arrivals
    return Waiting(line, p_wait, p_wait / spare * line.factor)


def by_servers(line: Line) -> Iterator[Waiting]:
    """The same line with 1, 2, 3 ... servers."""
    shares = refusals(line.load)
    next(shares)
    for servers in range(1, MOST_SERVERS + 1):
        yield _waiting(replace(line, servers=servers), next(shares))


def least_servers(line: Line, aim: Aim) -> Waiting | None:
    """The line with the fewest servers that meet the aim; None where MOST_SERVERS do not."""
    if line.load >= MOST_SERVERS:
        return None
    return next((found for found in by_servers(line) if aim.met(found)), None)


CURVE = ("servers", "rho", "p_wait", "wait_h", "queue", "saved_h", "less_share")


def marginal(line: Line, most: int) -> pd.DataFrame:
    """What every added server brings, from the line's own servers up to `most`.

    Columns of CURVE: saved_h is the wait that this server takes off (NaN where the line was
    unstable before it), less_share the part of the first stable row's wait that is gone, 0-1.
    """
    rows = []
    for found in by_servers(line):
        if found.line.servers > most:
            break
        if found.line.servers >= line.servers:
            shown = (found.line.servers, found.line.rho, found.p_wait, found.wait_h, found.queue)
            rows.append(shown)
    curve = pd.DataFrame(rows, columns=pd.Index(CURVE[:5]))
    curve["saved_h"] = -curve["wait_h"].diff()
    known = curve["wait_h"].dropna()
    first = known.iloc[0] if len(known) and known.iloc[0] > 0 else math.nan
    curve["less_share"] = 1 - curve["wait_h"] / first
    return curve
