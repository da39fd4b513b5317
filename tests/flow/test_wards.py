"""Reads of wards: midnights of Shanghai, who lies there now, stays and hours."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

import pandas as pd
import pytest

from core.flow.wards import records
from core.frames import Scope
from core.intake.records import Delivery, load
from core.store.engine import Actor, Store
from tests.intake_load.deliveries import RULES, found

SHANGHAI = dt.timezone(dt.timedelta(hours=8))
FEBRUARY = (202502, 202502)


def at(spoken: str) -> int:
    """Seconds UTC of a moment as people in Shanghai say it."""
    return int(dt.datetime.strptime(spoken, "%Y-%m-%d %H:%M").replace(tzinfo=SHANGHAI).timestamp())


def case(number: int, came: str, went: str | None, **more: Any) -> dict[str, Any]:
    return {
        "month": int(came[:4] + came[5:7]),
        "discharge_month": int(went[:4] + went[5:7]) if went else None,
        "case_id": number,
        "admitted_at": at(came),
        "discharged_at": at(went) if went else None,
        "dept_code": "D01",
        "ward_code": "W1",
        "payer": "self",
        "charge_total": 500_00,
    } | more


CASES = [
    case(1, "2025-01-30 23:30", "2025-02-01 01:00"),
    case(2, "2025-02-03 08:00", "2025-02-03 18:00", day_case=1),
    case(3, "2025-02-03 08:00", "2025-02-09 11:59", elective=1, surgery_level=3),
    case(4, "2025-02-08 00:10", None),
    case(5, "2025-02-08 23:59", None, ward_code=None),
]
DAYS = [
    {
        "month": 202502,
        "date": 20250208,
        "ward_code": "W1",
        "open_beds": 10,
        "occupied": 3,
        "admitted": 1,
        "discharged": 0,
    },
    {
        "month": 202502,
        "date": 20250209,
        "ward_code": "W1",
        "open_beds": 10,
        "occupied": 2,
        "admitted": 0,
        "discharged": 1,
    },
]


@pytest.fixture
def hospital(store: Store, actor: Actor) -> int:
    made = found(store, actor)
    wards = [{"ward_code": "W1", "ward_name": "一病区", "dept_code": "D01", "beds": 10}]
    for contract, rows in (("ward", wards), ("case", CASES), ("census", DAYS)):
        frame = pd.DataFrame(rows)
        digest = hashlib.sha256(frame.to_csv(index=False).encode()).hexdigest()
        load(store, actor, Delivery(made, contract, frame, "x.csv", digest), RULES)
    return made


def test_who_lies_there_is_counted_by_the_midnights_of_shanghai(
    store: Store, hospital: int
) -> None:
    """On the 8th the third has six midnights behind; the fourth came 00:10, the fifth 23:59."""
    rows = records.present(store, Scope(hospital, *FEBRUARY), dt.date(2025, 2, 8))
    assert rows.to_numpy().tolist() == [["", 1, 1], ["W1", 1, 1], ["W1", 6, 1]]


def test_who_left_before_midnight_does_not_lie_there(store: Store, hospital: int) -> None:
    rows = records.present(store, Scope(hospital, *FEBRUARY), dt.date(2025, 2, 9))
    assert rows.to_numpy().tolist() == [["", 2, 1], ["W1", 2, 1]]


def test_stays_are_midnights_of_those_who_left_in_the_months(store: Store, hospital: int) -> None:
    rows = records.stays(store, Scope(hospital, *FEBRUARY))
    assert rows.to_numpy().tolist() == [["W1", 0, 1], ["W1", 2, 1], ["W1", 6, 1]]


def test_hours_leave_out_who_came_and_went_on_one_day(store: Store, hospital: int) -> None:
    rows = records.hours(store, Scope(hospital, *FEBRUARY)).to_numpy().tolist()
    assert ["W1", 8, 1, 0] in rows
    assert ["W1", 11, 0, 1] in rows
    assert sum(row[2] for row in rows) == 3


def test_planned_operations_count_with_the_nights_they_lay(store: Store, hospital: int) -> None:
    rows = records.elective_stays(store, Scope(hospital, *FEBRUARY))
    assert rows.to_numpy().tolist() == [["D01", 6, 1]]


def test_a_census_without_transfers_reads_none(store: Store, hospital: int) -> None:
    rows = records.census_days(store, Scope(hospital, *FEBRUARY))
    assert rows["occupied"].tolist() == [3, 2]
    assert rows["transfers_in"].tolist() == [0, 0]


@pytest.mark.parametrize("read", ["census_days", "stays", "hours", "elective_stays"])
def test_a_read_holds_to_its_departments(store: Store, hospital: int, read: str) -> None:
    other = Scope(hospital, *FEBRUARY, ("D02",))
    assert getattr(records, read)(store, other).empty


def test_who_lies_in_other_departments_is_not_told(store: Store, hospital: int) -> None:
    other = Scope(hospital, *FEBRUARY, ("D02",))
    assert records.present(store, other, dt.date(2025, 2, 8)).empty
