"""Cached reads of beds: the census, its forecast, and the figures that what-ifs start from.

Keys as in pages.shared.reads. The forecast of admissions is the long step: once for a store's
facts and a month, whatever is looked at.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from core.flow import bed_trials, board, board_past
from core.flow.bed_trials import PLACES
from core.flow.coming import Coming, coming
from core.flow.occupancy import BedRules, load_bed_rules
from core.flow.wards import records
from core.frames import Scope
from core.hospital import records as facts
from core.hospital.masters.records import wards
from core.months import add_months, days_in_month, first_day, month_of, month_range
from core.words import pick, t
from pages.shared import flow_reads, reads
from pages.shared.background import Step
from pages.shared.kept import kept
from pages.shared.reads import Key
from pages.shared.scope import View
from pages.shared.session import settings, store

HORIZON, BACK, YEARS, ORIGINS = 14, 28, 3, 8
MEASURES = (
    *("bed_days_used", "bed_days_open", "admissions", "transfers_in"),
    *("day_surgeries", "elective_surgeries"),
)


@dataclass(frozen=True, eq=False)
class Ahead:
    """The board of a view, and what it rests on."""

    origin: dt.date
    """The last day of the census: its midnight is where the forecast begins."""
    outlook: board.Outlook
    measured: board.Measured
    coming: Coming
    silent: tuple[str, ...]
    """Wards that had a census in the last days, and none on the last."""
    breaks: int
    """Ward days of the last year on which the stock and the flows disagree."""


@kept(1)
def rules() -> BedRules:
    """Bands, exemptions and targets."""
    return load_bed_rules(Path(settings().data_folder) / "flow" / "beds.toml")


@kept(8)
def _wards(key: Key, scope: Scope) -> tuple[tuple[str, str, str, str], ...]:
    rows = wards(store(), scope)
    columns = ("code", "name_zh", "name_en", "department")
    return tuple(zip(*(rows[name].astype(str) for name in columns), strict=True))


def ward_names(shown: View) -> dict[str, str]:
    """Names of wards by code, in the session's language."""
    rows = _wards(reads.facts_key(shown.scope), shown.scope)
    return {code: pick(zh, en) or code for code, zh, en, _ in rows}


def place_names(shown: View) -> dict[str, str]:
    """Names of wards, and of departments where only they are known."""
    return reads.names(shown.scope) | ward_names(shown)


def house_name(shown: View) -> str:
    """All wards of the view: the department's, or the hospital's."""
    if shown.department:
        return reads.names(shown.scope).get(shown.department, shown.department)
    return t("beds.house")


def wards_of(shown: View) -> frozenset[str]:
    """The wards of the view's department, or all."""
    rows = _wards(reads.facts_key(shown.scope), shown.scope)
    return frozenset(
        code for code, _, _, own in rows if not shown.department or own == shown.department
    )


@kept(4)
def _census(key: Key, scope: Scope) -> pd.DataFrame:
    return records.census_days(store(), scope)


