"""Exponential smoothing of many series at once: level, damped slope, season; every origin's state.

One pass over the past gives the states at all origins; a state knows only what lies before it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float64]
DAMPED = 0.9
FLATTER = 0.25


@dataclass(frozen=True)
class Weights:
    """How fast level, slope and season learn, 0-1."""

    level: float
    slope: float = 0.0
    season: float = 0.0


def smoothed(
    values: Matrix, weights: tuple[Weights, ...], cycle: int, origins: list[int], horizon: int
) -> Matrix:
    """Forecasts [origin, weights, series, horizon] of values [series, periods] about 1.

    An origin is the number of periods known. The season multiplies. Missing values change nothing.
    """
    alpha = np.array([one.level for one in weights])[:, None]
    beta = np.array([one.slope for one in weights])[:, None]
    gamma = np.array([one.season for one in weights])[:, None]
    count = values.shape[0]
    season = np.repeat(_first_season(values, cycle)[None], len(weights), axis=0)
    level = np.repeat(_first_level(values, cycle)[None], len(weights), axis=0)
    slope = np.zeros_like(level)
    rate = np.ones_like(level)
    made = np.empty((len(origins), len(weights), count, horizon))
    wanted = {origin: place for place, origin in enumerate(origins)}
    for at in range(values.shape[1] + 1):
        if at in wanted:
            made[wanted[at]] = _ahead(level, slope, season, at, horizon)
        if at == values.shape[1]:
            break
        seen = np.isfinite(values[:, at])
        now = np.where(seen, values[:, at], 0.0)
        place = at % cycle
        factor = season[:, :, place]
        # A young level learns faster: the mean of what it has seen, until its own speed is reached.
        fast = np.maximum(alpha, 1.0 / (rate + 1.0))
        expected = level + DAMPED * slope
        # Quiet places of the cycle hardly move the level: dividing by them would let chance in.
        moved = expected + fast * (now - factor * expected) / np.maximum(factor, 1.0)
        slope = np.where(seen, DAMPED * slope + beta * (moved - expected), slope)
        level = np.where(seen, np.maximum(moved, 0.0), level)
        if cycle > 1:
            learned = factor + gamma * (now / np.maximum(level, 1e-6) - factor)
            season[:, :, place] = np.where(seen & (level > 1e-6), np.clip(learned, 0, 20), factor)
        rate = rate + seen
    return made


def _ahead(level: Matrix, slope: Matrix, season: Matrix, at: int, horizon: int) -> Matrix:
    steps = np.arange(1, horizon + 1)
    damped = DAMPED * (1 - DAMPED**steps) / (1 - DAMPED)
    base = np.maximum(level[:, :, None] + slope[:, :, None] * damped, 0.0)
    return base * season[:, :, (at + steps - 1) % season.shape[2]]


def _first_level(values: Matrix, cycle: int) -> Matrix:
    begun = values[:, : max(2 * cycle, 4)]
    known = np.isfinite(begun)
    total = np.where(known, begun, 0.0).sum(axis=1)
    return np.divide(total, known.sum(axis=1), out=np.ones(len(values)), where=known.any(axis=1))


def _first_season(values: Matrix, cycle: int) -> Matrix:
    if cycle == 1:
        return np.ones((len(values), 1))
    begun = values[:, : cycle * 8]
    begun = begun[:, : begun.shape[1] // cycle * cycle]
    if begun.shape[1] < cycle:
        return np.ones((len(values), cycle))
    rounds = begun.reshape(len(values), -1, cycle)
    known = np.isfinite(rounds)
    total = np.where(known, rounds, 0.0).sum(axis=1)
    whole = total.sum(axis=1) / np.maximum(known.sum(axis=(1, 2)), 1)
    # A part of an average round is added, so that a short past does not make a season of chance.
    top = total + FLATTER * whole[:, None]
    bottom = (known.sum(axis=1) + FLATTER) * whole[:, None]
    return np.divide(top, bottom, out=np.ones(top.shape), where=bottom > 0)
