"""Waiting lines hour by hour: changing arrivals and staff, opening hours, urgent patients first.

A small heap simulation over weeks; all randomness comes from the seed. Times are in hours from
Monday 00:00. Nobody leaves unserved, nobody is interrupted.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import stdtrit

Array = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]
WEEK_HOURS = 168


@dataclass(frozen=True)
class Plan:
    """What comes and who serves, by hour of the week."""

    arrivals: Array
    """168 mean arrivals an hour, from Monday 00:00."""
    servers: Codes
    """168 numbers of servers; 0 is closed: who waits then waits for the opening."""
    service_h: float
    """Mean service of a patient."""
    cv_service: float = 1.0
    """1 exponential, 0 always the same, else gamma."""
    shares: tuple[float, ...] = (1.0,)
    """Shares of patients by urgency, most urgent first; they sum to 1."""

    def __post_init__(self) -> None:
        whole = len(self.arrivals) == len(self.servers) == WEEK_HOURS
        sound = self.service_h > 0 and self.cv_service >= 0 and min(self.shares) >= 0
        staffed = np.min(self.servers) >= 0 and np.max(self.servers) > 0
        if not (whole and sound and staffed and np.min(self.arrivals) >= 0):
            raise ValueError("not a plan of a week")
        if not math.isclose(sum(self.shares), 1):
            raise ValueError("shares of urgency do not sum to 1")

    @property
    def rho(self) -> float:
        """Work over open server hours of the week; at 1 or more the line grows week by week."""
        return float(self.arrivals.sum() * self.service_h / self.servers.sum())


@dataclass(frozen=True)
class Run:
    """How long and how often: weeks told, weeks before them that are not, and how many times."""

    weeks: int = 4
    warm_up: int = 1
    replications: int = 30
    longer_than_h: float = 0.5
    level: float = 0.95
    """Of the interval around each mean."""


@dataclass(frozen=True)
class Estimate:
    """A mean over replications with its t-interval; NaN where no replication had a value."""

    mean: float
    error: float
    """Standard error."""
    lower: float
    upper: float
    replications: int


@dataclass(frozen=True)
class Simulated:
    """What a plan does to its patients. Waits in hours, shares 0-1."""

    wait_h: Estimate
    p_wait: Estimate
    p_longer: Estimate
    """Share who wait longer than the run asks."""
    queue: Estimate
    """Mean number waiting."""
    by_urgency: tuple[Estimate, ...]
    """Mean wait, most urgent first."""
    by_hour: pd.DataFrame = field(repr=False)
    """hour_of_week (arrival), wait_h, lower_h, upper_h, arrivals a week; NaN where none came."""


def simulate(
    plan: Plan, run: Run, seed: int, tell: Callable[[float], None] | None = None
) -> Simulated:
    """The plan played `run.replications` times, each with random numbers of its own.

    tell: called before each with the share that is done; what it raises ends the play.
    """
    seeds = np.random.SeedSequence(seed).spawn(run.replications)
    told, hours = [], np.zeros((run.replications, 2, WEEK_HOURS))
    for place, one in enumerate(seeds):
        if tell is not None:
            tell(place / run.replications)
        rng = np.random.default_rng(one)
        at, urgency, service = _patients(plan, run.weeks + run.warm_up, rng)
        start = _played(plan, at, urgency, service)
        kept = at >= run.warm_up * WEEK_HOURS
        wait = np.maximum(0.0, start - at)[kept]
        told.append(_figures(wait, urgency[kept], len(plan.shares), run))
        hour = (at[kept] % WEEK_HOURS).astype(np.int64)
        hours[place] = np.bincount(hour, minlength=WEEK_HOURS), np.bincount(hour, wait, WEEK_HOURS)
    found = [_estimate(values, run.level) for values in np.array(told).T]
    wait, some, longer, queue, *ranks = found
    return Simulated(wait, some, longer, queue, tuple(ranks), _by_hour(hours, run))


def _patients(plan: Plan, weeks: int, rng: np.random.Generator) -> tuple[Array, Codes, Array]:
    """Times in order, urgency (0 is the most urgent) and service of every patient."""
    mean = np.tile(plan.arrivals, weeks)
    counts = rng.poisson(mean)
    hour = np.repeat(np.arange(len(mean)), counts)
    at = np.sort(hour + rng.random(len(hour)))
    urgency = rng.choice(len(plan.shares), size=len(at), p=plan.shares)
    if plan.cv_service == 0:
        return at, urgency, np.full(len(at), plan.service_h)
    shape = plan.cv_service**-2
    return at, urgency, rng.gamma(shape, plan.service_h / shape, len(at))


def _played(plan: Plan, at: Array, urgency: Codes, service: Array) -> Array:
    """When each patient's service starts."""
    if len(plan.shares) == 1 and np.ptp(plan.servers) == 0:
        return _in_order(int(plan.servers[0]), at, service)
    return _by_events(plan, at, urgency, service)


