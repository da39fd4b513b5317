"""Reads for data quality: what each table holds by month and department, and the sums to compare.

Cases, visits and arrivals are read from their roll-ups, the other tables in small groups.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
from sqlalchemy import Table, and_, func, literal, select, union_all

from core.analysis.data_quality import PRESENCE, SIDES
from core.frames import Scope
from core.hospital.facts import FACT_TABLES, FactTable
from core.hospital.history.tables import METADATA
from core.hospital.tables import ImportBatch
from core.store.engine import Store

LEDGER = {"cost": "LEDGER_COST", "income": "LEDGER_INCOME"}
"""Reported values of the whole hospital, in 元: the month's totals in the general ledger."""
_SHANGHAI = 8 * 3600
"""Seconds by which a day in Asia/Shanghai begins before one in UTC."""
_ROLLUPS = {"case": "rollup_case", "visit": "rollup_visit", "arrival": "rollup_arrival_day"}
_MASTERS = {"census": "ward", "machine_use": "machine"}
_WORKLOAD = (
    *("outpatient_visits", "emergency_visits", "admissions", "discharges", "transfers_in"),
    *("transfers_out", "in_bed_start", "in_bed_end", "bed_days_used", "discharged_bed_days"),
)


def _table(name: str) -> Table:
    return METADATA.tables[name]


def _place(facts: FactTable) -> tuple[Table, Any, Any]:
    """The table to read, what to select from, and whose row it is."""
    name = _ROLLUPS.get(facts.contract, facts.store)
    stored = _table(name)
    if facts.contract in _MASTERS:
        link = _MASTERS[facts.contract]
        master = _table(link)
        own = and_(master.c.hospital_id == stored.c.hospital_id, master.c.code == stored.c[link])
        return stored, stored.join(master, own), master.c.department
    owner = stored.c[facts.owners[0]] if facts.owners else literal("")
    return stored, stored, owner


def presence(store: Store, scope: Scope) -> pd.DataFrame:
    """PRESENCE of the scope's months: rows by month, department and table."""
    parts = []
    for facts in FACT_TABLES.values():
        stored, origin, owner = _place(facts)
        statement = (
            select(
                stored.c.month,
                owner.label("department"),
                literal(facts.contract).label("contract"),
                func.count().label("rows"),
            )
            .select_from(origin)
            .where(
                stored.c.hospital_id == scope.hospital_id,
                stored.c.month.between(scope.first, scope.last),
            )
            .group_by(stored.c.month, owner)
        )
        if facts.contract == "reported":
            statement = statement.where(stored.c.indicator.not_in(LEDGER.values()))
        parts.append(store.frame(statement))
    rows = pd.concat(parts, ignore_index=True)
    return PRESENCE.check(rows.sort_values(list(PRESENCE.key), ignore_index=True))


def last_months(store: Store, hospital_id: int) -> dict[str, int]:
    """The newest month by table, of those that hold any."""
    found = {}
    with store.read() as connection:
        for facts in FACT_TABLES.values():
            stored, _, _ = _place(facts)
            newest = select(func.max(stored.c.month)).where(stored.c.hospital_id == hospital_id)
            if facts.contract == "reported":
                newest = newest.where(stored.c.indicator.not_in(LEDGER.values()))
            month = connection.execute(newest).scalar()
            if month is not None:
                found[facts.contract] = int(month)
    return found


def last_imports(store: Store, hospital_id: int) -> pd.DataFrame:
    """contract, at (UTC), who, file_name of the newest import of each table that is in."""
    batch = _table(str(ImportBatch.__tablename__))
    newest = (
        select(func.max(batch.c.id))
        .where(batch.c.hospital_id == hospital_id, batch.c.status != "undone")
        .group_by(batch.c.contract)
    )
    statement = select(batch.c.contract, batch.c.at, batch.c.who, batch.c.file_name).where(
        batch.c.id.in_(newest)
    )
    return store.frame(statement.order_by(batch.c.contract))


def sides(store: Store, scope: Scope) -> pd.DataFrame:
    """SIDES of the scope's months; money in 分, ledger totals too."""
    workload = _table("workload")
    parts = [_sums(scope, workload, "workload", {name: workload.c[name] for name in _WORKLOAD})]
    case, visit, arrival = (_table(name) for name in _ROLLUPS.values())
    parts.append(_sums(scope, case, "case", {"cases": case.c.cases, "days": case.c.days}))
    parts.append(
        _sums(scope, visit, "visit", {"visits": visit.c.visits, "charge": visit.c.charge_fen})
    )
    parts.append(
        _sums(scope, arrival, "arrival", {"count": arrival.c.count}).where(
            arrival.c.stream.in_(("outpatient", "emergency"))
        )
    )
    parts += [_census(scope), _same_day(scope), *_income(scope)]
    cost = _table("direct_cost")
    parts.append(_sums(scope, cost, "cost", {"total": cost.c.amount_fen}))
    frames = [_long(store.frame(statement)) for statement in parts]
    frames += [_ledger(store, scope), _reported(store, scope)]
    filled = [frame for frame in frames if len(frame)]
    if not filled:
        return SIDES.empty()
    rows = pd.concat(filled, ignore_index=True)
    return SIDES.check(rows.sort_values(list(SIDES.key), ignore_index=True))


