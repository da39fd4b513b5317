"""科室月度考核汇总表: parts of a department's month, and the coefficient they come to.

No salaries. Weights and conversions: data/control/scorecard.toml, assumptions that are edited.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from core.control.scorecard.composition import weighed
from core.control.scorecard.rules import ELEMENTS, Assessment
from core.frames import Frame

ASSESSED = Frame(
    "assessed",
    {
        "department": "code",
        "quality": "0-100, NaN when missing",
        "closing": "%, NaN when no action was due",
        "saving_pct": "of the budget, % points; below 0 is overspent; NaN when missing",
        "saving": "points, 0-100",
        "satisfaction": "0-100, NaN when missing",
        "score": "0-100, NaN when nothing is known",
        "known": "share of the weights that is known, 0-1",
        "coefficient": "NaN when too little is known",
    },
    key=("department",),
)


@dataclass(frozen=True)
class Month:
    """What is known of one department."""

    quality: float = math.nan
    closing: float = math.nan
    execution: float = math.nan
    """Spending in % of the budget."""
    satisfaction: float = math.nan


def assessed(months: Mapping[str, Month], rules: Assessment) -> pd.DataFrame:
    """ASSESSED rows, departments in the order given; those of whom nothing is known are left out.

    Score: weighted mean of what is known. Coefficient: 1 at `base`, `step` more a point, within
    low and high; none where less than `least_known` of the weights is known.
    """
    rows = [_row(code, month, rules) for code, month in months.items()]
    known = [row for row in rows if row["known"]]
    return pd.DataFrame(known, columns=pd.Index(ASSESSED.columns))


def _row(code: str, month: Month, rules: Assessment) -> dict[str, Any]:
    saved = 100 - month.execution
    parts = {
        "quality": month.quality,
        "closing": month.closing,
        "saving": _clip(rules.saving_base + rules.saving_step * saved, 0, 100),
        "satisfaction": month.satisfaction,
    }
    score, known = weighed(parts, {name: getattr(rules, name) for name in ELEMENTS})
    coefficient = _clip(1 + rules.step * (score - rules.base), rules.low, rules.high)
    if known < rules.least_known:
        coefficient = math.nan
    about = {"department": code, "saving_pct": saved, "score": score}
    return about | parts | {"known": known, "coefficient": coefficient}


def _clip(value: float, low: float, high: float) -> float:
    """Within both bounds; NaN stays NaN."""
    return value if math.isnan(value) else min(max(value, low), high)


def mean_of(values: Iterable[float]) -> float:
    """Of what is there; NaN of nothing."""
    known = [value for value in values if not math.isnan(value)]
    return sum(known) / len(known) if known else math.nan
