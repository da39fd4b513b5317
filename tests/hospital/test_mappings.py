"""Saved readings of a file's shape."""

from __future__ import annotations

from typing import Any

import pytest

from core.errors import ConflictError, DataError
from core.hospital.records import create_hospital, mappings, save_mapping
from core.store.engine import Actor, Store

HIS = {"contract": "income", "name": "收费系统", "fingerprint": "月份|金额", "spec": '{"a": 1}'}


@pytest.fixture
def hospital_id(store: Store, actor: Actor) -> int:
    return create_hospital(store, actor, "县医院")


def test_a_mapping_is_offered_for_its_table_only(
    store: Store, actor: Actor, hospital_id: int
) -> None:
    save_mapping(store, actor, hospital_id, HIS)
    row = mappings(store, hospital_id, "income").iloc[0]
    assert (row["name"], row["fingerprint"], row["spec"], row["version"]) == (
        "收费系统",
        "月份|金额",
        '{"a": 1}',
        1,
    )
    assert mappings(store, hospital_id, "workload").empty


def test_a_mapping_of_the_same_name_is_replaced_by_whoever_saw_it(
    store: Store, actor: Actor, hospital_id: int
) -> None:
    save_mapping(store, actor, hospital_id, HIS)
    save_mapping(store, actor, hospital_id, {**HIS, "name": " 收费系统 ", "spec": "{}"}, seen=1)
    rows = mappings(store, hospital_id, "income")
    assert rows[["name", "spec", "version"]].to_numpy().tolist() == [["收费系统", "{}", 2]]


def test_blanks_around_a_name_do_not_make_it_another(
    store: Store, actor: Actor, hospital_id: int
) -> None:
    save_mapping(store, actor, hospital_id, {**HIS, "name": " 收费系统 "})
    with pytest.raises(ConflictError):
        save_mapping(store, actor, hospital_id, {**HIS, "name": "收费系统"})


def test_a_mapping_is_not_replaced_unseen(store: Store, actor: Actor, hospital_id: int) -> None:
    save_mapping(store, actor, hospital_id, HIS)
    with pytest.raises(ConflictError) as conflict:
        save_mapping(store, actor, hospital_id, {**HIS, "spec": "{}"})
    stored: Any = conflict.value.fields["stored"]
    assert stored["spec"] == '{"a": 1}'
    assert mappings(store, hospital_id, "income")["spec"].tolist() == ['{"a": 1}']


def test_a_mapping_needs_a_name(store: Store, actor: Actor, hospital_id: int) -> None:
    with pytest.raises(DataError, match="E_MAPPING_NAME"):
        save_mapping(store, actor, hospital_id, {**HIS, "name": "  "})
