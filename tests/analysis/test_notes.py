"""Notes and rebases of charts: who said what, for which month, approved by whom."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import text

from core.analysis.notes.records import (
    LONGEST,
    Place,
    add_note,
    add_rebase,
    notes,
    rebases,
    remove_note,
    remove_rebase,
)
from core.errors import ConflictError, DataError
from core.frames import Scope
from core.hospital.records import create_hospital
from core.store.engine import Actor, Store


@pytest.fixture
def place(store: Store, actor: Actor) -> Place:
    return Place(create_hospital(store, actor, "甲医院"), "OP003", "0205", 202603)


def scope_of(place: Place, departments: tuple[str, ...] | None = None) -> Scope:
    return Scope(place.hospital_id, 202501, 202612, departments)


def last_audit(store: Store) -> tuple[str, str, str]:
    statement = text("SELECT who, action, subject FROM audit ORDER BY id DESC LIMIT 1")
    with store.read() as connection:
        return tuple(connection.execute(statement).one())  # type: ignore[return-value]


def test_a_note_keeps_its_month_its_text_and_who_wrote_it(
    store: Store, actor: Actor, place: Place
) -> None:
    made = add_note(store, actor, place, "  改用  日间手术\n流程 ")
    row = notes(store, scope_of(place)).iloc[0].to_dict()
    assert (row["id"], row["month"], row["text"]) == (made, 202603, "改用 日间手术 流程")
    assert (row["who"], row["department"], row["version"]) == ("测试员", "0205", 1)
    assert last_audit(store) == ("测试员", "chart.note.add", f"chart.note:{made}")


@pytest.mark.parametrize("words", ["", " \n ", "长" * (LONGEST + 1)])
def test_a_note_says_something_of_bearable_length(
    store: Store, actor: Actor, place: Place, words: str
) -> None:
    with pytest.raises(DataError, match="E_NOTE_TEXT"):
        add_note(store, actor, place, words)
    assert notes(store, scope_of(place)).empty


@pytest.mark.parametrize("month", [0, 202600, 202613, 20260301])
def test_a_month_is_a_month(store: Store, actor: Actor, place: Place, month: int) -> None:
    with pytest.raises(DataError, match="E_MONTH"):
        add_note(store, actor, replace(place, month=month), "甲")
    with pytest.raises(DataError, match="E_MONTH"):
        add_rebase(store, actor, replace(place, month=month), "甲", "院长")


def test_a_rebase_keeps_its_reason_and_who_approved_it(
    store: Store, actor: Actor, place: Place
) -> None:
    made = add_rebase(store, actor, place, "新病区启用", "院长 王")
    row = rebases(store, scope_of(place)).iloc[0].to_dict()
    assert (row["id"], row["month"]) == (made, 202603)
    assert (row["reason"], row["approver"], row["who"]) == ("新病区启用", "院长 王", "测试员")
    assert last_audit(store) == ("测试员", "chart.rebase.add", f"chart.rebase:{made}")


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (("", "院长"), "E_REBASE_REASON"),
        (("x" * (LONGEST + 1), "院长"), "E_REBASE_REASON"),
        (("新病区启用", " "), "E_REBASE_APPROVER"),
        (("新病区启用", "院" * 41), "E_REBASE_APPROVER"),
        (("新病区启用", " 测试员 "), "E_REBASE_SELF"),
    ],
)
def test_limits_begin_anew_only_for_a_reason_that_somebody_else_approved(
    store: Store, actor: Actor, place: Place, said: tuple[str, str], code: str
) -> None:
    with pytest.raises(DataError, match=code):
        add_rebase(store, actor, place, *said)
    assert rebases(store, scope_of(place)).empty


def test_a_month_of_a_chart_is_begun_anew_once(store: Store, actor: Actor, place: Place) -> None:
    made = add_rebase(store, actor, place, "新病区启用", "院长")
    with pytest.raises(DataError, match="E_REBASE_TWICE"):
        add_rebase(store, actor, place, "再来一次", "院长")
    add_rebase(store, actor, replace(place, department=""), "全院同步", "院长")
    remove_rebase(store, actor, (place.hospital_id, made), 1)
    add_rebase(store, actor, place, "改了理由", "院长")
    assert rebases(store, scope_of(place))["reason"].tolist() == ["全院同步", "改了理由"]


def test_what_is_removed_stays_in_the_store(store: Store, actor: Actor, place: Place) -> None:
    made = add_note(store, actor, place, "甲")
    remove_note(store, actor, (place.hospital_id, made), 1)
    assert notes(store, scope_of(place)).empty
    assert last_audit(store)[1] == "chart.note.remove"
    with store.read() as connection:
        kept = connection.execute(text("SELECT text, version FROM chart_note")).one()
    assert tuple(kept) == ("甲", 2)


def test_somebody_who_was_faster_is_a_conflict(store: Store, actor: Actor, place: Place) -> None:
    made = add_rebase(store, actor, place, "新病区启用", "院长")
    with pytest.raises(ConflictError, match="E_CONFLICT"):
        remove_rebase(store, actor, (place.hospital_id, made), 2)
    remove_rebase(store, actor, (place.hospital_id, made), 1)
    for seen in (1, 2):
        with pytest.raises(ConflictError, match="E_CONFLICT"):
            remove_rebase(store, actor, (place.hospital_id, made), seen)
    with pytest.raises(ConflictError, match="E_CONFLICT"):
        remove_note(store, actor, (place.hospital_id, 999), 1)


def test_another_hospital_neither_sees_nor_removes_them(
    store: Store, actor: Actor, place: Place
) -> None:
    made = add_note(store, actor, place, "甲")
    other = create_hospital(store, actor, "乙医院")
    assert notes(store, replace(scope_of(place), hospital_id=other)).empty
    with pytest.raises(ConflictError, match="E_CONFLICT"):
        remove_note(store, actor, (other, made), 1)
    assert len(notes(store, scope_of(place))) == 1


def test_a_scope_of_some_departments_reads_theirs_and_the_hospitals(
    store: Store, actor: Actor, place: Place
) -> None:
    for department in ("0205", "0101", ""):
        add_note(store, actor, replace(place, department=department), department or "全院")
    seen = notes(store, scope_of(place, ("0205",)))["department"].tolist()
    assert seen == ["0205", ""]
    assert notes(store, Scope(place.hospital_id, 202604, 202612)).empty
