"""The flexible budget: what the budget would have been at the volume that came.

Flexible = fixed part + variable part x actual volume / planned volume. What lies between the
budget and it is due to volume, what lies between it and the actual to use and price; the two
add up to the whole deviation, to the 分 (costing.md, 18).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.costing.budget.execution import Facts
from core.costing.budget.lines import COST, Settings
from core.frames import Frame

FLEXIBLE = Frame(
    "flexible",
    {
        "department": "code",
        "line": "of COST",
        "plan": "分, static budget",
        "flexible": "分, budget at the actual volume",
        "done": "分",
        "by_volume": "分, flexible - plan",
        "by_use": "分, done - flexible",
        "over": "分, done - plan",
        "volume": "code; '' without one",
        "planned": "planned volume, NaN without one",
        "actual": "actual volume, NaN without one",
        "reason": "'' | no_volume | no_base | gap: why the budget stays static",
    },
    key=("department", "line"),
)
AUTO = "auto"


@dataclass(frozen=True)
class Asked:
    """Which volume (AUTO: by category), and by how much it was planned to grow, %."""

    volume: str = AUTO
    growth_pct: float = 0.0


@dataclass(frozen=True)
class _Volume:
    code: str = ""
    planned: float = np.nan
    actual: float = np.nan
    reason: str = ""

    @property
    def ratio(self) -> float:
        return 1.0 if self.reason else self.actual / self.planned


def flexible(
    facts: Facts, rows: pd.DataFrame, months: Sequence[int], asked: Asked, settings: Settings
) -> pd.DataFrame:
    """FLEXIBLE rows. rows: EXECUTION of departments; months: those of the span that count."""
    own = rows[rows["line"].isin(COST)]
    chosen = {
        code: _chosen(facts, place, months, asked, settings)
        for place, code in enumerate(facts.departments)
    }
    shares = {line.code: line.variable_share for line in settings.lines}
    volumes = [chosen[code] for code in own["department"]]
    plan, done = own["plan"].to_numpy(np.int64), own["done"].to_numpy(np.int64)
    share = np.array([shares[line] for line in own["line"]])
    moved = np.array([volume.ratio - 1 for volume in volumes])
    by_volume = np.rint(plan * share * moved).astype(np.int64)
    found = pd.DataFrame(
        {
            "department": own["department"].to_numpy(),
            "line": own["line"].to_numpy(),
            "plan": plan,
            "flexible": plan + by_volume,
            "done": done,
            "by_volume": by_volume,
            "by_use": done - plan - by_volume,
            "over": done - plan,
            **{
                name: [getattr(volume, name) for volume in volumes]
                for name in ("volume", "planned", "actual", "reason")
                if name != "volume"
            },
            "volume": [volume.code for volume in volumes],
        }
    )
    return FLEXIBLE.check(found)


def _chosen(
    facts: Facts, place: int, months: Sequence[int], asked: Asked, settings: Settings
) -> _Volume:
    """The volume of a department: the first of its category that it had the year before."""
    category = facts.categories.get(facts.departments[place], "")
    candidates = settings.categories.get(category, ())
    if asked.volume != AUTO:
        candidates = (asked.volume,) if candidates else ()
    if not candidates:
        return _Volume(reason="no_volume")
    found = [_counted(facts, place, months, code) for code in candidates]
    first = next((one for one in found if not one.reason), found[0])
    if first.reason:
        return first
    return _Volume(first.code, first.planned * (1 + asked.growth_pct / 100), first.actual)


def _counted(facts: Facts, place: int, months: Sequence[int], code: str) -> _Volume:
    """Actual volume of the months, and that of the same months a year before."""
    now = _sum(facts, place, months, code)
    before = _sum(facts, place, [month - 100 for month in months], code)
    if np.isnan(before) or before <= 0:
        return _Volume(code, reason="no_base")
    return _Volume(code, before, now, "gap" if np.isnan(now) else "")


def _sum(facts: Facts, place: int, months: Sequence[int], code: str) -> float:
    """NaN where a month is missing."""
    if not months or any(month not in facts.months for month in months):
        return np.nan
    at = [facts.months.index(month) for month in months]
    return float(facts.volumes[code][at, place].sum())
