"""Hospitals for exercises: whole copies that share nothing, can be reset, and go without trace."""

from __future__ import annotations

import pandas as pd
import pytest
from sqlalchemy import delete, func, inspect, select, update

from core.errors import DataError
from core.frames import Scope
from core.hospital.history.tables import METADATA
from core.hospital.records import create_hospital, departments, facts, hospitals
from core.intake.delivered.records import batches
from core.intake.records import Delivery, load, undo
from core.store.engine import Actor, Store
from core.store.tables import Audit
from core.workshop.records import (
    NOT_COPIED,
    clone,
    copied_tables,
    mark,
    overview,
    remove,
    reset,
)
from tests.hospital.everything import fill, numbered_parent, rows
from tests.stores import RULES

JANUARY = Scope(2, 202601, 202601)


@pytest.fixture
def source(store: Store, actor: Actor) -> int:
    """县医院, with rows in every table."""
    return _full(store, actor)


def _full(store: Store, actor: Actor) -> int:
    hospital_id = create_hospital(store, actor, "县医院")
    with store.write(actor) as work:  # the standard masters would be in the way of the filler
        for table in ("cost_item", "driver_item"):
            work.connection.execute(delete(METADATA.tables[table]))
        work.record("test.clear", "masters", hospital_id)
    fill(store, hospital_id)
    return hospital_id


def _count(store: Store, hospital_id: int) -> int:
    """Rows of the hospital in every table of the database but the audit."""
    with store.read() as connection:
        return sum(
            connection.execute(
                select(func.count()).select_from(table).where(table.c.hospital_id == hospital_id)
            ).scalar_one()
            for table in METADATA.sorted_tables
            if "hospital_id" in table.c and table.name != Audit.__tablename__
        )


def _month(visits: int) -> pd.DataFrame:
    return pd.DataFrame({"month": [202601], "dept_code": ["X1"], "outpatient_visits": [visits]})


def _bring(store: Store, actor: Actor, hospital_id: int, name: str, visits: int) -> int:
    return load(store, actor, Delivery(hospital_id, "workload", _month(visits), name, name), RULES)


def test_every_table_is_copied_or_left_out_for_a_reason(store: Store) -> None:
    with store.read() as connection:
        stored = inspect(connection)
        owned = {
            name
            for name in stored.get_table_names()
            if "hospital_id" in {column["name"] for column in stored.get_columns(name)}
        }
    assert owned - {table.name for table in copied_tables()} == set(NOT_COPIED) - {"hospital"}


def test_a_copy_holds_every_row_of_its_source(store: Store, actor: Actor, source: int) -> None:
    copy = clone(store, actor, source, "演练一")
    taken, original = rows(store, copy), rows(store, source)
    batches_of = taken.pop("import_batch"), original.pop("import_batch")
    assert taken == original
    assert all(len(found) == 2 for found in taken.values())
    assert len(batches_of[0]) == len(batches_of[1]) == 2


def test_a_copy_refers_to_nothing_of_its_source(store: Store, actor: Actor, source: int) -> None:
    copy = clone(store, actor, source, "演练一")
    strangers = []
    with store.read() as connection:
        for table in copied_tables():
            for column in table.c:
                parent = numbered_parent(column)
                if parent is None:
                    continue
                owner = (
                    select(parent.c.hospital_id)
                    .join(table, parent.c.id == column)
                    .where(table.c.hospital_id == copy)
                )
                owners = connection.execute(owner).scalars().all()
                strangers += [(table.name, column.name)] * (owners != [copy, copy])
    assert strangers == []


def _destroy(store: Store, actor: Actor, hospital_id: int) -> None:
    """Change what can be changed in every table, then delete every row."""
    owned = [t for t in METADATA.sorted_tables if "hospital_id" in t.c and t.name != "audit"]
    with store.write(actor) as work:
        for table in copied_tables():
            texts = [c.name for c in table.c if c.type.python_type is str]
            free = [n for n in texts if not table.c[n].primary_key and not table.c[n].foreign_keys]
            own = table.c.hospital_id == hospital_id
            if free:
                work.connection.execute(update(table).where(own).values({free[0]: "Z"}))
        for table in reversed(owned):
            work.connection.execute(delete(table).where(table.c.hospital_id == hospital_id))
        work.record("test.destroy", "everything", hospital_id)


@pytest.mark.parametrize("changed", ["source", "copy"])
def test_what_happens_to_one_never_reaches_the_other(
    store: Store, actor: Actor, source: int, changed: str
) -> None:
    copy = clone(store, actor, source, "演练一")
    victim, other = (source, copy) if changed == "source" else (copy, source)
    before = rows(store, other)
    _destroy(store, actor, victim)
    assert rows(store, other) == before


def test_a_copy_is_marked_and_knows_where_it_came_from(
    store: Store, actor: Actor, source: int
) -> None:
    copy = clone(store, actor, source, " 演练一 ")
    original, copied = overview(store).to_dict("records")
    assert (copied["id"], copied["name_zh"], copied["cloned_from"]) == (copy, "演练一", source)
    assert [bool(original["drill"]), bool(copied["drill"])] == [False, True]


