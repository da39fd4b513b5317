"""Forecasts of a grid at an origin: past forecasts choose and weigh the models, and measure them.

Past origins and past refits lie on a fixed raster of the calendar, so that a back-test meets the
same ones again. Nothing after the origin is touched: a forecast at an earlier origin is judged
only by targets before the present one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from core.flow.calendar import Calendar
from core.flow.design import Design, design_of
from core.flow.models import FAINT, Fit, candidates, families, fit_at
from core.flow.panel import Grid, Matrix, opening_mask
from core.flow.rhythm import RHYTHMS, Rhythm
from core.flow.trees import seen_of

SHARP = 8.0
KIN = 80.0
"""How sharply families, and the candidates of one family, are told apart by their past errors."""
OWN = 60.0
"""Past forecasts that a series needs before its own errors count as much as the panel's."""
MANY = 300
RARE = 10.0
"""Mean counts below which squares of errors are compared."""


@dataclass(frozen=True)
class Past:
    """Forecasts made at past origins: origins [k], means and counts [k, series, horizon]."""

    origins: npt.NDArray[np.int64]
    means: Matrix
    counts: Matrix
    """NaN where missing or after the present origin."""
    special: npt.NDArray[np.bool_]
    """Targets near holidays [k, horizon]."""


@dataclass(frozen=True)
class Foresight:
    """One origin's forecasts [series, horizon] and the past they were weighed by."""

    origin: int
    mean: Matrix
    model: tuple[str, ...]
    dispersion: Matrix
    special: npt.NDArray[np.bool_]
    closed: npt.NDArray[np.bool_]
    past: Past


@dataclass
class Engine:
    """Forecasts at any origin of one grid; refits and past forecasts are kept for the next."""

    grid: Grid
    horizon: int
    calendar: Calendar
    opening: Mapping[str, Collection[int]] = field(default_factory=dict)
    design: Design = field(init=False)
    latest: Fit | None = field(init=False, default=None)
    """The refit of the last origin asked for."""
    _fits: dict[int, Fit] = field(init=False, default_factory=dict)
    _said: dict[tuple[int, int], Matrix] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.design = design_of(self.grid, self.horizon, self.calendar)

    @property
    def rhythm(self) -> Rhythm:
        return RHYTHMS[self.grid.clock.freq]

    def at(self, origin: int) -> Foresight:
        """Forecasts for the `horizon` periods after the first `origin` periods."""
        closed = self._closed(origin)
        fit = fit_at(self.grid.until(origin, origin), self.design, origin, self.horizon, closed)
        self.latest = fit
        now = candidates(fit, [origin], self.horizon)[0]
        origins = self._past_origins(origin)
        said = self._past(origins, origin)
        counts = self._targets(origins, origin)
        share = shares(families(fit), said, counts, now)
        mean = mixed(now, share)
        past_means = (
            np.stack([mixed(one, share) for one in said])
            if len(said)
            else np.zeros((0, *mean.shape))
        )
        ahead = slice(origin, origin + self.horizon)
        mean = np.where(closed[:, ahead], 0.0, mean)
        special = self.design.special
        near = np.array([special[one : one + self.horizon] for one in origins], dtype=bool)
        past = Past(
            np.array(origins, dtype=np.int64),
            past_means,
            counts,
            near.reshape(len(origins), self.horizon),
        )
        return Foresight(
            origin,
            mean,
            told(families(fit), share),
            fit.dispersion,
            special[ahead],
            closed[:, ahead],
            past,
        )

    def _closed(self, cut: int) -> npt.NDArray[np.bool_]:
        """Structural closures of all periods [series, periods and horizon], as known at `cut`."""
        if self.grid.clock.freq != "D":
            return np.zeros((len(self.grid.names), len(self.design.columns)), dtype=bool)
        counts = self.grid.counts[:, :cut]
        plain = self.grid.steps(self.horizon)
        weekday = (plain + 3) % 7
        mask = opening_mask(counts, weekday[:cut], self.grid.names, self.opening)
        return np.asarray(~mask[:, self.design.weekday])

    def _past_origins(self, origin: int) -> list[int]:
        """Rastered origins before this one, newest first, that have something to look back on."""
        rhythm = self.rhythm
        least = self._least(origin)
        few, step = rhythm.origins, rhythm.gap
        while step > 1 and origin - least < 12 * step:
            step = (step + 1) // 2
        if len(self.grid.names) > MANY:
            few, step = few // 2, step * 2
        newest = (self.grid.first + origin - 1) // step * step - self.grid.first
        found = [newest - step * back for back in range(few)]
        return [one for one in found if least <= one < origin]

    def _least(self, origin: int) -> int:
        """The shortest past that teaches."""
        rhythm = self.rhythm
        return max(2 * rhythm.cycle, rhythm.windows[1] + 2, int(0.4 * min(origin, rhythm.year)))

    def _past(self, origins: list[int], now: int) -> Matrix:
        """Candidates [origin, candidate, series, horizon] at past origins, each from its refit."""
        missing: dict[int, list[int]] = {}
        for origin in origins:
            if (origin, self._cut(origin, now)) not in self._said:
                missing.setdefault(self._cut(origin, now), []).append(origin)
        for cut, wanted in missing.items():
            if cut not in self._fits:
                known = self.grid.until(cut, cut)
                self._fits[cut] = fit_at(known, self.design, cut, self.horizon, self._closed(cut))
            made = candidates(self._extended(cut, max(wanted)), sorted(wanted), self.horizon)
            for place, origin in enumerate(sorted(wanted)):
                self._said[origin, cut] = made[place]
        said = [self._said[one, self._cut(one, now)] for one in origins]
        return np.stack(said) if said else np.zeros(0)

    def _cut(self, origin: int, now: int) -> int:
        """The refit that serves an origin: the newest of the raster before it."""
        step = self.rhythm.refit
        while step > 1 and now - self._least(now) < 3 * step:
            step //= 2
        cut = (self.grid.first + origin) // step * step - self.grid.first
        return max(cut, self._least(now))

    def _extended(self, cut: int, origin: int) -> Fit:
        """The refit at `cut`, seeing the counts up to `origin` as what has happened since."""
        fit = self._fits[cut]
        closed = self._closed(cut)[:, :origin]
        counts = np.where(closed, np.nan, self.grid.counts[:, :origin])
        special = fit.special[:, :origin]
        free = np.where(special > FAINT, counts, np.nan) / np.maximum(special, FAINT)
        seen = seen_of(free, fit.seen.season, fit.seen.weekday, fit.seen.phase, fit.rhythm)
        return replace(fit, grid=self.grid.until(origin, origin), seen=seen)

    def _targets(self, origins: list[int], origin: int) -> Matrix:
        """Counts [k, series, horizon] that were known at `origin`."""
        counts = np.full((len(origins), len(self.grid.names), self.horizon), np.nan)
        for place, one in enumerate(origins):
            known = self.grid.counts[:, one : min(one + self.horizon, origin)]
            counts[place, :, : known.shape[1]] = known
        return counts


