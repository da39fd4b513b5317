"""Census of the days ahead by stock and flow: who lies there now, who comes, who leaves.

census[t+1] = census[t] + admissions[t+1] - discharges[t+1], for the means exactly. The day is
counted at its midnight. A stay is the number of midnights: who leaves on the day of admission has
0. Patients leave independently; admissions of a day are Poisson, or wider by `dispersion`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.frames import Frame

Array = npt.NDArray[np.float64]
HORIZON = 14
LEVELS = (0.1, 0.5, 0.9)
RATE_DAYS = 7
"""Beyond the longest stay seen, patients leave as they did over its last so many days."""
TAIL = 12.0
"""Standard deviations that the distribution of a census reaches beyond its mean."""

CENSUS = Frame(
    "census ahead",
    {
        "day": "1 is the day after the midnight of the present census",
        "admissions": "mean number",
        "discharges": "mean number, transfers out and deaths included",
        "census": "mean number at midnight",
        "q10": "quantiles of the census, named by their level in %",
        "p_full": "share of days on which demand exceeds the open beds, 0-1; NaN without beds",
    },
    key=("day",),
)


@dataclass(frozen=True)
class Ward:
    """What is known at a midnight of one ward or of the hospital."""

    stays: npt.NDArray[np.int64]
    """Midnights that each present patient has been here, this one included: 1 or more."""
    survival: Array
    """survival[k]: share of patients still here at their midnight k + 1, 0-1, not rising."""
    admissions: Array
    """Mean admissions of each day ahead, transfers in included."""
    dispersion: float = 1.0
    """Variance over mean of a day's admissions, 1 or more."""
    beds: float = np.nan
    """Open beds, 0 or more; NaN when not stated."""

    def __post_init__(self) -> None:
        curve = self.survival
        falls = len(curve) > 0 and curve[0] <= 1 and curve[-1] >= 0 and np.all(np.diff(curve) <= 0)
        if not falls:
            raise ValueError("a survival curve lies between 0 and 1 and never rises")
        if self.dispersion < 1 or np.any(self.admissions < 0) or np.any(self.stays < 1):
            raise ValueError("not a ward's census")


def survival_curve(stays: Sequence[int], present: Sequence[int] = ()) -> Array:
    """Share still here at each midnight, by Kaplan-Meier: who is still here counts while here.

    stays: midnights of patients who left (0: left on the day they came); present: midnights so far
    of patients still here. At least one who left. Kaplan and Meier 1958.
    """
    left, here = np.asarray(stays, dtype=np.int64), np.asarray(present, dtype=np.int64)
    longest = int(left.max()) + 1
    ends = np.bincount(left, minlength=longest).astype(float)
    here = np.bincount(np.minimum(here, longest), minlength=longest + 1)[: longest + 1]
    at_risk = ends[::-1].cumsum()[::-1] + here[::-1].cumsum()[::-1][1:]
    leave = np.divide(ends, at_risk, out=np.ones(longest), where=at_risk > 0)
    curve: Array = np.cumprod(1 - leave, dtype=np.float64)
    return curve[: max(1, np.count_nonzero(curve))]


def _stays_on(survival: Array, days: int) -> Array:
    """Survival for as many midnights as needed; beyond its end its last rate goes on."""
    if len(survival) >= days:
        return survival[:days]
    known = survival[survival > 0]
    if len(known) == 0:
        return np.zeros(days)
    steps = min(RATE_DAYS, len(known) - 1)
    rate = (known[-1] / known[-1 - steps]) ** (1 / steps) if steps else known[0] / 2
    more = known[-1] * rate ** np.arange(1, days - len(known) + 1)
    return np.concatenate([known, more])


def _remaining(ward: Ward, horizon: int) -> tuple[Array, Array, Array]:
    """Numbers present by stay, their chances to be here on each day, and those of newcomers."""
    stays, counts = np.unique(ward.stays, return_counts=True)
    longest = int(stays.max()) if len(stays) else 0
    curve = _stays_on(ward.survival, longest + horizon)
    ahead = stays[:, None] + np.arange(horizon + 1)[None, :] - 1
    now = curve[stays - 1][:, None]
    chances = np.divide(curve[ahead], now, out=np.zeros(ahead.shape), where=now > 0)
    chances[:, 0] = 1.0
    return counts.astype(float), chances, curve[:horizon]


def ahead(ward: Ward, levels: Sequence[float] = LEVELS, stretch: float = 1.0) -> pd.DataFrame:
    """CENSUS rows for each day of `ward.admissions`, with a column qNN by level.

    stretch: how many times farther from the mean than chance alone the census really goes, as
    measured; above 0.
    """
    return _rows(_flows(ward), ward.beds, levels, stretch)


def one_house(
    wards: Sequence[Ward], levels: Sequence[float] = LEVELS, stretch: float = 1.0
) -> pd.DataFrame:
    """CENSUS rows of all wards as one: means added up, the distribution that of their sum.

    Wards are independent but for `dispersion` and `stretch`: give those of the whole where several
    wards swing together. Horizons must be equal; beds are added up.
    """
    each = [_flows(ward) for ward in wards]
    beds = float(np.sum([ward.beds for ward in wards]))
    days = []
    for same in zip(*each, strict=True):
        chance: Array = np.ones(1)
        for flow in same:
            chance = np.asarray(np.convolve(chance, flow.chance), dtype=np.float64)
        came, left, mean = (
            sum(float(getattr(flow, name)) for flow in same) for name in ("came", "left", "mean")
        )
        days.append(_Flow(came, left, mean, chance))
    return _rows(days, beds, levels, stretch)