def _sums(
    scope: Scope, table: Table, name: str, columns: dict[str, Any], owner: str = "department"
) -> Any:
    """Sums by month and department, each under its side's code."""
    return (
        select(
            table.c.month,
            table.c[owner].label("department"),
            *[func.sum(column).label(f"{name}.{side}") for side, column in columns.items()],
        )
        .where(
            table.c.hospital_id == scope.hospital_id,
            table.c.month.between(scope.first, scope.last),
        )
        .group_by(table.c.month, table.c[owner])
    )


def _census(scope: Scope) -> Any:
    """Bed-days of the wards of each department."""
    census, ward = _table("census"), _table("ward")
    own = and_(ward.c.hospital_id == census.c.hospital_id, ward.c.code == census.c.ward)
    return (
        select(
            census.c.month,
            ward.c.department,
            func.sum(census.c.occupied).label("census.occupied"),
        )
        .select_from(census.join(ward, own))
        .where(
            census.c.hospital_id == scope.hospital_id,
            census.c.month.between(scope.first, scope.last),
        )
        .group_by(census.c.month, ward.c.department)
    )


def _same_day(scope: Scope) -> Any:
    """Cases that came and went on one day: a bed-day each, and in no bed at midnight."""
    case = _table("inpatient_case")

    def day(moment: Any) -> Any:
        return (moment + _SHANGHAI) // 86_400

    return (
        select(
            case.c.discharge_month.label("month"),
            case.c.department,
            func.count().label("case.same_day"),
        )
        .where(
            case.c.hospital_id == scope.hospital_id,
            case.c.discharge_month.between(scope.first, scope.last),
            day(case.c.admitted_at) == day(case.c.discharged_at),
        )
        .group_by(case.c.discharge_month, case.c.department)
    )


def _income(scope: Scope) -> list[Any]:
    """Income as ordered, as performed, and that of outpatients as ordered."""
    income = _table("income")
    ordered = _sums(scope, income, "income", {"ordering": income.c.amount_fen}, "ordering")
    performed = _sums(scope, income, "income", {"performing": income.c.amount_fen}, "performing")
    outpatient = _sums(scope, income, "income", {"outpatient": income.c.amount_fen}, "ordering")
    return [ordered, performed, outpatient.where(income.c.unit == "outpatient")]


def _long(wide: pd.DataFrame) -> pd.DataFrame:
    """A row a side, what is missing left out."""
    rows = wide.melt(["month", "department"], var_name="side")
    rows["value"] = pd.to_numeric(rows["value"])
    return rows.dropna(subset=["value"])


def _ledger(store: Store, scope: Scope) -> pd.DataFrame:
    """The ledger's totals in 分."""
    reported = _table("reported_value")
    statement = select(reported.c.month, reported.c.indicator, reported.c.value).where(
        reported.c.hospital_id == scope.hospital_id,
        reported.c.month.between(scope.first, scope.last),
        reported.c.department == "",
        reported.c.indicator.in_(LEDGER.values()),
        reported.c.value.is_not(None),
    )
    rows = store.frame(statement)
    names = {code: f"ledger.{side}" for side, code in LEDGER.items()}
    return pd.DataFrame(
        {
            "month": rows["month"],
            "department": "",
            "side": rows["indicator"].map(names),
            "value": (rows["value"].astype(float) * 100).round(),
        }
    )


def _reported(store: Store, scope: Scope) -> pd.DataFrame:
    """Numerators and denominators of reported indicators, each a side of its own."""
    reported = _table("reported_value")
    parts = [
        select(
            reported.c.month,
            reported.c.department,
            (literal("reported.") + reported.c.indicator + f".{name}").label("side"),
            reported.c[name].label("value"),
        ).where(
            reported.c.hospital_id == scope.hospital_id,
            reported.c.month.between(scope.first, scope.last),
            reported.c[name].is_not(None),
        )
        for name in ("numerator", "denominator")
    ]
    return store.frame(union_all(*parts))