def shares(names: tuple[str, ...], said: Matrix, counts: Matrix, now: Matrix) -> Matrix:
    """Weights [candidate, series]: the best of each family, families by how well they did."""
    number, series = now.shape[:2]
    usable = np.asarray(np.isfinite(now).all(axis=2))
    error = _errors(said, counts, number, series)
    share = np.zeros((number, series))
    families_ = sorted(set(names))
    best = np.full((len(families_), series), np.inf)
    for place, family in enumerate(families_):
        of = np.flatnonzero(np.array(names) == family)
        own = np.where(usable[of], error[of], np.inf)
        best[place] = own.min(axis=0)
        least = np.where(np.isfinite(best[place]), np.maximum(best[place], 1e-9), 1.0)
        near = np.exp(-KIN * (own / least - 1))
        share[of] = near / np.maximum(near.sum(axis=0), 1e-9)
    least = best.min(axis=0)  # the regression can always say
    weight = np.exp(-SHARP * (best / np.maximum(least, 1e-9) - 1))
    weight = np.where(np.isfinite(best), weight, 0.0)
    for place, family in enumerate(families_):
        share[np.array(names) == family] *= weight[place]
    return share / share.sum(axis=0)


def _errors(said: Matrix, counts: Matrix, number: int, series: int) -> Matrix:
    """Mean absolute error [candidate, series], drawn towards the panel's; relative to the best."""
    if not len(said):
        return np.ones((number, series))
    miss = np.abs(said - counts[:, None])
    known = np.isfinite(miss)
    seen = known.sum(axis=(0, 3))
    miss = np.where(known, miss, 0.0)
    mean = np.divide(miss.sum(axis=(0, 3)), seen, out=np.full(seen.shape, np.nan), where=seen > 0)
    square = np.divide((miss**2).sum(axis=(0, 3)), seen, out=mean * 0, where=seen > 0)
    # Of rare events the smallest absolute error belongs to whoever says none will come.
    there = np.isfinite(counts)
    level = np.where(there, counts, 0).sum(axis=(0, 2)) / np.maximum(there.sum(axis=(0, 2)), 1)
    mean = np.where(level < RARE, np.sqrt(square), mean)
    scale = np.nanmin(np.where(np.isfinite(mean), mean, np.inf), axis=0)
    scale = np.where(np.isfinite(scale) & (scale > 0), scale, np.nan)
    relative = mean / scale
    told = np.isfinite(relative)
    everyone = np.where(told, relative, 0).sum(axis=1) / np.maximum(told.sum(axis=1), 1)
    everyone = np.where(told.any(axis=1), everyone, 2.0)[:, None]
    own = np.where(told, relative, everyone)
    trust = seen / (seen + OWN)
    return trust * own + (1 - trust) * everyone


def mixed(said: Matrix, share: Matrix) -> Matrix:
    """The weighted mean [series, horizon] of candidates; those that cannot say are left out."""
    there = np.isfinite(said)
    weight = share[:, :, None] * there
    total = weight.sum(axis=0)
    mean = (np.where(there, said, 0.0) * weight).sum(axis=0)
    plain = np.where(there, said, 0.0).sum(axis=0) / np.maximum(there.sum(axis=0), 1)
    return np.where(total > 1e-9, mean / np.maximum(total, 1e-9), plain)


def told(names: tuple[str, ...], share: Matrix) -> tuple[str, ...]:
    """The families with a real share, the largest first: regression+trees."""
    order = sorted(set(names))
    sums = np.stack([share[np.array(names) == name].sum(axis=0) for name in order])
    return tuple(
        "+".join(order[at] for at in np.argsort(-column, kind="stable") if column[at] >= 0.1)
        for column in sums.T
    )
