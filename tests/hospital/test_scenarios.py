"""Scenarios saved with a name: kept as they were, by whom, at which version."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import text

from core.errors import ConflictError, DataError
from core.hospital.records import create_hospital
from core.hospital.scenarios.records import (
    LONGEST,
    LONGEST_NOTE,
    Kept,
    Place,
    overwrite_scenario,
    remove_scenario,
    save_scenario,
    scenarios,
)
from core.store.engine import Actor, Store

BEDS = "flow_beds"


def tried(name: str, days: float = 8, note: str = "") -> Kept:
    return Kept(name, {"stay": days, "ward": "W01"}, 202610, "month", note)


@pytest.fixture
def place(store: Store, actor: Actor) -> Place:
    return create_hospital(store, actor, "甲医院"), BEDS


def test_a_scenario_comes_back_as_it_was(store: Store, actor: Actor, place: Place) -> None:
    made = save_scenario(store, actor, place, tried(" 住院日  8 天 ", note="提请讨论"))
    row = scenarios(store, place).iloc[0].to_dict()
    assert (row["id"], row["name"], row["note"], row["who"]) == (
        made,
        "住院日 8 天",
        "提请讨论",
        "测试员",
    )
    assert json.loads(row["content"]) == {"stay": 8, "ward": "W01"}
    with store.read() as connection:
        audit = connection.execute(text("SELECT action, subject FROM audit ORDER BY id")).fetchall()
    assert tuple(audit[-1]) == ("scenario.save", f"scenario:{made}")


def test_scenarios_stay_with_their_hospital(store: Store, actor: Actor, place: Place) -> None:
    save_scenario(store, actor, place, tried("甲"))
    save_scenario(store, actor, (create_hospital(store, actor, "乙医院"), BEDS), tried("甲"))
    assert len(scenarios(store, place)) == 1


def test_pages_have_names_of_their_own(store: Store, actor: Actor, place: Place) -> None:
    save_scenario(store, actor, place, tried("甲"))
    other = place[0], "flow_queues"
    save_scenario(store, actor, other, tried("甲", 5))
    assert [len(scenarios(store, one)) for one in (place, other)] == [1, 1]


def test_names_and_notes_have_bounds(store: Store, actor: Actor, place: Place) -> None:
    save_scenario(store, actor, place, tried("甲"))
    with pytest.raises(DataError, match="E_SCENARIO_TAKEN"):
        save_scenario(store, actor, place, tried("甲"))
    with pytest.raises(DataError, match="E_SCENARIO_NAME"):
        save_scenario(store, actor, place, tried("长" * (LONGEST + 1)))
    with pytest.raises(DataError, match="E_SCENARIO_NOTE"):
        save_scenario(store, actor, place, tried("乙", note="长" * (LONGEST_NOTE + 1)))
    assert len(scenarios(store, place)) == 1


def test_who_saw_an_older_version_is_told(store: Store, actor: Actor, place: Place) -> None:
    made = save_scenario(store, actor, place, tried("甲"))
    overwrite_scenario(store, actor, made, Kept("甲", {"stay": 7}, 202609, "year12"), 1)
    row = scenarios(store, place).iloc[0].to_dict()
    assert (row["month"], row["span"], row["version"]) == (202609, "year12", 2)
    assert json.loads(row["content"]) == {"stay": 7}
    with pytest.raises(ConflictError, match="E_CONFLICT"):
        overwrite_scenario(store, actor, made, tried("甲"), 1)
    with pytest.raises(ConflictError, match="E_CONFLICT"):
        remove_scenario(store, actor, made, 1)
    remove_scenario(store, actor, made, 2)
    assert scenarios(store, place).empty
