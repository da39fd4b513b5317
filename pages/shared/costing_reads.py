"""Cached reads of costing; keys as in pages.shared.reads. Cost is shared in the whole hospital."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from core.costing import records, results
from core.costing.allocation import Allocation
from core.costing.inputs import Inputs, assemble
from core.costing.inputs_facts import Facts
from core.costing.model import METHODS, Method
from core.costing.rules import Rules, load_rules
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


@kept(1)
def rules() -> Rules:
    """Who shares what with whom."""
    return load_rules(Path(settings().data_folder) / "costing" / "rules.toml")


@kept(MONTHS)
def facts(key: tuple[Any, ...], scope: Scope, month: int) -> Facts:
    """What the store holds of a month, unchosen."""
    return records.facts_of(store(), scope, month)


@kept(MONTHS)
def _inputs(key: tuple[Any, ...], scope: Scope, month: int) -> Inputs:
    return assemble(facts(key, scope, month), rules())


def inputs(shown: View) -> Inputs:
    """What the month gives to the allocation."""
    return _inputs(reads.facts_key(shown.scope), shown.scope, shown.month)


@kept(2 * MONTHS)
def allocated_in(key: tuple[Any, ...], scope: Scope, month: int, method: Method) -> Allocation:
    """Any month's allocation. AllocationError where the inputs do not allow it."""
    return results.allocated(_inputs(key, scope, month), method)


def allocated(shown: View, method: Method) -> Allocation:
    """The month's allocation. AllocationError where the inputs do not allow it."""
    return allocated_in(reads.facts_key(shown.scope), shown.scope, shown.month, method)


@kept(2 * MONTHS)
def _levels(key: tuple[Any, ...], scope: Scope, month: int, method: Method) -> pd.DataFrame:
    return results.by_level(allocated_in(key, scope, month, method))


def levels(shown: View, method: Method) -> pd.DataFrame:
    """Full cost by level."""
    return _levels(reads.facts_key(shown.scope), shown.scope, shown.month, method)


@kept(MONTHS)
def _methods(key: tuple[Any, ...], scope: Scope, month: int) -> pd.DataFrame:
    return results.side_by_side(_inputs(key, scope, month), SHOWN)


def methods(shown: View) -> pd.DataFrame:
    """Full cost of the final departments by every method that can run."""
    return _methods(reads.facts_key(shown.scope), shown.scope, shown.month)


@kept(128)
def _ledger(key: tuple[Any, ...], scope: Scope, month: int, department: str) -> pd.DataFrame:
    return records.ledger(store(), scope, month, department)


def ledger(shown: View, department: str) -> pd.DataFrame:
    """The rows of direct cost of a department."""
    return _ledger(reads.facts_key(shown.scope), shown.scope, shown.month, department)


@kept(16)
def _names(key: tuple[Any, ...], scope: Scope, in_language: str) -> tuple[Names, dict[str, str]]:
    items = records.item_names(store(), scope.hospital_id)
    drivers = records.driver_names(store(), scope.hospital_id)
    return (
        Names(reads.names(scope), {code: pick(*both) for code, both in items.items()}),
        {code: pick(*both) for code, both in drivers.items()},
    )


def names(shown: View) -> Names:
    """Departments and cost items in the session's language."""
    return _names(reads.facts_key(shown.scope), shown.scope, language())[0]


def drivers(shown: View) -> dict[str, str]:
    """Drivers in the session's language."""
    return _names(reads.facts_key(shown.scope), shown.scope, language())[1]
