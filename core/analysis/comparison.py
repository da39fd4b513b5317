"""Indicators held against target, last month, last year and the year so far.

Percentage points and relative change are kept apart: a share that goes from 20 % to 22 % rises by
2 points and by 10 %. Each is missing where it would mean nothing. Around 春节 the same month of
last year misleads: January and February together, and the months aligned to the festival, stand
beside it (`core.hospital.calendar.compare`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from core.analysis.overview import POINTS
from core.catalog.cube import Array, Cube
from core.catalog.evaluate import evaluate, year_before
from core.catalog.model import Catalog, Level
from core.catalog.states import with_states
from core.frames import Frame
from core.hospital.calendar import compare, period
from core.months import add_months

AGAINST = ("month", "year", "joined", "lunar", "ytd")
"""What a value is held against: last month, the same month last year, January and February
together, months aligned to 春节, the year up to the month."""

COMPARED = Frame(
    "compared",
    {
        "indicator": "code",
        "department": "code; '' is the whole hospital; a category at its level",
        "value": "of the month, in the indicator's unit, NaN when missing",
        "reason": "'' | no_data | zero_bottom | not_applicable | too_few",
        "low": "bound of good, NaN when none; a range has both",
        "high": "bound of good, NaN when none",
        "watch_low": "bound of watch, NaN when none",
        "watch_high": "bound of watch, NaN when none",
        "state": "good | watch | bad | none",
        "target_kind": "target | case | assumption | standard | ''",
        "target_source": "text",
        "month_then": "last month's value, NaN when missing",
        "month_points": "points since last month; NaN unless the unit is a percentage",
        "month_relative": "% since last month; NaN of a growth, and from zero or less",
        "year_then": "value of the same month last year",
        "year_points": "points since then",
        "year_relative": "% since then",
        "joined": "January and February together, NaN in other months",
        "joined_then": "the same of last year",
        "joined_points": "points since then",
        "joined_relative": "% since then",
        "lunar_then": "value of last year's month as far from 春节, NaN where it is the same month",
        "lunar_points": "points since then",
        "lunar_relative": "% since then",
        "ytd": "of January up to the month",
        "ytd_then": "of the same months last year",
        "ytd_points": "points since then",
        "ytd_relative": "% since then; NaN of an amount whose years have other months",
        "ytd_months": "months of this year with a value",
        "ytd_then_months": "the same months last year with a value",
    },
    key=("indicator", "department"),
)


@dataclass(frozen=True)
class Wanted:
    """Which indicators are compared, in which month, of which places."""

    codes: tuple[str, ...]
    month: int
    level: Level = "hospital"


def compared(catalog: Catalog, cube: Cube, targets: pd.DataFrame, wanted: Wanted) -> pd.DataFrame:
    """COMPARED rows of what is wanted, by place, then as asked.

    targets: TARGETS rows; the one in force in the month judges. For one department alone: a cube
    restricted to it, at level department. DataError E_INDICATOR for a code not known.
    """
    codes, month, level = wanted.codes, wanted.month, wanted.level
    periods = _periods(month, max(cube.months, default=month))
    rows = evaluate(catalog, codes, cube, periods, level)
    now = {"now": periods["now"]}
    before = evaluate(catalog, codes, cube, year_before(now), level)
    judged = with_states(rows[rows["period"] == "now"], targets, before, now)
    found = judged.drop(columns="period").reset_index(drop=True)
    values = {label: _of(rows, label) for label in periods}
    found["month_then"], found["year_then"] = values["month"], values["year"]
    found["joined"], found["joined_then"] = values["joined"], values["joined_then"]
    found["lunar_then"], found["ytd"] = values["lunar"], values["ytd"]
    found["ytd_then"] = values["ytd_then"]
    found["ytd_months"] = _months_told(catalog, cube, wanted)
    found["ytd_then_months"] = _months_told(catalog, cube, replace(wanted, month=month - 100))
    _changes(catalog, found)
    return COMPARED.check(found)[list(COMPARED.columns)]


def _periods(month: int, last: int) -> dict[str, tuple[int, ...]]:
    """The months of each column; none where the comparison is no other than last year's."""
    joined = compare("month", month, "janfeb", last)
    lunar = compare("month", month, "lunar", last)
    year = period("ytd", month)
    both = joined.how == "janfeb"
    return {
        "now": (month,),
        "month": (add_months(month, -1),),
        "year": (month - 100,),
        "joined": joined.now if both else (),
        "joined_then": joined.then if both else (),
        "lunar": lunar.then if lunar.how == "lunar" else (),
        "ytd": year,
        "ytd_then": tuple(m - 100 for m in year),
    }


def _of(rows: pd.DataFrame, label: str) -> Array:
    return rows.loc[rows["period"] == label, "value"].to_numpy(float)


def _months_told(catalog: Catalog, cube: Cube, wanted: Wanted) -> Array:
    """How many months of the year up to the month have a value, in the order of the rows."""
    year = {str(m): (m,) for m in period("ytd", wanted.month)}
    rows = evaluate(catalog, wanted.codes, cube, year, wanted.level)
    return np.sum([~np.isnan(_of(rows, label)) for label in year], axis=0)


def _changes(catalog: Catalog, found: pd.DataFrame) -> None:
    """Fill in points and relative changes; an amount of other months is no comparison."""
    indicators = [catalog.find(code) for code in found["indicator"]]
    points = np.array([one.unit in POINTS for one in indicators])
    growth = np.array([one.formula.kind == "change" for one in indicators])
    amounts = np.array(
        [
            one.formula.kind == "total" or getattr(one.formula, "over", "") == "sum"
            for one in indicators
        ]
    )
    uneven = amounts & (found["ytd_months"] != found["ytd_then_months"]).to_numpy()
    for name in AGAINST:
        now = found[name if name in ("joined", "ytd") else "value"].to_numpy(float)
        then = found[f"{name}_then"].to_numpy(float)
        found[f"{name}_points"] = np.where(points, now - then, np.nan)
        meaningful = ~growth & (then > 0)
        if name == "ytd":
            meaningful &= ~uneven
        relative = np.full(len(found), np.nan)
        np.divide((now - then) * 100, then, out=relative, where=meaningful)
        found[f"{name}_relative"] = relative
