"""Cached reads of inspections; keys hold the store, the scope, and how far they have come."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from core.control.agreement import Agreement, inflation
from core.control.checklists import Checklists, load_checklists
from core.control.inspections import results
from core.control.inspections.desk import records as desk
from core.control.inspections.editing import Template
from core.control.inspections.samples.records import has_cases
from core.control.inspections.templates.records import every_template, templates, versions
from core.frames import Scope
from core.months import add_months
from core.statistics.intervals import wilson
from core.words import pick, t
from pages.shared import reads
from pages.shared.hospital_reads import key
from pages.shared.kept import kept
from pages.shared.reads import Key
from pages.shared.scope import View
from pages.shared.session import settings, store

YEAR = 12
RECORDS = "CK-MR"
"""The checklist of medical records, whose best grade is 甲."""
EVER = 999912
_GRADES = {
    **{"甲": "a", "乙": "b", "丙": "c"},
    **{"优秀": "excellent", "合格": "pass", "待改进": "improve", "不合格": "fail"},
}
"""Shipped grades and the ends of their words; a grade of one's own is shown as it is."""


@kept(1)
def shipped() -> Checklists:
    return load_checklists(Path(settings().data_folder) / "checklists")


@kept(64)
def _marks(key: Key, hospital_id: int) -> tuple[Any, ...]:
    return desk.marks(store(), hospital_id)


def key_of(scope: Scope) -> Key:
    """The store, and how far this hospital's inspections have come."""
    now = key()
    return (now[0], _marks(now, scope.hospital_id))


def scope_of(shown: View, months: int = YEAR) -> Scope:
    """The months up to the view's, and its department if one is chosen."""
    own = (shown.department,) if shown.department else None
    return Scope(shown.hospital_id, add_months(shown.month, 1 - months), shown.month, own)


def period_of(shown: View) -> Scope:
    """The months that the scope bar says."""
    now = shown.comparison.now
    own = (shown.department,) if shown.department else None
    return Scope(shown.hospital_id, now[0], now[-1], own)


def open_scope(shown: View) -> Scope:
    """Everything that was ever planned, also for months without figures yet."""
    own = (shown.department,) if shown.department else None
    return Scope(shown.hospital_id, 0, EVER, own)


@kept(64)
def _rounds(key: Key, scope: Scope) -> tuple[dict[Any, Any], ...]:
    return tuple(desk.rounds(store(), scope).to_dict("records"))


def rounds(shown: View) -> tuple[dict[Any, Any], ...]:
    """ROUNDS, the newest first, as rows."""
    scope = open_scope(shown)
    return _rounds(key_of(scope), scope)


@kept(64)
def _forms(key: Key, scope: Scope) -> pd.DataFrame:
    return desk.forms(store(), scope)


def forms(scope: Scope) -> pd.DataFrame:
    """FORMS rows of the scope."""
    return _forms(key_of(scope), scope)


@kept(64)
def _checked(key: Key, scope: Scope) -> pd.DataFrame:
    return desk.checked(store(), scope)


def checked(scope: Scope) -> pd.DataFrame:
    """CHECKED rows of the scope."""
    return _checked(key_of(scope), scope)


@kept(64)
def _defects(key: Key, scope: Scope) -> pd.DataFrame:
    return desk.defects(store(), scope)


def defects(scope: Scope) -> pd.DataFrame:
    """DEFECTS rows of the scope: what inspections of level 2 and 3 found."""
    rows = _defects(key_of(scope), scope)
    return rows[rows["level"] > 1]


def form_of(shown: View, form_id: int) -> dict[str, Any] | None:
    """One form as it is now: never kept, for another person may be filling it."""
    return desk.form(store(), Scope(shown.hospital_id, 0, EVER), form_id)


def form_defects(form: dict[str, Any]) -> list[dict[Any, Any]]:
    """DEFECTS rows of one submitted form."""
    month = int(form["month"])
    scope = Scope(int(form["hospital_id"]), month, month, (str(form["department"]),))
    rows = _defects(key_of(scope), scope)
    return rows[rows["id"] == form["id"]].to_dict("records")


@kept(64)
def _deductions(key: Key, scope: Scope) -> pd.DataFrame:
    return results.deductions(defects(scope), all_templates(scope.hospital_id))


def deductions(scope: Scope) -> pd.DataFrame:
    """Points lost by item, most first."""
    return _deductions(key_of(scope), scope)


@kept(16)
def _templates(key: Key, hospital_id: int) -> dict[str, Template]:
    return templates(store(), hospital_id, shipped())


