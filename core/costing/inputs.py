"""One month's inputs of the allocation, made from what the store holds; incomplete months too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from core.costing.inputs_drivers import chosen
from core.costing.inputs_facts import Facts
from core.costing.inputs_findings import FINDINGS, Month, checks_of, missing_of
from core.costing.model import DIRECT, SERVICES, UNITS, Policy
from core.costing.rules import Rules

TAKING_PART = ("admin", "medical_aux", "medical_tech", "clinical")


@dataclass(frozen=True, eq=False)
class Inputs:
    """What `allocate` is given for a month, where it comes from and what is not as it should be.

    Every 分 of the month's direct cost is in `direct` or in `outside`.
    """

    hospital_id: int
    month: int
    """YYYYMM."""
    direct: pd.DataFrame
    """DIRECT by department or pool and item, both units added up."""
    services: pd.DataFrame
    """SERVICES: one driver a source, self-use and what flows upwards as the store has it."""
    departments: pd.DataFrame
    """UNITS: open in the month, or named by any of its rows; then pools that have cost."""
    outside: pd.DataFrame
    """DIRECT of departments of no category: they neither give nor receive."""
    notes: pd.DataFrame
    """NOTES: the driver of each source."""
    missing: pd.DataFrame
    """FINDINGS: what the month lacks."""
    checks: pd.DataFrame
    """FINDINGS: what sits where it should not."""
    policies: Mapping[str, Policy]
    """hold for the sources without a driver whose rule says so."""
    basis: str
    """Fingerprint of the rules: Rules.fingerprint."""

    @property
    def total_fen(self) -> int:
        """Direct cost of the month, with what takes no part."""
        return int(self.direct["amount_fen"].sum()) + int(self.outside["amount_fen"].sum())


def assemble(facts: Facts, rules: Rules, *, judged: bool = True) -> Inputs:
    """The inputs that the rules make of a month's facts; unless judged, without any findings."""
    units = _present(facts)
    inside = units[units["category"].isin(TAKING_PART)].reset_index(drop=True)
    direct = pooled(_summed(facts.cost), inside, rules)
    sources = _with_pools(inside, direct, rules)
    ours = direct["department"].isin(sources["department"])
    services, notes = chosen(facts, sources, rules)
    held = notes.loc[(notes["choice"] == "") & (notes["otherwise"] == "hold"), "source"]
    missing = checks = FINDINGS.empty().astype({"amount_fen": "int64"})
    if judged:
        booked = direct.groupby("department")["amount_fen"].sum()
        missing = missing_of(Month(facts, inside, notes, booked), rules)
        checks = checks_of(Month(facts, units, notes, booked), rules)
    return Inputs(
        hospital_id=facts.hospital_id,
        month=facts.month,
        direct=DIRECT.check(direct[ours].reset_index(drop=True)),
        services=SERVICES.check(services),
        departments=UNITS.check(sources[list(UNITS.columns)]),
        outside=DIRECT.check(direct[~ours].reset_index(drop=True)),
        notes=notes,
        missing=missing,
        checks=checks,
        policies=dict.fromkeys(sorted(held), "hold"),
        basis=rules.fingerprint,
    )


def _present(facts: Facts) -> pd.DataFrame:
    """Departments open in the month or named by any of its rows, by code; open says which."""
    known = facts.departments
    opened = (known["opened"] == 0) | (known["opened"] <= facts.month)
    closed = (known["closed"] != 0) & (known["closed"] < facts.month)
    units = known[["department", "category"]].assign(open=opened & ~closed)
    named = units["department"].isin(facts.active.union(facts.cost["department"].tolist()))
    return units[units["open"] | named].sort_values("department", ignore_index=True)


def pooled(direct: pd.DataFrame, units: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """DIRECT with the items of a pool under the pool's own code.

    units: UNITS that take part. A pool of a department that gives nothing away is none.
    """
    if not rules.pools:
        return direct
    tiers = dict(zip(units["department"], units["category"], strict=True))
    places = direct["department"].astype(object)
    for own in rules.pools:
        if rules.of(own.place, tiers.get(own.department, "")) is None:
            continue
        taken = (direct["department"] == own.department) & direct["item"].isin(own.items)
        places = places.mask(taken, own.place)
    return direct.assign(department=places)


def _with_pools(units: pd.DataFrame, direct: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """The units, then the pools that have rows, each of its department's category."""
    if not rules.pools:
        return units
    booked = set(direct["department"])
    tiers = dict(zip(units["department"], units["category"], strict=True))
    rows = [
        (own.place, tiers[own.department])
        for own in rules.pools
        if own.place in booked and own.department in tiers
    ]
    pools = pd.DataFrame(rows, columns=pd.Index(list(UNITS.columns)))
    return pd.concat([units, pools], ignore_index=True)


def _summed(cost: pd.DataFrame) -> pd.DataFrame:
    """DIRECT of the cost rows, outpatient, inpatient and shared added up."""
    sums = cost.groupby(["department", "item"], sort=True)["amount_fen"].sum()
    return sums.reset_index()
