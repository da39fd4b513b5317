"""Roll-ups by month: what pages read instead of facts.

A rebuild reads the facts of the months touched, grouped by the department that owns them, and
replaces the roll-up rows of that table's measures in those months.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import Select, Table, delete, select
from sqlmodel import col

from core.errors import DataError
from core.hospital.facts import FACT_TABLES
from core.hospital.history.tables import METADATA
from core.hospital.rollups.special.records import rebuild_arrivals, rebuild_cases, rebuild_visits
from core.hospital.rollups.sums.records import RollupRule, Row, month_sums, sums_of
from core.hospital.tables import Hospital, RollupMonth
from core.store.engine import Actor, Store, Work
from core.store.tables import Audit

__all__ = ["RESTS_ON", "RollupRule", "are_current", "rebuild", "rebuild_all", "rebuild_months"]

RESTS_ON = {
    "departments": (),
    "disease_group": ("case",),
    "machine": ("machine_use",),
    "ward": ("census",),
}
"""Contracts whose roll-ups a change of a master makes stale."""
_ROLLUP: Table = METADATA.tables[str(RollupMonth.__tablename__)]
_REBUILD = "rollups.rebuild"
_FORM = "2"
"""Changes when roll-ups are added up in another way, whatever the measures."""


def rebuild(
    store: Store, work: Work, hospital_id: int, months: Sequence[int], rules: Iterable[RollupRule]
) -> int:
    """Replace the roll-up rows of these measures in these months; how many rows there are now.

    months: of the fact's own `month` (cases: of discharge). With a rule of cases, visits or
    arrivals their own roll-ups are replaced too.
    """
    rules, months = list(rules), sorted({month for month in months if month})
    if not rules or not months:
        return 0
    work.connection.execute(
        delete(_ROLLUP).where(
            _ROLLUP.c.hospital_id == hospital_id,
            _ROLLUP.c.month.in_(months),
            _ROLLUP.c.measure.in_([rule.measure for rule in rules]),
        )
    )
    rows: list[Row] = []
    owner = attrgetter("contract", "department")
    for (contract, _), group in groupby(sorted(rules, key=owner), key=owner):
        if contract == "visit":
            rows += sums_of(rebuild_visits(store, work, hospital_id, months), list(group))
        else:
            rows += month_sums(work, hospital_id, months, list(group))
    contracts = {rule.contract for rule in rules}
    if "case" in contracts:
        rebuild_cases(work, hospital_id, months)
    if contracts & {"visit", "arrival"}:
        rebuild_arrivals(store, work, hospital_id, months)
    columns = ["hospital_id", "month", "measure", "department", "value"]
    stored = [(hospital_id, *row) for row in sorted(rows)]
    store.insert_many(work.connection, "rollup_month", columns, stored)
    return len(rows)


def rebuild_months(
    store: Store,
    work: Work,
    hospital_id: int,
    rules: Iterable[RollupRule],
    contracts: Sequence[str],
) -> int:
    """Rebuild every month of these contracts: after a change of what they rest on."""
    count, rules = 0, list(rules)
    for contract in contracts:
        fact = FACT_TABLES[contract]
        facts = METADATA.tables[fact.store]
        held = select(facts.c[fact.month]).where(facts.c.hospital_id == hospital_id).distinct()
        months = [month for month in work.connection.execute(held).scalars() if month]
        own = [rule for rule in rules if rule.contract == contract]
        count += rebuild(store, work, hospital_id, months, own)
    return count


def rebuild_all(store: Store, actor: Actor, hospital_id: int, rules: Sequence[RollupRule]) -> int:
    """Make every roll-up of a hospital anew, by these rules; how many rows of months there are.

    Needed when the catalogue has other measures than the roll-ups were made with. DataError
    E_HOSPITAL for a hospital that does not exist.
    """
    with store.write(actor) as work:
        key_share = {"key_share": True}  # imports of the same hospital wait
        if work.session.get(Hospital, hospital_id, with_for_update=key_share) is None:
            raise DataError("E_HOSPITAL", hospital=hospital_id)
        for name in ("month", "case", "visit", "arrival_day", "arrival_week"):
            rollup = METADATA.tables[f"rollup_{name}"]
            work.connection.execute(delete(rollup).where(rollup.c.hospital_id == hospital_id))
        count = rebuild_months(
            store, work, hospital_id, rules, sorted({rule.contract for rule in rules})
        )
        work.record(_REBUILD, fingerprint(rules), hospital_id, new={"rows": count})
        return count


def are_current(store: Store, hospital_id: int, rules: Iterable[RollupRule]) -> bool:
    """Whether the roll-ups were made by these rules: what the last `rebuild_all` recorded.

    An import adds up by the rules of its own app, so a hospital stays current between changes
    of the catalogue.
    """
    with store.read() as connection:
        return connection.execute(_last_made(hospital_id)).scalar() == fingerprint(rules)


def inherit(work: Work, source_id: int, copy_id: int) -> None:
    """Record that a copy's roll-ups were made by the rules that its source's were made by."""
    made = work.connection.execute(_last_made(source_id)).scalar()
    if made is not None:
        work.record(_REBUILD, made, copy_id)


def _last_made(hospital_id: int) -> Select:
    """The fingerprint of the rules that the roll-ups were last made by."""
    return (
        select(col(Audit.subject))
        .where(col(Audit.hospital_id) == hospital_id, col(Audit.action) == _REBUILD)
        .order_by(col(Audit.id).desc())
        .limit(1)
    )


def fingerprint(rules: Iterable[RollupRule]) -> str:
    """Short text that differs when any rule does."""
    every: list[Any] = sorted(
        (r.measure, r.contract, r.column, r.where, r.department, r.scale) for r in rules
    )
    return hashlib.sha256(f"{_FORM}{every}".encode()).hexdigest()[:16]