@dataclass(frozen=True)
class _Flow:
    """One day: mean numbers that come, leave and lie there at midnight; chances of each census."""

    came: float
    left: float
    mean: float
    chance: Array


def _flows(ward: Ward) -> list[_Flow]:
    horizon = len(ward.admissions)
    counts, chances, fresh = _remaining(ward, horizon)
    found = []
    for day in range(1, horizon + 1):
        arrived = ward.admissions[:day]
        here = fresh[:day][::-1]
        before = np.concatenate([fresh[: day - 1][::-1], [1.0]])
        stay = counts @ (chances[:, day - 1] - chances[:, day]) if len(counts) else 0.0
        mean = float(counts @ chances[:, day] + arrived @ here)
        chance = _distribution(ward, counts, chances[:, day], arrived * here)
        left = float(stay + arrived @ (before - here))
        found.append(_Flow(float(arrived[-1]), left, mean, chance))
    return found


def moments(ward: Ward) -> tuple[Array, Array]:
    """Mean and variance of the census at each day ahead."""
    counts, chances, fresh = _remaining(ward, len(ward.admissions))
    days = range(1, len(ward.admissions) + 1)
    parts = [_moments(ward, counts, chances[:, day], fresh[:day][::-1]) for day in days]
    return np.array([mean for mean, _ in parts]), np.array([spread for _, spread in parts])


def _moments(ward: Ward, counts: Array, chances: Array, here: Array) -> tuple[float, float]:
    fresh = float(ward.admissions[: len(here)] @ here)
    binomial = float(counts @ (chances * (1 - chances)))
    return float(counts @ chances) + fresh, binomial + fresh * ward.dispersion


def _rows(
    days: Sequence[_Flow], beds: float, levels: Sequence[float], stretch: float
) -> pd.DataFrame:
    rows = []
    for day, flow in enumerate(days, 1):
        total = np.cumsum(flow.chance)
        quantiles = {
            _name(level): _stretched(int(np.searchsorted(total, level - 1e-12)), flow.mean, stretch)
            for level in levels
        }
        rows.append(
            {
                "day": day,
                "admissions": flow.came,
                "discharges": flow.left,
                "census": flow.mean,
                **quantiles,
                "p_full": _beyond(total, flow.mean + (beds - flow.mean) / stretch),
            }
        )
    return pd.DataFrame(rows)


def _stretched(quantile: int, mean: float, stretch: float) -> int:
    """Farther from the mean, rounded; never below 0."""
    return max(0, round(mean + stretch * (quantile - mean))) if stretch != 1 else quantile


def _name(level: float) -> str:
    return f"q{level * 100:g}"


def _beyond(total: Array, beds: float) -> float:
    if np.isnan(beds):
        return np.nan
    if beds < 0:
        return 1.0
    return float(max(0.0, 1 - total[min(int(beds), len(total) - 1)]))


def _distribution(ward: Ward, counts: Array, chances: Array, fresh: Array) -> Array:
    """Chance of each census: binomials of who is here plus Poisson or negative binomial newcomers.

    By the product of their characteristic functions, exact up to rounding. fresh: mean newcomers
    still here, by day of arrival.
    """
    spread = float(counts @ (chances * (1 - chances)) + fresh.sum() * ward.dispersion)
    mean = float(counts @ chances + fresh.sum())
    size = int(mean + TAIL * np.sqrt(spread + 1)) + 2
    turn = np.exp(-2j * np.pi * np.fft.rfftfreq(size)) - 1
    wave = np.prod((1 + chances[:, None] * turn[None, :]) ** counts[:, None], axis=0)
    if ward.dispersion == 1:
        wave = wave * np.exp(fresh.sum() * turn)
    else:
        for arrived, kept in zip(ward.admissions, fresh, strict=False):
            if arrived > 0:
                shape = arrived / (ward.dispersion - 1)
                wave = wave * (1 - kept / shape * turn) ** -shape
    return np.maximum(0.0, np.fft.irfft(wave, size))


def together(wards: Sequence[Ward]) -> Ward:
    """Several wards as one pool with the patients' own curves averaged by admissions.

    The curves must differ little; else forecast each ward and add the means.
    """
    weights = np.array([ward.admissions.sum() for ward in wards])
    longest = max(len(ward.survival) for ward in wards)
    curves = np.array([_stays_on(ward.survival, longest) for ward in wards])
    share = weights / weights.sum() if weights.sum() > 0 else np.full(len(wards), 1 / len(wards))
    return Ward(
        np.concatenate([ward.stays for ward in wards]),
        share @ curves,
        np.sum([ward.admissions for ward in wards], axis=0),
        max(ward.dispersion for ward in wards),
        float(np.sum([ward.beds for ward in wards])),
    )