def newest_templates(hospital_id: int) -> dict[str, Template]:
    """The version in force of every checklist, by code."""
    return _templates(key_of(Scope(hospital_id, 0, EVER)), hospital_id)


@kept(16)
def _all_templates(key: Key, hospital_id: int) -> dict[tuple[str, int], Template]:
    return every_template(store(), hospital_id, shipped())


def all_templates(hospital_id: int) -> dict[tuple[str, int], Template]:
    """Every version, by code and number."""
    return _all_templates(key_of(Scope(hospital_id, 0, EVER)), hospital_id)


@kept(16)
def _versions(key: Key, hospital_id: int) -> pd.DataFrame:
    return versions(store(), hospital_id)


def template_versions(hospital_id: int) -> pd.DataFrame:
    """VERSIONS of the hospital's checklists."""
    return _versions(key_of(Scope(hospital_id, 0, EVER)), hospital_id)


def item_rates(scope: Scope) -> pd.DataFrame:
    """met, counted, rate, low, high by checklist and item: what levels 2 and 3 found."""
    return _item_rates(key_of(scope), scope)


@kept(64)
def _item_rates(key: Key, scope: Scope) -> pd.DataFrame:
    rows = _checked(key, scope)
    return results.pass_table(rows[rows["level"] > 1], ["checklist", "item"])


@dataclass(frozen=True, eq=False)
class Compared:
    """Self-checks against inspections of the same sample."""

    table: pd.DataFrame
    """INFLATION rows, who flatters most first."""
    kappa: dict[str, Agreement]
    """By department; '' is all."""

    @property
    def worst(self) -> dict[Any, Any] | None:
        """Who flatters most, if the whole interval lies above zero."""
        sure = self.table[self.table["flatters"]]
        return None if sure.empty else sure.iloc[0].to_dict()


@kept(64)
def _compared(key: Key, scope: Scope) -> Compared:
    pairs = results.paired(desk.forms(store(), scope))
    kappa = results.kappa_of(desk.answer_pairs(store(), scope)) if len(pairs) else {}
    return Compared(inflation(pairs), kappa)


def compared(shown: View) -> Compared:
    """The rolling twelve months: a month holds one to three records a department."""
    return compared_in(scope_of(shown))


def compared_in(scope: Scope) -> Compared:
    return _compared(key_of(scope), scope)


@dataclass(frozen=True)
class Rate:
    """A share with its Wilson interval, 0-1; NaN where nothing was counted."""

    hits: int
    count: int
    rate: float = math.nan
    low: float = math.nan
    high: float = math.nan


def rate_of(hits: int, count: int) -> Rate:
    rate, low, high = (float(one) for one in wilson(hits, count))
    return Rate(hits, count, rate, low, high)


@dataclass(frozen=True)
class Told:
    """What the head of the page says of a period."""

    forms: int
    submitted: int
    begun: int
    records: Rate
    """Records inspected by the hospital that reached the best grade."""
    vetoed: int
    """Forms of the hospital or the committee whose grade a veto has capped."""
    off_hours: int
    """Forms of the hospital filled by night or on a holiday."""
    inspected: int


@kept(64)
def _told(key: Key, scope: Scope) -> Told:
    rows = _forms(key, scope)
    best = {one.key: one.scale.names[0] for one in all_templates(scope.hospital_id).values()}
    seen = rows[rows["level"] > 1]
    done = seen[seen["state"] == "submitted"]
    hits, count = results.grade_rate(
        seen[(seen["checklist"] == RECORDS) & (seen["level"] == 2)], best
    )
    begun = rows[(rows["state"] == "open") & (rows["revision"] > 0)]
    return Told(
        forms=len(rows),
        submitted=int((rows["state"] == "submitted").sum()),
        begun=len(begun),
        records=rate_of(hits, count),
        vetoed=int((done["grade"] != done["own_grade"]).sum()),
        off_hours=int((done["off_hours"] != "").sum()),
        inspected=len(done),
    )


def told(shown: View) -> Told:
    scope = period_of(shown)
    return _told(key_of(scope), scope)


def grade_word(grade: Any) -> str:
    """A grade in the session's language."""
    return t(f"inspections.grade.{_GRADES[grade]}") if grade in _GRADES else str(grade)


def sheet_name(template: Template) -> str:
    name = template.sheet.name
    return pick(name.zh, name.en)


@kept(64)
def _has_cases(key: Key, scope: Scope) -> bool:
    return has_cases(store(), scope)


def can_draw(shown: View, month: int) -> bool:
    """Whether there are inpatient cases of this month."""
    return _has_cases(reads.facts_key(shown.scope), Scope(shown.hospital_id, month, month))
