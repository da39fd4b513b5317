"""Forecasts by the hour: the day's total, shared out by a profile of the week.

Thousands of hourly series cannot have thousands of models: days are forecast together, and each
series' own hours of the week, leaning on all its days and on the panel where it is sparse, share
the day out. Where there are few series, smoothing by the hour of the week is weighed in.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from core.flow.calendar import Calendar
from core.flow.engine import Engine, Foresight, Past, mixed, shares, told
from core.flow.panel import Grid, Matrix
from core.flow.regression import filled_mean
from core.flow.rhythm import Clock
from core.flow.smoothing import Weights, smoothed

HOURS, WEEK = 24, 168
PROFILE_WEEKS = 26
FEW = 200
"""Series up to which smoothing by the hour is weighed in."""
OWN_HOUR, OWN_DAY = 30.0, 100.0
"""Counts in a cell at which a series' own hours, and its weekday's, weigh as much as others'."""
HALVES = (10.0, 3.0)
"""Weeks after which a profile's week counts half."""
FADES = (6.0, 24.0)
"""Hours after which a momentary surplus has half gone."""
KINDS = tuple(Weights(a, season=g) for a in (0.005, 0.02, 0.08) for g in (0.03, 0.1))


@dataclass(frozen=True)
class Days:
    """The whole days of an hourly grid; `start` is the hour at which the first begins."""

    grid: Grid
    start: int


