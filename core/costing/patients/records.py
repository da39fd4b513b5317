"""Reads for disease groups: cost and income by side, bed days, payment, cases beyond bounds."""

from __future__ import annotations

from typing import Any

import pandas as pd
from sqlalchemy import Select, Table, and_, case, func, literal, select
from sqlalchemy.sql.elements import ColumnElement

from core.costing.groups import NO_RULE, OUTLIERS, Payment
from core.costing.sides import SIDE_COST, SIDE_INCOME
from core.frames import Scope
from core.hospital.history.tables import METADATA
from core.store.engine import Store

LIGHT, HEAVY = 1.0, 3.0
"""Weights between which the middle upper bound holds, as in the table of payment."""
MOST = 500


def _table(name: str) -> Table:
    return METADATA.tables[name]


def _of(scope: Scope, table: Table, statement: Select, month: str = "month") -> Select:
    return statement.where(
        table.c.hospital_id == scope.hospital_id,
        table.c[month].between(scope.first, scope.last),
    )


def side_cost(store: Store, scope: Scope) -> pd.DataFrame:
    """SIDE_COST with month of the scope's months; a whole hospital is read."""
    cost, item = _table("direct_cost"), _table("cost_item")
    own = and_(item.c.hospital_id == cost.c.hospital_id, item.c.code == cost.c.element)
    keys = (cost.c.month, cost.c.department, cost.c.unit, item.c.kind)
    statement = select(*keys, func.sum(cost.c.amount_fen).label("amount_fen"))
    statement = _of(scope, cost, statement.select_from(cost.join(item, own)))
    rows = store.frame(statement.group_by(*keys).order_by(*keys))
    return SIDE_COST.check(rows.astype({"amount_fen": "int64"}))


def side_income(store: Store, scope: Scope) -> pd.DataFrame:
    """SIDE_INCOME with month of the scope's months; a whole hospital is read."""
    income = _table("income")
    names = ("month", "ordering", "performing", "unit", "category")
    keys = [income.c[name] for name in names]
    statement = select(*keys, func.sum(income.c.amount_fen).label("amount_fen"))
    rows = store.frame(_of(scope, income, statement).group_by(*keys).order_by(*keys))
    return SIDE_INCOME.check(rows.astype({"amount_fen": "int64"}))


def volumes(store: Store, scope: Scope) -> pd.DataFrame:
    """month, department, bed_days, discharges, visits; NaN where not reported."""
    work = _table("workload")
    statement = select(
        work.c.month,
        work.c.department,
        work.c.bed_days_used.label("bed_days"),
        work.c.discharges,
        (
            func.coalesce(work.c.outpatient_visits, 0) + func.coalesce(work.c.emergency_visits, 0)
        ).label("visits"),
    )
    rows = store.frame(_of(scope, work, statement).order_by(work.c.month, work.c.department))
    numbers = dict.fromkeys(("bed_days", "discharges", "visits"), float)
    return rows.astype(numbers)


def group_names(store: Store, hospital_id: int) -> pd.DataFrame:
    """code, name_zh, name_en, system, weight, benchmark_days of the disease groups."""
    group = _table("disease_group")
    names = ("code", "name_zh", "name_en", "system", "weight", "benchmark_days")
    statement = select(*[group.c[name] for name in names])
    rows = store.frame(statement.where(group.c.hospital_id == hospital_id).order_by(group.c.code))
    return rows.astype({"benchmark_days": float})


def payment(store: Store, hospital_id: int, month: int) -> Payment:
    """The rule of the month, of the first area by code: taken for the hospital's own."""
    row = _rule(store, hospital_id, month)
    if row is None:
        return NO_RULE
    return Payment(str(row["name_zh"]), str(row["method"]), int(row["rate_fen"]))


def _rule(store: Store, hospital_id: int, month: int) -> dict[Any, Any] | None:
    rule = _table("payment_rule")
    statement = select(rule).where(rule.c.hospital_id == hospital_id, rule.c.month_from <= month)
    rows = store.frame(statement.order_by(rule.c.area, rule.c.month_from.desc()).limit(1))
    found = rows.to_dict("records")
    return found[0] if found else None


def _bounds(
    cases: Table, group: Table, rule: dict[Any, Any] | None
) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """Upper and lower bound of a case: its own, else the rule's multiple of the benchmark."""
    if rule is None:
        return cases.c.high_bound_fen, cases.c.low_bound_fen
    dear = case(
        (group.c.weight <= LIGHT, literal(rule["high_ratio_light"])),
        (group.c.weight <= HEAVY, literal(rule["high_ratio_middle"])),
        else_=literal(rule["high_ratio_heavy"]),
    )
    benchmark = group.c.benchmark_charge_fen
    return (
        func.coalesce(cases.c.high_bound_fen, dear * benchmark),
        func.coalesce(cases.c.low_bound_fen, literal(rule["low_ratio"]) * benchmark),
    )


def _joined(store: Store, scope: Scope) -> tuple[Table, Any, ColumnElement, ColumnElement]:
    cases, group = _table("inpatient_case"), _table("disease_group")
    same = and_(group.c.hospital_id == cases.c.hospital_id, group.c.code == cases.c.disease_group)
    high, low = _bounds(cases, group, _rule(store, scope.hospital_id, scope.last))
    over, under = cases.c.charge_total_fen > high, cases.c.charge_total_fen < low
    return cases, cases.join(group, same, isouter=True), over, under


def outliers(store: Store, scope: Scope) -> pd.DataFrame:
    """OUTLIERS of the scope's months of discharge, counted in the database."""
    cases, joined, over, under = _joined(store, scope)
    keys = (cases.c.discharge_month, cases.c.department, cases.c.disease_group)
    statement = select(
        keys[0].label("month"),
        keys[1],
        func.coalesce(keys[2], "").label("group"),
        func.count().filter(over).label("high"),
        func.count().filter(under).label("low"),
    ).select_from(joined)
    statement = _of(scope, cases, statement, "discharge_month")
    rows = store.frame(statement.group_by(*keys).order_by(*keys))
    return OUTLIERS.check(rows.astype({"high": "int64", "low": "int64"}))


def outlier_cases(store: Store, scope: Scope, group: str, department: str = "") -> pd.DataFrame:
    """At most 500 cases of a group beyond their bounds, the dearest first.

    case_key (a keyed hash), month, department, days (nights), charge_fen, settlement_fen, kind.
    """
    cases, joined, over, under = _joined(store, scope)
    nights = (cases.c.discharged_at - cases.c.admitted_at) / 86_400.0
    statement = (
        select(
            cases.c.case_key,
            cases.c.discharge_month.label("month"),
            cases.c.department,
            nights.label("days"),
            cases.c.charge_total_fen.label("charge_fen"),
            cases.c.charge_drug_fen.label("drug_fen"),
            cases.c.charge_material_fen.label("material_fen"),
            cases.c.settlement_fen,
            case((over, literal("high")), else_=literal("low")).label("kind"),
        )
        .select_from(joined)
        .where(cases.c.disease_group == group, over | under)
    )
    if department:
        statement = statement.where(cases.c.department == department)
    statement = _of(scope, cases, statement, "discharge_month")
    order = (cases.c.charge_total_fen.desc(), cases.c.case_key)
    return store.frame(statement.order_by(*order).limit(MOST))
