"""One boosted forest over all series: the next counts from what was seen up to an origin.

Every row is one forecast that could have been made: series, origin, horizon. What it knows ends at
the origin; the target is the count over the level at the origin, so that small and large
departments, before and after a merger, teach the same trees.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from core.flow.rhythm import Rhythm

if TYPE_CHECKING:
    from sklearn.ensemble import HistGradientBoostingRegressor

Matrix = npt.NDArray[np.float64]
ROWS = 50_000
FEWEST = 150
CAP = 8.0
"""Largest ratio to the level that teaches."""


@dataclass(frozen=True)
class Seen:
    """What trees may look at. values: counts free of holidays [series, periods], NaN missing."""

    values: Matrix
    sums: Matrix
    known: Matrix
    season: Matrix
    """The regression's season of the year, log scale [series, periods and horizon]."""
    weekday: Matrix
    phase: Matrix
    rhythm: Rhythm

    @property
    def count(self) -> int:
        return self.values.shape[0]


def seen_of(values: Matrix, season: Matrix, weekday: Matrix, phase: Matrix, rhythm: Rhythm) -> Seen:
    """Running sums beside the values, so that a mean of any window is a subtraction."""
    known = np.isfinite(values)
    pad = np.zeros((len(values), 1))
    sums = np.concatenate([pad, np.cumsum(np.where(known, values, 0.0), axis=1)], axis=1)
    counts = np.concatenate([pad, np.cumsum(known, axis=1)], axis=1)
    return Seen(values, sums, counts, season, weekday, phase, rhythm)


def _mean(seen: Seen, rows: npt.NDArray, start: npt.NDArray, stop: npt.NDArray) -> Matrix:
    """The mean of periods start..stop-1; NaN where fewer than a third are known."""
    low, high = np.maximum(start, 0), np.maximum(stop, 0)
    known = seen.known[rows, high] - seen.known[rows, low]
    total = seen.sums[rows, high] - seen.sums[rows, low]
    enough = (known > 0) & (known * 3 >= stop - start)
    return np.divide(total, known, out=np.full(len(total), np.nan), where=enough)


def level_at(seen: Seen, rows: npt.NDArray, origins: npt.NDArray) -> Matrix:
    """The mean of the recent window, of a longer one where that is empty."""
    found = np.full(len(rows), np.nan)
    for window in (*seen.rhythm.windows[1:], seen.values.shape[1]):
        mean = _mean(seen, rows, origins - window, origins)
        found = np.where(np.isfinite(found) & (found > 0), found, mean)
    return found


