"""Checklists edited: an edit is a version with a reason; inspections keep theirs."""

from __future__ import annotations

import pytest

from core.control.checklists import Checklists
from core.control.inspections.desk.records import forms
from core.control.inspections.editing import edited, grid, template_in
from core.control.inspections.records import template_of
from core.control.inspections.templates.records import save_template, templates, versions
from core.errors import ConflictError, DataError
from core.frames import Scope
from core.store.engine import Store
from core.store.trail import last_rows
from tests.control.hospital import ANN, BOB, CORE, JANUARY, SHIPPED, looked_at, write_hospital


def heavier() -> list[dict]:
    rows = grid(CORE.sheet)
    rows[0]["weight"] = 20
    return rows


def test_a_template_is_read_back_as_it_was_written() -> None:
    assert template_in(CORE.written()) == CORE
    assert CORE.whole == 100


def test_an_edit_is_the_next_version() -> None:
    after = edited(CORE, heavier())
    assert (after.sheet.version, after.sheet.items[0].weight) == (2, 20)
    assert after.sheet.items[1:] == CORE.sheet.items[1:]


def test_an_edit_that_cannot_be_used_says_where() -> None:
    rows = heavier()
    rows[2]["weight"] = None
    with pytest.raises(DataError) as fault:
        edited(CORE, rows)
    assert (fault.value.code, fault.value.fields["item"]) == ("E_TEMPLATE_ITEM", "CS03")
    with pytest.raises(DataError, match="E_TEMPLATE_SAME"):
        edited(CORE, grid(CORE.sheet))
    with pytest.raises(DataError, match="E_TEMPLATE_TWICE"):
        edited(CORE, [*heavier(), grid(CORE.sheet)[0]])
    rows = heavier()
    rows[0] |= {"cap": "甲", "when": "推诿"}
    with pytest.raises(DataError, match="E_TEMPLATE_CAP"):
        edited(CORE, rows)
    rows = heavier()
    rows[0]["weight"] = 1
    with pytest.raises(DataError, match="E_TEMPLATE_POINTS"):
        edited(CORE, rows)
    with pytest.raises(DataError, match="E_TEMPLATE_EMPTY"):
        edited(CORE, [])


def test_inspections_keep_the_version_they_were_made_with(store: Store) -> None:
    hospital = write_hospital(store)
    looked_at(store, hospital)
    after = edited(CORE, heavier())
    save_template(store, ANN, hospital, (CORE, after), "交接是今年重点")
    now = templates(store, hospital, SHIPPED)["CK-CS"]
    looked_at(store, hospital, now)
    kept = forms(store, Scope(hospital, JANUARY, JANUARY))
    assert sorted(set(kept["checklist_version"])) == [1, 2]
    old, new = (template_of(store, hospital, SHIPPED, ("CK-CS", n)) for n in (1, 2))
    assert (old.sheet.items[0].weight, new.sheet.items[0].weight) == (10, 20)
    told = versions(store, hospital)
    assert told[["number", "reason"]].to_numpy().tolist() == [[2, "交接是今年重点"], [1, ""]]
    assert "checklist.version" in [row["action"] for row in last_rows(store, 3)]


def test_a_release_with_other_checklists_changes_no_inspection(store: Store) -> None:
    hospital = write_hospital(store)
    looked_at(store, hospital)
    changed = CORE.sheet.model_copy(update={"items": CORE.sheet.items[:3]})
    later = Checklists(dict(SHIPPED.sheets) | {"CK-CS": changed}, SHIPPED.scales)
    assert template_of(store, hospital, later, ("CK-CS", 1)) == CORE
    assert templates(store, hospital, later)["CK-CS"] == CORE


def test_who_is_second_to_edit_is_told(store: Store) -> None:
    hospital = write_hospital(store)
    after = edited(CORE, heavier())
    assert save_template(store, ANN, hospital, (CORE, after), "先") == 2
    with pytest.raises(ConflictError):
        save_template(store, BOB, hospital, (CORE, after), "后")
    with pytest.raises(DataError, match="E_TEMPLATE_REASON"):
        save_template(store, BOB, hospital, (after, edited(after, grid(CORE.sheet))), " ")
