"""Cached reads of what patients wait for; keys as in pages.shared.reads."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from core.flow.machines import records
from core.flow.nodes import PLANNED, nodes
from core.flow.opening import Opening, Room, week_of
from core.flow.queue_cases import QueueCase, load_queue_cases
from core.flow.simulation import Run, Simulated
from core.frames import Scope
from core.hospital.masters.records import staff_groups
from core.hospital.rollups.reads.records import arrival_week
from core.months import add_months
from pages.shared import reads
from pages.shared.kept import kept
from pages.shared.scope import View
from pages.shared.session import settings, store

SHAPE_MONTHS = 12
OWN, CASE = "own", "case"


@kept(8)
def _held(key: reads.Key, scope: Scope) -> tuple[pd.DataFrame, pd.DataFrame]:
    return records.machine_months(store(), scope), records.waits(store(), scope)


@kept(128)
def _nodes(
    key: reads.Key, scope: Scope, months: tuple[int, ...], department: str
) -> tuple[dict[Any, Any], ...]:
    rows, waits = _held(key, scope)
    found = nodes(rows, waits, months)
    if department:
        found = found[found["department"] == department]
    return tuple(found.to_dict("records"))


def every_node(shown: View) -> tuple[dict[Any, Any], ...]:
    """NODES of the view's months, of its department or of all; pools first, busiest first."""
    key = reads.facts_key(shown.scope)
    return _nodes(key, shown.scope, shown.comparison.now, shown.department)


def pools(shown: View) -> list[dict[Any, Any]]:
    """The nodes that are a line of patients before machines, and of which enough is known."""
    return [
        node
        for node in every_node(shown)
        if node["kind"] not in (*PLANNED, "clinic") and not math.isnan(node["rho"])
    ]


@kept(1)
def cases() -> tuple[QueueCase, ...]:
    """Lines that the sources describe."""
    return load_queue_cases(Path(settings().data_folder) / "flow" / "queues.toml")


@kept(8)
def _wages(key: tuple[Any, ...], hospital_id: int) -> dict[str, float]:
    rows = staff_groups(store(), hospital_id)
    told = rows.dropna(subset=["hourly_cost_fen"]).drop_duplicates("profession")
    return dict(zip(told["profession"], told["hourly_cost_fen"], strict=True))


def wages(shown: View) -> dict[str, float]:
    """分 an hour by profession; those that are not stated are absent."""
    return _wages(reads.facts_key(shown.scope), shown.hospital_id)


@kept(16)
def _shape(key: reads.Key, scope: Scope, first: int, last: int) -> tuple[float, ...] | None:
    rows = arrival_week(store(), Scope(scope.hospital_id, first, last), "outpatient")
    if rows.empty:
        return None
    hour = rows["weekday"] * 24 + rows["hour"]
    sums = (rows["count"] / rows["days"].where(rows["days"] > 0)).groupby(hour).sum()
    return tuple(float(sums.get(place, 0.0)) for place in range(168))


def shape(shown: View) -> tuple[float, ...] | None:
    """How outpatients come over the hours of the week, last 12 months; None without them."""
    first = max(shown.first, add_months(shown.month, 1 - SHAPE_MONTHS))
    return _shape(reads.facts_key(shown.scope), shown.scope, first, shown.month)


@dataclass(frozen=True)
class Played:
    """What a simulation depends on."""

    room: Room
    opening: Opening
    shape: tuple[float, ...] | None
    run: Run
    seed: int

    @property
    def plan(self) -> Any:
        return week_of(self.room, self.opening, self.shape)


@kept(64)
def simulated(played: Played) -> list[Simulated]:
    """A place for the result: empty until somebody has run it, then shared by all sessions."""
    return []
