"""The drivers by which a source could be shared in a month, whatever its rule says."""

from __future__ import annotations

import pandas as pd

from core.costing.inputs_drivers import PAIRED, Tables, reach_of, rows_of
from core.costing.inputs_facts import Facts
from core.costing.rules import Rules
from core.frames import Frame

OFFERS = Frame(
    "drivers on offer",
    {
        "choice": "as in Rule.drivers",
        "driver": "as in SERVICES: what to name it by",
        "receivers": "how many departments would receive by it",
        "quantity": "what they have of it altogether, in the driver's unit",
    },
    key=("choice",),
)


def offers(facts: Facts, units: pd.DataFrame, rules: Rules, source: str) -> pd.DataFrame:
    """OFFERS that have a quantity for receivers of the source's rule, in the order of the rules.

    units: UNITS that take part. What its own services count comes first, then orders, then what
    receivers have; a stated driver that is all there is of its role stands for the role alone.
    """
    tiers = dict(zip(units["department"], units["category"], strict=True))
    rule = rules.of(source, tiers.get(source, ""))
    if rule is None:
        return OFFERS.empty()
    given = Tables(facts, set(tiers), rules)
    counted = sorted({row.driver for row in given.paired("services").get(source, [])})
    choices = [f"services:{code}" for code in counted] + [
        one for one in PAIRED if one != "services"
    ]
    rows, seen = [], set()
    for choice in (*choices, *sorted(given.names, key=lambda name: (":" in name, name))):
        had = rows_of(given, source, choice)
        if choice not in PAIRED and not choice.startswith("services:"):
            had = [row for row in had if tiers[row.receiver] in rule.receivers]
        same = tuple((row.receiver, row.quantity) for row in had)
        for driver, (count, quantity) in reach_of(had, source, rule, tiers).items():
            if choice.startswith("driver:") and same in seen:
                continue
            rows.append((choice, driver, count, quantity))
            seen.add(same)
    return OFFERS.check(pd.DataFrame(rows, columns=pd.Index(list(OFFERS.columns))))
