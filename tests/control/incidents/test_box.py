"""The letter box: what comes in finds its receipt again, and nothing ties it to anybody."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import SQLModel

from core.control.incidents.box.records import ANONYMOUS, LETTERS, add, follow, report
from core.control.incidents.records import Move, incidents, move, steps
from core.control.incidents.tables import CONFIDENTIAL
from core.errors import DataError
from core.frames import Scope
from core.store.engine import Actor, Store
from core.store.trail import export, last_rows
from tests.control.incidents.given import DEFINITIONS, LETTER, TODAY, hospital


def send(store: Store, scope: Scope, **given: Any) -> str:
    return report(store, scope.hospital_id, replace(LETTER, **given), DEFINITIONS, TODAY)


def rows_of(store: Store) -> list[dict[str, Any]]:
    """Every row of every table, each with its table's name."""
    with store.read() as connection:
        return [
            {"table": name, **row}
            for name in SQLModel.metadata.tables
            for row in connection.execute(text(f'SELECT * FROM "{name}"')).mappings()
        ]


def test_a_receipt_finds_its_report_and_is_stored_only_as_a_hash(
    store: Store, actor: Actor
) -> None:
    scope = hospital(store, actor)
    code = send(store, scope)
    assert re.fullmatch(rf"([{LETTERS}]{{4}}-){{2}}[{LETTERS}]{{4}}", code)
    assert follow(store, scope.hospital_id, code.lower().replace("-", " ")).state == "new"
    whole = str(rows_of(store))
    assert code not in whole
    assert code.replace("-", "") not in whole
    with pytest.raises(DataError, match="E_INCIDENT_RECEIPT"):
        follow(store, scope.hospital_id, "2222-2222-2222")
    with pytest.raises(DataError, match="E_INCIDENT_RECEIPT"):
        follow(store, scope.hospital_id + 1, code)


def test_nothing_in_the_store_ties_a_report_to_a_person_or_a_moment(
    store: Store, actor: Actor
) -> None:
    scope = hospital(store, actor)
    before = [str(row) for row in rows_of(store)]
    code = send(store, scope)
    add(store, scope.hospital_id, code, "补充：当时地面刚拖过。")
    fresh = [row for row in rows_of(store) if str(row) not in before]
    tables = {row["table"] for row in fresh}
    assert tables == {"incident", "incident_message", "audit", "audit_head"}
    assert actor.name not in str(fresh)
    assert actor.origin not in str(fresh)
    columns = {name for table in CONFIDENTIAL[2:3] + CONFIDENTIAL[4:] for name in columns_of(table)}
    assert not columns & {"who", "at", "reporter", "session", "address", "actor"}
    times = re.findall(r"\d{2}:\d{2}:\d{2}", str(fresh)) + re.findall(
        r"datetime\(2026, 1, \d+, (\d+)", str(fresh)
    )
    assert set(times) <= {"16:00:00", "16"}  # midnight in Shanghai


def columns_of(table: type[SQLModel]) -> set[str]:
    return set(table.__table__.columns.keys())  # type: ignore[attr-defined]


def test_the_audit_says_that_something_came_in_and_not_what(
    store: Store, actor: Actor, tmp_path: Any
) -> None:
    scope = hospital(store, actor)
    code = send(store, scope)
    add(store, scope.hospital_id, code, "补充一句。")
    for row in last_rows(store, 2):
        assert (row["who"], row["subject"]) == (ANONYMOUS.name, "incident")
        assert (row["old"], row["new"]) == ("{}", "{}")
        assert row["at"] == "2026-01-15 00:00:00"
    export(store, tmp_path / "audit.csv", actor)
    told = (tmp_path / "audit.csv").read_text("utf-8-sig")
    assert LETTER.narrative not in told


def test_the_order_of_reports_cannot_be_read_from_their_numbers(store: Store, actor: Actor) -> None:
    scope = hospital(store, actor)
    texts = [f"第 {place} 份上报，写得足够长。" for place in range(8)]
    for one in texts:
        send(store, scope, narrative=one)
    by_number = incidents(store, scope).sort_values("id")["narrative"].tolist()
    assert sorted(by_number) == texts
    assert by_number not in (texts, texts[::-1])


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"narrative": "太短"}, "E_INCIDENT_TEXT"),
        ({"narrative": "请打电话给我 13812345678，谢谢。"}, "E_INCIDENT_PERSONAL"),
        ({"remedy": "患者 11010519491231002X 已转科"}, "E_INCIDENT_PERSONAL"),
        ({"occurred_on": 20260116}, "E_INCIDENT_DAY"),
        ({"occurred_on": 0}, "E_INCIDENT_DAY"),
        ({"type": "guilt"}, "E_INCIDENT_CHOICE"),
        ({"department": "Z"}, "E_INCIDENT_CHOICE"),
        ({"part": "noon"}, "E_INCIDENT_CHOICE"),
    ],
)
def test_what_cannot_be_kept_is_refused_and_leaves_nothing(
    sqlite_store: Store, actor: Actor, given: dict[str, Any], code: str
) -> None:
    scope = hospital(sqlite_store, actor)
    before = sqlite_store.version()
    with pytest.raises(DataError, match=code):
        send(sqlite_store, scope, **given)
    assert sqlite_store.version() == before


def test_a_question_reaches_the_receipt_and_its_answer_the_desk(store: Store, actor: Actor) -> None:
    scope = hospital(store, actor)
    code = send(store, scope)
    row = incidents(store, scope).iloc[0]
    seen = (int(row["id"]), int(row["version"]))
    move(store, actor, scope, seen, Move("asked", "当时有警示牌吗？", DEFINITIONS))
    assert follow(store, scope.hospital_id, code).state == "asked"
    add(store, scope.hospital_id, code, "没有。")
    found = follow(store, scope.hospital_id, code)
    assert found.state == "new"
    assert [(one.side, one.body) for one in found.messages] == [
        ("desk", "当时有警示牌吗？"),
        ("reporter", "没有。"),
    ]
    assert steps(store, scope, seen[0])["who"].tolist() == [actor.name, ANONYMOUS.name]


def test_a_report_of_the_last_minute_is_of_its_day(store: Store, actor: Actor) -> None:
    scope = hospital(store, actor)
    late = replace(store, clock=lambda: dt.datetime(2026, 1, 15, 15, 59, 59, tzinfo=dt.UTC))
    report(late, scope.hospital_id, LETTER, DEFINITIONS, TODAY)
    assert incidents(store, scope)["reported_on"].tolist() == [20260115]
    assert last_rows(store, 1)[0]["at"] == "2026-01-15 00:00:00"