def features(
    seen: Seen, rows: npt.NDArray, origins: npt.NDArray, ahead: npt.NDArray
) -> tuple[Matrix, Matrix]:
    """Columns and the level of each forecast; `ahead` counts from 1."""
    rhythm = seen.rhythm
    target = origins + ahead - 1
    level = level_at(seen, rows, origins)
    safe = np.where(level > 0, level, np.nan)
    columns = [ahead.astype(float), np.log(safe)]
    columns += [_mean(seen, rows, origins - w, origins) / safe for w in rhythm.windows]
    columns += [seen.season[rows, target] - seen.season[rows, np.maximum(origins - 1, 0)]]
    columns += [np.sin(2 * np.pi * seen.phase[target]), np.cos(2 * np.pi * seen.phase[target])]
    if rhythm.cycle > 1:
        columns += [seen.weekday[target]]
        for rounds in (2, 6, 26):
            columns.append(_same_place(seen, rows, origins, target, rounds) / safe)
    year, width = rhythm.year_lag, rhythm.windows[1]
    for back in (year, 2 * year):
        then = _mean(seen, rows, origins - back - width, origins - back)
        near = max(1, rhythm.windows[0] // 2)
        at = target - back
        late = at + near + 1 > origins
        mean = _mean(seen, rows, at - near, np.where(late, origins, at + near + 1))
        columns.append(np.where(at - near >= 0, mean, np.nan) / np.where(then > 0, then, np.nan))
    last = origins - 1
    columns.append(seen.values[rows, np.maximum(last, 0)] / safe)
    return np.column_stack(columns), level


def _same_place(
    seen: Seen, rows: npt.NDArray, origins: npt.NDArray, target: npt.NDArray, rounds: int
) -> Matrix:
    """The mean of the last `rounds` periods before the origin in the same place of the cycle."""
    cycle = seen.rhythm.cycle
    total, known = np.zeros(len(rows)), np.zeros(len(rows))
    newest = target - ((target - origins) // cycle + 1) * cycle
    for back in range(rounds):
        at = newest - back * cycle
        value = np.where(at >= 0, seen.values[rows, np.maximum(at, 0)], np.nan)
        there = np.isfinite(value)
        total += np.where(there, value, 0.0)
        known += there
    return np.divide(total, known, out=np.full(len(rows), np.nan), where=known > 0)


def grown(seen: Seen, cut: int, horizon: int) -> HistGradientBoostingRegressor | None:
    """Trees from the periods before `cut`; None where too few forecasts can be learned from."""
    rows, origins, ahead = _lessons(seen, cut, horizon)
    if len(rows) == 0:
        return None
    columns, level = features(seen, rows, origins, ahead)
    target = seen.values[rows, origins + ahead - 1]
    good = np.isfinite(target) & np.isfinite(level) & (level > 0)
    if good.sum() < FEWEST or not target[good].any():
        return None
    from sklearn.ensemble import HistGradientBoostingRegressor

    loss = "poisson" if seen.rhythm.cycle > 1 else "absolute_error"
    model = HistGradientBoostingRegressor(
        loss=loss,
        learning_rate=0.06,
        max_iter=90,
        max_leaf_nodes=15,
        min_samples_leaf=30 if good.sum() > 2000 else 12,
        l2_regularization=5.0,
        early_stopping=False,  # pyright: ignore[reportArgumentType]
        random_state=0,
    )
    lessons = columns[good]
    lessons[:, np.isnan(lessons).all(axis=0)] = 0.0  # binning refuses columns without a number
    # The lessons are small: a second thread would wait longer than it works.
    with threadpool_limits(limits=1, user_api="openmp"):
        return model.fit(lessons, np.minimum(target[good] / level[good], CAP))


def _lessons(seen: Seen, cut: int, horizon: int) -> tuple[npt.NDArray, npt.NDArray, npt.NDArray]:
    """Forecasts to learn from: evenly spread origins and horizons, targets before `cut`."""
    rhythm = seen.rhythm
    first = max(rhythm.windows[1], min(rhythm.year_lag, cut // 3))
    origins = np.arange(cut - 1, first - 1, -1)
    origins = origins[: int(4 * rhythm.year)]
    if len(origins) < 2:
        none = np.zeros(0, dtype=np.int64)
        return none, none, none
    whole = seen.count * len(origins) * horizon
    rng = np.random.default_rng(20)
    if whole <= ROWS:
        grid = np.meshgrid(np.arange(seen.count), origins, np.arange(1, horizon + 1), indexing="ij")
        rows, starts, ahead = (part.ravel() for part in grid)
    else:
        rows = rng.integers(0, seen.count, ROWS)
        starts = origins[rng.integers(0, len(origins), ROWS)]
        ahead = rng.integers(1, horizon + 1, ROWS)
    inside = starts + ahead <= cut
    return rows[inside], starts[inside], ahead[inside]


def foreseen(model: HistGradientBoostingRegressor, seen: Seen, origin: int, horizon: int) -> Matrix:
    """Forecasts [series, horizon] from one origin."""
    rows = np.repeat(np.arange(seen.count), horizon)
    ahead = np.tile(np.arange(1, horizon + 1), seen.count)
    columns, level = features(seen, rows, np.full(len(rows), origin), ahead)
    with threadpool_limits(limits=1, user_api="openmp"):
        ratio = model.predict(columns)
    return (np.maximum(ratio, 0.0) * np.nan_to_num(level)).reshape(seen.count, horizon)
