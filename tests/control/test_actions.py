"""Improvement actions in the store: raised once, moved on by one at a time, all of it audited."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core.access.records import add_staff
from core.control.actions.evidence import Upload, kind_of
from core.control.actions.model import Assignment, Draft, Origin
from core.control.actions.reads.records import action, actions, file_content, files, steps
from core.control.actions.records import raise_action, take
from core.control.actions.rows import Move
from core.control.actions.summary import days_late, mine, summary
from core.errors import ConflictError, DataError
from core.frames import Scope
from core.hospital.records import create_hospital
from core.store.backup import back_up
from core.store.engine import Actor, Store
from core.store.opening import open_store
from core.store.restore import restore
from core.store.trail import last_rows

PDF = b"%PDF-1.7 evidence"
TODAY = dt.date(2026, 1, 15)
DRAFT = Draft(
    "洗手",
    "0101",
    Origin("finding", "CK-IC:IC01", {"inspection": 4}),
    "ordinary",
    "没洗",
    owner="甲",
    verifier="乙",
)


@pytest.fixture
def hospital(store: Store, actor: Actor) -> int:
    made = create_hospital(store, actor, "县医院")
    add_staff(store, actor, made, [(name, "") for name in "甲乙丙"])
    return made


def at(store: Store, days: int) -> Store:
    """The same store so many days later."""
    moment = dt.datetime(2026, 1, 15, 8, tzinfo=dt.UTC) + dt.timedelta(days=days)
    return replace(store, clock=lambda: moment)


def row_of(store: Store, hospital: int, number: int) -> dict[Any, Any]:
    return action(store, Scope(hospital, 0, 0), number)


def went(store: Store, hospital: int, number: int, who: str, **move: Any) -> None:
    seen = (number, int(row_of(store, hospital, number)["version"]))
    take(store, Actor(who, "tests"), hospital, seen, Move(**move))


def closed(store: Store, hospital: int, actor: Actor) -> int:
    number = raise_action(store, actor, hospital, DRAFT)
    went(store, hospital, number, "甲", name="submit", text="做了")
    went(store, hospital, number, "乙", name="close", text="看过")
    return number


def moves(store: Store, hospital: int, number: int) -> list[str]:
    return steps(store, Scope(hospital, 0, 0), number)["move"].tolist()


def test_every_change_is_a_step_and_an_audit_row(store: Store, hospital: int, actor: Actor) -> None:
    number = closed(store, hospital, actor)
    assert moves(store, hospital, number) == ["raise", "submit", "close"]
    told = [row for row in last_rows(store, 100) if row["subject"] == f"action:{number}"]
    assert [row["action"] for row in told] == ["action.raise", "action.submit", "action.close"]
    assert [row["who"] for row in told] == ["测试员", "甲", "乙"]
    assert json.loads(told[-1]["new"])["text"] == "看过"


def test_who_is_second_loses_nothing_of_the_first(
    store: Store, hospital: int, actor: Actor
) -> None:
    number = raise_action(store, actor, hospital, DRAFT)
    seen = (number, int(row_of(store, hospital, number)["version"]))
    take(store, Actor("甲", "tests"), hospital, seen, Move("submit", "先到"))
    later = Move("assign", "", Assignment("丙", "乙", 20260201))
    with pytest.raises(ConflictError) as told:
        take(store, Actor("乙", "tests"), hospital, seen, later)
    stored: Any = told.value.fields["stored"]
    assert stored["state"] == "review"
    assert row_of(store, hospital, number)["owner"] == "甲"
    assert moves(store, hospital, number) == ["raise", "submit"]


def test_the_same_finding_is_raised_once(store: Store, hospital: int, actor: Actor) -> None:
    number = raise_action(store, actor, hospital, DRAFT)
    assert raise_action(store, actor, hospital, DRAFT) == number
    assert moves(store, hospital, number) == ["raise"]
    elsewhere = replace(DRAFT, department="0102")
    assert raise_action(store, actor, hospital, elsewhere) != number


def test_found_again_while_open_it_is_noted(store: Store, hospital: int, actor: Actor) -> None:
    number = raise_action(store, actor, hospital, DRAFT)
    again = replace(DRAFT, origin=Origin("finding", "CK-IC:IC01", {"inspection": 9}))
    assert raise_action(store, actor, hospital, again) == number
    assert moves(store, hospital, number) == ["raise", "again"]


def test_what_comes_back_within_half_a_year_is_opened_again_with_its_history(
    store: Store, hospital: int, actor: Actor
) -> None:
    number = closed(store, hospital, actor)
    again = replace(DRAFT, origin=Origin("finding", "CK-IC:IC01", {"inspection": 9}))
    assert raise_action(at(store, 180), actor, hospital, again) == number
    row = row_of(store, hospital, number)
    assert (row["state"], row["round"], row["severity"]) == ("assigned", 2, "serious")
    assert (row["due"], row["handed_in"]) == (20260721, "[]")
    assert moves(store, hospital, number) == ["raise", "submit", "close", "recur"]


def test_what_comes_back_later_is_a_new_action(store: Store, hospital: int, actor: Actor) -> None:
    number = closed(store, hospital, actor)
    again = replace(DRAFT, origin=Origin("finding", "CK-IC:IC01", {"inspection": 9}))
    assert raise_action(at(store, 182), actor, hospital, again) != number


def test_people_must_be_on_the_staff_list_and_differ(
    store: Store, hospital: int, actor: Actor
) -> None:
    with pytest.raises(DataError, match="E_ACTION_PERSON"):
        raise_action(store, actor, hospital, replace(DRAFT, owner="路人"))
    with pytest.raises(DataError, match="E_ACTION_SAME"):
        raise_action(store, actor, hospital, replace(DRAFT, verifier="甲"))
    with pytest.raises(DataError, match="E_ACTION_PEOPLE"):
        raise_action(store, actor, hospital, replace(DRAFT, verifier=""))
    assert actions(store, Scope(hospital, 0, 0)).empty


def test_a_step_without_its_words_is_refused(store: Store, hospital: int, actor: Actor) -> None:
    number = raise_action(store, actor, hospital, DRAFT)
    with pytest.raises(DataError, match="E_ACTION_WORDS"):
        went(store, hospital, number, "甲", name="submit", text="  ")


def test_evidence_lies_in_the_store_under_our_name(
    store: Store, hospital: int, actor: Actor
) -> None:
    number = raise_action(store, actor, hospital, DRAFT)
    went(store, hospital, number, "甲", name="submit", text="做了", files=(Upload(PDF),))
    scope = Scope(hospital, 0, 0)
    kept = files(store, scope, number).iloc[0]
    assert (kept["name"], kept["kind"], kept["who"]) == (f"A{number:04d}-1.pdf", "pdf", "甲")
    assert file_content(store, scope, number, int(kept["id"])) == PDF
    assert "evidence" not in last_rows(store, 1)[0]["new"]  # the audit holds its digest alone


def test_evidence_comes_back_with_a_backup(
    sqlite_store: Store, actor: Actor, tmp_path: Path
) -> None:
    store, scope = sqlite_store, Scope(1, 0, 0)
    create_hospital(store, actor, "县医院")
    add_staff(store, actor, 1, [(name, "") for name in "甲乙"])
    number = raise_action(store, actor, 1, DRAFT)
    went(store, 1, number, "甲", name="submit", text="做了", files=(Upload(PDF),))
    back_up(store, tmp_path / "a.bak", actor)
    url = f"sqlite:///{(tmp_path / 'other.db').as_posix()}"
    restore(url, tmp_path / "a.bak", actor)
    other = open_store(url)
    kept = files(other, scope, number).iloc[0]
    assert file_content(other, scope, number, int(kept["id"])) == PDF
    other.close()


def test_evidence_is_bounded_in_size_and_number(store: Store, hospital: int, actor: Actor) -> None:
    number = raise_action(store, actor, hospital, DRAFT)
    large = Upload(PDF + b" " * 5_000_000)
    for uploads, code in (
        ((large,), "E_EVIDENCE_LARGE"),
        ((Upload(b""),), "E_EVIDENCE_EMPTY"),
        ((Upload(PDF),) * 13, "E_EVIDENCE_COUNT"),
    ):
        with pytest.raises(DataError, match=code):
            went(store, hospital, number, "甲", name="submit", text="做了", files=uploads)
    assert row_of(store, hospital, number)["state"] == "assigned"


def _zipped(*names: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as parts:
        for name in names:
            parts.writestr(name, "x")
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PDF, "pdf"),
        (b"\x89PNG\r\n\x1a\n...", "png"),
        (b"\xff\xd8\xff\xe0...", "jpg"),
        (_zipped("word/document.xml"), "docx"),
        (_zipped("xl/workbook.xml"), "xlsx"),
    ],
)
def test_the_type_is_read_from_the_content(content: bytes, kind: str) -> None:
    assert kind_of(content) == kind


@pytest.mark.parametrize(
    "content",
    [b"<html>", b"MZ\x90", b"PK\x03\x04 broken", _zipped("xl/workbook.xml", "xl/vbaProject.bin")],
)
def test_what_is_no_evidence_is_refused(content: bytes) -> None:
    with pytest.raises(DataError, match="E_EVIDENCE_KIND"):
        kind_of(content)


def test_late_is_derived_from_the_day(store: Store, hospital: int, actor: Actor) -> None:
    number = raise_action(store, actor, hospital, DRAFT)
    row = row_of(store, hospital, number)
    assert days_late(row, dt.date(2026, 1, 29)) == 0
    assert days_late(row, dt.date(2026, 1, 31)) == 2
    went(store, hospital, number, "甲", name="submit", text="做了")
    went(store, hospital, number, "乙", name="close", text="看过")
    row = row_of(store, hospital, number)
    assert days_late(row, dt.date(2026, 1, 31)) == 0
    told = summary([row], dt.date(2026, 1, 31))
    assert (told.due, told.closed, told.closing_pct, told.on_time) == (1, 1, 100, 1)


def test_nothing_due_has_no_closing_rate() -> None:
    assert summary([], TODAY).closing_pct != summary([], TODAY).closing_pct


def test_work_waits_for_the_person_whose_turn_it_is(
    store: Store, hospital: int, actor: Actor
) -> None:
    number = raise_action(store, actor, hospital, DRAFT)

    def waiting(who: str) -> list[str]:
        rows = actions(store, Scope(hospital, 0, 0)).to_dict("records")
        return [name for name, own in mine(rows, who).items() if own]

    assert (waiting("甲"), waiting("乙")) == (["work"], [])
    went(store, hospital, number, "甲", name="submit", text="做了")
    assert (waiting("甲"), waiting("乙"), waiting("丙")) == (["waiting"], ["verify"], [])


def test_who_may_see_some_departments_sees_theirs(
    store: Store, hospital: int, actor: Actor
) -> None:
    number = raise_action(store, actor, hospital, DRAFT)
    assert len(actions(store, Scope(hospital, 0, 0, ("0101",)))) == 1
    assert actions(store, Scope(hospital, 0, 0, ("0102",))).empty
    with pytest.raises(DataError, match="E_ACTION_GONE"):
        steps(store, Scope(hospital, 0, 0, ("0102",)), number)
    with pytest.raises(DataError, match="E_ACTION_GONE"):
        action(store, Scope(hospital + 1, 0, 0), number)
