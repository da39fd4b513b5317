"""Unit costs as cases: a question as a JSON object, its answer as one.

`KINDS` names what can be asked. Inputs that are absent, of another type or below zero where
that means nothing are refused (DataError with `where`, as `core.statistics.given` does); what
would be divided by zero is None. Amounts are in the case's own units, in full precision.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from core.costing import asked, breakeven, diseases, items
from core.costing.outsourcing import Services, outsourced
from core.errors import DataError
from core.statistics import given
from core.statistics.rounding import whole_up

Case = Mapping[str, Any]
Answer = dict[str, Any]
Solver = Callable[[Case], Answer]


def cvp(case: Case) -> Answer:
    """Break-even of a machine (`equipment`), at two prices (`price_a`), or at one (`price`).

    break_even_a and _b are exact volumes, as a machine's break_even_exact: answers are printed
    in full precision. Whole cases, rounded up, stand beside them as break_even_cases*.
    """
    inputs = given.inputs(case)
    if "equipment" in inputs:
        return _one_price(breakeven.service_of(_machine(inputs)))
    fixed, variable = asked.amount(inputs, "fixed_cost"), asked.amount(inputs, "unit_variable")
    if "price" in inputs and "price_a" not in inputs:
        return _one_price(breakeven.Service(fixed, asked.amount(inputs, "price"), variable))
    prices = {side: asked.amount(inputs, f"price_{side}") for side in ("a", "b")}
    volume = asked.amount(inputs, "volume")
    answer: Answer = {}
    for side, price in prices.items():
        service = breakeven.Service(fixed, price, variable)
        needed = breakeven.volume_needed(service)
        answer[f"break_even_{side}"] = needed
        answer[f"break_even_cases_{side}"] = _whole(needed)
        answer[f"profit_{side}"] = breakeven.profit_at(service, volume)
        answer[f"safety_margin_{side}"] = breakeven.safety_margin(service, volume)
    return asked.plain(answer)


def _machine(inputs: Case) -> breakeven.Machine:
    return breakeven.Machine(
        price=asked.amount(inputs, "price"),
        equipment=asked.amount(inputs, "equipment"),
        life=asked.amount(inputs, "life"),
        maintenance_rate=asked.amount(inputs, "maintenance_rate"),
        fitout=asked.amount(inputs, "fitout"),
        fitout_life=asked.amount(inputs, "fitout_life"),
        utilities_month=asked.amount(inputs, "utilities_month"),
        area=asked.amount(inputs, "area"),
        cleaning_per_m2_month=asked.amount(inputs, "cleaning_per_m2_month"),
        salaries_month=asked.amount(inputs, "salaries_month"),
        material_rate=asked.amount(inputs, "drug_material_rate"),
        doctor_rate=asked.amount(inputs, "doctor_rate"),
    )


def _one_price(service: breakeven.Service) -> Answer:
    needed = breakeven.volume_needed(service)
    return asked.plain(
        {
            "fixed_cost": service.fixed,
            "unit_variable": service.variable,
            "unit_contribution": service.margin,
            "break_even_exact": needed,
            "break_even_cases": _whole(needed),
            "break_even_revenue": breakeven.revenue_needed(service),
        }
    )


def _whole(volume: float) -> int | None:
    whole = whole_up(volume)
    return None if math.isnan(whole) else int(whole)


def rcc(case: Case) -> Answer:
    """Cost of charges at their ratios, together and of each."""
    inputs = given.inputs(case)
    charges = asked.numbers(inputs, "charges")
    ratio = asked.listed(asked.amounts(inputs, "ratio"), charges.index, "ratio")
    cost = items.by_charges(charges, ratio)
    return asked.plain({"cost": cost.sum(skipna=False), "cost_by": cost})


def item_abc(case: Case) -> Answer:
    """Resources to activities to items."""
    inputs = given.inputs(case)
    resources = asked.numbers(inputs, "resources")
    volume = asked.amounts(inputs, "volume")
    quantities = asked.oriented(inputs, "activity_driver_qty", volume.index, outer=False)
    direct = asked.listed(asked.numbers(inputs, "direct_unit"), volume.index, "direct_unit")
    drivers = asked.oriented(inputs, "resource_drivers", resources.index, outer=True)
    activities = drivers.columns.union(quantities.index, sort=False)
    work = items.Activities(
        resources,
        drivers.reindex(columns=activities, fill_value=0.0),
        quantities.reindex(index=activities, fill_value=0.0),
        direct.reindex(volume.index),
        volume,
    )
    found = items.by_activity(work)
    return asked.plain(
        {"activity_cost": found.cost, "activity_rate": found.rate, "unit_cost": found.unit}
    )


def item_equivalent(case: Case) -> Answer:
    """What is left of a unit's cost, by equivalents of its items."""
    inputs = given.inputs(case)
    total, drugs = asked.number(inputs, "unit_total_cost"), asked.number(inputs, "drug_cost")
    pool = items.net_pool(total, drugs, asked.number(inputs, "chargeable_material"))
    weight, volume = (asked.fields(inputs, name) for name in ("equivalent", "volume"))
    found = items.by_weight(pool, weight, volume)
    return asked.plain(
        {
            "net_pool": pool,
            "total_equivalents": found.weight,
            "cost_per_equivalent": found.value,
            "unit_cost": found.unit,
            "check_total": items.added_back(found.unit, volume),
        }
    )


