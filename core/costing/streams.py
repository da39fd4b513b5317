"""What flows between the categories of departments, in whole 分: the allocation as a picture."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.costing.allocation import Allocation
from core.costing.model import CATEGORIES, FINAL
from core.statistics.rounding import to_totals

HELD = "held"
"""Where cost goes that stays 未分摊."""


@dataclass(frozen=True, eq=False)
class Streams:
    """Amounts in 分 between categories; what a category has and gets, it gives or keeps."""

    own: dict[str, int]
    """Direct cost by category, of those that have departments, in closing order."""
    flows: pd.DataFrame
    """source, target, amount_fen; not within a category. Target `held` is what stays 未分摊."""
    stepwise: bool
    """False where the method goes in circles: flows then say where direct cost ends."""


def streams(found: Allocation) -> Streams:
    """The flows of a run, exact to the 分: a category's own and received are given or kept."""
    network = found.network
    category = np.array([CATEGORIES[rank] for rank in network.rank], dtype=object)
    direct = network.direct.sum(axis=1)
    own = {one: int(direct[category == one].sum()) for one in CATEGORIES if (category == one).any()}
    stepwise = found.solved is None and found.method != "double_step_down"
    told = _stepwise(found, category) if stepwise else _ends(found, category)
    lost = found.lost.sum(axis=1)
    for one in own if stepwise else ():
        told.append((one, HELD, int(lost[category == one].sum())))
    rows = pd.DataFrame(told, columns=pd.Index(["source", "target", "amount_fen"]))
    sums = rows[rows["source"] != rows["target"]].groupby(["source", "target"], sort=False)
    flows = sums["amount_fen"].sum().reset_index()
    return Streams(own, flows[flows["amount_fen"] != 0].reset_index(drop=True), stepwise)


def _stepwise(found: Allocation, category: np.ndarray) -> list[tuple[str, str, int]]:
    """Stage by stage: either all sources or all receivers of one are of the same category."""
    told = []
    for stage in found.stages:
        givers, takers = category[stage.sources], category[stage.receivers]
        pool, received = stage.pool.sum(axis=1), stage.received.sum(axis=1)
        if len(set(givers)) == 1:
            told += [(givers[0], one, int(received[takers == one].sum())) for one in set(takers)]
        else:
            told += [(one, takers[0], int(pool[givers == one].sum())) for one in set(givers)]
    return told


def _ends(found: Allocation, category: np.ndarray) -> list[tuple[str, str, int]]:
    """Where the direct cost of each category of supports ends; what is held ends there too."""
    finals = [one for one in CATEGORIES if one in FINAL and (category == one).any()]
    at = dict(zip(found.network.codes, category, strict=True))
    direct = pd.Series(found.network.direct.sum(axis=1), index=list(found.network.codes))
    share = found.origin.groupby(found.origin.index.map(at)).sum()
    exact = (share * direct[share.columns]).T.groupby(share.columns.map(at)).sum()
    told = []
    for source, row in exact.iterrows():
        if source in finals:
            continue
        total = int(direct[[code for code, one in at.items() if one == source]].sum())
        amounts = row.reindex(finals, fill_value=0.0).to_numpy()
        amounts = np.append(amounts, total - amounts.sum())
        whole = to_totals(amounts[:, None], np.array([total]))[:, 0]
        told += [
            (str(source), to, int(fen)) for to, fen in zip([*finals, HELD], whole, strict=True)
        ]
    return told
