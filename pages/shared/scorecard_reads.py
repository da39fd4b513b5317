"""Cached reads of scorecards: inspections, readings and actions, handed to the calculation."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pandas as pd

from core.analysis import overview
from core.control.actions.summary import due_between
from core.control.inspections.results import pass_table
from core.control.scorecard import assessment, composition
from core.control.scorecard.composition import Compared, Found
from core.control.scorecard.records import rules_with, weights
from core.control.scorecard.rules import Rules, load_rules
from core.frames import Scope
from core.months import add_months, days_in_month, month_range
from pages.shared import action_reads, reads
from pages.shared import inspection_reads as inspected
from pages.shared.kept import kept
from pages.shared.reads import Key
from pages.shared.scope import View
from pages.shared.session import catalog, settings, store, today

YEAR = inspected.YEAR


@kept(1)
def shipped() -> Rules:
    return load_rules(Path(settings().data_folder) / "control" / "scorecard.toml")


@kept(16)
def _rules(key: Key, hospital_id: int) -> tuple[Rules, dict[str, int], pd.DataFrame]:
    rows = weights(store(), hospital_id)
    return (*rules_with(rows, shipped()), rows)


def _of(shown: View) -> tuple[Rules, dict[str, int], pd.DataFrame]:
    scope = Scope(shown.hospital_id, 0, inspected.EVER)
    return _rules(inspected.key_of(scope), shown.hospital_id)


def rules(shown: View) -> Rules:
    """The rules with the hospital's own weights."""
    return _of(shown)[0]


def version(shown: View, kind: str) -> int:
    """Which version of the weights is in force; 0 is the shipped one."""
    return _of(shown)[1][kind]


def versions(shown: View) -> pd.DataFrame:
    """WEIGHTS of the hospital."""
    return _of(shown)[2]


def year_of(shown: View) -> Scope:
    """Twelve months of every department: a month holds one to three records of each."""
    return Scope(shown.hospital_id, add_months(shown.month, 1 - YEAR), shown.month)


def key_of(shown: View) -> Key:
    """How far everything that a scorecard is made of has come."""
    whole = inspected.key_of(year_of(shown))
    return (whole, reads.judged_key(shown.scope), action_reads.come(shown))


@kept(128)
def _values(
    key: Key, scope: Scope, codes: tuple[str, ...], months: tuple[int, ...]
) -> pd.DataFrame:
    known = tuple(code for code in codes if code in catalog().indicators)
    asked = overview.Asked(months, (), known)
    facts, judged = reads.cube_for(scope, known), reads.targets(scope)
    return overview.readings(catalog(), facts, judged, asked, "department")


def values(shown: View, codes: tuple[str, ...], months: tuple[int, ...]) -> pd.DataFrame:
    """READINGS of the departments over some months as a whole."""
    return _values(reads.judged_key(shown.scope), shown.scope, codes, months)


def points(shown: View) -> pd.DataFrame:
    """READ: what the domains read, in points: percentages where more is better as they are."""
    codes, year = rules(shown).indicators, year_of(shown)
    rows = values(shown, codes, month_range(max(year.first, shown.first), year.last))
    rows = rows[rows["value"].notna()]
    lower = [catalog().find(code).better == "lower" for code in rows["indicator"]]
    told = rows["value"].where(~pd.Series(lower, index=rows.index), 100 - rows["value"])
    return rows[["department", "indicator"]].assign(points=told.clip(0, 100))


def due(shown: View, first: int, last: int) -> list[dict[Any, Any]]:
    """Actions due in these months, up to today, those of the whole hospital among them."""
    end = min(last * 100 + days_in_month(last), int(f"{today():%Y%m%d}"))
    return due_between(action_reads.rows(shown), first * 100 + 1, end)


def closing(shown: View, first: int, last: int) -> pd.DataFrame:
    """CLOSING of actions due in these months, up to today."""
    return composition.closing_of(due(shown, first, last))


@kept(64)
def _composed(key: Key, shown: View) -> pd.DataFrame:
    year = year_of(shown)
    found = Found(inspected.forms(year), points(shown), closing(shown, year.first, year.last))
    return composition.composed(found, rules(shown))


def composed(shown: View) -> pd.DataFrame:
    """COMPOSED of every department over twelve months."""
    return _composed(key_of(shown), shown)


@kept(256)
def _compared(key: Key, shown: View, domain: str) -> Compared:
    return composition.compared(inspected.checked(year_of(shown)), rules(shown), domain)


def compared(shown: View, domain: str = "") -> Compared:
    """Departments in a funnel of items not met, over twelve months."""
    return _compared(key_of(shown), shown, domain)


def outside(shown: View) -> dict[tuple[str, str], str]:
    """Bad | good by department and domain, where it lies beyond the limits; '' is all domains."""
    return _outside(key_of(shown), shown)


@kept(64)
def _outside(key: Key, shown: View) -> dict[tuple[str, str], str]:
    found = {}
    for domain in ("", *rules(shown).domains):
        rows = compared(shown, domain).table
        for row in rows[rows["outside"] != "none"].to_dict("records"):
            found[(str(row["department"]), domain)] = str(row["outside"])
    return found


def trend(shown: View, domain: str) -> pd.DataFrame:
    """month, rate, low, high, counted, other: items not met of the view's department, in %.

    other: the whole hospital. Months without an inspection are missing.
    """
    return _trend(key_of(shown), shown, domain)


@kept(64)
def _trend(key: Key, shown: View, domain: str) -> pd.DataFrame:
    rows = inspected.checked(year_of(shown))
    rows = rows[rows["level"] > 1]
    if domain:
        rows = rows[rows["checklist"].map(dict(rules(shown).of_checklist)) == domain]
    rows = rows.assign(met=rows["counted"] - rows["met"])
    whole = pass_table(rows, ["month"]).set_index("month")
    mine = rows[rows["department"] == shown.department] if shown.department else rows
    table = pass_table(mine, ["month"]).set_index("month") if len(mine) else whole.iloc[:0]
    months = month_range(year_of(shown).first, shown.month)
    table = table.reindex(months)
    percent = table[["rate", "low", "high"]] * 100
    percent["counted"] = table["counted"]
    percent["other"] = whole["rate"].reindex(months) * 100
    return percent.rename_axis("month").reset_index()


@kept(64)
def _assessed(key: Key, shown: View) -> pd.DataFrame:
    own, month = rules(shown).assessment, (shown.month,)
    whole = composed(shown)
    totals = whole[(whole["domain"] == "") & (whole["known"] >= own.least_known)]
    quality = dict(totals[["department", "score"]].to_numpy().tolist())
    closed = {
        row["department"]: row["closed"] / row["due"] * 100
        for row in closing(shown, shown.month, shown.month).to_dict("records")
    }
    told: dict[str, dict[str, float]] = {}
    for row in values(shown, (own.budget, *own.satisfied), month).to_dict("records"):
        told.setdefault(row["department"], {})[row["indicator"]] = float(row["value"])
    months = {
        code: assessment.Month(
            quality=float(quality.get(code, math.nan)),
            closing=float(closed.get(code, math.nan)),
            execution=told.get(code, {}).get(own.budget, math.nan),
            satisfaction=assessment.mean_of(
                told.get(code, {}).get(one, math.nan) for one in own.satisfied
            ),
        )
        for code in reads.names(shown.scope)
    }
    return assessment.assessed(months, own)


def assessed(shown: View) -> pd.DataFrame:
    """ASSESSED of the view's month; quality over twelve months."""
    return _assessed(key_of(shown), shown)
