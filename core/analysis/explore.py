"""Indicators by many levels side by side: members read and ranked, funnels, pivots, questions.

A level's members are departments, categories, campuses, disease groups, machines or groups of
staff (`core.analysis.levels`). Totals are computed anew from sums, never from members' values.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from core.analysis.levels import read_as
from core.analysis.overview import FULL_POINTS, FULL_SHARE, POINTS, READINGS, Asked, readings
from core.catalog.cube import Cube
from core.catalog.evaluate import evaluate
from core.catalog.model import Catalog, Indicator
from core.frames import TARGETS
from core.statistics.funnel import Funnel, FunnelRule, funnel

SORTS = ("worst", "value", "change", "code")
FILTERS = ("all", "missed", "clinical", "medical_tech", "medical_aux", "admin")
CAMPUS = "campus-"
"""What a filter by campus begins with."""
QUESTIONS = 4
LEAST = 2
"""So many members make a funnel."""
TOTAL = ""
"""The row of the whole in a pivot, and the column of all its months."""


@dataclass(frozen=True, eq=False)
class Cut:
    """A level and the cube that has its members. campuses: the departments of each."""

    level: str
    cube: Cube
    campuses: Mapping[str, Sequence[str]]

    @property
    def judged(self) -> bool:
        """Targets are set for the hospital and its departments."""
        return self.level in ("hospital", "department")


def read(catalog: Catalog, cut: Cut, targets: pd.DataFrame, asked: Asked) -> pd.DataFrame:
    """READINGS of the members of a level that have a value.

    targets: TARGETS rows; other levels than hospital and department are judged by none.
    """
    judged = targets if cut.judged else TARGETS.empty().astype(targets.dtypes[[*TARGETS.columns]])
    if cut.level == "campus":
        frames = [
            readings(catalog, cut.cube.restrict(own), judged, asked, "hospital").assign(
                department=campus
            )
            for campus, own in cut.campuses.items()
        ]
        rows = pd.concat(frames, ignore_index=True) if frames else READINGS.empty()
    else:
        for code in asked.codes:
            catalog = read_as(catalog, code, cut.level)
        rows = readings(catalog, cut.cube, judged, asked, cut.level)  # type: ignore[arg-type]
    return rows[rows["value"].notna()].reset_index(drop=True)


def nothing() -> pd.DataFrame:
    """READINGS of no member."""
    return READINGS.empty()


def bound_of(reading: Mapping[Any, Any]) -> float:
    """The bound of good that a reading is nearest to or misses; NaN without one."""
    low, high = reading["low"], reading["high"]
    if np.isnan(low) or np.isnan(high):
        return float(high if np.isnan(low) else low)
    return float(low if abs(reading["value"] - low) < abs(reading["value"] - high) else high)


def ranked(catalog: Catalog, rows: pd.DataFrame, how: str) -> pd.DataFrame:
    """READINGS of one indicator in the order of SORTS.

    worst: missed, then watched, then met, then not judged; within each those farthest on the
    wrong side first, of ranges those farthest from the bounds. change: the largest first.
    """
    if rows.empty:
        return rows
    if how == "code":
        order = np.argsort(rows["department"].to_numpy(str), kind="stable")
    elif how == "value":
        order = np.argsort(-rows["value"].to_numpy(float), kind="stable")
    elif how == "change":
        size = np.nan_to_num(np.abs(rows["change"].to_numpy(float)), nan=-1.0)
        order = np.argsort(-size, kind="stable")
    else:
        states = rows["state"].map({"bad": 0, "watch": 1, "good": 2, "none": 3}).to_numpy(int)
        order = np.lexsort([-_wrongness(catalog, rows), states])
    return rows.iloc[order].reset_index(drop=True)


def _wrongness(catalog: Catalog, rows: pd.DataFrame) -> np.ndarray:
    """How far each value is on the wrong side: larger is worse."""
    value = rows["value"].to_numpy(float)
    better = catalog.find(str(rows["indicator"].iloc[0])).better
    if better == "higher":
        return -value
    if better == "range":
        low, high = (rows[name].to_numpy(float) for name in ("low", "high"))
        away = np.fmax(np.nan_to_num(low - value), np.nan_to_num(value - high))
        return np.where(np.isnan(low) & np.isnan(high), value, away)
    return value


def month_shades(indicator: Indicator, values: pd.DataFrame) -> pd.DataFrame:
    """-1 worst to 1 best of members (rows) by month: the distance from the member's own mean.

    Full shade at 20 % of it, in the direction that counts; of a range away from it either way is
    the worse; NaN where nothing is better.
    """
    sign = {"higher": 1.0, "lower": -1.0}.get(indicator.better, np.nan)
    mean = values.mean(axis=1)
    away = values.sub(mean, axis=0).div(mean.abs().where(mean != 0), axis=0) * 100 / FULL_SHARE
    if indicator.better == "range":
        return (-away.abs()).clip(-1, 1)
    return (away * sign).clip(-1, 1)


def shares(catalog: Catalog, cut: Cut, asked: Asked, rows: pd.DataFrame) -> list[float]:
    """Each member's part of the whole, in %; NaN where the whole is zero or missing.

    rows: READINGS of one total at one level. The whole is computed anew, not added up from rows.
    """
    whole = evaluate(catalog, asked.codes, cut.cube, {"": asked.now}, "hospital")["value"].iloc[0]
    return (rows["value"] / (whole or np.nan) * 100).astype(float).tolist()


@dataclass(frozen=True, eq=False)
class Compared:
    """Members in a funnel, by denominator; centre: their common level, in the indicator's unit."""

    rows: pd.DataFrame
    funnel: Funnel
    centre: float


