"""Cached reads of the sandbox: months as they are, and as changes would have them."""

from __future__ import annotations

from typing import Any

import pandas as pd

from core.costing import scenarios
from core.costing.changes import Change
from core.costing.inputs_facts import Facts
from core.costing.model import Method
from core.costing.outsourcing import Outsourced
from core.costing.scenarios import Run
from core.frames import Scope
from pages.shared import costing_reads
from pages.shared.kept import kept
from pages.shared.scope import View

Key = tuple[Any, ...]


def key(shown: View) -> Key:
    """How far the hospital's facts and its rules have come."""
    return costing_reads.key(shown)


def facts(shown: View, month: int) -> Facts:
    """What the store holds of a month."""
    return costing_reads.facts(key(shown), shown.scope, month)


@kept(2048)
def _profits(
    key: Key, of: tuple[Scope, int], method: Method, changes: tuple[Change, ...]
) -> pd.DataFrame:
    scope, month = of
    rules = costing_reads.rules(key, scope, month)
    return scenarios.profits(costing_reads.facts(key, scope, month), rules, method, changes)


@kept(512)
def _together(
    key: Key, of: tuple[Scope, tuple[int, ...]], method: Method, changes: tuple[Change, ...]
) -> pd.DataFrame:
    scope, months = of
    each = [_profits(key, (scope, month), method, changes) for month in months]
    return each[0] if len(each) == 1 else scenarios.together(each)


@kept(4096)
def _wholes(
    key: Key, of: tuple[Scope, int], method: Method, changes: tuple[Change, ...]
) -> tuple[int, ...]:
    scope, month = of
    rules = costing_reads.rules(key, scope, month)
    return scenarios.wholes(costing_reads.facts(key, scope, month), rules, method, changes)


def run(shown: View) -> Run:
    """Profits of the view's months, added up, by method and changes."""
    come, scope, months = key(shown), shown.scope, shown.comparison.now

    def wholes(method: Method, changes: tuple[Change, ...]) -> tuple[int, ...]:
        each = [_wholes(come, (scope, month), method, changes) for month in months]
        return tuple(map(sum, zip(*each, strict=True)))

    return Run(lambda method, changes: _together(come, (scope, months), method, changes), wholes)


@kept(costing_reads.MONTHS)
def _terms(key: Key, scope: Scope, month: int, department: str) -> Outsourced:
    rules = costing_reads.rules(key, scope, month)
    return scenarios.terms(costing_reads.facts(key, scope, month), rules, department)


def terms(shown: View, department: str) -> Outsourced:
    """What buying a support department's service saves, in the view's last month."""
    return _terms(key(shown), shown.scope, shown.month, department)
