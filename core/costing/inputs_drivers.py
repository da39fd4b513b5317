"""Which driver each source is shared by in a month, and the rows that come of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pandas as pd

from core.costing.inputs_facts import Facts
from core.costing.model import SERVICES
from core.costing.rules import Rule, Rules
from core.frames import Frame

NOTES = Frame(
    "drivers used",
    {
        "source": "code of the department that gives",
        "category": "admin | medical_aux | medical_tech",
        "level": "1, 2, 3",
        "choice": "the word of the rule; '' where none of its drivers has a quantity",
        "driver": "as in SERVICES; '' where there is none",
        "fell_back": "whether an earlier driver of the rule had no quantity",
        "receivers": "how many departments receive by it",
        "quantity": "what they receive altogether, in the driver's unit; 0 where there is none",
        "others": "further drivers of the source in the services table, with , between",
        "behaviour": "fixed | variable | mixed",
        "otherwise": "stop | hold",
    },
    key=("source",),
)
Offer = Callable[[str, str], pd.DataFrame]
"""SERVICES rows of a source by a choice."""


def chosen(facts: Facts, units: pd.DataFrame, rules: Rules) -> tuple[pd.DataFrame, pd.DataFrame]:
    """SERVICES rows of every source among `units` (UNITS), and NOTES on where they come from.

    A driver is used when the rule's receivers have something of it, the source itself aside.
    Rows of departments that are not among the units are left out; a source without a driver has
    no rows.
    """
    tiers = dict(zip(units["department"], units["category"], strict=True))
    offer = partial(rows_of, tables_of(facts, units, rules))
    rows, notes = [], []
    for source, category in tiers.items():
        rule = rules.of(source, category)
        if rule is None:
            continue
        given, note = _first_usable(source, rule, offer, tiers)
        left_out = given["to_department"].map(tiers).isin(rules.spared(source, category))
        rows.append(given[~left_out])
        notes.append(note)
    told = [one for one in rows if len(one)]
    services = pd.concat(told, ignore_index=True) if told else _none()
    return services, pd.DataFrame(notes, columns=pd.Index(NOTES.columns))


def _first_usable(
    source: str, rule: Rule, offer: Offer, tiers: dict[str, str]
) -> tuple[pd.DataFrame, dict[str, object]]:
    """The rows of the first driver that has a quantity for others, and its NOTES row."""
    note: dict[str, object] = {
        **{"source": source, "category": rule.category, "level": rule.level},
        **{"choice": "", "driver": "", "fell_back": False, "receivers": 0, "quantity": 0.0},
        **{"others": "", "behaviour": rule.behaviour, "otherwise": rule.otherwise},
    }
    for place, choice in enumerate(rule.drivers):
        offered = offer(source, choice)
        if choice not in PAIRED and not choice.startswith("services:"):
            offered = offered[offered["to_department"].map(tiers).isin(rule.receivers)]
        reached = reach_of(offered, source, rule, tiers)
        drivers = sorted(reached, key=lambda one: (-reached[one][0], one))
        if drivers:
            own = drivers[0]
            used = {
                **{"choice": choice, "driver": own, "fell_back": place > 0},
                "receivers": reached[own][0],
                "quantity": reached[own][1],
                "others": ",".join(drivers[1:]),
            }
            return offered[offered["driver"] == own], {**note, **used}
    return _none(), note


def reach_of(
    offered: pd.DataFrame, source: str, rule: Rule, tiers: dict[str, str]
) -> dict[str, tuple[int, float]]:
    """How many of the rule's receivers have something of each driver, and how much."""
    allowed = offered["to_department"].map(tiers).isin(rule.receivers)
    other = (offered["to_department"] != source) & (offered["quantity"] > 0)
    by_driver = offered[allowed & other].groupby("driver")["quantity"]
    return {str(driver): (len(own), float(own.sum())) for driver, own in by_driver}


PAIRED = ("services", "orders", "orders_all")
"""Choices that know who did how much for whom; of the others each receiver has a quantity."""
INCOME_CHOICES = {"income_performed": "performing", "income_ordered": "ordering"}
_Tables = dict[str, dict[str, pd.DataFrame]]


def tables_of(facts: Facts, units: pd.DataFrame, rules: Rules) -> _Tables:
    """Rows by choice: of the paired ones by source, of the others by the choice's own name."""
    inside = set(units["department"])
    ordered = facts.income.rename(
        columns={"performing": "from_department", "ordering": "to_department"}
    )
    services = facts.services[list(SERVICES.columns)]
    goods = ordered["category"].isin(rules.patient_goods)
    tables = {
        "services": _by_source(services, inside),
        "orders": _by_source(_paired(ordered[~goods], "orders"), inside),
        "orders_all": _by_source(_paired(ordered, "orders_all"), inside),
    }
    held = pd.concat([facts.stated, facts.workload]).astype({"quantity": float})
    had = held[held["department"].isin(inside)].rename(columns={"department": "to_department"})
    tables["held"] = {str(name): rows for name, rows in had.groupby("driver")}
    for choice, end in INCOME_CHOICES.items():
        summed = facts.income.groupby(end)["amount_fen"].sum().astype(float)
        earned = summed.rename_axis("to_department").rename("quantity").reset_index()
        earned = earned.assign(driver=choice)
        tables["held"][choice] = earned[earned["to_department"].isin(inside)]
    return tables


def _paired(ordered: pd.DataFrame, driver: str) -> pd.DataFrame:
    """SERVICES rows of income: who performed how much, in 分, for whom."""
    keys = ["from_department", "to_department"]
    summed = ordered.groupby(keys)["amount_fen"].sum()
    return summed.rename("quantity").reset_index().assign(driver=driver)


def _by_source(rows: pd.DataFrame, inside: set[str]) -> dict[str, pd.DataFrame]:
    kept = rows[rows["from_department"].isin(inside) & rows["to_department"].isin(inside)]
    kept = kept.astype({"quantity": float})[list(SERVICES.columns)]
    return {str(source): own for source, own in kept.groupby("from_department")}


def rows_of(tables: _Tables, source: str, choice: str) -> pd.DataFrame:
    """SERVICES rows of a source by a choice; without rows where the month has none."""
    kind, _, code = choice.partition(":")
    if kind in PAIRED:
        rows = tables[kind].get(source)
        if rows is None:
            return _none()
        return rows[rows["driver"] == code] if code else rows
    held = tables["held"].get(choice)
    if held is None:
        return _none()
    return held.assign(from_department=source)[list(SERVICES.columns)]


def _none() -> pd.DataFrame:
    return SERVICES.empty().astype({**dict.fromkeys(SERVICES.columns, "object"), "quantity": float})
