"""Rows of the same key: duplicates refused, or details added up."""

from __future__ import annotations

from decimal import Decimal

from core.intake.body import Body
from core.intake.definitions import Column, TableDefinition

Key = tuple[object, ...]


def refuse_duplicates(body: Body, definition: TableDefinition) -> None:
    """Same key and same values: the first is kept. Other values: all are refused."""
    compared = [
        column.name
        for column in definition.columns
        if column.name not in definition.key and (column.type != "text" or column.required)
    ]
    for places in _by_key(body, definition, body.accepted()).values():
        if len(places) == 1:
            continue
        contents = {tuple(body.columns[name][place] for name in compared) for place in places}
        conflict = len(contents) > 1
        for place in places if conflict else places[1:]:
            code = "R_DUP_CONFLICT" if conflict else "R_DUP_KEY"
            other = places[0] if place != places[0] else places[1]
            body.refuse(place, definition.key[-1], code, body.records[other].number)


def refuse_fellows(body: Body, definition: TableDefinition) -> None:
    """A sum without one of its rows is wrong: the other rows of the key are refused with it."""
    everywhere = list(range(len(body.records)))
    for places in _by_key(body, definition, everywhere).values():
        refused = next((place for place in places if body.faults.get(place)), None)
        if refused is None:
            continue
        fault = body.faults[refused][0]
        for place in places:
            if not body.faults.get(place):
                body.refuse(place, fault.column, fault.code, fault.row)


def add_up(body: Body, definition: TableDefinition) -> tuple[list[int], dict[str, list[object]]]:
    """The accepted rows, one a key: places of the first of each, and values by column.

    Numbers are added up; a number that one row of the key lacks is missing in the sum.
    """
    groups = list(_by_key(body, definition, body.accepted()).values())
    firsts = [places[0] for places in groups]
    values = body.at(firsts)
    for column in definition.columns:
        if column.numeric:
            values[column.name] = [_sum(body, column, places) for places in groups]
    return firsts, values


def _sum(body: Body, column: Column, places: list[int]) -> object:
    values = [body.columns[column.name][place] for place in places]
    numbers = [value for value in values if isinstance(value, int | Decimal)]
    return sum(numbers) if len(numbers) == len(values) else None


def _by_key(body: Body, definition: TableDefinition, places: list[int]) -> dict[Key, list[int]]:
    """Places by key; rows whose key could not be read are in none."""
    columns = [body.columns[name] for name in definition.key]
    required = [definition.column(name).required for name in definition.key]
    found: dict[Key, list[int]] = {}
    keys = list(zip(*columns, strict=True))
    for place in places:
        key = keys[place]
        if None in key and any(
            part is None and needed for part, needed in zip(key, required, strict=True)
        ):
            continue
        found.setdefault(key, []).append(place)
    return found
