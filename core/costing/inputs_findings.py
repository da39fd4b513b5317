"""What a month lacks for costing, and what sits where it should not, with the money it concerns.

Nothing is raised and nothing moved: whoever runs the month decides.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from core.costing.inputs_facts import Facts
from core.costing.rules import Rules
from core.frames import Frame

FINDINGS = Frame(
    "findings",
    {
        "code": "see MISSING and CHECKS",
        "department": "code; '' is the whole hospital",
        "about": "driver, item or further codes that the finding is about; '' otherwise",
        "amount_fen": "分, as the code says; 0 where no money is at stake",
    },
    key=("code", "department", "about"),
)
MISSING = {
    "cost": "no row of direct cost in the month; its income, which would read as profit",
    "department_cost": "a department that works has no cost rows; the income that names it",
    "driver": "a source has no driver with a quantity; its direct cost, which cannot be shared",
    "receiver_driver": "a receiver has cost but nothing of the driver; its direct cost",
}
CHECKS = {
    "no_category": "a department of no category takes no part; its direct cost",
    "no_category_served": "work for such departments is left out; the source's cost by its share",
    "not_open": "a department that is not open in the month has rows; its direct cost",
    "several_drivers": "a source's services are counted in several; its direct cost",
    "override_unused": "a rule of its own for what is no source of the hospital; 0",
    "goods_elsewhere": "patient goods outside clinical departments, by kind; the cost",
    "goods_below_income": "a clinical department's goods cost less than they earned; the gap",
}
Found = tuple[str, str, str, int]


@dataclass(frozen=True, eq=False)
class Month:
    """What is looked through: the facts, and how they are to be shared out."""

    facts: Facts
    units: pd.DataFrame
    """UNITS with open, without pools."""
    notes: pd.DataFrame
    """NOTES."""
    booked: pd.Series
    """Direct cost in 分 by department and pool."""


def missing_of(month: Month, rules: Rules) -> pd.DataFrame:
    """FINDINGS of MISSING, of units that take part. A month without any cost has that one."""
    facts, cost = month.facts, month.booked
    if facts.cost.empty:
        return _frame([("cost", "", "", int(facts.income["amount_fen"].sum()))])
    found = [
        ("department_cost", code, "", _named_income(facts, code))
        for code in month.units["department"]
        if code in facts.active and code not in facts.direct_fen.index
    ]
    without = month.notes[month.notes["choice"] == ""]
    for source, category in zip(without["source"], without["category"], strict=True):
        rule = rules.of(source, category)
        tried = ",".join(rule.drivers) if rule else ""
        found.append(("driver", source, tried, int(cost.get(source, 0))))
    return _frame([*found, *_receivers(month, rules)])


def _receivers(month: Month, rules: Rules) -> Iterable[Found]:
    """Receivers with cost but nothing of a stated driver that a source is shared by."""
    facts, units, notes = month.facts, month.units, month.notes
    cost = facts.direct_fen
    pairs = {}
    for source, category, choice in zip(
        notes["source"], notes["category"], notes["choice"], strict=True
    ):
        rule = rules.of(source, category)
        if rule and choice in set(facts.stated["driver"]):
            pairs.setdefault(choice, set()).update(rule.receivers)
    for choice, receivers in pairs.items():
        own = facts.stated[(facts.stated["driver"] == choice) & (facts.stated["quantity"] > 0)]
        open_to = units[units["category"].isin(receivers)]
        for code in open_to.loc[~open_to["department"].isin(own["department"]), "department"]:
            if cost.get(code, 0):
                yield "receiver_driver", code, choice, int(cost[code])


def _named_income(facts: Facts, code: str) -> int:
    named = (facts.income["ordering"] == code) | (facts.income["performing"] == code)
    return int(facts.income.loc[named, "amount_fen"].sum())


def checks_of(month: Month, rules: Rules) -> pd.DataFrame:
    """FINDINGS of CHECKS, of units without a category too."""
    facts, units, notes = month.facts, month.units, month.notes
    cost = facts.direct_fen
    tiers = dict(zip(units["department"], units["category"], strict=True))
    apart = [code for code, one in tiers.items() if one != "clinical" and not _gives(rules, one)]
    found = [("no_category", code, "", int(cost.get(code, 0))) for code in apart]
    shut = units.loc[~units["open"].astype(bool), "department"]
    found += [("not_open", code, "", int(cost.get(code, 0))) for code in shut]
    mixed = notes[notes["others"] != ""]
    for code, others in zip(mixed["source"], mixed["others"], strict=True):
        found.append(("several_drivers", code, others, int(month.booked.get(code, 0))))
    sources = set(notes["source"])
    unused = [own.place for own in rules.overrides if own.place not in sources]
    found += [("override_unused", code, "", 0) for code in unused]
    found += _served_apart(month, rules, apart)
    return _frame([*found, *_goods_elsewhere(facts, tiers, rules), *_gaps(facts, tiers, rules)])


def _gives(rules: Rules, category: str) -> bool:
    return any(rule.category == category for rule in rules.rules)


def _served_apart(month: Month, rules: Rules, apart: list[str]) -> Iterable[Found]:
    """The cost of a source by the share of its work that went to departments left out."""
    notes, services = month.notes, month.facts.services
    owners = {own.place: own.department for own in rules.pools}
    for source, choice, driver in zip(
        notes["source"], notes["choice"], notes["driver"], strict=True
    ):
        if choice.partition(":")[0] != "services":
            continue
        owner = owners.get(source, source)
        work = services[(services["from_department"] == owner) & (services["driver"] == driver)]
        went = work.loc[work["to_department"].isin(apart), "quantity"].sum()
        if went:
            share = went / work.loc[work["to_department"] != owner, "quantity"].sum()
            amount = round(float(month.booked.get(source, 0)) * float(share))
            yield "no_category_served", source, driver, amount


def _goods_elsewhere(facts: Facts, tiers: dict[str, str], rules: Rules) -> Iterable[Found]:
    """Cost of patient goods that is booked outside clinical departments."""
    rows = facts.cost[facts.cost["kind"].isin(rules.patient_goods)]
    rows = rows[rows["department"].map(tiers) != "clinical"]
    sums = rows.groupby(["kind", "department"])["amount_fen"].sum()
    for (kind, code), amount in zip(sums.index, sums, strict=True):
        if amount:
            yield "goods_elsewhere", str(code), str(kind), int(amount)


def _gaps(facts: Facts, tiers: dict[str, str], rules: Rules) -> Iterable[Found]:
    """Goods sold at cost that cost the ordering clinical department less than they earned."""
    for kind in rules.at_cost if len(facts.cost) else ():
        spent = facts.cost[facts.cost["kind"] == kind].groupby("department")["amount_fen"].sum()
        earned = facts.income[facts.income["category"] == kind]
        for code, amount in earned.groupby("ordering")["amount_fen"].sum().items():
            gap = int(amount) - int(spent.get(code, 0))
            if gap > 0 and tiers.get(str(code)) == "clinical":
                yield "goods_below_income", str(code), kind, gap


def _frame(found: Iterable[Found]) -> pd.DataFrame:
    rows = pd.DataFrame(list(found), columns=pd.Index(FINDINGS.columns))
    return rows.astype({"amount_fen": "int64"})