def item_point(case: Case) -> Answer:
    """A pool by points."""
    inputs = given.inputs(case)
    points, volume = (asked.fields(inputs, name) for name in ("points", "volume"))
    found = items.by_weight(asked.number(inputs, "net_pool"), points, volume)
    return asked.plain(
        {"total_points": found.weight, "point_value": found.value, "unit_cost": found.unit}
    )


def item_ratio(case: Case) -> Answer:
    """A pool by revenue, by time and by volume; `weight` of an item is 1 where it is absent."""
    inputs = given.inputs(case)
    pool, volume = asked.number(inputs, "net_pool"), asked.fields(inputs, "volume")
    weights = {
        "by_revenue": asked.fields(inputs, "price"),
        "by_time": asked.fields(inputs, "minutes"),
        "by_volume": asked.fields(inputs, "weight", 1.0),
    }
    return asked.plain(
        {name: items.by_share(pool, one, volume).unit for name, one in weights.items()}
    )


def disease_cost(case: Case) -> Answer:
    """The methods whose costs are given: dept_full_cost, item_unit_cost, service_unit_cost.

    Each with total, and with variance: what of its pool no patient carries.
    """
    inputs = given.inputs(case)
    rows = _patients(inputs)
    answer: Answer = {}
    pool = math.nan
    if "dept_full_cost" in inputs:
        answer["top_down"], pool = _top_down(inputs, rows)
    if "item_unit_cost" in inputs:
        answer["bottom_up"] = _bottom_up(inputs, rows, pool)
    if "service_unit_cost" in inputs:
        answer["ccr"] = _by_revenue(inputs, rows)
    if not answer:
        raise DataError("E_CASE_MISSING", where="dept_full_cost")
    return asked.plain(answer)


def _patients(inputs: Case) -> list[dict[str, Any]]:
    rows = asked.rows(inputs, "patients")
    seen: set[str] = set()
    for place, row in enumerate(rows):
        name = asked.name_of(row, "id", f"patients[{place}]")
        if name in seen:
            raise DataError("E_CASE_INPUT", where=f"patients[{place}].id", value=name)
        seen.add(name)
    return rows


