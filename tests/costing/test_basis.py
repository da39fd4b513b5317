"""Changes of basis: kept with reason and audit, laid over the file's rules month by month."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from core.costing.basis.change import LONGEST, Change
from core.costing.basis.records import changes, mark, own_rules, rules_for, save, take_back, trail
from core.costing.rules import load_rules
from core.errors import ConflictError, DataError
from core.hospital.records import create_hospital
from core.hospital.tables import Department
from core.store.engine import Actor, Store

BASE = load_rules(Path(__file__).resolve().parents[2] / "data" / "costing" / "rules.toml")
TICKETS = Change("0807", 202605, ("services:TICKET", "headcount"), "信息中心按工单分摊")


@pytest.fixture
def hospital(store: Store, actor: Actor) -> int:
    own = create_hospital(store, actor, "甲医院")
    with store.write(actor) as work:
        for code, category in (("0807", "admin"), ("0701", "medical_aux"), ("0101", "clinical")):
            work.session.add(
                Department(hospital_id=own, code=code, name_zh=code, category=category)
            )
        work.record("test", "departments", own)
    return own


def put(store: Store, actor: Actor, hospital: int, one: Change, seen: int | None = None) -> int:
    return save(store, actor, hospital, one, base=BASE, seen=seen)


def drivers_in(store: Store, hospital: int, month: int) -> tuple[str, ...]:
    rule = rules_for(store, hospital, month, BASE).of("0807", "admin")
    assert rule is not None
    return rule.drivers


def last_audit(store: Store) -> tuple[str, str, dict[str, object], dict[str, object]]:
    statement = text("SELECT who, action, old, new FROM audit ORDER BY id DESC LIMIT 1")
    with store.read() as connection:
        who, action, old, new = connection.execute(statement).one()
    return who, action, json.loads(old), json.loads(new)


def test_a_change_holds_from_its_month_until_the_next(
    store: Store, actor: Actor, hospital: int
) -> None:
    put(store, actor, hospital, TICKETS)
    put(store, actor, hospital, replace(TICKETS, month=202608, drivers=(), reason="恢复按人数"))
    told = {month: drivers_in(store, hospital, month) for month in (202604, 202605, 202607, 202608)}
    assert told == {
        202604: ("headcount",),
        202605: ("services:TICKET", "headcount"),
        202607: ("services:TICKET", "headcount"),
        202608: ("headcount",),
    }


def test_the_fingerprint_of_the_rules_changes_in_those_months_alone(
    store: Store, actor: Actor, hospital: int
) -> None:
    put(store, actor, hospital, TICKETS)
    before, after = (rules_for(store, hospital, month, BASE) for month in (202604, 202605))
    assert before.fingerprint == BASE.fingerprint
    assert after.fingerprint != BASE.fingerprint


def test_other_hospitals_keep_their_rules(store: Store, actor: Actor, hospital: int) -> None:
    other = create_hospital(store, actor, "乙医院")
    before = mark(store, other)
    put(store, actor, hospital, TICKETS)
    assert own_rules(store, other, 202605) == ()
    assert mark(store, other) == before
    assert changes(store, other).empty


def test_a_change_says_who_when_and_why(store: Store, actor: Actor, hospital: int) -> None:
    made = put(store, actor, hospital, replace(TICKETS, reason="  信息中心 \n按工单分摊 "))
    row = changes(store, hospital).iloc[0].to_dict()
    assert (row["id"], row["who"], row["reason"]) == (made, "测试员", "信息中心 按工单分摊")
    who, action, old, new = last_audit(store)
    assert (who, action, old) == ("测试员", "allocation.rule.save", {})
    assert new["reason"] == "信息中心 按工单分摊"


def test_what_is_not_stated_stays_as_in_the_file(store: Store, actor: Actor, hospital: int) -> None:
    put(store, actor, hospital, replace(TICKETS, otherwise="hold", receivers=("clinical",)))
    rule = rules_for(store, hospital, 202605, BASE).of("0807", "admin")
    assert rule is not None
    assert (rule.otherwise, rule.receivers, rule.behaviour) == ("hold", ("clinical",), "fixed")


def test_a_change_taken_back_leaves_the_one_before(
    store: Store, actor: Actor, hospital: int
) -> None:
    made = put(store, actor, hospital, TICKETS)
    before = mark(store, hospital)
    take_back(store, actor, (hospital, made), 1, "工单记录不全")
    assert drivers_in(store, hospital, 202605) == ("headcount",)
    assert mark(store, hospital) != before
    _, action, old, new = last_audit(store)
    assert action == "allocation.rule.take_back"
    assert (old["reason"], new["reason"]) == (TICKETS.reason, "工单记录不全")
    told = trail(store, hospital)[["action", "department", "month", "reason"]]
    assert told.to_numpy().tolist() == [
        ["take_back", "0807", 202605, "工单记录不全"],
        ["save", "0807", 202605, TICKETS.reason],
    ]


def test_who_saw_an_old_version_is_refused(store: Store, actor: Actor, hospital: int) -> None:
    made = put(store, actor, hospital, TICKETS)
    other = replace(TICKETS, drivers=("floor_area",), reason="改按面积")
    with pytest.raises(ConflictError):
        put(store, actor, hospital, other)
    put(store, actor, hospital, other, seen=1)
    for seen in (1, None):
        with pytest.raises(ConflictError) as caught:
            put(store, actor, hospital, TICKETS, seen=seen)
        assert caught.value.fields["stored"]["drivers"] == "floor_area"  # type: ignore[index]
    with pytest.raises(ConflictError):
        take_back(store, actor, (hospital, made), 1, "撤回")
    assert drivers_in(store, hospital, 202605) == ("floor_area",)


def test_nobody_takes_back_what_is_not_theirs(store: Store, actor: Actor, hospital: int) -> None:
    made = put(store, actor, hospital, TICKETS)
    other = create_hospital(store, actor, "乙医院")
    with pytest.raises(ConflictError):
        take_back(store, actor, (other, made), 1, "撤回")


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"reason": " \n"}, "E_BASIS_REASON"),
        ({"reason": "长" * (LONGEST + 1)}, "E_BASIS_REASON"),
        ({"month": 202613}, "E_MONTH"),
        ({"department": "0101"}, "E_BASIS_DEPARTMENT"),
        ({"department": "9999"}, "E_BASIS_DEPARTMENT"),
        ({"drivers": ("Head Count",)}, "E_BASIS_DRIVER"),
        ({"drivers": ("headcount", "headcount")}, "E_BASIS_DRIVER"),
        ({"otherwise": "guess"}, "E_BASIS_DRIVER"),
        ({"receivers": ("admin",)}, "E_BASIS_RECEIVERS"),
        ({"department": "0701", "receivers": ("medical_aux",)}, "E_BASIS_RECEIVERS"),
    ],
)
def test_what_cannot_be_is_refused_before_it_is_stored(
    store: Store, actor: Actor, hospital: int, wrong: dict[str, object], code: str
) -> None:
    with pytest.raises(DataError, match=code):
        put(store, actor, hospital, replace(TICKETS, **wrong))
    assert changes(store, hospital).empty
