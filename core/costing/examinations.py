"""What an examination of a medical-technical department costs, by several ways side by side.

The pool is the department's full cost before it hands it on (its own, 行政后勤 and 医疗辅助),
without drugs. Each way shares the same pool; unit costs times volumes add up to it again. Points
(成本点数) and activities (作业成本) need tables that the store does not hold.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.costing.allocation import Allocation
from core.costing.items import by_share, by_weight
from core.frames import Frame

WAYS = ("income", "minutes", "count", "equivalent")
EXAMINED = Frame(
    "examinations",
    {
        "kind": "ct | mr | ..., or the code of a machine that has no like",
        "volume": "examinations",
        "minutes": "of one examination, NaN when not stated",
        "income": "分, NaN when not stated",
        "own": "分: consumables and depreciation of its machines, NaN when not stated",
    },
    key=("kind",),
)


def pool_of(found: Allocation, department: str, drugs_fen: int) -> int:
    """Full cost of a department before it hands it on, less its drugs; in 分."""
    handed = found.flows
    given = handed[(handed["level"] > 2) & (handed["from_department"] == department)]
    return int(given["amount_fen"].sum()) - drugs_fen


def examination_costs(pool: float, rows: pd.DataFrame) -> pd.DataFrame:
    """kind, volume, price, WAYS (分 an examination), low, high: of EXAMINED rows.

    A way whose weights some kind does not state is missing for all: the rest would carry its
    share. equivalent: what a kind takes of its own (machines, consumables) and of people's time,
    with the pool's rest shared by minutes, against the dearest volume's kind as 1.
    """
    EXAMINED.check(rows)
    rows = rows[rows["volume"] > 0].set_index("kind")
    volume = rows["volume"].astype(float)
    price = rows["income"] / volume
    own = rows["own"] / volume
    whole = float((rows["minutes"] * volume).sum(skipna=False))
    minute = (pool - float(rows["own"].sum(skipna=False))) / whole if whole else np.nan
    weights = {
        "income": price,
        "minutes": rows["minutes"],
        "count": pd.Series(1.0, index=rows.index),
        "equivalent": _equivalents(own + rows["minutes"] * max(minute, 0.0), volume),
    }
    found = pd.DataFrame({"volume": volume, "price": price})
    for way, weight in weights.items():
        shared = by_weight if way == "equivalent" else by_share
        found[way] = shared(pool, weight.astype(float), volume).unit
    found["low"] = found[list(WAYS)].min(axis=1)
    found["high"] = found[list(WAYS)].max(axis=1)
    return found.reset_index()


def _equivalents(spent: pd.Series, volume: pd.Series) -> pd.Series:
    """Each kind against the most frequent one."""
    if spent.empty or spent.isna().any():
        return spent * np.nan
    first = float(spent.to_numpy(float)[int(volume.to_numpy().argmax())])
    return spent / first if first else spent * np.nan
