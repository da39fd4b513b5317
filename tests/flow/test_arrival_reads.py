"""Arrivals read from the store as panels."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

import pandas as pd
import pytest

from core.flow.records import arrivals, calendar, streams
from core.frames import Scope
from core.intake.records import Delivery, load
from core.store.engine import Actor, Store
from tests.intake_load.deliveries import RULES, found

SHANGHAI = dt.timezone(dt.timedelta(hours=8))


def brought(store: Store, actor: Actor, hospital_id: int, contract: str, rows: list[Any]) -> None:
    frame = pd.DataFrame(rows)
    digest = hashlib.sha256(frame.to_csv(index=False).encode()).hexdigest()
    load(store, actor, Delivery(hospital_id, contract, frame, "x.csv", digest), RULES)


def arrival(date: int, hour: int, department: str, count: int) -> dict[str, Any]:
    return {
        "month": date // 100,
        "date": date,
        "hour": hour,
        "stream": "emergency",
        "dept_code": department,
        "count": count,
    }


@pytest.fixture
def hospital(store: Store, actor: Actor) -> int:
    """Two departments, three days of emergencies, the second day of one of them only."""
    hospital_id = found(store, actor)
    rows = [
        arrival(20250101, 8, "D01", 3),
        arrival(20250101, 9, "D02", 1),
        arrival(20250102, 8, "D02", 4),
        arrival(20250103, 23, "D01", 2),
    ]
    brought(store, actor, hospital_id, "arrival", rows)
    return hospital_id


def test_days_are_read_by_department(store: Store, hospital: int) -> None:
    panel = arrivals(store, Scope(hospital, 202501, 202501), "emergency", "D")
    days = dict(
        zip(zip(panel["series"], panel["time"].dt.day, strict=True), panel["count"], strict=True)
    )
    assert days == {
        ("D01", 1): 3,
        ("D01", 2): 0,
        ("D01", 3): 2,
        ("D02", 1): 1,
        ("D02", 2): 4,
        ("D02", 3): 0,
    }


def test_departments_are_added_up(store: Store, hospital: int) -> None:
    panel = arrivals(store, Scope(hospital, 202501, 202501), "emergency", "D", together=True)
    assert set(panel["series"]) == {"*"}
    assert panel["count"].tolist() == [4, 4, 2]


def test_hours_are_read_for_the_departments_of_the_scope(store: Store, hospital: int) -> None:
    scope = Scope(hospital, 202501, 202501, ("D01",))
    panel = arrivals(store, scope, "emergency", "h")
    assert set(panel["series"]) == {"D01"}
    assert len(panel) == 3 * 24
    assert panel.loc[panel["count"] > 0, "time"].dt.hour.tolist() == [8, 23]


def test_hours_are_counted_from_visits_where_no_arrivals_were_brought(
    store: Store, actor: Actor
) -> None:
    hospital_id = found(store, actor)
    at = dt.datetime(2025, 1, 6, 8, 59, tzinfo=SHANGHAI)
    visit = {
        "month": 202501,
        "visit_id": 1,
        "visited_at": int(at.timestamp()),
        "stream": "outpatient",
        "dept_code": "D01",
        "payer": "self",
        "charge_total": 100_00,
    }
    brought(store, actor, hospital_id, "visit", [visit])
    panel = arrivals(store, Scope(hospital_id, 202501, 202501), "outpatient", "h")
    assert panel.loc[panel["count"] > 0, "time"].tolist() == [pd.Timestamp("2025-01-06 08:00")]


def test_streams_name_their_departments(store: Store, hospital: int) -> None:
    found_streams = streams(store, Scope(hospital, 202501, 202501))
    assert found_streams == {"emergency": ("D01", "D02")}


def test_the_calendar_holds_the_hospitals_own_days(
    store: Store, actor: Actor, hospital: int
) -> None:
    day = {"date": 20250520, "kind": "holiday", "name": "院庆"}
    brought(store, actor, hospital, "calendar", [day])
    days = calendar(store, hospital).days(dt.date(2025, 5, 20), dt.date(2025, 5, 20))
    assert days[["kind", "name"]].to_numpy().tolist() == [["holiday", "院庆"]]


def test_a_hospital_without_arrivals_has_empty_panels(store: Store, actor: Actor) -> None:
    scope = Scope(found(store, actor), 202501, 202501)
    assert all(arrivals(store, scope, "emergency", freq).empty for freq in ("D", "W", "M", "h"))
