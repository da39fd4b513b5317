"""Cases of weights, agreement and order of plans for `solve`. KINDS names them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from core.errors import DataError
from core.planning import agreement as agreeing
from core.planning.ahp import compare
from core.planning.ranking import entropy_weights, topsis
from core.statistics import given

Case = Mapping[str, Any]
Answer = dict[str, Any]
Array = npt.NDArray[np.float64]

MOST_CELLS = 20_000
"""Entries of a table that are worked out."""
MOST_CRITERIA = 100
"""Criteria of one comparison."""
BY_ITEM, BY_REVIEWER = "ratings_item_by_reviewer", "ratings_reviewer_by_item"


def _table(found: Case, name: str) -> Array:
    """A list of equally long lists of numbers; null reads as NaN."""
    rows = found.get(name)
    if rows is None:
        raise DataError("E_CASE_MISSING", where=name)
    if not isinstance(rows, list):
        raise DataError("E_CASE_INPUT", where=name, value=given.shown(rows))
    if not rows or rows[0] == []:
        raise DataError("E_CASE_EMPTY", where=name)
    read = [_row(row, f"{name}[{place}]") for place, row in enumerate(rows)]
    for place, row in enumerate(read):
        if len(row) != len(read[0]):
            where = f"{name}[{place}]"
            raise DataError("E_CASE_LENGTH", where=where, wanted=len(read[0]), found=len(row))
    if len(read) * len(read[0]) > MOST_CELLS:
        size = f"{len(read)} × {len(read[0])} > {MOST_CELLS}"
        raise DataError("E_CASE_INPUT", where=name, value=size)
    table = np.array(read, dtype=float)
    if np.isnan(table).all():
        raise DataError("E_CASE_EMPTY", where=name)
    return table


def _row(row: Any, where: str) -> list[float]:
    if not isinstance(row, list):
        raise DataError("E_CASE_INPUT", where=where, value=given.shown(row))
    cells = ((f"{where}[{place}]", cell) for place, cell in enumerate(row))
    read = (given.number({place: cell}, place, np.nan) for place, cell in cells)
    return [np.nan if value is None else value for value in read]


def ahp(case: Case) -> Answer:
    """Weights of a matrix of comparisons in pairs, and how consistent it is."""
    matrix = _table(given.inputs(case), "matrix")
    if len(matrix) > MOST_CRITERIA:
        raise DataError("E_CASE_INPUT", where="matrix", value=f"{len(matrix)} > {MOST_CRITERIA}")
    found = compare(matrix)
    return {
        "weights": found.weights.tolist(),
        "weights_geometric": found.weights_geometric.tolist(),
        "lambda_max": found.lambda_max,
        "ci": found.ci,
        "ri": found.ri,
        "cr": found.cr,
    }


def agreement(case: Case) -> Answer:
    """ICC of items by reviewers; of reviewers by items Krippendorff's alpha, W for ranks, scores.

    What cannot be told is null, with the reason in `not_computable`.
    """
    found = given.inputs(case)
    if found.get(BY_ITEM) is not None:
        ratings = _table(found, BY_ITEM)
        agreeing.complete(ratings, BY_ITEM)
        return _told(agreeing.icc(ratings), agreeing.why_not(ratings.T))
    ratings = _table(found, BY_REVIEWER)
    sort = found.get("kind", case.get("kind"))
    if sort not in ("ranks", "scores"):
        told = {level: agreeing.alpha(ratings, level) for level in agreeing.LEVELS}
        return _told(told, agreeing.why_not(ratings))
    agreeing.complete(ratings, BY_REVIEWER)
    result = agreeing.kendall(ratings)
    told = {"S": result.s, "W": result.w, "chi2": result.chi2, "p": result.p}
    sums = {"df": result.df, "rank_sums": result.rank_sums.tolist()}
    return _told(told, result.reason) | sums


def _told(found: Mapping[str, float], reason: agreeing.Reason | None) -> Answer:
    told = {name: given.one(value) for name, value in found.items()}
    return told if reason is None else told | {"not_computable": reason}


def ranking(case: Case) -> Answer:
    """Plans in order by the case's weights; without weights, those of entropy."""
    found = given.inputs(case)
    matrix = _table(found, "matrix")
    for row, column in np.argwhere(np.isnan(matrix))[:1]:
        raise DataError("E_CASE_MISSING", where=f"matrix[{row}][{column}]")
    costs = _costs(found, matrix.shape[1])
    if found.get("weights") is None:
        for place, row in enumerate(matrix.tolist()):
            given.refuse(f"matrix[{place}]", row, lambda value: value < 0)
        weighed = entropy_weights(matrix)
        return {"entropy": given.plain(weighed.entropy), "weights": given.plain(weighed.weights)}
    order = topsis(matrix, _weights(found, matrix.shape[1]), costs)
    return {
        "d_plus": order.d_plus.tolist(),
        "d_minus": order.d_minus.tolist(),
        "closeness": given.plain(order.closeness),
        "rank": [None if np.isnan(rank) else int(rank) for rank in order.rank],
    }


def _weights(found: Case, columns: int) -> Array:
    weights = given.numbers(found, "weights")
    if len(weights) != columns:
        raise DataError("E_CASE_LENGTH", where="weights", wanted=columns, found=len(weights))
    given.refuse("weights", weights, lambda weight: not weight >= 0)
    if not sum(weights) > 0:
        raise DataError("E_CASE_INPUT", where="weights", value=given.shown(weights))
    return np.array(weights)


def _costs(found: Case, columns: int) -> list[int]:
    """Places from 0 of the columns where less is better; none where the case names none."""
    asked = found.get("cost_columns")
    if asked is None or asked == []:
        return []
    places = given.numbers(found, "cost_columns")
    given.refuse("cost_columns", places, lambda one: one not in range(columns))
    return [int(place) for place in places]


KINDS: dict[str, Callable[[Case], Answer]] = {
    "ahp": ahp,
    "agreement": agreement,
    "ranks": agreement,
    "scores": agreement,
    "ranking": ranking,
}
"""What can be asked of planning; a case of agreement may name its own kind, ranks or scores."""
