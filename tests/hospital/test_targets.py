"""Targets: who sees them, and two people who change the same one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from core.errors import ConflictError, DataError
from core.frames import Scope
from core.hospital.records import create_hospital, delete_target, save_target, targets
from core.store.engine import Actor, Store

ALOS: dict[str, Any] = {
    "indicator": "alos",
    "month_from": 202501,
    "high": 9.0,
    "kind": "target",
    "source": "院部 2025 年目标",
}
YEAR = (202501, 202512)


@pytest.fixture
def hospital_id(store: Store, actor: Actor) -> int:
    return create_hospital(store, actor, "县医院")


def test_a_target_comes_back_as_saved(store: Store, actor: Actor, hospital_id: int) -> None:
    save_target(store, actor, hospital_id, ALOS)
    row = targets(store, Scope(hospital_id, *YEAR)).iloc[0]
    assert (row["indicator"], row["department"], row["high"]) == ("alos", "", 9.0)
    assert (row["kind"], row["source"], row["version"]) == ("target", "院部 2025 年目标", 1)
    assert np.isnan(row["low"]), "a bound nobody stated is missing"


def test_the_second_of_two_tabs_is_refused_and_told_what_is_stored(
    store: Store, actor: Actor, hospital_id: int
) -> None:
    target_id = save_target(store, actor, hospital_id, ALOS)
    save_target(store, actor, hospital_id, {**ALOS, "id": target_id, "high": 8.0}, seen=1)
    with pytest.raises(ConflictError) as conflict:
        save_target(store, actor, hospital_id, {**ALOS, "id": target_id, "high": 7.0}, seen=1)
    stored: Any = conflict.value.fields["stored"]
    assert stored["high"] == 8.0
    row = targets(store, Scope(hospital_id, *YEAR)).iloc[0]
    assert (row["high"], row["version"]) == (8.0, 2)


def test_whoever_read_again_may_save(store: Store, actor: Actor, hospital_id: int) -> None:
    target_id = save_target(store, actor, hospital_id, ALOS)
    for seen, high in ((1, 8.0), (2, 7.0)):
        save_target(store, actor, hospital_id, {**ALOS, "id": target_id, "high": high}, seen)
    assert targets(store, Scope(hospital_id, *YEAR))["high"].tolist() == [7.0]


def test_a_target_is_deleted_at_the_version_seen(
    store: Store, actor: Actor, hospital_id: int
) -> None:
    target_id = save_target(store, actor, hospital_id, ALOS)
    with pytest.raises(ConflictError):
        delete_target(store, actor, target_id, seen=2)
    assert len(targets(store, Scope(hospital_id, *YEAR))) == 1
    delete_target(store, actor, target_id, seen=1)
    assert targets(store, Scope(hospital_id, *YEAR)).empty


def test_a_target_that_somebody_deleted_cannot_be_saved(
    store: Store, actor: Actor, hospital_id: int
) -> None:
    target_id = save_target(store, actor, hospital_id, ALOS)
    delete_target(store, actor, target_id, seen=1)
    with pytest.raises(ConflictError) as conflict:
        save_target(store, actor, hospital_id, {**ALOS, "id": target_id}, seen=1)
    assert conflict.value.fields["stored"] == {}


def test_a_target_of_another_hospital_cannot_be_saved(
    store: Store, actor: Actor, hospital_id: int
) -> None:
    target_id = save_target(store, actor, hospital_id, ALOS)
    other = create_hospital(store, actor, "二院")
    with pytest.raises(ConflictError):
        save_target(store, actor, other, {**ALOS, "id": target_id, "high": 1.0}, seen=1)
    assert targets(store, Scope(hospital_id, *YEAR))["high"].tolist() == [9.0]


REFUSED = [
    ({"source": " "}, "E_TARGET_SOURCE"),
    ({"high": None}, "E_TARGET_BOUNDS"),
    ({"low": 10.0}, "E_TARGET_BOUNDS"),
    ({"watch_high": 8.0}, "E_TARGET_BOUNDS"),
    ({"low": 7.0, "watch_low": 8.0}, "E_TARGET_BOUNDS"),
    ({"high": float("inf")}, "E_TARGET_BOUNDS"),
    ({"high": float("nan")}, "E_TARGET_BOUNDS"),
]


@pytest.mark.parametrize(("change", "code"), REFUSED)
def test_a_target_that_says_nothing_or_contradicts_itself_is_refused(
    sqlite_store: Store, actor: Actor, change: dict[str, Any], code: str
) -> None:
    hospital_id = create_hospital(sqlite_store, actor, "县医院")
    with pytest.raises(DataError, match=code):
        save_target(sqlite_store, actor, hospital_id, {**ALOS, **change})
    assert targets(sqlite_store, Scope(hospital_id, *YEAR)).empty


IN_FORCE = [
    ((202501, 0), YEAR, True),
    ((202501, 202506), (202506, 202507), True),
    ((202501, 202506), (202507, 202508), False),
    ((202601, 0), YEAR, False),
]


@pytest.mark.parametrize(("months", "scope", "shown"), IN_FORCE)
def test_a_target_is_shown_in_the_months_in_which_it_holds(
    sqlite_store: Store, actor: Actor, months: tuple[int, int], scope: tuple[int, int], shown: bool
) -> None:
    hospital_id = create_hospital(sqlite_store, actor, "县医院")
    values = {**ALOS, "month_from": months[0], "month_to": months[1]}
    save_target(sqlite_store, actor, hospital_id, values)
    assert len(targets(sqlite_store, Scope(hospital_id, *scope))) == shown


def test_a_ward_sees_its_own_targets_and_those_of_all(
    store: Store, actor: Actor, hospital_id: int
) -> None:
    for department in ("", "*", "D01", "D02"):
        save_target(store, actor, hospital_id, {**ALOS, "department": department})
    seen = targets(store, Scope(hospital_id, *YEAR, ("D01",)))
    assert sorted(seen["department"]) == ["", "*", "D01"]
