"""本量利 of service items: what one more examination takes, and its part of what stays.

An examination's own consumables vary, its machines' depreciation does not. The rest of the
department's pool is parted by the behaviour of cost and shared by the minutes that the kinds
take, by income where minutes are not stated, by volume where neither is. Items together bear
the pool, whatever is known of them.
"""

from __future__ import annotations

import pandas as pd

from core.costing.allocation import Allocation
from core.costing.cvp import Behaviour, Figures
from core.costing.sides import KINDS
from core.frames import Frame

PARTS = (*(kind for kind in KINDS if kind != "drug"), "level1", "level2")
"""What the pool of a medical-technical department is made of."""
USED = Frame(
    "use by item",
    {
        "kind": "code of the item",
        "volume": "examinations",
        "minutes": "of one examination, NaN when not stated",
        "income": "分, NaN when not stated",
        "consumables": "分, NaN when not stated",
        "depreciation": "分",
    },
    key=("kind",),
)
SHARED = ("minutes", "income", "volume")
"""By what the rest is shared, in turn."""


def pool_parts(found: Allocation, cost: pd.DataFrame, department: str) -> pd.Series:
    """分 by PARTS of what a department spent on its work, its own and shared to it.

    found: three levels. cost: rows with department, kind, amount_fen; drugs are left out.
    """
    own = cost[(cost["department"] == department) & (cost["kind"] != "drug")]
    kinds = own["kind"].where(own["kind"].isin(KINDS), "other")
    parts = own.groupby(kinds)["amount_fen"].sum()
    handed = found.flows
    handed = handed[(handed["to_department"] == department) & handed["level"].isin([1, 2])]
    levels = handed.groupby("level")["amount_fen"].sum()
    levels.index = pd.Index([f"level{level}" for level in levels.index])
    return pd.concat([parts, levels]).reindex(list(PARTS), fill_value=0).astype("int64")


def varying(parts: pd.Series, behaviour: Behaviour) -> float:
    """The share (0-1) of a pool that follows volume; 0 for a pool of nothing."""
    amounts = parts.clip(lower=0)
    whole = float(amounts.sum())
    follows = behaviour.variable
    moving = sum(float(amount) * follows[str(part)] for part, amount in amounts.items())
    return moving / whole if whole else 0.0


def of_items(pool: float, share: float, rows: pd.DataFrame) -> dict[str, Figures]:
    """Figures of each item that was done; their cost adds up to the pool (分).

    share: of the pool, what follows volume. rows: USED. Where an item's own cost is not stated,
    or all own cost is above the pool, no item's own cost is told apart.
    """
    rows = USED.check(rows)
    rows = rows[rows["volume"] > 0].set_index("kind")
    weight = _weight(rows)
    taken, kept = rows["consumables"], rows["depreciation"]
    rest = pool - float((taken + kept).sum(skipna=False))
    if not rest >= 0:
        variable, fixed = weight * pool * share, weight * pool * (1 - share)
    else:
        moving = min(max(pool * share - float(taken.sum()), 0.0), rest)
        variable, fixed = taken + weight * moving, kept + weight * (rest - moving)
    return {
        str(kind): Figures(
            float(rows["income"][kind]),
            float(variable[kind]),
            float(fixed[kind]),
            float(rows["volume"][kind]),
        )
        for kind in rows.index
    }


def _weight(rows: pd.DataFrame) -> pd.Series:
    """Shares of 1 by item."""
    volume = rows["volume"].astype(float)
    for name in SHARED:
        amount = volume if name == "volume" else rows[name] * (volume if name == "minutes" else 1)
        whole = float(amount.sum(skipna=False))
        if whole > 0 and not (amount < 0).any():
            return amount / whole
    return volume
