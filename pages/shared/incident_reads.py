"""Cached reads of adverse events: definitions, events, analyses. Keys as in pages.shared.reads.

Who sees what: a person whose title begins with a department's name sees that department's events;
whoever else acts, an office or the hospital, sees all (until accounts exist).
"""

from __future__ import annotations

import datetime as dt
import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from core.control.incidents import records
from core.control.incidents.analyses import records as analyses
from core.control.incidents.analysis import Line
from core.control.incidents.definitions import Definitions, Option, load_definitions
from core.control.incidents.grading import analysis_reasons, in_time
from core.formats import number
from core.frames import Scope
from core.words import pick, t
from pages.shared import reads
from pages.shared.kept import kept
from pages.shared.scope import View
from pages.shared.session import settings, store

StoreKey = tuple[str, int]
TREATING = ("clinical", "medical_tech", "medical_aux")
EVERY = (0, 999_999)


@dataclass(frozen=True, eq=False)
class Desk:
    """Every event that the person may see, with what follows from it."""

    rows: pd.DataFrame
    """INCIDENTS, and: in_time (1, 0, NaN), reasons (codes with , between)."""
    rules: dict[str, float]
    analyses: pd.DataFrame
    """ANALYSES."""


@kept(1)
def definitions() -> Definitions:
    """What can be chosen, grades, deadlines, measures."""
    return load_definitions(Path(settings().data_folder) / "incidents" / "incidents.toml")


def key() -> StoreKey:
    return st.session_state["store_key"]


def word(options: tuple[Any, ...], code: str) -> str:
    """The name of an option; of an unknown one its code."""
    found: Option | None = next((one for one in options if one.code == code), None)
    return pick(found.name.zh, found.name.en) if found else code


def grade_word(grade: int) -> str:
    """Ⅱ级 不良后果事件; a dash while not graded."""
    found = next((one for one in definitions().grades if one.grade == grade), None)
    return pick(found.name.zh, found.name.en) if found else t("incidents.ungraded")


def place_word(names: dict[str, str], code: str) -> str:
    return names.get(code, code) if code else t("incidents.nowhere")


def day_text(number: int) -> str:
    """2026-10-21."""
    return f"{number // 10_000:04d}-{number // 100 % 100:02d}-{number % 100:02d}"


def own_departments(shown: View) -> tuple[str, ...] | None:
    """The department of the acting person, as their title begins; None for an office or nobody."""
    acting = str(st.session_state.get("acting") or "")
    title = reads.titles(shown.hospital_id).get(acting, "")
    rows = reads.departments(shown.scope)
    treating = rows[rows["category"].isin(TREATING)]
    found = reads.department_of(title, treating)
    return (found,) if found else None


def scope_of(shown: View) -> Scope:
    """Every event that the acting person may see, whenever it happened."""
    return Scope(shown.hospital_id, *EVERY, own_departments(shown))


@kept(16)
def desk_of(key: StoreKey, scope: Scope) -> Desk:
    """Every event of the scope, with what follows from it."""
    rows = records.incidents(store(), scope)
    figures = records.rules(store(), scope.hospital_id, definitions())
    rows = rows.assign(in_time=in_time(rows, figures), reasons=analysis_reasons(rows, figures))
    return Desk(rows, figures, analyses.analyses(store(), scope))


def desk(shown: View) -> Desk:
    """What the acting person may see."""
    return desk_of(key(), scope_of(shown))


def all_rows(key: StoreKey, hospital_id: int) -> pd.DataFrame:
    """Every event of the hospital: for counts that are protected before anybody sees them."""
    return desk_of(key, Scope(hospital_id, *EVERY)).rows


@kept(32)
def _said(key: StoreKey, scope: Scope, incident_id: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    return (
        records.messages(store(), scope, incident_id),
        records.steps(store(), scope, incident_id),
    )


def said(shown: View, incident_id: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """MESSAGES and STEPS of an event."""
    return _said(key(), scope_of(shown), incident_id)


@kept(16)
def _lines(key: StoreKey, hospital_id: int, analysis_id: int) -> tuple[Line, ...]:
    return analyses.lines(store(), hospital_id, analysis_id)


def lines(shown: View, analysis_id: int) -> tuple[Line, ...]:
    """The lines of an analysis."""
    return _lines(key(), shown.hospital_id, analysis_id)


def team_of(row: dict[Any, Any]) -> list[str]:
    return [str(name) for name in json.loads(row["team"])]


@kept(16)
def _rule_versions(key: StoreKey, hospital_id: int) -> dict[str, int]:
    return records.rule_versions(store(), hospital_id)


def rule_versions(shown: View) -> dict[str, int]:
    """Version of every rule that the hospital changed."""
    return _rule_versions(key(), shown.hospital_id)


def date_of(number: int) -> dt.date:
    return dt.date(number // 10_000, number // 100 % 100, number % 100)


STAR = "*"
"""Stands for what is hidden or unknown."""


def or_none(value: Any) -> float | None:
    """A number as part of a key; None where it is missing."""
    return None if math.isnan(value) else float(value)


def starred(value: float, decimals: int = 0) -> str:
    """A number; a star where it is hidden or unknown."""
    return STAR if math.isnan(value) else number(value, decimals)
