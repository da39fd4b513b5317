"""What forecasts would have been worth: made at past origins, held against what came.

At each origin everything is done anew with what was known then. Errors are scaled by the mean move
of the same place in the cycle before the origin (MASE), and set beside "same as last time".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import gammaln

from core.errors import DataError
from core.flow.engine import Engine, Foresight
from core.flow.forecast import Settings, checked, foresight, rows_of
from core.flow.panel import Grid, Matrix, grid_of
from core.flow.rhythm import RHYTHMS, Freq


@dataclass(frozen=True)
class Plan:
    """How many origins, how far apart; the last lies `horizon` periods before the end."""

    origins: int
    step: int


def backtest(
    panel: pd.DataFrame, horizon: int, freq: Freq, plan: Plan, asked: Settings | None = None
) -> pd.DataFrame:
    """FORECAST rows of every origin, with actual, origin, scale and naive.

    As `tested` says, all in one.
    """
    return pd.concat(tested(panel, horizon, freq, plan, asked), ignore_index=True)


def tested(
    panel: pd.DataFrame, horizon: int, freq: Freq, plan: Plan, asked: Settings | None = None
) -> Iterator[pd.DataFrame]:
    """FORECAST rows origin by origin, the oldest first, with actual, origin, scale and naive.

    origin: the last period known. scale: mean absolute move from the same place of the cycle one
    round before, of the periods known; NaN where it is 0 or unknown. naive: same as last time
    (week, year). DataError E_FLOW_ORIGINS where the past is too short for one origin.
    """
    asked = asked or Settings()
    checked(horizon, freq, asked.levels)
    grid = grid_of(panel, freq, asked.as_of)
    lengths = [grid.length - horizon - plan.step * back for back in range(plan.origins)]
    lengths = sorted(length for length in lengths if length >= 1)
    if not lengths or plan.origins < 1 or plan.step < 1:
        raise DataError("E_FLOW_ORIGINS", periods=grid.length, horizon=horizon)
    for found in _found(grid, lengths, horizon, asked):
        yield _scored(grid, found, asked, horizon)


def _found(grid: Grid, lengths: list[int], horizon: int, asked: Settings) -> Iterator[Foresight]:
    memory = RHYTHMS[grid.clock.freq].memory
    if grid.clock.freq == "h":
        for length in lengths:
            yield _at(foresight(grid.until(length, memory), horizon, asked), length)
        return
    start = max(0, lengths[0] - memory)
    kept = grid.until(grid.length, grid.length - start)
    engine = Engine(kept, horizon, asked.calendar, asked.opening)
    for length in lengths:
        yield _at(engine.at(length - start), length)


def _at(found: Foresight, origin: int) -> Foresight:
    return replace(found, origin=origin)


def _scored(grid: Grid, found: Foresight, asked: Settings, horizon: int) -> pd.DataFrame:
    known = grid.until(found.origin, found.origin)
    rows = rows_of(known, found, asked)
    actual = grid.counts[:, found.origin : found.origin + horizon]
    lag = naive_lag(grid, found.origin)
    last = grid.clock.labels(np.array([known.first + known.length - 1]))[0]
    return rows.assign(
        actual=actual.ravel(),
        origin=last,
        scale=np.repeat(scale_of(known.counts, lag), horizon),
        naive=naive(known.counts, lag, horizon).ravel(),
    )


def naive_lag(grid: Grid, origin: int) -> int:
    """One round of the season; 1 where the past holds less than one."""
    season = RHYTHMS[grid.clock.freq].season
    return season if origin > season else 1


def naive(counts: Matrix, lag: int, horizon: int) -> Matrix:
    """Same as last time [series, horizon]; the newest known round where one is missing."""
    found = np.full((len(counts), horizon), np.nan)
    length = counts.shape[1]
    for ahead in range(horizon):
        at = length - lag + ahead % lag
        for back in range(4):
            place = at - back * lag
            if place < 0:
                break
            found[:, ahead] = np.where(
                np.isfinite(found[:, ahead]), found[:, ahead], counts[:, place]
            )
    return found


def scale_of(counts: Matrix, lag: int) -> Matrix:
    """Mean absolute move over `lag` periods [series]; NaN where it is 0 or unknown."""
    moves = np.abs(counts[:, lag:] - counts[:, :-lag])
    known = np.isfinite(moves)
    total = np.where(known, moves, 0.0).sum(axis=1)
    mean = np.divide(
        total, known.sum(axis=1), out=np.full(len(counts), np.nan), where=known.any(axis=1)
    )
    return np.where(mean > 0, mean, np.nan)


def summary(rows: pd.DataFrame, levels: tuple[int, ...]) -> dict[str, Any]:
    """The licence to be used: figures of all series together, and of each.

    mase, wape, bias (signed, share of what came), naive_mase, ratio (to same as last time),
    coverage by level (0-1), floor (mase that is left when the true mean is known: 最佳可达误差),
    loses (worse than same as last time). None where nothing can be said.
    """
    known = rows[rows["actual"].notna()]
    each = {str(name): _figures(part, levels) for name, part in known.groupby("series", sort=True)}
    mean = [one["mase"] for one in each.values() if one["mase"] is not None]
    return {
        "pooled": _figures(known, levels),
        "mean_over_series": {
            "mase": float(np.mean(mean)) if mean else None,
            "median_mase": float(np.median(mean)) if mean else None,
        },
        "origins": int(rows["origin"].nunique()),
        "series": each,
    }


def _figures(rows: pd.DataFrame, levels: tuple[int, ...]) -> dict[str, Any]:
    actual, mean = rows["actual"].to_numpy(dtype=float), rows["mean"].to_numpy(dtype=float)
    scale, last = rows["scale"].to_numpy(dtype=float), rows["naive"].to_numpy(dtype=float)
    miss = np.abs(mean - actual)
    both = np.isfinite(last)
    own, other = _mean(miss[both]), _mean(np.abs(last - actual)[both])
    came = float(actual.sum())
    ratio = own / other if own is not None and other else None
    return {
        "n": len(rows),
        "mase": _mean(miss / scale),
        "naive_mase": _mean(np.abs(last - actual) / scale),
        "ratio": ratio,
        "wape": float(miss.sum() / came) if came else None,
        "bias": float((mean - actual).sum() / came) if came else None,
        "floor": _mean(poisson_floor(mean) / scale),
        "coverage": {
            str(level): _mean(
                ((actual >= rows[f"lower_{level}"]) & (actual <= rows[f"upper_{level}"])).to_numpy(
                    dtype=float
                )
            )
            for level in levels
        },
        "loses": bool(ratio is not None and ratio > 1),
    }


def _mean(values: Matrix) -> float | None:
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else None


def poisson_floor(mean: Matrix) -> Matrix:
    """Mean absolute deviation of a Poisson count about its mean: no forecast can do better.

    2 exp(-m) m^(k+1) / k! with k the whole part of m (Crow 1958).
    """
    safe = np.maximum(mean, 1e-9)
    whole_part = np.floor(safe)
    return 2 * np.exp((whole_part + 1) * np.log(safe) - safe - gammaln(whole_part + 1))