def _history(key: Key, scope: Scope, month: int) -> pd.DataFrame:
    """CENSUS_DAYS of three years up to a month: what a forecast learns from."""
    rows = _census(key, scope)
    first = add_months(month, 1 - 12 * YEARS)
    return rows[(rows["date"] // 100).between(first, month)]


@kept(128)
def _lately(key: Key, of: tuple[Scope, int], own: tuple[str, ...]) -> pd.DataFrame:
    rows = _history(key, *of)
    days = sorted(rows["date"].unique())[-BACK:]
    return rows[rows["date"].isin(days) & rows["ward"].isin(own)]


def lately(shown: View) -> pd.DataFrame:
    """CENSUS_DAYS of the last days up to the view's month, of the wards of its department."""
    key = reads.facts_key(shown.scope)
    return _lately(key, (shown.scope, shown.month), tuple(sorted(wards_of(shown))))


@kept(64)
def _coming(key: Key, scope: Scope, month: int) -> Coming:
    """key: of the facts, and the events that people entered."""
    rows = _history(key[0], scope, month)
    lain = rows.groupby("ward")["occupied"].transform("max") > 0
    return coming(rows[lain], HORIZON, flow_reads.calendar(scope))


@kept(64)
def _lying(key: Key, scope: Scope, origin: dt.date) -> board.Lying:
    last = month_of(origin)
    year = replace(scope, first=max(scope.first, add_months(last, -11)), last=last)
    days = (origin - first_day(year.first)).days + 1
    return board.Lying(records.present(store(), scope, origin), records.stays(store(), year), days)


@kept(64)
def _measured(key: Key, scope: Scope, month: int, origin: dt.date) -> board.Measured:
    known = _coming(key, scope, month)
    origins = list(known.past)[::2][:ORIGINS]
    present = {one: records.present(store(), scope, one.date()) for one in origins}
    lying = _lying(key[0], scope, origin)
    return board_past.measured(_history(key[0], scope, month), lying, present, known)


@kept(64)
def _ahead(key: Key, of: tuple[Scope, int], own: tuple[str, ...]) -> Ahead | None:
    scope, month = of
    every = _history(key[0], scope, month)
    rows = every[every["ward"].isin(own)]
    if rows.empty:
        return None
    date = int(rows["date"].max())
    origin = dt.datetime.strptime(str(date), "%Y%m%d").date()
    known, lying = _coming(key, scope, month), _lying(key[0], scope, origin)
    measured = _measured(key, scope, month, origin)
    if len(own) < every["ward"].nunique():
        measured = replace(measured, house=measured.ward)
    beds = board.beds_at(rows, date)
    found = board.outlook(rows, beds, lying, known, measured)
    if found.beds.empty:
        return None
    days = sorted(rows["date"].unique())[-BACK:]
    recent = rows.loc[rows["date"].isin(days), "ward"].unique()
    silent = tuple(sorted(set(recent) - set(beds["ward"])))
    gaps = len(board.breaks(rows[rows["date"] > date - 10_000]))
    return Ahead(origin, found, measured, known, silent, gaps)


def ahead(shown: View) -> Ahead | None:
    """The board of the view's wards; None without a census."""
    own = tuple(sorted(wards_of(shown)))
    key = (reads.facts_key(shown.scope), flow_reads.events(shown.hospital_id))
    return _ahead(key, (shown.scope, shown.month), own)


def work(shown: View) -> tuple[Hashable, list[Step]]:
    """What takes seconds the first time: admissions ahead, then the board measured on the past."""
    key = (reads.facts_key(shown.scope), flow_reads.events(shown.hospital_id))
    of = ("beds", key, shown.scope, shown.month, tuple(sorted(wards_of(shown))))
    return of, [
        ("beds.coming", lambda: _coming(key, shown.scope, shown.month)),
        ("beds.running", lambda: ahead(shown)),
    ]


def has_census(shown: View) -> bool:
    """Whether any ward of the view has a census up to its month."""
    return not lately(shown).empty


@kept(8)
def _facts(key: Key, scope: Scope) -> pd.DataFrame:
    rows = facts.facts(store(), scope, MEASURES)
    return rows[rows["measure"].isin(MEASURES)]


@kept(64)
def _places(key: Key, scope: Scope, months: tuple[int, ...], own: tuple[str, ...]) -> pd.DataFrame:
    history = replace(scope, first=max(scope.first, min(months)), last=max(months))
    rows = records.census_days(store(), history)
    return bed_trials.places_of_census(rows[rows["ward"].isin(own)], months)


@kept(64)
def _monthly(key: Key, scope: Scope, months: tuple[int, ...], department: str) -> pd.DataFrame:
    rows = _facts(key, scope)
    if department:
        rows = rows[rows["department"] == department]
    days = {month: days_in_month(month) for month in months}
    return bed_trials.places_of_months(rows, days)


def places(shown: View, months: tuple[int, ...]) -> pd.DataFrame:
    """PLACES of the view in some months: wards, or departments where there is no census."""
    months = tuple(month for month in months if shown.first <= month <= shown.last)
    if not months:
        return PLACES.empty()
    key = reads.facts_key(shown.scope)
    if has_census(shown):
        return _places(key, shown.scope, months, tuple(sorted(wards_of(shown))))
    return _monthly(key, shown.scope, months, shown.department)


def year(shown: View) -> tuple[int, ...]:
    """The twelve months up to the view's, as far as there are data."""
    return month_range(max(shown.first, add_months(shown.month, -11)), shown.month)


def elective(shown: View) -> tuple[float, float]:
    """Day cases and planned operations of a year, from the months of the last twelve that say."""
    rows = _facts(reads.facts_key(shown.scope), shown.scope)
    rows = rows[rows["month"].isin(year(shown))]
    if shown.department:
        rows = rows[rows["department"] == shown.department]
    day, every = (rows[rows["measure"] == name] for name in MEASURES[-2:])
    scale = 12 / max(1, every["month"].nunique())
    return float(day["value"].sum()) * scale, float(every["value"].sum()) * scale


@kept(16)
def _elective_stays(key: Key, scope: Scope, department: str) -> dict[int, int]:
    rows = records.elective_stays(store(), scope)
    if department:
        rows = rows[rows["department"] == department]
    sums = rows.groupby("stay")["patients"].sum()
    return {int(stay): int(count) for stay, count in sums.items()}  # pyright: ignore[reportArgumentType]


def elective_stays(shown: View) -> Mapping[int, int]:
    """Planned operations of the last twelve months by nights."""
    months = year(shown)
    scope = replace(shown.scope, first=months[0], last=months[-1])
    return _elective_stays(reads.facts_key(shown.scope), scope, shown.department)


@kept(16)
def _hours(key: Key, scope: Scope) -> pd.DataFrame:
    return records.hours(store(), scope)


def hours(shown: View, own: frozenset[str]) -> tuple[tuple[float, ...], tuple[float, ...]] | None:
    """Mean admissions and discharges of a day by hour, of some wards; None without cases."""
    months = year(shown)
    scope = replace(shown.scope, first=months[0], last=months[-1])
    rows = _hours(reads.facts_key(shown.scope), scope)
    rows = rows[rows["ward"].isin(own)]
    if not rows["discharged"].sum():
        return None
    days = sum(days_in_month(month) for month in months)
    sums = rows.groupby("hour")[["admitted", "discharged"]].sum().reindex(range(24), fill_value=0)
    return tuple(sums["admitted"] / days), tuple(sums["discharged"] / days)
