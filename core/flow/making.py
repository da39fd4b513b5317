"""A forecast of one series from beginning to end: its values, what drives it, what it is worth."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from core.errors import DataError
from core.flow.backtest import Plan, naive, naive_lag, poisson_floor, summary, tested
from core.flow.blocks import SPANS, block_rows
from core.flow.calendar import Calendar
from core.flow.engine import Engine, Foresight
from core.flow.forecast import LEVELS, Settings, checked, foresight, rows_of
from core.flow.panel import Grid, grid_of
from core.flow.rhythm import RHYTHMS, Freq
from core.frames import Frame

PLANS: dict[Freq, Plan] = {"D": Plan(8, 28), "W": Plan(8, 4), "h": Plan(4, 168), "M": Plan(12, 1)}
"""Past origins at which each rhythm is tested."""
LEAST: dict[Freq, int] = {"D": 56, "W": 26, "h": 28 * 24, "M": 12}
"""Periods that an origin of the test must have before it."""
VALUES = Frame(
    "forecast values",
    {
        "span": "periods added up: 1 is the period itself",
        "step": "1 is the first after the origin",
        "time": "first moment of the period",
        "mean": "expected count",
        "median": "as often above as below",
        "lower_80": "lower bound by level",
        "upper_80": "upper bound by level",
        "lower_95": "lower bound by level",
        "upper_95": "upper bound by level",
        "naive": "same as last time, NaN when unknown",
    },
    key=("span", "step"),
)
SMALL_EFFECT = 0.01


@dataclass(frozen=True)
class Subject:
    """What is forecast: PANEL rows of one series, its rhythm, how far, with which calendar."""

    panel: pd.DataFrame
    freq: Freq
    horizon: int
    calendar: Calendar

    @property
    def basis(self) -> str:
        """Digest of all that is learned from and known beforehand."""
        told = hashlib.sha256(f"{self.freq} {self.horizon} {self.calendar.country}".encode())
        told.update(self.panel.to_csv(index=False).encode())
        if self.calendar.own is not None:
            told.update(self.calendar.own.to_csv(index=False).encode())
        return told.hexdigest()


@dataclass(frozen=True)
class Product:
    """VALUES rows; the models weighed together; what drives them."""

    rows: pd.DataFrame
    model: str
    drivers: tuple[dict[str, Any], ...]


def produced(subject: Subject) -> Product:
    """The forecast of a subject. DataError E_FLOW_EMPTY, E_FLOW_HORIZON."""
    freq, horizon = subject.freq, subject.horizon
    checked(horizon, freq, LEVELS)
    grid = grid_of(subject.panel, freq)
    grid = grid.until(grid.length, RHYTHMS[freq].memory)
    asked = Settings(calendar=subject.calendar)
    engine = None
    if freq == "h":
        found = foresight(grid, horizon, asked)
    else:
        engine = Engine(grid, horizon, subject.calendar)
        found = engine.at(grid.length)
    rows = rows_of(grid, found, asked)
    plain = rows.assign(span=1, step=np.arange(1, horizon + 1))
    plain["naive"] = naive(grid.counts, naive_lag(grid, grid.length), horizon)[0]
    parts = [plain, *_runs(grid, found, asked, plain["naive"].to_numpy())]
    values = pd.concat(parts, ignore_index=True)[list(VALUES.columns)]
    return Product(VALUES.check(values), str(rows["model"].iloc[0]), drivers(engine, grid))


def _runs(grid: Grid, found: Foresight, asked: Settings, last: np.ndarray) -> list[pd.DataFrame]:
    parts = []
    for size in SPANS[grid.clock.freq]:
        if size > len(last):
            continue
        rows = block_rows(grid, found, asked, size)
        count = len(rows)
        rows["naive"] = last[: count * size].reshape(count, size).sum(axis=1)
        parts.append(rows)
    return parts


def drivers(engine: Engine | None, grid: Grid) -> tuple[dict[str, Any], ...]:
    """What moves the forecast, by the part of the models that knows the calendar; in percent.

    weekday (label 0-6): against the mean of the week. holiday (label YYYYMMDD of the period):
    against an ordinary one. season: the horizon against the same number of periods before the
    origin, season of the year and slow trend together. None by the hour.
    """
    if engine is None or engine.latest is None:
        return ()
    fit, length, horizon = engine.latest, grid.length, engine.horizon
    ahead = slice(length, length + horizon)
    found: list[dict[str, Any]] = []
    if grid.clock.freq == "D":
        weekday = engine.design.weekday[ahead]
        plain = fit.mean[0, ahead] / np.maximum(fit.special[0, ahead] * fit.season[0, ahead], 1e-9)
        means = {day: plain[weekday == day].mean() for day in sorted(set(weekday.tolist()))}
        middle = float(np.mean(list(means.values())))
        found += [_effect("weekday", day, float(mean) / middle) for day, mean in means.items()]
    special = fit.special[0, ahead] / engine.design.exposure[ahead]
    starts = pd.DatetimeIndex(grid.clock.starts(grid.steps(horizon)[ahead]))
    for start, factor in zip(starts, special, strict=True):
        if abs(factor - 1) >= SMALL_EFFECT:
            found.append(_effect("holiday", int(f"{start:%Y%m%d}"), float(factor)))
    before = fit.season[0, max(0, length - horizon) : length]
    if len(before):
        found.append(_effect("season", 0, float(fit.season[0, ahead].mean() / before.mean())))
    return tuple(found)


def _effect(kind: str, label: int, factor: float) -> dict[str, Any]:
    return {"kind": kind, "label": label, "percent": round((factor - 1) * 100, 2)}


def scored(
    subject: Subject, heard: Callable[[float], object] = lambda share: None
) -> dict[str, Any] | None:
    """What forecasts like this one were worth at past origins; None where the past is too short.

    As `summary` says of a series, with wape of the naive and of the Poisson floor, the number of
    origins and the lag of the naive. heard: the share done, 0-1.
    """
    plan = PLANS[subject.freq]
    periods = grid_of(subject.panel, subject.freq).length
    room = (periods - subject.horizon - LEAST[subject.freq]) // plan.step + 1
    plan = replace(plan, origins=min(plan.origins, room))
    if plan.origins < 1:
        return None
    asked, rows = Settings(calendar=subject.calendar), []
    try:
        for part in tested(subject.panel, subject.horizon, subject.freq, plan, asked):
            rows.append(part)
            heard(len(rows) / plan.origins)
    except DataError as error:
        if error.code == "E_FLOW_ORIGINS":
            return None
        raise
    return _licence(pd.concat(rows, ignore_index=True))


def _licence(rows: pd.DataFrame) -> dict[str, Any] | None:
    known = rows[rows["actual"].notna()]
    if known.empty:
        return None
    found = next(iter(summary(rows, LEVELS)["series"].values()))
    came = float(known["actual"].sum())
    both = known[known["naive"].notna()]
    last = float((both["naive"] - both["actual"]).abs().sum())
    least = float(poisson_floor(known["mean"].to_numpy()).sum())
    return found | {
        "naive_wape": last / float(both["actual"].sum()) if both["actual"].sum() else None,
        "floor_wape": least / came if came else None,
        "origins": int(rows["origin"].nunique()),
    }


def judged(values: pd.DataFrame, actual: pd.DataFrame) -> dict[str, Any] | None:
    """A forecast that was made, against what came since: n, mae, wape, bias, naive_wape, coverage.

    values: VALUES rows of span 1; actual: PANEL rows of its series. None where nothing has come.
    `ratio` is the error over that of same as last time.
    """
    came = actual.set_index("time")["count"]
    rows = values.assign(actual=values["time"].map(came))  # pyright: ignore[reportArgumentType]
    rows = rows[rows["actual"].notna()]
    if rows.empty:
        return None
    total = float(rows["actual"].sum())
    miss = (rows["mean"] - rows["actual"]).abs()
    both = rows["naive"].notna()
    last = (rows["naive"] - rows["actual"]).abs()[both]
    own, other = float(miss[both].sum()), float(last.sum())
    return {
        "n": len(rows),
        "wape": float(miss.sum()) / total if total else None,
        "bias": float((rows["mean"] - rows["actual"]).sum()) / total if total else None,
        "naive_wape": other / float(rows["actual"][both].sum()) if total and both.any() else None,
        "ratio": own / other if other else None,
        "coverage": {
            str(level): float(
                rows["actual"].between(rows[f"lower_{level}"], rows[f"upper_{level}"]).mean()
            )
            for level in LEVELS
        },
    }
