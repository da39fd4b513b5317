"""Cached reads of hospitals and of the quality of their data; keys as in pages.shared.reads."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from core.analysis import data_quality
from core.analysis import records as analysis_records
from core.analysis.blocked import Blocked, blocked_by
from core.frames import Scope
from core.hospital.records import departments
from core.intake.desk import EVER
from core.months import add_months, month_range
from core.workshop import records
from pages.shared.kept import kept
from pages.shared.scope import View
from pages.shared.session import catalog, store, tables, today


@dataclass(frozen=True)
class Quality:
    """Everything the data quality page shows of one month."""

    complete: pd.DataFrame
    """COMPLETENESS of twelve months."""
    gaps: pd.DataFrame
    share: float
    checks: pd.DataFrame
    """RECONCILED of twelve months."""
    fresh: pd.DataFrame
    """FRESHNESS with at, who, file_name of the newest import."""
    blocked: dict[str, Blocked]
    """By table: what is blocked while it is missing."""

    @property
    def late(self) -> pd.DataFrame:
        """Tables that are late."""
        return self.fresh[self.fresh["late"] > 0]

    def off(self, month: int) -> pd.DataFrame:
        """Checks of the whole hospital that do not agree in the month."""
        rows = self.checks
        own = (rows["month"] == month) & (rows["department"] == "") & (rows["state"] == "off")
        return rows[own]

    @property
    def blocked_indicators(self) -> tuple[str, ...]:
        """Indicators that the month's gaps block, each once."""
        codes = [code for table in self.gaps["contract"] for code in self.blocked[table].indicators]
        return tuple(dict.fromkeys(codes))


def key() -> tuple[str, int]:
    """The store and how far it has come: asked once a run."""
    return st.session_state["store_key"]


@kept(16)
def _overview(of: tuple[str, int]) -> tuple[dict[Any, Any], ...]:
    return tuple(records.overview(store()).to_dict("records"))


def overview() -> tuple[dict[Any, Any], ...]:
    """Every hospital in use, with its kind, months and rows."""
    return _overview(key())


@kept(1)
def _blocked() -> dict[str, Blocked]:
    return {contract: blocked_by(catalog(), contract) for contract in tables()}


@kept(4)
def _held(of: tuple[str, int], scope: Scope) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Presence and sums of every month of the hospital: read once a version of the store."""
    return analysis_records.presence(store(), scope), analysis_records.sides(store(), scope)


@kept(16)
def _fresh(of: tuple[str, int], hospital_id: int, begin: int, day: dt.date) -> pd.DataFrame:
    last = analysis_records.last_months(store(), hospital_id)
    facts = {code: one.due_day for code, one in tables().items() if _is_fact(code)}
    rows = data_quality.freshness(last, facts, day, begin)
    imports = analysis_records.last_imports(store(), hospital_id)
    return rows.merge(imports, on="contract", how="left")


def _is_fact(contract: str) -> bool:
    """Whether the table brings months, not masters."""
    definition = tables()[contract]
    return contract != "departments" and getattr(definition, "kind", "fact") == "fact"


@kept(64)
def _quality(of: tuple[str, int], scope: Scope, month: int, day: dt.date) -> Quality:
    presence, sides = _held(of, scope)
    window = presence[presence["month"].between(add_months(month, -24), month)]
    own = departments(store(), Scope(scope.hospital_id, *EVER))
    ends = zip(own["opened"], own["closed"], strict=True)
    lives = dict(zip(own["department"], ends, strict=True))
    complete = data_quality.completeness(window, lives, month)
    months = month_range(add_months(month, -11), month)
    begin = int(presence["month"].min()) if len(presence) else 0
    return Quality(
        complete,
        data_quality.gaps(complete, month),
        data_quality.share_delivered(complete, month),
        data_quality.reconcile(sides, months),
        _fresh(of, scope.hospital_id, begin, day),
        _blocked(),
    )


def quality(view: View) -> Quality:
    """The quality of the data up to the view's month."""
    return _quality(key(), view.scope, view.month, today())
