"""Roll-ups beside rollup_month, and making all of them anew."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import text

from core.frames import Scope
from core.hospital.records import facts
from core.hospital.rollups.reads import records as reads
from core.hospital.rollups.records import RollupRule, are_current, rebuild_all
from core.intake.delivered.records import batches
from core.intake.records import Delivery, load, undo
from core.store.engine import Actor, Store
from tests.intake_load.deliveries import RULES, fill, found

SHANGHAI = dt.timezone(dt.timedelta(hours=8))
EVER = (190001, 299912)


def _at(spoken: str) -> int:
    """Seconds UTC of a moment as people in Shanghai say it."""
    return int(dt.datetime.strptime(spoken, "%Y-%m-%d %H:%M").replace(tzinfo=SHANGHAI).timestamp())


def _load(store: Store, hospital_id: int, contract: str, rows: list[dict[str, Any]]) -> None:
    frame = pd.DataFrame(rows)
    digest = hashlib.sha256(frame.to_csv(index=False).encode()).hexdigest()
    load(store, ACTOR, Delivery(hospital_id, contract, frame, "x.csv", digest), RULES)


ACTOR = Actor("测试员", "tests")


def _visit(number: int, spoken: str, **more: Any) -> dict[str, Any]:
    at = _at(spoken)
    return {
        "month": int(spoken[:4] + spoken[5:7]),
        "visit_id": number,
        "visited_at": at,
        "stream": "outpatient",
        "dept_code": "D01",
        "payer": "self",
        "charge_total": 100_00,
        "charge_drug": None,
    } | more


VISITS = [
    _visit(1, "2025-01-01 00:10"),
    _visit(2, "2025-01-06 08:59", charge_drug=30_00),
    _visit(3, "2025-01-13 08:00", payer="employee"),
    _visit(4, "2025-01-31 23:59", stream="emergency"),
]


def _case(number: int, came: str, went: str | None, **more: Any) -> dict[str, Any]:
    return {
        "month": int(came[:4] + came[5:7]),
        "discharge_month": int(went[:4] + went[5:7]) if went else None,
        "case_id": number,
        "admitted_at": _at(came),
        "discharged_at": _at(went) if went else None,
        "dept_code": "D01",
        "group_code": "G1",
        "weight": None,
        "payer": "self",
        "charge_total": 500_00,
        "settlement": None,
        "outcome": "home",
        "surgery_level": 0,
    } | more


CASES = [
    _case(1, "2025-01-30 23:00", "2025-02-01 01:00", settlement=400_00),
    _case(2, "2025-02-03 08:00", "2025-02-03 18:00", weight=2.5, outcome="died"),
    _case(3, "2025-02-03 08:00", "2025-02-09 11:59", group_code=None, surgery_level=3),
    _case(4, "2025-02-20 08:00", None, outcome=None),
]
GROUPS = [{"group_code": "G1", "group_name": "甲", "system": "drg", "weight": 0.8, "risk": "low"}]


def _scope(hospital_id: int) -> Scope:
    return Scope(hospital_id, *EVER)


def test_cases_are_kept_by_disease_group_in_the_month_of_discharge(
    store: Store, actor: Actor
) -> None:
    hospital_id = found(store, actor)
    _load(store, hospital_id, "disease_group", GROUPS)
    _load(store, hospital_id, "case", CASES)
    rows = reads.cases(store, _scope(hospital_id))
    names = ["month", "disease_group", "cases", "weight", "days", "deaths", "settled_cases"]
    assert rows[names].to_numpy().tolist() == [
        [202502, "", 1, 0, 6, 0, 0],
        [202502, "G1", 2, 3.3, 3, 1, 1],
    ]
    assert rows["risk"].tolist() == ["", "low"]


def test_measures_of_cases_read_their_conditions(store: Store, actor: Actor) -> None:
    hospital_id = found(store, actor)
    _load(store, hospital_id, "disease_group", GROUPS)
    _load(store, hospital_id, "case", CASES)
    rows = facts(store, _scope(hospital_id))
    values = dict(zip(rows["measure"], rows["value"], strict=True))
    assert values["cases"] == 3
    assert values["grouped_cases"] == 2
    assert values["disease_group.G1"] == 2
    assert {code for code in values if code.startswith("elective")} == set()


def test_visits_are_counted_by_stream_and_payer(store: Store, actor: Actor) -> None:
    hospital_id = found(store, actor)
    _load(store, hospital_id, "visit", VISITS)
    rows = reads.visits(store, _scope(hospital_id))
    names = ["stream", "payer", "visits", "charge", "charge_drug"]
    assert rows[names].to_numpy().tolist() == [
        ["emergency", "self", 1, 100_00, 0],
        ["outpatient", "employee", 1, 100_00, 0],
        ["outpatient", "self", 2, 200_00, 30_00],
    ]


def test_arrivals_are_read_from_visits_where_none_were_brought(store: Store, actor: Actor) -> None:
    hospital_id = found(store, actor)
    _load(store, hospital_id, "visit", VISITS)
    days = reads.arrival_days(store, _scope(hospital_id))
    assert days[["date", "stream", "count"]].to_numpy().tolist() == [
        [20250101, "outpatient", 1],
        [20250106, "outpatient", 1],
        [20250113, "outpatient", 1],
        [20250131, "emergency", 1],
    ]
    week = reads.arrival_week(store, _scope(hospital_id))
    names = ["weekday", "hour", "stream", "count", "days"]
    assert week[names].to_numpy().tolist() == [
        [0, 8, "outpatient", 2, 2],
        [2, 0, "outpatient", 1, 1],
        [4, 23, "emergency", 1, 1],
    ]


def test_arrivals_brought_stand_before_visits_until_they_are_taken_back(
    store: Store, actor: Actor
) -> None:
    hospital_id = found(store, actor)
    _load(store, hospital_id, "visit", VISITS)
    arrived = {"month": 202501, "hour": 9, "stream": "inpatient", "dept_code": "D02", "count": 7}
    dates = (20250101, 20250102, 20250108, 20250228)
    brought = [arrived | {"date": date, "month": date // 100} for date in dates]
    _load(store, hospital_id, "arrival", brought)
    week = reads.arrival_week(store, _scope(hospital_id))
    names = ["month", "weekday", "hour", "count", "days"]
    assert week[names].to_numpy().tolist() == [
        [202501, 2, 9, 14, 2],
        [202501, 3, 9, 7, 1],
        [202502, 4, 9, 7, 1],
    ]
    last = batches(store, hospital_id).iloc[0]
    undo(store, actor, int(last["id"]), int(last["version"]), RULES)
    assert reads.arrival_days(store, _scope(hospital_id))["stream"].tolist() == [
        *(["outpatient"] * 3),
        "emergency",
    ]


@pytest.mark.parametrize("date", ["2024-02-29", "2025-12-31", "2000-03-01", "2100-01-01"])
def test_weekdays_follow_the_calendar(sqlite_store: Store, actor: Actor, date: str) -> None:
    hospital_id = found(sqlite_store, actor)
    day = dt.date.fromisoformat(date)
    row = {"month": day.year * 100 + day.month, "date": int(f"{day:%Y%m%d}"), "hour": 0}
    row |= {"stream": "emergency", "dept_code": "D01", "count": 1}
    _load(sqlite_store, hospital_id, "arrival", [row])
    week = reads.arrival_week(sqlite_store, _scope(hospital_id))
    assert week["weekday"].tolist() == [day.weekday()]


def test_reads_keep_to_the_departments_of_the_scope(store: Store, actor: Actor) -> None:
    hospital_id = found(store, actor)
    _load(store, hospital_id, "visit", VISITS)
    assert reads.visits(store, Scope(hospital_id, *EVER, ("D02",))).empty
    assert reads.visits(store, Scope(hospital_id, 202502, 202512)).empty


def test_an_empty_read_has_the_types_of_a_full_one(store: Store, actor: Actor) -> None:
    hospital_id = found(store, actor)
    for read in (reads.cases, reads.visits, reads.arrival_days, reads.arrival_week):
        rows = read(store, _scope(hospital_id))
        assert rows.empty
        assert rows["month"].dtype == "int64"


def test_all_roll_ups_made_anew_are_the_same(store: Store, actor: Actor) -> None:
    hospital_id = fill(store, actor)
    _load(store, hospital_id, "disease_group", GROUPS)
    _load(store, hospital_id, "case", CASES)
    _load(store, hospital_id, "visit", VISITS)
    scope = _scope(hospital_id)
    every = (facts, reads.cases, reads.visits, reads.arrival_days, reads.arrival_week)
    before = [read(store, scope) for read in every]
    rebuild_all(store, actor, hospital_id, RULES)
    for read, was in zip(every, before, strict=True):
        pd.testing.assert_frame_equal(read(store, scope), was)


def test_a_new_measure_appears_when_roll_ups_are_made_anew(store: Store, actor: Actor) -> None:
    hospital_id = fill(store, actor)
    rebuild_all(store, actor, hospital_id, RULES)
    newer = [*RULES, RollupRule("visits_again", "workload", "outpatient_visits")]
    assert are_current(store, hospital_id, RULES)
    assert not are_current(store, hospital_id, newer)
    rebuild_all(store, actor, hospital_id, newer)
    rows = facts(store, _scope(hospital_id), ["visits_again"])
    assert rows["value"].sum() == 290
    assert are_current(store, hospital_id, newer)


def test_a_measure_that_is_gone_leaves_the_roll_ups(store: Store, actor: Actor) -> None:
    hospital_id = fill(store, actor)
    fewer = [rule for rule in RULES if rule.measure != "outpatient_visits"]
    rebuild_all(store, actor, hospital_id, fewer)
    assert facts(store, _scope(hospital_id), ["outpatient_visits"]).empty


def test_roll_ups_of_another_hospital_are_left_alone(store: Store, actor: Actor) -> None:
    one, other = fill(store, actor), fill(store, actor, "乡卫生院")
    before = facts(store, _scope(other))
    rebuild_all(store, actor, one, RULES[:1])
    pd.testing.assert_frame_equal(facts(store, _scope(other)), before)


def test_roll_ups_are_read_without_facts(store: Store, actor: Actor) -> None:
    hospital_id = fill(store, actor)
    before = facts(store, _scope(hospital_id))
    with store.write(actor) as work:
        work.connection.execute(text("DELETE FROM workload"))
        work.record("test.delete", "workload")
    pd.testing.assert_frame_equal(facts(store, _scope(hospital_id)), before)
