"""The figures of a report: each held against last month, last year and the year so far.

Indicators and measures read alike: LINES are COMPARED rows (core.analysis.comparison) of both.
Measures have no target; money stays in 分.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from core.analysis.comparison import Wanted, compared
from core.catalog.cube import Cube
from core.catalog.evaluate import evaluate, measure_values
from core.catalog.model import Catalog, Level
from core.frames import Frame
from core.hospital.calendar import compare, period
from core.months import add_months

AGAINST = ("month", "year", "joined", "ytd")
LINES = Frame(
    "lines",
    {
        "indicator": "code of an indicator or a measure",
        "department": "code; '' is the whole hospital",
        "value": "of the month; money of a measure in 分, NaN when missing",
        "reason": "'' | no_data | zero_bottom | not_applicable | too_few",
        "low": "bound of good, NaN when none",
        "high": "bound of good, NaN when none",
        "state": "good | watch | bad | none",
        "ytd": "of January up to the month",
        "joined": "January and February together, NaN in other months",
        **{f"{name}_then": "what it is held against" for name in AGAINST},
        **{f"{name}_points": "NaN unless the unit is a percentage" for name in AGAINST},
        **{f"{name}_relative": "%, NaN when it says nothing" for name in AGAINST},
    },
    key=("indicator", "department"),
)


@dataclass(frozen=True, eq=False)
class Facts:
    """What the figures are made of."""

    catalog: Catalog
    cube: Cube
    targets: pd.DataFrame
    month: int


def lines(facts: Facts, codes: Sequence[str], level: Level = "hospital") -> pd.DataFrame:
    """LINES of these codes, place by place, in their order."""
    catalog = facts.catalog
    indicators = tuple(code for code in codes if code in catalog.indicators)
    measures = [code for code in codes if code in catalog.measures]
    parts = []
    if indicators:
        wanted = Wanted(indicators, facts.month, level)
        parts.append(compared(catalog, facts.cube, facts.targets, wanted))
    if measures:
        parts.append(_measures(facts, measures, level))
    if not parts:
        return LINES.empty()
    rows = pd.concat([part[list(LINES.columns)] for part in parts], ignore_index=True)
    order = {code: place for place, code in enumerate(codes)}
    rows = rows.assign(place=rows["indicator"].map(order))
    rows = rows.sort_values(["department", "place"], kind="stable", ignore_index=True)
    return LINES.check(rows.drop(columns="place"))


def _measures(facts: Facts, codes: Sequence[str], level: Level) -> pd.DataFrame:
    """LINES of measures: sums, relative changes alone, nothing judged.

    The year so far is compared where both years have the same months.
    """
    month = facts.month
    joined = compare("month", month, "janfeb", max(facts.cube.months, default=month))
    both = joined.how == "janfeb"
    year = period("ytd", month)
    periods = {
        "value": (month,),
        "month_then": (add_months(month, -1),),
        "year_then": (month - 100,),
        "joined": joined.now if both else (),
        "joined_then": joined.then if both else (),
        "ytd": year,
        "ytd_then": tuple(one - 100 for one in year),
    }
    rows = measure_values(facts.catalog, codes, facts.cube, periods, level)
    of = {label: rows[rows["period"] == label].reset_index(drop=True) for label in periods}
    found = of["value"][["indicator", "department", "value", "reason"]].copy()
    for label in periods:
        found[label] = of[label]["value"]
    even = _told(facts, codes, level, 0) == _told(facts, codes, level, -100)
    for name in AGAINST:
        now = found[name if name in ("joined", "ytd") else "value"].to_numpy(float)
        then = found[f"{name}_then"].to_numpy(float)
        known = (then > 0) & (even if name == "ytd" else True)
        relative = np.full(len(found), np.nan)
        np.divide((now - then) * 100, then, out=relative, where=known)
        found[f"{name}_relative"], found[f"{name}_points"] = relative, np.nan
    return found.assign(low=np.nan, high=np.nan, state="none")


def _told(facts: Facts, codes: Sequence[str], level: Level, shift: int) -> np.ndarray:
    """How many months of the year so far (or of last year's) have a value, row by row."""
    months = {str(one): (one + shift,) for one in period("ytd", facts.month)}
    rows = measure_values(facts.catalog, codes, facts.cube, months, level)
    told = [rows.loc[rows["period"] == label, "value"].notna().to_numpy() for label in months]
    return np.sum(told, axis=0)


def history(facts: Facts, code: str, months: Sequence[int]) -> dict[int, float]:
    """Values of the hospital by month; missing as NaN."""
    periods = {str(month): (month,) for month in months}
    values = measure_values if code in facts.catalog.measures else evaluate
    rows = values(facts.catalog, [code], facts.cube, periods, "hospital")
    return dict(zip(months, rows["value"].astype(float), strict=True))


def movers(rows: pd.DataFrame, most: int) -> pd.DataFrame:
    """Departments whose value moved most since last year, up first; with `moved`.

    rows: LINES of one code, by department. At most `most` in either direction.
    """
    known = rows.dropna(subset=["value", "year_then"])
    known = known.assign(moved=known["value"] - known["year_then"])
    up = known[known["moved"] > 0].nlargest(most, "moved")
    down = known[known["moved"] < 0].nsmallest(most, "moved")[::-1]
    return pd.concat([up, down], ignore_index=True)


def missed(rows: pd.DataFrame, most: int) -> pd.DataFrame:
    """Departments that miss a target, furthest from their bound first (as a share of it).

    A bound of 0 has no share: such rows come last, the largest value first.
    """
    bad = rows[rows["state"] == "bad"]
    bound = np.where(bad["value"] < bad["low"], bad["low"], bad["high"])
    share = np.divide(
        np.abs(bad["value"] - bound), np.abs(bound), out=np.zeros(len(bad)), where=bound != 0
    )
    bad = bad.assign(far=share, size=bad["value"].abs())
    order = ["far", "size", "indicator", "department"]
    bad = bad.sort_values(order, ascending=[False, False, True, True])
    return bad.head(most).reset_index(drop=True)


def budget(facts: Facts, pairs: dict[str, str], level: Level) -> pd.DataFrame:
    """line, department, and by month and year so far: plan, done (分), rate (%), over (分).

    pairs: each line of the budget with the measure that was carried out.
    """
    periods = {"month": (facts.month,), "ytd": period("ytd", facts.month)}
    codes = [*pairs, *pairs.values()]
    rows = measure_values(facts.catalog, codes, facts.cube, periods, level)
    keys = zip(rows["department"], rows["indicator"], rows["period"], strict=True)
    found_at = dict(zip(keys, rows["value"].astype(float), strict=True))
    found: list[dict[str, Any]] = []
    for department in dict.fromkeys(rows["department"]):
        for line, carried in pairs.items():
            one: dict[str, Any] = {"line": line, "department": department}
            for label in periods:
                plan, done = found_at[department, line, label], found_at[department, carried, label]
                one |= {f"{label}_plan": plan, f"{label}_done": done, f"{label}_over": done - plan}
                one[f"{label}_rate"] = done / plan * 100 if plan > 0 else np.nan
            found.append(one)
    return pd.DataFrame(found)


def spent(rows: pd.DataFrame, most: int) -> pd.DataFrame:
    """Departments over their spending budget of the year so far, the largest excess first.

    rows: `budget` by department; lines that are not spending are left out by the caller. `line`
    is the one that is over by most.
    """
    both = rows.dropna(subset=["ytd_plan", "ytd_done"])
    if both.empty:
        return both.assign(worst="")
    sums = both.groupby("department")[["ytd_plan", "ytd_done", "ytd_over"]].sum()
    worst = both.loc[both.groupby("department")["ytd_over"].idxmax()].set_index("department")
    sums["line"], sums["line_over"] = worst["line"], worst["ytd_over"]
    sums["ytd_rate"] = np.where(sums["ytd_plan"] > 0, sums["ytd_done"] / sums["ytd_plan"], np.nan)
    sums["ytd_rate"] *= 100
    return sums[sums["ytd_over"] > 0].nlargest(most, "ytd_over").reset_index()
