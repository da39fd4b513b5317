"""A case of shift cover read: columns as [start, length], as periods worked, or days off."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from core.errors import DataError
from core.flow.shifts import Array, Shift, cover, days_on, works
from core.statistics import given

Case = Mapping[str, Any]
WEEK = 7
DAYS_ON = 5
MOST_CELLS = 5_000_000
"""Periods x shifts that are looked at."""
COLUMNS = ("cols", "columns", "shifts", "periods")
_IN_A_ROW = re.compile(r"连[上续]\D*(\d+)\s*天")


def shift_cover(case: Case) -> dict[str, Any]:
    """The cheapest cover: objective, people by column, staffed by period, bound of the search."""
    found = given.inputs(case)
    demand = given.numbers(found, "demand")
    given.refuse("demand", demand, lambda people: not people >= 0)
    name = next((one for one in COLUMNS if found.get(one) is not None), None)
    rosters = [] if name else _days_off(found, len(demand))
    working = _working(found, name, len(demand)) if name else works(rosters, len(demand))
    result = cover(np.array(demand), working, _cost(found, working.shape[1]))
    answer: dict[str, Any] = {
        "objective": result.cost,
        "cover": result.counts.tolist(),
        "staffed": result.staffed.tolist(),
        "lp_bound": result.lowest,
    }
    return answer if name else answer | {"cols": [[one.start, one.length] for one in rosters]}


def _days_off(found: Case, periods: int) -> list[Shift]:
    """The rule of days off: so many days worked in a row, told or read from `rule`, else five."""
    told = given.whole(found, "work_days", None)
    if told is None:
        match = _IN_A_ROW.search(str(found.get("rule", "")))
        told = int(match[1]) if match else DAYS_ON if periods == WEEK else None
    if told is None:
        raise DataError("E_CASE_MISSING", where="cols")
    if not 0 < told <= periods:
        raise DataError("E_CASE_INPUT", where="work_days", value=told)
    return days_on(periods, periods - told)


def _working(found: Case, name: str, periods: int) -> Array:
    """Periods x columns, 1 where a column works.

    A column is [start, length], {"start", "length"}, the list of the periods it works (alone or
    under "periods"), or 0 and 1 for every period. Lists that all have two entries are [start,
    length] unless the case calls them `periods`.
    """
    told = found[name]
    if not isinstance(told, list) or not told or len(told) * periods > MOST_CELLS:
        raise DataError("E_CASE_INPUT", where=name, value=given.shown(told))
    pairs = name != "periods" and all(isinstance(one, list) and len(one) == 2 for one in told)
    matrix = np.zeros((periods, len(told)))
    for at, one in enumerate(told):
        where = f"{name}[{at}]"
        if pairs or (isinstance(one, dict) and "periods" not in one):
            matrix[:, at] = works([_span(one, where, periods)], periods)[:, 0]
        else:
            matrix[_worked(one, where, periods), at] = 1
    return matrix


def _span(told: Any, where: str, periods: int) -> Shift:
    parts = [told.get("start"), told.get("length")] if isinstance(told, dict) else told
    start, length = given.as_whole(parts[0]), given.as_whole(parts[1])
    if start is None or length is None or not 0 <= start < periods or not 0 < length <= periods:
        raise DataError("E_CASE_INPUT", where=where, value=given.shown(told))
    return Shift(start, length)


def _worked(told: Any, where: str, periods: int) -> list[int]:
    """The periods that a column works."""
    told = told["periods"] if isinstance(told, dict) else told
    whole = [given.as_whole(one) for one in told] if isinstance(told, list) and told else [None]
    numbers = [one for one in whole if one is not None and 0 <= one < periods]
    if len(numbers) < len(whole):
        raise DataError("E_CASE_INPUT", where=where, value=given.shown(told))
    if len(numbers) == periods and set(numbers) <= {0, 1} and periods > 2:
        return [period for period, mark in enumerate(numbers) if mark]
    if len(set(numbers)) < len(numbers):
        raise DataError("E_CASE_INPUT", where=where, value=given.shown(told))
    return numbers


def _cost(found: Case, columns: int) -> Array:
    """Of one person on each column; 1 where the case names none."""
    told = found.get("cost")
    if told is None or not isinstance(told, list):
        each = given.number(found, "cost", 1.0)
        given.refuse("cost", [each or 0.0], lambda cost: cost < 0)
        return np.full(columns, each)
    cost = given.numbers(found, "cost")
    given.refuse("cost", cost, lambda one: not one >= 0)
    if len(cost) != columns:
        raise DataError("E_CASE_LENGTH", where="cost", found=len(cost), wanted=columns)
    return np.array(cost)