def _in_order(servers: int, at: Array, service: Array) -> Array:
    """First come, first served, the same servers all the time."""
    free, starts = [0.0] * servers, []
    for arrival, needed in zip(at.tolist(), service.tolist(), strict=True):
        start = max(arrival, free[0])
        heapq.heapreplace(free, start + needed)
        starts.append(start)
    return np.array(starts)


def _by_events(plan: Plan, at: Array, urgency: Codes, service: Array) -> Array:
    """Whenever somebody comes, ends or the staff changes, the most urgent of the first start.

    A server who goes home ends the patient at hand first.
    """
    starts = np.zeros(len(at))
    arrivals, ranks, needs = at.tolist(), urgency.tolist(), service.tolist()
    staff = plan.servers.tolist()
    waiting: list[tuple[int, int]] = []
    busy: list[float] = []
    coming, hour = 0, 0
    while coming < len(arrivals) or waiting:
        arrival = arrivals[coming] if coming < len(arrivals) else math.inf
        now = min(arrival, busy[0] if busy else math.inf, hour + 1.0)
        hour = int(now)
        while busy and busy[0] <= now:
            heapq.heappop(busy)
        if arrival <= now:
            heapq.heappush(waiting, (ranks[coming], coming))
            coming += 1
        while waiting and len(busy) < staff[hour % WEEK_HOURS]:
            patient = heapq.heappop(waiting)[1]
            starts[patient] = now
            heapq.heappush(busy, now + needs[patient])
    return starts


def _figures(wait: Array, urgency: Codes, classes: int, run: Run) -> list[float]:
    """Of one replication: mean wait, shares, mean queue (Little), then the wait by urgency."""
    if len(wait) == 0:
        return [math.nan] * 3 + [0.0] + [math.nan] * classes
    told = [wait.mean(), (wait > 0).mean(), (wait > run.longer_than_h).mean()]
    told.append(wait.sum() / (run.weeks * WEEK_HOURS))
    own = [wait[urgency == rank] for rank in range(classes)]
    return [float(one) for one in told] + [
        float(one.mean()) if len(one) else math.nan for one in own
    ]


def _estimate(values: Array, level: float) -> Estimate:
    known = values[np.isfinite(values)]
    count = len(known)
    if count == 0:
        return Estimate(math.nan, math.nan, math.nan, math.nan, 0)
    mean = float(known.mean())
    if count == 1:
        return Estimate(mean, math.nan, math.nan, math.nan, 1)
    error = float(known.std(ddof=1) / math.sqrt(count))
    reach = float(stdtrit(count - 1, (1 + level) / 2)) * error
    return Estimate(mean, error, mean - reach, mean + reach, count)


def _by_hour(hours: Array, run: Run) -> pd.DataFrame:
    """Waits by the hour of arrival, with the interval of a ratio of sums over replications."""
    came, waited = hours.sum(axis=0)
    some, played = came > 0, len(hours)
    wait = np.divide(waited, came, out=np.full(WEEK_HOURS, np.nan), where=some)
    off = hours[:, 1] - np.nan_to_num(wait) * hours[:, 0]
    reach = np.full(WEEK_HOURS, np.nan)
    if played > 1:
        error = np.sqrt((off**2).sum(axis=0) * played / (played - 1))
        np.divide(error, came, out=reach, where=some)
        reach *= float(stdtrit(played - 1, (1 + run.level) / 2))
    return pd.DataFrame(
        {
            "hour_of_week": np.arange(WEEK_HOURS),
            "wait_h": wait,
            "lower_h": np.maximum(wait - reach, 0.0),
            "upper_h": wait + reach,
            "arrivals": came / (run.weeks * played),
        }
    )
