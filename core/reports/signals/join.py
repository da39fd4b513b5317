"""One list out of all sources: reasons of one subject and department joined, then ranked.

What weighs: a chart and a target that say the same before either alone; what stands by itself (a
band, a budget, a loss, a machine, a roster, a goal, a gap) before a chart alone; then how large it
is in money or patients beside the hospital's own figure, tenfold by tenfold; the hospital before a
department; what is new before what has stood for more than a year. Each further row of the same
kind, or of the same department, steps back, so that the head of the list shows different matters.
All weights are assumptions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import numpy as np
import pandas as pd

from core.analysis.signals import (
    BAND,
    BOTTLENECK,
    BUDGET,
    CAUSE,
    FOUND,
    GAP,
    IDLE,
    LOSS,
    MISSED,
    PLAN,
    REASONS,
    ROSTER,
    YEAR,
)
from core.frames import SIGNALS
from core.months import months_between

WEIGHTS = {
    CAUSE: 1.2,
    YEAR: 0.9,
    MISSED: 1.2,
    BAND: 1.8,
    BUDGET: 1.8,
    GAP: 2.2,
    LOSS: 1.6,
    IDLE: 1.8,
    BOTTLENECK: 1.8,
    ROSTER: 1.8,
    PLAN: 1.8,
}
JUDGED = (MISSED, BAND, BUDGET)
BOTH, WHOLE, NEUTRAL, OLD = 0.8, 0.4, -0.8, -0.5
"""Chart and target together; of the hospital; a turn for neither better nor worse; over a year."""
MOST, TENFOLDS, MONEY = 1.4, 4, "元"
"""What size adds at most: from one in 100,000 of the hospital's own figure (0) to a tenth of it.

A handful of patients is small, however few the hospital has: a hundred of them count in full.
"""
AGAIN_KIND, AGAIN_PLACE = 0.90, 0.94
"""What remains of a score at each further row of the same kind, of the same department."""
HIGH, MEDIUM = 2.5, 1.7
ORDER = {"worse": 0, "neutral": 1, "better": 2}


def joined(parts: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """SIGNALS rows of FOUND rows, the most pressing first; better ones after all others."""
    filled = [FOUND.check(part) for part in parts if len(part)]
    if not filled:
        return SIGNALS.empty()
    rank = {reason: place for place, reason in enumerate(REASONS)}
    every: dict[tuple[str, str], list[dict]] = {}
    for part in filled:
        for row in part.to_dict("records"):
            every.setdefault((row["subject"], row["department"]), []).append(row)
    rows = [
        _one(sorted(own, key=lambda row: rank[row["reason"]])) for _, own in sorted(every.items())
    ]
    return ranked(pd.DataFrame(rows, columns=pd.Index(list(SIGNALS.columns))))


def _one(records: list[dict]) -> dict:
    """The first that states a figure gives it: value and usual of a chart, bound of a target.

    A year beside a year is told where nothing else is. A chart knows best since when. One that
    turned for the better while a target is missed is told as worse. A goal of a plan speaks of
    twelve months: beside others it gives no figure.
    """
    records = [row for row in records if row["reason"] != YEAR] or records
    reasons = [row["reason"] for row in records]
    direction = min((row["direction"] for row in records), key=ORDER.__getitem__)
    records = [row for row in records if row["reason"] != PLAN] or records
    found = dict(records[0])
    for name in ("value", "bound", "usual"):
        told = [row[name] for row in records if not np.isnan(row[name])]
        found[name] = told[0] if told else np.nan
    judged = [row for row in records if row["reason"] != CAUSE] or records
    for name in ("stake", "stake_unit", "stake_months", "share", "source", "source_kind"):
        found[name] = judged[0][name]
    for name in ("unit", "detail"):
        found[name] = next((row[name] for row in records if row[name]), "")
    charted = [row["since"] for row in records if _turned(row)]
    found["since"] = charted[0] if charted else min(row["since"] for row in judged)
    found["direction"] = direction
    found["reasons"] = ",".join(reasons)
    found["severity"], found["score"] = "", _score(found, bool(charted))
    return {name: found[name] for name in SIGNALS.columns}


def _turned(row: dict) -> bool:
    return row["reason"] == CAUSE and row["direction"] == "worse"


def _score(row: dict, turned: bool) -> float:
    """turned: a chart says that it turned for the worse."""
    reasons = row["reasons"].split(",")
    score = max(WEIGHTS[reason] for reason in reasons)
    if turned and any(reason in JUDGED for reason in reasons):
        score += BOTH
    score += MOST * _size(row)
    if not row["department"]:
        score += WHOLE
    if row["direction"] == "neutral":
        score += NEUTRAL
    if months_between(row["since"], row["month"]) >= 12 and reasons == [CAUSE]:
        score += OLD
    return score


def _size(row: dict) -> float:
    """0-1: tenfold by tenfold of the hospital's own figure, and of patients; 0 when unknown."""
    share, stake = row["share"], row["stake"]
    if not share > 0:
        return 0.0
    size = (np.log10(share) + TENFOLDS + 1) / TENFOLDS
    if stake > 0 and row["stake_unit"] != MONEY:
        size = min(size, np.log10(stake) / 2)
    return float(np.clip(size, 0, 1))


def ranked(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows by score, stepped back where their like stands above them."""
    worse = _spread(rows[rows["direction"] != "better"])
    better = _spread(rows[rows["direction"] == "better"])
    parts = [part for part in (worse, better) if len(part)]
    found = pd.concat(parts, ignore_index=True) if parts else rows
    found["severity"] = [
        "high" if score >= HIGH else "medium" if score >= MEDIUM else "low"
        for score in found["score"]
    ]
    return SIGNALS.check(found)


def _spread(rows: pd.DataFrame) -> pd.DataFrame:
    """Greedy: the best next row, each kind and each department worth less every time."""
    left = rows.sort_values(
        ["score", "subject", "department"], ascending=[False, True, True]
    ).to_dict("records")
    kinds: Counter[str] = Counter()
    places: Counter[str] = Counter()

    def worth(row: dict) -> float:
        place = row["department"]
        again = AGAIN_PLACE ** places[place] if place else 1.0
        return row["score"] * AGAIN_KIND ** kinds[kind_of(row["subject"])] * again

    chosen = []
    while left:
        best = max(range(len(left)), key=lambda place: worth(left[place]))
        row = left.pop(best)
        chosen.append({**row, "score": worth(row)})
        kinds[kind_of(row["subject"])] += 1
        places[row["department"]] += 1
    return pd.DataFrame(chosen, columns=rows.columns)


def kind_of(subject: str) -> str:
    """What rows are alike by: an indicator's code, or the word before the colon."""
    return subject.split(":", 1)[0]
