"""The slow, obvious second way: what is stored, and what the roll-ups ought to be."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text

from core.frames import Scope
from core.hospital.facts import FACT_TABLES
from core.hospital.history.tables import METADATA
from core.hospital.records import facts
from core.hospital.rollups.records import RollupRule
from core.store.engine import Store

Key = tuple[int, str, str]


def everything(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, sorted: to see that nothing changed."""
    with store.read() as connection:
        return {
            table: sorted(map(tuple, connection.execute(text(f"SELECT * FROM {table}"))), key=str)
            for table in METADATA.tables
        }


def stored(store: Store, contract: str) -> list[dict[str, Any]]:
    """The fact rows of a contract table, in the order of their key."""
    facts_of = FACT_TABLES[contract]
    order = ", ".join(("hospital_id", *facts_of.key))
    with store.read() as connection:
        rows = connection.execute(text(f"SELECT * FROM {facts_of.store} ORDER BY {order}"))
        return [dict(row) for row in rows.mappings()]


def rollups(store: Store, hospital_id: int) -> dict[Key, float]:
    """What pages read: month, department, measure -> value."""
    rows = facts(store, Scope(hospital_id, 190001, 299912))
    keys = zip(rows["month"], rows["department"], rows["measure"], strict=True)
    return dict(zip(keys, rows["value"], strict=True))


def added_up(store: Store, hospital_id: int, rules: list[RollupRule]) -> dict[Key, float]:
    """The same from the fact rows, one row and one rule at a time."""
    sums: dict[Key, float] = {}
    rows = {contract: stored(store, contract) for contract in {rule.contract for rule in rules}}
    for rule in rules:
        for row in rows[rule.contract]:
            value = row[rule.column or ("quantity" if rule.contract == "driver" else "amount_fen")]
            master = _master(store, row)
            wanted = all(row.get(name, master.get(name)) == value for name, value in rule.where)
            if row["hospital_id"] == hospital_id and wanted and value is not None:
                key = (row["month"], row[rule.department], rule.measure)
                sums[key] = sums.get(key, 0.0) + float(value)
    return sums


def _master(store: Store, row: dict[str, Any]) -> dict[str, Any]:
    """The cost item or driver that the row names."""
    for column, table in (("element", "cost_item"), ("driver", "driver_item")):
        if column in row:
            asked = text(f"SELECT * FROM {table} WHERE hospital_id = :hospital AND code = :code")
            with store.read() as connection:
                found = connection.execute(
                    asked, {"hospital": row["hospital_id"], "code": row[column]}
                )
                return dict(found.mappings().one())
    return {}
