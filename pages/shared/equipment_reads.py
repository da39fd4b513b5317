"""Cached reads of machines; keys as in pages.shared.reads."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from core.analysis import equipment
from core.analysis.equipment import Bands, Terms
from core.analysis.machines import records
from core.frames import Scope
from core.months import add_months, month_range
from pages.shared import reads
from pages.shared.kept import kept
from pages.shared.scope import View
from pages.shared.session import store

MONTHS, HISTORY = 12, 36


@dataclass(frozen=True)
class Asked:
    """How the machines are looked at: lines of use in %, and which income counts."""

    bands: Bands
    by_group: bool = False
    """Patients are paid by disease group: income from inpatients is not extra."""


@dataclass(frozen=True, eq=False)
class Machines:
    """Everything the equipment page shows of one view."""

    months: tuple[int, ...]
    rows: pd.DataFrame
    """BENEFIT with state, in the order of the table."""
    pools: pd.DataFrame
    spared: dict[str, bool | None]
    """By idle machine, whether the others could take its work."""
    terms: Terms
    shares: dict[str, float]
    """By performing department, the inpatient share of its income."""

    @property
    def regular(self) -> pd.DataFrame:
        return self.rows[self.rows["state"] != "reserve"]

    @property
    def reserves(self) -> pd.DataFrame:
        return self.rows[self.rows["state"] == "reserve"]


def window(shown: View) -> tuple[int, ...]:
    """The twelve months up to the view's, as far as there are data."""
    first = max(shown.first, add_months(shown.month, 1 - MONTHS))
    return month_range(first, shown.month)


@kept(8)
def _held(key: reads.Key, scope: Scope) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """The register, the use of every month, and what performers earned."""
    return (
        records.register(store(), scope),
        records.machine_use(store(), scope),
        records.performed(store(), scope),
    )


@kept(128)
def _machines(
    key: reads.Key, scope: Scope, months: tuple[int, ...], department: str, asked: Asked
) -> Machines:
    register, use, performed = _held(key, scope)
    shares = equipment.inpatient_shares(performed, months)
    terms = Terms(not_extra=shares if asked.by_group else None)
    rows = equipment.benefit(register, use, months, terms)
    if department:
        rows = rows[rows["department"] == department]
    rows = equipment.ranked(rows, asked.bands)
    idle = rows.loc[rows["state"] == "idle", "code"]
    return Machines(
        months,
        rows,
        equipment.pools(rows, asked.bands),
        {code: equipment.can_be_spared(rows, code, asked.bands) for code in idle},
        terms,
        shares,
    )


def machines(shown: View, asked: Asked) -> Machines:
    """Machines of the view's department, or of all."""
    key = reads.facts_key(shown.scope)
    return _machines(key, shown.scope, window(shown), shown.department, asked)


@kept(128)
def _history(key: reads.Key, scope: Scope, code: str, months: tuple[int, ...]) -> pd.DataFrame:
    register, use, _ = _held(key, scope)
    own = register[register["code"] == code]
    rows = equipment.monthly(own, use[use["machine"] == code], months)
    served = pd.DataFrame({"month": [m for m in months if m >= int(own["in_service"].iloc[0])]})
    return served.merge(rows, on="month", how="left")


def history(shown: View, code: str) -> pd.DataFrame:
    """Up to 36 months of a machine, missing ones included."""
    first = max(shown.first, add_months(shown.month, 1 - HISTORY))
    key = reads.facts_key(shown.scope)
    return _history(key, shown.scope, code, month_range(first, shown.month))


@kept(8)
def _registered(key: reads.Key, scope: Scope) -> int:
    return len(_held(key, scope)[0])


def registered(shown: View) -> int:
    """How many machines are in the register at all."""
    return _registered(reads.facts_key(shown.scope), shown.scope)
