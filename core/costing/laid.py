"""A scenario's changes laid on a month's facts and rules, one after the other.

Formulas: the costing reference, what-ifs 1, 2, 4, 5, 7, 9, 13, 16 and 17. Amounts stay whole 分.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from core.costing.changes import (
    Change,
    Close,
    Cost,
    Driver,
    Merge,
    Move,
    Outsource,
    Payment,
    Price,
    PriceCut,
    Quantity,
    Setting,
    Stay,
    Switch,
    Volume,
    Wages,
    ends,
)
from core.costing.inputs_facts import Facts
from core.costing.rules import Override, Rules
from core.errors import DataError

STAFF, SETTLED, FEE = "personnel", "settlement", "outsourced"
BY_DAY = ("bed", "nursing")
"""Categories of income that are charged by the day."""
OUTPATIENT = ("outpatient_visits", "emergency_visits", "checkup_visits")
DAYS = ("bed_days_used", "discharged_bed_days")
Laid = tuple[Facts, Rules]


def lay(facts: Facts, rules: Rules, changes: tuple[Change, ...]) -> Laid:
    """The month and its rules as they would be. DataError as `steps`."""
    *_, laid = steps(facts, rules, changes)
    return laid


def steps(facts: Facts, rules: Rules, changes: tuple[Change, ...]) -> Iterator[Laid]:
    """As they are, then with the first change, the first two, ...

    DataError for what the month does not have: E_SCENARIO_DEPARTMENT, E_SCENARIO_GOODS,
    E_SCENARIO_STAFF, E_SCENARIO_DRIVER, E_SCENARIO_SUPPORT, E_SCENARIO_CLINICAL,
    E_SCENARIO_MERGE, E_SCENARIO_SETTLED.
    """
    yield facts, rules
    for change in changes:
        _known(facts, change)
        facts, rules = _one(facts, rules, change)
        yield facts, rules


def _one(facts: Facts, rules: Rules, change: Change) -> Laid:
    match change:
        case Cost():
            facts = _cost(facts, change.percent, change.kinds, change.departments)
        case Wages():
            facts = _cost(facts, change.percent, (STAFF,), change.departments)
        case PriceCut():
            facts = _cost(facts, -change.percent, (change.goods,), change.departments)
            facts = _income(facts, -change.percent, (change.goods,), change.departments)
        case Price():
            facts = _income(facts, change.percent, change.categories, change.departments)
        case Volume():
            facts = _more(facts, rules, change)
        case Stay():
            facts = _stay(facts, rules, change)
        case Payment():
            facts = _paid(facts, change)
        case Move():
            facts = _moved(facts, change)
        case Quantity():
            facts = _stated(facts, change)
        case Driver():
            own = Override.model_validate(change.model_dump(exclude={"kind"}))
            kept = [one for one in rules.overrides if one.place != own.place]
            rules = rules.model_copy(update={"overrides": (*kept, own)})
        case Outsource():
            facts = _outsourced(facts, rules, change)
        case Close():
            facts = _closed(facts, rules, change)
        case Merge():
            facts = _merged(facts, change)
        case Switch():
            pass  # no fact of the month: scenarios.profits runs by it
    return facts, rules


def _known(facts: Facts, change: Change) -> None:
    named = {*getattr(change, "departments", ()), *ends(change)}
    rows = facts.departments
    tiers = dict(zip(rows["department"], rows["category"], strict=True))
    strangers = named - set(tiers)
    if strangers:
        raise DataError("E_SCENARIO_DEPARTMENT", where=",".join(sorted(strangers)))
    if isinstance(change, PriceCut) and change.goods not in set(facts.cost["kind"]):
        raise DataError("E_SCENARIO_GOODS", where=change.goods)
    if isinstance(change, Outsource) and tiers[change.department] == "clinical":
        raise DataError("E_SCENARIO_SUPPORT", where=change.department)
    if isinstance(change, Close) and tiers[change.department] != "clinical":
        raise DataError("E_SCENARIO_CLINICAL", where=change.department)
    if isinstance(change, Merge) and (
        change.origin == change.target or tiers[change.origin] != tiers[change.target]
    ):
        raise DataError("E_SCENARIO_MERGE", where=f"{change.origin},{change.target}")


def _cost(
    facts: Facts, percent: float, kinds: tuple[str, ...], departments: tuple[str, ...]
) -> Facts:
    rows = facts.cost
    told = _told(rows["kind"], kinds) & _told(rows["department"], departments)
    return replace(facts, cost=_scaled(rows, told, percent))


def _income(
    facts: Facts, percent: float, categories: tuple[str, ...], departments: tuple[str, ...]
) -> Facts:
    rows = facts.income
    told = _told(rows["category"], categories) & _told(rows["ordering"], departments)
    return replace(facts, income=_scaled(rows, told, percent))


def _told(codes: pd.Series, wanted: tuple[str, ...]) -> pd.Series:
    return codes.isin(wanted) if wanted else pd.Series(True, index=codes.index)


def _scaled(rows: pd.DataFrame, told: pd.Series, percent: pd.Series | float) -> pd.DataFrame:
    """Amounts of the rows told, in whole 分. percent: one of all, or one a row."""
    scaled = np.rint(rows["amount_fen"] * (1 + percent / 100)).astype("int64")
    return rows.assign(amount_fen=rows["amount_fen"].where(~told, scaled))


def _shares(facts: Facts, rules: Rules) -> pd.Series:
    """The variable share of each cost row."""
    return facts.cost["kind"].map(rules.variable).fillna(0.0).astype(float)


def _unit(rows: pd.DataFrame, setting: Setting) -> pd.Series:
    return _told(rows["unit"], (setting,) if setting else ())


def _more(facts: Facts, rules: Rules, change: Volume) -> Facts:
    """More patients: income, own variable cost, that of who performs for them, work, services."""
    income, cost = facts.income, facts.cost
    told = _told(income["ordering"], change.departments) & _unit(income, change.setting)
    told_cost = _told(cost["department"], change.departments) & _unit(cost, change.setting)
    elsewhere = income["ordering"] != income["performing"]
    goods = income["category"].isin(rules.patient_goods)
    done = income[~goods].groupby("performing")["amount_fen"].sum()
    extra = income[told & elsewhere & ~goods].groupby("performing")["amount_fen"].sum()
    performers = extra / done.replace(0, np.nan).reindex(extra.index)
    grown = cost["department"].map(performers).fillna(0.0) + told_cost.astype(float)
    grown = grown.clip(upper=1.0)
    percent = grown * _shares(facts, rules) * change.percent
    return replace(
        facts,
        cost=_scaled(cost, grown > 0, percent),
        income=_scaled(income, told, change.percent),
        services=_served(facts, income[told], change.percent),
        workload=_worked(facts, change),
    )


def _served(facts: Facts, told: pd.DataFrame, percent: float) -> pd.DataFrame:
    """Services grow by the share of a department's income that grows."""
    whole = facts.income.groupby("ordering")["amount_fen"].sum().replace(0, np.nan)
    share = told.groupby("ordering")["amount_fen"].sum() / whole
    grown = 1 + facts.services["to_department"].map(share).fillna(0.0) * percent / 100
    return facts.services.assign(quantity=facts.services["quantity"] * grown)


