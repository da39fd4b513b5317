"""Targets and what they say of a value: good, watch, bad or none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.catalog.cube import Array
from core.catalog.model import CATEGORIES, Catalog
from core.frames import TARGETS, VALUES

State = Literal["good", "watch", "bad", "none"]
EVERY_DEPARTMENT = "*"
"""A target row with this department judges every department that has no row of its own."""
BOUNDS = ("low", "high", "watch_low", "watch_high")
_TEXTS = ("indicator", "department", "basis", "kind", "source")
_SLACK = 1e-9
"""Relative: 8.1 - 0.5 and 7.6 are the same bound."""


@dataclass(frozen=True)
class Bounds:
    """Absolute bounds in the indicator's unit, NaN when there is none, with their origin."""

    low: float = np.nan
    high: float = np.nan
    watch_low: float = np.nan
    watch_high: float = np.nan
    kind: str = ""
    source: str = ""


def state(value: float, bounds: Bounds | None) -> State:
    """Good within low..high, else watch within the watch bounds, else bad; none if unknown."""
    if bounds is None:
        return "none"
    given = [np.array([getattr(bounds, name)], dtype=float) for name in BOUNDS]
    return cast(State, str(_states(np.array([value], dtype=float), given)[0]))


def gap(value: float, bounds: Bounds | None) -> float:
    """Value minus the good bound it misses: negative below low, positive above high, 0 within.

    NaN when the value is missing or nothing judges it.
    """
    judged = state(value, bounds)
    if bounds is None or judged == "none":
        return np.nan
    if judged == "good":
        return 0.0
    return value - (bounds.low if value < bounds.low else bounds.high)


def default_targets(catalog: Catalog, month_from: int = 190001) -> pd.DataFrame:
    """The catalogue's default targets as TARGETS rows in force from `month_from` on."""
    rows = [
        {
            "indicator": indicator.code,
            "department": "" if target.level == "hospital" else EVERY_DEPARTMENT,
            "month_from": month_from,
            "month_to": 0,
            **target.model_dump(exclude={"level"}),
        }
        for indicator in catalog.indicators.values()
        for target in indicator.targets
    ]
    frame = pd.DataFrame(rows, columns=list(TARGETS.columns))
    return frame.astype(dict.fromkeys(BOUNDS, float))


def bounds_for(
    targets: pd.DataFrame,
    indicator: str,
    department: str,
    month: int,
    last_year_value: float = np.nan,
) -> Bounds | None:
    """The bounds in force: the department's own row, else the row '*'; '' is the hospital's own.

    None when no row is in force. Of several rows in force the one that began last counts. A
    last_year row without `last_year_value` has no bounds and so judges nothing.
    """
    TARGETS.check(targets)
    own = targets["department"] == department
    if department and department not in CATEGORIES:
        own |= targets["department"] == EVERY_DEPARTMENT
    until = targets["month_to"].replace(0, 999912)
    rows = targets[
        own
        & (targets["indicator"] == indicator)
        & (targets["month_from"] <= month)
        & (until >= month)
    ]
    if rows.empty:
        return None
    rows = rows.assign(own=rows["department"] != EVERY_DEPARTMENT)
    row = rows.sort_values(["own", "month_from"], kind="stable").iloc[-1]
    base = last_year_value if row["basis"] == "last_year" else 0.0
    low, high, watch_low, watch_high = (float(row[name]) + base for name in BOUNDS)
    return Bounds(low, high, watch_low, watch_high, row["kind"], row["source"])


def with_states(
    values: pd.DataFrame,
    targets: pd.DataFrame,
    last_year_values: pd.DataFrame,
    periods: Mapping[str, tuple[int, ...]],
) -> pd.DataFrame:
    """VALUES with low, high, watch_low, watch_high, state, target_kind, target_source.

    The target in force in a period's last month judges it, chosen as in `bounds_for`.
    last_year_values: VALUES under the same period labels, evaluated over
    `year_before(periods)`; rows it lacks have no last year. Categories are not judged.
    """
    VALUES.check(values)
    VALUES.check(last_year_values)
    chosen = _targets_in_force(values, TARGETS.check(targets), periods)
    key = list(VALUES.key)
    before = last_year_values.astype(dict.fromkeys(key, "str"))[[*key, "value"]]
    before = values[key].merge(before, on=key, how="left", validate="1:1")["value"]
    base = np.where(chosen["basis"] == "last_year", before.to_numpy(dtype=float), 0.0)
    bounds = [chosen[name].to_numpy(dtype=float) + base for name in BOUNDS]
    judged = values.copy()
    for name, bound in zip(BOUNDS, bounds, strict=True):
        judged[name] = bound
    judged["state"] = pd.array(_states(values["value"].to_numpy(dtype=float), bounds), dtype="str")
    judged["target_kind"] = chosen["kind"].fillna("").to_numpy()
    judged["target_source"] = chosen["source"].fillna("").to_numpy()
    return judged


def _targets_in_force(
    values: pd.DataFrame, targets: pd.DataFrame, periods: Mapping[str, tuple[int, ...]]
) -> pd.DataFrame:
    """The target row of each row of `values`, in its order; all NaN where there is none."""
    last = {label: max(months, default=0) for label, months in periods.items()}
    targets = targets.astype(dict.fromkeys(_TEXTS, "str"))
    asked = values[["indicator", "department"]].reset_index(drop=True)
    rows, labels = pd.factorize(values["period"].to_numpy(dtype=object))
    months = np.array([last[label] for label in labels], dtype=int)[rows]
    asked = asked.assign(place=np.arange(len(asked)), month=months)
    own = asked.merge(targets, on=["indicator", "department"]).assign(own=True)
    judged = asked[~asked["department"].isin(["", EVERY_DEPARTMENT, *CATEGORIES])]
    every = targets[targets["department"] == EVERY_DEPARTMENT].drop(columns="department")
    found = pd.concat([own, judged.merge(every, on="indicator").assign(own=False)])
    until = found["month_to"].replace(0, 999912)
    found = found[(found["month_from"] <= found["month"]) & (until >= found["month"])]
    order = np.lexsort([np.asarray(found["month_from"]), np.asarray(found["own"])])
    found = found.iloc[order].drop_duplicates("place", keep="last")
    return found.set_index("place").reindex(np.arange(len(asked)))


def _states(value: Array, bounds: list[Array]) -> npt.NDArray[np.str_]:
    """State of each value under [low, high, watch_low, watch_high]."""
    low, high, watch_low, watch_high = bounds
    unknown = np.isnan(value) | (np.isnan(low) & np.isnan(high))
    under, over = _below(value, low), _below(high, value)
    watched = ~(under & (np.isnan(watch_low) | _below(value, watch_low)))
    watched &= ~(over & (np.isnan(watch_high) | _below(watch_high, value)))
    return np.select(
        [unknown, ~under & ~over, watched], ["none", "good", "watch"], default="bad"
    ).astype(np.str_)


def _below(left: Array, right: Array) -> npt.NDArray[np.bool_]:
    """Whether left < right by more than rounding; False where either is missing."""
    slack = _SLACK * np.maximum(1.0, np.abs(right))
    return left < right - slack
