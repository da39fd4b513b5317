"""The list of departments goes in and comes back like any other file."""

from __future__ import annotations

import pandas as pd
import pytest

from core.errors import DataError
from core.frames import Scope
from core.hospital.records import create_hospital, departments
from core.intake.records import load, undo
from core.store.engine import Actor, Store
from tests.intake_load.deliveries import RULES, delivery, fill, found
from tests.intake_load.reference import everything


def _names(store: Store, hospital_id: int) -> dict[str, str]:
    rows = departments(store, Scope(hospital_id, 202501, 202501))
    return dict(zip(rows["department"], rows["name_zh"], strict=True))


def _list(store: Store, actor: Actor, hospital_id: int, **names: str) -> int:
    rows = pd.DataFrame({"dept_code": list(names), "dept_name": list(names.values())})
    return load(store, actor, delivery(hospital_id, "departments", rows), RULES)


def test_a_list_adds_new_departments_and_renames_known_ones(store: Store, actor: Actor) -> None:
    hospital_id = found(store, actor)
    _list(store, actor, hospital_id, D01="心内科", E01="急诊科")
    assert _names(store, hospital_id) == {
        "D01": "心内科",
        "D02": "外科",
        "E01": "急诊科",
        "T01": "检验科",
    }


def test_a_column_that_the_list_lacks_keeps_its_value(store: Store, actor: Actor) -> None:
    hospital_id = found(store, actor)
    _list(store, actor, hospital_id, D01="心内科")
    row = departments(store, Scope(hospital_id, 202501, 202501, ("D01",))).iloc[0]
    assert (row["beds"], row["category"]) == (40, "clinical")


def test_a_cell_left_blank_keeps_its_value(store: Store, actor: Actor) -> None:
    hospital_id = found(store, actor)
    blank = pd.DataFrame({"dept_code": ["D01"], "dept_name": ["心内科"], "beds": [None]})
    load(store, actor, delivery(hospital_id, "departments", blank), RULES)
    row = departments(store, Scope(hospital_id, 202501, 202501, ("D01",))).iloc[0]
    assert (row["name_zh"], row["beds"]) == ("心内科", 40)


def test_undoing_a_list_takes_back_names_and_new_departments(store: Store, actor: Actor) -> None:
    hospital_id = found(store, actor)
    before = departments(store, Scope(hospital_id, 202501, 202501))
    batch = _list(store, actor, hospital_id, D01="心内科", E01="急诊科")
    undo(store, actor, batch, 1, RULES)
    pd.testing.assert_frame_equal(departments(store, Scope(hospital_id, 202501, 202501)), before)


def test_lists_are_undone_one_after_the_other(store: Store, actor: Actor) -> None:
    hospital_id = create_hospital(store, actor, "县医院")
    first = _list(store, actor, hospital_id, D01="一", D02="二")
    second = _list(store, actor, hospital_id, D01="三")
    third = _list(store, actor, hospital_id, D01="四")
    for batch in (third, second):
        undo(store, actor, batch, 1, RULES)
    assert _names(store, hospital_id) == {"D01": "一", "D02": "二"}
    undo(store, actor, first, 1, RULES)
    assert _names(store, hospital_id) == {}


def test_a_list_under_a_later_one_is_refused(store: Store, actor: Actor) -> None:
    hospital_id = create_hospital(store, actor, "县医院")
    first = _list(store, actor, hospital_id, D01="一")
    second = _list(store, actor, hospital_id, D01="一", D02="二")
    before = everything(store)
    with pytest.raises(DataError) as refused:
        undo(store, actor, first, 1, RULES)
    assert (refused.value.code, refused.value.fields["later"]) == ("E_UNDO_LATER", second)
    assert everything(store) == before


def test_a_list_of_other_departments_does_not_stand_in_the_way(store: Store, actor: Actor) -> None:
    hospital_id = create_hospital(store, actor, "县医院")
    first = _list(store, actor, hospital_id, D01="一")
    _list(store, actor, hospital_id, D02="二")
    undo(store, actor, first, 1, RULES)
    assert _names(store, hospital_id) == {"D02": "二"}


def test_a_list_whose_departments_have_facts_is_refused(store: Store, actor: Actor) -> None:
    fill(store, actor)
    before = everything(store)
    with pytest.raises(DataError, match="E_UNDO_USED: department=D01"):
        undo(store, actor, 1, 1, RULES)
    assert everything(store) == before
