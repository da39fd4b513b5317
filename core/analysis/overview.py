"""The month at a glance: readings against target and comparison.

A reading is one indicator in one place: its value, state, and change.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.catalog.cube import Cube
from core.catalog.evaluate import evaluate, measure_values, year_before
from core.catalog.model import Catalog, Level
from core.catalog.states import with_states
from core.frames import Frame

READINGS = Frame(
    "readings",
    {
        "indicator": "code",
        "department": "code; '' is the whole hospital",
        "value": "in the indicator's unit, NaN when missing",
        "top": "in the unit of the top measure",
        "bottom": "in the unit of the bottom measure",
        "reason": "'' | no_data | zero_bottom | not_applicable",
        "low": "bound of good, NaN when none",
        "high": "bound of good, NaN when none",
        "state": "good | watch | bad | none",
        "target_kind": "target | case | assumption | standard | ''",
        "target_source": "text",
        "then": "value of the comparison, NaN when missing",
        "change": "points where the unit is a percentage, else relative in %; NaN when missing",
        "favourable": "1 better, -1 worse, 0 neither or unknown",
    },
    key=("indicator", "department"),
)
CARD_ROWS = {
    "quality": ("QA048", "SF002", "QA002"),
    "service": ("SV007", "SV009", "SV002"),
    "efficiency": ("OP018", "OP019", "OP001", "OP003"),
    "economy": ("FN022", "OP048"),
}
"""What a director opens the day with, in the order of a morning meeting."""
CARDS = tuple(code for row in CARD_ROWS.values() for code in row)
HEAT = (
    *("OP018", "OP019", "OP020", "OP001", "OP003", "OP048", "OP011"),
    *("FN001", "FN002", "FN003", "FN004"),
    *("QA002", "SF002", "SV007", "SV009"),
)
OWN_CARDS = {
    "clinical": ("OP018", "OP019", "OP001", "OP003", "OP048", "SF002", "SV009", "FN001"),
    "other": ("HR015", "SV009", "FN019", "FN003"),
}
"""A department's cards by what kind it is; those that it has no figures for are left out."""
AMOUNTS = ("income", "income_performed", "direct_cost", "headcount")
POINTS = ("%", "‰")
FULL_POINTS, FULL_SHARE = 4.0, 20.0
"""Assumption: a change of so many points, or so many per cent, is shaded in full."""


@dataclass(frozen=True)
class Asked:
    """Which months are read, which they are held against, and of what."""

    now: tuple[int, ...]
    then: tuple[int, ...]
    codes: tuple[str, ...] = ()
    """Which indicators; those in use without."""


def readings(
    catalog: Catalog, cube: Cube, targets: pd.DataFrame, asked: Asked, level: Level
) -> pd.DataFrame:
    """READINGS of the indicators asked for, for the hospital or for each department."""
    in_use = [code for code, indicator in catalog.indicators.items() if indicator.in_use]
    codes = asked.codes or in_use
    now = {"now": asked.now}
    values = evaluate(catalog, codes, cube, now, level)
    before = evaluate(catalog, codes, cube, year_before(now), level)
    judged = with_states(values, targets, before, now)
    if asked.then:
        judged["then"] = evaluate(catalog, codes, cube, {"now": asked.then}, level)["value"]
    else:
        judged["then"] = np.nan
    judged["change"] = _changes(catalog, judged)
    judged["favourable"] = _favourable(catalog, judged)
    return READINGS.check(judged.drop(columns="period"))


def _changes(catalog: Catalog, rows: pd.DataFrame) -> np.ndarray:
    """Points where the unit is a percentage, else relative change in %."""
    now, then = rows["value"].to_numpy(float), rows["then"].to_numpy(float)
    points = _per_row(rows, {code: i.unit in POINTS for code, i in catalog.indicators.items()})
    with np.errstate(divide="ignore", invalid="ignore"):
        relative = np.where(then == 0, np.nan, (now - then) / np.abs(then) * 100)
    return np.where(points, now - then, relative)


def _favourable(catalog: Catalog, rows: pd.DataFrame) -> np.ndarray:
    """1 where the change is for the better, -1 where for the worse."""
    signs = {"higher": 1, "lower": -1}
    wanted = _per_row(rows, {c: signs.get(i.better, 0) for c, i in catalog.indicators.items()})
    return np.nan_to_num(np.sign(rows["change"].to_numpy(float))) * wanted


def _per_row(rows: pd.DataFrame, by_code: dict[str, int | bool]) -> np.ndarray:
    return np.array([by_code[code] for code in rows["indicator"]])


def history(
    catalog: Catalog, cube: Cube, codes: Sequence[str], months: Sequence[int], department: str = ""
) -> pd.DataFrame:
    """VALUES month by month, of the hospital or of one department; period is YYYYMM as text."""
    periods = {str(month): (month,) for month in months}
    if not department:
        return evaluate(catalog, codes, cube, periods, "hospital")
    return evaluate(catalog, codes, cube.restrict({department}), periods, "department")


def by_department(catalog: Catalog, cube: Cube, code: str, months: Sequence[int]) -> pd.DataFrame:
    """One row a department that has some value, one column a month; NaN where missing."""
    periods = {str(month): (month,) for month in months}
    values = evaluate(catalog, [code], cube, periods, "department")
    wide = values.pivot(index="department", columns="period", values="value")  # noqa: PD010
    wide = wide.reindex(columns=[str(month) for month in months]).dropna(how="all")
    return wide.set_axis(list(months), axis=1)


def amounts(catalog: Catalog, cube: Cube, asked: Asked, department: str) -> pd.DataFrame:
    """measure, value, change (in %) of what every department has: income, cost, staff."""
    own = cube.restrict({department})
    now = measure_values(catalog, AMOUNTS, own, {"": asked.now}, "department")
    values = now["value"].to_numpy(float)
    then = np.full(len(values), np.nan)
    if asked.then:
        before = measure_values(catalog, AMOUNTS, own, {"": asked.then}, "department")
        then = before["value"].to_numpy(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        change = np.where(then == 0, np.nan, (values - then) / np.abs(then) * 100)
    return pd.DataFrame({"measure": now["indicator"], "value": values, "change": change})


def heat(catalog: Catalog, departments: pd.DataFrame) -> pd.DataFrame:
    """Readings of the heat map's indicators with `shade`, as in `shades`."""
    rows = departments[departments["indicator"].isin(HEAT)].copy()
    rows["shade"] = shades(catalog, rows)
    return rows


def shades(catalog: Catalog, rows: pd.DataFrame) -> np.ndarray:
    """-1 worst to 1 best of each of READINGS; NaN where neither a target nor a direction says.

    With a target: 0 on the bound, negative outside it, in fifths of the bound. Without: the
    change in the direction that counts, full shade at 20 % or 4 points.
    """
    bound = np.where(rows["value"] < rows["low"], rows["low"], rows["high"])
    with np.errstate(divide="ignore", invalid="ignore"):
        missed = -np.abs(rows["value"] - bound) / np.abs(bound) * 5
    found = [catalog.indicators[code] for code in rows["indicator"]]
    full = [FULL_POINTS if one.unit in POINTS else FULL_SHARE for one in found]
    moved = rows["favourable"] * np.abs(rows["change"]) / np.array(full)
    directed = np.array([one.better in ("higher", "lower") for one in found], dtype=bool)
    free = np.where(directed & rows["change"].notna(), moved, np.nan)
    shade = np.where(rows["state"] == "none", free, np.where(rows["state"] == "good", 0.5, missed))
    return np.where(rows["value"].isna(), np.nan, np.clip(shade, -1, 1))
