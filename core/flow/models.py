"""The models of one refit, and what they would have said at any origin after it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from core.flow.design import Design, terms_of
from core.flow.panel import Grid, Matrix
from core.flow.regression import filled_mean, fitted
from core.flow.rhythm import RHYTHMS, Rhythm
from core.flow.smoothing import Weights, smoothed
from core.flow.trees import Seen, foreseen, grown, seen_of

if TYPE_CHECKING:
    from sklearn.ensemble import HistGradientBoostingRegressor

FAINT = 0.25
"""A day whose holiday factor is smaller teaches nothing about ordinary days."""
FADE = 4.0
"""Years after which an observation counts half in the regression."""

SEASONAL = tuple(Weights(a, season=g) for a in (0.03, 0.1, 0.25) for g in (0.02, 0.08))
FLAT = (
    Weights(0.05),
    Weights(0.15),
    Weights(0.35),
    Weights(0.7),
    Weights(0.2, 0.05),
    Weights(0.5, 0.1),
)


@dataclass(frozen=True)
class Fit:
    """What one refit knows of every period, from counts before `cut`."""

    grid: Grid
    cut: int
    mean: Matrix
    """The regression's counts [series, periods and horizon]."""
    special: Matrix
    """Factor of holidays and of the length of the period."""
    season: Matrix
    """Factor of the season of the year and of the slow trend."""
    dispersion: Matrix
    seen: Seen
    trees: HistGradientBoostingRegressor | None

    @property
    def rhythm(self) -> Rhythm:
        return RHYTHMS[self.grid.clock.freq]


def fit_at(grid: Grid, design: Design, cut: int, horizon: int, closed: npt.NDArray) -> Fit:
    """Refit on the periods before `cut`. `closed` [series, periods and horizon] is structural."""
    rhythm = RHYTHMS[grid.clock.freq]
    counts = np.where(closed[:, : grid.length], np.nan, grid.counts)
    terms = terms_of(design, grid, cut)
    fade = 0.5 ** (np.arange(cut - 1, -1, -1) / (FADE * rhythm.year))
    exposed = counts / design.exposure[: grid.length]
    known = replace(terms, values=terms.values[:cut])
    found = fitted(known, exposed[:, :cut], fade)
    logs = found.coefficients @ terms.values.T
    holiday, season = terms.of("holiday", "festival", "work"), terms.of("year")
    special = np.exp(found.coefficients[:, holiday] @ terms.values[:, holiday].T)
    special *= design.exposure
    of_year = found.coefficients[:, season] @ terms.values[:, season].T
    trend = terms.of("trend")
    slow = found.coefficients[:, trend] @ terms.values[:, trend].T
    free = np.where(special[:, : grid.length] > FAINT, counts, np.nan)
    free = free / np.maximum(special[:, : grid.length], FAINT)
    weekday = design.weekday.astype(float)
    seen = seen_of(free, of_year, weekday, design.phase, rhythm)
    return Fit(
        grid,
        cut,
        np.exp(np.clip(logs, -12, 25)) * design.exposure,
        special,
        np.exp(of_year + slow),
        found.dispersion,
        seen,
        grown(seen, cut, horizon),
    )


def families(fit: Fit) -> tuple[str, ...]:
    """The family of each candidate, in the order of `candidates`."""
    names = ("regression",) * len(fit.rhythm.halves)
    names += ("smoothing",) * len((SEASONAL if fit.rhythm.cycle > 1 else FLAT) * 2)
    return (*names, "trees")


def candidates(fit: Fit, origins: list[int], horizon: int) -> Matrix:
    """Forecasts [origin, candidate, series, horizon]; NaN where a candidate cannot say."""
    parts = [_levelled(fit, origins, horizon), _smooth(fit, origins, horizon)]
    trees = np.full((len(origins), 1, fit.mean.shape[0], horizon), np.nan)
    if fit.trees is not None:
        for place, origin in enumerate(origins):
            ahead = foreseen(fit.trees, fit.seen, origin, horizon)
            trees[place, 0] = ahead * fit.special[:, origin : origin + horizon]
    return np.concatenate([*parts, trees], axis=1)


def _levelled(fit: Fit, origins: list[int], horizon: int) -> Matrix:
    """The regression times the recent ratio of counts to its own mean, by half-life."""
    made = []
    length = fit.seen.values.shape[1]
    free = fit.mean[:, :length] / np.maximum(fit.special[:, :length], FAINT)
    counts = np.where(np.isfinite(fit.seen.values), fit.seen.values, 0.0)
    said = np.where(np.isfinite(fit.seen.values), free, 0.0)
    for origin in origins:
        ahead = fit.mean[:, origin : origin + horizon]
        for half in fit.rhythm.halves:
            start = max(0, origin - int(8 * half) - 1)
            fade = 0.5 ** (np.arange(origin - 1 - start, -1, -1) / half)
            own = fit.dispersion
            top = counts[:, start:origin] @ fade + own
            bottom = said[:, start:origin] @ fade + own
            made.append(ahead * (top / np.maximum(bottom, 1e-9))[:, None])
    shape = (len(origins), len(fit.rhythm.halves), fit.mean.shape[0], horizon)
    return np.stack(made).reshape(shape)


def _smooth(fit: Fit, origins: list[int], horizon: int) -> Matrix:
    """Smoothing of what is left when holidays are taken out; the year too, or left in."""
    last = max(origins)
    values = fit.seen.values[:, :last]
    known = np.isfinite(values)
    scale = filled_mean(np.where(known, values, 0.0), known.astype(float))[:, None]
    scale = np.where(scale > 0, scale, 1.0)
    cycle = fit.rhythm.cycle
    kinds = SEASONAL if cycle > 1 else FLAT
    factors = [np.ones_like(fit.season), fit.season]
    made = []
    for factor in factors:
        ahead = smoothed(values / scale / factor[:, :last], kinds, cycle, origins, horizon)
        for place, origin in enumerate(origins):
            ahead[place] *= (scale * factor[:, origin : origin + horizon])[None]
        made.append(ahead)
    found = np.concatenate(made, axis=1)
    for place, origin in enumerate(origins):
        found[place] *= fit.special[None, :, origin : origin + horizon]
    return found