def _frame(rows: list[dict[str, Any]], by_department: bool, *needed: str) -> pd.DataFrame:
    """PATIENTS rows; what is not needed reads 0, the department "" where there is one pool."""
    found: dict[str, list[Any]] = {name: [] for name in diseases.PATIENTS.columns}
    for place, row in enumerate(rows):
        where = f"patients[{place}]"
        found["patient"].append(asked.name_of(row, "id", where))
        found["group"].append(asked.name_of(row, "drg", where))
        found["department"].append(asked.name_of(row, "dept", where) if by_department else "")
        for column, name in (("days", "days"), ("drugs", "drug"), ("material", "mat")):
            found[column].append(asked.amount(row, name, where) if name in needed else 0.0)
    return pd.DataFrame(found)


def _top_down(inputs: Case, rows: list[dict[str, Any]]) -> tuple[Answer, float]:
    several = isinstance(inputs["dept_full_cost"], dict)
    patients = _frame(rows, several, "days", "drug", "mat")
    if several:
        cost = asked.listed(
            asked.numbers(inputs, "dept_full_cost"),
            pd.Index(patients["department"].unique()),
            "dept_full_cost",
        )
    else:
        cost = pd.Series({"": asked.number(inputs, "dept_full_cost")})
    found = diseases.top_down(patients, cost)
    rate = found.rate if several else found.rate[""]
    return {"rate_per_day": rate, **_costs(found)}, found.pool


def _bottom_up(inputs: Case, rows: list[dict[str, Any]], pool: float) -> Answer:
    unit = asked.numbers(inputs, "item_unit_cost")
    used = _long(rows, "items", ("item", "quantity"))
    asked.listed(unit, pd.Index(used["item"].unique()), "item_unit_cost")
    found = diseases.bottom_up(_frame(rows, False, "drug", "mat"), used, unit, pool)
    return _costs(found)


def _by_revenue(inputs: Case, rows: list[dict[str, Any]]) -> Answer:
    cost = asked.numbers(inputs, "service_unit_cost")
    charged = _long(rows, "rev", ("unit", "revenue"))
    asked.listed(cost, pd.Index(charged["unit"].unique()), "service_unit_cost")
    found = diseases.by_revenue(_frame(rows, False), charged, cost)
    return {"ratio": found.rate, **_costs(found)}


def _long(rows: list[dict[str, Any]], name: str, columns: tuple[str, str]) -> pd.DataFrame:
    """One row a patient and entry of its object `name`, which may be empty."""
    found: list[tuple[str, str, float]] = []
    for place, row in enumerate(rows):
        if row.get(name) != {}:
            amounts = asked.amounts(row, name, f"patients[{place}]")
            found += [(str(row["id"]), str(key), value) for key, value in amounts.items()]
    return pd.DataFrame(found, columns=["patient", *columns])


def _costs(found: diseases.DiseaseCosts) -> Answer:
    return {
        "patient": found.patient,
        "drg": found.group.to_dict("index"),
        "total": found.total,
        "variance": found.variance,
    }


def outsource(case: Case) -> Answer:
    """What buying one support outside saves, and what it may cost at most."""
    inputs = given.inputs(case)
    names = asked.names(inputs, "supports")
    demand, variable = (
        asked.by_name(inputs, name, names).to_numpy()
        for name in ("final_demand", "variable_cost_per_unit")
    )
    use = asked.square(inputs, "units_of_i_per_unit_of_j", names).to_numpy()
    chosen = asked.name_of(inputs, "outsource")
    if chosen not in names:
        raise DataError("E_CASE_INPUT", where="outsource", value=given.shown(chosen))
    found = outsourced(Services(names, use, demand, variable), chosen)
    return asked.plain(
        {
            "gross_units": pd.Series(found.gross_units, index=names),
            "unit_reciprocal_cost": pd.Series(found.unit_cost, index=names),
            "external_units": found.external_units,
            "avoidable_cost": found.avoidable_cost,
            "max_price": found.max_price,
        }
    )


KINDS: dict[str, Solver] = {
    "cvp": cvp,
    "rcc": rcc,
    "item_abc": item_abc,
    "item_equivalent": item_equivalent,
    "item_point": item_point,
    "item_ratio": item_ratio,
    "disease_cost": disease_cost,
    "outsource": outsource,
}
