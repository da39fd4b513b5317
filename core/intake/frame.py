"""Accepted rows as a typed frame."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from core.intake.definitions import Column, TableDefinition


def typed_rows(
    values: Mapping[str, list[object]], numbers: Sequence[int], definition: TableDefinition
) -> pd.DataFrame:
    """Columns of the contract, its derived months, and `_row`.

    Money int64 分, counts, dates, times, hashes and flags Int64 (int64 where none is missing),
    decimals float64, months int64.
    """
    columns: dict[str, Any] = {
        column.name: _series(values[column.name], column) for column in definition.columns
    }
    for name, source in definition.months.items():
        columns[name] = _whole(values[name], definition.column(source).required)
    columns["_row"] = pd.Series(list(numbers), dtype="int64")
    return pd.DataFrame(columns)


def empty_rows(definition: TableDefinition) -> pd.DataFrame:
    """No rows, with the columns and types that rows would have."""
    return typed_rows(
        {name: [] for name in (*definition.names, *definition.months)}, [], definition
    )


def _series(values: list[object], column: Column) -> pd.Series:
    if column.type == "month":
        return pd.Series([value or 0 for value in values], dtype="int64")
    if column.type == "money":
        missing = any(value is None for value in values)
        return pd.Series(_or_na(values), dtype="Int64" if missing else "int64")
    if column.type in ("int", "flag"):
        return pd.Series(_or_na(values), dtype="Int64")
    if column.type in ("date", "datetime", "hashed"):
        return _whole(values, column.required)
    if column.type == "decimal":
        floats = [float("nan") if value is None else float(str(value)) for value in values]
        return pd.Series(floats, dtype="float64")
    return pd.Series(["" if value is None else value for value in values], dtype="object")


def _whole(values: list[object], required: bool) -> pd.Series:
    return pd.Series(_or_na(values), dtype="int64" if required else "Int64")


def _or_na(values: list[object]) -> list[object]:
    return [pd.NA if value is None else value for value in values]
