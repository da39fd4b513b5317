"""An allocation told: by level, where a department's cost came from, where a source's went."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from core.costing.allocation import Allocation, allocate
from core.costing.inputs import Inputs
from core.costing.model import AllocationError, Method
from core.statistics.rounding import to_totals

DIRECT, FULL = "direct", "full"


def allocated(inputs: Inputs, method: Method) -> Allocation:
    """The month's allocation by a method. AllocationError as `allocate`."""
    return allocate(
        inputs.direct, inputs.services, inputs.departments, method, policies=inputs.policies
    )


def by_level(found: Allocation) -> pd.DataFrame:
    """Final departments by code: direct, each level that shared something, full; in 分."""
    finals = found.final.index
    levels = found.received.loc[finals].rename(columns={0: DIRECT})
    levels = levels.rename(columns={level: f"level{level}" for level in levels.columns[1:]})
    return levels.assign(full=found.final.sum(axis=1).astype("int64"))


def sources_of(found: Allocation, department: str) -> pd.DataFrame:
    """source, amount_fen, share: whose direct cost a final department's full cost is made of.

    The largest first; the amounts add up to its full cost to the 分.
    """
    own = _booked(found).loc[found.origin.columns]
    exact = found.origin.loc[department].to_numpy() * own.to_numpy()
    full = int(found.final.loc[department].to_numpy().sum())
    return _told(pd.Index(own.index), exact, full)


def by_category(found: Allocation, categories: Mapping[str, str]) -> pd.DataFrame:
    """Final departments (rows) by the category whose direct cost theirs is made of; in 分.

    A row adds up to the department's full cost, a column to the category's direct cost less what
    is held; the last category takes what is left. A department without category counts as ''.
    """
    names = pd.Index([categories.get(str(code), "") for code in found.origin.columns])
    booked = _booked(found).loc[found.origin.columns].to_numpy()
    exact = (found.origin * booked).T.groupby(names, sort=True).sum().T
    amounts = exact.to_numpy(float)
    whole = to_totals(amounts, np.rint(amounts.sum(axis=0)).astype(np.int64))
    full = found.final.sum(axis=1).reindex(exact.index).to_numpy(np.int64)
    whole[:, -1] = full - whole[:, :-1].sum(axis=1)
    return pd.DataFrame(whole, index=exact.index, columns=exact.columns)


def ends_of(found: Allocation, source: str) -> pd.DataFrame:
    """source, amount_fen, share: the final departments in which a source's direct cost ends.

    The largest first; the amounts add up to its direct cost to the 分, less what is held.
    """
    share = found.origin[source]
    exact = share.to_numpy() * float(_booked(found)[[source]].iloc[0])
    return _told(share.index, exact, round(float(exact.sum())))


def _booked(found: Allocation) -> pd.Series:
    """Direct cost by department, all items together."""
    return pd.Series(found.network.direct.sum(axis=1), index=list(found.network.codes))


def _told(codes: pd.Index, exact: np.ndarray, total: int) -> pd.DataFrame:
    amounts = to_totals(exact[:, None], np.array([total]))[:, 0]
    rows = pd.DataFrame({"source": codes, "amount_fen": amounts})
    rows["share"] = rows["amount_fen"] / total if total else np.nan
    rows = rows[rows["amount_fen"] != 0]
    return rows.sort_values("amount_fen", ascending=False, ignore_index=True, kind="stable")


def side_by_side(inputs: Inputs, methods: tuple[Method, ...]) -> pd.DataFrame:
    """Full cost of the final departments (rows) by method (columns), in 分.

    A method that cannot run on these inputs has no column.
    """
    columns = {}
    for method in methods:
        try:
            columns[method] = allocated(inputs, method).final.sum(axis=1)
        except AllocationError:
            continue
    return pd.DataFrame(columns)
