"""Which driver each source is shared by in a month, and the rows that come of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

import pandas as pd

from core.costing.inputs_facts import Facts
from core.costing.model import SERVICES
from core.costing.rules import Rule, Rules
from core.frames import Frame

NOTES = Frame(
    "drivers used",
    {
        "source": "code of the department, or of the pool, that gives",
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


class Row(NamedTuple):
    """What a source does for a receiver."""

    receiver: str
    driver: str
    quantity: float


Offer = Callable[[str, str], list[Row]]
"""What a source does by a choice."""


def chosen(facts: Facts, units: pd.DataFrame, rules: Rules) -> tuple[pd.DataFrame, pd.DataFrame]:
    """SERVICES rows of every source among `units` (UNITS), and NOTES on where they come from.

    A driver is used when the rule's receivers have something of it, the source itself aside.
    Rows of departments that are not among the units are left out; a source without a driver has
    no rows. A pool is shared by what its department does, and gives nothing back to it.
    """
    tiers = dict(zip(units["department"], units["category"], strict=True))
    offer = partial(rows_of, Tables(facts, set(tiers), rules))
    owners: dict[str, str] = {own.place: own.department for own in rules.pools}
    rows, notes = [], []
    for source, category in tiers.items():
        rule = rules.of(source, category)
        if rule is None:
            continue
        owner = str(owners.get(source, source))
        given, note = _first_usable(owner, rule, offer, tiers)
        spared = rules.spared(source, category)
        if source != owner:
            given = [row for row in given if row.receiver != owner]
        rows += [(source, *row) for row in given if tiers[row.receiver] not in spared]
        notes.append({**note, "source": source})
    services = pd.DataFrame(rows, columns=pd.Index(SERVICES.columns))
    return (
        services.astype({"quantity": float}),
        pd.DataFrame(notes, columns=pd.Index(NOTES.columns)),
    )


def _first_usable(
    source: str, rule: Rule, offer: Offer, tiers: dict[str, str]
) -> tuple[list[Row], dict[str, object]]:
    """The rows of the first driver that has a quantity for others, and its NOTES row."""
    note: dict[str, object] = {
        **{"source": source, "category": rule.category, "level": rule.level},
        **{"choice": "", "driver": "", "fell_back": False, "receivers": 0, "quantity": 0.0},
        **{"others": "", "behaviour": rule.behaviour, "otherwise": rule.otherwise},
    }
    for place, choice in enumerate(rule.drivers):
        offered = offer(source, choice)
        if choice not in PAIRED and not choice.startswith("services:"):
            offered = [row for row in offered if tiers[row.receiver] in rule.receivers]
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
            return [row for row in offered if row.driver == own], {**note, **used}
    return [], note


def reach_of(
    offered: list[Row], source: str, rule: Rule, tiers: dict[str, str]
) -> dict[str, tuple[int, float]]:
    """How many of the rule's receivers have something of each driver, and how much."""
    found: dict[str, tuple[int, float]] = {}
    for row in offered:
        if row.receiver != source and row.quantity > 0 and tiers[row.receiver] in rule.receivers:
            count, quantity = found.get(row.driver, (0, 0.0))
            found[row.driver] = (count + 1, quantity + row.quantity)
    return found


PAIRED = ("services", "orders", "orders_all")
"""Choices that know who did how much for whom; of the others each receiver has a quantity."""
INCOME_CHOICES = {"income_performed": "performing", "income_ordered": "ordering"}


_Paired = Iterable[tuple[str, str, str, float]]
"""source, receiver, driver, quantity."""


@dataclass(eq=False)
class Tables:
    """Rows by choice, made when they are first asked for."""

    facts: Facts
    inside: set[str]
    """Codes of the departments that take part."""
    rules: Rules
    _paired: dict[str, dict[str, list[Row]]] = field(default_factory=dict)
    _held: dict[str, list[Row]] = field(default_factory=dict)

    @property
    def names(self) -> set[str]:
        """Choices by which anybody may have something."""
        stated = (self.facts.stated["driver"], self.facts.workload["driver"])
        return {*INCOME_CHOICES, *(name for names in stated for name in names.tolist())}

    def paired(self, kind: str) -> dict[str, list[Row]]:
        """Rows of one of PAIRED by source."""
        if kind not in self._paired:
            self._paired[kind] = _by_source(self._pairs(kind), self.inside)
        return self._paired[kind]

    def held(self, choice: str) -> list[Row]:
        """What each receiver has by a choice; nothing where the month has none."""
        if choice not in self._held:
            if choice in INCOME_CHOICES:
                earned = self.facts.income.groupby(INCOME_CHOICES[choice])["amount_fen"].sum()
                found = zip(earned.index, earned.tolist(), strict=True)
            else:
                found = self._quantities(choice)
            self._held[choice] = [
                Row(str(code), choice, float(quantity))
                for code, quantity in found
                if code in self.inside
            ]
        return self._held[choice]

    def _pairs(self, kind: str) -> _Paired:
        services, income = self.facts.services, self.facts.income
        if kind == "services":
            return zip(*(services[name].tolist() for name in SERVICES.columns), strict=True)
        goods = income["category"].isin(self.rules.patient_goods)
        return _paired(income if kind == "orders_all" else income[~goods], kind)

    def _quantities(self, choice: str) -> Iterable[tuple[str, float]]:
        for rows in (self.facts.stated, self.facts.workload):
            told = rows[(rows["driver"] == choice).to_numpy()]
            yield from zip(told["department"].tolist(), told["quantity"].tolist(), strict=True)


def _paired(income: pd.DataFrame, driver: str) -> _Paired:
    """Who performed how much, in 分, for whom."""
    summed = income.groupby(["performing", "ordering"])["amount_fen"].sum()
    return (
        (source, receiver, driver, fen)
        for (source, receiver), fen in zip(summed.index, summed.tolist(), strict=True)
    )


def _by_source(rows: _Paired, inside: set[str]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for source, receiver, driver, quantity in rows:
        if source in inside and receiver in inside:
            found.setdefault(source, []).append(Row(receiver, driver, float(quantity)))
    return found


def rows_of(tables: Tables, source: str, choice: str) -> list[Row]:
    """What a source does by a choice; nothing where the month has none."""
    kind, _, code = choice.partition(":")
    if kind in PAIRED:
        rows = tables.paired(kind).get(source, [])
        return [row for row in rows if row.driver == code] if code else rows
    return tables.held(choice)
