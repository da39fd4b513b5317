"""Reads of costing: a month's cost, income, services and drivers, as inputs of the allocation."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import Select, Table, and_, func, literal, select

from core.costing.inputs import Inputs, assemble
from core.costing.inputs_facts import QUANTITIES, Facts
from core.costing.rules import Rules
from core.frames import Scope
from core.hospital.facts import FACT_TABLES
from core.hospital.history.tables import METADATA
from core.hospital.records import departments
from core.store.engine import Store


def inputs(store: Store, scope: Scope, month: int, rules: Rules) -> Inputs:
    """What the month (YYYYMM) gives to the allocation; a month that lacks something says so.

    ValueError for a scope of some departments, or without the month: cost can only be shared out
    in a whole hospital. Show part of the result instead.
    """
    return assemble(facts_of(store, scope, month), rules)


def facts_of(store: Store, scope: Scope, month: int) -> Facts:
    """What the store holds of the month, unchosen. ValueError as `inputs`."""
    if scope.departments is not None:
        raise ValueError("cost is shared out in the whole hospital: the scope names departments")
    if not scope.first <= month <= scope.last:
        raise ValueError(f"the scope is {scope.first} to {scope.last}; it lacks {month}")
    one = Scope(scope.hospital_id, month, month)
    return Facts(
        hospital_id=scope.hospital_id,
        month=month,
        departments=_quick(departments(store, one)),
        cost=_quick(_money(store, _cost(one))),
        income=_quick(_money(store, _income(one))),
        services=_quick(store.frame(_services(one)).astype({"quantity": float})),
        stated=_quick(_stated(store, one)),
        workload=_quick(_workload(store, one)),
        settled=_quick(_money(store, _settled(one))),
    )


def _quick(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with texts as plain objects: a what-if walks over them many times."""
    texts = [name for name, kind in rows.dtypes.items() if pd.api.types.is_string_dtype(kind)]
    return rows.astype(dict.fromkeys(texts, object))


def _table(name: str) -> Table:
    return METADATA.tables[name]


def _of(scope: Scope, table: Table, statement: Select) -> Select:
    """The statement, of the scope's hospital and months only."""
    return statement.where(
        table.c.hospital_id == scope.hospital_id,
        table.c.month.between(scope.first, scope.last),
    )


def _money(store: Store, statement: Select) -> pd.DataFrame:
    return store.frame(statement).astype({"amount_fen": "int64"})


def _cost(scope: Scope) -> Select:
    """COST."""
    cost, item = _table("direct_cost"), _table("cost_item")
    own = and_(item.c.hospital_id == cost.c.hospital_id, item.c.code == cost.c.element)
    names = (cost.c.department, cost.c.element.label("item"), item.c.kind, cost.c.unit)
    statement = select(*names, cost.c.amount_fen).select_from(cost.join(item, own))
    return _of(scope, cost, statement).order_by(cost.c.department, cost.c.element, cost.c.unit)


def _income(scope: Scope) -> Select:
    """INCOME."""
    income = _table("income")
    keys = (income.c.ordering, income.c.performing, income.c.category, income.c.unit)
    return _of(scope, income, select(*keys, income.c.amount_fen)).order_by(*keys)


def _services(scope: Scope) -> Select:
    """SERVICES of every provider and driver."""
    service = _table("service")
    keys = (service.c.provider, service.c.receiver, service.c.driver)
    statement = select(
        keys[0].label("from_department"),
        keys[1].label("to_department"),
        keys[2],
        service.c.quantity,
    )
    return _of(scope, service, statement).order_by(*keys)


def _settled(scope: Scope) -> Select:
    """SETTLED."""
    held = _table("rollup_month")
    names = (held.c.department, held.c.value.label("amount_fen"))
    told = (held.c.measure == "settlement") & (held.c.department != "") & (held.c.value != 0)
    return _of(scope, held, select(*names).where(told)).order_by(held.c.department)


def _stated(store: Store, scope: Scope) -> pd.DataFrame:
    """QUANTITIES of the drivers, each under driver:CODE, and added up under its role."""
    held, item = _table("driver_quantity"), _table("driver_item")
    own = and_(item.c.hospital_id == held.c.hospital_id, item.c.code == held.c.driver)
    joined = held.join(item, own)
    coded = select(
        held.c.department, (literal("driver:") + held.c.driver).label("driver"), held.c.quantity
    ).select_from(joined)
    roled = (
        select(
            held.c.department,
            item.c.role.label("driver"),
            func.sum(held.c.quantity).label("quantity"),
        )
        .select_from(joined)
        .where(item.c.role != "")
        .group_by(held.c.department, item.c.role)
    )
    parts = [
        store.frame(_of(scope, held, one).order_by("driver", "department"))
        for one in (coded, roled)
    ]
    return QUANTITIES.check(pd.concat(parts, ignore_index=True).astype({"quantity": float}))


def _workload(store: Store, scope: Scope) -> pd.DataFrame:
    """QUANTITIES of the workload's columns, what was not reported left out."""
    workload = _table("workload")
    contract = FACT_TABLES["workload"]
    counts = [name for name in contract.columns.values() if name not in (*contract.key, "remark")]
    statement = select(workload.c.department, *[workload.c[name] for name in counts])
    wide = store.frame(_of(scope, workload, statement).order_by(workload.c.department))
    rows = wide.melt("department", var_name="driver", value_name="quantity")
    rows["quantity"] = pd.to_numeric(rows["quantity"])
    return QUANTITIES.check(rows.dropna(subset=["quantity"]).reset_index(drop=True))


def item_names(store: Store, hospital_id: int) -> dict[str, tuple[str, str]]:
    """The hospital's cost items by code: Chinese and English name."""
    items = _table("cost_item")
    rows = store.frame(select(items).where(items.c.hospital_id == hospital_id))
    names = zip(rows["name_zh"], rows["name_en"], strict=True)
    return dict(zip(rows["code"], names, strict=True))


def ledger(store: Store, scope: Scope, month: int, department: str) -> pd.DataFrame:
    """The rows behind a department's direct cost: item, unit, amount_fen, batch_id; by item."""
    cost = _table("direct_cost")
    one = Scope(scope.hospital_id, month, month)
    names = (cost.c.element.label("item"), cost.c.unit, cost.c.amount_fen, cost.c.batch_id)
    statement = select(*names).where(cost.c.department == department)
    return _money(store, _of(one, cost, statement).order_by(cost.c.element, cost.c.unit))


def driver_names(store: Store, hospital_id: int) -> dict[str, tuple[str, str]]:
    """The hospital's drivers by code: Chinese and English name."""
    drivers = _table("driver_item")
    rows = store.frame(select(drivers).where(drivers.c.hospital_id == hospital_id))
    names = zip(rows["name_zh"], rows["name_en"], strict=True)
    return dict(zip(rows["code"], names, strict=True))