def _worked(facts: Facts, change: Volume) -> pd.DataFrame:
    rows = facts.workload
    told = _told(rows["department"], change.departments)
    told &= ~rows["driver"].isin(("bed_days_open",))
    if change.setting:
        told &= rows["driver"].isin(OUTPATIENT) == (change.setting == "outpatient")
    factor = 1 + change.percent / 100
    return rows.assign(quantity=rows["quantity"].where(~told, rows["quantity"] * factor))


def _stay(facts: Facts, rules: Rules, change: Stay) -> Facts:
    """Days, what is charged by the day, and the variable part of other inpatient cost."""
    income, cost, work = facts.income, facts.cost, facts.workload
    charged = _told(income["ordering"], change.departments) & _unit(income, "inpatient")
    charged &= income["category"].isin(BY_DAY)
    spent = _told(cost["department"], change.departments) & _unit(cost, "inpatient")
    spent &= ~cost["kind"].isin(rules.patient_goods)
    days = _told(work["department"], change.departments) & work["driver"].isin(DAYS)
    longer = work["quantity"] * (1 + change.percent / 100)
    return replace(
        facts,
        income=_scaled(income, charged, change.percent),
        cost=_scaled(cost, spent, _shares(facts, rules) * change.percent),
        workload=work.assign(quantity=work["quantity"].where(~days, longer)),
    )


def _paid(facts: Facts, change: Payment) -> Facts:
    """The difference of what is settled is income of its own; the charges stay as they are."""
    rows = facts.settled[_told(facts.settled["department"], change.departments)]
    if rows.empty:
        raise DataError("E_SCENARIO_SETTLED")
    amounts = np.rint(rows["amount_fen"] * (change.percent / 100)).astype("int64")
    more = pd.DataFrame(
        {
            "ordering": rows["department"],
            "performing": rows["department"],
            "category": SETTLED,
            "unit": "inpatient",
            "amount_fen": amounts,
        }
    )
    return replace(facts, income=pd.concat([facts.income, more], ignore_index=True))


