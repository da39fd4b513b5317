"""Amounts, names and tables that a case on unit costs gives, read with a clear refusal.

As `core.statistics.given`, but nothing may be absent: DataError E_CASE_MISSING, E_CASE_INPUT
(with `value`), E_CASE_EMPTY, E_CASE_LENGTH, with `where` as a path (items.A.volume).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from core.errors import DataError
from core.statistics import given

Found = Mapping[str, Any]


def path(within: str, name: object) -> str:
    """Where something stands."""
    return f"{within}.{name}" if within else str(name)


def number(found: Found, name: str, within: str = "") -> float:
    """A number of any sign."""
    where = path(within, name)
    value = given.number({where: found.get(name)}, where, None)
    if value is None:
        raise DataError("E_CASE_MISSING", where=where)
    return value


def amount(found: Found, name: str, within: str = "") -> float:
    """A number that is not below zero."""
    value = number(found, name, within)
    if value < 0:
        raise DataError("E_CASE_INPUT", where=path(within, name), value=value)
    return value


def name_of(found: Found, name: str, within: str = "") -> str:
    """A text, or a whole number as one."""
    value, where = found.get(name), path(within, name)
    if value is None:
        raise DataError("E_CASE_MISSING", where=where)
    return _text(value, where)


def _text(value: object, where: str) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int) or value == "":
        raise DataError("E_CASE_INPUT", where=where, value=given.shown(value))
    return str(value)


def names(found: Found, name: str) -> tuple[str, ...]:
    """A list of different texts, at least one."""
    read = [_text(one, f"{name}[{place}]") for place, one in enumerate(_list(found, name))]
    for place, one in enumerate(read):
        if one in read[:place]:
            raise DataError("E_CASE_INPUT", where=f"{name}[{place}]", value=given.shown(one))
    return tuple(read)


def rows(found: Found, name: str) -> list[dict[str, Any]]:
    """A list of objects, at least one."""
    read = _list(found, name)
    for place, row in enumerate(read):
        if not isinstance(row, dict):
            raise DataError("E_CASE_INPUT", where=f"{name}[{place}]", value=given.shown(row))
    return read


def _list(found: Found, name: str) -> list[Any]:
    values = found.get(name)
    if values is None:
        raise DataError("E_CASE_MISSING", where=name)
    if not isinstance(values, list):
        raise DataError("E_CASE_INPUT", where=name, value=given.shown(values))
    if not values:
        raise DataError("E_CASE_EMPTY", where=name)
    return values


def entries(found: Found, name: str, within: str = "") -> dict[str, Any]:
    """An object with at least one entry."""
    values, where = found.get(name), path(within, name)
    if values is None:
        raise DataError("E_CASE_MISSING", where=where)
    if not isinstance(values, dict):
        raise DataError("E_CASE_INPUT", where=where, value=given.shown(values))
    if not values:
        raise DataError("E_CASE_EMPTY", where=where)
    return values


def amounts(found: Found, name: str, within: str = "") -> pd.Series:
    """Numbers not below zero, by name."""
    read = numbers(found, name, within)
    for key, value in read.items():
        if value < 0:
            raise DataError("E_CASE_INPUT", where=path(path(within, name), key), value=value)
    return read


def numbers(found: Found, name: str, within: str = "") -> pd.Series:
    """Numbers of any sign, by name."""
    values = entries(found, name, within)
    where = path(within, name)
    return pd.Series({key: number(values, key, where) for key in values}, dtype=float)


def fields(found: Found, name: str, default: float | None = None) -> pd.Series:
    """One field of each of the case's items; the default, if there is one, where it is absent."""
    read: dict[str, float] = {}
    items = entries(found, "items")
    for key in items:
        item, where = entries(items, key, "items"), path("items", key)
        absent = default is not None and item.get(name) is None
        read[key] = float(default or 0) if absent else amount(item, name, where)
    return pd.Series(read, dtype=float)


def by_name(found: Found, name: str, order: tuple[str, ...]) -> pd.Series:
    """Amounts in an order of names: from an object, or from a list in that order."""
    values = found.get(name)
    if isinstance(values, list):
        values = dict(zip(order, _as_long(values, name, len(order)), strict=True))
    return listed(amounts({name: values}, name), order, name).reindex(list(order))


def square(found: Found, name: str, order: tuple[str, ...]) -> pd.DataFrame:
    """Amounts by row and column of one order: nested objects (absent is 0), or lists in order."""
    values = found.get(name)
    if isinstance(values, list):
        values = dict(zip(order, _as_long(values, name, len(order)), strict=True))
    if values == {}:
        values = {order[0]: {}}
    read: dict[str, Any] = {}
    for row, entry in entries({name: values}, name).items():
        where = path(name, row)
        if isinstance(entry, list):
            read[row] = dict(zip(order, _as_long(entry, where, len(order)), strict=True))
        else:
            read[row] = entry
    table = _table(read, name)
    for unknown in [key for key in (*table.index, *table.columns) if key not in order]:
        raise DataError("E_CASE_INPUT", where=name, value=given.shown(unknown))
    return table.reindex(index=list(order), columns=list(order)).fillna(0.0)


def _as_long(values: list[Any], where: str, count: int) -> list[Any]:
    if len(values) != count:
        raise DataError("E_CASE_LENGTH", where=where, wanted=count, found=len(values))
    return values


def oriented(found: Found, name: str, expected: Iterable[str], outer: bool) -> pd.DataFrame:
    """Amounts of nested objects with `expected` as rows (outer) or columns, 0 where absent.

    The objects may be nested the other way round, as far as their names tell.
    """
    table, known = _table(entries(found, name), name), set(expected)
    here, there = (table.index, table.columns) if outer else (table.columns, table.index)
    if not set(here) <= known and set(there) <= known:
        table, here = table.T, there
    for unknown in [key for key in here if key not in known]:
        raise DataError("E_CASE_INPUT", where=name, value=given.shown(unknown))
    return table


def _table(values: Found, name: str) -> pd.DataFrame:
    read: dict[str, pd.Series] = {}
    for row, entry in values.items():
        nothing = isinstance(entry, dict) and not entry
        read[row] = pd.Series(dtype=float) if nothing else amounts(values, row, name)
    return pd.DataFrame(read).T.fillna(0.0).astype(float)


def listed(values: pd.Series, wanted: Iterable[object], name: str) -> pd.Series:
    """The same values; DataError E_CASE_MISSING at the first of `wanted` that they lack."""
    for key in wanted:
        if key not in values.index:
            raise DataError("E_CASE_MISSING", where=path(name, key))
    return values


def plain(value: Any) -> Any:
    """An answer as JSON: objects of plain numbers, None for what is not finite."""
    if isinstance(value, pd.Series):
        value = value.to_dict()
    if isinstance(value, dict):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, bool | int) or value is None:
        return value
    return float(value) if math.isfinite(value) else None