def test_a_copy_leaves_one_audit_row(store: Store, actor: Actor, source: int) -> None:
    before = store.version()
    clone(store, actor, source, "演练一")
    assert store.version() == before + 1


@pytest.mark.parametrize(
    ("name", "code"), [("", "E_HOSPITAL_NAME"), ("县医院", "E_HOSPITAL_TAKEN")]
)
def test_a_copy_needs_a_name_of_its_own(
    store: Store, actor: Actor, source: int, name: str, code: str
) -> None:
    with pytest.raises(DataError, match=code):
        clone(store, actor, source, name)


def test_a_copied_batch_is_not_taken_back(store: Store, actor: Actor, source: int) -> None:
    _bring(store, actor, source, "一月", 90)
    copy = clone(store, actor, source, "演练一")
    newest = batches(store, copy).iloc[0]
    assert newest["status"] == "copied"
    with pytest.raises(DataError, match="E_UNDO_COPIED"):
        undo(store, actor, int(newest["id"]), int(newest["version"]), RULES)


def test_what_a_copy_brings_itself_is_taken_back_to_what_was_copied(
    store: Store, actor: Actor, source: int
) -> None:
    _bring(store, actor, source, "一月", 90)
    copy = clone(store, actor, source, "演练一")
    scope = Scope(copy, 202601, 202601)
    copied = facts(store, scope)
    own = _bring(store, actor, copy, "更正", 70)
    assert not facts(store, scope).equals(copied)
    undo(store, actor, own, 1, RULES)
    assert facts(store, scope).equals(copied)


def test_the_same_file_may_be_practised_on_a_copy(store: Store, actor: Actor, source: int) -> None:
    _bring(store, actor, source, "一月", 90)
    copy = clone(store, actor, source, "演练一")
    assert _bring(store, actor, copy, "一月", 90)


def test_a_reset_brings_the_source_as_it_is_now(store: Store, actor: Actor, source: int) -> None:
    copy = clone(store, actor, source, "演练一")
    _bring(store, actor, copy, "练习", 70)
    _bring(store, actor, source, "二月", 120)
    reset(store, actor, copy)
    taken, original = rows(store, copy), rows(store, source)
    del taken["import_batch"], original["import_batch"]
    assert taken == original


def test_a_reset_keeps_the_copy_s_own_name_and_number(
    store: Store, actor: Actor, source: int
) -> None:
    copy = clone(store, actor, source, "演练一")
    reset(store, actor, copy)
    assert hospitals(store)["name_zh"].tolist() == ["县医院", "演练一"]
    assert hospitals(store)["id"].tolist() == [source, copy]


def test_only_a_copy_can_be_reset(store: Store, actor: Actor, source: int) -> None:
    mark(store, actor, source, drill=True)
    with pytest.raises(DataError, match="E_RESET_SOURCE"):
        reset(store, actor, source)


def test_a_real_hospital_is_neither_reset_nor_removed(
    store: Store, actor: Actor, source: int
) -> None:
    with pytest.raises(DataError, match="E_DRILL_ONLY"):
        reset(store, actor, source)
    with pytest.raises(DataError, match="E_DRILL_ONLY"):
        remove(store, actor, source, "县医院")


def test_a_removed_hospital_leaves_nothing_but_its_trail(
    store: Store, actor: Actor, source: int
) -> None:
    before = _count(store, source)
    copy = clone(store, actor, source, "演练一")
    _bring(store, actor, copy, "练习", 70)
    remove(store, actor, copy, "演练一")
    assert _count(store, copy) == 0
    assert _count(store, source) == before
    trail = store.frame(select(Audit.action).where(Audit.hospital_id == copy))  # type: ignore[arg-type]
    assert trail["action"].tolist() == ["hospital.clone", "import.load", "hospital.remove"]


def test_removing_asks_for_the_name(store: Store, actor: Actor, source: int) -> None:
    copy = clone(store, actor, source, "演练一")
    with pytest.raises(DataError, match="E_HOSPITAL_TYPED"):
        remove(store, actor, copy, "演练")
    assert hospitals(store)["id"].tolist() == [source, copy]


def test_the_last_hospital_stays(store: Store, actor: Actor, source: int) -> None:
    mark(store, actor, source, drill=True)
    with pytest.raises(DataError, match="E_HOSPITAL_LAST"):
        remove(store, actor, source, "县医院")


def test_a_number_that_the_trail_names_is_never_given_again(
    store: Store, actor: Actor, source: int
) -> None:
    gone = clone(store, actor, source, "演练一")
    remove(store, actor, gone, "演练一")
    assert clone(store, actor, source, "演练二") > gone


def test_references_are_followed_again_after_a_removal(sqlite_store: Store, actor: Actor) -> None:
    first = create_hospital(sqlite_store, actor, "县医院")
    copy = clone(sqlite_store, actor, first, "演练一")
    remove(sqlite_store, actor, copy, "演练一")
    with sqlite_store.read() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall() == []


def test_a_copy_of_an_empty_hospital_is_one_too(store: Store, actor: Actor) -> None:
    first = create_hospital(store, actor, "县医院")
    copy = clone(store, actor, first, "演练一")
    assert departments(store, Scope(copy, 190001, 999912)).empty
    assert overview(store)["rows"].tolist() == [0, 0]