def funnel_kind(indicator: Indicator) -> str:
    """Proportion for shares of cases, standardised for rates; '' where chance sets no limits."""
    if indicator.formula.kind not in ("ratio", "reported"):
        return ""
    return {"p": "proportion", "u": "standardised"}.get(indicator.chart, "")


def compared(indicator: Indicator, rows: pd.DataFrame) -> Compared | None:
    """READINGS that have a place in the funnel.

    Rates are events over what the common rate would bring (square roots, so that no event has a
    place too). Left out: a denominator of zero or none, and what is no count. None when fewer than
    two are left, or where chance sets no limits.
    """
    kind = funnel_kind(indicator)
    told = rows[(rows["bottom"] > 0) & (rows["top"] >= 0)]
    if kind == "proportion":
        told = told[told["top"] <= told["bottom"]]
    if not kind or len(told) < LEAST or not told["top"].sum() > 0:
        return None
    told = told.sort_values(["bottom", "department"], ignore_index=True)
    level = float(told["top"].sum() / told["bottom"].sum())
    centre = level * float(getattr(indicator.formula, "per", 1))
    if kind == "proportion":
        rule = FunnelRule("proportion", multiplier=float(getattr(indicator.formula, "per", 1)))
        return Compared(told, funnel(told["top"].tolist(), told["bottom"].tolist(), rule), centre)
    rule = FunnelRule("standardised", multiplier=centre, method="cqc")
    expected = (told["bottom"] * level).tolist()
    return Compared(told, funnel(told["top"].tolist(), expected, rule), centre)


def pivot(
    catalog: Catalog, cut: Cut, codes: Sequence[str], periods: Mapping[str, tuple[int, ...]]
) -> pd.DataFrame:
    """Values of members (rows) by (period, indicator); the row '' is the whole, computed anew.

    Only members with some value. Indicators that have no value as a whole leave its row missing.
    """
    for code in codes:
        catalog = read_as(catalog, code, cut.level)
    whole = evaluate(catalog, codes, cut.cube, periods, "hospital")
    if cut.level == "campus":
        frames = [
            evaluate(catalog, codes, cut.cube.restrict(own), periods, "hospital").assign(
                department=campus
            )
            for campus, own in cut.campuses.items()
        ]
        own = pd.concat(frames, ignore_index=True) if frames else whole.iloc[:0]
    elif cut.level == "hospital":
        own = whole.iloc[:0]
    else:
        own = evaluate(catalog, codes, cut.cube, periods, cut.level)  # type: ignore[arg-type]
    rows = pd.concat([own[own["value"].notna()], whole], ignore_index=True)
    keys = ["period", "indicator"]
    wide = rows.set_index(["department", *keys])["value"].unstack(keys)  # noqa: PD010
    return wide.reindex(
        columns=pd.MultiIndex.from_product([list(periods), list(codes)], names=keys)
    )


def questions(catalog: Catalog, hospital: pd.DataFrame) -> list[tuple[str, int]]:
    """The indicators whose moves ask most for a reason, with the sign of the move.

    hospital: READINGS of the whole. Moves for the worse come first, the largest first, in units
    of 4 points or 20 %; growths and what is no sum or quotient are not asked about.
    """
    rows = hospital[hospital["change"].notna() & (hospital["change"] != 0)]
    found = []
    for row in rows.to_dict("records"):
        indicator = catalog.indicators[row["indicator"]]
        if indicator.formula.kind not in ("ratio", "total"):
            continue
        size = abs(row["change"]) / (FULL_POINTS if indicator.unit in POINTS else FULL_SHARE)
        found.append((-row["favourable"], size, indicator.code, int(np.sign(row["change"]))))
    found.sort(key=lambda one: (-one[0], -one[1], one[2]))
    return [(code, sign) for _, _, code, sign in found[:QUESTIONS]]


def only(cut: Cut, which: str) -> Cut:
    """The cut with departments of one category (FILTERS), or of one campus (CAMPUS and its code).

    Levels below the department, and missed ones, are left as they are.
    """
    if cut.level not in ("hospital", "campus", "category", "department"):
        return cut
    if which.startswith(CAMPUS):
        own = cut.campuses.get(which.removeprefix(CAMPUS), ())
        return replace(cut, cube=cut.cube.restrict(own))
    if which in cut.cube.categories:
        return replace(cut, cube=_of_category(cut.cube, which))
    return cut


def _of_category(cube: Cube, category: str) -> Cube:
    pairs = zip(cube.departments, cube.categories, strict=True)
    return cube.restrict([code for code, own in pairs if own == category])