def days_of(grid: Grid) -> Days:
    """Totals of whole days; a day with a few missing hours is scaled up, with many it is missing.

    Hours in which nothing was ever written while others were are closed: zero, not missing.
    """
    start = -grid.first % HOURS
    count = (grid.length - start) // HOURS
    hours = grid.counts[:, start : start + count * HOURS].reshape(len(grid.names), count, HOURS)
    known = np.isfinite(hours)
    never = ~known.any(axis=1, keepdims=True)
    filled = np.where(known, hours, 0.0)
    said = (known | never).sum(axis=2)
    some = known.any(axis=2)
    total = filled.sum(axis=2) * np.where(said < HOURS, HOURS / np.maximum(said, 1), 1.0)
    totals = np.where(some & (said >= 18), total, np.nan)
    return Days(Grid(Clock("D"), grid.names, (grid.first + start) // HOURS, totals), start)


def hours_at(
    grid: Grid,
    origin: int,
    horizon: int,
    calendar: Calendar,
    opening: Mapping[str, Collection[int]],
) -> Foresight:
    """The hours after the first `origin` ones, and past forecasts of hours to measure them by."""
    known = grid.until(origin, origin)
    days = days_of(known)
    length = days.grid.length
    if not length:
        return _level(known, horizon)
    ahead = -(-(origin - days.start - length * HOURS + horizon) // HOURS)
    engine = Engine(days.grid, ahead, calendar, opening)
    daily = engine.at(length)
    before = daily.past.origins[: None if len(grid.names) <= FEW else 5]
    weekday = np.where(engine.design.off, 6, engine.design.weekday)
    said = [
        _candidates(known, days, (int(day), weekday), daily.past.means[place], horizon)
        for place, day in enumerate(before)
    ]
    said.append(_candidates(known, days, (length, weekday), daily.mean, horizon))
    origins = [days.start + int(day) * HOURS for day in before]
    names = ("profile",) * len(said[0])
    if len(grid.names) <= FEW:
        smooth = _smooth(known, (*origins, origin), horizon)
        said = [np.concatenate(both) for both in zip(said, smooth, strict=True)]
        names += ("smoothing",) * len(KINDS)
    past = _past(known, daily, origins, np.stack(said), names)
    share = shares(names, np.stack(said[:-1]) if origins else np.zeros(0), past.counts, said[-1])
    at = (np.arange(origin, origin + horizon) - days.start) // HOURS - length
    mean = np.where(daily.closed[:, at], 0.0, mixed(said[-1], share))
    model, plain = told(names, share), np.ones(len(mean))
    return Foresight(origin, mean, model, plain, daily.special[at], daily.closed[:, at], past)


def _level(grid: Grid, horizon: int) -> Foresight:
    """Without one whole day: the mean of the hours."""
    there = np.isfinite(grid.counts)
    level = filled_mean(np.where(there, grid.counts, 0.0), there.astype(float))
    size = len(level)
    none = np.zeros((size, horizon), dtype=bool)
    empty = np.zeros((0, size, horizon))
    past = Past(np.zeros(0, dtype=np.int64), empty, empty, none[:0])
    mean = np.repeat(level[:, None], horizon, axis=1)
    return Foresight(grid.length, mean, ("mean",) * size, np.ones(size), none[0], none, past)


def _past(
    grid: Grid, daily: Foresight, origins: list[int], said: Matrix, names: tuple[str, ...]
) -> Past:
    """What would have been said at past origins, weighed as now, and what came."""
    horizon = said.shape[3]
    counts = np.full((len(origins), len(grid.names), horizon), np.nan)
    near = np.zeros((len(origins), horizon), dtype=bool)
    for place, one in enumerate(origins):
        seen = grid.counts[:, one : one + horizon]
        counts[place, :, : seen.shape[1]] = seen
        near[place] = daily.past.special[place][np.arange(horizon) // HOURS]
    share = shares(names, said[:-1] if origins else np.zeros(0), counts, said[-1])
    means = np.zeros(counts.shape)
    for place in range(len(origins)):
        means[place] = mixed(said[place], share)
    return Past(np.array(origins, dtype=np.int64), means, counts, near)


def _candidates(
    grid: Grid, days: Days, at: tuple[int, np.ndarray], daily: Matrix, horizon: int
) -> Matrix:
    """The day's forecasts shared out [candidate, series, horizon].

    From the end of the day before at[0], or from the grid's end where no whole day follows.
    """
    day, weekday = at
    last = day == days.grid.length
    begun = days.start + day * HOURS
    origin = grid.length if last else begun
    made = []
    for half in HALVES:
        shape = _profile(grid, days, day, weekday, half)
        hours = origin + np.arange(horizon)
        place = (hours - begun) // HOURS
        ahead = daily[:, place] * shape[:, weekday[day + place], (hours - begun) % HOURS]
        made.append(ahead)
        recent = _recent(grid, days, origin, weekday, shape)
        for fade in FADES:
            move = recent[fade][:, None] * 0.5 ** (np.arange(1, horizon + 1) / fade)
            made.append(ahead * np.maximum(1 + move, 0.1))
    return np.stack(made)


def _profile(grid: Grid, days: Days, day: int, weekday: np.ndarray, half: float) -> Matrix:
    """Share of the day by weekday and hour [series, 7, 24], from the weeks before `day`."""
    first = max(0, day - PROFILE_WEEKS * 7)
    size = len(grid.names)
    hours = grid.counts[:, days.start + first * HOURS : days.start + day * HOURS]
    hours = np.nan_to_num(hours).reshape(size, day - first, HOURS)
    fade = 0.5 ** ((day - 1 - np.arange(first, day)) / (7 * half))
    counts = np.zeros((size, 7, HOURS))
    for one in range(7):
        of = weekday[first:day] == one
        counts[:, one] = np.tensordot(hours[:, of], fade[of], axes=(1, 0))
    level = np.maximum(counts.sum(axis=(1, 2), keepdims=True), 1e-9)
    panel = (counts / level).sum(axis=0)
    panel = (panel.sum(axis=0) + 1e-9) / (panel.sum() + HOURS * 1e-9)
    whole = counts.sum(axis=1) + OWN_HOUR * panel
    whole /= whole.sum(axis=1, keepdims=True)
    shape = counts + OWN_DAY * whole[:, None, :]
    return shape / shape.sum(axis=2, keepdims=True)


def _recent(
    grid: Grid, days: Days, origin: int, weekday: np.ndarray, shape: Matrix
) -> dict[float, Matrix]:
    """How far the last hours lay above the week before them, as a share, by fade."""
    first = max(days.start, origin - WEEK)
    hours = np.arange(first, origin)
    day = (hours - days.start) // HOURS
    said = shape[:, weekday[day], (hours - days.start) % HOURS]
    counts = grid.counts[:, first:origin]
    known = np.isfinite(counts)
    counts = np.where(known, counts, 0.0)
    said = np.where(known, said, 0.0)
    level = counts.sum(axis=1, keepdims=True) / np.maximum(said.sum(axis=1, keepdims=True), 1e-9)
    found = {}
    for fade in FADES:
        weight = 0.5 ** (np.arange(len(hours))[::-1] / fade)
        top = (counts * weight).sum(axis=1) + 20.0
        bottom = (said * level * weight).sum(axis=1) + 20.0
        found[fade] = 0.7 * (top / bottom - 1)
    return found


def _smooth(grid: Grid, origins: tuple[int, ...], horizon: int) -> Matrix:
    """Smoothing by the hour of the week [origin, kind, series, horizon]."""
    known = np.isfinite(grid.counts)
    scale = filled_mean(np.where(known, grid.counts, 0.0), known.astype(float))
    scale = np.where(scale > 0, scale, 1.0)[:, None]
    start = max(0, min(origins) - 8 * WEEK)
    order = sorted(set(origins))
    made = smoothed(
        grid.counts[:, start:] / scale, KINDS, WEEK, [o - start for o in order], horizon
    )
    return np.stack([made[order.index(one)] for one in origins]) * scale[None, None]
