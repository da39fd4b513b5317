"""Roll-ups by month: what pages read instead of facts.

A rebuild reads the facts of the months touched once, grouped by the fact's leading key, and
replaces the roll-up rows of that table's measures in those months.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import Column, Table, and_, case, delete, func, select
from sqlalchemy.sql.elements import ColumnElement

from core.hospital.facts import FACT_TABLES
from core.hospital.tables import METADATA, CostItem, DriverItem, RollupMonth
from core.store.engine import Store, Work

_ROLLUP: Table = METADATA.tables[str(RollupMonth.__tablename__)]
_VALUE = {"income": "amount_fen", "direct_cost": "amount_fen", "driver": "quantity"}
_MASTER = {
    "direct_cost": ("element", METADATA.tables["cost_item"], CostItem),
    "driver": ("driver", METADATA.tables["driver_item"], DriverItem),
}


@dataclass(frozen=True)
class RollupRule:
    """How one measure is added up from one fact table."""

    measure: str
    contract: str
    column: str = ""
    """The counted column of workload; the other tables have one value column."""
    where: tuple[tuple[str, str], ...] = ()
    """Columns (or kind / role of the master) that must have this value."""
    department: str = field(default="department")
    """The department column that owns the value."""
    scale: int = 1
    """100 for a driver in 元: facts hold money in 分."""


def rebuild(
    store: Store, work: Work, hospital_id: int, months: Sequence[int], rules: Iterable[RollupRule]
) -> int:
    """Replace the roll-up rows of these measures in these months; how many rows there are now."""
    rules = list(rules)
    if not rules or not months:
        return 0
    work.connection.execute(
        delete(_ROLLUP).where(
            _ROLLUP.c.hospital_id == hospital_id,
            _ROLLUP.c.month.in_(list(months)),
            _ROLLUP.c.measure.in_([rule.measure for rule in rules]),
        )
    )
    rows: list[tuple[Any, ...]] = []
    owner = attrgetter("contract", "department")
    for _, group in groupby(sorted(rules, key=owner), key=owner):
        rows += _sums(work, hospital_id, months, list(group))
    rows.sort(key=lambda row: row[:4])
    columns = ["hospital_id", "month", "measure", "department", "value"]
    store.insert_many(work.connection, "rollup_month", columns, rows)
    return len(rows)


def _sums(
    work: Work, hospital_id: int, months: Sequence[int], rules: list[RollupRule]
) -> list[tuple[Any, ...]]:
    """Long rows of several measures of one table, read in one pass over its facts."""
    contract = rules[0].contract
    facts = METADATA.tables[FACT_TABLES[contract].store]
    owner = facts.c[rules[0].department]
    source: Any = facts
    if contract in _MASTER and any(rule.where for rule in rules):
        link, master, _ = _MASTER[contract]
        source = facts.join(
            master,
            and_(master.c.hospital_id == facts.c.hospital_id, master.c.code == facts.c[link]),
        )
    statement = (
        select(facts.c.month, owner, *[_sum(facts, rule) for rule in rules])
        .select_from(source)
        .where(facts.c.hospital_id == hospital_id, facts.c.month.in_(list(months)))
        .group_by(facts.c.month, owner)
    )
    return [
        (hospital_id, row[0], rule.measure, row[1], float(value) * rule.scale)
        for row in map(tuple, work.connection.execute(statement))
        for rule, value in zip(rules, row[2:], strict=True)
        if value is not None
    ]


def _sum(facts: Table, rule: RollupRule) -> ColumnElement[Any]:
    """SUM of the rule's column over the rows it is about; NULL where there are none."""
    value: Column[Any] = facts.c[rule.column or _VALUE[rule.contract]]
    if not rule.where:
        return func.sum(value).label(rule.measure)
    tests = [_place(facts, rule.contract, name) == wanted for name, wanted in rule.where]
    return func.sum(case((and_(*tests), value))).label(rule.measure)


def _place(facts: Table, contract: str, name: str) -> Column[Any]:
    """The column a condition speaks of: of the facts, or of their master."""
    return facts.c[name] if name in facts.c else _MASTER[contract][1].c[name]
