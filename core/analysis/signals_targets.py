"""Signals from targets: missed ones, bands of what is too full or too empty, budgets overspent.

One month beside a target is noise as often as news. The hospital's own figure counts at once
where its target is a figure; against the year before it must stand for two months, a
department's for three, unless a control chart says the same.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np
import pandas as pd

from core.analysis.signals import (
    BAND,
    BUDGET,
    MISSED,
    Found,
    Size,
    begun,
    few,
    periods,
    rows_of,
    size_of,
    whole_of,
)
from core.catalog.cube import Cube
from core.catalog.evaluate import evaluate, year_before
from core.catalog.model import Catalog
from core.catalog.states import with_states
from core.months import add_months, month_range

LOOK_BACK = 12
"""How many months back a beginning is looked for."""
BUDGETS = ("FN026", "FN051")
"""Spent of the budget: of these only the side above it is a signal."""
LEAST_BUDGET = 0.002
"""Assumption: an overspend of less than 0.2 % of what the hospital spends on it is left out."""
Key = tuple[str, str]


def judged(catalog: Catalog, cube: Cube, targets: pd.DataFrame, month: int) -> pd.DataFrame:
    """VALUES with states (core.catalog.states) of the year to the month, of indicators in use.

    January and February are one period. No rows where nothing judges, or of a month without data.
    """
    aimed = set(targets["indicator"])
    codes = [code for code, one in catalog.indicators.items() if one.in_use and code in aimed]
    asked = _asked(cube, month)
    if str(month) not in asked or not codes:
        return pd.DataFrame(columns=pd.Index(["indicator", "department", "period", "state"]))
    parts = []
    for level in ("hospital", "department"):
        values = evaluate(catalog, codes, cube, asked, level)
        before = evaluate(catalog, codes, cube, year_before(asked), level)
        known = values["value"].notna()
        parts.append(with_states(values[known], targets, before[known.to_numpy()], asked))
    return pd.concat(parts, ignore_index=True)


def _asked(cube: Cube, month: int) -> dict[str, tuple[int, ...]]:
    first = max(min(cube.months, default=month), add_months(month, 1 - LOOK_BACK))
    return periods(month_range(first, month))


def met(rows: pd.DataFrame, targets: pd.DataFrame, month: int) -> set[Key]:
    """Indicators and departments of `judged` rows that keep a target that is a figure."""
    good = rows[(rows["period"] == str(month)) & (rows["state"] == "good")]
    keys = set(zip(good["indicator"], good["department"], strict=True))
    relative = _relative(targets)
    return {
        key
        for key in keys
        if key not in relative and (key[0], "*" if key[1] else "") not in relative
    }


def missed_targets(
    catalog: Catalog,
    rows: pd.DataFrame,
    targets: pd.DataFrame,
    month: int,
    special: Collection[Key] = (),
) -> pd.DataFrame:
    """FOUND rows of what is out of bounds in the month, with since when.

    rows: of `judged`. special: indicators and departments whose chart shows a special cause for
    the worse.
    """
    bad = rows[rows["state"] == "bad"]
    now = rows[rows["period"] == str(month)]
    whole = {
        row["indicator"]: whole_of(
            catalog, catalog.indicators[row["indicator"]], row["top"], row["bottom"]
        )
        for row in now[now["department"] == ""].to_dict("records")
    }
    labels = sorted({int(label) for label in rows["period"]})
    runs, relative = _runs(bad, labels), _relative(targets)
    found = []
    for row in now[now["state"] == "bad"].to_dict("records"):
        key = (row["indicator"], row["department"])
        reason = _reason(key[0], row)
        lasting = runs[key][1] >= _least(row, month, reason, relative) or key in special
        one = _found(catalog, row, reason, runs[key][0], whole)
        if lasting and one:
            found.append(one)
    return rows_of(found)


def _relative(targets: pd.DataFrame) -> set[Key]:
    """Indicators and departments (or '*') whose bounds are those of the year before."""
    rows = targets[targets["basis"] == "last_year"]
    return set(zip(rows["indicator"], rows["department"], strict=True))


def _runs(bad: pd.DataFrame, labels: Sequence[int]) -> dict[Key, tuple[int, int]]:
    """First month and length of the unbroken run of missed periods that ends with the last."""
    by: dict[Key, set[int]] = {}
    for code, place, period in zip(bad["indicator"], bad["department"], bad["period"], strict=True):
        by.setdefault((code, place), set()).add(int(period))
    found = {}
    for key, months in by.items():
        start = begun(labels, [label in months for label in labels])
        found[key] = (start, sum(label >= start for label in labels) if start else 0)
    return found


def _found(
    catalog: Catalog, row: dict, reason: str, since: int, whole: Mapping[str, float]
) -> Found | None:
    """The row as a signal; None where it amounts to little."""
    indicator = catalog.indicators[row["indicator"]]
    bound = row["low"] if row["value"] < row["low"] else row["high"]
    size = size_of(
        catalog,
        indicator,
        row["value"] - bound,
        row["bottom"],
        whole.get(indicator.code, np.nan),
    )
    if few(size) or (reason == BUDGET and not _overspent(row["value"] - bound, size)):
        return None
    return Found(
        indicator.code,
        row["department"],
        int(row["period"]),
        since,
        reason,
        "worse",
        float(row["value"]),
        indicator.unit,
        bound=float(bound),
        source=str(row["target_source"]),
        source_kind=str(row["target_kind"]),
        stake=size.stake,
        stake_unit=size.unit,
        share=size.share,
    )


def _overspent(distance: float, size: Size) -> bool:
    return distance > 0 and size.share >= LEAST_BUDGET


def _reason(code: str, row: dict) -> str:
    if code in BUDGETS:
        return BUDGET
    return BAND if not np.isnan(row["low"]) and not np.isnan(row["high"]) else MISSED


def _least(row: dict, month: int, reason: str, relative: Collection[Key]) -> int:
    """For how many months it must stand; a January alone counts only with the month before."""
    place = row["department"]
    if place:
        least = 3 if reason == MISSED else 2
    else:
        least = 2 if (row["indicator"], "") in relative else 1
    return max(least, 2) if month % 100 == 1 else least
