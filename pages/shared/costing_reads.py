"""Cached reads of costing; keys as in pages.shared.reads. Cost is shared in the whole hospital."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from core.costing import records, results
from core.costing.allocation import Allocation
from core.costing.basis import records as basis
from core.costing.basis.offers import offers as offers_of
from core.costing.inputs import Inputs, assemble
from core.costing.inputs_facts import Facts
from core.costing.model import METHODS, AllocationError, Method
from core.costing.rules import Override, Rules, load_rules
from core.costing.sheets import Names
from core.frames import Scope
from core.words import language, pick
from pages.shared import reads
from pages.shared.kept import kept
from pages.shared.scope import View
from pages.shared.session import settings, store

MONTHS = 64
"""As many months as a hospital opens stay ready."""
SHOWN = METHODS[:-1]
"""No source of a hospital is shared by accumulated cost: that method would repeat another."""


Key = tuple[Any, ...]


@kept(1)
def base() -> Rules:
    """The rules of the file."""
    return load_rules(Path(settings().data_folder) / "costing" / "rules.toml")


@kept(64)
def _mark(key: tuple[str, int], hospital_id: int) -> Key:
    return (key[0], *basis.mark(store(), hospital_id))


@kept(MONTHS)
def _own(key: Key, hospital_id: int, month: int) -> tuple[Override, ...]:
    return basis.own_rules(store(), hospital_id, month)


def key(shown: View) -> Key:
    """How far the hospital's facts and its own rules have come: of every read of costing."""
    mark = _mark(st.session_state["store_key"], shown.hospital_id)
    return reads.facts_key(shown.scope), mark


def own_rules(shown: View) -> tuple[Override, ...]:
    """The hospital's own rules of the month."""
    return _own(key(shown)[1], shown.hospital_id, shown.month)


def rules(key: Key, scope: Scope, month: int) -> Rules:
    """The rules of a month, the hospital's own laid over those of the file."""
    return base().with_own(_own(key[1], scope.hospital_id, month))


@kept(16)
def _changes(key: Key, hospital_id: int) -> pd.DataFrame:
    return basis.changes(store(), hospital_id)


def changes(shown: View) -> pd.DataFrame:
    """CHANGES of basis that stand, of all months."""
    return _changes(key(shown)[1], shown.hospital_id)


@kept(16)
def _trail(key: Key, hospital_id: int) -> pd.DataFrame:
    return basis.trail(store(), hospital_id)


def trail(shown: View) -> pd.DataFrame:
    """TRAIL: every change of basis that was made or taken back."""
    return _trail(key(shown)[1], shown.hospital_id)


@kept(MONTHS)
def facts(key: Key, scope: Scope, month: int) -> Facts:
    """What the store holds of a month, unchosen."""
    return records.facts_of(store(), scope, month)


@kept(MONTHS)
def _inputs(key: Key, scope: Scope, month: int) -> Inputs:
    return assemble(facts(key, scope, month), rules(key, scope, month))


def inputs(shown: View) -> Inputs:
    """What the month gives to the allocation."""
    return _inputs(key(shown), shown.scope, shown.month)


@kept(256)
def _offers(key: Key, scope: Scope, month: int, source: str) -> pd.DataFrame:
    units = _inputs(key, scope, month).departments
    return offers_of(facts(key, scope, month), units, base(), source)


def offers(shown: View, source: str) -> pd.DataFrame:
    """OFFERS: the drivers that the month has for a source."""
    return _offers(key(shown), shown.scope, shown.month, source)


@kept(32)
def _tried(key: Key, shown: View, method: Method, own: tuple[Override, ...]) -> pd.Series:
    inputs = assemble(facts(key, shown.scope, shown.month), base().with_own(own), judged=False)
    after = results.allocated(inputs, method).final.sum(axis=1)
    try:
        before = allocated_in(key, shown.scope, shown.month, method).final.sum(axis=1)
    except AllocationError:
        return after.head(0)
    return (after - before).astype("int64")


def tried(shown: View, method: Method, place: str, change: Override | None) -> pd.Series:
    """What full costs of the month would change by, in 分; None: the file's rule for it again.

    place: as Override.place.

    Empty where the month cannot be shared out as it is; AllocationError where it could not be so.
    """
    own = [one for one in own_rules(shown) if one.place != place]
    return _tried(key(shown), shown, method, (*own, change) if change else tuple(own))


@kept(2 * MONTHS)
def allocated_in(key: Key, scope: Scope, month: int, method: Method) -> Allocation:
    """Any month's allocation. AllocationError where the inputs do not allow it."""
    return results.allocated(_inputs(key, scope, month), method)


def allocated(shown: View, method: Method) -> Allocation:
    """The month's allocation. AllocationError where the inputs do not allow it."""
    return allocated_in(key(shown), shown.scope, shown.month, method)


@kept(2 * MONTHS)
def _levels(key: Key, scope: Scope, month: int, method: Method) -> pd.DataFrame:
    return results.by_level(allocated_in(key, scope, month, method))


def levels(shown: View, method: Method) -> pd.DataFrame:
    """Full cost by level."""
    return _levels(key(shown), shown.scope, shown.month, method)


@kept(MONTHS)
def _methods(key: Key, scope: Scope, month: int) -> pd.DataFrame:
    return results.side_by_side(_inputs(key, scope, month), SHOWN)


def methods(shown: View) -> pd.DataFrame:
    """Full cost of the final departments by every method that can run."""
    return _methods(key(shown), shown.scope, shown.month)


@kept(MONTHS)
def _income(key: Key, scope: Scope, month: int) -> pd.Series:
    return facts(key, scope, month).income.groupby("ordering")["amount_fen"].sum()


def income(shown: View) -> pd.Series:
    """Income by ordering department, in 分."""
    return _income(reads.facts_key(shown.scope), shown.scope, shown.month)


@kept(128)
def _ledger(key: Key, scope: Scope, month: int, department: str) -> pd.DataFrame:
    return records.ledger(store(), scope, month, department)


def ledger(shown: View, place: str) -> pd.DataFrame:
    """The rows of direct cost of a department, less those of its pools, or of a pool."""
    pools = rules(key(shown), shown.scope, shown.month).pools
    own = next((one for one in pools if one.place == place), None)
    department = own.department if own else place
    rows = _ledger(reads.facts_key(shown.scope), shown.scope, shown.month, department)
    taken = {item for one in pools if one.department == place for item in one.items}
    return rows[rows["item"].isin(own.items)] if own else rows[~rows["item"].isin(taken)]


@kept(16)
def _names(key: Key, scope: Scope, in_language: str) -> tuple[Names, dict[str, str]]:
    items = records.item_names(store(), scope.hospital_id)
    drivers = records.driver_names(store(), scope.hospital_id)
    return (
        Names(reads.names(scope), {code: pick(*both) for code, both in items.items()}),
        {code: pick(*both) for code, both in drivers.items()},
    )


@kept(MONTHS)
def _named(key: Key, scope: Scope, month: int, in_language: str) -> Names:
    return _names(key[0], scope, in_language)[0].with_pools(rules(key, scope, month))


def names(shown: View) -> Names:
    """Departments, pools of the month's own rules and cost items in the session's language."""
    return _named(key(shown), shown.scope, shown.month, language())


def drivers(shown: View) -> dict[str, str]:
    """Drivers in the session's language."""
    return _names(reads.facts_key(shown.scope), shown.scope, language())[1]
