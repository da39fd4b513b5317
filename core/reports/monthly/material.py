"""What a report is written from: everything of a month, read once, then held against the past."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from core.analysis.equipment import Bands, benefit, ranked
from core.analysis.machines.records import machine_use, register
from core.catalog.cube import cube_of
from core.catalog.model import Catalog
from core.catalog.needs import needed
from core.errors import DataError
from core.frames import Scope
from core.hospital.calendar import period
from core.hospital.records import departments, facts, hospitals, months_reported, targets
from core.intake.definitions import TableDefinition, load_tables
from core.intake.delivered.records import batches, reported
from core.months import add_months, month_text
from core.reports.monthly.figures import Facts, budget, lines
from core.reports.monthly.plan import BUDGET_LINES, SECTIONS, TREND, every_code
from core.reports.signals.records import listed, subject_names
from core.settings import Settings
from core.store.engine import Store
from core.words import pick

Names = Mapping[str, tuple[str, str]]
"""Chinese and English by code."""


@dataclass(frozen=True, eq=False)
class Material:
    """A month of a hospital, in figures; no text of any language yet but names."""

    facts: Facts
    hospital: tuple[str, str]
    departments: Names
    whole: dict[str, dict[Any, Any]]
    """LINES of the hospital by code."""
    own: pd.DataFrame
    """LINES of the departments."""
    budget: pd.DataFrame
    budget_own: pd.DataFrame
    machines: pd.DataFrame
    """BENEFIT of the twelve months, ranked."""
    signals: pd.DataFrame
    subjects: Names
    """Of machines and disease groups, as subjects of signals."""
    tables: Names
    sources: tuple[dict[str, Any], ...]
    """What each table holds of the month: contract, title, rows, batch, at, who."""
    newest: dict[str, Any]
    """The newest import: id, title, at, who; empty when there is none."""

    @property
    def catalog(self) -> Catalog:
        return self.facts.catalog

    @property
    def month(self) -> int:
        return self.facts.month

    def place(self, code: str) -> str:
        """A department's name in the session's language; its code where it is not known."""
        return pick(*self.departments.get(code, (code, code)))


def material(store: Store, catalog: Catalog, scope: Scope, month: int) -> Material:
    """Everything of a month; DataError E_REPORT_MONTH when the hospital has nothing of it."""
    known = months_reported(store, scope.hospital_id)
    if known is None or not known[0] <= month <= known[1]:
        raise DataError("E_REPORT_MONTH", month=month_text(month))
    hospital, allowed = scope.hospital_id, scope.departments
    past = Scope(hospital, add_months(month, 1 - TREND - 12), month, allowed)
    in_use = [code for code, one in catalog.indicators.items() if one.in_use]
    rows = facts(store, past, needed(catalog, [*in_use, *every_code()]))
    places = departments(store, past)
    in_force = targets(store, Scope(hospital, month, month, allowed))
    figures = Facts(catalog, cube_of(rows, catalog, places), in_force, month)
    own_codes = dict.fromkeys(
        code for plan in SECTIONS for code in (*plan.lines * plan.judged, plan.movers) if code
    )
    whole = lines(figures, every_code()).to_dict("records")
    year = Scope(hospital, add_months(month, -11), month, allowed)
    benefits = benefit(register(store, year), machine_use(store, year), period("year12", month))
    zh_en = zip(places["department"], places["name_zh"], places["name_en"], strict=True)
    titles = {code: (one.title.zh, one.title.en) for code, one in _tables().items()}
    sources, newest = _sources(store, hospital, month, titles)
    return Material(
        facts=figures,
        hospital=_hospital(store, hospital),
        departments={code: (zh, en) for code, zh, en in zh_en},
        whole={row["indicator"]: row for row in whole},
        own=lines(figures, tuple(own_codes), "department"),
        budget=budget(figures, BUDGET_LINES, "hospital"),
        budget_own=budget(figures, BUDGET_LINES, "department"),
        machines=ranked(benefits, Bands()),
        signals=listed(store, catalog, scope, month, figures.cube),
        subjects=subject_names(store, year),
        tables=titles,
        sources=sources,
        newest=newest,
    )


def _hospital(store: Store, hospital_id: int) -> tuple[str, str]:
    rows = hospitals(store)
    row = rows[rows["id"] == hospital_id].iloc[0]
    return row["name_zh"], row["name_en"]


def _tables() -> Mapping[str, TableDefinition]:
    return load_tables(Path(Settings().data_folder) / "intake")


def _sources(
    store: Store, hospital_id: int, month: int, titles: Names
) -> tuple[tuple[dict[str, Any], ...], dict[str, Any]]:
    """Tables that hold rows of the month, with the import that brought the last of them."""
    done = batches(store, hospital_id, most=100_000)
    done = done[done["status"] != "undone"].set_index("id")

    def told(contract: str, batch: int) -> dict[str, Any]:
        found = {"title": titles[contract], "batch": batch, "at": None, "who": ""}
        if batch in done.index:
            found |= {name: done.loc[batch, name] for name in ("at", "who")}
        return found

    held = reported(store, hospital_id, month)
    held = held[held["rows"] > 0]
    rows = tuple(
        told(row["contract"], int(row["batch_id"])) | {"rows": int(row["rows"])}
        for row in held.to_dict("records")
    )
    if done.empty:
        return rows, {}
    last = int(done.index.max())
    return rows, told(str(done.loc[last, "contract"]), last)