def _moved(facts: Facts, change: Move) -> Facts:
    """Headcount and staff cost go along; more persons than there are is E_SCENARIO_STAFF."""
    heads = facts.stated["driver"] == "headcount"
    by_department = facts.stated[heads].set_index("department")["quantity"]
    there = float(by_department.get(change.origin, 0))
    if change.persons > there:
        raise DataError("E_SCENARIO_STAFF", where=change.origin, count=f"{there:g}")
    arrived = float(by_department.get(change.target, 0)) + change.persons
    stated = _with(facts.stated, change.origin, "headcount", there - change.persons)
    stated = _with(stated, change.target, "headcount", arrived)
    rows = facts.cost
    own = (rows["department"] == change.origin) & (rows["kind"] == STAFF)
    part = np.rint(rows["amount_fen"] * (change.persons / there)).astype("int64")
    left = rows.assign(amount_fen=rows["amount_fen"].where(~own, rows["amount_fen"] - part))
    gone = rows[own].assign(amount_fen=part[own], department=change.target)
    return replace(facts, stated=stated, cost=pd.concat([left, gone], ignore_index=True))


def _stated(facts: Facts, change: Quantity) -> Facts:
    if change.driver not in set(facts.stated["driver"]):
        raise DataError("E_SCENARIO_DRIVER", where=change.driver)
    stated = _with(facts.stated, change.department, change.driver, change.quantity)
    return replace(facts, stated=stated)


def _with(stated: pd.DataFrame, department: str, driver: str, quantity: float) -> pd.DataFrame:
    """One department's quantity of a driver, which it may have had none of."""
    own = (stated["driver"] == driver) & (stated["department"] == department)
    if own.any():
        return stated.assign(quantity=stated["quantity"].where(~own, quantity))
    row = {"department": department, "driver": driver, "quantity": quantity}
    return pd.concat([stated, pd.DataFrame([row])], ignore_index=True)


def _outsourced(facts: Facts, rules: Rules, change: Outsource) -> Facts:
    """What the department spends for what it makes goes; the fee is booked with it."""
    own = facts.cost["department"] == change.department
    facts = replace(facts, cost=_scaled(facts.cost, own, -100 * _shares(facts, rules)))
    facts = _left(facts, change.department, change.staff)
    fee = pd.DataFrame(
        {
            "department": [change.department],
            "item": [FEE],
            "kind": ["other"],
            "unit": ["shared"],
            "amount_fen": [round(change.fee_yuan * 100)],
        }
    )
    return replace(facts, cost=pd.concat([facts.cost, fee], ignore_index=True))


def _left(facts: Facts, department: str, staff: str) -> Facts:
    """The department without its staff, where that leaves."""
    if staff == "stays":
        return facts
    facts = _cost(facts, -100, (STAFF,), (department,))
    return replace(facts, stated=_with(facts.stated, department, "headcount", 0.0))


def _closed(facts: Facts, rules: Rules, change: Close) -> Facts:
    """No income, no work, no services; its performers lose what was done for it."""
    own = change.department
    facts = _more(facts, rules, Volume(kind="volume", percent=-100, departments=(own,)))
    facts = _left(facts, own, change.staff)
    return replace(
        facts,
        income=facts.income[facts.income["ordering"] != own].reset_index(drop=True),
        services=facts.services[facts.services["to_department"] != own].reset_index(drop=True),
    )


def _merged(facts: Facts, change: Merge) -> Facts:
    names = {change.origin: change.target}

    def held(rows: pd.DataFrame) -> pd.DataFrame:
        renamed = rows.assign(department=rows["department"].replace(names))
        return renamed.groupby(["department", "driver"])[["quantity"]].sum().reset_index()

    return replace(
        facts,
        cost=facts.cost.assign(department=facts.cost["department"].replace(names)),
        income=_renamed(facts.income, names, ("ordering", "performing")),
        services=_renamed(facts.services, names, ("from_department", "to_department")),
        settled=_renamed(facts.settled, names, ("department",)),
        stated=held(facts.stated),
        workload=held(facts.workload),
    )


def _renamed(rows: pd.DataFrame, names: dict[str, str], columns: tuple[str, ...]) -> pd.DataFrame:
    return rows.assign(**{column: rows[column].replace(names) for column in columns})
