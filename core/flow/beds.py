"""Beds in the long run: what is in demand, who is refused, what a shorter stay frees.

Demand without a limit is Poisson with mean admissions x length of stay whatever the spread of the
stay (M/G/inf); with a limit, and nobody waiting, Erlang-B says who finds no bed. Steady rates: the
days ahead are `core.flow.census`'s.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import count

import pandas as pd
from scipy.optimize import root_scalar
from scipy.special import pdtr, pdtrc, pdtrik

from core.flow.queues import refusals, refused

HIGH_DEMAND = 0.95
"""The quantile of demand that is shown."""
MOST_BEDS = 100_000


@dataclass(frozen=True)
class Beds:
    """A ward or a hospital in the long run."""

    admissions: float
    """Patients who want a bed, a day."""
    stay_days: float
    beds: int

    def __post_init__(self) -> None:
        if self.admissions < 0 or self.stay_days < 0 or self.beds < 0:
            raise ValueError(f"not a ward: {self}")

    @property
    def load(self) -> float:
        """Beds that would be occupied if nobody were refused."""
        return self.admissions * self.stay_days

    @property
    def refused(self) -> float:
        """Share who find no bed, 0-1."""
        return refused(self.load, self.beds)

    @property
    def occupied(self) -> float:
        """Mean beds occupied."""
        return self.load * (1 - self.refused)

    @property
    def occupancy(self) -> float:
        """Occupied beds over open beds, 0-1; NaN without beds."""
        return self.occupied / self.beds if self.beds else math.nan

    @property
    def p_short(self) -> float:
        """Share of the time in which more beds are wanted than there are, 0-1."""
        return float(pdtrc(self.beds, self.load)) if self.load > 0 else 0.0

    @property
    def high_demand(self) -> int:
        """Beds that demand does not exceed in 95 % of the time."""
        if self.load == 0:
            return 0
        near = max(0, math.floor(pdtrik(HIGH_DEMAND, self.load)) - 1)
        return next(beds for beds in count(near) if pdtr(beds, self.load) >= HIGH_DEMAND)


def least_beds(load: float, most_refused: float) -> int | None:
    """The fewest beds with which at most this share (0-1) is refused; None beyond MOST_BEDS."""
    if load >= MOST_BEDS or not most_refused > 0:
        return 0 if load == 0 else None
    shares = enumerate(refusals(load))
    found = next(beds for beds, share in shares if share <= most_refused or beds > MOST_BEDS)
    return found if found <= MOST_BEDS else None


def largest_load(beds: int, most_refused: float) -> float:
    """The load at which exactly this share (0-1, below 1) is refused."""
    if beds == 0:
        return 0.0
    high = beds / (1 - most_refused) + 1.0
    return _root(lambda load: refused(load, beds) - most_refused, high)


def load_at(beds: int, occupancy: float) -> float:
    """The load that keeps so many beds occupied to this share (0-1, below 1)."""
    if not 0 <= occupancy < 1:
        raise ValueError(f"an occupancy that can be kept lies in [0, 1): {occupancy}")
    high = 2.0 * beds + 1.0
    while high * (1 - refused(high, beds)) < occupancy * beds:
        high *= 2
    wanted = occupancy * beds
    return _root(lambda load: load * (1 - refused(load, beds)) - wanted, high)


def _root(of: Callable[[float], float], high: float) -> float:
    return float(root_scalar(of, bracket=(0.0, high), xtol=1e-12).root)


TRADE_OFF = ("occupancy", "load", "refused")


def trade_off(beds: int, occupancies: Iterable[float]) -> pd.DataFrame:
    """What each occupancy (0-1, below 1) costs in refusals. Columns of TRADE_OFF."""
    rows = []
    for occupancy in occupancies:
        load = load_at(beds, occupancy)
        rows.append((occupancy, load, refused(load, beds)))
    return pd.DataFrame(rows, columns=pd.Index(TRADE_OFF))


BY_BEDS = ("beds", "refused", "occupied", "occupancy")


def by_beds(admissions: float, stay_days: float, beds: Iterable[int]) -> pd.DataFrame:
    """Refusals and occupancy at each number of beds. Columns of BY_BEDS, shares 0-1."""
    wards = (Beds(admissions, stay_days, each) for each in beds)
    rows = [(one.beds, one.refused, one.occupied, one.occupancy) for one in wards]
    return pd.DataFrame(rows, columns=pd.Index(BY_BEDS))


@dataclass(frozen=True)
class ShorterStay:
    """The same ward with another length of stay."""

    before: Beds
    after: Beds
    """Same beds."""
    beds_needed: int
    """With the new stay, for no more refusals than before."""
    admissions_possible: float
    """A day, with the new stay and the same beds, at the same refusals."""

    @property
    def freed(self) -> int:
        """Beds freed at the same refusals; negative where the stay grows."""
        return self.before.beds - self.beds_needed

    @property
    def more_admissions(self) -> float:
        """A day, instead of closing the beds."""
        return self.admissions_possible - self.before.admissions


def other_stay(ward: Beds, stay_days: float) -> ShorterStay:
    """What another length of stay (days, above 0) does to a ward that has patients and beds."""
    after = Beds(ward.admissions, stay_days, ward.beds)
    share = ward.refused
    needed = least_beds(after.load, share)
    load = largest_load(ward.beds, share)
    return ShorterStay(ward, after, ward.beds if needed is None else needed, load / stay_days)


@dataclass(frozen=True)
class Pooling:
    """Wards apart, and the same beds and patients as one pool."""

    apart: tuple[Beds, ...]
    pool: Beds
    refused_apart: float
    """Share of all patients refused while the wards keep apart, 0-1."""
    beds_needed: int
    """Of the pool, for no more refusals than apart."""

    @property
    def freed(self) -> int:
        """Beds that the pool can do without at the same refusals."""
        return self.pool.beds - self.beds_needed


def pooled(wards: Iterable[Beds]) -> Pooling:
    """Two wards or more merged: whoever finds one full takes a bed of another."""
    apart = tuple(wards)
    admissions = sum(ward.admissions for ward in apart)
    if not admissions > 0:
        raise ValueError("wards without patients cannot be pooled")
    stay = sum(ward.load for ward in apart) / admissions
    pool = Beds(admissions, stay, sum(ward.beds for ward in apart))
    lost = sum(ward.admissions * ward.refused for ward in apart) / admissions
    needed = least_beds(pool.load, max(lost, pool.refused))
    return Pooling(apart, pool, lost, pool.beds if needed is None else min(needed, pool.beds))
